"""What a reader has chosen in the address of a page, and the form that changes it: for stage pages that Voila shows.

A stage notebook is run from top to bottom for one choice. In JupyterLab a team changes the parameters cell; on a page
without cells it changes the form, and the page is made anew. Only what is named here can be chosen that way: never the
workspace, never for whom the page is made.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final
from urllib.parse import parse_qs

from dataworkbench.frames import group_text
from dataworkbench.panels.choices import Asked, choices_from

LONGEST: Final = 300
"""Longer texts than this are not taken from an address."""


@dataclass(frozen=True)
class Field:
    """One thing that can be chosen: the name of the parameter, its label, and what there is, as value and label.

    Without options it is a line to write in.
    """

    name: str
    label: str
    options: tuple[tuple[str, str], ...] = ()
    free: bool = False


def _listed(filter_name: str, *, anything: str) -> Callable[[Asked], tuple[tuple[str, str], ...]]:
    def options(district: Asked) -> tuple[tuple[str, str], ...]:
        found = choices_from(district, [filter_name])
        held = found[0].options if found else ()
        said = tuple(
            (value, group_text(filter_name, value) if value == label else label) for value, label in held
        )
        return (("", anything), *said)

    return options


_LISTS: Final[Mapping[str, tuple[str, Callable[[Asked], tuple[tuple[str, str], ...]]]]] = {
    "school": ("School", _listed("school_id", anything="All schools together")),
    "school_year": ("School year", _listed("school_year", anything="The latest")),
    "grade": ("Grade", _listed("grade_level", anything="All grades")),
    "subject": ("Subject", _listed("subject", anything="All subjects")),
    "compare": ("Compare groups by", _listed("subgroup_type", anything="As the page has it")),
}
_LINES: Final[Mapping[str, str]] = {
    "section": "Class (identifier)",
    "student": "Student (identifier)",
    "concern": "Concern, in a sentence",
}


def fields_for(district: Asked, parameters: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return what can be chosen on a page: those of its parameters that hold text and are known here."""
    lists = tuple(
        Field(name, label, options(district))
        for name, (label, options) in _LISTS.items()
        if isinstance(parameters.get(name), str)
    )
    lines = tuple(
        Field(name, label, free=True)
        for name, label in _LINES.items()
        if isinstance(parameters.get(name), str)
    )
    return tuple(field for field in lists if len(field.options) > 1) + lines


def chosen_in(query: str, fields: tuple[Field, ...]) -> dict[str, str]:
    """Return what an address chooses, by the name of the parameter; what is not on offer is left as it was."""
    asked = {name: values[-1].strip() for name, values in parse_qs(query).items()}
    return {
        field.name: asked[field.name]
        for field in fields
        if asked.get(field.name)
        and len(asked[field.name]) <= LONGEST
        and (field.free or asked[field.name] in {value for value, _ in field.options})
    }


@dataclass(frozen=True)
class Form:
    """The form at the top of a page: one control for each field, and a button that makes the page anew."""

    fields: tuple[Field, ...]
    chosen: Mapping[str, str]

    def _repr_html_(self) -> str:
        controls = "".join(self._control(field) for field in self.fields)
        return (
            f'<form method="get" class="dw-choose" aria-label="Choose what this page is about" style="{_ROW}">'
            f'{controls}<button type="submit" style="{_BUTTON}">Show</button></form>'
        )

    def _control(self, field: Field) -> str:
        name, now = escape(field.name, quote=True), self.chosen.get(field.name, "")
        if field.free:
            box = f'<input name="{name}" value="{escape(now, quote=True)}" autocomplete="off" style="{_BOX}">'
        else:
            box = f'<select name="{name}" style="{_BOX}">{"".join(_option(o, now) for o in field.options)}</select>'
        return f'<label style="{_LABEL}">{escape(field.label)}<br>{box}</label>'

    def __str__(self) -> str:
        return ", ".join(
            f"{field.label}: {self.chosen.get(field.name, '') or 'not chosen'}" for field in self.fields
        )


_ROW: Final = "display:flex;flex-wrap:wrap;gap:12px;align-items:end;margin:0 0 1rem"
_LABEL: Final = "font-weight:600"
_BOX: Final = "font:inherit;font-weight:400;padding:6px 8px;min-width:11rem;max-width:100%;min-height:40px;box-sizing:border-box"
_BUTTON: Final = "font:inherit;font-weight:600;padding:8px 18px;min-height:40px"


def _option(option: tuple[str, str], now: str) -> str:
    value, label = option
    selected = " selected" if value == now else ""
    return f'<option value="{escape(value, quote=True)}"{selected}>{escape(label)}</option>'


def choose(parameters: dict[str, Any], district: Asked) -> Form:
    """Put what the page's address chooses into a notebook's parameters, and return the form that changes it."""
    fields = fields_for(district, parameters)
    found = chosen_in(os.environ.get("QUERY_STRING", ""), fields)
    parameters.update(found)
    return Form(fields, found)
