"""A file is known by its set of headers; where two kinds fit, or none, a question is asked."""

from __future__ import annotations

import polars as pl
import pytest

from dataworkbench.errors import WorkbenchError
from dataworkbench.readers import load_profiles
from dataworkbench.readers.headers import find_header, fold
from dataworkbench.readers.ledger import ROW
from dataworkbench.readers.oneroster.files import NEEDED
from dataworkbench.readers.profiles import load_profile
from dataworkbench.readers.recognise import recognise
from dataworkbench.readers.texttable import TextTable
from dataworkbench.schemas import TABLES
from dataworkbench.workspace import shipped

SHIPPED = load_profiles([shipped("templates") / "profiles"])

MINE = """
name: {name}
title: {title}
recognise:
  has: [pupil, mark, on]
tables:
  - table: results
    columns:
      student_id: pupil
      school_year: {{school_year_of: on}}
      assessment_id: {{always: ours}}
      test_date: on
      scale_score: mark
"""


@pytest.fixture
def mappings(tmp_path):
    folder = tmp_path / "mappings"
    folder.mkdir()

    def put(**profiles: str):
        for name, text in profiles.items():
            (folder / f"{name}.yaml").write_text(text)
        return folder

    return put


def messages(reading, level):
    return " ".join(reading.notes.filter(pl.col("level") == level)["message"].to_list())


def test_no_two_shipped_profiles_ask_for_the_same_headers():
    asked = {}
    for profile in SHIPPED:
        key = (frozenset(map(fold, profile.recognise.has)), profile.recognise.file_name)
        assert key not in asked, (profile.name, asked.get(key))
        asked[key] = profile.name


@pytest.mark.parametrize("profile", SHIPPED, ids=lambda profile: profile.name)
def test_a_shipped_profile_fills_the_keys_that_cannot_be_empty(profile):
    can_be_found_elsewhere = {("attendance_totals", "school_id"), ("results", "school_id")}
    if profile.name == "sds1_teacher_roster":  # Section.csv tells of the class
        can_be_found_elsewhere = {("sections", "school_id"), ("sections", "school_year")}
    for part in profile.tables:
        required = {column.name for column in TABLES[part.table].columns if column.required}
        missing = {
            name for name in required - set(part.columns) if (part.table, name) not in can_be_found_elsewhere
        }
        assert not missing, (part.table, missing)


@pytest.mark.parametrize("profile", SHIPPED, ids=lambda profile: profile.name)
def test_levels_of_a_shipped_profile_belong_to_its_assessments_and_stand_in_order(profile):
    for assessment in {level.assessment_id for level in profile.levels}:
        levels = [level for level in profile.levels if level.assessment_id == assessment]
        assert [level.order for level in levels] == list(range(1, len(levels) + 1))
        assert [level.proficient for level in levels] == sorted(level.proficient for level in levels)
        assert assessment in {one.assessment_id for one in profile.assessments}


def header_row(profile, *, every_spelling):
    """All headers that a profile speaks of, but those that it says must not be there."""
    names = dict.fromkeys(profile.recognise.has)
    for part in profile.tables:
        for rule in part.columns.values():
            columns = rule.column if every_spelling else rule.column[:1]
            names |= dict.fromkeys(name for name in (*columns, *rule.together) if "{" not in name)
        if part.for_each is not None:
            names |= dict.fromkeys(item.header[0] for item in part.for_each.items)
            names |= dict.fromkeys([part.for_each.pattern.replace("{item}", "Some")])
    barred = {fold(name) for name in profile.recognise.lacks}
    once = {fold(name): name for name in names if name and fold(name) not in barred}
    return list(once.values())


@pytest.mark.parametrize("every_spelling", [False, True], ids=["first", "every"])
@pytest.mark.parametrize("profile", [one for one in SHIPPED if not one.headers], ids=lambda one: one.name)
def test_a_file_with_the_headers_of_a_shipped_profile_is_recognised_as_that_and_nothing_else(
    profile, every_spelling
):
    headers = header_row(profile, every_spelling=every_spelling)
    name = f"{profile.recognise.file_name or 'export'}.csv"
    changes = (list, reversed, lambda names: [one.upper().replace(" ", "_") for one in names])
    for change in changes:
        frame = pl.DataFrame({ROW: [1], **{one: ["1"] for one in change(headers)}})
        known = recognise(TextTable(name, frame, 1), SHIPPED)
        of_a_roster = profile.name.startswith("sds2_") and known.system == "Microsoft SDS v2.1"
        assert known.profile is profile or of_a_roster


