"""What states and federal agencies publish: each mark stays what it is, and none of it becomes the district's own."""

from __future__ import annotations

import polars as pl
import pytest
from conftest import said

from dataworkbench.errors import WorkbenchError
from dataworkbench.readers import load_profiles
from dataworkbench.readers.profiles import Marks, load_profile
from dataworkbench.readers.published import meaning_of
from dataworkbench.warehouse import district_from_frames

NOTHING_SAID = Marks()
EDFACTS = Marks(suppressed=("PS",), missing=(".",), whole=True)

REPORT = """
name: report
title: A report
recognise:
  has: [Code, Group, Rate, Tested]
{more}
tables:
  - table: published_figures
    columns:
      source: {{always: the state}}
      place_kind: {{always: school}}
      place_id: Code
      school_year: {{always: 2024-25}}
      subgroup_type: {{always: All students}}
      subgroup: Group
      figure: {{always: proficient}}
      unit: {{always: {unit}}}
      n: Tested
      as_published: {printed}
"""


@pytest.fixture
def report(read, tmp_path):
    def reading(rows: str, *, more: str = "", unit: str = "percent", printed: str = "Rate"):
        folder = tmp_path / "mappings"
        folder.mkdir(exist_ok=True)
        (folder / "report.yaml").write_text(REPORT.format(more=more, unit=unit, printed=printed))
        return read({"report.csv": f"Code,Group,Rate,Tested\n{rows}\n"}, profiles=[folder])

    return reading


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("83", "percent", ("exact", 83, 83, 83)),
        ("0", "percent", ("exact", 0, 0, 0)),
        ("83.4%", "percent", ("exact", 83.4, 83.4, 83.4)),
        ("412.5", "mean", ("exact", 412.5, 412.5, 412.5)),
        ("1.4e-05", "percent", ("exact", 1.4e-05, 1.4e-05, 1.4e-05)),
        ("*", "percent", ("suppressed", None, None, None)),
        ("**", "number", ("suppressed", None, None, None)),
        ("s", "mean", ("suppressed", None, None, None)),
        ("PS", "percent", ("suppressed", None, None, None)),
        ("DS", "percent", ("suppressed", None, None, None)),
        ("n<10", "percent", ("suppressed", None, None, None)),
        ("N < 10", "mean", ("suppressed", None, None, None)),
        ("fewer than 10 students", "percent", ("suppressed", None, None, None)),
        ("", "percent", ("missing", None, None, None)),
        (None, "number", ("missing", None, None, None)),
        ("Not Available", "mean", ("missing", None, None, None)),
        ("Not applicable", "percent", ("not_applicable", None, None, None)),
        ("80-89", "percent", ("range", None, 80, 89)),
        ("80% - 89%", "percent", ("range", None, 80, 89)),
        ("80\u201389", "percent", ("range", None, 80, 89)),
        ("6 to 10", "number", ("range", None, 6, 10)),
        ("GE50", "percent", ("range", None, 50, None)),
        ("\u226595", "percent", ("range", None, 95, None)),
        (">=95%", "percent", ("range", None, 95, None)),
        (">95%", "percent", ("range", None, 95, None)),
        ("LE20", "percent", ("range", None, None, 20)),
        ("LT50", "percent", ("range", None, None, 50)),
        ("<5%", "percent", ("range", None, None, 5)),
        ("<10", "number", ("range", None, None, 9)),
        (">10", "number", ("range", None, 11, None)),
        ("10 or more", "number", ("range", None, 10, None)),
        ("20+", "number", ("range", None, 20, None)),
    ],
)
def test_a_printed_text_means_what_the_field_means_by_it(text, unit, expected):
    assert meaning_of(text, unit, NOTHING_SAID) == expected


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("NA", "percent"), ("N/A", "percent"), (".", "percent"), ("-", "percent"), ("-9", "percent"), ("-1", "mean"),
        ("<10", "percent"), ("fewer than 10", "mean"), ("x", "number"), ("45%", "number"), ("89-80", "percent"),
        ("1,137", "number"), ("83*", "percent"), ("GE", "percent"), ("inf", "mean"), ("nan", "mean"), ("1-2-3", "number"),
    ],
)  # fmt: skip
def test_what_may_mean_several_things_means_nothing_until_somebody_says_so(text, unit):
    assert meaning_of(text, unit, NOTHING_SAID) is None


