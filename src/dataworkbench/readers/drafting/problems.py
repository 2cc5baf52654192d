"""What stands in the way of a draft, in sentences, and what a person still has to look at."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from dataworkbench.readers.column_names import in_words
from dataworkbench.readers.drafting.draft import Draft, Source
from dataworkbench.readers.drafting.meanings import check_text
from dataworkbench.schemas import TABLES, Table

NAME: Final = re.compile(r"^[a-z][a-z0-9_]{0,59}$")
_EACH: Final = ("each name", "each cell", "each header", "each turned")


class Problem(NamedTuple):
    """One thing that stands in the way; ``column`` is ours, or "" where it is about the whole."""

    column: str
    sentence: str


def problems(draft: Draft, today: dt.date | None = None) -> tuple[Problem, ...]:
    """Return what has to be put right before a draft can be kept; one entry is one thing."""
    day = today or dt.datetime.now(tz=dt.UTC).date()
    return tuple(
        dict.fromkeys((*_of_names(draft), *_lacking(draft), *_of_sources(draft, day), *_of_file(draft)))
    )


def _of_names(draft: Draft) -> Iterator[Problem]:
    if not draft.title.strip():
        yield Problem("title", "The profile has no title. Say in a few words what the file is.")
    if not NAME.match(draft.name):
        yield Problem(
            "name",
            f"'{draft.name}' cannot be the short name of a profile. Use small letters, digits and _, and begin with a letter.",
        )


def parts_of(draft: Draft) -> tuple[str, ...]:
    """Return the tables that the draft fills: the main one, and others of which a column of their own has a source."""
    main = TABLES[draft.kind.main]
    others = (name for name in draft.kind.tables[1:] if _own_columns(draft, TABLES[name], main))
    return (main.name, *others)


def _own_columns(draft: Draft, table: Table, main: Table) -> list[str]:
    own = (name for name in table.column_names if name not in main.column_names)
    return [name for name in own if draft.source(name).how != "nothing"]


def _lacking(draft: Draft) -> Iterator[Problem]:
    """Yield the columns without which no row can be taken in, and which have no source."""
    main = TABLES[draft.kind.main]
    said: set[str] = set()
    for table in (TABLES[name] for name in parts_of(draft)):
        for column in table.columns:
            if not column.required or draft.source(column.name).how != "nothing" or column.name in said:
                continue
            if (
                column.name == "school_id"
                and "stays" in draft.knows
                and table.name not in ("students", "enrollments")
            ):
                continue  # filled in from the roster
            said.add(column.name)
            because = ""
            if table is not main:
                filled = _own_columns(draft, table, main)
                because = f", because {in_words(filled[0])} is to be taken in"
            yield Problem(
                column.name,
                f"Nothing is chosen for '{in_words(column.name)}' ({column.meaning.rstrip('.')}). It is needed{because}.",
            )


def _of_sources(draft: Draft, today: dt.date) -> Iterator[Problem]:
    for name, source in draft.columns.items():
        if source.how == "nothing" or name not in draft.kind.columns:
            continue
        yield from _of_text(draft, name, source, today)
        if source.undecided:
            some = ", ".join(f"'{code}'" for code in source.undecided[:5])
            more = f" and {len(source.undecided) - 5} more" if len(source.undecided) > 5 else ""
            yield Problem(name, f"Nobody has said what these mean for '{in_words(name)}': {some}{more}.")
        if source.how in _EACH and not draft.items_used:
            yield Problem(
                name, f"'{in_words(name)}' is to come from several columns, and none of them is chosen."
            )


def _of_text(draft: Draft, name: str, source: Source, today: dt.date) -> Iterator[Problem]:
    if source.how == "always":
        if not source.text.strip():
            yield Problem(
                name, f"'{in_words(name)}' is to be the same in every row, and nobody has said what."
            )
        elif not _fits_everywhere(draft, name, source.text, today):
            column = draft.column(name)
            may = f" It can be {', '.join(column.options)}." if column.options else ""
            yield Problem(
                name,
                f"'{source.text}' cannot stand for '{in_words(name)}' ({column.meaning.rstrip('.')}).{may}",
            )
    if source.how == "made of":
        unknown = [one for one in re.findall(r"\{(\w+)\}", source.text) if draft.source(one).how == "nothing"]
        if unknown:
            yield Problem(
                name, f"'{in_words(name)}' is made of '{in_words(unknown[0])}', for which nothing is chosen."
            )


def _fits_everywhere(draft: Draft, name: str, text: str, today: dt.date) -> bool:
    tables = (table for table in draft.kind.tables if name in TABLES[table].column_names)
    return all(check_text(table, name, text, today) for table in tables)


def _of_file(draft: Draft) -> Iterator[Problem]:
    for header, columns in _uses(draft).items():
        if draft.look(header).repeated:
            yield Problem(columns[0], f"The header '{header}' stands more than once in the file, so nobody can tell which column is meant. Export it with each header once.")  # fmt: skip
        if len(columns) > 1 and not any(set(columns) <= set(together) for together in draft.kind.shares):
            listed = " and ".join(f"'{in_words(one)}'" for one in columns)
            yield Problem(
                columns[1], f"The header '{header}' is used for {listed}. Choose another for one of them."
            )
    yield from _questions(draft)


def _uses(draft: Draft) -> dict[str, list[str]]:
    """Return for each header of the file the columns that are taken from it as it stands."""
    uses: dict[str, list[str]] = {}
    for name, source in draft.columns.items():
        if source.how == "header":
            uses.setdefault(source.text, []).append(name)
    for item in draft.items_used:
        uses.setdefault(item.header, []).append(f"column {item.name}")
    return uses


def date_headers(draft: Draft) -> tuple[str, ...]:
    """Return the headers whose cells are read as dates."""
    found = [
        source.header for name, source in draft.columns.items()
        if source.how in ("year of", "period of") or (source.how == "header" and draft.column(name).kind == "date")
    ]  # fmt: skip
    return tuple(dict.fromkeys(found))


def number_headers(draft: Draft) -> tuple[str, ...]:
    """Return the headers whose cells are read as numbers."""
    found = [
        source.header for name, source in draft.columns.items()
        if source.how == "header" and draft.column(name).kind in ("number", "whole")
    ]  # fmt: skip
    return tuple(dict.fromkeys((*found, *(item.header for item in draft.items_used))))


def _questions(draft: Draft) -> Iterator[Problem]:
    dates = [draft.look(header) for header in date_headers(draft)]
    told = draft.dates or next((look.order for look in dates if look.order), "")
    for look in dates:
        if look.asks_order and not told:
            yield Problem("dates", f"Dates in '{look.header}' such as {look.samples[0] if look.samples else ''} can be read with the month or with the day first. Which is it?")  # fmt: skip
        if look.day_numbers and not draft.day_numbers:
            yield Problem("day_numbers", f"'{look.header}' holds bare numbers such as {look.samples[0] if look.samples else ''}. Are these Excel's numbers for days?")  # fmt: skip
    for header in number_headers(draft):
        if draft.look(header).asks_commas and not draft.numbers:
            yield Problem("numbers", f"Numbers in '{header}' hold commas. Do they part thousands (1,234.5) or decimals (1.234,5)?")  # fmt: skip


def to_look_at(draft: Draft) -> tuple[Problem, ...]:
    """Return the proposals that are not sure and that nobody has looked at; one entry is one column of ours."""
    kind = draft.suggestions.get("kind")
    found = []
    if kind is not None and kind.sure != "sure" and "kind" not in draft.confirmed:
        found.append(
            Problem("kind", f"The file is taken for '{draft.kind.title}' ({kind.sure}). {kind.because}")
        )
    for name, said in draft.suggestions.items():
        chosen = draft.source(name)
        if name == "kind" or name in draft.confirmed or said.sure == "sure" or chosen.how == "nothing":
            continue
        found.append(
            Problem(name, f"'{in_words(name)}' would be {said_of(chosen)} ({said.sure}). {said.because}")
        )
    return tuple(found)


def said_of(source: Source) -> str:
    """Return where a column comes from, as people say it."""
    said = {
        "nothing": "left empty", "header": f"the column '{source.text}'", "always": f"'{source.text}' in every row",
        "year of": f"the school year of '{source.text}'", "period of": f"the time of the year of '{source.text}'",
        "this year": "the district's current school year", "file name": "told by the name of the file",
        "row number": "a number for each row", "each name": "the short name of each column",
        "each cell": "what stands in each of the columns", "each header": "the header of each column",
        "each turned": "as marked at each question", "made of": f"made as '{source.text}'",
    }  # fmt: skip
    return said[source.how]
