"""Third-party files as a district brings them: imported into a workspace of their own, and opened from its snapshot."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from small_district import OUTSIDE

from dataworkbench.intake import import_files
from dataworkbench.warehouse import open_workspace
from dataworkbench.warehouse.district import District
from dataworkbench.workspace import new_workspace

OWN = Path(__file__).parent / "profiles"
"""Profiles that put what a data set is grouped by where a school stands, so that a measure can group by it."""
RESEARCH = Path(__file__).parents[1] / "readers" / "profiles"
"""Profiles of files that no district exports, each written as a coordinator would."""


def brought(
    folder: Path, files: Sequence[str], profiles: Sequence[Path] = (), **settings: str | int
) -> District:
    """Return the district that files make: a new workspace with profiles and settings, the import, its snapshot."""
    workspace = new_workspace(folder / "district", district="Known figures")
    for profile in profiles:
        shutil.copy(profile, workspace.mappings)
    kept = workspace.root / "workbench.toml"
    for name, value in settings.items():
        said = f'{name} = "{value}"' if isinstance(value, str) else f"{name} = {value}"
        text, times = re.subn(rf"(?m)^#? ?{name} = .*$", said, kept.read_text(encoding="utf-8"), count=1)
        assert times == 1, name
        kept.write_text(text, encoding="utf-8")
    done = import_files(workspace, [OUTSIDE / name for name in files])
    assert done.changed, done.notes.rows()
    counted = done.files.select("rows_read", "rows_kept", "rows_set_aside").sum().row(0)
    assert counted[0] == counted[1] + counted[2]
    return open_workspace(workspace.root)


def known() -> dict[str, Any]:
    """Return the figures that others worked out in R, or that were printed."""
    return dict(json.loads((OUTSIDE / "reference_values.json").read_text(encoding="utf-8")))


def one(frame: pd.DataFrame, **at: object) -> pd.Series:
    """Return the one row of a frame that holds these values."""
    for name, wanted in at.items():
        frame = frame[frame[name] == wanted]
    assert len(frame) == 1, frame
    return frame.iloc[0]
