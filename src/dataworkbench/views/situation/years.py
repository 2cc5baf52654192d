"""What several years say together: who stands apart year after year, and how gaps moved and by whose movement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from dataworkbench.frames import group_text, number_text, percent_text, points_text, signed_text
from dataworkbench.measures import gap_closing, indicator, measure, share_and_mean, years_running
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import NOT_REPORTED, Audience
from dataworkbench.views.choosing import latest_test
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, note, plain_table, whole_day

Where = Mapping[str, tuple[str, ...]]

_NOT_PUBLIC: Final = "{what}: the figures of several years and groups could be subtracted from each other, so this table is made for staff only."
_CALLED: Final = {"success": "Better every year", "failure": "Worse every year"}


def consistent_over_years(
    district: Asked, where: Where, *, audience: Audience, id: str = "mean_score", of: str = "school_name",  # noqa: A002 - the catalogue's own word
    within: Sequence[str] = ("subject", "grade_level"), years: int = 3, most: int = 12,
) -> DisplayTable | Note:  # fmt: skip
    """Return which schools stood above, or below, everybody else of the same subject and grade level in each of the last years.

    One row is one school in one subject and grade level that is called by the rule; how many were looked at, and how many
    would run on one side by chance alone, stands in the caption. For staff only, since it singles schools out.
    """
    if audience != "staff":
        return note(_NOT_PUBLIC.format(what="Who stands apart year after year"))
    asked = _asked(district, where, id)
    splits = [name for name in within if name in indicator(id).dimensions]
    found = years_running(district, id, of=of, within=splits, where=asked, years=years)
    if found.empty or found["looked_at"].isna().all():
        return (
            note(*dict.fromkeys(str(reason) for reason in found["reason"].dropna()))
            if len(found)
            else note("There is nobody to compare.")
        )
    looked = int(found["looked_at"].iloc[0])
    if not looked:
        return note(
            f"Nothing can be said about {years} years running: {'; '.join(dict.fromkeys(found['reason']))}"
        )
    rows = [_called(row, id, [of, *splits]) for row in _in_order(found, most).to_dict("records")]
    titles = {
        "called": "",
        "who": "Where",
        "each": "Difference from all others, year by year",
        "mean": "On average",
        "n": "Fewest in a year",
    }
    return _sectioned(plain_table(
        pd.DataFrame(rows, columns=list(titles)), titles, caption=_caption(found, looked, id, years), figures=["mean", "n"],
        empty=f"Nobody stands apart {years} years running by more than chance would explain; {looked} were looked at.",
    ))  # fmt: skip


def _asked(district: Asked, where: Where, id_: str) -> dict[str, Any]:
    """The choice without its school, since a school is held against the others, and over all years up to the selection's."""
    test = latest_test(district, {name: values for name, values in where.items() if name != "school_id"})
    chosen = dict(test) if "assessment_id" in indicator(id_).dimensions else dict(where)
    kept = {
        name: values
        for name, values in chosen.items()
        if name in indicator(id_).dimensions and name not in ("school_id", "school_year")
    }
    last = max(where.get("school_year", ("9999",)))
    return {**kept, "school_year": [year for year in district.school_years if year <= last]}


