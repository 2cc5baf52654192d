"""The command line: what a person types, and what is said back. All work is done in the rooms below."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from dataworkbench.cli import (
    bringing,
    doctor,
    following,
    mapping,
    meetings,
    opening,
    releasing,
    reporting,
    safekeeping,
    scanning,
    scheduling,
    stripping,
    trying,
    visitors,
    workspaces,
)
from dataworkbench.cli.answers import ExitCode
from dataworkbench.errors import story_of

app = typer.Typer(
    name="dataworkbench",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A workbench for the data teams of schools. `dataworkbench demo` shows what it does on a made-up district.",
)


def _say_version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"dataworkbench {version('dataworkbench')}\n")
        raise typer.Exit


@app.callback()
def about(
    _version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_say_version, help="Say which version this is."),
    ] = False,
) -> None:
    """Say what the workbench is; each command tells more with `--help`."""


app.command("new")(workspaces.new)
app.command("import")(bringing.bring)
app.command("check")(bringing.check)
app.command("map")(mapping.map_file)
app.command("report")(reporting.report)
app.command("status")(following.status)
app.command("schedule")(scheduling.schedule)
app.command("serve")(opening.serve)
app.command("lab")(opening.lab)
app.command("minutes")(meetings.minutes)
app.command("scan")(scanning.scan)
app.command("strip")(stripping.strip)
app.command("demo")(trying.demo)
app.command("doctor")(doctor.doctor)
app.add_typer(workspaces.snapshots, name="snapshots")
app.add_typer(safekeeping.records, name="records")
app.add_typer(visitors.visitors, name="visitors")
app.add_typer(releasing.releases, name="release")


def main() -> None:
    """Carry out what was typed, and leave with an exit code that means something."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app()
    except Exception as fault:  # noqa: BLE001  the last place where a fault can still be told
        sys.stderr.write(story_of(fault))
        sys.stderr.write(
            "\nThis is a fault in the workbench, not in your data. What stands above helps to find it: where it came up, and "
            "nothing out of your files.\n"
        )
        sys.exit(ExitCode.FAULT)
