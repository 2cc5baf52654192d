"""What a team does to its chains of whys: answer, ask again below, say anew, move, take back, test, and say how it knows."""

from __future__ import annotations

from typing import Any, Final, TypeVar, cast

from dataworkbench.errors import WorkbenchError
from dataworkbench.records import Body, Cause, Entry, Evidence, Finding, Why
from dataworkbench.rootcause import ROOT_TESTS
from dataworkbench.views.causes.fishbone_standing import may_see
from dataworkbench.views.causes.whys_standing import STARTS, Standing, standing, start_of, words_of
from dataworkbench.views.live.board import Board
from dataworkbench.views.live.turn import Turn

B = TypeVar("B", bound=Body)

ANSWERS: Final = ("yes", "no", "not known", "")
CONTROLS: Final = ("", "ours", "influence", "outside")
KINDS: Final = ("observation", "opinion", "data", "none")
SIDES: Final = ("for", "against")
LONGEST: Final = 2_000
NOT_HERE: Final = "This card is not on the table here. Look again at the fishbone."
DEEPEST: Final = 40
"""More answers than this are not put below one another."""


def begin_whys(turn: Turn, about: str) -> None:
    """Write a concern of one's own, from which whys can be asked."""
    body = Finding(concern=turn.text("words", most=LONGEST, what="The concern"))
    turn.add(body, about, snapshot=turn.district.snapshot_id)


def add_why(turn: Turn) -> None:
    """Answer a why: of what the chain begins with, or of an answer in it."""
    start = start_named(turn)
    chain = standing(turn.board, start)
    above = turn.entry("above", Why).id if turn.given.get("above") else ""
    if above and chain.find(above) is None:
        raise WorkbenchError("This answer was moved to another chain meanwhile. Choose it there.")
    words = turn.text("words", most=LONGEST, what="The answer")
    if turn.board.get(str(turn.given.get("id") or "")) is None:
        _refuse_circle(chain, above, words)
    turn.add(Why(words=words, above=above), start.id)


def change_why(turn: Turn) -> None:
    """Say an answer in other words."""
    changed(turn, turn.entry("why", Why), words=turn.text("words", most=LONGEST, what="The answer"))


def move_why(turn: Turn) -> None:
    """Put an answer, with all below it, below another one, or at the top of its chain."""
    why = turn.entry("why", Why)
    above = turn.entry("above", Why).id if turn.given.get("above") else ""
    chain = chain_of(turn.board, why)
    held, target = chain.find(why.id), chain.find(above) if above else None
    if above and target is None:
        raise WorkbenchError("These two answers are of different chains, so one cannot lie below the other.")
    if held is not None and target is not None and any(one is target for one in held.walk()):
        raise WorkbenchError(
            "An answer cannot lie below itself: a chain that goes in a circle has no root. Choose one that is not below it."
        )
    depth = _depth(held) if held is not None else 1
    if len(chain.above(above)) + depth > DEEPEST:
        raise WorkbenchError(_TOO_DEEP)
    _toggled(turn, why, above=above)


def take_back_why(turn: Turn) -> None:
    """Take back an answer with all that lies below it. All of it can be brought back."""
    why = _known(turn, "why", Why)
    chain = chain_of(turn.board, why)
    held = chain.find(why.id)
    if why.is_withdrawn or held is None:
        turn.wrote.append(why)
        return
    for one in held.walk():
        turn.withdraw(one.entry)


def bring_back_why(turn: Turn) -> None:
    """Bring back an answer that was taken back, with what was taken back along with it."""
    why = _known(turn, "why", Why)
    for held in (why, *_taken_along(turn.board, why)):
        turn.bring_back(held)


def test_why(turn: Turn) -> None:
    """Answer one of the tests of a root for an answer, or take that answer away."""
    why = turn.entry("why", Why)
    test = turn.choice("test", tuple(name for name, _, _ in ROOT_TESTS), what="test of a root")
    answer = turn.choice("answer", ANSWERS, what="answer")
    tested = {name: held for name, held in why.body.tested.items() if name != test}
    _toggled(turn, why, tested=tested | ({test: answer} if answer else {}))


def control_why(turn: Turn) -> None:
    """Say in whose control it lies."""
    _toggled(turn, turn.entry("why", Why), control=turn.choice("control", CONTROLS))


def add_why_evidence(turn: Turn) -> None:
    """Write what speaks for an answer or against it, of which kind, and where it can be looked up."""
    turn.add(Evidence(**_evidence(turn)), turn.entry("why", Why).id, snapshot=turn.district.snapshot_id)


def change_why_evidence(turn: Turn) -> None:
    """Say a piece of evidence in other words; figures stay as they were pinned."""
    changed(turn, _evidence_of_a_why(turn), **_evidence(turn))


def take_back_why_evidence(turn: Turn) -> None:
    """Take back a piece of evidence."""
    held = _known(turn, "evidence", Evidence)
    if held.is_withdrawn:
        turn.wrote.append(held)
    else:
        turn.withdraw(_evidence_of_a_why(turn))


ACTS: Final = (
    add_why, change_why, move_why, take_back_why, bring_back_why, test_why, control_why, add_why_evidence, change_why_evidence,
    take_back_why_evidence,
)  # fmt: skip


def start_named(turn: Turn) -> Entry[Any]:
    """Return what a chain begins with, as a field names it, where this seat may see it.

    Raises
    ------
    WorkbenchError
        Where it was taken back, or lies on a table that this seat may not see.

    """
    held = turn.board.get(str(turn.given.get("start") or ""))
    kind = next((one for one in STARTS if held is not None and isinstance(held.body, one)), Cause)
    start = turn.entry("start", kind)
    if not may_begin(turn.board, start, turn.seat):
        raise WorkbenchError(NOT_HERE)
    return start


