"""Out of the house: pages made from a reviewed release, looked into, and copied to where the web host takes them from."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dataworkbench.errors import NoSuchNameError, NothingToShowError, WorkbenchError
from dataworkbench.publishing.releases.release import COPY_MARK, Release
from dataworkbench.publishing.releases.reviewing import require_still_true
from dataworkbench.publishing.releases.shelf import (
    add_to_history,
    current_release,
    history,
    one_at_a_time,
)
from dataworkbench.publishing.releases.states import (
    Step,
    account,
    content_of,
    folder_fingerprint,
    require_step,
    require_unchanged,
    state_of,
    steps_of,
    write_step,
)
from dataworkbench.publishing.scan import Roster, read_roster, scan_site, write_in_full
from dataworkbench.publishing.site import build_site
from dataworkbench.publishing.site.words import LANGUAGES
from dataworkbench.warehouse import find_snapshot, open_workspace
from dataworkbench.workspace import Workspace

if TYPE_CHECKING:
    from dataworkbench.publishing.scan import Finding

FOUND_FILE: Final = "scan.txt"
OF_A_SITE: Final = frozenset({COPY_MARK, "index.html", "shared", "downloads", *LANGUAGES})
"""What lies in a published folder, and nothing else."""


@dataclass(frozen=True)
class Published:
    """A release that is out: its pages, where a copy of them lies, and how many files they are."""

    release: Release
    step: Step
    copy: Path | None
    files: int


def publish(
    workspace: Workspace,
    release: Release,
    *,
    to: Path | None = None,
    why: str = "",
    now: datetime | None = None,
) -> Published:
    """Return a release that is out: its pages are made and looked into, and copied into a folder where one is named.

    A release that is out already is copied once more, after it was looked into once more.

    Raises
    ------
    WorkbenchError
        Where it was not reviewed, was changed, was not checked with all that is out, where the scan finds anything in its pages,
        or where the folder holds something else.

    """
    with one_at_a_time(workspace):
        _refuse_folder(workspace, to)
        again = state_of(release) == "released"
        step = _check_again(workspace, release) if again else _release(workspace, release, why, now)
        if to is not None:
            copy_site(release, to, step)
            _note_copy(workspace, release, to, now)
        return Published(release, step, to, sum(path.is_file() for path in release.site.rglob("*")))


def _release(workspace: Workspace, release: Release, why: str, now: datetime | None) -> Step:
    """Make the pages beside their place, look into them, and only then write down that the release is out."""
    require_step(release, "released")
    require_still_true(workspace, release)
    making = Path(tempfile.mkdtemp(prefix=".site-", dir=release.folder))
    try:
        built = making / "site"
        build_site(release, built)
        looked_into = folder_fingerprint(built)
        _refuse_findings(workspace, release, built)
        _put(built, release.site)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    at = (now or datetime.now(UTC)).astimezone(UTC)
    step = write_step(release, "released", why=why, now=at, site=looked_into)
    told = {"what": "released", "release": release.id, "content": content_of(release), "who": account()}
    add_to_history(workspace, told | {"at": at.isoformat(timespec="seconds"), "why": why})
    return step


def _check_again(workspace: Workspace, release: Release) -> Step:
    require_unchanged(release)
    out = current_release(workspace)
    if out is not None and out.id != release.id:
        raise WorkbenchError(
            f"{out.id} came out after {release.id}, whose pages would take the place of newer ones. Nothing was copied. Publish "
            f"{out.id}, or withdraw it first."
        )
    step = steps_of(release)[-1]
    if folder_fingerprint(release.site) != step.site:
        raise WorkbenchError(
            f"The pages in {release.site} are not those that were looked into when {release.id} was published. Nothing was copied. "
            "Bring the folder back from a backup, or make a new release."
        )
    _refuse_findings(workspace, release, release.site)
    return step


def findings_of(workspace: Workspace, release: Release, site: Path) -> Sequence[Finding]:
    """Return what the scan finds in pages: names, numbers that are not released, files that don't belong.

    It looks for everybody of the release's snapshot and of the one in use: a rubric may have been written since. Where the pages
    are those that were looked into when the release came out, their script and style sheet may be those of that time.

    Raises
    ------
    WorkbenchError
        Where no snapshot is there to say which names to look for.

    """
    try:
        snapshots = {find_snapshot(workspace, name).id for name in (release.facts.snapshot, "current")}
        rosters = [_roster_in(workspace, snapshot) for snapshot in sorted(snapshots)]
    except (NoSuchNameError, NothingToShowError) as gone:
        raise WorkbenchError(
            f"The snapshot {release.facts.snapshot} behind {release.id} is gone, so nobody can tell which names must not stand in "
            "its pages. Nothing was published. Make a new release from the snapshot in use."
        ) from gone
    found = scan_site(site, release, Roster(tuple(one for roster in rosters for one in roster.people)))
    steps = steps_of(release)
    are_as_they_were = bool(steps and steps[-1].site) and folder_fingerprint(site) == steps[-1].site
    return [one for one in found if not (are_as_they_were and one.kind == "script")]


def _roster_in(workspace: Workspace, snapshot: str) -> Roster:
    district = open_workspace(workspace.root, snapshot=snapshot)
    try:
        return read_roster(district)
    finally:
        district.close()


def _refuse_findings(workspace: Workspace, release: Release, site: Path) -> None:
    found = findings_of(workspace, release, site)
    if not found:
        return
    path = release.private / FOUND_FILE
    path.unlink(missing_ok=True)
    write_in_full(found, path)
    raise WorkbenchError(
        f"The scan found {len(found):,} things in the pages of {release.id} that must not go out, the first: {found[0]}. "
        f"All of them are listed in {path}. Nothing was published; the release stays as it was."
    )


def _refuse_folder(workspace: Workspace, to: Path | None) -> None:
    """Return nothing where a copy may be put into a folder: it is new, empty, or holds an earlier copy and nothing of ours."""
    if to is None:
        return
    place = to.expanduser().resolve()
    if place == workspace.root or place in workspace.root.parents or workspace.root in place.parents:
        raise WorkbenchError(
            f"{to} is in the workspace, or the workspace in it, and the workspace holds student data. Name a folder that is apart."
        )
    if place.exists() and not place.is_dir():
        raise WorkbenchError(f"{to} is a file. Name a folder.")
    if place.is_dir() and any(place.iterdir()) and not (place / COPY_MARK).is_file():
        raise WorkbenchError(
            f"{to} holds something else already, and nothing in it was touched. Name a folder that is empty or not there yet, or one "
            "that an earlier release was published to."
        )
    strange = (
        sorted(path.name for path in place.iterdir() if path.name not in OF_A_SITE) if place.is_dir() else []
    )
    if strange and (place / COPY_MARK).is_file():
        raise WorkbenchError(
            f"{to} holds the pages of an earlier release, and {', '.join(strange[:5])} beside them, which would be gone. Nothing in it was "
            "touched. Put those elsewhere first, or name another folder."
        )


def copy_site(release: Release, to: Path, step: Step) -> None:
    """Put the pages of a release into a folder, in place of those of an earlier one: those that were looked into, and no others.

    Raises
    ------
    WorkbenchError
        Where the pages were changed while they were copied.

    """
    place = to.expanduser().resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        built = making / "site"
        shutil.copytree(release.site, built)
        if folder_fingerprint(built) != step.site:
            raise WorkbenchError(
                f"The pages of {release.id} changed while they were copied. Nothing was put into {to}; try again."
            )
        (built / COPY_MARK).write_text(f"{release.id}\n", encoding="utf-8")
        _put(built, place)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _put(built: Path, place: Path) -> None:
    """Put a folder in its place; what was there goes once the new one is, and is put back where that fails."""
    old = built.with_name("before")
    if not place.exists():
        built.rename(place)
        return
    place.rename(old)
    try:
        built.rename(place)
    except BaseException:
        old.rename(place)
        raise


def _note_copy(workspace: Workspace, release: Release, to: Path, now: datetime | None) -> None:
    """Write down where a copy lies, so that it can be named when the release is withdrawn."""
    place = str(to.expanduser().resolve())
    at = (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
    add_to_history(
        workspace, {"what": "copied", "release": release.id, "to": place, "who": account(), "at": at}
    )


def copies_of(workspace: Workspace, release: Release) -> list[Path]:
    """Return the folders in which the pages of a release lie still, of those that it was copied to."""
    told = (
        line["to"]
        for line in history(workspace)
        if line["what"] == "copied" and line["release"] == release.id
    )
    return [place for place in map(Path, dict.fromkeys(told)) if _shows(place, release)]


def _shows(place: Path, release: Release) -> bool:
    mark = place / COPY_MARK
    try:
        return mark.read_text(encoding="utf-8").strip() == release.id
    except OSError:
        return False


def withdraw(workspace: Workspace, release: Release, *, why: str, now: datetime | None = None) -> Step:
    """Write down that a release is withdrawn, and return it; what people have read stays part of what an attacker knows.

    Raises
    ------
    WorkbenchError
        Where nobody said why, or it was withdrawn already.

    """
    if not why.strip():
        raise WorkbenchError(
            f'Say in a sentence why {release.id} is withdrawn: --why "...". Nothing was changed.'
        )
    with one_at_a_time(workspace):
        at = (now or datetime.now(UTC)).astimezone(UTC)
        step = write_step(release, "withdrawn", why=why, now=at)
        told = {
            "what": "withdrawn",
            "release": release.id,
            "who": step.who,
            "at": at.isoformat(timespec="seconds"),
            "why": why,
        }
        add_to_history(workspace, told)
        return step
