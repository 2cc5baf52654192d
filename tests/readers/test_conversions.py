"""Text becomes dates, numbers and codes by rules; what has two readings is asked about."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworkbench.readers.codes import (
    as_grade,
    as_option,
    as_period,
    as_race,
    as_school_year,
    as_sex,
    as_yes_no,
    school_year_of,
)
from dataworkbench.readers.dates import DAY_FIRST, MONTH_FIRST, convert_dates
from dataworkbench.readers.numbers import COMMA_PARTS_DECIMALS, COMMA_PARTS_THOUSANDS, convert_numbers

TODAY = dt.date(2026, 11, 22)


def dates(*texts, **how):
    return convert_dates(pl.Series("day", list(texts), dtype=pl.String), today=TODAY, **how)


def numbers(*texts, **how):
    return convert_numbers(pl.Series("score", list(texts), dtype=pl.String), **how)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04",
        "2026-3-4",
        "2026-03-04T09:30:00Z",
        "2026-03-04 09:30",
        "20260304",
        "2026/03/04",
        "04-Mar-2026",
        "Mar 4, 2026",
        "March 4, 2026",
        "4 March 2026",
    ],
)
def test_a_date_with_one_reading_is_read(text):
    assert dates(text).values.to_list() == [dt.date(2026, 3, 4)]


def test_one_date_that_tells_decides_for_the_whole_column():
    assert dates("03/04/2026", "03/25/2026").values.to_list() == [dt.date(2026, 3, 4), dt.date(2026, 3, 25)]
    assert dates("03/04/2026", "25/03/2026").values.to_list() == [dt.date(2026, 4, 3), dt.date(2026, 3, 25)]


def test_dates_with_two_readings_are_asked_about_and_not_guessed():
    made = dates("03/04/2026", "05/06/2026")
    assert made.values.null_count() == 2
    assert [note.level for note in made.notes] == ["question"]
    assert made.faults[0].where.to_list() == [True, True]


def test_a_column_that_contradicts_itself_keeps_only_what_has_one_reading():
    made = dates("03/25/2026", "25/03/2026", "03/04/2026", "05/05/2026")
    assert made.values.to_list() == [dt.date(2026, 3, 25), dt.date(2026, 3, 25), None, dt.date(2026, 5, 5)]


def test_an_answer_is_followed_even_against_a_cell():
    made = dates("03/04/2026", "25/03/2026", order=MONTH_FIRST)
    assert made.values.to_list() == [dt.date(2026, 3, 4), None]
    assert made.faults[0].reason.startswith("The date is not written with the month first")


def test_years_of_two_figures_are_of_this_century_unless_they_lie_far_ahead():
    assert dates("3/25/26", "3/25/98").values.to_list() == [dt.date(2026, 3, 25), dt.date(1998, 3, 25)]


def test_excels_day_numbers_are_asked_about_with_the_day_they_would_be():
    made = dates("46085")
    assert made.values.to_list() == [None]
    assert "46085 is 2026-03-04" in made.notes[0].message
    assert dates("46085", day_numbers=True).values.to_list() == [dt.date(2026, 3, 4)]


def test_a_date_with_something_behind_it_is_no_date():
    assert dates("2026-03-045", "2026-03-04x").values.null_count() == 2


def test_days_that_do_not_exist_are_faults():
    assert dates("2026-02-30", "02/30/2026", order=MONTH_FIRST).values.null_count() == 2


def test_a_moment_is_the_day_it_was_in_the_district():
    made = dates("2026-05-05T02:30:00Z", timezone="America/Chicago")
    assert made.values.to_list() == [dt.date(2026, 5, 4)]


@given(
    st.lists(st.dates(dt.date(1990, 1, 1), dt.date(2026, 11, 22)), min_size=1, max_size=30),
    st.sampled_from([MONTH_FIRST, DAY_FIRST]),
)
def test_dates_come_back_as_they_were_written(days, order):
    pattern = "%m/%d/%Y" if order == MONTH_FIRST else "%d/%m/%Y"
    texts = [day.strftime(pattern) for day in days]
    assert dates(*texts, order=order).values.to_list() == days
    found = dates(*texts).values.to_list()  # without being told, a date is right or it is not there
    assert all(one in (None, day) for one, day in zip(found, days, strict=True)) or all(
        d.day <= 12 for d in days
    )


def test_plain_numbers_are_read_and_zero_is_a_number():
    assert numbers("0", "411", "-3.5", "1e2", "45%", None).values.to_list() == [
        0.0,
        411.0,
        -3.5,
        100.0,
        45.0,
        None,
    ]


def test_a_comma_is_asked_about():
    made = numbers("1,411", "411,5", "400")
    assert made.values.to_list() == [None, None, 400.0]
    assert made.notes[0].level == "question"


def test_a_comma_is_read_as_answered_and_never_otherwise():
    assert numbers("1,411", "411,5", style=COMMA_PARTS_THOUSANDS).values.to_list() == [1411.0, None]
    assert numbers("1.411", "411,5", style=COMMA_PARTS_DECIMALS).values.to_list() == [1411.0, 411.5]


def test_words_for_nothing_are_empty_and_other_words_are_faults():
    made = numbers("N/A", "Not Assessed", "absent", words={"not assessed": ""})
    assert made.values.null_count() == 3
    assert made.faults[0].where.to_list() == [False, False, True]


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "NaN", "Infinity"])
def test_a_number_is_never_infinite_or_no_number(text):
    assert numbers(text).values.to_list() == [None]


def test_whole_numbers_with_a_fraction_are_faults():
    made = numbers("3", "3.0", "3.5", whole=True)
    assert made.values.to_list() == [3, 3, None]


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("K", "KG"),
        ("0", "KG"),
        ("Kindergarten", "KG"),
        ("3", "03"),
        ("03", "03"),
        ("3rd", "03"),
        ("Grade 3", "03"),
        ("11th Grade", "11"),
        ("PK4", "PK"),
        ("Nine", "09"),
        ("12", "12"),
        ("x", None),
        ("14", None),
    ],
)
def test_grade_levels_are_known_by_their_many_names(text, grade):
    assert as_grade(text) == grade


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2025-26", "2025-26"),
        ("2025-2026", "2025-26"),
        ("2025/26", "2025-26"),
        ("2024_2025", "2024-25"),
        ("2026", "2025-26"),
        ("Fall 2021-2022", "2021-22"),
        ("2025-2027", None),
        ("1999-2000", "1999-00"),
        ("n/a", None),
    ],
)
def test_school_years_are_known_by_their_many_names(text, year):
    assert as_school_year(text) == year


def test_a_school_year_begins_in_july():
    assert school_year_of(dt.date(2026, 6, 30)) == "2025-26"
    assert school_year_of(dt.date(2026, 7, 1)) == "2026-27"


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Fall (Beginning of School Year - November 15)", "Fall"),
        ("Winter (November 16 - March 1)", "Winter"),
        ("Spring (March 2 - End of Year)", "Spring"),
        ("BOY", "Fall"),
        ("MOY", "Winter"),
        ("EOY", "Spring"),
        ("Spring 2025-2026", "Spring"),
        ("Quarter 1", None),
    ],
)
def test_periods_are_known_by_their_many_names(text, period):
    assert as_period(text) == period


def test_nobody_having_said_is_not_no():
    assert [as_option(text) for text in ("Y", "true", "1", "N", "0", "", "Unknown", "maybe")] == [
        "Yes",
        "Yes",
        "Yes",
        "No",
        "No",
        "NotSelected",
        "NotSelected",
        None,
    ]
    assert [as_yes_no(text) for text in ("Y", "false", "")] == [True, False, None]


def test_races_are_known_by_name_and_codes_are_left_to_the_district():
    assert as_race("Black/African American") == "Black or African American"
    assert as_race("hispanic") == "Hispanic or Latino"
    assert as_race("W") is None
    assert as_race("") == "Not reported"


def test_sexes_are_known_by_name_and_code():
    assert [as_sex(text) for text in ("F", "male", "Gender: Male", "X", "unspecified", "7")] == [
        "Female",
        "Male",
        "Male",
        "Another gender",
        "Not reported",
        None,
    ]


def test_a_column_that_holds_both_orders_of_day_and_month_says_so():
    made = convert_dates(pl.Series("d", ["03/25/2026", "25/03/2026", "13/13/2026"]))
    said = [(fault.where.to_list(), fault.reason) for fault in made.faults]
    assert said == [
        (
            [False, True, False],
            "The date is not written with the month first, as the dates of this column are read.",
        ),
        ([False, False, True], "This is not a date."),
    ]
    asked = convert_dates(pl.Series("d", ["03/25/2026", "25/03/2026", "03/04/2026"]))
    assert asked.notes[0].message.endswith("The column holds both: '25/03/2026' and '03/25/2026'.")
    other = convert_dates(pl.Series("d", ["25/03/2026", "03/25/2026"]), order="day first")
    assert [fault.where.to_list() for fault in other.faults] == [[False, True]]


def test_a_text_put_together_may_name_one_of_our_columns_twice(read, tmp_path):
    (tmp_path / "twice.yaml").write_text(
        "name: twice\ntitle: Twice\nrecognise: {has: [Pupil, Site, Day]}\ntables:\n  - table: incidents\n    columns:\n"
        "      incident_id: {text: '{student_id}/{school_id}/{student_id}'}\n      student_id: Pupil\n      school_id: Site\n"
        "      school_year: {school_year_of: Day}\n      date: Day\n"
    )
    made = read({"x.csv": "Pupil,Site,Day\n7,S1,2025-09-02\n"}, profiles=[tmp_path]).tables["incidents"]
    assert made["incident_id"].to_list() == ["7/S1/7"]


def test_a_total_is_two_numbers_added_and_nothing_where_one_of_them_is_not_there(read, tmp_path):
    (tmp_path / "total.yaml").write_text(
        "name: total\ntitle: Total\nrecognise: {has: [Pupil, Verbal, Written]}\n"
        "assessments: [{assessment_id: t, title: T, kind: summative, scale_min: 0, scale_max: 100}]\n"
        "tables:\n- table: results\n  columns: {student_id: Pupil, school_year: {always: 2025-26}, assessment_id: {always: t}, "
        "scale_score: {column: Verbal, plus: Written}}\n"
    )
    made = read({"x.csv": "Pupil,Verbal,Written\n07,40,2.5\n08,,3\n09,3,\n"}, profiles=[tmp_path])
    assert made.tables["results"]["scale_score"].to_list() == [42.5, None, None]
