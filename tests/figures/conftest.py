"""Figures are handed to Plotly unchecked, because checking takes longer than all the rest; here each is checked."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from dataworkbench.figures import house


@pytest.fixture(autouse=True)
def _plotly_checks_every_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = house.drawn_as_told

    def checked(traces, layout):
        go.Figure(data=list(traces), layout=dict(layout))  # raises where a part is none of Plotly's
        return drawn(traces, layout)

    monkeypatch.setattr(house, "drawn_as_told", checked)