@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        ("LT50", EDFACTS, ("range", None, None, 49)),
        ("ps", EDFACTS, ("suppressed", None, None, None)),
        (".", EDFACTS, ("missing", None, None, None)),
        ("-9", Marks(missing=("-9",)), ("missing", None, None, None)),
        ("-2", Marks(not_applicable=("-2",)), ("not_applicable", None, None, None)),
        ("-2", Marks(below_zero=True), ("exact", -2, -2, -2)),
        ("<10", Marks(ranges={"<10": (0, 10)}), ("range", None, 0, 10)),
        ("<10", Marks(suppressed=("<10",)), ("suppressed", None, None, None)),
        ("NA", Marks(not_applicable=("NA",)), ("not_applicable", None, None, None)),
        ("", Marks(not_applicable=("",)), ("not_applicable", None, None, None)),
        ("*", Marks(missing=("*",)), ("missing", None, None, None)),
    ],
)
def test_what_a_profile_says_of_a_mark_goes_before_the_usual(text, marks, expected):
    assert meaning_of(text, "percent", marks) == expected


@pytest.mark.parametrize(("style", "number"), [("1,234.5", 1137.0), ("1.234,5", 1.137)])
def test_a_comma_is_read_as_the_profile_says(style, number):
    assert meaning_of("1,137", "number", NOTHING_SAID, style=style) == ("exact", number, number, number)


def test_marks_stay_what_they_are_on_the_way_into_the_table(report):
    rows = "001,A,83,120\n001,B,80-89,40\n001,C,GE95,30\n001,D,*,4\n001,E,,\n001,F,<5%,50"
    table = report(rows).tables["published_figures"]
    assert table.select("subgroup", "status", "value", "low", "high", "n", "as_published").rows() == [
        ("A", "exact", 83.0, 83.0, 83.0, 120, "83"),
        ("B", "range", None, 80.0, 89.0, 40, "80-89"),
        ("C", "range", None, 95.0, 100.0, 30, "GE95"),
        ("D", "suppressed", None, None, None, 4, "*"),
        ("E", "missing", None, None, None, None, None),
        ("F", "range", None, 0.0, 5.0, 50, "<5%"),
    ]


def test_a_mark_that_nobody_explained_is_asked_about_and_its_row_waits(report):
    reading = report("001,A,83,120\n001,B,-9,40\n001,C,NA,30")
    assert reading.tables["published_figures"]["subgroup"].to_list() == ["A"]
    assert "'Rate' holds marks that nobody has explained: '-9', 'NA'" in said(reading, "question")
    aside = reading.set_aside.select("row", "column", "value", "reason").rows()
    assert aside == [
        (3, "Rate", "-9", "Nobody has explained what this mark means."),
        (4, "Rate", "NA", "Nobody has explained what this mark means."),
    ]
    assert reading.files.select("rows_read", "rows_kept", "rows_set_aside").row(0) == (3, 1, 2)


def test_the_answer_to_a_question_about_marks_stands_in_the_profile(report):
    reading = report("001,B,-9,40\n001,C,NA,-9", more="marks: {missing: [-9], not_applicable: [NA]}")
    table = reading.tables["published_figures"]
    assert table["status"].to_list() == ["missing", "not_applicable"]
    assert table["n"].to_list() == [40, None]  # -9 is no number of students
    assert said(reading, "question") == ""


def test_a_number_of_students_that_is_hidden_is_no_number_and_no_fault(report):
    reading = report("001,A,83,*\n001,B,82,s")
    assert reading.tables["published_figures"]["n"].to_list() == [None, None]
    assert reading.left_empty.height == reading.set_aside.height == 0


def test_a_number_of_students_below_zero_that_nobody_explained_sets_the_row_aside(report):
    reading = report("001,A,83,-9\n001,B,82,10")
    assert reading.tables["published_figures"]["subgroup"].to_list() == ["B"]
    assert reading.set_aside["reason"].to_list() == ["The number is below zero."]


def test_commas_in_published_counts_are_asked_about_unless_the_profile_says(report):
    rows = '001,A,"1,137",10'
    assert "Do they part thousands or decimals?" in said(report(rows, unit="number"), "question")
    table = report(rows, unit="number", more='numbers: "1,234.5"').tables["published_figures"]
    assert table["value"].to_list() == [1137.0]


def test_shares_of_one_become_percents_and_the_text_stays(report):
    reading = report("001,A,0.25,10\n001,B,GE0.5,10", printed="{column: Rate, divide_by: 0.01}")
    rows = reading.tables["published_figures"].select("value", "low", "high", "as_published").rows()
    assert rows == [(25.0, 25.0, 25.0, "0.25"), (None, 50.0, 100.0, "GE0.5")]


def test_percents_above_a_hundred_are_kept_and_said(report):
    reading = report("001,A,113.05,10")
    assert reading.tables["published_figures"]["value"].to_list() == [113.05]
    assert "percents above 100, 1 in all: '113.05'" in said(reading, "warning")


def test_cells_written_for_excel_are_the_text_in_them(report):
    reading = report('"=""0010011""",A,83,10')
    assert reading.tables["published_figures"]["place_id"].to_list() == ["0010011"]


