"""A fishbone or a chain in words: short marks, one sentence for those who cannot see the picture, Markdown, Mermaid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dataworkbench.rootcause.model import Cause, Evidence, Fishbone
    from dataworkbench.rootcause.whys import WhyChain

LOOSE: Final = "On no bone yet"
"""What stands in place of a bone's name above causes that lie on none."""

_CONTROL = {"ours": "ours to change", "influence": "we can influence it", "outside": "outside our control"}
_SHORT = {"data": "data", "observation": "seen", "opinion": "opinion"}


def marks(cause: Cause) -> tuple[str, ...]:
    """Return the short remarks below a cause: votes, evidence, control, and why it was ruled out."""
    votes = f"{cause.votes} vote{'' if cause.votes == 1 else 's'}" if cause.votes else ""
    sides = ", ".join(f"{cause.weight(side)} {side}" for side in ("for", "against") if cause.weight(side))
    searched = any(held.kind == "none" for held in cause.evidence)
    evidence = f"evidence: {sides}" if sides else "looked for evidence, found none" if searched else ""
    first = "; ".join(part for part in (votes, evidence, _CONTROL.get(cause.control, "")) if part)
    return (first, *details(cause)) if first else details(cause)


def details(cause: Cause) -> tuple[str, ...]:
    """Return what is to be checked and what was found, other words for the same cause, and why it was ruled out."""
    checks = [
        f"checked: {held.what}: {held.found}"
        if held.found
        else f"to check: {held.what}{_who(held.owner, held.by)}"
        for held in cause.verifications
    ]
    same = f"also said as: {'; '.join(cause.merged)}" if cause.merged else ""
    ruled = f"ruled out: {cause.ruled_out}" if cause.ruled_out else ""
    return tuple(part for part in (*checks, same, ruled) if part)


def chips(cause: Cause) -> tuple[tuple[str, str], ...]:
    """Return the signs beside a cause in a picture, as pairs of what kind it is and its word.

    The kinds are ``for``, ``against``, ``none``, ``ours``, ``influence``, ``outside``, ``check``, ``checked``, ``out``.
    """
    return tuple(_chips(cause))


def spoken(cause: Cause) -> str:
    """Return a cause as it is read aloud: its words, its bone, its dots, its evidence, in whose control, whether ruled out."""
    where = f"bone {cause.category}" if cause.category else LOOSE.lower()
    votes = f"{cause.votes} dot{'' if cause.votes == 1 else 's'}" if cause.votes else "no dots"
    sides = [_counted(cause, side) for side in ("for", "against")]
    evidence = ", ".join(part for part in sides if part) or "no evidence"
    parts = (cause.text, where, votes, evidence, _CONTROL.get(cause.control, ""), *details(cause))
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def summary(bones: Fishbone) -> str:
    """Return a fishbone as plain sentences, category by category."""
    said = [f"Problem: {bones.problem.text}."]
    for category in bones.bones:
        causes = [_with_marks(cause) for cause in bones.on(category)]
        said.append(f"{category or LOOSE}: {'; '.join(causes) if causes else 'no cause named yet'}.")
    return " ".join(said)


def fishbone_markdown(bones: Fishbone) -> str:
    """Return a fishbone as Markdown in which nothing that people wrote can act as Markdown or HTML."""
    return "\n".join(_bone_lines(bones)) + "\n"


def whys_markdown(chain: WhyChain) -> str:
    """Return a chain of whys, and its reading back, as Markdown that is as safe."""
    return "\n".join(_chain_lines(chain)) + "\n"


def fishbone_mermaid(bones: Fishbone) -> str:
    """Return a fishbone as Mermaid's ``ishikawa-beta`` text (Mermaid 11.12.3 or later; its syntax may still change)."""
    lines = ["ishikawa-beta", f"    {_one_line(bones.problem.text)}"]
    for category in bones.bones:
        lines.append(f"    {_one_line(category or LOOSE)}")
        lines += [f"        {_one_line(cause.text)}" for cause in bones.on(category) if not cause.ruled_out]
    return "\n".join(lines) + "\n"


