"""What a district says in ``summary.toml``: into which folder and to whom a summary goes, and through which mail server."""

from __future__ import annotations

import os
import re
import stat
import sys
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from dataworkbench.errors import WorkbenchError
from dataworkbench.workspace import Workspace

SUMMARY_FILE: Final = "summary.toml"
PASSWORD_VARIABLE: Final = "DATAWORKBENCH_MAIL_PASSWORD"  # noqa: S105 - the name of a variable
PORTS: Final = {"starttls": 587, "ssl": 465, "none": 25}
_ADDRESS: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)*")
_HERE: Final = ("127.0.0.1", "localhost", "::1")

Security = Literal["starttls", "ssl", "none"]


class Mail(BaseModel):
    """A mail server, and from whom to whom; the password is read elsewhere and never stands here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    server: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    security: Security = "starttls"
    sender: Annotated[str, Field(alias="from")]
    to: Annotated[tuple[str, ...], Field(min_length=1)]
    user: str = ""
    password_file: str = ""

    @field_validator("sender", "to")
    @classmethod
    def _are_addresses(cls, given: Any) -> Any:
        for address in (given,) if isinstance(given, str) else given:
            if not _ADDRESS.fullmatch(address):
                raise ValueError("an address has to read name@school.org, without a name beside it")
        return given

    @model_validator(mode="before")
    @classmethod
    def _holds_no_password(cls, given: Any) -> Any:
        if isinstance(given, dict) and "password" in given:
            raise ValueError(
                f"a password does not belong in this file, which is copied and sent around: put it into a file of its own that "
                f"only you can read, and name that as password_file; or into the environment variable {PASSWORD_VARIABLE}"
            )
        return given

    @model_validator(mode="after")
    def _keeps_the_password(self) -> Self:
        if self.user and self.security == "none" and self.server not in _HERE:
            raise ValueError(
                'with security = "none" user and password would travel in the open: take "starttls" or "ssl"'
            )
        return self

    @property
    def port_used(self) -> int:
        """The port that is asked: as given, else the usual one for the security."""
        return self.port or PORTS[self.security]

    def password(self, root: Path) -> str:
        """Return the password, from the environment or from its file; '' where nobody logs in.

        Raises
        ------
        WorkbenchError
            Where there is none, or others can read its file too.

        """
        if not self.user:
            return ""
        named = os.environ.get(PASSWORD_VARIABLE, "")
        if named:
            return named
        if not self.password_file:
            raise WorkbenchError(
                f"{SUMMARY_FILE} names a user of the mail server and no password. Put the password into a file that only you can "
                f"read and name it as password_file, or into the environment variable {PASSWORD_VARIABLE}."
            )
        return _only_for_its_owner(root / Path(self.password_file).expanduser())


class SummarySettings(BaseModel):
    """Where a summary goes: into a folder, by mail, or both."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: str = ""
    mail: Mail | None = None


def read_summary_settings(workspace: Workspace) -> SummarySettings:
    """Return what ``summary.toml`` says.

    Raises
    ------
    WorkbenchError
        Where there is no such file, it cannot be followed, or it names neither a folder nor a mail server.

    """
    path = workspace.root / SUMMARY_FILE
    if not path.is_file():
        raise WorkbenchError(
            f"There is no {SUMMARY_FILE} in {workspace.root}, which says where a summary goes. {EXAMPLE}"
        )
    try:
        held = SummarySettings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise WorkbenchError(f"{SUMMARY_FILE} cannot be read: {fault}. Put that line right.") from None
    except ValidationError as fault:
        said = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in fault.errors())
        raise WorkbenchError(f"{SUMMARY_FILE} says something that cannot be followed: {said}.") from None
    if not held.folder and held.mail is None:
        raise WorkbenchError(f"{SUMMARY_FILE} names neither a folder nor a mail server. {EXAMPLE}")
    return held


EXAMPLE: Final = (
    'Write folder = "a/folder" for a file, or a part [mail] with server, from and to for an e-mail; docs/running-reports.md '
    "shows all of it."
)


def _only_for_its_owner(path: Path) -> str:
    try:
        held = path.read_text(encoding="utf-8").strip()
        mode = stat.S_IMODE(path.stat().st_mode)
    except (OSError, UnicodeDecodeError) as fault:
        raise WorkbenchError(
            f"The password for the mail server cannot be read from {path} ({type(fault).__name__})."
        ) from None
    if sys.platform != "win32" and mode & 0o077:
        raise WorkbenchError(
            f"Others can read {path}, which holds the password for the mail server, so it is not used. Make it yours alone: "
            f"chmod 600 {path}"
        )
    if not held:
        raise WorkbenchError(f"{path} is empty; the password for the mail server belongs into it.")
    return held
