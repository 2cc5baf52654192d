"""What a report needs of a workspace, as one file: settings, policy, one snapshot, records, the notebook. Nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile

from dataworkbench.errors import NothingToShowError
from dataworkbench.records import back_up
from dataworkbench.reports.cluster.errand import Errand
from dataworkbench.reports.fingerprints import own_files
from dataworkbench.workspace import POLICY_FILE, PUBLICATION_FILE, SETTINGS_FILE, Workspace

DISTRICT: Final = "district"
NOTEBOOK: Final = "notebook.ipynb"
RECORDS: Final = "records.db"
_TEXTS: Final = (SETTINGS_FILE, POLICY_FILE, PUBLICATION_FILE)
_QUICK: Final = 1


def write_bundle(errand: Errand, target: Path) -> None:
    """Write the file. Records are copied as they are at this moment, without what is still being typed."""
    workspace = Workspace(Path(errand.workspace))
    with (
        ZipFile(target, "w", ZIP_DEFLATED, compresslevel=_QUICK, strict_timestamps=False) as held,
        tempfile.TemporaryDirectory(prefix="dwb-") as folder,
    ):
        for path in _parts(workspace, errand.snapshot):
            held.write(path, f"{DISTRICT}/{path.relative_to(workspace.root).as_posix()}")
        with suppress(NothingToShowError):  # teams have written nothing yet
            held.write(back_up(workspace, Path(folder)), f"{DISTRICT}/{RECORDS}")
        held.write(errand.notebook, NOTEBOOK)


def open_bundle(bundle: Path, folder: Path) -> None:
    """Lay out what a bundle holds in a folder, and take the bundle away."""
    with ZipFile(bundle) as held:
        held.extractall(folder)
    bundle.unlink()


def _parts(workspace: Workspace, snapshot: str) -> Iterator[Path]:
    for name in _TEXTS:
        if (workspace.root / name).is_file():
            yield workspace.root / name
    yield from own_files(workspace.root)
    for pattern in ("snapshots/current", f"snapshots/{snapshot}/**/*"):
        yield from sorted(path for path in workspace.root.glob(pattern) if path.is_file())
