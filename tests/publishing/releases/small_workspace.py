"""Workspaces with small made-up districts whose students come, leave, change groups and take tests again."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from dataworkbench.warehouse import SnapshotInfo, write_snapshot
from dataworkbench.workspace import Workspace, new_workspace

YEAR = "2024-25"
FIRST_DAY = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
SCHOOLS = ("S1", "S2", "S3")
GRADES = ("03", "04")
TEST = "state"
RACES = ("White", "Asian", "Black or African American")


@dataclass(frozen=True)
class Student:
    """One made-up student in one school year."""

    id: str
    school: str
    grade: str
    english_learner: str
    race: str
    absent: int
    score: int
    second_school: str = ""


@dataclass
class SmallDistrict:
    """A made-up district that can be written as a snapshot, and changes from one to the next."""

    students: list[Student]
    chance: random.Random = field(default_factory=lambda: random.Random(0))
    came: int = 0

    def changes(self, most: int = 6) -> None:
        """Let a few students leave, come, change their school or group, or take their test again."""
        for _ in range(self.chance.randint(1, most)):
            what = self.chance.choice(("leave", "come", "group", "score", "absence", "school"))
            place = self.chance.randrange(len(self.students))
            self.students[place : place + 1] = self._after(self.students[place], what)

    def _after(self, one: Student, what: str) -> list[Student]:
        if what == "leave":
            return []
        if what == "come":
            self.came += 1
            return [one, replace(one, id=f"N{self.came:04}", score=self.chance.randint(100, 200))]
        other = {
            "group": {"english_learner": "No" if one.english_learner == "Yes" else "Yes"},
            "score": {"score": self.chance.randint(100, 200)},
            "absence": {"absent": 50 - one.absent},
            "school": {"school": self.chance.choice(SCHOOLS), "second_school": ""},
        }[what]
        return [replace(one, **other)]


def small_district(seed: int = 0, students: int = 160) -> SmallDistrict:
    """Return a district of three schools and two grades in which some groups are small."""
    chance = random.Random(seed)
    return SmallDistrict([_student(number, chance) for number in range(students)], chance)


def _student(number: int, chance: random.Random) -> Student:
    school = chance.choices(SCHOOLS, (5, 4, 2))[0]
    return Student(
        id=f"K{number:04}", school=school, grade=chance.choice(GRADES), english_learner=chance.choices(("Yes", "No"), (1, 5))[0],
        race=chance.choices(RACES, (6, 2, 1))[0], absent=chance.choice((2, 5, 25)), score=chance.randint(100, 200),
        second_school=chance.choice(SCHOOLS) if chance.random() < 0.05 else "",
    )  # fmt: skip


def workspace_with(folder: Path, district: SmallDistrict, *, policy: str = "") -> Workspace:
    """Return a new workspace with a first snapshot of the district; ``policy`` takes the place of the policy file's words."""
    place = new_workspace(folder, district="Small District")
    if policy:
        (place.root / "policy.toml").write_text(policy, encoding="utf-8")
    snapshot_of(place, district)
    return place


def snapshot_of(place: Workspace, district: SmallDistrict, day: int = 0) -> SnapshotInfo:
    """Write the district as it is into a new snapshot, so many days after the first."""
    return write_snapshot(place, tables_of(district), now=FIRST_DAY + timedelta(days=day))


def tables_of(district: SmallDistrict) -> Mapping[str, pl.DataFrame]:
    """Return the canonical tables of a district as it is."""
    everybody = district.students
    stays = [
        (one, school)
        for one in everybody
        for school in dict.fromkeys((one.school, one.second_school))
        if school
    ]
    return {
        "schools": pl.DataFrame({"school_id": SCHOOLS, "school_name": [f"School {name}" for name in SCHOOLS], "level": "Elementary"}),
        "students": _rows(everybody, english_learner="english_learner", race_ethnicity="race"),
        "identities": pl.DataFrame(
            {"student_id": [one.id for one in everybody], "given_name": [f"Zaxo{one.id.lower()}" for one in everybody],
             "family_name": [f"Quill{one.id.lower()}son" for one in everybody]}
        ),
        "enrollments": pl.DataFrame(
            {"student_id": [one.id for one, _ in stays], "school_id": [school for _, school in stays], "school_year": YEAR,
             "grade_level": [one.grade for one, _ in stays]}
        ),
        "attendance_totals": _rows(everybody, school_id="school", days_absent="absent").with_columns(days_enrolled=pl.lit(150.0)),
        "assessments": pl.DataFrame({"assessment_id": [TEST], "title": ["State test"], "kind": ["summative"], "scale_min": [100.0], "scale_max": [200.0]}),
        "performance_levels": pl.DataFrame(
            {"assessment_id": TEST, "performance_level": ["Below", "At"], "level_order": [1, 2], "min_score": [100.0, 150.0],
             "proficient": [False, True]}
        ),
        "results": _rows(everybody, school_id="school", grade_level="grade", scale_score="score").with_columns(
            assessment_id=pl.lit(TEST), subject=pl.lit("Reading"), period=pl.lit("Spring"), scale_score=pl.col("scale_score").cast(pl.Float64)
        ),
    }  # fmt: skip


def _rows(everybody: list[Student], **columns: str) -> pl.DataFrame:
    held = {name: [getattr(one, attribute) for one in everybody] for name, attribute in columns.items()}
    return pl.DataFrame({"student_id": [one.id for one in everybody], "school_year": YEAR, **held})
