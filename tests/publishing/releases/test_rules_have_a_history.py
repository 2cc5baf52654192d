"""Every policy and publication file seen is kept, with what changed in it, when, and by which account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworkbench.policy import DEFAULT_POLICY_TEXT, Band, DisclosurePolicy, Related, Requirement
from dataworkbench.publishing.releases.rules import changes, kept_text, note_rules, weaker
from dataworkbench.publishing.releases.shelf import history
from dataworkbench.publishing.releases.states import account
from dataworkbench.workspace import new_workspace

AT = datetime(2026, 10, 1, 9, tzinfo=UTC)


def seen(place, kind="policy"):
    return [line for line in history(place) if line["what"] == kind]


def rewrite(place, old, new, name="policy.toml"):
    path = place.root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_change_of_policy_is_written_down_with_when_who_and_what_it_was_before(tmp_path):
    place = new_workspace(tmp_path / "d")
    note_rules(place, now=AT)
    note_rules(place, now=AT + timedelta(hours=1))
    assert len(seen(place)) == 1
    rewrite(place, "minimum_group = 10", "minimum_group = 15")
    rewrite(place, '"enrollment", ', "", "publication.toml")
    note_rules(place, now=AT + timedelta(hours=2))
    change = seen(place)[-1]
    assert change["said"] == ["minimum_group was 10, is 15"]
    assert (change["who"], change["at"]) == (account(), "2026-10-01T11:00:00+00:00")
    assert "indicators was enrollment, chronic_absence" in seen(place, "publication")[-1]["said"][0]


def test_the_words_of_every_file_that_was_seen_are_kept(tmp_path):
    place = new_workspace(tmp_path / "d")
    note_rules(place, now=AT)
    rewrite(place, "width = 10", "width = 12")
    note_rules(place, now=AT)
    first, second = seen(place)
    assert kept_text(place, "policy", first["fingerprint"]) == DEFAULT_POLICY_TEXT
    assert "width = 12" in kept_text(place, "policy", second["fingerprint"])
    assert second["before"] == first["fingerprint"]


def test_going_back_to_an_earlier_policy_is_a_change_too(tmp_path):
    place = new_workspace(tmp_path / "d")
    for new, old in (("10", "10"), ("15", "10"), ("10", "15")):
        rewrite(place, f"minimum_group = {old}", f"minimum_group = {new}")
        note_rules(place, now=AT)
    assert [line["said"] for line in seen(place)] == [
        [],
        ["minimum_group was 10, is 15"],
        ["minimum_group was 15, is 10"],
    ]


def test_a_change_of_bands_and_one_of_notes_alone_are_told_apart():
    noted = DEFAULT_POLICY_TEXT + "\n# seen by the board\n"
    assert changes("policy", DEFAULT_POLICY_TEXT, noted) == ["only notes or spacing changed"]
    finer = DEFAULT_POLICY_TEXT.replace("smallest = 40\nends = 0.05", "smallest = 40\nends = 0.03")
    assert changes("policy", DEFAULT_POLICY_TEXT, finer) == ["the band from 40 was 0.05, 0.01, is 0.03, 0.01"]


WEAKER = [
    DisclosurePolicy(
        minimum_group=5, bands=(Band(smallest=5, ends=0.2, step=0.1), *DisclosurePolicy().bands[1:])
    ),
    DisclosurePolicy(mean_decimals=1),
    DisclosurePolicy(requirement=Requirement(width=9)),
    DisclosurePolicy(requirement=Requirement(kind="double")),
    DisclosurePolicy(requirement=Requirement(coded=1)),
    DisclosurePolicy(requirement=Requirement(mean=0.05)),
    DisclosurePolicy(related=Related(changed_below=3)),
    DisclosurePolicy(never_published=("staff_id",)),
    DisclosurePolicy(bands=(*DisclosurePolicy().bands[:2], Band(smallest=40, ends=0.01, step=0.01))),
]


@pytest.mark.parametrize("policy", WEAKER)
def test_a_policy_that_protects_less_is_told_and_its_opposite_is_not(policy):
    assert weaker(DisclosurePolicy(), policy)
    if policy.requirement.kind == "width":
        assert weaker(policy, DisclosurePolicy()) == []


@given(
    one=st.integers(3, 30), other=st.integers(3, 30), widths=st.tuples(st.integers(2, 30), st.integers(2, 30))
)
def test_of_two_policies_that_differ_in_one_direction_exactly_the_smaller_one_is_weaker(one, other, widths):
    band = (Band(smallest=3, ends=0.2, step=0.1),)
    before = DisclosurePolicy(minimum_group=one, bands=band, requirement=Requirement(width=widths[0]))
    after = DisclosurePolicy(minimum_group=other, bands=band, requirement=Requirement(width=widths[1]))
    assert len(weaker(before, after)) == (other < one) + (widths[1] < widths[0])
