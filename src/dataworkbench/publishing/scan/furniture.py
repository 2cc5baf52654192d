"""What stands on pages beside figures: words and dates in which digits are no figure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pandas as pd

from dataworkbench.files import fingerprint
from dataworkbench.publishing.releases import Release, ReleaseFacts
from dataworkbench.publishing.scan.common_words import COMMON_WORDS
from dataworkbench.publishing.scan.folding import folded, words
from dataworkbench.publishing.scan.released import holds_numbers, same
from dataworkbench.terms import GRADE_LEVELS
from dataworkbench.workspace import shipped

_MESSAGE_FILES: Final = (".json", ".toml", ".po", ".html", ".j2", ".jinja", ".txt", ".md", ".yaml", ".yml")
_PROSE: Final = (".md", ".html", ".toml", ".po", ".yaml", ".ipynb", ".txt")
_SMALL: Final = re.compile(r"(?<![\w-])[a-záéíóúñü]{3,}(?![\w-])")
_SCRIPT: Final = re.compile(r"<script\b[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_PLACEHOLDER: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{[^{}]*\}|%\([^)]*\)s|%s|<[^<>]*>")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_MONTHS: Final = (
    ("January", "enero"), ("February", "febrero"), ("March", "marzo"), ("April", "abril"), ("May", "mayo"), ("June", "junio"),
    ("July", "julio"), ("August", "agosto"), ("September", "septiembre"), ("October", "octubre"), ("November", "noviembre"),
    ("December", "diciembre"),
)  # fmt: skip
_SHORTEST_PHRASE: Final = 3


@dataclass(frozen=True)
class Furniture:
    """What pages of one release may say beside figures.

    ``phrases`` are texts with digits; ``bands`` numbers that stand in the policy; ``words`` all words that the release and
    the pages' own messages say anyway, and those of a language; ``said`` those of the pages alone, ``said_pairs`` two of them
    side by side; ``days`` dates that they say anyway; ``names`` whole names of schools, tests and
    indicators; ``scripts`` the fingerprints of programs and style sheets that came with the workbench; ``codes`` what stands for
    a school, a grade, a test or a year in data; ``rubrics`` the texts with digits of the rubrics that the release holds.
    """

    phrases: re.Pattern[str]
    bands: frozenset[float]
    counts: frozenset[float]
    words: frozenset[str]
    names: frozenset[tuple[str, ...]]
    days: frozenset[date]
    said: frozenset[str]
    said_pairs: frozenset[str]
    scripts: frozenset[str]
    codes: frozenset[str] = frozenset()
    rubrics: tuple[str, ...] = ()

    def without_phrases(self, text: str, more: Iterable[str] = ()) -> str:
        """Return a text without the phrases whose digits are no figure; ``more`` are those of a cell."""
        for phrase in more:
            text = re.sub(rf"(?<![\w.]){re.escape(phrase)}(?!\w|[.,]\d)", " ", text)
        return self.phrases.sub(" ", text)

    def without_rubrics(self, text: str) -> str:
        """Return a text without the words of the release's rubrics, which count on the page of rubrics and nowhere else."""
        plain = " ".join(text.split())
        for said in self.rubrics:
            plain = re.sub(rf"(?<![\w.,]){re.escape(said)}(?![\w]|[.,]\d)", " ", plain)
        return plain

    @cached_property
    def numbers_of_names(self) -> frozenset[str]:
        """The words of names of schools, tests and indicators that are numbers."""
        return frozenset(word for name in self.names for word in name if word.isdigit())


