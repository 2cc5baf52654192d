"""Laws of the attack, on random small tables, judged by an attacker who was written apart from it (``oracle.py``)."""

from dataclasses import replace

import numpy as np
import oracle
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.attacking import audit as attack_audit
from dataworkbench.disclosure.attacking import program as attack_program
from dataworkbench.disclosure.attacking import search as attack_search
from dataworkbench.disclosure.attacking import solving as attack_solving
from dataworkbench.disclosure.attacking.whole import attack_in_whole_numbers
from dataworkbench.disclosure.ledger import Ledger, one_behind_another
from dataworkbench.errors import WorkbenchError

SOME = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(SOME, max_examples=8)
MANY = pytest.mark.parametrize("examples", [10, pytest.param(400, marks=pytest.mark.thorough)])


@st.composite
def tables(draw, shapes=((3,), (2, 2), (2, 3), (3, 3), (2, 2, 2)), most=6):
    """A table with totals and which of its places are hidden; zeros are as common as they are in schools."""
    shape = draw(st.sampled_from(shapes))
    size = int(np.prod(shape))
    values = draw(st.lists(st.integers(0, most) | st.just(0), min_size=size, max_size=size))
    table = oracle.with_totals(np.array(values).reshape(shape))
    hidden = np.array(draw(st.lists(st.booleans(), min_size=table.size, max_size=table.size))).reshape(
        table.shape
    )
    assume(hidden.any())
    return table, hidden


def ledger_of(table, hidden, *, required=3, kind="width", top=None):
    """The same table as a ledger, put together here, place by place."""
    places = list(np.ndindex(*table.shape))
    number = {place: i for i, place in enumerate(places)}
    unknowns = pd.DataFrame(
        {
            "unknown": range(len(places)),
            "cell": [str(p) for p in places],
            "what": "n",
            "truth": [float(table[p]) for p in places],
            "least": 0.0,
            "most": np.inf if top is None else float(top),
        }
    )
    statements, terms = [], []

    def say(cell, weights, value):
        source = "this release" if cell else "arithmetic"
        ends = {"low": float(value), "high": float(value)}
        statements.append(
            {
                "statement": len(statements),
                "cell": cell,
                "source": source,
                **ends,
                "fixed": not cell,
                "cost": 1.0,
            }
        )
        terms.extend((len(statements) - 1, number[p], float(w)) for p, w in weights.items())

    for axis, length in enumerate(table.shape):
        for first in places:
            if first[axis] == 0:
                line = [(*first[:axis], i, *first[axis + 1 :]) for i in range(length)]
                say("", {**dict.fromkeys(line[:-1], 1), line[-1]: -1}, 0)
    for place in places:
        if not hidden[place]:
            say(str(place), {place: 1}, table[place])
    secret = [p for p in places if hidden[p]]
    targets = pd.DataFrame(
        {
            "target": range(len(secret)),
            "cell": [str(p) for p in secret],
            "what": "n",
            "required": [2.0 * table[p] if kind == "double" else float(required) for p in secret],
            "rule": "",
            "whole": True,
            "kind": kind,
        }
    )
    target_terms = pd.DataFrame(
        {"target": range(len(secret)), "unknown": [number[p] for p in secret], "factor": 1.0}
    )
    frame = pd.DataFrame(terms, columns=["statement", "unknown", "factor"])
    return Ledger(unknowns, pd.DataFrame(statements), frame, targets, target_terms), secret


def ends(audit):
    return audit[["low", "high"]].to_numpy(dtype=float)


@MANY
def test_the_ends_are_those_that_another_solver_finds(examples):
    @settings(SOME, max_examples=examples)
    @given(tables(most=40))
    def holds(made):
        ledger, secret = ledger_of(*made)
        program = oracle.program_of_table(*made)
        found = oracle.intervals(program, {p: {p: 1} for p in secret})
        assert ends(attack(ledger)).tolist() == found[["least", "most"]].to_numpy(dtype=float).tolist()

    holds()


