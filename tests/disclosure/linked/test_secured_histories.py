"""What may be published beside what was published before: nobody can subtract, and what is enough is published anew."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from test_secured_releases import POLICY, UNITS, counts, random_cube

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.linked import Earlier, Secured, cell_ids, secure
from dataworkbench.disclosure.linked.differences import few_differ
from dataworkbench.errors import WorkbenchError
from dataworkbench.policy import DisclosurePolicy, Requirement

Table = dict[tuple[str, str], int]


def out(
    name: str, cube: pd.DataFrame, policy: DisclosurePolicy = POLICY, before: Secured | None = None
) -> Earlier:
    cells = (before or secure(cube, policy)).cells
    return Earlier(name, cells.assign(since=cells["since"].replace("", name)), cube, policy)


def moved(
    cube: pd.DataFrame, release: str, until: str = "", **told: dict[str, tuple[int, int, int]]
) -> pd.DataFrame:
    """Who came, left and changed behind each cell; of cells that are not told, nobody."""
    rows = [told.get(f"{row.school_id}{row.subgroup}" or "all", (0, 0, 0)) for row in cube.itertuples()]
    came, left, changed = zip(*rows, strict=True)
    return pd.DataFrame(
        {"release": release, "until": until, "cell": cell_ids(cube), "came": came, "left": left, "changed": changed, "known": True}
    )  # fmt: skip


def by_group(secured: Secured) -> pd.DataFrame:
    cells = secured.cells
    return cells.set_index(cells["school_id"] + cells["subgroup"])


def safe(secured: Secured) -> bool:
    return set(attack(secured.ledger)["verdict"]) <= {"safe"}


@pytest.mark.parametrize("unit", UNITS)
def test_what_was_published_is_published_again_where_nothing_changed(unit):
    cube = random_cube(3, unit)
    first = out("October", cube)
    again = secure(cube, POLICY, earlier=[first], changed=moved(cube, "October"))
    pd.testing.assert_frame_equal(first.cells, again.cells, check_dtype=False)
    assert safe(again)


def test_what_nobody_can_tell_the_changes_of_is_published_as_it_was():
    before, now = (
        counts({("", ""): 120, ("", "A"): 60, ("", "B"): 60}),
        counts({("", ""): 200, ("", "A"): 130, ("", "B"): 70}),
    )
    secured = secure(now, POLICY, earlier=[out("October", before)])
    assert by_group(secured)["value"].to_dict() == {"": 120, "A": 60, "B": 60}


def test_a_figure_is_repeated_where_three_students_left_and_the_three_can_not_be_counted():
    before = out("October", counts({("", ""): 120, ("", "A"): 60, ("", "B"): 60}))
    now = counts({("", ""): 117, ("", "A"): 57, ("", "B"): 60})
    secured = secure(now, POLICY, earlier=[before], changed=moved(now, "October", all=(0, 3, 0), A=(0, 3, 0)))
    assert by_group(secured)["value"].to_dict() == {"": 120, "A": 60, "B": 60}
    assert set(secured.cells["since"]) == {"October"}


def test_a_total_and_a_part_are_not_both_new_where_the_other_part_grew_by_three():
    """115 less 72 are 43, and 43 less 40 of October are the three who came."""
    before = out("October", counts({("", ""): 100, ("", "A"): 60, ("", "B"): 40}))
    now = counts({("", ""): 115, ("", "A"): 72, ("", "B"): 43})
    told = {"all": (15, 0, 0), "A": (12, 0, 0), "B": (3, 0, 0)}
    secured = secure(now, POLICY, earlier=[before], changed=moved(now, "October", **told))
    cells = by_group(secured)
    assert cells.loc["B", "value"] == 40
    assert not ((cells.loc["", "value"] == 115) and (cells.loc["A", "value"] == 72))
    ends = attack(secured.ledger).query("cell.str.contains('differences')")
    assert len(ends)
    assert (ends["high"] - ends["low"] >= 10).all()


def test_where_many_differ_everywhere_every_figure_is_new():
    before = out("October", counts({("", ""): 100, ("", "A"): 60, ("", "B"): 40}))
    now = counts({("", ""): 150, ("", "A"): 90, ("", "B"): 60})
    told = {"all": (50, 0, 0), "A": (30, 0, 0), "B": (20, 0, 0)}
    secured = secure(now, POLICY, earlier=[before], changed=moved(now, "October", **told))
    assert by_group(secured)["value"].to_dict() == {"": 150, "A": 90, "B": 60}


@pytest.mark.parametrize(
    ("came", "left", "changed", "few"),
    [(0, 0, 0, False), (3, 0, 0, True), (12, 0, 0, False), (12, 1, 0, True), (1, 12, 0, True), (6, 6, 0, True), (12, 1, 40, False),
     (0, 0, 12, False), (2, 2, 2, True), (12, 0, 3, True), (15, 15, 0, False)],
)  # fmt: skip
def test_who_knows_the_newcomers_or_those_who_left_is_left_with_enough_others(came, left, changed, few):
    assert few_differ(*(np.array([float(x)]) for x in (came, left, changed)), 10)[0] == few


def test_a_small_group_of_october_stays_in_doubt_when_it_has_grown():
    """October hides A (6) and B; now A has 30 and is shown: 30 less the newcomers must not be a way back to the six."""
    before = out("October", counts({("", ""): 100, ("", "A"): 6, ("", "B"): 34, ("", "C"): 60}))
    now = counts({("", ""): 124, ("", "A"): 30, ("", "B"): 34, ("", "C"): 60})
    secured = secure(
        now, POLICY, earlier=[before], changed=moved(now, "October", all=(24, 0, 0), A=(24, 0, 0))
    )
    assert by_group(secured).loc["A", "since"] == ""
    audit = attack(secured.ledger)
    old = audit[audit["cell"].str.contains("|A@October", regex=False)]
    assert len(old)
    assert set(old["verdict"]) == {"safe"}


def test_what_october_hid_for_others_is_not_shown_in_november_where_it_would_tell():
    """October: 100 in all, C 60, A (6) and B (34) hidden. Nobody moved in B since: to show it now leaves October's six."""
    cube = counts({("", ""): 100, ("", "A"): 6, ("", "B"): 34, ("", "C"): 60})
    open_cells = secure(cube[~cube["subgroup"].isin(["A", "B"])], POLICY).cells.assign(since="October")
    before = Earlier("October", open_cells, cube, POLICY)
    assert sorted(open_cells["value"]) == [60, 100]
    now = counts({("", ""): 130, ("", "A"): 36, ("", "B"): 34, ("", "C"): 60})
    secured = secure(
        now, POLICY, earlier=[before], changed=moved(now, "October", all=(30, 0, 0), A=(30, 0, 0))
    )
    assert safe(secured)
    cells = by_group(secured)
    shown = cells["value"].dropna().to_dict()
    assert shown.get("B") is None
    assert not {"", "A"} <= {name for name in shown if cells.loc[name, "since"] == ""}


