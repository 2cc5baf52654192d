"""What suppression says that fits is checked by adding up; and a cube taken table by table comes out as if taken at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.ledger import Ledger
from dataworkbench.disclosure.linked import CHANGES, DIMENSIONS, cell_ids, secure
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.publishing.releases import in_parts
from dataworkbench.publishing.releases.auditing import audited, in_fractions_alone, secured_and_audited
from dataworkbench.publishing.releases.knowing import Known

NOTHING = Known((), pd.DataFrame(columns=list(CHANGES)), ())


def ledger_of_four(hidden_total: bool) -> Ledger:
    """Two hidden groups of 4 and 6 whose sum 10 is published, or not."""
    unknowns = pd.DataFrame(
        {"unknown": [0, 1], "cell": ["a", "b"], "what": "n", "truth": [4.0, 6.0], "least": 0.0, "most": 50.0}
    )
    statements = pd.DataFrame(
        {"statement": [0], "cell": ["t"], "source": "this release", "low": 0.0 if hidden_total else 10.0,
         "high": 90.0 if hidden_total else 10.0, "fixed": False, "cost": 1.0}
    )  # fmt: skip
    terms = pd.DataFrame({"statement": [0, 0], "unknown": [0, 1], "factor": 1.0})
    targets = pd.DataFrame(
        {"target": [0], "cell": ["a"], "what": "n", "required": 10.0, "rule": "small", "whole": True}
    )
    return Ledger(
        unknowns, statements, terms, targets, pd.DataFrame({"target": [0], "unknown": [0], "factor": 1.0})
    )


def table(*moved: float) -> tuple[np.ndarray, np.ndarray]:
    """A table in which both numbers are off the truth by so much."""
    return np.array([0, 1]), np.array(moved)


def test_a_table_that_fits_shows_how_far_a_figure_can_move() -> None:
    found = attack(
        ledger_of_four(hidden_total=False), shown=[table(-4.0, 4.0), table(6.0, -6.0)], seconds=0.0
    )
    assert found[["low", "high", "verdict"]].to_numpy().tolist() == [[0.0, 10.0, "safe"]]


def test_a_table_that_does_not_fit_shows_nothing_however_far_it_moves() -> None:
    found = attack(
        ledger_of_four(hidden_total=False), shown=[table(-4.0, 3.0), table(20.0, -6.0)], seconds=0.0
    )
    assert found["verdict"].tolist() == ["not finished"]


def test_a_table_below_nobody_shows_nothing() -> None:
    found = attack(ledger_of_four(hidden_total=True), shown=[table(-8.0, 0.0), table(2.0, 0.0)], seconds=0.0)
    assert found["verdict"].tolist() == ["not finished"]


def two_tables() -> pd.DataFrame:
    """Enrollment of two years in four schools by two groups, with every total; some groups are below 10."""
    chance = np.random.default_rng(3)
    rows = []
    for year in ("2024-25", "2025-26"):
        sizes = chance.integers(2, 40, (4, 2))
        for school in (*range(4), None):
            for group in (0, 1, None):
                n = sizes[
                    slice(None) if school is None else school, slice(None) if group is None else group
                ].sum()
                rows.append(
                    {"indicator": "enrollment", "school_year": year, "school_id": "" if school is None else f"S{school}",
                     "subgroup_type": "" if group is None else "Gender", "subgroup": "" if group is None else "AB"[group], "n": float(n)}
                )  # fmt: skip
    cube = pd.DataFrame(rows)
    for name in DIMENSIONS:
        cube[name] = cube.get(name, "")
    cube = cube.assign(
        unit="count",
        numerator=np.nan,
        mean=np.nan,
        sd=np.nan,
        scale_low=np.nan,
        scale_high=np.nan,
        status="",
        reason="",
    )
    return cube.assign(cell=cell_ids(cube))


@pytest.fixture(name="whole")
def _whole() -> pd.DataFrame:
    return two_tables()


def test_table_by_table_the_same_is_published_as_at_once(whole: pd.DataFrame) -> None:
    secured, audit = secured_and_audited(whole, DisclosurePolicy(), NOTHING)
    at_once = secure(whole, DisclosurePolicy())
    told = ["cell", "status", "label"]
    assert secured.cells[told].to_numpy().tolist() == at_once.cells[told].to_numpy().tolist()
    assert len(audit) == len(secured.ledger.targets) == len(at_once.ledger.targets) > 5


def test_what_was_put_together_is_found_safe_by_an_attack_on_all_of_it(whole: pd.DataFrame) -> None:
    secured, audit = secured_and_audited(whole, DisclosurePolicy(), NOTHING)
    again = attack(secured.ledger)
    assert set(audit["verdict"]) == set(again["verdict"]) == {"safe"}
    assert audit["target"].tolist() == again["target"].tolist()
    shown = attack(secured.ledger, shown=secured.shown, seconds=0.0)
    assert set(shown["verdict"]) == {"safe"}


def test_other_processes_come_to_the_same(whole: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    here, _ = secured_and_audited(whole, DisclosurePolicy(), NOTHING)
    monkeypatch.setattr(in_parts, "LARGE", 1)
    there, audit = secured_and_audited(whole, DisclosurePolicy(), NOTHING)
    told = ["cell", "status", "label", "low", "high"]
    one, other = (
        each.cells[told].sort_values("cell").fillna(-1.0).to_numpy().tolist() for each in (here, there)
    )
    assert one == other
    assert set(audit["verdict"]) == {"safe"}


def test_only_tables_with_very_many_figures_are_left_to_fractions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dataworkbench.publishing.releases.auditing.MOST_IN_WHOLE_NUMBERS", 2)
    cells = pd.Series(["a|1||||x", "a|1||||y", "a|1||||z", "b|1||||x"])
    assert in_fractions_alone(cells).tolist() == [True, True, True, False]


def pairs_of_students() -> Ledger:
    """At most five students, who came in pairs: in fractions anything from 0 to 5, in whole numbers 0, 2 or 4."""
    unknowns = pd.DataFrame(
        {"unknown": [0, 1], "cell": ["a|1||||x", "a|1||||y"], "what": "n", "truth": [4.0, 2.0], "least": 0.0, "most": [5.0, 9.0]}
    )  # fmt: skip
    statements = pd.DataFrame(
        {
            "statement": [0],
            "cell": [""],
            "source": "arithmetic",
            "low": 0.0,
            "high": 0.0,
            "fixed": True,
            "cost": 0.0,
        }
    )
    terms = pd.DataFrame({"statement": [0, 0], "unknown": [0, 1], "factor": [1.0, -2.0]})
    targets = pd.DataFrame(
        {"target": [0], "cell": ["a|1||||x"], "what": "n", "required": 5.0, "rule": "small", "whole": True}
    )
    of_targets = pd.DataFrame({"target": [0], "unknown": [0], "factor": 1.0})
    return Ledger(unknowns, statements, terms, targets, of_targets)


def test_a_release_is_attacked_in_whole_numbers_too() -> None:
    assert attack(pairs_of_students())["verdict"].tolist() == ["safe"]
    assert audited(pairs_of_students())["verdict"].tolist() == ["too narrow"]


def test_a_table_that_is_too_large_for_whole_numbers_is_attacked_in_fractions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dataworkbench.publishing.releases.auditing.MOST_IN_WHOLE_NUMBERS", 0)
    assert audited(pairs_of_students())["verdict"].tolist() == ["safe"]