def _bone_lines(bones: Fishbone) -> Iterator[str]:
    yield f"**Problem.** {escape_markdown(bones.problem.text)}"
    for category in bones.bones:
        yield f"\n**{escape_markdown(category or LOOSE)}**\n"
        causes = bones.on(category)
        yield from (line for cause in causes for line in _cause_lines(cause))
        if not causes:
            yield "- (no cause named yet)"


def _cause_lines(cause: Cause) -> Iterator[str]:
    noted = f" ({escape_markdown('; '.join(marks(cause)))})" if marks(cause) else ""
    yield f"- {escape_markdown(cause.text)}{noted}"
    yield from (f"    - {_evidence(held)}" for held in cause.evidence)


def _chain_lines(chain: WhyChain) -> Iterator[str]:
    yield f"**Concern.** {escape_markdown(chain.concern)}\n"
    for depth, why in chain.walk():
        yield f"{'    ' * (depth - 1)}- Why? {escape_markdown(why.text)}"
        yield from (f"{'    ' * depth}- {_evidence(held)}" for held in why.evidence)
    if chain.whys:
        yield "\n**Read back**\n"
    yield from (f"- {escape_markdown(said)}" for said in chain.read_back())


def _evidence(held: Evidence) -> str:
    source = f" (source: {held.source})" if held.source else ""
    return escape_markdown(f"{held.kind} {held.side}: {held.text}{source}")


def _chips(cause: Cause) -> Iterator[tuple[str, str]]:
    for side, sign in (("for", "+"), ("against", "\N{MINUS SIGN}")):
        for kind in ("data", "observation", "opinion"):
            many = sum(held.kind == kind and held.side == side for held in cause.evidence)
            if many:
                yield side, f"{sign} {_SHORT[kind]}{f' {many}' if many > 1 else ''}"
    if cause.evidence and all(held.kind == "none" for held in cause.evidence):
        yield "none", "nothing found"
    if cause.control:
        yield cause.control, cause.control
    if cause.verifications:
        is_open = any(not held.found for held in cause.verifications)
        yield ("check", "to check") if is_open else ("checked", "checked")
    if cause.ruled_out:
        yield "out", "ruled out"


def _counted(cause: Cause, side: str) -> str:
    kinds = [held.kind for held in cause.evidence if held.side == side]
    said = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds) if kind != "none")
    return f"evidence {side}: {said}" if said else ""


def _with_marks(cause: Cause) -> str:
    noted = marks(cause)
    return f"{cause.text} ({'; '.join(noted)})" if noted else cause.text


def _who(owner: str, by: str) -> str:
    said = ", ".join(part for part in (owner, f"by {by}" if by else "") if part)
    return f" ({said})" if said else ""


def escape_markdown(text: str) -> str:
    """Return text in which no character means anything to Markdown or HTML; it stays on one line."""
    flat = " ".join(text.split())
    inside = (
        re.sub(r"([\\`*_\[\]|~$])", r"\\\1", flat)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
    )
    return re.sub(r"^([-+#=]|\d+(?=[.)]))", _escape_start, inside)


def _escape_start(found: re.Match[str]) -> str:
    """Return the start of a line so that it does not begin a list or a heading, with a backslash before the dash, or before the full stop of a number."""
    return f"{found[1]}\\" if found[1].isdigit() else f"\\{found[1]}"


def _one_line(text: str) -> str:
    """Return text for one line of Mermaid: no comment, no keyword at its start, no markup, no end of a code fence, no gap."""
    if text.split() == ["[]"]:
        return "[ ]"
    flat = " ".join(text.split()).replace("#", "#35;").replace("<", "#lt;").replace(">", "#gt;")
    flat = flat.replace("%%", "% %").replace("`", "'").replace("%%", "% %")
    return f"- {flat}" if re.match(r"(?i)ishikawa\b", flat) else flat or "(empty)"
