"""A service and a timer for systemd, as units of the user who installs them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from dataworkbench.reports.scheduling.schedule import Schedule

_PLAIN_PATH: Final = re.compile(r"[\w/.+ %$:~-]+")
_THROUGH_A_SHELL: Final = ("/bin/sh", "-c", 'exec "$0" "$@"')
"""systemd takes no program whose path holds quotes or other marks; a shell that is handed the path does."""


def service_text(schedule: Schedule) -> str:
    """Return the unit that says what is started.

    The colon before the command keeps systemd from looking for variables in it.
    """
    command = " ".join(_quoted(part) for part in _startable(schedule.command))
    return (
        f"[Unit]\nDescription={schedule.about.replace('%', '%%')}\n\n"
        f"[Service]\nType=oneshot\nExecStart=:{command}\n"
    )


def timer_text(schedule: Schedule) -> str:
    """Return the unit that says when; a start that was missed because the machine was off is made up for."""
    return (
        f"[Unit]\nDescription={schedule.about.replace('%', '%%')}\n\n"
        f"[Timer]\nOnCalendar={schedule.when.for_systemd}\nPersistent=true\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )


def _startable(command: Sequence[str]) -> Sequence[str]:
    return command if _PLAIN_PATH.fullmatch(command[0]) else (*_THROUGH_A_SHELL, *command)


def _quoted(part: str) -> str:
    """Return a part of a command between double quotes; a percent sign stands twice, so that it is not filled in."""
    escaped = part.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
