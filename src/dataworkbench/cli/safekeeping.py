"""Copies of what teams wrote, the way back to one, all of it as plain files, and words taken out for good."""

# ruff: noqa: PLC0415 - rooms are loaded when a command needs them; --help should not wait for all of them

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dataworkbench.cli.answers import Answer, counted
from dataworkbench.cli.asking import AsJson, InWorkspace, command_line
from dataworkbench.cli.telling import finish, speaking
from dataworkbench.workspace import find_workspace

records = typer.Typer(
    no_args_is_help=True,
    help="Copy what teams wrote, go back to a copy, write all of it out as plain files, or erase an entry for good.",
)


@records.command("backup")
def backup(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Where the copy is to lie; without it, the workspace's folder 'backups'."),
    ] = None,
    workspace: InWorkspace = "",
    as_json: AsJson = False,
) -> None:
    """Copy what teams wrote into one file, while they write on."""
    with speaking("records backup", as_json=as_json) as voice:
        from dataworkbench.records import back_up

        made = back_up(find_workspace(workspace), folder)
        step = f"To go back to it: {command_line(f'records restore {made}')}"
        finish(
            voice, Answer([f"Copied what teams wrote into {made}."], data={"backup": made}, next_steps=[step])
        )


@records.command("restore")
def restore(
    copy: Annotated[Path, typer.Argument(help="The copy, as `records backup` made it.")],
    workspace: InWorkspace = "",
    as_json: AsJson = False,
) -> None:
    """Put what teams wrote back as it was in a copy; what stands now is copied first."""
    with speaking("records restore", as_json=as_json) as voice:
        from dataworkbench.records import restore as put_back

        before = put_back(find_workspace(workspace), copy)
        said = [f"What teams wrote is again as it was in {copy}."]
        said += [f"As it stood before, it lies in {before}."] if before is not None else []
        finish(voice, Answer(said, data={"restored": copy, "before": before}))


@records.command("export")
def export(
    folder: Annotated[Path, typer.Argument(help="Where the files are to lie.")],
    restricted: Annotated[
        bool, typer.Option("--restricted", help="Also write out restricted notes about students.")
    ] = False,
    workspace: InWorkspace = "",
    as_json: AsJson = False,
) -> None:
    """Write all that teams wrote into plain files: every change a line of JSON, and a sheet for each kind."""
    with speaking("records export", as_json=as_json) as voice:
        from dataworkbench.records import export as write_out
        from dataworkbench.records import open_records

        done = write_out(open_records(find_workspace(workspace)), folder, restricted=restricted)
        data = {
            "folder": folder,
            "files": list(done.files),
            "changes": done.changes,
            "left_out": done.left_out,
        }
        finish(voice, Answer([f"{done} They lie in {folder}."], data=data))


@records.command("erase")
def erase(
    entry: Annotated[
        str, typer.Argument(help="The entry, by its id as it stands in an export: student_note-0123456789ab.")
    ],
    why: Annotated[str, typer.Option("--why", help="Why; it stays in the history.")],
    by: Annotated[str, typer.Option("--by", help="Who erases it; it stays in the history.")],
    workspace: InWorkspace = "",
    as_json: AsJson = False,
) -> None:
    """Erase the words of one entry for good, where the law asks for it; that it was there stays."""
    with speaking("records erase", as_json=as_json) as voice:
        from dataworkbench.records import open_records

        place = find_workspace(workspace)
        kept = open_records(place)
        gone = kept.erase(entry, by=by, why=why)
        copies = sorted(kept.database.backups.glob("*.db"))
        said = [
            f"Erased the words of {entry}, of {counted(gone.version - 1, 'version')} and of texts set aside beside it."
        ]
        older = (
            f"Copies that were made before still hold them: {len(copies)} in {kept.database.backups}. So do exports, minutes "
            "and pages that were written before. To delete those is up to you."
        )
        step = f"To make a copy without them: {command_line('records backup')}"
        data = {"erased": gone.id, "versions": gone.version - 1, "copies": copies}
        finish(voice, Answer([*said, older], data=data, next_steps=[step]))
