"""Every vendor's export is known as one thing, and its values are those that stand in the file.

The expected values were read off the files by eye, one at least for each column that is taken.
"""

from __future__ import annotations

import datetime as dt
import random

import polars as pl
import pytest

from dataworkbench.readers import load_profiles, read_files
from dataworkbench.readers.ledger import ROW
from dataworkbench.readers.source import open_file, read_part
from dataworkbench.workspace import Settings, shipped

pytestmark = pytest.mark.outside_data
TODAY = dt.date(2026, 11, 22)
V = "vendor_exports/"
VOCABULARY = frozenset(
    name for profile in load_profiles([shipped("templates") / "profiles"]) for name in profile.vocabulary
)

# file: what it is, rows read, rows kept
FILES = {
    V + "ACCESS__2021_to_2025_sample_anonymized_file_ACCESS.csv": ("ACCESS for ELLs", 5, 5),
    V + "ACT__sample_anonymized_file.csv": ("ACT", 5, 5),
    V + "AP__SAMPLE_AP_2324.csv": ("Advanced Placement exams", 6, 6),
    V + "BASC3_BESS__sample_anonymized_file.csv": ("BASC-3 BESS", 5, 5),
    V + "Beacon__sample_anonymized_file_24_25.csv": ("DRC BEACON", 14, 14),
    V + "CIRCLE__sample_anonymized_file.csv": ("CIRCLE", 7, 7),
    V + "CMAS__sample_anonymized_file.csv": ("CMAS", 5, 5),
    V + "CogAT__sample_anonymized_file_underscores.csv": ("CogAT", 5, 5),
    V + "Dibels_Next_Benchmark__sample_anonymized_file.csv": ("DIBELS Next", 5, 5),
    V + "FastBridgeCAT__sample_anonymized_aMath.csv": ("FastBridge aMath", 10, 7),
    V + "FastBridge_CBMreading__sample_anonymized_file_fastbridge_cbmreading.csv": (
        "FastBridge CBMreading",
        5,
        5,
    ),
    V + "Fountas_and_Pinnell__sample_anonymized_file_FnP.csv": ("Fountas & Pinnell", 10, 10),
    V + "IDEL__sample_anonymized_file.csv": ("IDEL", 5, 1),
    "encodings/IDEL_cp1252.csv": ("IDEL", 5, 1),
    V + "Iowa__sample_anonymized_file.csv": ("Iowa Assessments", 29, 0),
    V + "KRA__KRA_sample_file_deidentified.csv": ("Kindergarten Readiness Assessment", 10, 10),
    V + "MAP_Fluency__sample_anonymized_file.csv": ("NWEA MAP Reading Fluency", 9, 9),
    V + "PALS__PALS_SAMPLE_data_file.csv": ("PALS", 30, 30),
    V + "PSAT_SAT__sample_anonymized_file_psat_10.csv": ("PSAT", 5, 5),
    V + "SC_READY__sample_anonymized_file.csv": ("SC READY", 5, 5),
    V + "STAAR_Interim__sample_anonymized_file.csv": ("STAAR Interim", 5, 5),
    V + "STAR__SR_Dashboard_Standards_v2_sample_anonymized_file.csv": ("Renaissance Star, standards", 5, 5),
    V + "STAR__SR_SkillArea_v1_sample_anonymized_file.csv": ("Renaissance Star, skill areas", 5, 5),
    V + "WI_Forward__sample_anonymized_file.csv": ("Wisconsin Forward Exam", 5, 5),
    V + "i-Ready__sample_anonymized_file_ela.csv": ("i-Ready Diagnostic, reading", 5, 5),
}
# Two samples hold one made-up number for several people, so that their rows contradict each other.
SEVERAL_PEOPLE_UNDER_ONE_NUMBER = {
    V + "IDEL__sample_anonymized_file.csv": "Student Primary ID",
    "encodings/IDEL_cp1252.csv": "Student Primary ID",
    V + "Iowa__sample_anonymized_file.csv": "Student ID",
}
NOTHING = "There is nothing in this row to take in."


def read(path):
    return read_files([path], settings=Settings(), profile_folders=[], today=TODAY)