def test_a_school_that_closed_is_in_what_is_known():
    """October gives S1, S2 and the district; S3 (6) is hidden with S2. S2 is gone now, and its students are in S1."""
    before = out("October", counts({("", ""): 100, ("S1", ""): 60, ("S2", ""): 34, ("S3", ""): 6}))
    now = counts({("", ""): 100, ("S1", ""): 94, ("S3", ""): 6})
    told = {"S1": (34, 0, 0)}
    secured = secure(now, POLICY, earlier=[before], changed=moved(now, "October", **told))
    assert safe(secured)
    assert any("|S2|" in cell and "@October" in cell for cell in secured.ledger.unknowns["cell"])
    assert by_group(secured).loc["S3", "status"] == "suppressed"


def test_a_third_release_is_held_against_the_first_two():
    """June has 112, as October had; a new 112 in December differs from November's 120 by eight."""
    first = counts({("", ""): 112, ("", "A"): 62, ("", "B"): 50})
    october = out("October", first)
    then = counts({("", ""): 140, ("", "A"): 76, ("", "B"): 64})
    told = {"all": (28, 0, 0), "A": (14, 0, 0), "B": (14, 0, 0)}
    changed = moved(then, "October", **told)
    november = out("November", then, before=secure(then, POLICY, earlier=[october], changed=changed))
    assert set(november.cells["since"]) == {"November"}
    now = counts({("", ""): 143, ("", "A"): 79, ("", "B"): 64})
    since_october = moved(now, "October", all=(31, 0, 0), A=(17, 0, 0), B=(14, 0, 0))
    since_november = moved(now, "November", all=(3, 0, 0), A=(3, 0, 0))
    every = pd.concat([moved(then, "October", "November", **told), since_october, since_november])
    secured = secure(now, POLICY, earlier=[october, november], changed=every)
    assert by_group(secured)["value"].to_dict() == {"": 140, "A": 76, "B": 64}
    assert set(secured.cells["since"]) == {"November"}
    assert safe(secured)


