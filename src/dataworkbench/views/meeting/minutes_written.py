"""The minutes of a meeting as files: its minutes, its recap and its actions, whole or not at all, and noted in the records."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Final

from dataworkbench.errors import NothingToShowError
from dataworkbench.files import write_whole
from dataworkbench.records import Entry, Meeting, Minutes, Records, open_records
from dataworkbench.views.district import Kept
from dataworkbench.views.meeting.minutes import minutes_of
from dataworkbench.views.meeting.minutes_read import read_meeting
from dataworkbench.views.meeting.recap import recap_of
from dataworkbench.workspace import shipped

FOLDER: Final = "meetings"
ASSETS: Final = "assets"
_LONGEST: Final = 40


def write_minutes(
    district: Kept, meeting: str = "", *, by: str = "", restricted: bool = False
) -> Entry[Minutes]:
    """Write the minutes and the recap of a meeting into a folder of the workspace, and return what was noted about it.

    The folder is ``meetings/<day>-<name>``. Each file is at each moment either the old one or the new one, and they are noted
    in the records only when all of them lie there. Written again, the files are made anew. Restricted notes are in them only where
    they are asked for.

    Raises
    ------
    NothingToShowError
        Where the district is held in memory, or no meeting is written down.
    NoSuchNameError
        Where there is no such meeting.

    """
    if district.workspace is None:
        raise NothingToShowError("This district is held in memory, so there is no folder for its minutes.")
    kept = open_records(district.workspace)
    told = read_meeting(kept, meeting, restricted=restricted)
    page, short = minutes_of(told, district), recap_of(told, district)
    folder = district.workspace.root / FOLDER / folder_name(told.meeting)
    if page.has_charts:
        _write_assets(folder.parent / ASSETS)
    texts = {
        "recap.html": short.as_html(), "recap.md": short.as_markdown(), "recap.txt": short.as_text(), "actions.csv": "\ufeff" + short.as_csv(),
        "minutes.html": page.as_html(assets=f"../{ASSETS}"), "minutes.md": page.as_markdown(),
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        write_whole(folder / name, text.encode("utf-8", "replace"))
    body = Minutes(written=datetime.now(UTC), folder=f"{FOLDER}/{folder.name}", files=tuple(texts))
    return _noted(kept, told.meeting, body, by)


def folder_name(meeting: Entry[Meeting]) -> str:
    """Return the name of a meeting's folder: its day, its name in small Latin letters, and some letters of its identifier.

    Two meetings never share one, also where file systems take capital letters or accents for the same.
    """
    letters = unicodedata.normalize("NFKD", meeting.body.name).encode("ascii", "ignore").decode().lower()
    readable = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:_LONGEST].strip("-")
    tail = hashlib.sha256(meeting.id.encode("utf-8")).hexdigest()[:6]
    return "-".join(part for part in (meeting.body.on.isoformat(), readable or "meeting", tail) if part)


def _write_assets(folder: Path) -> None:
    """Put the scripts that draw the figures beside the meetings, once for all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    scripts = {
        "plotly.min.js": files("plotly") / "package_data" / "plotly.min.js",
        "report.js": shipped("templates") / "report" / "report.js",
    }
    for name, source in scripts.items():
        held = source.read_bytes()
        if not (folder / name).is_file() or (folder / name).read_bytes() != held:
            write_whole(folder / name, held)


def _noted(kept: Records, meeting: Entry[Meeting], body: Minutes, by: str) -> Entry[Minutes]:
    """Note in the records what was written; written again, the same note is changed."""
    before = [entry for entry in kept.latest(Minutes) if meeting.id in entry.follows]
    if before:
        return kept.change(before[-1].id, body, seen=before[-1].version, by=by)
    return kept.add(body, by=by, follows=[meeting.id])
