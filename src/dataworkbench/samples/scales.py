"""The scales that the hidden scores are written on: means, spreads, typical growth and cut scores by grade level.

Rough figures of our own making, in the range of what such tests report; no publisher's norms.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from dataworkbench.samples.plan import Floats, Ints

FALL_MEAN: Final[tuple[Floats, Floats]] = (
    np.array([340.0, 372, 399, 424, 446, 463, 474, 483, 491]),
    np.array([348.0, 398, 448, 486, 515, 539, 556, 570, 582]),
)
TYPICAL_GROWTH: Final[tuple[Floats, Floats]] = (
    np.array([29.0, 28, 26, 25, 21, 17, 13, 11, 10]),
    np.array([44.0, 44, 37, 29, 23, 18, 15, 12, 11]),
)
SPREAD: Final[tuple[Floats, Floats]] = (
    np.array([22.0, 24, 25, 26, 28, 29, 30, 31, 32]),
    np.array([27.0, 33, 40, 44, 46, 48, 50, 52, 54]),
)
SCALE_ENDS: Final = (100, 800)

RELATIVE_PLACEMENTS: Final = (
    "3 or More Grade Levels Below",
    "2 Grade Levels Below",
    "1 Grade Level Below",
    "Early On Grade Level",
    "Mid or Above Grade Level",
)

STATE_GRADES: Final = (3, 4, 5, 6, 7, 8, 11)
STATE_CUTS: Final[tuple[Floats, Floats]] = (
    np.array([[2381, 2436, 2501], [2411, 2485, 2549], [2455, 2528, 2579], [2473, 2552, 2610],
              [2484, 2567, 2635], [2504, 2586, 2653], [2543, 2628, 2718]], dtype=float),
    np.array([[2367, 2432, 2490], [2416, 2473, 2533], [2442, 2502, 2582], [2457, 2531, 2618],
              [2479, 2552, 2649], [2487, 2567, 2668], [2493, 2583, 2682]], dtype=float),
)  # fmt: skip
"""Lowest scores of levels 2, 3 and 4 for each tested grade level, in the order of ``STATE_GRADES``."""
STATE_SPREAD: Final = np.array([85.0, 87, 90, 95, 98, 100, 108])
STATE_ENDS: Final = (2114, 2895)
STATE_LEVELS: Final = ("Standard Not Met", "Standard Nearly Met", "Standard Met", "Standard Exceeded")
STANDARD_LEVELS: Final = ("Beginning", "Developing", "Meeting", "Exceeding")


def diagnostic_score(subject: int, grade: Ints, through: Floats, hidden: Floats) -> Ints:
    """Return scores on the diagnostic's scale for hidden scores, so far through a year."""
    middle = FALL_MEAN[subject][grade] + TYPICAL_GROWTH[subject][grade] * through
    return np.clip(np.rint(middle + SPREAD[subject][grade] * hidden), *SCALE_ENDS).astype(np.int64)


def placement(subject: int, grade: Ints, score: Floats | Ints) -> Ints:
    """Return the relative placement of scores: 0 is three or more grade levels below, 4 mid or above.

    There is only one level below kindergarten, so the lowest that its students can have is one below, which is 2.
    """
    early, mid = _early(subject), _mid(subject)
    cuts = [
        early[np.maximum(grade - 2, 0)] - 25 * (grade < 2),
        early[np.maximum(grade - 1, 0)] - 25 * (grade < 1),
    ]
    cuts += [early[grade], mid[grade]]
    level: Ints = np.maximum(np.sum([score >= cut for cut in cuts], axis=0), 2 - grade)
    return level


def mid_on_grade(subject: int, grade: Ints) -> Ints:
    """Return the lowest score that counts as mid or above in each grade level."""
    return np.rint(_mid(subject)[grade]).astype(np.int64)


def _early(subject: int) -> Floats:
    return np.rint(FALL_MEAN[subject] + 0.45 * TYPICAL_GROWTH[subject] + 0.05 * SPREAD[subject])


def _mid(subject: int) -> Floats:
    return np.rint(FALL_MEAN[subject] + 0.95 * TYPICAL_GROWTH[subject] + 0.30 * SPREAD[subject])


def state_score(subject: int, grade: Ints, hidden: Floats) -> Ints:
    """Return scores on the state test's scale for hidden scores; its middle lies a little under level 3."""
    at = np.searchsorted(STATE_GRADES, grade)
    middle = STATE_CUTS[subject][at, 1] - 0.05 * STATE_SPREAD[at]
    score: Ints = np.clip(np.rint(middle + STATE_SPREAD[at] * hidden), *STATE_ENDS).astype(np.int64)
    return score


def state_level(subject: int, grade: Ints, score: Floats | Ints) -> Ints:
    """Return the state's level, 1 to 4, of scores."""
    cuts = STATE_CUTS[subject][np.searchsorted(STATE_GRADES, grade)]
    level: Ints = 1 + np.sum(np.asarray(score)[:, None] >= cuts, axis=1)
    return level
