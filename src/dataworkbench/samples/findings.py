"""What can be measured of each truth in the district that was made: small, plain computations on what goes into the files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from dataworkbench.samples import perceptions, supports
from dataworkbench.samples.observations import TOPICS
from dataworkbench.samples.plan import Floats, Plan
from dataworkbench.samples.planted import (
    APP_STRATEGY,
    CHRONIC_GRADE,
    READING_STRATEGY,
    ROUTE,
    ROUTE_GRADE,
    TOPIC,
    TOPIC_ELEMENT,
    places,
)

Values = dict[str, Any]
ON_GRADE = 3


@dataclass(frozen=True)
class Evidence:
    """What was made: the diagnostic's results, the turns, the rates of absence of stays, rubric scores, learning."""

    people: pl.DataFrame
    stays: pl.DataFrame
    staff: pl.DataFrame
    diagnostic: pl.DataFrame
    turns: pl.DataFrame
    rates: Floats
    scores: pl.DataFrame
    learning: pl.DataFrame


def bus_route(plan: Plan, evidence: Evidence) -> Values:
    """Return means of the grade level last autumn and this one, and of riders and others this autumn."""
    school, year = places(plan).route, plan.current.number
    fall = _autumn(evidence, 0).filter((pl.col("school") == school) & (pl.col("grade") == ROUTE_GRADE))
    fall = fall.join(evidence.people.select("student", "bus_route"), on="student")
    now, before = fall.filter(pl.col("year") == year), fall.filter(pl.col("year") == year - 1)
    rider = pl.col("bus_route").fill_null("") == ROUTE
    riders, others = now.filter(rider), now.filter(~rider)
    return {
        "mean_last_autumn": _mean(before["scale_score"]),
        "mean_this_autumn": _mean(now["scale_score"]),
        "mean_of_riders": _mean(riders["scale_score"]),
        "mean_of_others": _mean(others["scale_score"]),
        "on_grade_last_autumn": _mean(before["placement"] >= ON_GRADE),
        "on_grade_this_autumn": _mean(now["placement"] >= ON_GRADE),
        "students_last_autumn": before.height,
        "riders": riders.height,
        "others": others.height,
    }


def reading(plan: Plan, evidence: Evidence) -> Values:
    """Return gains from autumn to spring, in standard deviations, of those drawn by lot and those not."""
    gains = _gains(plan, evidence, 1)
    eligible = gains.filter((pl.col("place") <= supports.READING_CUT) & _of_age())
    served = _served(plan, evidence, READING_STRATEGY)
    drawn, not_drawn = eligible.filter(served), eligible.filter(~served)
    return {
        "gain_with": _mean(drawn["gain"]),
        "gain_without": _mean(not_drawn["gain"]),
        "difference": _mean(drawn["gain"]) - _mean(not_drawn["gain"]),
        "standard_error": _standard_error(drawn["gain"], not_drawn["gain"]),
        "students_with": drawn.height,
        "students_without": not_drawn.height,
    }


def app(plan: Plan, evidence: Evidence) -> Values:
    """Return gains, in standard deviations, of the app's students, of everybody and of like students without it."""
    gains = _gains(plan, evidence, 0).filter(_of_age())
    low = gains.filter(pl.col("place") <= supports.APP_CUT)
    served = _served(plan, evidence, APP_STRATEGY)
    with_it, without = low.filter(served), low.filter(~served)
    rest = gains.filter(~served)
    return {
        "gain_with": _mean(with_it["gain"]),
        "gain_of_all_others": _mean(rest["gain"]),
        "gain_of_like_students_without": _mean(without["gain"]),
        "difference": _mean(with_it["gain"]) - _mean(without["gain"]),
        "standard_error": _standard_error(with_it["gain"], without["gain"]),
        "expected_from_regression_to_the_mean": (1 - _correlation(gains)) * -_mean(with_it["before"]),
        "students_with": with_it.height,
        "students_without": without.height,
    }


