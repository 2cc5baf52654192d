"""One report run at a set time: its name on this machine, what is started, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dataworkbench.errors import WorkbenchError
from dataworkbench.files import slug_for
from dataworkbench.reports.scheduling.when import When


@dataclass(frozen=True)
class Schedule:
    """A command that is started at a set time. ``log`` is where cron puts what the command says.

    ``name`` holds small letters, digits and hyphens alone, so that no scheduler reads anything into it.
    """

    name: str
    about: str
    command: tuple[str, ...]
    when: When
    log: Path

    def __post_init__(self) -> None:
        """Refuse what no scheduler can hold."""
        unfit = next((part for part in self.command if not _is_one_line(part)), "")
        if unfit or not _is_one_line(str(self.log)):
            raise WorkbenchError(
                f"{unfit or str(self.log)!r} holds a line break or another character that cannot be seen, and no scheduler takes "
                "such a command. Rename that folder, or leave that option out."
            )


def schedule_name(workspace: Path, notebook: str, each: str) -> str:
    """Return the name of the schedule for a workspace's runs of a notebook; the same things always have the same name."""
    held = {"workspace": str(workspace), "notebook": notebook, "each": each}
    return slug_for(f"dataworkbench {notebook} {each}", held)


def _is_one_line(text: str) -> bool:
    return all(char.isprintable() for char in text)


def arguments(
    *,
    workspace: Path,
    notebook: str,
    each: str,
    settings: Sequence[str] = (),
    only: Sequence[str] = (),
    more: Sequence[tuple[str, str]] = (),
    flags: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return what follows the program's name for a scheduled report.

    Each value is joined to its option with ``=``, so that a value that begins with a hyphen is no option.
    """
    named = [("workspace", str(workspace)), ("notebook", notebook), ("each", each)]
    named += [("set", setting) for setting in settings] + [("only", name) for name in only] + list(more)
    return ("report", *(f"--{name}={value}" for name, value in named), *(f"--{flag}" for flag in flags))
