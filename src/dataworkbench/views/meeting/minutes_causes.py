"""A fishbone as it was written, as a value that can be drawn and read back: causes, votes, evidence, checks, whys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dataworkbench import rootcause
from dataworkbench.records import Entry
from dataworkbench.records.cause_bodies import Cause, Check, Evidence, Fishbone, Vote, Why
from dataworkbench.views.meeting.minutes_read import Written

NO_BONE = "Not on a bone yet"


def causes_of(web: Written, bone: Entry[Fishbone]) -> list[Entry[Cause]]:
    """Return the causes on a fishbone that are shown: without those that were merged into one that stands."""
    held = web.following(bone.id, Cause)
    return [entry for entry in held if target(web, entry) is entry]


def target(web: Written, cause: Entry[Cause]) -> Entry[Cause]:
    """Return the cause that one was merged into, step by step; itself where it was not, or where merges go in a ring."""
    seen, now = {cause.id}, cause
    while now.body.merged_into:
        found = web.entries.get(now.body.merged_into)
        if found is None or not isinstance(found.body, Cause):
            return now
        if found.id in seen:
            return cause
        seen.add(found.id)
        now = found
    return now


def said_the_same(web: Written, bone: Entry[Fishbone], cause: Entry[Cause]) -> list[Entry[Cause]]:
    """Return a cause and those that were merged into it."""
    return [entry for entry in web.following(bone.id, Cause) if target(web, entry).id == cause.id]


def votes_on(web: Written, bone: Entry[Fishbone]) -> Counter[str]:
    """Return how many dots each cause has; of each person no more are counted than everybody has."""
    used: Counter[str] = Counter()
    found: Counter[str] = Counter()
    causes = {entry.id: target(web, entry).id for entry in web.following(bone.id, Cause)}
    for vote in web.of(Vote):
        name = next((held for held in vote.follows if held in causes), "")
        if name and used[vote.body.seat] < bone.body.votes_each:
            used[vote.body.seat] += 1
            found[causes[name]] += 1
    return found


def drawn_value(web: Written, bone: Entry[Fishbone]) -> rootcause.Fishbone:
    """Return a fishbone as the value that ``draw_fishbone`` draws."""
    votes, body = votes_on(web, bone), bone.body
    stated = rootcause.Problem(body.problem, body.indicator, body.group, body.time, bone.snapshot)
    held = causes_of(web, bone)
    names = [part.name for part in body.bones]
    loose = [NO_BONE] if any(entry.body.bone not in names for entry in held) else []
    causes = tuple(_cause(web, bone, entry, votes[entry.id], names) for entry in held)
    return rootcause.Fishbone(stated, (*names, *loose), causes)


def _cause(
    web: Written, bone: Entry[Fishbone], entry: Entry[Cause], votes: int, names: Sequence[str]
) -> rootcause.Cause:
    body = entry.body
    category = body.bone if body.bone in names else NO_BONE
    return rootcause.Cause(
        category, body.words, control=body.control, votes=votes, evidence=evidence_of(web, bone, entry),
        verifications=tuple(_check(held) for held in checks_of(web, bone, entry)), ruled_out=body.ruled_out,
    )  # fmt: skip


def evidence_of(web: Written, bone: Entry[Fishbone], cause: Entry[Cause]) -> tuple[rootcause.Evidence, ...]:
    """Return what speaks for a cause or against it: what was written with it first, then each piece, also of merged ones."""
    same = said_the_same(web, bone, cause) or [cause]
    own = [
        rootcause.Evidence(held.body.evidence, held.body.evidence_kind or "opinion")
        for held in same
        if held.body.evidence
    ]
    pieces = [evidence_value(piece) for held in same for piece in web.following(held.id, Evidence)]
    return (*own, *(piece for piece in pieces if piece is not None))


def evidence_value(piece: Entry[Evidence]) -> rootcause.Evidence | None:
    """Return a piece of evidence as a value, a figure of it with n and its likely range; None where it says that there is none."""
    body = piece.body
    if body.kind == "none":
        return None
    return rootcause.Evidence(
        f"{body.words}{_figure(piece)}", body.kind, body.side, body.source, piece.snapshot
    )


def _figure(piece: Entry[Evidence]) -> str:
    figure = piece.body.figure
    if not figure.label:
        return ""
    said = [figure.label, f"n {figure.n}" if figure.n is not None else "", piece.body.caveat]
    return f" [{'; '.join(part for part in said if part)}]"


def checks_of(web: Written, bone: Entry[Fishbone], cause: Entry[Cause]) -> list[Entry[Check]]:
    """Return what is to be looked up about a cause, also about those that were merged into it."""
    return [
        check
        for held in said_the_same(web, bone, cause) or [cause]
        for check in web.following(held.id, Check)
    ]


def _check(check: Entry[Check]) -> rootcause.Verification:
    body = check.body
    return rootcause.Verification(body.what, body.who, body.by.isoformat() if body.by else "", body.found)


def chain_of(web: Written, bone: Entry[Fishbone], cause: Entry[Cause]) -> rootcause.WhyChain:
    """Return the chain of whys below a cause, branches and evidence with it; without whys it is empty."""
    held = [why for one in said_the_same(web, bone, cause) or [cause] for why in web.following(one.id, Why)]
    known = {why.id for why in held}
    tops = [why for why in held if why.body.above not in known or _in_a_ring(held, why)]
    return rootcause.WhyChain(cause.body.words, tuple(_why(web, held, top, frozenset()) for top in tops))


def _in_a_ring(held: Sequence[Entry[Why]], why: Entry[Why]) -> bool:
    """Return whether the answers above one lead back to it; then each of them begins a chain, so that none is lost."""
    above = {one.id: one.body.above for one in held}
    seen, now = {why.id}, above.get(why.id, "")
    while now in above and now not in seen:
        seen.add(now)
        now = above[now]
    return now == why.id


def _why(web: Written, held: Sequence[Entry[Why]], why: Entry[Why], above: frozenset[str]) -> rootcause.Why:
    path = above | {why.id}
    below = [one for one in held if one.body.above == why.id and one.id not in path]
    pieces = [evidence_value(piece) for piece in web.following(why.id, Evidence)]
    return rootcause.Why(
        why.body.words, tuple(piece for piece in pieces if piece is not None),
        tuple(_why(web, held, one, path) for one in below), why.body.control, tuple(why.body.tested.items()),
    )  # fmt: skip
