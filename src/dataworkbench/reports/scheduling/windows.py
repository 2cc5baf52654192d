"""A task for the Windows task scheduler, as the XML that ``schtasks /Create /XML`` reads."""

from __future__ import annotations

import re
import subprocess
from typing import Final
from xml.etree import ElementTree as ET

from dataworkbench.errors import WorkbenchError
from dataworkbench.reports.scheduling.schedule import Schedule
from dataworkbench.reports.scheduling.when import DAYS, When

NAMESPACE: Final = "http://schemas.microsoft.com/windows/2004/02/mit/task"
FIRST_DAY: Final = "2024-01-01"
"""A day in the past, from which on the task counts."""
_FILLED_IN: Final = re.compile(r"%[^%]+%|\$\(")


def task_xml(schedule: Schedule) -> str:
    """Return the task as XML. Windows reads the time by the machine's clock; a missed start is made up for.

    Raises
    ------
    WorkbenchError
        Where a path or option holds what Windows would fill in by itself (``%NAME%`` or ``$(``).

    """
    if any(_FILLED_IN.search(part) for part in schedule.command):
        raise WorkbenchError(
            "A path or an option of this schedule holds two percent signs, or $ before a bracket, and Windows would fill in "
            "something of its own there. Rename that folder, or leave that option out."
        )
    task = ET.Element("Task", version="1.2", xmlns=NAMESPACE)
    _put(task, "RegistrationInfo/Description", schedule.about)
    _add_trigger(task, schedule.when)
    for name, value in _SETTINGS:
        _put(task, f"Settings/{name}", value)
    _put(task, "Actions/Exec/Command", schedule.command[0])
    _put(task, "Actions/Exec/Arguments", subprocess.list2cmdline(schedule.command[1:]))
    ET.indent(task)
    return '<?xml version="1.0" encoding="UTF-16"?>\n' + ET.tostring(task, encoding="unicode") + "\n"


_SETTINGS: Final = (
    ("MultipleInstancesPolicy", "IgnoreNew"),
    ("DisallowStartIfOnBatteries", "false"),
    ("StopIfGoingOnBatteries", "false"),
    ("StartWhenAvailable", "true"),
    ("ExecutionTimeLimit", "PT0S"),
)


def _add_trigger(task: ET.Element, when: When) -> None:
    at = f"{FIRST_DAY}T{when.hour:02}:{when.minute:02}:00"
    _put(task, "Triggers/CalendarTrigger/StartBoundary", at)
    _put(task, "Triggers/CalendarTrigger/Enabled", "true")
    for day in when.days:
        _put(task, f"Triggers/CalendarTrigger/ScheduleByWeek/DaysOfWeek/{DAYS[day]}", None)
    _put(task, "Triggers/CalendarTrigger/ScheduleByWeek/WeeksInterval", "1")


def _put(above: ET.Element, path: str, text: str | None) -> None:
    for name in path.split("/"):
        found = above.find(name)
        above = ET.SubElement(above, name) if found is None else found
    above.text = text
