"""Figures as cities and states publish them, as cubes: so many schools of each file, and the sums of those schools above them.

What a file holds back (``s``, ``PS``, ``80-89``) is made up so that it could be true, because what is held back is what there is
to protect: a share in a range is taken as its middle, one that is not told as the school's. Where it also hides the size of a
group, the group is left out. A figure that cannot be (more absent than enrolled) counts as missing.

Not here, of the folders ``school`` and ``attendance``: ``nyc_ap_2010`` counts examinations, not students; ``ct_raw`` gives shares
without the size of any group; ``contoso_*``, ``clever_*`` and ``insights_roster_*`` are made-up student records, not published
figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from dataworkbench.disclosure.linked import DIMENSIONS

SHARED = Path(__file__).parents[4] / "shared" / "data"
SCHOOL, ATTENDANCE = SHARED / "school", SHARED / "attendance"
EVERY = 100_000
Row = dict[str, object]


def number(text: object) -> float:
    """A published number; nothing where it was not published."""
    try:
        value = float(str(text).strip())
    except ValueError:
        return 0.0
    return 0.0 if np.isnan(value) else value


def cube_of(rows: Iterable[Row], unit: str) -> pd.DataFrame:
    """A cube of rows that say only what they differ in; the city's rows are the sums of the schools'.

    A row has ``n``, and for a share ``numerator``, for a mean ``total``, the sum of its scores.
    """
    frame = pd.DataFrame(rows)
    for name in DIMENSIONS:
        frame[name] = frame[name].fillna("") if name in frame else ""
    frame["indicator"] = frame["indicator"].replace("", "published")
    frame["school_year"] = frame["school_year"].replace("", "then")
    city = frame.groupby([name for name in DIMENSIONS if name != "school_id"], as_index=False).sum(
        numeric_only=True
    )
    cube = pd.concat([city.assign(school_id=""), frame], ignore_index=True)
    if unit == "mean":
        cube["mean"] = cube.pop("total") / cube["n"].where(cube["n"] > 0)
    status = cube["status"].fillna("") if "status" in cube else ""
    return cube.assign(unit=unit, status=status, reason="")


def new_york_demographics(schools: int) -> pd.DataFrame:
    read = pd.read_csv(SCHOOL / "nyc_demographics.csv", encoding="utf-8-sig", dtype={"schoolyear": str})
    read = read[read["schoolyear"] == "20112012"].head(schools)
    groups = {"asian_num": ("Race", "Asian"), "black_num": ("Race", "Black"), "hispanic_num": ("Race", "Hispanic"),
              "white_num": ("Race", "White"), "male_num": ("Gender", "Male"), "female_num": ("Gender", "Female"),
              "ell_num": ("English", "Learner")}  # fmt: skip
    grades = [name for name in read.columns if name.startswith("grade") or name in {"prek", "k"}]
    rows: list[Row] = []
    for school in read.to_dict("records"):
        own = {"school_id": school["DBN"]}
        rows.append(own | {"n": school["total_enrollment"]})
        rows += [own | {"grade_level": g, "n": n} for g in grades if (n := number(school[g])) > 0]
        rows += [
            own | {"subgroup_type": kind, "subgroup": group, "n": number(school[name])}
            for name, (kind, group) in groups.items()
        ]
    return cube_of(rows, "count")


def _new_york_tests(schools: int) -> pd.DataFrame:
    read = pd.read_csv(SCHOOL / "nyc_math_test_results.csv", encoding="utf-8-sig", dtype=str)
    read = read[(read["Year"] == read["Year"].max()) & (read["Category"] == "All Students")]
    read = read[read["DBN"].isin(sorted(read["DBN"].unique())[:schools])]
    read = read.assign(
        grade_level=read["Grade"].replace("All Grades", ""), n=read["Number Tested"].map(number)
    )
    return read[read["n"] > 0]


def new_york_mathematics(schools: int) -> pd.DataFrame:
    read = _new_york_tests(schools).rename(columns={"DBN": "school_id"})
    read["numerator"] = read["Level 3+4 #"].map(number)
    return cube_of(read[["school_id", "grade_level", "n", "numerator"]].to_dict("records"), "rate")


def new_york_mathematics_means(schools: int) -> pd.DataFrame:
    """Means by grade; a school's mean is that of its grades, which the file gives rounded. ``s`` is left out: no mean is told."""
    read = _new_york_tests(schools).rename(columns={"DBN": "school_id"})
    read = read[(read["grade_level"] != "") & (read["Mean Scale Score"] != "s")]
    read["total"] = read["n"] * read["Mean Scale Score"].astype(float)
    rows = read[["school_id", "grade_level", "n", "total"]].to_dict("records")
    return cube_of([*rows, *_wholes(read, ["school_id"])], "mean").assign(scale_low=470.0, scale_high=800.0)


