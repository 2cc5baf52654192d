"""How an import, or what a check found, is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from dataworkbench.cli.answers import Answer, ExitCode, Listing, counted
from dataworkbench.cli.asking import command_line
from dataworkbench.cli.changes import MOST_STUDENTS, change_listings, changes_data, students_sentence
from dataworkbench.cli.outcomes import outcomes, outcomes_sentence
from dataworkbench.cli.remarks import findings_story, to_answer, to_know
from dataworkbench.intake import Import


def imported(done: Import, ledger: Path | None = None) -> Answer:
    """Return what an import did, or would do, as it is told; ``ledger`` is where its ledger was written besides."""
    became = outcomes(done.files, done.notes, done.set_aside)
    read, kept, aside = (int(done.files[f"rows_{what}"].sum()) for what in ("read", "kept", "set_aside"))
    told = [
        _files_sentence(done, became, read),
        *([outcomes_sentence(became, would=done.dry_run)] if became.height > 1 else []),
        f"{counted(kept, 'row')} kept, {counted(aside, 'row')} set aside.{_cells(done)}",
    ]
    changes = change_listings(done.changes, _worth_listing(done.students)) if done.dry_run else ()
    stories = (
        to_know(done.files, done.notes, done.reasons),
        findings_story(_pressing(done.findings) if _brings_change(done) else done.findings.clear()),
        to_answer(done.files, done.notes, done.reasons),
    )
    return Answer(
        sentences=[*told, *_change_sentences(done), _snapshot_sentence(done)],
        listings=[part for part in (_by_file(became), *changes) if part.rows],
        stories=[story for story in stories if story.entries],
        data=_import_data(done, read, kept, aside),
        next_steps=_next_steps(done, ledger),
        code=_import_code(done),
    )


def _worth_listing(students: pl.DataFrame) -> pl.DataFrame:
    """Return the students who changed, are gone or new; where all are new and many, their number says enough."""
    if not students.height:
        return students
    first_time = (students["change"] == "new").all() and students.height > MOST_STUDENTS
    return students.clear() if first_time else students


def _files_sentence(done: Import, became: pl.DataFrame, read: int) -> str:
    again = _imported_before(done)
    known = f" {counted(again, 'file')} had been imported before." if again else ""
    inside = done.files.height - became.height
    parts = f" ({done.files.height:,} with what zips and workbooks hold)" if inside else ""
    return f"Read {counted(became.height, 'file')}{parts} with {counted(read, 'row')}.{known}"


def _imported_before(done: Import) -> int:
    return done.notes.filter(pl.col("message").str.starts_with("This file was imported before")).height


def _cells(done: Import) -> str:
    n = done.left_empty.height
    return (
        f" Of rows that were kept, {counted(n, 'cell')} did not count; left_empty.csv says why." if n else ""
    )


def _brings_change(done: Import) -> bool:
    """Return whether the data would be others; where they are as they were, `check` has told what to look at."""
    if not done.changes.width:
        return False
    return bool(done.changes.select("new", "gone", "changed").sum().sum_horizontal().item())


def _change_sentences(done: Import) -> list[str]:
    if not done.dry_run and not done.changed:
        return []
    if not _brings_change(done):
        return ["The data in use would stay as they are."] if done.dry_run else []
    return [students_sentence(done.students, would=done.dry_run)]


def _snapshot_sentence(done: Import) -> str:
    if done.dry_run:
        return "This was a trial: nothing was written."
    if done.snapshot is None and done.refused.height:
        new = " that were not there yet" if _imported_before(done) else ""
        return f"Nothing of the files{new} was brought in; what stood in the way is said below. The data are as they were."
    if done.snapshot is None:
        return "No new snapshot was made: the files bring nothing that is not there already. The data are as they were."
    return f"The data now in use are the snapshot {done.snapshot.id}. Files are kept as they came, in the folder raw."


def _import_code(done: Import) -> ExitCode:
    brought_before = bool(_imported_before(done))
    if done.refused.height and not (done.changed or done.dry_run or brought_before):
        return ExitCode.NOT_STARTED
    asks = done.refused.height or done.set_aside.height or _pressing(done.findings).height
    return ExitCode.NEEDS_A_PERSON if asks else ExitCode.DONE


def _pressing(findings: pl.DataFrame) -> pl.DataFrame:
    return findings.filter(pl.col("level") != "info")


def _next_steps(done: Import, ledger: Path | None) -> list[str]:
    steps = _where_the_ledger_is(done, ledger) if done.set_aside.height or done.refused.height else []
    if done.changed:
        steps.append(f"Make the reports: {command_line('report')}")
    elif done.dry_run and int(done.files["rows_kept"].sum()):
        steps.append("If this is as it should be, bring the files in: the same without --dry-run.")
    return steps


def _where_the_ledger_is(done: Import, ledger: Path | None) -> list[str]:
    """Return where every row and the letters can be read; where no snapshot was made, how to get them written."""
    place = ledger or (done.snapshot.folder / "ledger" if done.snapshot else None)
    if place is None:
        return [
            "Every row that was set aside, and a letter for whoever sent each file: the same with --ledger and a folder."
        ]
    return [
        f"Every row that was set aside, with the reason: {place / 'set_aside.csv'}",
        f"What to write to whoever sent each file: {place}, the files letter_….md. Read a letter before it goes out.",
    ]


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


def _by_file(became: pl.DataFrame) -> Listing:
    rows = [
        (_name(one), one["recognised_as"], one["outcome"], *(f"{one[f'rows_{what}']:,}" for what in ("read", "kept", "set_aside")))
        for one in became.to_dicts()
    ]  # fmt: skip
    return Listing("The files", ("File", "Recognised as", "Came in", "Rows", "Kept", "Set aside"), rows)


def _name(one: dict[str, Any]) -> str:
    return f"{one['given']} ({one['parts']} inside)" if one["parts"] > 1 else str(one["given"])


def checked(findings: pl.DataFrame, snapshot_id: str) -> Answer:
    """Return what a check found, as it is told."""
    pressing = _pressing(findings)
    found = counted(pressing.height, "thing") if pressing.height else "nothing"
    return Answer(
        sentences=[f"Looked through the snapshot {snapshot_id}: found {found} that somebody should look at."],
        stories=[story for story in (findings_story(pressing),) if story.entries],
        data={"snapshot": snapshot_id, "findings": findings.to_dicts()},
        code=ExitCode.NEEDS_A_PERSON if pressing.height else ExitCode.DONE,
    )
