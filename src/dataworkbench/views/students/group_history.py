"""Groupings that a team has kept: written down, and read again for how often two were together and who stays at the bottom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

import pandas as pd

from dataworkbench.grouping import (
    Contradiction,
    Earlier,
    group_levels,
    times_in_lowest,
    times_together,
    why_here,
)
from dataworkbench.records import Grouping, open_records
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, Together, for_staff, note, plain_table, whole_day
from dataworkbench.views.students.classes import who_is_here
from dataworkbench.views.students.earlier import earlier_groupings
from dataworkbench.views.students.forming import Groups

Where = Mapping[str, tuple[str, ...]]

_NOT_KEPT: Final = (
    "These groups are not kept. To keep them, so that the next grouping knows who was with whom, write a name for them into "
    'the first box, as keep_groups = "Fractions, week 12", and run again.'
)
_NO_PLACE: Final = "Groups can be kept only in a workspace; this district is open in memory alone."
_NONE: Final = (
    "No grouping of these students has been kept yet. When one is, this place tells how often two students were together "
    "and who has stayed in the group with the lowest scores."
)


def keep_groups(
    district: Asked,
    groups: Groups | Note,
    *,
    keep: str,
    audience: Audience,
    by: str = "",
    today: date | None = None,
) -> Note:
    """Return what was kept: groups under a name, on a day, with their rules and reasons. Nothing is kept without a name.

    The same groups under the same name on the same day are kept once.
    """
    refused = for_staff(audience, "Keeping groups")
    if refused is not None:
        return refused
    if isinstance(groups, Note) or isinstance(groups.found, Contradiction):
        return note("There are no groups to keep.")
    if not keep.strip():
        return note(_NOT_KEPT)
    workspace = getattr(district, "workspace", None)
    if workspace is None:
        return note(_NO_PLACE)
    body = _body(groups, keep.strip(), today or datetime.now(UTC).date())
    records = open_records(workspace)
    if any(entry.body == body for entry in records.latest(Grouping)):
        return note(f"“{body.name}” of {whole_day(body.made_on.isoformat())} is kept already, just as it is.")
    records.add(body, by=by, snapshot=str(getattr(district, "snapshot_id", "")))
    return note(f"Kept as “{body.name}”, {whole_day(body.made_on.isoformat())}: {len(body.groups)} groups.")


def _body(groups: Groups, name: str, today: date) -> Grouping:
    found = groups.found
    if isinstance(found, Contradiction):
        raise TypeError(found)
    members = tuple(group.members for group in found.groups)
    level_of = {held.student_id: held.level for held in groups.learners}
    rules: dict[str, Any] = {
        **groups.wishes.model_dump(mode="json", exclude={"last"}),
        "subject": groups.subject,
        "levels": list(group_levels(members, level_of)),
    }
    why = tuple(
        " ".join(why_here(group, found, groups.learners, groups.wishes, lambda student: student))
        for group in found.groups
    )
    return Grouping(
        name=name, section_id=groups.section, school_year=groups.school_year, made_on=today, rules=rules, groups=members, why=why,
    )  # fmt: skip


def grouping_history(
    district: Asked, where: Where, *, audience: Audience, section: str = "", most: int = 15
) -> Together | Note:
    """Return what the kept groupings of these students say: pairs most often together, and who was in the lowest group."""
    refused = for_staff(audience, "The history of groupings")
    if refused is not None:
        return refused
    here = who_is_here(district, where, section=section)
    names = {row["student_id"]: row["name"] or row["student_id"] for row in here.to_dict("records")}
    earlier = earlier_groupings(district, list(names))
    if not earlier:
        return note(_NONE)
    days = f"{len(earlier)} kept, the latest on {whole_day(earlier[-1].day)}"
    return Together((_pairs(earlier, names, days, most), _lowest(earlier, names)))


def _pairs(earlier: list[Earlier], names: Mapping[str, str], days: str, most: int) -> Any:
    together = [
        {"one": names[one], "other": names[other], "times": times}
        for (one, other), times in times_together(earlier).items()
        if one in names and other in names and times > 1
    ]
    shown = pd.DataFrame(together, columns=["one", "other", "times"]).sort_values(
        ["times", "one", "other"], ascending=[False, True, True], kind="stable"
    )
    titles = {"one": "Student", "other": "With", "times": "Times in one group"}
    caption = f"Who has worked with whom most often ({days})"
    return plain_table(
        shown.head(most),
        titles,
        caption=caption,
        figures=["times"],
        empty=f"{caption}: no two of these students have been in one group more than once.",
    )


def _lowest(earlier: list[Earlier], names: Mapping[str, str]) -> Any:
    rows = [
        {"who": names[student], "low": f"{low} of {of}", "row": row, "_low": low}
        for student, (low, of, row) in times_in_lowest(earlier).items()
        if student in names and low
    ]
    shown = pd.DataFrame(rows, columns=["who", "low", "row", "_low"]).sort_values(
        ["row", "_low", "who"], ascending=[False, False, True], kind="stable"
    )
    titles = {
        "who": "Student",
        "low": "Times in the group with the lowest scores",
        "row": "In a row up to now",
    }
    return plain_table(
        shown, titles, caption="Who has been in the group with the lowest scores", figures=["low", "row"],
        empty="In the groupings that were kept, no group stood lowest by its scores.",
    )  # fmt: skip
