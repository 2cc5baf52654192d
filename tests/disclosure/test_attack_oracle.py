"""The oracle itself, on tables whose answer can be counted on one's fingers: a wrong judge is worse than none."""

import numpy as np
import oracle
import pandas as pd
import pytest


def hidden_at(table, *places):
    hidden = np.zeros(table.shape, dtype=bool)
    for place in places:
        hidden[place] = True
    return hidden


@pytest.mark.parametrize("engine", [oracle.glop, oracle.cp_sat, oracle.brute_force])
def test_every_engine_finds_nought_to_five_in_a_row_of_three_hidden_ones(engine):
    table = oracle.with_totals(np.array([15, 1, 3, 1]))
    program = oracle.program_of_table(table, hidden_at(table, 1, 2, 3))
    found = oracle.intervals(program, {i: {(i,): 1} for i in (1, 2, 3)}, engine=engine)
    assert found[["least", "most"]].to_numpy().tolist() == [[0, 5]] * 3


@pytest.mark.parametrize("engine", [oracle.glop, oracle.cp_sat, oracle.brute_force])
def test_every_engine_finds_an_empty_pair_out(engine):
    table = oracle.with_totals(np.array([10, 0, 0]))
    program = oracle.program_of_table(table, hidden_at(table, 1, 2))
    found = oracle.intervals(program, {i: {(i,): 1} for i in (1, 2)}, engine=engine)
    assert found[["least", "most"]].to_numpy().tolist() == [[0, 0]] * 2


def test_a_program_that_nothing_fits_has_no_ends():
    program = oracle.Program()
    program.unknown("a", 1)
    program.say({"a": 1}, 1, 1)
    program.say({"a": 1}, 2, 2)
    assert [engine(program, [{"a": 1}]) for engine in (oracle.glop, oracle.cp_sat, oracle.brute_force)] == [
        [(None, None)]
    ] * 3


def cell(school, grade, **facts):
    blank = dict.fromkeys(oracle.DIMENSIONS, "")
    named = {**blank, "indicator": "chronic_absence", "school_id": school, "grade_level": grade}
    return {**named, "cell": f"{school}/{grade}", "unit": "rate", "status": "shown", **facts}


def test_a_release_is_read_with_its_shares_sizes_and_sums():
    """District 15-19 students and 7%, one school of two is hidden, the other has 14 and none: by hand, one child is left."""
    cube = pd.DataFrame(
        [
            cell("", "", n=15, numerator=1),
            cell("a", "", n=14, numerator=0),
            cell("b", "", n=1, numerator=1),
        ]
    )
    nan = float("nan")
    cells = pd.DataFrame(
        [
            cell("", "", n_low=15, n_high=15, value=0.07, low=nan, high=nan),
            cell("a", "", n_low=14, n_high=14, value=0.0, low=nan, high=nan),
            cell("b", "", n_low=nan, n_high=nan, value=nan, low=nan, high=nan, status="suppressed"),
        ]
    )
    program = oracle.program_of_cells(cells, cube)
    assert program.lies() == []
    protected = oracle.protected_of_cells(cells, cube)
    assert [of[1] for of in protected] == ["n", "numerator", "rest"]
    for engine in (oracle.glop, oracle.cp_sat):
        found = oracle.intervals(program, protected, engine=engine)
        assert found[["least", "most"]].to_numpy().tolist() == [[1, 1], [1, 1], [0, 0]]