def furniture_of(release: Release) -> Furniture:
    """Return what pages of a release may say beside its figures."""
    facts = release.facts
    codes = {*(one.school_id for one in facts.schools), *(one.assessment_id for one in facts.tests)}
    named = {*(one.name for one in facts.schools), *(one.title for one in facts.tests)}
    texts = [
        text for text in _texts(facts.model_dump()) if text in named or not (text in codes and text.isdigit())
    ]
    cells = release.cells()
    dimensions = [
        str(v)
        for name in ("period", "subject", "assessment_id", "subgroup_type", "subgroup")
        for v in cells[name].unique()
        if not str(v).isdigit()
    ]
    messages = shipped_messages()
    days = frozenset(
        day for day in map(_day, (facts.data_as_of, facts.made, facts.id[:10], facts.snapshot[:10])) if day
    )
    phrases = {
        *texts,
        *dimensions,
        *_dated(days),
        *_times(facts),
        *_of_grades(),
        *_of_years(facts),
    }
    rubrics = tuple(sorted(_of_rubrics(release), key=len, reverse=True))
    said = {*texts, *dimensions, *messages}
    told = frozenset(word for text in said for word in words(text))
    return Furniture(
        phrases=_any_of(
            (*phrases, *_with_digits(messages), *_with_digits(text for text in rubrics if "<" in text))
        ),
        bands=_bands(facts),
        counts=frozenset(
            map(float, (len(facts.schools), len(facts.indicators), len(facts.school_years), len(cells)))
        ),
        words=told | ordinary_words(),
        said=told,
        said_pairs=frozenset(f"{one} {two}" for text in said for one, two in pairwise(words(text))),
        names=frozenset(tuple(words(name)) for name in _names(facts, dimensions) if words(name)),
        days=days,
        scripts=shipped_scripts(),
        codes=frozenset(_codes(cells, facts)),
        rubrics=rubrics,
    )


def _codes(cells: pd.DataFrame, facts: ReleaseFacts) -> Iterator[str]:
    """Give what stands for a school, a grade, a test or a year in the data of pages."""
    for name in ("school_id", "grade_level", "assessment_id", "school_year"):
        yield from (str(value) for value in cells[name].unique())
    tests = cells[["subject", "assessment_id", "period"]].drop_duplicates()
    yield from (
        "|".join(str(part).replace("|", "/") for part in row) for row in tests.itertuples(index=False)
    )
    yield from (school.school_id for school in facts.schools)


def _of_rubrics(release: Release) -> Iterator[str]:
    """Give the texts with digits of the rubrics that a release holds, and the ids of rubrics."""
    for one in release.rubrics():
        told = {" ".join(text.split()) for text in _texts(one.model_dump(mode="json"))}
        yield from (text for text in told if holds_numbers(text))


def _texts(held: Any) -> Iterator[str]:
    """Give every text in what a release says of itself."""
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict):
        for value in held.values():
            yield from _texts(value)
    elif isinstance(held, list | tuple):
        for value in held:
            yield from _texts(value)


def _names(facts: ReleaseFacts, dimensions: Iterable[str]) -> Iterator[str]:
    yield facts.district
    yield from (school.name for school in facts.schools)
    for indicator in facts.indicators:
        yield from (
            indicator.title,
            indicator.sentence,
            indicator.numerator,
            indicator.denominator,
            indicator.left_out,
            indicator.source,
        )
    yield from (facts.policy_name, facts.bands_source, facts.requirement, *dimensions)


def _bands(facts: ReleaseFacts) -> frozenset[float]:
    """Return the numbers of the policy: sizes of groups, ends and steps, as shares and as percents."""
    told = {float(facts.minimum_group), 0.0, 1.0, 100.0}
    for band in facts.bands:
        told |= {band.smallest, band.smallest - 1, band.ends, band.step, 1 - band.ends}
        told |= {100 * band.ends, 100 * band.step, 100 - 100 * band.ends}
    return frozenset(map(same, told))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _dated(days: Iterable[date]) -> Iterator[str]:
    for day in days:
        english, spanish = _MONTHS[day.month - 1]
        yield from (
            day.isoformat(),
            f"{day.month}/{day.day}/{day.year}",
            f"{day.day}/{day.month}/{day.year}",
            f"{day:%m/%d/%Y}",
            f"{day:%d/%m/%Y}",
        )
        yield from (
            f"{month}{dot} {day.day}, {day.year}" for month in (english, english[:3]) for dot in ("", ".")
        )
        yield from (f"{day.day} {month} {day.year}" for month in (english, english[:3]))
        yield from (
            f"{day.day} de {spanish} de {day.year}",
            f"{day.day} de {spanish} del {day.year}",
            f"{day.day} {spanish[:3]} {day.year}",
        )


