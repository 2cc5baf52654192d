"""A survey is told in a few lines; what is told wrongly is said where it stands."""

from __future__ import annotations

import pytest

from dataworkbench.errors import WorkbenchError
from dataworkbench.readers.profiles import Profile, load_profile

FORM = (
    "Timestamp,School,I like math.,Tests make me nervous.\n"
    "9/15/2025 8:01:00,Alder,Agree,strongly agree\n9/15/2025 8:02:00,Alder,Don't know,Disagree\n9/16/2025 8:03:00,Alder,,\n"
)
TOLD = """
name: feelings
title: Feelings
recognise: {has: [Timestamp, I like math.]}
survey:
  role: student
  answers: agreement of 5
  no_answer: [Don't know]
  questions: {all_but: [Timestamp, School]}
  reversed: [Tests make me nervous.]
  topics: {Interest: [I like math.]}
  answered_on: Timestamp
  columns: {school_id: School}
"""


@pytest.fixture
def mappings(tmp_path):
    def put(text: str):
        folder = tmp_path / "mappings"
        folder.mkdir(exist_ok=True)
        (folder / "feelings.yaml").write_text(text)
        return folder

    return put


def test_all_columns_but_some_are_the_questions(read, mappings):
    tables = read({"form.csv": FORM}, profiles=[mappings(TOLD)]).tables
    answers = tables["survey_responses"].sort("item_id", "respondent_id")
    assert answers.select("item_id", "answer").rows() == [
        ("I like math.", 4), ("I like math.", None), ("Tests make me nervous.", 5), ("Tests make me nervous.", 2),
    ]  # fmt: skip
    assert tables["surveys"].row(0)[:3] == ("feelings_2025-26_fall", "student", "Feelings")
    items = {row["item_id"]: row for row in tables["survey_items"].iter_rows(named=True)}
    assert (items["I like math."]["topic"], items["I like math."]["choices"]) == ("Interest", 5)
    assert [items[q]["reversed"] for q in sorted(items)] == [False, True]


def test_a_profile_that_is_written_down_again_still_makes_each_answer_once(mappings):
    profile = load_profile(mappings(TOLD) / "feelings.yaml")
    again = Profile.model_validate(profile.model_dump())
    assert again.tables == profile.tables
    assert [part.table for part in again.tables] == ["survey_responses", "survey_items", "surveys"]


def test_who_answered_nothing_is_set_aside(read, mappings):
    reading = read({"form.csv": FORM}, profiles=[mappings(TOLD)])
    assert reading.set_aside.select("row", "reason").rows() == [
        (4, "There is nothing in this row to take in.")
    ]


def test_an_answer_outside_of_the_scale_is_left_empty_and_listed(read, mappings):
    reading = read({"form.csv": FORM.replace("strongly agree", "Meh")}, profiles=[mappings(TOLD)])
    assert reading.left_empty.select("row", "value").rows() == [(2, "Meh")]


def test_a_row_of_which_nothing_was_understood_is_set_aside_with_what_was_not(read, mappings):
    reading = read({"form.csv": FORM.replace("Disagree", "Meh")}, profiles=[mappings(TOLD)])
    told = reading.set_aside.select("row", "column", "value", "reason").row(0)
    assert told == (3, "Tests make me nervous.", "Meh", "Nobody has explained what this code means.")


def test_short_names_and_own_words_make_the_same_survey(read, mappings):
    told = TOLD.replace("agreement of 5", "[[Strongly disagree], Disagree, Neutral, Agree, Strongly agree]")
    told = told.replace(
        "{all_but: [Timestamp, School]}", "{like: I like math., nervous: [Tests make me nervous.]}"
    )
    told = told.replace("reversed: [Tests make me nervous.]", "reversed: [nervous]")
    tables = read({"form.csv": FORM}, profiles=[mappings(told)]).tables
    assert tables["survey_items"].select("item_id", "wording", "reversed").rows() == [
        ("like", "I like math.", False), ("nervous", "Tests make me nervous.", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("agreement of 5", "agreement of 7"), "there is no scale 'agreement of 7'"),
        (("  role: student\n", ""), "survey > role"),
        (
            ("{all_but: [Timestamp, School]}", "[I like math.]"),
            "there is no question 'Tests make me nervous.'",
        ),
        (("all_but", "all_besides"), "questions"),
    ],
)
def test_a_survey_that_is_told_wrongly_is_said_to_be(mappings, change, words):
    with pytest.raises(WorkbenchError, match=r"feelings\.yaml") as fault:
        load_profile(mappings(TOLD.replace(*change)) / "feelings.yaml")
    assert words in str(fault.value)


def test_a_pattern_may_name_several_parts_of_a_header(read, mappings):
    sheet = "student_local_id,student_last_names_first_names,source_url,K / FALL / LNF,1 / WINTER / ORF,K / WINTER / F&P Level English\n7,x,,12,40,B\n"
    results = (
        read({"sheet.csv": sheet}, school_year="2025-26")
        .tables["results"]
        .sort("assessment_id", "scale_score")
    )
    assert results.select("grade_level", "period", "standard_id", "scale_score", "performance_level").rows() == [
        ("KG", "Winter", None, None, "B"), ("KG", "Fall", "LNF", 12, None), ("01", "Winter", "ORF", 40, None),
    ]  # fmt: skip


def test_a_profile_without_tables_must_say_why(mappings):
    with pytest.raises(WorkbenchError, match="not_taken_because"):
        load_profile(mappings("name: x\ntitle: X\nrecognise: {has: [a, b]}\n") / "feelings.yaml")


def test_a_file_whose_kind_only_its_name_tells_is_asked_for_the_name(read):
    file = "SchoolIdentifier,StudentIdentifier,PercentileRank,CompletedDate,TotalTimeInSeconds,GradeEquivalent\nA,1,50,2025-09-02,5,1.0\n"
    reading = read({"results.csv": file})
    assert "its name does not hold 'star_math'" in reading.notes["message"][0]


def test_observations_in_a_wide_sheet_are_one_row_for_each_element(read):
    sheet = "Visit ID,Date,School ID,Teacher ID,Observer,Rubric,Element 1a,Element 1b\nv1,2025-10-01,A,t1,o1,dtr,3,\nv2,2025-10-02,A,t1,o1,dtr,2,4\n"
    seen = read({"sheet.csv": sheet}).tables["observations"].sort("visit_id", "element_id")
    assert seen.select("visit_id", "element_id", "score").rows() == [
        ("v1", "1a", 3),
        ("v2", "1a", 2),
        ("v2", "1b", 4),
    ]


def test_signs_between_the_parts_of_a_pattern_are_meant_where_there_are_several(read):
    sheet = "student_local_id,student_last_names_first_names,source_url,K / FALL / LNF\n7,1,2,12\n"
    results = read({"sheet.csv": sheet}, school_year="2025-26").tables["results"]
    assert results["standard_id"].to_list() == ["LNF"]
