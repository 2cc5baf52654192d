"""The line to a warm parent: jobs go to it from any thread, and each gets its own outcome back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from threading import BoundedSemaphore, Lock, Thread
from typing import IO, Final

from dataworkbench.reports.jobs import FAILED, READY, Job, Outcome
from dataworkbench.reports.left_behind import end_marked, marked

_BEGIN: Final = """
import os, signal, sys
if sys.platform == "linux":
    import select
    asked = select.poll()
    asked.register(0, 0)
    signal.signal(signal.SIGALRM, lambda *_: asked.poll(0) and os._exit(0))
    signal.setitimer(signal.ITIMER_REAL, 0.5, 0.5)
import gc
gc.disable()
from dataworkbench.reports.warm.parent import main
main()
"""
"""Loading takes seconds, in which nothing listens. So before that begins, it is seen to that the process looks twice a second
whether anybody is still there to ask. Nothing that is loaded is thrown away, so it is not looked through for it either."""
COMMAND: Final = (sys.executable, "-P", "-c", _BEGIN)
GRACE_SECONDS: Final = 60
"""How much longer than its report may take a parent may be silent before it is taken for stuck."""


_ENDED: Final = (
    "The process that made the report was ended from outside, most often because the memory ran out."
)
_NOT_BEGUN: Final = "The process that makes the reports could not begin. Why stands in logs/workers.txt."


class LostParentError(Exception):
    """The parent ended while it had jobs."""


class NoCopiesError(Exception):
    """No process can be copied here."""


class WarmParent:
    """A warm parent, started when it is first asked and anew when it has ended."""

    def __init__(self, environment: Mapping[str, str], log: IO[bytes]) -> None:
        self._environment = dict(environment)
        self._log = log
        self._asking = Lock()
        self._line: Line | None = None
        self._begun: set[Line] = set()
        self._few = BoundedSemaphore(os.cpu_count() or 1)
        self._over = False

    def do(self, job: Job) -> Outcome:
        """Return what became of a job.

        A parent that was ended from outside takes all its reports with it, and one of them may have ended it. So each
        is made once more with a parent of its own; only the one that ends that too has failed.

        Raises
        ------
        NoCopiesError
            Where processes cannot be copied.

        """
        try:
            return self._ready().do(job)
        except LostParentError:
            return self._do_alone(job)

    def end(self) -> None:
        """End the parent and what it began."""
        with self._asking:
            self._over = True
            begun = list(self._begun)
        for line in begun:
            line.end()

    def _ready(self) -> Line:
        with self._asking:
            if self._line is not None and not self._line.open:
                self._begun.discard(self._line)
                self._line.end()  # what its reports began may have outlived it
                self._line = None
            if self._line is None:
                self._line = self._begin()
            return self._line

    def _begin(self) -> Line:
        if self._over:
            raise RuntimeError("the run has ended")
        line = Line(self._environment, self._log)
        self._begun.add(line)
        return line

    def _do_alone(self, job: Job) -> Outcome:
        with self._few:
            with self._asking:
                line = self._begin()
            try:
                return line.do(job)
            except LostParentError:
                return Outcome(job.slug, FAILED, message=_ENDED if line.began else _NOT_BEGUN)
            finally:
                line.end()
                with self._asking:
                    self._begun.discard(line)


class Line:
    """One parent process, from its start to its end."""

    def __init__(self, environment: Mapping[str, str], log: IO[bytes]) -> None:
        self.open = True
        self._environment = marked(environment)
        self._saying = Lock()
        self._waited_for: dict[str, Future[Outcome]] = {}
        self._process = subprocess.Popen(  # noqa: S603 - our own module, by this interpreter
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=self._environment,
            start_new_session=True,
        )
        self._copies: Future[bool] = Future()
        self._listener = Thread(target=self._listen, name="outcomes", daemon=True)
        self._listener.start()

    @property
    def began(self) -> bool:
        """Whether the process had loaded its libraries."""
        return self._copies.done() and self._copies.exception() is None

    def do(self, job: Job) -> Outcome:
        """Return what became of a job."""
        try:
            if not self._copies.result(GRACE_SECONDS):
                raise NoCopiesError
            return self._ask(job).result(job.seconds + GRACE_SECONDS)
        except TimeoutError:
            self.end()
            raise LostParentError from None

    def end(self) -> None:
        """End the process; it ends what it began when nobody asks any more, and the system does where it cannot."""
        self.open = False
        with suppress(OSError):
            self._asked().close()
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        end_marked(self._environment)
        self._listener.join(1)

    def _ask(self, job: Job) -> Future[Outcome]:
        outcome: Future[Outcome] = Future()
        with self._saying:
            if not self.open:
                raise LostParentError
            self._waited_for[job.slug] = outcome
            try:
                self._asked().write((job.to_line() + "\n").encode())
                self._asked().flush()
            except OSError:
                self.open = False
                raise LostParentError from None
        return outcome

    def _listen(self) -> None:
        first = self._said().readline().decode().strip()
        if first:
            self._copies.set_result(first == READY)
        for line in self._said():
            outcome = Outcome.from_line(line.decode())
            waiting = self._waited_for.pop(outcome.slug, None)
            if waiting:
                waiting.set_result(outcome)
        with self._saying:
            self.open = False
            left = list(self._waited_for.values())
            self._waited_for.clear()
        if not first:
            self._copies.set_exception(LostParentError())
        for waiting in left:
            waiting.set_exception(LostParentError())

    def _asked(self) -> IO[bytes]:
        if self._process.stdin is None:
            raise OSError
        return self._process.stdin

    def _said(self) -> IO[bytes]:
        if self._process.stdout is None:
            raise OSError
        return self._process.stdout
