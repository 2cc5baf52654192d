"""A letter for whoever sent a file: what came in, what did not and why, and what to answer, so that it goes back once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from dataworkbench.readers.ledger import first_sentence

MOST_REASONS: Final = 40
_OURS: Final = r"workbench\.toml|dataworkbench|\bprofile\b"
"""What only whoever runs the workbench can answer, and not whoever sent the file."""
_ASKING: Final = ("refused", "question")


def letters(files: pl.DataFrame, reasons: pl.DataFrame, notes: pl.DataFrame) -> dict[str, str]:
    """Return a letter in Markdown for each file that was handed over, by the name it is kept under.

    ``files``, ``reasons`` and ``notes`` are those of a reading. Rows are told by their lines; only what is asked may
    hold a few numbers, codes or names as examples, so a letter is read before it goes out.
    """
    named: dict[str, str] = {}
    for given in files["given"].unique(maintain_order=True).to_list():
        parts = files.filter(pl.col("given") == given)
        mine = pl.col("file").is_in(parts["file"].to_list())
        named[_free_name(given, named)] = _letter(given, parts, reasons.filter(mine), notes.filter(mine))
    return named


def _free_name(given: str, taken: Mapping[str, str]) -> str:
    slug = re.sub(r"[^\w.-]+", "_", given).strip("._")[:80] or "file"
    return next(
        name for name in (f"letter_{slug}.md", *(f"letter_{slug}_{n}.md" for n in range(2, 10_000))) if name not in taken
    )  # fmt: skip


def _letter(given: str, parts: pl.DataFrame, reasons: pl.DataFrame, notes: pl.DataFrame) -> str:
    asking = notes.filter(pl.col("level").is_in(_ASKING)).to_dicts()
    seen = notes.filter(~pl.col("level").is_in(_ASKING)).to_dicts()
    several = parts.height > 1
    whole = pl.concat_str("file", "reason").is_in(
        [one["file"] + first_sentence(one["message"])[0] for one in asking]
    )
    why = reasons.filter(~(whole & (pl.col("column") == "")))
    lines = [
        f"# About the file {_plain(given)}",
        "",
        _greeting(parts, asking),
        "",
        *_section("What was read", _table(_READ, parts.to_dicts())),
        *_section("What to answer", [_remark(one, several=several) for one in asking]),
        *_section("Rows that could not be taken in", _reasons(why, several=several)),
        *_section("What else was seen", [_remark(one, several=several) for one in seen]),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _greeting(parts: pl.DataFrame, asking: Sequence[Mapping[str, Any]]) -> str:
    aside = int(parts["rows_set_aside"].sum())
    if not aside and not asking:
        return "Everything in this file was taken in. Nothing needs to be done."
    return (
        "Please look at what is said below, put it right where the file comes from, and send the file once more, whole. "
        "Rows that were taken in already do no harm: they are known and kept once."
    )


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [f"## {title}", "", *lines, ""] if lines else []


_READ: Final = (
    ("file", "Table"), ("recognised_as", "Taken for"), ("rows_read", "Rows read"), ("rows_kept", "Kept"),
    ("rows_set_aside", "Set aside"),
)  # fmt: skip
_WHY: Final = (
    ("rows", "Rows"), ("column", "Column"), ("reason", "What is wrong"), ("what_to_do", "What to do"),
    ("first_rows", "First lines"),
)  # fmt: skip


def _reasons(reasons: pl.DataFrame, *, several: bool) -> list[str]:
    if not reasons.height:
        return []
    columns = ((("file", "Table"),) if several else ()) + _WHY
    shown = _table(columns, reasons.head(MOST_REASONS).to_dicts())
    more = reasons.height - MOST_REASONS
    rest = ["", f"{more:,} more reasons stand in reasons.csv."] if more > 0 else []
    told = "A row with several faults is counted under each of them; set_aside.csv lists every row with its cells."
    return [*shown, *rest, "", told]


def _table(columns: Sequence[tuple[str, str]], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    head = "| " + " | ".join(title for _, title in columns) + " |"
    rule = "|" + " --- |" * len(columns)
    return [head, rule, *("| " + " | ".join(_plain(row[name]) for name, _ in columns) + " |" for row in rows)]


def _remark(note: Mapping[str, Any], *, several: bool) -> str:
    where = f"{_plain(note['file'])}: " if several else ""
    ours = " For whoever runs the workbench:" if re.search(_OURS, note["what_to_do"] or "") else ""
    what = f"{ours} {_plain(note['what_to_do'])}" if note["what_to_do"] else ""
    return f"- {where}{_plain(note['message'])}{what}"


def _plain(value: object) -> str:
    """Return text that Markdown shows as it is: nothing in a file's name or header becomes a link or a tag."""
    if isinstance(value, int):
        return f"{value:,}"
    text = "".join(char if char.isprintable() else " " for char in str(value or ""))
    return re.sub(r"([\\`*_{}\[\]<>|#!~])", r"\\\1", text)
