"""A solver that loses its way is asked once more from the beginning; only then is a figure "not finished"."""

import numpy as np
import pandas as pd
import pytest

from dataworkbench.disclosure.attacking import attack, solving
from dataworkbench.disclosure.ledger import Ledger


@pytest.fixture
def ledger() -> Ledger:
    """Two hidden groups of one whole of 30."""
    return Ledger(
        pd.DataFrame({"unknown": [0, 1], "cell": ["a", "b"], "what": "n", "truth": [4.0, 26.0], "least": 0.0, "most": np.inf}),
        pd.DataFrame({"statement": [0], "cell": [""], "source": "arithmetic", "low": 30.0, "high": 30.0, "fixed": True, "cost": 0.0}),
        pd.DataFrame({"statement": [0, 0], "unknown": [0, 1], "factor": 1.0}),
        pd.DataFrame({"target": [0], "cell": ["a"], "what": "n", "required": 10.0, "rule": "small", "whole": True}),
        pd.DataFrame({"target": [0], "unknown": [0], "factor": 1.0}),
    )  # fmt: skip


def losing_its_way(monkeypatch, state: str, *, always: bool) -> None:
    """Let the solver say ``state`` to every question, or to every one that it is not asked from the beginning."""
    run, again, from_nothing = solving.Warm._run, solving.Warm._run_from_nothing, []

    def lost(warm, seconds):
        found = run(warm, seconds)
        return found if from_nothing and not always else state

    def asked_again(warm, seconds):
        from_nothing.append(True)
        found = again(warm, seconds)
        from_nothing.clear()
        return found

    monkeypatch.setattr(solving.Warm, "_run", lost)
    monkeypatch.setattr(solving.Warm, "_run_from_nothing", asked_again)


@pytest.mark.parametrize("state", [solving.NOTHING_FITS, solving.STOPPED])
def test_a_figure_is_safe_where_the_solver_loses_its_way_but_not_from_the_beginning(
    ledger, monkeypatch, state
):
    losing_its_way(monkeypatch, state, always=False)
    row = attack(ledger).iloc[0]
    assert (row["verdict"], row["low"], row["high"]) == ("safe", 0, 30)


@pytest.mark.parametrize("state", [solving.NOTHING_FITS, solving.STOPPED])
def test_a_figure_is_not_finished_where_the_solver_loses_its_way_twice(ledger, monkeypatch, state):
    losing_its_way(monkeypatch, state, always=True)
    assert attack(ledger).iloc[0]["verdict"] == "not finished"
