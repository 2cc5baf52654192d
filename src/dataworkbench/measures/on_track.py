"""Students who are where they should be and still growing: those for whom the question is how to raise rigor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dataworkbench.measures.asking import measure, student_list
from dataworkbench.measures.composing import Where
from dataworkbench.measures.definition import Asked
from dataworkbench.measures.intervals import wilson
from dataworkbench.measures.shaping import FIGURES, with_types

_NOBODY = "Nobody here has both a performance level and a growth target on the same test, so it cannot be said who is on track."


def on_track_students(district: Asked, *, levels: Where, growth: Where) -> list[str]:
    """Return who is at or above proficient and met the growth target; for the staff road alone.

    ``levels`` chooses the results that are judged for ``proficiency``, ``growth`` those for ``growth_target_met``.
    """
    at_level = set(student_list(district, "proficiency", where=levels))
    return sorted(at_level & set(student_list(district, "growth_target_met", where=growth)))


def on_track(
    district: Asked, *, subjects: Sequence[str], levels: Mapping[str, object], growth: Mapping[str, object]
) -> pd.DataFrame:
    """Return the share of students who are at or above proficient and met the growth target.

    One row is one subject: the frame that travels. ``n`` are the students who could be judged both ways, ``n_left_out``
    those who could be judged in one way only.
    """
    lacking = [frame for frame in (measure(district, "proficiency"), measure(district, "growth_target_met"))
               if (frame["status"] == "missing").all()]  # fmt: skip
    if lacking:
        return lacking[0].assign(indicator="on_track")
    rows = [
        _row(district, subject, {**levels, "subject": [subject]}, {**growth, "subject": [subject]})
        for subject in subjects
    ]
    return with_types(pd.DataFrame(rows, columns=["subject", *FIGURES]))


def _row(
    district: Asked, subject: str, levels: Mapping[str, object], growth: Mapping[str, object]
) -> dict[str, object]:
    judged = [
        set(student_list(district, id, where=where, want="counted"))  # type: ignore[arg-type]  # chosen columns and their values
        for id, where in (("proficiency", levels), ("growth_target_met", growth))  # noqa: A001 - the catalogue's own word
    ]
    both = judged[0] & judged[1]
    hits = both & set(on_track_students(district, levels=levels, growth=growth))  # type: ignore[arg-type]  # as above
    row: dict[str, object] = {"subject": subject, "indicator": "on_track", "n": len(both)}
    row |= {"n_left_out": len(judged[0] ^ judged[1]), "status": "", "reason": ""}
    if not both:
        return row | {"status": "not_applicable", "reason": _NOBODY}
    low, high = wilson(len(hits), len(both), confidence=district.settings.confidence)
    return row | {
        "numerator": float(len(hits)),
        "value": len(hits) / len(both),
        "low": low,
        "high": high,
    }
