"""What people call our columns: the words of a file that people keep, weighed with what the profiles teach."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from dataworkbench.readers.drafting.teaching import Taught
from dataworkbench.readers.headers import fold
from dataworkbench.schemas import TABLES
from dataworkbench.workspace import shipped

OWN_NAME: Final = 1.1
SAME: Final = 1.0
SAME_WORDS: Final = 0.9
TAUGHT_ELSEWHERE: Final = 0.85
CLOSE: Final = 0.65
WITHIN: Final = 0.75
ONE_WORD_WITHIN: Final = 0.6
HARDLY_TAUGHT: Final = 0.6
LEAST: Final = 0.45
SHORT: Final = 3
_ALIKE: Final = 0.88
_COUNTS: Final = re.compile(
    r"^(\W*[%#]|(average|avg|mean|percent|pct|count|total)\b|(number|num|no) of\b)", re.IGNORECASE
)
"""How the header of a column begins that counts people or things, and so names none of them."""
_PARTS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+", re.UNICODE)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(_Strict):
    """A kind of file: the tables that it fills, the main one first, and the columns that tell it from others.

    ``shares`` are sets of our columns that may all come from one header; a header with a word of ``against`` in it
    speaks against the kind, and one of ``by_name``, there or in the name of the file, for it.
    """

    title: str
    tables: tuple[str, ...]
    tells: tuple[str, ...]
    shares: tuple[tuple[str, ...], ...] = ()
    against: tuple[str, ...] = ()
    by_name: tuple[str, ...] = ()

    @property
    def main(self) -> str:
        """The table that the file is for."""
        return self.tables[0]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of all its tables, each once."""
        return tuple(dict.fromkeys(name for table in self.tables for name in TABLES[table].column_names))

    def table_of(self, column: str) -> str:
        """Return the first of its tables that has a column."""
        return next(table for table in self.tables if column in TABLES[table].column_names)

    def needs(self, column: str) -> bool:
        """Whether no row of the main table can be without a column."""
        main = TABLES[self.main]
        return column in main.column_names and main.column(column).required


class Words(_Strict):
    """The words that people use for our columns, and the kinds of files there are."""

    kinds: dict[str, Kind]
    words: dict[str, tuple[str, ...]]
    not_meant: dict[str, tuple[str, ...]]
    common: frozenset[str]
    short_forms: dict[str, str]
    empty_words: tuple[str, ...]
    answers: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=1)
def known_words() -> Words:
    """Return the words that came with the workbench."""
    path = shipped("templates") / "words" / "columns.yaml"
    return Words.model_validate(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=16_384)
def words_in(header: str) -> tuple[str, ...]:
    """Return the words of a header: "StudentLocalID" and "student_local_id" hold the same three."""
    book = known_words()
    found = []
    for part in _PARTS.findall(header):
        word = part.casefold()
        word = book.short_forms.get(word, word)
        if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
            word = word[:-1]
        found.append(book.short_forms.get(word, word))
    return tuple(word for word in found if word not in book.empty_words)


def likeness(
    header: str, table: str, column: str, taught: Taught, rivals: Collection[str] = frozenset()
) -> float:
    """Return how well a header fits one of our columns by its name, from 0 to 1; a little more for our own name.

    ``rivals`` are the other columns that the file may fill: a header that is a usual name of one of them is hardly
    a name of this one, whatever a profile says.
    """
    folded = fold(header)
    if not folded:
        return 0.0
    if folded == fold(column):
        return OWN_NAME
    if folded in _folded_names(column):
        return SAME
    by_profiles = _by_profiles(folded, table, column, taught, rivals)
    if by_profiles > HARDLY_TAUGHT:
        return by_profiles
    counts = column.endswith("_id") and _COUNTS.match(header.replace("_", " "))
    if counts or set(words_in(header)) & not_meant(column):
        return by_profiles
    return max(by_profiles, _by_any_word(header, column))


@lru_cache(maxsize=1024)
def not_meant(column: str) -> frozenset[str]:
    """Return the words that say of a header that one of our columns is not meant."""
    return frozenset(part for word in known_words().not_meant.get(column, ()) for part in words_in(word))


def _by_profiles(folded: str, table: str, column: str, taught: Taught, rivals: Collection[str]) -> float:
    """Return how well a header fits by what profiles say: little where one alone says so of a short or common word."""
    here, everywhere = taught.times(folded, column, table), taught.times(folded, column)
    if not everywhere:
        return 0.0
    common = len(folded) <= SHORT or folded in known_words().common
    meant_otherwise = (claimed_by(folded) - {column}) & set(rivals)
    if (
        (everywhere == 1 and common)
        or meant_otherwise
        or 2 * everywhere <= taught.most_for_another(folded, column)
    ):
        return HARDLY_TAUGHT
    return SAME if here else TAUGHT_ELSEWHERE


@lru_cache(maxsize=16_384)
def claimed_by(folded: str) -> frozenset[str]:
    """Return our columns of which a folded header is a usual name."""
    return frozenset(column for column in known_words().words if folded in _folded_names(column))


def _named(column: str) -> tuple[str, ...]:
    return (column, *known_words().words.get(column, ()))


@lru_cache(maxsize=1024)
def _folded_names(column: str) -> frozenset[str]:
    return frozenset(fold(word) for word in _named(column))


@lru_cache(maxsize=65_536)
def _by_any_word(header: str, column: str) -> float:
    return max(_by_words(header, word) for word in _named(column))


def _by_words(header: str, word: str) -> float:
    theirs, ours = Counter(words_in(header)), Counter(words_in(word))
    if not theirs or not ours:
        return 0.0
    if theirs == ours:
        return SAME_WORDS
    if not ours - theirs:
        extra = sum(theirs.values()) - sum(ours.values())
        most = WITHIN if sum(ours.values()) > 1 else ONE_WORD_WITHIN
        if most == ONE_WORD_WITHIN and len(_PARTS.findall(word)) > 1:
            return 0.0  # "out of" is not meant by every header with an "out" in it
        return max(most - 0.08 * (extra - 1), 0.0)
    one, other = fold(header), fold(word)
    if len(other) <= 4 or abs(len(one) - len(other)) > 2 or one[:1] != other[:1]:
        return 0.0
    return CLOSE if SequenceMatcher(None, one, other).ratio() >= _ALIKE else 0.0


def scale_of(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the scale of answers that holds all of some texts, least favourable first; () where none does."""
    held = {fold(text) for text in texts}
    if not held:
        return ()
    fits = [scale for scale in known_words().answers if held <= {fold(answer) for answer in scale}]
    return min(fits, key=len, default=())
