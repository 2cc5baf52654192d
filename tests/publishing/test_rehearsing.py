"""The page that is drawn once before kernels are copied: it is a whole page, of nobody, and nothing of it stays."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import dataworkbench as dw
from dataworkbench.publishing.staff import rehearsal
from dataworkbench.warehouse import NOBODYS_YEAR, nobodys_district

LEFT = """
import gc, json, os, sys
import duckdb, ipywidgets, pandas
from dataworkbench.publishing.staff import prepared
from dataworkbench.warehouse import District

def threads():
    return len(os.listdir("/proc/self/task"))

rehearsal = prepared.import_module(prepared._REHEARSAL)
rehearse = rehearsal.rehearse
rehearsal.rehearse = lambda: None
prepared.load()
before = [threads(), set(ipywidgets.widgets.widget._instances)]
figures = rehearse()
gc.collect()
kept = [type(one).__name__ for one in gc.get_objects() if isinstance(one, (District, duckdb.DuckDBPyConnection, pandas.DataFrame))]
widgets = sorted(set(ipywidgets.widgets.widget._instances) - before[1])
print(json.dumps({"threads": [before[0], threads()], "figures": figures, "kept": kept, "widgets": widgets}))
sys.stdout.flush()
os._exit(0)
"""


@pytest.fixture(scope="module")
def nobodys():
    district = nobodys_district()
    yield district
    district.close()


@pytest.mark.parametrize("shape", rehearsal.SHAPES, ids=str)
def test_every_part_of_a_rehearsed_page_has_a_figure_with_groups_in_it_and_words(nobodys, shape) -> None:
    draw = dw.views.overview(nobodys, audience="staff")
    parts = list(draw(dw.Selection(school_year=NOBODYS_YEAR, **shape)))
    figures = [next(thing for thing in part if hasattr(thing, "to_plotly_json")) for part in parts]
    assert len(parts) == 5
    for part, figure in zip(parts, figures, strict=True):
        assert any(len(trace.x) > 1 for trace in figure.data if trace.x is not None), figure.data
        assert "not brought" not in str(part[-1])
        assert len(str(part[-1])) > 40


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted on Linux alone")
def test_of_a_rehearsal_no_thread_no_rows_and_no_widget_are_left() -> None:
    told = subprocess.run([sys.executable, "-c", LEFT], capture_output=True, text=True, check=True)
    held = json.loads(told.stdout)
    assert held["figures"] == 24
    assert held["threads"][0] == held["threads"][1]
    assert (held["kept"], held["widgets"]) == ([], [])
