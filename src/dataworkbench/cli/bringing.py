"""Bringing files in, and saying what a registrar should look at."""

# ruff: noqa: PLC0415 - rooms are loaded when a command needs them; --help should not wait for all of them

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dataworkbench.cli.asking import AsJson, InWorkspace
from dataworkbench.cli.telling import finish, speaking
from dataworkbench.workspace import find_workspace

Files = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[FILE]...", help="Files or folders; without any, all that lies in the workspace's inbox."
    ),
]
LedgerFolder = Annotated[
    Path | None,
    typer.Option(
        "--ledger",
        metavar="FOLDER",
        help="Write the ledger there too: tables as CSV, and a letter for whoever sent each file.",
    ),
]


def bring(
    files: Files = None,
    workspace: InWorkspace = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would come of it; change nothing.")
    ] = False,
    ledger: LedgerFolder = None,
    as_json: AsJson = False,
) -> None:
    """Read a district's files and keep what they hold as a new snapshot.

    With --dry-run it says which students and rows would be new, gone or changed, and changes nothing.
    """
    _read("import", files or [], workspace, ledger, dry_run=dry_run, as_json=as_json)


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE]...",
            help="Files not yet imported; without any, the data in use are looked through.",
        ),
    ] = None,
    workspace: InWorkspace = "",
    ledger: LedgerFolder = None,
    as_json: AsJson = False,
) -> None:
    """Say what a registrar should look at: in the district's data, or in files before they are imported."""
    if files:
        _read("check", files, workspace, ledger, dry_run=True, as_json=as_json)
    else:
        _look_through(workspace, as_json=as_json)


def _read(
    command: str, files: list[Path], workspace: str, ledger: Path | None, *, dry_run: bool, as_json: bool
) -> None:
    with speaking(command, as_json=as_json) as voice:
        from dataworkbench.cli.importing import imported
        from dataworkbench.intake import import_files, write_ledger

        place = find_workspace(workspace)
        with voice.progress("Reading the files"):
            done = import_files(place, files, dry_run=dry_run)
        if ledger is not None:
            write_ledger(done, ledger)
        finish(voice, imported(done, ledger))


def _look_through(workspace: str, *, as_json: bool) -> None:
    with speaking("check", as_json=as_json) as voice:
        from dataworkbench.checks import check_tables
        from dataworkbench.cli.importing import checked
        from dataworkbench.warehouse import read_tables
        from dataworkbench.warehouse.snapshots import find_snapshot

        info = find_snapshot(find_workspace(workspace))
        with voice.progress("Looking through the data"):
            findings = check_tables(read_tables(info))
        finish(voice, checked(findings, info.id))
