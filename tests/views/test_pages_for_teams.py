"""Goals, leads, groups and lists: worked by hand on a district small enough to count on paper."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from dataworkbench import views
from dataworkbench.errors import WorkbenchError
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.rootcause import problem
from dataworkbench.selection import Selection, select
from dataworkbench.views import process, student_pages, students
from dataworkbench.warehouse import District, district_from_frames

HERE = select(school_year="2026-27")


def district(absent: dict[str, dict[str, int]], each: int = 40) -> District:
    """Return a district in which, by year and grade, some of ``each`` students missed 50 of 100 days and the others none."""
    stays, totals = [], []
    for year, grades in absent.items():
        for grade, many in grades.items():
            for at in range(each):
                student = f"{grade}-{at:03d}"
                stays.append((student, "S1", year, grade, pd.Timestamp(f"{year[:4]}-08-20")))
                totals.append((student, "S1", year, 100.0, 50.0 if at < many else 0.0, grade))
    columns = ["student_id", "school_id", "school_year"]
    frame = pd.DataFrame(stays, columns=[*columns, "grade_level", "entry_date"])
    return district_from_frames(
        {
            "schools": pd.DataFrame({"school_id": ["S1"], "school_name": ["Alder"]}),
            "students": frame[["student_id", "school_year"]].drop_duplicates(),
            "identities": pd.DataFrame(
                {"student_id": sorted(set(frame["student_id"])), "given_name": "Ann", "family_name": "Lee"}
            ),
            "enrollments": frame,
            "attendance_totals": pd.DataFrame(
                totals, columns=[*columns, "days_enrolled", "days_absent", "grade_level"]
            ),
        }
    )


def goal(target: float, **more: Any) -> dict[str, Any]:
    return {"indicator": "chronic_absence", "target": target, "by": "2027-05-28", **more}


@pytest.mark.parametrize(
    ("before", "now", "target", "stands"),
    [
        (20, 4, 0.10, "reached"),  # 4 of 40 is 10%: an aim downwards is reached at its very number
        (36, 10, 0.10, "not there yet, and closer than the year before"),  # 90% to 25%
        (4, 30, 0.05, "not there yet, and farther than the year before"),  # 10% to 75%
        (12, 11, 0.10, "not there yet; too close to the year before to call"),  # 30% to 27.5%
    ],
)
def test_a_goal_says_where_it_stands(before: int, now: int, target: float, stands: str) -> None:
    here = district({"2025-26": {"06": before}, "2026-27": {"06": now}})
    (row,) = views.goal_frame(here, [goal(target)], where=HERE, audience="staff").to_dict("records")
    assert row["stands"] == stands


def test_a_goal_shows_the_year_before_now_and_the_aim() -> None:
    here = district({"2025-26": {"06": 20}, "2026-27": {"06": 10}})
    (row,) = views.goal_frame(here, [goal(0.15, owner="Ms. Ito")], where=HERE, audience="staff").to_dict(
        "records"
    )
    assert (row["baseline"], row["now"], row["target"], row["owner"]) == ("50%", "25%", "15%", "Ms. Ito")


def test_a_goal_for_one_grade_counts_that_grade_alone() -> None:
    here = district({"2026-27": {"06": 0, "07": 40}})
    (row,) = views.goal_frame(
        here, [goal(0.15, where={"grade_level": "07"})], where=HERE, audience="staff"
    ).to_dict("records")
    assert (row["group"], row["now"], row["baseline"]) == ("Grade 7", "100%", "")


def test_where_the_gate_gives_a_range_the_goal_is_not_judged() -> None:
    here = district({"2026-27": {"06": 0}})
    (row,) = views.goal_frame(here, [goal(0.15)], where=HERE, audience="public").to_dict("records")
    assert row["now"] == "at most 5%"
    assert row["stands"] == "cannot be said here"


def test_a_goal_that_lacks_its_day_is_refused_by_its_place() -> None:
    with pytest.raises(WorkbenchError, match="Goal 2 cannot be read: by"):
        views.goal_frame(
            district({"2026-27": {"06": 1}}), [goal(0.1), goal(0.1, by="May")], where=HERE, audience="staff"
        )


def test_what_is_past_its_day_says_so_and_stands_first() -> None:
    due = [{"what": "b", "who": "x", "by": "2026-12-01"}, {"what": "a", "who": "y", "by": "2026-10-01"}]
    lines = str(views.due_list(due, today="2026-11-13")).splitlines()
    assert lines[3].split()[1:] == ["a", "y", "past", "its", "day"]
    assert "past" not in lines[4]


def test_a_grade_that_stands_apart_is_found_and_is_well_said_as_a_concern() -> None:
    here = district({"2026-27": {"06": 20, "07": 2, "08": 2}})
    leads = views.find_leads(here, HERE, audience="staff")
    assert (
        leads.first
        == "In 2026-27, 50% of Grade 6 students missed a tenth of school or more; of everyone here it was 20%."
    )
    assert problem(leads.first).remarks() == ()
    assert len(leads.rows) == 1


def test_where_nothing_stands_apart_there_is_no_lead_but_a_prompt() -> None:
    leads = views.find_leads(district({"2026-27": {"06": 4, "07": 4}}), HERE, audience="staff")
    assert leads.rows.empty
    assert leads.first.startswith("What did you see?")
    assert "No group stands apart" in leads._repr_html_()


def test_leads_are_not_looked_for_on_the_public_road() -> None:
    leads = views.find_leads(district({"2026-27": {"06": 20, "07": 2}}), HERE, audience="public")
    assert leads.rows.empty
    assert "made for staff only" in leads._repr_html_()


class Untouched:
    """A district that fails when anything of it is read."""

    policy = DisclosurePolicy()

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was read")


@pytest.mark.parametrize(
    "page",
    [
        lambda d: views.list_students(d, HERE, audience="public"),
        lambda d: views.student_heading(d, "1", HERE, audience="public"),
        lambda d: views.student_history(d, "1", audience="public"),
        lambda d: views.student_standards(d, "1", HERE, audience="public"),
        lambda d: views.student_words(d, "1", audience="public"),
        lambda d: views.student_supports(d, "1", audience="public"),
        lambda d: student_pages.student_profile(d, "1", HERE, audience="public"),
        lambda d: views.groups_by_need(d, HERE, audience="public"),
        lambda d: views.list_not_growing(d, HERE, audience="public"),
        lambda d: views.table_of_outcomes(d, HERE, audience="public"),
        lambda d: views.table_of_staff(d, HERE, audience="public"),
        lambda d: views.table_of_agreement(d, HERE, audience="public"),
        lambda d: views.table_of_professional_learning(d, HERE, audience="public"),
    ],
)
def test_on_the_public_road_nothing_about_single_people_is_even_read(page: Any) -> None:
    assert "made for staff only" in str(page(Untouched()))


def test_pages_with_filters_are_refused_to_the_public() -> None:
    for page in (views.overview, views.attendance):
        with pytest.raises(WorkbenchError, match="Pages with filters are for staff"):
            page(Untouched(), audience="public")


def test_the_overview_draws_for_whatever_is_chosen() -> None:
    draw = views.overview(district({"2026-27": {"06": 20, "07": 2}}), audience="staff")
    some = draw(Selection(school_year=("2026-27",), grade_level=("07",), subject=("Mathematics",)))
    bars = [figure.to_plotly_json()["data"] for figure in some if hasattr(figure, "to_plotly_json")]
    assert [list(trace["x"]) for trace in bars[0]] == [[40.0]]


def test_students_are_listed_with_those_who_missed_most_first() -> None:
    here = district({"2026-27": {"06": 1}}, each=3)
    found = students.students_here(here, HERE).sort_values("missed", ascending=False)
    assert found["missed"].tolist() == [0.5, 0.0, 0.0]
    lines = str(views.list_students(here, HERE, audience="staff")).splitlines()
    assert lines[0] == "Students, those who missed most first (3 of 3)"
    assert lines[3].split() == ["06-000", "Ann", "Lee", "Grade", "6", "50%"]
    assert "Interventions" not in lines[2]  # no intervention log was brought: none known is not none given


def test_a_student_who_is_not_enrolled_is_said_without_listing_others() -> None:
    with pytest.raises(WorkbenchError, match="Nobody with the identifier '9'") as refused:
        views.student_heading(district({"2026-27": {"06": 1}}), "9", HERE, audience="staff")
    assert "06-000" not in str(refused.value)


def standards_district(scores: list[tuple[str, str, int, float]]) -> District:
    rows = [
        (student, "S1", "2026-27", "std", "Mathematics", standard, pd.Timestamp(2026, 9, day), score, "06")
        for student, standard, day, score in scores
    ]
    columns = [
        "student_id", "school_id", "school_year", "assessment_id", "subject", "standard_id", "test_date", "scale_score", "grade_level",
    ]  # fmt: skip
    return district_from_frames(
        {
            "assessments": pd.DataFrame({"assessment_id": ["std"], "kind": ["standards"]}),
            "standards": pd.DataFrame(
                {"standard_id": ["Z", "A"], "sequence": [1, 2], "statement": ["First", "Second"]}
            ),
            "results": pd.DataFrame(rows, columns=columns),
        }
    )


def test_the_next_step_is_the_first_standard_in_the_sequence_whose_latest_score_is_too_low() -> None:
    here = standards_district([
        ("s1", "Z", 1, 1.0), ("s1", "Z", 9, 3.0), ("s1", "A", 2, 2.0),   # Z mastered since, A next
        ("s2", "Z", 1, 4.0), ("s2", "Z", 9, 2.0), ("s2", "A", 2, 1.0),   # Z was lost again and comes first
        ("s3", "Z", 1, 3.0), ("s3", "A", 1, 4.0),                        # everything mastered
    ])  # fmt: skip
    steps = views.next_steps(here, HERE).set_index("student_id")["standard_id"]
    assert steps[["s1", "s2"]].tolist() == ["A", "Z"]
    assert pd.isna(steps["s3"])


def test_groups_are_made_for_a_class_and_not_for_a_district() -> None:
    here = standards_district([(f"s{at}", "Z", 1, 1.0) for at in range(6)])
    assert "s5" in str(views.groups_by_need(here, HERE, audience="staff"))
    assert "choose a school and a grade" in str(views.groups_by_need(here, HERE, audience="staff", most=5))


def test_class_time_is_shared_out_over_its_uses() -> None:
    log = pd.DataFrame(
        [
            ("c1", "S1", "2026-27", "Small group", 30.0),
            ("c1", "S1", "2026-27", "Transition", 10.0),
            ("c2", "S1", "2026-27", "Small group", 40.0),
        ],
        columns=["section_id", "school_id", "school_year", "use", "minutes_used"],
    )
    used = process.time_use(district_from_frames({"time_use": log}), HERE).set_index("use")
    assert used.loc["Small group", ["classes", "share"]].tolist() == [2, 70 / 80]
    assert used.loc["Transition", "share"] == 10 / 80


def test_time_logs_of_a_few_classes_are_not_for_the_public() -> None:
    log = pd.DataFrame(
        [("c1", "S1", "2026-27", "Transition", 10.0)],
        columns=["section_id", "school_id", "school_year", "use", "minutes_used"],
    )
    here = district_from_frames({"time_use": log})
    assert "Too few classes" in views.plot_time_use(here, HERE, audience="public").layout.meta["alt"]
    assert "Transition: 100%" in views.plot_time_use(here, HERE, audience="staff").layout.meta["alt"]


def test_what_is_here_and_what_is_not_add_up_to_every_table_but_the_names() -> None:
    here = district({"2026-27": {"06": 1}})
    health = views.data_health(here).set_index("table")
    assert health.loc["enrollments", "rows"] == 40
    assert health.loc["enrollments", "school_years"] == "2026-27"
    assert "identities" not in health.index
    assert len(views.what_is_there(here)) + len(views.what_is_not_there(here)) == len(health)
