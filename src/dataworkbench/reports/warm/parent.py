"""The process that is copied for each report; ``asking`` begins it.

It loads the libraries once. A job comes on each line of its input, and the outcome of each goes out as a line, in the
order in which they end. As many reports are made at once as there are jobs that it was given. It runs no notebook
itself, opens no data, and ends, with all that it began, when nobody is there to ask it any more. What all reports ask
alike it is told by a copy that runs no notebook either (``shared``).
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import Final

from dataworkbench.reports.jobs import FAILED, FORKED, NO_COPIES, READY, Job, Outcome
from dataworkbench.reports.warm.children import Child, begin, knows_children
from dataworkbench.reports.warm.limits import can_fork, end_all, end_orphans, keep_orphans
from dataworkbench.reports.warm.rehearsal import rehearse
from dataworkbench.reports.warm.shared import Shared, answered, asked_here, asking_job, keep

LOOKING: Final = 0.5
"""Seconds between two looks at the time and memory that reports take."""
REHEARSED_AFTER: Final = 8
"""After how many reports figures are drawn in this process too: for fewer it is not worth the time."""
_JOBS: Final = 0
_AT_ONCE: Final = 1 << 20
_AT_FIRST_DRAWING: Final = (
    "IPython.core.application", "IPython.core.completerlib", "IPython.core.crashhandler", "IPython.core.logger",
    "IPython.core.oinspect", "bdb", "bs4", "jinja2", "mistune", "nh3", "pandas.core.methods.to_dict",
    "plotly.animation", "plotly.graph_objs._bar", "plotly.graph_objs._deprecations", "plotly.graph_objs._layout",
    "plotly.graph_objs._scatter", "plotly.graph_objs.layout._template", "plotly.io._renderers", "plotly.offline",
    "plotly.tools", "plotly.validator_cache", "pyarrow.pandas_compat",
)  # fmt: skip
"""What a page needs at its first drawing beside the rooms."""


def main() -> None:
    """Make reports until nobody is there to ask."""
    answers = os.dup(1)
    os.dup2(2, 1)  # what a library prints belongs into the log, not among answers
    _load()
    if sys.platform == "linux":  # from here on a closed line is heard (see COMMAND in asking.py)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
    keep_orphans()
    if not can_fork() or not knows_children():
        sys.stderr.write(
            "This process cannot be copied here, so each report has a fresh kernel, which takes longer.\n"
        )
        _say(answers, NO_COPIES)
        return
    _say(answers, READY)
    keeper = Keeper(answers)
    try:
        while keeper.turn():
            pass
    finally:
        keeper.end()
        os._exit(0)  # libraries have much to put away, and nothing of it matters


def _load() -> None:
    for name in ("dataworkbench", "dataworkbench.reports.execute", *_AT_FIRST_DRAWING):
        try:
            import_module(name)
        except ImportError:  # parts of libraries that another version may not have
            continue
    _draw_nothing()
    _share_memory()


def _draw_nothing() -> None:
    """Fill the template of pages once, which then is read and ready for all copies."""
    from dataworkbench.reports.notebooks import no_notebook  # noqa: PLC0415 - as below
    from dataworkbench.reports.pages import render_page  # noqa: PLC0415 - as below

    render_page(no_notebook())


def _make(job: Job) -> bytes:
    from dataworkbench.reports.execute import execute  # noqa: PLC0415 - loaded by now; who reads this file has no use for it

    return f"{execute(job, engine=FORKED).to_line()}\n{asked_here()}\n".encode()


def _keep(told: bytes) -> None:
    """Keep the answers that all reports share; where they did not come, reports go on asking themselves."""
    if not told:
        sys.stderr.write("What all reports ask could not be asked beforehand, so each asks it itself.\n")
        return
    keep(told)
    _share_memory()


def _share_memory() -> None:
    gc.enable()  # it was off while libraries were loaded (see COMMAND in asking.py)
    gc.collect()
    gc.freeze()  # what all reports share is not looked through again, and so stays shared


def _not_begun(job: Job, fault: OSError) -> Outcome:
    said = f"The machine let no further process begin ({fault.strerror}). Try with fewer --workers."
    return Outcome(job.slug, FAILED, message=said)


def _say(answers: int, line: str) -> None:
    said = (line + "\n").encode()
    while said:
        said = said[os.write(answers, said) :]


class Keeper:
    """Begins a child for each job, listens to all of them, and looks after those that take too much."""

    def __init__(self, answers: int) -> None:
        self._answers = answers
        self._asked = bytearray()
        self._children: dict[int, Child] = {}
        self._shared = Shared()
        self._asking = 0
        self._made = 0
        self._waiting = selectors.DefaultSelector()
        self._waiting.register(_JOBS, selectors.EVENT_READ)

    def turn(self) -> bool:
        """Do what there is to do, and return whether anybody is still there to ask."""
        asked = True
        for key, _ in self._waiting.select(LOOKING if self._children else None):
            asked = (self._listen() if key.fd == _JOBS else self._answer(key.data, key.fd)) and asked
        for child in self._children.values():
            child.look_after()
        return asked

    def end(self) -> None:
        """End everything that was begun."""
        for pid in self._children:
            end_all(pid)
        end_orphans(set())

    def _listen(self) -> bool:
        said = os.read(_JOBS, _AT_ONCE)
        self._asked += said
        *lines, rest = self._asked.split(b"\n")
        self._asked = bytearray(rest)
        for line in lines:
            self._begin(Job.from_line(line.decode()))
        return bool(said)

    def _begin(self, job: Job) -> None:
        try:
            self._look_after(begin(job, lambda: _make(job)))
        except OSError as fault:  # no more processes, no more handles, no more memory
            _say(self._answers, _not_begun(job, fault).to_line())

    def _look_after(self, child: Child) -> None:
        self._children[child.pid] = child
        for handle in (child.heard, child.ended):
            self._waiting.register(handle, selectors.EVENT_READ, child)

    def _answer(self, child: Child, handle: int) -> bool:
        """Take in what a child says, and once it has ended, say what became of its report."""
        if child.pid not in self._children:  # its other handle was looked at in the same turn
            return True
        if handle == child.heard:
            if not child.listen():
                self._waiting.unregister(child.heard)  # it has said all; its end is waited for
            return True
        for one in {child.heard, child.ended} & set(self._waiting.get_map()):
            self._waiting.unregister(one)
        del self._children[child.pid]
        if child.pid == self._asking:
            self._asking = 0
            _keep(child.said())
        else:
            _say(self._answers, child.outcome().to_line())
            self._shared.listen(child.asked)
            self._made += 1
            if self._made == REHEARSED_AFTER:
                rehearse()
                _share_memory()
        self._ask_what_is_alike(child.job)
        end_orphans(set(self._children))
        return True

    def _ask_what_is_alike(self, job: Job) -> None:
        """Begin a copy that asks what reports asked alike; where there is no room for one, they go on asking it themselves."""
        questions = {} if self._asking else self._shared.take()
        if not questions:
            return
        with suppress(OSError):
            child = begin(asking_job(job), lambda: answered(questions))
            self._asking = child.pid
            self._look_after(child)
