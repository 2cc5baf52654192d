"""A page in parts (headings, sentences, lists, tables, drawings), the same as HTML and as Markdown.

Whatever a person wrote is text in both: nothing of it acts, and no mark that is not seen turns the text around.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final, Literal

from dataworkbench.figures.embedding import chart_html, plain_text
from dataworkbench.frames import printable
from dataworkbench.rootcause import escape_markdown
from dataworkbench.views.notes import whole_day
from dataworkbench.workspace import shipped

Look = Literal["", "quiet", "care"]
STYLE: Final = "paper.css"
_DAY: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


@dataclass(frozen=True)
class Said:
    """A paragraph; ``look`` says whether it stands back or asks for care."""

    text: str
    look: Look = ""


@dataclass(frozen=True)
class Item:
    """One point of a list: a word in bold before it, what is said, what stands small behind it, and the points below it."""

    text: str
    head: str = ""
    behind: str = ""
    under: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Items:
    """A list of points."""

    items: tuple[Item, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Grid:
    """A table: its titles and its rows as text. A row of one cell is a heading above the rows that come after it."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    name: str = ""


@dataclass(frozen=True)
class Drawn:
    """A drawing as SVG text that holds nothing but what we drew, with its name; ``wide`` where paper is turned for it."""

    svg: str
    name: str
    wide: bool = False


@dataclass(frozen=True)
class Chart:
    """A figure as Plotly's JSON; ``alt`` is for those who cannot see it, ``titled`` what stands above it already."""

    drawing: str
    alt: str
    titled: str = ""


Block = Said | Items | Grid | Drawn | Chart


@dataclass(frozen=True)
class Part:
    """A heading and what stands below it."""

    title: str
    blocks: tuple[Block, ...]
    level: int = 2


@dataclass(frozen=True)
class Paper:
    """A page: its title, what stands right below it, its parts, and what stands at its foot."""

    title: str
    above: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    foot: tuple[str, ...] = ()
    notice: str = ""
    kind: str = ""

    def __str__(self) -> str:
        return self.as_markdown()

    def _repr_html_(self) -> str:
        return f"<style>{style()}</style>{self.body(drawing=False, top=3)}"

    @property
    def has_charts(self) -> bool:
        """Whether a script is needed to draw on this page."""
        return any(isinstance(block, Chart) for part in self.parts for block in part.blocks)

    def body(self, *, drawing: bool, top: int = 1) -> str:
        """Return the inside of the page as HTML; charts are drawn where ``drawing`` says that a script is there.

        ``top`` is the level of its heading: below a heading of a notebook it is a lower one.
        """
        notice = f'<p class="dw-notice" role="note">{_text(self.notice)}</p>' if self.notice else ""
        above = "".join(f'<p class="dw-above">{_text(line)}</p>' for line in self.above)
        numbers = iter(range(1, 10_000))
        parts = "".join(_part_html(part, numbers, drawing=drawing, top=top) for part in self.parts)
        foot = "".join(f"<li>{_text(line)}</li>" for line in self.foot)
        ends = f"<footer><ul>{foot}</ul></footer>" if foot else ""
        inside = f"{notice}<header><h{top}>{_text(self.title)}</h{top}>{above}</header>{parts}{ends}"
        return f'<article class="dw-paper {escape(self.kind)}">{inside}</article>'

    def as_html(self, *, assets: str = "", lang: str = "en") -> str:
        """Return a whole page that fetches nothing; ``assets`` is where the script lies that draws its charts."""
        draws = bool(assets) and self.has_charts
        runs = "script-src 'self' file:; " if draws else ""
        scripts = (
            f'<script src="{escape(assets)}/plotly.min.js" defer></script><script src="{escape(assets)}/report.js" defer></script>'
            if draws
            else ""
        )
        return (
            f'<!doctype html>\n<html lang="{escape(lang)}">\n<head>\n<meta charset="utf-8">\n'
            f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; {runs}style-src 'unsafe-inline'; img-src data: blob:; "
            "base-uri 'none'; form-action 'none'\">\n"
            '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex, nofollow">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{_text(self.title)}</title>\n<style>{style()}</style>\n{scripts}\n</head>\n<body>\n"
            f"<main>{self.body(drawing=draws)}</main>\n</body>\n</html>\n"
        )

    def as_markdown(self) -> str:
        """Return the page as Markdown in which nothing that people wrote acts as Markdown or HTML."""
        lines = [f"# {_mark(self.title)}", ""]
        lines += [f"> {_mark(self.notice)}", ""] if self.notice else []
        lines += [text for line in self.above for text in (_mark(line), "")]
        lines += [line for part in self.parts for line in _part_markdown(part)]
        lines += ["---", "", *(f"- {_mark(line)}" for line in self.foot), ""] if self.foot else []
        return "\n".join(lines).rstrip() + "\n"


def style() -> str:
    """Return the style of such pages, on a screen and on paper."""
    return (shipped("templates") / "meetings" / STYLE).read_text(encoding="utf-8")


def seen_as(text: str) -> str:
    """Return text on one line, without marks that are not seen."""
    return " ".join(printable(text).split())


def _text(text: str) -> str:
    """Return text for HTML: escaped, and with days that are not parted at the end of a line."""
    return escape(_DAY.sub(lambda day: whole_day(day[0]), seen_as(text)))


def _mark(text: str) -> str:
    return escape_markdown(seen_as(text))


def _part_html(part: Part, numbers: Iterator[int], *, drawing: bool, top: int) -> str:
    level = min(max(part.level, 2) + top - 1, 6)
    blocks = "".join(_block_html(block, numbers, drawing=drawing) for block in part.blocks)
    head = f"<h{level}>{_text(part.title)}</h{level}>" if part.title else ""
    return f"<section>{head}{blocks}</section>"


