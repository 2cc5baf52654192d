"""The sample district's files: the same each time, whole, and in the layouts that systems really export."""

from __future__ import annotations

import itertools
import json
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataworkbench.errors import ParameterError
from dataworkbench.samples import CAST, STAFF_TELL_TALE, TELL_TALE, make_district
from dataworkbench.samples.__main__ import main

SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder, and of the archives in it, by their names."""
    held = {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                held |= {f"{path.name}/{name}": archive.read(name) for name in archive.namelist()}
        elif path.name != "README.md":
            held[path.name] = path.read_bytes()
    return held


def test_the_same_arguments_give_the_same_bytes(tmp_path):
    for turn in ("one", "two"):
        make_district(tmp_path / turn, schools=2, students_per_school=40, compact=True)
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / turn).iterdir()} for turn in ("one", "two")
    )
    assert one == two


def test_another_seed_makes_another_district(tmp_path, small_district):
    make_district(tmp_path, schools=2, students_per_school=40, seed=7)
    assert (tmp_path / "student_programs_2026-27.csv").read_bytes() != (
        small_district.folder / "student_programs_2026-27.csv"
    ).read_bytes()


def test_the_folder_sample_data_is_what_the_command_writes(tmp_path):
    assert main([str(tmp_path), "--compact"]) == 0
    fresh, kept = contents(tmp_path), contents(SAMPLE_DATA)
    assert sorted(fresh) == sorted(kept)
    assert [name for name in fresh if fresh[name] != kept[name]] == []


def test_the_folder_sample_data_stays_small():
    assert sum(path.stat().st_size for path in SAMPLE_DATA.iterdir()) < 6_000_000


def test_archives_carry_no_time_of_their_making(small_district):
    with zipfile.ZipFile(small_district.folder / "oneroster.zip") as archive:
        assert {member.date_time for member in archive.infolist()} == {(2026, 11, 13, 18, 0, 0)}


def test_compact_files_hold_the_same_rows(tmp_path, small_district):
    make_district(tmp_path, schools=2, students_per_school=40, compact=True)
    packed = {name.split("/")[-1]: text for name, text in contents(tmp_path).items() if ".csv.zip/" in name}
    assert len(packed) >= 10
    for name, text in packed.items():
        assert text == (small_district.folder / name).read_bytes(), name


def test_a_district_that_is_too_small_is_refused_with_a_reason(tmp_path):
    with pytest.raises(ParameterError, match="schools is 0; the sample district needs at least 1"):
        make_district(tmp_path, schools=0)


def test_the_command_says_why_it_cannot(tmp_path, capsys):
    assert main([str(tmp_path), "--students-per-school", "3"]) == 1
    assert "students_per_school is 3" in capsys.readouterr().err


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    schools=st.integers(1, 12), students=st.integers(10, 60), years=st.integers(1, 4), effects=st.booleans()
)
def test_districts_of_any_size_can_be_made(tmp_path_factory, schools, students, years, effects):
    folder = tmp_path_factory.mktemp("any")
    told = make_district(
        folder, schools=schools, students_per_school=students, school_years=years, effects=effects
    )
    assert len(told["school_years"]) == years
    users = pl.read_csv(zipfile.ZipFile(folder / "oneroster.zip").read("users.csv"), infer_schema=False)
    assert users["sourcedId"].n_unique() == users.height


def test_a_thousand_schools_have_a_thousand_names():
    from dataworkbench.samples.names import school_names

    assert len(set(school_names(5000))) == 5000


def test_every_student_identifier_carries_the_tell_tale(district):
    users = district.roster("users")
    ids = users["sourcedId"]
    assert (ids.str.contains(TELL_TALE, literal=True) | ids.str.starts_with(STAFF_TELL_TALE)).all()


def test_every_student_in_a_file_is_on_a_roster(district):
    archives = sorted(path.name for path in district.folder.glob("oneroster*.zip"))
    known = {student for archive in archives for student in district.roster("users", archive)["sourcedId"]}
    seen = 0
    for path in sorted(district.folder.glob("*.csv")):
        frame = district.read(path.name)
        for heading in ("Student ID", "StudentIdentifier"):
            if heading in frame.columns:
                seen += 1
                assert set(frame[heading]) - known == set(), path.name
    assert seen >= 20


def test_every_class_in_a_file_is_on_the_roster(district):
    classes = set(district.roster("classes")["sourcedId"])
    for name in ("exit_tickets_2026-27.csv", "time_log_2026-27.csv"):
        assert set(district.read(name)["Class ID"]) <= classes


def test_attendance_has_one_row_for_each_student_and_day_of_a_stay(district):
    rows = district.read("attendance_2026-27.csv")
    assert rows.select("Student ID", "Attendance Date").is_duplicated().sum() == 0
    stays = district.roster("roles").filter(pl.col("role") == "student")
    calendar = district.read("calendar.csv").filter(
        (pl.col("school_year") == "2026-27") & (pl.col("date") <= "2026-11-13")
    )
    expected = stays.join(calendar, left_on="orgSourcedId", right_on="school_id").filter(
        (pl.col("date") >= pl.col("beginDate")) & (pl.col("date") < pl.col("endDate").fill_null("9999"))
    )
    assert rows.height == expected.height


def test_no_day_of_instruction_is_on_a_weekend(district):
    dates = district.read("calendar.csv")["date"].str.to_date()
    assert dates.dt.weekday().max() == 5
    assert 165 <= dates.n_unique() / 3 <= 190


def test_the_vendor_file_looks_like_the_vendors(district):
    raw = (district.folder / "iready_ela_2025-26.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfLast Name,First Name,Student ID,")
    first = raw.split(b"\r\n")[0].decode("utf-8-sig").split(",")
    assert len(first) == 65
    assert first[24:27] == ["Norming Window", "Baseline Diagnostic (Y/N)", "Most Recent Diagnostic YTD (Y/N)"]
    assert first[-1] == "Reading Difficulty Indicator (Y/N)"


def test_each_student_has_one_most_recent_diagnostic(district):
    rows = district.read("iready_math_2025-26.csv").filter(pl.col("Most Recent Diagnostic YTD (Y/N)") == "Y")
    assert rows["Student ID"].is_duplicated().sum() == 0


def test_untested_students_have_a_reason_and_no_score(district):
    rows = district.read("state_summative_2025-26.csv")
    untested = rows.filter(pl.col("ReasonNotTested").is_not_null())
    assert untested.height > 50
    assert untested["ScaleScore"].null_count() == untested.height
    assert rows.filter(pl.col("ReasonNotTested").is_null())["ScaleScore"].null_count() == 0


def test_some_answers_are_missing_in_each_option(district):
    rows = district.read("student_programs_2026-27.csv")
    for heading in ("English Learner", "Disability (IDEA)", "Economically Disadvantaged"):
        assert set(rows[heading]) == {"Y", "N", None}
        assert rows[heading].null_count() > 20


def test_survey_answers_are_words(district):
    rows = district.read("survey_students_fall_2026-27.csv")
    words = {"Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree", None}
    assert all(set(rows[question]) <= words for question in rows.columns[3:])
    assert len(rows.columns) == 11


def member(district, key: str) -> str:
    cast = json.loads((district.folder / "cast.json").read_text(encoding="utf-8"))
    return next(entry["student_id"] for entry in cast if entry["key"] == key)


def test_the_whole_cast_is_there(district):
    users = district.roster("users")
    names = set((users["givenName"] + " " + users["familyName"]).to_list())
    assert {f"{one.given_name} {one.family_name}" for one in CAST} <= names


def test_leading_zeros_are_kept(district):
    assert member(district, "leading_zeros") == "00ZQSTU417"
    row = district.roster("users").filter(pl.col("sourcedId") == "00ZQSTU417")
    assert row["identifier"].item() == "0000417"


def test_one_member_is_in_two_schools_in_turn(district):
    stays = (
        district.roster("roles")
        .filter(pl.col("userSourcedId") == member(district, "two_schools"))
        .sort("beginDate")
    )
    assert stays["orgSourcedId"].n_unique() == 2
    assert stays["endDate"][0] == stays["beginDate"][1]


def test_one_member_left_and_came_back(district):
    stays = (
        district.roster("roles")
        .filter(pl.col("userSourcedId") == member(district, "came_back"))
        .sort("beginDate")
    )
    assert stays["orgSourcedId"].n_unique() == 1
    assert stays["endDate"][0] < stays["beginDate"][1]


def test_one_member_has_no_demographics(district):
    assert member(district, "no_demographics") not in district.roster("demographics")["sourcedId"].to_list()
    row = district.read("student_programs_2026-27.csv").filter(
        pl.col("Student ID") == member(district, "no_demographics")
    )
    assert row["English Learner"].item() is None


def test_one_member_left_before_anything_was_tested(district):
    left = member(district, "left_early")
    assert left not in district.read("iready_math_2026-27.csv")["Student ID"].to_list()
    assert left in district.roster("roles")["userSourcedId"].to_list()


def test_one_member_is_alone_in_a_subgroup_of_the_school(district):
    alone = member(district, "lone_subgroup")
    school = district.roster("users").filter(pl.col("sourcedId") == alone)["primaryOrgSourcedId"].item()
    there = district.roster("roles").filter(pl.col("orgSourcedId") == school)["userSourcedId"].to_list()
    rows = district.roster("demographics").filter(
        pl.col("sourcedId").is_in(there) & (pl.col("nativeHawaiianOrOtherPacificIslander") == "true")
    )
    assert rows["sourcedId"].to_list() == [alone]


def test_one_member_is_never_there(district):
    codes = district.read("attendance_2026-27.csv").filter(
        pl.col("Student ID") == member(district, "always_absent")
    )
    assert codes.height > 50
    assert set(codes["Attendance Code"]) <= {"A", "E", "S"}


def test_twins_share_a_birth_date_and_a_family_name(district):
    ids = [member(district, "twin_one"), member(district, "twin_two")]
    assert district.roster("demographics").filter(pl.col("sourcedId").is_in(ids))["birthDate"].n_unique() == 1
    assert set(district.roster("users").filter(pl.col("sourcedId").is_in(ids))["familyName"]) == {"Gemelli"}


def test_every_teacher_of_a_class_is_on_the_staff_list_of_that_year(district):
    for archive, year in (("oneroster.zip", "2026-27"), ("oneroster_2024-25.zip", "2024-25")):
        taught = district.roster("enrollments", archive).filter(pl.col("role") == "teacher")
        assert set(taught["userSourcedId"]) <= set(district.read(f"staff_{year}.csv")["Staff ID"])


def test_people_beside_the_roster_come_and_go_and_nobody_else_does(district):
    lists = [
        set(district.read(f"staff_{year}.csv")["Staff ID"]) for year in ("2024-25", "2025-26", "2026-27")
    ]
    roster = {
        one for one in district.roster("users")["sourcedId"].to_list() if one.startswith(STAFF_TELL_TALE)
    }
    for before, after in itertools.pairwise(lists):
        assert roster <= before & after
        left = len(before - after) / len(before - roster)
        assert 0.05 < left < 0.4  # a fifth, by chance, of 48


def test_what_is_planned_for_spring_is_assessed_in_the_autumn_only_where_effects_are_planted(
    district, plain_district
):
    for written, planted in ((district, True), (plain_district, False)):
        rows = written.read("curriculum_2026-27.csv").filter(
            pl.col("Standard").str.contains(r"MATH\.0[678]\.4")
        )
        assert rows.height > 20
        assert (rows["Taught On"].null_count() == rows.height) is planted


def test_home_zones_are_of_every_student_of_the_year_once(district):
    zones = district.read("home_zones_2026-27.csv")
    assert zones["Student ID"].is_duplicated().sum() == 0
    stays = district.roster("roles").filter(pl.col("role") == "student")
    assert set(zones["Student ID"]) == set(stays["userSourcedId"])


def test_checks_of_progress_come_before_and_with_help_and_aim_at_a_goal_that_lies_ahead(district):
    checks = district.read("progress_checks_2026-27.csv")
    turns = district.read("interventions.csv").filter(pl.col("School Year") == "2026-27")
    started = dict(turns.select("Student ID", "Start Date").iter_rows())

    def day(name: str) -> pl.Expr:
        return pl.col(name).str.to_date("%m/%d/%Y")

    dated = checks.with_columns(
        day("Check Date"),
        day("Goal Date"),
        begins=pl.col("Student ID").replace_strict(started).str.to_date("%m/%d/%Y"),
    )
    each = dated.group_by("Student ID", "Measure").agg(
        before=(pl.col("Check Date") < pl.col("begins")).sum(), goals=pl.col("Goal").n_unique()
    )
    assert set(checks["Student ID"]) <= set(turns["Student ID"])
    assert each["before"].max() == 4
    assert each["goals"].max() == 1
    assert dated.filter(pl.col("Check Date") >= pl.col("Goal Date")).is_empty()


def test_a_district_of_many_schools_is_made_too(tmp_path):
    make_district(tmp_path, schools=60, students_per_school=10, school_years=1)
    context = pl.read_csv(tmp_path / "context_factors.csv", infer_schema=False)
    assert context["School ID"].drop_nulls().n_unique() == 60
    assert context["Home Zone"].drop_nulls().n_unique() > 0
