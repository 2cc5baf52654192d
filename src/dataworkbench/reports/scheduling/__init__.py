"""Reports at a set time: cron, systemd or the Windows task scheduler starts them, and runs of one kind take turns."""

from __future__ import annotations

from dataworkbench.reports.scheduling.installing import KINDS, install, kind_here, remove, texts_of
from dataworkbench.reports.scheduling.schedule import Schedule, arguments, schedule_name
from dataworkbench.reports.scheduling.turns import BESIDE, IF_BUSY, REFUSE, WAIT, check_if_busy, taking_turns
from dataworkbench.reports.scheduling.when import When, read_when

__all__ = [
    "BESIDE",
    "IF_BUSY",
    "KINDS",
    "REFUSE",
    "WAIT",
    "Schedule",
    "When",
    "arguments",
    "check_if_busy",
    "install",
    "kind_here",
    "read_when",
    "remove",
    "schedule_name",
    "taking_turns",
    "texts_of",
]