def text_table(path):
    (part,) = open_file(path, path.name, "").parts
    (table,) = read_part(part, VOCABULARY)
    return table.frame.drop(ROW)


def test_no_export_of_a_vendor_is_without_an_expectation(outside):
    assert {V + path.name for path in (outside / "vendor_exports").iterdir()} == {
        name for name in FILES if name.startswith(V)
    }


@pytest.mark.parametrize("name", FILES)
def test_a_vendors_export_is_known_and_every_row_is_counted(outside, name):
    title, rows_read, rows_kept = FILES[name]
    reading = read(outside / name)
    row = reading.files.row(0, named=True)
    assert (row["recognised_as"], row["rows_read"], row["rows_kept"]) == (title, rows_read, rows_kept)
    assert row["rows_set_aside"] == rows_read - rows_kept == reading.set_aside["row"].n_unique()
    assert reading.left_empty.height == 0
    assert not reading.notes.filter(pl.col("level").is_in(["question", "refused"])).height
    if name not in SEVERAL_PEOPLE_UNDER_ONE_NUMBER:
        assert set(reading.set_aside["reason"]) <= {NOTHING}


@pytest.mark.parametrize("name", FILES)
def test_it_is_known_with_its_columns_shuffled_in_capitals_and_with_underscores(outside, tmp_path, name):
    title, rows_read, rows_kept = FILES[name]
    frame = text_table(outside / name)
    order = frame.columns
    random.Random(7).shuffle(order)  # any order will do
    changed = frame.select(order).rename({one: one.upper().replace(" ", "_") for one in order})
    changed.write_csv(tmp_path / "export.csv", quote_style="always")
    row = read(tmp_path / "export.csv").files.row(0, named=True)
    assert (row["recognised_as"], row["rows_read"], row["rows_kept"]) == (title, rows_read, rows_kept)


