"""What each code of a column becomes in our tables, as far as rules, profiles and the roster tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from dataworkbench.readers.codes import as_option, as_race, as_sex
from dataworkbench.readers.convert import How, convert_column
from dataworkbench.readers.directory import Directory
from dataworkbench.readers.drafting.looks import Look
from dataworkbench.readers.drafting.teaching import Taught
from dataworkbench.readers.drafting.words import claimed_by, known_words, scale_of
from dataworkbench.readers.headers import fold
from dataworkbench.readers.numbers import NOTHING
from dataworkbench.schemas import TABLES, Column
from dataworkbench.terms import OPTIONS, RACES

FEW: Final = 12
"""So many words among numbers are taken for words that stand in for a number; more are a fault of the file."""
_EXPLAINED: Final = frozenset({"number", "whole", "yes_no", "option", "grade"})
_ASKED: Final = {"sex": as_sex, "race_ethnicity": as_race}


def needs_codes(table: str, column: Column) -> bool:
    """Whether texts of a column have to be explained before they can be taken in."""
    special = column.name in ("sex", "race_ethnicity", "school_year", "period")
    return column.kind in _EXPLAINED or bool(column.options) or (special and table != "schools")


@dataclass(frozen=True)
class Guide:
    """What tells the meaning of a code: the profiles, who and what the district has, and the day."""

    taught: Taught
    directory: Directory
    today: dt.date


def codes_of(table: str, column: Column, look: Look, guide: Guide) -> tuple[tuple[str, str | None], ...]:
    """Return what each text under a header becomes, where there are few; () where nothing has to be explained.

    None stands for a text that nobody has explained yet, "" for one that leaves the cell empty.
    """
    if column.name == "school_id" and table != "schools":
        return _schools(look, guide.directory)
    if not look.texts or not needs_codes(table, column):
        return ()
    told = guide.taught.codes.get((table, column.name), {})
    here = _told_here(table, column.name, fold(look.header), guide.taught)
    own = becomes(table, column, look.texts, guide.today)
    scale = {fold(answer): str(place) for place, answer in enumerate(scale_of(look.texts), start=1)} if column.name == "answer" else {}  # fmt: skip
    said = [
        (text, scale.get(fold(text)) or _meaning(text, here, itself, told))
        for text, itself in zip(look.texts, own, strict=True)
    ]
    if all(itself is not None and meaning == itself for (_, meaning), itself in zip(said, own, strict=True)):
        return ()
    plainly_read = column.kind in ("number", "whole") and sum(one is not None for one in own) > len(own) / 2
    if not plainly_read:
        return tuple(said)
    odd = tuple(pair for pair, itself in zip(said, own, strict=True) if pair[1] is None or itself is None)
    return odd if len(odd) <= FEW else ()


def _told_here(table: str, name: str, folded: str, taught: Taught) -> Mapping[str, str]:
    """Return what profiles say of codes under one header; nothing where files of all kinds have that header."""
    if folded in known_words().common or claimed_by(folded):
        return {}
    return taught.under.get((table, name, folded), {})


def _meaning(text: str, here: Mapping[str, str], itself: str | None, told: Mapping[str, str]) -> str | None:
    """Return what a text becomes: as profiles say of this very header, else as it reads by itself, else as all profiles say."""
    code = text.casefold()
    return here.get(code, told.get(code) if itself is None else itself)


def becomes(table: str, column: Column, texts: Sequence[str], today: dt.date) -> list[str | None]:
    """Return what texts become by themselves, as text; None for each that the rules do not know."""
    if column.name in _ASKED and table == "students":
        return [_ASKED[column.name](text) for text in texts]
    if column.kind == "option":
        return [as_option(text) for text in texts]
    values = pl.Series(column.name, list(texts), dtype=pl.String)
    made = convert_column(values, table, column, How(today=today))
    failed = [any(bool(fault.where[place]) for fault in made.faults) for place in range(len(texts))]
    return [
        None if bad else _said(value, text)
        for value, bad, text in zip(made.values.to_list(), failed, texts, strict=True)
    ]


def _said(value: object, text: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if fold(text) not in NOTHING else ""


def _schools(look: Look, directory: Directory) -> tuple[tuple[str, str | None], ...]:
    if not directory.knows_schools or not look.texts:
        return ()
    found = tuple((text, directory.schools.get(fold(text))) for text in look.texts)
    return found if any(own is None for _, own in found) else ()


def choices_of(column: Column, directory_names: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the words that a code of a column can become, where there are only some; () where any text will do."""
    if column.name == "sex":
        return ("Female", "Male", "Another gender", "Not reported")
    if column.name == "race_ethnicity":
        return RACES
    if column.kind == "option":
        return OPTIONS
    if column.kind == "yes_no":
        return ("Yes", "No")
    if column.name == "period":
        return ("Fall", "Winter", "Spring", "Summer", "Year")
    return tuple(column.options) or tuple(directory_names)


def check_text(table: str, name: str, text: str, today: dt.date) -> bool:
    """Whether a text that is the same in every row can be taken in."""
    return becomes(table, TABLES[table].column(name), [text], today)[0] is not None
