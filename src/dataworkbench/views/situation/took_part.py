"""What staff took part in, as a page shows it."""

from __future__ import annotations

from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, plain_table
from dataworkbench.views.situation.process import Where, how_to_bring, professional_learning


def table_of_professional_learning(
    district: Asked, where: Where, *, audience: Audience
) -> DisplayTable | Note:
    """Return what staff took part in, as a table to read; for staff only, because few people may stand behind a row."""
    refused = for_staff(audience, "What staff took part in")
    if refused is not None:
        return refused
    titles = {
        "topic": "Topic",
        "format": "Form",
        "people": "People",
        "activities": "Activities",
        "hours": "Hours in all",
    }
    return plain_table(
        professional_learning(district, where), titles, caption="What staff took part in",
        figures=["people", "activities", "hours"], empty=how_to_bring("professional_learning"),
    )  # fmt: skip