def new_york_college_tests(schools: int) -> pd.DataFrame:
    """Three means of one group a school. Schools with ``s`` tell neither mean nor size, and are left out."""
    read = pd.read_csv(SCHOOL / "nyc_sat_results.csv", encoding="utf-8-sig", dtype=str)
    read = read[read["Num of SAT Test Takers"] != "s"].head(schools)
    columns = {f"SAT {name} Avg. Score": name for name in ("Critical Reading", "Math", "Writing")}
    rows = [
        {"school_id": row["DBN"], "subject": subject, "n": n, "total": n * number(row[column])}
        for row in read.to_dict("records")
        for column, subject in columns.items()
        if (n := number(row["Num of SAT Test Takers"])) > 0
    ]
    return cube_of(rows, "mean").assign(scale_low=200.0, scale_high=800.0)


def new_york_graduation(schools: int) -> pd.DataFrame:
    """Cohorts by group; who graduated is ``s`` in small ones, and made up from the school's share there."""
    read = pd.read_csv(SCHOOL / "nyc_graduation.csv", encoding="utf-8-sig", dtype=str)
    read = read[read["Cohort"] == "2006"]
    read = read[read["DBN"].isin(sorted(read["DBN"].unique())[:schools])]
    kinds = {"Male": "Gender", "Female": "Gender", "English Language Learners": "English", "English Proficient Students": "English",
             "Special Education Students": "Disability", "General Education Students": "Disability", "Asian": "Race",
             "Black": "Race", "Hispanic": "Race", "White": "Race"}  # fmt: skip
    read = read.assign(
        school_id=read["DBN"], subgroup_type=read["Demographic"].map(kinds).fillna(""),
        subgroup=read["Demographic"].where(read["Demographic"].isin(list(kinds)), ""),
        n=read["Total Cohort"].map(number), numerator=pd.to_numeric(read["Total Grads - n"], errors="coerce"),
    )  # fmt: skip
    return cube_of(_told(read[["school_id", "subgroup_type", "subgroup", "n", "numerator"]]), "rate")


def graduation_by_state(schools: int, state: str = "CONNECTICUT") -> pd.DataFrame:
    """Cohorts by group with shares in ranges, each taken as its middle; ``PS`` (too few to tell) as the school's own share."""
    read = pd.read_csv(SCHOOL / "edfacts_acgr_schools_2011-12.csv.gz", dtype=str)
    read = read[read["STNAM"] == state].head(schools)
    kinds = {"ALL": "", "MAM": "Race", "MAS": "Race", "MBL": "Race", "MHI": "Race", "MTR": "Race", "MWH": "Race",
             "CWD": "Disability", "ECD": "Economic", "LEP": "English"}  # fmt: skip
    rows = []
    for school, (group, kind) in ((s, g) for s in read.to_dict("records") for g in kinds.items()):
        n = number(school[f"{group}_COHORT_1112"])
        if n > 0:
            share = middle_of(school[f"{group}_RATE_1112"])
            rows.append((school["NCESSCH"], kind, group if kind else "", n, share * n))
    frame = pd.DataFrame(rows, columns=["school_id", "subgroup_type", "subgroup", "n", "numerator"])
    return cube_of(_told(frame), "rate")


