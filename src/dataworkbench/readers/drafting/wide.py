"""Columns of a file that are rows of ours: the questions of a survey, or one score for each time of the year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from dataworkbench.readers.codes import as_period
from dataworkbench.readers.drafting.draft import Item, name_from
from dataworkbench.readers.drafting.looks import Look
from dataworkbench.readers.drafting.words import scale_of, words_in

FEWEST_QUESTIONS: Final = 3
MOST_ANSWERS: Final = 7
_QUESTION: Final = re.compile(r"^(q|item|question)?[ ._-]?\d+[a-z]?$|\?$", re.IGNORECASE)
_SEASONS: Final = re.compile(r"\b(fall|autumn|winter|spring|boy|moy|eoy)\b", re.IGNORECASE)


class Wide(NamedTuple):
    """Several columns that become rows, and what they are: questions, or times of the year.

    ``beside`` are other columns of single times of the year: taken alone, one would stand for all times.
    """

    what: Literal["questions", "periods"]
    items: tuple[Item, ...]
    because: str
    beside: tuple[str, ...] = ()


def find_wide(looks: Sequence[Look]) -> Wide | None:
    """Return the columns of a file that should become rows, or None where there are none."""
    return _questions(looks) or _periods(looks)


def _questions(looks: Sequence[Look]) -> Wide | None:
    worded = [look for look in looks if len(look.texts) >= 2 and scale_of(look.texts)]
    counted = [look for look in looks if _is_answered_by_number(look)]
    found = worded if len(worded) >= FEWEST_QUESTIONS else counted
    if len(found) < FEWEST_QUESTIONS:
        return None
    how = "words such as '" + found[0].texts[0] + "'" if found is worded else "a few whole numbers"
    return Wide(
        "questions",
        _named(found),
        f"{len(found)} columns hold {how}, as the answers to questions of a survey do.",
    )


def _is_answered_by_number(look: Look) -> bool:
    held = set(look.texts)
    return (
        2 <= len(held) <= MOST_ANSWERS + 1
        and all(text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_ANSWERS for text in held)
        and bool(_QUESTION.search(look.header.strip()))
    )


def _named(found: Sequence[Look]) -> tuple[Item, ...]:
    """Return the items, each with a short name of its own."""
    taken: set[str] = set()
    items = []
    for place, look in enumerate(found, start=1):
        short = name_from(look.header)
        name = short if len(short) <= 24 and short != "our_file" else f"question_{place:02d}"
        while name in taken:
            name = f"{name}_{place}"
        taken.add(name)
        items.append(Item(name, look.header))
    return tuple(items)


def _periods(looks: Sequence[Look]) -> Wide | None:
    """Return the largest set of columns of numbers whose headers differ only in the time of the year."""
    groups: dict[tuple[str, ...], list[tuple[str, Look]]] = {}
    for look in looks:
        spaced = _spaced(look.header)
        season = _SEASONS.search(spaced)
        if season is None or look.fit("number") < 0.8:
            continue
        rest = words_in(spaced[: season.start()] + spaced[season.end() :])
        groups.setdefault(rest, []).append((as_period(season[0]) or season[0], look))
    best = max(groups.values(), key=len, default=[])
    if len({period for period, _ in best}) < 2 or len({period for period, _ in best}) < len(best):
        return None
    items = tuple(Item(period, look.header) for period, look in best)
    listed = ", ".join(f"'{item.header}'" for item in items)
    beside = tuple(look.header for look in looks if _SEASONS.search(_spaced(look.header)))
    return Wide("periods", items, f"The headers {listed} differ only in the time of the year.", beside)


def _spaced(header: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", header))
