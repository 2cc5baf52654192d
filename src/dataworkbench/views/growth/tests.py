"""Growth as a page shows it: who met the target beside how far everybody came, level to level, and by where one began."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from dataworkbench import figures
from dataworkbench.disclosure import for_audience
from dataworkbench.frames import (
    column_text,
    group_text,
    grouping_columns,
    interval_of,
    number_text,
    signed_text,
)
from dataworkbench.measures import choices_for, growth_by_start, measure
from dataworkbench.measures.fifths import FIFTHS, students_by_start
from dataworkbench.sentences import Sentences, describe
from dataworkbench.tables import DisplayTable, table_of
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, Together, few_in, for_staff, note, plain_table, with_care
from dataworkbench.views.pictures import Behind, Picture
from dataworkbench.views.students.roster import students_here

Where = Mapping[str, tuple[str, ...]]
_CHOSEN_BY: Final = ("school_year", "school_id", "grade_level", "assessment_id", "subject")


def table_of_growth(
    district: Asked, where: Where, *, audience: Audience, by: Sequence[str] = ("school_year", "subject")
) -> DisplayTable | Note:
    """Return the share that met the growth target beside the average gain; one row is one group of ``by``.

    A share above a line can move although hardly anybody's score did, and the other way round: the two stand together.
    """
    met, gain = (
        for_audience(
            measure(district, asked, by=by, where=choices_for(asked, where)), audience, policy=district.policy
        )
        for asked in ("growth_target_met", "mean_gain")
    )
    if set(met["status"]) <= {"missing", "not_applicable"} and set(gain["status"]) <= {
        "missing",
        "not_applicable",
    }:
        return note(*dict.fromkeys([*met["reason"], *gain["reason"]]))
    on = [name for name in grouping_columns(met) if name in grouping_columns(gain)]
    both = _told(met, on, "met").merge(_told(gain, on, "gain"), on=on, how="outer", sort=False)
    shown = both.assign(**{name: [group_text(name, value) for value in both[name]] for name in on}).fillna("")
    titles = {name: column_text(name) for name in on} | {
        "met_n": "Students with a target", "met": "Met the target", "met_likely": "Likely", "gain_n": "Students with two scores",
        "gain": "Average gain, points", "gain_likely": "Likely ",
    }  # fmt: skip
    held = [name for name in titles if name in on or any(shown[name])]
    table = plain_table(
        shown, {name: titles[name] for name in held}, caption="Who met the target, and how far students came",
        figures=[name for name in held if name not in on],
    )  # fmt: skip
    return with_care(table, few_in(met, gain))


def _told(frame: pd.DataFrame, on: Sequence[str], name: str) -> pd.DataFrame:
    likely = pd.Series(
        [interval_of(row) for row in frame.to_dict("records")], index=frame.index, dtype="object"
    )
    return frame[list(on)].assign(
        **{f"{name}_n": frame["n_label"], name: frame["label"], f"{name}_likely": likely}
    )


def plot_transitions(frame: pd.DataFrame, *, title: str = "") -> Picture:
    """Return how students moved from level to level, as a table in colour, with sentences and numbers.

    ``frame`` is ``level_transitions``, through the gate.
    """
    drawn = figures.plot_transitions(frame, title=title)
    if frame.empty or set(frame["status"]) <= {"missing", "not_applicable"}:
        return Picture(drawn)
    known = frame[frame["level_before"] != "Not reported"]
    return Picture(drawn, Behind(Sentences(tuple(_moves(known))), table_of(known)))


def _moves(frame: pd.DataFrame) -> list[str]:
    """Return for each section, where every figure is exact, how many moved up, down and stayed; else what the rows say."""
    if frame["numerator"].isna().any() if "numerator" in frame else True:
        return ["Each row says, of those who began at a level, where they stand now.", *describe(frame)]
    order = {level: place for place, level in enumerate(dict.fromkeys(frame["level_now"]))}
    others = [
        name
        for name in grouping_columns(frame)
        if name not in {"level_before", "level_now"} and frame[name].nunique() > 1
    ]
    said = []
    for key, piece in frame.groupby(others, sort=False) if others else [((), frame)]:
        step = piece["level_now"].map(order) - piece["level_before"].map(order)
        up, same, down = (int(piece.loc[held, "numerator"].sum()) for held in (step > 0, step == 0, step < 0))
        name = ", ".join(group_text(column, value) for column, value in zip(others, key, strict=True))
        whole = up + same + down
        begins = f"{name}: of" if name else "Of"
        said.append(
            f"{begins} {number_text(whole)} students with a level both times, {number_text(up)} stand higher now, {number_text(same)} at "
            f"the same level and {number_text(down)} lower."
        )
    return [
        *said,
        "Some of this is chance: a score near a line falls on the other side of it without anybody having learned or forgotten.",
    ]


def table_of_points(
    district: Asked, where: Where, *, audience: Audience, by: Sequence[str] = ("subject",)
) -> DisplayTable | Note:
    """Return the average points of the district's value table for moving from level to level; one row is one group."""
    if not district.settings.growth.value_table:
        return note(
            "The district has set no points for moving from level to level. Where it wants some, they go into workbench.toml, "
            "under [growth], as value_table: a row for each level before, in it a number for each level now."
        )
    found = measure(district, "value_table_points", by=by, where=choices_for("value_table_points", where))
    return table_of(
        for_audience(found, audience, policy=district.policy), caption="Points for moving between levels"
    )


