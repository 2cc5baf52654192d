"""What the address of a page can choose, and what it can never choose."""

from __future__ import annotations

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from dataworkbench.panels.address import LONGEST, Form, chosen_in, fields_for

PARAMETERS = {
    "workspace": "", "school": "", "school_year": "", "audience": "staff", "student": "", "goals": [], "secret": "",
}  # fmt: skip


class District:
    """The little that the form asks a district."""

    schools = pd.DataFrame({"school_id": ["S1", "S2"], "school_name": ["Alder <b>", "Birch"]})
    school_years = ("2025-26", "2026-27")
    school_year = "2026-27"

    def ask(self, sql: str, _parameters: object = ()) -> pd.DataFrame:
        raise AssertionError(sql)


@pytest.fixture
def fields():
    return fields_for(District(), PARAMETERS)


def test_a_page_offers_those_of_its_parameters_that_hold_text_and_are_known(fields):
    assert [field.name for field in fields] == ["school", "school_year", "student"]


def test_an_address_chooses_what_is_on_offer(fields):
    assert chosen_in("school=S2&school_year=2025-26&student=00123", fields) == {
        "school": "S2", "school_year": "2025-26", "student": "00123",
    }  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        "workspace=/somewhere/else", "audience=public", "secret=x", "goals=x", "school=S9", "school=", "school_year=1999-00",
        f"student={'9' * (LONGEST + 1)}", "token=abc", "policy=none",
    ],
)  # fmt: skip
def test_nothing_else_can_be_chosen(fields, query):
    assert chosen_in(query, fields) == {}


@given(st.text(max_size=200))
def test_whatever_stands_in_an_address_only_names_of_fields_come_back(query):
    fields = fields_for(District(), PARAMETERS)
    found = chosen_in(query, fields)
    assert set(found) <= {"school", "school_year", "student"}
    assert found.get("school", "S1") in {"S1", "S2"}


def test_the_form_has_a_label_for_each_control_and_shows_what_is_chosen(fields):
    page = BeautifulSoup(
        Form(fields, {"school": "S1", "student": '"><script>x</script>'})._repr_html_(), "html.parser"
    )
    assert page.form["method"] == "get"
    assert [label.contents[0] for label in page.find_all("label")] == [
        "School",
        "School year",
        "Student (identifier)",
    ]
    assert page.find("option", selected=True).text == "Alder <b>"
    assert page.find("input")["value"] == '"><script>x</script>'
    assert page.find("script") is None