def may_begin(board: Board, start: Entry[Any], seat: str) -> bool:
    """Whether a seat may see what a chain begins with: another's card not while cards are written."""
    if not isinstance(start.body, Cause):
        return True
    bones = (board.get(name) for name in start.follows)
    return all(
        may_see(one.body, start.body, seat) for one in bones if one is not None and one.kind == "fishbone"
    )


def refuse_what_is_hidden(turn: Turn) -> None:
    """Refuse a turn about an answer, or evidence for one, below a card of somebody else's that was not laid on the table."""
    held = [turn.board.get(str(turn.given.get(name) or "")) for name in ("why", "above", "evidence")]
    under = [turn.board.get(name) for one in held if one is not None for name in one.follows]
    if not all(is_on_table(turn.board, one, turn.seat) for one in (*held, *under) if one is not None):
        raise WorkbenchError(NOT_HERE)


def is_on_table(board: Board, entry: Entry[Any], seat: str) -> bool:
    """Whether a seat may see a cause, or what an answer's chain begins with."""
    start = start_of(board, entry) if isinstance(entry.body, Why) else entry
    return start is None or may_begin(board, start, seat)


def chain_of(board: Board, why: Entry[Why]) -> Standing:
    """Return the chain that an answer is in."""
    start = start_of(board, why)
    if start is None:
        raise WorkbenchError(
            "What this chain begins with was taken back. Bring it back on the fishbone, then go on here."
        )
    return standing(board, start)


def changed(turn: Turn, entry: Entry[B], **fields: Any) -> Entry[Any]:
    """Return an entry after some of its fields were changed.

    Where it was changed since the writer saw it, but not in these fields, nothing is in the way.
    """
    seen = turn.given.get("seen")
    if isinstance(seen, int) and str(turn.given.get("changes")) == entry.id and seen != entry.version:
        told = turn.board.kept.history(entry.id, restricted=True)
        before = told[seen - 1].body if 1 <= seen <= len(told) else None
        if before is not None and all(getattr(before, name) == getattr(entry.body, name) for name in fields):
            turn.given = {**turn.given, "seen": entry.version}
    return turn.change(entry, _with(entry.body, **fields))


_TOO_DEEP: Final = f"The chain is {DEEPEST} answers deep here. Test the lowest answers as roots, or begin a new chain from one of them."


def _refuse_circle(chain: Standing, above: str, words: str) -> None:
    """Refuse an answer that says what stands above it, or beside it, already."""
    way = chain.above(above) if above else ()
    said = _plain(words)
    if said in {_plain(words_of(chain.start.body)), *(_plain(held.entry.body.words) for held in way)}:
        raise WorkbenchError(
            f"'{_short(words)}' stands above already: a chain that goes in a circle has no root. Ask once more, and say what lies behind it."
        )
    beside = way[-1].below if way else chain.whys
    if said in {_plain(held.entry.body.words) for held in beside}:
        raise WorkbenchError(f"'{_short(words)}' is among the answers here already.")
    if len(way) >= DEEPEST:
        raise WorkbenchError(_TOO_DEEP)


def _depth(held: Any) -> int:
    depth, level = 0, [held]
    while level:
        depth, level = depth + 1, [below for one in level for below in one.below]
    return depth


def _toggled(turn: Turn, entry: Entry[B], **fields: Any) -> Entry[Any]:
    """Return an entry after fields were changed that nobody types, so that the latest press counts."""
    turn.given = {**turn.given, "changes": ""}
    return turn.change(entry, _with(entry.body, **fields))


def _known(turn: Turn, name: str, kind: type[B]) -> Entry[B]:
    """Return the entry that a field names, taken back or not."""
    held = turn.board.get(str(turn.given.get(name) or ""))
    if held is None or not isinstance(held.body, kind):
        raise WorkbenchError("This is not there any more. Look again at the chain.")
    return cast("Entry[B]", held)


def _taken_along(board: Board, why: Entry[Why]) -> list[Entry[Why]]:
    """Return what lay below an answer and was taken back with it, from the top down."""
    found: list[Entry[Why]] = []
    names = {why.id}
    held_back = (held for held in board.kept.latest(Why, withdrawn=True) if held.is_withdrawn)
    there = [held for held in held_back if held.number > why.number]
    for held in sorted(there, key=lambda one: one.number):
        if held.body.above in names:
            names.add(held.id)
            found.append(held)
    return found


def _evidence_of_a_why(turn: Turn) -> Entry[Evidence]:
    held = turn.entry("evidence", Evidence)
    if any(
        (above := turn.board.get(name)) is not None and isinstance(above.body, Why) for name in held.follows
    ):
        return held
    raise WorkbenchError("This evidence belongs to a cause of the fishbone. Change it there.")


def _evidence(turn: Turn) -> dict[str, Any]:
    return {
        "words": turn.text("words", most=LONGEST, what="What is known"),
        "kind": turn.choice("kind", KINDS),
        "side": turn.choice("side", SIDES),
        "source": turn.text("source", most=LONGEST, empty=True),
    }


def _with(body: B, **fields: Any) -> B:
    """Return a body with some fields changed, checked like a new one."""
    return type(body).model_validate(body.model_dump() | fields)


def _plain(words: str) -> str:
    return " ".join(words.split()).rstrip(".!").casefold()


def _short(words: str) -> str:
    return words if len(words) <= 80 else f"{words[:80]}..."
