"""An executed notebook as one HTML page: no code, no network, nothing that runs but the drawing of charts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup
from nbformat import NotebookNode

from dataworkbench.reports.jobs import PageFacts
from dataworkbench.reports.notebooks import read_notebook
from dataworkbench.reports.outputs import body_html
from dataworkbench.workspace import shipped

LETTERS_AT_THE_EDGE: Final = 90


def render_page(
    executed: NotebookNode | Path | str,
    *,
    title: str = "",
    assets: str = "../assets",
    facts: PageFacts | None = None,
) -> str:
    """Return the page of an executed notebook.

    The same notebook and the same facts give the same letters. ``assets`` is where the page finds
    ``plotly.min.js``, ``report.css`` and ``report.js``; see ``assets.copy_assets``.
    """
    notebook = executed if isinstance(executed, NotebookNode) else read_notebook(Path(executed))
    told = facts or PageFacts(title or "Report")
    body = body_html(notebook)
    return fill_template(
        "page.html",
        {
            "facts": told,
            "assets": assets,
            "body": Markup(body),  # noqa: S704 - see safe_html
            "title_on_paper": in_a_style(told.title),
            "banner_on_paper": in_a_style(told.banner),
        },
    )


def in_a_style(text: str) -> Markup:
    """Return a line of text as it can stand between quotes in a style: what is no plain letter or digit is written as a number.

    It stands at the edge of each sheet, so a long one is cut.
    """
    line = " ".join(text.split())
    cut = line if len(line) <= LETTERS_AT_THE_EDGE else f"{line[: LETTERS_AT_THE_EDGE - 1]}…"
    return Markup("".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in cut))  # noqa: S704 - just made safe


def fill_template(name: str, values: Mapping[str, Any]) -> str:
    """Return a template of ours filled with values; every value is escaped unless it is marked as safe."""
    return _templates().get_template(name).render(**values)


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(shipped("templates") / "report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
