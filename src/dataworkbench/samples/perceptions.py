"""What students, families and staff say: surveys as a form hands them out, and what learners say of themselves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from scipy.special import ndtri

from dataworkbench.samples.enrollment import present_on
from dataworkbench.samples.plan import Floats, Ints, Plan, Year
from dataworkbench.samples.planted import RIGOR_STAFF, RIGOR_STUDENTS, places

ANSWERS: Final = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")
STEPS: Final = (-1.25, -0.55, 0.0, 0.95)
"""Where one answer ends and the next begins; 0 is where agreeing begins."""
SHARED: Final = 0.35
"""Share of the variance of an answer that goes with the person and not with the question."""
BLANK: Final = 0.03
ROLES: Final = ("student", "family", "staff")
RESPONSE: Final = {"student": 0.84, "family": 0.34, "staff": 0.88}
FIRST_GRADE_ASKED: Final = 3
FRONT: Final = {
    "student": "What is the name of your school?",
    "family": "Which school does your child go to?",
    "staff": "Where do you work?",
}
GRADE_QUESTION: Final = "What grade are you in?"


@dataclass(frozen=True)
class Round:
    """One time that the survey was given: the year, the period and the first day."""

    year: Year
    period: str
    day: dt.date


@dataclass(frozen=True)
class Item:
    """One question: what it is about, as each role is asked, and the share of each role that agrees."""

    item_id: str
    wording: tuple[str, str, str]
    agree: tuple[float, float, float]


ITEMS: Final = (
    Item("rigor", ("My classes make me think hard.", "My child's classes make my child think hard.",
                   "Students in this school are asked to think hard."), (0.68, 0.70, 0.72)),
    Item("help", ("When I get stuck, a teacher helps me.", "When my child gets stuck, a teacher helps.",
                  "Students who get stuck get help from a teacher."), (0.76, 0.73, 0.80)),
    Item("belonging", ("I feel that I belong at this school.", "My child belongs at this school.",
                       "Students feel that they belong at this school."), (0.66, 0.74, 0.70)),
    Item("choice", ("I have a say in how I learn.", "My child has a say in how to learn.",
                    "Students have a say in how they learn."), (0.50, 0.55, 0.53)),
    Item("feedback", ("Teachers' comments tell me how to do better.", "Teachers' comments tell my child how to do better.",
                      "Our comments tell students how to do better."), (0.64, 0.62, 0.67)),
    Item("goals", ("I know what I am working toward.", "I know what my child is working toward.",
                   "Students know what they are working toward."), (0.70, 0.66, 0.69)),
    Item("bored", ("Lessons are often a waste of time.", "My child's lessons are often a waste of time.",
                   "Lesson time is often wasted."), (0.27, 0.22, 0.23)),
    Item("safe", ("I feel safe at school.", "My child is safe at school.", "Students are safe at this school."),
         (0.78, 0.80, 0.79)),
)  # fmt: skip

PROFILE_WORDS: Final = {
    "interests": ("drawing and comics", "soccer", "taking machines apart", "music", "animals", "cooking with family",
                  "games and coding", "books about space", "dance", "fishing"),
    "works best": ("alone and in quiet", "with one partner", "in a small group", "with music", "when hands are busy",
                   "with steps written down"),
    "challenge": ("getting started", "long texts", "remembering number facts", "speaking in front of the class",
                  "staying with it when it is hard", "writing more than a few lines"),
    "goal": ("read a chapter book by winter", "know multiplication by heart", "speak up once a day", "be on time",
             "write a whole page", "help someone in mathematics"),
    "strength": ("kind to others", "sees patterns quickly", "asks good questions", "does not give up", "tells good stories"),
}  # fmt: skip
SAID_BY: Final = {
    "interests": "student",
    "works best": "student",
    "challenge": "student",
    "goal": "student",
    "strength": "teacher",
}


def survey_rounds(plan: Plan) -> list[Round]:
    """Return the rounds of the survey, the earliest first."""
    this_autumn = Round(plan.current, "fall", dt.date(plan.current.ends - 1, 10, 19))
    if plan.last_complete is None:
        return [this_autumn]
    return [Round(plan.last_complete, "spring", dt.date(plan.last_complete.ends, 4, 13)), this_autumn]


def survey_file(plan: Plan, given: Round, role: str, asked: pl.DataFrame) -> pl.DataFrame:
    """Return one round of answers of one role: one row is one person, one column a question."""
    chance = plan.chance(f"survey {given.year.number} {given.period} {role}")
    answered = asked.filter(pl.Series(chance.random(asked.height) < RESPONSE[role]))
    answered = answered[chance.permutation(answered.height)]
    told = _front(plan, answered, given.day, role, chance)
    shared = chance.normal(size=answered.height)
    school = answered["school"].to_numpy()
    answers = [
        pl.Series(
            item.wording[ROLES.index(role)], _answers(plan, item, role, school, shared=shared, chance=chance)
        ).replace("", None)
        for item in ITEMS
    ]
    return told.with_columns(answers)


def people_asked(stays: pl.DataFrame, staff: pl.DataFrame, given: Round, role: str) -> pl.DataFrame:
    """Return who is asked: one row is one person, with ``school`` and, for students, ``grade``."""
    if role == "staff":
        return staff.filter(pl.col("role") != "principal").select(
            "school", grade=pl.lit(None, dtype=pl.Int64)
        )
    here = present_on(stays, given.year, np.datetime64(given.day))
    return (here if role == "family" else here.filter(pl.col("grade") >= FIRST_GRADE_ASKED)).select(
        "school", "grade"
    )


def _front(
    plan: Plan, answered: pl.DataFrame, day: dt.date, role: str, chance: np.random.Generator
) -> pl.DataFrame:
    seconds = np.sort(chance.integers(7 * 3600, 12 * 86400, answered.height)) % (12 * 86400)
    names = plan.schools["school_name"].to_numpy()[answered["school"].to_numpy()]
    unnamed = chance.random(answered.height) < 0.008
    stamps = [dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=int(second)) for second in seconds]
    told = {
        "Timestamp": [f"{at.month}/{at.day}/{at.year} {at.hour}:{at:%M:%S}" for at in stamps],
        FRONT[role]: pl.Series(np.where(unnamed, "", names)).replace("", None),
    }
    if role == "student":
        told[GRADE_QUESTION] = answered["grade"]
    return pl.DataFrame(told)


def _answers(
    plan: Plan, item: Item, role: str, school: Ints, *, shared: Floats, chance: np.random.Generator
) -> np.ndarray:
    agree = item.agree[ROLES.index(role)]
    blank = chance.random(len(school)) < BLANK
    feeling = np.sqrt(SHARED) * (-shared if item.item_id == "bored" else shared)
    feeling = feeling + np.sqrt(1 - SHARED) * chance.normal(size=len(school)) + float(ndtri(agree))
    if item.item_id == "rigor":
        feeling = _seen_differently(plan, role, school, np.where(blank, np.nan, feeling))
    words = np.array(ANSWERS)[np.searchsorted(STEPS, np.nan_to_num(feeling))]
    return np.where(blank, "", words)


def _seen_differently(plan: Plan, role: str, school: Ints, feeling: Floats) -> Floats:
    """Move the answers of one school so that just the planted share of staff and of students agrees."""
    share = {"staff": RIGOR_STAFF, "student": RIGOR_STUDENTS}.get(role)
    ours = school == places(plan).rigor
    if not plan.effects or share is None or not ours.any():
        return feeling
    moved = feeling.copy()
    moved[ours] -= np.nanquantile(feeling[ours], 1 - share)
    return moved


def invitations_file(plan: Plan, stays: pl.DataFrame, staff: pl.DataFrame) -> pl.DataFrame:
    """Return how many were asked: one row is one survey given to one role."""
    rows = [
        {
            "survey_id": f"learning_survey_{given.year.name}_{given.period}",
            "role": role,
            "title": "Learning survey",
            "school_year": given.year.name,
            "period": given.period.capitalize(),
            "invited": people_asked(stays, staff, given, role).height,
        }
        for given in survey_rounds(plan)
        for role in ROLES
    ]
    return pl.DataFrame(rows)


def profiles_file(plan: Plan, people: pl.DataFrame, stays: pl.DataFrame) -> pl.DataFrame:
    """Return what learners, and their teachers, said in conferences: one row is one thing said about one learner."""
    chance = plan.chance("profiles")
    year = plan.current
    here = present_on(stays, year, year.known[-1])
    asked = here.filter(pl.Series(chance.random(here.height) < 0.25)).sort("student")
    asked = asked.join(people.select("student", "student_id"), on="student", maintain_order="left")
    parts = []
    for topic, words in PROFILE_WORDS.items():
        heard = asked.filter(pl.Series(chance.random(asked.height) < 0.8))
        days = pl.Series(year.known[chance.integers(15, len(year.known), heard.height)])
        parts.append(
            pl.DataFrame(
                {
                    "Student ID": heard["student_id"],
                    "School Year": [year.name] * heard.height,
                    "Date": days.dt.strftime("%m/%d/%Y"),
                    "Topic": [topic] * heard.height,
                    "Said By": [SAID_BY[topic]] * heard.height,
                    "What Was Said": np.array(words)[chance.integers(0, len(words), heard.height)],
                }
            )
        )
    return pl.concat(parts).sort("Student ID", "Topic")
