"""What is handed out speaks of the project alone, and nothing in it is fetched from elsewhere when it is read."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
THIS = Path(__file__).relative_to(ROOT).as_posix()
LARGEST_COPY = 6_000_000
PLACES = re.compile(r"(?<![\w.:/-])/(?:work|root|tmp|opt|home/\w+|Users/\w+)/\w")
HOSTS = re.compile(
    r"files\.pythonhosted\.org|pypi\.org/simple|registry\.npmjs|index-url|find-links|"
    r"unpkg\.com|jsdelivr|cdnjs|cdn\.plot\.ly|esm\.sh|skypack|googleapis\.com|gstatic\.com|"
    r"include_plotlyjs\s*=\s*[\"']cdn"
)
TEXT = {
    ".py", ".ipynb", ".md", ".toml", ".txt", ".yaml", ".yml", ".json", ".cfg", ".sh", ".html", ".j2", ".css", ".js",
    ".csv", ".svg", ".tpl", "",
}  # fmt: skip


def tracked() -> list[Path]:
    """Files that git keeps or would keep, from the top of the checkout."""
    try:
        told = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, check=True, text=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in told.stdout.split("\0") if name and (ROOT / name).is_file()]


def lines_that_match(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix not in TEXT or name == THIS:
            continue
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        found += [
            f"{name}:{number}: {hit[0]}"
            for number, line in enumerate(lines, 1)
            if (hit := pattern.search(line))
        ]
    return found


def test_no_file_names_a_folder_of_one_machine():
    assert lines_that_match(PLACES) == []


def test_no_file_names_a_registry_or_fetches_from_a_network():
    wanted = ("Makefile:", "tests/house/")  # the lock command and the tests that look for these very words
    assert [line for line in lines_that_match(HOSTS) if not line.startswith(wanted)] == []


def test_the_patterns_see_what_they_are_for():
    assert PLACES.search('open("/' + 'work/main/x")')
    assert PLACES.search("see /" + "tmp/results")
    assert not PLACES.search("src/tmp/results and https://example.org/wo" + "rk/x")
    assert HOSTS.search("https://cdn.jsdeliv" + "r.net/npm/x")


def test_constraints_hold_a_hash_for_every_version_and_no_address():
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pins = [line for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))]
    assert len(pins) > 100
    assert all(line.endswith("\\") for line in pins)
    assert text.count("--hash=sha256:") >= len(pins)
    assert re.findall(r"https?:|file:|^-", text, flags=re.MULTILINE) == []


def test_constraints_pin_all_that_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *extras["test"], *extras["dev"]]
    names = {re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", line)[0]).lower() for line in asked} - {
        project["name"]
    }
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = {line.partition("==")[0] for line in text.splitlines() if "==" in line and line[0].isalpha()}
    assert names - pinned == set()


def test_outputs_of_notebooks_are_not_kept():
    kept = []
    for path in tracked():
        if path.suffix == ".ipynb":
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            if any(cell.get("outputs") or cell.get("execution_count") for cell in cells):
                kept.append(path.name)
    assert kept == []


def test_the_sample_data_stay_small():
    sizes = [path.stat().st_size for path in tracked() if path.is_relative_to(ROOT / "sample_data")]
    assert sum(sizes) < LARGEST_COPY
