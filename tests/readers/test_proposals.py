"""What is proposed for files that nobody knows, what stands in the way of a draft, and the profile made of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from dataworkbench.errors import FileRefusedError, NoSuchNameError, WorkbenchError
from dataworkbench.readers import load_profiles
from dataworkbench.readers.drafting import (
    Draft,
    Known,
    ProfileThereError,
    Source,
    as_profile,
    described,
    first_draft,
    problems,
    ready,
    save_profile,
    source_of,
    to_look_at,
    trial,
)
from dataworkbench.readers.profiles import load_profile
from dataworkbench.workspace import Settings

TODAY = dt.date(2026, 11, 22)
REFERRALS = (
    "Referral No,Pupil,Campus,Occurred,What Happened,Consequence Given,Days Out\n"
    "R-1,00123,Alder,13/10/2025,Fighting,Detention,0\n"
    "R-2,00124,Alder,14/10/2025,Defiance,Call home,0\n"
    "R-3,00125,Birch,15/10/2025,Fighting,Suspension,two\n"
)
MARKS = "Perm ID,Site,Att Day,Mark\n00123,0042,2025-09-02,P\n00124,0042,2025-09-02,A\n00125,0043,2025-09-02,X\n00123,0042,2025-09-03,T\n"
SCORES = (
    "Local Student Number,Last,First,Gr,Test Window,Content Area,Date Taken,RIT,Natl Pct Rank,Placement\n"
    "00123,Nguyen,An,3,Fall,Math,9/14/2025,190,45,On level\n00124,Roe,Sam,3,Fall,Math,9/15/2025,201,61,Above\n"
)
SURVEY = (
    "Timestamp,My child feels safe at school,Teachers tell me how my child is doing,My child is often bored\n"
    "10/13/2025 9:00:00,Agree,Strongly agree,Disagree\n10/14/2025 9:10:00,Disagree,,Agree\n10/15/2025 9:10:00,Neutral,Agree,Strongly disagree\n"
)
SEASONS = "Pupil No,Building,Fall Score,Winter Score,Spring Score\n00123,Alder,210,214,220\n00124,Alder,190,N/A,200\n"
STUDENTS = (
    "Stu ID,Surname,Forename,Campus Code,Gr,Birthday,Gender,Lunch Status\n"
    "00123,Nguyen,An,0042,3,2015-02-11,F,Free\n00124,Roe,Sam,0042,K,2019-05-01,M,Paid\n"
)


def roster() -> dict[str, pl.DataFrame]:
    ids = ["00123", "00124", "00125"]
    return {
        "students": pl.DataFrame({"student_id": ids, "school_year": ["2025-26"] * 3}),
        "schools": pl.DataFrame({"school_id": ["S1", "S2"], "school_name": ["Alder", "Birch Middle"]}),
        "enrollments": pl.DataFrame(
            {"student_id": ids, "school_id": ["S1", "S1", "S2"], "school_year": ["2025-26"] * 3}
        ),
    }


def known(tables: dict[str, pl.DataFrame] | None = None, *folders: Path, **settings: str) -> Known:
    return Known(Settings(**{"school_year": "2025-26", **settings}), folders, tables or {}, today=TODAY)


@pytest.fixture
def write(tmp_path: Path):
    def keep(text: str, name: str = "export.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return keep


def headers(draft: Draft) -> dict[str, str]:
    return {name: source.header for name, source in draft.columns.items() if source.how == "header"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [(REFERRALS, "incidents"), (MARKS, "attendance"), (SCORES, "results"), (SURVEY, "surveys"), (SEASONS, "results"), (STUDENTS, "students")],
)  # fmt: skip
def test_the_kind_of_an_unknown_file_is_told_by_its_headers(write, text, kind) -> None:
    assert first_draft(write(text), known()).kind_name == kind


def test_each_column_of_a_file_of_referrals_is_found_under_its_odd_name(write) -> None:
    draft = first_draft(write(REFERRALS), known())
    assert headers(draft) == {
        "incident_id": "Referral No", "student_id": "Pupil", "school_id": "Campus", "date": "Occurred",
        "behavior": "What Happened", "days_removed": "Days Out",
    }  # fmt: skip
    assert draft.source("school_year") == Source("year of", "Occurred")


def test_a_header_that_only_sounds_alike_is_named_and_not_used(write) -> None:
    draft = first_draft(write(REFERRALS), known())
    (row,) = [row for row in described(draft)["columns"] if row["column"] == "action"]
    assert draft.source("action").how == "nothing"
    assert row["perhaps"] == "the column 'Consequence Given'"
    assert row["sure"] == "a guess"


def test_test_results_are_found_among_names_and_demographics(write) -> None:
    found = headers(first_draft(write(SCORES), known()))
    assert found["scale_score"] == "RIT"
    assert found["student_id"] == "Local Student Number"
    assert found["test_date"] == "Date Taken"
    assert found["grade_level"] == "Gr"
    assert "Last" not in found.values()


def test_the_meaning_of_a_code_is_taken_from_other_profiles_and_asked_where_none_has_it(write) -> None:
    draft = first_draft(write(MARKS), known())
    assert dict(draft.source("absent").codes) == {"P": "0", "A": "1", "T": "0", "X": None}
    assert [one.sentence for one in problems(draft, TODAY)] == [
        "Nobody has said what these mean for 'attendance code': 'X'."
    ]
    assert problems(draft.with_code("absent", "X", "0.5"), TODAY) == ()


@pytest.mark.parametrize("header", ["Gr", "Grade", "Grade Level"])
def test_a_grade_level_that_can_be_read_is_not_turned_into_another_by_a_profile(write, header) -> None:
    """Some tests number the grade levels from 2 for grade 7; a 4 under the header of another file is grade 4."""
    text = f"Student ID,{header},Score\n00123,4,190\n00124,5,200\n00125,K,180\n"
    found = trial(first_draft(write(text), known(), kind="results"), write(text), known())
    assert found.first["results"]["grade_level"].to_list() == ["04", "05", "KG"]


def test_a_number_that_one_profile_explains_is_asked_about_elsewhere(write) -> None:
    """One system writes 13 for kindergarten; in the next it is a year after grade 12."""
    text = "Student ID,School ID,Entry Date,Gr\n00123,0042,2025-09-02,13\n00124,0042,2025-09-02,K\n"
    draft = first_draft(write(text), known(), kind="enrollments")
    assert dict(draft.source("grade_level").codes).get("13") != "KG"


def test_other_scores_of_a_single_season_are_not_taken_for_all_seasons(write) -> None:
    text = (
        SEASONS.replace("Spring Score\n", "Spring Score,Fall Level\n")
        .replace("220\n", "220,Low\n")
        .replace("200\n", "200,On\n")
    )
    said = first_draft(write(text, "our_test.csv"), known()).suggestions
    assert "performance_level" not in said


def test_what_a_form_adds_to_the_name_of_its_file_is_left_out(write) -> None:
    draft = first_draft(write(SURVEY, "Family Survey (Responses) - Form Responses 1.csv"), known())
    assert (draft.title, draft.name) == ("Family survey", "family_survey")


def test_a_word_in_the_name_of_the_file_tells_what_it_is(write) -> None:
    text = "Ref #,Perm No,Bldg,When it occurred,Resp. Given\nD1,00123,Alder,9/30/2025,Detention\n"
    assert first_draft(write(text, "hall_discipline.csv"), known()).kind_name == "incidents"


def test_an_x_is_not_taken_for_an_excuse_because_it_can_mean_yes_elsewhere(write) -> None:
    assert first_draft(write(MARKS), known()).source("excused").how == "nothing"


def test_a_column_of_the_rosters_students_is_found_whatever_its_header(write) -> None:
    text = REFERRALS.replace("Pupil", "Wer")
    assert "student_id" not in headers(first_draft(write(text), known()))
    draft = first_draft(write(text), known(roster()))
    assert headers(draft)["student_id"] == "Wer"
    assert draft.suggestions["student_id"].sure == "likely"
    assert (
        "100% of what stands under it are students of the roster" in draft.suggestions["student_id"].because
    )


def test_a_header_with_the_right_name_and_others_students_is_only_a_guess(write) -> None:
    text = REFERRALS.replace("00123", "9001").replace("00124", "9002").replace("00125", "9003")
    said = first_draft(write(text), known(roster())).suggestions["student_id"]
    assert said.sure == "a guess"
    assert "but 0%" in said.because


def test_schools_that_the_roster_does_not_have_are_asked_about(write) -> None:
    draft = first_draft(write(REFERRALS), known(roster()))
    assert dict(draft.source("school_id").codes) == {"Alder": "S1", "Birch": None}
    whole = draft.with_code("school_id", "Birch", "S2").with_source("action", Source())
    found = trial(whole.with_code("days_removed", "two", "2"), write(REFERRALS), known(roster()))
    assert found.first["incidents"]["school_id"].to_list() == ["S1", "S1", "S2"]
    assert found.first["incidents"]["days_removed"].to_list() == [0, 0, 2]


def test_an_ambiguous_date_is_asked_about_and_one_clear_date_answers(write) -> None:
    unclear = REFERRALS.replace("13/10", "3/10").replace("14/10", "4/10").replace("15/10", "5/10")
    draft = first_draft(write(unclear), known()).with_code("days_removed", "two", "2")
    assert [one.column for one in problems(draft, TODAY)] == ["dates"]
    assert problems(draft.answered(dates="day first"), TODAY) == ()
    found = trial(draft.answered(dates="day first"), write(unclear), known())
    assert found.first["incidents"]["date"].to_list()[0] == dt.date(2025, 10, 3)


def test_the_questions_of_a_survey_become_rows_and_its_words_become_numbers(write) -> None:
    path = write(SURVEY, "family_survey.csv")
    draft = first_draft(path, known())
    assert [item.header for item in draft.items] == SURVEY.splitlines()[0].split(",")[1:]
    assert dict(draft.source("answer").codes)["Strongly agree"] == "5"
    assert draft.source("role") == Source("always", "family")
    assert "role" in [one.column for one in to_look_at(draft)]
    found = trial(draft.with_item("My child is often bored", turned=True), path, known())
    assert (found.read, found.kept, found.aside) == (3, 3, 0)
    assert found.rows == {"survey_responses": 9, "survey_items": 3, "surveys": 1}
    assert found.first["survey_items"].filter(pl.col("wording") == "My child is often bored")["reversed"].to_list() == [True]  # fmt: skip
    assert found.first["surveys"]["survey_id"].to_list() == ["family_survey_2025-26_fall"]


def test_a_question_that_is_left_out_makes_no_row(write) -> None:
    path = write(SURVEY, "family_survey.csv")
    draft = first_draft(path, known()).with_item("My child is often bored", used=False)
    assert trial(draft, path, known()).rows["survey_responses"] == 6


def test_one_score_for_each_time_of_the_year_becomes_a_row_each(write) -> None:
    path = write(SEASONS, "our_test.csv")
    found = trial(first_draft(path, known()), path, known())
    rows = (
        found.first["results"]
        .sort("student_id", "scale_score")
        .select("student_id", "period", "scale_score")
        .rows()
    )
    assert rows == [
        ("00123", "Fall", 210), ("00123", "Winter", 214), ("00123", "Spring", 220), ("00124", "Fall", 190), ("00124", "Spring", 200),
    ]  # fmt: skip


def test_a_list_of_students_fills_three_tables_and_its_lunch_codes_are_explained_by_other_profiles(
    write,
) -> None:
    path = write(STUDENTS)
    draft = first_draft(path, known())
    assert [one.column for one in problems(draft, TODAY)] == []
    assert dict(draft.source("economic_disadvantage").codes) == {"Free": "Yes", "Paid": "No"}
    found = trial(draft, path, known())
    assert found.rows == {"students": 2, "identities": 2, "enrollments": 2}
    assert found.first["students"]["economic_disadvantage"].to_list() == ["Yes", "No"]
    assert found.first["enrollments"]["grade_level"].to_list() == ["03", "KG"]


def test_a_header_that_is_used_twice_is_a_problem_except_where_both_can_come_from_it(write) -> None:
    draft = first_draft(write(MARKS), known()).with_code("absent", "X", "1")
    assert draft.source("code").header == draft.source("absent").header == "Mark"
    assert problems(draft, TODAY) == ()
    twice = draft.with_source("school_id", Source("header", "Perm ID"))
    assert "The header 'Perm ID' is used for" in problems(twice, TODAY)[0].sentence


def test_a_required_column_without_a_source_is_named_with_its_meaning(write) -> None:
    draft = first_draft(write(MARKS), known()).with_source("date", Source())
    assert "Nothing is chosen for 'date' (The day). It is needed." in [
        one.sentence for one in problems(draft, TODAY)
    ]


def test_a_missing_school_is_no_problem_where_the_roster_can_fill_it_in(write) -> None:
    alone = first_draft(write(MARKS), known()).with_source("school_id", Source())
    assert "school_id" in [one.column for one in problems(alone, TODAY)]
    with_roster = first_draft(write(MARKS), known(roster())).with_source("school_id", Source())
    assert "school_id" not in [one.column for one in problems(with_roster, TODAY)]


def test_a_text_that_cannot_stand_for_a_column_is_a_problem(write) -> None:
    draft = first_draft(write(SURVEY), known()).with_source("role", Source("always", "parents"))
    assert any("It can be student, family, staff." in one.sentence for one in problems(draft, TODAY))


def test_a_draft_with_a_problem_cannot_be_tried(write) -> None:
    path = write(MARKS)
    with pytest.raises(WorkbenchError, match=r"cannot be tried yet. Nobody has said"):
        trial(first_draft(path, known()), path, known())


def test_a_file_without_headers_is_refused_with_what_to_do(write) -> None:
    with pytest.raises(FileRefusedError, match="no row of headers"):
        first_draft(write('"SPA-310","101","9"\n"SPA-310","102","9"\n'), known())


def test_a_header_that_is_not_there_is_answered_with_those_that_are(write) -> None:
    with pytest.raises(NoSuchNameError, match="Perm ID"):
        first_draft(write(MARKS), known()).with_source("date", Source("header", "Day"))


def test_a_password_is_not_shown_as_a_sample(write) -> None:
    draft = first_draft(write("Pupil,Password,Score,Test Date\n00123,hunter2,1,2025-09-02\n"), known())
    assert "hunter2" not in str(described(draft))


def test_a_column_of_the_rosters_schools_is_found_whatever_its_header(write) -> None:
    text = REFERRALS.replace("Campus", "Woher").replace("Birch", "Birch Middle")
    assert headers(first_draft(write(text), known(roster())))["school_id"] == "Woher"


MARKED = "id,student_id,section_id,school_year,term_id,numeric_grade_earned,alpha_grade_earned,is_final_grade\nm1,st1,sec1,2021,t1,60,D,No\nm2,st2,sec1,2021,t1,86,B,No\n"


def test_the_name_of_our_own_column_goes_before_every_other_header(write) -> None:
    assert headers(first_draft(write(MARKED), known()))["student_id"] == "student_id"
    both = "LASID,Student ID,Attendance Date,Attendance Code\n9,00123,2025-09-02,A\n8,00124,2025-09-02,P\n"
    assert headers(first_draft(write(both), known()))["student_id"] == "Student ID"


def test_what_one_profile_says_of_a_common_header_is_a_guess_elsewhere(write) -> None:
    said = first_draft(write(MARKED.replace("student_id,", "who,")), known()).suggestions["student_id"]
    assert (said.source.header, said.sure) == ("id", "a guess")


def test_a_common_header_is_more_than_a_guess_where_its_cells_are_the_rosters_students(write) -> None:
    ours = MARKED.replace("student_id,", "who,").replace("m1", "00123").replace("m2", "00124")
    said = first_draft(write(ours), known(roster())).suggestions["student_id"]
    assert (said.source.header, said.sure) == ("id", "likely")


def test_codes_that_one_profile_takes_for_the_names_of_tests_teach_no_header(write) -> None:
    draft = first_draft(write(MARKED), known())
    assert "is_final_grade" in draft.unused_headers
    assert draft.source("assessment_id") == Source("always", "export")


def test_a_header_that_most_profiles_take_for_something_else_is_only_a_guess(write) -> None:
    text = "SIS ID,Name,Level\n10001,Alder,Elementary\n10002,Birch,Middle\n"
    said = first_draft(write(text), known(), kind="schools").suggestions["school_id"]
    assert (said.source.header, said.sure) == ("SIS ID", "a guess")


def test_a_number_of_students_is_no_student_number(write) -> None:
    text = "School Code,Number of Students,Average Class Size,Score\n0042,316,17.7,44\n0043,313,18.1,51\n"
    found = headers(first_draft(write(text), known(), kind="results"))
    assert not {"student_id", "section_id"} & set(found)


def test_numbers_beyond_a_hundred_are_no_percentiles(write) -> None:
    text = "Student ID,Percentile Rank,Score\n00123,67628667818177,190\n00124,67753873505260,200\n"
    assert "percentile" not in headers(first_draft(write(text), known(), kind="results"))
    right = text.replace("67628667818177", "67").replace("67753873505260", "n/a")
    assert headers(first_draft(write(right), known(), kind="results"))["percentile"] == "Percentile Rank"


def test_the_year_of_graduation_is_not_the_school_year(write) -> None:
    text = STUDENTS.replace("Lunch Status", "Graduation Year").replace("Free", "2034").replace("Paid", "2037")
    assert first_draft(write(text), known()).source("school_year") == Source("this year")


def test_what_is_different_in_nearly_every_row_is_no_test(write) -> None:
    rows = "".join(f"00{n},{n}f00-aa{n},{200 + n}\n" for n in range(100, 120))
    said = first_draft(write("Student ID,Test,Scale Score\n" + rows), known()).suggestions["assessment_id"]
    assert said.sure == "a guess"
    assert "nearly every row has another one" in said.because


@pytest.mark.outside_data
@pytest.mark.parametrize(
    ("file", "kind", "columns"),
    [
        ("sis_fixtures/fixtures__fake_behavior_export.csv", "incidents", {"student_id": "local_id", "behavior": "incident_code", "date": "event_date"}),
        ("sis_fixtures/fixtures__fake_students_export.csv", "students", {"student_id": "local_id", "birth_date": "date_of_birth", "grade_level": "grade"}),
        ("sis_fixtures/fixtures__fake_student_services_file.csv", "enrollments", {"student_id": "LASID", "entry_date": "Start Date"}),
        ("sis_fixtures/importers__star__star_math_v2.csv", "results", {"student_id": "StudentIdentifier", "percentile": "PercentileRank", "test_date": "CompletedDate"}),
        ("attendance/contoso_batch1_studentsectionmark.csv", "results", {"section_id": "section_id", "student_id": "student_id"}),
        ("survey/math_anxiety_scale.csv", "surveys", {}),
    ],
)  # fmt: skip
def test_files_of_others_that_have_no_profile_are_taken_for_what_they_are(
    outside, file, kind, columns
) -> None:
    draft = first_draft(
        outside / file, known(), kind="" if file != "sis_fixtures/importers__star__star_math_v2.csv" else kind
    )
    assert draft.kind_name == kind
    assert headers(draft).items() >= columns.items()


# what is kept


def referrals(write) -> Draft:
    return first_draft(write(REFERRALS, "hall_referrals.csv"), known()).with_code("days_removed", "two", "2")


def test_the_profile_is_one_that_a_person_can_read_and_the_readers_take(write, tmp_path) -> None:
    path = save_profile(ready(referrals(write), known()), tmp_path / "mappings")
    text = path.read_text(encoding="utf-8")
    assert "# Not taken in: Consequence Given" in text
    assert 'student_id: "Pupil"' in text
    taken = {"Referral No", "Pupil", "Campus", "Occurred", "What Happened", "Days Out"}
    assert taken <= set(load_profile(path).recognise.has)


def test_words_that_yaml_would_read_as_something_else_stay_text(write, tmp_path) -> None:
    text = "Pupil,Site,Day,Mark\n00123,010,2025-09-02,NO\n00124,010,2025-09-02,010\n00125,010,2025-09-03,~\n"
    draft = first_draft(write(text), known(), kind="attendance")
    draft = draft.with_source("absent", source_of(draft, "absent", "header:Mark", known().guide()))
    for code, meaning in (("NO", "0"), ("010", "1"), ("~", "0.5")):
        draft = draft.with_code("absent", code, meaning)
    path = save_profile(draft, tmp_path / "mappings")
    assert all(f'"{word}"' in path.read_text(encoding="utf-8") for word in ("NO", "010", "~"))
    (part,) = load_profile(path).tables
    assert part.columns["absent"].values == {"NO": "0", "010": "1", "~": "0.5"}


def test_a_profile_of_the_same_name_is_not_overwritten_unless_that_was_said_and_is_then_kept_beside(
    write, tmp_path
) -> None:
    folder = tmp_path / "mappings"
    first = save_profile(referrals(write), folder)
    before = first.read_bytes()
    with pytest.raises(ProfileThereError) as there:
        save_profile(referrals(write).named(title="Another"), folder)
    assert there.value.free == "hall_referrals_2"
    assert first.read_bytes() == before
    save_profile(referrals(write).named(title="Another"), folder, replace=True)
    assert (folder / "hall_referrals.yaml.bak").read_bytes() == before
    assert load_profile(first).title == "Another"
    assert sorted(path.name for path in folder.iterdir()) == [
        "hall_referrals.yaml",
        "hall_referrals.yaml.bak",
    ]


def test_a_profile_that_was_kept_reads_next_years_file_by_itself(write, tmp_path, read) -> None:
    folder = tmp_path / "mappings"
    save_profile(ready(referrals(write), known()), folder)
    next_year = REFERRALS.replace("2025", "2026").replace("two", "1")
    reading = read({"referrals_26.csv": next_year}, profiles=[folder])
    assert reading.files["recognised_as"].to_list() == ["Hall referrals"]
    assert reading.tables["incidents"].height == 3


def test_a_file_that_is_known_already_gets_a_profile_that_goes_before(write, tmp_path, read) -> None:
    text = "Student ID,Days Enrolled,Days Absent,School ID,School Year,Note\n00123,90,4,S1,2025-26,x\n"
    draft = first_draft(write(text), known())
    assert "known already, as 'Attendance totals'" in draft.notes[0]
    draft = draft.with_source("school_id", Source("always", "S1")).with_source(
        "school_year", Source("this year")
    )
    draft = draft.with_source("grade_level", Source())
    assert len(draft.used_headers) == 3  # as many as the other profile asks for, so that both would fit
    save_profile(ready(draft.named(name="ours", title="Ours"), known()), tmp_path / "mappings")
    assert read({"a.csv": text}, profiles=[tmp_path / "mappings"]).files["recognised_as"].to_list() == [
        "Ours"
    ]


def test_the_profile_of_a_small_file_does_not_take_the_vendors_files(write, tmp_path) -> None:
    text = "Student ID,School ID,Date\n00123,S1,2025-09-02\n"
    draft = first_draft(write(text), known(), kind="attendance").with_source("absent", Source("always", "1"))
    path = save_profile(ready(draft, known()), tmp_path / "mappings")
    mine = load_profile(path)
    wider = [
        profile for profile in load_profiles([Path(__file__).parents[2] / "templates" / "profiles"])
        if set(mine.recognise.has) <= set(profile.recognise.has)
    ]  # fmt: skip
    assert all(len(profile.recognise.has) > len(mine.recognise.has) for profile in wider)


def test_a_damaged_profile_of_the_district_is_said_to_be_and_nothing_is_proposed(write, tmp_path) -> None:
    folder = tmp_path / "mappings"
    folder.mkdir()
    (folder / "bad.yaml").write_text("name: [", encoding="utf-8")
    with pytest.raises(WorkbenchError, match=r"bad\.yaml"):
        first_draft(write(MARKS), known(None, folder))


def test_the_text_of_a_profile_says_what_one_row_is(write) -> None:
    assert "# one row is one student's part in one incident" in as_profile(referrals(write))


def test_a_code_of_a_column_that_nothing_is_chosen_for_is_answered_with_what_to_say_first(write) -> None:
    draft = first_draft(write("Pupil,Att Day,What\n00123,2025-09-02,X\n"), known(), kind="attendance")
    with pytest.raises(WorkbenchError, match=r"Nothing is chosen for 'absent' yet.*--set absent=HEADER"):
        draft.with_code("absent", "X", "0.5")


def test_of_two_usual_names_the_one_that_is_ours_is_taken(write) -> None:
    text = "id,student_id,section_id,school_year,numeric_grade_earned,alpha_grade_earned\nm1,00123,s1,2021,92,A\nm2,00124,s1,2021,93,A\n"
    assert headers(first_draft(write(text), known()))["student_id"] == "student_id"
