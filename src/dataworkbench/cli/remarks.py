"""What to answer, put right or only know about each file of an import, file by file and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from dataworkbench.cli.answers import Story, counted

MOST_REASONS: Final = 5
MOST_FILES: Final = 40
_NOTHING: Final = "Nothing needs to be done"
Item = tuple[str, str]


def to_answer(files: pl.DataFrame, notes: pl.DataFrame, reasons: pl.DataFrame) -> Story:
    """Return what somebody has to answer or to put right; one entry is one file, or several with the same trouble."""
    entries = []
    for file in files["file"].to_list():
        asked = _of(notes.filter(pl.col("level").is_in(["refused", "question"])), file)
        why = (
            []
            if any(one["level"] == "refused" for one in asked)
            else list(_unsaid(_of(reasons, file), asked))
        )
        items = [(one["message"], one["what_to_do"]) for one in asked] + _few(why)
        entries.append((file, items))
    return _story("What to answer or to put right", entries)


def to_know(files: pl.DataFrame, notes: pl.DataFrame, reasons: pl.DataFrame) -> Story:
    """Return what was read all the same, and rows that nobody needs to do anything about."""
    entries = []
    for file in files["file"].to_list():
        seen = [
            (one["message"], one["what_to_do"])
            for one in _of(notes.filter(pl.col("level") == "warning"), file)
        ]
        quiet = [_rows(one) for one in _of(reasons, file) if one["what_to_do"].startswith(_NOTHING)]
        entries.append((file, [*seen, *quiet]))
    return _story("Only to know", entries)


def findings_story(findings: pl.DataFrame) -> Story:
    """Return what a registrar should look at in the district's data; one entry is one finding."""
    entries = [
        (
            f"{one['level']}, in {one['table'].replace('_', ' ')}",
            [(one["message"] + (f" For example: {one['examples']}." if one["examples"] else ""), one["what_to_do"])],
        )
        for one in findings.to_dicts()
    ]  # fmt: skip
    return Story("In the district's data", entries)


def _of(frame: pl.DataFrame, file: str) -> list[dict[str, Any]]:
    return frame.filter(pl.col("file") == file).to_dicts()


def _unsaid(reasons: Sequence[Mapping[str, Any]], asked: Sequence[Mapping[str, Any]]) -> Iterator[Item]:
    """Yield the reasons that need somebody and that no question about the file tells already."""
    for one in reasons:
        told = any(note["message"].startswith(one["reason"]) for note in asked)
        answered = bool(asked) and one["what_to_do"].startswith("Answer the question")
        if not (told or answered or one["what_to_do"].startswith(_NOTHING)):
            yield _rows(one)


def _rows(reason: Mapping[str, Any]) -> Item:
    lines = reason["first_rows"] + (", …" if reason["rows"] > len(reason["first_rows"].split(", ")) else "")
    where = f", {reason['column']}" if reason["column"] else ""
    rows = counted(reason["rows"], "row")
    return f"{rows} ({'line' if reason['rows'] == 1 else 'lines'} {lines}){where}: {reason['reason']}", reason["what_to_do"]  # fmt: skip


def _few(items: Sequence[Item]) -> list[Item]:
    more = len(items) - MOST_REASONS
    rest = [(f"{counted(more, 'more reason')} in reasons.csv.", "")] if more > 0 else []
    return [*items[:MOST_REASONS], *rest]


def _story(title: str, entries: Sequence[tuple[str, Sequence[Item]]]) -> Story:
    """Return a story in which files with the same trouble share an entry."""
    alike: dict[tuple[Item, ...], list[str]] = {}
    for file, items in entries:
        if items:
            alike.setdefault(tuple(items), []).append(file)
    together: list[tuple[str, Sequence[Item]]] = [
        (", ".join(files), list(items)) for items, files in alike.items()
    ]
    more = len(together) - MOST_FILES
    rest = [(f"{more:,} more in notes.csv and reasons.csv of the ledger", ())] if more > 0 else []
    return Story(title, [*together[:MOST_FILES], *rest])
