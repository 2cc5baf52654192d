"""A live screen in a real browser, without Voila: quick enough to test its JavaScript as one tests a function.

How to use it, from a test in this folder::

    from team_browser import Room, needs_chromium, small_district

    pytestmark = needs_chromium

    @pytest.fixture(scope="module")
    def room() -> Iterator[Room]:            # one Chromium for all tests of a file
        with Room() as opened:
            yield opened

    def test_a_cause_shows_as_text(room, tmp_path):
        desk = LiveDesk(district, [FishbonePart()], about="meeting-1")      # a real desk over real records
        screen = room.screen(desk, part="fishbone", width=1280)             # a browser of its own, a seat of its own
        screen.page.get_by_label("New cause").fill("<script>")
        screen.page.keyboard.press("Enter")
        ...

The page has the bundle as the notebook has it; ``screen.kernel`` is what Python answers: ``"answers"``, ``"deaf"`` (it
does what is asked, and the answer is lost), ``"looks"`` (acts alone do not arrive), ``"gone"`` (nothing arrives). ``screen.faults`` holds what the page's script
complained about; ``screen.close()`` fails where there was anything, and so does leaving ``Room``.
``room.screen(..., script=...)`` puts a script of the test's own in the place of the bundle; it may import from ``/team/``.
``screen.axe()`` gives what axe finds, in words; ``screen.is_within_its_width()`` whether there is no sideways scroll.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal, Self

import pytest

import dataworkbench
from dataworkbench.panels.bundling import bundle, styles
from dataworkbench.panels.live import Answers
from dataworkbench.workspace import new_workspace

STATIC = Path(dataworkbench.__file__).parent / "panels" / "static" / "team"
CHROMIUM = Path("/usr/bin/chromium")
SITE = "http://room.test/"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The team room</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/style.css"></head>
<body style="margin:0"><main><h1 style="font-size:14px;margin:4px 8px">Where the team meets</h1><div id="here"></div></main><script type="module">
const hearers = new Set();
const model = {
  get: (name) => (name === "part" ? PART : undefined),
  on: (_name, hear) => hearers.add(hear),
  off: (_name, hear) => hearers.delete(hear),
  send: async (asked) => {
    const told = await window.kernel(JSON.stringify(asked));
    if (told) model.tell(JSON.parse(told));
  },
  tell: (told) => { for (const hear of hearers) hear(told); },
};
window.model = model;
const widget = (await import("/widget.js")).default;
window.leave = widget.render({ model, el: document.getElementById("here") });
</script></body></html>"""

Kernel = Literal["answers", "deaf", "looks", "gone"]


def small_district(folder: Path) -> Any:
    """Return a district with a workspace and no data, enough for a desk that only writes."""
    place = new_workspace(folder / "district")
    return SimpleNamespace(workspace=place, settings=place.settings(), snapshot_id="", name="A district")


@dataclass
class Screen:
    """One browser before a desk."""

    page: Any
    desk: Any
    kernel: Kernel = "answers"
    faults: list[str] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    _answers: Answers | None = None

    def hear(self, letter: str) -> str:
        """Answer the page as a kernel would."""
        asked = json.loads(letter)
        self.asked.append(asked)
        if self.kernel == "gone" or (self.kernel == "looks" and asked["ask"] == "act"):
            return ""
        self._answers = self._answers or Answers(self.desk)
        told = self._answers.to(asked)
        if self.kernel == "deaf":
            return ""
        self.sent.append(json.loads(json.dumps(told, allow_nan=False)))
        return json.dumps(told)

    def restart_kernel(self, desk: Any) -> None:
        """Put a new kernel in the place of the one that was there; it remembers nothing."""
        self.desk, self._answers, self.kernel = desk, None, "answers"

    def reload(self) -> None:
        """Load the page anew, with a kernel of its own, and wait until it is open."""
        self.kernel, self._answers = "answers", None
        self.page.reload()
        self.wait()

    def wait(self) -> None:
        """Wait until the room is open."""
        self.page.locator(".dw-team").wait_for()
        self.page.locator(".dw-waiting").wait_for(state="detached")

    def is_within_its_width(self) -> bool:
        """Say whether nothing sticks out sideways."""
        return bool(
            self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        )

    def axe(self) -> list[str]:
        """Return what axe finds, each with the elements that it means."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [f"{one['id']}: {[node['html'][:160] for node in one['nodes']]}" for one in found]

    def close(self) -> None:
        """Close the browser; it fails where the page's script complained."""
        self.page.context.close()
        assert self.faults == [], self.faults


class Room:
    """One Chromium; each screen in it is a browser of its own, with its own store and its own seat."""

    def __enter__(self) -> Self:
        sync = pytest.importorskip("playwright.sync_api")
        self._started = sync.sync_playwright().start()
        self._browser = self._started.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        self._screens: list[Screen] = []
        return self

    def __exit__(self, *_told: object) -> None:
        self._browser.close()
        self._started.stop()
        assert [fault for screen in self._screens for fault in screen.faults] == []

    def screen(
        self,
        desk: Any,
        *,
        part: str = "room",
        width: int = 1280,
        height: int = 800,
        script: str = "",
        wait: bool = True,
        **settings: Any,
    ) -> Screen:
        """Return a browser of its own before a desk."""
        context = self._browser.new_context(viewport={"width": width, "height": height}, **settings)
        page = context.new_page()
        page.set_default_timeout(15_000)
        screen = Screen(page, desk)
        self._screens.append(screen)
        page.on("pageerror", lambda fault: screen.faults.append(str(fault)))
        page.on("console", lambda said: screen.faults.append(said.text) if said.type == "error" else None)
        page.expose_function("kernel", screen.hear)
        context.route(f"{SITE}**", lambda route: route.fulfill(**_served(route.request.url, part, script)))
        page.goto(SITE)
        if wait:
            screen.wait()
        return screen

    @contextmanager
    def passing(self, *asked: Any, **settings: Any) -> Iterator[Screen]:
        """Give a screen that is closed at the end."""
        screen = self.screen(*asked, **settings)
        try:
            yield screen
        finally:
            screen.close()


def _served(url: str, part: str, script: str) -> dict[str, Any]:
    """Return what the page's address gives: the page, the bundle, the styles, or one module by itself."""
    path = url.removeprefix(SITE).split("?")[0]
    script_type = "text/javascript; charset=utf-8"
    match path:
        case "":
            return {
                "body": PAGE.replace("PART", json.dumps(part)),
                "content_type": "text/html; charset=utf-8",
            }
        case "widget.js":
            return {"body": script or bundle(STATIC, "entry.js"), "content_type": script_type}
        case "style.css":
            return {"body": styles(STATIC), "content_type": "text/css; charset=utf-8"}
        case _ if path.startswith("team/") and (STATIC / path.removeprefix("team/")).is_file():
            return {
                "body": (STATIC / path.removeprefix("team/")).read_text(encoding="utf-8"),
                "content_type": script_type,
            }
        case _:
            return {"status": 204, "body": ""}
