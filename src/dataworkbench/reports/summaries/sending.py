"""Telling of a run: a file in a folder, a mail, and a sentence for each of them, whether it came off or not."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from functools import partial
from pathlib import Path
from typing import Final

from dataworkbench.errors import WorkbenchError
from dataworkbench.files import write_whole
from dataworkbench.reports.summaries.settings import Mail, read_summary_settings
from dataworkbench.reports.summaries.words import Summary
from dataworkbench.workspace import Workspace

SECONDS: Final = 30
"""The longest that a mail server may take for an answer."""


@dataclass(frozen=True)
class Told:
    """What became of a summary: a sentence for each way it was to go, and whether all of them came off."""

    sentences: tuple[str, ...]
    ok: bool


def tell(workspace: Workspace, summary: Summary) -> Told:
    """Send a summary where ``summary.toml`` says, and return what became of it; nothing is raised for what a person can mend."""
    try:
        settings = read_summary_settings(workspace)
    except WorkbenchError as fault:
        return Told((f"No summary was sent. {fault}",), ok=False)
    ways: list[Callable[[], str]] = []
    if settings.folder:
        ways.append(partial(_into_folder, workspace.root / Path(settings.folder).expanduser(), summary))
    if settings.mail:
        ways.append(partial(_by_mail, settings.mail, workspace.root, summary))
    told = [_tried(way) for way in ways]
    return Told(tuple(sentence for sentence, _ in told), ok=all(came_off for _, came_off in told))


def _tried(way: Callable[[], str]) -> tuple[str, bool]:
    try:
        return way(), True
    except WorkbenchError as fault:
        return str(fault), False


def _into_folder(folder: Path, summary: Summary) -> str:
    path = folder / f"{summary.name}.txt"
    try:
        folder.mkdir(exist_ok=True)
        write_whole(path, f"{summary.subject}\n\n{summary.text}")
    except OSError as fault:
        raise WorkbenchError(
            f"The summary could not be written to {path} ({type(fault).__name__}). The pages are there all the same."
        ) from None
    return f"The summary lies in {path}."


def _by_mail(mail: Mail, root: Path, summary: Summary) -> str:
    password = mail.password(root)
    try:
        refused = _handed_over(mail, password, message_of(mail, summary))
    except (OSError, smtplib.SMTPException, ValueError) as fault:
        raise WorkbenchError(
            f"The summary could not be sent by mail: {_why(mail, fault)}. The pages are there all the same."
        ) from None
    if refused:
        raise WorkbenchError(
            f"The summary went by mail, but {mail.server} takes no mail for {', '.join(refused)}."
        )
    return f"The summary went by mail to {', '.join(mail.to)}."


def _handed_over(mail: Mail, password: str, message: EmailMessage) -> list[str]:
    """Hand a mail over and return whom it does not reach; what goes wrong with the farewell after that does not count."""
    server = _connected(mail)
    try:
        if mail.user:
            server.login(mail.user, password)
        refused = sorted(server.send_message(message))
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
    finally:
        server.close()
    return refused


def message_of(mail: Mail, summary: Summary) -> EmailMessage:
    """Return the mail. A name of a school or a district is one line of visible letters, and cannot add a header."""
    message = EmailMessage()
    message["Subject"] = summary.subject
    message["From"] = mail.sender
    message["To"] = ", ".join(mail.to)
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=mail.sender.partition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(summary.text)
    return message


def _connected(mail: Mail) -> smtplib.SMTP:
    """Return a connection; with "starttls" and "ssl" the server has to show a certificate that this machine trusts."""
    if mail.security == "ssl":
        return smtplib.SMTP_SSL(
            mail.server, mail.port_used, timeout=SECONDS, context=ssl.create_default_context()
        )
    server = smtplib.SMTP(mail.server, mail.port_used, timeout=SECONDS)
    if mail.security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _why(mail: Mail, fault: Exception) -> str:
    """Return why, without a word that the server said, because a server may repeat what it was sent."""
    why = next(words for kind, words in _REASONS.items() if isinstance(fault, kind))
    code = f" (code {fault.smtp_code})" if isinstance(fault, smtplib.SMTPResponseException) else ""
    kind = type(fault).__name__
    return f"{mail.server}, port {mail.port_used}, {why.format(security=mail.security, kind=kind)}{code}"


_REASONS: Final[Mapping[type[Exception], str]] = {
    smtplib.SMTPAuthenticationError: "did not take the user name and the password",
    smtplib.SMTPRecipientsRefused: "takes no mail for those whom it was to reach",
    smtplib.SMTPNotSupportedError: 'does not offer what security = "{security}", a user or the letters of an address need',
    smtplib.SMTPResponseException: "said no",
    smtplib.SMTPException: "ended the talk ({kind})",
    ssl.SSLError: 'has no certificate that this machine trusts, or does not speak security = "{security}"',
    OSError: "could not be reached ({kind})",
    UnicodeError: "can be handed plain letters alone, and the user name or the password holds others",
    Exception: "could not be told ({kind})",
}
"""What each fault of a mail server means; the first that fits counts, so the special ones stand first."""
