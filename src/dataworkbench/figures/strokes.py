"""The marks of one line over time: its points, the band of its interval, the ranges it is coded as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dataworkbench.figures.house import DASHES, SERIES, SYMBOLS
from dataworkbench.figures.words import in_lines, row_words, safe
from dataworkbench.frames import is_number

_HALF_OF_A_LONE_BAND: Final = 0.06

Row = Mapping[Any, Any]


@dataclass(frozen=True)
class Series:
    """One line: its name, and its row at each moment, None where there is none."""

    name: str
    rows: tuple[Row | None, ...]

    @property
    def name_with_n(self) -> str:
        """The line's name with its first and its last n."""
        sizes = [
            str(row["n_label"])
            for row in self.rows
            if row is not None and row["status"] in {"shown", "coded"}
        ]
        sizes = [size for size in sizes if size]
        if not sizes:
            return self.name
        ends = sizes[0] if sizes[0] == sizes[-1] else f"{sizes[0]}, later {sizes[-1]}"
        return f"{self.name} (n {ends})".strip()


def series_traces(
    one: Series, moments: Sequence[str], place: int, sides: Sequence[str], *, banded: bool
) -> list[dict[str, Any]]:
    """Return the traces of one line; ``place`` picks its colour, ``sides`` says where each point's label stands."""
    bands = [_band(run, SERIES[place % len(SERIES)]) for run in _runs(one)] if banded else []
    ranges = _ranges(one, place)
    return [*bands, _line(one, moments, place, sides), *([ranges] if ranges else [])]


def _line(one: Series, moments: Sequence[str], place: int, sides: Sequence[str]) -> dict[str, Any]:
    shown = [row if row is not None and row["status"] == "shown" else None for row in one.rows]
    colour = SERIES[place % len(SERIES)]
    text = [safe(str(row["label"])) if row and side else "" for row, side in zip(shown, sides, strict=True)]
    return {
        "type": "scatter", "mode": "lines+markers+text", "x": list(range(len(moments))),
        "y": [None if row is None else float(row["value"]) for row in shown], "connectgaps": False,
        "name": in_lines(one.name_with_n), "line": {"color": colour, "width": 3, "dash": DASHES[place % len(DASHES)]},
        "marker": {"size": 10, "symbol": SYMBOLS[place % len(SYMBOLS)], "color": colour},
        "text": text, "textposition": [side or "top center" for side in sides],
        "textfont": {"color": colour, "size": 14}, "cliponaxis": False, "hoverinfo": "text",
        "hovertext": [_words(one, moment, row) for moment, row in zip(moments, one.rows, strict=True)],
    }  # fmt: skip


def _words(one: Series, moment: str, row: Row | None) -> str:
    if row is None:
        return ""
    return safe(row_words(f"{one.name}, {moment}" if one.name else moment, row))


def _runs(one: Series) -> list[list[tuple[float, float, float]]]:
    """Return each unbroken run of points that have an interval: place, low end, high end."""
    runs: list[list[tuple[float, float, float]]] = [[]]
    for place, row in enumerate(one.rows):
        if row is not None and row["status"] == "shown" and is_number(row["low"]) and is_number(row["high"]):
            runs[-1].append((place, float(row["low"]), float(row["high"])))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _band(run: Sequence[tuple[float, float, float]], colour: str) -> dict[str, Any]:
    if len(run) == 1:
        place, low, high = run[0]
        run = [(place - _HALF_OF_A_LONE_BAND, low, high), (place + _HALF_OF_A_LONE_BAND, low, high)]
    x = [place for place, _, _ in run]
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return {
        "type": "scatter", "mode": "lines", "x": [*x, *reversed(x)],
        "y": [*(high for _, _, high in run), *(low for _, low, _ in reversed(run))],
        "fill": "toself", "fillcolor": f"rgba({red},{green},{blue},0.15)", "line": {"width": 0}, "hoverinfo": "skip",
        "showlegend": False, "name": "interval",
    }  # fmt: skip


def _ranges(one: Series, place: int) -> dict[str, Any] | None:
    """Return an upright line with ends for each figure that is coded as a range; its middle is not marked."""
    coded = [(x, row) for x, row in enumerate(one.rows) if row is not None and row["status"] == "coded"]
    if not coded:
        return None
    halves = [(float(row["high"]) - float(row["low"])) / 2 for _, row in coded]
    colour = SERIES[place % len(SERIES)]
    return {
        "type": "scatter", "mode": "markers", "x": [x for x, _ in coded],
        "y": [round(float(row["low"]) + half, 6) for (_, row), half in zip(coded, halves, strict=True)],
        "error_y": {"type": "data", "array": [round(half, 6) for half in halves], "color": colour, "thickness": 3, "width": 7},
        "marker": {"size": 1, "color": colour, "opacity": 0}, "hoverinfo": "skip", "showlegend": False, "name": "range",
    }  # fmt: skip
