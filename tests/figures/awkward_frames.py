"""A gallery of frames as a measure would make them, before the gate: the plain ones and the awkward ones.

One row is one group at one time. Every figure, table and sentence is tried on all that fit it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

FIGURES = (
    "indicator",
    "n",
    "n_left_out",
    "numerator",
    "mean",
    "sd",
    "value",
    "low",
    "high",
    "status",
    "reason",
)
TYPES = {
    "n": "Int64", "n_left_out": "Int64", "numerator": "Float64", "mean": "Float64", "sd": "Float64", "value": "float64",
    "low": "float64", "high": "float64", "status": "str", "reason": "str", "indicator": "str", "n_reference": "Int64",
}  # fmt: skip
RACE = "Race and ethnicity"
LANGUAGE = "English learner status"


def wilson(k: float, n: float) -> tuple[float, float]:
    z = 1.959964
    middle, spread = (k + z * z / 2) / (n + z * z), z / (n + z * z) * math.sqrt(k * (n - k) / n + z * z / 4)
    return middle - spread, middle + spread


def rate(
    n: int, k: float, *, indicator: str = "proficiency", left_out: int = 3, **groups: Any
) -> dict[str, Any]:
    low, high = wilson(k, n) if n else (math.nan, math.nan)
    value = k / n if n else math.nan
    figures = {"n": n, "n_left_out": left_out, "numerator": k, "value": value, "low": low, "high": high}
    return {**groups, "indicator": indicator, **figures, "status": "", "reason": ""}


def mean(
    n: int, average: float, sd: float, *, indicator: str = "mean_score", **groups: Any
) -> dict[str, Any]:
    half = 1.96 * sd / math.sqrt(n) if n > 1 else math.nan
    figures = {
        "n": n,
        "n_left_out": 2,
        "mean": average,
        "sd": sd,
        "value": average,
        "low": average - half,
        "high": average + half,
    }
    return {**groups, "indicator": indicator, **figures, "status": "", "reason": ""}


def count(n: int, **groups: Any) -> dict[str, Any]:
    return {
        **groups,
        "indicator": "enrollment",
        "n": n,
        "n_left_out": 0,
        "value": float(n),
        "status": "",
        "reason": "",
    }


def gap(n: int, k: int, n_reference: int, k_reference: int, reference: str, **groups: Any) -> dict[str, Any]:
    here, there = k / n, k_reference / n_reference
    half = 1.96 * math.sqrt(here * (1 - here) / n + there * (1 - there) / n_reference)
    figures = {
        "n": n,
        "n_left_out": 0,
        "value": here - there,
        "low": here - there - half,
        "high": here - there + half,
    }
    compared = {
        "n_reference": n_reference,
        "reference": reference,
        "value_group": here,
        "value_reference": there,
        "in_sd": math.nan,
    }
    return {**groups, "indicator": "proficiency", **figures, "status": "", "reason": "", **compared}


def without_data(
    status: str, reason: str, *, indicator: str = "proficiency", **groups: Any
) -> dict[str, Any]:
    return {
        **groups,
        "indicator": indicator,
        "n": 0,
        "n_left_out": 0,
        "value": math.nan,
        "status": status,
        "reason": reason,
    }


def frame(rows: Iterable[Mapping[str, Any]], groups: Iterable[str] = ()) -> pd.DataFrame:
    """Return rows as a frame with the columns in the order in which they travel."""
    rows = list(rows)
    known = {*FIGURES, "n_reference", "reference", "value_group", "value_reference", "in_sd"}
    by = list(groups) or [name for name in rows[0] if name not in known]
    extras = [
        name
        for name in ("n_reference", "reference", "value_group", "value_reference", "in_sd")
        if any(name in r for r in rows)
    ]
    made = pd.DataFrame(
        [{name: row.get(name) for name in [*by, *FIGURES, *extras]} for row in rows],
        columns=[*by, *FIGURES, *extras],
    )
    return made.astype({name: kind for name, kind in TYPES.items() if name in made})


def subgroups() -> pd.DataFrame:
    """One school's subgroups, two of them small."""
    year = {"school_year": "2025-26"}
    rows = [
        ("All students", "All students", 412, 250), (RACE, "American Indian or Alaska Native", 4, 2), (RACE, "Asian", 11, 10),
        (RACE, "Black or African American", 38, 3), (RACE, "Hispanic or Latino", 212, 119), (RACE, "White", 147, 116),
        (LANGUAGE, "English learner", 96, 21), (LANGUAGE, "Not an English learner", 316, 229),
    ]  # fmt: skip
    return frame(rate(n, k, **year, subgroup_type=kind, subgroup=group) for kind, group, n, k in rows)


