"""Figures as cities and states publish them, released by our policy and attacked."""

import numpy as np
import pytest
from attackers import attacked
from public_layouts import LAYOUTS, SHARED, graduation_by_state, middle_of, new_york_graduation, with_others

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.linked import secure
from dataworkbench.policy import DisclosurePolicy

pytestmark = [
    pytest.mark.outside_data,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the data lie beside the checkout of whoever has them"),
]
ALREADY_WITHOUT_SMALL_GROUPS = {"new_york_mathematics_means", "massachusetts_tests", "midwest_means"}
FEW, MANY = 6, 120


def policy_for(layout) -> DisclosurePolicy:
    """Return the policy; a stricter one where the publisher has left out all groups below ten, so that there is what to protect."""
    return DisclosurePolicy(minimum_group=30 if layout.__name__ in ALREADY_WITHOUT_SMALL_GROUPS else 10)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_a_city_or_state_published_gives_nothing_away_once_released_by_our_policy(layout):
    cube, policy = layout(FEW), policy_for(layout)
    found = attacked(secure(cube, policy), with_others(cube), policy)
    assert found.targets
    assert found.safe, found


@pytest.mark.thorough
@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_was_published_of_a_hundred_schools_gives_nothing_away_once_released_by_our_policy(layout):
    cube = layout(MANY)
    audit = attack(secure(cube, policy_for(layout)).ledger, workers=1)
    assert len(audit)
    assert set(audit["verdict"]) == {"safe"}


@pytest.mark.parametrize("layout", [new_york_graduation, graduation_by_state])
def test_made_up_counts_are_possible(layout):
    cube = layout(15)
    assert (cube["numerator"] <= cube["n"]).all()
    parts = cube[cube["subgroup"] != ""].groupby(["school_id", "subgroup_type"])[["n", "numerator"]].sum()
    wholes = (
        cube[cube["subgroup"] == ""]
        .set_index("school_id")[["n", "numerator"]]
        .reindex(parts.index.get_level_values(0))
    )
    outside = wholes.to_numpy() - parts.to_numpy()
    inside = outside[:, 0] >= 0
    assert inside.sum() > 40
    assert (outside[inside, 1] >= 0).all()
    assert (outside[inside, 1] <= outside[inside, 0]).all()


def test_ranges_as_they_are_published_are_read():
    said = ["80-89", "GE50", "LT50", "LE20", "95"]
    assert [middle_of(text) for text in said] == pytest.approx([0.845, 0.75, 0.25, 0.10, 0.95])
    assert np.isnan([middle_of("PS"), middle_of(".")]).all()
