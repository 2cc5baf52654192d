"""Does the workbench find what was planted in the sample district? From its exports, through the import, to the figure."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from dataworkbench.intake import import_files
from dataworkbench.measures import (
    gap,
    intervention_outcomes,
    learning_growth,
    measure,
    mismatch,
    observer_agreement,
)
from dataworkbench.warehouse import open_workspace
from dataworkbench.workspace import new_workspace

SAMPLE = Path(__file__).parents[2] / "sample_data"
ELA, MATHS = "English language arts", "Mathematics"


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    workspace = new_workspace(tmp_path_factory.mktemp("sample") / "district")
    import_files(workspace, sorted(path for path in SAMPLE.iterdir() if path.suffix != ".json"))
    return open_workspace(workspace.root)


@pytest.fixture(scope="module")
def truths():
    told = json.loads((SAMPLE / "truths.json").read_text(encoding="utf-8"))["truths"]
    return {truth["id"]: truth for truth in told}


def one(frame, **asked):
    for column, value in asked.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_grade_4_mathematics_fell_at_one_school_and_its_absence_stands_out(district, truths):
    truth = truths["bus_route"]
    place = truth["where"]
    asked = {
        "assessment_id": "iready",
        "subject": MATHS,
        "period": "Fall",
        "school_id": place["school_id"],
        "grade_level": "04",
    }
    scores = measure(district, "mean_score", by=["school_year"], where=asked)
    now, before = (one(scores, school_year=place[year])["value"] for year in ("school_year", "before"))
    assert before - now == pytest.approx(
        truth["measured"]["mean_last_autumn"] - truth["measured"]["mean_this_autumn"], abs=3
    )
    absence = measure(
        district,
        "chronic_absence",
        by=["grade_level"],
        where={"school_id": place["school_id"], "school_year": place["school_year"]},
    )
    highest = absence.loc[absence["value"].idxmax()]
    assert highest["grade_level"] == "04"
    assert highest["low"] > absence.loc[absence["grade_level"] != "04", "value"].max()


def test_staff_and_students_see_rigor_differently_in_one_school_and_not_elsewhere(district, truths):
    place = truths["rigor_seen_differently"]["where"]
    where = {"pair_id": "rigor", "school_year": place["school_year"], "period": place["period"]}
    seen = mismatch(district, between=("staff", "student"), by=["school_id"], where=where)
    there = one(seen, school_id=place["school_id"])
    assert there["value"] == pytest.approx(
        truths["rigor_seen_differently"]["measured"]["difference_there"], abs=0.02
    )
    assert there["low"] > 0
    assert there["value"] == seen["value"].max()


def test_the_gap_of_english_learners_closes_in_one_school(district, truths):
    truth = truths["gap_closes"]
    asked = {
        "assessment_id": "iready", "subject": ELA, "period": "Fall", "school_id": truth["where"]["school_id"],
        "subgroup_type": "English learner status",
    }  # fmt: skip
    scores = measure(district, "mean_score", by=["school_year", "grade_level", "subgroup"], where=asked)
    gaps = gap(scores, within="subgroup")
    learners = gaps[gaps["subgroup"] == "English learner"]
    by_year = [
        learners.loc[learners["school_year"] == year, "in_sd"].astype(float).mean()
        for year in ("2024-25", "2026-27")
    ]
    assert by_year[0] < -0.4
    assert by_year[1] > by_year[0] + 0.2


def test_two_observers_of_one_school_do_not_agree_and_those_of_the_others_do(district, truths):
    found = observer_agreement(district, by=["school_id"])
    kappas = found[found["statistic"] == "weighted kappa"].set_index("school_id")["value"]
    place = truths["observers_disagree"]["where"]["school_id"]
    assert kappas[place] < 0.2
    assert kappas.drop(place).min() > 0.5


def test_chronic_absence_is_high_where_average_attendance_looks_fine(district, truths):
    place = truths["chronic_absence_hides"]["where"]
    where = {"school_id": place["school_id"], "school_year": place["school_year"]}
    absence = measure(district, "chronic_absence", by=["grade_level"], where=where)
    attendance = measure(district, "attendance_rate", by=["grade_level"], where=where)
    there = one(absence, grade_level="09")
    others = absence[absence["grade_level"] != "09"]
    assert there["low"] > others["value"].max()
    days = attendance.set_index("grade_level")["value"]
    assert abs(days["09"] - days.drop("09").mean()) < 0.02


def test_teachers_grew_on_the_element_of_one_topic_and_of_no_other(district, truths):
    truth = truths["learning_shows"]
    found = learning_growth(district, where={"school_year": truth["where"]["school_year"]}).set_index("topic")
    assert set(found.index) == {truth["where"]["topic"], *truth["where"]["other_topics"]}
    assert found.index[found["stands_out"]].tolist() == [truth["where"]["topic"]]
    measured = truth["measured"]["change_with_topic"] - truth["measured"]["change_without_topic"]
    there = found.loc[truth["where"]["topic"]]
    assert there["low"] < measured < there["high"]
    assert there["element_id"] == truth["where"]["element_id"]


def test_the_ledger_puts_the_strategy_that_helps_first_and_says_what_came_without_it(district):
    found = intervention_outcomes(district, where={"school_year": "2025-26"}).set_index("strategy")
    assert found.loc["Guided reading groups", "place"] == 1
    assert found.loc["Number sense app", "expected_from_regression"] > 0
    assert found.loc["Check-in mentoring", "n"] == 0  # no goal was set, so nobody met or missed one
    assert not found.loc["Check-in mentoring", "ranked"]


def test_what_helps_is_told_from_what_only_looks_so(district):
    found = intervention_outcomes(district, where={"school_year": "2025-26"}).set_index("strategy")
    helps, idle = found.loc["Guided reading groups"], found.loc["Number sense app"]
    assert helps["adjusted_low"] > 0
    assert idle["adjusted_low"] < 0 < idle["adjusted_high"]
    assert idle["change"] > idle["typical_change"]


def test_every_student_of_the_rosters_is_there_and_nobody_else(district):
    ids = set()
    for path in SAMPLE.glob("oneroster*.zip"):
        with zipfile.ZipFile(path) as roster, roster.open("roles.csv") as file:
            rows = csv.DictReader(io.TextIOWrapper(file, encoding="utf-8"))
            ids |= {row["userSourcedId"] for row in rows if row["role"] == "student"}
    assert set(district.ask("SELECT DISTINCT student_id FROM students")["student_id"]) == ids
