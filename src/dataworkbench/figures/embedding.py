"""A Plotly figure as a part of a page that needs no network: its words, a still drawing, and the data to draw it anew from."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape, unescape
from typing import Any, Final

from dataworkbench.figures.still import still_svg

MIME: Final = "application/vnd.plotly.v1+json"
LEAST_HEIGHT: Final = 80
HEIGHT: Final = 420
TOP_MARGIN: Final = 24
NOT_STILL: Final = (
    '<noscript><p class="fault">This chart is drawn by a script that lies beside this page, and scripts are switched '
    "off here. The words and tables hold the numbers.</p></noscript>"
)

NOT_IN_JSON_BLOCKS: Final[Mapping[str, str]] = {
    "<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029",
}  # fmt: skip


def chart_html(figure: Mapping[str, Any], number: int) -> str:
    """Return a figure element: its title as words, a still drawing, and the data from which a script draws it anew.

    The title leaves the drawing, because words in a page wrap on a narrow screen and can be read aloud.
    ``layout.meta.alt`` is the text for those who cannot see the drawing.
    """
    layout = dict(figure.get("layout", {}))
    title, subtitle = _take_title(layout)
    alt = _alternative(layout, title)
    height = max(int(layout.get("height") or HEIGHT), LEAST_HEIGHT)
    for fixed in ("width", "autosize", "meta"):
        layout.pop(fixed, None)
    data = [
        {name: value for name, value in trace.items() if name != "uid"} for trace in figure.get("data", [])
    ]
    still = still_svg(data, layout, f"figure-{number}")
    return (
        f'<figure class="chart">{_caption(title, subtitle)}'
        f'<div id="figure-{number}" class="drawing" role="img" aria-label="{escape(alt)}" '
        f'style="min-height:{height}px" data-figure="figure-{number}-data" data-still="{"yes" if still else "no"}">'
        f"{still or NOT_STILL}</div>"
        f'<script type="application/json" id="figure-{number}-data">{json_block({"data": data, "layout": layout})}</script>'
        "</figure>"
    )


def _caption(title: str, subtitle: str) -> str:
    below = f"<br><small>{escape(subtitle)}</small>" if subtitle else ""
    return f"<figcaption>{escape(title)}{below}</figcaption>" if title or subtitle else ""


def json_block(value: Any) -> str:
    """Return JSON that cannot end the script element that it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign, written in NOT_IN_JSON_BLOCKS.items():
        text = text.replace(sign, written)
    return text


def _take_title(layout: dict[str, Any]) -> tuple[str, str]:
    """Take title and subtitle out of a layout and return them; the drawing gets lower by the room that they took."""
    held = layout.pop("title", None)
    title = held if isinstance(held, Mapping) else {"text": held}
    margin = dict(layout.get("margin") or {})
    spare = margin.get("t", 0) - TOP_MARGIN
    if spare > 0 and "height" in layout and title.get("text"):
        layout["margin"] = {**margin, "t": TOP_MARGIN}
        layout["height"] -= spare
    subtitle = title.get("subtitle") or {}
    return plain_text(str(title.get("text") or "")), plain_text(str(subtitle.get("text") or ""))


def _alternative(layout: Mapping[str, Any], title: str) -> str:
    meta = layout.get("meta")
    written = meta.get("alt") if isinstance(meta, Mapping) else None
    return plain_text(str(written)) if written else f"Chart: {title}" if title else "Chart"


def plain_text(text: str) -> str:
    """Return the words of a chart's label, without the few tags that Plotly knows."""
    return unescape(re.sub(r"<[^>]*>", "", re.sub(r"<br\s*/?>", " ", text))).strip()
