"""Options that several commands share, and how a command finds what they name."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import which
from typing import Annotated, Final

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, for scripts.")]
InWorkspace = Annotated[
    str,
    typer.Option(
        "--workspace",
        "-w",
        metavar="FOLDER",
        help="The district's workspace. Without it: DATAWORKBENCH_WORKSPACE, else the folder you are in or one above it.",
    ),
]

PROGRAM: Final = "dataworkbench"


def command_line(rest: str) -> str:
    """Return a command as it can be typed here: with the program's path where its name alone is not found."""
    return f"{_program()} {rest}"


def _program() -> str:
    called, found = Path(sys.argv[0]), which(PROGRAM)
    if called.stem == "__main__" and not found:
        return f"{nearby(Path(sys.executable))} -m dataworkbench.cli"
    if called.stem != PROGRAM:
        return PROGRAM
    if found and Path(found).resolve() == called.resolve():
        return PROGRAM
    return str(nearby(called))


def program_here() -> tuple[str, ...]:
    """Return how this very program is started from anywhere: with whole paths, for a scheduler that knows no others."""
    python = Path(sys.executable).absolute()
    beside = python.with_name(f"{PROGRAM}{python.suffix}")
    return (str(beside),) if beside.is_file() else (str(python), "-m", "dataworkbench.cli")


def nearby(path: Path) -> Path:
    """Return a path as seen from the folder one is in, where it lies below it."""
    absolute = path.expanduser().absolute()
    return absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else absolute
