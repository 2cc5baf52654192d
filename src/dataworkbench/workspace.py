"""Where a district's things lie on disk, and what the district has said about itself.

A workspace is a folder with a ``workbench.toml`` and a ``policy.toml``.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from dataworkbench.errors import PolicyChangedError, WorkbenchError, no_such
from dataworkbench.flag_rules import FlagRules
from dataworkbench.policy import DEFAULT_POLICY_TEXT, DisclosurePolicy, load_policy

SETTINGS_FILE = "workbench.toml"
POLICY_FILE = "policy.toml"
IGNORE_FILE = ".gitignore"
ATTRIBUTES_FILE = ".gitattributes"

PUBLICATION_FILE = "publication.toml"
FOLDERS = ("inbox", "raw", "mappings", "snapshots", "releases", "reports", "notebooks")
ENVIRONMENT_VARIABLE = "DATAWORKBENCH_WORKSPACE"
SNAPSHOT_VARIABLE = "DATAWORKBENCH_SNAPSHOT"
"""What a run of reports says of its snapshot, so that an import in the middle of it mixes nothing."""
POLICY_VARIABLE = "DATAWORKBENCH_POLICY_BEGUN_UNDER"
"""What a run of reports says of the policy that it began under. It sets nothing: another policy is refused, that is all."""
RECORDS_VARIABLE = "DATAWORKBENCH_RECORDS_URL"


class AbsenceRule(BaseModel):
    """When a student counts as chronically absent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    chronic_from: Annotated[float, Field(gt=0, lt=1)] = 0.10
    severe_from: Annotated[float, Field(gt=0, lt=1)] = 0.20
    at_risk_from: Annotated[float, Field(gt=0, lt=1)] = 0.05
    fewest_days: Annotated[int, Field(ge=1)] = 10


MasteryRuleName = Literal[
    "latest", "highest", "average", "median", "mode", "weighted average", "decaying average", "power law",
    "mastered often enough",
]  # fmt: skip


class MasteryRule(BaseModel):
    """How several scores on one standard become one verdict."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: MasteryRuleName = "latest"
    fewest_scores: Annotated[int, Field(ge=1)] = 1
    times: Annotated[int, Field(ge=1)] = 2


class GrowthRule(BaseModel):
    """What moving from level to level is worth, and which growth percentiles count as typical."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value_table: tuple[tuple[float, ...], ...] = ()
    typical_from: Annotated[float, Field(ge=1, le=99)] = 35
    typical_to: Annotated[float, Field(ge=1, le=99)] = 65

    @model_validator(mode="after")
    def _fits(self) -> Self:
        sizes = {len(row) for row in self.value_table}
        if sizes - {len(self.value_table)}:
            raise ValueError(
                "value_table needs as many numbers in each row as there are rows: one row for each level before, "
                "one number in it for each level now, the lowest level first"
            )
        if self.typical_from > self.typical_to:
            raise ValueError("typical_from is above typical_to")
        return self


class RecordsPlace(BaseModel):
    """Where that which teams write is kept: a file in the workspace where ``url`` is empty, else PostgreSQL.

    Where ``closed`` says why, nothing that teams wrote is read here, and nothing can be written.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = ""
    closed: str = ""

    @field_validator("url")
    @classmethod
    def _is_understood(cls, url: str) -> str:
        if url and not url.startswith(("postgresql://", "postgres://")):
            raise ValueError('it has to read "postgresql://user@machine/database", or be left empty')
        if url and _password_in(url):
            raise ValueError(
                "a password does not belong in this file, which is copied and sent around: take it out and put it into "
                f"the environment variable {RECORDS_VARIABLE}, with the whole address, or into ~/.pgpass"
            )
        return url


def _password_in(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.password is not None or "password" in parse_qs(parts.query)


class Settings(BaseModel):
    """What a district says about itself in ``workbench.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    district: str = "Our district"
    school_year: str = ""
    timezone: str = "UTC"
    date_order: str = ""
    matched_from: Annotated[float, Field(ge=0, le=1)] = 0.5
    absence: AbsenceRule = AbsenceRule()
    flags: FlagRules = FlagRules()
    mastery: MasteryRule = MasteryRule()
    growth: GrowthRule = GrowthRule()
    survey_fewest: Annotated[int, Field(ge=1)] = 10
    paper: Literal["letter", "a4"] = "letter"
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    owners: dict[str, str] = {}
    records: RecordsPlace = RecordsPlace()


