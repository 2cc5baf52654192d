"""What a team does to a fishbone as a whole: begin one, say the problem, choose bones and colours, go from phase to phase."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dataworkbench.errors import WorkbenchError
from dataworkbench.measures import CATALOGUE
from dataworkbench.records import Body, Bone, Cause, Entry, Finding, Fishbone, Meeting, Seen
from dataworkbench.rootcause import CATEGORY_SETS, READY, known_color
from dataworkbench.views.live.turn import Turn

PHASES: Final = ("cards", "cluster", "examine", "vote")
MOST_BONES: Final = 12
MOST_VOTES: Final = 20
LONGEST_NAME: Final = 60
SAID: Final = ("problem", "number", "group", "time", "indicator", "figure")


def begin_fishbone(turn: Turn, about: str, cycle: str) -> None:
    """Write a fishbone with its problem and its bones, and the finding that it follows where there is none yet."""
    said = _said(turn)
    held = turn.board.get(about) if about else None
    meeting = about if held is not None and isinstance(held.body, Meeting) else ""
    finding = _finding(turn, about, cycle, said)
    body = Fishbone(
        problem=said["problem"], indicator=said["indicator"], group=said["group"], time=said["time"],
        number=said["number"], seen=said["figure"], bones=_colored(_asked_bones(turn)),
    )  # fmt: skip
    turn.add(body, finding, meeting, snapshot=snapshot_of(turn))


def change_problem(turn: Turn, entry: Entry[Fishbone]) -> None:
    """Say the problem anew."""
    said = _said(turn)
    said["seen"] = said.pop("figure")
    changed(turn, entry, **said)


def set_phase(turn: Turn, entry: Entry[Fishbone]) -> None:
    """Go on to another phase, or back."""
    changed(turn, entry, phase=turn.choice("phase", PHASES))


def set_votes(turn: Turn, entry: Entry[Fishbone]) -> None:
    """Give each person another number of dots."""
    changed(turn, entry, votes_each=turn.whole("votes_each", least=1, most=MOST_VOTES))


def choose_bones(turn: Turn, entry: Entry[Fishbone]) -> None:
    """Take other bones. Causes on a bone that is not among them become loose cards, and lie on it again where it returns."""
    before = {bone.name: bone.color for bone in entry.body.bones}
    bones = _colored(_asked_bones(turn))
    _set_bones(turn, entry, [Bone(name=bone.name, color=before.get(bone.name, bone.color)) for bone in bones])


def add_bone(turn: Turn, entry: Entry[Fishbone]) -> None:
    """Put a bone more on the fishbone."""
    bones = list(entry.body.bones)
    new = Bone(name=_name(turn, "name"), color=_color(turn) or _free_color(bones))
    if new.name.casefold() in {bone.name.casefold() for bone in bones}:
        raise WorkbenchError(f"There is a bone called '{new.name}' already. Give this one another name.")
    _set_bones(turn, entry, [*bones, new])


def rename_bone(turn: Turn, entry: Entry[Fishbone]) -> None:
    """Give a bone another name; its causes stay on it."""
    old, new = _bone(turn, entry), _name(turn, "name")
    others = {bone.name.casefold() for bone in entry.body.bones if bone is not old}
    if new.casefold() in others:
        raise WorkbenchError(f"There is a bone called '{new}' already. Give this one another name.")
    bones = [Bone(name=new, color=bone.color) if bone is old else bone for bone in entry.body.bones]
    _set_bones(turn, entry, bones)
    for cause in causes_on(turn, entry, old.name):
        turn.change(cause, _with(cause.body, bone=new))


def color_bone(turn: Turn, entry: Entry[Fishbone]) -> None:
    """Give a bone another colour."""
    old = _bone(turn, entry)
    color = _color(turn) or old.color
    _set_bones(turn, entry, [Bone(name=b.name, color=color) if b is old else b for b in entry.body.bones])


def move_bone(turn: Turn, entry: Entry[Fishbone]) -> None:
    """Put a bone at another place among the others."""
    bone = _bone(turn, entry)
    others = [held for held in entry.body.bones if held is not bone]
    others.insert(turn.whole("place", most=MOST_BONES), bone)
    _set_bones(turn, entry, others)


def remove_bone(turn: Turn, entry: Entry[Fishbone]) -> None:
    """Take a bone off. Its causes stay, as loose cards."""
    asked = turn.text("bone")
    _set_bones(turn, entry, [bone for bone in entry.body.bones if bone.name != asked])


def changed(turn: Turn, entry: Entry[Any], **fields: Any) -> Entry[Any]:
    """Return an entry after some of its fields were changed.

    ``given["was"]`` holds what the writer saw in those fields. Where somebody changed these very fields since, the records
    keep both texts and refuse; where only other fields were changed, nothing is in the way.
    """
    was = turn.given.get("was")
    seen = was if isinstance(was, dict) else {}
    if all(_text(getattr(entry.body, name)) == _text(seen[name]) for name in fields if name in seen):
        turn.given = {**turn.given, "changes": ""}
    return turn.change(entry, _with(entry.body, **fields))


def snapshot_of(turn: Turn) -> str:
    """Return the snapshot that the team has before its eyes; empty where there is none."""
    return turn.district.snapshot.id if turn.district.snapshot is not None else ""


def indicator_named(turn: Turn) -> str:
    """Return the indicator that a field names; empty where it names none."""
    asked = str(turn.given.get("indicator") or "")
    if asked and asked not in CATALOGUE:
        raise WorkbenchError(f"There is no indicator called '{asked}'. Choose one from the list, or none.")
    return asked


def causes_on(turn: Turn, entry: Entry[Fishbone], bone: str) -> list[Entry[Cause]]:
    """Return the causes of a fishbone that lie on one bone, those that were merged into others among them."""
    return [held for held in turn.board.of(Cause, follows=entry.id) if held.body.bone == bone]


def _said(turn: Turn) -> dict[str, str]:
    """Return what was written about the problem."""
    said = {name: turn.text(name, empty=True) for name in ("number", "group", "time")}
    figure = str(turn.given.get("figure") or "")
    held = turn.board.get(figure)
    there = figure if held is not None and isinstance(held.body, Seen) else ""
    return said | {
        "problem": turn.text("problem", what="The problem"),
        "indicator": indicator_named(turn),
        "figure": there,
    }


def _finding(turn: Turn, about: str, cycle: str, said: dict[str, str]) -> str:
    """Return the finding that a fishbone follows: the one it is about, the one that was chosen, or a new one."""
    for name in (about, str(turn.given.get("finding") or "")):
        held = turn.board.get(name) if name else None
        if held is not None and isinstance(held.body, Finding) and not held.is_withdrawn:
            return held.id
    body = Finding(concern=said["problem"], indicator=said["indicator"])
    return turn.add(body, cycle, snapshot=snapshot_of(turn), named="finding_id").id


def _asked_bones(turn: Turn) -> list[str]:
    """Return the names of a ready set, or the team's own."""
    chosen = str(turn.given.get("set") or "schools")
    if chosen in CATEGORY_SETS:
        return list(CATEGORY_SETS[chosen])
    own = turn.given.get("own")
    lines = own if isinstance(own, list) else str(own or "").splitlines()
    names = list(dict.fromkeys(name for name in (" ".join(str(line).split()) for line in lines) if name))
    return _checked(names)


