"""Kernels and servers are killed while people write: nothing that was acknowledged is lost, nothing is there twice.

A person's words go from the browser through a kernel into the records. Each strike is a kill -9, at a moment that nobody
chose: of one browser's kernel, or of the server with all its kernels. The seed is printed; ``DATAWORKBENCH_SEED`` sets it.
"""

from __future__ import annotations

import itertools
import os
import random
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from struck_down import Letter, OnDisk, Wire
from team_browser import CHROMIUM, QUIET, needs_chromium
from test_meeting_served import a_district, begin, join, kernels

from dataworkbench.publishing import prepare
from dataworkbench.publishing.serve import Served, stop, wait_until_open
from dataworkbench.records.database import FILE

sys.path.append(str(Path(__file__).parents[1] / "publishing"))
from a_server import free_port

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [*needs_chromium, pytest.mark.slow]

MEETING = "Struck down"
PATIENT = 120_000
ANYWHERE = 0.5
"""The share of strikes at any moment; the others fall close to a sending, where most can go wrong."""
AROUND_A_SENDING = 0.2
OBSERVE, AGENDA, BONES = "What do you see?", "Agenda and what is open", "Causes on the bones"
FIELDS = {
    OBSERVE: "What do you see? Facts only",
    AGENDA: "Another topic",
    BONES: "One cause more",
}


class Server:
    """The page of the meeting on one port with one token, over and over again."""

    def __init__(self, workspace: Any) -> None:
        self.workspace, self.port, self.token = workspace, free_port(), secrets.token_urlsafe(24)
        self.ready: Served
        self.process: subprocess.Popen[bytes]

    def start(self) -> None:
        self.ready = prepare(self.workspace, port=self.port, token=self.token, only="meeting")
        self.process = self.ready.start()
        wait_until_open(self.ready, self.process)

    def bury(self) -> None:
        """Wait until the struck server is gone, and clear away what it was served from."""
        self.process.wait()
        self.ready.remove()

    def stop(self) -> None:
        stop(self.process)
        self.ready.remove()