def test_every_whole_table_that_fits_lies_between_the_ends_and_in_two_ways_reaches_them():
    """In tables of one or two ways the ends are whole numbers that some table reaches; in three, they may be a little wide."""

    @SOME
    @given(tables(most=4))
    def holds(made):
        table, hidden = made
        top = int(table.max())
        ledger, secret = ledger_of(table, hidden, top=top)
        program = oracle.program_of_table(table, hidden)
        program.ends = dict.fromkeys(program.ends, (0, top))
        counted = np.array(oracle.cp_sat(program, [{p: 1} for p in secret]), dtype=float)
        found = ends(attack(ledger))
        assert (found[:, 0] <= counted[:, 0]).all()
        assert (counted[:, 1] <= found[:, 1]).all()
        if table.ndim < 3:
            assert found.tolist() == counted.tolist()

    holds()


def test_counting_every_table_out_gives_the_same():
    @FEW
    @given(tables(shapes=((3,), (2, 2), (2, 3)), most=3))
    def holds(made):
        table, hidden = made
        top = int(table.max())
        ledger, secret = ledger_of(table, hidden, top=top)
        program = oracle.program_of_table(table, hidden)
        program.ends = dict.fromkeys(program.ends, (0, top))
        counted = oracle.brute_force(program, [{p: 1} for p in secret], top=top)
        assert ends(attack(ledger)).tolist() == np.array(counted, dtype=float).tolist()

    holds()


def test_the_truth_is_never_ruled_out():
    @FEW
    @given(tables(most=30))
    def holds(made):
        audit = attack(ledger_of(*made)[0])
        assert ((audit["low"] <= audit["truth"]) & (audit["truth"] <= audit["high"])).all()

    holds()


def test_one_more_statement_never_widens_what_is_left():
    @SOME
    @given(tables(most=20), st.randoms(use_true_random=False))
    def holds(made, chance):
        table, hidden = made
        before = attack(ledger_of(table, hidden)[0]).set_index("cell")
        told = chance.choice([p for p in np.ndindex(*table.shape) if hidden[p]])
        fewer = hidden.copy()
        fewer[told] = False
        after = attack(ledger_of(table, fewer)[0]).set_index("cell")
        before = before.loc[after.index]
        assert (after["low"] >= before["low"]).all()
        assert (after["high"] <= before["high"]).all()

    holds()


def test_the_order_of_rows_and_the_numbers_given_to_them_make_no_difference():
    @FEW
    @given(tables(most=20), st.integers(0, 1000))
    def holds(made, seed):
        ledger, _ = ledger_of(*made)
        mixed = Ledger(
            *(
                frame.sample(frac=1, random_state=seed)
                for frame in (ledger.unknowns, ledger.statements, ledger.terms)
            ),
            ledger.targets,
            ledger.target_terms,
        )
        columns = ["target", "low", "high", "verdict"]
        assert attack(mixed)[columns].equals(attack(ledger)[columns])

    holds()


@pytest.fixture
def in_small_steps(monkeypatch):
    """Blocks and neighbourhoods so small that even these tables are looked at piece by piece."""
    monkeypatch.setattr(attack_audit, "_BLOCKS", (3, 6))
    monkeypatch.setattr(attack_search, "_HUB_SHARE", 1)


@MANY
def test_blocks_and_neighbourhoods_come_to_the_verdict_of_everything_at_once(in_small_steps, examples):
    @settings(SOME, max_examples=examples)
    @given(
        tables(shapes=((3, 3), (2, 2, 2), (3, 4)), most=12),
        st.sampled_from(["width", "double"]),
        st.integers(1, 6),
    )
    def holds(made, kind, required):
        ledger, _ = ledger_of(*made, kind=kind, required=required)
        whole, pieces = attack(ledger, first=10_000), attack(ledger, first=2)
        assert pieces["verdict"].tolist() == whole["verdict"].tolist()
        safe = (whole["verdict"] == "safe").to_numpy()
        inner, outer = ends(pieces), ends(whole)
        assert (inner[safe, 0] >= outer[safe, 0]).all()
        assert (inner[safe, 1] <= outer[safe, 1]).all()
        assert (inner[~safe, 0] <= outer[~safe, 0]).all()
        assert (inner[~safe, 1] >= outer[~safe, 1]).all()

    holds()


def test_two_at_a_time_find_what_one_finds(in_small_steps):
    table = oracle.with_totals(np.arange(36).reshape(6, 6) % 7)
    hidden = table < 3
    ledger, _ = ledger_of(table, hidden)
    one, two = (attack(ledger, first=2, workers=workers) for workers in (1, 2))
    assert one["verdict"].tolist() == two["verdict"].tolist()
    assert set(one["verdict"]) > {"safe"}


