"""Concerns, causes and their evidence as values: nothing here changes, each verb returns a new value.

A fishbone is for breadth (every cause that somebody can think of), a chain of whys for depth (two or three of them).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.rootcause.categories import category_set
from dataworkbench.rootcause.colors import color_at
from dataworkbench.rootcause.drawing import draw_fishbone
from dataworkbench.rootcause.rules import Remark, on_fishbone, on_problem
from dataworkbench.rootcause.showing import fishbone_html, problem_html
from dataworkbench.rootcause.words import fishbone_markdown, fishbone_mermaid

EvidenceKind = Literal["data", "observation", "opinion", "none"]
Side = Literal["for", "against"]
Control = Literal["", "ours", "influence", "outside"]
Depth = Literal["", "incident", "program", "system", "external"]


@dataclass(frozen=True)
class Evidence:
    """What speaks for a cause, or against it, and where it can be looked up.

    ``kind`` is ``none`` where somebody looked and found nothing. ``indicator`` names the measure that it can be read from.
    """

    text: str
    kind: EvidenceKind = "opinion"
    side: Side = "for"
    source: str = ""
    snapshot: str = ""
    indicator: str = ""


@dataclass(frozen=True)
class Verification:
    """What will be looked up before anybody acts: by whom, by when, and what was found."""

    what: str
    owner: str = ""
    by: str = ""
    found: str = ""


@dataclass(frozen=True)
class Problem:
    """What a team saw: a sentence with a number, a group and a time, and with no cause in it.

    ``figure`` says which figure it was seen in.
    """

    text: str
    indicator: str = ""
    group: str = ""
    time: str = ""
    snapshot: str = ""
    number: str = ""
    figure: str = ""

    def remarks(self) -> tuple[Remark, ...]:
        """Return questions to the team about the statement; none where nothing stands out."""
        return on_problem(self)

    def _repr_html_(self) -> str:
        return problem_html(self)


@dataclass(frozen=True)
class Cause:
    """One possible cause. A cause that was ruled out stays, with the reason.

    ``category`` is empty for a card that lies on no bone yet. ``merged`` holds the words of others that say the same.
    """

    category: str
    text: str
    control: Control = ""
    depth: Depth = ""
    votes: int = 0
    evidence: tuple[Evidence, ...] = ()
    verifications: tuple[Verification, ...] = ()
    ruled_out: str = ""
    merged: tuple[str, ...] = ()

    def weight(self, side: Side) -> int:
        """Return how many pieces of evidence are on one side; a search that found nothing is none."""
        return sum(1 for held in self.evidence if held.side == side and held.kind != "none")


@dataclass(frozen=True)
class Fishbone:
    """A problem with its possible causes, sorted into categories.

    ``colors`` holds the colours that the team gave to categories; the others have one of the ready colours.
    """

    problem: Problem
    categories: tuple[str, ...]
    causes: tuple[Cause, ...] = ()
    colors: tuple[tuple[str, str], ...] = ()

    @property
    def bones(self) -> tuple[str, ...]:
        """The categories, and after them the empty name where causes lie on no bone yet."""
        is_loose = any(cause.category not in self.categories for cause in self.causes)
        return (*self.categories, "") if is_loose else self.categories

    def on(self, category: str) -> tuple[Cause, ...]:
        """Return the causes of one bone; under the empty name those that lie on none."""
        if category:
            return tuple(cause for cause in self.causes if cause.category == category)
        return tuple(cause for cause in self.causes if cause.category not in self.categories)

    def color(self, category: str) -> str:
        """Return the colour of one bone, such as ``#1f4e8c``."""
        at = self.categories.index(category) if category in self.categories else -1
        return dict(self.colors).get(category) or color_at(at)

    def add(self, category: str, text: str, *, control: Control = "", depth: Depth = "") -> Fishbone:
        """Return the fishbone with one cause more."""
        if category not in self.categories:
            raise no_such("category", category, self.categories)
        said = " ".join(text.split())
        if not said:
            raise WorkbenchError("A cause needs a few words. Write what may lie behind the problem.")
        if any(cause.text == said for cause in self.causes):
            raise WorkbenchError(
                f"The cause '{said}' is there already. Vote for it, or say what is different."
            )
        return replace(self, causes=(*self.causes, Cause(category, said, control, depth)))

    def cause(self, text: str) -> Cause:
        """Return one cause by its words."""
        for cause in self.causes:
            if cause.text == text:
                return cause
        raise no_such("cause", text, (cause.text for cause in self.causes))

    def vote(self, text: str, votes: int = 1) -> Fishbone:
        """Return the fishbone with votes added to a cause (or taken away), never below none."""
        held = self.cause(text)
        return self._with(held, replace(held, votes=max(0, held.votes + votes)))

    def evidence(
        self,
        text: str,
        said: str,
        *,
        kind: EvidenceKind = "opinion",
        side: Side = "for",
        source: str = "",
        snapshot: str = "",
    ) -> Fishbone:
        """Return the fishbone with one piece of evidence more, for a cause or against it."""
        held = self.cause(text)
        piece = Evidence(said, kind, side, source, snapshot)
        return self._with(held, replace(held, evidence=(*held.evidence, piece)))

    def verify(self, text: str, what: str, *, owner: str = "", by: str = "") -> Fishbone:
        """Return the fishbone with something to look up before acting on a cause."""
        held = self.cause(text)
        return self._with(
            held, replace(held, verifications=(*held.verifications, Verification(what, owner, by)))
        )

    def rule_out(self, text: str, reason: str) -> Fishbone:
        """Return the fishbone with a cause ruled out; it stays visible with the reason."""
        if not reason.strip():
            raise WorkbenchError(f"Say why '{text}' is ruled out: the next team will ask.")
        held = self.cause(text)
        return self._with(held, replace(held, ruled_out=reason.strip()))

    def remove(self, text: str) -> Fishbone:
        """Return the fishbone without a cause, for one written by mistake; one that was examined is ruled out instead."""
        held = self.cause(text)
        return replace(self, causes=tuple(cause for cause in self.causes if cause is not held))

    def candidates(self, most: int = 3) -> tuple[Cause, ...]:
        """Return the causes with the most votes that were not ruled out: the ones to ask why about."""
        standing = [cause for cause in self.causes if cause.votes and not cause.ruled_out]
        return tuple(sorted(standing, key=lambda cause: -cause.votes)[:most])

    def remarks(self) -> tuple[Remark, ...]:
        """Return questions to the team about the fishbone and its problem."""
        return on_fishbone(self)

    def as_svg(self) -> str:
        """Return the picture as SVG text."""
        return draw_fishbone(self)

    def as_markdown(self) -> str:
        """Return the fishbone as Markdown."""
        return fishbone_markdown(self)

    def as_mermaid(self) -> str:
        """Return the fishbone as Mermaid's ``ishikawa-beta`` text; causes that were ruled out are left out there."""
        return fishbone_mermaid(self)

    def _with(self, old: Cause, new: Cause) -> Fishbone:
        return replace(self, causes=tuple(new if cause is old else cause for cause in self.causes))

    def _repr_html_(self) -> str:
        return fishbone_html(self)


def problem(
    text: str, *, indicator: str = "", group: str = "", time: str = "", snapshot: str = ""
) -> Problem:
    """Return the statement of a problem, with what it is about: the indicator, the group, the time, the snapshot."""
    return Problem(" ".join(text.split()), indicator, group, time, snapshot)


def fishbone(about: Problem | str, *, categories: str | Sequence[str] = "schools") -> Fishbone:
    """Return a fishbone without causes yet.

    ``categories`` is the name of a ready set (``schools``, ``four_p``, ``six_m``) or a list of the team's own.
    """
    stated = problem(about) if isinstance(about, str) else about
    return Fishbone(stated, category_set(categories))
