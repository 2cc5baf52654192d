"""A PDF for each page, several pages to one browser; a page that hangs or breaks the browser costs itself alone."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from dataworkbench.errors import WorkbenchError
from dataworkbench.files import write_whole
from dataworkbench.reports.paper.browser import Browser, BrowserLostError, Message, RefusedError
from dataworkbench.reports.paper.dates import with_date
from dataworkbench.reports.paper.finding import find_chromium, how_to_get_chromium

Paper = Literal["letter", "a4"]
INCHES: Final[dict[Paper, tuple[float, float]]] = {"letter": (8.5, 11.0), "a4": (210 / 25.4, 297 / 25.4)}
SECONDS_PER_PAGE: Final = 60
PAGES_PER_BROWSER: Final = 100
"""After so many pages the browser is started anew, so that what it holds stays bounded."""

NEEDS_SCRIPT: Final = b'data-still="no"'
"""Stands on a page with a figure that only the script can draw."""


@dataclass(frozen=True)
class Printed:
    """What became of one page: its PDF and that file's fingerprint, or in ``fault`` why there is none."""

    slug: str
    path: Path
    fingerprint: str = ""
    fault: str = ""


def print_pages(
    pages: Iterable[Path],
    folder: Path,
    *,
    paper: Paper = "letter",
    made: datetime | None = None,
    program: Path | None = None,
    seconds: float = SECONDS_PER_PAGE,
    pages_per_browser: int = PAGES_PER_BROWSER,
) -> Iterator[Printed]:
    """Yield what became of each page; a page is a file, and its PDF takes its name in ``folder``.

    The browser reads files beside and below ``folder`` (the run's) and nothing else: no network, no other file. Each PDF is
    written whole. ``made`` is the date that stands in each; without it there is none, so that the same page gives the same
    letters. ``program`` is the browser, by default the one that ``find_chromium`` finds. Whoever stops
    listening ends the browser.

    Raises
    ------
    WorkbenchError
        Where there is no browser on this machine.

    """
    chosen = program or find_chromium()
    if chosen is None:
        raise WorkbenchError(f"No Chromium, Chrome or Edge was found. {how_to_get_chromium()}")
    folder.mkdir(parents=True, exist_ok=True)
    browser: Browser | None = None
    done = 0
    try:
        for page in pages:
            if browser is None:
                browser, done = Browser(chosen), 0
            target = folder / f"{page.stem}.pdf"
            printed, whole = _printed(browser, page, target, paper=paper, made=made, seconds=seconds)
            done += 1
            if not whole or done >= pages_per_browser:
                browser.end()
                browser = None
            yield printed
    finally:
        if browser is not None:
            browser.end()


def _printed(
    browser: Browser, page: Path, target: Path, *, paper: Paper, made: datetime | None, seconds: float
) -> tuple[Printed, bool]:
    """Return what became of a page, and whether the browser can go on."""
    try:
        content = with_date(_Sheet(browser, target.parent.parent, seconds).of(page, paper), made)
    except BrowserLostError as fault:
        return Printed(page.stem, target, fault=f"{fault} The page was given up."), False
    except (RefusedError, OSError) as fault:
        return Printed(page.stem, target, fault=f"The page could not be printed. {fault}"), False
    return Printed(page.stem, target, write_whole(target, content)), True


class _Sheet:
    """One page in the browser, from opening it to its PDF."""

    def __init__(self, browser: Browser, inside: Path, seconds: float) -> None:
        self._browser = browser
        self._inside = inside.resolve()
        self._until = time.monotonic() + seconds
        self._name = ""
        self._loaded = False

    def of(self, page: Path, paper: Paper) -> bytes:
        """Return the PDF of a page."""
        script = NEEDS_SCRIPT in page.read_bytes()
        target = self._ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        self._name = self._ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        self._ask("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})
        self._ask("Inspector.enable")
        self._ask("Page.enable")
        self._ask("Emulation.setEmulatedMedia", {"media": "print"})
        self._ask("Emulation.setScriptExecutionDisabled", {"value": not script})
        self._open(page)
        if script:
            self._ask("Runtime.evaluate", {"expression": "window.drawn", "awaitPromise": True})
        held = self._ask("Page.printToPDF", _how(paper))["data"]
        self._name = ""
        self._ask("Target.closeTarget", {"targetId": target})
        return base64.b64decode(held)

    def _open(self, page: Path) -> None:
        opened = self._ask("Page.navigate", {"url": page.resolve().as_uri()})
        if opened.get("errorText"):
            raise RefusedError(f"It could not be opened ({opened['errorText']}).")
        while not self._loaded:
            self._meanwhile(self._browser.hear(self._until))

    def _ask(self, method: str, asked: dict[str, Any] | None = None) -> Message:
        return self._browser.ask(method, asked, page=self._name, until=self._until, meanwhile=self._meanwhile)

    def _meanwhile(self, heard: Message) -> None:
        match heard.get("method"):
            case "Fetch.requestPaused":
                self._let_through(heard)
            case "Page.loadEventFired":
                self._loaded = True
            case "Inspector.targetCrashed":
                raise BrowserLostError("The browser broke down over this page.")

    def _let_through(self, heard: Message) -> None:
        """Let a page have what lies in its run's folder, and nothing else."""
        number = heard["params"]["requestId"]
        if is_inside(heard["params"]["request"]["url"], self._inside):
            self._browser.tell("Fetch.continueRequest", {"requestId": number}, page=self._name)
        else:
            refused = {"requestId": number, "errorReason": "AccessDenied"}
            self._browser.tell("Fetch.failRequest", refused, page=self._name)


def is_inside(address: str, folder: Path) -> bool:
    """Return whether an address is a file in a folder or below it, wherever links lead; or a picture that it holds itself."""
    parts = urlsplit(address)
    if parts.scheme == "data":
        return True
    if parts.scheme != "file" or parts.netloc:
        return False
    return Path(url2pathname(unquote(parts.path))).resolve().is_relative_to(folder.resolve())


def _how(paper: Paper) -> dict[str, Any]:
    wide, high = INCHES[paper]
    return {
        "paperWidth": wide, "paperHeight": high, "preferCSSPageSize": False, "printBackground": True,
        "generateTaggedPDF": True, "generateDocumentOutline": True, "displayHeaderFooter": False,
    }  # fmt: skip
