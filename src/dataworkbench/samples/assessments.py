"""Results as the vendor of the diagnostic and the state hand them out."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from scipy.special import ndtr

from dataworkbench.samples import scales
from dataworkbench.samples.plan import GRADES, SUBJECTS, Ints, Plan, Year

LAST_DIAGNOSTIC_GRADE: Final = 8
NORMING_WINDOWS: Final = {
    "Fall": "Fall (Beginning of School Year - November 15)",
    "Winter": "Winter (November 16 - March 1)",
    "Spring": "Spring (March 2 - End of Year)",
}
DOMAINS: Final = (
    ("Number and Operations", "Algebra and Algebraic Thinking", "Measurement and Data", "Geometry"),
    ("Phonological Awareness", "Phonics", "High-Frequency Words", "Vocabulary", "Comprehension: Overall",
     "Comprehension: Literature", "Comprehension: Informational Text"),
)  # fmt: skip
MEASURES: Final = (("Quantile", "Q"), ("Lexile", "L"))
RUSHED: Final = 0.006
"""Share of students who rushed through the autumn test and took it again."""

REASONS: Final = ("Absent", "Medical exemption", "Family declined", "Invalidated")
REASON_SHARES: Final = (0.5, 0.15, 0.25, 0.1)


def make_diagnostic(plan: Plan, sittings: pl.DataFrame) -> pl.DataFrame:
    """Return the diagnostic's results on its own scale.

    One row is one sitting that took place: the columns of ``sittings`` and ``scale_score``, ``placement`` (0 to 4),
    ``percentile``, ``baseline`` (score), ``is_baseline``, ``most_recent``, ``typical``, ``stretch``, ``rush``.
    """
    taken = sittings.filter(
        pl.col("tested") & (pl.col("window") != "State") & (pl.col("grade") <= LAST_DIAGNOSTIC_GRADE)
    )
    return _growth(_scored(_with_retakes(plan, taken)))


def _with_retakes(plan: Plan, taken: pl.DataFrame) -> pl.DataFrame:
    chance = plan.chance("rushed")
    roll = chance.random(taken.height)
    rushed = (taken["window"] == "Fall").to_numpy() & (roll < RUSHED)
    again = taken.with_columns(rush=pl.lit("")).filter(pl.Series(~rushed))
    first = taken.filter(pl.Series(rushed)).with_columns(
        rush=pl.lit("Red Rush Flag"), score=pl.col("score") - 1.1
    )
    second = taken.filter(pl.Series(rushed)).with_columns(
        rush=pl.lit(""), test_date=pl.col("test_date").dt.offset_by("7d")
    )
    yellow = (
        pl.when(pl.Series(chance.random(again.height)) < 0.03)
        .then(pl.lit("Yellow Rush Flag"))
        .otherwise("rush")
    )
    return pl.concat([again.with_columns(rush=yellow), first, second]).sort("sitting", "test_date")


def _scored(taken: pl.DataFrame) -> pl.DataFrame:
    score, level = np.zeros(taken.height, np.int64), np.zeros(taken.height, np.int64)
    subject = taken["subject"].to_numpy()
    grade, through, hidden = (taken[name].to_numpy() for name in ("grade", "through", "score"))
    for at in range(len(SUBJECTS)):
        ours = subject == at
        score[ours] = scales.diagnostic_score(at, grade[ours], through[ours], hidden[ours])
        level[ours] = scales.placement(at, grade[ours], score[ours])
    rank = np.clip(np.rint(100 * ndtr(hidden)), 1, 99).astype(np.int64)
    return taken.with_columns(
        pl.Series("scale_score", score), pl.Series("placement", level), pl.Series("percentile", rank)
    )


def _growth(scored: pl.DataFrame) -> pl.DataFrame:
    whose = ["student", "year", "subject"]
    valid = scored.filter(pl.col("rush") != "Red Rush Flag").sort(*whose, "test_date")
    baseline = valid.unique(whose, keep="first", maintain_order=True).select(
        *whose, baseline="scale_score", baseline_sitting="sitting", start_level="placement"
    )
    growth = np.concatenate(scales.TYPICAL_GROWTH)
    size = len(scales.TYPICAL_GROWTH[0])
    told = scored.join(baseline, on=whose, how="left", maintain_order="left")
    typical = pl.Series(growth[told["subject"].to_numpy() * size + told["grade"].to_numpy()])
    extra = pl.Series(np.array([3, 2, 1, -1, -2])[told["start_level"].fill_null(2).to_numpy()])
    told = told.with_columns(typical=(typical + extra).round().cast(pl.Int64))
    rushed = pl.col("rush") == "Red Rush Flag"
    return told.with_columns(
        stretch=(pl.col("typical") * 1.6).round().cast(pl.Int64),
        is_baseline=(pl.col("sitting") == pl.col("baseline_sitting")) & ~rushed,
        most_recent=(pl.col("test_date") == pl.col("test_date").max().over(whose)) & ~rushed,
    )


def diagnostic_file(
    plan: Plan, people: pl.DataFrame, diagnostic: pl.DataFrame, year: Year, subject: int
) -> pl.DataFrame:
    """Return the vendor's export of one year and subject: one row is one sitting."""
    rows = diagnostic.filter((pl.col("year") == year.number) & (pl.col("subject") == subject))
    chance = plan.chance(f"diagnostic file {year.number} {subject}")
    rows = rows.join(people.select("student", *_WHO), on="student", how="left", maintain_order="left")
    schools = plan.schools.select("school", "school_name", school_state_id="state_id")
    rows = rows.join(schools, on="school", how="left", maintain_order="left")
    front = rows.select(*_front(year), *_outcome(rows, subject, chance))
    back = rows.select(*_back(rows, subject))
    return pl.concat([front, _domains(rows, subject, chance), back], how="horizontal")


