"""What a stranger needs to find their way: a sentence on everything public, and nothing too long to see at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "src" / "dataworkbench"
LONGEST_BODY = 45
LONGEST_FILE = 450
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE), ast.parse(path.read_text(encoding="utf-8"))


def public_in(body: list[ast.stmt]) -> Iterator[Definition]:
    """Public functions and classes of a body, and the public methods of those classes."""
    for node in body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public_in(node.body)


def lines_of_body(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_every_file_says_what_it_is_for():
    assert [str(path) for path, tree in trees() if not ast.get_docstring(tree)] == []


def test_everything_public_says_what_comes_back():
    silent = [
        f"{path}: {node.name}"
        for path, tree in trees()
        for node in public_in(tree.body)
        if not ast.get_docstring(node) and not says_only_its_shape(node)
    ]
    assert silent == []


def says_only_its_shape(node: Definition) -> bool:
    """An overload or a member of a Protocol: a signature and three dots."""
    return isinstance(node, ast.FunctionDef) and [ast.unparse(line) for line in node.body] == ["..."]


def test_the_first_line_of_a_docstring_is_a_sentence():
    broken = [
        f"{path}: {node.name}"
        for path, tree in trees()
        for node in public_in(tree.body)
        if (said := ast.get_docstring(node)) and said.splitlines()[0][-1] not in ".:?"
    ]
    assert broken == []


def test_no_function_is_longer_than_one_can_see_at_once():
    long = [
        f"{path}: {node.name}, {lines_of_body(node)} lines"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of_body(node) > LONGEST_BODY
    ]
    assert long == []


def test_no_file_has_grown_two_subjects():
    long = {
        str(path): lines
        for path, _ in trees()
        if (lines := len((PACKAGE / path).read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}
