"""Holding texts and numbers against the roster."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Final

from dataworkbench.publishing.scan.dates import dates_in
from dataworkbench.publishing.scan.folding import words
from dataworkbench.publishing.scan.opening.pieces import CODE, DATA, NAME, STYLE, Figures, Flow, Run
from dataworkbench.publishing.scan.roster import LONG_NUMBER, Roster, joined

NEAR: Final = 3
"""So many words apart at most stand a given and a family name that belong together: "Ruiz, Ana" and "Ana M. de Ruiz"."""
_EMAIL: Final = re.compile(r"[\w.%+'-]+@[\w-]+(?:\.[\w-]+)*\.([A-Za-z]{2,24})\b")
_NO_ADDRESS: Final = frozenset(("png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "html", "json"))
_ID_FIELD: Final = re.compile(
    r"(^|[^a-z])(id|ids|number|num|no|student|pupil|local|sis)([^a-z]|$)|student|_id", re.IGNORECASE
)
_FEWEST_IDS: Final = 3
_MOST_OF_THEM: Final = 0.8
_SHORTEST_ALONE: Final = 4
_SHORT: Final = 400
_MAYBE_A_DATE: Final = re.compile(
    r"\d[-/. ]\d?\d[-/. ]\d\d|(?:19|20)\d{6}|\b\d{1,2}[\w.]*[\s-]+[A-Za-z]{2}|[A-Za-z]{3}\.?\s+\d{1,2}\D{1,4}(?:19|20)"
)
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Hit:
    """Something of the roster in a text: where, of which kind, the words, and what to say of it without them."""

    place: str
    kind: str
    what: str
    full: str


@dataclass(frozen=True)
class Searcher:
    """Holds texts against a roster.

    ``known`` are words that pages say anyway; ``phrases`` are whole names that may stand, of schools and of tests;
    ``days`` are dates that pages say anyway. ``said`` are words that pages of the release themselves say, and ``said_pairs``
    two of them side by side: a narrower circle than the words of a language.
    """

    roster: Roster
    known: frozenset[str] = frozenset()
    phrases: frozenset[tuple[str, ...]] = frozenset()
    days: frozenset[date] = frozenset()
    said: frozenset[str] = frozenset()
    said_pairs: frozenset[str] = frozenset()

    def in_flow(self, flow: Flow) -> Iterator[Hit]:
        """Give what of the roster stands in texts that follow one another."""
        said: list[str] = []
        where: list[int] = []
        for at, run in enumerate(flow.runs):
            found = self._without_phrases(words(run.text))
            said += found
            where += [at] * len(found)
            yield from self._alone(run, found, flow.role) if found else ()
            yield from self._marked(run)
        yield from self._pairs(flow, said, where)
        yield from self._codes(flow, said, where)

    def in_source(self, text: str) -> Iterator[Hit]:
        """Give names and identifiers in a file as it stands, whatever is markup in it."""
        flow = Flow((Run("", text),), CODE)
        said = self._without_phrases(words(text))
        where = [0] * len(said)
        yield from self._pairs(flow, said, where)
        yield from self._codes(flow, said, where)

    def in_figures(self, figures: Figures) -> Iterator[Hit]:
        """Give what of the roster stands in numbers: identifiers and days of birth."""
        whole = [int(v) for v in figures.values if v == v and abs(v) < 1e15 and v == int(v)]  # noqa: PLR0124 - not-a-number
        ids = [v for v in whole if v in self.roster.numbers]
        telling = [v for v in ids if v >= 10 ** (LONG_NUMBER - 1)]
        many = (
            len(set(ids)) >= _FEWEST_IDS
            and len(ids) >= _MOST_OF_THEM * len(figures.values)
            and max(ids) >= 1000
        )
        if telling or many or (ids and _ID_FIELD.search(figures.field)):
            yield Hit(figures.place, "id", "numbers that stand for students", ", ".join(map(str, ids[:20])))
        born = [v for v in whole if abs(v) > _DAY * 1000 and self._is_birth(_day_of(v))]
        if born:
            yield Hit(
                figures.place,
                "birth date",
                "a birth date, written as a number",
                ", ".join(map(str, born[:20])),
            )

    def masked(self, text: str) -> str:
        """Return a path or a place without the words of it that the roster holds."""
        hits = list(self.in_flow(Flow((Run("", text),), NAME)))
        if not hits:
            return text
        parts = re.split(r"([\W_]+)", text)
        gone = {word for hit in hits for word in words(hit.full)}
        return "".join("\N{HORIZONTAL ELLIPSIS}" if set(words(part)) & gone else part for part in parts)

    def _pairs(self, flow: Flow, said: Sequence[str], where: Sequence[int]) -> Iterator[Hit]:
        names = self.roster.name_words
        places = [at for at, word in enumerate(said) if word in names]
        for i, at in enumerate(places):
            for other in places[i + 1 : i + 1 + NEAR]:
                if other - at > NEAR:
                    break
                if joined(said[at], said[other]) in self.roster.pairs and self._is_meant(
                    flow, said, where, at, other
                ):
                    yield Hit(
                        flow.runs[where[at]].place,
                        "name",
                        "a name from the roster, given and family name",
                        " ".join(said[at : other + 1]),
                    )

    def _is_meant(self, flow: Flow, said: Sequence[str], where: Sequence[int], at: int, other: int) -> bool:
        """Whether two words that are somebody's name are meant as one, and not two words of a sentence."""
        one, two = said[at], said[other]
        between = said[at + 1 : other]
        if one == two and not between:
            return False
        plain = [word in self.known for word in (one, two)]
        if not any(plain):
            return True
        if any(len(word) > 1 for word in between) and where[at] == where[other]:
            return not all(plain) and all(len(word) <= _SHORTEST_ALONE for word in between)
        if not all(plain):
            return True
        return self._is_a_name_of_words(flow, said, where, at, other)

    def _is_a_name_of_words(
        self, flow: Flow, said: Sequence[str], where: Sequence[int], at: int, other: int
    ) -> bool:
        """Whether two common words are meant as somebody's name: with capitals, side by side, and not as the pages say them."""
        one, two = said[at], said[other]
        if flow.role in {CODE, STYLE} or f"{one} {two}" in self.said_pairs:
            return False
        both_are_said = one in self.said and two in self.said
        if flow.role == NAME:
            return not both_are_said
        runs = flow.runs[where[at]], flow.runs[where[other]]
        if not (_capital(runs[0].text, one) and _capital(runs[1].text, two)):
            return False
        return runs[0] is runs[1] or (not both_are_said and all(len(words(run.text)) == 1 for run in runs))

    def _alone(self, run: Run, found: Sequence[str], role: str) -> Iterator[Hit]:
        """A family name by itself: a rare word, in a sentence with a capital, or the whole of a value."""
        if role in {CODE, STYLE} or not found:
            return
        whole = len(found) <= 2 and role != NAME
        for word in set(found) & self.roster.families:
            if len(word) < _SHORTEST_ALONE or word.isdigit() or word in self.known:
                continue
            if whole or role == DATA or _capital(run.text, word):
                yield Hit(run.place, "name", "a family name from the roster", word)
        for word in set(found) & self._run_together:
            yield Hit(run.place, "name", "a name from the roster, written as one word", word)

    def _codes(self, flow: Flow, said: Sequence[str], where: Sequence[int]) -> Iterator[Hit]:
        codes, beginnings = self.roster.codes, self.roster.code_beginnings
        for at in [
            at for at, word in enumerate(said) if word[-1].isdigit() or word in codes or word in beginnings
        ]:
            word = said[at]
            full = word if word in codes and word not in self.known else ""
            if (
                not full
                and word.isdigit()
                and len(word) >= LONG_NUMBER
                and len(word) < 19
                and int(word) in self.roster.numbers
            ):
                full = word if len(str(int(word))) >= LONG_NUMBER else ""
            if not full and word in beginnings:
                tries = (" ".join(said[at : at + size]) for size in range(2, 6))
                full = next((code for code in tries if code in codes), "")
            is_color = f"#{full}" in flow.runs[where[at]].text if full else False
            if full and not is_color and (flow.role not in {CODE, STYLE} or len(full) >= LONG_NUMBER):
                yield Hit(flow.runs[where[at]].place, "id", "an identifier from the roster", full)
        if flow.role == DATA:
            yield from self._short_codes(flow)

    def _short_codes(self, flow: Flow) -> Iterator[Hit]:
        """Give short numbers that are identifiers where a field or most of a list says so."""
        told = [
            (run, int(run.text))
            for run in flow.runs
            if run.text.isascii() and run.text.isdigit() and len(run.text) < 19
        ]
        ids = [(run, number) for run, number in told if number in self.roster.numbers and number >= 1000]
        many = len({n for _, n in ids}) >= _FEWEST_IDS and len(ids) >= _MOST_OF_THEM * len(flow.runs)
        for run, number in ids:
            if many or _ID_FIELD.search(run.place.rpartition(".")[2].rpartition("attribute ")[2]):
                yield Hit(run.place, "id", "a number that stands for a student", str(number))

    def _marked(self, run: Run) -> Iterator[Hit]:
        """Give e-mail addresses and birth dates, which have a form of their own."""
        text = run.text
        if "@" in text:
            for match in _EMAIL.finditer(run.text):
                if match.group(1).lower() not in _NO_ADDRESS:
                    yield Hit(run.place, "e-mail", "an e-mail address", match.group())
        if _MAYBE_A_DATE.search(text):
            births = self._births_in(text) if len(text) <= _SHORT else self._find_births(text)
            yield from (Hit(run.place, "birth date", "the birth date of a student", said) for said in births)

    def _births_in(self, text: str) -> tuple[str, ...]:
        """Return the birth dates in a text; short ones, which stand on a page a thousand times, are read once."""
        if text not in self._read:
            self._read[text] = self._find_births(text)
        return self._read[text]

    @cached_property
    def _read(self) -> dict[str, tuple[str, ...]]:
        return {}

    def _find_births(self, text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(said for day, said in dates_in(text) if self._is_birth(day)))

    def _is_birth(self, day: date | None) -> bool:
        return day in self.roster.births and day not in self.days

    def _without_phrases(self, said: list[str]) -> list[str]:
        """Return words with the names that may stand taken out: those of schools, tests and the like."""
        if not self.phrases or not said:
            return said
        starts = self._starts
        if not starts.intersection(said):
            return said
        kept: list[str] = []
        at = 0
        while at < len(said):
            size = _longest(said, at, self.phrases, self._most_words) if said[at] in starts else 0
            kept += ["\N{MIDDLE DOT}"] if size else [said[at]]
            at += max(1, size)
        return kept

    @cached_property
    def _run_together(self) -> frozenset[str]:
        return self.roster.run_together(self.known)

    @cached_property
    def _starts(self) -> frozenset[str]:
        return frozenset(phrase[0] for phrase in self.phrases)

    @cached_property
    def _most_words(self) -> int:
        return max(map(len, self.phrases), default=0)


def _longest(said: Sequence[str], at: int, phrases: Collection[tuple[str, ...]], most: int) -> int:
    for size in range(min(most, len(said) - at), 0, -1):
        if tuple(said[at : at + size]) in phrases:
            return size
    return 0


def _capital(text: str, word: str) -> bool:
    """Whether a word stands in a text with a capital, as names do; one that is written with accents counts."""
    found = re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", text, re.IGNORECASE)
    return found is None or found.group()[:1].isupper()


def _day_of(number: int) -> date | None:
    """Return the day of a moment that is given in seconds or thousandths since 1970."""
    seconds = number / 1000 if abs(number) > 1e11 else number
    try:
        return datetime.fromtimestamp(seconds, UTC).date() if seconds % _DAY == 0 else None
    except (OverflowError, OSError, ValueError):
        return None
