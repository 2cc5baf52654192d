"""Notebook files: read, written as text, and given one more cell."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode

VERSION = 4


def read_notebook(path: Path) -> NotebookNode:
    """Return a notebook from its file."""
    notebook: NotebookNode = nbformat.read(str(path), as_version=VERSION)  # type: ignore[no-untyped-call]  # nbformat is typed in part
    return notebook


def no_notebook() -> NotebookNode:
    """Return a notebook without cells."""
    empty: NotebookNode = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]  # as above
    return empty


def notebook_text(notebook: NotebookNode) -> str:
    """Return a notebook as the text of its file."""
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]  # as above
    return text


def with_last_cell(notebook: NotebookNode, source: str) -> NotebookNode:
    """Return a copy of a notebook with one more code cell at its end."""
    cell = nbformat.v4.new_code_cell(source)  # type: ignore[no-untyped-call]  # as above
    longer: NotebookNode = nbformat.from_dict({**notebook, "cells": [*notebook.cells, cell]})  # type: ignore[no-untyped-call]  # as above
    return longer
