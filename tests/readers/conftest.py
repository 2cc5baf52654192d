"""What the reader tests share: files written into a folder of their own, and the third-party files beside a checkout."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dataworkbench.readers import Reading, read_files
from dataworkbench.workspace import Settings

OUTSIDE = Path(__file__).parents[3] / "shared" / "data"
TODAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="session")
def outside() -> Path:
    if not OUTSIDE.is_dir():
        pytest.skip("the third-party files are not beside this checkout")
    return OUTSIDE


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Reading]:
    """Write some files and read them: read({"a.csv": "x,y\\n1,2\\n"}, school_year="2026-27")."""

    def reading(
        files: Mapping[str, str | bytes], *, known=None, roster_ids=(), profiles=(), **settings: str
    ) -> Reading:
        folder = tmp_path / f"in{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        paths = []
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            paths.append(folder / name.split("/")[0])
        return read_files(
            sorted(set(paths)),
            settings=Settings(**settings),
            profile_folders=list(profiles),
            known=known,
            roster_ids=roster_ids,
            today=TODAY,
        )

    return reading


@pytest.fixture
def zipped() -> Callable[[Mapping[str, str | bytes]], bytes]:
    def pack(members: Mapping[str, str | bytes]) -> bytes:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return held.getvalue()

    return pack


STUDENTS = (
    "student_id,last_name,first_name,school_id,grade,race,ell,swd,dob\n"
    "00123,Nguyen,An,0042,03,Asian,Y,N,2015-02-11\n"
    "00124,O'Neil,Sam,0042,03,White,N,N,2015-05-01\n"
    "00125,Peña,Zoë,0043,KG,Hispanic,N,Y,2019-09-30\n"
)


@pytest.fixture
def students() -> str:
    return STUDENTS


def said(reading: Reading, level: str) -> str:
    return " ".join(reading.notes.filter(reading.notes["level"] == level)["message"].to_list())
