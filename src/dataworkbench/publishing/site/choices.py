"""What a reader can choose on a page, and the released cells that a choice picks from, as data for the page's script."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from dataworkbench.publishing.releases import ReleaseFacts
from dataworkbench.publishing.site.cells import Released, Test, tests_of
from dataworkbench.publishing.site.labels import (
    REPEATED,
    REPEATED_MARK,
    WHY,
    WITHOUT_FIGURE,
    grade_in,
    marked_figure,
    shown_name,
    size_in,
    test_in,
)
from dataworkbench.publishing.site.sentences import DIRECTIONS
from dataworkbench.publishing.site.words import Words, later
from dataworkbench.terms import grade_order

COLUMNS: Final = ("cell", "reason", "label", "size", "value", "low", "high")
"""What the script is given of each cell; labels are in the language of the page."""
_SAID: Final[Mapping[str, str]] = {
    "chosen": later("Chosen: {about}"),
    "nothing": later("Not published: there is no released figure for this choice."),
    "no_groups": later("Not published: for this choice there are no figures of these groups."),
    "elsewhere": later("see the district's page"),
    "not_published": later("not published"),
    "all_students": later("All students"),
    "district": later("The district"),
    "everywhere": later("All schools and the district"),
    "bars": later("Bars, one for each line of the table. {title}: {about}. {list}. {direction}"),
    "dots": later("Dots, one for each school year. {title}: {about}. {list}. {direction}"),
    "mark": later("The upright line, or the bracket, is the district."),
    "range": later("A striped bar is a range: the figure lies somewhere in it."),
    "years": later("{title}, year by year: {about}"),
    "groups": later("{title}: {about}"),
}


@dataclass(frozen=True)
class Choice:
    """One choice: an indicator, a school year, a test, a grade level and a kind of groups; empty is all."""

    indicator: str
    year: str
    test: Test
    grade: str = ""
    groups: str = ""


@dataclass(frozen=True)
class Explorer:
    """The part of a page in which a reader chooses: the cells it has, what can be chosen, and what is chosen at first."""

    here: str
    by: str
    cells: tuple[Released, ...]
    beside: tuple[Released, ...]
    first: Choice
    titles: Mapping[str, str]

    def rows(self) -> list[Released]:
        """Return the cells of the first choice, in the order of the table."""
        return [c for c in self.cells if self._is_chosen(c)]

    def years(self) -> list[Released]:
        """Return the cells of the first choice over the years, of all students, oldest first."""
        chosen = self.first
        return [
            c
            for c in self.cells
            if (c.at["indicator"], c.test, c.at["grade_level"], c.at["subgroup"])
            == (chosen.indicator, chosen.test, chosen.grade, "")
            and c.at["school_id"] == self.here
        ]

    def like(self, one: Released) -> Released | None:
        """Return the district's cell for one of a school."""
        same = [c for c in self.beside if {**c.at, "school_id": ""} == {**one.at, "school_id": ""}]
        return same[0] if same else None

    def _is_chosen(self, c: Released) -> bool:
        chosen = self.first
        at = (c.at["indicator"], c.at["school_year"], c.test, c.at["grade_level"])
        return at == (chosen.indicator, chosen.year, chosen.test, chosen.grade) and (
            not c.at["subgroup"] or c.at["subgroup_type"] == chosen.groups
        )


def first_choice(cells: Sequence[Released], indicators: Sequence[str]) -> Choice | None:
    """Return what a page shows at first: the first indicator, its latest year and first test, and the first kind of groups."""
    for indicator in indicators:
        of_all = [c for c in cells if c.at["indicator"] == indicator and c.is_of_all]
        if of_all:
            latest = max(of_all, key=lambda c: c.at["school_year"]).at["school_year"]
            test = next(c.test for c in of_all if c.at["school_year"] == latest)
            kinds = [
                c.at["subgroup_type"]
                for c in cells
                if c.at["subgroup"]
                and (c.at["indicator"], c.at["school_year"], c.test, c.at["grade_level"]) == (indicator, latest, test, "")
            ]  # fmt: skip
            return Choice(indicator, latest, test, groups=kinds[0] if kinds else "")
    return None


