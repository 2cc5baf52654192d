from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

from dataworkbench.samples import make_district

Read = Callable[[str], pl.DataFrame]


def text_only(content: bytes) -> pl.DataFrame:
    return pl.read_csv(BytesIO(content), infer_schema=False)


class Written:
    """A district that was written: its folder, its truths, and its files as text."""

    def __init__(self, folder: Path, truths: dict) -> None:
        self.folder = folder
        self.truths = truths

    def read(self, name: str) -> pl.DataFrame:
        return text_only((self.folder / name).read_bytes())

    def roster(self, name: str, archive: str = "oneroster.zip") -> pl.DataFrame:
        with zipfile.ZipFile(self.folder / archive) as opened:
            return text_only(opened.read(f"{name}.csv"))

    def truth(self, key: str) -> dict:
        return next(truth for truth in self.truths["truths"] if truth["id"] == key)


@pytest.fixture(scope="session")
def district(tmp_path_factory) -> Written:
    folder = tmp_path_factory.mktemp("district")
    return Written(folder, make_district(folder))


@pytest.fixture(scope="session")
def plain_district(tmp_path_factory) -> Written:
    folder = tmp_path_factory.mktemp("plain")
    return Written(folder, make_district(folder, effects=False))


@pytest.fixture(scope="session")
def small_district(tmp_path_factory) -> Written:
    folder = tmp_path_factory.mktemp("small")
    return Written(folder, make_district(folder, schools=2, students_per_school=40))