def _in_order(found: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return those that are called: the largest successes, then the largest failures, no more than half of ``most`` of each."""
    called = found[found["called"] != ""]
    sized = called.assign(order=called["called"].eq("failure"), size=-called["value"].abs())
    return sized.sort_values(["order", "size"], kind="stable").groupby("order").head(most // 2)


def _called(row: Mapping[Any, Any], id_: str, columns: Sequence[str]) -> dict[str, str]:
    text = _points if indicator(id_).unit == "rate" else _score
    return {
        "called": _CALLED[row["called"]], "who": ", ".join(group_text(name, row[name]) for name in columns),
        "each": ", ".join(text(value) for value in row["each_year"]),
        "mean": f"{text(row['value'])} (likely {text(row['low'])} to {text(row['high'])})", "n": number_text(row["n"]),
    }  # fmt: skip


def _caption(found: pd.DataFrame, looked: int, id_: str, years: int) -> str:
    runs, chance = int((found["running"] != "").sum()), found["expected_by_chance"].iloc[0]
    small = int(found["reason"].astype(str).str.contains("not called").sum())
    left = f" {small} were too small to call." if small else ""
    return (
        f"{indicator(id_).title}, {years} years running. Of {looked} looked at, {runs} stood on one side every year; by chance "
        f"alone it would be about {chance:.0f}. {int((found['called'] != '').sum())} are farther apart than chance explains; the largest are listed.{left}"
    )


def _sectioned(table: DisplayTable) -> DisplayTable:
    return DisplayTable(
        table.columns, table.caption, table.notes, table.said_instead, sectioned=bool(table.columns)
    )


def _points(share: float) -> str:
    return signed_text(share * 100, 0)


def _score(value: float) -> str:
    return signed_text(value, 1)


def gaps_over_years(
    district: Asked, where: Where, *, audience: Audience, kind: str = "Economic status"
) -> DisplayTable | Note:
    """Return how the gaps of one kind of group moved on one test from the first school year to the last, and by whose movement.

    One row is one group in one subject. For staff only: the years overlap in students, and few may stand behind a row.
    """
    if audience != "staff":
        return note(_NOT_PUBLIC.format(what="How gaps moved over the years"))
    asked = {name: values for name, values in where.items() if name != "school_year"} | {
        "subgroup_type": [kind]
    }
    frame = measure(district, "mean_score", by=["school_year", "subject", "subgroup"], where=asked)
    found = gap_closing(frame, confidence=district.settings.confidence)
    if found.empty or (found["status"] == "missing").all():
        return (
            note(*dict.fromkeys(str(reason) for reason in found["reason"] if reason))
            if len(found)
            else note("There are no groups of this kind to compare.")
        )
    found = found[found["subgroup"] != NOT_REPORTED]
    rows = [_gap_row(row) for row in found.to_dict("records")]
    titles = {
        "who": "Group", "first": "Gap at first", "last": "Gap at last", "change": "Change of the gap", "own": "This group moved",
        "other": "The other moved", "how": "What it was",
    }  # fmt: skip
    against = ", ".join(dict.fromkeys(found["reference"].astype(str)))
    caption = f"Gaps in mean scores, compared with: {against} (in points, and in standard deviations)"
    return plain_table(
        pd.DataFrame(rows),
        titles,
        caption=caption,
        figures=["first", "last"],
        empty="There are no groups of this kind to compare.",
    )


def _gap_row(row: Mapping[Any, Any]) -> dict[str, str]:
    who = f"{group_text('subgroup', row['subgroup'])}, {row['subject']}"
    if row["status"]:
        return {
            "who": who,
            **dict.fromkeys(("first", "last", "change", "own", "other"), ""),
            "how": str(row["reason"]),
        }
    return {
        "who": who, "first": f"{_score(row['gap_first'])} ({_sd(row['in_sd_first'])}) in {whole_day(row['first'])}",
        "last": f"{_score(row['gap_last'])} ({_sd(row['in_sd_last'])}) in {whole_day(row['last'])}",
        "change": _likely(row, "value", "low", "high"), "own": _likely(row, "own_change", "own_low", "own_high"),
        "other": _likely(row, "reference_change", "reference_low", "reference_high"), "how": str(row["how"]),
    }  # fmt: skip


def _sd(value: float) -> str:
    return f"{signed_text(value, 2)} SD"


def _likely(row: Mapping[Any, Any], value: str, low: str, high: str) -> str:
    return f"{_score(row[value])} (likely {_score(row[low])} to {_score(row[high])})"


def shares_beside_means(
    district: Asked, where: Where, *, audience: Audience, by: Sequence[str] = ("subject",)
) -> DisplayTable | Note:
    """Return how the share proficient and the mean score moved, side by side, from the first school year to the last.

    One row is one group of ``by``. A share sees only who crosses one line; where the two disagree the table says so.
    For staff only, as ``gaps_over_years``.
    """
    if audience != "staff":
        return note(_NOT_PUBLIC.format(what="The shift in shares beside the shift in means"))
    asked = {name: values for name, values in where.items() if name != "school_year"}
    found = share_and_mean(district, by=list(by), where=asked)
    if found.empty:
        return note(
            "The two shifts cannot be set side by side: it takes results, with cut scores, of the same test in two school years."
        )
    rows = [
        {
            "who": ", ".join(group_text(name, row[name]) for name in by),
            "when": f"{whole_day(row['first'])} to {whole_day(row['last'])}",
            "share": f"{percent_text(row['share_first'])} to {percent_text(row['share_last'])}: {points_text(row['share_shift'])} "
            f"(likely {signed_text(row['share_low'] * 100)} to {signed_text(row['share_high'] * 100)})",
            "mean": f"{number_text(row['mean_first'], 1)} to {number_text(row['mean_last'], 1)}: {_likely(row, 'mean_shift', 'mean_low', 'mean_high')}, {_sd(row['in_sd'])}",
            "n": f"{number_text(row['n_first'])}, later {number_text(row['n_last'])}",
            "apart": _which_moved(row),
        }
        for row in found.to_dict("records")
    ]  # fmt: skip
    titles = {
        "who": "Group",
        "when": "From, to",
        "share": "Share proficient",
        "mean": "Mean score",
        "n": "Counted",
        "apart": "Remark",
    }
    caption = "Shares beside means: whoever crosses one line, and everybody"
    return plain_table(pd.DataFrame(rows), titles, caption=caption, empty="There is nothing to compare yet.")


def _which_moved(row: Mapping[Any, Any]) -> str:
    """Return which of the two moved for sure, where it is not both or neither."""
    if not row["apart"]:
        return ""
    share, mean = (row[f"{name}_low"] > 0 or row[f"{name}_high"] < 0 for name in ("share", "mean"))
    if share and mean:
        return "The two moved in opposite directions."
    return "The share moved, the mean did not." if share else "The mean moved, the share did not."
