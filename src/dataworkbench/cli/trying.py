"""Trying the workbench out on a made-up district, with nothing at hand."""

# ruff: noqa: PLC0415 - rooms are loaded when a command needs them; --help should not wait for all of them

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dataworkbench.cli.asking import AsJson
from dataworkbench.cli.telling import speaking
from dataworkbench.workspace import Workspace


def demo(
    folder: Annotated[Path, typer.Argument(help="An empty or new folder for the sample district.")] = Path(
        "demo-district"
    ),
    schools: Annotated[int, typer.Option(min=1, help="How many schools the sample district has.")] = 8,
    seed: Annotated[int, typer.Option(help="Another number makes other students.")] = 2026,
    serve: Annotated[
        bool, typer.Option("--serve", help="Open the dashboards when everything is made.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make up a district, bring its files in, run the stage notebooks and make a report for every school."""
    with speaking("demo", as_json=as_json) as voice:
        from dataworkbench.cli.opening import open_dashboards
        from dataworkbench.cli.trial import told, told_again, try_out

        place = Workspace(folder.expanduser().resolve())
        answer = told_again(place) or told(try_out(voice, place, schools=schools, seed=seed))
        voice.tell(answer)
        if serve:
            open_dashboards(voice, place)
        raise typer.Exit(answer.code)
