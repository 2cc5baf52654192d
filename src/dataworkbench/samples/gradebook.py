"""The gradebook's part of a OneRoster archive: what was checked, what each student earned, and on which standard."""

from __future__ import annotations

from typing import Final

import polars as pl

from dataworkbench.samples.classroom import CHECKS, CODES, check_days
from dataworkbench.samples.oneroster import bulk, nothing
from dataworkbench.samples.plan import GRADES, SUBJECTS, Year

CATEGORY: Final = "CAT-STD"
STANDARDS_EACH: Final = 4


def gradebook_members(
    people: pl.DataFrame, sections: pl.DataFrame, checks: pl.DataFrame, year: Year
) -> dict[str, pl.DataFrame]:
    """Return the gradebook's files by their names, without the file ending."""
    items = _items(sections, checks, year)
    results = _results(people, checks)
    return {
        "categories": bulk(
            pl.DataFrame({"id": [CATEGORY]}),
            sourcedId=pl.col("id"),
            title=pl.lit("Standards check"),
            weight=nothing(),
        ),
        "lineItems": _line_items(items, year),
        "lineItemLearningObjectiveIds": _item_objectives(items),
        "results": _result_rows(results),
        "resultLearningObjectiveIds": _result_objectives(results),
        "scoreScales": _score_scales(),
    }


def _items(sections: pl.DataFrame, checks: pl.DataFrame, year: Year) -> pl.DataFrame:
    """One row is one check in one class."""
    checked = sections.filter(pl.col("section_id").is_in(checks["section_id"].unique().to_list()))
    days = pl.DataFrame({"check": list(range(CHECKS)), "date": check_days(year)})
    told = checked.join(days, how="cross").sort("section_id", "check")
    return told.with_columns(
        item=_item_id(), subject_number=pl.col("subject").replace_strict(SUBJECTS, [0, 1])
    )


def _item_id() -> pl.Expr:
    return pl.concat_str(pl.lit("LI-"), "section_id", pl.lit("-"), pl.col("check") + 1)


def _objective(which: int) -> pl.Expr:
    """The first and the second standard that a check looks at; over the checks each standard comes up twice."""
    number = (pl.col("check") + which) % STANDARDS_EACH + 1
    code = pl.col("subject_number").replace_strict([0, 1], CODES)
    grade = pl.col("grade").replace_strict(range(len(GRADES)), GRADES)
    return pl.concat_str(code, grade, number, separator=".")


def _line_items(items: pl.DataFrame, year: Year) -> pl.DataFrame:
    semester = pl.when(pl.col("date").dt.year() == year.ends).then(pl.lit("S2")).otherwise(pl.lit("S1"))
    return bulk(
        items,
        sourcedId=pl.col("item"), title=pl.concat_str(pl.lit("Standards check "), pl.col("check") + 1),
        description=nothing(), assignDate=pl.col("date").dt.strftime("%Y-%m-%dT14:00:00Z"),
        dueDate=pl.col("date").dt.strftime("%Y-%m-%dT14:00:00Z"), classSourcedId=pl.col("section_id"),
        categorySourcedId=pl.lit(CATEGORY), academicSessionSourcedId=pl.concat_str(pl.lit(f"SY{year.ends}-"), semester),
        resultValueMin=pl.lit("0"), resultValueMax=pl.lit("8"), schoolSourcedId=pl.col("school_id"),
    )  # fmt: skip


def _item_objectives(items: pl.DataFrame) -> pl.DataFrame:
    both = pl.concat(
        items.select("item", "check", objective=_objective(which), which=pl.lit(which + 1))
        for which in range(2)
    )
    return bulk(
        both.sort("item", "which"),
        sourcedId=pl.concat_str(pl.lit("LO-"), "item", pl.lit("-"), "which"), lineItemSourcedId=pl.col("item"),
        source=pl.lit("unknown"), learningObjectiveId=pl.col("objective"),
    )  # fmt: skip


def _results(people: pl.DataFrame, checks: pl.DataFrame) -> pl.DataFrame:
    told = checks.join(people.select("student", "student_id"), on="student", maintain_order="left").sort(
        "section_id", "check", "student_id"
    )
    return told.with_row_index("number", offset=1).with_columns(
        item=_item_id(),
        result=pl.concat_str(pl.lit("RS"), "number"),
        graded=pl.col("status") == "fully graded",
    )


def _result_rows(results: pl.DataFrame) -> pl.DataFrame:
    points = pl.when("graded").then(pl.col("first") + pl.col("second"))
    missing = pl.col("status") == "not submitted"
    return bulk(
        results,
        sourcedId=pl.col("result"), lineItemSourcedId=pl.col("item"), studentSourcedId=pl.col("student_id"),
        scoreStatus=pl.col("status"), score=points, scoreDate=pl.col("date"), comment=nothing(), textScore=nothing(),
        classSourcedId=pl.col("section_id"), inProgress=pl.lit("false"), incomplete=pl.lit("false"), late=pl.lit("false"),
        missing=missing,
    )  # fmt: skip


def _result_objectives(results: pl.DataFrame) -> pl.DataFrame:
    scored = results.filter("graded")
    both = pl.concat(
        scored.select(
            "number", "result", objective=_objective(which), score=pl.col(name), which=pl.lit(which + 1)
        )
        for which, name in enumerate(("first", "second"))
    )
    return bulk(
        both.sort("number", "which"),
        sourcedId=pl.concat_str(pl.lit("RO-"), "result", pl.lit("-"), "which"), resultSourcedId=pl.col("result"),
        source=pl.lit("unknown"), learningObjectiveId=pl.col("objective"), score=pl.col("score"), textScore=nothing(),
    )  # fmt: skip


def _score_scales() -> pl.DataFrame:
    words = "[{1:Beginning},{2:Developing},{3:Meeting},{4:Exceeding}]"
    return bulk(
        pl.DataFrame({"id": ["SS-1"]}),
        sourcedId=pl.col("id"), title=pl.lit("Standards 1-4"), type=pl.lit("standards"), orgSourcedId=pl.lit("D001"),
        courseSourcedId=nothing(), classSourcedId=nothing(), scoreScaleValue=pl.lit(words),
    )  # fmt: skip
