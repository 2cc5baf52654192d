"""What a coordinator reads: which figures give one away, in words, and how the audit went."""

import pandas as pd

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.attacking.records import Protected, Said, ledger_of_records
from dataworkbench.disclosure.attacking.telling import explain, narrowest_of, tell

RACES = pd.DataFrame({"race": ["Asian"] * 20 + ["White"] * 27 + ["Black"] * 3, "club": [True, False] * 25})
HIDDEN = [Protected("Black", {"race": "Black"}, 10, rule="ten students between the fewest and the most")]


def by_race(*more):
    said = [
        Said("All students", {}, 50),
        Said("Asian", {"race": "Asian"}, 20),
        Said("White", {"race": "White"}, 27),
    ]
    return ledger_of_records(RACES, [*said, *more], HIDDEN)


def test_a_difference_is_told_as_one_takes_it_from_a_table():
    ledger = by_race()
    row = attack(ledger).iloc[0]
    assert explain(ledger, row) == "All students (50), less Asian (20), less White (27): 3 are left."


def test_only_what_is_needed_is_told():
    ledger = by_race(
        Said("In the club", {"club": True}, 25),
        Said("White in the club", {"race": "White", "club": True}, 14),
    )
    row = attack(ledger).iloc[0]
    assert explain(ledger, row) == "All students (50), less Asian (20), less White (27): 3 are left."


def test_an_earlier_release_is_named_where_it_is_part_of_it():
    ledger = ledger_of_records(
        RACES,
        [
            Said("All students", {}, 50),
            Said("Asian", {"race": "Asian"}, 20, source="the release of May", fixed=True),
            Said("White", {"race": "White"}, 27),
        ],
        HIDDEN,
    )
    assert "Asian, the release of May (20)" in explain(ledger, attack(ledger).iloc[0])


def test_cells_are_called_what_they_are_given_and_else_by_their_parts():
    ledger = ledger_of_records(
        RACES, [Said("absence|2025||", {}, 50), Said("a", {"race": ["Asian", "White"]}, 47)], HIDDEN
    )
    row = attack(ledger).iloc[0]
    assert explain(ledger, row) == "absence, 2025 (50), less a (47): 3 are left."
    assert (
        explain(ledger, row, names={"a": "Asian or White"})
        == "absence, 2025 (50), less Asian or White (47): 3 are left."
    )


def test_what_follows_from_ranges_is_told_with_its_ranges():
    ledger = ledger_of_records(
        RACES,
        [Said("All students", {}, 50), Said("Asian or White", {"race": ["Asian", "White"]}, 45, 49)],
        HIDDEN,
    )
    row = attack(ledger).iloc[0]
    assert (row["low"], row["high"], row["verdict"]) == (1, 5, "too narrow")
    told = explain(ledger, row)
    assert told.startswith("All students (50); Asian or White (45 to 49). Read together")
    assert told.endswith("1 to 5 are left.")


def test_a_contradiction_is_said_to_be_one_and_its_sides_are_named():
    ledger = by_race(Said("White again", {"race": "White"}, 26), Said("In the club", {"club": True}, 25))
    row = attack(ledger).iloc[0]
    assert row["verdict"] == "not finished"
    told = explain(ledger, row)
    assert "contradicts itself" in told
    assert "White (27)" in told
    assert "White again (26)" in told
    assert "club" not in told


def test_a_stopped_audit_asks_for_more_time():
    ledger = ledger_of_records(RACES, [Said("All students", {}, 50)], HIDDEN)
    row = attack(ledger, seconds=0).iloc[0]
    assert "Give it more time" in explain(ledger, row)


def test_an_audit_is_told_with_its_counts_and_its_narrowest_figures_first():
    ledger = ledger_of_records(
        RACES,
        [
            Said("All students", {}, 50),
            Said("Asian", {"race": "Asian"}, 20),
            Said("White or Black", {"race": ["White", "Black"]}, 30),
        ],
        [
            Protected("White", {"race": "White"}, 10, rule="ten apart"),
            Protected("Not Asian", {"race": ["White", "Black"]}, 10, rule="ten apart"),
        ],
    )
    audit = attack(ledger)
    lines = tell(audit)
    assert lines[0] == "2 figures are protected; 1 of them safe."
    assert lines[1] == "1 figure is given away exactly."
    assert lines[3] == "Not Asian (students): 30 to 30, where 10 was asked for (ten apart)."
    assert lines[4] == "White (students): 0 to 30, where 10 was asked for (ten apart)."
    assert lines[-1].startswith("The audit took ")
    assert narrowest_of(audit, 1)["cell"].tolist() == ["Not Asian"]


def test_nothing_hidden_is_told_as_such():
    audit = attack(ledger_of_records(RACES, [Said("All students", {}, 50)], []))
    assert tell(audit) == ["Nothing is hidden, so nothing had to be protected."]
