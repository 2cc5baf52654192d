"""A site made whole: all pages, files and the script in one folder, or nothing."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from dataworkbench.errors import WorkbenchError
from dataworkbench.publishing.releases import Release
from dataworkbench.publishing.site.cells import Cells, released_cells
from dataworkbench.publishing.site.downloads import csv_bytes, rows_of
from dataworkbench.publishing.site.pages import Pages, door
from dataworkbench.publishing.site.places import download_path
from dataworkbench.publishing.site.words import LANGUAGES, words_of
from dataworkbench.publishing.site.workbook import workbook_bytes
from dataworkbench.rubrics import Rubric, read_rubric
from dataworkbench.workspace import shipped

SHARED: Final = ("site.css", "site.js")
"""What all pages share."""

Told = Callable[[str], object]


def build_site(
    release: Release, into: Path, *, rubrics_shown: Sequence[Rubric] | None = None, tell: Told | None = None
) -> Path:
    """Return the folder of a site made from a release: pages in each language, downloads, and the one script they share.

    The pages draw from the public part of the release and from nothing else. ``into`` is a new folder, or one that holds
    an earlier site, which is then replaced as a whole. ``rubrics_shown`` are the rubrics to print: without it those that the release
    holds, and where it holds none, those that came with the workbench. ``tell`` is called with the path of each file. The same release gives the same bytes.

    Raises
    ------
    WorkbenchError
        Where ``into`` holds something that is no site.

    """
    _refuse_what_is_no_site(into)
    into.parent.mkdir(parents=True, exist_ok=True)
    made = into.with_name(f".{into.name}.{secrets.token_hex(6)}.part")
    try:
        shown = (release.rubrics() or shipped_rubrics()) if rubrics_shown is None else rubrics_shown
        for path, content in _files(release, shown):
            target = made / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            if tell is not None:
                tell(path)
        _take_the_name(made, into)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return into


def shipped_rubrics() -> list[Rubric]:
    """Return the rubrics that came with the workbench, in the order of their ids."""
    folder = shipped("templates") / "rubrics"
    return sorted((read_rubric(path) for path in folder.glob("*.yaml")), key=lambda one: one.id)


def _files(release: Release, shown: Sequence[Rubric]) -> Iterator[tuple[str, bytes]]:
    cells, languages = released_cells(release), [words_of(code) for code in LANGUAGES]
    yield "index.html", door(release.facts, languages).encode()
    for name in SHARED:
        yield f"shared/{name}", (shipped("templates") / "site" / name).read_bytes()
    for words in languages:
        for path, text in Pages(release.facts, cells, words, shown).made():
            yield path, text.encode()
    yield from _downloads(release, cells)


def _downloads(release: Release, cells: Cells) -> Iterator[tuple[str, bytes]]:
    facts = release.facts
    for school, held in ((None, cells.all), *((one, cells.of(one.school_id)) for one in facts.schools)):
        rows = rows_of(facts, held)
        yield download_path(school, "csv"), csv_bytes(rows)
        yield download_path(school, "xlsx"), workbook_bytes(facts, rows)


def _refuse_what_is_no_site(into: Path) -> None:
    if into.is_symlink() or (into.exists() and not _is_a_site(into.iterdir() if into.is_dir() else (into,))):
        raise WorkbenchError(
            f"{into} is there already and holds no site. Name a new folder; nothing of what lies there was touched."
        )


def _is_a_site(there: Iterable[Path]) -> bool:
    """Return whether what lies in a folder is a site, or nothing at all."""
    names = {path.name for path in there}
    return not names or {"index.html", "shared", *LANGUAGES} <= names


def _take_the_name(made: Path, into: Path) -> None:
    """Put a finished folder where an earlier one stood; where that fails, the earlier one stands there again."""
    if not into.exists():
        made.replace(into)
        return
    aside = into.with_name(f".{into.name}.{secrets.token_hex(6)}.before")
    into.replace(aside)
    try:
        made.replace(into)
    except BaseException:
        aside.replace(into)
        raise
    shutil.rmtree(aside)
