"""The field's words: grade levels in order, subgroups, options, and what each word means.

Every room uses these words; the glossary page is made from ``GLOSSARY``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

Audience = Literal["staff", "public"]
AUDIENCES: Final[tuple[Audience, ...]] = ("staff", "public")

GRADE_LEVELS: Final[tuple[str, ...]] = (
    "IT", "PR", "PK", "TK", "KG",
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13",
    "PS", "UG", "Other",
)  # fmt: skip
"""CEDS grade levels, youngest first."""

PERIODS: Final[tuple[str, ...]] = ("Year", "Fall", "Winter", "Spring", "Summer")
"""When in a school year an assessment or a survey was given; ``Year`` where it is given once."""

YES: Final = "Yes"
NO: Final = "No"
NOT_SELECTED: Final = "NotSelected"
OPTIONS: Final[tuple[str, ...]] = (YES, NO, NOT_SELECTED)
"""CEDS option sets keep three answers apart: nobody having said is not the same as No."""

NOT_REPORTED: Final = "Not reported"
ALL_STUDENTS: Final = "All students"

RACES: Final[tuple[str, ...]] = (
    "American Indian or Alaska Native",
    "Asian",
    "Black or African American",
    "Hispanic or Latino",
    "Native Hawaiian or Other Pacific Islander",
    "Two or more races",
    "White",
    NOT_REPORTED,
)
"""The seven federal reporting categories, and those for whom none was reported."""

SUBGROUPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        ALL_STUDENTS: (ALL_STUDENTS,),
        "Race and ethnicity": RACES,
        "Gender": ("Female", "Male", "Another gender", NOT_REPORTED),
        "English learner status": ("English learner", "Not an English learner", NOT_REPORTED),
        "Disability status": ("Student with a disability", "No disability", NOT_REPORTED),
        "Economic status": ("Economically disadvantaged", "Not economically disadvantaged", NOT_REPORTED),
    }
)
"""Subgroups of each subgroup type, in the order in which they are shown."""

REFERENCE_SUBGROUP: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Race and ethnicity": "White",
        "Gender": "Male",
        "English learner status": "Not an English learner",
        "Disability status": "No disability",
        "Economic status": "Not economically disadvantaged",
    }
)
"""The group that a gap is measured from, unless the reader chooses another."""

STAGES: Final[Mapping[int, str]] = MappingProxyType(
    {
        1: "Understand the situation",
        2: "Define goals and an accountability system",
        3: "Plan for each student",
        4: "Assess often and document growth",
        5: "Find root causes and recalibrate",
    }
)

STATUSES: Final[tuple[str, ...]] = ("shown", "coded", "suppressed", "not_applicable", "missing")
"""What became of a figure at the gate: see the glossary."""

GLOSSARY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "AC2": "Agreement of two observers beyond chance that stays fair where nearly every score is at one level (Gwet).",
        "action": "Something that one named person will do by one named day.",
        "administration": "One occasion on which an assessment was given.",
        "alignment": "How far what is taught and what is assessed are the same.",
        "assessment": "A test, with its scale, its levels and its kind.",
        "baseline": "The figure that a goal begins from, written down once with n and the data that it was read from.",
        "cause": "What a team believes lies behind a concern, with the evidence for and against it.",
        "chronic absence": "Missing a tenth or more of the days a student was enrolled, for any reason.",
        "coded": "Shown as a range, such as 'at most 5%', because the exact figure could give a student away.",
        "coming back to the middle": "Who scored very low had bad luck too, and scores higher the next time with nothing done; who scored very high comes down.",
        "concern": "What a team saw in the data and wants to change.",
        "context factor": "A figure about life outside school, such as families with internet at home: of a school or an area, never of a child.",
        "cycle": "One time through the five stages.",
        "difference in differences": "The change of those who took part less the change of those who did not.",
        "dot": "One vote for a cause. Each person has a few; where somebody put more, the oldest count.",
        "draft": "A release that was made and checked, and that nobody has published. Somebody reviews it first.",
        "enrollment": "A student's stay in one school: from the entry date up to, and without, the exit date.",
        "evidence": "What speaks for a cause or against it, and how it is known: from data, from an observation, or as an opinion.",
        "exit ticket": "A short check before a lesson and after it, to see what the lesson added.",
        "fidelity": "How closely a strategy was followed: the share of its steps that were done as planned.",
        "fishbone": "A picture of every cause that a team can think of: the problem at the head, and bones for kinds of causes.",
        "flag": "A sign that a student's attendance, behavior or course performance has reached a stated cut point, so that somebody looks. It is no score.",
        "flexible group": "A few students who work together for some days on one standard, or as a mixture; formed anew after the next check.",
        "frozen figure": "A figure as a meeting saw it: its drawing, its words and its numbers stay as they were, with the snapshot they are from.",
        "gap": "The difference between two groups on one measure, with its interval.",
        "gate": "The one place where figures are made safe for the people who will see them.",
        "goal line": "The straight line from where a student began (the median of the first three measurements) to the goal and its day.",
        "goal": "One measure for one group, with a baseline, an aim, a day, and somebody who answers for it.",
        "grade_level": "The year of school, as text: PK, KG, 01 to 12. (A mark on a paper is never called a grade here.)",
        "growth percentile": "How a student's growth compares with that of students who had scored alike before: 50 is the middle. It comes from the state or the vendor.",
        "hypothesis": "If we change something, then something will follow, for a reason, measured on a day: said so that it can turn out to be wrong.",
        "indicator": "A defined measure: what is counted, out of whom, who is left out, and where the rule comes from.",
        "interval": "The range in which the true figure plausibly lies, given how few or how many students there are (95%).",
        "lagging": "Of an indicator: it tells how something went, such as a whole test or the days of a year.",
        "lead": "A place to look: a group or a factor that stands out by more than chance explains. No finding, and never a cause.",
        "leading": "Of an indicator: it is known while something can still be done, such as this month's attendance.",
        "learning contract": "A page on which a student writes, with a teacher and the family, a goal, the next step, how to work, and when to look again.",
        "learning model": "How a class mixes learning online and in the room: station, lab or individual rotation, flex, flipped classroom, enriched virtual, distance learning.",
        "ledger": "The list of every row that was read: kept, or set aside with the reason.",
        "left out": "Students who belong to the group but could not be counted, always said with the reason.",
        "look": "One comparison among many. Who looks often enough finds something by chance, so all looks of a list are counted.",
        "mastered": "A standard whose score, by the district's rule, reaches the district's cut score. Of one student it is said only after two checks or more; with fewer there is not enough evidence.",
        "milestone": "How far a goal is to be on one day before its own day.",
        "minutes": "What was seen, said, decided and agreed on in a meeting, with its figures frozen as they were. For staff.",
        "missing": "Nobody knows the figure: it was not collected, or not brought in.",
        "mobility": "The share of students who came to a school after the year had begun, or left it before its end.",
        "n": "How many students (or answers, or visits) a figure rests on.",
        "normalised change": "A gain as a share of what there was to gain, and a loss as a share of what there was to lose.",
        "not enough evidence": "A standard was scored too few times for the district's rule. It is neither a zero nor a 'not yet'.",
        "not_applicable": "The question does not arise: there is nobody in this group.",
        "performance_level": "The label given to a score, such as Basic or Proficient.",
        "observation": "In a meeting: what can be seen in a figure, without a reason. (A visit to a class is an observation too.)",
        "period": "Fall, Winter or Spring; Year where something is given once a year.",
        "phase": "A stretch of measurements under the same conditions, such as before help began and with it.",
        "prediction": "What somebody expects a figure to show, written before it is shown; others read it only then.",
        "proficient": "Yes or no, by a stated rule: the level, or the score, from which the district counts it.",
        "protocol": "The timed steps by which a team meets, with roles and norms. It is a file, and a district can write its own.",
        "rate of improvement": "How many points a student gains a week: the slope of the straight line through the measurements.",
        "readiness": "How far the things that make a stage go well are in place, by a team's own answer.",
        "ready for more": "Said of a student who has mastered every target checked so far, or grew beyond the growth target and scored proficient.",
        "recap": "A meeting on one page: who does what for whom by when, what was decided, what is carried over. For staff.",
        "records": "What teams write down: findings, goals, causes, changes, actions, reviews. Nothing in them is written over.",
        "publication file": "What a district publishes: which figures, for whom, of which years. A file that the district owns, beside its policy.",
        "release": "The one set of figures that a district has checked as a whole and made public.",
        "result": "One student's outcome on one occasion.",
        "review": "The day on which a team looks whether a change worked, and what it decided then.",
        "risk ratio": "How many times as likely one group is to be counted (removed, identified) as all other students. 1 is just as likely.",
        "run chart": "Points in order of time around their median, with two signs that tell a shift from chance.",
        "root": "The last answer of a chain of whys, once it passes five tests: without it the problem would not have come up, and put right it stays away.",
        "run": "One batch of reports.",
        "school_year": "Written as '2025-26'.",
        "section": "A class with a teacher.",
        "set aside": "Read, but not used, with the row, the reason and what to do about it.",
        "shrunken": "A share drawn towards the common one, the more the fewer students are behind it, so that a lucky few do not come first.",
        "withdrawn": "Taken back. What people have read stays known, so later releases are still checked together with it.",
        "snapshot": "The district's data as they stood after one import. It never changes; a later import makes a new one.",
        "stayed": "Said of staff who work in the same school as in the year before.",
        "student_id": "The district's own identifier for a student. It is text, so zeros in front are kept.",
        "subgroup": "A set of students who share a characteristic, such as English learners. One student is in several.",
        "suppressed": "Known, but not shown, because so few students are behind it that one of them could be recognised.",
        "thread": "The way of one finding to its result: goal, plan, cause, change, review.",
        "time lost": "Minutes that stand in the timetable for a use and were not used so, of all scheduled minutes.",
        "top-box": "The share of answers in the most favourable two choices of a survey question.",
        "value table": "What a district decides that each move from one level to another is worth, in points.",
        "weighted kappa": "Agreement of two observers beyond chance, where two levels apart counts for more than one.",
        "whys": "A chain of answers to the question why, from a cause down to something that can be changed; read back upwards it must make sense.",
    }
)


def grade_order(grade_level: str) -> int:
    """Return the place of a grade level from youngest to oldest; unknown ones come last."""
    try:
        return GRADE_LEVELS.index(grade_level)
    except ValueError:
        return len(GRADE_LEVELS)


def school_year_ending(year: int) -> str:
    """Return the school year that ends in ``year``: 2026 is "2025-26"."""
    return f"{year - 1}-{year % 100:02d}"
