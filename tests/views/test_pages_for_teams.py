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
from dataworkbench.views.situation import process
from dataworkbench.views.students import roster as students
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


def test_a_grade_that_stands_apart_is_found_and_is_well_said_as_a_concern() -> None:
    here = district({"2026-27": {"06": 20, "07": 2, "08": 2}})
    leads = views.find_leads(here, HERE, audience="staff")
    assert (
        leads.first
        == "In 2026-27, 50% of Grade 6 students missed a tenth of school or more; of the others it was 5%."
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
        lambda d: views.student_profile(d, "1", HERE, audience="public"),
        lambda d: views.learning_contract(d, "1", HERE, audience="public"),
        lambda d: views.conference_sheet(d, "1", HERE, audience="public"),
        lambda d: views.planning_list(d, HERE, audience="public"),
        lambda d: views.list_classes(d, HERE, audience="public"),
        lambda d: views.list_targets(d, "1", HERE, audience="public"),
        lambda d: views.list_ready_for_more(d, HERE, audience="public"),
        lambda d: views.form_groups(d, HERE, audience="public"),
        lambda d: views.keep_groups(d, views.note(""), keep="x", audience="public"),
        lambda d: views.grouping_history(d, HERE, audience="public"),
        lambda d: views.print_sheets(d, to="x.html", audience="public"),
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
    bars = [
        figure.to_plotly_json()["data"]
        for part in some
        for figure in part
        if hasattr(figure, "to_plotly_json")
    ]
    assert [list(trace["x"]) for trace in bars[0]] == [[40.0]]


def test_students_are_listed_with_those_who_missed_most_first() -> None:
    here = district({"2026-27": {"06": 1}}, each=3)
    found = students.students_here(here, HERE).sort_values("missed", ascending=False)
    assert found["missed"].tolist() == [0.5, 0.0, 0.0]
    lines = str(views.list_students(here, HERE, audience="staff")).splitlines()
    assert lines[0] == "Students, those who missed most first (3 of 3)"
    assert lines[3].split() == [
        "06-000",
        "Ann",
        "Lee",
        "Grade",
        "6",
        "50%",
    ]  # no interventions were brought, so none are counted


def test_a_student_who_is_not_enrolled_is_said_without_listing_others() -> None:
    with pytest.raises(WorkbenchError, match="Nobody with the identifier '9'") as refused:
        views.student_heading(district({"2026-27": {"06": 1}}), "9", HERE, audience="staff")
    assert "06-000" not in str(refused.value)


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
    public, staff = (
        str(views.plot_time_use(here, HERE, audience=audience)) for audience in ("public", "staff")
    )
    assert "hidden for privacy" in public
    assert "10" not in public.replace("fewer than 10", "")
    assert "Transition: 10" in staff
    assert "does not say how many minutes were scheduled" in staff


def test_what_is_here_and_what_is_not_add_up_to_every_table_but_the_names() -> None:
    here = district({"2026-27": {"06": 1}})
    health = views.data_health(here).set_index("table")
    assert health.loc["enrollments", "rows"] == 40
    assert health.loc["enrollments", "school_years"] == "2026-27"
    assert "identities" not in health.index
    assert len(views.what_is_there(here)) + len(views.what_is_not_there(here)) == len(health)
