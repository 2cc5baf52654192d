"""Targets one after another, up to the standard and beyond it, and who is ready for more; for staff alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from dataworkbench.frames import group_text
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience, grade_order
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, note, plain_table
from dataworkbench.views.students.classes import name_of, who_is_here
from dataworkbench.views.students.standings import (
    MASTERED,
    NOT_YET,
    sequence_of_standards,
    standings,
    with_subject,
)

Where = Mapping[str, tuple[str, ...]]
Row = Mapping[Any, Any]

NO_STANDARDS: Final = "No standards have been checked here yet. Bring standards scores: a gradebook with one score for each standard."
NO_SEQUENCE: Final = (
    "The list of standards does not say in which order they are learned. Bring it with a column sequence, and a grade level "
    "for each standard."
)
LIST_ENDS: Final = "the list of standards ends here: a deeper task on the same standards"

_GROWTH: Final = """
    WITH scored AS (
        SELECT r.student_id, r.subject::VARCHAR AS subject, r.assessment_id::VARCHAR AS assessment_id,
            r.school_year::VARCHAR AS school_year, r.test_date, r.scale_score, r.score_error, r.growth_target, l.proficient
        FROM results AS r LEFT JOIN performance_levels AS l ON l.assessment_id::VARCHAR = r.assessment_id::VARCHAR
            AND l.performance_level::VARCHAR = r.performance_level::VARCHAR
            AND coalesce(l.subject::VARCHAR, r.subject::VARCHAR) = r.subject::VARCHAR
            AND coalesce(l.grade_level::VARCHAR, r.grade_level::VARCHAR) = r.grade_level::VARCHAR
        WHERE r.standard_id IS NULL AND r.moment IS NULL AND r.scale_score IS NOT NULL AND r.test_date IS NOT NULL
            AND r.school_year::VARCHAR <= ? AND r.student_id IN (SELECT unnest(?::VARCHAR[]))
    )
    SELECT student_id, subject, assessment_id, school_year, arg_max(scale_score, test_date) - arg_min(scale_score, test_date) AS gain,
        max(growth_target) AS target, arg_max(proficient, test_date) AS proficient, max(test_date) AS on_day
    FROM scored GROUP BY 1, 2, 3, 4 HAVING count(DISTINCT test_date) > 1 AND max(growth_target) IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY student_id, subject ORDER BY school_year DESC, max(test_date) DESC, assessment_id) = 1
