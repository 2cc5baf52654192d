"""What a file is, told by its set of headers; where that does not tell, a question, never a guess."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dataworkbench.readers.headers import fold, nearest
from dataworkbench.readers.headless import ask_for_headers, fits_by_place
from dataworkbench.readers.ledger import Note
from dataworkbench.readers.oneroster.files import NEEDED, SDS, SDS_NEEDED, kind_of, sds_kind_of
from dataworkbench.readers.profiles import Profile
from dataworkbench.readers.texttable import TextTable

NEARLY: Final = 0.6
"""From this share of the headers on, a file looks like a known one, if some of them are rare."""
FEWEST_TELLING: Final = 2
MOST_KINDS_TOLD_APART: Final = 2
"""A header that more kinds of file have than these does not tell."""
NEARLY_ALL: Final = 0.75
"""From this share on, a file looks like a known one even where all of its headers are common."""
FEWEST_ALIKE: Final = 3
REALLY_NEAR: Final = 0.75
"""From this likeness on, one header may be another one misspelt; below it a hint would only mislead."""
MOST_HEADERS_SHOWN: Final = 8
LONGEST_HEADER_SHOWN: Final = 40
MOST_TIMES_WIDER: Final = 6
"""A file with so many times the headers that a profile knows is not taken for a like one."""

VOCABULARY: Final = frozenset(
    {fold(name) for names in (*NEEDED.values(), *SDS_NEEDED.values()) for name in names}
)


@dataclass(frozen=True)
class Recognition:
    """What a file was recognised as: a part of a known system's roster, or a profile; else the question to ask."""

    system: str = ""
    kind: str = ""
    profile: Profile | None = None
    note: Note | None = None

    @property
    def sure(self) -> bool:
        """Whether the file can be read."""
        return bool(self.system or self.profile)


def recognise(table: TextTable, profiles: Sequence[Profile], system: str = "") -> Recognition:
    """Return what a table is. ``system`` is the roster's system that it and the files that came with it tell of."""
    if not table.headed:
        known = [profile for profile in profiles if fits_by_place(profile, table)]
        return _the_one(known, table) if known else Recognition(note=ask_for_headers(table))
    roster = _as_roster(table, system)
    if roster is not None:
        return roster
    fits = [profile for profile in profiles if _fits(profile, table)]
    if fits:
        return _the_one(fits, table)
    return Recognition(note=_not_known(table, profiles))


def _as_roster(table: TextTable, system: str) -> Recognition | None:
    """Return which file of a roster a table is; where several systems write such a file, what came with it decides."""
    kind, theirs = kind_of(table), sds_kind_of(table)
    if theirs and (system == SDS or (not system and not kind)):
        return Recognition(system=SDS, kind=theirs)
    if kind:
        return Recognition(system="OneRoster", kind=kind)
    return Recognition(system=SDS, kind=theirs) if theirs else None


def _fits(profile: Profile, table: TextTable) -> bool:
    if profile.headers:
        return False
    if profile.recognise.file_name and profile.recognise.file_name.casefold() not in table.name.casefold():
        return False
    there = set(table.folded)
    return all(_has(profile, header, there) for header in profile.recognise.has) and not any(
        _has(profile, header, there) for header in profile.recognise.lacks
    )


def _has(profile: Profile, header: str, there: set[str]) -> bool:
    return any(spelling in there for spelling in profile.spellings.get(fold(header), (fold(header),)))


def _the_one(fits: Sequence[Profile], table: TextTable) -> Recognition:
    """Return the profile that asks for most headers; two that ask for equally many leave the question open."""
    ranked = sorted(
        fits,
        key=lambda profile: (len(profile.recognise.has), bool(profile.recognise.file_name)),
        reverse=True,
    )
    best = ranked[0]
    rivals = [
        p
        for p in ranked[1:]
        if (len(p.recognise.has), bool(p.recognise.file_name))
        == (len(best.recognise.has), bool(best.recognise.file_name))
    ]
    if not rivals:
        return Recognition(profile=best)
    names = " or ".join(f"'{one.title}'" for one in (best, *rivals))
    return Recognition(
        note=Note(
            "question",
            f"{table.name} could be {names}. Which is it?",
            "Write a header that only one of them has under `recognise` in its profile.",
        )
    )