@dataclass(frozen=True)
class Workspace:
    """The folder of one district."""

    root: Path

    @property
    def inbox(self) -> Path:
        """Where files are dropped."""
        return self.root / "inbox"

    @property
    def raw(self) -> Path:
        """Files as they came, named by the hash of their content; never changed."""
        return self.root / "raw"

    @property
    def mappings(self) -> Path:
        """The district's own mapping profiles."""
        return self.root / "mappings"

    @property
    def snapshots(self) -> Path:
        """The district's data after each import; immutable."""
        return self.root / "snapshots"

    @property
    def releases(self) -> Path:
        """One folder a release: what was made for the public, and what was decided about it."""
        return self.root / "releases"

    @property
    def reports(self) -> Path:
        """One folder a run."""
        return self.root / "reports"

    @property
    def notebooks(self) -> Path:
        """The team's own copies of notebooks; they go before the ones that came with the workbench."""
        return self.root / "notebooks"

    def settings(self) -> Settings:
        """Return what the district said about itself."""
        return _read_settings(self.root / SETTINGS_FILE)

    def records_url(self) -> str:
        """Return the address of the database that holds what teams write; empty where that is a file in the workspace.

        The environment variable ``DATAWORKBENCH_RECORDS_URL`` goes before the settings, and may hold a password.
        """
        named = os.environ.get(RECORDS_VARIABLE, "").strip()
        if named or not (self.root / SETTINGS_FILE).is_file():
            return named
        return self.settings().records.url

    def records_closed(self) -> str:
        """Return why nothing that teams write is read or written here; empty where it is, as it is nearly everywhere."""
        if not (self.root / SETTINGS_FILE).is_file():
            return ""
        return self.settings().records.closed

    def policy(self) -> DisclosurePolicy:
        """Return the district's disclosure policy.

        Raises
        ------
        WorkbenchError
            Where it cannot be read.
        PolicyChangedError
            Where reports are being made, and it is not the one any more that they began under.

        """
        policy = load_policy(self.root / POLICY_FILE)
        begun_under = os.environ.get(POLICY_VARIABLE, "")
        if (
            begun_under
            and os.environ.get(ENVIRONMENT_VARIABLE) == str(self.root)
            and policy.fingerprint != begun_under
        ):
            raise PolicyChangedError(
                f"{POLICY_FILE} was changed while reports were being made: they began under the policy {begun_under}, and "
                f"now it is {policy.fingerprint}. Let the file stand, and go on with the run: dataworkbench report --resume."
            )
        return policy


def _read_settings(path: Path) -> Settings:
    try:
        held: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return Settings.model_validate(held | _flags(held))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise WorkbenchError(
            f"{path.name} cannot be read: {fault}. Put that line right, then try again."
        ) from fault
    except ValidationError as fault:
        said = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in fault.errors())
        raise WorkbenchError(f"{path.name} says something that cannot be followed: {said}.") from fault


def _flags(held: dict[str, Any]) -> dict[str, Any]:
    """Return the part about flags: a rule that came with the workbench where one is named, with what the district changed."""
    own = held.get("flags")
    if not isinstance(own, dict) or "rule" not in own:
        return {}
    known = {path.stem: path for path in shipped("templates").joinpath("flags").glob("*.toml")}
    if own["rule"] not in known:
        raise no_such("rule for flags", str(own["rule"]), known)
    shared: dict[str, Any] = {"attendance": None, "behavior": None, "course": None}
    shared |= tomllib.loads(known[own["rule"]].read_text(encoding="utf-8"))
    return {"flags": shared | own}


def find_workspace(asked: str | os.PathLike[str] = "") -> Workspace:
    """Return the workspace that was asked for.

    Where none is named, it is the one in the environment variable ``DATAWORKBENCH_WORKSPACE``, else the
    nearest folder upwards that holds a ``workbench.toml``.
    """
    named = os.fspath(asked) or os.environ.get(ENVIRONMENT_VARIABLE, "")
    if named:
        root = Path(named).expanduser().resolve()
        if (root / SETTINGS_FILE).is_file():
            return Workspace(root)
        raise WorkbenchError(
            f"{root} is not a workspace: it holds no {SETTINGS_FILE}. Make one with `dataworkbench new {named}`."
        )
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / SETTINGS_FILE).is_file():
            return Workspace(folder)
    raise WorkbenchError(
        f"No workspace was named, and neither {here} nor a folder above it holds a {SETTINGS_FILE}. "
        "Make one with `dataworkbench new my-district`, or try the sample district with `dataworkbench demo`."
    )


def new_workspace(
    folder: str | os.PathLike[str], *, district: str = "Our district", school_year: str = ""
) -> Workspace:
    """Make the folders of a new workspace, its settings and its policy, and return it.

    A folder that is a workspace already is refused: nothing of it is overwritten.
    """
    root = Path(folder).expanduser().resolve()
    if (root / SETTINGS_FILE).exists():
        raise WorkbenchError(f"{root} is a workspace already. Nothing was changed.")
    for name in FOLDERS:
        (root / name).mkdir(parents=True, exist_ok=True)
    for name, text in ((IGNORE_FILE, IGNORE_TEXT), (ATTRIBUTES_FILE, ATTRIBUTES_TEXT)):
        if not (root / name).exists():
            (root / name).write_text(text, encoding="utf-8")
    (root / POLICY_FILE).write_text(DEFAULT_POLICY_TEXT, encoding="utf-8")
    (root / PUBLICATION_FILE).write_text(shipped_publication(), encoding="utf-8")
    (root / SETTINGS_FILE).write_text(
        SETTINGS_TEXT.format(district=_toml_text(district), school_year=_toml_text(school_year)),
        encoding="utf-8",
    )
    return Workspace(root)