def test_an_attack_that_is_stopped_calls_nothing_safe():
    @FEW
    @given(tables(most=20))
    def holds(made):
        for first in (2, 1000):
            stopped = attack(ledger_of(*made)[0], seconds=0, first=first)
            whole = attack(ledger_of(*made)[0])
            assert set(stopped["verdict"]) <= {"not finished", "exact"}
            settled = stopped["verdict"] == "exact"
            assert (whole.loc[settled, "verdict"] == "exact").all()

    holds()


def test_what_nothing_fits_is_never_safe():
    """A figure that is published twice with two values: the part of it that contradicts itself is not finished."""

    @FEW
    @given(tables(most=9), st.integers(1, 5))
    def holds(made, more):
        table, hidden = made
        ledger, secret = ledger_of(table, hidden)
        wrong = int(table.sum()) + more
        extra = {
            "statement": 10_000,
            "cell": "again",
            "source": "May",
            "low": wrong,
            "high": wrong,
            "fixed": True,
            "cost": 1.0,
        }
        place = [str(p) for p in np.ndindex(*table.shape)].index(str(tuple(s - 1 for s in table.shape)))
        broken = replace(
            ledger,
            statements=pd.concat([ledger.statements, pd.DataFrame([extra])], ignore_index=True),
            terms=pd.concat(
                [ledger.terms, pd.DataFrame([{"statement": 10_000, "unknown": place, "factor": 1.0}])],
                ignore_index=True,
            ),
        )
        assume(not hidden[tuple(s - 1 for s in table.shape)])
        audit = attack(broken)
        assert set(audit["verdict"]) == {"not finished"}
        assert all(10_000 in by for by in audit["by"])
        assert len(audit) == len(secret)

    holds()


def test_ledgers_that_stand_one_behind_another_are_attacked_as_if_each_were_alone():
    some, every = np.array([True, True, False, False]), np.array([True, False, False, False])
    one = ledger_of(oracle.with_totals(np.array([4, 2, 7])), some)[0]
    other = ledger_of(oracle.with_totals(np.array([5, 1, 7])), every)[0]
    named = {
        name: getattr(other, name).assign(cell=getattr(other, name)["cell"] + "@")
        for name in ("unknowns", "targets")
    }
    other = replace(other, **named)
    both, firsts = one_behind_another([one, other])
    alone = pd.concat([attack(one), attack(other)], ignore_index=True)
    assert set(alone["verdict"]) == {"safe", "exact"}
    told = ["cell", "low", "high", "verdict"]
    assert attack(both)[told].to_numpy().tolist() == alone[told].to_numpy().tolist()
    assert firsts[1].unknown == len(one.unknowns)


def test_ledgers_that_speak_of_one_number_are_not_put_apart():
    hidden = np.array([True, True, False, False])
    one, other = (ledger_of(oracle.with_totals(np.array(row)), hidden)[0] for row in ([4, 2, 7], [5, 1, 7]))
    with pytest.raises(WorkbenchError, match="stands in two ledgers"):
        one_behind_another([one, other])


@pytest.mark.parametrize(
    ("frame", "change", "said"),
    [
        ("terms", lambda f: f.assign(unknown=999), "999, which is not there"),
        ("terms", lambda f: f.drop(columns="factor"), "lack the columns factor"),
        ("terms", lambda f: f.assign(factor=np.nan), "without factor"),
        ("unknowns", lambda f: pd.concat([f, f.head(1)]), "twice"),
        ("targets", lambda f: f.assign(kind="wide"), "the ledger says 'wide'"),
    ],
)
def test_a_ledger_that_does_not_fit_together_is_refused(frame, change, said):
    ledger, _ = ledger_of(oracle.with_totals(np.array([4, 2, 7])), np.array([True, True, False, False]))
    with pytest.raises(WorkbenchError, match=said):
        attack(replace(ledger, **{frame: change(getattr(ledger, frame))}))


def test_nobody_can_know_a_number_that_is_not_there():
    ledger, _ = ledger_of(oracle.with_totals(np.array([4, 2, 7])), np.array([True, True, False, False]))
    with pytest.raises(WorkbenchError, match="Unknown 77 is not in the ledger"):
        attack(ledger, knowing={77: 1.0})


