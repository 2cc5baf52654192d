"""Whom the scan looks for: names, numbers, birth dates and addresses of students and staff, read from one snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import pandas as pd

from dataworkbench.publishing.scan.folding import words
from dataworkbench.warehouse import District

LONG_NUMBER: Final = 7
"""Digits, without leading zeros, from which a number stands for one person wherever it stands."""
_SHORTEST_CODE: Final = 5
_SHORTEST_NAME: Final = 4


@dataclass(frozen=True, slots=True)
class Person:
    """One student or one member of staff, as far as the scan looks for it."""

    given: str = ""
    family: str = ""
    codes: tuple[str, ...] = ()
    born: date | None = None


@dataclass(frozen=True)
class Roster:
    """The people of a district. What is looked for is laid out once, as sets that a text is held against."""

    people: tuple[Person, ...]

    def __repr__(self) -> str:
        return f"<Roster of {len(self.people):,} people>"

    @cached_property
    def pairs(self) -> frozenset[str]:
        """A word of each given name with a word of each family name, the one that comes first in the alphabet first."""
        return frozenset(joined(one, other) for person in self.people for one, other in _pairs(person))

    def run_together(self, plain: frozenset[str]) -> frozenset[str]:
        """Return given and family name written as one word, in either order; two ``plain`` words make a word too easily."""
        both = (two for person in self.people for two in _pairs(person) if not plain.issuperset(two))
        written = (word for one, other in both for word in (one + other, other + one))
        return frozenset(word for word in written if len(word) >= 2 * _SHORTEST_NAME)

    @cached_property
    def name_words(self) -> frozenset[str]:
        """Every word of every name."""
        return self.families | frozenset(word for person in self.people for word in _name(person.given))

    @cached_property
    def families(self) -> frozenset[str]:
        """Every word of every family name."""
        return frozenset(word for person in self.people for word in _name(person.family))

    @cached_property
    def codes(self) -> frozenset[str]:
        """Identifiers that hold a letter, or are long, or begin with a zero: they stand for one person wherever they stand."""
        told = (code for person in self.people for code in person.codes)
        return frozenset(key for code in told for key in [code_key(code)] if _is_telling(key))

    @cached_property
    def code_beginnings(self) -> frozenset[str]:
        """The first words of identifiers of several words, such as AB-123-45."""
        return frozenset(code.split(" ")[0] for code in self.codes if " " in code)

    @cached_property
    def numbers(self) -> frozenset[int]:
        """Identifiers that are numbers, as numbers."""
        return frozenset(int(code) for person in self.people for code in person.codes if _is_digits(code))

    @cached_property
    def births(self) -> frozenset[date]:
        """The days on which somebody was born."""
        return frozenset(person.born for person in self.people if person.born)


def joined(one: str, other: str) -> str:
    """Return two words in the order of the alphabet."""
    return f"{one} {other}" if one <= other else f"{other} {one}"


def code_key(code: str) -> str:
    """Return an identifier as it is compared: its words; one of digits alone keeps its leading zeros."""
    return " ".join(words(code))


def _is_digits(code: str) -> bool:
    return code.isascii() and code.isdigit()


def _is_telling(key: str) -> bool:
    if len(key.replace(" ", "")) < _SHORTEST_CODE or not any(c.isdigit() for c in key):
        return False
    return not _is_digits(key) or key.startswith("0") or len(key) >= LONG_NUMBER


def _name(text: str) -> list[str]:
    """Return the words of a name; digits in it are none."""
    return [word for word in words(text) if not word.isdigit()]


def _pairs(person: Person) -> Iterator[tuple[str, str]]:
    given, family = _name(person.given), _name(person.family)
    for one in dict.fromkeys((*given[:1], *given[-1:])):
        for other in dict.fromkeys((*family[:1], *family[-1:])):
            yield one, other


def read_roster(district: District) -> Roster:
    """Return the students and staff of a district's snapshot: names, identifiers, birth dates."""
    students = district.ask(
        "SELECT s.student_id, given_name, family_name, birth_date, state_student_id, local_number "
        "FROM (SELECT DISTINCT student_id FROM students UNION SELECT student_id FROM identities) AS s "
        "LEFT JOIN identities USING (student_id)"
    )
    staff = district.ask("SELECT DISTINCT staff_id, staff_name FROM staff")
    return Roster((*_students(students), *_staff(staff)))


def _students(frame: pd.DataFrame) -> Iterator[Person]:
    born = pd.to_datetime(frame["birth_date"])
    texts = frame.drop(columns="birth_date").astype("string").fillna("")
    for row, day in zip(texts.itertuples(index=False), born, strict=True):
        codes = (row.student_id, row.state_student_id, row.local_number)
        yield Person(
            str(row.given_name), str(row.family_name), _there(codes), None if pd.isna(day) else day.date()
        )


def _staff(frame: pd.DataFrame) -> Iterator[Person]:
    for row in frame.astype("string").fillna("").itertuples(index=False):
        first, last = _two_names(str(row.staff_name))
        yield Person(first, last, _there((row.staff_id,)))


def _two_names(name: str) -> tuple[str, str]:
    """Return given and family name of a name that is written as one: "Cruz, Ana" or "Ana Cruz"."""
    if "," in name:
        last, _, first = name.partition(",")
        return first.strip(), last.strip()
    first, _, last = name.strip().partition(" ")
    return (first, last.strip()) if last else ("", first)


def _there(codes: Iterable[object]) -> tuple[str, ...]:
    return tuple(str(code) for code in codes if str(code))
