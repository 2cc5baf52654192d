"""Keeping the last runs: which older ones may go, and taking them away without touching anything else."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Final

from dataworkbench.errors import WorkbenchError
from dataworkbench.reports.jobs import DONE
from dataworkbench.reports.lock import LOCK_FILE, only_one
from dataworkbench.reports.record import RunRecord
from dataworkbench.reports.shelf import list_runs
from dataworkbench.workspace import Workspace

KEEP_FILE: Final = "KEEP"
"""A file of this name (or KEEP.txt, as some editors call it) in a run's folder says that a person wants the run to stay."""


def keep_last(
    workspace: Workspace, notebook: str, each: str, *, keep: int, everybody: Collection[str] = ()
) -> list[str]:
    """Take older runs of a notebook away and return their names; the newest ``keep`` finished ones stay.

    What else stays is said in ``to_remove``. Nothing outside ``reports/`` is touched: links are taken away and never
    followed. A run that somebody is at work in, or that cannot be taken away whole, stays as well.
    """
    runs = [run for run in list_runs(workspace, notebook) if run.each == each]
    gone = to_remove(
        [run for run in runs if lies_in(workspace.reports, run.folder)],
        keep=keep,
        everybody=everybody,
        has_page=_has_page,
    )
    return [run.run_id for run in gone if _remove(run.folder)]


def to_remove(
    runs: Sequence[RunRecord],
    *,
    keep: int,
    everybody: Collection[str] = (),
    has_page: Callable[[RunRecord, str], bool],
) -> list[RunRecord]:
    """Return the runs that may go; ``runs`` are those of one notebook, newest first, and nothing is read or written here.

    A run stays where it is not finished, where a person wants it to, where it is one of the newest ``keep``, or where it
    holds the newest good page of one of ``everybody`` (file names of reports), because no newer run could make that page.
    """
    newest = [run.run_id for run in runs if run.finished][: max(keep, 1)]
    wanted, gone = set(everybody), []
    for run in runs:
        good = wanted.intersection(_good(run, has_page))
        if run.finished and run.run_id not in newest and not is_wanted(run) and not good:
            gone.append(run)
        else:
            wanted -= good
    return gone


def is_wanted(run: RunRecord) -> bool:
    """Whether a person put a file KEEP into the run's folder."""
    return any(path.stem.upper() == KEEP_FILE for path in run.folder.glob("[Kk][Ee][Ee][Pp]*"))


def lies_in(reports: Path, folder: Path) -> bool:
    """Whether a folder truly lies in ``reports`` and is no link to somewhere else."""
    return not folder.is_symlink() and folder.resolve() == reports.resolve() / folder.name


def _good(run: RunRecord, has_page: Callable[[RunRecord, str], bool]) -> Iterable[str]:
    return [one.slug for one in run.reports if (one.state == DONE or one.page) and has_page(run, one.slug)]


def _has_page(run: RunRecord, slug: str) -> bool:
    return run.page(slug).is_file()


def _remove(folder: Path) -> bool:
    """Take a run's folder away; its record goes last, so that what could not be taken away is seen again the next time."""
    try:
        with only_one(folder):
            for path in _record_last(folder):
                _remove_one(path)
        (folder / LOCK_FILE).unlink(missing_ok=True)
        folder.rmdir()
    except (OSError, WorkbenchError):
        return False
    return True


def _record_last(folder: Path) -> list[Path]:
    """Return what lies in a folder but for its lock: folders first, and files (the record is one) after them."""
    held = [path for path in folder.iterdir() if path.name != LOCK_FILE]
    return sorted(held, key=lambda path: (not path.is_dir() or path.is_symlink(), path.name))


def _remove_one(path: Path) -> None:
    """Take one thing away; of a link only the link itself goes."""
    if path.is_symlink():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
