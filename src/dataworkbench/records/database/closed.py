"""Records that are closed: a place that holds nothing and takes nothing, and says why."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from dataworkbench.errors import NothingToShowError
from dataworkbench.records.database.sqlite import SQLite


class Closed(SQLite):
    """The records of a workspace whose settings close them, as for a visitor who sees one school."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(path)
        self.why = why

    def is_there(self) -> bool:
        """Return that nothing is there, whatever lies in the folder."""
        return False

    def revision(self) -> str:
        """Return that there is no table yet."""
        return ""

    def bring_up_to_date(self) -> NoReturn:
        """Refuse to make a place for what is to be written.

        Raises
        ------
        NothingToShowError
            Always, with the reason.

        """
        raise NothingToShowError(self.why)
