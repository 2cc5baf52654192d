"""What these views need of a district; the warehouse's district fits, and so does a small one in a test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pandas as pd

from dataworkbench.policy import DisclosurePolicy
from dataworkbench.warehouse import SnapshotInfo
from dataworkbench.workspace import Settings, Workspace


class Asked(Protocol):
    """A district that can be asked."""

    settings: Settings
    policy: DisclosurePolicy

    @property
    def name(self) -> str: ...
    @property
    def counts(self) -> dict[str, int]: ...
    @property
    def schools(self) -> pd.DataFrame: ...
    @property
    def school_years(self) -> list[str]: ...
    @property
    def school_year(self) -> str: ...
    def has(self, table: str, /) -> bool: ...
    def ask(self, sql: str, parameters: Sequence[object] = (), /) -> pd.DataFrame: ...
    def school(self, asked: str) -> str: ...
    def school_name(self, school_id: str) -> str: ...


class Kept(Asked, Protocol):
    """A district that can be asked, and that says where its teams write and which data are before one's eyes."""

    snapshot: SnapshotInfo | None
    workspace: Workspace | None

    @property
    def snapshot_id(self) -> str: ...
