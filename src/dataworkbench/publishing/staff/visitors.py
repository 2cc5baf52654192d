"""Who may look at the dashboards, and at which schools: a file that the coordinator owns.

It holds no password and no token, only what they can be checked against. A visitor without a scope is refused: nobody
sees the whole district because somebody forgot a line.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.files import write_whole

VISITORS_FILE: Final = "visitors.toml"
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 1024
"""Longer ones are not hashed: a hash takes a while, and somebody could send very long ones to make the server wait."""
_HEAD: Final = """\
# Who may look at the dashboards, and at which schools. Lines that begin with # are notes for you.
# Keep this file to yourself (chmod 600). Add people with `dataworkbench visitors add`.

# Where people reach the dashboards from other machines: the address of the proxy with HTTPS that stands in front, such as
# "https://data.district.example". Left empty, they are reached from this machine only.
address = ""

# For how many hours somebody stays signed in.
hours = 8
"""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


class Visitor(BaseModel):
    """One person who may look, and at what.

    ``schools`` is "all", or the identifiers of the schools whose rows this person may see.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    schools: Literal["all"] | Annotated[tuple[str, ...], Field(min_length=1)]
    password: str = ""
    token: str = ""
    until: date | None = None

    @field_validator("name")
    @classmethod
    def _can_be_typed(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise ValueError(
                "a name is 1 to 64 small letters, digits, and . _ @ - between them, such as north.principal"
            )
        return name

    @model_validator(mode="after")
    def _can_be_checked(self) -> Self:
        if bool(self.password) == bool(self.token):
            raise ValueError(f"{self.name} needs either a password or a token")
        if self.password and not self.password.startswith("argon2:"):
            raise ValueError(
                f"the password of {self.name} is not a hash; make the entry with `dataworkbench visitors add`"
            )
        if self.token and not re.fullmatch(r"sha256:[0-9a-f]{64}", self.token):
            raise ValueError(
                f"the token of {self.name} is not a hash; make the entry with `dataworkbench visitors add`"
            )
        return self

    @property
    def sees_all(self) -> bool:
        """Whether this person sees the whole district, with what its teams write."""
        return self.schools == "all"

    @property
    def fingerprint(self) -> str:
        """Return a hash of the whole entry; what was opened under another one is closed."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def is_welcome(self, today: date) -> bool:
        """Whether the entry has not run out; ``until`` is the last day on which it holds."""
        return self.until is None or today <= self.until


class VisitorBook(BaseModel):
    """All who may look."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str = ""
    hours: Annotated[float, Field(gt=0, le=24)] = 8
    visitor: tuple[Visitor, ...] = ()

    @field_validator("address")
    @classmethod
    def _is_encrypted(cls, address: str) -> str:
        if address and not re.fullmatch(r"https://[A-Za-z0-9.-]+(:\d{1,5})?", address):
            raise ValueError(
                "address has to read https://name-of-the-machine, without a path, or be left empty"
            )
        return address

    @model_validator(mode="after")
    def _one_entry_each(self) -> Self:
        names = [visitor.name for visitor in self.visitor]
        if doubled := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"there are two entries for {', '.join(doubled)}")
        return self

    def named(self, name: str, today: date | None = None) -> Visitor | None:
        """Return the visitor of a name whose entry has not run out."""
        day = today or datetime.now(UTC).astimezone().date()
        return next((v for v in self.visitor if v.name == name and v.is_welcome(day)), None)

    def with_token(self, token: str, today: date | None = None) -> Visitor | None:
        """Return the visitor who was given a token, where the entry has not run out."""
        given = token_hash(token)
        found = next((v for v in self.visitor if v.token and secrets.compare_digest(v.token, given)), None)
        return self.named(found.name, today) if found else None


def read_visitors(path: Path) -> VisitorBook:
    """Return who may look.

    Raises
    ------
    WorkbenchError
        Where others may read the file, or it says something that cannot be followed.

    """
    _refuse_open_file(path)
    try:
        return VisitorBook.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise WorkbenchError(
            f"{path.name} cannot be read: {fault}. Put that right, then try again."
        ) from fault
    except ValidationError as fault:
        said = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in fault.errors())
        raise WorkbenchError(f"{path.name} says something that cannot be followed: {said}.") from fault


