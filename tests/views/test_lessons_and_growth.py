"""Stage 4 as pages for teachers and coaches: what they say, whom they refuse, and that names show as text."""

from __future__ import annotations

import datetime as dt
from html import unescape

import pandas as pd
import pytest

from dataworkbench import views
from dataworkbench.errors import NoSuchNameError
from dataworkbench.measures import measure
from dataworkbench.selection import select
from dataworkbench.views.notes import Note
from dataworkbench.warehouse import District, district_from_frames
from dataworkbench.workspace import GrowthRule, MasteryRule, Settings

YEAR = "2025-26"
HERE = select(school_year=YEAR)
TEST = {**HERE, "assessment_id": ("T",)}
HOSTILE = '<script>alert(1)</script> & "O\'Neil" 🎈'
WHO = [f"z{place:02d}" for place in range(40)]


def results() -> pd.DataFrame:
    base = {"school_year": YEAR, "school_id": "S1", "grade_level": "04", "subject": "Reading"}
    made: list[dict[str, object]] = []
    for place, student in enumerate(WHO):
        first = 200.0 + place
        for period, score, level in (
            ("Fall", first, "Low" if place < 20 else "High"),
            ("Spring", first + 10 + place % 5, "High"),
        ):
            made.append(base | {"student_id": student, "assessment_id": "T", "period": period, "scale_score": score,
                                "performance_level": level, "growth_target": 12.0, "test_date": dt.date(2025, 9 if period == "Fall" else 12, 3)})  # fmt: skip
        made += [
            base | {"student_id": student, "assessment_id": "S", "period": "Fall", "standard_id": HOSTILE, "scale_score": score,
                    "test_date": dt.date(2025, 10, 1 + turn)} for turn, score in enumerate((2.0, 4.0, 3.0)[: 1 + place % 3])
        ]  # fmt: skip
        made += [
            base | {"student_id": student, "assessment_id": "E", "period": "Fall", "standard_id": "R.1", "moment": moment, "section_id": HOSTILE,
                    "test_date": day, "points": float(points), "points_possible": 5.0}
            for moment, day, points in (("pre", dt.date(2025, 10, 6), place % 4), ("post", dt.date(2025, 10, 8), 1 + place % 5))
            if not (moment == "post" and place < 3)
        ]  # fmt: skip
    for student, step in (("z00", -1.0), ("z01", 2.0)):
        made += [
            base | {"student_id": student, "assessment_id": "P", "period": "Fall", "scale_score": 40 + step * week, "goal": 70.0,
                    "goal_date": dt.date(2026, 4, 1), "test_date": dt.date(2025, 9, 3) + dt.timedelta(weeks=week)} for week in range(10)
        ]  # fmt: skip
    return pd.DataFrame(made)


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return {
        "schools": pd.DataFrame({"school_id": ["S1"], "school_name": ["Alder"]}),
        "students": pd.DataFrame({"student_id": WHO, "school_year": YEAR}),
        "identities": pd.DataFrame({"student_id": WHO, "given_name": HOSTILE, "family_name": [f"F{who}" for who in WHO]}),
        "enrollments": pd.DataFrame({"student_id": WHO, "school_id": "S1", "school_year": YEAR, "grade_level": "04"}),
        "assessments": pd.DataFrame(
            {"assessment_id": ["T", "S", "E", "P"], "title": ["Test", "Standards", "Tickets", HOSTILE],
             "kind": ["diagnostic", "standards", "exit ticket", "progress monitoring"], "scale_min": [100.0, 1.0, 0.0, 0.0], "scale_max": [400.0, 4.0, 5.0, 200.0]}
        ),
        "performance_levels": pd.DataFrame(
            [("T", "Low", 1, False, None), ("T", "High", 2, True, None), ("S", "Begins", 1, False, 1.0), ("S", "Meets", 2, True, 3.0)],
            columns=["assessment_id", "performance_level", "level_order", "proficient", "min_score"],
        ),
        "standards": pd.DataFrame({"standard_id": [HOSTILE], "subject": "Reading", "statement": ["Reads aloud."], "sequence": 1}),
        "results": results(),
    }  # fmt: skip