def test_what_earlier_releases_gave_away_is_said_and_is_not_shown_under_a_stricter_policy():
    cube = counts({("", ""): 120, ("", "A"): 60, ("", "B"): 60})
    stricter = DisclosurePolicy(minimum_group=70, bands=POLICY.bands)
    secured = secure(cube, stricter, earlier=[out("October", cube)], changed=moved(cube, "October"))
    assert (secured.decisions["decision"] == "given away").any()
    assert by_group(secured).loc["A", "status"] == "suppressed"
    assert safe(secured)


def test_a_milder_policy_does_not_give_away_what_was_promised_before():
    cube = counts({("", ""): 100, ("", "A"): 7, ("", "B"): 33, ("", "C"): 60})
    milder = DisclosurePolicy(
        minimum_group=5,
        requirement=Requirement(width=5),
        bands=(POLICY.bands[0].model_copy(update={"smallest": 5}), *POLICY.bands[1:]),
    )
    secured = secure(cube, milder, earlier=[out("October", cube)], changed=moved(cube, "October"))
    audit = attack(secured.ledger)
    assert audit.loc[audit["cell"].str.contains("|A", regex=False), "required"].max() == 10
    assert safe(secured)


def test_what_changed_needs_its_columns():
    cube = counts({("", ""): 120, ("", "A"): 60, ("", "B"): 60})
    with pytest.raises(WorkbenchError, match="lacks until, known"):
        secure(
            cube, POLICY, earlier=[out("r", cube)], changed=moved(cube, "r").drop(columns=["until", "known"])
        )


def test_another_breakdown_than_before_adds_up_to_what_was_hidden():
    """October gives grades by district: 3 hidden (34) beside 4 (6). November gives grade 3 by school, which anybody adds up."""
    by_grade = counts({("", ""): 100, ("", "A"): 6, ("", "B"): 34, ("", "C"): 60})
    grades = by_grade.assign(grade_level=by_grade["subgroup"], subgroup="", subgroup_type="")
    shown = secure(grades[grades["grade_level"].isin(["", "C"])], POLICY).cells.assign(since="October")
    by_school = counts({("", ""): 100, ("S1", "B"): 14, ("S2", "B"): 20})
    now = by_school.assign(grade_level=by_school["subgroup"], subgroup="", subgroup_type="")
    changed = moved(now, "October")
    secured = secure(now, POLICY, earlier=[Earlier("October", shown, grades, POLICY)], changed=changed)
    schools = secured.cells[secured.cells["school_id"] != ""]
    assert not schools["value"].notna().all()
    assert safe(secured)