def _refuse_open_file(path: Path) -> None:
    if os.name != "nt" and path.is_file() and path.stat().st_mode & 0o077:
        raise WorkbenchError(
            f"Others on this machine may read {path}. It says who may look and holds what passwords are checked against: "
            f"take that away with `chmod 600 {path}`, then try again."
        )


def add_visitor(path: Path, visitor: Visitor) -> VisitorBook:
    """Add somebody to the file, which is made where there is none, and return who may look now."""
    text = path.read_text(encoding="utf-8") if path.is_file() else _HEAD
    book = read_visitors(path) if path.is_file() else VisitorBook()
    if any(known.name == visitor.name for known in book.visitor):
        raise WorkbenchError(
            f"There is an entry for {visitor.name} already. Take it out first: `dataworkbench visitors remove {visitor.name}`."
        )
    return _write(path, text.rstrip("\n") + "\n\n" + _entry(visitor), (*book.visitor, visitor))


def remove_visitor(path: Path, name: str) -> VisitorBook:
    """Take somebody out of the file, and return who may look now; your notes in it stay."""
    book = read_visitors(path)
    left = tuple(visitor for visitor in book.visitor if visitor.name != name)
    if len(left) == len(book.visitor):
        raise no_such("visitor", name, (visitor.name for visitor in book.visitor))
    parts = re.split(r"(?m)^(?=[ \t]*\[\[visitor\]\])", path.read_text(encoding="utf-8"))
    kept = [parts[0], *(part for part in parts[1:] if not _is_of(part, name))]
    return _write(path, "".join(kept).rstrip("\n") + "\n", left)


def _is_of(part: str, name: str) -> bool:
    try:
        return any(entry.get("name") == name for entry in tomllib.loads(part).get("visitor", []))
    except tomllib.TOMLDecodeError:
        return False


def _write(path: Path, text: str, wanted: tuple[Visitor, ...]) -> VisitorBook:
    """Write the file only where it says what is meant: a hand may have written it in another way than ours."""
    try:
        book = VisitorBook.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError):
        book = None
    if book is None or book.visitor != wanted:
        raise WorkbenchError(
            f"{path} is written in a way that cannot be changed from here. Change it by hand."
        )
    path.touch(mode=0o600)
    mask = os.umask(0o077)
    try:
        write_whole(path, text)
    finally:
        os.umask(mask)
    return book


def _entry(visitor: Visitor) -> str:
    schools = json.dumps(visitor.schools if visitor.sees_all else list(visitor.schools), ensure_ascii=False)
    lines = ["[[visitor]]", f'name = "{visitor.name}"', f"schools = {schools}"]
    lines += [f'password = "{visitor.password}"'] if visitor.password else [f'token = "{visitor.token}"']
    if visitor.until:
        lines.append(f"until = {visitor.until.isoformat()}")
    return "\n".join(lines) + "\n"


def made_token() -> str:
    """Return a new token, for one person."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what a token is checked against. It was drawn by chance and is long, so a quick hash is enough."""
    return "sha256:" + hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def password_hash(password: str) -> str:
    """Return what a password is checked against, slow to guess (Argon2).

    Raises
    ------
    WorkbenchError
        Where it is too short to keep anybody out.

    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise WorkbenchError(
            f"A password needs at least {SHORTEST_PASSWORD} characters (and at most {LONGEST_PASSWORD}). "
            "Four words that do not belong together are a good one."
        )
    from jupyter_server.auth.security import passwd  # noqa: PLC0415  slow to load, and needed for this alone

    return str(passwd(password, "argon2"))


NOBODY: Final = "argon2:$argon2id$v=19$m=10240,t=10,p=8$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""What a password is checked against where nobody has that name: it takes as long, and nothing fits."""


def password_fits(visitor: Visitor | None, password: str) -> bool:
    """Whether a password is a visitor's; it takes as long for a name that is not there."""
    from jupyter_server.auth.security import passwd_check  # noqa: PLC0415  slow to load, and needed for this alone

    known = visitor.password if visitor and visitor.password else NOBODY
    try:
        fits = bool(passwd_check(known, password[:LONGEST_PASSWORD]))
    except ValueError:  # what stands in the file is no hash
        return False
    return fits and known is not NOBODY and len(password) <= LONGEST_PASSWORD
