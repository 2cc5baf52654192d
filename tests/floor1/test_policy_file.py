"""The disclosure policy is a file that the district owns."""

from __future__ import annotations

import tomllib

import pytest

from dataworkbench.errors import WorkbenchError
from dataworkbench.policy import DEFAULT_POLICY_TEXT, DisclosurePolicy, load_policy


def written(tmp_path, text):
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_file_a_new_workspace_gets_says_what_the_default_is():
    assert DisclosurePolicy.model_validate(tomllib.loads(DEFAULT_POLICY_TEXT)) == DisclosurePolicy()


def test_a_missing_policy_is_never_replaced_by_a_default(tmp_path):
    with pytest.raises(WorkbenchError, match="no disclosure policy"):
        load_policy(tmp_path / "policy.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("minimum_group = 2", "minimum_group"),
        ("minimum_gruop = 10", "minimum_gruop"),
        ("minimum_group = ", "cannot be read"),
        ("minimum_group = 5", "add a band"),
        ("bands = []", "empty"),
        (
            "[[bands]]\nsmallest = 20\nends = 0.1\nstep = 0.1\n[[bands]]\nsmallest = 10\nends = 0.1\nstep = 0.1",
            "small groups to large",
        ),
        ("[[bands]]\nsmallest = 10\nends = 0.6\nstep = 0.1", "ends"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_named(tmp_path, text, said):
    with pytest.raises(WorkbenchError, match=said):
        load_policy(written(tmp_path, text))


@pytest.mark.parametrize(
    ("n", "smallest"),
    [
        (9, None),
        (10, 10),
        (19, 10),
        (20, 20),
        (39, 20),
        (40, 40),
        (100, 100),
        (299, 100),
        (300, 300),
        (10_000, 300),
    ],
)
def test_each_group_size_has_the_band_of_the_cited_table(n, smallest):
    band = DisclosurePolicy().band_for(n)
    assert (band.smallest if band else None) == smallest


def test_any_change_of_a_rule_changes_the_fingerprint():
    assert DisclosurePolicy().fingerprint != DisclosurePolicy(minimum_group=10, mean_decimals=1).fingerprint