def _block_html(block: Block, numbers: Iterator[int], *, drawing: bool) -> str:
    match block:
        case Said():
            look = f' class="dw-{block.look}"' if block.look else ""
            return "".join(
                f'<p{look} dir="auto">{_text(line)}</p>' for line in block.text.splitlines() if line.strip()
            )
        case Items():
            kind = "ol" if block.ordered else "ul"
            return f"<{kind}>{''.join(map(_item_html, block.items))}</{kind}>"
        case Grid():
            return _grid_html(block)
        case Drawn():
            label = escape(seen_as(block.name))
            wide = " dw-wide" if block.wide else ""
            return f'<div class="dw-drawn{wide}" role="region" aria-label="{label}" tabindex="0">{printable(block.svg)}</div>'
        case Chart():
            return _chart_html(block, next(numbers), drawing=drawing)


def _item_html(item: Item) -> str:
    head = f"<strong>{_text(item.head)}</strong> " if item.head else ""
    behind = f" <small>({_text(item.behind)})</small>" if item.behind else ""
    under = f"<ul>{''.join(map(_item_html, item.under))}</ul>" if item.under else ""
    return f'<li dir="auto"><span class="dw-line">{head}{_text(item.text)}{behind}</span>{under}</li>'


def _grid_html(grid: Grid) -> str:
    caption = f"<caption>{_text(grid.caption)}</caption>" if grid.caption else ""
    head = "".join(f'<th scope="col" role="columnheader">{_text(title)}</th>' for title in grid.titles)
    rows = "".join(_row_html(grid, row) for row in grid.rows)
    label = escape(seen_as(grid.caption or grid.name or "Table"))
    return (
        f'<div class="dw-grid {escape(grid.name)}" role="region" aria-label="{label}" tabindex="0"><table role="table">{caption}'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{rows}</tbody></table></div>'
    )


def _row_html(grid: Grid, row: Sequence[str]) -> str:
    if len(row) == 1 < len(grid.titles):
        return f'<tr role="row" class="dw-head"><th role="cell" colspan="{len(grid.titles)}">{_text(row[0])}</th></tr>'
    cells = [
        f'<{tag} data-title="{escape(seen_as(title))}"><span class="dw-clamp" dir="auto">{_text(cell)}</span></{tag[:2]}>'
        for title, cell, tag in zip(
            grid.titles,
            row,
            ('th role="rowheader" scope="row"', *['td role="cell"'] * (len(row) - 1)),
            strict=True,
        )
    ]
    return f'<tr role="row">{"".join(cells)}</tr>'


def _chart_html(chart: Chart, number: int, *, drawing: bool) -> str:
    figure = figure_in(chart.drawing)
    if not figure:
        return ""
    if not drawing:
        return f'<p class="dw-quiet">The drawing stands in the page of the minutes; its numbers stand below. {_text(chart.alt)}</p>'
    layout = dict(figure.get("layout") or {})
    meta, title = layout.get("meta"), layout.get("title")
    if plain_text(str(title.get("text") if isinstance(title, Mapping) else title)) == chart.titled:
        layout["title"] = None
    layout["meta"] = {
        **(meta if isinstance(meta, Mapping) else {}),
        **({"alt": chart.alt} if chart.alt else {}),
    }
    traces = [trace for trace in figure.get("data") or [] if isinstance(trace, Mapping)]
    return printable(chart_html({"data": traces, "layout": layout}, number))


def figure_in(drawing: str) -> dict[str, Any]:
    """Return the figure that a text of JSON holds; empty where it holds none."""
    try:
        held = json.loads(drawing)
    except ValueError:
        return {}
    return held if isinstance(held, dict) and isinstance(held.get("data", []), list) else {}


def _part_markdown(part: Part) -> Iterator[str]:
    if part.title:
        yield from (f"{'#' * part.level} {_mark(part.title)}", "")
    for block in part.blocks:
        yield from _block_markdown(block)
        yield ""


def _block_markdown(block: Block) -> Iterator[str]:
    match block:
        case Said():
            kept = [line for line in block.text.splitlines() if line.strip()]
            yield "\n\n".join(f"*{_mark(line)}*" if block.look == "quiet" else _mark(line) for line in kept)
        case Items():
            for place, item in enumerate(block.items, start=1):
                yield from _item_markdown(item, f"{place}." if block.ordered else "-", 0)
        case Grid():
            yield from _grid_markdown(block)
        case Drawn():
            yield f"*({_mark(block.name)} is drawn in the HTML page; it is told in words below.)*"
        case Chart():
            yield f"*(The figure is drawn in the HTML page.)* {_mark(block.alt)}".rstrip()


def _item_markdown(item: Item, sign: str, depth: int) -> Iterator[str]:
    head = f"**{_mark(item.head)}** " if item.head else ""
    behind = f" ({_mark(item.behind)})" if item.behind else ""
    yield f"{'    ' * depth}{sign} {head}{_mark(item.text)}{behind}"
    for below in item.under:
        yield from _item_markdown(below, "-", depth + 1)


def _grid_markdown(grid: Grid) -> Iterator[str]:
    if grid.caption:
        yield from (f"**{_mark(grid.caption)}**", "")
    yield f"| {' | '.join(map(_mark, grid.titles))} |"
    yield f"|{' --- |' * len(grid.titles)}"
    for row in grid.rows:
        cells = (
            [f"**{_mark(row[0])}**", *[""] * (len(grid.titles) - 1)]
            if len(row) == 1 < len(grid.titles)
            else list(map(_mark, row))
        )
        yield f"| {' | '.join(cells)} |"
