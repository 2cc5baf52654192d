"""Who stands in the district's file, for a hub: read each time, so that what was changed counts at once."""

from __future__ import annotations

from pathlib import Path

from dataworkbench.errors import WorkbenchError
from dataworkbench.publishing.staff.sessions import Tries
from dataworkbench.publishing.staff.visitors import VISITORS_FILE, Visitor, password_fits, read_visitors


def visitor_of(workspace: Path, name: str) -> Visitor:
    """Return the entry of somebody in the district's file.

    Raises
    ------
    WorkbenchError
        Where there is none, or it has run out: then nothing is started.

    """
    visitor = read_visitors(workspace / VISITORS_FILE).named(name)
    if visitor is None:
        raise WorkbenchError(f"{name} is not in {VISITORS_FILE}, or the entry has run out.")
    return visitor


def holds_still(workspace: Path, name: str, started_under: str) -> bool:
    """Whether the entry under which a server was started is what it was; where the file can't be read, it is not."""
    try:
        return visitor_of(workspace, name).fingerprint == started_under
    except (WorkbenchError, OSError):
        return False


def may_come_in(workspace: Path, tries: Tries, name: str, password: str, place: str) -> bool:
    """Whether somebody's password fits; after some wrong ones, nobody may try under that name from that place for a while."""
    if tries.wait(name, place) > 0:
        return False
    tries.count(name, place)
    fits = password_fits(read_visitors(workspace / VISITORS_FILE).named(name), password)
    if fits:
        tries.forget(name, place)
    return fits