@pytest.fixture(scope="module")
def district(tables) -> District:
    return district_from_frames(tables)


def read(page: object) -> str:
    """Return what a reader gets, hidden parts of the figure with it."""
    if hasattr(page, "figure"):
        drawn = page.figure.to_plotly_json()
        drawn["layout"].pop("meta")  # the text alternative, which pages escape themselves
        return str(drawn) + (page.below._repr_html_() if page.below is not None else "")
    return page._repr_html_()


PAGES = {
    "tickets": views.plot_tickets, "fifths": views.plot_fifths, "growth list": views.list_growth, "progress list": views.list_progress,
    "progress": views.plot_progress,
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_pages_about_single_students_or_classes_are_refused_to_the_public(district, page):
    refused = PAGES[page](district, HERE, audience="public")
    assert isinstance(refused, Note)
    assert 'audience = "staff"' in str(refused)


@pytest.mark.parametrize("audience", ["staff", "public"])
@pytest.mark.parametrize(
    "page",
    [
        *PAGES.values(),
        views.table_of_gains,
        views.plot_rules,
        views.table_of_growth,
        views.criteria_of_standard,
        views.plot_survey_shift,
    ],
)
def test_what_comes_from_data_shows_as_text_and_never_runs(district, page, audience):
    shown = read(page(district, HERE, audience=audience))
    assert "<script>alert" not in shown.replace("\\u003c", "<").replace("\\u003e", ">")
    if audience == "public":
        assert not any(who in shown for who in WHO)


def test_names_with_marks_of_every_kind_are_still_read_as_they_are_written(district):
    assert "O'Neil" in unescape(read(views.list_growth(district, HERE, audience="staff")))


def test_every_lesson_has_a_line_and_who_was_not_matched_is_counted(district):
    page = views.plot_tickets(district, HERE, audience="staff")
    said = str(page)
    assert "37 times somebody took both checks" in said  # 40 students, of whom three missed the check after
    assert "3 times only the one before" in said


def test_a_class_that_has_no_lessons_says_so(district):
    said = str(views.plot_tickets(district, HERE, audience="staff", section="another"))
    assert "nobody" in said.lower()


def test_gains_for_everybody_are_not_rounded_to_nothing(district):
    page = str(views.table_of_gains(district, HERE, audience="public"))
    assert "%" in page
    shown = measure(district, "exit_ticket_gain", by=["subject"])["value"].iloc[0]
    assert f"{round(shown)}%" in page


def test_the_rule_of_the_district_is_said_with_what_it_needs(tables):
    plain, strict = (
        str(views.mastery_rule(district_from_frames(tables, settings=Settings(mastery=rule))))
        for rule in (MasteryRule(), MasteryRule(rule="power law"))
    )
    assert "the latest score" in plain
    assert "at least" not in plain
    assert "at least 3 scores" in strict
    assert "not a zero" in strict


def test_how_many_verdicts_hang_on_the_rule_is_for_staff(district):
    staff, everyone = (read(views.plot_rules(district, HERE, audience=who)) for who in ("staff", "public"))
    # One score 2; two scores 2, 4; three scores 2, 4, 3: by the highest nothing changes, by the average those with 2, 4, 3 and 2, 4 stay.
    assert "Verdicts that change" in staff
    assert "Verdicts that change" not in everyone


def test_who_met_the_target_stands_beside_how_far_everybody_came(district):
    # Gains are 10 to 14 in turn, and the target is 12: three of five meet it, and the mean is 12.
    page = str(views.table_of_growth(district, TEST, audience="staff"))
    assert "60%" in page
    assert "45% to 74%" in page  # Wilson for 24 of 40
    assert "12.0" in page


def test_the_lowest_fifth_is_held_against_what_chance_would_give(district):
    page = views.plot_fifths(district, TEST, audience="staff")
    assert "were to be expected from chance at the start alone" in str(page)
    assert {"gained", "expected"} == {trace.name for trace in page.figure.data}


def test_points_for_moves_are_a_decision_that_the_district_has_to_make(district, tables):
    assert "has set no points" in str(views.table_of_points(district, HERE, audience="staff"))
    decided = district_from_frames(
        tables, settings=Settings(growth=GrowthRule(value_table=((0, 1), (-1, 0))))
    )
    assert "no level before to compare with" in str(views.table_of_points(decided, HERE, audience="staff"))


def test_the_list_of_progress_says_the_rule_before_any_name(district):
    rule, listed = str(views.progress_rule()), str(views.list_progress(district, HERE, audience="staff"))
    assert "agreed before looking at names" in rule
    assert "change something 1, raise the goal 1" in listed
    assert listed.index("z00") < listed.index("z01")


def test_one_student_s_progress_says_both_rules_and_keeps_the_last_four_apart(district):
    page = views.plot_progress(district, HERE, audience="staff", student="z00")
    assert "By the last four points: change something." in str(page)
    dots = page.figure.data[-1]
    assert list(dots.marker.color).count("#ffffff") == 6
    assert len(dots.x) == 10


def test_a_student_who_is_not_followed_is_told_so_kindly(district):
    assert "no series of measurements" in str(
        views.plot_progress(district, HERE, audience="staff", student="z39")
    )


def test_without_checks_of_progress_the_pages_say_what_to_bring():
    bare = district_from_frames({})
    for page in (views.list_progress, views.plot_progress):
        assert "Bring checks of progress" in str(page(bare, HERE, audience="staff"))


def test_the_page_of_criteria_holds_no_results_and_staff_see_where_the_class_stands(district):
    staff, everyone = (
        views.criteria_of_standard(district, HERE, audience=who) for who in ("staff", "public")
    )
    assert "I can do it on my own." in str(everyone)
    assert "students stand" not in str(everyone)
    # Latest scores: 14 students 2 (checked once), 13 a 4, 13 a 3, against cuts at 1 and 3.
    assert "40 students stand" in str(staff)
    assert "14" in str(staff)
    assert "26" in str(staff)


def test_the_criteria_can_be_said_in_the_students_own_words(district):
    page = views.criteria_of_standard(
        district, HERE, audience="public", words=["I stumble.", "I read it <well>."]
    )
    assert "I read it &lt;well&gt;." in page._repr_html_()


def test_a_standard_that_was_not_checked_is_refused_by_name(district):
    with pytest.raises(NoSuchNameError, match=r"M\.9"):
        views.criteria_of_standard(district, HERE, audience="staff", standard="M.9")


def test_an_element_of_a_rubric_becomes_a_page_of_what_learners_do():
    page = views.criteria_of_element("evidence_of_learning")
    assert [name for name, _ in page.levels] == ["Emerging", "Developing", "Demonstrating", "Applying"]


def weekly(values: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"week": [f"2025-{9 + at // 4:02d}-{1 + 7 * (at % 4):02d}" for at in range(len(values))], "indicator": "attendance_rate", "n": 100, "n_left_out": 0,
         "numerator": [100 * value for value in values], "value": values, "low": float("nan"), "high": float("nan"), "status": "shown", "reason": "",
         "unit": "rate", "audience": "staff", "label": [f"{value:.0%}" for value in values], "n_label": "100"}
    )  # fmt: skip


def test_a_run_chart_freezes_its_median_and_says_the_shift():
    page = views.plot_run_chart(weekly([0.9, 0.94] * 4 + [0.95] * 9), baseline=8)
    assert "There is a shift: 10 points in a row on one side" in str(
        page
    )  # the last of the first eight is above as well
    assert "frozen from the first 8" in str(page)
    assert page.figure.layout.shapes[0].y0 == pytest.approx(0.92)
    assert page.figure.layout.shapes[1].line.dash == "dash"


def test_points_on_the_median_are_said_to_be_passed_over():
    page = str(views.plot_run_chart(weekly([0.9, 0.92, 0.94] * 4), baseline=6))
    assert "4 points lie on the median and are passed over" in page


def test_a_run_chart_of_several_series_asks_to_choose_one():
    two = pd.concat([weekly([0.9, 0.8]).assign(school_id=held) for held in ("S1", "S2")])
    frame = two[["school_id", *[name for name in two.columns if name != "school_id"]]]
    assert "Choose one school" in str(views.plot_run_chart(frame))