def typical_growth(district: Asked) -> Note:
    """Return the range of growth percentiles that the district counts as typical, in words."""
    held = district.settings.growth
    return note(
        f"Between {held.typical_from:g} and {held.typical_to:g} counts as typical here; 50 is the middle. The percentiles are the "
        "state's or the vendor's own: a district alone is too small a group to compare with."
    )


def plot_fifths(
    district: Asked, where: Where, *, audience: Audience, by: Sequence[str] = ("subject",),
    title: str = "Who gained more than grade-mates, by where they began?",
) -> Picture | Note:  # fmt: skip
    """Return what each fifth of the grade level gained beside what coming back to the middle alone would give; for staff."""
    refused = for_staff(audience, "Growth by where students began")
    if refused is not None:
        return refused
    chosen = {name: tuple(values) for name, values in where.items() if name in _CHOSEN_BY}
    frame = for_audience(growth_by_start(district, by=by, where=chosen), audience, policy=district.policy)
    drawn = figures.plot_fifths(frame, title=title)
    if set(frame["status"]) <= {"missing", "not_applicable"}:
        return Picture(drawn)
    return Picture(drawn, Behind(Sentences(tuple(_by_fifths(frame, by))), _fifths_table(frame, by)))


def _by_fifths(frame: pd.DataFrame, by: Sequence[str]) -> list[str]:
    others = [name for name in by if frame[name].nunique() > 1]
    said = []
    for key, piece in frame.groupby(others, sort=False) if others else [((), frame)]:
        held = {str(row["fifth"]): row for row in piece[piece["value"].notna()].to_dict("records")}
        if FIFTHS[0] not in held:
            continue
        name = ", ".join(group_text(column, value) for column, value in zip(others, key, strict=True))
        low = held[FIFTHS[0]]
        said.append(
            f"{name + ': the' if name else 'The'} lowest fifth gained {signed_text(low['value'], 1)} points beside grade-mates; "
            f"{signed_text(low['expected'], 1)} were to be expected from chance at the start alone (first and last score correlate at "
            f"{number_text(low['correlation'], 2)}). {_beyond(low)}"
        )
    away = [row for row in frame.to_dict("records") if row["beyond_low"] > 0 or row["beyond_high"] < 0]
    if away:
        names = "; ".join(
            ", ".join([*(group_text(c, row[c]) for c in others), str(row["fifth"]).lower()]) for row in away
        )
        said.append(
            f"Of {len(frame)} groups, these lie away from what chance would give: {names}. Of twenty, one would by chance."
        )
    else:
        said.append(
            f"None of the {len(frame)} groups lies clearly away from what coming back to the middle would give."
        )
    return said


