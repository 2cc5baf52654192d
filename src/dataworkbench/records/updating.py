"""The tables of the records brought up to date by Alembic, from the migrations that came with this workbench."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from dataworkbench.errors import WorkbenchError

if TYPE_CHECKING:
    from alembic.config import Config


def migrate(connection: Connection, revision: str) -> None:
    """Bring the tables up to a revision, in the transaction of a connection: all of it happens, or nothing."""
    from alembic import command  # noqa: PLC0415  slow to load, and most who read records have nothing to bring up to date

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def revisions() -> list[str]:
    """Return the revisions that this workbench knows, newest first."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415  slow to load, and seldom asked for

    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]


def refuse_newer(found: str, place: str) -> None:
    """Return nothing where this workbench knows a revision, or there is none yet.

    Raises
    ------
    WorkbenchError
        Where it does not, because a newer one wrote it.

    """
    if found and found not in revisions():
        raise WorkbenchError(
            f"{place} was written by a newer workbench: its tables are revision {found}, and this one knows "
            f"{revisions()[0]}. Nothing was touched. Update the workbench on this machine."
        )


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415  slow to load, and seldom asked for

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
