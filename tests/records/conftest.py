"""Records in a folder of their own, and in a database of their own: what is promised of one is promised of the other."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "databases"))

from postgres import postgresql
from written import NOON

from dataworkbench.records import database, open_records
from dataworkbench.workspace import Workspace, new_workspace

__all__ = ["postgresql"]

BOTH = ("sqlite", "postgresql")
Places = Callable[[], database.Database]


@pytest.fixture(autouse=True)
def _no_address_from_outside(monkeypatch) -> None:
    monkeypatch.delenv("DATAWORKBENCH_RECORDS_URL", raising=False)


@pytest.fixture(params=BOTH)
def engine(request) -> str:
    """Which database a test runs over."""
    return request.param


@pytest.fixture
def new_place(engine: str, request, tmp_path: Path) -> Iterator[Places]:
    """Makes an empty place for records, as often as it is called."""
    made: list[database.Database] = []
    urls: list[str] = []

    def make() -> database.Database:
        for place in made:
            place.engine.dispose()  # a place that is used again connects again
        if engine == "sqlite":
            folder = tmp_path / f"place {len(made)}"
            folder.mkdir()
            made.append(database.SQLite(folder / "records.db"))
        else:
            urls.append(request.getfixturevalue("postgresql").new())
            made.append(database.PostgreSQL(urls[-1], tmp_path / f"place {len(made)}"))
        return made[-1]

    yield make
    for place in made:
        place.engine.dispose()
    for url in urls:
        request.getfixturevalue("postgresql").drop(url)


@pytest.fixture
def place(new_place: Places) -> database.Database:
    """An empty place for records."""
    return new_place()


@pytest.fixture
def workspace(engine: str, request, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace whose records lie in the one database or in the other."""
    held = new_workspace(tmp_path / "district")
    if engine == "sqlite":
        yield held
        return
    server = request.getfixturevalue("postgresql")
    url = server.new()
    settings = held.root / "workbench.toml"
    settings.write_text(
        settings.read_text("utf-8").replace('\nurl = ""', f'\nurl = "{url}"'), encoding="utf-8"
    )
    yield held
    database.database_of(held).engine.dispose()
    server.drop(url)


@pytest.fixture
def kept(workspace: Workspace):
    ticks = iter(NOON + timedelta(minutes=at) for at in range(10_000))
    return open_records(workspace, clock=lambda: next(ticks))