# file: rows of results, each as what tells it and what it says
VALUES = {
    "ACCESS__2021": [
        ({"student_id": "605000", "standard_id": None}, {"scale_score": 237, "performance_level": "1.6", "grade_level": "KG", "school_id": "A ELEMENTARY", "test_date": dt.date(2020, 1, 1), "school_year": "2019-20"}),
        ({"student_id": "605001", "standard_id": "ACCESS: Listening"}, {"scale_score": 299, "performance_level": "2.6"}),
    ],
    "ACT__": [
        ({"student_id": "605000", "subject": "All subjects"}, {"scale_score": 16, "percentile": 37, "grade_level": "11", "school_id": "111111", "school_year": "2024-25", "period": "Fall", "test_date": None}),
        ({"student_id": "605000", "subject": "Mathematics", "standard_id": None}, {"scale_score": 14, "percentile": 19}),
        ({"student_id": "605001", "subject": "English language arts"}, {"scale_score": 20, "percentile": 69}),
        ({"student_id": "605000", "standard_id": "ACT: Geometry"}, {"points": 3, "points_possible": 8, "scale_score": None}),
    ],
    "AP__": [
        ({"student_id": "605000"}, {"subject": "World History: Modern", "scale_score": 2, "school_year": "2023-24", "school_id": "255901", "grade_level": "10", "period": "Spring"}),
        ({"student_id": "605001"}, {"subject": "United States History", "performance_level": "5"}),
        ({"student_id": "605003", "school_year": "2021-22"}, {"subject": "English Language and Composition", "scale_score": 2}),
        ({"student_id": "605005"}, {"subject": "71"}),
    ],
    "BASC3": [
        ({"student_id": "100", "standard_id": None}, {"assessment_id": "bess_parent", "scale_score": 64, "percentile": 90, "performance_level": "Elevated Risk", "grade_level": "02", "test_date": dt.date(2022, 10, 20), "school_id": "School1"}),
        ({"student_id": "300", "standard_id": None}, {"assessment_id": "bess_teacher", "grade_level": "PR", "scale_score": 40}),
        ({"student_id": "400", "standard_id": "BESS: Personal adjustment risk"}, {"assessment_id": "bess_student", "scale_score": 12, "performance_level": "Normal Risk"}),
    ],
    "Beacon": [
        ({"student_id": "605000", "period": "Winter", "subject": "Mathematics", "standard_id": None}, {"scale_score": 452, "score_error": 36, "performance_level": "Prepared", "percentile": 44, "grade_level": "07", "school_id": "1107", "test_date": dt.date(2025, 1, 29), "school_year": "2024-25"}),
        ({"student_id": "605000", "period": "Winter", "subject": "Mathematics", "standard_id": "BEACON: strand 3"}, {"scale_score": 322, "score_error": 105, "performance_level": "Near Target"}),
        ({"student_id": "605001", "subject": "Reading", "standard_id": "BEACON: strand 1"}, {"scale_score": 373, "test_date": dt.date(2024, 9, 24)}),
    ],
    "CIRCLE": [
        ({"student_id": "1000000", "standard_id": "CIRCLE: RLN_v1"}, {"scale_score": 37, "performance_level": "On Track", "test_date": dt.date(2023, 9, 12), "period": "Fall", "school_year": "2023-24", "school_id": "School_1 Name", "grade_level": "PK"}),
        ({"student_id": "1000000", "standard_id": "CIRCLE: PA_v2_Syllabication_v2"}, {"scale_score": 3, "performance_level": "Needs Support"}),
        ({"student_id": "4000000", "standard_id": "CIRCLE: RLN_v1"}, {"scale_score": 0, "performance_level": None, "result_status": "scored"}),
    ],
    "CMAS": [
        ({"student_id": "123", "standard_id": None}, {"scale_score": 709, "score_error": 10, "performance_level": "Partially Met Expectations", "percentile": 23, "subject": "Mathematics", "grade_level": "03", "school_id": "SCHOOL 1", "school_year": "2022-23", "test_date": dt.date(2023, 4, 20)}),
        ({"student_id": "123", "standard_id": "CMAS: subclaim 1"}, {"points": 7, "points_possible": 22}),
        ({"student_id": "124", "standard_id": "CMAS: reading"}, {"scale_score": 127, "score_error": 6}),
        ({"student_id": "126", "standard_id": None}, {"scale_score": None, "result_status": "not scored"}),
    ],
    "CogAT": [
        ({"student_id": "605331", "standard_id": None}, {"scale_score": 112, "percentile": 77, "performance_level": "7", "grade_level": "KG", "test_date": dt.date(2023, 10, 12), "period": "Fall", "school_id": "Extremely Huge Elementary"}),
        ({"student_id": "605328", "standard_id": "CogAT: Verbal"}, {"scale_score": 91, "percentile": 29, "performance_level": "4"}),
        ({"student_id": "605328", "standard_id": "CogAT: Quantitative"}, {"scale_score": 112, "percentile": 77, "performance_level": "7"}),
        ({"student_id": "605328", "standard_id": "CogAT: Nonverbal"}, {"scale_score": 87, "percentile": 21, "performance_level": "3"}),
    ],
    "Dibels_Next": [
        ({"student_id": "605000", "standard_id": None, "period": "Fall"}, {"scale_score": 14, "performance_level": "Below Benchmark", "grade_level": "KG", "test_date": dt.date(2022, 10, 5)}),
        ({"student_id": "605000", "standard_id": "DIBELS Next: FSF", "period": "Fall"}, {"scale_score": 12, "performance_level": "Benchmark"}),
    ],
    "FastBridgeCAT": [
        ({"student_id": "65442"}, {"scale_score": 208.93802, "percentile": 10, "performance_level": "highRisk", "test_date": dt.date(2024, 9, 26), "grade_level": "09", "school_id": "Fake School 8", "period": "Fall"}),
    ],
    "FastBridge_CBM": [
        ({"student_id": "10001", "period": "Winter", "standard_id": None}, {"scale_score": 137, "percentile": 85, "performance_level": "AD", "growth_percentile": 76, "test_date": dt.date(2023, 1, 24), "grade_level": "02"}),
        ({"student_id": "10001", "period": "Fall", "standard_id": "CBMreading: accuracy"}, {"scale_score": 93}),
    ],
    "Fountas": [
        ({"student_id": "1", "standard_id": None}, {"performance_level": "F", "scale_score": None, "result_status": "scored", "grade_level": "01", "test_date": dt.date(2018, 9, 25), "school_id": "255901"}),
        ({"student_id": "1", "standard_id": "Fountas & Pinnell: Accuracy"}, {"scale_score": 93}),
        ({"student_id": "1", "standard_id": "Fountas & Pinnell: Comprehension"}, {"scale_score": 6, "performance_level": "Approaching Proficiency"}),
        ({"student_id": "4", "standard_id": "Fountas & Pinnell: Comprehension"}, {"scale_score": 3, "performance_level": None}),
    ],
    "KRA": [
        ({"student_id": "605000", "standard_id": None}, {"scale_score": 264, "performance_level": "Approaching Readiness", "school_id": "23", "school_year": "2022-23", "test_date": dt.date(2022, 8, 15)}),
        ({"student_id": "605000", "standard_id": "KRA: Mathematics"}, {"scale_score": 259}),
        ({"student_id": "605000", "standard_id": "KRA: Language and literacy"}, {"scale_score": 261}),
    ],
    "MAP_Fluency": [
        ({"student_id": "605000", "assessment_id": "map_fluency_screener"}, {"performance_level": "Flagged", "grade_level": "KG"}),
        ({"student_id": "605000", "standard_id": "MAP Reading Fluency: Phonological awareness"}, {"scale_score": 483, "percentile": 21, "performance_level": "Approaching Expectation", "test_date": dt.date(2023, 9, 26)}),
        ({"student_id": "605000", "standard_id": "MAP Reading Fluency: Listening comprehension"}, {"points": 1, "points_possible": 15, "performance_level": "Below Expectation"}),
    ],
    "PALS": [
        ({"student_id": "605000", "standard_id": "PALS: Name writing"}, {"scale_score": 2, "grade_level": "PK", "period": "Fall", "school_year": "2022-23", "test_date": dt.date(2022, 8, 15), "school_id": "Sample Elementary School Name"}),
        ({"student_id": "605000", "standard_id": "PALS: Upper-case letters"}, {"scale_score": 0, "result_status": "scored"}),
        ({"student_id": "605000", "standard_id": "PALS: Nursery rhyme awareness"}, {"scale_score": 4}),
    ],
    "PSAT": [
        ({"student_id": "604926", "subject": "All subjects", "standard_id": None}, {"scale_score": 710, "percentile": 6, "grade_level": "10", "test_date": dt.date(2022, 4, 13), "school_id": "1000", "performance_level": None}),
        ({"student_id": "604927", "subject": "English language arts", "standard_id": None}, {"scale_score": 490, "percentile": 59, "performance_level": "Benchmark met"}),
        ({"student_id": "604926", "standard_id": "PSAT: Math test"}, {"scale_score": 20.5, "percentile": 26}),
    ],
    "SC_READY": [
        ({"student_id": "605000", "subject": "English language arts", "standard_id": None}, {"scale_score": 533, "performance_level": "Meets Expectations", "percentile": 67, "points": 52, "school_year": "2023-24", "grade_level": "04", "school_id": "01"}),
        ({"student_id": "605003", "subject": "Mathematics", "standard_id": None}, {"scale_score": 496, "performance_level": "Approaches Expectations", "percentile": 40}),
        ({"student_id": "605000", "standard_id": "SC READY: reading"}, {"scale_score": 505, "points": 28}),
        ({"student_id": "605000", "standard_id": "SC READY: mathematics, category 3"}, {"points": 10, "performance_level": "3"}),
    ],
    "STAAR": [
        ({"student_id": "202014", "standard_id": None}, {"scale_score": 3110, "points": 11, "subject": "Science", "grade_level": "05", "test_date": dt.date(2022, 12, 1), "school_id": "SCHOOL1", "period": "Winter"}),
        ({"student_id": "202014", "standard_id": "STAAR: reporting category 2"}, {"points": 4, "performance_level": "Near"}),
    ],
    "STAR__SR_Dashboard": [
        ({"student_id": "605000"}, {"standard_id": "SCCCR.ELA.5.RL.MC.8.1.b", "scale_score": 74, "performance_level": "Developing", "test_date": dt.date(2023, 8, 23)}),
    ],
    "STAR__SR_Skill": [
        ({"student_id": "605000"}, {"standard_id": "Synonyms and Antonyms", "scale_score": 91, "test_date": dt.date(2023, 9, 1), "school_year": "2023-24"}),
    ],
    "WI_Forward": [
        ({"student_id": "000000", "subject": "English language arts", "standard_id": None}, {"scale_score": 1556, "score_error": 17, "performance_level": "Developing", "percentile": 10, "grade_level": "07", "test_date": dt.date(2025, 3, 18), "school_year": "2024-25", "school_id": "School"}),
        ({"student_id": "000002", "subject": "Science", "standard_id": None}, {"scale_score": 574, "performance_level": "Advanced"}),
        ({"student_id": "000000", "standard_id": "Forward: ELA Reading_KI"}, {"scale_score": 23, "performance_level": "1"}),
        ({"student_id": "000000", "standard_id": "Forward: Reading"}, {"scale_score": 1552, "score_error": 23, "percentile": 9}),
    ],
    "i-Ready": [
        ({"student_id": "605001", "standard_id": None, "period": "Winter"}, {"scale_score": 424, "performance_level": "2 Grade Levels Below", "percentile": 10, "growth_target": 33, "grade_level": "03", "school_id": "School 1"}),
        ({"student_id": "605001", "standard_id": "i-Ready: Phonics", "period": "Winter"}, {"scale_score": 403, "performance_level": "3 or More Grade Levels Below"}),
    ],
}  # fmt: skip


