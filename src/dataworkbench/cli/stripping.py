"""Notebooks without outputs, for git and for whoever passes one on."""

# ruff: noqa: PLC0415 - rooms are loaded when a command needs them; --help should not wait for all of them

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from dataworkbench.cli.answers import Answer, counted
from dataworkbench.cli.telling import finish, speaking
from dataworkbench.errors import WorkbenchError


def strip(
    notebooks: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Notebooks to strip where they lie. Without any, one is read from standard input."
        ),
    ] = None,
    install: Annotated[
        bool,
        typer.Option(
            "--install", help="Tell the git clone that you are in to strip notebooks whenever they are added."
        ),
    ] = False,
) -> None:
    """Take outputs, the state of widgets and the parameters of a run out of notebooks; git does it by itself once it is told."""
    with speaking("strip") as voice:
        from dataworkbench.publishing.stripping import stripped

        if install:
            finish(voice, _install(Path.cwd()))
        if not notebooks:
            sys.stdout.buffer.write(stripped(sys.stdin.buffer.read().decode("utf-8", "replace")).encode())
            raise typer.Exit
        for path in notebooks:
            _strip_in_place(path)
        finish(voice, Answer([f"Took the outputs out of {counted(len(notebooks), 'notebook')}."]))


def _strip_in_place(path: Path) -> None:
    from dataworkbench.files import write_whole
    from dataworkbench.publishing.stripping import stripped

    if not path.is_file():
        raise WorkbenchError(f"There is no notebook {path}.")
    write_whole(path, stripped(path.read_text(encoding="utf-8")))


def _install(folder: Path) -> Answer:
    from dataworkbench.publishing.stripping import git_is_told, tell_git

    if not tell_git(folder):
        raise WorkbenchError(
            f"{folder} does not lie in a git clone, so there is nothing to tell. Begin one with `git init`."
        )
    if not git_is_told(folder):
        raise WorkbenchError(
            f"git knows now how to strip notebooks, but no .gitattributes in {folder} or above it asks for it. "
            "Put this line into one: *.ipynb filter=dataworkbench"
        )
    return Answer(
        ["From now on git takes notebooks in without their outputs. Each clone has to be told once."]
    )
