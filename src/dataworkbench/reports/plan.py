"""What is to be run: one notebook, and for each school (or school year) the parameters it is run with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from dataworkbench.errors import ParameterError, WorkbenchError, no_such
from dataworkbench.files import fingerprint, slug_for
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.records import open_records
from dataworkbench.reports.fingerprints import code_fingerprint, inputs_fingerprint
from dataworkbench.reports.parameters import KnownParameter, check_parameters, known_parameters
from dataworkbench.terms import AUDIENCES
from dataworkbench.warehouse import open_workspace
from dataworkbench.workspace import Settings, Workspace, find_workspace, shipped

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
EACH: Final[tuple[str, ...]] = ("school", "school_year", "district")
"""What one report of a run is about; ``district`` makes a single one."""


class Roll(Protocol):
    """What a plan needs to know of a district; ``warehouse.District`` fits."""

    @property
    def name(self) -> str: ...
    @property
    def snapshot_id(self) -> str: ...
    @property
    def schools(self) -> pd.DataFrame: ...
    @property
    def school_years(self) -> list[str]: ...

    settings: Settings
    policy: DisclosurePolicy


@dataclass(frozen=True)
class Item:
    """One report to be made: its file name, its title, and the parameters of the notebook."""

    slug: str
    title: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """One batch of reports, fully decided: nothing in it is looked up again while it runs."""

    workspace: Workspace
    notebook: str
    notebook_path: Path
    notebook_text: str
    each: str
    audience: str
    items: tuple[Item, ...]
    district: str
    snapshot_id: str
    policy: str
    policy_fingerprint: str
    timezone: str = "UTC"
    inputs: Mapping[str, str] = field(default_factory=dict)

    def fingerprint_of(self, item: Item) -> str:
        """Return letters that change with anything that the page of an item is made from."""
        return inputs_fingerprint({**self.inputs, "title": item.title, "parameters": dict(item.parameters)})

    def __repr__(self) -> str:
        return f"<Plan: {self.notebook} for {len(self.items)} reports, one for each {self.each}, snapshot {self.snapshot_id}>"


def plan_reports(
    workspace: Workspace | Path | str = "",
    *,
    notebook: str = "school_report",
    each: str = "school",
    parameters: Mapping[str, Any] = NOTHING,
    only: Sequence[str] = (),
    roll: Roll | None = None,
) -> Plan:
    """Return what would be run, checked: the notebook is there and knows each parameter that it is given.

    ``each`` is one of ``EACH``; ``only`` keeps the schools (by name or identifier) or school years named.
    ``roll`` stands in for the district's current snapshot.

    Raises
    ------
    ParameterError
        Where the notebook does not know a parameter, or its kind is wrong. Nothing has been run then.
    NoSuchNameError
        Where the notebook, or a name in ``only``, is not there.

    """
    place = workspace if isinstance(workspace, Workspace) else find_workspace(workspace)
    path = find_notebook(place, notebook)
    text = path.read_text(encoding="utf-8")
    known = known_parameters(path)
    if each not in EACH:
        raise no_such("kind of report", each, EACH)
    check_parameters(path.name, known, parameters, needed="" if each == "district" else each)
    if each in parameters:
        raise ParameterError(
            f"'{each}' is filled in for each report. Name the ones to make with `only` instead."
        )
    audience = _audience(known, parameters)
    district = roll or open_workspace(place.root)
    shared = _with_workspace(place, known, parameters)
    items = tuple(_items(_subjects(district, each, only), each, shared))
    _refuse_doubles(items)
    return Plan(
        workspace=place,
        notebook=path.stem,
        notebook_path=path,
        notebook_text=text,
        each=each,
        audience=audience,
        items=items,
        district=district.name,
        snapshot_id=district.snapshot_id,
        policy=district.policy.name,
        policy_fingerprint=district.policy.fingerprint,
        timezone=_zone(district.settings.timezone),
        inputs=_inputs(text, district) | {"records": str(open_records(place).newest)},
    )


def find_notebook(workspace: Workspace, name: str) -> Path:
    """Return a notebook by name: the team's own copy goes before the one that came with the workbench."""
    asked = name.removesuffix(".ipynb")
    places = (workspace.notebooks, shipped("notebooks"))
    for folder in places:
        there = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
        if asked in there:
            return there[asked]
    raise no_such("notebook", asked, (path.stem for folder in places for path in folder.glob("*.ipynb")))


def _audience(known: Mapping[str, KnownParameter], given: Mapping[str, Any]) -> str:
    """Return for whom the pages are: as given, else as the notebook has it, else for staff."""
    audience = given.get("audience", known["audience"].value if "audience" in known else None) or AUDIENCES[0]
    if audience not in AUDIENCES:
        raise no_such("audience", str(audience), AUDIENCES)
    return str(audience)


def _with_workspace(
    workspace: Workspace, known: Mapping[str, KnownParameter], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the parameters that all reports share, with the workspace filled in where the notebook asks for it."""
    if "workspace" in known and "workspace" not in given:
        return {"workspace": str(workspace.root), **given}
    return dict(given)


def _subjects(district: Roll, each: str, only: Sequence[str]) -> list[tuple[str, str]]:
    """Return (value of the parameter, title) for each report."""
    if each == "district":
        return [("", district.name)]
    if each == "school_year":
        return _chosen("school year", [(year, year) for year in district.school_years], only)
    schools = district.schools[["school_id", "school_name"]].astype("str").drop_duplicates()
    schools["school_name"] = schools["school_name"].fillna(schools["school_id"])
    names = schools["school_name"].value_counts()
    pairs = [
        (school_id, name if names[name] == 1 else f"{name} ({school_id})")
        for school_id, name in schools.itertuples(index=False)
    ]
    return _chosen("school", pairs, only)


def _chosen(kind: str, subjects: list[tuple[str, str]], only: Sequence[str]) -> list[tuple[str, str]]:
    if not subjects:
        raise WorkbenchError(
            f"The data name no {kind}, so there is nothing to report on. Import the district's files."
        )
    wanted = set(only)
    for asked in only:
        if not any(asked in subject for subject in subjects):
            raise no_such(kind, asked, (title for _, title in subjects))
    return [subject for subject in subjects if not wanted or wanted & set(subject)]


def _items(subjects: Iterable[tuple[str, str]], each: str, shared: Mapping[str, Any]) -> Iterable[Item]:
    for value, title in subjects:
        own = {} if each == "district" else {each: value}
        yield Item(slug_for(title, own), title, {**shared, **own})


def _refuse_doubles(items: Sequence[Item]) -> None:
    if len({item.slug for item in items}) != len(items):
        raise WorkbenchError(
            "Two reports would get the same file name. Check the schools' identifiers for doubles."
        )


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise WorkbenchError(
            f"workbench.toml names the time zone '{name}', which is not known. Write it as in \"America/Chicago\"."
        ) from fault


def _inputs(notebook: str, district: Roll) -> dict[str, str]:
    return {
        "snapshot": district.snapshot_id,
        "policy": district.policy.fingerprint,
        "settings": inputs_fingerprint(district.settings.model_dump(mode="json")),
        "notebook": fingerprint(notebook),
        "code": code_fingerprint(),
    }
