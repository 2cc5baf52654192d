"""CSV that a spreadsheet opens without running anything."""

# ruff: noqa: RUF001 - spreadsheets take the wide sign for the narrow one

import csv
import io

import awkward_frames as gallery
import pandas as pd
import pytest

from dataworkbench.disclosure import for_audience
from dataworkbench.errors import NotGatedError
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.tables import to_csv_safe


def read(text):
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "|", "＝", " =", "\ufeff="])
def test_text_that_begins_like_a_formula_gets_an_apostrophe(begin):
    cell = f"{begin}cmd|' /C calc'!A0"
    assert read(to_csv_safe(pd.DataFrame({"name": [cell]})))[1] == [f"'{cell}"]


def test_a_column_name_can_be_a_formula_too():
    assert read(to_csv_safe(pd.DataFrame({"=1+1": ["a"]})))[0] == ["'=1+1"]


def test_numbers_stay_numbers():
    assert read(to_csv_safe(pd.DataFrame({"change": [-0.12, 3.0]})))[1:] == [["-0.12"], ["3.0"]]


def test_identifiers_keep_their_zeros():
    assert read(to_csv_safe(pd.DataFrame({"student_id": ["00123"]})))[1] == ["00123"]


def test_gaps_are_empty_and_not_words():
    assert read(to_csv_safe(pd.DataFrame({"n": pd.array([None, 4], dtype="Int64"), "name": [None, "b"]})))[
        1:
    ] == [["", ""], ["4", "b"]]


def test_commas_quotes_and_breaks_come_back_as_they_were():
    cell = 'Oak, "the old"\nschool'
    assert read(to_csv_safe(pd.DataFrame({"name": [cell]})))[1] == [cell]


def test_figures_leave_only_through_the_gate():
    with pytest.raises(NotGatedError, match=r"dw\.for_audience"):
        to_csv_safe(gallery.subgroups())


def test_a_hidden_figure_is_no_number_in_the_file():
    gated = for_audience(gallery.subgroups(), "public", policy=DisclosurePolicy())
    head, *rows = read(to_csv_safe(gated))
    row = dict(zip(head, rows[1], strict=True))
    assert (row["subgroup"], row["n"], row["value"], row["label"]) == (
        "American Indian or Alaska Native",
        "",
        "",
        "hidden",
    )
