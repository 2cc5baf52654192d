"""What a reader has chosen: state only.

What was chosen on a screen and what a report is run with are one and the same value, so an exploration can be
run again as a report and a report opened as an exploration.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from dataworkbench.errors import no_such


@dataclass(frozen=True)
class Selection(Mapping[str, tuple[str, ...]]):
    """The groups a reader looks at; an empty choice means all of them.

    As a mapping it gives only what was chosen: ``{"school_id": ("1001",), "grade_level": ("03", "04")}``.
    """

    school_year: tuple[str, ...] = ()
    school_id: tuple[str, ...] = ()
    grade_level: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    period: tuple[str, ...] = ()
    subgroup_type: tuple[str, ...] = ()
    subgroup: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for f in fields(self):
            object.__setattr__(self, f.name, _as_choices(getattr(self, f.name)))

    def _chosen(self) -> dict[str, tuple[str, ...]]:
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name)}

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return self._chosen()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._chosen())

    def __len__(self) -> int:
        return len(self._chosen())

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, f.name) for f in fields(self)))

    def but(self, **choices: str | Iterable[str] | None) -> Self:
        """Return the same selection with some choices made anew; None or nothing chosen means all."""
        known = [f.name for f in fields(self)]
        for name in choices:
            if name not in known:
                raise no_such("choice", name, known)
        return replace(self, **{name: _as_choices(value) for name, value in choices.items()})

    def as_parameters(self) -> dict[str, str]:
        """Return the selection as notebook parameters: text, values parted by ``|``."""
        return {f.name: "|".join(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Any]) -> Self:
        """Return the selection that notebook parameters describe; parameters for other things are left alone."""
        known = {f.name for f in fields(cls)}
        return cls(**{name: _as_choices(value) for name, value in parameters.items() if name in known})


def _as_choices(value: str | Iterable[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    parts = value.split("|") if isinstance(value, str) else [str(part) for part in value]
    return tuple(part for part in (p.strip() for p in parts) if part)


def select(**choices: str | Iterable[str] | None) -> Selection:
    """Return a selection from named choices: ``select(school_id="1001", grade_level=["03", "04"])``."""
    return Selection().but(**choices)