@st.composite
def published_shares(draw):
    """Four groups in two programs at once: their sizes and counts, and shares published as ranges with ranges of sizes."""
    n = draw(st.lists(st.integers(1, 40), min_size=4, max_size=4))
    k = [draw(st.integers(0, size)) for size in n]
    slack = draw(st.integers(0, 4))
    return n, k, slack


def ledger_and_program_of_shares(made, required):
    """The same four groups for both attackers: a total size and share in whole percents, and shares of two in tens."""
    n, k, slack = made
    program = oracle.Program()
    for i in range(4):
        program.unknown(("n", i), n[i])
        program.unknown(("k", i), k[i])
        program.say({("n", i): 1, ("k", i): -1}, 0, np.inf)
    for groups, half, more in ((range(4), 0.005, 0), ((0,), 0.05, slack), ((1,), 0.05, slack)):
        size, count = sum(n[i] for i in groups), sum(k[i] for i in groups)
        share = round(count / size / (2 * half)) * 2 * half
        program.say({("n", i): 1 for i in groups}, max(size - more, 0), size + more)
        program.say({**{("k", i): 1 for i in groups}, **{("n", i): half - share for i in groups}}, 0, np.inf)
        program.say(
            {**{("k", i): 1 for i in groups}, **{("n", i): -half - share for i in groups}}, -np.inf, 0
        )
    number = {name: i for i, name in enumerate(program.ends)}
    unknowns = pd.DataFrame(
        [
            {
                "unknown": number[name],
                "cell": str(name),
                "what": name[0],
                "truth": program.truth[name],
                "least": 0.0,
                "most": np.inf,
            }
            for name in number
        ]
    )
    statements = pd.DataFrame(
        [
            {
                "statement": i,
                "cell": f"s{i}",
                "source": "this release",
                "low": low,
                "high": high,
                "fixed": False,
                "cost": 1.0,
            }
            for i, (_, low, high) in enumerate(program.rows)
        ]
    )
    terms = [(i, number[u], f) for i, (row, _, _) in enumerate(program.rows) for u, f in row.items()]
    targets = pd.DataFrame(
        {
            "target": range(8),
            "cell": [str(u) for u in number],
            "what": "n",
            "required": float(required),
            "rule": "",
            "whole": True,
        }
    )
    aims = pd.DataFrame({"target": range(8), "unknown": range(8), "factor": 1.0})
    return Ledger(
        unknowns, statements, pd.DataFrame(terms, columns=["statement", "unknown", "factor"]), targets, aims
    ), program


@pytest.mark.parametrize("examples", [10, pytest.param(100, marks=pytest.mark.thorough)])
def test_asked_again_in_whole_numbers_no_figure_is_safe_that_whole_tables_give_away(examples):
    @settings(FEW, max_examples=examples)
    @given(published_shares(), st.integers(1, 6))
    def holds(made, required):
        ledger, program = ledger_and_program_of_shares(made, required)
        assert program.lies() == []
        audit = attack(ledger)
        again = attack_in_whole_numbers(ledger, audit, spare=np.inf)
        chance = np.random.default_rng(required)
        halves = [
            (ledger.unknowns["unknown"].to_numpy(), chance.integers(-6, 7, len(ledger.unknowns)) / 2)
            for _ in range(4)
        ]
        near = attack_in_whole_numbers(ledger, audit, spare=np.inf, shown=halves)
        assert (near["verdict"] == again["verdict"]).all(), "where one looks first decides nothing"
        counted = np.array(oracle.cp_sat(program, [{u: 1} for u in program.ends]), dtype=float)
        wide = (counted[:, 1] - counted[:, 0] >= required) & (counted[:, 1] > counted[:, 0])
        was_safe = (audit["verdict"] == "safe").to_numpy()
        assert (wide[was_safe] == (again["verdict"] == "safe").to_numpy()[was_safe]).all()
        assert (again.loc[~was_safe, "verdict"] == audit.loc[~was_safe, "verdict"]).all()
        assert not wide[~was_safe].any()

    holds()


