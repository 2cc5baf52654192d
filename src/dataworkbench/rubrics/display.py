"""A rubric as HTML that is safe to show: every word of it is escaped, and nothing in it runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataworkbench.rubrics.model import Element, Rubric, Who

_CELL = "style='text-align:left;vertical-align:top;padding:.4em .7em'"
_SCROLL = "<div style='overflow-x:auto;max-width:100%'>"


def rubric_html(rubric: Rubric) -> str:
    """Return a rubric as one HTML table with a heading, its levels explained and its questions below."""
    described = [name for name in rubric.level_names if any(name in e.levels for e in rubric.elements)]
    explained = "".join(
        f"<li><strong>{escape(lv.name)}</strong>: {escape(lv.meaning)}</li>" for lv in rubric.levels
    )
    head = "".join(f"<th scope='col' {_CELL}>{escape(name)}</th>" for name in ("Element", *described))
    return (
        f"<section><p><strong>{escape(rubric.title)}</strong>. {escape(rubric.statement)}</p><ol>{explained}</ol>"
        f"{_SCROLL}<table><caption>{escape(rubric.title)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{_rows(rubric, described)}</tbody></table></div>"
        f"{_asked('To talk about', rubric.reflection)}{_source(rubric.source)}</section>"
    )


def element_html(element: Element) -> str:
    """Return one element as HTML: what it is, what to look for at each level, and what to ask."""
    columns = list(element.look_fors)
    described = ["What it looks like"] if element.levels else []
    titles = ["Level", *described, *(_where(who) for who in columns)]
    head = "".join(f"<th scope='col' {_CELL}>{escape(title)}</th>" for title in titles)
    body = "".join(_level_row(element, level, columns) for level in _in_order(element))
    table = (
        f"{_SCROLL}<table><caption>{escape(element.title)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        if body
        else ""
    )
    return (
        f"<section><p><strong>{escape(element.title)}</strong>. {escape(element.statement)}</p>"
        f"{table}{_asked('To ask', element.questions)}</section>"
    )


def _level_row(element: Element, level: str, columns: Sequence[Who]) -> str:
    said = f"<td {_CELL}>{escape(element.levels.get(level, ''))}</td>" if element.levels else ""
    seen = "".join(f"<td {_CELL}>{_list(element.look_fors[who].get(level, ()))}</td>" for who in columns)
    return f"<tr><th scope='row' {_CELL}>{escape(level)}</th>{said}{seen}</tr>"


def _rows(rubric: Rubric, described: list[str]) -> str:
    parts = rubric.parts or ("",)
    return "".join(_part_rows(rubric, part, described) for part in parts)


def _part_rows(rubric: Rubric, part: str, described: list[str]) -> str:
    heading = (
        f"<tr><th scope='rowgroup' colspan='{1 + len(described)}' {_CELL}>{escape(part)}</th></tr>"
        if part
        else ""
    )
    return heading + "".join(_row(e, described) for e in rubric.elements if e.part == part)


def _row(element: Element, described: list[str]) -> str:
    cells = "".join(f"<td {_CELL}>{escape(element.levels.get(name, ''))}</td>" for name in described)
    name = f"{escape(element.title)}<br><span style='font-weight:normal'>{escape(element.statement)}</span>"
    return f"<tr><th scope='row' {_CELL}>{name}</th>{cells}</tr>"


def _in_order(element: Element) -> list[str]:
    """Return the levels an element speaks of, in the order in which its file names them."""
    named = [*element.levels, *(level for held in element.look_fors.values() for level in held)]
    return list(dict.fromkeys(named))


def _where(who: str) -> str:
    return "Look for" if who == "everyone" else f"Look for in {escape(who)}"


def _list(items: Iterable[str]) -> str:
    return "<ul style='margin:0'>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"


def _asked(heading: str, questions: tuple[str, ...]) -> str:
    return f"<p><strong>{escape(heading)}</strong></p>{_list(questions)}" if questions else ""


def _source(source: str) -> str:
    return f"<p><small>{escape(source)}</small></p>" if source else ""
