"""What an executed notebook shows: its cells as safe blocks of HTML, in order, without code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from nbformat import NotebookNode

from dataworkbench.reports.failures import COLOURS, safe_message
from dataworkbench.reports.safe_html import html_of_markdown, picture, picture_of_drawing, safe_html

WIDGET: Final = "application/vnd.jupyter.widget-view+json"
LEFT_OUT: Final = frozenset({"remove-cell", "remove_cell"})
LEFT_OUT_OUTPUT: Final = LEFT_OUT | {"remove-output", "remove_output"}
ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]+>")
HEADING: Final = re.compile(r"<(/?)h([1-6])\b")
PART: Final = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
FEWEST_PARTS: Final = 5
"""A page of fewer parts than this is read without a list of them."""


def body_html(notebook: NotebookNode) -> str:
    """Return the body of a page: a list of its parts, words, charts, tables and drawings, with the headings in order."""
    parts: list[str] = []
    body = "\n".join(filter(None, _blocks(notebook, parts)))
    return list_of_parts(parts) + tables_that_scroll(headings_in_order(body))


def list_of_parts(parts: Sequence[str]) -> str:
    """Return links to the parts of a page, in order; nothing where there are few."""
    if len(parts) < FEWEST_PARTS:
        return ""
    links = "".join(
        f'<li><a href="#part-{place}">{part}</a></li>' for place, part in enumerate(parts, start=1)
    )
    return f'<nav class="parts" aria-label="On this page"><p>On this page</p><ol>{links}</ol></nav>\n'


def _with_place(html: str, parts: list[str]) -> str:
    """Return the words of a cell whose heads can be linked to; each head is added to the parts."""

    def place(found: re.Match[str]) -> str:
        parts.append(found.group(1))
        return f'<h2 id="part-{len(parts)}">{found.group(1)}</h2>'

    return PART.sub(place, html)


def _blocks(notebook: NotebookNode, parts: list[str]) -> Iterator[str]:
    from dataworkbench.figures.embedding import MIME, chart_html  # noqa: PLC0415 - figures bring pandas, and help does not wait for it

    charts = 0
    for cell in notebook.cells:
        tags = set(cell.metadata.get("tags", ()))
        if cell.cell_type == "markdown" and not tags & LEFT_OUT:
            yield _block("words", _with_place(html_of_markdown(cell.source, authored=True), parts))
        if cell.cell_type != "code" or tags & LEFT_OUT_OUTPUT:
            continue
        for output in cell.outputs:
            data = output.get("data", {})
            if MIME in data:
                charts += 1
                yield chart_html(data[MIME], charts)
            else:
                yield _output_html(output, data)


def _block(kind: str, html: str) -> str:
    return f'<div class="{kind}">{html}</div>' if html else ""


def _output_html(output: NotebookNode, data: Mapping[str, Any]) -> str:
    """Return one output that is no chart; '' where nothing of it belongs on a page."""
    if output.output_type == "stream":
        return _printed(output.text) if output.name == "stdout" else ""
    if output.output_type == "error":
        return _kind_error(output)
    if WIDGET in data:
        return ""
    return _shown(data)


def _shown(data: Mapping[str, Any]) -> str:
    if "text/html" in data:
        return _block("words", safe_html(_text(data["text/html"])))
    if "text/markdown" in data:
        return _block("words", html_of_markdown(_text(data["text/markdown"]), authored=False))
    if "image/svg+xml" in data:
        return safe_html(picture_of_drawing(_svg_alone(_text(data["image/svg+xml"]))))
    for kind in ("png", "jpeg"):
        if f"image/{kind}" in data:
            return safe_html(picture(kind, _text(data[f"image/{kind}"]), _alternative(data)))
    plain = _text(data.get("text/plain", ""))
    return "" if ADDRESS.search(plain) else _printed(plain)


def _svg_alone(text: str) -> str:
    start = text.find("<svg")
    return text[start:] if start >= 0 else text


def _alternative(data: Mapping[str, Any]) -> str:
    plain = _text(data.get("text/plain", ""))
    return "Picture" if not plain or plain.startswith("<") else plain


def _text(held: Any) -> str:
    return "".join(held) if isinstance(held, list) else str(held)


def _printed(text: str) -> str:
    plain = COLOURS.sub("", text).rstrip()
    return f'<pre class="printed">{escape(plain)}</pre>' if plain else ""


def _kind_error(output: NotebookNode) -> str:
    said = safe_message(output.get("ename", ""), output.get("evalue", ""))
    return f'<p class="fault">This part could not be made. {escape(said)}</p>'


def headings_in_order(html: str) -> str:
    """Return the same HTML with headings that stand under the page's own: from h2 on, no level left out.

    Only markup is changed, here and below; in what comes from cells every other ``<`` is written as an entity.
    """
    below = 1

    def place(found: re.Match[str]) -> str:
        nonlocal below
        if not found.group(1):
            below = min(int(found.group(2)) + 1, below + 1, 6)
        return f"<{found.group(1)}h{below}"

    return HEADING.sub(place, html)


def tables_that_scroll(html: str) -> str:
    """Return the same HTML with each table in a box of its own, which scrolls where the screen is narrow."""
    return html.replace("<table", '<div class="table"><table').replace("</table>", "</table></div>")