def _toml_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return "".join(char if char >= " " else f"\\u{ord(char):04x}" for char in escaped)


def shipped(name: str) -> Path:
    """Return a folder that came with the workbench: ``notebooks`` or ``templates``.

    An installed workbench carries them inside the package; a checkout has them at its top.
    """
    inside = Path(__file__).parent / "shipped" / name
    if inside.is_dir():
        return inside
    beside = Path(__file__).parents[2] / name
    if beside.is_dir():
        return beside
    raise WorkbenchError(
        f"The folder '{name}' that comes with the workbench is not there; looked in {inside} and {beside}. "
        "The installation is incomplete: install the package again."
    )


IGNORE_TEXT = """\
# A workspace holds data of students. git keeps what the district decided and wrote as programs, and nothing else:
# no files that came in, no snapshots, records, logs, minutes, reports, and nothing of a release.
/*
!/.gitignore
!/.gitattributes
!/README.md
!/workbench.toml
!/policy.toml
!/publication.toml
!/mappings/
/mappings/*
!/mappings/*.yaml
!/mappings/*.yml
!/mappings/*.toml
!/rubrics/
/rubrics/*
!/rubrics/*.yaml
!/protocols/
/protocols/*
!/protocols/*.yaml
!/protocols/*.toml
!/notebooks/
/notebooks/**
!/notebooks/**/
!/notebooks/**/*.ipynb
!/notebooks/**/*.py
!/notebooks/**/*.md
.ipynb_checkpoints/
"""

ATTRIBUTES_TEXT = """\
# git takes notebooks in without what they showed. Each clone has to be told once: dataworkbench strip --install
*.ipynb filter=dataworkbench
"""


def shipped_publication() -> str:
    """Return the text of the publication file that comes with the workbench: what is published unless a district says else."""
    return (shipped("templates") / "publication" / PUBLICATION_FILE).read_text(encoding="utf-8")


SETTINGS_TEXT = """\
# What the workbench needs to know about this district. Lines that begin with # are notes for you.

district = "{district}"

# The school year that pages show first, as "2025-26". Left empty, it is the latest one in the data.
school_year = "{school_year}"

# Times are kept in UTC and shown in this zone, for example "America/Chicago".
timezone = "UTC"

# How dates such as 03/04/2026 are to be read where a file does not tell: "month first", "day first", or "" to be asked.
date_order = ""

# A file is taken in where at least this share of its students is known by the roster. With fewer, its numbers are
# probably others for the same people: the whole file waits, and the import says what was compared with what.
matched_from = 0.5

# Surveys with fewer answers than this are not shown to anybody.
survey_fewest = 10

# The paper that PDFs of reports are laid out for: "letter" or "a4".
paper = "letter"

[absence]
# A student who missed this share of enrolled days, for any reason, is chronically absent.
chronic_from = 0.10
severe_from = 0.20
at_risk_from = 0.05
# Students enrolled for fewer days than this are not counted yet.
fewest_days = 10

[flags]
# When a student's attendance, behavior or course performance is flagged, so that somebody looks. Take a rule by its name:
#   rule = "balfanz_grade_6"   or "edfi_at_risk", "edfi_early_warning", "abc_points"
# and change single flags below it, or write your own. Whatever you take: hold it against your own past first.
# Nobody is judged before this many enrolled days.
fewest_days = 20

#   [flags.attendance]
#   missed_from = 0.10          # flagged when this share of enrolled days, or more, was missed
#   [flags.behavior]
#   incidents_from = 3          # this many incidents, or more, in the school year
#   days_removed_from = 1       # or this many days out of class
#   [flags.course]
#   marks = ["F"]               # one of these marks in a class
#   lowest_level = true         # or the lowest level on the year's latest whole test
#   subjects = ["Mathematics", "English language arts"]     # only these; then each of them must be known

[mastery]
# How several scores on one standard become one. "latest", "highest", "average", "median", "mode" (of several the last),
# "weighted average" (65% the latest, 35% the mean of those before), "decaying average" (each score in turn taken in at
# 65%), "power law" (from three scores on), or "mastered often enough" (at mastery so many times).
rule = "latest"
# With fewer scores than this the workbench says "not enough evidence", which is not a zero.
fewest_scores = 1
# How many times, where the rule is "mastered often enough".
times = 2

[growth]
# What moving from one level to another is worth: a row for each level before, in it a number for each level now, the
# lowest level first. For example, for three levels:  value_table = [[0, 1, 2], [-1, 0, 1], [-2, -1, 0]]
value_table = []
# Growth percentiles between these two count as typical.
typical_from = 35
typical_to = 65

[records]
# Where that which teams write is kept. Left empty, it is the file records.db in this folder, which is enough for one
# machine. Where several machines show the same records, name a PostgreSQL database that is kept for this district alone:
#   url = "postgresql://user@machine/database"
# No password here: it goes into the environment variable DATAWORKBENCH_RECORDS_URL, with the whole address (what stands
# there goes before this line), or into ~/.pgpass.
url = ""

[owners]
# Who is asked about what, for example:  attendance = "the attendance office"
"""
