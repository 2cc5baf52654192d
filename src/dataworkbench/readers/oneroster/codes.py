"""What a School Data Sync set says of its students in codes: races, ethnicity and flags."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from dataworkbench.readers.codes import as_sex
from dataworkbench.readers.converted import by_distinct, examples
from dataworkbench.readers.headers import fold
from dataworkbench.readers.oneroster.bundle import Bundle
from dataworkbench.readers.oneroster.files import WHOLE
from dataworkbench.readers.profiles import Profile, Rule
from dataworkbench.terms import NOT_REPORTED, NOT_SELECTED, RACES, YES

DEMOGRAPHICS_PROFILE = "sds2_demographics"
FLAGS_PROFILE = "sds2_user_flags"
FLAGS = ("english_learner", "disability", "economic_disadvantage", "gifted", "migrant")


def flags_by_code(bundle: Bundle, students: pl.DataFrame) -> pl.DataFrame:
    """Return sex, races and ethnicity; one row is one student (``sourcedid``, ``id``), NotSelected where no code is listed."""
    rows = bundle.rows("demographics", ("sourcedid", "sex", "ethnicitycodes", "racecodes"))
    held = students.join(rows, on="sourcedid", how="left", maintain_order="left")
    rules = _rules(bundle.profiles, DEMOGRAPHICS_PROFILE)
    _ask_about_codes(bundle, "demographics", rows, rules, DEMOGRAPHICS_PROFILE)
    races = ("american_indian", "asian", "black", "pacific_islander", "white", "hispanic")
    several = _listed(held, rules.get("race_ethnicity", Rule())) == RACES[5]
    return held.select(
        pl.col("id").alias("student_id"),
        by_distinct(held["sex"], as_sex, pl.String).fill_null(NOT_REPORTED).alias("sex"),
        *[_listed(held, rules.get(name, Rule())).fill_null(NOT_SELECTED).alias(name) for name in races],
        several.replace_strict({True: YES, False: None}, default=None, return_dtype=pl.String).alias(
            "several"
        ),
    )


def with_flags(bundle: Bundle, users: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Return groups with what userFlags.csv says of each student; rows about nobody known are set aside."""
    if not bundle.has("userFlags"):
        return groups
    rows = bundle.rows("userFlags", ("usersourcedid", "flag"))
    rows = bundle.keep("userFlags", rows, rows["usersourcedid"].is_in(users["sourcedid"].implode()), "usersourcedid",
                       ("The person is not among the users that were taken in.", WHOLE))  # fmt: skip
    rules = _rules(bundle.profiles, FLAGS_PROFILE)
    _ask_about_codes(bundle, "userFlags", rows, rules, FLAGS_PROFILE)
    bundle.note_all("info", "userFlags.csv says who has a flag, not who has none; students without one are 'NotSelected', unless the profile says otherwise.",
                    kind="userFlags")  # fmt: skip
    ids = users.select(pl.col("sourcedid").alias("usersourcedid"), pl.col("id").alias("student_id"))
    of_students = rows.join(ids, on="usersourcedid", maintain_order="left")
    told = of_students.select(
        "student_id", *[_listed(of_students, rules.get(name, Rule())).alias(name) for name in FLAGS]
    )
    once = told.group_by("student_id", maintain_order=True).agg(
        pl.col(name).drop_nulls().first() for name in FLAGS
    )
    held = groups.join(once, on="student_id", how="left", maintain_order="left")
    return held.with_columns(
        pl.col(name).fill_null(rules[name].empty or NOT_SELECTED if name in rules else NOT_SELECTED)
        for name in FLAGS
    )


def _rules(profiles: Collection[Profile], name: str) -> Mapping[str, Rule]:
    """Return the rules of the profile that explains the codes: the district's own, else the shipped one."""
    found = next((one for one in profiles if one.name == name), None)
    return found.tables[0].columns if found else {}


def _book(rule: Rule) -> dict[str, str]:
    return {fold(code): meaning for code, meaning in rule.values.items()}


def _listed(held: pl.DataFrame, rule: Rule) -> pl.Series:
    """Return what a list of codes says by a rule; null where none of them is one of the rule's."""
    header = fold(rule.column[0]) if rule.column else ""
    if header not in held.columns:
        return pl.Series([None] * held.height, dtype=pl.String)
    book = {code: meaning for code, meaning in _book(rule).items() if meaning}

    def first(text: str) -> str | None:
        return next((book[fold(code)] for code in text.split(",") if fold(code) in book), None)

    return by_distinct(held[header], first, pl.String)


def _ask_about_codes(
    bundle: Bundle, kind: str, rows: pl.DataFrame, rules: Mapping[str, Rule], profile: str
) -> None:
    """Ask about codes that the profile does not explain."""
    explained: dict[str, set[str]] = {}
    for rule in rules.values():
        if rule.values and rule.column:
            explained.setdefault(fold(rule.column[0]), set()).update(_book(rule))
    for header, known in explained.items():
        if header not in rows.columns:
            continue
        codes = rows[header].drop_nulls().str.split(",").explode().str.strip_chars().unique().to_list()
        unknown = [code for code in codes if code and fold(code) not in known]
        if unknown:
            name = bundle.tables[kind].folded.get(header, header)
            bundle.note_all(
                "question", f"'{name}' holds codes that nobody has explained: {examples(pl.Series(unknown))}. They were left out.",
                f"Copy the profile {profile} into the folder mappings, write there under `values` what each code means, and import again.",
                kind=kind,
            )  # fmt: skip
