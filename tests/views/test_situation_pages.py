"""Pages of the situation: staff, class time, life outside school, alignment, rigor and mismatches, in words and for both roads."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from dataworkbench import views
from dataworkbench.selection import select
from dataworkbench.warehouse import District, district_from_frames

YEAR = "2026-27"
HERE = select(school_year=YEAR)


def rows(columns: str, *values: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(values), columns=columns.split())


# --- staff ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def with_staff() -> District:
    people = [(f"t{at}", "S1", YEAR, "teacher", float(at)) for at in range(5)] + [
        ("p", "S1", YEAR, "principal", None)
    ]
    before = [(f"t{at}", "S1", "2025-26", "teacher", float(at)) for at in (0, 1, 9)]
    return district_from_frames({
        "schools": rows("school_id school_name", ("S1", "Alder <b>School</b>")),
        "enrollments": rows("student_id school_id school_year", *((f"s{at}", "S1", YEAR) for at in range(40))),
        "staff_years": rows("staff_id school_id school_year role years_experience", *people, *before),
    })  # fmt: skip


def test_the_table_of_staff_says_of_how_many_it_knows(with_staff: District) -> None:
    """Five teachers with 0 to 4 years: median 2, three below three years; of three last year two are still there; 40 / 5 students."""
    text = str(views.table_of_staff(with_staff, HERE, audience="staff"))
    assert "3 of 5 (60%)" in text
    assert "2 of 3 (67%)" in text
    assert "not known" in text  # nobody knows the principal's years
    assert "8.0 students for each teacher" in text
    (teachers,) = [line for line in text.splitlines() if line.startswith("teacher")]
    assert teachers.split()[1:3] == ["5", "2"]


def test_the_table_of_staff_is_not_for_the_public(with_staff: District) -> None:
    assert "made for staff only" in str(views.table_of_staff(with_staff, HERE, audience="public"))


def test_few_staff_are_hidden_on_the_public_road(with_staff: District) -> None:
    shown = views.shown(with_staff, "staff_stayed", by=["school_year"], where=HERE, audience="public")
    assert shown["status"].tolist() == ["suppressed"]
    assert shown["value"].isna().all()


# --- class time -------------------------------------------------------------------------------------------------------


def time_log(classes: int, lost: float) -> District:
    lines = [
        (f"c{at}", "S1", YEAR, date(2026, 9, 1), use, planned, used)
        for at in range(classes)
        for use, planned, used in (
            ("Whole class", 40.0, 40.0 - lost - at % 2),
            ("Transition", 5.0, 5.0 + lost + at % 2),
        )
    ]
    return district_from_frames(
        {"time_use": rows("section_id school_id school_year date use minutes_scheduled minutes_used", *lines)}
    )


def test_class_time_stands_beside_the_timetable_and_says_what_is_lost_where() -> None:
    text = str(views.plot_time_use(time_log(20, 4.0), HERE, audience="staff"))
    assert "20 classes kept a log." in text
    assert "Less time than scheduled goes to: Whole class (11.2%)." in text  # 4.5 of 40 minutes
    assert "More time than scheduled goes to: Transition (90.0%)." in text  # 4.5 of 5 minutes
    assert "scheduled 40.0" in text or "Whole class, scheduled: 40.0" in text


def test_where_classes_keep_to_their_timetable_nothing_is_said_to_stand_apart() -> None:
    """Classes lose two minutes as often as they win one: half a minute lost on the whole, and well within chance."""
    lines = [
        (f"c{at}", "S1", YEAR, date(2026, 9, 1), "Whole class", 40.0, 38.0 + 3 * (at % 2)) for at in range(20)
    ]
    here = district_from_frames(
        {"time_use": rows("section_id school_id school_year date use minutes_scheduled minutes_used", *lines)}
    )
    assert "No use stands apart" in str(views.plot_time_use(here, HERE, audience="staff"))


def test_class_time_of_enough_classes_is_for_the_public_too_and_gives_no_count_away() -> None:
    text = str(views.plot_time_use(time_log(23, 4.0), HERE, audience="public"))
    assert "Whole class" in text
    assert "23" not in text


# --- life outside school ----------------------------------------------------------------------------------------------


@pytest.fixture
def with_context() -> District:
    return district_from_frames({
        "schools": rows("school_id school_name", ("S1", "Alder <script>"), ("S2", "Birch")),
        "enrollments": rows(
            "student_id school_id school_year", *((f"a{at}", "S1", YEAR) for at in range(30)), *((f"b{at}", "S2", YEAR) for at in range(4))
        ),
        "students": rows("student_id school_year home_zone", *((f"a{at}", YEAR, "North") for at in range(30)), *((f"b{at}", YEAR, "North") for at in range(4))),
        "context_factors": rows(
            "school_id home_zone factor value unit school_year source", (None, "North", "Income", 51_000.0, "dollars", "2024-25", "Area survey <2024>"),
            ("S1", None, "Internet at home", 88.5, "percent", "2025-26", "Family survey"),
        ),
        "attendance_totals": rows("student_id school_id school_year days_enrolled days_absent", *((f"a{at}", "S1", YEAR, 100.0, 20.0 if at < 6 else 0.0) for at in range(30))),
    })  # fmt: skip


def test_life_outside_school_stands_beside_the_schools_figure_with_source_and_year(
    with_context: District,
) -> None:
    shown = views.table_of_context(with_context, HERE, audience="staff")
    text = str(shown)
    assert "20% (n 30)" in text
    assert "$51,000" in text
    assert "89%" in text
    assert (
        "Income is a figure of the areas its students live in, 2024-25. Source: Area survey <2024>." in text
    )
    assert "would not mean that one makes the other" in text
    assert "<script>" not in shown._repr_html_()
    assert "&lt;script&gt;" in shown._repr_html_()


def test_where_a_school_has_no_figure_a_word_stands_and_not_a_blank(with_context: District) -> None:
    (birch,) = [
        line for line in str(views.table_of_context(with_context, HERE, audience="staff")).splitlines() if line.startswith("Birch")
    ]  # fmt: skip
    assert "no data" in birch


def test_an_area_of_few_students_is_hidden_from_the_public(with_context: District) -> None:
    (birch,) = [
        line for line in str(views.table_of_context(with_context, HERE, audience="public")).splitlines() if line.startswith("Birch")
    ]  # fmt: skip
    assert "Source: Family survey." in str(views.table_of_context(with_context, HERE, audience="public"))
    assert "51,000" not in birch
    assert "hidden" in birch


def test_one_factor_that_is_hidden_hides_no_other_because_factors_do_not_part_students() -> None:
    here = district_from_frames({
        "schools": rows("school_id school_name", ("S1", "Alder")),
        "enrollments": rows("student_id school_id school_year", *((f"a{at}", "S1", YEAR) for at in range(30))),
        "students": rows("student_id school_year home_zone", *((f"a{at}", YEAR, "North" if at < 4 else None) for at in range(30))),
        "context_factors": rows(
            "school_id home_zone factor value unit school_year source", (None, "North", "Income", 51_000.0, "dollars", "2024-25", "x"),
            ("S1", None, "Internet at home", 88.5, "percent", "2025-26", "y"),
        ),
    })  # fmt: skip
    (alder,) = [
        line
        for line in str(views.table_of_context(here, HERE, audience="public")).splitlines()
        if line.startswith("Alder")
    ]
    assert "hidden" in alder
    assert "%" in alder


# --- alignment --------------------------------------------------------------------------------------------------------


def taught(classes: int, *, second: bool) -> District:
    """Classes that were all assessed on two standards; the first was taught, the second where ``second`` says so."""
    names = [f"c{at}" for at in range(classes)]
    return district_from_frames({
        "sections": rows("section_id school_id school_year subject grade_level", *((name, "S1", YEAR, "Math", "03") for name in names)),
        "standards": rows("standard_id subject grade_level strand statement sequence", ("M1", "Math", "03", "Shapes", "Names shapes.", 2), ("M2", "Math", "03", "Numbers", "Adds.", 1)),
        "results": pd.DataFrame([
            {"student_id": "s", "school_id": "S1", "school_year": YEAR, "assessment_id": "x", "subject": "Math", "standard_id": standard,
             "section_id": name, "test_date": date(2026, 10, 1), "scale_score": 1.0} for name in names for standard in ("M1", "M2")
        ]),
        "curriculum": rows(
            "school_year section_id unit_name standard_id taught_on minutes",
            *((YEAR, name, "U", "M1", date(2026, 9, 1), 50.0) for name in names),
            *((YEAR, name, "V", "M2", date(2026, 9, 1) if second else None, 50.0 if second else None) for name in names),
        ),
    })  # fmt: skip


def test_the_table_of_alignment_says_in_words_what_was_taught_first_in_the_order_of_teaching() -> None:
    lines = str(views.table_of_alignment(taught(12, second=False), HERE, audience="staff")).splitlines()
    cells = [line for line in lines if "Numbers" in line or "Shapes" in line]
    assert "Numbers" in cells[0]
    assert "none (12)" in cells[0]
    assert "all (12)" in cells[1]
    assert "Assessed, and not taught in most classes so far: M2 (Adds)." in "\n".join(lines)


def test_where_everything_fits_the_page_says_so_and_never_where_something_is_hidden() -> None:
    fits = "Most classes were taught every standard"
    assert fits in str(views.table_of_alignment(taught(12, second=True), HERE, audience="staff"))
    hidden = str(views.table_of_alignment(taught(4, second=False), HERE, audience="public"))
    assert fits not in hidden
    assert "nothing is said here" in hidden


def test_sentences_of_alignment_name_the_index_by_its_author() -> None:
    """Minutes 50 and 0, one day of assessment each: 1 - (|1 - 1/2| + |0 - 1/2|) / 2 = 0.5."""
    text = str(views.describe_alignment(taught(12, second=False), HERE, audience="staff"))
    assert "Math: 50% of what 12 classes were assessed on had been taught by that day." in text
    assert "agree to about 0.50" in text
    assert "Porter" in text


# --- rigor and relevance ----------------------------------------------------------------------------------------------


def observed(rubric: str = "learning_environment") -> District:
    seen = [
        (f"v{at}", "o", f"t{at}", "S1", YEAR, rubric, element, 4 if at < 6 else 2)
        for at in range(12)
        for element in ("questioning", "student_choice", "routines")
    ]
    return district_from_frames(
        {
            "observations": rows(
                "visit_id observer_id staff_id school_id school_year rubric_id element_id score", *seen
            )
        }
    )


def test_only_elements_of_which_the_rubric_says_so_count_as_rigor_or_relevance() -> None:
    shown = views.rigor_and_relevance(observed(), HERE, audience="staff").set_index("element_id")
    assert shown["about"].to_dict() == {"questioning": "rigor", "student_choice": "relevance"}
    assert shown["value"].tolist() == [0.5, 0.5]


def test_the_table_of_rigor_has_visits_and_teachers_behind_each_share() -> None:
    text = str(views.table_of_rigor(observed(), HERE, audience="staff"))
    (line,) = [line for line in text.splitlines() if "Questioning" in line]
    assert line.split()[-4:] == ["50%", "3.00", "12", "12"]
    assert "made for staff only" in str(views.table_of_rigor(observed(), HERE, audience="public"))


@pytest.mark.parametrize("rubric", ["our_own", "pillars"])
def test_a_rubric_that_says_nothing_of_rigor_is_answered_with_what_to_write(rubric: str) -> None:
    assert "about: [rigor]" in str(views.table_of_rigor(observed(rubric), HERE, audience="staff"))


# --- mismatches -------------------------------------------------------------------------------------------------------


def asked(invited: int | None) -> District:
    """Of 20 staff all, of 40 students half agree that students think hard; to the second question all answer alike."""
    answers = [
        ("S", role, f"{role}{at}", item, "S1", YEAR, "Fall", answer)
        for role, many in (("staff", 20), ("student", 40))
        for at in range(many)
        for item, answer in (("hard", 5 if role == "staff" or at % 2 else 1), ("safe", 5 if at % 2 else 3))
    ]
    items = [
        ("S", role, item, item, item.title(), f"{role} {item}?", 5, item == "safe")
        for role in ("staff", "student")
        for item in ("hard", "safe")
    ]
    return district_from_frames({
        "surveys": rows("survey_id role school_year period invited", *(("S", role, YEAR, "Fall", invited) for role in ("staff", "student"))),
        "survey_items": rows("survey_id role item_id pair_id topic wording choices reversed", *items),
        "survey_responses": rows("survey_id role respondent_id item_id school_id school_year period answer", *answers),
    })  # fmt: skip


def test_a_mismatch_names_who_sees_it_better_how_many_answered_and_both_ways_with_neutral_answers() -> None:
    picture = views.plot_mismatch(asked(80), HERE, audience="staff")
    text = str(picture)
    assert "More favourable answers from staff than from students:" in text
    assert "(+50 points)" in text
    assert "25% of the staff (80 were asked)" in text
    assert "Without neutral answers" in text
    assert "2 questions were compared" in text
    alt = picture.figure.layout.meta["alt"]
    assert alt.index("hard?") < alt.index("safe?")  # the widest first
    assert "staff hard? / student hard?" in alt
    assert "(Disagreeing is favourable.) staff safe?" in alt


def test_without_a_number_of_people_asked_it_is_said_that_nobody_knows_the_response_rate() -> None:
    assert "is not known" in str(views.plot_mismatch(asked(None), HERE, audience="staff"))


def test_neutral_answers_can_be_left_out_of_the_figure() -> None:
    drawn = views.plot_mismatch(asked(80), HERE, audience="staff", neutral="out")
    assert "Neutral answers are left out here" in str(drawn)


def test_a_mismatch_for_the_public_holds_no_count_of_people() -> None:
    picture = views.plot_mismatch(asked(80), HERE, audience="public")
    text = str(picture)
    assert "(Disagreeing is favourable.) staff safe?" in picture.figure.layout.meta["alt"]
    assert "n 20 against 40" not in text
    assert "80 were asked" not in text
