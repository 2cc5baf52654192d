"""The truths that are planted: where they are, and how large.

Everything else that differs between schools is ordinary chance, described in ``docs/sample-district.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dataworkbench.samples.plan import Plan

ROUTE: Final = "Route 17"
ROUTE_GRADE: Final = 4
ROUTE_SHARE: Final = 0.45
ROUTE_ABSENCE: Final = 0.24
ROUTE_LOSS: Final = 1.0
"""Standard deviations of mathematics that riders had lost by the next autumn."""

READING_STRATEGY: Final = "Guided reading groups"
READING_EFFECT: Final = 0.25
APP_STRATEGY: Final = "Number sense app"
MENTORING_STRATEGY: Final = "Check-in mentoring"
WRITING_STRATEGY: Final = "Writing club"

RIGOR_STAFF: Final = 0.82
RIGOR_STUDENTS: Final = 0.47

GAP: Final = 0.70
"""Standard deviations by which English learners are behind in English language arts, everywhere."""
GAP_CLOSED: Final = 0.40
"""How much of it the one school closed from its first autumn to its last."""

CHRONIC_SHARE: Final = 0.36
CHRONIC_GRADE: Final = 9

TOPIC: Final = "Asking better questions"
TOPIC_ELEMENT: Final = "questioning"
TOPIC_GAIN: Final = 1.0
"""Points on the hidden scale of a rubric level that teachers gained who took part."""


@dataclass(frozen=True)
class Places:
    """The number of the school in which each truth is planted; -1 where the district has none for it."""

    route: int
    gap: int
    rigor: int
    observers: int
    absence: int
    cast: int


def places(plan: Plan) -> Places:
    """Return where the truths are planted, whether or not their effects are switched on."""
    elementary, middle, high = (plan.of_level(level) for level in ("Elementary", "Middle", "High"))
    grade_schools = [int(number) for number in elementary]
    return Places(
        route=grade_schools[0],
        gap=grade_schools[2 % len(grade_schools)],
        rigor=int(middle[0]) if len(middle) else grade_schools[1 % len(grade_schools)],
        observers=grade_schools[3 % len(grade_schools)],
        absence=int(high[0]) if len(high) else -1,
        cast=grade_schools[-1],
    )
