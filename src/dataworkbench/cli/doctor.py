"""What this machine and this workspace still lack, and how to get it."""

# ruff: noqa: PLC0415 - rooms are loaded when a command needs them; --help should not wait for all of them

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dataworkbench.cli.answers import Answer, ExitCode, Listing, counted
from dataworkbench.cli.asking import AsJson, InWorkspace
from dataworkbench.cli.telling import finish, speaking
from dataworkbench.errors import WorkbenchError
from dataworkbench.workspace import find_workspace

if TYPE_CHECKING:
    from dataworkbench.cli.machine import Look

MARKS = {"ready": "ready", "missing": "MISSING", "optional": "not there (optional)"}


def doctor(
    workspace: InWorkspace = "",
    port: Annotated[int, typer.Option(help="The port that dashboards would use.")] = 8866,
    as_json: AsJson = False,
) -> None:
    """Look whether everything is there, and say how to get what is not."""
    with speaking("doctor", as_json=as_json) as voice:
        from dataworkbench.cli.machine import look_at_machine

        looks = [*look_at_machine(port), *_of_workspace(workspace)]
        finish(voice, _answer(looks))


def _of_workspace(asked: str) -> list[Look]:
    from dataworkbench.cli.machine import Look, look_at_workspace

    try:
        place = find_workspace(asked)
    except WorkbenchError as missing:
        if asked:
            raise
        return [
            Look("Workspace", "optional", "none named, and none in this folder or above it", str(missing))
        ]
    return look_at_workspace(place)


def _answer(looks: list[Look]) -> Answer:
    missing = [look for look in looks if look.state == "missing"]
    said = (
        f"{counted(len(missing), 'thing')} to put right."
        if missing
        else "Everything that is needed is there."
    )
    rows = [(look.what, MARKS[look.state], look.found) for look in looks]
    return Answer(
        sentences=[f"Looked at {counted(len(looks), 'thing')}. {said}"],
        listings=[Listing("What was looked at", ("What", "State", "Found"), rows)],
        next_steps=[f"{look.what}: {look.how_to_get}" for look in looks if look.state != "ready"],
        data={"looks": [vars(look) for look in looks]},
        code=ExitCode.NEEDS_A_PERSON if missing else ExitCode.DONE,
    )
