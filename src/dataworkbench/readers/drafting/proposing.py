"""A proposal for a file that nobody knows: what kind of file it is, and which header each of our columns comes from.

Names count first, then what stands in the cells. Each proposal says how sure it is, in a word, and why; nothing of it
is used before a person, or a rule that a person gave, has accepted it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Final

from dataworkbench.errors import FileRefusedError, no_such
from dataworkbench.readers.codes import as_school_year
from dataworkbench.readers.directory import Directory
from dataworkbench.readers.drafting.defaults import with_defaults
from dataworkbench.readers.drafting.draft import Draft, Source, Suggestion, Sureness, name_from
from dataworkbench.readers.drafting.looks import Look, look_at_headers
from dataworkbench.readers.drafting.meanings import Guide, codes_of, needs_codes
from dataworkbench.readers.drafting.teaching import Taught, taught_by
from dataworkbench.readers.drafting.wide import Wide, find_wide
from dataworkbench.readers.drafting.words import (
    LEAST,
    Kind,
    known_words,
    likeness,
    words_in,
)
from dataworkbench.readers.headers import fold
from dataworkbench.readers.profiles import Profile
from dataworkbench.readers.texttable import TextTable
from dataworkbench.schemas import TABLES, Column

ORDER: Final[tuple[Sureness, ...]] = ("nothing found", "a guess", "likely", "sure")
WELL_NAMED: Final = 0.85
MOSTLY: Final = 0.5
NEARLY_ALL: Final = 0.95
SOUNDS_RIGHT: Final = 0.7
ENOUGH_ROWS: Final = 10
_FITS: Final = {
    "date": "date",
    "grade": "grade",
    "option": "option",
    "yes_no": "yes_no",
    "number": "number",
    "whole": "number",
}
_WORTH: Final[Mapping[Sureness, float]] = {"sure": 1.0, "likely": 0.75, "a guess": 0.35, "nothing found": 0.0}
_BY_THE_WAY: Final = re.compile(r"\(responses\)|\bform responses \d+\b|\(\d+\)\s*$", re.IGNORECASE)
"""What forms and browsers add to the name of a file."""
_TOLD_OTHERWISE: Final = frozenset(
    {"school_year", "assessment_id", "survey_id", "role", "respondent_id", "item_id"}
)
_SAID: Final = {
    "date": "dates", "grade": "grade levels", "option": "yes or no", "yes_no": "yes or no", "number": "numbers",
    "student": "students of the roster", "school": "schools of the roster", "school_year": "school years",
    "period": "times of the year", "percentile": "numbers from 0 to 100",
}  # fmt: skip


@dataclass(frozen=True)
class Around:
    """What is known around a file: the profiles, who and what the district has, the day, and the current school year."""

    profiles: Sequence[Profile]
    directory: Directory
    today: dt.date
    school_year: str = ""
    date_order: str = ""


@dataclass(frozen=True)
class _Candidate:
    column: str
    header: str
    sure: Sureness
    strength: float
    because: str


def propose(table: TextTable, around: Around, kind: str = "") -> Draft:
    """Return a first draft for a table; ``kind`` names the kind of file, where a person has said it.

    Raises
    ------
    FileRefusedError
        Where the table has no headers, so that there is nothing to choose from.

    """
    if not table.headed:
        raise FileRefusedError(
            f"{table.name} has no row of headers, so nobody can tell what its columns are. Export it with headers, and bring it again."
        )
    looks = look_at_headers(table, around.directory, around.today)
    taught, wide = taught_by(around.profiles), find_wide(looks)
    kinds = known_words().kinds
    if kind and kind not in kinds:
        raise no_such("kind of file", kind, kinds)
    tried = {
        name: _candidates(one, looks, taught, around)
        for name, one in kinds.items()
        if not kind or name == kind
    }
    scores = {
        name: _score(kinds[name], name, found, wide, looks) + _by_name(kinds[name], table, looks)
        for name, found in tried.items()
    }
    scores = dict(sorted(scores.items(), key=lambda pair: pair[1], reverse=True))
    best = next(iter(scores))
    guide = Guide(taught, around.directory, around.today)
    suggestions = {
        one.column: _suggested(kinds[best], one, looks, guide)
        for one in _chosen(kinds[best], tried[best], _apart(best, wide))
    }
    empty = replace(_empty(table, looks, best, around), suggestions=suggestions)
    draft = with_defaults(empty, wide, guide, _year_in_name(table.name))
    told = _said_of_kind(kinds, scores, wide, _lacking(kinds[best], draft.suggestions))
    return replace(
        draft, suggestions={**draft.suggestions, "kind": told},
        columns=_accepted(draft),
    )  # fmt: skip


def _accepted(draft: Draft) -> dict[str, Source]:
    """Return the proposals that a draft begins with: a mere guess only where no row can be without the column."""
    return {
        name: said.source
        for name, said in draft.suggestions.items()
        if said.source.how != "nothing" and (said.sure != "a guess" or draft.kind.needs(name))
    }


def _empty(table: TextTable, looks: tuple[Look, ...], kind_name: str, around: Around) -> Draft:
    title = _title(table.name)
    return Draft(
        file=table.name, looks=looks, kind_name=kind_name, kind=known_words().kinds[kind_name], columns={},
        suggestions={}, dates=around.date_order, name=name_from(title), title=title, knows=_knows(around),
    )  # fmt: skip


def _apart(kind_name: str, wide: Wide | None) -> frozenset[str]:
    """Return the headers that become rows, and so are no column of their own."""
    fits = wide is not None and (kind_name == "surveys") == (wide.what == "questions")
    return frozenset((*wide.beside, *(one.header for one in wide.items))) if wide and fits else frozenset()


def _knows(around: Around) -> frozenset[str]:
    there = {"stays": bool(around.directory.stays.height), "year": bool(around.school_year or around.directory.current_year),
             "students": around.directory.knows_students}  # fmt: skip
    return frozenset(name for name, known in there.items() if known)


def _title(name: str) -> str:
    stem = PurePath(name.removesuffix(".gz")).stem
    said = _BY_THE_WAY.sub(" ", stem.replace("_", " ").replace("-", " "))
    return " ".join(said.split()).capitalize() or "Our file"


def _year_in_name(name: str) -> str:
    return as_school_year(PurePath(name).name.replace("_", " ")) or ""


def _candidates(kind: Kind, looks: Sequence[Look], taught: Taught, around: Around) -> list[_Candidate]:
    found = []
    for name in kind.columns:
        column = TABLES[kind.table_of(name)].column(name)
        for look in looks:
            one = _judged(kind, column, look, taught, around)
            if one is not None:
                found.append(one)
    return found


def _judged(kind: Kind, column: Column, look: Look, taught: Taught, around: Around) -> _Candidate | None:
    """Return how well a header fits a column of ours, by its name and by what stands in it; None where it does not."""
    table = kind.table_of(column.name)
    named = likeness(look.header, table, column.name, taught, kind.columns)
    test = _test_for(table, column, around)
    fit = _fit(table, column, look, test)
    if column.kind in ("text", "category") and not test and _holds_dates(look):
        return None
    sure = _sureness(named, fit, test)
    if sure is None:
        return None
    because = _because(named, fit, test, look)
    if column.name == "assessment_id" and look.filled >= ENOUGH_ROWS and look.distinct > MOSTLY * look.filled:
        sure, because = "a guess", f"{because} But nearly every row has another one, which a test does not."
    if not look.filled:
        sure = "a guess"
    return _Candidate(column.name, look.header, sure, named + 0.3 * (fit or 0.0), because)


def _fit(table: str, column: Column, look: Look, test: str) -> float | None:
    """Return what share of the texts pass a test; None where they need not, because codes can be explained."""
    fit = look.fit(test) if test and look.filled else None
    if fit is None or not look.texts or fit >= NEARLY_ALL:
        return fit
    if test not in ("number", "percentile") and needs_codes(table, column):
        return None  # a few codes, which can be explained one by one
    return None if fit < MOSTLY and column.name in ("absent", "answer") else fit


def _holds_dates(look: Look) -> bool:
    return look.fit("date") >= NEARLY_ALL and look.fit("number") < MOSTLY


def _test_for(table: str, column: Column, around: Around) -> str:
    if column.name == "student_id":
        return "student" if around.directory.knows_students else ""
    if column.name == "school_id" and table != "schools":
        return "school" if around.directory.knows_schools else ""
    if column.name in ("school_year", "period"):
        return column.name
    if column.name in ("percentile", "growth_percentile"):
        return "percentile"
    return _FITS.get(column.kind, "")


def _sureness(named: float, fit: float | None, test: str) -> Sureness | None:
    if named < LEAST:
        return "likely" if test in ("student", "school") and fit is not None and fit >= 0.8 else None
    if fit is not None and fit < MOSTLY:
        return "a guess" if named >= WELL_NAMED and (fit > 0 or test in ("student", "school")) else None
    if named >= WELL_NAMED:
        return (
            "sure"
            if fit is None or fit >= (0.9 if test in ("student", "school") else NEARLY_ALL)
            else "likely"
        )
    tells = fit is not None and fit >= NEARLY_ALL and (test != "number" or named >= SOUNDS_RIGHT)
    return "likely" if tells else "a guess"


def _because(named: float, fit: float | None, test: str, look: Look) -> str:
    if named >= WELL_NAMED:
        name = "The header is a usual name for it"
    else:
        name = "The header sounds like it" if named >= LEAST else "The header does not say so"
    if not look.filled:
        return f"{name}; nothing stands under it."
    if fit is None:
        return f"{name}."
    joined = "and" if fit >= MOSTLY else "but"
    return f"{name}, {joined} {fit:.0%} of what stands under it are {_SAID[test]}."


def _score(kind: Kind, name: str, found: list[_Candidate], wide: Wide | None, looks: Sequence[Look]) -> float:
    """Return how well a file fits a kind: what tells the kind counts most, then what it cannot be without."""
    chosen = {one.column: one for one in _chosen(kind, found, _apart(name, wide))}
    needed = _needed(kind)
    tells = sum(_WORTH[chosen[one].sure] for one in kind.tells if one in chosen)
    there = sum(_WORTH[chosen[one].sure] for one in needed if one in chosen)
    others = sum(_WORTH[one.sure] for one in chosen.values() if one.column not in (*kind.tells, *needed))
    speaks = {part for word in kind.against for part in words_in(word)}
    against = sum(bool(set(words_in(look.header)) & speaks) for look in looks)
    score = 3 * min(tells, 3) + 1.5 * there + 0.5 * min(others, 4) - 3 * min(against, 3)
    score -= 2.5 * len(_lacking(kind, chosen)) + (4 if not tells else 0)
    if _is_wide(name, wide):
        score += 10 + len(wide.items) if wide else 0
    elif name == "surveys" and not tells:
        score -= 4  # answers without a question are no survey
    return score


def _by_name(kind: Kind, table: TextTable, looks: Sequence[Look]) -> float:
    """Return how far words in the headers, and in the name of the file, speak for a kind."""
    speaks = {part for word in kind.by_name for part in words_in(word)}
    named = bool(speaks & set(words_in(_title(table.name))))
    return 3 * named + 1.5 * min(sum(bool(speaks & set(words_in(look.header))) for look in looks), 2)


def _needed(kind: Kind) -> list[str]:
    main = TABLES[kind.main]
    return [one.name for one in main.columns if one.required and one.name not in _TOLD_OTHERWISE]


def _lacking(kind: Kind, there: Iterable[str]) -> list[str]:
    """Return the columns that no row can be without, and that nothing else can tell either."""
    return [one for one in _needed(kind) if one not in set(there) and one != "school_id"]


def _is_wide(name: str, wide: Wide | None) -> bool:
    return wide is not None and (name, wide.what) in (("surveys", "questions"), ("results", "periods"))


def _chosen(kind: Kind, found: Iterable[_Candidate], apart: frozenset[str]) -> list[_Candidate]:
    """Return one header for each column: the surest first, of equally sure ones that with our own name, and each header once."""
    ranked = sorted(
        found,
        key=lambda one: (
            ORDER.index(one.sure),
            fold(one.header) == fold(one.column),
            kind.needs(one.column),
            one.strength,
            fold(one.header) == fold(one.column),
            one.column in kind.tells,
        ),
        reverse=True,
    )
    columns: dict[str, _Candidate] = {}
    headers: set[str] = set(apart)
    for one in ranked:
        if one.column not in columns and one.header not in headers:
            columns[one.column] = one
            headers.add(one.header)
    return list(columns.values())


def _suggested(kind: Kind, one: _Candidate, looks: Sequence[Look], guide: Guide) -> Suggestion:
    table = kind.table_of(one.column)
    look = next(look for look in looks if look.header == one.header)
    codes = codes_of(table, TABLES[table].column(one.column), look, guide)
    source = Source("header", one.header, codes)
    if len(codes) == len(look.texts) > 0 and all(meaning is None for _, meaning in codes):
        return Suggestion(source, "a guess", f"{one.because} But nobody has said what its codes mean.")
    return Suggestion(source, one.sure, one.because)


def _said_of_kind(
    kinds: Mapping[str, Kind], scores: Mapping[str, float], wide: Wide | None, lacking: Sequence[str]
) -> Suggestion:
    """Return how sure the kind of the file is, and why. ``scores`` begin with the best."""
    ranked = list(scores)
    best = Source("always", ranked[0])
    if len(ranked) == 1:
        return Suggestion(best, "sure", "You said so.")
    if _is_wide(ranked[0], wide) and wide is not None:
        return Suggestion(best, "likely", wide.because)
    if scores[ranked[0]] < 2:
        return Suggestion(best, "nothing found", "Nothing in the file tells what it is.")
    if lacking:
        said = lacking[0].replace("_", " ")
        return Suggestion(best, "a guess", f"Its headers fit this kind best, but none of them is the {said}.")
    if scores[ranked[0]] - scores[ranked[1]] < 2:
        rival = kinds[ranked[1]].title
        return Suggestion(best, "a guess", f"Its headers fit this kind best; '{rival}' fits nearly as well.")
    sure: Sureness = "sure" if scores[ranked[0]] >= 5 else "likely"
    return Suggestion(best, sure, "Its headers fit this kind best by far.")