_WHO = ("student_id", "state_student_id", "given_name", "family_name", "sex", "hispanic", "race")


def _front(year: Year) -> list[pl.Expr]:
    blank = pl.lit(None, dtype=pl.String)
    school_years = f"{year.ends - 1}-{year.ends}"
    empty = ("English Language Learner", "Special Education", "Economically Disadvantaged", "Migrant", "Class(es)",
             "Class Teacher(s)", "Report Group(s)")  # fmt: skip
    day = pl.col("test_date").dt.strftime("%m/%d/%Y")
    return [
        pl.col("family_name").alias("Last Name"),
        pl.col("given_name").alias("First Name"),
        pl.col("student_id").alias("Student ID"),
        pl.col("grade").replace_strict(range(9), ["K", *map(str, range(1, 9))]).alias("Student Grade"),
        pl.lit(school_years).alias("Academic Year"),
        pl.col("school_name").alias("School"),
        pl.lit("Enrolled").alias("Enrolled"),
        blank.alias("District State ID"),
        blank.alias("Account State ID"),
        pl.col("school_state_id").alias("School State ID"),
        pl.col("state_student_id").alias("Student State ID"),
        blank.alias("User Name"),
        pl.col("sex").alias("Sex"),
        _yes_no("hispanic").alias("Hispanic or Latino"),
        pl.col("race").alias("Race"),
        *(blank.alias(name) for name in empty),
        day.alias("Start Date"),
        day.alias("Completion Date"),
        pl.col("window").replace_strict(NORMING_WINDOWS).alias("Norming Window"),
        _yes_no("is_baseline").alias("Baseline Diagnostic (Y/N)"),
        _yes_no("most_recent").alias("Most Recent Diagnostic YTD (Y/N)"),
    ]


def _outcome(rows: pl.DataFrame, subject: int, chance: np.random.Generator) -> list[pl.Expr | pl.Series]:
    name, letter = MEASURES[subject]
    measure = np.maximum(np.rint((rows["scale_score"].to_numpy() - 300) * 0.9) * 5 - 100, 5).astype(int)
    minutes = np.where(
        rows["rush"].to_numpy() == "Red Rush Flag", 9, np.rint(chance.normal(62, 16, rows.height))
    )
    return [
        pl.Series("Duration (min)", np.maximum(minutes, 8).astype(int)),
        pl.col("rush").replace("", None).alias("Rush Flag"),
        pl.lit("Off").alias("Read Aloud"),
        pl.col("scale_score").alias("Overall Scale Score"),
        pl.Series(
            "Overall Placement", _placement_words(rows["grade"].to_numpy(), rows["placement"].to_numpy())
        ),
        pl.Series("Overall Relative Placement", _relative(rows["placement"].to_numpy())),
        pl.col("percentile").alias("Percentile"),
        (pl.col("placement") + 1).alias("Grouping"),
        pl.Series(f"{name} Measure", [f"{value}{letter}" for value in measure]),
        pl.Series(
            f"{name} Range", [f"{max(value - 50, 5)}{letter}-{value + 50}{letter}" for value in measure]
        ),
    ]


def _domains(rows: pl.DataFrame, subject: int, chance: np.random.Generator) -> pl.DataFrame:
    grade = rows["grade"].to_numpy()
    spread = scales.SPREAD[subject][grade]
    columns: list[pl.Series] = []
    for domain in DOMAINS[subject]:
        score = np.rint(
            rows["scale_score"].to_numpy() + 0.45 * spread * chance.normal(size=rows.height)
        ).astype(int)
        columns += _one_domain(domain, grade, score, scales.placement(subject, grade, score))
    return pl.DataFrame(columns)


