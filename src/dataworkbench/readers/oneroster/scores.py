"""Scores of a OneRoster set: standards scores and gradebook results."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from dataworkbench.readers.codes import period_of
from dataworkbench.readers.ledger import ROW
from dataworkbench.readers.oneroster.bundle import Bundle
from dataworkbench.readers.oneroster.people import People
from dataworkbench.schemas import TABLES

_STANDARDS = "standards"
_STATUS: Mapping[str, str] = {
    "exempt": "exempt", "fully graded": "scored", "partially graded": "scored", "submitted": "not scored", "not submitted": "not scored",
}  # fmt: skip
_KINDS = (
    (r"standard", "standards"),
    (r"exit", "exit ticket"),
    (r"quiz|formative|check|practice|home", "formative"),
    (r"interim|benchmark", "interim"),
    (r"final|exam|summative", "summative"),
)


def read_scores(bundle: Bundle, people: People, sections: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return results, assessments and standards; empty where the set has no results.

    A result with learning objectives becomes one row for each objective, on the assessment "standards". A result
    without becomes one row with its points, on an assessment named after the category of the line item.
    """
    if not bundle.has("results"):
        for kind in ("lineItems", "categories", "scoreScales", "resultLearningObjectiveIds"):
            bundle.rows(kind, ("sourcedid",))
        return {}
    results = _results(bundle, people)
    lined = _with_line_items(bundle, results, sections)
    by_standard = _by_standard(bundle, lined)
    whole = lined.join(by_standard.select("sourcedid").unique(), on="sourcedid", how="anti")
    rows = pl.concat([_standard_rows(by_standard), _whole_rows(whole)])
    return {
        "results": rows.drop_nulls(["student_id", "school_year", "assessment_id"]),
        "assessments": _assessments(by_standard, whole, bundle),
        "standards": _standards(by_standard),
    }


def _results(bundle: Bundle, people: People) -> pl.DataFrame:
    rows = bundle.rows(
        "results",
        (
            "sourcedid",
            "lineitemsourcedid",
            "studentsourcedid",
            "scorestatus",
            "score",
            "scoredate",
            "textscore",
            "classsourcedid",
        ),
    )
    ids = people.users.filter("is_student").select(
        pl.col("sourcedid").alias("studentsourcedid"), pl.col("id").alias("student_id"), "grade_level"
    )
    held = rows.join(ids, on="studentsourcedid", how="left", maintain_order="left")
    bundle.put_aside(
        "results",
        held.filter(pl.col("student_id").is_null()),
        "studentsourcedid",
        "The student is not among the users that were taken in.",
        "Bring the roster as a whole.",
    )
    held = held.drop_nulls("student_id").with_columns(
        pl.col("score").cast(pl.Float64, strict=False).alias("points"),
        pl.col("scoredate").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).alias("test_date"),
        pl.col("scorestatus")
        .str.to_lowercase()
        .replace_strict(_STATUS, default=None, return_dtype=pl.String)
        .alias("result_status"),
    )
    unread = held["score"].is_not_null() & held["points"].is_null()
    bundle.put_aside(
        "results",
        held.filter(unread),
        "score",
        "The score is not a number.",
        "Put the score right in the gradebook.",
    )
    return held.filter(~unread)


def _with_line_items(bundle: Bundle, results: pl.DataFrame, sections: pl.DataFrame) -> pl.DataFrame:
    items = bundle.rows(
        "lineItems",
        ("sourcedid", "title", "classsourcedid", "categorysourcedid", "duedate", "resultvaluemax"),
    )
    categories = bundle.rows("categories", ("sourcedid", "title")).select(
        pl.col("sourcedid").alias("categorysourcedid"), pl.col("title").alias("category")
    )
    items = items.join(categories, on="categorysourcedid", how="left", maintain_order="left").select(
        pl.col("sourcedid").alias("lineitemsourcedid"), pl.col("title").alias("item_title"), pl.col("classsourcedid").alias("item_class"), "category",
        pl.col("duedate").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).alias("due"),
        pl.col("resultvaluemax").cast(pl.Float64, strict=False).alias("points_possible"),
    )  # fmt: skip
    held = results.join(items, on="lineitemsourcedid", how="left", maintain_order="left")
    lost = held["item_title"].is_null()
    bundle.put_aside(
        "results",
        held.filter(lost),
        "lineitemsourcedid",
        "The line item is not in lineItems.csv.",
        "Bring the gradebook as a whole.",
    )
    held = held.filter(~lost).with_columns(
        pl.coalesce("classsourcedid", "item_class").alias("section_id"),
        pl.coalesce("test_date", "due").alias("test_date"),
    )
    placed = held.join(
        sections.select("section_id", "school_id", "school_year", "subject"),
        on="section_id",
        how="left",
        maintain_order="left",
    )
    nowhere = placed["school_year"].is_null()
    bundle.put_aside(
        "results",
        placed.filter(nowhere),
        "classsourcedid",
        "The class of this result is not among the classes that were taken in.",
        "Bring the roster as a whole.",
    )
    days = placed["test_date"].drop_nulls().unique()
    book = {day: period_of(day) for day in days.to_list()}
    return placed.filter(~nowhere).with_columns(
        pl.col("test_date").replace_strict(book, default=None, return_dtype=pl.String).alias("period"),
        pl.when(pl.col("result_status").is_not_null())
        .then("result_status")
        .when(pl.col("points").is_not_null())
        .then(pl.lit("scored"))
        .otherwise(pl.lit("not scored"))
        .alias("result_status"),
    )


