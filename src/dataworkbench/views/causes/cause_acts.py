"""What a team does to the causes of a fishbone: write, move, merge, rule out, examine, and vote."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from dataworkbench.errors import WorkbenchError
from dataworkbench.records import Body, Cause, Check, Entry, Evidence, Fishbone, Vote
from dataworkbench.views.causes.fishbone_acts import changed, indicator_named, snapshot_of
from dataworkbench.views.causes.fishbone_standing import may_see, root_of, standing
from dataworkbench.views.live.turn import Turn

B = TypeVar("B", bound=Body)

CONTROLS: Final = ("", "ours", "influence", "outside")
KINDS: Final = ("data", "observation", "opinion", "none")
SIDES: Final = ("for", "against")
LONGEST_CAUSE: Final = 2_000


def add_cause(turn: Turn, bones: Entry[Fishbone]) -> None:
    """Write a cause, on a bone or as a loose card."""
    turn.add(Cause(words=_cause_words(turn), bone=_bone(turn, bones), seat=turn.seat), bones.id)


def change_cause(turn: Turn, bones: Entry[Fishbone]) -> None:
    """Say a cause in other words."""
    changed(turn, cause_of(turn, bones), words=_cause_words(turn))


def move_cause(turn: Turn, bones: Entry[Fishbone]) -> None:
    """Put a cause on another bone, or on none."""
    changed(turn, cause_of(turn, bones), bone=_bone(turn, bones))


def control_cause(turn: Turn, bones: Entry[Fishbone]) -> None:
    """Say in whose control a cause lies."""
    changed(turn, cause_of(turn, bones), control=turn.choice("control", CONTROLS))


def merge_cause(turn: Turn, bones: Entry[Fishbone]) -> None:
    """Count a cause at another that says the same. Its words stay, and it can be split off again."""
    cause, into = cause_of(turn, bones), cause_of(turn, bones, "into")
    there = {held.id: held for held in turn.board.of(Cause, follows=bones.id)}
    target = root_of(there, into.id)
    if target == cause.id:
        raise WorkbenchError(
            "These two are one cause already. To part them again, split the other one off first."
        )
    changed(turn, cause, merged_into=target)


def split_cause(turn: Turn, bones: Entry[Fishbone]) -> None:
    """Let a cause stand by itself again."""
    changed(turn, cause_of(turn, bones), merged_into="")


def rule_out_cause(turn: Turn, bones: Entry[Fishbone]) -> None:
    """Rule a cause out for a reason. It stays in sight, struck through."""
    reason = turn.text("reason", most=LONGEST_CAUSE, empty=True)
    if not reason:
        raise WorkbenchError("Say why it is ruled out: the next team will ask.")
    changed(turn, cause_of(turn, bones), ruled_out=reason)


def take_back_cause(turn: Turn, bones: Entry[Fishbone]) -> None:
    """Take back a cause that was written by mistake. It can be brought back."""
    held = turn.board.get(str(turn.given.get("cause") or ""))
    if held is not None and held.is_withdrawn:
        turn.wrote.append(held)
        return
    turn.withdraw(cause_of(turn, bones))


def bring_back_cause(turn: Turn, bones: Entry[Fishbone]) -> None:
    """Let a cause that was ruled out stand again."""
    changed(turn, cause_of(turn, bones), ruled_out="")


def add_cause_evidence(turn: Turn, bones: Entry[Fishbone]) -> None:
    """Write what speaks for a cause or against it, of which kind, and where it can be looked up."""
    turn.add(Evidence(**_evidence(turn)), cause_of(turn, bones).id, snapshot=snapshot_of(turn))


def change_cause_evidence(turn: Turn, bones: Entry[Fishbone]) -> None:
    """Say a piece of evidence anew."""
    changed(turn, _part_of(turn, bones, "evidence", Evidence), **_evidence(turn))


def take_back_cause_evidence(turn: Turn, bones: Entry[Fishbone]) -> None:
    """Take back a piece of evidence."""
    turn.withdraw(_part_of(turn, bones, "evidence", Evidence))


def add_check(turn: Turn, bones: Entry[Fishbone]) -> None:
    """Write what will be looked up before anybody acts on a cause: by whom, by when."""
    turn.add(Check(**_check(turn)), cause_of(turn, bones).id)


def change_check(turn: Turn, bones: Entry[Fishbone]) -> None:
    """Say a check anew, or what was found."""
    changed(turn, _part_of(turn, bones, "check", Check), **_check(turn))


def take_back_check(turn: Turn, bones: Entry[Fishbone]) -> None:
    """Take back a check."""
    turn.withdraw(_part_of(turn, bones, "check", Check))


def vote(turn: Turn, bones: Entry[Fishbone]) -> None:
    """Put a dot of this seat on a cause, as long as it has one left."""
    again = turn.board.get(str(turn.given.get("id") or ""))
    if again is not None:
        turn.wrote.append(again)
        return
    cause = cause_of(turn, bones)
    if bones.body.phase != "vote":
        raise WorkbenchError("The team is not voting now. Dots can be put once it is.")
    if cause.body.ruled_out:
        raise WorkbenchError("This cause was ruled out, so no dot goes there. Bring it back first.")
    now = standing(turn.board, bones, turn.seat)
    each = bones.body.votes_each
    if now.spent.get(turn.seat, 0) >= each:
        raise WorkbenchError(
            f"You have put {'your one dot' if each == 1 else f'all your {each} dots'}. Take one back first to put it here."
        )
    there = {held.id: held for held in turn.board.of(Cause, follows=bones.id)}
    turn.add(Vote(seat=turn.seat), root_of(there, cause.id))


def unvote(turn: Turn, bones: Entry[Fishbone]) -> None:
    """Take a dot of this seat back."""
    held = turn.board.get(str(turn.given.get("vote") or ""))
    if held is None or not isinstance(held.body, Vote) or held.body.seat != turn.seat:
        raise WorkbenchError("There is no dot of yours here to take back.")
    if held.is_withdrawn:
        turn.wrote.append(held)
    elif bones.body.phase != "vote":
        raise WorkbenchError("The team is not voting now, so dots stay where they are.")
    else:
        turn.withdraw(held)


def cause_of(turn: Turn, bones: Entry[Fishbone], name: str = "cause") -> Entry[Cause]:
    """Return the cause that a field names, where this seat may see it.

    Raises
    ------
    WorkbenchError
        Where it is not on this fishbone, or a card of somebody else's while cards are written.

    """
    held = turn.entry(name, Cause)
    if bones.id not in held.follows or not may_see(bones.body, held.body, turn.seat):
        raise WorkbenchError("This card is not on the table here. Look again at the fishbone.")
    return held


def _part_of(turn: Turn, bones: Entry[Fishbone], name: str, kind: type[B]) -> Entry[B]:
    """Return a piece of evidence or a check that a field names, where this seat may see its cause."""
    held = turn.entry(name, kind)
    causes = (turn.board.get(after) for after in held.follows)
    if any(
        one is not None
        and isinstance(one.body, Cause)
        and bones.id in one.follows
        and may_see(bones.body, one.body, turn.seat)
        for one in causes
    ):
        return held
    raise WorkbenchError("This is not on the table here. Look again at the fishbone.")


def _cause_words(turn: Turn) -> str:
    return turn.text("words", most=LONGEST_CAUSE, what="The cause")


def _bone(turn: Turn, bones: Entry[Fishbone]) -> str:
    """Return the bone that a field names; none where somebody took it away meanwhile, so that no card is lost."""
    asked = str(turn.given.get("bone") or "")
    return asked if asked in {bone.name for bone in bones.body.bones} else ""


def _evidence(turn: Turn) -> dict[str, Any]:
    return {
        "words": turn.text("words", most=LONGEST_CAUSE, what="What is known"),
        "kind": turn.choice("kind", KINDS),
        "side": turn.choice("side", SIDES),
        "source": turn.text("source", most=LONGEST_CAUSE, empty=True),
        "indicator": indicator_named(turn),
    }


def _check(turn: Turn) -> dict[str, Any]:
    return {
        "what": turn.text("what", most=LONGEST_CAUSE, what="What will be looked up"),
        "who": turn.text("who", most=200, empty=True),
        "by": turn.day("by"),
        "found": turn.text("found", most=LONGEST_CAUSE, empty=True),
    }
