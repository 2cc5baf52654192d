"""Where one worker on another machine makes reports: set up with the first of a run, put away when there are no more."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, Timer
from typing import Any, Final

from dataworkbench.errors import WorkbenchError
from dataworkbench.files import file_fingerprint
from dataworkbench.reports.cluster.bundle import DISTRICT, NOTEBOOK, open_bundle
from dataworkbench.reports.cluster.errand import Errand
from dataworkbench.reports.cluster.storage import Storage
from dataworkbench.reports.crew import Crew
from dataworkbench.reports.jobs import DONE, Job, Outcome
from dataworkbench.reports.surroundings import surroundings

BUNDLE: Final = "bundle.zip"
MADE: Final = "made"
PAGE: Final = "page.html"
EXECUTED: Final = "notebook.ipynb"
IDLE_SECONDS: Final = 900
"""So long after its last report a worker keeps a run's things: whoever asked may have ended without a word."""


@dataclass(frozen=True)
class Made:
    """What became of a report, and under which name its page and notebook lie at the storage; '' where there is none."""

    outcome: Outcome
    place: str = ""


class Bench:
    """The place of one run in one worker process, shared by its threads."""

    def __init__(self, errand: Errand, *, at_once: int, scratch: Path) -> None:
        self._errand = errand
        self._at_once = at_once
        self._scratch = scratch
        self._lock = Lock()
        self._open: ExitStack | None = None
        self._makers: tuple[Crew, Path] | None = None
        self._at_work = 0
        self._over = False
        self._idle: Timer | None = None

    def make(self, job: Job) -> Made:
        """Return what became of a job."""
        crew, home = self._begin()
        try:
            if not self._errand.storage:
                return Made(crew.do(job))
            return _put(self._errand, home, crew.do(at_home(job, self._errand, home)))
        finally:
            self._end_one()

    def end(self) -> None:
        """End what is at work, and take away all that was brought here."""
        with self._lock:
            self._over = True
            self._put_away()

    def _begin(self) -> tuple[Crew, Path]:
        with self._lock:
            if self._over:
                raise RuntimeError("the run has ended")
            if self._idle:
                self._idle.cancel()
            if self._makers is None:
                with ExitStack() as opening:
                    self._makers = opening.enter_context(_set_up(self._errand, self._at_once, self._scratch))
                    self._open = opening.pop_all()
            self._at_work += 1
            return self._makers

    def _end_one(self) -> None:
        with self._lock:
            self._at_work -= 1
            if not self._at_work and not self._over:
                self._idle = Timer(IDLE_SECONDS, self._rest)
                self._idle.daemon = True
                self._idle.start()

    def _rest(self) -> None:
        with self._lock:
            if not self._at_work:
                self._put_away()

    def _put_away(self) -> None:
        if self._idle:
            self._idle.cancel()
        held, self._open, self._makers = self._open, None, None
        if held:
            held.close()


@contextmanager
def _set_up(errand: Errand, at_once: int, scratch: Path) -> Iterator[tuple[Crew, Path]]:
    """Give who makes reports here, and the folder in which the run's things lie, which only this user may look into."""
    with ExitStack() as held:
        home = Path(tempfile.mkdtemp(prefix="dwb-", dir=scratch))  # such a folder is its owner's alone
        held.callback(shutil.rmtree, home, ignore_errors=True)
        workspace = Path(errand.workspace)
        if errand.storage:
            _fetch(errand, home)
            workspace = home / DISTRICT
        environment = held.enter_context(surroundings(workspace, errand.snapshot, errand.policy))
        log = held.enter_context(_log_of(errand, home).open("ab"))
        crew = Crew(at_once, environment, log)
        held.callback(crew.end)
        yield crew, home


def _log_of(errand: Errand, home: Path) -> Path:
    """Return where this process writes what its helpers print: no two machines write into one file."""
    machine = re.sub(r"[^A-Za-z0-9-]+", "-", socket.gethostname())
    folder = home if errand.storage else Path(errand.folder) / "logs"
    return folder / f"worker-{machine}-{os.getpid()}.txt"


def _fetch(errand: Errand, home: Path) -> None:
    bundle = home / BUNDLE
    Storage(errand.storage).get(BUNDLE, bundle)
    if file_fingerprint(bundle) != errand.bundle:
        raise WorkbenchError(
            "What the storage handed out is not what was put there. Nothing was made from it."
        )
    open_bundle(bundle, home)
    for name in ("pages", "notebooks"):
        (home / MADE / name).mkdir(parents=True)


def at_home(job: Job, errand: Errand, home: Path) -> Job:
    """Return a job as it reads on a machine that has the run's things in a folder of its own.

    The parameter ``workspace`` is left empty, which means the one that the surroundings name: so the executed notebook
    is the same wherever it was made.
    """
    cwd = home / DISTRICT / Path(job.cwd).relative_to(errand.workspace)
    cwd.mkdir(parents=True, exist_ok=True)
    return replace(
        job,
        notebook=str(home / NOTEBOOK),
        folder=str(home / MADE),
        cwd=str(cwd),
        parameters=_without_path(job.parameters, errand.workspace),
    )


def _without_path(parameters: Mapping[str, Any], workspace: str) -> dict[str, Any]:
    return {
        name: "" if name == "workspace" and value == workspace else value
        for name, value in parameters.items()
    }


def _put(errand: Errand, home: Path, outcome: Outcome) -> Made:
    """Put a page and its notebook to the storage, and take them from this machine."""
    if outcome.state != DONE:
        return Made(outcome)
    place = f"{MADE}/{outcome.slug}-{secrets.token_hex(6)}"
    storage = Storage(errand.storage)
    for kind, name in ((f"pages/{outcome.slug}.html", PAGE), (f"notebooks/{outcome.slug}.ipynb", EXECUTED)):
        storage.put(home / MADE / kind, f"{place}/{name}")
        (home / MADE / kind).unlink()
    return Made(outcome, place)
