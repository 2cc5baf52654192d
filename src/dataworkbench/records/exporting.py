"""Everything that was written as plain files, for people, for spreadsheets and for other programs; and back from them."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection, insert, select

from dataworkbench.errors import WorkbenchError
from dataworkbench.records.database import Database, database_at
from dataworkbench.records.entry import Entry, SetAside
from dataworkbench.records.keeping import Records
from dataworkbench.records.kinds import KINDS
from dataworkbench.records.rows import body_from
from dataworkbench.records.tables import ENTRIES, ERASURES, LINKS, SET_ASIDE, VERSIONS
from dataworkbench.tables import to_csv_safe

CHANGES: Final = "changes.jsonl"
ASIDE: Final = "set_aside.jsonl"
ERASED: Final = "erased.jsonl"
_COLUMNS: Final = ("id", "version", "what", "written_at", "by", "snapshot", "follows")


@dataclass(frozen=True)
class Exported:
    """What was exported: the files, how many changes they hold, and how many restricted ones were left out."""

    files: tuple[Path, ...]
    changes: int
    left_out: int

    def __str__(self) -> str:
        kept_back = (
            f" Of restricted notes, {_counted(self.left_out, 'change was', 'changes were')} left out."
            if self.left_out
            else ""
        )
        return f"Wrote {_counted(self.changes, 'change', 'changes')} into {len(self.files)} files.{kept_back}"


def export(records: Records, folder: Path, *, restricted: bool = False) -> Exported:
    """Write all records into a folder as plain files, and return what was written.

    ``changes.jsonl`` holds every change, one a line, oldest first; ``set_aside.jsonl`` the texts that met a change of
    somebody else's. One CSV file a kind holds each entry as it stands now, for a spreadsheet, where no cell runs as a
    formula. ``erased.jsonl``, where there is anything to say in it, tells what was erased for good, by whom and why; words
    that are still being typed are nowhere. Restricted notes come only where they are asked for, and how many were left out is said.
    """
    changes = records.changes(restricted=restricted)
    whole = changes if restricted else records.changes(restricted=True)
    folder.mkdir(parents=True, exist_ok=True)
    files = [
        _write_lines(folder / CHANGES, (_change(entry) for entry in changes)),
        _write_lines(folder / ASIDE, (_aside(text) for text in records.set_aside(restricted=restricted))),
    ]
    for name, kind in KINDS.items():
        now = records.latest(kind, withdrawn=True, restricted=restricted)
        if now:
            files.append(_write_sheet(folder / f"{name}.csv", now))
    erased = _erased(records, {entry.number for entry in changes})
    files += [_write_lines(folder / ERASED, erased)] if erased else []
    return Exported(tuple(files), len(changes), len(whole) - len(changes))


def rebuild(folder: Path, place: Path | Database) -> Records:
    """Return new records in a file or a database, made from the files of an export.

    Raises
    ------
    WorkbenchError
        Where there are records in that place already, or a line of the export cannot be read.

    """
    database = database_at(place)
    if Records(database).newest:
        raise WorkbenchError(
            f"{database.place} holds records already, and nothing was changed. Name a place that is free."
        )
    changes, texts = _read_lines(folder / CHANGES), _read_lines(folder / ASIDE)
    erased = _read_lines(folder / ERASED) if (folder / ERASED).is_file() else []
    database.bring_up_to_date()
    with database.writing() as held:
        for line in changes:
            _take_in(held, line)
        for line in texts:
            about = {"number": line["number"], "entry_id": line["id"], "seen": line["seen"]}
            held.execute(insert(SET_ASIDE).values(**about, **_said(line)))
        for line in erased:
            held.execute(insert(ERASURES).values(number=line["number"], why=line["why"]))
        database.numbered_on(held)
    return Records(database)


def _counted(many: int, one: str, more: str) -> str:
    return f"{many:,} {one if many == 1 else more}"


def _change(entry: Entry[Any]) -> dict[str, Any]:
    return {
        "number": entry.number, "id": entry.id, "kind": entry.kind, "version": entry.version, "what": entry.what,
        "written_at": entry.written_at.isoformat(), "by": entry.by, "snapshot": entry.snapshot,
        "follows": list(entry.follows), "format": entry.body.FORMAT, "body": entry.body.model_dump(mode="json"),
    }  # fmt: skip


def _aside(text: SetAside) -> dict[str, Any]:
    return {
        "number": text.number, "id": text.entry_id, "kind": text.body.KIND, "seen": text.seen,
        "written_at": text.written_at.isoformat(), "by": text.by, "snapshot": text.snapshot,
        "format": text.body.FORMAT, "body": text.body.model_dump(mode="json"),
    }  # fmt: skip


def _erased(records: Records, told: Container[int]) -> list[dict[str, Any]]:
    return [
        {
            "number": gone.number, "id": gone.entry_id, "kind": gone.kind, "written_at": gone.written_at.isoformat(),
            "by": gone.by, "why": gone.why,
        }
        for gone in records.erasures()
        if gone.number in told
    ]  # fmt: skip


def _write_lines(path: Path, lines: Iterable[Mapping[str, Any]]) -> Path:
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _write_sheet(path: Path, entries: Iterable[Entry[Any]]) -> Path:
    rows = []
    for entry in entries:
        told = _change(entry)
        about = {name: told[name] for name in _COLUMNS} | {"follows": " ".join(entry.follows)}
        rows.append(about | {name: _cell(value) for name, value in told["body"].items()})
    path.write_text(to_csv_safe(pd.DataFrame(rows)), encoding="utf-8-sig", newline="")
    return path


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _read_lines(path: Path) -> list[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
        return [json.loads(line) for line in text.split("\n") if line]
    except (OSError, ValueError) as fault:
        raise WorkbenchError(
            f"{path} cannot be read as an export: {fault}. Nothing was made. Export anew, or take another copy."
        ) from fault


def _take_in(held: Connection, line: Mapping[str, Any]) -> None:
    """Write one line of an export as the change that it was."""
    body_from(line["kind"], line["format"], json.dumps(line["body"]))
    if line["version"] == 1:
        held.execute(insert(ENTRIES).values(id=line["id"], kind=line["kind"], version=1))
    there = held.scalar(select(ENTRIES.c.version).where(ENTRIES.c.id == line["id"]))
    if there is None:
        raise WorkbenchError(
            f"The export begins in the middle of {line['id']}. Nothing was made. Export anew."
        )
    held.execute(ENTRIES.update().where(ENTRIES.c.id == line["id"]).values(version=line["version"]))
    values = {"entry_id": line["id"], "version": line["version"], "what": line["what"], **_said(line)}
    held.execute(insert(VERSIONS).values(number=line["number"], **values))
    missing = set(line["follows"]) - set(
        held.scalars(select(ENTRIES.c.id).where(ENTRIES.c.id.in_(line["follows"])))
    )
    if missing:
        raise WorkbenchError(
            f"The export leaves out {min(missing)}, which {line['id']} follows. Nothing was made. Export anew, with "
            "restricted notes."
        )
    for place, name in enumerate(line["follows"]):
        held.execute(insert(LINKS).values(number=line["number"], place=place, follows=name))


def _said(line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "written_at": datetime.fromisoformat(line["written_at"]), "written_by": line["by"], "snapshot": line["snapshot"],
        "format": line["format"], "body": json.dumps(line["body"], ensure_ascii=False),
    }  # fmt: skip