def _times(facts: ReleaseFacts) -> Iterator[str]:
    found = re.search(r"T(\d\d:\d\d)", facts.made)
    if found:
        yield found.group(1)


def _of_grades() -> Iterator[str]:
    for grade in (level for level in GRADE_LEVELS if level.isdigit()):
        for number in (grade, str(int(grade))):
            yield from (
                f"grade {number}",
                f"grade level {number}",
                f"grado {number}",
                f"{number}.º grado",
                f"{number}º grado",
                f"{number}.° grado",
                f"{number}.\u00b0",
            )


def _of_years(facts: ReleaseFacts) -> Iterator[str]:
    for year in facts.school_years:
        first, _, last = year.partition("-")
        for dash in ("-", "\N{EN DASH}", "/"):
            yield from (f"{first}{dash}{last}", f"{first}{dash}{first[:2]}{last}")


def _with_digits(messages: Iterable[str]) -> Iterator[str]:
    """Give the parts of messages between their gaps in which a digit stands."""
    for message in messages:
        for part in _PLACEHOLDER.split(message):
            if any(c.isdigit() for c in part) and any(c.isalpha() for c in part):
                yield part


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return what finds any of the phrases in which a digit stands, the longest first, with any blank between words."""
    told = {" ".join(p.split()) for p in phrases if any(c.isdigit() for c in p)}
    told = {p for p in told if len(p) >= _SHORTEST_PHRASE}
    parts = (r"\s+".join(map(re.escape, p.split(" "))) for p in sorted(told, key=len, reverse=True))
    return re.compile(rf"(?<![\w.])(?:{'|'.join(parts) or 'a^'})(?!\w|[.,]\d)", re.IGNORECASE)


@lru_cache(maxsize=1)
def shipped_messages() -> frozenset[str]:
    """Return the texts that pages of the workbench's own say: message catalogues and templates."""
    found: set[str] = set()
    for path in (*_shipped(), *sorted((shipped("templates") / "rubrics").rglob("*.*"))):
        if path.suffix in _MESSAGE_FILES:
            text = path.read_text(encoding="utf-8")
            found |= {*_messages(path.suffix, text)}
    return frozenset(found)


def _messages(suffix: str, text: str) -> Iterator[str]:
    if suffix == ".json":
        yield from _texts(json.loads(text))
    elif suffix in {".html", ".j2", ".jinja"}:
        yield from (part.strip() for part in re.split(r"<[^<>]*>|\{[{%].*?[%}]\}", text) if part.strip())
    elif suffix in {".yaml", ".yml"}:
        yield from (
            line.partition(":")[2].strip(" >|\"'") or line.strip(" -\"'") for line in text.splitlines()
        )
    else:
        yield from (match.group(1).replace('\\"', '"') for match in _QUOTED.finditer(text))


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[str]:
    """Return the words that stand in small letters in texts that came with the workbench: as a name, each needs more than itself."""
    found: set[str] = set(COMMON_WORDS)
    for folder in ("templates", "notebooks"):
        for path in sorted(shipped(folder).rglob("*")):
            if path.suffix in _PROSE and path.is_file():
                found.update(map(folded, _SMALL.findall(path.read_text(encoding="utf-8"))))
    return frozenset(found)


@lru_cache(maxsize=1)
def shipped_scripts() -> frozenset[str]:
    """Return the fingerprints of the programs and style sheets that came with the workbench, alone and inside its templates."""
    found: set[str] = set()
    for path in _shipped():
        if path.suffix in {".js", ".mjs", ".css"}:
            found.add(fingerprint(path.read_text(encoding="utf-8").strip()))
        elif path.suffix in {".html", ".j2", ".jinja"}:
            found |= {
                fingerprint(m.group(1).strip()) for m in _SCRIPT.finditer(path.read_text(encoding="utf-8"))
            }
    return frozenset(found)


def _shipped() -> Iterator[Path]:
    """Give the files that the pages of a release are made with."""
    yield from (path for path in sorted((shipped("templates") / "site").rglob("*")) if path.is_file())
