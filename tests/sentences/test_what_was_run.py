"""The sentences that close a notebook."""

from types import SimpleNamespace

import pytest

from dataworkbench.errors import NoSuchNameError
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.sentences import what_was_run

DISTRICT = SimpleNamespace(
    name="Maple", snapshot_id="2025-11-22-a1b2", school_year="2025-26", policy=DisclosurePolicy(name="Maple's policy"),
    snapshot=SimpleNamespace(made_on="2025-11-22"), counts={"students": 3214, "results": 9000, "incidents": 0},
)  # fmt: skip


def test_the_data_and_their_date_are_named():
    first = str(what_was_run(DISTRICT)).splitlines()[0]
    assert first == "Maple, school year 2025-26. Data: snapshot 2025-11-22-a1b2, made on 2025-11-22."


def test_the_policy_is_named_with_its_fingerprint():
    assert f"Maple's policy ({DISTRICT.policy.fingerprint})" in str(what_was_run(DISTRICT))


def test_the_table_of_bands_is_named():
    assert "Utah State Board of Education" in str(what_was_run(DISTRICT))


def test_staff_learn_how_many_rows_there_were():
    assert "Rows in its tables: students 3,214, results 9,000." in str(
        what_was_run(DISTRICT, audience="staff")
    )


def test_a_public_page_prints_no_number_of_rows_to_subtract_from():
    assert "3,214" not in str(what_was_run(DISTRICT))


def test_a_district_in_memory_has_no_date():
    bare = SimpleNamespace(
        name="", snapshot_id="in memory", school_year="", policy=DisclosurePolicy(), snapshot=None
    )
    assert str(what_was_run(bare)).startswith("This district. Data: snapshot in memory.")


def test_an_audience_nobody_knows_is_refused():
    with pytest.raises(NoSuchNameError, match="No audience is called 'parents'"):
        what_was_run(DISTRICT, audience="parents")