def _by_standard(bundle: Bundle, lined: pl.DataFrame) -> pl.DataFrame:
    rows = bundle.rows(
        "resultLearningObjectiveIds",
        ("sourcedid", "resultsourcedid", "source", "learningobjectiveid", "score", "textscore"),
    )
    rows = rows.select(
        pl.col("resultsourcedid").alias("sourcedid"), pl.col("learningobjectiveid").alias("standard_id"), pl.col("score").alias("standard_text"),
        pl.col("score").cast(pl.Float64, strict=False).alias("standard_score"), pl.col("textscore").alias("standard_level"), ROW,
    )  # fmt: skip
    kind = "resultLearningObjectiveIds"
    lost = ~rows["sourcedid"].is_in(lined["sourcedid"].implode())
    bundle.put_aside(
        kind,
        rows.filter(lost),
        "sourcedid",
        "The result that this belongs to is not among those taken in.",
        "Bring the gradebook as a whole.",
    )
    nameless = rows["standard_id"].is_null() & ~lost
    bundle.put_aside(
        kind,
        rows.filter(nameless),
        "standard_id",
        "There is no learning objective in this row.",
        "Put it right in the gradebook.",
    )
    unread = rows["standard_text"].is_not_null() & rows["standard_score"].is_null() & ~lost & ~nameless
    bundle.put_aside(
        kind,
        rows.filter(unread),
        "standard_text",
        "The score is not a number.",
        "Put the score right in the gradebook.",
    )
    return lined.join(
        rows.filter(~lost & ~nameless & ~unread).drop(ROW), on="sourcedid", how="inner", maintain_order="left"
    )


_COMMON = (
    "student_id",
    "school_id",
    "school_year",
    "period",
    "subject",
    "grade_level",
    "test_date",
    "result_status",
    "section_id",
)


def _shaped(frame: pl.DataFrame) -> pl.DataFrame:
    schema = TABLES["results"].polars_schema
    return frame.with_columns(
        pl.lit(None, dtype=kind).alias(name) for name, kind in schema.items() if name not in frame.columns
    ).select(pl.col(name).cast(kind) for name, kind in schema.items())


def _standard_rows(rows: pl.DataFrame) -> pl.DataFrame:
    status = pl.when(pl.col("standard_score").is_not_null() | pl.col("standard_level").is_not_null()).then(pl.lit("scored")).otherwise(
        pl.when(pl.col("result_status") == "scored").then(pl.lit("not scored")).otherwise("result_status"))  # fmt: skip
    held = rows.with_columns(status.alias("result_status"))
    return _shaped(held.select(*_COMMON, "standard_id", pl.lit(_STANDARDS).alias("assessment_id"),
                               pl.col("standard_score").alias("scale_score"), pl.col("standard_level").alias("performance_level")))  # fmt: skip


def _whole_rows(rows: pl.DataFrame) -> pl.DataFrame:
    return _shaped(
        rows.select(
            *_COMMON,
            _assessment_id().alias("assessment_id"),
            "points",
            "points_possible",
            pl.col("textscore").alias("performance_level"),
        )
    )


def _assessment_id() -> pl.Expr:
    titled = (
        pl.coalesce("category", "item_title")
        .str.to_lowercase()
        .str.replace_all(r"[^a-z0-9]+", "_")
        .str.strip_chars("_")
    )
    return pl.when(titled.str.contains("standard")).then(pl.lit(_STANDARDS)).otherwise(titled)


def _assessments(by_standard: pl.DataFrame, whole: pl.DataFrame, bundle: Bundle) -> pl.DataFrame:
    rows = []
    if by_standard.height:
        low, high = _scale(bundle)
        rows.append(
            {
                "assessment_id": _STANDARDS,
                "title": "Standards scores",
                "kind": _STANDARDS,
                "scale_min": low,
                "scale_max": high,
                "source": "OneRoster gradebook",
            }
        )
    held = whole.select(
        _assessment_id().alias("assessment_id"), pl.coalesce("category", "item_title").alias("title")
    ).unique("assessment_id", keep="first", maintain_order=True)
    rows += [
        {"assessment_id": name, "title": title, "kind": _kind(title), "scale_min": None, "scale_max": None, "source": "OneRoster gradebook"}
        for name, title in held.iter_rows() if not (by_standard.height and name == _STANDARDS)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=TABLES["assessments"].polars_schema)


def _kind(title: str) -> str:
    return next((kind for pattern, kind in _KINDS if re.search(pattern, title.casefold())), "formative")


def _standards(by_standard: pl.DataFrame) -> pl.DataFrame:
    held = by_standard.group_by("standard_id", maintain_order=True).agg(
        pl.col("subject").drop_nulls().unique().alias("subjects")
    )
    made = held.select(
        "standard_id",
        pl.when(pl.col("subjects").list.len() == 1).then(pl.col("subjects").list.first()).alias("subject"),
    )
    schema = TABLES["standards"].polars_schema
    return made.with_columns(
        pl.lit(None, dtype=kind).alias(name) for name, kind in schema.items() if name not in made.columns
    ).select(list(schema))


def _scale_steps(bundle: Bundle) -> list[tuple[float, str]]:
    """Return the steps of the scale of standards: "[{1:Beginning},{2:Developing}]" is (1, Beginning), (2, Developing)."""
    scales = bundle.rows("scoreScales", ("sourcedid", "title", "type", "scorescalevalue"))
    for title, kind, value in scales.select("title", "type", "scorescalevalue").iter_rows():
        if "standard" in f"{title} {kind}".casefold():
            return [
                (float(number), label.strip())
                for number, label in re.findall(r"\{\s*([\d.]+)\s*:\s*([^}]+)\}", value or "")
            ]
    return []


def _scale(bundle: Bundle) -> tuple[float | None, float | None]:
    steps = [number for number, _ in _scale_steps(bundle)]
    return (min(steps), max(steps)) if steps else (None, None)
