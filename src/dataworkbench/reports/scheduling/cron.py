"""A cron line, and a crontab with a marked part for it that can be found again and taken out."""

from __future__ import annotations

import shlex
from typing import Final

from dataworkbench.errors import WorkbenchError
from dataworkbench.reports.scheduling.schedule import Schedule

LONGEST: Final = 990
"""The cron that most systems have takes no command of 1,000 letters or more."""


def cron_line(schedule: Schedule) -> str:
    """Return the line of a crontab for a schedule.

    The shell gets each part quoted. cron itself ends a command at a percent sign unless a backslash stands before it.

    Raises
    ------
    WorkbenchError
        Where one cron would read the command in another way than the next, or it is too long for it.

    """
    typed = f"{shlex.join(schedule.command)} >> {shlex.quote(str(schedule.log))} 2>&1"
    if "\\\\" in typed or "\\%" in typed:
        raise WorkbenchError(
            "A path or an option of this schedule holds a backslash before another one or before a percent sign, and crons "
            "differ in how they read that. Rename the folder, or use --as systemd."
        )
    command = typed.replace("%", "\\%")
    if len(command.encode()) > LONGEST:
        raise WorkbenchError(
            f"The command has {len(command.encode()):,} letters, and cron takes {LONGEST} at most. Name fewer schools with "
            "--only, or use --as systemd."
        )
    return f"{schedule.when.for_cron} {command}"


def with_schedule(crontab: str, schedule: Schedule) -> str:
    """Return a crontab with the part for a schedule; an earlier part of the same name is replaced, all else stays."""
    kept = without_schedule(crontab, schedule.name)
    gap = "" if not kept or kept.endswith("\n") else "\n"
    lines = (_begin(schedule.name), f"# {schedule.about}", cron_line(schedule), _end(schedule.name))
    return kept + gap + "\n".join(lines) + "\n"


def without_schedule(crontab: str, name: str) -> str:
    """Return a crontab without the part for a schedule; where there is none, it comes back letter for letter.

    Raises
    ------
    WorkbenchError
        Where somebody took out one of the two marks, so that it is not clear where the part ends.

    """
    lines = crontab.splitlines(keepends=True)
    marks = [
        (at, line.strip()) for at, line in enumerate(lines) if line.strip() in (_begin(name), _end(name))
    ]
    if not marks:
        return crontab
    if [mark for _, mark in marks] != [_begin(name), _end(name)]:
        raise WorkbenchError(
            f"The crontab has no whole part for {name}: the lines '{_begin(name)}' and '{_end(name)}' should each stand there "
            "once. Nothing was changed. Put it right with `crontab -e`, then try again."
        )
    return "".join(lines[: marks[0][0]] + lines[marks[1][0] + 1 :])


def _begin(name: str) -> str:
    return f"# begin {name}"


def _end(name: str) -> str:
    return f"# end {name}"