def _one_domain(domain: str, grade: Ints, score: Ints, level: Ints) -> list[pl.Series]:
    """Younger students' domains end: not assessed from some grade level on, or surpassed from some score on."""
    words, relative, shown = _placement_words(grade, level), _relative(level), score.astype(float)
    if domain == "Phonological Awareness":
        old = grade >= 2
        words, relative = np.where(old, "Not Assessed", words), np.where(old, "Not Assessed", relative)
        shown = np.where(old, np.nan, shown)
    if domain == "High-Frequency Words":
        past = score >= 500
        words, relative = (
            np.where(past, "Surpassed Level", words),
            np.where(past, scales.RELATIVE_PLACEMENTS[-1], relative),
        )
        shown = np.where(past, np.nan, shown)
    if domain == "Phonics":
        words, shown = np.where(score >= 545, "Max Score", words), np.minimum(shown, 545)
    numbers = pl.Series(f"{domain} Scale Score", shown).fill_nan(None).cast(pl.Int64)
    return [
        numbers,
        pl.Series(f"{domain} Placement", words),
        pl.Series(f"{domain} Relative Placement", relative),
    ]


def _back(rows: pl.DataFrame, subject: int) -> list[pl.Expr | pl.Series]:
    gain = pl.col("scale_score") - pl.col("baseline")
    grade = rows["grade"].to_numpy()
    last = (
        [_yes_no(pl.col("percentile") < 15).alias("Reading Difficulty Indicator (Y/N)")]
        if subject == 1
        else []
    )
    return [
        gain.alias("Diagnostic Gain"),
        pl.col("typical").alias("Annual Typical Growth Measure"),
        pl.col("stretch").alias("Annual Stretch Growth Measure"),
        _percent(gain, "typical").alias("Percent Progress to Annual Typical Growth (%)"),
        _percent(gain, "stretch").alias("Percent Progress to Annual Stretch Growth (%)"),
        pl.Series("Mid On Grade Level Scale Score", scales.mid_on_grade(subject, grade)),
        *last,
    ]


def _percent(gain: pl.Expr, of: str) -> pl.Expr:
    """Whole percents, cut off and not rounded up, so that 100 means that the target was met."""
    return (100 * gain / pl.col(of)).floor().cast(pl.Int64)


def _yes_no(column: str | pl.Expr) -> pl.Expr:
    told = pl.col(column) if isinstance(column, str) else column
    return pl.when(told).then(pl.lit("Y")).when(~told).then(pl.lit("N"))


def _relative(level: Ints) -> np.ndarray:
    return np.array(scales.RELATIVE_PLACEMENTS)[level]


def _placement_words(grade: Ints, level: Ints) -> np.ndarray:
    names = np.array(["K", *map(str, range(1, 10))])
    own = names[grade]
    below = names[np.maximum(grade - np.maximum(3 - level, 0), 0)]
    words = np.where(
        level == 4,
        np.char.add("Mid ", own),
        np.where(level == 3, np.char.add("Early ", own), np.char.add("Grade ", below)),
    )
    return np.where((level < 3) & (grade - (3 - level) < 0), "Emerging K", words)


def make_state(plan: Plan, sittings: pl.DataFrame) -> pl.DataFrame:
    """Return the state test's results.

    One row is one student in one subject in one spring: the columns of ``sittings`` and ``scale_score``, ``level``
    (1 to 4), ``reason`` (empty where tested) and ``growth_percentile`` (empty without a score the spring before).
    """
    rows = sittings.filter((pl.col("window") == "State") & pl.col("grade").is_in(scales.STATE_GRADES))
    chance = plan.chance("state")
    reason = chance.choice(REASONS, rows.height, p=REASON_SHARES)
    score, level = np.zeros(rows.height, np.int64), np.zeros(rows.height, np.int64)
    subject, grade, hidden = (rows[name].to_numpy() for name in ("subject", "grade", "score"))
    for at in range(len(SUBJECTS)):
        ours = subject == at
        score[ours] = scales.state_score(at, grade[ours], hidden[ours])
        level[ours] = scales.state_level(at, grade[ours], score[ours])
    told = rows.with_columns(
        pl.Series("scale_score", score), pl.Series("level", level), pl.Series("reason", reason)
    )
    return _growth_percentiles(
        told.with_columns(reason=pl.when("tested").then(pl.lit("")).otherwise("reason"))
    )


def _growth_percentiles(told: pl.DataFrame) -> pl.DataFrame:
    """Where a score stands among those with the same score a year before, by the model that made the scores."""
    before = told.filter("tested").select("student", "subject", year=pl.col("year") + 1, before="score")
    both = told.join(before, on=["student", "subject", "year"], how="left", maintain_order="left")
    expected = 0.7 * both["before"].to_numpy()
    rank = np.clip(np.rint(100 * ndtr((both["score"].to_numpy() - expected) / np.sqrt(1 - 0.7**2))), 1, 99)
    return both.with_columns(growth_percentile=pl.Series(rank).fill_nan(None).cast(pl.Int64)).drop("before")


