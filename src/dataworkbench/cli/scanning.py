"""Looking into every file of a folder before it goes out."""

# ruff: noqa: PLC0415 - rooms are loaded when a command needs them; --help should not wait for all of them

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dataworkbench.cli.answers import Answer, ExitCode, Listing, counted
from dataworkbench.cli.asking import AsJson, InWorkspace, command_line
from dataworkbench.cli.telling import finish, speaking
from dataworkbench.errors import WorkbenchError
from dataworkbench.workspace import Workspace, find_workspace

if TYPE_CHECKING:
    from dataworkbench.publishing.releases import Release
    from dataworkbench.publishing.scan import Finding, Roster

FACTS_FILE = "release.json"


def scan(
    folder: Annotated[
        Path, typer.Argument(help="The built site, or any folder that is meant for the public.")
    ],
    release: Annotated[
        str,
        typer.Option(
            help="The release that the pages were made from, by its name. Without it: the one in whose folder the site lies."
        ),
    ] = "",
    in_full: Annotated[
        Path | None,
        typer.Option(
            "--in-full",
            help="Also write what was found, word for word, into this new file that only you can read.",
        ),
    ] = None,
    workspace: InWorkspace = "",
    as_json: AsJson = False,
) -> None:
    """Look into every file of a folder for names, numbers and birth dates of students, and for figures that were not released."""
    with speaking("scan", as_json=as_json) as voice:
        from dataworkbench.publishing.scan import scan_folder, scan_site, write_in_full

        place = find_workspace(workspace)
        held = _release(place, folder, release)
        if in_full is not None and in_full.exists():
            raise WorkbenchError(f"{in_full} is there already. Name a file that is not there yet.")
        roster = _roster(place, held)
        with voice.progress("Looking into files") as advance:
            found = (
                scan_site(folder, held, roster, tell=lambda name: advance(0, 0, name))
                if held
                else scan_folder(folder, roster, tell=lambda name: advance(0, 0, name))
            )
        if in_full is not None:
            write_in_full(found, in_full)
        finish(voice, _answer(folder, held, found, in_full))


def _release(place: Workspace, folder: Path, asked: str) -> Release | None:
    """Return the release that was named, or the one in whose folder the site lies; None where there is none."""
    from dataworkbench.publishing.releases import read_release

    if asked:
        return read_release(place.root / "releases" / asked)
    above = folder.expanduser().resolve().parent
    return read_release(above) if (above / FACTS_FILE).is_file() else None


def _roster(place: Workspace, release: Release | None) -> Roster:
    """Return the people of the snapshot in use, and of the release's where that is another one."""
    from dataworkbench.publishing.scan import Roster, read_roster
    from dataworkbench.warehouse import list_snapshots, open_workspace

    wanted = {"current"}
    if release and release.facts.snapshot in {info.id for info in list_snapshots(place)}:
        wanted.add(release.facts.snapshot)
    rosters = [read_roster(open_workspace(place.root, snapshot=name)) for name in sorted(wanted)]
    return Roster(tuple(person for roster in rosters for person in roster.people))


def _answer(folder: Path, release: Release | None, found: list[Finding], in_full: Path | None) -> Answer:
    against = f"the roster and the release {release.id}" if release else "the roster"
    said = [f"Held every file in {folder} against {against}: {counted(len(found), 'finding')}."]
    if not release:
        said.append("No release was named, so the numbers in it were not held against anything.")
    if in_full is not None:
        said.append(
            f"What was found stands word for word in {in_full}. Delete it when you have seen it: it holds names."
        )
    rows = [(finding.file, finding.place, finding.what) for finding in found]
    steps = (
        []
        if not found or in_full
        else [f"To see what was found, word for word: {command_line(f'scan {folder} --in-full found.tsv')}"]
    )
    data = {
        "folder": folder,
        "release": release.id if release else "",
        "findings": [{"file": f.file, "place": f.place, "kind": f.kind, "what": f.what} for f in found],
    }
    return Answer(
        said,
        data=data,
        listings=[Listing("What must not go out", ("File", "Where", "What"), rows)] if found else [],
        next_steps=steps,
        code=ExitCode.NEEDS_A_PERSON if found else ExitCode.DONE,
    )
