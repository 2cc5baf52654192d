"""How several scores on one standard become one: the rules that districts use, side by side."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from dataworkbench.errors import no_such
from dataworkbench.workspace import MasteryRule

LATEST_WEIGHS: Final = 0.65
NOT_ENOUGH: Final = "not enough evidence"
_NEARLY: Final = 1e-9

Scale = tuple[float, float]


@dataclass(frozen=True)
class Evidence:
    """The scores of one student on one standard in order of time, and what a rule may need beside them."""

    scores: tuple[float, ...]
    mastery: float = math.nan
    times: int = 2
    scale: Scale | None = None


@dataclass(frozen=True)
class Rule:
    """One way to make one score of several: what it does in a sentence, how many scores it needs, and how it is worked out.

    ``in_sql`` is the same over a list ``scores`` in order of time; ``cut``, ``scale_min`` and ``scale_max`` stand beside it.
    """

    sentence: str
    of: Callable[[Evidence], float]
    in_sql: str
    fewest: int = 1


def _decaying(given: Evidence) -> float:
    held = given.scores[0]
    for score in given.scores[1:]:
        held = (1 - LATEST_WEIGHS) * held + LATEST_WEIGHS * score
    return held


def _weighted(given: Evidence) -> float:
    *older, latest = given.scores
    return LATEST_WEIGHS * latest + (1 - LATEST_WEIGHS) * statistics.fmean(older) if older else latest


def _mode(given: Evidence) -> float:
    times = {score: given.scores.count(score) for score in given.scores}
    return next(score for score in reversed(given.scores) if times[score] == max(times.values()))


def _often(given: Evidence) -> float:
    enough = [score for score in given.scores if score >= given.mastery]
    return statistics.fmean(enough) if len(enough) >= given.times else math.nan


def _power_law(given: Evidence) -> float:
    if min(given.scores) <= 0:
        return math.nan
    x = [math.log(place) for place in range(1, len(given.scores) + 1)]
    y = [math.log(score) for score in given.scores]
    slope, start = statistics.linear_regression(x, y)
    low, high = given.scale or (min(given.scores), max(given.scores))
    return min(max(math.exp(start + slope * x[-1]), low), high)


_X: Final = "list_transform(range(1, len(scores) + 1), lambda place: ln(place))"
_Y: Final = "list_transform(scores, lambda score: ln(score))"
_N: Final = "len(scores)"
_SLOPE: Final = (
    f"({_N} * list_dot_product({_X}, {_Y}) - list_sum({_X}) * list_sum({_Y})) "
    f"/ ({_N} * list_dot_product({_X}, {_X}) - list_sum({_X}) ^ 2)"
)
_CURVE: Final = f"exp(list_sum({_Y}) / {_N} + {_SLOPE} * (ln({_N}) - list_sum({_X}) / {_N}))"
_POWER_LAW: Final = (
    f"CASE WHEN list_min(scores) > 0 THEN least(greatest({_CURVE}, coalesce(scale_min, list_min(scores))), "
    "coalesce(scale_max, list_max(scores))) END"
)
_HOW_OFTEN: Final = "list_transform(scores, lambda one: len(list_filter(scores, lambda other: other = one)))"
_MODE: Final = f"scores[{_N} - list_position(list_reverse({_HOW_OFTEN}), list_max({_HOW_OFTEN})) + 1]"
_AT_MASTERY: Final = "list_filter(scores, lambda score: score >= cut)"

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "latest": Rule("the latest score", lambda given: given.scores[-1], "scores[-1]"),
        "highest": Rule("the highest score", lambda given: max(given.scores), "list_max(scores)"),
        "average": Rule("the mean of all scores", lambda given: statistics.fmean(given.scores), "list_avg(scores)"),
        "median": Rule("the middle score", lambda given: statistics.median(given.scores), "list_median(scores)"),
        "mode": Rule("the score that came most often, of several the one that came last", _mode, _MODE),
        "weighted average": Rule(
            "65% the latest score and 35% the mean of those before", _weighted,
            f"CASE WHEN {_N} = 1 THEN scores[1] ELSE {LATEST_WEIGHS} * scores[-1] + {1 - LATEST_WEIGHS} * list_avg(scores[:-2]) END",
        ),
        "decaying average": Rule(
            "each score in turn taken in at 65%", _decaying,
            f"list_reduce(scores, lambda held, score: {1 - LATEST_WEIGHS} * held + {LATEST_WEIGHS} * score)",
        ),
        "power law": Rule(
            "where a curve through the scores (a times x to the b) stands today, kept on the scale; from three scores on",
            _power_law, _POWER_LAW, fewest=3,
        ),
        "mastered often enough": Rule(
            "the mean of the scores at mastery, where there are enough of them", _often,
            f"CASE WHEN len({_AT_MASTERY}) >= {{times}} THEN list_avg({_AT_MASTERY}) END", fewest=0,
        ),
    }
)  # fmt: skip
"""The rules by their names. Sources: the learning mastery gradebook of Canvas ("weighted average" is what it called decaying
average until it changed the rule); for the power law, Marzano (2006), Classroom assessment and grading that work."""


def combined(given: Evidence, rule: str) -> float:
    """Return one score from several by a rule, unrounded; not a number where the rule needs more scores than there are.

    Raises
    ------
    NoSuchNameError
        Where there is no such rule.

    """
    if rule not in RULES:
        raise no_such("rule for a standard's score", rule, RULES)
    there = tuple(float(score) for score in given.scores if score is not None and not math.isnan(score))
    if len(there) < max(RULES[rule].fewest, 1):
        return math.nan
    return RULES[rule].of(Evidence(there, given.mastery, given.times, given.scale))


def standard_score(scores: Sequence[float], *, rule: str = "latest", scale: Scale | None = None) -> float:
    """Return one score from the scores on a standard in order of time, rounded to two decimals; not a number without any."""
    score = combined(Evidence(tuple(scores), scale=scale), rule)
    return score if math.isnan(score) else math.floor(score * 100 + 0.5 + _NEARLY) / 100


def mastered_often(scores: Sequence[float], *, mastery: float, times: int) -> float:
    """Return the mean of the scores at or above mastery where there are ``times`` of them, else not a number."""
    score = combined(Evidence(tuple(scores), mastery, times), "mastered often enough")
    return score if math.isnan(score) else math.floor(score * 100 + 0.5 + _NEARLY) / 100


def fewest_scores(rule: str, *, fewest: int, times: int) -> int:
    """Return how many scores a verdict takes: what the district asks for, and what the rule itself needs."""
    return max(fewest, times if rule == "mastered often enough" else RULES[rule].fewest)


def judged(
    scores: Sequence[float], *, cut: float, asked: MasteryRule, scale: Scale | None = None
) -> tuple[float, str]:
    """Return the score on a standard by a district's rule (two decimals), and the verdict: "mastered", "not yet" or "not enough evidence".

    The score is not a number where the rule gives none. The verdict is that of ``standard_verdicts``, for scores that are at
    hand already.
    """
    there = tuple(float(score) for score in scores if score is not None and not math.isnan(score))
    if len(there) < fewest_scores(asked.rule, fewest=asked.fewest_scores, times=asked.times):
        return math.nan, NOT_ENOUGH
    exact = combined(Evidence(there, cut, asked.times, scale), asked.rule)
    score = exact if math.isnan(exact) else math.floor(exact * 100 + 0.5 + _NEARLY) / 100
    return score, "mastered" if score >= cut else "not yet"


def score_in_sql(rule: str, *, times: int) -> str:
    """Return the rule as SQL over ``scores``, ``cut``, ``scale_min`` and ``scale_max``, rounded to two decimals."""
    return f"floor(({RULES[rule].in_sql.format(times=times)}) * 100 + 0.5 + {_NEARLY}) / 100"


def verdict_in_sql(rule: str, *, fewest: int, times: int) -> str:
    """Return SQL that says whether a standard is mastered by a rule: true, false, or nothing where that cannot be said.

    Over ``scores`` as above, and ``by_label``: what the label given last says, where one was given. Only the latest score
    has a label of its own; a mean of scores is held against the cut score. Where scores are lacking and the district goes
    by the latest, the label decides.
    """
    score = score_in_sql(rule, times=times)
    least = fewest_scores(rule, fewest=fewest, times=times)
    if rule == "latest":
        return f"CASE WHEN times < {least} THEN NULL ELSE coalesce(by_label, {score} >= cut) END"
    if rule == "mastered often enough":
        return f"CASE WHEN {_N} < {least} OR cut IS NULL THEN NULL ELSE len({_AT_MASTERY}) >= {times} END"
    return f"CASE WHEN {_N} < {least} THEN NULL ELSE {score} >= cut END"
