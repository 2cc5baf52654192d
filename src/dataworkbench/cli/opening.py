"""Opening things in a browser: JupyterLab for those who explore, dashboards for those who look."""

# ruff: noqa: PLC0415 - rooms are loaded when a command needs them; --help should not wait for all of them

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Final

import typer

from dataworkbench.cli.answers import counted
from dataworkbench.cli.asking import InWorkspace
from dataworkbench.cli.telling import Voice, speaking
from dataworkbench.workspace import ENVIRONMENT_VARIABLE, Workspace, find_workspace, shipped

STAY_HOME: Final = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)
"""JupyterLab otherwise asks the network for news, updates and extensions."""


def lab(
    workspace: InWorkspace = "",
    port: Annotated[int, typer.Option(help="The port on this machine.")] = 8888,
    browser: Annotated[bool, typer.Option(help="Open a browser, or only print the address.")] = True,
) -> None:
    """Open JupyterLab in the workspace, on this machine only, with the stage notebooks as the team's own copies."""
    with speaking("lab") as voice:
        place = find_workspace(workspace)
        copied = copy_notebooks(place)
        if copied:
            voice.aside(
                f"Copied {counted(len(copied), 'notebook')} into {place.notebooks}. They are yours: change them as you like. "
                "Reports use them from now on; delete a copy to go back to the one that came with the workbench."
            )
        if keep_outputs_out_of_git(place):
            voice.aside("From now on git takes this workspace's notebooks in without their outputs.")
        voice.aside("Opening JupyterLab. Stop it with Ctrl-C.")
        raise typer.Exit(_stay_with(lab_command(place, port=port, browser=browser), place))


def keep_outputs_out_of_git(place: Workspace) -> bool:
    """Tell git to strip this workspace's notebooks; return whether it lies in a clone that had not been told."""
    from dataworkbench.publishing.stripping import git_is_told, is_in_git, tell_git

    return is_in_git(place.root) and not git_is_told(place.root) and tell_git(place.root)


def _stay_with(command: list[str], place: Workspace) -> int:
    """Run a server until it ends, and return its exit code; Ctrl-C is the server's to answer, which may ask back."""
    environment = {**os.environ, ENVIRONMENT_VARIABLE: str(place.root)}
    with subprocess.Popen(command, env=environment) as server:  # noqa: S603  our own words and a number, no shell
        while True:
            with suppress(KeyboardInterrupt):
                return server.wait()


def lab_command(place: Workspace, *, port: int, browser: bool) -> list[str]:
    """Return the command that starts JupyterLab for a workspace."""
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={place.root}",
        "--LabApp.default_url=/lab/tree/notebooks",
        *STAY_HOME,
        *(["--allow-root"] if _is_root() else []),
        *([] if browser else ["--no-browser"]),
    ]


def _is_root() -> bool:
    """Whether this is the machine's first user, as in most containers; Jupyter then wants to be told that it is meant."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def copy_notebooks(place: Workspace) -> list[Path]:
    """Copy the notebooks that came with the workbench into a workspace that has none, and return the copies.

    A workspace that has any notebook of its own is left as it is.
    """
    place.notebooks.mkdir(exist_ok=True)
    if any(place.notebooks.glob("*.ipynb")):
        return []
    copied = []
    for source in sorted(shipped("notebooks").glob("*.ipynb")):
        shutil.copyfile(source, place.notebooks / source.name)
        copied.append(place.notebooks / source.name)
    return copied


def serve(
    workspace: InWorkspace = "",
    port: Annotated[int, typer.Option(help="The port on this machine.")] = 8866,
    browser: Annotated[bool, typer.Option(help="Open a browser, or only print the address.")] = True,
) -> None:
    """Open the dashboards, on this machine only: for those in visitors.toml, else for those with the address that is printed."""
    with speaking("serve") as voice:
        raise typer.Exit(open_dashboards(voice, find_workspace(workspace), port=port, browser=browser))


def open_dashboards(voice: Voice, place: Workspace, *, port: int = 8866, browser: bool = True) -> int:
    """Start the dashboards, stay until they are stopped, and return the server's exit code."""
    from dataworkbench.publishing import serve as serve_dashboards

    voice.aside("Opening the dashboards. Stop them with Ctrl-C.")
    return serve_dashboards(place, port=port, open_browser=browser, tell=voice.say)
