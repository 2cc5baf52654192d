"""A profile for a file that nobody knows, made at the command line: shown, corrected, tried, kept."""

# ruff: noqa: PLC0415 - rooms are loaded when a command needs them; --help should not wait for all of them

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dataworkbench.cli.asking import AsJson, InWorkspace
from dataworkbench.cli.telling import finish, speaking
from dataworkbench.errors import WorkbenchError
from dataworkbench.workspace import find_workspace


def map_file(
    file: Annotated[
        Path | None,
        typer.Argument(help="The file that nobody knows; any file of a kind that will come again."),
    ] = None,
    *,
    workspace: InWorkspace = "",
    kind: Annotated[
        str, typer.Option("--as", help="The kind of file, such as attendance, results or incidents.")
    ] = "",
    sheet: Annotated[str, typer.Option(help="The table that is meant, where the file holds several.")] = "",
    choose: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="COLUMN=HEADER",
            help="Where a column of ours comes from. Instead of a header: always:TEXT, school_year_of:HEADER, "
            "period_of:HEADER, current_year, from_file_name, numbered; nothing leaves it empty.",
        ),
    ] = None,
    code: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN:CODE=MEANING",
            help="What a code in the file means; nothing leaves the cell empty.",
        ),
    ] = None,
    dates: Annotated[str, typer.Option(help="'month first' or 'day first'.")] = "",
    numbers: Annotated[str, typer.Option(help="'1,234.5' or '1.234,5'.")] = "",
    day_numbers: Annotated[
        bool, typer.Option("--day-numbers", help="Bare numbers are Excel's days.")
    ] = False,
    name: Annotated[str, typer.Option(help="The short name of the profile.")] = "",
    title: Annotated[str, typer.Option(help="The name that people read.")] = "",
    yes: Annotated[
        bool,
        typer.Option(
            "--yes", help="Ask nothing: keep the profile where all of it is sure, else say what is not."
        ),
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of a profile of that name.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show the proposal and try it; keep nothing.")
    ] = False,
    browser: Annotated[
        bool, typer.Option("--browser", help="Open the wizard for the files in the inbox in a browser.")
    ] = False,
    port: Annotated[int, typer.Option(help="The port of the wizard on this machine.")] = 8867,
    as_json: AsJson = False,
) -> None:
    """Make a profile for a file that nobody knows: which of its columns is which of ours. It is used from then on."""
    with speaking("map", as_json=as_json) as voice:
        from dataworkbench.cli.drafting import Asked, Options, carry_through

        place = find_workspace(workspace)
        if browser:
            from dataworkbench.publishing import serve

            voice.aside("Opening the wizard. Stop it with Ctrl-C.")
            raise typer.Exit(serve(place, port=port, only="bring_data", tell=voice.say))
        if file is None:
            raise WorkbenchError(
                "Name a file, as in `dataworkbench map referrals.csv`; or open the wizard for the files in the inbox "
                "with `dataworkbench map --browser`."
            )
        options = Options(
            kind, sheet, tuple(choose or ()), tuple(code or ()), dates, numbers, day_numbers=day_numbers, name=name,
            title=title, replace=replace, dry_run=dry_run,
        )  # fmt: skip
        asked = Asked(voice) if not (yes or as_json or dry_run) else None
        finish(voice, carry_through(voice, place, file, options, asked, keep=yes or asked is not None))