def middle_of(published: str) -> float:
    """The middle of what a published share may be: of "80-89", "GE50", "LT50", "LE20", "95"; nothing where it is not told."""
    low, _, high = published.strip().partition("-")
    if high:
        return (float(low) + float(high)) / 200
    if low[:2] in {"GE", "GT"}:
        return (float(low[2:]) + 100) / 200
    if low[:2] in {"LE", "LT"}:
        return float(low[2:]) / 200
    return float(low) / 100 if low.isdecimal() else np.nan


def _told(frame: pd.DataFrame) -> list[Row]:
    """Rows in which every group has a count that could be true: made up where it is not told, and such that groups add up."""
    frame = frame[frame["n"] > 0].reset_index(drop=True)
    whole = frame[frame["subgroup"] == ""].set_index("school_id")
    share = frame["school_id"].map(whole["numerator"] / whole["n"]).fillna(0.5)
    made_up = frame["numerator"].isna() | (frame["numerator"] % 1 != 0)
    frame["numerator"] = frame["numerator"].fillna(share * frame["n"]).round().clip(upper=frame["n"])
    whole = frame[frame["subgroup"] == ""].set_index("school_id")
    for (school, _), groups in frame[frame["subgroup"] != ""].groupby(["school_id", "subgroup_type"]):
        if school in whole.index:
            _add_up(frame, groups, whole.loc[school], made_up[groups.index])
    return frame.to_dict("records")


def _add_up(frame: pd.DataFrame, groups: pd.DataFrame, whole: pd.Series, made_up: pd.Series) -> None:
    """Move what groups count too much or too little for their whole: of made-up counts first, and of large groups first."""
    outside = whole["n"] - groups["n"].sum()
    left = whole["numerator"] - groups["numerator"].sum()
    left -= np.clip(left, 0, max(outside, 0))
    order = groups.assign(made_up=made_up).sort_values(["made_up", "n"], ascending=False)
    for at, group in order.iterrows():
        step = float(np.clip(left, -group["numerator"], group["n"] - group["numerator"]))
        frame.loc[at, "numerator"] += step
        left -= step


def massachusetts(schools: int) -> pd.DataFrame:
    return pd.read_csv(SCHOOL / "ma_public_schools_2017.csv", dtype=str, low_memory=False).head(schools)


def massachusetts_enrollment(schools: int) -> pd.DataFrame:
    grades = [f"{g}_Enrollment" for g in ("PK", "K", *range(1, 13), "SP")]
    rows: list[Row] = []
    for school in massachusetts(schools).to_dict("records"):
        own = {"school_id": school["School Code"]}
        rows.append(own | {"n": number(school["TOTAL_Enrollment"])})
        rows += [own | {"grade_level": g, "n": n} for g in grades if (n := number(school[g])) > 0]
        rows += [
            own | {"subgroup_type": column, "subgroup": "Yes", "n": number(school[column])}
            for column in ("English Language Learner", "Students With Disabilities")
        ]
    return cube_of(rows, "count")


def massachusetts_tests(schools: int) -> pd.DataFrame:
    """Two subjects by grade; a school's share is that of its grades. A grade without figures is left out."""
    stems = {
        f"MCAS_{grade}Grade_{subject}": (subject, grade)
        for subject in ("Math", "English")
        for grade in ("3rd", "4th", "5th", "6th", "7th", "8th", "10th")
    }
    columns = [f"{stem}_{what}" for stem in stems for what in ("Stud. Incl. #", "P+A #")]
    rows = [
        (school["School Code"], subject, grade, n, number(school[f"{stem}_P+A #"]))
        for school in massachusetts(EVERY)[["School Code", *columns]].to_dict("records")
        for stem, (subject, grade) in stems.items()
        if (n := number(school[f"{stem}_Stud. Incl. #"])) > 0
    ]
    frame = pd.DataFrame(rows, columns=["school_id", "subject", "grade_level", "n", "numerator"])
    frame = frame[frame["school_id"].isin(_smallest(frame, "n", schools))]
    return cube_of([*frame.to_dict("records"), *_wholes(frame, ["school_id", "subject"])], "rate")