@pytest.mark.parametrize(
    "headers",
    [
        "School,Grade,Teacher,Score",
        "School Year,School Name,Student Primary ID,Fluidez",
        "student_id,school_id,grade,female,frpl",
        "school_id,student_id,course,mark",
        "Student ID,Grade,Date",
    ],
)
def test_common_headers_alone_never_make_a_file_look_like_a_known_kind(read, headers):
    reading = read({"x.csv": f"{headers}\n" + ",".join("abcdef"[: headers.count(",") + 1]) + "\n"})
    assert "looks like" not in " ".join(reading.notes["message"])
    assert "Nobody has told the workbench" in messages(reading, "question")


def test_a_file_that_is_as_like_to_one_kind_as_to_another_is_said_to_be_like_both(read, mappings):
    other = MINE.replace("mark, on]", "score, when]").replace("mark", "score").replace(": on", ": when")
    folder = mappings(
        a=MINE.format(name="a", title="Ours, one").replace("[pupil, mark, on]", "[pupil, mark, on, room]"),
        b=other.format(name="b", title="Ours, two").replace("[pupil, score", "[pupil, mark, on, hall, score").replace(", score, when]", "]"),
    )  # fmt: skip
    reading = read({"x.csv": "pupil,mark,on\n7,411,2026-03-04\n"}, profiles=[folder])
    said = messages(reading, "refused")
    assert "'Ours, one', but it lacks the column 'room'" in said
    assert "'Ours, two', but it lacks the column 'hall'" in said


def test_a_file_whose_name_alone_is_amiss_is_told_so(read):
    file = "SchoolIdentifier,StudentIdentifier,PercentileRank,CompletedDate,TotalTimeInSeconds,GradeEquivalent\nA,7,70,2015-01-21,600,1.00\n"
    assert "its name does not hold 'star_math'" in messages(read({"x.csv": file}), "question")


def test_a_files_headers_may_stand_in_any_order(read):
    reading = read({"x.csv": "scale_score,Test Date,SUBJECT,student id\n411,2026-03-04,math,7\n"})
    assert reading.tables["results"].select("student_id", "scale_score").row(0) == ("7", 411.0)


def test_an_unknown_file_is_asked_about_and_all_its_rows_are_counted(read):
    reading = read({"x.csv": "alpha,beta\n1,2\n3,4\n"})
    assert "alpha, beta" in messages(reading, "question")
    assert reading.files.select("rows_read", "rows_kept", "rows_set_aside").row(0) == (2, 0, 2)


def test_a_file_without_headers_is_asked_about(read):
    reading = read({"x.csv": "7,2026-03-04,411\n8,2026-03-04,400\n"})
    assert "no row of headers" in messages(reading, "question")


def test_two_profiles_that_fit_equally_well_leave_the_question_open(read, mappings):
    folder = mappings(a=MINE.format(name="a", title="Ours, one"), b=MINE.format(name="b", title="Ours, two"))
    reading = read({"x.csv": "pupil,mark,on\n7,411,2026-03-04\n"}, profiles=[folder])
    assert "could be 'Ours, one' or 'Ours, two'" in messages(reading, "question")
    assert not reading.tables


def test_a_profile_of_the_district_goes_before_the_shipped_one_of_the_same_name(read, mappings):
    text = (
        (shipped("templates") / "profiles" / "results_plain.yaml")
        .read_text()
        .replace("district_test", "our_test")
    )
    reading = read(
        {"x.csv": "student_id,subject,test_date,scale_score\n7,math,2026-03-04,411\n"},
        profiles=[mappings(mine=text)],
    )
    assert reading.tables["results"]["assessment_id"].to_list() == ["our_test"]


def test_a_question_is_answered_in_a_profile(read, mappings):
    text = (shipped("templates") / "profiles" / "students_plain.yaml").read_text()
    answered = text.replace(
        "race_ethnicity: race", "race_ethnicity: {column: race, values: {2+: Two or more races, W: White}}"
    )
    file = {"x.csv": "student_id,last_name,first_name,school_id,grade,race\n1,A,B,7,03,2+\n2,C,D,7,03,w\n"}
    assert "'2+'" in messages(read(file, school_year="2025-26"), "question")
    reading = read(file, school_year="2025-26", profiles=[mappings(mine=answered)])
    assert reading.tables["students"]["race_ethnicity"].to_list() == ["Two or more races", "White"]
    assert messages(reading, "question") == ""


