"""A process that makes one report after another in fresh kernels: ``python -m dataworkbench.reports.fresh``.

For systems on which a process cannot be copied. A job comes on each line, and its outcome goes out as a line.
"""

from __future__ import annotations

import os
import sys
from typing import IO

from dataworkbench.reports.execute import execute
from dataworkbench.reports.jobs import KERNEL, Job, Outcome


def main() -> None:
    """Answer jobs until nobody is there to ask."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(
        sys.stderr.fileno(), sys.stdout.fileno()
    )  # what a library prints belongs into the log, not among answers
    for line in sys.stdin:
        _answer(answers, execute(Job.from_line(line), engine=KERNEL))


def _answer(answers: IO[str], outcome: Outcome) -> None:
    answers.write(outcome.to_line() + "\n")
    answers.flush()


if __name__ == "__main__":
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # jsonschema works without it, and it takes seconds to load
    main()
