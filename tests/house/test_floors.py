"""The house stands because imports go down only: this reads every import and says which one does not."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "dataworkbench"

FLOOR = {
    **dict.fromkeys(("terms", "policy", "errors", "workspace", "files", "frames", "flag_rules"), 1),
    **dict.fromkeys(
        (
            "readers", "schemas", "warehouse", "checks", "measures", "disclosure", "figures", "tables", "sentences", "grouping",
            "rootcause", "records", "rubrics", "protocols", "samples", "selection",
        ),
        2,
    ),
    **dict.fromkeys(("panels", "views", "reports", "publishing", "intake"), 3),
    "cli": 4,
}  # fmt: skip
ARROWS = {
    ("policy", "errors"), ("workspace", "errors"), ("workspace", "policy"), ("workspace", "flag_rules"), ("frames", "errors"), ("frames", "terms"),
    ("policy", "terms"),
    ("readers", "schemas"), ("warehouse", "schemas"), ("checks", "schemas"), ("samples", "schemas"),
    ("records", "tables"), ("samples", "records"),
}  # fmt: skip
"""Rooms on one floor that may know one another, in the direction of the arrow."""
FACE = ("__init__", "face")
"""What a notebook cell may use, gathered from all rooms."""
PANELS_MAY_USE = {"selection", "rootcause"}
NOWHERE = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "stuff"}
WIDGETS = {"ipywidgets", "anywidget"}


def room_of(path: Path) -> str:
    """The room a file belongs to; the face is ``__init__``."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(source: str) -> set[str]:
    """Full names of all that a file imports, wherever in the file the import stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            names |= {f"{start}.{alias.name}" if node.module else start + alias.name for alias in node.names}
    return names


def rooms_used(source: str) -> set[str]:
    """Rooms that a file imports from; '' where it imports the face."""
    used = set()
    for name in imported(source):
        first, _, rest = name.partition(".")
        if first == "dataworkbench":
            room = rest.partition(".")[0]
            used.add(room if room in FLOOR else "")
    return used


def allowed(room: str, other: str) -> bool:
    if room in (*FACE, other):
        return True
    if room not in FLOOR or other not in FLOOR:
        return False
    if room == "panels" and FLOOR[other] == 2:
        return other in PANELS_MAY_USE
    return FLOOR[other] < FLOOR[room] or (room, other) in ARROWS


def files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def test_imports_go_down_only():
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {other or 'the face'}"
        for path in files()
        for other in sorted(rooms_used(path.read_text(encoding="utf-8")))
        if not allowed(room_of(path), other)
    ]
    assert wrong == []


def test_every_room_has_a_floor():
    rooms = {room_of(path) for path in files()} - set(FACE)
    assert rooms - set(FLOOR) == set()


def test_imports_inside_the_package_are_written_out_in_full():
    relative = [
        str(path.relative_to(PACKAGE))
        for path in files()
        if any(name.startswith(".") for name in imported(path.read_text(encoding="utf-8")))
    ]
    assert relative == []


def test_only_the_panels_know_widgets():
    outside = [
        str(path.relative_to(PACKAGE))
        for path in files()
        if room_of(path) != "panels"
        and {name.partition(".")[0] for name in imported(path.read_text(encoding="utf-8"))} & WIDGETS
    ]
    assert outside == []


def test_nothing_is_called_utils():
    names = {path: {path.stem, *path.relative_to(PACKAGE).parent.parts} for path in files()}
    assert [str(path) for path, parts in names.items() if {p.strip("_") for p in parts} & NOWHERE] == []


@pytest.mark.parametrize(
    ("room", "line", "is_allowed"),
    [
        ("measures", "from dataworkbench.schemas import table", False),
        ("measures", "from dataworkbench import terms", True),
        ("measures", "import dataworkbench as dw", False),
        ("measures", "def f():\n    from dataworkbench.reports.pages import page", False),
        ("readers", "from dataworkbench.schemas import table", True),
        ("schemas", "from dataworkbench.readers import read_files", False),
        ("views", "import dataworkbench.measures.attendance", True),
        ("views", "from dataworkbench.intake import import_files", False),
        ("panels", "from dataworkbench import selection, rootcause", True),
        ("panels", "from dataworkbench.measures import measure", False),
        ("errors", "from dataworkbench.terms import STAGES", False),
        ("cli", "from dataworkbench.reports import run_reports", True),
    ],
)
def test_this_reader_of_imports_can_tell_up_from_down(room, line, is_allowed):
    assert all(allowed(room, other) for other in rooms_used(line)) is is_allowed
