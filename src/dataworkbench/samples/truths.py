"""The list of what is known to be true of the sample district, with numbers to test against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from dataworkbench.samples import findings, planted
from dataworkbench.samples.findings import Evidence
from dataworkbench.samples.observations import RUBRIC, TOPICS
from dataworkbench.samples.plan import GRADES, SUBJECTS, Plan
from dataworkbench.samples.planted import Places, places

Values = dict[str, Any]


@dataclass(frozen=True)
class Truth:
    """One planted truth: ``where`` and ``planted`` are worked out for a plan, ``measured`` from what was made."""

    key: str
    sentence: str
    how_to_see: str
    tables: tuple[str, ...]
    indicators: tuple[str, ...]
    school: Callable[[Places], int] | None
    where: Callable[[Plan], Values]
    planted: Values
    measured: Callable[[Plan, Evidence], Values]
    needs_two_years: bool = True


def _last(plan: Plan) -> str:
    return plan.last_complete.name if plan.last_complete else plan.current.name


TRUTHS: Final[tuple[Truth, ...]] = (
    Truth(
        "bus_route",
        "Grade 4 mathematics fell at one elementary school because the riders of one bus route missed many days.",
        "Compare grade 4 in mathematics this autumn with last autumn at the school, then split this autumn's students by "
        "bus route: those of the route scored far lower and were absent far more often; the others did not fall.",
        ("results", "attendance", "attendance_totals", "students"),
        ("mean_score", "proficiency", "chronic_absence", "attendance_rate"),
        lambda at: at.route,
        lambda plan: {"grade_level": GRADES[planted.ROUTE_GRADE], "subject": SUBJECTS[0], "bus_route": planted.ROUTE,
                      "school_year": plan.current.name, "before": _last(plan), "period": "Fall"},
        {"loss_of_riders_in_sd": planted.ROUTE_LOSS, "share_of_days_missed_by_riders": planted.ROUTE_ABSENCE},
        findings.bus_route,
    ),
    Truth(
        "reading_helps",
        f"{planted.READING_STRATEGY} help: students who had them ended the year a quarter of a standard deviation higher "
        "in English language arts than like students who had not.",
        "Places were drawn by lot among students below the 40th place of 100 of their grade level in the autumn. Compare "
        "the spring scores of those who had a place with those who had none.",
        ("interventions", "results"), ("intervention_goal_met", "mean_gain"), None,
        lambda plan: {"strategy": planted.READING_STRATEGY, "subject": SUBJECTS[1], "school_year": _last(plan)},
        {"effect_in_sd": planted.READING_EFFECT},
        findings.reading,
    ),
    Truth(
        "app_does_nothing",
        f"The {planted.APP_STRATEGY} does nothing, though its students gain more than others: they were picked for a low "
        "score, and low scores rise by themselves.",
        "Its places were drawn by lot among the lowest fifth in the autumn. The gain of its students is larger than "
        "everybody's, but no larger than that of the lowest fifth who had no place.",
        ("interventions", "results"), ("intervention_goal_met", "mean_gain"), None,
        lambda plan: {"strategy": planted.APP_STRATEGY, "subject": SUBJECTS[0], "school_year": _last(plan)},
        {"effect_in_sd": 0.0},
        findings.app,
    ),
    Truth(
        "rigor_seen_differently",
        "At one school staff and students see rigor differently: far more staff than students agree that students are "
        "asked to think hard.",
        "Compare the two most favourable answers of staff and of students to the paired question about rigor.",
        ("survey_responses", "survey_items"), ("survey_top_box",),
        lambda at: at.rigor,
        lambda plan: {"pair_id": "rigor", "school_year": plan.current.name, "period": "Fall"},
        {"staff_agree": planted.RIGOR_STAFF, "students_agree": planted.RIGOR_STUDENTS,
         "difference": round(planted.RIGOR_STAFF - planted.RIGOR_STUDENTS, 2)},
        findings.rigor,
        needs_two_years=False,
    ),
    Truth(
        "gap_closes",
        "At one elementary school English learners are catching up in English language arts; elsewhere they are not.",
        "Follow the difference between English learners and others in mean score, autumn by autumn, school by school.",
        ("results", "students"), ("mean_score", "proficiency"),
        lambda at: at.gap,
        lambda _plan: {"subject": SUBJECTS[1], "subgroup_type": "English learner status", "period": "Fall"},
        {"gap_at_first_in_sd": planted.GAP, "gap_at_last_in_sd": round(planted.GAP - planted.GAP_CLOSED, 2)},
        findings.gap,
    ),
    Truth(
        "observers_disagree",
        "At one school the two observers do not mean the same by the levels of the rubric; elsewhere they do.",
        "Compare the two scores of visits that were scored twice: agreement beyond chance (kappa) is near 0 there.",
        ("observations",), ("rubric_level",),
        lambda at: at.observers,
        lambda _plan: {"rubric_id": RUBRIC},
        {"kappa": 0.0},
        findings.observers,
        needs_two_years=False,
    ),
    Truth(
        "chronic_absence_hides",
        "In one grade level of the high school more than a third of the students are chronically absent, while its "
        "average attendance is like everybody's.",
        "Compare the attendance rate and chronic absence by grade level at the school.",
        ("attendance", "attendance_totals"), ("chronic_absence", "attendance_rate"),
        lambda at: at.absence,
        lambda plan: {"grade_level": GRADES[planted.CHRONIC_GRADE], "school_year": plan.current.name},
        {"chronically_absent": planted.CHRONIC_SHARE},
        findings.hidden_absence,
    ),
    Truth(
        "learning_shows",
        f"Teachers who took part in '{planted.TOPIC}' are scored higher on that element of the rubric afterwards.",
        "Compare the change on the element, from before the first session to afterwards, of teachers who took part and "
        "of those who did not. No other topic goes with a change on its element.",
        ("professional_learning", "observations"), ("rubric_level",), None,
        lambda plan: {"topic": planted.TOPIC, "element_id": planted.TOPIC_ELEMENT, "other_topics": [t for t in TOPICS if t != planted.TOPIC],
                      "school_year": _last(plan)},
        {"gain_on_hidden_scale": planted.TOPIC_GAIN},
        findings.learning,
    ),
)  # fmt: skip


def truths(plan: Plan, evidence: Evidence) -> dict[str, Any]:
    """Return what stands in ``truths.json``.

    Each truth has a plain sentence, how it can be seen, the tables and indicators that can see it, where it is, what
    was planted and what can be measured in this very district. Without effects the places are the same, ``planted``
    is empty and ``measured`` tells how much chance alone makes of it.
    """
    there = [truth for truth in TRUTHS if _fits(truth, plan)]
    return {
        "seed": plan.seed,
        "schools": plan.schools.height,
        "students": int(evidence.people.height),
        "students_per_school": plan.students_per_school,
        "school_years": [year.name for year in plan.years],
        "seen_until": str(plan.current.known[-1]),
        "effects": plan.effects,
        "truths": [_told(truth, plan, evidence) for truth in there],
    }


def _fits(truth: Truth, plan: Plan) -> bool:
    if truth.needs_two_years and len(plan.years) == 1:
        return False
    return truth.school is None or truth.school(places(plan)) >= 0


def _told(truth: Truth, plan: Plan, evidence: Evidence) -> dict[str, Any]:
    where: Values = truth.where(plan)
    if truth.school is not None:
        school = plan.schools.row(truth.school(places(plan)), named=True)
        where = {"school_id": school["school_id"], "school_name": school["school_name"]} | where
    nothing = "Nothing was planted in this district; this is where it would have been. "
    return {
        "id": truth.key,
        "sentence": truth.sentence if plan.effects else nothing + truth.sentence,
        "how_to_see": truth.how_to_see,
        "tables": list(truth.tables),
        "indicators": list(truth.indicators),
        "where": where,
        "planted": truth.planted if plan.effects else {},
        "measured": _rounded(truth.measured(plan, evidence)),
    }


def _rounded(values: Values) -> Values:
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in values.items()}