def island(held: object) -> Markup:
    """Return data for a page's script as text that cannot end its element, nor open another."""
    text = json.dumps(held, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704 - nothing in it can be read as markup


def cells_for_script(words: Words, explorer: Explorer) -> dict[str, object]:
    """Return the cells of an explorer as a table: ``COLUMNS``, and a row a cell without the empty end of it."""
    return {"columns": COLUMNS, "rows": [_row(words, c) for c in (*explorer.cells, *explorer.beside)]}


def words_for_script(words: Words, facts: ReleaseFacts, explorer: Explorer) -> dict[str, object]:
    """Return all that the script says, what can be chosen, and what is chosen at first."""
    cells, first = explorer.cells, explorer.first
    tests = {
        i.id: list(map(_key, tests_of([c for c in cells if c.at["indicator"] == i.id])))
        for i in facts.indicators
    }
    return {
        "here": explorer.here, "by": explorer.by,
        "say": {name: words.say(message) for name, message in _SAID.items()},
        "why": {reason: words.say(message) for reason, message in WHY.items()},
        "without": list(WITHOUT_FIGURE),
        "repeated": [REPEATED_MARK, words.say(REPEATED)],
        "direction": {i.id: words.say(DIRECTIONS.get(i.direction, DIRECTIONS["neither"])) for i in facts.indicators},
        "unit": {i.id: i.unit for i in facts.indicators},
        "names": _names(words, facts, explorer),
        "options": {
            "indicator": [i for i, there in tests.items() if there],
            "year": sorted({c.at["school_year"] for c in cells}, reverse=True),
            "test": tests,
            "grade": _there(cells, "grade_level"),
            "groups": _there(cells, "subgroup_type"),
        },
        "first": {
            "indicator": first.indicator, "year": first.year, "test": _key(first.test), "grade": first.grade,
            "groups": first.groups,
        },
    }  # fmt: skip


def _names(words: Words, facts: ReleaseFacts, explorer: Explorer) -> dict[str, dict[str, Any]]:
    cells = explorer.cells
    return {
        "indicator": {i.id: _named(words, i.title) for i in facts.indicators},
        "year": {},
        "test": {_key(test): [test_in(words, test, explorer.titles), ""] for test in tests_of(cells)},
        "grade": {g: [grade_in(words, g), ""] for g in _there(cells, "grade_level")},
        "groups": {
            kind: _named(words, kind) if kind else [words.say("All students only"), ""]
            for kind in _there(cells, "subgroup_type")
        },
        "group": {g: _named(words, g) for g in _there(cells, "subgroup")},
        "school": {s.school_id: [shown_name(s.name), ""] for s in facts.schools}
        | {"": [words.say("The district"), ""]},
    }


def _named(words: Words, text: str) -> list[str]:
    return [
        words.say(text) if words.knows(text) else shown_name(text),
        "" if words.knows(text) or not text else "en",
    ]


def _there(cells: Iterable[Released], dimension: str) -> list[str]:
    """Return the values of a dimension in their order, all first."""
    found = dict.fromkeys(c.at[dimension] for c in cells)
    rest = [value for value in found if value]
    if dimension == "grade_level":
        rest.sort(key=lambda grade: (grade_order(grade), grade))
    return [""] * ("" in found) + rest


def _row(words: Words, c: Released) -> list[object]:
    row: list[object] = [
        c.cell,
        c.reason,
        marked_figure(words, c),
        size_in(words, c),
        *map(_known, (c.value, c.low, c.high)),
    ]
    while row[-1] is None or (row[-1] == "" and len(row) > 3):
        row.pop()
    return row


def _known(number: float) -> float | None:
    return None if math.isnan(number) else round(number, 6)


def _key(test: Test) -> str:
    return "|".join(part.replace("|", "/") for part in test)
