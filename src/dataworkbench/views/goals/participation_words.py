"""What a comparison of schools that took part with others says, in sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dataworkbench.frames import number_text, points_text, signed_text

_ALIKE: Final = {
    "alike": "Before, the two groups were alike",
    "adjust for the difference": "Before, the two groups were a little apart, so the difference should be adjusted for that",
    "not alike": "Before, the two groups were not alike, so the others are no fair comparison",
}


@dataclass(frozen=True)
class Said:
    """One row of a comparison, the columns that name it, and the two times that are compared."""

    row: Mapping[Any, Any]
    by: Sequence[str]
    times: tuple[str, str]

    @property
    def name(self) -> str:
        """What the row is about, as the beginning of a sentence."""
        name = ", ".join(str(self.row[column]) for column in self.by)
        return f"{name}: " if name else ""

    @property
    def shares(self) -> bool:
        """Whether the figures are shares: then they have a Cox index, or a number that it takes to tell them apart."""
        return not _gone(self.row["effect_size"]) or not _gone(self.row["fewest_for_gap_after"])

    def number(self, name: str) -> float:
        """Return one figure of the row; not a number where it has none."""
        value = self.row.get(name)
        return math.nan if _gone(value) else float(value)  # type: ignore[arg-type]  # a cell of a frame

    def points(self, name: str) -> str:
        """Return a difference in words."""
        return points_text(self.number(name)) if self.shares else self.finely(name)

    def finely(self, name: str) -> str:
        """Return a difference in words, to a tenth of a point."""
        return f"{signed_text(self.number(name) * (100 if self.shares else 1), 1)} points"

    def between(self, low: str, high: str) -> str:
        """Return the two ends of an interval in words."""
        return f"between {self.finely(low).removesuffix(' points')} and {self.finely(high)}"


def _gone(value: object) -> bool:
    return value is None or value != value or str(value) == "<NA>"  # noqa: PLR0124 - not-a-number is not itself


def sentences_about(said: Said) -> list[str]:
    """Return what a comparison says: the changes, the difference, how sure it is, and what it rests on."""
    if said.row["status"] == "missing":
        reason = str(said.row["reason"])
        for when in said.times:
            reason = reason.replace(f" in {when}", f" {when}") if when in ("before", "after") else reason
        return [
            f"{said.name}{reason[:1].lower()}{reason[1:]}" if said.name else reason,
            *_needed_for_gap(said),
        ]
    told = [
        (
            f"{said.name}the schools that took part changed by {said.points('own_change')}, the others by {said.points('comparison_change')}. "
            f"The difference in differences is {said.points('value')}{_effect(said)}."
        )
    ]
    if "by_schools" not in said.row:
        return [*told, *_needed(said), *_needed_for_gap(said), str(said.row["caution"])]
    return [*told, _sure(said), *_before(said), _earlier(said)]


def _effect(said: Said) -> str:
    effect = said.number("effect_size")
    return "" if math.isnan(effect) else f" (effect size {signed_text(effect, 3)}, Cox index)"


def _needed(said: Said) -> list[str]:
    needed = said.row["fewest_in_each_cell"]
    if _gone(needed):
        return []
    if not math.isnan(said.number("low")):
        return [f"Likely between {points_text(said.number('low'))} and {points_text(said.number('high'))}, if students were independent of one another."]  # fmt: skip
    return [
        (
            "How many students stand behind the figures is not said, so nothing can be said about chance. To tell such a difference "
            f"from none, each of the four figures would need {number_text(float(needed))} students or more, even if students were "
            "independent of one another; they share schools, so it takes more."
        )
    ]


def _needed_for_gap(said: Said) -> list[str]:
    needed = said.row["fewest_for_gap_after"]
    if _gone(needed):
        return []
    return [
        f"To tell the gap afterwards alone ({said.points('gap_after')}) from none, each group would need {number_text(float(needed))} students or more."
    ]


def _sure(said: Said) -> str:
    took, others = int(said.number("schools_taking_part")), int(said.number("schools_other"))
    if math.isnan(said.number("by_schools_low")):
        ends = (
            ""
            if math.isnan(said.number("low"))
            else f" A careful guess, with students of one school as alike as is usual: {said.between('low', 'high')}."
        )
        return (
            f"With figures in both years there are {took} schools that took part and {others} others. It takes two of each to see how "
            f"much schools differ anyway, so what one school did cannot be told from what that school is like.{ends}"
        )
    looked = int(said.number("looked_at"))
    begins = f"With {looked} comparisons looked at together, that is" if looked > 1 else "That is"
    verdict = (
        "more than schools differ anyway"
        if said.row["stands_out"]
        else "no more than schools differ anyway, so it may be chance"
    )
    return (
        f"School by school, each counting once ({took} took part, {others} did not): {said.finely('by_schools')}, likely "
        f"{said.between('by_schools_low', 'by_schools_high')}. {begins} {verdict}."
    )


def _before(said: Said) -> list[str]:
    word = str(said.row["alike_before"])
    if word not in _ALIKE:
        return []
    apart = signed_text(said.number("before_difference"), 2)
    return [f"{_ALIKE[word]} (difference {apart} standard deviations; What Works Clearinghouse)."]


def _earlier(said: Said) -> str:
    if math.isnan(said.number("earlier_change")):
        return (
            "There is only one year before, so it cannot be checked whether both groups were moving alike already. "
            "Without that the difference is a lead and no proof."
        )
    known = not math.isnan(said.number("earlier_low"))
    ends = f" (likely {said.between('earlier_low', 'earlier_high')})" if known else ""
    return (
        f"In the years before, when there was nothing to find, the same comparison gives {said.finely('earlier_change')}{ends}. "
        "If that is not near nothing, the groups were moving apart already."
    )
