"""What may be published together gives no small group away: by the audit, and by an attacker who was written apart."""

import numpy as np
import pandas as pd
import pytest
from attackers import attacked
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_cubes import made_cube, made_students
from random_tables import attacked_table

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.linked import CELL_COLUMNS, cell_ids, secure
from dataworkbench.errors import WorkbenchError
from dataworkbench.policy import DisclosurePolicy, Requirement

FEW = settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
UNITS = ("count", "rate", "mean")
POLICY = DisclosurePolicy()


def random_cube(seed: int, unit: str) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    students = made_students(
        rng, schools=int(rng.integers(1, 4)), grades=int(rng.integers(1, 3)), kinds=int(rng.integers(1, 3)),
        size=float(rng.choice([6, 20, 60])),
    )  # fmt: skip
    return made_cube(students, unit, crossed=bool(rng.random() < 0.7))


def counts(table: dict[tuple[str, str], int]) -> pd.DataFrame:
    """A cube of counts of schools and groups of one type; totals are among them."""
    rows = [
        {"indicator": "enrollment", "school_year": "2025-26", "period": "", "subject": "", "assessment_id": "", "school_id": school,
         "grade_level": "", "subgroup_type": "Kind" if group else "", "subgroup": group, "unit": "count", "n": n}
        for (school, group), n in table.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


@FEW
@given(seed=st.integers(0, 10_000), unit=st.sampled_from(UNITS), kind=st.sampled_from(["width", "double"]))
def test_no_small_group_can_be_worked_out_from_what_is_published(seed, unit, kind):
    cube, policy = random_cube(seed, unit), DisclosurePolicy(requirement=Requirement(kind=kind))
    found = attacked(secure(cube, policy), cube, policy)
    assert found.safe, found


@pytest.mark.parametrize("number", range(6))
def test_no_small_group_can_be_worked_out_under_any_minimum_nor_after_an_earlier_release(number):
    found = attacked_table(number)
    assert found.safe, found


@pytest.mark.thorough
@pytest.mark.parametrize("first", range(0, 10_000, 100))
def test_no_small_group_can_be_worked_out_from_ten_thousand_tables(first):
    """In slices; ``benchmarks/many_tables.py`` takes the same tables one by one, and keeps a log that can be gone on with."""
    unsafe = {
        number: found for number in range(first, first + 100) if not (found := attacked_table(number)).safe
    }
    assert unsafe == {}


@pytest.mark.parametrize("unit", UNITS)
def test_the_order_of_rows_decides_nothing(unit):
    cube = random_cube(5, unit)
    there = secure(cube, POLICY).cells
    again = secure(cube.sample(frac=1.0, random_state=1), POLICY).cells
    pd.testing.assert_frame_equal(there, again)


@pytest.mark.parametrize("unit", UNITS)
def test_public_cells_have_the_public_columns_and_one_word_for_all_that_is_hidden(unit):
    cells = secure(random_cube(5, unit), POLICY).cells
    assert tuple(cells.columns) == CELL_COLUMNS
    hidden = cells[cells["status"] == "suppressed"]
    assert len(hidden)
    assert set(hidden["reason"]) == {"hidden"}
    assert hidden[["value", "low", "high", "n_low", "n_high"]].isna().all().all()


def test_no_group_below_the_minimum_is_shown():
    cube = random_cube(7, "rate")
    cells = secure(cube, POLICY).cells.set_index("cell")
    small = cell_ids(cube)[(cube["n"] > 0) & (cube["n"] < POLICY.minimum_group)]
    assert len(small)
    assert set(cells.loc[small, "status"]) == {"suppressed"}


def test_a_group_of_nobody_beside_hidden_ones_does_not_give_them_away():
    secured = secure(counts({("", ""): 33, ("", "A"): 9, ("", "B"): 0, ("", "C"): 24}), POLICY)
    audit = attack(secured.ledger)
    assert set(audit["verdict"]) == {"safe"}


def test_two_small_parts_of_a_shown_total_are_not_both_known():
    secured = secure(counts({("", ""): 58, ("", "A"): 9, ("", "B"): 9, ("", "C"): 40}), POLICY)
    ends = attack(secured.ledger).set_index("cell")
    assert (ends["high"] - ends["low"] >= POLICY.requirement.width).all()


def test_those_who_are_not_in_a_group_of_nearly_everybody_stay_in_doubt():
    """200 less 194 are 6. Each of two groups of 3 alone may be anything from 0 to 6, so only the six together ask for more."""
    cube = counts({("", ""): 200, ("", "A"): 194, ("", "B"): 3, ("", "C"): 3})
    cells = secure(cube, DisclosurePolicy(requirement=Requirement(kind="double"))).cells.set_index("subgroup")
    fewest = cells["n_low"]["A"], cells["n_low"][""]
    most = cells["n_high"]["A"], cells["n_high"][""]
    assert pd.isna([*fewest, *most]).any() or most[1] - fewest[0] - max(fewest[1] - most[0], 0) >= 12


def test_a_whole_that_nobody_publishes_still_links_its_parts():
    table = {("S1", "A"): 4, ("S1", "B"): 40, ("S1", ""): 44, ("S2", "A"): 30, ("S2", "B"): 30, ("S2", ""): 60,
             ("", "A"): 34, ("", "B"): 70}  # fmt: skip
    secured = secure(counts(table), POLICY)
    assert set(attack(secured.ledger)["verdict"]) == {"safe"}
    assert secured.cells.set_index(["school_id", "subgroup"]).loc[("S1", "A"), "status"] == "suppressed"


def test_few_students_whose_group_is_not_known_are_protected_too():
    secured = secure(counts({("S1", ""): 60, ("S1", "A"): 30, ("S1", "B"): 26}), POLICY)
    rest = secured.ledger.targets[secured.ledger.targets["rule"].str.startswith("the rest")]
    assert len(rest) == 1
    assert set(attack(secured.ledger)["verdict"]) == {"safe"}


def test_a_column_that_the_policy_forbids_is_refused():
    cube = counts({("", ""): 60}).assign(bus_route="7")
    with pytest.raises(WorkbenchError, match="never_published"):
        secure(cube, POLICY)


def test_means_of_grade_points_can_be_published_with_two_decimals():
    """A sum of grade points is no whole number: who takes it for one finds that the published means contradict one another."""
    students = made_students(np.random.default_rng(1), schools=2, grades=2, kinds=1, size=20)
    students["score"] = np.random.default_rng(2).uniform(0, 4, len(students)).round(2)
    cube = made_cube(students, "mean").assign(scale_low=0.0, scale_high=4.0)
    secured = secure(cube, DisclosurePolicy(mean_decimals=2))
    assert (secured.cells["status"] == "shown").any()
    assert set(attack(secured.ledger)["verdict"]) == {"safe"}
