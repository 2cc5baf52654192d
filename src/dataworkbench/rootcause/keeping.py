"""Fishbones, chains and hypotheses as JSON, and back; what comes back equals what went in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.rootcause.hypothesis import Hypothesis
from dataworkbench.rootcause.model import Fishbone, Problem
from dataworkbench.rootcause.whys import WhyChain

Kept = Fishbone | WhyChain | Hypothesis | Problem

FORMAT: Final = 1
_KINDS: Final[Mapping[str, type[Kept]]] = MappingProxyType(
    {"fishbone": Fishbone, "whys": WhyChain, "hypothesis": Hypothesis, "problem": Problem}
)


def to_json(value: Kept) -> str:
    """Return a fishbone, a chain, a hypothesis or a problem as JSON text."""
    kind = next(name for name, held in _KINDS.items() if type(value) is held)
    held: Any = TypeAdapter(type(value)).dump_python(value, mode="json")
    return json.dumps({"kind": kind, "format": FORMAT, kind: held}, ensure_ascii=False, indent=1)


def from_json(text: str) -> Kept:
    """Return what ``to_json`` wrote.

    Raises
    ------
    WorkbenchError
        Where the text is not one of ours, or was written by a later version of the workbench.

    """
    held = _object(text)
    kind = str(held.get("kind", ""))
    if kind not in _KINDS:
        raise no_such("kind of thing to read", kind, _KINDS)
    if held.get("format") != FORMAT:
        raise WorkbenchError(
            f"This {kind} was written in format {held.get('format')}; this workbench reads format {FORMAT}. Update the workbench."
        )
    try:
        read: Kept = TypeAdapter(_KINDS[kind]).validate_python(held.get(kind))
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(map(str, first["loc"])) or kind
        raise WorkbenchError(
            f"This {kind} cannot be read: {place}: {first['msg']}. Take an earlier copy."
        ) from fault
    return read


def _object(text: str) -> dict[str, Any]:
    try:
        held = json.loads(text)
    except ValueError as fault:
        raise WorkbenchError(f"This is not JSON: {fault}. Take an earlier copy.") from fault
    if not isinstance(held, dict):
        raise WorkbenchError("This is JSON, but not a fishbone, a chain of whys, a hypothesis or a problem.")
    return held
