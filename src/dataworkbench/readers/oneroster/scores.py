"""Scores of a OneRoster set: standards scores and gradebook results."""

from __future__ import annotations

import re

import polars as pl

from dataworkbench.readers.codes import period_of
from dataworkbench.readers.ledger import ROW
from dataworkbench.readers.oneroster.bundle import Bundle
from dataworkbench.readers.oneroster.files import WHOLE
from dataworkbench.readers.oneroster.people import People
from dataworkbench.readers.oneroster.scales import Scales, on_scale, read_scales, with_scale
from dataworkbench.schemas import TABLES

_STANDARDS = "standards"
_SOURCE = "OneRoster gradebook"
_NO_NUMBER = ("The score is not a number.", "Put the score right in the gradebook.")
_EXEMPT, _NOT_HANDED_IN = "exempt", "not submitted"
_RESULTS, _OBJECTIVES = "results", "resultLearningObjectiveIds"
_KINDS = (
    (r"standard", "standards"),
    (r"exit", "exit ticket"),
    (r"quiz|formative|check|practice|home", "formative"),
    (r"interim|benchmark", "interim"),
    (r"final|exam|summative", "summative"),
)


def read_scores(bundle: Bundle, people: People, sections: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return results, assessments and standards; empty where the set has no results.

    A result with learning objectives becomes one row for each objective, on the assessment "standards"; so does a
    result on a score scale whose line item has one objective. Any other result becomes one row with its points, on an
    assessment named after the category of the line item, with the standard where its line item has one.
    """
    if not bundle.has(_RESULTS):
        for kind in (
            "lineItems",
            "categories",
            "scoreScales",
            _OBJECTIVES,
            "lineItemLearningObjectiveIds",
            "lineItemScoreScales",
            "resultScoreScales",
        ):
            bundle.rows(kind, ("sourcedid",))
        return {}
    scales = read_scales(bundle)
    lined = _with_line_items(bundle, _results(bundle, people))
    placed = with_scale(_placed(bundle, lined, sections), scales)
    by_objective = _by_standard(bundle, placed)
    rest = _with_objective(
        bundle,
        placed.join(
            by_objective.select("sourcedid").unique(), on="sourcedid", how="anti", maintain_order="left"
        ),
    )
    on_standards = pl.col("standard_id").is_not_null() & pl.col("scale").is_not_null()
    by_standard = pl.concat([by_objective, rest.filter(on_standards)], how="diagonal")
    by_standard = by_standard.with_columns(pl.coalesce("scale", pl.lit(scales.of_standards)).alias("scale"))
    whole = _named(rest.filter(~on_standards))
    rows = pl.concat(
        [
            _standard_rows(on_scale(by_standard, scales, word="standard_level", number="standard_score")),
            _whole_rows(whole, scales),
        ]
    )
    return {
        "results": _once(bundle, rows).select(list(TABLES["results"].polars_schema)),
        "assessments": _assessments(bundle, by_standard, whole, scales),
        "standards": _standards(pl.concat([by_standard, whole.drop_nulls("standard_id")], how="diagonal")),
    }


def _results(bundle: Bundle, people: People) -> pl.DataFrame:
    columns = (
        "sourcedid",
        "lineitemsourcedid",
        "studentsourcedid",
        "scorestatus",
        "score",
        "scoredate",
        "textscore",
        "classsourcedid",
        "missing",
    )
    rows = bundle.rows("results", columns)
    ids = people.users.filter("is_student").select(
        pl.col("sourcedid").alias("studentsourcedid"), pl.col("id").alias("student_id"), "grade_level"
    )
    held = rows.join(ids, on="studentsourcedid", how="left", maintain_order="left")
    held = bundle.keep("results", held, held["student_id"].is_not_null(), "studentsourcedid",
                       ("The student is not among the users that were taken in.", WHOLE))  # fmt: skip
    held = held.with_columns(
        pl.col("score").cast(pl.Float64, strict=False).alias("points"),
        (pl.col("scorestatus").str.to_lowercase() == _EXEMPT).fill_null(value=False).alias("exempt"),
        ((pl.col("scorestatus").str.to_lowercase() == _NOT_HANDED_IN).fill_null(value=False)
         | pl.col("missing").str.to_lowercase().is_in(["true", "1"]).fill_null(value=False)).alias("not_handed_in"),
    )  # fmt: skip
    held = bundle.with_dates("results", held, {"scoredate": "test_date"})
    return bundle.keep(
        "results", held, held["score"].is_null() | held["points"].is_not_null(), "score", _NO_NUMBER
    )


def _with_line_items(bundle: Bundle, results: pl.DataFrame) -> pl.DataFrame:
    """Return results with what the gradebook says of the work that was scored."""
    columns = ("sourcedid", "title", "classsourcedid", "categorysourcedid", "duedate", "resultvaluemax")
    categories = bundle.rows("categories", ("sourcedid", "title")).select(
        pl.col("sourcedid").alias("categorysourcedid"), pl.col("title").alias("category")
    )
    items = bundle.rows("lineItems", columns).join(
        categories, on="categorysourcedid", how="left", maintain_order="left"
    )
    items = bundle.with_dates("lineItems", items, {"duedate": "due"}, may_be_empty=True).select(
        pl.col("sourcedid").alias("lineitemsourcedid"), pl.col("title").alias("item_title"), pl.col("classsourcedid").alias("item_class"),
        "category", "due", pl.col("resultvaluemax").cast(pl.Float64, strict=False).alias("points_possible"),
    )  # fmt: skip
    held = results.join(items, on="lineitemsourcedid", how="left", maintain_order="left")
    held = bundle.keep("results", held, held["lineitemsourcedid"].is_in(items["lineitemsourcedid"].implode()), "lineitemsourcedid",
                       ("The line item is not in lineItems.csv.", "Bring the gradebook as a whole."))  # fmt: skip
    return held.with_columns(
        pl.coalesce("classsourcedid", "item_class").alias("section_id"),
        pl.coalesce("test_date", "due").alias("test_date"),
    )


def _placed(bundle: Bundle, lined: pl.DataFrame, sections: pl.DataFrame) -> pl.DataFrame:
    """Return results with the school, year and subject of their class, the period of their day, and their status."""
    places = sections.select("section_id", "school_id", "school_year", "subject")
    held = lined.join(places, on="section_id", how="left", maintain_order="left")
    held = bundle.keep("results", held, held["school_year"].is_not_null(), "classsourcedid",
                       ("The class of this result is not among the classes that were taken in.", WHOLE))  # fmt: skip
    courses = bundle.rows("classes", ("sourcedid", "coursesourcedid")).select(
        pl.col("sourcedid").alias("section_id"), "coursesourcedid"
    )
    held = held.join(courses, on="section_id", how="left", maintain_order="left")
    book = {day: period_of(day) for day in held["test_date"].drop_nulls().unique().to_list()}
    period = pl.col("test_date").replace_strict(book, default=None, return_dtype=pl.String)
    return held.with_columns(period.alias("period"))


def _status(number: str, word: str) -> pl.Expr:
    """Return whether a result is scored. A zero for work that was never handed in is the gradebook's, and no score."""
    nothing = pl.col(word).is_null() & (
        pl.col(number).is_null() | pl.col("not_handed_in") & (pl.col(number) == 0)
    )
    status = (
        pl.when("exempt")
        .then(pl.lit("exempt"))
        .when(nothing)
        .then(pl.lit("not scored"))
        .otherwise(pl.lit("scored"))
    )
    return status.alias("result_status")


def _with_objective(bundle: Bundle, rest: pl.DataFrame) -> pl.DataFrame:
    """Return results with the standard of their line item, where it has exactly one."""
    kind = "lineItemLearningObjectiveIds"
    rows = bundle.rows(kind, ("sourcedid", "lineitemsourcedid", "learningobjectiveid"))
    items = bundle.rows("lineItems", ("sourcedid",))["sourcedid"]
    rows = bundle.keep(kind, rows, rows["lineitemsourcedid"].is_in(items.implode()), "lineitemsourcedid",
                       ("The line item is not in lineItems.csv.", "Bring the gradebook as a whole."))  # fmt: skip
    once = rows.drop_nulls("learningobjectiveid").unique(
        ["lineitemsourcedid", "learningobjectiveid"], maintain_order=True
    )
    counted = once.with_columns(pl.len().over("lineitemsourcedid").alias("objectives"))
    several = counted.filter(pl.col("objectives") > 1)["lineitemsourcedid"]
    lost = rest.filter(
        pl.col("lineitemsourcedid").is_in(several.implode())
        & (pl.col("points").is_not_null() | pl.col("textscore").is_not_null())
    ).height
    if lost:
        bundle.note_all("info", f"{lost:,} results are for work on several standards and say one score for all of them; they count for the work, not for a standard.",
                        kind=_RESULTS)  # fmt: skip
    single = counted.filter(pl.col("objectives") == 1).select(
        "lineitemsourcedid", pl.col("learningobjectiveid").alias("standard_id")
    )
    held = rest.join(single, on="lineitemsourcedid", how="left", maintain_order="left")
    return held.with_columns(
        pl.col("points").alias("standard_score"),
        pl.col("textscore").alias("standard_level"),
        pl.lit(_RESULTS).alias("kind"),
    )


def _by_standard(bundle: Bundle, placed: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each learning objective of a result; ROW is its line in the file of objectives."""
    kind = "resultLearningObjectiveIds"
    rows = bundle.rows(
        kind, ("sourcedid", "resultsourcedid", "source", "learningobjectiveid", "score", "textscore")
    )
    rows = bundle.keep(kind, rows, rows["resultsourcedid"].is_in(placed["sourcedid"].implode()), "resultsourcedid",
                       ("The result that this belongs to is not among those taken in.", "Bring the gradebook as a whole."))  # fmt: skip
    rows = bundle.keep(kind, rows, rows["learningobjectiveid"].is_not_null(), "learningobjectiveid",
                       ("There is no learning objective in this row.", "Put it right in the gradebook."))  # fmt: skip
    numbers = rows["score"].cast(pl.Float64, strict=False)
    rows = rows.with_columns(numbers.alias("standard_score"))
    rows = bundle.keep(kind, rows, rows["score"].is_null() | numbers.is_not_null(), "score", _NO_NUMBER)
    told = rows.select(
        pl.col("resultsourcedid").alias("sourcedid"), pl.col("learningobjectiveid").alias("standard_id"), "standard_score",
        pl.col("textscore").alias("standard_level"), ROW,
    )  # fmt: skip
    return (
        placed.drop(ROW)
        .join(told, on="sourcedid", how="inner", maintain_order="left")
        .with_columns(pl.lit(_OBJECTIVES).alias("kind"))
    )


def _named(whole: pl.DataFrame) -> pl.DataFrame:
    """Return results with the assessment they belong to: the category, and the work itself where a day has several."""
    category = pl.coalesce("category", "item_title")
    several = (
        (pl.col("lineitemsourcedid").n_unique().over("section_id", "category", "test_date") > 1)
        .any()
        .over("category")
    )
    title = (
        pl.when(several & pl.col("category").is_not_null())
        .then(pl.format("{}: {}", category, pl.col("item_title")))
        .otherwise(category)
    )
    slug = title.str.to_lowercase().str.replace_all(r"[^a-z0-9]+", "_").str.strip_chars("_")
    return whole.with_columns(
        title.alias("assessment_title"),
        pl.when(slug.str.contains("standard"))
        .then(pl.lit(_STANDARDS))
        .otherwise(slug)
        .alias("assessment_id"),
    )


def _once(bundle: Bundle, rows: pl.DataFrame) -> pl.DataFrame:
    """Return results of which no two are of the same student, test, day and standard; others are set aside."""
    key = list(TABLES["results"].key)
    doubled = rows.select(key).is_duplicated() if rows.height else pl.Series([], dtype=pl.Boolean)
    if not doubled.any():
        return rows
    values = [name for name in TABLES["results"].polars_schema if name not in key]
    judged = rows.with_columns(
        pl.struct(values).n_unique().over(key).alias("says"),
        pl.struct(key).is_first_distinct().alias("first"),
        pl.coalesce("standard_id", "student_id").alias("shown"),
    )
    for kind in (_OBJECTIVES, _RESULTS):
        mine = judged.filter(pl.col("kind") == kind)
        bundle.put_aside(kind, mine.filter(pl.col("says") > 1), "shown", "Another result of the same student, test, day and standard says something else.",
                         "Find out which is right, and leave the other out.")  # fmt: skip
        bundle.put_aside(kind, mine.filter((pl.col("says") == 1) & ~pl.col("first")), "shown", "The row says the same as an earlier one.",
                         "Nothing needs to be done; it was kept once.")  # fmt: skip
    return judged.filter((pl.col("says") == 1) & pl.col("first")).select(rows.columns)


_COMMON = (
    "student_id",
    "school_id",
    "school_year",
    "period",
    "subject",
    "grade_level",
    "test_date",
    "section_id",
    "standard_id",
    "kind",
)


def _shaped(frame: pl.DataFrame) -> pl.DataFrame:
    schema: dict[str, type[pl.DataType]] = {
        ROW: pl.Int64,
        "kind": pl.String,
        **TABLES["results"].polars_schema,
    }
    return frame.with_columns(
        pl.lit(None, dtype=kind).alias(name) for name, kind in schema.items() if name not in frame.columns
    ).select(pl.col(name).cast(kind) for name, kind in schema.items())


def _standard_rows(rows: pl.DataFrame) -> pl.DataFrame:
    return _shaped(
        rows.select(ROW, *_COMMON, _status("standard_score", "standard_level"), pl.lit(_STANDARDS).alias("assessment_id"),
                    pl.col("standard_score").alias("scale_score"), pl.col("standard_level").alias("performance_level"))
    )  # fmt: skip


def _whole_rows(rows: pl.DataFrame, scales: Scales) -> pl.DataFrame:
    """Return results with their points, and with the number on its scale where the score is a word."""
    named = on_scale(
        rows.with_columns(pl.lit(None, dtype=pl.Float64).alias("scale_score")),
        scales,
        word="textscore",
        number="scale_score",
    )
    level = pl.col("textscore").alias("performance_level")
    return _shaped(
        named.select(
            ROW,
            *_COMMON,
            _status("points", "textscore"),
            "assessment_id",
            "points",
            "points_possible",
            "scale_score",
            level,
        )
    )


def _assessments(
    bundle: Bundle, by_standard: pl.DataFrame, whole: pl.DataFrame, scales: Scales
) -> pl.DataFrame:
    rows = []
    if by_standard.height:
        used = sorted(set(by_standard["scale"].to_list()) - {"", None})
        low, high = scales.ends(used[0]) if len(used) == 1 else scales.ends(scales.of_standards)
        if len({scales.ends(scale) for scale in used}) > 1:
            bundle.note_all("warning", f"Standards scores are on {len(used)} scales with different numbers; a mean over them says nothing.",
                            "Ask the gradebook for one scale, or look at one class at a time.", kind="scoreScales")  # fmt: skip
        rows.append({"assessment_id": _STANDARDS, "title": "Standards scores", "kind": _STANDARDS,
                     "scale_min": low, "scale_max": high, "source": _SOURCE})  # fmt: skip
    held = whole.select("assessment_id", "assessment_title").unique(
        "assessment_id", keep="first", maintain_order=True
    )
    rows += [
        {"assessment_id": name, "title": title, "kind": _kind(title), "scale_min": None, "scale_max": None, "source": _SOURCE}
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
