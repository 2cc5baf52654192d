"""Answers that are the same for all reports, asked once and handed to every copy.

Each report says which questions without a value it asked of its snapshot. What two of the first reports asked alike is
asked once more by a copy that runs nobody's notebook, and its answers are kept for all copies that are begun later. So
nothing that a notebook did or worked out reaches another: only which questions are worth an answer beforehand.
"""

from __future__ import annotations

import json
import pickle
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from dataworkbench.reports.jobs import Job

LISTENED_TO: Final = 20
"""How many reports are listened to; those after them ask what these asked."""
ALIKE: Final = 2
"""How many reports must have asked the same."""

Questions = dict[str, list[str]]
"""Questions by the folder of the snapshot that they were asked of."""


class Shared:
    """What reports asked so far, and which of it is still to be answered."""

    def __init__(self) -> None:
        self._heard = 0
        self._times: Counter[tuple[str, str]] = Counter()
        self._taken: dict[tuple[str, str], None] = {}

    def listen(self, asked: Mapping[str, list[str]]) -> None:
        """Take in what one report asked."""
        if self._heard >= LISTENED_TO:
            return
        self._heard += 1
        self._times.update((folder, sql) for folder, questions in asked.items() for sql in set(questions))

    def take(self) -> Questions:
        """Return, by snapshot, all questions that reports asked alike; nothing where each of them was returned before."""
        alike = [one for one, times in self._times.items() if times >= ALIKE]
        if not set(alike) - set(self._taken):
            return {}
        self._taken |= dict.fromkeys(alike)
        questions: Questions = {}
        for folder, sql in self._taken:
            questions.setdefault(folder, []).append(sql)
        return questions


def questions_from(line: str) -> Questions:
    """Return the questions that a report said it asked; none where what it said is not of that kind."""
    with suppress(ValueError, AttributeError, TypeError):
        return {
            str(folder): [str(sql) for sql in questions] for folder, questions in json.loads(line).items()
        }
    return {}


def asked_here() -> str:
    """Return, as a line, what was asked in this process."""
    from dataworkbench.warehouse import questions_asked  # noqa: PLC0415 - loaded by now; who reads this file has no use for it

    return json.dumps(questions_asked())


def answered(questions: Questions) -> bytes:
    """Return the answers to questions, for ``keep``; this is what a copy of its own works out."""
    from dataworkbench.warehouse import ask_beforehand  # noqa: PLC0415 - as above

    return pickle.dumps({folder: ask_beforehand(Path(folder), asked) for folder, asked in questions.items()})


def keep(told: bytes) -> None:
    """Know from now on, here and in every copy begun later, what ``answered`` said."""
    from dataworkbench.warehouse import know  # noqa: PLC0415 - as above

    for folder, beforehand in pickle.loads(told).items():  # noqa: S301 - from a copy that ran our own code and no notebook
        know(Path(folder), beforehand)


def asking_job(job: Job) -> Job:
    """Return the limits under which the copy works that asks, those of a report."""
    return Job("what all reports ask", "", {}, "", "", job.seconds, job.facts, memory=job.memory)
