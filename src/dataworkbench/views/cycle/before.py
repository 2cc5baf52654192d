"""What was tried here before for a concern like this one: earlier findings that are alike, and in what they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dataworkbench.frames import column_text
from dataworkbench.measures import CATALOGUE
from dataworkbench.records import Cause, Change, Entry, Finding, Review
from dataworkbench.views.cycle.chains import Chains
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.figures_over_time import group_words

GROUPED: Final = ("subject", "subgroup", "grade_level", "need", "school_id")
"""By what two concerns can be about the same students or the same thing."""
FEWEST_WORDS: Final = 2
"""Concerns of different measures are alike from so many words in common on."""
_LETTERS: Final = re.compile(r"[^\W\d_]{4,}")
_SAID_ANYWAY: Final = frozenset(
    [
        "about",
        "above",
        "after",
        "again",
        "also",
        "among",
        "been",
        "before",
        "below",
        "between",
        "cannot",
        "class",
        "classes",
        "could",
        "does",
        "down",
        "each",
        "even",
        "every",
        "fall",
        "from",
        "grade",
        "grades",
        "have",
        "here",
        "higher",
        "into",
        "less",
        "level",
        "levels",
        "lower",
        "many",
        "more",
        "most",
        "much",
        "only",
        "other",
        "over",
        "part",
        "percent",
        "same",
        "school",
        "schools",
        "share",
        "should",
        "some",
        "spring",
        "student",
        "students",
        "such",
        "than",
        "that",
        "their",
        "them",
        "then",
        "there",
        "they",
        "this",
        "those",
        "though",
        "through",
        "under",
        "upon",
        "very",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "whom",
        "winter",
        "with",
        "without",
        "would",
        "year",
        "years",
    ]
)


@dataclass(frozen=True)
class Tried:
    """One change that was made for a concern, with the reviews of it and what it was a guess about."""

    change: Entry[Change]
    reviews: tuple[Entry[Review], ...]


@dataclass(frozen=True)
class Alike:
    """An earlier finding that is like a concern: in what it is, in what it is not, what was tried, and which causes were ruled out."""

    finding: Entry[Finding]
    cycle: str
    reasons: tuple[str, ...]
    unlike: tuple[str, ...]
    tried: tuple[Tried, ...]
    ruled_out: tuple[Entry[Cause], ...]

    @property
    def weight(self) -> int:
        """How much speaks for it that the two are alike: reasons less differences."""
        return len(self.reasons) - len(self.unlike)


def alike(district: Kept, web: Chains, concern: Finding, *, before: str = "") -> list[Alike]:
    """Return the earlier findings that are like a concern, the likest first, and of those the newest first.

    Two are alike where they are of the same measure, or have at least two words in common that not every concern has.
    ``before`` is the finding itself: it and those after it are left out.
    """
    found = [
        held
        for entry in reversed(earlier(web, before))
        if (held := _compared(district, web, concern, entry)) is not None
    ]
    return sorted(found, key=lambda held: -held.weight)


def earlier(web: Chains, before: str) -> list[Entry[Finding]]:
    """Return the findings that were written before one; all of them where none is named."""
    every = web.of(Finding)
    names = [entry.id for entry in every]
    return every[: names.index(before)] if before in names else every


def words_of(text: str) -> frozenset[str]:
    """Return the words that say what a concern is about: no numbers, none that are in every concern, plurals as one word."""
    found = {word.casefold() for word in _LETTERS.findall(text)}
    return frozenset(_singular(word) for word in found if word not in _SAID_ANYWAY)


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 4 else word


def _compared(district: Kept, web: Chains, concern: Finding, entry: Entry[Finding]) -> Alike | None:
    body = entry.body
    is_measure = bool(concern.indicator) and body.indicator == concern.indicator
    words = sorted(words_of(concern.concern) & words_of(body.concern))
    if not is_measure and len(words) < FEWEST_WORDS:
        return None
    same, other = _groups(district, concern.where, body.where)
    measure = [f"the same measure ({_title(body.indicator)})"] if is_measure else []
    said = [f"in words: {', '.join(words)}"] if words else []
    below = web.below(entry.id)
    cycle = web.entries.get(web.cycle_of(entry.id))
    return Alike(
        entry, cycle.body.name if cycle is not None else "", (*measure, *same, *said), other,
        tuple(_tried(web, held) for held in below if isinstance(held.body, Change)),
        tuple(held for held in below if isinstance(held.body, Cause) and held.body.ruled_out),
    )  # fmt: skip


def _groups(
    district: Kept, one: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return in which groups two concerns are alike, and in which they are not; what only one of them names is neither."""
    same, differ = [], []
    for name in GROUPED:
        if not one.get(name) or not other.get(name):
            continue
        shared = tuple(value for value in other[name] if value in one[name])
        if shared:
            same.append(group_words(district, {name: shared}))
        else:
            differ.append(f"{column_text(name).lower()}: {group_words(district, {name: other[name]})}")
    return tuple(same), tuple(differ)


def _title(indicator: str) -> str:
    return CATALOGUE[indicator].title if indicator in CATALOGUE else indicator


def _tried(web: Chains, change: Entry[Change]) -> Tried:
    return Tried(change, tuple(held for held in web.below(change.id) if isinstance(held.body, Review)))