def midwest_means(schools: int) -> pd.DataFrame:
    """Two subjects by grade in the largest district; a school's mean is that of its grades. Grades below 10 are not in the file."""
    read = pd.read_csv(SCHOOL / "midsch_school_grade_scores.csv")
    read = read[read["test_year"] == read["test_year"].max()]
    read = read[read["district_id"] == read.groupby("district_id")["school_id"].nunique().idxmax()]
    read = read[read["school_id"].isin(_smallest(read, "n2", schools))]
    frame = pd.DataFrame(
        {"school_id": read["school_id"].astype(str), "subject": read["subject"], "grade_level": read["grade"].astype(str),
         "n": read["n2"].astype(float), "total": read["n2"] * read["ss2"]}
    )  # fmt: skip
    cube = cube_of([*frame.to_dict("records"), *_wholes(frame, ["school_id", "subject"])], "mean")
    return cube.assign(scale_low=200.0, scale_high=800.0)


def colorado_absence(schools: int) -> pd.DataFrame:
    """Districts stand for schools, and the state for the district; two years. More absent than enrolled counts as missing."""
    first = pd.read_excel(
        ATTENDANCE / "colorado_2016-2017_ChronicAbsenteeism.xlsx", header=None, engine="calamine"
    )
    second = pd.read_excel(
        ATTENDANCE / "colorado_2018-2019_ChronicAbsenteeism.xlsx", header=None, engine="calamine"
    )
    years = (("2016-17", first, 2, 4, 5), ("2018-19", second, 3, 5, 6))
    rows = []
    for year, sheet, code, absent, enrolled in years:
        districts = sheet[sheet[code].astype(str).str.fullmatch(r"\d{4}")].head(schools)
        for row in districts.to_dict("records"):
            n, counted = number(row[enrolled]), number(row[absent])
            possible = (
                {"n": n, "numerator": counted}
                if counted <= n
                else {"n": 0.0, "numerator": 0.0, "status": "missing"}
            )
            rows.append({"school_id": str(row[code]), "school_year": year, **possible})
    return cube_of(rows, "rate")


def _smallest(frame: pd.DataFrame, size: str, schools: int) -> list[object]:
    """The schools with the smallest grades, in which there is most to protect."""
    return frame.groupby("school_id")[size].min().sort_values(kind="stable").index[:schools].tolist()


def _wholes(frame: pd.DataFrame, by: list[str]) -> list[Row]:
    """The sums of a school's grades, as rows for all of its grades."""
    return frame.groupby(by, as_index=False).sum(numeric_only=True).to_dict("records")


def with_others(cube: pd.DataFrame) -> pd.DataFrame:
    """The cube and, for each kind of groups and for grades, those whom a whole has beyond its parts: nobody publishes them.

    For the independent attacker, who else takes them to be known to everybody.
    """
    cube = cube.assign(total=cube["n"] * cube["mean"].fillna(0) if "mean" in cube else 0.0)
    sums = [name for name in ("n", "numerator", "total") if name in cube]
    found = [cube]
    for along, kept in ((["subgroup_type", "subgroup"], ["subgroup_type"]), (["grade_level"], [])):
        outer = [name for name in DIMENSIONS if name not in along]
        parts = cube[cube[along[-1]] != ""].groupby([*outer, *kept], as_index=False)[sums].sum()
        wholes = cube[(cube[along] == "").all(axis=1)].drop(columns=along)
        both = wholes.merge(parts, on=outer, suffixes=("", " of parts"))
        for name in sums:
            both[name] -= both.pop(f"{name} of parts")
        others = both[both["n"] > 0].assign(**{along[-1]: "(others)"})
        found.append(others.assign(**{name: "" for name in along if name not in others}))
    every = pd.concat(found, ignore_index=True)
    if "mean" in every:
        every["mean"] = every["total"] / every["n"].where(every["n"] > 0)
    return every.drop(columns="total")


LAYOUTS: tuple[Callable[[int], pd.DataFrame], ...] = (
    new_york_demographics, new_york_mathematics, new_york_mathematics_means, new_york_college_tests, new_york_graduation,
    graduation_by_state, massachusetts_enrollment, massachusetts_tests, midwest_means, colorado_absence,
)  # fmt: skip
