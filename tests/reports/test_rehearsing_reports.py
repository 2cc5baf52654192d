"""Figures that are drawn once before most reports: of nobody, and nothing of them stays."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

import dataworkbench as dw
from dataworkbench.reports.warm import rehearsal
from dataworkbench.reports.warm.asking import COMMAND
from dataworkbench.warehouse import nobodys_district

LEFT = """
import gc, json, os, sys
import duckdb, pandas
from dataworkbench.reports.warm import limits, parent
from dataworkbench.warehouse import District

def threads():
    return len(os.listdir("/proc/self/task"))

parent._load()
before = threads()
letters = parent.rehearse()
gc.collect()
kept = [type(one).__name__ for one in gc.get_objects() if isinstance(one, (District, duckdb.DuckDBPyConnection, pandas.DataFrame))]
print(json.dumps({"threads": [before, threads()], "letters": letters, "kept": kept, "can fork": limits.can_fork()}))
sys.stdout.flush()
os._exit(0)
"""


@pytest.mark.parametrize(("asked", "by", "draw", "how"), rehearsal.DRAWN, ids=str)
def test_every_rehearsed_figure_has_groups_in_it(asked, by, draw, how) -> None:
    district = nobodys_district()
    where = dw.look_at(district).but(school_year=None)
    shown = dw.shown(district, asked, by=list(by), where=where, audience="staff")
    assert draw in dir(dw)
    assert set(how.values()) <= set(by)
    assert (shown["status"] == "shown").sum() >= 2
    district.close()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux alone")
def test_of_rehearsed_figures_no_thread_and_no_rows_are_left_and_the_process_can_be_copied() -> None:
    told = subprocess.run(
        (*COMMAND[:2], "-c", LEFT), capture_output=True, text=True, check=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "EAGER_IMPORT": "1"},
    )  # fmt: skip
    held = json.loads(told.stdout)
    assert held["letters"] > 10_000
    assert held["threads"][0] == held["threads"][1]
    assert (held["kept"], held["can fork"]) == ([], True)
