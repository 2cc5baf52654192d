"""How a meeting with many browsers feels: how long until each is in, until one's words stand before all, and what it costs.

    .venv/bin/python benchmarks/twenty_in_a_meeting.py WORKSPACE                    twenty people, a real server, a real Chromium
    .venv/bin/python benchmarks/twenty_in_a_meeting.py WORKSPACE --people 5         a quick look
    .venv/bin/python benchmarks/twenty_in_a_meeting.py WORKSPACE --apart 5          who come in five seconds apart

WORKSPACE is a folder with data, such as one that ``dataworkbench trial`` makes; a meeting is written into it. The browsers run on
the same machine as the server, so with many of them the figures are worse than where each person has a machine of their own.
Memory is read from ``/proc``, so this runs on Linux alone.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import sync_playwright

from dataworkbench.publishing.serve import MEETING, prepare, stop, wait_until_open

CHROMIUM: Final = "/usr/bin/chromium"
WATCH: Final = """
Object.defineProperty(document, "visibilityState", { get: () => "visible" });   // each has a screen of its own
window.firstSeen = {};
new MutationObserver(() => {
  if (!window.appeared && document.querySelector(".dw-door, .dw-join, .dw-begin")) window.appeared = performance.now();
  for (const entry of document.querySelectorAll(".dw-kept-words")) window.firstSeen[entry.innerText] ??= Date.now();
}).observe(document, { childList: true, subtree: true, characterData: true });
"""


def main() -> None:
    """Play the meeting and print the figures."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("workspace", type=Path)
    asked.add_argument("--people", type=int, default=20)
    asked.add_argument("--apart", type=float, default=0.0, help="seconds between one browser and the next")
    asked.add_argument("--rounds", type=int, default=3, help="how often each person writes")
    told = asked.parse_args()
    served = prepare(told.workspace, port=_free_port(), only=MEETING)
    process = served.start()
    try:
        wait_until_open(served, process)
        with sync_playwright() as started:
            browser = started.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
            _play(browser, served.url, process.pid, told)
            browser.close()
    finally:
        stop(process)
        served.remove()


def _play(browser: Any, url: str, server: int, told: argparse.Namespace) -> None:
    pages = list(_opened(browser, url, told.people, told.apart))
    print(f"{told.people} browsers, {told.apart:g} s apart, {os.cpu_count()} processors", flush=True)
    for page in pages:
        page.wait_for_function("window.appeared", polling=500)
    appeared = [page.evaluate("window.appeared") / 1000 for page in pages]
    _say("seconds until a browser shows the meetings", appeared)
    _tell_memory(server)
    _join(pages)
    _tell_processor("nobody writes", server, 20.0)
    _say("seconds until all have what one wrote", list(_written(pages, told.rounds)))
    _tell_processor("after that", server, 10.0)
    _tell_memory(server)


def _opened(browser: Any, url: str, people: int, apart: float) -> Iterator[Any]:
    """Give the pages; nobody waits for the one before."""
    for _ in range(people):
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.set_default_timeout(150_000)
        page.add_init_script(WATCH)
        page.evaluate("url => { setTimeout(() => { location.href = url; }, 0); }", url)
        yield page
        time.sleep(apart)


def _join(pages: list[Any]) -> None:
    """Begin a meeting at the first page, at the step of observations, and join it at the others."""
    first = pages[0]
    first.bring_to_front()
    if first.locator(".dw-door").count():
        first.get_by_role("button", name="Begin a meeting").click()
    first.get_by_label("Your name").fill("Person 0")
    name = f"A meeting of many {time.time():.0f}"
    first.get_by_label("Name of the meeting").fill(name)
    first.get_by_role("button", name="Begin the meeting").click()
    first.get_by_role("button", name="What do you see?").click()
    first.get_by_role("button", name="Take the room here").click()
    for number, page in enumerate(pages[1:], 1):
        page.bring_to_front()
        page.get_by_role("button", name=f"Open: {name}").click()
        page.get_by_label("Your name").fill(f"Person {number}")
        page.get_by_role("button", name="Join", exact=True).click()
        page.get_by_label("What do you see? Facts only").wait_for()


def _written(pages: list[Any], rounds: int) -> Iterator[float]:
    """Give, for each thing that somebody wrote, how long it took until the last browser had it."""
    sent: dict[str, float] = {}
    for round_number in range(rounds):
        for number, page in enumerate(pages):
            page.bring_to_front()
            words = f"Person {number} sees thing {round_number}."
            page.get_by_label("What do you see? Facts only").fill(words)
            sent[words] = page.evaluate("Date.now()")
            page.keyboard.press("Enter")
    for page in pages:
        page.wait_for_function(
            "words => words.every((one) => one in window.firstSeen)", arg=list(sent), polling=500
        )
    seen = [page.evaluate("window.firstSeen") for page in pages]
    for words, at in sent.items():
        yield (max(held[words] for held in seen) - at) / 1000


def _tell_memory(server: int) -> None:
    held = {pid: _megabytes(pid) for pid in _below(server)}
    kernels = [amount for pid, amount in held.items() if "ipykernel" in _command(pid)]
    print(
        f"memory: server {_megabytes(server):.0f} MB, kernels {sum(kernels):.0f} MB in all, {statistics.mean(kernels):.0f} MB each"
    )


def _tell_processor(when: str, server: int, seconds: float) -> None:
    kernels = _below(server)
    before = _ticks([server, *kernels])
    time.sleep(seconds)
    used = (_ticks([server, *kernels]) - before) / os.sysconf("SC_CLK_TCK") / seconds
    print(f"processor while {when}: {used:.0%} of one, server and {len(kernels)} kernels together")


def _say(what: str, figures: list[float]) -> None:
    ordered = sorted(figures)
    late = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    print(
        f"{what}: median {statistics.median(ordered):.1f}, 95 of 100 within {late:.1f}, longest {ordered[-1]:.1f}"
    )


def _below(parent: int) -> list[int]:
    """Return the processes that a process has started, and those that they have."""
    children = [
        int(pid)
        for task in Path(f"/proc/{parent}/task").iterdir()
        for pid in (task / "children").read_text().split()
    ]
    return [pid for child in children for pid in (child, *_below(child))]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def _megabytes(pid: int) -> float:
    """Return the memory of a process, what it shares with others counted in part."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _ticks(pids: list[int]) -> int:
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(held[11]) + int(held[12]) for held in stats)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
