"""What a file is, told by its set of headers; where that does not tell, a question, never a guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from dataworkbench.readers.headers import fold, nearest
from dataworkbench.readers.ledger import Note
from dataworkbench.readers.oneroster.bundle import NEEDED, kind_of
from dataworkbench.readers.profiles import Profile
from dataworkbench.readers.texttable import TextTable

System = Literal["", "OneRoster", "Microsoft SDS v1", "Microsoft SDS v2.1"]
NEARLY: Final = 0.6
MOST_TIMES_WIDER: Final = 6
"""A file with so many times the headers that a profile knows is not taken for a like one."""
"""From this share of the telling headers on, a file is said to look like a known one."""

_SDS_2_TELLS: Final = (
    "activedirectorymatchid",
    "sessionsourcedid",
    "sessionsourcedids",
    "racecodes",
    "ethnicitycodes",
    "rolestartdate",
)
VOCABULARY: Final = frozenset({fold(name) for names in NEEDED.values() for name in names})


@dataclass(frozen=True)
class Recognition:
    """What a file was recognised as: a part of a known system's roster, or a profile; else the question to ask."""

    system: System = ""
    kind: str = ""
    profile: Profile | None = None
    note: Note | None = None

    @property
    def sure(self) -> bool:
        """Whether the file can be read."""
        return bool(self.system or self.profile)


def recognise(
    table: TextTable, profiles: Sequence[Profile], together: frozenset[str] = frozenset()
) -> Recognition:
    """Return what a table is. ``together`` are the bare names of the files that came with it."""
    if not table.headed:
        return Recognition(note=_no_headers(table))
    roster = _as_roster(table, together)
    if roster is not None:
        return roster
    fits = [profile for profile in profiles if _fits(profile, table)]
    if fits:
        return _the_one(fits, table)
    return Recognition(note=_not_known(table, profiles))


def _as_roster(table: TextTable, together: frozenset[str]) -> Recognition | None:
    there = set(table.folded)
    bare = fold(table.name.rsplit("/", 1)[-1].rsplit(".", 1)[0])
    kind = kind_of(table)
    if kind or {"usersourcedid", "orgsourcedid"} & there or "sourcedid" in there:
        if set(_SDS_2_TELLS) & there or (
            kind
            and kind != "manifest"
            and "status" not in there
            and "manifest" not in together
            and _set_is_sds(together)
        ):
            return Recognition(system="Microsoft SDS v2.1", kind=kind or bare)
        if kind:
            return Recognition(system="OneRoster", kind=kind)
    if there == {"sectionsisid", "sisid"} and bare == "teacherroster":
        return Recognition(system="Microsoft SDS v1", kind="TeacherRoster")
    return None


def _set_is_sds(together: frozenset[str]) -> bool:
    return "orgs" in together and "roles" in together


def _fits(profile: Profile, table: TextTable) -> bool:
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


def _no_headers(table: TextTable) -> Note:
    return Note(
        "question",
        f"{table.name} has no row of headers, so nobody can tell what its columns are.",
        "Export it with headers, and bring it again.",
    )


def _not_known(table: TextTable, profiles: Sequence[Profile]) -> Note:
    there = set(table.folded)
    scored = []
    for profile in profiles:
        has = profile.recognise.has
        found = sum(1 for header in has if _has(profile, header, there))
        ruled_out = any(_has(profile, header, there) for header in profile.recognise.lacks)
        narrow = len(table.headers) <= MOST_TIMES_WIDER * max(len(profile.vocabulary), 1)
        if has and not ruled_out and len(has) > 1 and narrow:
            scored.append((found / len(has), found, profile))
    best = max(scored, key=lambda one: one[:2], default=None)
    if best is None or best[0] < NEARLY or best[1] < 2:
        listed = ", ".join(table.headers[:8]) + (" …" if len(table.headers) > 8 else "")
        return Note("question", f"Nobody has told the workbench what this file is. Its headers are: {listed}.",
                    "Say once which column is which: run `dataworkbench map` with this file, or open the wizard with `dataworkbench map --browser`. Then import again.")  # fmt: skip
    return _nearly(table, best[2], there)


def _nearly(table: TextTable, profile: Profile, there: set[str]) -> Note:
    lacking = [header for header in profile.recognise.has if not _has(profile, header, there)]
    used = profile.vocabulary
    free = [header for header in table.headers if fold(header) not in used]
    said = []
    for header in lacking:
        near = nearest(header, free, likeness=0.55)
        if not near and len(lacking) == 1:
            near = nearest(header, table.headers, likeness=0.3)
        said.append(f"'{header}'" + (f" (the nearest header is '{near}')" if near else ""))
    twice = [name for name in table.headers if fold(name) in table.repeated]
    also = f" The header '{twice[0]}' stands more than once." if twice else ""
    return Note(
        "refused",
        f"This looks like '{profile.title}', but it lacks the column {' and '.join(said)}.{also}",
        "Export it with that column; or, if it has another name in your files, write it under `other_names` in the profile.",
    )
