"""The papermill engine ``dataworkbench``: the libraries are loaded once, and each notebook runs in a copy of the process.

    papermill school_report.ipynb alder.ipynb --engine dataworkbench -p school Alder

It is what the night run does, for whoever has a loop of papermill's own: ``papermill.execute_notebook`` with
``engine_name="dataworkbench"`` spares each notebook the seconds in which a fresh kernel loads its libraries. A copy shares
nothing with the next one. Where processes cannot be copied, and for other languages, papermill's usual engine takes over.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from typing import Any, Final

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import Engine, NBClientEngine

import dataworkbench
from dataworkbench.reports.in_process import language_info, run_cells

NAME: Final = "dataworkbench"
STARTED: Final = "started"
ENDED: Final = "ended"
FAILED: Final = "failed"
_AT_ONCE: Final = 1 << 20
_PYTHON: Final = frozenset({"python", "python3", ""})


as_node: Callable[[Any], NotebookNode] = nbformat.from_dict
no_cell: Callable[[], NotebookNode] = nbformat.v4.new_code_cell


class WarmEngine(Engine):  # type: ignore[misc]  # papermill has no types
    """Runs a notebook in a copy of this process, cell by cell, and stops at the first that fails."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, execution_timeout: int | None = None, **how: Any
    ) -> None:
        """Run the cells of the notebook that papermill holds.

        Raises
        ------
        CellTimeoutError
            Where a cell takes longer than ``execution_timeout`` seconds.
        DeadKernelError
            Where the copy ends before the notebook does.

        """
        if sys.platform != "linux" or not _can_copy(kernel_name):
            NBClientEngine.execute_managed_notebook(
                nb_man, kernel_name, execution_timeout=execution_timeout, **how
            )
            return
        for index, what, cell in _heard_of(nb_man.nb, execution_timeout):
            if what == STARTED:
                nb_man.cell_start(nb_man.nb.cells[index], cell_index=index)
                continue
            _take_over(nb_man.nb.cells[index], cell)
            if what == FAILED:
                nb_man.cell_exception(nb_man.nb.cells[index], cell_index=index)
            nb_man.cell_complete(nb_man.nb.cells[index], cell_index=index)
        nb_man.nb.metadata["language_info"] = language_info()


def _can_copy(kernel_name: str) -> bool:
    from dataworkbench.reports.warm.limits import can_fork  # noqa: PLC0415 - it speaks of Linux only

    return kernel_name in _PYTHON and can_fork()


@cache
def _load() -> None:
    """Load what notebooks use, once; every copy has it then."""
    for name in dir(dataworkbench):
        getattr(dataworkbench, name)


def _take_over(cell: NotebookNode, ran: NotebookNode) -> None:
    """Give a cell what it has put out in the copy; what papermill notes of it stays."""
    for name in ("outputs", "execution_count"):
        if name in ran:
            cell[name] = ran[name]
    if "execution" in ran.metadata:
        cell.metadata["execution"] = ran.metadata["execution"]


def _heard_of(notebook: NotebookNode, seconds: int | None) -> Iterator[tuple[int, str, NotebookNode]]:
    """Yield what a copy says while it runs a notebook: which cell, whether it started or how it ended, and the cell then."""
    _load()
    heard, said = os.pipe()
    parent = os.getpid()
    copy = os.fork()
    if copy == 0:
        os.close(heard)
        _run(notebook, said, parent)
    os.close(said)
    over = False
    try:
        for line in _lines(heard, seconds):
            index, what, cell = json.loads(line)
            over = index < 0
            if over:
                break
            yield index, what, as_node(cell)
        if not over:
            raise DeadKernelError("Kernel died")
    finally:
        os.close(heard)
        with suppress(ProcessLookupError):
            os.killpg(copy, signal.SIGKILL)
        os.waitpid(copy, 0)


def _lines(heard: int, seconds: int | None) -> Iterator[bytes]:
    """Yield whole lines; stop where nothing comes any more."""
    rest = bytearray()
    until = time.monotonic() + seconds if seconds else None
    while True:
        left = max(until - time.monotonic(), 0) if until else None
        if not select.select([heard], [], [], left)[0]:
            raise CellTimeoutError.error_from_timeout_and_cell("A cell timed out", seconds or 0, no_cell())
        said = os.read(heard, _AT_ONCE)
        if not said:
            return
        *lines, last = (bytes(rest) + said).split(b"\n")
        rest = bytearray(last)
        if lines and seconds:
            until = time.monotonic() + seconds
        yield from lines


def _run(notebook: NotebookNode, said: int, parent: int) -> None:
    """Be the copy: run the cells, say each, and end."""
    from dataworkbench.reports.warm.limits import end_with  # noqa: PLC0415 - it speaks of Linux only

    try:
        end_with(parent)
        os.setsid()
        with os.fdopen(said, "wb") as line:
            for index, cell, failed in run_cells(
                notebook, lambda cell, index: _say(line, index, STARTED, cell)
            ):
                _say(line, index, FAILED if failed else ENDED, cell)
            _say(line, -1, ENDED, notebook.cells[-1])
    finally:
        os._exit(0)


def _say(line: Any, index: int, what: str, cell: NotebookNode) -> None:
    line.write(json.dumps([index, what, cell]).encode() + b"\n")
    line.flush()