def test_a_figure_that_is_safe_in_fractions_only_is_found_in_whole_numbers():
    """3a = 2b + 1 with a and b up to 4: by hand, the whole pairs are (1, 1) and (3, 4), so 2 is ruled out for a but 1 to 3 stays.

    With a below 3 as well only (1, 1) is left; in fractions a is between a third and 2.5, which rounds to 1 and 2.
    """
    shape = {"source": "this release", "fixed": False, "cost": 1.0}
    unknowns = pd.DataFrame(
        {
            "unknown": [0, 1, 2],
            "cell": ["a", "b", "c"],
            "what": "n",
            "truth": [1.0, 1.0, 0.0],
            "least": 0.0,
            "most": [9.0, 4.0, 9.0],
        }
    )
    statements = pd.DataFrame(
        {"statement": [0, 1], "cell": ["s", "t"], "low": [1.0, 2.0], "high": [1.0, 5.0], **shape}
    )
    terms = pd.DataFrame(
        {"statement": [0, 0, 1, 1], "unknown": [0, 1, 0, 2], "factor": [3.0, -2.0, 2.0, 1.0]}
    )
    targets = pd.DataFrame(
        {"target": [0], "cell": ["a"], "what": ["n"], "required": [1.0], "rule": [""], "whole": [True]}
    )
    ledger = Ledger(
        unknowns, statements, terms, targets, pd.DataFrame({"target": [0], "unknown": [0], "factor": [1.0]})
    )
    audit = attack(ledger)
    assert audit[["low", "high", "verdict"]].to_numpy().tolist() == [[1, 2, "safe"]]
    again = attack_in_whole_numbers(ledger, audit)
    assert again[["low", "high", "verdict"]].to_numpy().tolist() == [[1, 1, "too narrow"]]


def test_an_attack_prints_nothing(capfd):
    attack(ledger_of(oracle.with_totals(np.array([4, 2, 7])), np.array([True, True, False, False]))[0])
    assert capfd.readouterr() == ("", "")


def test_whatever_fits_in_a_block_fits_everything_that_was_said():
    """The proof that a figure is safe rests on this: the block's point, with all others as they truly are, breaks no statement."""

    @SOME
    @given(tables(shapes=((3, 3), (2, 2, 2)), most=12), st.integers(0, 10_000))
    def holds(made, seed):
        ledger, _ = ledger_of(*made)
        program = attack_program.program_of(ledger)
        opened = np.flatnonzero(~program.settled)
        assume(len(opened) > 1)
        chance = np.random.default_rng(seed)
        block = np.sort(chance.choice(opened, size=chance.integers(1, len(opened) + 1), replace=False))
        sums = np.asarray(program.matrix @ np.where(program.settled, 0.0, program.truth))
        region = attack_solving.region_with_the_rest_as_it_is(program, sums, block)
        warm = attack_solving.Warm(program, region)
        answer = warm.furthest(chance.choice([-1.0, 1.0], size=len(block)), seconds=60)
        assert answer.state in {attack_solving.DONE, attack_solving.WITHOUT_END}
        if answer.point is not None:
            everything = ledger.unknowns["truth"].to_numpy().copy()
            everything[block] = answer.point
            assert (everything >= -1e-6).all()
            held = ledger.terms.assign(part=ledger.terms["factor"] * everything[ledger.terms["unknown"]])
            said = held.groupby("statement")["part"].sum()
            assert np.abs(said - ledger.statements["low"]).max() < 1e-6

    holds()


@pytest.mark.parametrize("first", [2, 1000])
def test_a_truth_that_does_not_fit_is_no_proof_of_safety(in_small_steps, first):
    """The hidden cells of one row are said to be five more than its total leaves: nothing that hangs together with them is safe."""
    table = oracle.with_totals(np.arange(36).reshape(6, 6) % 7)
    hidden = table < 4
    ledger, secret = ledger_of(table, hidden)
    row = [i for i, place in enumerate(np.ndindex(*table.shape)) if place[0] == 0 and hidden[place]]
    wrong = float(sum(table[place] for place in secret if place[0] == 0) + 5)
    extra = {
        "statement": 10_000,
        "cell": "again",
        "source": "May",
        "low": wrong,
        "high": wrong,
        "fixed": True,
        "cost": 1.0,
    }
    broken = replace(
        ledger,
        statements=pd.concat([ledger.statements, pd.DataFrame([extra])], ignore_index=True),
        terms=pd.concat(
            [ledger.terms, pd.DataFrame({"statement": 10_000, "unknown": row, "factor": 1.0})],
            ignore_index=True,
        ),
    )
    assert not len(attack_program.program_of(broken).broken)
    assert set(attack(broken, first=first)["verdict"]) == {"not finished"}
