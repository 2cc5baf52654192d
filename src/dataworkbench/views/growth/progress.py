"""Progress of single students week by week, by rules that were agreed before anybody looked at names; for staff alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from dataworkbench import figures
from dataworkbench.figures import Measured, Straight
from dataworkbench.frames import group_text, number_text, signed_text
from dataworkbench.measures import Progress, Trend, one_progress, phase_trends, progress_list, progress_points
from dataworkbench.measures.monitoring import BRING
from dataworkbench.measures.progress import LAST_POINTS
from dataworkbench.sentences import Sentences
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, Together, for_staff, note, plain_table
from dataworkbench.views.pictures import Behind, Picture, Pictures
from dataworkbench.views.students.roster import students_here

Where = Mapping[str, tuple[str, ...]]
_CHOSEN_BY: Final = ("school_year", "school_id", "grade_level", "subject", "measure")

_VERDICTS: Final = {
    "change something": "Change something", "raise the goal": "Raise the goal", "keep going": "Keep going",
    "too early": "Too early to say", "no goal": "No goal was set",
}  # fmt: skip
_RULE: Final = (
    "The rule, agreed before looking at names: with at least six measurements in six weeks, look at the last four. All four on the "
    "wrong side of the goal line: change something. All four on the better side: raise the goal. Else keep going."
)


def progress_rule() -> Note:
    """Return the rules by which progress is judged, in words, to be agreed before anybody looks at names."""
    return note(
        _RULE,
        "A second, slower rule looks at the whole trend, from ten measurements in ten weeks on: does even its likely range fall short of the "
        "goal line, or run ahead of it? Where the two differ, the second is the surer one. The same rules hold for everyone.",
    )


def list_progress(
    district: Asked, where: Where, *, audience: Audience, most: int = 15
) -> Together | DisplayTable | Note:
    """Return what the rules say of every student who is followed, one row a student and measure; for staff only.

    Those for whom something should change come first; within one verdict the order is that of identifiers.
    """
    refused = for_staff(audience, "The list of students who are followed")
    if refused is not None:
        return refused
    found = progress_list(district, where=_chosen(where))
    if found.empty:
        return note(f"Nobody's progress is followed week by week here yet. {BRING}")
    names = _names(district, where)
    counts = found["by_last_points"].value_counts()
    said = note(
        f"{len(found)} series are followed here. By the rule: "
        + ", ".join(f"{word.lower()} {counts[name]}" for name, word in _VERDICTS.items() if name in counts) + "."
    )  # fmt: skip
    tables = [
        _listed(piece, str(measured), names, most) for measured, piece in found.groupby("measure", sort=True)
    ]
    return Together((said, *tables))


def _listed(found: pd.DataFrame, measured: str, names: Mapping[str, str], most: int) -> DisplayTable:
    kept = found.head(most)
    rows = kept.to_dict("records")
    shown = kept.assign(
        name=[names.get(held, "") for held in kept["student_id"].fillna("")],
        grade=[group_text("grade_level", value) for value in kept["grade_level"]],
        rate=[_signed(row["slope"]) or "too few" for row in rows],
        likely=["" if pd.isna(row["low"]) else f"{_signed(row['low'])} to {_signed(row['high'])}" for row in rows],
        needed=[_signed(value) for value in kept["needed"]],
        last_points=kept["by_last_points"].map(_VERDICTS), trend=kept["by_trend"].map(_VERDICTS),
    )  # fmt: skip
    titles = {
        "name": "Name", "student_id": "Identifier", "grade": "Grade", "last_points": "Last four", "trend": "Trend", "points": "Measured",
        "first": "Began", "last": "Now", "goal": "Goal", "rate": "A week", "likely": "Likely", "needed": "Needed",
    }  # fmt: skip
    counted = f"{measured}: what the rules say ({len(kept)} of {len(found)})"
    figures = ["points", "first", "last", "goal", "rate", "likely", "needed"]
    return plain_table(shown, titles, caption=counted, figures=figures)


def _chosen(where: Where) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in where.items() if name in _CHOSEN_BY}


def _names(district: Asked, where: Where) -> dict[str, str]:
    held = students_here(district, {name: values for name, values in where.items() if name == "school_year"})
    return dict(zip(held["student_id"], held["name"], strict=True))


def _signed(value: object) -> str:
    return "" if pd.isna(value) else signed_text(float(value), 1)  # type: ignore[call-overload, arg-type]  # a cell of a frame


def plot_progress(
    district: Asked, where: Where, *, audience: Audience, student: str = "", measure: str = ""
) -> Picture | Pictures | Note:
    """Return a student's measurements week by week with the goal line, each phase's trend, and what the rules say.

    ``student`` is an identifier; without one it is the first of ``list_progress``. ``measure`` keeps one of several. For staff.
    """
    refused = for_staff(audience, "The progress of one student")
    if refused is not None:
        return refused
    chosen = _chosen(where) | ({"measure": (measure,)} if measure else {})
    if not student:
        listed = progress_list(district, where=chosen)
        if listed.empty:
            return note(f"Nobody's progress is followed week by week here yet. {BRING}")
        one = progress_points(district, where=chosen | {"series": (str(listed["series"].iloc[0]),)})
    else:
        one = progress_points(
            district, where={"student_id": (student,), **({"measure": (measure,)} if measure else {})}
        )
    if one.empty:
        return note(f"There is no series of measurements for '{student}'. {BRING}")
    pictures = [_picture(piece, district, where) for _, piece in one.groupby("series", sort=False)]
    return pictures[0] if len(pictures) == 1 else Pictures(tuple(pictures))


def _picture(points: pd.DataFrame, district: Asked, where: Where) -> Picture:
    confidence = district.settings.confidence
    said = one_progress(points, confidence=confidence)
    phases = phase_trends(points, confidence=confidence)
    last = points.iloc[-1]
    name = _names(district, where).get(str(last["student_id"]), "") or str(
        last["student_id"] or last["series"]
    )
    weekly = bool(points["date"].notna().all())
    drawn = figures.plot_series(
        [Measured(float(row["week"]), float(row["value"]), str(row["phase"]), _moment(row)) for row in points.to_dict("records")],
        title=f"{name}: {last['measure']}", subtitle="for staff only", goal=_goal(said),
        trends=_trends(points, phases), last=LAST_POINTS if said.by_last_points not in {"too early", "no goal"} else 0,
        notes=[_VERDICTS[said.by_last_points] + ", by the last four points."] if said.line else [],
        unit="week" if weekly else "session",
    )  # fmt: skip
    return Picture(
        drawn, Behind(Sentences(tuple(_sentences(said, phases, weekly=weekly))), _table(points, phases))
    )


def _moment(row: Mapping[object, object]) -> str:
    day = row["date"]
    return f"Session {row['session']}" if pd.isna(day) else pd.Timestamp(str(day)).strftime("%Y-%m-%d")  # type: ignore[call-overload]  # a cell of a frame


def _goal(said: Progress) -> Straight | None:
    line = said.line
    if line is None:
        return None
    return Straight(
        (line.week, line.value),
        (line.goal_week, line.goal),
        f"Goal line: to {number_text(line.goal)}, {signed_text(line.slope, 1)} a week",
    )


def _trends(points: pd.DataFrame, phases: list[tuple[str, float, Trend | None]]) -> list[Straight]:
    found = []
    for name, _, trend in phases:
        weeks = points.loc[points["phase"] == name, "week"].astype("float64")
        if trend is not None and trend.points > 2:
            ends = (float(weeks.min()), float(weeks.max()))
            label = (
                f"Trend, {name}: {signed_text(trend.slope, 1)} a week"
                if len(phases) > 1
                else f"Trend: {signed_text(trend.slope, 1)} a week"
            )
            found.append(Straight((ends[0], trend.at(ends[0])), (ends[1], trend.at(ends[1])), label))
    return found


def _sentences(said: Progress, phases: list[tuple[str, float, Trend | None]], *, weekly: bool) -> list[str]:
    unit = "week" if weekly else "session"
    told = []
    if said.trend is not None:
        likely = (
            f", likely between {signed_text(said.trend.low, 2)} and {signed_text(said.trend.high, 2)}"
            if said.points > 2
            else ""
        )
        told.append(
            f"{said.points} measurements. All in one line: {signed_text(said.trend.slope, 2)} a {unit}{likely}."
        )
    if said.line is not None:
        told.append(
            f"The goal line begins at {number_text(said.line.value, 1)}, the median of the first three, and asks for "
            f"{signed_text(said.line.slope, 2)} a {unit}."
        )
    told.append(_verdict(said))
    if len(phases) > 1:
        told.append(
            "A change of slope where a phase begins is a lead, not a proof: with few points in a phase the likely ranges are wide, "
            "and other things began at that time too."
        )
    return told


def _verdict(said: Progress) -> str:
    if said.by_last_points == "no goal":
        return "No goal with a day was set, so no rule can be followed. Set one together, then bring it with the next measurements."
    if said.by_last_points == "too early":
        return f"Too early for the rule: it takes six measurements in six weeks; there are {said.points} in {number_text(said.weeks + 1, 0)}."
    by_trend = {
        "too early": "For the rule of the trend it is too early: it takes ten measurements in ten weeks.",
        "change something": "By the trend, even its likely range falls short of the goal line: change something.",
        "raise the goal": "By the trend, even its likely range is ahead of the goal line: raise the goal.",
        "keep going": "By the trend, the goal line lies within its likely range.",
    }[said.by_trend]
    return f"By the last four points: {_VERDICTS[said.by_last_points].lower()}. {by_trend}"


def _table(points: pd.DataFrame, phases: list[tuple[str, float, Trend | None]]) -> DisplayTable:
    counts = points["phase"].value_counts()
    shown = pd.DataFrame(
        {
            "phase": [name for name, _, _ in phases], "points": [int(counts[name]) for name, _, _ in phases],
            "mean": [number_text(mean, 2) for _, mean, _ in phases],
            "slope": ["" if trend is None else signed_text(trend.slope, 2) for _, _, trend in phases],
            "likely": [
                "" if trend is None or trend.points < 3 else f"{signed_text(trend.low, 2)} to {signed_text(trend.high, 2)}"
                for _, _, trend in phases
            ],
        }
    )  # fmt: skip
    titles = {"phase": "Phase", "points": "Measured", "mean": "Mean", "slope": "A week", "likely": "Likely"}
    return plain_table(shown, titles, caption="Phase by phase", figures=["points", "mean", "slope", "likely"])