def state_file(
    plan: Plan, people: pl.DataFrame, programs: pl.DataFrame, state: pl.DataFrame, year: Year
) -> pl.DataFrame:
    """Return the state's file of one spring: one row is one student in one subject, tested or not."""
    rows = state.filter(pl.col("year") == year.number).join(
        people.select("student", "student_id", "given_name", "family_name", "sex"),
        on="student",
        maintain_order="left",
    )
    told = programs.filter(pl.col("year") == year.number).drop("year")
    rows = rows.join(told, on="student", how="left", maintain_order="left").join(
        plan.schools.select("school", "school_name"), on="school", maintain_order="left"
    )
    return rows.sort("subject", "sitting").select(*_state_columns(year))


def _state_columns(year: Year) -> list[pl.Expr]:
    subject = pl.col("subject").replace_strict([0, 1], ["Math", "ELA"])
    grade = pl.col("grade").replace_strict(range(len(GRADES)), GRADES)
    tested = pl.col("tested")
    session = pl.concat_str(pl.lit("SESS-"), pl.col("school") + 1, pl.lit("-"), "grade")
    day = pl.concat_str(pl.col("test_date").dt.to_string("%Y-%m-%d"), pl.lit("T15:30:00Z"))
    return [
        pl.col("student_id").alias("StudentIdentifier"),
        pl.col("given_name").alias("FirstName"),
        pl.col("family_name").alias("LastOrSurname"),
        pl.when(tested).then(day).alias("SubmitDateTime"),
        pl.when(tested).then(session).alias("TestSessionId"),
        pl.col("school_name").alias("SchoolName"),
        pl.lit(year.ends).alias("SchoolYear"),
        pl.lit("Summative").alias("AssessmentType"),
        pl.concat_str(pl.lit(f"{year.ends} "), subject, pl.lit(" grade "), grade).alias("AssessmentName"),
        subject.alias("Subject"),
        grade.alias("AssessmentGradeLevel"),
        grade.alias("GradeLevelWhenAssessed"),
        pl.when(tested).then(pl.lit("Complete")).alias("Completeness"),
        pl.when(tested).then(pl.lit("Valid")).alias("AdministrationCondition"),
        pl.when(tested).then("level").alias("ScaleScoreAchievementLevel"),
        pl.when(tested).then("scale_score").alias("ScaleScore"),
        pl.when(tested).then(pl.col("scale_score") - 24).alias("ScaleScoreErrorBandMin"),
        pl.when(tested).then(pl.col("scale_score") + 24).alias("ScaleScoreErrorBandMax"),
        pl.col("reason").replace("", None).alias("ReasonNotTested"),
        pl.when(tested).then("growth_percentile").alias("StudentGrowthPercentile"),
        pl.col("sex").alias("Sex"),
        pl.col("english_learner")
        .replace_strict({"Y": "Yes", "N": "No"}, default=None)
        .alias("EnglishLearner"),
        pl.col("disability").replace_strict({"Y": "Yes", "N": "No"}, default=None).alias("IDEAIndicator"),
        pl.col("economic_disadvantage")
        .replace_strict({"Y": "Yes", "N": "No"}, default=None)
        .alias("EconomicDisadvantage"),
    ]


def cut_scores() -> pl.DataFrame:
    """Return the levels of every assessment: one row is one level of one assessment, subject and grade level."""
    state = [
        (
            "state_summative",
            SUBJECTS[subject],
            GRADES[grade],
            label,
            order + 1,
            order >= 2,
            _lowest(subject, at, order),
        )
        for subject in range(len(SUBJECTS))
        for at, grade in enumerate(scales.STATE_GRADES)
        for order, label in enumerate(scales.STATE_LEVELS)
    ]
    whole = [("iready", label, order >= 3, order) for order, label in enumerate(scales.RELATIVE_PLACEMENTS)]
    whole += [("standards", label, order >= 2, order) for order, label in enumerate(scales.STANDARD_LEVELS)]
    plain = [
        (test, None, None, label, order + 1, good, float(order + 1) if test == "standards" else None)
        for test, label, good, order in whole
    ]
    names = (
        "assessment_id",
        "subject",
        "grade_level",
        "performance_level",
        "level_order",
        "proficient",
        "min_score",
    )
    return pl.DataFrame(plain + state, schema=names, orient="row")


def _lowest(subject: int, at: int, order: int) -> float:
    return float(scales.STATE_CUTS[subject][at, order - 1]) if order else 2000.0
