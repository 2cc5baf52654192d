"""The page for coordinators speaks of every kind of file, and of every word that a profile may hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from dataworkbench.readers import load_profiles
from dataworkbench.readers.profiles import Marks, Profile, Rule, TablePart
from dataworkbench.workspace import shipped

PAGE = (Path(__file__).parents[2] / "docs" / "bringing-data.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "title", [profile.title for profile in load_profiles([shipped("templates") / "profiles"])]
)
def test_every_kind_of_file_stands_on_the_page(title):
    assert title in PAGE


@pytest.mark.parametrize(
    "word", [*Profile.model_fields, *TablePart.model_fields, *Rule.model_fields, *Marks.model_fields]
)
def test_every_word_of_a_profile_is_explained_on_the_page(word):
    assert f"`{word}`" in PAGE


def test_the_profile_on_the_page_works(read, tmp_path):
    text = PAGE.split("```yaml\n")[1].split("```")[0]
    Profile.model_validate(YAML(typ="safe", pure=True).load(text))
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "passes.yaml").write_text(text)
    reading = read(
        {"x.csv": "Pass No,Pupil,Building,Day,Why\n1,00123,0042,03/25/2026,Caf\n"},
        profiles=[tmp_path / "mappings"],
    )
    row = reading.tables["incidents"].row(0, named=True)
    assert (row["student_id"], row["school_year"], row["location"]) == ("00123", "2025-26", "Cafeteria")


def test_the_survey_on_the_page_works(read, tmp_path):
    text = PAGE.split("### A survey")[1].split("```yaml\n")[1].split("```")[0]
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "survey.yaml").write_text(text)
    reading = read(
        {
            "x.csv": "Timestamp,School,Grade,I like math.,Tests make me nervous.\n9/15/2025 8:01:00,0042,3,Agree,Neutral\n"
        },
        profiles=[tmp_path / "mappings"],
    )
    answers = (
        reading.tables["survey_responses"].select("item_id", "grade_level", "answer").sort("item_id").rows()
    )
    assert answers == [("I like math.", "03", 4), ("Tests make me nervous.", "03", 3)]


def test_the_profile_for_published_figures_on_the_page_works(read, tmp_path):
    text = PAGE.split("### Published figures")[1].split("```yaml\n")[1].split("```")[0]
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "report.yaml").write_text(text)
    rows = "Building Code,Pct Proficient,Tested\n001,TFS,4\n002,Below Target,40\n003,61.5,80\n004,N/A,\n"
    reading = read({"report_2024-25.csv": rows}, profiles=[tmp_path / "mappings"])
    got = reading.tables["published_figures"].select("place_id", "status", "low", "high", "n").rows()
    assert got == [
        ("001", "suppressed", None, None, 4),
        ("002", "range", 0.0, 40.0, 40),
        ("003", "exact", 61.5, 61.5, 80),
        ("004", "not_applicable", None, None, None),
    ]
