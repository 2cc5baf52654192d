"""What is wrong with a protocol file, in sentences that name the line, what stands there, and what would be right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

from pydantic import ValidationError

from dataworkbench.protocols.model import SHOWS, Protocol, Timed

Loc = tuple[int | str, ...]
Error = Mapping[str, Any]

_SINGULAR: Final = {"steps": "step", "norms": "norm", "tips": "tip"}
_MOST: Final = 12
"""More faults than this at once are not read; the next ones are told when these are mended."""


def faults_in(fault: ValidationError, read: object) -> Iterator[str]:
    """Give one sentence for each fault, in the order of the lines; ``read`` is the YAML as it was loaded."""
    found = sorted(
        ((_line(read, error["loc"]), error) for error in _told(fault)), key=lambda one: one[0] or 0
    )
    for line, error in found[:_MOST]:
        place = _place(error["loc"])
        said = (
            f"Line {line}: {place} {_said(error)}"
            if line
            else f"{place[:1].upper()}{place[1:]} {_said(error)}"
        )
        yield said if said.endswith("?") else f"{said}."
    if len(found) > _MOST:
        yield f"There are {len(found) - _MOST} more."


def _told(fault: ValidationError) -> list[Error]:
    """Return the faults that are worth telling: a list is not called empty where its parts are told already."""
    every = fault.errors()
    inner = [error["loc"] for error in every]
    return [
        error
        for error in every
        if error["type"] != "too_short"
        or not any(loc[:-1][: len(error["loc"])] == error["loc"] for loc in inner)
    ]


def _said(error: Error) -> str:
    say = _SAYINGS.get(str(error["type"]))
    if say is not None:
        return say(error)
    if str(error["loc"][-1:]) == "('does',)":
        return f"is {_short(error)}; the room can show {', '.join(SHOWS)}"
    return f"cannot be {_short(error)}: {error['msg']}"


def _unknown(error: Error) -> str:
    known = Timed.model_fields if "steps" in error["loc"][:1] else Protocol.model_fields
    near = get_close_matches(str(error["loc"][-1]), list(known), n=1)
    hint = f"Did you mean '{near[0]}'?" if near else f"There are {', '.join(known)}"
    return f"is not something that is known here. {hint}"


def _outside(error: Error) -> str:
    said = "at least 1" if error["type"] == "greater_than_equal" else "at most 240"
    return f"is {_short(error)}; minutes are a whole number, {said}"


def _long(error: Error) -> str:
    return f"is longer than {error['ctx']['max_length']:,} characters"


_SAYINGS: Final[Mapping[str, Callable[[Error], str]]] = {
    "missing": lambda _: "is missing",
    "extra_forbidden": _unknown,
    "string_too_short": lambda _: "is empty; write a few words",
    "string_too_long": _long,
    "string_type": lambda error: f"is {_short(error)}, and is to be words",
    "string_pattern_mismatch": lambda error: (
        f"is {_short(error)}; it is made of small letters, digits and _, as in short_check_in"
    ),
    "too_short": lambda _: "is empty; at least one is needed",
    "too_long": lambda _: "has more than 40 entries, which no meeting gets through",
    "tuple_type": lambda _: "is to be a list: one line each, beginning with a dash",
    "mapping_type": lambda _: "is to be names with a sentence each, as in facilitator: Keeps to the steps",
    "dict_type": lambda _: "is to be names with a sentence each, as in facilitator: Keeps to the steps",
    "model_type": lambda _: "is to be parts with names, as in title: Short check-in",
    "greater_than_equal": _outside,
    "less_than_equal": _outside,
    "int_parsing": lambda error: f"is {_short(error)}, and is to be a whole number",
    "int_type": lambda error: f"is {_short(error)}, and is to be a whole number",
    "int_from_float": lambda error: f"is {_short(error)}, and is to be a whole number",
}  # fmt: skip


def _short(error: Error) -> str:
    held = error["input"]
    if held is None:
        return "empty"
    said = " ".join(str(held).split())
    return f"'{said[:60]}{'…' if len(said) > 60 else ''}'"


def _place(loc: Loc) -> str:
    """Return where in the file something stands, in words: "minutes of step 3"."""
    parts = [part for part in loc if part != "[key]"]
    if not parts:
        return "the file"
    words: list[str] = []
    for at, part in enumerate(parts):
        if isinstance(part, int):
            words[-1] = f"{_SINGULAR.get(str(parts[at - 1]), 'entry')} {part + 1}"
        else:
            words.append(f"'{part}'")
    return " of ".join(reversed(words))


def _line(read: object, loc: Loc) -> int | None:
    """Return the line on which a part stands, or the nearest part around it; None where the file has none."""
    line, held = None, read
    for part in loc:
        found = getattr(getattr(held, "lc", None), "data", None)
        if not found or part not in found:
            break
        line = found[part][0] + 1
        held = held[part]  # type: ignore[index]  # what knows the line of a part holds that part
    return line
