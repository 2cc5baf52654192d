"""Two releases that are each safe can tell a hidden figure together, so a second one is attacked with the first."""

from __future__ import annotations

import pandas as pd
import pytest

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.ledger import Ledger
from dataworkbench.errors import WorkbenchError
from dataworkbench.publishing.releases.ledgers import joined, part_of, table_names, united

TABLE = "enrollment|2024-25|||"
TRUTH = {"a": 40.0, "b": 50.0, "c": 4.0}


def cell(name: str, table: str = TABLE) -> str:
    return f"{table}|{name}|||"


def said(shown: str, truth: dict[str, float] | None = None, table: str = TABLE) -> Ledger:
    """What one release says of three schools and their total: the schools in ``shown``, and the total."""
    true = truth or TRUTH
    names = list(true)
    whole = sum(true.values())
    rows = [("", "arithmetic", whole, dict.fromkeys(names, 1.0), True)]
    rows += [(cell(name, table), "this release", true[name], {name: 1.0}, False) for name in shown]
    hidden = [name for name in names if name not in shown]
    return Ledger(
        pd.DataFrame([(place, cell(name, table), "n", true[name], 0.0, float("inf")) for place, name in enumerate(names)],
                     columns=["unknown", "cell", "what", "truth", "least", "most"]),
        pd.DataFrame([(place, of, source, low, low, fixed, 1.0) for place, (of, source, low, _, fixed) in enumerate(rows)],
                     columns=["statement", "cell", "source", "low", "high", "fixed", "cost"]),
        pd.DataFrame([(place, names.index(name), factor) for place, row in enumerate(rows) for name, factor in row[3].items()],
                     columns=["statement", "unknown", "factor"]),
        pd.DataFrame([(place, cell(name, table), "n", 10.0, "too few", True) for place, name in enumerate(hidden)],
                     columns=["target", "cell", "what", "required", "rule", "whole"]),
        pd.DataFrame([(place, names.index(name), 1.0) for place, name in enumerate(hidden)], columns=["target", "unknown", "factor"]),
    )  # fmt: skip


def verdicts(ledger: Ledger) -> dict[str, str]:
    audit = attack(ledger)
    return dict(zip(audit["cell"], audit["verdict"], strict=True))


EVERY = {cell(name) for name in TRUTH}


def test_two_safe_releases_of_the_same_students_tell_the_hidden_figure_together():
    assert set(verdicts(said("a")).values()) == {"safe"}
    assert set(verdicts(said("b")).values()) == {"safe"}
    together = attack(united(said("a"), said("b"), EVERY, "r1"))
    small = together[together["cell"] == cell("c")].iloc[0]
    assert (small["low"], small["high"], small["verdict"]) == (4.0, 4.0, "exact")


def test_where_other_students_are_behind_the_figures_each_release_stays_safe():
    now = {"a": 60.0, "b": 80.0, "c": 5.0}
    together = united(said("a"), said("b", now), set(), "r1")
    assert set(attack(together)["verdict"]) == {"safe"}
    assert len(together.unknowns) == 6
    assert cell("c") + "@r1" in set(together.unknowns["cell"])


def test_one_unchanged_cell_is_one_number_in_both():
    now = {"a": 60.0, "b": 80.0, "c": 4.0}
    together = united(said("a"), said("b", now), {cell("c")}, "r1")
    assert len(together.unknowns) == 5
    assert list(together.unknowns["truth"]) == [60.0, 80.0, 4.0, 40.0, 50.0]


def test_what_was_said_before_can_not_be_taken_back():
    together = united(said("a"), said("b"), EVERY, "r1")
    assert verdicts(together)[cell("c")] == "exact"
    left = verdicts(together.without({cell("a"), cell("b")}))
    assert (left[cell("c")], left[cell("a")]) == ("safe", "exact")
    assert (together.statements["source"] == "the earlier release r1").sum() == 2
    assert together.without({cell("a")}).statements["cell"].tolist().count(cell("a")) == 1


def test_a_third_release_knows_the_first_two_by_their_own_names():
    second = united(said("a"), said("b", {"a": 60.0, "b": 80.0, "c": 5.0}), set(), "r1")
    third = united(second, said("a", {"a": 90.0, "b": 95.0, "c": 6.0}), set(), "r2")
    assert sorted(third.unknowns["cell"].str.partition("@")[2].unique()) == ["", "r1", "r2"]
    assert len(third.unknowns) == 9
    assert set(attack(third)["verdict"]) == {"safe"}


def test_ledgers_of_different_tables_are_joined_and_taken_apart_again():
    other = "enrollment|2025-26|||"
    whole = joined([said("a"), said("b", table=other)])
    for table, alone in ((TABLE, said("a")), (other, said("b", table=other))):
        name = table_names(pd.Series([cell("a", table)])).iloc[0]
        part = part_of(whole, [name])
        assert verdicts(part) == verdicts(alone)
        assert len(part.statements) == len(alone.statements)
        assert len(part.targets) == len(alone.targets)


@pytest.mark.parametrize("shown", ["", "a", "ab"])
def test_a_ledger_joined_with_nothing_is_itself(shown):
    one = said(shown)
    for part in ("unknowns", "statements", "terms", "targets", "target_terms"):
        pd.testing.assert_frame_equal(getattr(joined([one]), part), getattr(one, part), check_dtype=False)


def test_what_was_said_of_two_tables_together_is_not_taken_apart():
    other = "enrollment|2025-26|||"
    whole = joined([said("a"), said("b", table=other)])
    terms = pd.concat(
        [whole.terms, pd.DataFrame({"statement": [0], "unknown": [4], "factor": [1.0]})], ignore_index=True
    )
    linked = Ledger(whole.unknowns, whole.statements, terms, whole.targets, whole.target_terms)
    with pytest.raises(WorkbenchError, match="something was said of them together"):
        part_of(linked, [table_names(pd.Series([cell("a")])).iloc[0]])
