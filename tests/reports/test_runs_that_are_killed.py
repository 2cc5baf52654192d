"""A run that is killed at fifty random moments comes to the same end as one that nobody disturbed."""

from __future__ import annotations

import random
import subprocess
import time
from collections import Counter

import nbformat
import pytest
from runner import every_file_parses, kill, seconds_until_none_is_left, start

from dataworkbench.reports import list_runs
from dataworkbench.reports.jobs import DONE

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(7_200)]
SCHOOLS = 12
KILLS = 50


def finished(process):
    assert process.wait(300) == 0


class Chain:
    """One run that is killed and resumed until it comes to its end."""

    def __init__(self, workspace, begun):
        self.workspace = workspace
        self.begun = begun
        self.before = {run.run_id for run in list_runs(workspace)}
        self.lines_at_done = {}
        begun.write_text("", encoding="utf-8")

    def run(self):
        return next((run for run in list_runs(self.workspace) if run.run_id not in self.before), None)

    def go_on(self):
        run = self.run()
        return start(self.workspace, SCHOOLS, **({"resume": run.run_id} if run else {}))

    def wait_for_a_moment(self, process, usual, *, at_work):
        """Wait for a random moment of the whole run, or of the time in which reports are made, which is the shorter part."""
        if not at_work:
            process.wait(random.uniform(0, usual))
            return
        before = self.begun.stat().st_size
        while process.poll() is None and self.begun.stat().st_size == before:
            time.sleep(0.01)
        process.wait(random.uniform(0, usual / 6))

    def begun_so_often(self):
        return Counter(self.begun.read_text(encoding="utf-8").split("\n")[:-1])

    def look(self):
        """Whatever the moment, the record reads, every file is whole, and nothing that was done is done once more."""
        run = self.run()
        if run is None:
            return
        every_file_parses(run.folder)
        often = self.begun_so_often()
        for slug, at_that_time in self.lines_at_done.items():
            assert run.report(slug).state == DONE
            assert often[run.report(slug).parameters["school"]] == at_that_time
        for report in run.reports:
            if report.state == DONE:
                self.lines_at_done.setdefault(report.slug, often[report.parameters["school"]])


def contents(run):
    return {path.name: path.read_bytes() for path in sorted((run.folder / "pages").iterdir())}


def notebooks_without_times(run):
    held = {}
    for path in sorted((run.folder / "notebooks").iterdir()):
        notebook = nbformat.read(path, as_version=4)
        notebook.metadata["papermill"] = notebook.metadata.papermill.parameters
        for cell in notebook.cells:
            cell.metadata.pop("execution", None)
            cell.metadata.get("papermill", {}).clear()
        held[path.name] = nbformat.writes(notebook)
    return held


def test_a_run_killed_at_fifty_random_moments_ends_with_the_same_files_and_does_nothing_twice(
    workspace, keep_notebook, tmp_path
):
    begun = tmp_path / "begun.txt"
    keep_notebook(
        f"with open({str(begun)!r}, 'a') as file:\n    file.write(school + '\\n')\nimport time\ntime.sleep(0.3)",
        "import plotly.graph_objects as go\ngo.Figure(go.Bar(x=['a'], y=[1]))",
        "print('this is', school)",
    )
    began = time.monotonic()
    finished(start(workspace, SCHOOLS))
    usual = time.monotonic() - began
    undisturbed = list_runs(workspace)[0]
    kills, chains, longest, in_the_middle, again = 0, 0, 0.0, 0, 0
    while kills < KILLS:
        chain, chains = Chain(workspace, begun), chains + 1
        while True:
            process = chain.go_on()
            try:
                chain.wait_for_a_moment(process, usual, at_work=bool(kills % 4))
            except subprocess.TimeoutExpired:  # it is at work still
                kill(process)
                kills += 1
                longest = max(longest, seconds_until_none_is_left(workspace))
                in_the_middle += 0 < len(chain.lines_at_done) < SCHOOLS
                chain.look()
                print(
                    f"kill {kills}: {len(chain.lines_at_done)} done; all gone after {longest:.2f} s at most",
                    flush=True,
                )
                continue
            assert process.returncode == 0
            break
        run = chain.run()
        chain.look()
        assert run.ok
        assert contents(run) == contents(undisturbed)
        assert notebooks_without_times(run) == notebooks_without_times(undisturbed)
        again += sum(chain.begun_so_often().values()) - SCHOOLS
        print(
            f"{kills} kills in {chains} runs of {usual:.1f} s; made again {again}; alive {longest:.2f} s; {in_the_middle}"
        )
