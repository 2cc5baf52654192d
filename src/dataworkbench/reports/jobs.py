"""What a worker is handed and what it hands back; both are plain enough to travel as a line of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

DONE: Final = "done"
FAILED: Final = "failed"
NOT_RUN: Final = "not run"
READY: Final = "ready"
NO_COPIES: Final = "no copies"
"""What a warm parent says first: that it can be copied, or that it cannot."""
FORKED: Final = "forked"
KERNEL: Final = "kernel"
MEMORY_PER_REPORT: Final = 4_096
"""The most memory that one report may take, in megabytes, where nobody says otherwise."""
MOST_OUTPUT: Final = 50
"""The most that the cells of one notebook may put out, in megabytes: a larger page cannot be opened."""
ENGINES: Final = (FORKED, KERNEL)
"""How a notebook is run: in a fork of a process with the libraries loaded, or in a fresh Jupyter kernel."""


@dataclass(frozen=True)
class PageFacts:
    """What stands around the body of a page: the banner and the footer."""

    title: str
    district: str = ""
    banner: str = ""
    snapshot: str = ""
    policy: str = ""
    version: str = ""
    made: str = ""


@dataclass(frozen=True)
class Job:
    """One report to be made, with everything that a worker needs to know.

    ``notebook`` is the run's own copy, ``source`` the file that it was copied from; ``seconds`` and ``memory`` (in
    megabytes) are the most that the report may take.
    """

    slug: str
    notebook: str
    parameters: Mapping[str, Any]
    folder: str
    cwd: str
    seconds: int
    facts: PageFacts
    source: str = ""
    memory: int = MEMORY_PER_REPORT
    engine: str = FORKED

    def to_line(self) -> str:
        """Return the job as one line."""
        return json.dumps(asdict(self), ensure_ascii=True)

    @classmethod
    def from_line(cls, line: str) -> Job:
        """Return the job that a line holds."""
        held = json.loads(line)
        return cls(**{**held, "facts": PageFacts(**held["facts"])})


@dataclass(frozen=True)
class Outcome:
    """What became of one report.

    ``message`` may stand on the index: it never repeats what an unknown error says, since that can hold a
    student's name. ``log`` is the whole story and goes to the staff's log alone. ``page`` and ``executed`` are the
    fingerprints of the files that were written; ``processor`` is in seconds, ``memory`` the most it had, in megabytes.
    """

    slug: str
    state: str
    seconds: float = 0.0
    page: str = ""
    executed: str = ""
    processor: float = 0.0
    memory: int = 0
    message: str = ""
    cell: int = 0
    near: str = ""
    log: str = field(default="", repr=False)

    def to_line(self) -> str:
        """Return the outcome as one line."""
        return json.dumps(asdict(self), ensure_ascii=True)

    @classmethod
    def from_line(cls, line: str) -> Outcome:
        """Return the outcome that a line holds."""
        return cls(**json.loads(line))
