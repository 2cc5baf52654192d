"""Mapping profiles: files, written by people, that say how the columns of an export become our tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from dataworkbench.errors import WorkbenchError
from dataworkbench.readers.headers import fold
from dataworkbench.readers.profile_words import Names, Strict, Texts
from dataworkbench.readers.survey_profiles import Survey, survey_tables
from dataworkbench.schemas import PUBLISHED_FIGURES, TABLES

STATUSES: Final = ("absent", "exempt", "not scored", "invalid")
"""Why there is no score, where a word in its place says so; "no score" says that there is none and no more."""

MOST_PROFILE_BYTES: Final = 1 << 20
MOST_THINGS_IN_A_PROFILE: Final = 100_000
"""How much a profile may say once everything that it repeats is written out."""


class Rule(Strict):
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
    plus: str = Field(default="", description="The header of a number that is added.")
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
    signs: str = Field(
        default="",
        pattern=r"^(\d+-\d+ of \d+|\{\w+\} of \d+)?$",
        description="Which signs of a cell in which several numbers of one width stand: '4-6 of 21'.",
    )
    before: str = Field(default="", description="Only what stands before this sign, where it is there.")
    after: str = Field(
        default="", description="Only what stands after this sign; empty where it is not there."
    )
    pad_to: int = Field(default=0, description="Zeros are put in front of shorter numbers up to this width.")


def _short_rule(value: Any) -> Any:
    return {"column": value} if isinstance(value, str | list | tuple) else value


ShortRule = Annotated[Rule, BeforeValidator(_short_rule)]


class Item(Strict):
    """One of several columns that become rows: a question, a window, a domain."""

    name: str
    header: Names
    fields: Texts = Field(default={})


class ForEach(Strict):
    """Columns that become rows: by a pattern with {item} in it, all but some, or listed one by one."""

    pattern: str = Field(
        default="",
        description="How the headers are written; {item} and other names in it stand for what differs.",
    )
    leave: Names = Field(default=(), description="Items that fit the pattern and are not meant.")
    all_but: Names = Field(default=(), description="Every column is an item, but these headers.")
    items: tuple[Item, ...] = ()
    fields: Texts = Field(default={}, description="What is said of every item that says nothing else.")
    of_items: dict[str, Texts] = Field(
        default={}, description="What is said of some items, by name or header."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(map(bool, (self.pattern, self.items, self.all_but))) != 1:
            raise ValueError("give one of `pattern`, `all_but` and `items`")
        if self.pattern and "{item}" not in self.pattern:
            raise ValueError("the pattern needs {item} where the name stands")
        names = re.findall(r"\{(\w+)\}", self.pattern)
        if len(set(names)) < len(names):
            raise ValueError("each name stands once in the pattern")
        return self


class TablePart(Strict):
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
        if self.table == PUBLISHED_FIGURES and "as_published" not in self.columns:
            raise ValueError("published figures need `as_published`: the column in which the figures stand")
        known = set(TABLES[self.table].column_names)
        unknown = [name for name in (*self.columns, *self.needs_one_of) if name not in known]
        if unknown:
            raise ValueError(f"{self.table} has no column '{unknown[0]}'; it has {', '.join(sorted(known))}")
        return self


class Recognise(Strict):
    """By which headers a file is known."""

    has: Names = ()
    lacks: Names = ()
    file_name: str = Field(
        default="", description="A part of the file's name, where headers alone do not tell."
    )


class Assessment(Strict):
    """An assessment that the profile brings."""

    assessment_id: str
    title: str = ""
    kind: str = ""
    scale_min: float | None = None
    scale_max: float | None = None
    source: str = ""


class PerformanceLevel(Strict):
    """One level of an assessment, lowest first by ``order``."""

    assessment_id: str
    level: str
    order: int
    proficient: bool
    subject: str | None = None
    grade_level: str | None = None


class OnlyRows(Strict):
    """Rows that count; the others are set aside, with the reason given here."""

    where: dict[str, Names]
    because: str


class Marks(Strict):
    """What stands in published files where no figure does; case does not matter, and "" is an empty cell."""

    suppressed: Names = Field(default=(), description="The figure is known and hidden.")
    missing: Names = Field(default=(), description="Nobody knows the figure.")
    not_applicable: Names = Field(default=(), description="The question does not arise.")
    ranges: dict[str, tuple[float | None, float | None]] = Field(
        default={},
        description="The lowest and the highest that the figure can be; null where the end is open.",
    )
    whole: bool = Field(
        default=False, description="All figures are whole numbers, so that less than 50 is at most 49."
    )
    below_zero: bool = Field(
        default=False, description="Figures may lie below zero; elsewhere a number below zero is a mark."
    )

    @model_validator(mode="after")
    def _one_meaning_each(self) -> Self:
        if len({word.casefold() for word in self.words}) < len(self.words):
            raise ValueError("a mark has one meaning; one of these stands under two")
        for mark, (low, high) in self.ranges.items():
            if low is not None and high is not None and low > high:
                raise ValueError(f"the lowest comes first in the range of '{mark}'")
        return self

    @property
    def words(self) -> tuple[str, ...]:
        """All marks, whatever they mean."""
        return (*self.suppressed, *self.missing, *self.not_applicable, *self.ranges)


class FirstRows(Strict):
    """Of several rows with the same values under some headers the first counts; the others are set aside."""

    per: Names
    because: str


def _tells_answers(tables: Sequence[Any]) -> bool:
    """Whether the tables of a survey are told at length already, as in a profile that was read and written again."""
    return any(isinstance(part, dict) and part.get("table") == "survey_responses" for part in tables)


class Profile(Strict):
    """One kind of export. Where it came from stands in ``source``; ``path`` is filled in when it is read."""

    name: str
    title: str
    about: str = ""
    source: str = ""
    version: int = 1
    recognise: Recognise
    headers: Names = Field(
        default=(),
        description='The columns in their order, for files without a row of headers; "" for those not meant.',
    )
    other_names: dict[str, Names] = Field(default={}, description="Other spellings of a header.")
    blank_words: Names = Field(
        default=(), description="What stands in a cell that is empty, written exactly so, such as NULL."
    )
    dates: Literal["", "month first", "day first"] = ""
    excel_day_numbers: bool = False
    numbers: Literal["", "1,234.5", "1.234,5"] = ""
    words: Texts = Field(
        default={},
        description="Words in score cells, and what they mean: no score, not scored, absent, exempt or invalid.",
    )
    marks: Marks = Field(default=Marks(), description="Marks in published figures, and what they mean.")
    periods: dict[str, tuple[int, ...]] = Field(
        default={}, description="Months of each period, where they are not the usual ones."
    )
    only_rows: OnlyRows | None = None
    first_rows: FirstRows | None = None
    keep_retests: bool = Field(
        default=False,
        description="Two results of one student on one day are both kept, not taken for a contradiction.",
    )
    never_taken: Names = Field(default=(), description="Columns that are dropped and said to be.")
    assessments: tuple[Assessment, ...] = ()
    levels: tuple[PerformanceLevel, ...] = ()
    survey: Survey | None = Field(
        default=None, description="A survey told in short; its tables are made of it."
    )
    not_taken_because: str = Field(
        default="",
        description="Why a file of this kind is known and still not taken in; it has no tables then.",
    )
    tables: tuple[TablePart, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _with_tables_of_survey(cls, told: Any) -> Any:
        if not isinstance(told, dict) or not told.get("survey") or _tells_answers(told.get("tables", ())):
            return told
        try:
            survey = Survey.model_validate(told["survey"])
        except ValidationError:
            return told  # the field itself says what is wrong, and where
        made = survey_tables(survey, str(told.get("name", "")), str(told.get("title", "")))
        return {**told, "tables": [*told.get("tables", ()), *made]}

    @model_validator(mode="after")
    def _has_tables(self) -> Self:
        if bool(self.tables) == bool(self.not_taken_because):
            raise ValueError(
                "say which tables come out of the file under `tables` or `survey`, or `not_taken_because`"
            )
        return self

    @model_validator(mode="after")
    def _can_be_known(self) -> Self:
        if not self.headers and not self.recognise.has:
            raise ValueError("say under `recognise` which headers tell this file: `has`")
        if self.headers and not self.recognise.file_name:
            raise ValueError(
                "a file without headers is known by its name: give `file_name` under `recognise`"
            )
        unsaid = set(self.words.values()) - {"no score", *STATUSES}
        if unsaid:
            raise ValueError(f"a word can mean no score, {', '.join(STATUSES)}; not '{min(unsaid)}'")
        named = [fold(name) for name in self.headers if name]
        if len(set(named)) < len(named):
            raise ValueError("each of the `headers` needs a name of its own")
        return self

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