def _checked(names: Sequence[str]) -> list[str]:
    if not names:
        raise WorkbenchError("A fishbone needs at least one bone. Write one name on each line.")
    if len(names) > MOST_BONES:
        raise WorkbenchError(
            f"These are {len(names)} bones; up to {MOST_BONES} can be read on a wall. Put some together."
        )
    if long := [name for name in names if len(name) > LONGEST_NAME]:
        raise WorkbenchError(
            f"'{long[0][:LONGEST_NAME]}...' is long for the name of a bone; {LONGEST_NAME} letters fit."
        )
    return list(names)


def _name(turn: Turn, field: str) -> str:
    return turn.text(field, most=LONGEST_NAME, what="The name of the bone")


def _color(turn: Turn) -> str:
    said = str(turn.given.get("color") or "")
    if said and not known_color(said):
        raise WorkbenchError(f"'{said[:20]}' is not a colour. Choose one with the colour field.")
    return known_color(said)


def _colored(names: Sequence[str]) -> tuple[Bone, ...]:
    return tuple(Bone(name=name, color=READY[at % len(READY)]) for at, name in enumerate(names))


def _free_color(bones: Sequence[Bone]) -> str:
    used = {bone.color for bone in bones}
    return next((color for color in READY if color not in used), READY[len(bones) % len(READY)])


def _bone(turn: Turn, entry: Entry[Fishbone]) -> Bone:
    asked = str(turn.given.get("bone") or "")
    for bone in entry.body.bones:
        if bone.name == asked:
            return bone
    raise WorkbenchError(f"The bone '{asked}' is not there any more: somebody changed the bones meanwhile.")


def _set_bones(turn: Turn, entry: Entry[Fishbone], bones: Sequence[Bone]) -> None:
    _checked([bone.name for bone in bones])
    turn.given = {**turn.given, "changes": ""}
    turn.change(entry, _with(entry.body, bones=[bone.model_dump() for bone in bones]))


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _with(body: Body, **fields: Any) -> Any:
    """Return a body with some fields changed, checked like a new one."""
    return type(body).model_validate(body.model_dump() | fields)
