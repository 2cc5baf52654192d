"""Evidence from the data on a live screen: choose, look, and pin to a cause or a why exactly what was seen.

Acts: ``pin_evidence`` (``id``, ``about``: the cause or why, ``mark`` and ``asked`` as the preview gave them, ``side``).
Fetches: ``evidence_choices`` (``about``), ``evidence_choices_of`` (``indicator``), ``evidence_things`` and
``evidence_preview`` (``about``, ``indicator``, ``chosen``, ``compared``, ``thing``; or ``asked``, to look again).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final, cast

from dataworkbench.errors import WorkbenchError
from dataworkbench.measures import CATALOGUE, indicator
from dataworkbench.records import Cause, Entry, Evidence, Figure, Why
from dataworkbench.views.causes.evidence import COMPARED, Look, looked
from dataworkbench.views.causes.evidence_choices import choices, choices_of, question
from dataworkbench.views.causes.evidence_figures import Asked, things_to_choose
from dataworkbench.views.causes.evidence_words import counted, many_looks
from dataworkbench.views.causes.whys_acts import NOT_HERE, is_on_table
from dataworkbench.views.district import Kept
from dataworkbench.views.live.board import Board
from dataworkbench.views.live.turn import Act, Turn
from dataworkbench.views.notes import whole_day

_MOST_KEPT: Final = 200


class EvidencePart:
    """The part of a screen that looks for evidence in the data. A desk whose causes take evidence has it among its parts."""

    name = "evidence"

    def __init__(self, district: Kept) -> None:
        self.district = district
        self._seen: dict[str, tuple[Look, tuple[str, ...]]] = {}
        self._asked: dict[str, set[str]] = defaultdict(set)
        self.acts: Mapping[str, Act] = {"pin_evidence": self._pin}
        self.fetches: Mapping[str, Act] = {
            "evidence_choices": lambda turn: choices(turn.district, turn.board, str(turn.given.get("about") or "")),
            "evidence_choices_of": lambda turn: choices_of(turn.district, turn.text("indicator")),
            "evidence_things": lambda turn: things_to_choose(turn.district, _asked(turn)),
            "evidence_preview": self._preview,
        }  # fmt: skip

    def show(self, _board: Board, _seat: str) -> dict[str, Any]:
        """Return on which data this screen looks."""
        return {"snapshot": self.district.snapshot_id, "day": _day(self.district.snapshot_id)}

    def _preview(self, turn: Turn) -> dict[str, Any]:
        """Return what the data say, with the mark under which it can be pinned. Nothing is written."""
        look = looked(turn.district, _asked(turn))
        about = str(turn.given.get("about") or "")
        self._asked[about].add(repr(look.asked))
        caveats = tuple(filter(None, (*look.caveats, many_looks(len(self._asked[about])))))
        if len(self._seen) >= _MOST_KEPT:
            self._seen.clear()
        self._seen[look.mark] = (look, caveats)
        return shown_look(look, caveats)

    def _pin(self, turn: Turn) -> None:
        about = _about(turn)
        look, caveats = self._as_seen(turn)
        side = "for" if look.cannot else turn.choice("side", ("for", "against"), what="side")
        turn.add(body_of(look, caveats, side), about.id, snapshot=turn.district.snapshot_id)

    def _as_seen(self, turn: Turn) -> tuple[Look, tuple[str, ...]]:
        """Return what was seen in the preview; after a break it is worked out anew, and must be the same."""
        mark = turn.text("mark", what="What was seen")
        if mark in self._seen:
            return self._seen[mark]
        look = looked(turn.district, _asked(turn))
        if look.mark != mark:
            raise WorkbenchError(
                "The data say something else now than what you saw, so nothing was pinned. Look once more, then pin it."
            )
        return look, look.caveats


def body_of(look: Look, caveats: tuple[str, ...], side: str) -> Evidence:
    """Return a piece of evidence that says what was seen; ``against.at`` keeps with what it was compared, so that it can be asked again."""
    asked = look.asked
    again = {"compared": (asked.compared,), **({"thing": (asked.thing,)} if asked.thing else {})}
    return Evidence(
        words=look.words, kind="none" if look.cannot else "data", side=cast("Any", side), source=indicator(asked.indicator).title,
        indicator=asked.indicator, where=asked.where, figure=look.figure,
        against=look.against.model_copy(update={"at": {**look.against.at, **again}}), caveat=" ".join(caveats),
    )  # fmt: skip


def shown_look(look: Look, caveats: tuple[str, ...]) -> dict[str, Any]:
    """Return what the data say as plain values."""
    asked = look.asked
    return {
        "mark": look.mark, "words": look.words, "caveats": list(caveats), "cannot": look.cannot, "group": look.group, "other": look.other,
        "figure": shown_figure(look.figure), "against": shown_figure(look.against), "difference": shown_figure(look.difference),
        "unit": indicator(asked.indicator).unit, "title": indicator(asked.indicator).title, "asked": shown_asked(asked),
    }  # fmt: skip


def shown_asked(asked: Asked) -> dict[str, Any]:
    """Return a question as plain values, as ``evidence_preview`` takes it again."""
    where = {name: list(held) for name, held in asked.where.items()}
    return {"indicator": asked.indicator, "where": where, "compared": asked.compared, "thing": asked.thing}


def shown_figure(figure: Figure) -> dict[str, Any] | None:
    """Return a figure as plain values; None where there is none."""
    if figure.value is None:
        return None
    return {
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "n": figure.n,
        "label": figure.label,
        "said": counted(figure),
    }


def shown_evidence(entry: Entry[Evidence], district: Kept) -> dict[str, Any]:
    """Return a piece of evidence as plain values: what it says, on which side, and, from the data, the figures and what was asked.

    ``is_older`` where the data have become newer since it was pinned.
    """
    body = entry.body
    shown: dict[str, Any] = {
        "id": entry.id, "version": entry.version, "words": body.words, "kind": body.kind, "side": body.side, "source": body.source,
        "caveat": body.caveat, "by": entry.by, "at": entry.written_at.isoformat(), "data": None,
    }  # fmt: skip
    if body.indicator in CATALOGUE:
        shown["data"] = {
            "figure": shown_figure(body.figure), "against": shown_figure(body.against), "unit": indicator(body.indicator).unit,
            "day": _day(entry.snapshot), "is_older": bool(entry.snapshot) and entry.snapshot < district.snapshot_id,
            "asked": _asked_before(body),
        }  # fmt: skip
    return shown


def _asked_before(body: Evidence) -> dict[str, Any] | None:
    """Return the question that a pinned piece of evidence answered, so that it can be asked again."""
    (compared,), (thing,) = (body.against.at.get(name) or ("",) for name in ("compared", "thing"))
    if compared not in COMPARED:
        return None
    return shown_asked(Asked(body.indicator, body.where, compared, thing))


def _about(turn: Turn) -> Entry[Any]:
    """Return the cause or the why that evidence is pinned to."""
    held = turn.board.get(str(turn.given.get("about") or ""))
    about = turn.entry("about", Why if held is not None and isinstance(held.body, Why) else Cause)
    if not is_on_table(turn.board, about, turn.seat):
        raise WorkbenchError(NOT_HERE)
    return about


def _asked(turn: Turn) -> Asked:
    """Return what the browser asks of the data: a question that was answered before, or what was chosen in the form."""
    given = turn.given.get("asked")
    if isinstance(given, Mapping):
        held = given.get("where")
        where = {
            str(name): _texts(values) for name, values in (held.items() if isinstance(held, Mapping) else ())
        }
        compared, thing = str(given.get("compared") or ""), str(given.get("thing") or "")
        return Asked(indicator(str(given.get("indicator") or "")).id, where, compared, thing)
    chosen = turn.given.get("chosen")
    kept = {str(name): str(held) for name, held in (chosen.items() if isinstance(chosen, Mapping) else ())}
    compared = turn.choice("compared", tuple(COMPARED), what="comparison")
    return question(
        turn.district,
        turn.text("indicator", what="The measure"),
        kept,
        compared,
        str(turn.given.get("thing") or ""),
    )


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in values) if isinstance(values, list) else (str(values),)


def _day(snapshot: str) -> str:
    return whole_day(snapshot[:10]) if snapshot else ""
