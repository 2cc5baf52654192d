"""What anybody may know from earlier releases: what was said last of each table, what it rests on, and what changed since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from dataworkbench.disclosure.ledger import Ledger
from dataworkbench.errors import NoSuchNameError, NothingToShowError
from dataworkbench.publishing.releases.cube import Asked
from dataworkbench.publishing.releases.ledgers import joined, part_of, table_names
from dataworkbench.publishing.releases.release import Release
from dataworkbench.publishing.releases.repeating import Known
from dataworkbench.publishing.releases.since import Published, changes_since, unknown_since
from dataworkbench.warehouse import open_workspace

if TYPE_CHECKING:
    from dataworkbench.warehouse import District

CUBE_FILE: Final = "true_cells.parquet"
SINCE_FILE: Final = "tables.parquet"
LEDGER_FOLDER: Final = "ledger"
LEDGER_PARTS: Final = ("unknowns", "statements", "terms", "targets", "target_terms")


def kept_ledger(release: Release) -> Ledger:
    """Return what an attacker knows once a release is out, as it was kept when it was made."""
    folder = release.private / LEDGER_FOLDER
    return Ledger(**{part: pd.read_parquet(folder / f"{part}.parquet") for part in LEDGER_PARTS})


def known_before(
    earlier: Sequence[Release], district: District, asked: Sequence[Asked]
) -> tuple[Known | None, list[str]]:
    """Return what is known from earlier releases, first one first, and what is said where nobody can tell what changed since."""
    if not earlier:
        return None, []
    since = _last_said(earlier)
    cells, kept, ledgers = [], [], []
    for release in earlier:
        tables = set(since.loc[since["said_in"] == release.id, "table"])
        said, true = release.cells(), pd.read_parquet(release.private / CUBE_FILE)
        # rows that stand hidden for groups of which nobody counted are put beside the cells anew each time
        cells.append(said[table_names(said["cell"]).isin(tables) & said["cell"].isin(true["cell"])])
        kept.append(true[table_names(true["cell"]).isin(tables)])
        ledgers.append(part_of(kept_ledger(release), tables))
    held = pd.concat(kept, ignore_index=True)
    told = [
        _changed(release, held, since, district, asked)
        for release in earlier
        if release.id in set(since["release"])
    ]
    changed = pd.concat([frame for frame, _ in told], ignore_index=True)
    known = Known(pd.concat(cells, ignore_index=True), held, joined(ledgers), since, changed)
    return known, [note for _, note in told if note]


def _last_said(earlier: Sequence[Release]) -> pd.DataFrame:
    """Return for each table which release said it last (``said_in``), and which published it as it was said then."""
    frames = [pd.read_parquet(release.private / SINCE_FILE).assign(said_in=release.id) for release in earlier]
    return pd.concat(frames, ignore_index=True).drop_duplicates("table", keep="last", ignore_index=True)


def _changed(
    release: Release, kept: pd.DataFrame, since: pd.DataFrame, district: District, asked: Sequence[Asked]
) -> tuple[pd.DataFrame, str]:
    """Return what changed behind the tables that a release published, since its snapshot."""
    tables = set(since.loc[since["release"] == release.id, "table"])
    published = Published(release.id, kept[table_names(kept["cell"]).isin(tables)])
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
