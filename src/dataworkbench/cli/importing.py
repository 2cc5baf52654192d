"""How an import, or what a check found, is told."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from dataworkbench.cli.answers import Answer, ExitCode, Listing, counted
from dataworkbench.cli.asking import command_line
from dataworkbench.cli.changes import change_listings, changes_data, students_sentence
from dataworkbench.intake import Import

MOST_ROWS: Final = 20
"""How many lines of a long list are printed; the ledger holds all of them."""


def imported(done: Import) -> Answer:
    """Return what an import did, or would do, as it is told."""
    read, kept, aside = (int(done.files[f"rows_{what}"].sum()) for what in ("read", "kept", "set_aside"))
    told = [
        _files_sentence(done, read),
        f"{counted(kept, 'row')} kept, {counted(aside, 'row')} set aside.{_cells(done)}",
    ]
    return Answer(
        sentences=[*told, *_change_sentences(done), _snapshot_sentence(done)],
        listings=[
            *(
                part
                for part in (_by_file(done), _aside(done), _remarks(done), _findings(done.findings))
                if part.rows
            ),
            *(change_listings(done.changes, done.students) if done.dry_run else ()),
        ],
        data=_import_data(done, read, kept, aside),
        next_steps=_next_steps(done),
        code=_import_code(done),
    )


def _files_sentence(done: Import, read: int) -> str:
    again = done.notes.filter(pl.col("message").str.starts_with("This file was imported before")).height
    known = f" {counted(again, 'file')} had been imported before." if again else ""
    return f"Read {counted(done.files.height, 'file')} with {counted(read, 'row')}.{known}"


def _cells(done: Import) -> str:
    n = done.left_empty.height
    return (
        f" Of rows that were kept, {counted(n, 'cell')} did not count; left_empty.csv says why." if n else ""
    )


def _change_sentences(done: Import) -> list[str]:
    if not done.dry_run and not done.changed:
        return []
    if (
        not done.changes.width
        or not done.changes.select("new", "gone", "changed").sum().sum_horizontal().item()
    ):
        return ["The data in use would stay as they are."] if done.dry_run else []
    return [students_sentence(done.students, would=done.dry_run)]


def _snapshot_sentence(done: Import) -> str:
    if done.dry_run:
        return "This was a trial: nothing was written."
    if done.snapshot is None and done.refused.height:
        return "Nothing of the files was brought in; what stood in the way is said below. The data are as they were."
    if done.snapshot is None:
        return "No new snapshot was made: the files bring nothing that is not there already. The data are as they were."
    return f"The data now in use are the snapshot {done.snapshot.id}. Files are kept as they came, in the folder raw."


def _import_code(done: Import) -> ExitCode:
    if done.refused.height and not done.changed and not done.dry_run:
        return ExitCode.NOT_STARTED
    asks = done.refused.height or done.set_aside.height or _pressing(done.findings).height
    return ExitCode.NEEDS_A_PERSON if asks else ExitCode.DONE


def _pressing(findings: pl.DataFrame) -> pl.DataFrame:
    return findings.filter(pl.col("level") != "info")


def _next_steps(done: Import) -> list[str]:
    steps = []
    if done.snapshot and done.set_aside.height:
        steps.append(
            f"Every row that was set aside, with the reason: {done.snapshot.folder / 'ledger' / 'set_aside.csv'}"
        )
        steps.append(
            f"What to write to whoever sent each file: {done.snapshot.folder / 'ledger'}, the files letter_….md"
        )
    if done.changed:
        steps.append(f"Make the reports: {command_line('report')}")
    return steps


def _import_data(done: Import, read: int, kept: int, aside: int) -> dict[str, Any]:
    return {
        "snapshot": done.snapshot.id if done.snapshot else "",
        "changed": done.changed,
        "dry_run": done.dry_run,
        "rows_read": read,
        "rows_kept": kept,
        "rows_set_aside": aside,
        "files": done.files.to_dicts(),
        "set_aside": done.set_aside.to_dicts(),
        "left_empty": done.left_empty.to_dicts(),
        "notes": done.notes.to_dicts(),
        "findings": done.findings.to_dicts(),
        **changes_data(done.changes, done.students),
    }


def _by_file(done: Import) -> Listing:
    columns = ("file", "recognised_as", "rows_read", "rows_kept", "rows_set_aside")
    rows = [tuple(_shown(row[name]) for name in columns) for row in done.files.to_dicts()]
    return Listing("The files", ("File", "Recognised as", "Rows read", "Kept", "Set aside"), rows)


def _aside(done: Import) -> Listing:
    columns = ("file", "row", "column", "reason", "what_to_do")
    shown = done.set_aside.head(MOST_ROWS).to_dicts()
    rows = [
        (*(_shown(row[name]) for name in columns[:3]), _reason_with_others(row), _shown(row["what_to_do"]))
        for row in shown
    ]
    more = done.set_aside.height - len(rows)
    title = "Rows set aside" + (f" (the first {MOST_ROWS}; {more:,} more in the ledger)" if more else "")
    return Listing(title, ("File", "Row", "Column", "Reason", "What to do"), rows)


def _reason_with_others(row: dict[str, Any]) -> str:
    also = _shown(row.get("also"))
    return f"{_shown(row['reason'])} Also: {also}" if also else _shown(row["reason"])


def _remarks(done: Import) -> Listing:
    columns = ("file", "level", "message", "what_to_do")
    pressing = done.notes.filter(pl.col("level") != "info")
    rows = [tuple(_shown(row[name]) for name in columns) for row in pressing.to_dicts()]
    return Listing("About the files", ("File", "", "What was seen", "What to do"), rows)


def _findings(findings: pl.DataFrame) -> Listing:
    columns = ("level", "table", "n", "message", "examples", "what_to_do")
    rows = [tuple(_shown(row[name]) for name in columns) for row in _pressing(findings).to_dicts()]
    return Listing(
        "In the district's data",
        ("", "Table", "How many", "What was found", "For example", "What to do"),
        rows,
    )


def checked(findings: pl.DataFrame, snapshot_id: str) -> Answer:
    """Return what a check found, as it is told."""
    pressing = _pressing(findings)
    found = counted(pressing.height, "thing") if pressing.height else "nothing"
    return Answer(
        sentences=[f"Looked through the snapshot {snapshot_id}: found {found} that somebody should look at."],
        listings=[part for part in (_findings(findings),) if part.rows],
        data={"snapshot": snapshot_id, "findings": findings.to_dicts()},
        code=ExitCode.NEEDS_A_PERSON if pressing.height else ExitCode.DONE,
    )


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value)
