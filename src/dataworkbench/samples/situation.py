"""What a district knows beside its systems: staff by year, classes' learning models, the curriculum, life outside school.

All of it is drawn from chance of its own, so that no other file of the sample district depends on it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from dataworkbench.samples.classroom import STANDARD_GRADES, STRANDS, standard_id
from dataworkbench.samples.people import STAFF_TELL_TALE
from dataworkbench.samples.plan import GRADES, SUBJECTS, Floats, Plan, Year

SPECIALISTS, AIDES = 4, 2
"""Posts of each school that the roster does not list: teachers of art, music, sport and languages; aides."""
LEAVING: Final = 0.2
"""Chance that the holder of such a post has left by the next school year."""
FIRST_EXTRA: Final = 90_001

MODELS: Final = (
    "Station Rotation", "Lab Rotation", "Individual Rotation", "Flex", "Flipped Classroom", "Enriched Virtual",
    "Distance Learning", "None", "",
)  # fmt: skip
MODEL_SHARES: Final = (0.24, 0.10, 0.06, 0.06, 0.08, 0.02, 0.01, 0.38, 0.05)

ZONES_A_SCHOOL: Final = 3
LIVES_THERE: Final = (0.5, 0.3, 0.2)

PLANNED_DAYS: Final = (2, 8, 20, 34)
"""Days of the school year for which a class plans the four standards of its grade level."""
LATENESS: Final = 6.0
"""Standard deviation, in school days, between what was planned and what happened."""
NOT_YET_TAUGHT: Final = 3
NOT_YET_GRADES: Final = (6, 7, 8)
"""Measurement and data stand in the plan for spring in these grade levels, though they are checked in the autumn."""
SPRING_DAY: Final = 150


def staff_list_file(plan: Plan, staff: pl.DataFrame, year: Year) -> pl.DataFrame:
    """Return the personnel office's list of one school year: one row is one member of staff in one school."""
    everybody = pl.concat([_on_the_roster(staff, year), _beside_the_roster(plan, year)], how="diagonal")
    held = everybody.join(plan.schools.select("school", "school_id"), on="school", maintain_order="left")
    return held.sort("school_id", "staff_id").select(
        pl.col("staff_id").alias("Staff ID"),
        pl.col("school_id").alias("School ID"),
        pl.lit(year.name).alias("School Year"),
        pl.col("role").alias("Role"),
        pl.col("years").alias("Years of Experience"),
        pl.col("share").alias("Full-Time Share"),
    )


def _on_the_roster(staff: pl.DataFrame, year: Year) -> pl.DataFrame:
    """The roster's people, who all stay; its years of experience are those of the first school year."""
    return staff.select(
        "staff_id", "school", "role", years=pl.col("years_experience") + year.number, share=pl.lit(1.0)
    )


def _beside_the_roster(plan: Plan, year: Year) -> pl.DataFrame:
    chance = plan.chance("staff beside the roster")
    posts = plan.schools.height * (SPECIALISTS + AIDES)
    begun = np.zeros(posts, dtype=np.int64)
    years = np.rint(chance.gamma(1.5, 5.0, posts)).astype(np.int64)
    share = chance.choice([1.0, 1.0, 0.5], posts)
    for later in range(1, year.number + 1):
        leaves = chance.random(posts) < LEAVING
        begun = np.where(leaves, later, begun)
        years = np.where(leaves, np.rint(chance.gamma(1.2, 3.0, posts)).astype(np.int64), years + 1)
    place = np.arange(posts)
    number = FIRST_EXTRA + begun * posts + place
    return pl.DataFrame(
        {
            "staff_id": [f"{STAFF_TELL_TALE}{one:05d}" for one in number],
            "school": place // (SPECIALISTS + AIDES),
            "role": np.where(place % (SPECIALISTS + AIDES) < SPECIALISTS, "teacher", "aide"),
            "years": years,
            "share": share,
        }
    )


def learning_models_file(plan: Plan, sections: pl.DataFrame) -> pl.DataFrame:
    """Return which model each class of the current year uses; a teacher's classes all use one."""
    chance = plan.chance("learning models")
    ours = sections.filter((pl.col("year") == plan.current.number) & (pl.col("subject") != "All subjects"))
    teachers = ours.select("staff").unique().sort("staff")
    drawn = chance.choice(MODELS, teachers.height, p=MODEL_SHARES)
    held = ours.join(
        teachers.with_columns(pl.Series("model", drawn)), on="staff", maintain_order="left"
    ).sort("section_id")
    return held.select(
        pl.col("section_id").alias("Class ID"),
        pl.col("school_id").alias("School ID"),
        pl.lit(plan.current.name).alias("School Year"),
        pl.col("model").replace("", None).alias("Learning Model"),
    )


