"""A figure with what it says in words below it, and the numbers behind it: what a page shows for every measure."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Concatenate, Final, ParamSpec

import pandas as pd
import plotly.graph_objects as go
from IPython.display import display

from dataworkbench import figures
from dataworkbench.frames import read_once, texts_in
from dataworkbench.sentences import Sentences, describe
from dataworkbench.tables import DisplayTable, table_of
from dataworkbench.views.notes import Together

P = ParamSpec("P")
Plot = Callable[Concatenate[pd.DataFrame, P], go.Figure]

_MOST_ALOUD: Final = 4
"""More sentences than this under a figure are not read; the rest stands with the numbers."""


@dataclass(frozen=True)
class Behind:
    """Sentences to read under a figure, and a table that opens when a reader asks for the numbers."""

    words: Sentences
    table: DisplayTable | None = None

    def __str__(self) -> str:
        return "\n\n".join([str(self.words), *([str(self.table)] if self.table is not None else [])])

    def _repr_html_(self) -> str:
        said = list(self.words)
        aloud = "".join(f"<p>{escape(sentence)}</p>" for sentence in said[:_MOST_ALOUD])
        rest = "".join(f"<p>{escape(sentence)}</p>" for sentence in said[_MOST_ALOUD:])
        numbers = self.table._repr_html_() if self.table is not None else ""
        if not rest and not numbers:
            return aloud
        return f"{aloud}<details><summary>{escape('The numbers')}</summary>{numbers}{rest}</details>"


@dataclass(frozen=True)
class Picture:
    """A figure, and what stands below it. In a notebook both show themselves, the figure first."""

    figure: go.Figure
    below: Behind | Together | None = None

    def _ipython_display_(self) -> None:
        display(self.figure)  # type: ignore[no-untyped-call]  # IPython has no types
        if self.below is not None:
            display(self.below)  # type: ignore[no-untyped-call]  # as above

    def __str__(self) -> str:
        alt = str((self.figure.layout.meta or {}).get("alt", ""))
        return "\n\n".join([alt, *([str(self.below)] if self.below is not None else [])])


@dataclass(frozen=True)
class Pictures:
    """Several figures, each with what stands below it, one after the other."""

    parts: tuple[Picture, ...]

    def _ipython_display_(self) -> None:
        for part in self.parts:
            part._ipython_display_()

    def __str__(self) -> str:
        return "\n\n".join(str(part) for part in self.parts)


def with_words(draw: Plot[P]) -> Callable[Concatenate[pd.DataFrame, P], Picture]:
    """Return the same drawing, which also says in words what it shows and brings its numbers."""

    @functools.wraps(draw)
    def drawn(frame: pd.DataFrame, /, *args: P.args, **kwargs: P.kwargs) -> Picture:
        with read_once(frame):
            return Picture(draw(frame, *args, **kwargs), below(frame))

    return drawn


def below(frame: pd.DataFrame) -> Behind | None:
    """Return the sentences and the numbers of a frame that has passed the gate; nothing where it holds no figure."""
    if frame.empty or set(texts_in(frame, "status")) <= {"missing", "not_applicable"}:
        return None
    return Behind(describe(frame), table_of(frame))


plot_counts = with_words(figures.plot_counts)
plot_gaps = with_words(figures.plot_gaps)
plot_interventions = with_words(figures.plot_interventions)
plot_levels = with_words(figures.plot_levels)
plot_means = with_words(figures.plot_means)
plot_pairs = with_words(figures.plot_pairs)
plot_rates = with_words(figures.plot_rates)
plot_ratios = with_words(figures.plot_ratios)
plot_survey = with_words(figures.plot_survey)
plot_trend = with_words(figures.plot_trend)
