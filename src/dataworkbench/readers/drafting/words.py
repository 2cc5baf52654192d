"""What people call our columns: the words of a file that people keep, and all headers that the profiles speak of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from dataworkbench.readers.headers import fold
from dataworkbench.readers.profiles import Profile
from dataworkbench.schemas import TABLES
from dataworkbench.workspace import shipped

SAME: Final = 1.0
SAME_WORDS: Final = 0.9
TAUGHT_ELSEWHERE: Final = 0.85
CLOSE: Final = 0.65
WITHIN: Final = 0.75
LEAST: Final = 0.45
_ALIKE: Final = 0.88
_PARTS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+", re.UNICODE)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(_Strict):
    """A kind of file: the tables that it fills, the main one first, and the columns that tell it from others.

    ``shares`` are sets of our columns that may all come from one header; a header with a word of ``against`` in it
    speaks against the kind.
    """

    title: str
    tables: tuple[str, ...]
    tells: tuple[str, ...]
    shares: tuple[tuple[str, ...], ...] = ()
    against: tuple[str, ...] = ()

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
    short_forms: dict[str, str]
    empty_words: tuple[str, ...]
    answers: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=1)
def known_words() -> Words:
    """Return the words that came with the workbench."""
    path = shipped("templates") / "words" / "columns.yaml"
    return Words.model_validate(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Taught:
    """What the profiles teach: folded headers of each of our columns, and the meaning of codes in it.

    Both are keyed by table and column.
    """

    headers: Mapping[tuple[str, str], frozenset[str]]
    codes: Mapping[tuple[str, str], Mapping[str, str]]


def taught_by(profiles: Iterable[Profile]) -> Taught:
    """Return what some profiles teach; of two meanings of one code the first counts."""
    headers: dict[tuple[str, str], set[str]] = {}
    codes: dict[tuple[str, str], dict[str, str]] = {}
    for profile in profiles:
        for part in profile.tables:
            for name, rule in part.columns.items():
                spelled = {
                    one for asked in rule.column for one in profile.spellings.get(fold(asked), (fold(asked),))
                }
                headers.setdefault((part.table, name), set()).update(one for one in spelled if one)
                book = codes.setdefault((part.table, name), {})
                for text, meaning in rule.values.items():
                    book.setdefault(text.casefold().strip(), meaning)
    return Taught({key: frozenset(held) for key, held in headers.items()}, codes)


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


def likeness(header: str, table: str, column: str, taught: Taught) -> float:
    """Return how well a header fits one of our columns by its name, from 0 to 1."""
    folded = fold(header)
    if not folded:
        return 0.0
    if folded in taught.headers.get((table, column), ()) or folded in _folded_names(column):
        return SAME
    if set(words_in(header)) & set(known_words().not_meant.get(column, ())):
        return 0.0
    elsewhere = any(folded in held for (_, name), held in taught.headers.items() if name == column)
    return max(TAUGHT_ELSEWHERE if elsewhere else 0.0, _by_any_word(header, column))


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
        most = WITHIN if sum(ours.values()) > 1 else WITHIN - 0.15
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