def rigor(plan: Plan, evidence: Evidence) -> Values:
    """Return the shares of staff and of students, there and elsewhere, who agree that students are asked to think hard."""
    given = perceptions.survey_rounds(plan)[-1]
    name = plan.schools["school_name"][places(plan).rigor]
    told: Values = {}
    for role in ("staff", "student"):
        asked = perceptions.people_asked(evidence.stays, evidence.staff, given, role)
        answers = perceptions.survey_file(plan, given, role, asked)
        question = perceptions.ITEMS[0].wording[perceptions.ROLES.index(role)]
        said = answers.drop_nulls(question).with_columns(
            agrees=pl.col(question).is_in(perceptions.ANSWERS[-2:])
        )
        there = pl.col(perceptions.FRONT[role]) == name
        told[f"{role}_agree_there"] = _mean(said.filter(there)["agrees"])
        told[f"{role}_agree_elsewhere"] = _mean(said.filter(~there)["agrees"])
        told[f"{role}_answers_there"] = said.filter(there).height
    return told | {"difference_there": told["staff_agree_there"] - told["student_agree_there"]}


def gap(plan: Plan, evidence: Evidence) -> Values:
    """Return the difference, in standard deviations, between others and English learners, each autumn, there and elsewhere."""
    fall = _standardised(_autumn(evidence, 1)).join(
        evidence.people.select("student", "english_learner"), on="student"
    )
    there = pl.col("school") == places(plan).gap
    elsewhere = ~there & pl.col("school").is_in(plan.of_level("Elementary").tolist())
    told: Values = {}
    for word, where in (("there", there), ("elsewhere", elsewhere)):
        for year in plan.years:
            rows = fall.filter(where & (pl.col("year") == year.number))
            learners, others = rows.filter("english_learner"), rows.filter(~pl.col("english_learner"))
            told[f"gap_{word}_{year.name}"] = _mean(others["standardised"]) - _mean(learners["standardised"])
    return told | {"english_learners_there": rows_of(fall, there & pl.col("english_learner"), plan)}


def rows_of(fall: pl.DataFrame, which: pl.Expr, plan: Plan) -> int:
    """Return how many rows of the current year fit."""
    return fall.filter(which & (pl.col("year") == plan.current.number)).height


def observers(plan: Plan, evidence: Evidence) -> Values:
    """Return agreement beyond chance of the two observers, there and at all other schools together."""
    both = evidence.scores.drop_nulls("level").group_by("visit_id", "element_number", maintain_order=True)
    pairs = both.agg(
        pl.col("level").first().alias("one"),
        pl.col("level").last().alias("two"),
        pl.len(),
        pl.col("school").first(),
    )
    pairs = pairs.filter(pl.col("len") == 2)
    there = pairs.filter(pl.col("school") == places(plan).observers)
    elsewhere = pairs.filter(pl.col("school") != places(plan).observers)
    return {
        "kappa_there": kappa(there["one"].to_numpy(), there["two"].to_numpy()),
        "kappa_elsewhere": kappa(elsewhere["one"].to_numpy(), elsewhere["two"].to_numpy()),
        "pairs_there": there.height,
        "pairs_elsewhere": elsewhere.height,
    }


def hidden_absence(plan: Plan, evidence: Evidence) -> Values:
    """Return what the chances of absence lead one to expect, for the grade level and for the others of the school."""
    stays = evidence.stays.with_columns(rate=pl.Series(evidence.rates))
    ours = stays.filter((pl.col("school") == places(plan).absence) & (pl.col("year") == plan.current.number))
    there, others = (
        ours.filter(pl.col("grade") == CHRONIC_GRADE),
        ours.filter(pl.col("grade") != CHRONIC_GRADE),
    )
    return {
        "expected_attendance_there": 1 - _mean(there["rate"]),
        "expected_attendance_of_others": 1 - _mean(others["rate"]),
        "likely_chronic_there": _mean(there["rate"] >= 0.10),
        "likely_chronic_of_others": _mean(others["rate"] >= 0.10),
        "students_there": there.height,
    }


