"""A time of day and days of the week, as a person writes them and as each scheduler wants them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dataworkbench.errors import WorkbenchError

DAYS: Final[tuple[str, ...]] = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
GROUPS: Final[Mapping[str, range]] = {"daily": range(7), "weekdays": range(5), "weekends": range(5, 7)}
_TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_SHORTEST: Final = 3
_CHANGES: Final = range(1, 3)
"""The hours in which nearly all places put their clocks forward or back."""


@dataclass(frozen=True)
class When:
    """A time of day, and the days of the week (0 is Monday) on which it counts, in the week's order."""

    hour: int
    minute: int
    days: tuple[int, ...] = tuple(range(7))

    @property
    def in_words(self) -> str:
        """The time and the days in a few words: "Monday, Wednesday at 03:30"."""
        return f"{self._days_in_words()} at {self.hour:02}:{self.minute:02}"

    def _days_in_words(self) -> str:
        known = {tuple(days): name for name, days in GROUPS.items()}
        named = {"daily": "every day", "weekdays": "Monday to Friday", "weekends": "Saturday and Sunday"}
        return named.get(known.get(self.days, "")) or ", ".join(DAYS[day] for day in self.days)

    @property
    def is_in_a_change_of_clocks(self) -> bool:
        """Whether the time may be skipped or come twice in the night when clocks are put forward or back."""
        return self.hour in _CHANGES

    @property
    def for_cron(self) -> str:
        """The first five fields of a cron line; there 0 is Sunday."""
        days = "*" if len(self.days) == len(DAYS) else ",".join(str((day + 1) % 7) for day in self.days)
        return f"{self.minute} {self.hour} * * {days}"

    @property
    def for_systemd(self) -> str:
        """What ``OnCalendar=`` of a systemd timer takes."""
        days = "" if len(self.days) == len(DAYS) else ",".join(DAYS[day][:3] for day in self.days) + " "
        return f"{days}*-*-* {self.hour:02}:{self.minute:02}:00"


def read_when(at: str, days: str = "daily") -> When:
    """Return the time and days that a person wrote: "03:30", and "daily", "weekdays", "mon-fri" or "mon,wed,fri".

    Raises
    ------
    WorkbenchError
        Where either is not understood.

    """
    time = _TIME.fullmatch(at.strip())
    if not time:
        raise WorkbenchError(
            f"'{at}' is not a time of day. Write hours and minutes, from 00:00 to 23:59, such as 03:30."
        )
    chosen = {day for part in days.split(",") for day in _days_of(part.strip().lower(), days)}
    return When(int(time[1]), int(time[2]), tuple(sorted(chosen)))


def _days_of(part: str, whole: str) -> list[int]:
    if part in GROUPS:
        return list(GROUPS[part])
    first, dash, last = (side.strip() for side in part.partition("-"))
    start, end = _day(first, whole), _day(last if dash else first, whole)
    return [(start + step) % 7 for step in range((end - start) % 7 + 1)]


def _day(name: str, whole: str) -> int:
    found = [at for at, day in enumerate(DAYS) if len(name) >= _SHORTEST and day.lower().startswith(name)]
    if not found:
        raise WorkbenchError(
            f"'{whole}' does not name days of the week. Write daily, weekdays, weekends, a range such as mon-fri, or a list "
            "such as mon,wed,fri."
        )
    return found[0]