def test_two_rows_that_say_different_things_of_one_figure_are_both_set_aside(report):
    reading = report("001,A,83,10\n001,A,84,10\n002,A,50,10")
    assert reading.tables["published_figures"]["place_id"].to_list() == ["002"]
    assert reading.set_aside.height == 2


def test_a_grade_level_that_nobody_understands_does_not_become_all_grade_levels(read):
    header = "DBN,Grade,Year,Category,Number Tested,Mean Scale Score,Level 1 #,Level 1 %,Level 2 #,Level 2 %,Level 3 #,Level 3 %,Level 4 #,Level 4 %,Level 3+4 #,Level 3+4 %"
    cells = "2006,All Students,10,650,1,10,2,20,3,30,4,40,7,70"
    reading = read(
        {"x.csv": f"{header}\n01M001,3,{cells}\n01M001,Sixth form,{cells}\n01M001,All Grades,{cells}\n"}
    )
    table = reading.tables["published_figures"].filter(pl.col("figure") == "mean scale score")
    assert table["grade_level"].to_list() == ["03", None]
    assert reading.set_aside["value"].to_list() == ["Sixth form"]


def test_headers_that_differ_in_a_sign_only_are_two_columns(read):
    header = "DBN,Grade,Year,Category,Number Tested,Mean Scale Score,Level 1 #,Level 1 %,Level 2 #,Level 2 %,Level 3 #,Level 3 %,Level 4 #,Level 4 %,Level 3+4 #,Level 3+4 %"
    reading = read({"x.csv": f"{header}\n01M001,3,2006,All Students,10,650,1,10,2,20,3,30,4,40,7,70\n"})
    got = dict(reading.tables["published_figures"].select("figure", "value").rows())
    assert (got["students at level 1"], got["at level 1"]) == (1.0, 10.0)
    assert (got["students at level 3 or 4"], got["at level 3 or 4"]) == (7.0, 70.0)


def test_a_title_of_one_cell_that_is_a_known_name_is_not_the_row_of_headers(read):
    text = '"Absence, 2013-14"\r\n", Race/Ethnicity"\r\n\r\n"District","Whatever","Something"\r\n"A","b","c"\r\n"D","e","f"\r\n'
    reading = read({"x.csv": text})
    assert "Its headers are: District, Whatever, Something." in said(reading, "question")


def test_a_file_that_does_not_say_its_year_is_asked_about_and_its_name_is_an_answer(read):
    header = "DBN,SCHOOL NAME,Num of SAT Test Takers,SAT Critical Reading Avg. Score,SAT Math Avg. Score,SAT Writing Avg. Score"
    text = f"{header}\n01M292,A school,29,355,404,363\n"
    reading = read({"sat.csv": text})
    assert "which school year it is for" in said(reading, "question")
    assert not reading.tables
    assert set(read({"sat_2011-12.csv": text}).tables["published_figures"]["school_year"]) == {"2011-12"}


def test_places_that_only_a_publisher_knows_do_not_become_the_districts_own(report, read, students):
    reading = report("001,A,83,120\n002,A,90,40")
    assert set(reading.tables) == {"published_figures"}
    district = district_from_frames(reading.tables)
    assert district.schools.empty
    assert district.school_years == []
    both = {**read({"students.csv": students}, school_year="2025-26").tables, **reading.tables}
    assert set(district_from_frames(both).schools["school_id"]) == {"0042", "0043"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("marks: {suppressed: [s], missing: [S]}", "a mark has one meaning"),
        ("marks: {ranges: {low: [40, 0]}}", "the lowest comes first"),
        ("marks: {hidden: [s]}", "hidden"),
    ],
)
def test_marks_that_cannot_be_followed_are_refused_with_the_reason(tmp_path, more, words):
    path = tmp_path / "report.yaml"
    path.write_text(REPORT.format(more=more, unit="percent", printed="Rate"))
    with pytest.raises(WorkbenchError, match=words):
        load_profile(path)


def test_a_profile_for_published_figures_says_where_they_stand(tmp_path):
    path = tmp_path / "report.yaml"
    path.write_text(
        REPORT.format(more="", unit="percent", printed="Rate").replace("as_published", "place_name")
    )
    with pytest.raises(WorkbenchError, match="published figures need `as_published`"):
        load_profile(path)


def test_every_shipped_profile_of_published_figures_says_in_words_what_it_takes():
    from dataworkbench.workspace import shipped

    published = [
        profile
        for profile in load_profiles([shipped("templates") / "profiles"])
        if profile.tables and profile.tables[0].table == "published_figures"
    ]
    assert len(published) >= 10
    assert all(profile.about and profile.source for profile in published)
