"""Run one notebook with one set of parameters and keep its page: ``execute(job)`` is the whole of it.

Everything else in this room only decides which jobs there are and watches over them.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import papermill
from nbformat import NotebookNode
from traitlets.config import Config

from dataworkbench.files import write_whole
from dataworkbench.reports.failures import Failure, UnfinishedNotebookError, failure_of
from dataworkbench.reports.in_process import ENGINE
from dataworkbench.reports.jobs import (
    DONE,
    FAILED,
    FORKED,
    KERNEL,
    MOST_OUTPUT,
    Job,
    Outcome,
    TooMuchOutputError,
)
from dataworkbench.reports.notebooks import no_notebook, notebook_text, read_notebook, with_last_cell
from dataworkbench.reports.pages import render_page

SECONDS_TO_START = 60
NATIVE_KERNEL = "python3"
_KERNEL: Final = {"name": NATIVE_KERNEL, "language": "python", "display_name": "Python 3"}
"""What an executed notebook says that it was run by, where it was saved for a kernel of another name or for none."""
PARAMETERS_GIVEN: Final = "injected-parameters"
"""How papermill marks the cell in which it says with what a notebook was run."""


def execute(job: Job, *, engine: str = KERNEL) -> Outcome:
    """Return what became of one report; its page and its executed notebook are written only where all went well."""
    began = time.monotonic()
    notebook = no_notebook()
    own = os.getpid()
    try:
        notebook = read_notebook(Path(job.notebook))
        executed = run_notebook(
            notebook, job.parameters, cwd=Path(job.cwd), seconds=job.seconds, engine=engine
        )
        if os.getpid() != own:
            os._exit(0)  # a cell made a copy of this process, and only one of the two writes the page
        kept, page = _keep(executed, job)
    except (Exception, TooMuchOutputError) as fault:  # noqa: BLE001 - one school's fault, whatever it is, must not stop the others
        failure = failure_of(fault, notebook, job.seconds)
        return _failed(job, failure, time.monotonic() - began)
    return Outcome(job.slug, DONE, round(time.monotonic() - began, 2), page=page, executed=kept)


def _failed(job: Job, failure: Failure, seconds: float) -> Outcome:
    return Outcome(
        job.slug,
        FAILED,
        round(seconds, 2),
        message=failure.message,
        cell=failure.cell,
        near=failure.near,
        log=failure.log,
    )


def _keep(executed: NotebookNode, job: Job) -> tuple[str, str]:
    """Write the executed notebook and its page, and return the fingerprint of each."""
    name = f"notebooks/{job.slug}.ipynb"
    executed.metadata["papermill"] |= {"input_path": job.source or job.notebook, "output_path": name}
    text = notebook_text(executed)
    if len(text) > MOST_OUTPUT * 1_000_000:  # a kernel does not count as it goes
        raise TooMuchOutputError
    kept = write_whole(Path(job.folder) / name, text)
    page = Path(job.folder) / "pages" / f"{job.slug}.html"
    return kept, write_whole(page, render_page(executed, facts=job.facts))


def run_notebook(
    notebook: NotebookNode, parameters: Mapping[str, Any], *, cwd: Path, seconds: int, engine: str = KERNEL
) -> NotebookNode:
    """Return an executed copy of a notebook, in which every cell has run to its end.

    papermill takes a cell that left by ``sys.exit()`` for a good end, so a cell is put behind the last one that
    prints a word made for this run; only where that word comes back has everything before it run.

    Raises
    ------
    UnfinishedNotebookError
        Where the word did not come back.
    Exception
        What papermill and nbclient raise: an error in a cell, a time-out, a kernel that died.

    """
    word = secrets.token_hex(16)
    asked = with_last_cell(notebook, f"print('{word}')")
    if asked.metadata.get("kernelspec", {}).get("name") != NATIVE_KERNEL:
        asked.metadata["kernelspec"] = dict(_KERNEL)
    with _settings(engine, seconds) as settings:
        executed: NotebookNode = papermill.execute_notebook(
            asked,
            None,
            parameters=dict(parameters),
            cwd=str(cwd),
            kernel_name=NATIVE_KERNEL,
            progress_bar=False,
            autosave_cell_every=0,
            request_save_on_cell_execute=False,
            **settings,
        )
    return _without_last_cell(executed, word)


def _without_last_cell(executed: NotebookNode, word: str) -> NotebookNode:
    last = executed.cells[-1]
    if not any(word in output.get("text", "") for output in last.get("outputs", ())):
        raise UnfinishedNotebookError
    executed.cells = executed.cells[:-1]
    for cell in executed.cells:
        if PARAMETERS_GIVEN in cell.metadata.get("tags", ()):
            cell["id"] = (
                PARAMETERS_GIVEN  # papermill draws one by lot, and two runs would differ for that alone
            )
    return executed


@contextmanager
def _settings(engine: str, seconds: int) -> Iterator[dict[str, Any]]:
    """Give a kernel its time and sockets in a folder of its own: no ports to race for, and nobody else connects."""
    if engine == FORKED:
        yield {"engine_name": ENGINE, "most_output": MOST_OUTPUT * 1_000_000}
        return
    folder = tempfile.mkdtemp(dir=_runtime_folder())
    manager = {"connection_file": str(Path(folder) / "k.json")}
    if sys.platform != "win32":
        manager["transport"] = "ipc"
    try:
        yield {
            "config": Config({"KernelManager": manager}),
            "start_timeout": SECONDS_TO_START,
            "execution_timeout": seconds,
            "store_widget_state": False,
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _runtime_folder() -> str | None:
    """Return where a run keeps what lives only as long as it does; None outside a run."""
    return os.environ.get("JUPYTER_RUNTIME_DIR")


logging.getLogger("papermill").setLevel(logging.ERROR)