def learning(plan: Plan, evidence: Evidence) -> Values:
    """Return the change in level, from before the topic to after it, of teachers who took part and of others, for each topic."""
    told: Values = {}
    for topic, element in TOPICS.items():
        took_part = evidence.learning.filter(
            (pl.col("topic") == topic) & (pl.col("year") == (plan.last_complete or plan.current).number)
        )
        change = _change(plan, evidence.scores, element)
        took = pl.col("staff").is_in(took_part["staff"].unique().to_list())
        with_it, without = change.filter(took)["change"], change.filter(~took)["change"]
        name = "topic" if topic == TOPIC else element
        told[f"change_with_{name}"] = _mean(with_it)
        told[f"change_without_{name}"] = _mean(without)
        if topic == TOPIC:
            told |= {
                "teachers_with": len(with_it),
                "teachers_without": len(without),
                "standard_error": _standard_error(with_it, without),
            }
    return told | {"element": TOPIC_ELEMENT}


def _change(plan: Plan, scores: pl.DataFrame, element: str) -> pl.DataFrame:
    """One row is one teacher: mean level from the last spring on, less the mean level before."""
    year = (plan.last_complete or plan.current).number
    after = (pl.col("year") > year) | ((pl.col("year") == year) & (pl.col("period") == "Spring"))
    rows = scores.filter(pl.col("element") == element).drop_nulls("level")
    by_teacher = rows.group_by("staff", maintain_order=True).agg(
        change=pl.col("level").filter(after).mean() - pl.col("level").filter(~after).mean()
    )
    return by_teacher.drop_nulls()


def kappa(one: np.ndarray, two: np.ndarray) -> float:
    """Return Cohen's kappa of two observers' levels: agreement beyond what chance would give; 1 is all."""
    if not len(one):
        return float("nan")
    agreed = float(np.mean(one == two))
    by_chance = sum(
        float(np.mean(one == level)) * float(np.mean(two == level)) for level in np.union1d(one, two)
    )
    return (agreed - by_chance) / (1 - by_chance) if by_chance < 1 else 1.0


def _autumn(evidence: Evidence, subject: int) -> pl.DataFrame:
    valid = (
        (pl.col("window") == "Fall") & (pl.col("subject") == subject) & (pl.col("rush") != "Red Rush Flag")
    )
    return evidence.diagnostic.filter(valid)


def _standardised(rows: pl.DataFrame) -> pl.DataFrame:
    """Lay scores on the scale of their own grade level: 0 is its mean over all years, 1 its standard deviation."""
    score = pl.col("scale_score")
    return rows.with_columns(
        standardised=(score - score.mean().over("grade", "window")) / score.std().over("grade", "window")
    )


def _gains(plan: Plan, evidence: Evidence, subject: int) -> pl.DataFrame:
    """One row is one student tested in autumn and spring of the last whole year; ``place`` is the rank in autumn, 0 to 1."""
    year = (plan.last_complete or plan.current).number
    valid = (pl.col("subject") == subject) & (pl.col("year") == year) & (pl.col("rush") != "Red Rush Flag")
    rows = _standardised(evidence.diagnostic.filter(valid))
    fall = rows.filter(pl.col("window") == "Fall").with_columns(
        place=pl.col("scale_score").rank("ordinal").over("grade") / pl.len().over("grade")
    )
    spring = rows.filter(pl.col("window") == "Spring").select("student", after="standardised")
    both = fall.rename({"standardised": "before"}).join(spring, on="student")
    return both.with_columns(gain=pl.col("after") - pl.col("before"))


def _served(plan: Plan, evidence: Evidence, strategy: str) -> pl.Expr:
    year = (plan.last_complete or plan.current).number
    turns = evidence.turns.filter((pl.col("strategy") == strategy) & (pl.col("year") == year))
    return pl.col("student").is_in(turns["student"].to_list())


def _of_age() -> pl.Expr:
    return pl.col("grade").is_between(supports.YOUNGEST, supports.OLDEST)


def _correlation(gains: pl.DataFrame) -> float:
    return float(np.corrcoef(gains["before"].to_numpy(), gains["after"].to_numpy())[0, 1])


def _standard_error(one: pl.Series, two: pl.Series) -> float:
    parts = [float(part.var() or 0.0) / max(len(part), 1) for part in (one, two)]  # type: ignore[arg-type]  # numbers only
    return float(np.sqrt(sum(parts)))


def _mean(values: pl.Series) -> float:
    return float(np.mean(values.to_numpy())) if len(values) else float("nan")
