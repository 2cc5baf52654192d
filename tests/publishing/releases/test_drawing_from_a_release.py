"""A notebook can draw from the release that is out, and from nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from made_release import made_release
from small_workspace import small_district, workspace_with

import dataworkbench as dw
from dataworkbench.errors import NoSuchNameError, NothingToShowError, WorkbenchError
from dataworkbench.frames import require_gated
from dataworkbench.publishing.releases.framing import framed
from dataworkbench.publishing.releases.states import write_step

AT = datetime(2026, 10, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = workspace_with(tmp_path_factory.mktemp("framing") / "d", small_district(2, students=20))
    release = made_release(made.releases)
    for state in ("draft", "reviewed"):
        write_step(release, state, now=AT)
    return made, release


def test_nothing_is_drawn_until_a_release_is_out_and_then_its_figures_alone(place):
    made, release = place
    district = dw.open_workspace(made.root)
    with pytest.raises(NothingToShowError, match="No release of this district is out yet"):
        dw.release(district)
    write_step(release, "released", now=AT)
    everything = dw.release(district)
    assert len(everything) == len(release.cells())
    require_gated(everything, "public")
    cells = release.cells()
    cells.loc[0, "label"] = "7"
    cells.to_parquet(release.folder / "cells.parquet")
    with pytest.raises(WorkbenchError, match="is not what was made"):
        dw.release(district)
    district.close()


@pytest.mark.parametrize(
    ("by", "rows"),
    [((), 2), (("school_id",), 4), (("grade_level", "subgroup"), 8), (("school_name", "grade_level"), 8)],
)
def test_a_breakdown_brings_its_own_cells_and_no_totals_among_them(tmp_path, by, rows):
    frame = framed(made_release(tmp_path), "chronic_absence", by=by)
    assert len(frame) == rows
    for name in by:
        assert (frame[name] != "").all()
    assert "subgroup" in frame.columns or "subgroup" not in by


def test_the_figures_of_a_release_are_drawn_and_set_in_a_table(tmp_path):
    release = made_release(tmp_path)
    frame = framed(release, "chronic_absence", by=["school_id"], where={"school_year": "2025-26"})
    drawn = dw.plot_rates(frame, by="school_name")
    assert "Alder Elementary" in str(drawn.figure)
    assert dw.table_of(frame) is not None
    trend = dw.plot_trend(framed(release, "chronic_absence", by=["school_year"]))
    assert trend.figure.data


def test_a_hidden_figure_carries_no_number_into_a_notebook(tmp_path):
    release = made_release(tmp_path)
    frame = framed(release)
    hidden = frame[frame["status"] == "suppressed"]
    assert len(hidden)
    assert hidden[["n", "value", "low", "high", "mean"]].isna().all(axis=None)
    assert set(hidden["label"]) == {"hidden"}


def test_what_is_not_released_is_refused_by_its_name(tmp_path):
    release = made_release(tmp_path)
    with pytest.raises(NoSuchNameError, match="proficiency"):
        framed(release, "proficiency")
    with pytest.raises(NoSuchNameError, match="section_id"):
        framed(release, "chronic_absence", by=["section_id"])
    with pytest.raises(WorkbenchError, match="Name an indicator"):
        framed(release, by=["school_id"])


def test_a_district_from_frames_has_no_release(tmp_path):
    with pytest.raises(NothingToShowError, match="made from frames"):
        dw.release(dw.district_from_frames({}))