def _not_known(table: TextTable, profiles: Sequence[Profile]) -> Note:
    like = _most_like(table, profiles)
    if like:
        return _nearly(table, like)
    return Note("question", f"Nobody has told the workbench what this file is. Its headers are: {_listed(table.headers)}",
                "Say once which column is which: run `dataworkbench map` with this file, or open the wizard with `dataworkbench map --browser`. Then import again.")  # fmt: skip


def _listed(headers: Sequence[str]) -> str:
    """Return the first headers as the end of a sentence, each cut where it is a sentence itself."""
    short = [
        name if len(name) <= LONGEST_HEADER_SHOWN else f"{name[:LONGEST_HEADER_SHOWN].rstrip()}…"
        for name in headers[:MOST_HEADERS_SHOWN]
    ]
    more = len(headers) - len(short)
    return ", ".join(short).rstrip(".") + (f" and {more:,} more." if more else ".")


def _most_like(table: TextTable, profiles: Sequence[Profile]) -> list[Profile]:
    """Return the profiles that a file is like: several where it is as like to one as to another; none is common.

    Headers that many kinds of file have say nothing. A file is like a kind when it has nearly all of its headers, or
    most of them and at least two that hardly another kind has.
    """
    there = set(table.folded)
    usual = Counter(name for profile in profiles for name in profile.vocabulary)
    scored: list[tuple[float, Profile]] = []
    for profile in profiles:
        found = [header for header in profile.recognise.has if _has(profile, header, there)]
        telling = sum(1 for header in found if usual[fold(header)] <= MOST_KINDS_TOLD_APART)
        share = len(found) / max(len(profile.recognise.has), 1)
        near = (share >= NEARLY_ALL and len(found) >= FEWEST_ALIKE) or (
            share >= NEARLY and telling >= FEWEST_TELLING
        )
        if near and _may_be(profile, table, there):
            scored.append((share, profile))
    best = max((share for share, _ in scored), default=0)
    return [profile for share, profile in scored if share == best]


def _may_be(profile: Profile, table: TextTable, there: set[str]) -> bool:
    ruled_out = any(_has(profile, header, there) for header in profile.recognise.lacks)
    return not ruled_out and len(table.headers) <= MOST_TIMES_WIDER * max(len(profile.vocabulary), 1)


def _nearly(table: TextTable, like: Sequence[Profile]) -> Note:
    looks = " or ".join(f"'{profile.title}', but {_what_is_amiss(table, profile)}" for profile in like)
    twice = [name for name in table.headers if fold(name) in table.repeated]
    also = f" The header '{twice[0]}' stands more than once." if twice else ""
    if all(_has_all(profile, table) for profile in like):
        return Note(
            "question",
            f"This looks like {looks}.{also}",
            "Give the file a name that says what it is, and bring it again.",
        )
    return Note(
        "refused",
        f"This looks like {looks}.{also}",
        "Export it with that column; or, if it has another name in your files, write it under `other_names` in the profile.",
    )


def _has_all(profile: Profile, table: TextTable) -> bool:
    there = set(table.folded)
    return all(_has(profile, header, there) for header in profile.recognise.has)


def _what_is_amiss(table: TextTable, profile: Profile) -> str:
    """Return which headers a profile asks for and a file lacks, each with one that is really near, if there is any."""
    there = set(table.folded)
    lacking = [header for header in profile.recognise.has if not _has(profile, header, there)]
    if not lacking:
        return (
            f"its name does not hold '{profile.recognise.file_name}', by which that kind is told from others"
        )
    free = [header for header in table.headers if fold(header) not in profile.vocabulary]
    said = []
    for header in lacking:
        near = nearest(header, free, likeness=REALLY_NEAR)
        said.append(f"'{header}'" + (f" (is that '{near}'?)" if near else ""))
    return f"it lacks the column {' and '.join(said)}"
