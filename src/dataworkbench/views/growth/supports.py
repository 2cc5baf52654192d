"""Who is not growing yet: a list that only staff see."""

from __future__ import annotations

from collections.abc import Mapping

from dataworkbench.measures import student_list
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.choosing import years_with_growth
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, note
from dataworkbench.views.students.pages import list_students

Where = Mapping[str, tuple[str, ...]]


def list_not_growing(district: Asked, where: Where, *, audience: Audience) -> DisplayTable | Note:
    """Return the students who are here now and did not meet a growth target in the latest year that has any."""
    refused = for_staff(audience, "The list of students")
    if refused is not None:
        return refused
    growth = years_with_growth(district, where)
    if not growth.title:
        return note("Growth cannot be told yet: no test was given twice in one school year to most students.")
    last = growth.but(school_year=growth["school_year"][-1])
    behind = student_list(district, "growth_target_met", where=dict(last), want="not_hit")
    caption = f"Did not meet the growth target of {last['school_year'][0]}"
    now = {
        name: values for name, values in where.items() if name in ("school_year", "school_id", "grade_level")
    }
    return list_students(district, now, audience=audience, only=behind, caption=caption)
