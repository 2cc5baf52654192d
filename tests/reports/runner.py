"""A run in a process of its own, which a test can end: ``python runner.py <workspace> <schools> <run to resume or ->``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pandas as pd
import psutil
from made_up_district import Roll

from dataworkbench.errors import WorkbenchError
from dataworkbench.reports import plan_reports, run_reports
from dataworkbench.workspace import ENVIRONMENT_VARIABLE

NOTHING = "-"


def roll_of(names):
    numbers = [f"{place:04}" for place in range(len(names))]
    return Roll(schools=pd.DataFrame({"school_id": numbers, "school_name": list(names)}))


def start(workspace, schools, *, resume=NOTHING, engine="forked", workers=2):
    """Start a run in a process of its own; what it says goes to a file beside the workspace."""
    said = workspace.root.parent / "runner.txt"
    with said.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, __file__, workspace.root, str(schools), resume, engine, str(workers)],
            stdout=out,
            stderr=out,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )


def alive_of(workspace):
    """The processes that make reports of a workspace."""
    found = []
    for one in psutil.process_iter():
        try:
            theirs = one.environ().get(ENVIRONMENT_VARIABLE) == str(workspace.root)
            if theirs and one.status() != psutil.STATUS_ZOMBIE:
                found.append(one)
        except psutil.Error:
            continue
    return found


def seconds_until_none_is_left(workspace, most=10):
    began = time.monotonic()
    while alive_of(workspace):
        assert time.monotonic() - began < most, alive_of(workspace)
        time.sleep(0.02)
    return time.monotonic() - began


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


def every_file_parses(folder):
    for page in folder.glob("*/*.html"):
        assert page.read_text(encoding="utf-8").rstrip().endswith("</html>"), page
    for kept in folder.glob("notebooks/[!.]*.ipynb"):
        nbformat.validate(nbformat.read(kept, as_version=4))
    index = folder / "index.html"
    assert not index.exists() or index.read_text(encoding="utf-8").rstrip().endswith("</html>")


def main():
    place, schools, resume, engine, workers = sys.argv[1:]
    roll = roll_of([f"School {number}" for number in range(int(schools))])
    plan = plan_reports(Path(place), roll=roll)
    try:
        run = run_reports(
            plan, resume="" if resume == NOTHING else resume, engine=engine, workers=int(workers)
        )
    except WorkbenchError as fault:
        print(fault)
        sys.exit(3)
    sys.exit(0 if run.ok else 4)


if __name__ == "__main__":
    main()