def test_yaml_words_are_what_people_mean(mappings):
    text = (
        MINE.format(name="no", title="Norway") + "only_rows: {where: {mark: [NO, 010, TRUE]}, because: so}\n"
    )
    profile = load_profile(mappings(mine=text) / "mine.yaml")
    assert profile.only_rows.where["mark"] == (
        "NO",
        "10",
        "True",
    )  # YAML 1.1 would make these False, 8 and True


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("table: results", "table: marks"), "there is no table 'marks'"),
        (("scale_score: mark", "score: mark"), "has no column 'score'"),
        (("title: Ours", "titel: Ours"), "titel"),
        (("tables:", "tables: ["), "cannot be read as YAML"),
    ],
)
def test_a_profile_that_cannot_be_followed_says_where(mappings, change, words):
    with pytest.raises(WorkbenchError, match=r"mine\.yaml") as fault:
        load_profile(mappings(mine=MINE.format(name="mine", title="Ours").replace(*change)) / "mine.yaml")
    assert words in str(fault.value)


def test_headers_are_found_under_a_title_by_the_words_that_are_known():
    rows = [["Lincoln School District"], ["as of", "9/1/2026"], ["student_id", "grade"], ["00123", "03"]]
    assert find_header(rows, {"studentid", "grade"}) == 2


def test_the_telling_headers_of_oneroster_files_tell_them_apart():
    for kind, needed in NEEDED.items():
        wider = [other for other, theirs in NEEDED.items() if other != kind and set(needed) == set(theirs)]
        assert not wider, (kind, wider)


@pytest.mark.parametrize(
    "name", ["Student.csv", "Section.csv", "School.csv", "Teacher.csv", "StudentEnrollment.csv"]
)
@pytest.mark.outside_data
def test_files_of_school_data_sync_are_told_from_oneroster(outside, name):
    from dataworkbench.readers import read_files
    from dataworkbench.workspace import Settings

    path = outside / "oneroster" / "microsoft_sds_v1_100users" / name
    reading = read_files([path], settings=Settings(school_year="2017-18"), profile_folders=[])
    assert reading.files["recognised_as"][0].startswith("Microsoft SDS v1")
    assert reading.files["rows_set_aside"][0] == 0
    assert all(
        "P@ssw" not in frame.write_csv()
        for frame in [*reading.tables.values(), reading.notes, reading.set_aside]
    )


def test_clever_files_are_read_as_a_roster(read):
    files = {
        "schools.csv": "School_id,School_name,School_number,State_id\n7,Alder Elementary,7,0042\n",
        "students.csv": "School_id,Student_id,Student_number,State_id,Last_name,Middle_name,First_name,Gender,Dob,Grade,Race,Hispanic_Latino,Ell_status,Password\n7,100,00123,99,Nguyen,,An,F,02/28/2015,0,A,N,Y,hunter2\n",
        "teachers.csv": "School_id,Teacher_id,Teacher_number,State_teacher_id,Last_name,Middle_name,First_name,Teacher_email,Title\n7,900,1,2,Lee,,Pat,p@example.org,\n",
        "sections.csv": "School_id,Section_id,Teacher_id,Name,Grade,Course_name,Period,Term_name,Term_start,Term_end\n7,S1,900,Maths A,0,Mathematics,1,Year,08/18/2025,06/05/2026\n",
        "enrollments.csv": "School_id,Student_id,Section_id\n7,100,S1\n",
    }
    reading = read(files, school_year="2025-26")
    assert reading.files["recognised_as"].str.starts_with("Clever").all()
    assert reading.files["rows_set_aside"].sum() == 0
    enrolled = reading.tables["enrollments"].row(0, named=True)
    assert (enrolled["student_id"], enrolled["school_id"], enrolled["grade_level"]) == ("100", "7", "KG")
    assert reading.tables["students"]["race_ethnicity"].to_list() == ["Asian"]
    assert reading.tables["staff"]["staff_name"].to_list() == ["Pat Lee"]
    assert reading.tables["section_enrollments"].height == 1
    assert "hunter2" not in "".join(frame.write_csv() for frame in reading.tables.values())


@pytest.mark.parametrize(
    ("header", "hint"), [("schol_id", "'school_id' (is that 'schol_id'?)"), ("swd2", "'school_id'.")]
)
def test_a_header_is_hinted_at_only_where_it_is_really_near(read, header, hint):
    text = f"student_id,last_name,first_name,{header},grade,race,ell,swd,dob\n1,L,F,7,3,W,N,N,2015-02-11\n"
    assert f"it lacks the column {hint}" in " ".join(read({"a.csv": text}).notes["message"])
