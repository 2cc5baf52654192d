"""The scan: every file of a folder opened to its last string, and each held against the roster and the release."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from dataworkbench.errors import NothingToShowError
from dataworkbench.files import fingerprint
from dataworkbench.publishing.releases import Release
from dataworkbench.publishing.releases.release import COPY_MARK
from dataworkbench.publishing.scan.finding import Finding
from dataworkbench.publishing.scan.furniture import Furniture, furniture_of, ordinary_words
from dataworkbench.publishing.scan.numbers import Accountant
from dataworkbench.publishing.scan.opening.kinds import TEXTS, kind_of
from dataworkbench.publishing.scan.opening.pieces import (
    CODE,
    NAME,
    Address,
    Figures,
    Flow,
    Piece,
    Run,
    Trouble,
)
from dataworkbench.publishing.scan.opening.texts import as_text
from dataworkbench.publishing.scan.opening.unfolding import Allowance, unfold
from dataworkbench.publishing.scan.released import read_released
from dataworkbench.publishing.scan.roster import Roster
from dataworkbench.publishing.scan.searching import Hit, Searcher
from dataworkbench.publishing.scan.walking import files_in, is_led_to

MOST_OF_A_KIND: Final = 50
"""So many findings of one kind are told of one file; the rest is counted."""
Told = Callable[[str], object]


@dataclass
class _Looking:
    """What is looked for in one folder, and what was met on the way."""

    searcher: Searcher
    accountant: Accountant | None
    furniture: Furniture | None
    release: str = ""
    allowance: Allowance = field(default_factory=Allowance)
    read: list[str] = field(default_factory=list)


def scan_site(site: Path, release: Release, roster: Roster, *, tell: Told | None = None) -> list[Finding]:
    """Return all that must not go out in a built site, or that could not be looked into; none where it may be released.

    Every file is opened to its last string, whatever it is folded into. Each is held against the roster; every number is
    held against the release's cells. ``tell`` is called with the name of each file as it is opened.
    """
    furniture = furniture_of(release)
    searcher = Searcher(
        roster, furniture.words, furniture.names, furniture.days, furniture.said, furniture.said_pairs
    )
    files = frozenset(name for name, _ in files_in(site))
    accountant = Accountant(read_released(release), furniture, files)
    return _scan(site, _Looking(searcher, accountant, furniture, release.id), tell)


def scan_folder(folder: Path, roster: Roster, *, tell: Told | None = None) -> list[Finding]:
    """Return what of the roster stands in any folder that is meant for the public. Its numbers are held against nothing."""
    return _scan(folder, _Looking(Searcher(roster, ordinary_words()), None, None), tell)


def _scan(folder: Path, looking: _Looking, tell: Told | None) -> list[Finding]:
    if not folder.is_dir():
        raise NothingToShowError(f"There is no folder {folder}. Name the folder of the built site.")
    found: list[Finding] = []
    names = []
    for name, path in files_in(folder):
        if tell:
            tell(looking.searcher.masked(name))
        names.append(name)
        found += _few(_in_file(name, path, looking), looking.searcher, name)
    if not names:
        raise NothingToShowError(f"The folder {folder} is empty, so there is nothing to look into.")
    return found + (list(_stray(names, looking)) if looking.accountant else [])


def _in_file(name: str, path: Path | Trouble, looking: _Looking) -> Iterator[Hit]:
    yield from looking.searcher.in_flow(Flow((Run("its name", unquote(name)),), NAME))
    if isinstance(path, Trouble):
        yield _hit(path)
        return
    try:
        content = path.read_bytes()
    except OSError:
        yield Hit("", "unreadable", "could not be read", "")
        return
    if name == COPY_MARK and content.strip() == looking.release.encode():
        return
    if looking.accountant:
        yield from looking.accountant.in_name(name)
    if looking.furniture and fingerprint(as_text(content)[0].strip()) in looking.furniture.scripts:
        looking.read.append(as_text(content)[0])
        return
    met: set[tuple[str, str]] = set()
    try:
        for piece in unfold(name, content, looking.allowance):
            for hit in _held_against(piece, looking, name):
                met.add((hit.kind, hit.full))
                yield hit
    except Exception as fault:  # noqa: BLE001 - whatever a file does to its reader: it was not looked into, which is a finding
        yield Hit("", "unreadable", f"could not be read to its end ({type(fault).__name__})", "")
    if kind_of(name, content) in TEXTS:
        yield from _as_it_stands(content, looking, met)


def _held_against(piece: Piece, looking: _Looking, name: str) -> Iterator[Hit]:
    if isinstance(piece, Trouble):
        yield _hit(piece)
    elif isinstance(piece, Flow):
        yield from looking.searcher.in_flow(piece)
    elif isinstance(piece, Figures):
        yield from looking.searcher.in_figures(piece)
    if looking.accountant and isinstance(piece, Address):
        yield from looking.accountant.at_address(piece, name)
    elif looking.accountant:
        yield from looking.accountant.look_at(piece)


def _as_it_stands(content: bytes, looking: _Looking, met: set[tuple[str, str]]) -> Iterator[Hit]:
    """Search a text file once more as it stands, so that what an opener passed over is found too."""
    text = as_text(content)[0]
    looking.read.append(text)
    seen = {(hit.kind, hit.full) for hit in looking.searcher.in_source(text)}
    if seen <= met:
        return
    lines = tuple(Run(f"line {number}", line) for number, line in enumerate(text.splitlines(), start=1))
    for hit in looking.searcher.in_flow(Flow(lines, CODE)):
        if (hit.kind, hit.full) not in met:
            yield hit


def _hit(trouble: Trouble) -> Hit:
    return Hit(trouble.place, trouble.kind, trouble.what, trouble.place)


def _few(hits: Iterable[Hit], searcher: Searcher, name: str) -> Iterator[Finding]:
    """Give the findings of one file, each once, without the words that were found, and not more of a kind than one can read."""
    told: set[tuple[str, str, str]] = set()
    counted: dict[str, int] = {}
    file = searcher.masked(name)
    for hit in hits:
        key = (hit.kind, hit.place, hit.full)
        if key in told:
            continue
        told.add(key)
        counted[hit.kind] = counted.get(hit.kind, 0) + 1
        if counted[hit.kind] <= MOST_OF_A_KIND:
            yield Finding(file, searcher.masked(hit.place), hit.kind, hit.what, hit.full)
    for kind, times in counted.items():
        if times > MOST_OF_A_KIND:
            yield Finding(file, "", kind, f"and {times - MOST_OF_A_KIND:,} more of this kind")


def _stray(names: Iterable[str], looking: _Looking) -> Iterator[Finding]:
    """Give the files to which no page leads."""
    said = "\n".join(looking.read)
    for name in names:
        if name != COPY_MARK and not is_led_to(name, said) and not is_led_to(quote(name), said):
            yield Finding(
                looking.searcher.masked(name), "", "stray file", "a file to which no page leads", name
            )
