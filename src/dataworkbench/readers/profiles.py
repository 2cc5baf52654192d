"""Mapping profiles: files, written by people, that say how the columns of an export become our tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from dataworkbench.errors import WorkbenchError
from dataworkbench.readers.headers import fold
from dataworkbench.schemas import TABLES

MOST_PROFILE_BYTES: Final = 1 << 20
MOST_THINGS_IN_A_PROFILE: Final = 100_000
"""How much a profile may say once everything that it repeats is written out."""


def _one_or_more(value: Any) -> Any:
    """Return one or several texts; YAML reads TRUE and 3 as something else than text, people mean the text."""
    if isinstance(value, (str, int, float)):
        return (_as_text(value),)
    return tuple(_as_text(one) for one in value) if isinstance(value, (list, tuple)) else value


def _as_text(value: Any) -> Any:
    if value is None:
        return ""
    return str(value) if isinstance(value, (bool, int, float)) else value


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): "" if text is None else str(text) for key, text in value.items()}
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_one_or_more)]
Texts = Annotated[dict[str, str], BeforeValidator(_texts)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Rule(_Strict):
    """Where the values of one of our columns come from, and what becomes of them."""

    column: Names = Field(
        default=(),
        description="The header; of several, the first that is there (for identifiers, the one that fits the roster best).",
    )
    together: Names = Field(
        default=(), description="Headers whose cells are written one after another, with a space between."
    )
    always: str = Field(default="", description="The same value in every row.")
    values: Texts = Field(default={}, description="What stands in the file, and what it becomes.")
    otherwise: str | None = Field(
        default=None, description="What a value becomes that is not listed under `values`."
    )
    empty: str | None = Field(default=None, description="What an empty cell means.")
    period_of: str = Field(
        default="", description="The header of a date; the period is the one in which it lies."
    )
    school_year_of: str = Field(
        default="", description="The header of a date; the school year is the one in which it lies."
    )
    minus: str = Field(default="", description="The header of a number that is taken away.")
    divide_by: float = Field(default=1, description="What the number is divided by.")
    at_least: float | None = Field(default=None, description="Yes where the number is at least this.")
    only_if: dict[str, Names] = Field(
        default={}, description="Taken only in rows where these headers hold one of these values."
    )
    text: str = Field(
        default="", description="A text with our columns in curly brackets, such as 'survey_{school_year}'."
    )
    numbered: bool = Field(default=False, description="The file and the row, where people are not named.")
    from_file_name: bool = Field(
        default=False, description="Found in the name of the file, where no column is."
    )
    current_year: bool = Field(default=False, description="The district's current school year.")
    pad_to: int = Field(default=0, description="Zeros are put in front of shorter numbers up to this width.")


def _short_rule(value: Any) -> Any:
    return {"column": value} if isinstance(value, str | list | tuple) else value


ShortRule = Annotated[Rule, BeforeValidator(_short_rule)]


class Item(_Strict):
    """One of several columns that become rows: a question, a window, a domain."""

    name: str
    header: Names
    fields: Texts = {}


class ForEach(_Strict):
    """Columns that become rows: by a pattern with {item} in it, or listed one by one."""

    pattern: str = ""
    leave: Names = Field(default=(), description="Items that fit the pattern and are not meant.")
    items: tuple[Item, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.pattern) == bool(self.items):
            raise ValueError("give either `pattern` or `items`")
        if self.pattern and "{item}" not in self.pattern:
            raise ValueError("the pattern needs {item} where the name stands")
        return self


class TablePart(_Strict):
    """How one of our tables is made from the file."""

    table: str
    columns: dict[str, ShortRule]
    for_each: ForEach | None = None
    where: dict[str, Names] = Field(
        default={}, description="Only rows in which these headers hold one of these values."
    )
    needs_one_of: Names = Field(
        default=(), description="A row in which all of these are empty makes no row of this table."
    )
    keep_blanks: bool = Field(
        default=False,
        description="An item that is blank makes a row all the same, where another item of the same person is filled.",
    )
    periods_of_a_day: bool = Field(
        default=False,
        description="Several rows of one student on one day are its lessons; the day's absence is the share missed.",
    )
    optional: bool = Field(
        default=False, description="Left out as a whole where the file lacks one of its columns."
    )

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.table not in TABLES:
            raise ValueError(f"there is no table '{self.table}'; there are {', '.join(TABLES)}")
        known = set(TABLES[self.table].column_names)
        unknown = [name for name in (*self.columns, *self.needs_one_of) if name not in known]
        if unknown:
            raise ValueError(f"{self.table} has no column '{unknown[0]}'; it has {', '.join(sorted(known))}")
        return self


class Recognise(_Strict):
    """By which headers a file is known."""

    has: Names
    lacks: Names = ()
    file_name: str = Field(
        default="", description="A part of the file's name, where headers alone do not tell."
    )


class Assessment(_Strict):
    """An assessment that the profile brings."""

    assessment_id: str
    title: str = ""
    kind: str = ""
    scale_min: float | None = None
    scale_max: float | None = None
    source: str = ""


class PerformanceLevel(_Strict):
    """One level of an assessment, lowest first by ``order``."""

    assessment_id: str
    level: str
    order: int
    proficient: bool
    subject: str | None = None
    grade_level: str | None = None


class OnlyRows(_Strict):
    """Rows that count; the others are set aside, with the reason given here."""

    where: dict[str, Names]
    because: str


class Profile(_Strict):
    """One kind of export. Where it came from stands in ``source``; ``path`` is filled in when it is read."""

    name: str
    title: str
    about: str = ""
    source: str = ""
    version: int = 1
    recognise: Recognise
    other_names: dict[str, Names] = Field(default={}, description="Other spellings of a header.")
    dates: Literal["", "month first", "day first"] = ""
    excel_day_numbers: bool = False
    numbers: Literal["", "1,234.5", "1.234,5"] = ""
    words: Texts = Field(default={}, description="Words in score cells, and what they mean.")
    periods: dict[str, tuple[int, ...]] = Field(
        default={}, description="Months of each period, where they are not the usual ones."
    )
    only_rows: OnlyRows | None = None
    keep_retests: bool = Field(
        default=False,
        description="Two results of one student on one day are both kept, not taken for a contradiction.",
    )
    never_taken: Names = Field(default=(), description="Columns that are dropped and said to be.")
    assessments: tuple[Assessment, ...] = ()
    levels: tuple[PerformanceLevel, ...] = ()
    tables: tuple[TablePart, ...]

    @property
    def spellings(self) -> dict[str, tuple[str, ...]]:
        """Folded header to all folded spellings of it, its own first."""
        return {fold(name): (fold(name), *map(fold, others)) for name, others in self.other_names.items()}

    @property
    def vocabulary(self) -> set[str]:
        """All folded headers that the profile speaks of."""
        names = {fold(name) for name in (*self.recognise.has, *self.other_names)}
        names |= {fold(other) for others in self.other_names.values() for other in others}
        for part in self.tables:
            names |= {fold(header) for rule in part.columns.values() for header in rule.column}
            names |= {
                fold(header)
                for item in (part.for_each.items if part.for_each else ())
                for header in item.header
            }
        return {name for name in names if name}

    def needed_headers(self) -> list[str]:
        """Return the headers without which the file cannot be used."""
        return list(self.recognise.has)


def load_profiles(folders: Sequence[Path]) -> list[Profile]:
    """Return the profiles in some folders; of two with one name the first counts.

    A profile that cannot be followed stops with an error that names the file and the line or the field.
    """
    found: dict[str, Profile] = {}
    for folder in folders:
        for path in sorted(_profile_files(folder)):
            profile = load_profile(path)
            found.setdefault(profile.name, profile)
    return list(found.values())


def _profile_files(folder: Path) -> Iterable[Path]:
    found = (*folder.glob("*.yaml"), *folder.glob("*.yml")) if folder.is_dir() else ()
    return [path for path in found if path.is_file()]


def load_profile(path: Path) -> Profile:
    """Return the profile of one file; a file that has not changed is read once."""
    return _load(path.resolve(), path.stat().st_mtime_ns)


def _held_in(path: Path) -> Any:
    """Return what a file of YAML holds. Tags are never followed, and what unfolds without end is refused."""
    size = path.stat().st_size
    if size > MOST_PROFILE_BYTES:
        raise WorkbenchError(
            f"The profile {path.name} is {size >> 10:,} KB long; a profile is a page or two of text, at most "
            f"{MOST_PROFILE_BYTES >> 10} KB. Take it out of the folder {path.parent.name}."
        )
    try:
        held = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        unfolded = _things_in(held, {}, frozenset())
    except (YAMLError, UnicodeDecodeError, ValueError) as fault:
        raise WorkbenchError(
            f"The profile {path.name} cannot be read as YAML: {_yaml_fault(fault)} Put that line right, or copy a profile that came "
            "with the workbench and change that."
        ) from fault
    except RecursionError as fault:
        raise WorkbenchError(
            f"The profile {path.name} is nested without end. Take it out of the folder {path.parent.name}."
        ) from fault
    if unfolded > MOST_THINGS_IN_A_PROFILE:
        raise WorkbenchError(
            f"The profile {path.name} repeats itself by * until it says {unfolded:,} things; no profile needs so many. "
            f"Take it out of the folder {path.parent.name}, or write it out."
        )
    return held


def _yaml_fault(fault: Exception) -> str:
    """Return what is wrong in one sentence, with the line where there is one."""
    mark, problem = getattr(fault, "problem_mark", None), getattr(fault, "problem", None)
    said = str(problem or str(fault).split("\n", 1)[0]).rstrip(".")
    return f"line {mark.line + 1}: {said}." if mark is not None else f"{said}."


def _things_in(held: Any, counted: dict[int, int], around: frozenset[int]) -> int:
    """Return how many things a value holds once everything that it repeats is written out."""
    if not isinstance(held, dict | list):
        return 1
    if id(held) in around:
        raise RecursionError
    if id(held) not in counted:
        inside = held.values() if isinstance(held, dict) else held
        counted[id(held)] = 1 + sum(_things_in(one, counted, around | {id(held)}) for one in inside)
    return counted[id(held)]


@lru_cache(maxsize=512)
def _load(path: Path, changed: int) -> Profile:
    del changed  # only tells one state of the file from another
    held = _held_in(path)
    try:
        return Profile.model_validate(held)
    except ValidationError as fault:
        said = "; ".join(
            f"{' > '.join(map(str, one['loc'])) or 'file'}: {one['msg']}" for one in fault.errors()
        )
        raise WorkbenchError(f"{path.name} says something that cannot be followed: {said}.") from fault
