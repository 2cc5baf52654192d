"""What a piece of evidence from the data says in plain words, and what it cannot tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from dataworkbench.frames import decimals_for, points_text, signed_text
from dataworkbench.measures import FALSE_ALARMS
from dataworkbench.records import Figure
from dataworkbench.views.causes.evidence_figures import Asked, Beside
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.figures_over_time import group_words, time_words

_WHEN: Final = ("school_year", "period")
_WHICH: Final = ("assessment_id", "rubric_id")
_FIRST: Final = ("subgroup_type", "subgroup", "grade_level", "subject")

_MOST_DECIMALS: Final = 4
_NOTHING: Final = "+0.\N{MINUS SIGN}"

ALONE: Final = "There is nothing beside it. It says how things are, and nothing of a cause: set it beside others, or an earlier year."
NOT_BECAUSE: Final = "That the two differ does not say why. Ask what else goes with both, and what would speak against this cause."
FACTORS: Final = "What goes together need not come from one another: a thing may stand out only because of another one that goes with it."
NOT_ALIKE: Final = (
    "The two groups are not made alike, by grade level for one, so part of the difference may come from that."
)
OTHER_STUDENTS: Final = "These are different students each year, so part of the change may be who they are."
TO_THE_MIDDLE: Final = "A group that was picked because its figure stood out comes back toward the middle the next time with nothing done."
UNDER_WAY: Final = (
    "The school year is not over, and the year before is whole: the two are not of the same length."
)
NO_RANGE: Final = "No likely range is known for this difference, so it cannot be told from chance."


def group_named(district: Kept, where: Mapping[str, tuple[str, ...]]) -> str:
    """Return whom and when a figure is of, as a person would say it: "Grade 6, Alder Elementary School, Fall 2026-27"."""
    first = [name for name in _FIRST if name in where]
    rest = [name for name in where if name not in (*_FIRST, *_WHEN, *_WHICH)]
    who = {name: where[name] for name in (*first, *rest)}
    which = group_words(district, {name: where[name] for name in _WHICH if name in where})
    parts = (group_words(district, who) or "all students", which, time_words(where))
    return ", ".join(part for part in parts if part)


def difference_label(difference: Figure, unit: str) -> Figure:
    """Return a difference with its label: "+26 points", or "+3.1"."""
    if difference.value is None:
        return difference
    return difference.model_copy(update={"label": _apart(difference.value, unit, _decimals(difference))})


def sentence(whose: str, figure: Figure, against: Figure, difference: Figure, beside: Beside) -> str:
    """Return a piece of evidence in plain words: both figures with how many, the difference, and what chance may do."""
    said = f"{whose}: {with_range(figure)}."
    if against.value is None or difference.value is None:
        return said
    alike = f" within the same {' and '.join(beside.alike)}" if beside.alike else ""
    named = f"{beside.named[:1].upper()}{beside.named[1:]}"
    return (
        f"{said} {named}: {with_range(against)}. "
        f"Difference{alike}: {difference.label}{_range(difference)}. {_by_chance(difference, beside)}"
    )


def with_range(figure: Figure) -> str:
    """Return a figure with how many stand behind it, and its likely range."""
    if figure.low is None or figure.high is None or figure.value is None:
        return counted(figure)
    ends = [_as_in(figure, end) for end in (figure.low, figure.high)]
    return f"{counted(figure)[:-1]}; likely {ends[0]} to {ends[1]})"


def counted(figure: Figure) -> str:
    """Return a figure with how many stand behind it: "11% (n 187)"."""
    return f"{figure.label} (n {figure.n:,})" if figure.n is not None else f"{figure.label} (n not known)"


def caveats(district: Kept, asked: Asked, figure: Figure, against: Figure, beside: Beside) -> Iterator[str]:
    """Give what a piece of evidence cannot tell, the most telling first."""
    if asked.compared == "none":
        yield ALONE
    else:
        yield FACTORS if asked.compared == "with" else NOT_BECAUSE
    if beside.looked_at > 1:
        yield _looks(beside)
    if asked.compared == "earlier":
        yield OTHER_STUDENTS
        yield TO_THE_MIDDLE
    if beside.is_under_way:
        yield UNDER_WAY
    if asked.compared not in {"none", "earlier"} and not beside.alike:
        yield NOT_ALIKE
    few = min((held.n for held in (figure, against) if held.n is not None), default=None)
    if few is not None and few < district.policy.staff_caution_below:
        whom = "Nobody stands" if few == 0 else f"Only {few} {'stands' if few == 1 else 'stand'}"
        yield f"{whom} behind one of these figures: a single student moves it."


def many_looks(count: int) -> str:
    """Return what it means that so many comparisons were looked at for one cause; nothing while they are few."""
    if count < 3:
        return ""
    return (
        f"{count} comparisons were looked at here. Where nothing differs, about one of {round(1 / FALSE_ALARMS)} stands out all the same: "
        "say how many you looked at when you show this one."
    )


def _looks(beside: Beside) -> str:
    return (
        f"{beside.looked_at} such things were looked at. All of them counted, a difference like this would come up "
        f"{beside.by_chance} in which nothing differs."
    )


def _by_chance(difference: Figure, beside: Beside) -> str:
    if beside.stands_out is not None:
        return (
            "It stands out, all looks counted."
            if beside.stands_out
            else "It could be chance, all looks counted."
        )
    if difference.low is None or difference.high is None:
        return NO_RANGE
    if difference.low <= 0 <= difference.high:
        return "The likely range holds no difference at all, so this may be chance."
    return "Chance alone would seldom give so much."


def _range(difference: Figure) -> str:
    if difference.low is None or difference.high is None:
        return ""
    ends = [_ends(difference, end) for end in (difference.low, difference.high)]
    return f" (likely {ends[0]} to {ends[1]})"


def _ends(difference: Figure, end: float) -> str:
    """Return an end of a difference's likely range, so exact that one that is not 0 does not read as 0."""
    is_share = "point" in difference.label
    own, decimals = (end * 100, 0) if is_share else (end, _decimals(difference))
    told = (signed_text(own, decimals + more) for more in range(_MOST_DECIMALS))
    return next((text for text in told if own == 0 or text.strip(_NOTHING)), signed_text(own, decimals))


def _apart(value: float, unit: str, decimals: int) -> str:
    return points_text(value) if unit == "rate" else signed_text(value, decimals)


def _decimals(difference: Figure) -> int:
    return decimals_for(
        [held for held in (difference.value, difference.low, difference.high) if held is not None]
    )


def _as_in(figure: Figure, end: float) -> str:
    """Return an end of a range as exact as the figure's own label."""
    whole, _, fraction = figure.label.rstrip("%").partition(".")
    decimals = len(fraction)
    if figure.label.endswith("%"):
        return f"{end * 100:.{decimals}f}%"
    return f"{end:,.{decimals}f}" if whole else f"{end}"
