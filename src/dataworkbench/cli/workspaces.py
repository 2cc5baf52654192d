"""Making a workspace, and going back to an earlier state of its data."""

# ruff: noqa: PLC0415 - rooms are loaded when a command needs them; --help should not wait for all of them

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dataworkbench.cli.answers import Answer, Listing, counted
from dataworkbench.cli.asking import AsJson, InWorkspace, command_line, nearby
from dataworkbench.cli.telling import finish, speaking
from dataworkbench.workspace import POLICY_FILE, SETTINGS_FILE, Workspace, find_workspace, new_workspace

if TYPE_CHECKING:
    from dataworkbench.warehouse import SnapshotInfo

snapshots = typer.Typer(
    no_args_is_help=True, help="List the snapshots of the district's data, compare two, or go back to one."
)


def new(
    folder: Annotated[Path, typer.Argument(help="Where the workspace is to be made.")],
    district: Annotated[str, typer.Option(help="The district's name, as pages show it.")] = "Our district",
    school_year: Annotated[
        str, typer.Option(help='The school year that pages show first, as "2025-26".')
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Make a workspace: the folder in which a district's files, data and reports lie."""
    with speaking("new", as_json=as_json) as voice:
        from dataworkbench.publishing.stripping import tell_git

        made = new_workspace(folder, district=district, school_year=school_year)
        tell_git(made.root)
        finish(voice, _made(made, district))


def _made(made: Workspace, district: str) -> Answer:
    here = nearby(made.root)
    return Answer(
        sentences=[f"Made a workspace for {district} in {made.root}."],
        data={
            "workspace": made.root,
            "settings": made.root / SETTINGS_FILE,
            "policy": made.root / POLICY_FILE,
        },
        next_steps=[
            f"Read {here / SETTINGS_FILE} and {here / POLICY_FILE}: each line says what it decides.",
            f"Put the district's exports into {here / 'inbox'}, then run: {command_line(f'import -w {here}')}",
        ],
    )


@snapshots.command("list")
def list_all(workspace: InWorkspace = "", as_json: AsJson = False) -> None:
    """List the snapshots of a workspace, oldest first."""
    with speaking("snapshots list", as_json=as_json) as voice:
        from dataworkbench.warehouse import current_snapshot, list_snapshots

        place = find_workspace(workspace)
        finish(voice, _listed(list_snapshots(place), current_snapshot(place), place))


@snapshots.command("diff")
def diff(
    before: Annotated[str, typer.Argument(help="The earlier snapshot's name, as `snapshots list` shows it.")],
    after: Annotated[
        str, typer.Argument(help="The later one's name; without it, the snapshot in use.")
    ] = "current",
    workspace: InWorkspace = "",
    as_json: AsJson = False,
) -> None:
    """Say what differs between two snapshots: rows of each table, and students who are new, gone or changed."""
    with speaking("snapshots diff", as_json=as_json) as voice:
        from dataworkbench.cli.changes import compared
        from dataworkbench.warehouse import compare_snapshots, find_snapshot

        place = find_workspace(workspace)
        infos = find_snapshot(place, before), find_snapshot(place, after)
        with voice.progress("Comparing the snapshots"):
            found = compare_snapshots(*infos)
        finish(voice, compared(*infos, found))


@snapshots.command("use")
def use(
    snapshot: Annotated[str, typer.Argument(help="The snapshot's name, as `snapshots list` shows it.")],
    workspace: InWorkspace = "",
    as_json: AsJson = False,
) -> None:
    """Make an earlier or later snapshot the one that notebooks, reports and dashboards use."""
    with speaking("snapshots use", as_json=as_json) as voice:
        from dataworkbench.warehouse import use_snapshot

        info = use_snapshot(find_workspace(workspace), snapshot)
        said = f"The snapshot in use is now {info.id}, made on {info.made_on}. Nothing was deleted."
        finish(voice, Answer([said], data={"snapshot": info.id}))


def _listed(infos: list[SnapshotInfo], current: SnapshotInfo | None, place: Workspace) -> Answer:
    if not infos:
        step = f"Put the district's exports into {nearby(place.inbox)}, then run: {command_line('import')}"
        return Answer(
            [f"{place.root} holds no snapshot yet."], data={"snapshots": [], "current": ""}, next_steps=[step]
        )
    in_use = current.id if current else ""
    rows = [
        (
            info.id,
            info.made_on,
            f"{sum(info.rows.values()):,}",
            str(len(info.sources)),
            "in use" if info.id == in_use else "",
        )
        for info in infos
    ]
    return Answer(
        sentences=[f"{place.root} holds {counted(len(infos), 'snapshot')}; in use is {in_use or 'none'}."],
        listings=[
            Listing("Snapshots, oldest first", ("Snapshot", "Made on", "Rows", "From files", ""), rows)
        ],
        data={"snapshots": [info.id for info in infos], "current": in_use},
    )