def found(results, told):
    rows = results
    for column, value in told.items():
        rows = rows.filter(pl.col(column).is_null() if value is None else pl.col(column) == value)
    return rows


@pytest.mark.parametrize("begin", VALUES)
def test_the_values_of_an_export_are_those_in_the_file(outside, begin):
    (path,) = (outside / "vendor_exports").glob(f"{begin}*")
    results = read(path).tables["results"]
    for told, expected in VALUES[begin]:
        rows = found(results, told)
        assert rows.height >= 1, told
        said = rows.row(0, named=True)
        assert {name: said[name] for name in expected} == expected, told


@pytest.mark.parametrize(
    ("name", "told", "expected"),
    [
        (V + "Iowa__sample_anonymized_file.csv", {"student_id": "p0", "subject": "Reading"}, {"scale_score": 165, "percentile": 69, "performance_level": "6", "points": 31, "grade_level": "02", "test_date": dt.date(2023, 10, 16), "school_id": "Building A"}),
        (V + "Iowa__sample_anonymized_file.csv", {"student_id": "p0", "subject": "Mathematics"}, {"scale_score": 153, "percentile": 39}),
        (V + "IDEL__sample_anonymized_file.csv", {"student_id": "p0", "standard_id": None}, {"performance_level": "Strategic", "period": "Fall", "grade_level": "KG"}),
        ("encodings/IDEL_cp1252.csv", {"student_id": "p1", "standard_id": "IDEL: Fluidez en la Segmentación de Fonemas"}, {"scale_score": 22, "performance_level": "Yellow", "period": "Winter"}),
    ],
)  # fmt: skip
def test_samples_in_which_several_people_have_one_number_are_right_once_they_are_told_apart(
    outside, tmp_path, name, told, expected
):
    frame = text_table(outside / name)
    column = SEVERAL_PEOPLE_UNDER_ONE_NUMBER[name]
    frame.with_columns(pl.Series(column, [f"p{n}" for n in range(frame.height)])).write_csv(
        tmp_path / "export.csv", quote_style="always"
    )
    reading = read(tmp_path / "export.csv")
    said = found(reading.tables["results"], told).row(0, named=True)
    assert {column: said[column] for column in expected} == expected
    assert set(reading.set_aside["reason"]) <= {NOTHING}


@pytest.mark.parametrize("name", FILES)
def test_no_name_date_of_birth_or_address_of_a_person_is_taken_from_an_export(outside, name):
    reading = read(outside / name)
    assert "identities" not in reading.tables
    assert "students" not in reading.tables
    noted = " ".join(reading.notes.filter(pl.col("level") == "info")["message"])
    table = text_table(outside / name)
    private = ("last_name", "lastname", "first_name", "email", "birth", "_address")
    of_schools = ("ai_", "di_")
    for header in table.columns:
        plain = header.casefold().replace(" ", "_")
        if any(word in plain for word in private) and not plain.startswith(of_schools):
            assert header in noted or table[header].str.strip_chars().eq("").all(), header
