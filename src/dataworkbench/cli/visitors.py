"""Who may look at the dashboards: added, listed and taken out at the command line."""

# ruff: noqa: PLC0415 - rooms are loaded when a command needs them; --help should not wait for all of them

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dataworkbench.cli.answers import Answer, Listing, counted
from dataworkbench.cli.asking import AsJson, InWorkspace, command_line
from dataworkbench.cli.telling import finish, speaking
from dataworkbench.errors import WorkbenchError
from dataworkbench.workspace import Workspace, find_workspace

if TYPE_CHECKING:
    from dataworkbench.publishing.staff import Visitor

visitors = typer.Typer(
    no_args_is_help=True,
    help="Say who may look at the dashboards by name, and at which schools; list them, and take somebody out.",
)


@visitors.command("add")
def add(
    name: Annotated[str, typer.Argument(help="The name to sign in with, such as alder.principal.")],
    *,
    school: Annotated[
        list[str] | None, typer.Option(help="A school to see, by its name or identifier; may be said again.")
    ] = None,
    whole_district: Annotated[
        bool, typer.Option("--whole-district", help="See all schools, and what teams write.")
    ] = False,
    until: Annotated[str, typer.Option(metavar="DATE", help="The last day, as 2027-06-30.")] = "",
    token: Annotated[
        bool, typer.Option("--token", help="Make an address of their own instead of asking for a password.")
    ] = False,
    workspace: InWorkspace = "",
    as_json: AsJson = False,
) -> None:
    """Add somebody who may look at the dashboards. The password is asked for; it is never typed into the command."""
    with speaking("visitors add", as_json=as_json) as voice:
        from dataworkbench.publishing.staff import VISITORS_FILE, add_visitor

        place = find_workspace(workspace)
        scope = _scope(place, school or (), whole_district=whole_district)
        made, told = _entry(name.strip().lower(), scope, _day(until), by_token=token)
        book = add_visitor(place.root / VISITORS_FILE, made)
        seen = "the whole district" if made.sees_all else ", ".join(made.schools)
        said = [f"{made.name} may look at {seen}{f' until {made.until}' if made.until else ''}."]
        if told:
            address = f"{book.address or 'http://127.0.0.1:8866'}/?token={told}"
            said.append(f"This address opens the dashboards for {made.name}; it is said this once: {address}")
        data = {"visitor": made.name, "schools": made.schools, "until": made.until, "token": told}
        finish(voice, Answer(said, data=data, next_steps=[f"To open them: {command_line('serve')}"]))


@visitors.command("list")
def list_all(workspace: InWorkspace = "", as_json: AsJson = False) -> None:
    """List who may look at the dashboards, and at which schools."""
    with speaking("visitors list", as_json=as_json) as voice:
        from dataworkbench.publishing.staff import VISITORS_FILE, VisitorBook, read_visitors

        path = find_workspace(workspace).root / VISITORS_FILE
        book = read_visitors(path) if path.is_file() else VisitorBook()
        rows = [_row(visitor) for visitor in book.visitor]
        columns = ("name", "sees", "comes in by", "until")
        said = (
            f"{counted(len(rows), 'person', 'people')} may look at the dashboards by name."
            if rows
            else "Nobody signs in by name: whoever has the address that `serve` says may look."
        )
        listing = [Listing("Who may look", columns, rows)] if rows else []
        data = {"visitors": [dict(zip(columns, row, strict=True)) for row in rows]}
        finish(voice, Answer([said], data=data, listings=listing))


@visitors.command("remove")
def remove(
    name: Annotated[str, typer.Argument(help="The name, as `visitors list` shows it.")],
    workspace: InWorkspace = "",
    as_json: AsJson = False,
) -> None:
    """Take somebody out. What they have open is closed within seconds."""
    with speaking("visitors remove", as_json=as_json) as voice:
        from dataworkbench.publishing.staff import VISITORS_FILE, remove_visitor

        place = find_workspace(workspace)
        if not (place.root / VISITORS_FILE).is_file():
            raise WorkbenchError("Nobody signs in by name here, so there is nobody to take out.")
        book = remove_visitor(place.root / VISITORS_FILE, name)
        left = f"{counted(len(book.visitor), 'person', 'people')} may look now."
        finish(voice, Answer([f"{name} may not look any more. {left}"], data={"removed": name}))


def _row(visitor: Visitor) -> tuple[str, str, str, str]:
    seen = "the whole district" if visitor.sees_all else ", ".join(visitor.schools)
    return visitor.name, seen, "password" if visitor.password else "address", str(visitor.until or "")


def _scope(
    place: Workspace, asked: Sequence[str], *, whole_district: bool
) -> Literal["all"] | tuple[str, ...]:
    """Return which schools are meant; a school that is not in the data is refused, since nobody would notice a slip."""
    if whole_district == bool(asked):
        raise WorkbenchError(
            "Say what this person may see: --school, once for each, or --whole-district; not both."
        )
    if whole_district:
        return "all"
    from dataworkbench.warehouse import open_workspace

    district = open_workspace(place.root)
    try:
        return tuple(dict.fromkeys(district.school(name) for name in asked))
    finally:
        district.close()


def _entry(
    name: str, scope: Literal["all"] | tuple[str, ...], until: date | None, *, by_token: bool
) -> tuple[Visitor, str]:
    """Return the entry, and the token where one was made."""
    from pydantic import ValidationError

    from dataworkbench.publishing.staff import Visitor, made_token, password_hash, token_hash

    told = made_token() if by_token else ""
    secret = (
        {"token": token_hash(told)}
        if by_token
        else {
            "password": password_hash(
                typer.prompt(f"Password for {name}", hide_input=True, confirmation_prompt=True, err=True)
            )
        }
    )
    try:
        return Visitor.model_validate({"name": name, "schools": scope, "until": until, **secret}), told
    except ValidationError as fault:
        raise WorkbenchError("; ".join(str(error["msg"]) for error in fault.errors()) + ".") from fault


def _day(asked: str) -> date | None:
    try:
        return date.fromisoformat(asked) if asked else None
    except ValueError as fault:
        raise WorkbenchError(f"'{asked}' is no day. Write it as 2027-06-30.") from fault
