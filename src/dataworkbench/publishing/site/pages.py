"""The pages of a site in one language, as text. Every word goes through the catalogue and every value is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from dataworkbench.publishing.releases import IndicatorFacts, ReleaseFacts, SchoolFacts
from dataworkbench.publishing.site.cells import DISTRICT, Cells, Released
from dataworkbench.publishing.site.choices import (
    Explorer,
    cells_for_script,
    first_choice,
    island,
    words_for_script,
)
from dataworkbench.publishing.site.labels import (
    REPEATED,
    REPEATED_MARK,
    WHY,
    WITHOUT_FIGURE,
    grade_in,
    marked_figure,
    requirement_in,
    shown_name,
    size_in,
    test_in,
)
from dataworkbench.publishing.site.places import (
    download_path,
    indicator_path,
    school_path,
)
from dataworkbench.publishing.site.sentences import DIRECTIONS, in_short
from dataworkbench.publishing.site.words import LANGUAGES, Words, later
from dataworkbench.rubrics import Rubric
from dataworkbench.terms import STAGES
from dataworkbench.workspace import shipped

_PAGES: Final = (
    ("index.html", later("Overview")),
    ("how-to-read.html", later("How to read")),
    ("rubrics.html", later("Rubrics and milestones")),
    ("downloads.html", later("Downloads")),
)
_SEEN_IN: Final[Mapping[str, str]] = {
    "everyone": later("What can be seen"),
    "learners": later("What learners do"),
    "educators": later("What educators do"),
}
_MILESTONES: Final = "inputs_for_success"


@dataclass(frozen=True)
class Pages:
    """Makes the pages of one language. ``made()`` gives each page's path in the site, and its text."""

    facts: ReleaseFacts
    cells: Cells
    words: Words
    rubrics: Sequence[Rubric]
    environment: Environment = field(init=False, repr=False)

    def __post_init__(self) -> None:
        folder = shipped("templates") / "site"
        made = Environment(
            loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )  # fmt: skip
        made.globals.update(self._said())
        object.__setattr__(self, "environment", made)

    def made(self) -> Iterator[tuple[str, str]]:
        """Give each page of this language: its path in the site, and its text."""
        yield self._page("index.html", "district.html", self.words.say("Overview"), **self._district())
        for school in self.facts.schools:
            yield self._page(
                school_path(school), "school.html", shown_name(school.name), **self._school(school)
            )
        for one in self.facts.indicators:
            yield self._page(
                indicator_path(one), "indicator.html", self.words.say(one.title), **self._indicator(one)
            )
        yield self._page(
            "how-to-read.html", "how-to-read.html", self.words.say("How to read"), bands=self._bands()
        )
        yield self._page(
            "rubrics.html", "rubrics.html", self.words.say("Rubrics and milestones"), **self._rubrics()
        )
        yield self._page("downloads.html", "downloads.html", self.words.say("Downloads"), files=self._files())

    def _page(self, path: str, template: str, title: str, **about: Any) -> tuple[str, str]:
        up = "../" * (path.count("/") + 1)
        text = self.environment.get_template(template).render(title=title, here=path, up=up, **about)
        return f"{self.words.language}/{path}", text

    def _said(self) -> dict[str, Any]:
        words = self.words
        return {
            "_": words.html, "text": words.text, "day": words.day, "name": shown_name, "facts": self.facts,
            "language": words.language, "languages": LANGUAGES, "pages": [(path, words.say(said)) for path, said in _PAGES],
            "figure": lambda c: marked_figure(words, c), "size": lambda c: size_in(words, c), "row_name": self._row_name,
            "whys": self._whys, "caption": self._caption, "direction": self._direction,
            "indicator_page": indicator_path, "requirement": lambda said: requirement_in(words, said), "seen_in": lambda who: words.say(_SEEN_IN.get(who, _SEEN_IN["everyone"])),
        }  # fmt: skip

    # --- what each page is made from ---------------------------------------------------------------------------------

    def _district(self) -> dict[str, Any]:
        return {
            "shorts": in_short(self.words, self.cells, DISTRICT, self.facts.indicators),
            "levels": self._levels,
            **self._explorer(self._of_place(DISTRICT)),
        }

    def _school(self, school: SchoolFacts) -> dict[str, Any]:
        say = self.words.say
        links = [(download_path(school, "xlsx"), say("All published figures of this school as a workbook (XLSX)")),
                 (download_path(school, "csv"), say("The same as plain text (CSV)"))]  # fmt: skip
        return {
            "school": school,
            "shorts": in_short(self.words, self.cells, school.school_id, self.facts.indicators),
            "downloads": links,
            **self._explorer(self._of_place(school.school_id)),
        }

    def _indicator(self, one: IndicatorFacts) -> dict[str, Any]:
        names = {school.school_id: shown_name(school.name).casefold() for school in self.facts.schools}
        of_all = [c for c in self.cells.all if c.at["indicator"] == one.id and c.is_of_all]
        ordered = sorted(of_all, key=lambda c: names.get(c.at["school_id"], ""))
        first = first_choice(ordered, [one.id])
        titles = self.cells.titles_to_tell_apart(ordered)
        explorer = Explorer(DISTRICT, "schools", tuple(ordered), (), first, titles) if first else None
        return {"indicator": one, **self._explorer(explorer)}

    def _of_place(self, school_id: str) -> Explorer | None:
        cells = self.cells.of(school_id)
        first = first_choice(cells, [one.id for one in self.facts.indicators])
        if first is None:
            return None
        beside = [] if school_id == DISTRICT else self._beside(cells)
        titles = self.cells.titles_to_tell_apart(cells)
        return Explorer(school_id, "groups", tuple(cells), tuple(beside), first, titles)

    def _beside(self, cells: Sequence[Released]) -> list[Released]:
        """Return the district's cells that stand beside a school's: of a grade level or of a group, not of both."""
        here = [c for c in cells if not (c.at["grade_level"] and c.at["subgroup"])]
        there = [self.cells.like(c, school_id=DISTRICT) for c in here]
        return [c for c in there if c is not None]

    def _explorer(self, explorer: Explorer | None) -> dict[str, Any]:
        if explorer is None:
            return {"explorer": None, "words_island": "", "cells_island": ""}
        return {
            "explorer": explorer,
            "words_island": island(words_for_script(self.words, self.facts, explorer)),
            "cells_island": island(cells_for_script(self.words, explorer)),
        }

    def _rubrics(self) -> dict[str, Any]:
        milestones = [one for rubric in self.rubrics if rubric.id == _MILESTONES for one in rubric.elements]
        stages = [
            (name, [one for one in milestones if one.stage == number]) for number, name in STAGES.items()
        ]
        return {
            "stages": stages if milestones else [],
            "rubrics": [one for one in self.rubrics if one.id != _MILESTONES],
        }

    def _files(self) -> list[tuple[str, str, str]]:
        whom = [
            (None, self.words.say("All schools and the district")),
            *((s, shown_name(s.name)) for s in self.facts.schools),
        ]
        return [(said, download_path(one, "xlsx"), download_path(one, "csv")) for one, said in whom]

    def _bands(self) -> list[dict[str, str]]:
        words, found = self.words, []
        sizes = [max(band.smallest, self.facts.minimum_group) for band in self.facts.bands]
        for place, band in enumerate(self.facts.bands):
            last = place + 1 == len(sizes)
            size = (
                words.say("{a} or more", a=words.number(sizes[place]))
                if last
                else words.say(
                    "{a} to {b}", a=words.number(sizes[place]), b=words.number(sizes[place + 1] - 1)
                )
            )
            ends = words.say(
                "at most {low}, at least {high}",
                low=words.percent(band.ends),
                high=words.percent(1 - band.ends),
            )
            found.append({"size": size, "ends": ends, "step": self._step(band.step)})
        return found

    def _step(self, step: float) -> str:
        if step <= 0.01:
            return self.words.say("whole percents")
        return self.words.say("ranges of {points} points", points=self.words.number(round(step * 100)))

    @cached_property
    def _levels(self) -> list[tuple[str | Markup, list[tuple[SchoolFacts, str]]]]:
        by_level: dict[str, list[tuple[SchoolFacts, str]]] = {}
        for school in sorted(self.facts.schools, key=lambda s: (s.name.casefold(), s.school_id)):
            by_level.setdefault(school.level, []).append((school, school_path(school)))
        return [(self.words.text(level) if level else "", schools) for level, schools in by_level.items()]

    # --- small words -------------------------------------------------------------------------------------------------

    def _row_name(self, c: Released, kind: str) -> str | Markup:
        if kind == "years":
            return c.at["school_year"]
        if kind == "schools":
            return self._place(c.at["school_id"])
        if not c.at["subgroup"]:
            return self.words.say("All students")
        group = c.at["subgroup"]
        return (
            self.words.text(group)
            if self.words.knows(group)
            else Markup('<span lang="en">{}</span>').format(shown_name(group))
        )

    def _place(self, school_id: str) -> str:
        named = {school.school_id: shown_name(school.name) for school in self.facts.schools}
        return named.get(school_id, school_id) if school_id else self.words.say("The district")

    def _direction(self, indicator: str) -> str:
        held = {one.id: one.direction for one in self.facts.indicators}
        return self.words.say(DIRECTIONS.get(held.get(indicator, ""), DIRECTIONS["neither"]))

    def _whys(self, cells: Sequence[Released]) -> list[tuple[str, str]]:
        reasons = dict.fromkeys(c.reason for c in cells if c.reason)
        say = self.words.say
        told = [
            (say(WITHOUT_FIGURE[r]) if r in WITHOUT_FIGURE else "", say(WHY.get(r, WHY["hidden"])))
            for r in reasons
        ]
        return [*told, (REPEATED_MARK, say(REPEATED))] if any(c.repeated for c in cells) else told

    def _caption(self, explorer: Explorer, with_year: bool) -> Markup:
        first = explorer.first
        title = next(
            (one.title for one in self.facts.indicators if one.id == first.indicator), first.indicator
        )
        groups = self.words.say(first.groups) if first.groups else self.words.say("All students only")
        about = [
            self.words.say("All schools and the district") if explorer.by == "schools" else self._place(explorer.here), first.year if with_year else "", test_in(self.words, first.test, explorer.titles),
            grade_in(self.words, first.grade), groups if with_year and explorer.by == "groups" else "",
        ]  # fmt: skip
        said = Markup(", ").join(escape(part) for part in about if part)
        message = "{title}: {about}" if with_year else "{title}, year by year: {about}"
        return self.words.html(message, title=self.words.text(title), about=said)


def door(facts: ReleaseFacts, doors: Sequence[Words]) -> str:
    """Return the page at the top of a site, which leads to its languages."""
    folder = shipped("templates") / "site"
    made = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    said = [(one.language, LANGUAGES[one.language], one.say("How our schools are doing")) for one in doors]
    return made.get_template("index.html").render(facts=facts, name=shown_name, doors=said)
