"""A draft of a profile as a value: what a person has chosen for a file so far. Every change gives a new draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.readers.drafting.looks import Look
from dataworkbench.readers.drafting.words import Kind
from dataworkbench.schemas import TABLES, Column

How = Literal[
    "nothing", "header", "always", "year of", "period of", "this year", "file name", "row number",
    "each name", "each cell", "each header", "each turned", "made of",
]  # fmt: skip
Sureness = Literal["sure", "likely", "a guess", "nothing found"]
HOWS_WITH_HEADER: Final = ("header", "year of", "period of")


@dataclass(frozen=True)
class Source:
    """Where one of our columns comes from.

    ``text`` is the header, the text that is the same in every row, or a text put together from our columns.
    ``codes`` says what texts of the file become; None is not decided yet, "" leaves the cell empty.
    """

    how: How = "nothing"
    text: str = ""
    codes: tuple[tuple[str, str | None], ...] = ()

    @property
    def header(self) -> str:
        """The header that it looks at, or ""."""
        return self.text if self.how in HOWS_WITH_HEADER else ""

    @property
    def undecided(self) -> tuple[str, ...]:
        """The codes that nobody has explained yet."""
        return tuple(code for code, meaning in self.codes if meaning is None)


NOTHING: Final = Source()


@dataclass(frozen=True)
class Suggestion:
    """What was proposed for one of our columns, how sure it is in a word, and why."""

    source: Source = NOTHING
    sure: Sureness = "nothing found"
    because: str = ""


@dataclass(frozen=True)
class Item:
    """One of several columns of the file that become rows. ``turned``: agreeing with it is unfavourable."""

    name: str
    header: str
    turned: bool = False
    used: bool = True


@dataclass(frozen=True)
class Draft:
    """What a person has chosen for one table of one file.

    ``file`` is the name of the table as the ledger shows it. ``columns`` gives the source of each of our columns;
    ``suggestions`` what was proposed at first. ``confirmed`` are the columns that a person has looked at. ``also``
    are headers that are asked for so that no other profile takes the file. ``knows`` says what the district has:
    "stays" where a missing school can be filled in from the roster, "year" where the current school year is known.
    """

    file: str
    looks: tuple[Look, ...]
    kind_name: str
    kind: Kind
    columns: Mapping[str, Source]
    suggestions: Mapping[str, Suggestion]
    items: tuple[Item, ...] = ()
    dates: str = ""
    numbers: str = ""
    day_numbers: bool = False
    name: str = ""
    title: str = ""
    confirmed: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()
    knows: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=())

    def source(self, column: str) -> Source:
        """Return where one of our columns comes from."""
        return self.columns.get(column, NOTHING)

    def look(self, header: str) -> Look:
        """Return what stands under a header of the file."""
        for look in self.looks:
            if look.header == header:
                return look
        raise no_such("header", header, [look.header for look in self.looks])

    def column(self, name: str) -> Column:
        """Return one of our columns, as the table of the kind has it that says most of what can stand in it."""
        if name not in self.kind.columns:
            raise no_such(f"column for '{self.kind.title}'", name, self.kind.columns)
        tables = [TABLES[table] for table in self.kind.tables if name in TABLES[table].column_names]
        return max((table.column(name) for table in tables), key=lambda column: len(column.options))

    def with_source(self, column: str, source: Source) -> Draft:
        """Return the draft with another source for one of our columns."""
        self.column(column)
        if source.header:
            self.look(source.header)
        return replace(self, columns={**self.columns, column: source}, confirmed=self.confirmed | {column})

    def with_code(self, column: str, code: str, meaning: str | None) -> Draft:
        """Return the draft with another meaning for one code of a column."""
        held = self.source(column)
        book = dict(held.codes)
        if not held.header and not held.text and not book:
            raise WorkbenchError(
                f"Nothing is chosen for '{column}' yet, so the code '{code}' has no column. Say first which column it comes from; "
                f"at the command line with --set {column}=HEADER."
            )
        if code not in book and not (held.header and code in self.look(held.header).texts):
            raise no_such(f"code in '{held.text or column}'", code, book or self._texts_under(held))
        codes = tuple({**book, code: meaning}.items())
        return replace(
            self,
            columns={**self.columns, column: replace(held, codes=codes)},
            confirmed=self.confirmed | {column},
        )

    def _texts_under(self, source: Source) -> tuple[str, ...]:
        return self.look(source.header).texts if source.header else ()

    def with_item(self, header: str, *, used: bool | None = None, turned: bool | None = None) -> Draft:
        """Return the draft with one of the columns that become rows taken, left out, or turned round."""
        changed = tuple(
            replace(one, used=one.used if used is None else used, turned=one.turned if turned is None else turned)
            if one.header == header else one for one in self.items
        )  # fmt: skip
        return replace(self, items=changed)

    def named(self, *, name: str | None = None, title: str | None = None) -> Draft:
        """Return the draft under another name or title; a draft without a name takes one from its title."""
        said = self.title if title is None else " ".join(title.split())
        short = self.name if name is None else name.strip()
        return replace(self, title=said, name=short)

    def answered(
        self, *, dates: str | None = None, numbers: str | None = None, day_numbers: bool | None = None
    ) -> Draft:
        """Return the draft with the answer to how dates or numbers are written."""
        if dates not in (None, "", "month first", "day first"):
            raise WorkbenchError(f"Dates are written 'month first' or 'day first', not '{dates}'.")
        if numbers not in (None, "", "1,234.5", "1.234,5"):
            raise WorkbenchError(
                f"Numbers are written like '1,234.5' or like '1.234,5', not like '{numbers}'."
            )
        return replace(
            self, dates=self.dates if dates is None else dates, numbers=self.numbers if numbers is None else numbers,
            day_numbers=self.day_numbers if day_numbers is None else day_numbers,
        )  # fmt: skip

    def believed(self) -> Draft:
        """Return the draft with every proposal looked at by a person."""
        return replace(self, confirmed=frozenset(self.kind.columns) | {"kind"})

    @property
    def used_headers(self) -> tuple[str, ...]:
        """The headers of the file that the draft reads, in the file's order."""
        used = {source.header for source in self.columns.values()} | {one.header for one in self.items_used}
        return tuple(look.header for look in self.looks if look.header in used)

    @property
    def unused_headers(self) -> tuple[str, ...]:
        """The headers of the file that the draft leaves where they are."""
        used = set(self.used_headers)
        return tuple(look.header for look in self.looks if look.header not in used)

    @property
    def items_used(self) -> tuple[Item, ...]:
        """The columns that become rows; none where no column of ours is filled from them."""
        asked = any(source.how == "each cell" for source in self.columns.values())
        return tuple(one for one in self.items if one.used) if asked else ()


def name_from(title: str) -> str:
    """Return a short name for files made of a title: letters, digits and underscores."""
    words = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in title.casefold()).split()
    return "_".join(words)[:60].strip("_") or "our_file"