"""


def targets_of(
    found: pd.DataFrame, sequence: pd.DataFrame, *, grade: str, subject: str
) -> dict[str, list[Row]]:
    """Return one student's targets in one subject: ``now`` (the first), ``next`` (the two after it) and ``beyond`` the grade's end.

    ``found`` holds that student's ``standings`` in the subject. What is passed over is what was mastered going by the
    score, and standards of earlier grades that nobody checked. Each list may be empty.
    """
    score = dict(zip(found["standard_id"], found["score"] >= found["cut"], strict=True))
    own = sequence[sequence["subject"] == subject]
    place = grade_order(grade)
    grades = [-1 if pd.isna(g) else grade_order(str(g)) for g in own["grade_level"]]
    rows: list[Row] = [*own.assign(_place=grades).to_dict("records")]
    ahead = [
        row
        for row in rows
        if row["_place"] > place or not score.get(row["standard_id"], row["_place"] not in (place, -1))
    ]
    now, following = ahead[:1], ahead[1:3]
    beyond = [row for row in ahead if row["_place"] > place][:2]
    return {"now": now, "next": following, "beyond": beyond}


def student_targets(district: Asked, student: str, where: Where) -> pd.DataFrame:
    """Return a student's targets in each subject that was checked.

    One row is one target: ``subject``, ``place`` (now, next, beyond the grade), ``standard_id``, ``statement``, ``grade_level``.
    """
    year = {name: values for name, values in where.items() if name == "school_year"}
    found = standings(district, year, students=[student])
    sequence = sequence_of_standards(district)
    rows = []
    for subject, own in found.groupby("subject", sort=True):
        told = targets_of(own, sequence, grade=str(own["student_grade"].iloc[-1]), subject=str(subject))
        named = {row["standard_id"] for row in [*told["now"], *told["next"]]}
        places = {
            "now": told["now"],
            "next": told["next"],
            "beyond the grade": [r for r in told["beyond"] if r["standard_id"] not in named],
        }
        rows += [
            {
                "subject": subject,
                "place": place,
                **{name: row[name] for name in ("standard_id", "statement", "grade_level")},
            }
            for place, held in places.items()
            for row in held
        ]
    return pd.DataFrame(rows, columns=["subject", "place", "standard_id", "statement", "grade_level"])


def list_targets(district: Asked, student: str, where: Where, *, audience: Audience) -> DisplayTable | Note:
    """Return where a student is now, the next two targets, and those beyond the end of the grade."""
    refused = for_staff(audience, "The list of targets") or (
        None if student else note("Choose a student first.")
    )
    if refused is not None:
        return refused
    chosen = name_of(district, student, where)
    if isinstance(chosen, Note):
        return chosen
    if not district.has("standards") or sequence_of_standards(district).empty:
        return note(NO_SEQUENCE if district.has("standards") else NO_STANDARDS)
    found = student_targets(district, chosen, where)
    shown = found.assign(grade=[_grade(value) for value in found["grade_level"]])
    titles = {
        "subject": "Subject", "place": "Where", "standard_id": "Standard", "grade": "Of", "statement": "What a learner can do",
    }  # fmt: skip
    return plain_table(shown, titles, caption="Targets, one after another", empty=NO_STANDARDS)


def ready_for_more(district: Asked, where: Where, *, section: str = "", rule: str = "") -> pd.DataFrame:
    """Return the students who are ready for more in a subject.

    One row is one student in one subject, for one reason or both: ``student_id``, ``name``, ``subject``, ``student_grade``,
    ``by_standards`` (all targets that were checked in this group so far are mastered, each with enough checks),
    ``targets`` (how many those are), ``by_growth`` (grew beyond the growth target, scored proficient, and no check of a target says not yet), ``gain``,
    ``target``, ``school_year`` of the growth.
    """
    here = who_is_here(district, where, section=section)
    ids = list(here["student_id"])
    year = {name: values for name, values in where.items() if name in ("school_year", "subject")}
    found = standings(district, year, students=ids, rule=rule)
    ready = _by_standards(found)
    growth = district.ask(_GROWTH, [max(where.get("school_year", ("9999",))), ids])
    growth = growth[growth["subject"].isin(where.get("subject", growth["subject"]))]
    against = found.loc[found["standing"] == NOT_YET, ["student_id", "subject"]].drop_duplicates()
    growth = growth.merge(against, how="left", on=["student_id", "subject"], indicator="checks")
    growth = growth[growth["checks"] == "left_only"]
    beyond = growth[(growth["gain"] > growth["target"]) & growth["proficient"].eq(True)]
    both = ready.merge(beyond, how="outer", on=["student_id", "subject"])
    both = both.assign(by_standards=both["targets"].notna(), by_growth=both["gain"].notna())
    both = both[both["by_standards"] | both["by_growth"]]
    grades = here[["student_id", "name", "grade_level"]].rename(columns={"grade_level": "student_grade"})
    columns = [
        "student_id", "name", "subject", "student_grade", "by_standards", "targets", "by_growth", "gain", "target", "school_year",
    ]  # fmt: skip
    return both.merge(grades, on="student_id")[columns].sort_values(
        ["subject", "name", "student_id"], kind="stable"
    )


def _by_standards(found: pd.DataFrame) -> pd.DataFrame:
    """Return who has mastered each target of the grade that anybody here was checked on; one row is one student in one subject."""
    own = found[found["grade_level"].isna() | (found["grade_level"] == found["student_grade"])]
    targets = (
        own.groupby(["subject", "student_grade"])["standard_id"].nunique().rename("targets").reset_index()
    )
    mastered = own[own["standing"] == MASTERED].groupby(["subject", "student_grade", "student_id"]).size()
    both = mastered.rename("mastered").reset_index().merge(targets, on=["subject", "student_grade"])
    return both.loc[both["mastered"] == both["targets"], ["student_id", "subject", "targets"]]


def list_ready_for_more(
    district: Asked, where: Where, *, audience: Audience, section: str = "", rule: str = "", most: int = 40
) -> DisplayTable | Note:
    """Return who is ready for more, why, and the next targets beyond the standard: the first ``most``, and how many in all."""
    refused = for_staff(audience, "The list of students who are ready for more")
    if refused is not None:
        return refused
    if not district.has("results"):
        return note(NO_STANDARDS)
    chosen = with_subject(district, where, section)
    everyone = ready_for_more(district, chosen, section=section, rule=rule)
    found = everyone.head(most)
    year = {name: values for name, values in where.items() if name == "school_year"}
    known = standings(district, year, students=list(found["student_id"]), rule=rule)
    sequence = sequence_of_standards(district)
    shown = found.assign(
        why=[_why(row, known) for row in found.to_dict("records")],
        further=[_further(row, known, sequence) for row in found.to_dict("records")],
    )
    titles = {
        "name": "Name",
        "student_id": "Identifier",
        "subject": "Subject",
        "why": "Why",
        "further": "Next, beyond the standard",
    }
    empty = (
        "Nobody stands out as ready for more yet. A student is listed with every target checked so far mastered, each "
        "checked at least twice, or with growth beyond the target, a proficient score, and no target that is not yet mastered."
    )
    more = f" (the first {most} of {len(everyone):,}; choose a class in the first box for its own list)"
    caption = f"Who is ready for more{more if len(everyone) > most else ''}"
    return plain_table(shown, titles, caption=caption, empty=empty)


def _why(row: Row, known: pd.DataFrame) -> str:
    said = []
    if row["by_standards"]:
        said.append(f"all {int(row['targets'])} targets checked so far are mastered")
    if row["by_growth"]:
        said.append(
            f"grew {row['gain']:g} points in {row['school_year']}, {row['gain'] - row['target']:g} beyond the target, and scored proficient"
        )
    own = known[(known["student_id"] == row["student_id"]) & (known["subject"] == row["subject"])]
    still = [
        f"{held['standard_id']} ({held['standing']})"
        for held in own.to_dict("records")
        if held["standing"] != MASTERED
    ]
    return "; ".join([*said, *([f"still open: {', '.join(still)}"] if still else [])])


def _further(row: Row, known: pd.DataFrame, sequence: pd.DataFrame) -> str:
    own = known[(known["student_id"] == row["student_id"]) & (known["subject"] == row["subject"])]
    told = targets_of(own, sequence, grade=str(row["student_grade"]), subject=str(row["subject"]))
    further = [f"{held['standard_id']}: {str(held['statement']).rstrip('.')}" for held in told["beyond"]]
    return "; ".join(further) or LIST_ENDS


def _grade(value: str | float | None) -> str:
    return "" if pd.isna(value) else group_text("grade_level", str(value))
