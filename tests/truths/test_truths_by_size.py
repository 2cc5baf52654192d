"""The planted truths at two sizes, from files through the import to the measure, and what is raised where nothing is planted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def by_size():
    sys.path.insert(0, str(BENCHMARKS))
    import truths_by_size

    yield truths_by_size
    sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="module", params=[1, 3])
def size(request):
    return request.param


@pytest.fixture(scope="module")
def planted(by_size, size, tmp_path_factory):
    return by_size.found_in(tmp_path_factory.mktemp("planted"), size, effects=True)


@pytest.fixture(scope="module")
def bare(by_size, size, tmp_path_factory):
    return by_size.found_in(tmp_path_factory.mktemp("bare"), size, effects=False)