def is_alive(process: int) -> bool:
    """Return whether a process still runs; one that is only not yet cleared away does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until_gone(processes: set[int], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while left := {process for process in processes if is_alive(process)}:
        if time.monotonic() > end:
            for process in left:
                os.kill(process, signal.SIGKILL)
            raise AssertionError(f"{len(left)} kernels outlived their server by {seconds} seconds")
        time.sleep(0.1)


@dataclass
class Hand:
    """One person at one browser: what they sent, what they are in the middle of, and what their browser was told."""

    name: str
    page: Any
    dice: random.Random
    wire: Wire = field(default_factory=Wire)
    sent: list[str] = field(default_factory=list)
    half: str = ""
    step: str = OBSERVE
    votes: bool = False
    _count: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def field(self) -> Any:
        return self.page.get_by_label(FIELDS[self.step], exact=True)

    @property
    def seat(self) -> str:
        return str(self.page.evaluate("localStorage.getItem('dataworkbench-seat')"))

    def open(self, url: str) -> None:
        self.wire.listen(self.page)
        self.page.goto(url)
        self.page.locator(".dw-door, .dw-begin, .dw-room").first.wait_for()

    def come_back(self, url: str) -> None:
        """Load the page again; who was signed in at a server that is gone opens its address again."""
        if url:
            self.page.goto(url)
        else:
            self.page.reload()
        self.page.locator(".dw-room").wait_for()
        self.go()

    def go(self) -> None:
        """Look at the step at which this person writes now."""
        self.page.get_by_role("navigation", name="Steps of the meeting").get_by_role(
            "button", name=self.step
        ).click()
        (self.page.locator(".dw-fb-vote-bar") if self.votes else self.field).wait_for()

    def takes_up(self, step: str, *, votes: bool = False) -> None:
        """Turn to another step, with what was being written before sent off."""
        self.sends_the_half()
        self.step, self.votes = step, False
        if step == BONES:
            self.page.get_by_role("navigation", name="Steps of the meeting").get_by_role(
                "button", name=step
            ).click()
            self.page.get_by_role("button", name="4 Vote" if votes else "2 Sort").click()
            self.votes = votes
        self.go()

    def does_something(self) -> None:
        """Do what a person does within a quarter of a second."""
        if self.votes or self.dice.random() < (0.5 if self.half else 0.75):
            self.sends_something()
        elif self.half:
            self.types(self.dice.choice([" and it", " was so again", " in gra"]))
        else:
            self.types(self.sentence())

    def sends_something(self) -> None:
        """Put a dot or take one back, send what was half typed, or a whole sentence."""
        if self.votes:
            loose = self.page.locator(".dw-fb-loose")
            loose.nth(
                self.dice.randrange(min(4, loose.count()))
            ).click()  # few, so that dots are taken back too
        elif self.half:
            self.sends_the_half()
        else:
            words = self.sentence() + "."
            self.field.fill(words)
            self.field.press("Enter")
            self.sent.append(words)

    def sentence(self) -> str:
        return f"{self.name} {next(self._count)}: {self.dice.randint(1, 60)} of {self.dice.randint(61, 120)} were absent"

    def types(self, words: str) -> None:
        self.field.press_sequentially(words, delay=4)
        self.half += words

    def sends_the_half(self) -> None:
        if self.half:
            self.field.press("Enter")
            self.sent.append(self.half)
            self.half = ""

    def unanswered(self) -> list[Letter]:
        """Return the acts that this browser holds until they are answered."""
        held = self.page.evaluate(
            "JSON.parse(sessionStorage.getItem('dataworkbench-unanswered') || '[]').map((one) => [one.name, one.given])"
        )
        return [Letter(name, given) for name, given in held]

    def shown_as_written(self) -> str:
        """Return all that stands in lists on this page; what is still being written does not stand there."""
        return "\n".join(self.page.locator("li").all_text_contents())

    def waits_until_all_is_answered(self) -> None:
        self.page.wait_for_function(
            "JSON.parse(sessionStorage.getItem('dataworkbench-unanswered') || '[]').length === 0"
        )


@dataclass
class Struck:
    """A meeting in which two people write, and what came of the strikes."""

    server: Server
    hands: tuple[Hand, Hand]
    disk: OnDisk
    dice: random.Random
    told: Counter[str] = field(default_factory=Counter)

    # ------------------------------------------------------------ one round

    def round(self, number: int) -> None:
        """Let both write, strike, look what is there, let them go on where they were, and look again."""
        self._places(number)
        kind = "a kernel" if number % 2 == 0 else "the server"
        struck = (self.dice.choice(self.hands),) if kind == "a kernel" else self.hands
        self._write_until_struck(kind, struck)
        seen = {hand.name: hand.shown_as_written() for hand in self.hands}
        self.told[f"strikes at {kind}"] += 1
        self._what_was_acknowledged_is_there(seen)
        self._what_was_not_is_there_once_at_most(struck)
        self._the_last_words_are_on_disk(struck)
        if kind == "the server":
            self.server.start()
        for hand in struck:
            hand.come_back(self.server.ready.url if kind == "the server" else "")
        self._everything_is_there_once()
        for hand in struck:
            self._the_half_is_in_its_field(hand)

    def _places(self, number: int) -> None:
        first, second = self.hands
        first.takes_up(OBSERVE)
        place = ("causes", "dots", "topics")[number % 3]
        second.takes_up(AGENDA if place == "topics" else BONES, votes=place == "dots")

    def _write_until_struck(self, kind: str, struck: tuple[Hand, ...]) -> None:
        mine = kernels(self.server.process.pid)
        target = struck[0].wire.kernel if kind == "a kernel" else self.server.process.pid
        assert kind == "the server" or target in mine
        blow = threading.Event()

        def strike() -> None:
            os.kill(target, signal.SIGKILL)
            blow.set()

        if self.dice.random() < ANYWHERE:
            timer = threading.Timer(self.dice.uniform(1, 6), strike)
            timer.start()
            while not blow.is_set():
                self._all_do_something()
        else:
            for _time in range(self.dice.randint(2, 12)):
                self._all_do_something()
            timer = threading.Timer(self.dice.uniform(0, AROUND_A_SENDING), strike)
            timer.start()
            struck[-1].sends_something()
        timer.join()
        self._all_do_something()
        for hand in struck:
            if not hand.votes:
                hand.types(
                    self.dice.choice([" and then they", " as we saw in Octo", " so"])
                    if hand.half
                    else hand.sentence()
                )
        if kind == "the server":
            self.server.bury()
            wait_until_gone(mine)

    def _all_do_something(self) -> None:
        for hand in self.hands:
            hand.does_something()
            hand.page.wait_for_timeout(self.dice.uniform(75, 150))

    # ------------------------------------------------------------ what must be so

    def _what_was_acknowledged_is_there(self, seen: dict[str, str]) -> None:
        there = self.disk.versions()
        words = words_of(there)
        for hand in self.hands:
            for letter in list(hand.wire.letters.values()):
                for entry, version in letter.wrote or ():
                    assert version in [at for at, _what, _body in there.get(entry, ())], (hand.name, letter)
                if letter.wrote and letter.words:
                    assert words[letter.words] == 1, (hand.name, letter)
                    assert there[letter.given["id"]][0][2]["words"] == letter.words
            for sent in hand.sent:
                assert sent not in seen[hand.name] or words[sent] == 1, (
                    f"shown as written, and not there: {sent}"
                )

    def _what_was_not_is_there_once_at_most(self, struck: tuple[Hand, ...]) -> None:
        there = self.disk.versions()
        words = words_of(there)
        for hand in struck:
            for letter in hand.unanswered():
                self.told["sent and not answered"] += 1
                if letter.words:
                    assert words[letter.words] <= 1, (hand.name, letter)
                is_there = words[letter.words] if letter.words else letter.given.get("id") in there
                self.told["of these, found after the strike"] += int(is_there)

    def _the_last_words_are_on_disk(self, struck: tuple[Hand, ...]) -> None:
        for hand in struck:
            held = self.disk.drafts(hand.seat)
            for name in hand.wire.typed:
                may = hand.wire.may_stand(name)
                assert held.get(name, "") in may, f"{name}: {held.get(name)!r} is none of {may}"

    def _everything_is_there_once(self) -> None:
        for hand in self.hands:
            hand.waits_until_all_is_answered()
        there = self.disk.versions()
        words = words_of(there)
        for hand in self.hands:
            assert {sent: words[sent] for sent in hand.sent if words[sent] != 1} == {}
            if hand.votes:
                self._its_dots_are_shown(hand)
            else:
                self._its_list_is_shown(hand)

    def _its_list_is_shown(self, hand: Hand) -> None:
        prefix = {OBSERVE: "observation", AGENDA: "topic", BONES: "cause"}[hand.step]
        due = [
            body["words"] for entry, versions in self.disk.versions().items()
            for _at, _what, body in versions[-1:] if entry.startswith(f"{prefix}-")
        ]  # fmt: skip
        end = time.monotonic() + 20
        while missing := [words for words in due if words not in (shown := hand.shown_as_written())]:
            assert time.monotonic() < end, f"not shown to {hand.name}: {missing} in {shown[-500:]}"
            hand.page.wait_for_timeout(200)

    def _its_dots_are_shown(self, hand: Hand) -> None:
        seat, end = hand.seat, time.monotonic() + 20
        standing = sum(
            versions[-1][1] != "withdrawn" and versions[-1][2].get("seat") == seat
            for entry, versions in self.disk.versions().items() if entry.startswith("vote-")
        )  # fmt: skip
        while (shown := dots_of(hand.page)) != standing:
            assert time.monotonic() < end, f"{shown} dots are shown, {standing} stand"
            hand.page.wait_for_timeout(200)

    def _the_half_is_in_its_field(self, hand: Hand) -> None:
        if hand.votes:
            return
        there, due = hand.field.input_value().split(), hand.half.split()
        self.told["words half typed"] += len(due)
        self.told["words lost"] += sum(word not in there for word in due)
        assert hand.field.input_value() == hand.half

    # ------------------------------------------------------------ at the end

    def close(self) -> None:
        """Send the last words, and hold all that was ever acknowledged against the records, which are whole."""
        for hand in self.hands:
            hand.sends_the_half()
        self._everything_is_there_once()
        there = self.disk.versions()
        letters = [letter for hand in self.hands for letter in hand.wire.letters.values()]
        pairs = {pair for letter in letters for pair in letter.wrote or ()}
        self.told["sentences sent"] = sum(len(hand.sent) for hand in self.hands)
        self.told["changes acknowledged"] = len(pairs)
        self.told["of these, found at the end"] = sum(
            version in [at for at, _what, _body in there.get(entry, ())] for entry, version in pairs
        )
        self.told["acts refused"] = sum(bool(letter.refused) for letter in letters)
        self.told["entries"], self.told["versions"] = len(there), sum(map(len, there.values()))
        assert self.told["changes acknowledged"] == self.told["of these, found at the end"]
        assert self.disk.faults() == []


def words_of(there: dict[str, list[tuple[int, str, dict[str, Any]]]]) -> Counter[str]:
    """Return how many entries say the same words, as they stand now."""
    return Counter(str(versions[-1][2].get("words")) for versions in there.values())


def dots_of(page: Any) -> int:
    """Return how many dots of the one who looks a page tells of."""
    said = page.locator(".dw-fb-loose").evaluate_all(
        "all => all.map((one) => one.getAttribute('aria-label'))"
    )
    found = [
        text.rpartition(". ")[2].split()[0] for text in said if text.endswith(("is yours.", "are yours."))
    ]
    return sum(1 if one == "One" else int(one) for one in found)


@pytest.fixture
def struck(tmp_path: Path) -> Iterator[Struck]:
    seed = int(os.environ.get("DATAWORKBENCH_SEED") or random.SystemRandom().randrange(10**6))
    dice = random.Random(seed)
    print(f"\nseed {seed}")
    server = Server(a_district(tmp_path / "district").workspace)
    server.start()
    try:
        with playwright.sync_playwright() as started:
            browser = started.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
            first, second = (hand_in(browser, name, dice) for name in ("First", "Second"))
            held = Struck(server, (first, second), OnDisk(tmp_path / "district" / FILE), dice)
            _sit_down(held)
            yield held
            browser.close()
            print(f"seed {seed}: " + ", ".join(f"{count} {what}" for what, count in held.told.items()))
    finally:
        server.stop()


def hand_in(browser: Any, name: str, dice: random.Random) -> Hand:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(PATIENT)
    return Hand(name, page, dice)


def _sit_down(held: Struck) -> None:
    """Begin a meeting in which both sit, with a fishbone that has a few causes."""
    first, second = held.hands
    first.open(held.server.ready.url)
    begin(first, MEETING)
    second.open(held.server.ready.url)
    join(second, MEETING)
    second.page.get_by_role("navigation", name="Steps of the meeting").get_by_role(
        "button", name=BONES
    ).click()
    second.page.get_by_label("The problem", exact=True).fill("In fall, 31% of grade 6 were absent")
    second.page.get_by_role("button", name="Begin the fishbone").click()
    second.takes_up(BONES)
    for _time in range(3):
        second.types(second.sentence())
        second.sends_the_half()


def test_a_kernel_and_a_server_that_are_killed_while_two_write_lose_nothing(struck: Struck) -> None:
    for number in range(2):
        struck.round(number)
    struck.close()
    assert struck.told["changes acknowledged"] > 10
    assert struck.told["words lost"] == 0


@pytest.mark.thorough
def test_twenty_kills_of_kernel_and_server_at_random_moments_lose_nothing(struck: Struck) -> None:
    for number in range(20):
        struck.round(number)
    struck.close()
    assert struck.told["strikes at a kernel"] == struck.told["strikes at the server"] == 10
    assert struck.told["changes acknowledged"] > 200
    assert struck.told["words lost"] == 0
