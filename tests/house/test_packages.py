"""What the source imports is asked for in pyproject.toml, and is not there by luck."""

from __future__ import annotations

import ast
import itertools
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def asked(requirements: list[str]) -> set[str]:
    return {plain(re.split(r"[\[<>=!~; ]", line)[0]) for line in requirements}


def imported_in(folder: Path) -> set[str]:
    """Top-level names of everything that is imported under a folder."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(str(node.module).partition(".")[0])
    return names - set(sys.stdlib_module_names) - {"dataworkbench"}


def unasked(names: set[str], requirements: set[str]) -> dict[str, list[str]]:
    """Imported names whose package nobody asked for, with the packages that bring them."""
    brings = packages_distributions()
    sources = {name: [plain(package) for package in brings.get(name, [])] for name in names}
    return {
        name: packages for name, packages in sources.items() if packages and not set(packages) & requirements
    }


def test_the_package_asks_for_all_that_it_imports():
    assert unasked(imported_in(ROOT / "src"), asked([*PROJECT["dependencies"], *EXTRAS["cluster"]])) == {}


def test_the_tests_ask_for_all_that_they_import():
    everything = asked([*PROJECT["dependencies"], *itertools.chain(*EXTRAS.values())])
    assert unasked(imported_in(ROOT / "tests"), everything) == {}


def test_a_package_that_is_there_by_luck_would_be_seen():
    assert unasked({"pluggy"}, {"pytest"}) == {"pluggy": ["pluggy"]}