def _beyond(row: Mapping[Hashable, Any]) -> str:
    ends = f"between {signed_text(row['beyond_low'], 1)} and {signed_text(row['beyond_high'], 1)}"
    return f"What is left is {signed_text(row['beyond_expected'], 1)}, likely {ends}."


def _fifths_table(frame: pd.DataFrame, by: Sequence[str]) -> DisplayTable:
    rows = frame.to_dict("records")
    shown = pd.DataFrame({name: [group_text(name, row[name]) for row in rows] for name in by}).assign(
        fifth=frame["fifth"].tolist(), n=frame["n_label"].tolist(), first=[_one(row["mean_first"]) for row in rows],
        gain=[_signed(row["gain"]) for row in rows], beyond=[_signed(row["value"]) for row in rows],
        expected=[_signed(row["expected"]) for row in rows], left=[_left(row) for row in rows],
    )  # fmt: skip
    titles = {name: column_text(name) for name in by} | {
        "fifth": "Began in the", "n": "Students", "first": "First score", "gain": "Gained", "beyond": "Beside grade-mates",
        "expected": "Expected from chance", "left": "What is left (likely)",
    }  # fmt: skip
    table = plain_table(
        shown,
        titles,
        caption="Growth by where students began",
        figures=["n", "first", "gain", "beyond", "expected", "left"],
    )
    return with_care(table, few_in(frame))


def _one(value: object) -> str:
    return "" if pd.isna(value) else number_text(float(value), 1)  # type: ignore[call-overload, arg-type]  # a cell of a frame


def _signed(value: object) -> str:
    return "" if pd.isna(value) else signed_text(float(value), 1)  # type: ignore[call-overload, arg-type]  # as above


def _left(row: Mapping[object, object]) -> str:
    if pd.isna(row["beyond_low"]):  # type: ignore[call-overload]  # as above
        return _signed(row["beyond_expected"])
    return (
        f"{_signed(row['beyond_expected'])} ({_signed(row['beyond_low'])} to {_signed(row['beyond_high'])})"
    )


def list_growth(
    district: Asked, where: Where, *, audience: Audience, most: int = 10
) -> Together | DisplayTable | Note:
    """Return who came furthest and who least beyond students of the same grade level who began at the same place.

    One row is one student in one subject. What was to be expected is the grade level's average gain and what coming back to
    the middle gives at that first score.
    """
    refused = for_staff(audience, "The list of students")
    if refused is not None:
        return refused
    chosen = {name: tuple(values) for name, values in where.items() if name in _CHOSEN_BY}
    years = chosen.get("school_year", ())
    found = students_by_start(district, where=chosen | ({"school_year": years[-1:]} if years else {}))
    if found.empty:
        return note(
            "Growth cannot be told yet: no test was given twice in one school year to enough students."
        )
    names = (
        students_here(district, {"school_year": years[-1:]} if years else {})
        .drop_duplicates("student_id")
        .set_index("student_id")["name"]
    )
    told = found.sort_values("left", kind="stable")
    told = told.assign(
        name=[names.get(held, "") or held for held in told["student_id"]],
        grade=[group_text("grade_level", value) for value in told["grade_level"]],
        due=[_signed(value) for value in told["due"]], gained=[_signed(value) for value in told["gain"]],
        left=[_signed(value) for value in told["left"]],
    )  # fmt: skip
    titles = {
        "name": "Name", "left": "Beyond or short", "gained": "Gained", "due": "Gain of like students", "first_score": "First score",
        "last_score": "Last score", "subject": "Subject", "grade": "Grade", "student_id": "Identifier",
    }  # fmt: skip
    numbers = ["first_score", "last_score", "gained", "due", "left"]
    few = min(most, len(told) // 2 or 1)
    return Together(
        (
            plain_table(told.head(few), titles, caption=f"Came least far beside students who began alike ({few} of {len(told)})", figures=numbers),
            plain_table(told.tail(few)[::-1], titles, caption=f"Came furthest beside students who began alike ({few} of {len(told)})", figures=numbers),
            note(
                "One score of one day can be lucky or unlucky by more than a student learns in months. Ask first whether the two tests "
                "were taken as they should be; then what helped, or what was in the way."
            ),
        )
    )  # fmt: skip
