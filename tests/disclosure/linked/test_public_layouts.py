"""Figures as states and cities publish them, released by our policy and attacked."""

from pathlib import Path

import pandas as pd
import pytest

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.linked import DIMENSIONS, secure
from dataworkbench.policy import DisclosurePolicy

DATA = Path(__file__).parents[4] / "shared" / "data" / "school"
pytestmark = [
    pytest.mark.outside_data,
    pytest.mark.skipif(not DATA.is_dir(), reason="the data lie beside the checkout of whoever has them"),
]
POLICY = DisclosurePolicy()
FEWEST_FOR_A_YEAR = 12


def cube_of(rows: list[dict], unit: str) -> pd.DataFrame:
    """A cube of rows that say only what they differ in; the city's rows are the sums of the schools'."""
    frame = pd.DataFrame(rows)
    for name in DIMENSIONS:
        frame[name] = frame[name].fillna("") if name in frame else ""
    city = frame.groupby([name for name in DIMENSIONS if name != "school_id"], as_index=False).sum(
        numeric_only=True
    )
    cube = pd.concat([city.assign(school_id=""), frame], ignore_index=True)
    return cube.assign(indicator="published", school_year="then", unit=unit)


def new_york_demographics(schools: int) -> pd.DataFrame:
    read = pd.read_csv(DATA / "nyc_demographics.csv", encoding="utf-8-sig", dtype={"schoolyear": str})
    read = read[read["schoolyear"] == "20112012"].head(schools)
    groups = {"asian_num": ("Race", "Asian"), "black_num": ("Race", "Black"), "hispanic_num": ("Race", "Hispanic"),
              "white_num": ("Race", "White"), "male_num": ("Gender", "Male"), "female_num": ("Gender", "Female"),
              "ell_num": ("English", "Learner")}  # fmt: skip
    rows = []
    for school in read.to_dict("records"):
        rows.append({"school_id": school["DBN"], "n": school["total_enrollment"]})
        grades = [name for name in read.columns if name.startswith("grade") or name in {"prek", "k"}]
        rows += [
            {"school_id": school["DBN"], "grade_level": g, "n": n}
            for g in grades
            if (n := number(school[g])) > 0
        ]
        rows += [
            {"school_id": school["DBN"], "subgroup_type": kind, "subgroup": group, "n": number(school[name])}
            for name, (kind, group) in groups.items()
        ]
    return cube_of(rows, "count")


def new_york_mathematics(schools: int) -> pd.DataFrame:
    read = pd.read_csv(DATA / "nyc_math_test_results.csv", encoding="utf-8-sig", dtype=str)
    read = read[(read["Year"] == read["Year"].max()) & (read["Category"] == "All Students")]
    read = read[read["DBN"].isin(sorted(read["DBN"].unique())[:schools])]
    rows = [
        {"school_id": row["DBN"], "grade_level": "" if row["Grade"] == "All Grades" else row["Grade"],
         "n": number(row["Number Tested"]), "numerator": number(row["Level 3+4 #"])}
        for row in read.to_dict("records")
    ]  # fmt: skip
    return cube_of([row for row in rows if row["n"] > 0], "rate")


def massachusetts_enrollment(schools: int) -> pd.DataFrame:
    read = pd.read_csv(
        DATA / "ma_public_schools_2017.csv", dtype={"School Code": str}, low_memory=False
    ).head(schools)
    grades = [f"{g}_Enrollment" for g in ("PK", "K", *range(1, 13), "SP")]
    rows = []
    for school in read.to_dict("records"):
        code = school["School Code"]
        rows.append({"school_id": code, "n": number(school["TOTAL_Enrollment"])})
        rows += [
            {"school_id": code, "grade_level": g, "n": number(school[g])}
            for g in grades
            if number(school[g]) > 0
        ]
        for column in ("English Language Learner", "Students With Disabilities"):
            rows.append(
                {"school_id": code, "subgroup_type": column, "subgroup": "Yes", "n": number(school[column])}
            )
    return cube_of(rows, "count")


def number(text: object) -> float:
    """A published number; nothing where it was not published."""
    value = pd.to_numeric(str(text).strip(), errors="coerce")
    return 0.0 if pd.isna(value) else float(value)


@pytest.mark.parametrize("make", [new_york_demographics, new_york_mathematics, massachusetts_enrollment])
def test_what_a_city_or_state_published_gives_nothing_away_once_released_by_our_policy(make):
    cube = make(FEWEST_FOR_A_YEAR)
    secured = secure(cube, POLICY)
    audit = attack(secured.ledger, workers=1)
    assert len(audit)
    assert set(audit["verdict"]) == {"safe"}