def home_zones_file(plan: Plan, people: pl.DataFrame, stays: pl.DataFrame) -> pl.DataFrame:
    """Return in which area each student of the current year lives: one row is one student."""
    chance = plan.chance("home zones")
    number = people["home_0"].to_numpy() * ZONES_A_SCHOOL + chance.choice(
        ZONES_A_SCHOOL, people.height, p=LIVES_THERE
    )
    zones = people.select("student", "student_id").with_columns(
        zone=pl.Series([f"Zone {one + 1:02d}" for one in number])
    )
    here = stays.filter(pl.col("year") == plan.current.number).select("student").unique()
    return (
        zones.join(here, on="student", how="semi")
        .sort("student_id")
        .select(
            pl.col("student_id").alias("Student ID"),
            pl.lit(plan.current.name).alias("School Year"),
            pl.col("zone").alias("Home Zone"),
        )
    )


def context_file(plan: Plan) -> pl.DataFrame:
    """Return figures about life outside school: one row is one figure of one school, one area, or the district."""
    chance = plan.chance("context")
    poverty = plan.schools["poverty"].to_numpy()
    schools = plan.schools["school_id"].to_list()
    year = (plan.last_complete or plan.current).name
    online = np.clip(np.rint(91 - 9 * poverty + 2.5 * chance.normal(size=len(schools))), 55, 99)
    ride = np.clip(np.rint(14 + 4 * chance.normal(size=len(schools))), 4, 40)
    zones = len(plan.of_level("Elementary")) * ZONES_A_SCHOOL
    income = _incomes(poverty[plan.of_level("Elementary")], chance.normal(size=zones))
    rows = [
        *_rows(schools, online, ("Families with internet at home", "percent", year, f"Family technology survey, spring {year[:2]}{year[-2:]}")),
        *_rows(schools, ride, ("Usual bus ride to school", "minutes", year, "Transportation office, May timetable")),
        *_rows([f"Zone {one + 1:02d}" for one in range(zones)], income,
               ("Median household income", "dollars", year, "Made-up area survey, five years together"), of="Home Zone"),
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None).select(
        "School ID", "Home Zone", "Factor", "Value", "Unit", "School Year", "Source"
    )


def _incomes(poverty: Floats, luck: Floats) -> Floats:
    middle = np.repeat(64_000 - 14_000 * poverty, ZONES_A_SCHOOL)
    incomes: Floats = np.maximum(np.rint((middle + 6_000 * luck) / 100) * 100, 18_000)
    return incomes


def _rows(
    places: list[str], values: Floats, about: tuple[str, str, str, str], *, of: str = "School ID"
) -> list[dict[str, object]]:
    factor, unit, year, source = about
    return [
        {"School ID": None, "Home Zone": None, of: place, "Factor": factor, "Value": float(value), "Unit": unit,
         "School Year": year, "Source": source}
        for place, value in zip(places, values, strict=True)
    ]  # fmt: skip


def curriculum_file(plan: Plan, sections: pl.DataFrame) -> pl.DataFrame:
    """Return what classes of the current year planned and taught: one row is one standard in one unit of one class."""
    year = plan.current
    chance = plan.chance("curriculum")
    ours = sections.filter(
        (pl.col("year") == year.number)
        & pl.col("subject").is_in(SUBJECTS)
        & pl.col("grade").is_in(STANDARD_GRADES)
    ).sort("section_id")
    rows = [_class_rows(plan, row, chance) for row in ours.iter_rows(named=True)]
    return pl.DataFrame([row for some in rows for row in some], infer_schema_length=None)


def _class_rows(plan: Plan, of: dict[str, object], chance: np.random.Generator) -> list[dict[str, object]]:
    year, subject, grade = plan.current, SUBJECTS.index(str(of["subject"])), int(str(of["grade"]))
    rows = []
    for number in range(len(STRANDS[subject])):
        late = chance.normal() * LATENESS
        minutes = int(np.rint(np.clip(220 + 60 * chance.normal(), 60, 500)))
        in_spring = plan.effects and subject == 0 and number == NOT_YET_TAUGHT and grade in NOT_YET_GRADES
        planned = SPRING_DAY if in_spring else PLANNED_DAYS[number]
        day = max(0, round(planned + late))
        taught = day < len(year.known)
        rows.append(
            {
                "School Year": year.name, "School ID": of["school_id"], "Class ID": of["section_id"],
                "Subject": of["subject"], "Grade Level": GRADES[grade], "Unit": f"Unit {number + 1}: {STRANDS[subject][number][0]}",
                "Unit Number": number + 1, "Standard": standard_id(subject, grade, number),
                "Planned On": _day(year, planned), "Taught On": _day(year, day) if taught else None,
                "Minutes": minutes if taught else None,
            }
        )  # fmt: skip
    return rows


def _day(year: Year, number: int) -> str:
    month, day = str(year.days[number])[5:7], str(year.days[number])[8:10]
    return f"{month}/{day}/{str(year.days[number])[:4]}"
