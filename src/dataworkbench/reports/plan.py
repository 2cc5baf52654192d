"""What is to be run: one notebook, and for each school, team, teacher or student the parameters it is run with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dataworkbench.errors import NoSuchNameError, ParameterError, WorkbenchError, no_such
from dataworkbench.files import slug_for
from dataworkbench.records import open_records
from dataworkbench.reports.fingerprints import (
    code_fingerprint,
    inputs_fingerprint,
    notebook_fingerprint,
    own_files_fingerprint,
)
from dataworkbench.reports.packs import PACKS, Pack, Roll, Subject
from dataworkbench.reports.paper import Paper
from dataworkbench.reports.parameters import KnownParameter, check_parameters, known_parameters
from dataworkbench.terms import AUDIENCES
from dataworkbench.warehouse import open_workspace
from dataworkbench.workspace import Workspace, find_workspace, shipped

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
EACH: Final[tuple[str, ...]] = tuple(PACKS)
"""What one report of a run is about; ``district`` makes a single one."""


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
    paper: Paper = "letter"
    inputs: Mapping[str, str] = field(default_factory=dict)
    everybody: frozenset[str] = frozenset()
    """The file names of all reports that there are to make, also of those that ``only`` left out."""

    def fingerprint_of(self, item: Item) -> str:
        """Return letters that change with anything that the page of an item is made from."""
        return inputs_fingerprint({**self.inputs, "title": item.title, "parameters": dict(item.parameters)})

    def __repr__(self) -> str:
        return f"<Plan: {self.notebook} for {len(self.items)} reports, one for each {self.each}, snapshot {self.snapshot_id}>"


def plan_reports(
    workspace: Workspace | Path | str = "",
    *,
    notebook: str = "",
    each: str = "school",
    parameters: Mapping[str, Any] = NOTHING,
    only: Sequence[str] = (),
    roll: Roll | None = None,
) -> Plan:
    """Return what would be run, checked: the notebook is there and knows each parameter that it is given.

    ``each`` is one of ``EACH``; without a ``notebook`` it is the one that comes with it. ``only`` keeps what is named: schools
    by name or identifier, the teams and teachers of a school, a student by identifier or page number, and so on.
    ``roll`` stands in for the district's current snapshot.

    Raises
    ------
    ParameterError
        Where the notebook does not know a parameter, or its kind is wrong, or pages about single people are asked for the
        public. Nothing has been run then.
    NoSuchNameError
        Where the notebook, or a name in ``only``, is not there.

    """
    place = workspace if isinstance(workspace, Workspace) else find_workspace(workspace)
    pack = find_pack(each)
    path = find_notebook(place, notebook or pack.notebook)
    known = known_parameters(path)
    text = path.read_text(encoding="utf-8")
    check_parameters(path.name, known, parameters, needed=pack.fills)
    _refuse_filled_in(pack, parameters)
    audience = _audience(known, parameters)
    _refuse_public(each, pack, audience)
    district = roll or open_workspace(place.root)
    shared = _with_workspace(place, known, parameters)
    subjects = pack.find(district, place, str(parameters.get("school_year", "")))
    items = tuple(_items(_chosen(pack, subjects, only), shared))
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
        paper=district.settings.paper,
        inputs=_inputs(place, text, district),
        everybody=frozenset(_slug(subject) for subject in subjects),
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


def find_pack(each: str) -> Pack:
    """Return what a kind of report is: its words, its parameters and its notebook."""
    if each not in PACKS:
        raise no_such("kind of report", each, EACH)
    return PACKS[each]


def _refuse_filled_in(pack: Pack, given: Mapping[str, Any]) -> None:
    filled = next((name for name in pack.fills if name in given), "")
    if filled:
        raise ParameterError(
            f"'{filled}' is filled in for each report. Name the ones to make with `only` instead."
        )


def _refuse_public(each: str, pack: Pack, audience: str) -> None:
    if pack.staff_only and audience != AUDIENCES[0]:
        raise ParameterError(
            f"Reports for each {each} are about single people, so they are made for staff alone. Nothing was run."
        )


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


def _chosen(pack: Pack, subjects: Sequence[Subject], only: Sequence[str]) -> Sequence[Subject]:
    if not subjects:
        raise WorkbenchError(
            f"The data name no {pack.word}, so there is nothing to report on. Import the district's files."
        )
    wanted = set(only)
    for asked in only:
        if not any(asked in subject.known_as for subject in subjects):
            raise _nobody(pack, asked, subjects)
    return [subject for subject in subjects if not wanted or wanted & set(subject.known_as)]


def _nobody(pack: Pack, asked: str, subjects: Sequence[Subject]) -> NoSuchNameError:
    """Return the error for what is not there; where it is about students, it repeats and lists nothing."""
    if not pack.nameless:
        return no_such(pack.word, asked, (subject.title for subject in subjects))
    return NoSuchNameError(
        f"What was asked for is no {pack.word} of this school year. Ask by identifier (with the zeros in front), by the number "
        "of a page, or for all of a school by its name."
    )


def _items(subjects: Iterable[Subject], shared: Mapping[str, Any]) -> Iterable[Item]:
    for subject in subjects:
        yield Item(_slug(subject), subject.title, {**shared, **subject.parameters})


def _slug(subject: Subject) -> str:
    return slug_for(subject.title, subject.parameters)


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


def _inputs(place: Workspace, notebook: str, district: Roll) -> dict[str, str]:
    return {
        "snapshot": district.snapshot_id,
        "policy": district.policy.fingerprint,
        "settings": inputs_fingerprint(district.settings.model_dump(mode="json")),
        "notebook": notebook_fingerprint(notebook),
        "own files": own_files_fingerprint(place.root),
        "records": str(open_records(place).newest),
        "code": code_fingerprint(),
    }
