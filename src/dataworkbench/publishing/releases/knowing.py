"""What anybody may know from earlier releases: what each said, under which policy, and who came, left or changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from pyarrow import ArrowException

from dataworkbench.disclosure.attacking.shown import Table
from dataworkbench.disclosure.ledger import Ledger
from dataworkbench.disclosure.linked import CHANGES, Earlier, Secured
from dataworkbench.errors import NoSuchNameError, NothingToShowError, WorkbenchError
from dataworkbench.publishing.releases.cube import Asked
from dataworkbench.publishing.releases.release import POLICY_COPY, Release
from dataworkbench.publishing.releases.rules import policy_in
from dataworkbench.publishing.releases.since import Published, changes_since, unknown_since
from dataworkbench.warehouse import open_workspace

if TYPE_CHECKING:
    from dataworkbench.warehouse import District

CUBE_FILE: Final = "true_cells.parquet"
CHANGED_FILE: Final = "changed.parquet"
LEDGER_FOLDER: Final = "ledger"
FITTING_FILE: Final = "tables_that_fit.parquet"
LEDGER_PARTS: Final = ("unknowns", "statements", "terms", "targets", "target_terms")


@dataclass(frozen=True)
class Known:
    """Every release that was ever out, first one first, and who changed between any two and until now (``CHANGES``).

    ``notes`` says where nobody can tell what changed.
    """

    earlier: tuple[Earlier, ...]
    changed: pd.DataFrame
    notes: tuple[str, ...]


def kept_ledger(release: Release) -> Ledger:
    """Return what an attacker knows once a release is out, as it was kept when it was made."""
    folder = release.private / LEDGER_FOLDER
    return Ledger(**{part: _frame(release, folder / f"{part}.parquet") for part in LEDGER_PARTS})


def _frame(release: Release, path: Path) -> pd.DataFrame:
    """Return one of the frames that were kept with a release."""
    try:
        return pd.read_parquet(path)
    except (OSError, ArrowException) as fault:
        raise WorkbenchError(
            f"{path.name} of the release {release.id} can't be read: it is gone, or was changed since the release was made. Bring "
            f"{path.parent} back from a backup, or make a new release."
        ) from fault


def fitting_frame(secured: Secured) -> pd.DataFrame:
    """Return the tables by which figures were found safe; one row is one number that is off the truth in one of them."""
    shown = secured.shown
    return pd.DataFrame(
        {
            "table": np.repeat(np.arange(len(shown)), [len(unknowns) for unknowns, _ in shown]).astype(
                "int64"
            ),
            "unknown": np.concatenate([np.zeros(0, np.int64), *(unknowns for unknowns, _ in shown)]),
            "moved": np.concatenate([np.zeros(0), *(moved for _, moved in shown)]),
        }
    )


def kept_tables(release: Release) -> list[Table]:
    """Return the tables by which figures of a release were found safe, as they were kept; none where none were."""
    path = release.private / LEDGER_FOLDER / FITTING_FILE
    if not path.is_file():
        return []
    kept = _frame(release, path)
    starts = np.flatnonzero(np.diff(kept["table"].to_numpy(), prepend=-1))[1:]
    columns = (np.split(kept[name].to_numpy(), starts) for name in ("unknown", "moved"))
    return list(zip(*columns, strict=True))


def known_before(earlier: Sequence[Release], district: District, asked: Sequence[Asked]) -> Known:
    """Return what is known from earlier releases, first one first."""
    held = tuple(_kept(release) for release in earlier)
    told = [_changed(release, one, district, asked) for release, one in zip(earlier, held, strict=True)]
    between = [_changed_between(release) for release in earlier]
    frames = [*between, *(frame for frame, _ in told)]
    changed = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(CHANGES))
    return Known(held, changed, tuple(note for _, note in told if note))


def _kept(release: Release) -> Earlier:
    policy = policy_in((release.folder / POLICY_COPY).read_text(encoding="utf-8"))
    said, true = release.cells(), pd.read_parquet(release.private / CUBE_FILE)
    # rows that stand hidden for groups of which nobody counted are put beside the cells anew each time
    return Earlier(release.id, said[said["cell"].isin(true["cell"])], true, policy)


def _changed_between(release: Release) -> pd.DataFrame:
    """Return what had changed since the releases before, when a release was made."""
    path = release.private / CHANGED_FILE
    if not path.is_file():
        return pd.DataFrame(columns=list(CHANGES))
    return pd.read_parquet(path).assign(until=release.id)[list(CHANGES)]


def _changed(
    release: Release, kept: Earlier, district: District, asked: Sequence[Asked]
) -> tuple[pd.DataFrame, str]:
    """Return what changed since a release behind what it published, and what is said where nobody can tell."""
    published = Published(release.id, kept.cube)
    place = district.workspace
    try:
        before = open_workspace(place.root if place else "", snapshot=release.facts.snapshot)
    except (NoSuchNameError, NothingToShowError):
        return unknown_since(published), (
            f"The snapshot {release.facts.snapshot} behind the release {release.id} is gone, so nobody can tell what changed "
            "since: every figure that it published is repeated as it was."
        )
    try:
        return changes_since(published, before, district, asked), ""
    finally:
        before.close()
