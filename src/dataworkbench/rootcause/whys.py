"""Chains of whys: each answer may have several answers below it, and the chain is read back upwards as a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.rootcause.model import Control, Evidence, EvidenceKind, Side
from dataworkbench.rootcause.rules import WANTED, Answer, Remark, on_chain
from dataworkbench.rootcause.showing import whys_html
from dataworkbench.rootcause.words import whys_markdown


@dataclass(frozen=True)
class Why:
    """One answer to 'why?', with its evidence, and the answers to the next 'why?'."""

    text: str
    evidence: tuple[Evidence, ...] = ()
    because: tuple[Why, ...] = ()
    control: Control = ""
    tested: tuple[tuple[str, Answer], ...] = ()

    @property
    def passes(self) -> bool:
        """Whether every test of a root was answered, and answered as a root would be."""
        return dict(self.tested) == WANTED


@dataclass(frozen=True)
class WhyChain:
    """A concern, or a cause from a fishbone, and the whys below it."""

    concern: str
    whys: tuple[Why, ...] = ()

    def because(self, text: str, *, of: str = "") -> WhyChain:
        """Return the chain with an answer below ``of``; without ``of`` it goes below the deepest answer, or begins the chain."""
        said = " ".join(text.split())
        if not said:
            raise WorkbenchError("An answer needs a few words. Ask 'why?' once more.")
        if any(why.text == said for _, why in self.walk()):
            raise WorkbenchError(
                f"'{said}' is in the chain already: a chain that goes in a circle has no root."
            )
        above = of or self._deepest()
        if not above or above == self.concern:
            return replace(self, whys=(*self.whys, Why(said)))
        return self._change(above, lambda why: replace(why, because=(*why.because, Why(said))))

    def evidence(
        self,
        text: str,
        said: str,
        *,
        kind: EvidenceKind = "opinion",
        side: Side = "for",
        source: str = "",
        snapshot: str = "",
    ) -> WhyChain:
        """Return the chain with a piece of evidence more for one answer."""
        piece = Evidence(said, kind, side, source, snapshot)
        return self._change(text, lambda why: replace(why, evidence=(*why.evidence, piece)))

    def test(self, text: str, **answers: Answer) -> WhyChain:
        """Return the chain with answers to the tests of a root: ``test("...", without_it="no")``."""
        for asked in answers:
            if asked not in WANTED:
                raise no_such("test of a root", asked, WANTED)
        return self._change(
            text, lambda why: replace(why, tested=tuple((dict(why.tested) | answers).items()))
        )

    def walk(self) -> Iterator[tuple[int, Why]]:
        """Give each answer with its depth, from the top down; the first answers have depth 1."""
        stack = [(1, why) for why in reversed(self.whys)]
        while stack:
            depth, why = stack.pop()
            yield depth, why
            stack.extend((depth + 1, below) for below in reversed(why.because))

    def paths(self) -> tuple[tuple[str, ...], ...]:
        """Return each way from the concern down to a last answer."""
        found: list[tuple[str, ...]] = []
        stack: list[tuple[tuple[str, ...], Why]] = [((self.concern,), why) for why in reversed(self.whys)]
        while stack:
            above, why = stack.pop()
            here = (*above, why.text)
            if not why.because:
                found.append(here)
            stack.extend((here, below) for below in reversed(why.because))
        return tuple(found)

    def roots(self) -> tuple[Why, ...]:
        """Return the last answers of the chain: candidates for the root."""
        return tuple(why for _, why in self.walk() if not why.because)

    def read_back(self) -> tuple[str, ...]:
        """Return each way read upwards: 'A. Therefore: B. Therefore: the concern.' It must make sense aloud."""
        return tuple(
            ". Therefore: ".join(_plain(text) for text in reversed(path)) + "." for path in self.paths()
        )

    def remarks(self) -> tuple[Remark, ...]:
        """Return questions to the team: links without evidence, words about people, tests of a root not passed yet."""
        return on_chain(self)

    def as_markdown(self) -> str:
        """Return the chain, and its reading back, as Markdown."""
        return whys_markdown(self)

    def __str__(self) -> str:
        return "\n".join((self.concern, *self.read_back()))

    def _deepest(self) -> str:
        deepest = max(self.walk(), key=lambda held: held[0], default=None)
        return deepest[1].text if deepest else ""

    def _change(self, text: str, change: Callable[[Why], Why]) -> WhyChain:
        if not any(why.text == text for _, why in self.walk()):
            raise no_such("answer in this chain", text, (why.text for _, why in self.walk()))
        return replace(self, whys=tuple(_changed(why, text, change) for why in self.whys))

    def _repr_html_(self) -> str:
        return whys_html(self)


def _changed(why: Why, text: str, change: Callable[[Why], Why]) -> Why:
    if why.text == text:
        return change(why)
    return replace(why, because=tuple(_changed(below, text, change) for below in why.because))


def _plain(text: str) -> str:
    return text.strip().rstrip(".")


def whys(concern: str, *answers: str) -> WhyChain:
    """Return a chain of whys: the concern, then each answer below the one before."""
    chain = WhyChain(" ".join(concern.split()))
    for answer in answers:
        chain = chain.because(answer)
    return chain