def grades_by_group() -> pd.DataFrame:
    """Chronic absence by grade level and English learner status."""
    rows = [("03", 52, 9), ("04", 60, 6), ("05", 58, 0)]
    both = [(g, LANGUAGE, "English learner", n // 3, k // 2) for g, n, k in rows]
    both += [(g, LANGUAGE, "Not an English learner", n - n // 3, k - k // 2) for g, n, k in rows]
    return frame(
        rate(
            n,
            k,
            indicator="chronic_absence",
            school_year="2025-26",
            grade_level=g,
            subgroup_type=t,
            subgroup=s,
        )
        for g, t, s, n, k in sorted(both)
    )


def trend() -> pd.DataFrame:
    """Four years, three groups, one of them small in two years and absent in one."""
    groups = {
        "English learner": (80, 0.30, 0.05),
        "Not an English learner": (300, 0.62, 0.02),
        "Not reported": (9, 0.5, 0.0),
    }
    rows = []
    for place, year in enumerate(("2022-23", "2023-24", "2024-25", "2025-26")):
        for group, (n, share, rise) in groups.items():
            named = {"school_year": year, "subgroup_type": LANGUAGE, "subgroup": group}
            if group == "Not reported" and place == 1:
                rows.append(without_data("not_applicable", "There is nobody in this group.", **named))
            else:
                size = n + (8 if group == "Not reported" and place > 1 else place)
                rows.append(rate(size, round(size * (share + rise * place)), **named))
    return frame(rows)


def periods() -> pd.DataFrame:
    """Mean scores in fall, winter and spring, by subject."""
    scores = {"Mathematics": (188.2, 194.9, 199.1), "Reading": (191.4, 195.0, 197.8)}
    return frame(
        mean(120, score, 14.2, school_year="2025-26", period=period, subject=subject)
        for subject, three in scores.items()
        for period, score in zip(("Fall", "Winter", "Spring"), three, strict=True)
    )


def means() -> pd.DataFrame:
    """Mean scores by grade level, one of them of six students."""
    rows = [("KG", 61, 148.0), ("01", 58, 164.4), ("02", 6, 177.9), ("03", 66, 190.3)]
    return frame(
        mean(n, average, 13.5, school_year="2025-26", subject="Mathematics", grade_level=g)
        for g, n, average in rows
    )


def pairs() -> pd.DataFrame:
    """Percent right before and after four units; a class of six behind one, nobody behind another, a script in a name."""
    rows = [
        ("Unit 1: Numbers", 61, 38.0, 62.0),
        ("Unit 2: <script>alert(1)</script>", 44, 41.0, 40.0),
        ("Unit 3: Shapes", 6, 20.0, 70.0),
    ]
    return frame(
        [
            mean(n, value, 20.0, indicator="unit_before_after", unit_name=name, moment=moment)
            for name, n, *values in rows
            for moment, value in zip(("before", "after"), values, strict=True)
        ]
        + [
            without_data("not_applicable", "There is nobody in this group.", indicator="unit_before_after", unit_name="Unit 4: Data", moment=moment)
            for moment in ("before", "after")
        ]
    )  # fmt: skip


def counts() -> pd.DataFrame:
    """Enrollment by race and ethnicity, with the total."""
    rows = [
        ("All students", "All students", 480),
        (RACE, "Asian", 7),
        (RACE, "Black or African American", 31),
    ]
    rows += [(RACE, "Hispanic or Latino", 240), (RACE, "White", 202)]
    return frame(
        count(n, school_year="2025-26", subgroup_type=kind, subgroup=group) for kind, group, n in rows
    )


def gaps() -> pd.DataFrame:
    """Gaps in proficiency from White students, one of a group of six."""
    rows = [
        ("Asian", 6, 5),
        ("Black or African American", 60, 27),
        ("Hispanic or Latino", 212, 119),
        ("Two or more races", 45, 44),
    ]
    return frame(
        gap(n, k, 147, 116, "White", school_year="2025-26", subgroup_type=RACE, subgroup=group)
        for group, n, k in rows
    )


def levels() -> pd.DataFrame:
    """Students at each performance level, in the test's order, by grade level."""
    named = ("Below Basic", "Basic", "Proficient", "Advanced")
    spread = {"03": (20, 25, 30, 1), "04": (5, 12, 40, 30), "05": (2, 3, 2, 1)}
    return frame(
        rate(
            sum(four),
            k,
            indicator="performance_levels",
            school_year="2025-26",
            subject="Mathematics",
            grade_level=g,
            performance_level=level,
        )
        for g, four in spread.items()
        for level, k in zip(named, four, strict=True)
    )


def survey() -> pd.DataFrame:
    """Answers by choice, 1 to 5, by question."""
    spread = {
        "I feel safe at school": (4, 9, 20, 80, 47),
        "Adults here listen to me": (15, 31, 42, 50, 22),
        "Lessons are interesting": (30, 41, 40, 39, 10),
    }
    return frame(
        rate(
            160,
            k,
            indicator="survey_answers",
            school_year="2025-26",
            role="student",
            item_id=item,
            answer_choice=str(choice),
        )
        for item, five in spread.items()
        for choice, k in enumerate(five, start=1)
    )


def survey_roles() -> pd.DataFrame:
    """Favourable answers to the same questions by three roles; few staff answered."""
    spread = {
        "Students feel safe": {"student": (160, 96), "family": (74, 60), "staff": (31, 30)},
        "Adults listen": {"student": (160, 72), "family": (74, 49), "staff": (8, 7)},
    }
    return frame(
        rate(n, k, indicator="survey_top_box", school_year="2025-26", role=role, pair_id=item)
        for item, roles in spread.items()
        for role, (n, k) in roles.items()
    )


def interventions() -> pd.DataFrame:
    """What became of three strategies; one was tried with four students."""
    rows = [
        ("Tutoring", "Fluency", 32, 14, 5.2, 9.1, 1.3),
        ("Check-in", "Attendance", 4, 1, 2.2, 9.4, -5.0),
        ("Reading club", "Fluency", 18, 3, -2.8, 0.9, -6.5),
    ]
    made = frame(
        rate(n, k, indicator="intervention_goal_met", strategy=s, need=need) for s, need, n, k, *_ in rows
    )
    made = made.assign(started=[40, 6, 20], change=[7.0, 5.0, 3.1], expected_from_regression=[4.1, 4.0, 4.4])
    made = made.assign(
        adjusted=[r[4] for r in rows], adjusted_high=[r[5] for r in rows], adjusted_low=[r[6] for r in rows]
    )
    return made.assign(ranked=[True, False, True], looked_at=2)


def missing() -> pd.DataFrame:
    """What a measure gives where the table was never brought."""
    reason = "There is no attendance in this district's data. Bring daily attendance: student, school, date and a code for present or absent."
    return frame(
        [
            without_data(
                "missing",
                reason,
                indicator="chronic_absence",
                school_year=None,
                subgroup_type=None,
                subgroup=None,
            )
        ]
    )


def nothing() -> pd.DataFrame:
    """No rows at all."""
    return subgroups().iloc[:0]


def one_row() -> pd.DataFrame:
    return frame([rate(412, 250, school_year="2025-26")])


def all_small() -> pd.DataFrame:
    """A small school: every group is below the minimum."""
    rows = [("Asian", 3, 2), ("Black or African American", 5, 4), ("White", 9, 5)]
    return frame(
        rate(n, k, school_year="2025-26", subgroup_type=RACE, subgroup=group) for group, n, k in rows
    )


def forty_groups() -> pd.DataFrame:
    """Forty schools."""
    return frame(
        rate(
            30 + 17 * i,
            (11 * i) % (28 + 17 * i),
            school_year="2025-26",
            school_id=f"{1000 + i}",
            school_name=f"School of {i}",
        )
        for i in range(40)
    )


def strange_names() -> pd.DataFrame:
    """Names that are long, that are code, that run from right to left, and that are not letters."""
    names = (
        "The Eleanor and Franklin Roosevelt Memorial Academy for Environmental Science, Performing Arts and Early College Studies, North Campus Annex",
        "<script>alert('one')</script>", "<b>bold</b> & <a href='https://example.org'>link</a>", "=SUM(A1:A9)", "%{x} $x^2$",
        "مدرسة النور الابتدائية", "בית ספר אלון", "🌻 Sunflower 🐝 Room", "東京インターナショナルスクール小学部附属幼稚園と放課後教室",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", "A\nline\tbreak", "\u202ereversed", "",
    )  # fmt: skip
    return frame(
        rate(60 + i, 20 + 2 * i, school_year="2025-26", strategy=name) for i, name in enumerate(names)
    )


def ratios() -> pd.DataFrame:
    """Risk ratios of removals by race: one high, one low, one of a small group, one below the rule, one with HTML in its name."""
    rows = [
        ("Asian", 40, 300, 2.4, 1.6, 3.6, ""),
        ("White", 20, 900, 0.4, 0.2, 0.7, ""),
        ("Two or more races", 12, 31, 5.0, 2.1, 11.9, ""),
        (
            "Black or African American",
            4,
            25,
            math.nan,
            math.nan,
            math.nan,
            "n below rule: the rule asks for 10 counted and 30 students.",
        ),
        ("<b>Other</b> $x$", 30, 200, 1.1, 0.8, 1.6, ""),
    ]
    held = [
        {**rate(n, k, indicator="risk_ratio", measure="Students removed from class, 2025-26", subgroup_type=RACE, subgroup=group),
         "value": value, "low": low, "high": high, "status": "not_applicable" if reason else "", "reason": reason,
         "n_reference": 1500 - n, "reference": "all other students", "risk": k / n, "risk_reference": (106 - k) / (1500 - n),
         "composition_gap": 0.0, "weighted": math.nan}
        for group, k, n, value, low, high, reason in rows
    ]  # fmt: skip
    made = frame(held, ["measure", "subgroup_type", "subgroup"])
    return made.assign(
        **{
            name: [row[name] for row in held]
            for name in ("risk", "risk_reference", "composition_gap", "weighted")
        }
    )


def flags() -> pd.DataFrame:
    """Students by their flags, grade by grade: one grade of which almost nothing is known, one of four students."""
    named = ("No flag", "One flag", "Two flags", "Three flags", "Too early to say", "Not known")
    spread = {"06": (90, 40, 20, 2, 3, 0), "07": (0, 12, 1, 0, 5, 140), "08": (2, 1, 0, 0, 1, 0)}
    return frame(
        rate(sum(six), k, indicator="flag_states", left_out=0, grade_level=grade, flag_state=state)
        for grade, six in spread.items()
        for state, k in zip(named, six, strict=True)
    )


GALLERY = {
    "subgroups": subgroups,
    "grades_by_group": grades_by_group,
    "trend": trend,
    "periods": periods,
    "means": means,
    "counts": counts,
    "pairs": pairs,
    "gaps": gaps,
    "levels": levels,
    "survey": survey,
    "survey_roles": survey_roles,
    "interventions": interventions,
    "missing": missing,
    "nothing": nothing,
    "one_row": one_row,
    "ratios": ratios,
    "flags": flags,
    "all_small": all_small, "forty_groups": forty_groups, "strange_names": strange_names,
}  # fmt: skip
