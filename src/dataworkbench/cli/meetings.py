"""The minutes of a meeting, written again from what is in the records."""

# ruff: noqa: PLC0415 - rooms are loaded when a command needs them; --help should not wait for all of them

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dataworkbench.cli.answers import Answer, Listing, counted
from dataworkbench.cli.asking import AsJson, InWorkspace, command_line, nearby
from dataworkbench.cli.telling import finish, speaking
from dataworkbench.workspace import Workspace, find_workspace

if TYPE_CHECKING:
    from dataworkbench.records import Entry
    from dataworkbench.records.meeting_bodies import Meeting, Minutes


def minutes(
    meeting: Annotated[
        str, typer.Argument(help="The meeting: its name, or its day, such as 2026-11-13.")
    ] = "",
    last: Annotated[bool, typer.Option("--last", help="Take the last meeting that was held.")] = False,
    restricted: Annotated[
        bool, typer.Option("--restricted", help="Also write out restricted notes.")
    ] = False,
    workspace: InWorkspace = "",
    as_json: AsJson = False,
) -> None:
    """Write the minutes and the one-page recap of a meeting; without a meeting, list those that were held."""
    with speaking("minutes", as_json=as_json) as voice:
        from dataworkbench.records import open_records
        from dataworkbench.records.meeting_bodies import Meeting
        from dataworkbench.views.meeting.minutes_written import write_minutes
        from dataworkbench.warehouse import open_workspace

        place = find_workspace(workspace)
        if not meeting and not last:
            finish(voice, _listed(open_records(place).latest(Meeting), place))
            return
        district = open_workspace(str(place.root))
        finish(
            voice, _written(write_minutes(district, "" if last else meeting, restricted=restricted), place)
        )


def _listed(held: list[Entry[Meeting]], place: Workspace) -> Answer:
    rows = [(entry.body.on.isoformat(), entry.body.name, entry.body.protocol) for entry in held]
    if not rows:
        return Answer(["No meeting has been written down yet."], data={"meetings": []})
    step = f"Write the minutes of the last one: {command_line(f'minutes --last -w {nearby(place.root)}')}"
    return Answer(
        [f"{counted(len(rows), 'meeting')} so far."],
        data={
            "meetings": [
                {"id": entry.id, "on": entry.body.on.isoformat(), "name": entry.body.name} for entry in held
            ]
        },
        listings=[Listing("Meetings", ("Day", "Name", "Protocol"), rows)],
        next_steps=[step],
    )


def _written(noted: Entry[Minutes], place: Workspace) -> Answer:
    folder = place.root / noted.body.folder
    pages = [
        (name.removesuffix(".html"), (folder / name).resolve().as_uri())
        for name in noted.body.files
        if name.endswith(".html")
    ]
    said = f"Wrote the minutes and the recap into {folder}. They are for staff: they can name students."
    return Answer([said], data={"folder": folder, "files": list(noted.body.files)}, pages=pages)
