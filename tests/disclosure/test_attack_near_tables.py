"""Whole tables are looked for near tables in fractions, however far from the figure the other numbers are that move with it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.attacking.whole import attack_in_whole_numbers
from dataworkbench.disclosure.ledger import Ledger
from dataworkbench.publishing.releases.auditing import audited

LINKS = 600
"""More than a search around one figure lets move."""
EVERY = np.arange(LINKS + 1)
HALVES = ((EVERY, np.full(LINKS + 1, -2.5)), (EVERY, np.full(LINKS + 1, 6.5)))
"""Two tables that fit in fractions: everybody at a half, and everybody at nine and a half."""


def chain(most: float = 10.0) -> Ledger:
    """Groups of three, each as large as the next, of ten at most: the first moves if all others do, from 0 to 10 by hand."""
    unknowns = pd.DataFrame(
        {"unknown": EVERY, "cell": [f"i|1||||{place:04}" for place in EVERY], "what": "n", "truth": 3.0, "least": 0.0, "most": most}
    )  # fmt: skip
    statements = pd.DataFrame(
        {"statement": EVERY[:-1], "cell": "", "source": "arithmetic", "low": 0.0, "high": 0.0, "fixed": True, "cost": 0.0}
    )  # fmt: skip
    terms = pd.DataFrame(
        {"statement": np.repeat(EVERY[:-1], 2), "unknown": np.stack([EVERY[:-1], EVERY[1:]], axis=1).ravel(),
         "factor": np.tile([1.0, -1.0], LINKS)}
    )  # fmt: skip
    targets = pd.DataFrame(
        {
            "target": [0],
            "cell": ["i|1||||0000"],
            "what": "n",
            "required": 10.0,
            "rule": "small",
            "whole": True,
        }
    )
    return Ledger(
        unknowns, statements, terms, targets, pd.DataFrame({"target": [0], "unknown": [0], "factor": 1.0})
    )


def test_a_figure_that_moves_with_hundreds_of_others_is_found_safe_near_tables_in_fractions():
    ledger = chain()
    audit = attack(ledger)
    assert audit[["low", "high", "verdict"]].to_numpy().tolist() == [[0, 10, "safe"]]
    assert attack_in_whole_numbers(ledger, audit)["verdict"].tolist() == ["not finished"]
    again = attack_in_whole_numbers(ledger, audit, shown=HALVES)
    assert again[["low", "high", "verdict"]].to_numpy().tolist() == [[0, 10, "safe"]]


def test_a_release_is_attacked_near_the_tables_by_which_it_was_found_safe():
    assert audited(chain())["verdict"].tolist() == ["not finished"]
    assert audited(chain(), HALVES)["verdict"].tolist() == ["safe"]


@pytest.mark.parametrize("moved", [(np.array([0]), np.array([7.0])), (EVERY, np.full(LINKS + 1, 60.0))])
def test_a_table_that_does_not_fit_shows_nothing(moved):
    """The first alone can't be ten, and nobody can be sixty: near tables that say so, nothing is found."""
    ledger = chain()
    again = attack_in_whole_numbers(ledger, attack(ledger), shown=(moved,))
    assert again["verdict"].tolist() == ["not finished"]


def test_where_there_is_no_room_for_whole_students_a_table_in_fractions_shows_none():
    """Of at most 9.5, whole students are 0 to 9: nine apart where ten were asked for, though tables in fractions fit."""
    ledger = chain(most=9.5)
    audit = attack(ledger).assign(verdict="safe", high=10.0)
    again = attack_in_whole_numbers(ledger, audit, shown=(HALVES[0], (EVERY, np.full(LINKS + 1, 6.5))))
    assert again[["low", "high"]].to_numpy().tolist() == [[0, 9]]
    assert again["verdict"].tolist() == ["not finished"]
