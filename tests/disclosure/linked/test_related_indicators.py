"""What one related indicator says, it says of all: their groups are the same students."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from attackers import attacked
from made_cubes import made_cube, made_students
from test_secured_releases import POLICY, counts

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.attacking.telling import explain
from dataworkbench.disclosure.ledger import Ledger
from dataworkbench.disclosure.linked import CHANGES, Earlier, cell_ids, secure
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.publishing.releases import auditing, in_parts
from dataworkbench.publishing.releases.knowing import Known

NOTHING = Known((), pd.DataFrame(columns=list(CHANGES)), ())
HIDES_A = {("", ""): 100, ("", "A"): 6, ("", "B"): 34, ("", "C"): 60}
"""Alone, A is hidden and one of the others with it."""
HIDES_NOTHING = {("", "B"): 34, ("", "C"): 60}
"""Alone, everything is shown; beside the other one, 100 less 34 less 60 are the six."""


def relating(*groups: tuple[str, ...]) -> DisclosurePolicy:
    return POLICY.model_copy(update={"related": POLICY.related.model_copy(update={"indicators": groups})})


RELATED = relating(("one", "other"))


def two(one: dict[tuple[str, str], int], other: dict[tuple[str, str], int]) -> pd.DataFrame:
    named = {"one": one, "other": other}
    return pd.concat(
        [counts(table).assign(indicator=name, status="") for name, table in named.items()], ignore_index=True
    )


def shown(cells: pd.DataFrame) -> dict[tuple[str, str], float]:
    """The figures that are said as one number, by indicator and group."""
    told = cells[cells["value"].notna()]
    return dict(zip(zip(told["indicator"], told["subgroup"], strict=True), told["value"], strict=True))


def the_six(*released: pd.DataFrame) -> tuple[float, float]:
    """Between which ends A lies for who takes what any of the tables says of everybody, B and C for true of all: by subtracting."""
    said = pd.concat(released).fillna({"n_low": 0.0, "n_high": np.inf})
    ends = {group: (of["n_low"].max(), of["n_high"].min()) for group, of in said.groupby("subgroup")}
    low, high = ([ends[group][end] for group in ("", "B", "C")] for end in (0, 1))
    return max(0.0, low[0] - high[1] - high[2]), high[0] - low[1] - low[2]


def every_word_is_true(ledger: Ledger) -> bool:
    said = ledger.terms.merge(ledger.unknowns[["unknown", "truth"]], on="unknown")
    sums = (said["factor"] * said["truth"]).groupby(said["statement"]).sum()
    sums = ledger.statements["statement"].map(sums).fillna(0.0)
    low, high = ledger.statements["low"] - 1e-6, ledger.statements["high"] + 1e-6
    return bool(((sums >= low) & (sums <= high)).all())


def test_what_one_indicator_hides_is_not_worked_out_from_what_a_related_one_shows():
    """Apart, one says "100 in all" and C only in tens, the other C as it is: 95 to 104 less 34 less 60 are 1 to 10."""
    cube = two(HIDES_A, HIDES_NOTHING)
    assert the_six(secure(cube, POLICY).cells) == (1, 10)
    linked = secure(cube, RELATED)
    low, high = the_six(linked.cells)
    assert high - low >= RELATED.requirement.width
    found = attacked(linked, cube, RELATED, related=("one", "other"))
    assert found.targets
    assert found.safe, found


def test_the_audit_attacks_with_what_is_known_of_related_indicators():
    """What would be shown of each apart is safe for who does not know that they are related, and is not for who does."""
    cube = two(HIDES_A, HIDES_NOTHING)
    apart, linked = secure(cube, POLICY), secure(cube, RELATED).ledger
    words = ["cell", "source", "low", "high", "fixed", "cost"]
    more = linked.statements[linked.statements["source"] == "related indicators"]
    number = apart.ledger.statements["statement"].max() + 1
    said = pd.concat(
        [apart.ledger.statements, more.assign(statement=more["statement"] + number)[["statement", *words]]]
    )
    terms = linked.terms[linked.terms["statement"].isin(more["statement"])]
    both = Ledger(
        apart.ledger.unknowns, said, pd.concat([apart.ledger.terms, terms.assign(statement=terms["statement"] + number)]),
        apart.ledger.targets, apart.ledger.target_terms,
    )  # fmt: skip
    assert (apart.ledger.unknowns["cell"] == linked.unknowns["cell"]).all()
    assert set(attack(apart.ledger)["verdict"]) == {"safe"}
    found = attack(both).query("cell.str.endswith('|A')").iloc[0]
    assert (found["verdict"], found["low"], found["high"]) == ("too narrow", 1, 10)
    told = explain(both, found)
    assert "other" in told
    assert "related indicators" not in told, "only figures are named, not what ties them"


@pytest.mark.parametrize("seed", range(5))
def test_related_indicators_with_other_breakdowns_give_no_group_away(seed):
    cube = random_pair(seed)
    found = attacked(secure(cube, RELATED), cube, RELATED, related=("one", "other"))
    assert found.targets
    assert found.safe, found


def test_the_independent_attacker_finds_what_tables_that_were_taken_apart_give_away():
    cube = random_pair(0)
    assert attacked(secure(cube, POLICY), cube, POLICY).safe
    assert attacked(secure(cube, POLICY), cube, POLICY, related=("one", "other")).near


def random_pair(seed: int) -> pd.DataFrame:
    """Two rates of the same students: one by one kind of groups crossed with grades, the other by two kinds of groups."""
    rng = np.random.default_rng([seed, 46])
    students = made_students(rng, schools=2, grades=2, kinds=2, size=float(rng.choice([10, 25])))
    one = made_cube(students, "rate", kinds=("Gender",)).assign(indicator="one")
    fewer = students.assign(yes=students["yes"] & (rng.random(len(students)) < 0.5))
    other = made_cube(fewer, "rate", crossed=False).assign(indicator="other")
    return pd.concat([one, other], ignore_index=True)


def test_groups_of_which_one_indicator_leaves_students_out_are_not_taken_for_one():
    tested = {("", ""): 90, ("", "A"): 30, ("", "B"): 60}
    secured = secure(two({("", ""): 100, ("", "A"): 40, ("", "B"): 60}, tested), RELATED)
    assert every_word_is_true(secured.ledger)
    assert shown(secured.cells)["other", "A"] == 30
    tied = secured.ledger.statements.query("source == 'related indicators'")
    assert (tied["low"] == tied["high"]).sum() == 1, "B alone holds as many in both"
    assert np.isinf(tied["high"]).sum() == 2, "who is tested is enrolled"


def test_who_is_tested_is_enrolled():
    """Of 60 (12 and 48) enrolled, 56 (9 and 47) are tested: 56 less 48 are 8, so between 8 and 12 are tested of A."""
    cube = two({("", ""): 60, ("", "A"): 12, ("", "B"): 48}, {("", ""): 56, ("", "A"): 9, ("", "B"): 47})
    apart = shown(secure(cube, POLICY).cells)
    assert {("one", "A"), ("one", "B"), ("other", "")} <= set(apart)
    linked = shown(secure(cube, RELATED).cells)
    assert not {("one", "A"), ("one", "B"), ("other", "")} <= set(linked)


@pytest.mark.parametrize(("severe", "tied"), [((5, 0), 2), ((5, 11), 0)])
def test_who_is_severely_absent_is_chronically_absent_where_it_is_so_in_every_group(severe, tied):
    """Of A and B 10 and 10 are chronically absent; with 11 of B severely absent the two are not one within the other."""
    size = counts({("", "A"): 30, ("", "B"): 30}).assign(unit="rate", status="")
    cube = pd.concat(
        [size.assign(indicator="one", numerator=10), size.assign(indicator="other", numerator=severe)]
    )
    ledger = secure(cube, RELATED).ledger
    assert every_word_is_true(ledger)
    said = ledger.statements.query("source == 'related indicators' and low != high")["statement"]
    terms = ledger.terms[ledger.terms["statement"].isin(said)].merge(ledger.unknowns, on="unknown")
    counted = terms[(terms["what"] == "numerator") & ~terms["cell"].str.contains("implied")]
    assert len(counted) == 2 * tied


def test_which_is_the_larger_is_not_read_off_totals_that_nobody_publishes():
    """Enrolled are told by three groups, tested by two of them and by everybody: 90 tested are more than the 60 that others add up to."""
    enrolled = {("S1", "A"): 32, ("S1", "B"): 30, ("S2", ""): 50}
    tested = {("S1", "A"): 31, ("S1", "B"): 30, ("S1", "C"): 29, ("S1", ""): 90, ("S2", ""): 48}
    secured = secure(two(enrolled, tested), RELATED)
    assert every_word_is_true(secured.ledger)
    tied = secured.ledger.statements.query("source == 'related indicators' and low != high")
    terms = secured.ledger.terms.merge(secured.ledger.unknowns, on="unknown")
    of = terms[terms["statement"].isin(tied["statement"])]["cell"]
    assert of.str.contains("S1.*A$").sum() == 2
    assert of.str.contains("S2").sum() == 2


def test_where_neither_group_is_always_the_larger_nothing_is_known_of_those_that_differ():
    secured = secure(two({("", "A"): 30, ("", "B"): 30}, {("", "A"): 28, ("", "B"): 33}), RELATED)
    assert every_word_is_true(secured.ledger)
    assert "related indicators" not in set(secured.ledger.statements["source"])


def test_what_an_earlier_release_showed_of_a_related_indicator_is_known_when_it_is_published_no_more():
    before = two(HIDES_A, HIDES_NOTHING).query("indicator == 'other'").reset_index(drop=True)
    said = secure(before, POLICY).cells.assign(since="October")
    assert set(shown(said)) == {("other", "B"), ("other", "C")}
    now = counts(HIDES_A).assign(indicator="one")
    october = Earlier("October", said, before, POLICY)
    assert the_six(secure(now, POLICY, earlier=[october]).cells, said) == (1, 10)
    secured = secure(now, RELATED, earlier=[october])
    low, high = the_six(secured.cells, said)
    assert high - low >= RELATED.requirement.width
    assert set(attack(secured.ledger)["verdict"]) == {"safe"}
    known = Known((october,), NOTHING.changed, ())
    in_a_release, _ = auditing.secured_and_audited(now.assign(cell=cell_ids(now)), RELATED, known)
    pd.testing.assert_frame_equal(in_a_release.cells, secured.cells)


@pytest.mark.parametrize(
    "seed", [pytest.param(0, marks=pytest.mark.thorough), pytest.param(1, marks=pytest.mark.thorough), 2, 3]
)
def test_related_indicators_stay_linked_from_release_to_release(seed):
    """October has both, from which some have left since, and March one of them; every word of the ledger is true, and safe."""
    rng = np.random.default_rng([seed, 47])
    now = made_students(rng, schools=2, grades=2, kinds=2, size=20.0)
    before = pd.concat([now, now.iloc[:14].assign(yes=True)], ignore_index=True)
    cubes = {
        name: pd.concat([made_cube(students, "rate", kinds=("Gender",)).assign(indicator="one"),
                         made_cube(students, "rate", crossed=False).assign(indicator="other")], ignore_index=True)
        for name, students in (("October", before), ("now", now))
    }  # fmt: skip
    left = cubes["October"]["n"] - cubes["now"]["n"]
    changed = pd.DataFrame({"release": "October", "until": "", "cell": cell_ids(cubes["now"]), "came": 0, "left": left,
                            "changed": 0, "known": True})  # fmt: skip
    said = secure(cubes["October"], RELATED).cells.assign(since="October")
    october = Earlier("October", said, cubes["October"], RELATED)
    march = cubes["now"][cubes["now"]["indicator"] == "one"]
    for rows in (cubes["now"], march):
        cube = rows.assign(cell=cell_ids(rows)).reset_index(drop=True)
        secured, audit = auditing.secured_and_audited(cube, RELATED, Known((october,), changed, ()))
        assert every_word_is_true(secured.ledger)
        assert set(audit["verdict"]) == {"safe"}
        assert any(
            "@October" in cell and cell.startswith("other") for cell in secured.ledger.unknowns["cell"]
        )


def test_a_release_takes_related_tables_together_and_others_alone():
    cube = two(HIDES_A, HIDES_NOTHING)
    cube = pd.concat([cube, counts(HIDES_A).assign(indicator="third")], ignore_index=True)
    cube = cube.assign(cell=cell_ids(cube))
    taken = []

    def note(part, policy, known):
        taken.append(sorted(set(part["indicator"])))
        return auditing.secured_and_audited(part, policy, known)

    one_of_many = relating(("other", "x"), ("y", "one"), ("x", "y"))
    secured, audit = in_parts.table_by_table(cube, one_of_many, NOTHING, note)
    assert sorted(taken) == [["one", "other"], ["third"]]
    assert set(audit["verdict"]) == {"safe"}
    told = ["cell", "status", "label"]
    at_once = secure(cube, RELATED).cells[told].sort_values("cell", ignore_index=True)
    pd.testing.assert_frame_equal(secured.cells[told].sort_values("cell", ignore_index=True), at_once)
