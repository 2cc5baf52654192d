"""A table over every file of a folder: what each was taken for, what came in, what did not and why, what to answer.

Run as ``python tests/readers/every_file.py [FOLDER]``; Markdown goes to standard output. A file, a zip and a folder
that is one roster count as handed over once, as if nothing else were there; each of their members has a row.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from dataworkbench.intake import files_in
from dataworkbench.readers import Reading, read_files
from dataworkbench.workspace import Settings

OUTSIDE: Final = Path(__file__).parents[3] / "shared" / "data"
PROFILES: Final = Path(__file__).parent / "profiles"
SCHOOL_YEAR: Final = "2021-22"
"""Only rosters that do not say their year need one; most of those that do say 2021-22."""
ROSTERS_WITHOUT_MANIFEST: Final = frozenset({"microsoft_sds_v1_100users", "insights_roster_headerless"})
"""Folders whose files are one roster, which no manifest.csv says."""
COLUMNS: Final = (
    "file", "recognised_as", "rows_read", "rows_kept", "rows_set_aside", "top_reasons", "questions", "remarks",
)  # fmt: skip
TITLES: Final = (
    "File",
    "Recognised as",
    "Read",
    "Kept",
    "Set aside",
    "Most rows, why",
    "To answer",
    "Also said",
)
MOST_REASONS: Final = 2


def handed_over(folder: Path) -> Iterator[list[Path]]:
    """Give what a coordinator hands over at once: a file, a zip, or the files of one roster."""
    rosters: dict[Path, list[Path]] = {}
    for path in files_in(folder):
        if path.parent.name in ROSTERS_WITHOUT_MANIFEST:
            rosters.setdefault(path.parent, []).append(path)
        else:
            yield [path]
    yield from rosters.values()


def every_file(folder: Path, settings: Settings, profiles: Sequence[Path] = ()) -> pl.DataFrame:
    """Return the table over every file; one row is one file, or one member of a zip, a workbook or a roster."""
    told = []
    for paths in handed_over(folder):
        reading = read_files(paths, settings=settings, profile_folders=list(profiles))
        told.append(table_of(reading, _where(paths[0], folder)))
    return pl.concat(told).sort("file")


def _where(path: Path, folder: Path) -> str:
    inside = path.parent.relative_to(folder).as_posix() if path != folder else "."
    return "" if inside == "." else f"{inside}/"


def table_of(reading: Reading, where: str) -> pl.DataFrame:
    """Return the table over the files of one reading; ``where`` is the folder that they lie in."""
    why = (
        reading.reasons.group_by("file", maintain_order=True)
        .agg(pl.format("{} {}: {}", "rows", pl.when(pl.col("rows") == 1).then(pl.lit("row")).otherwise(pl.lit("rows")), "reason").head(MOST_REASONS).str.join(" · ").alias("top_reasons"))
    )  # fmt: skip
    table = reading.files.join(why, on="file", how="left", maintain_order="left")
    for name, asking in (("questions", True), ("remarks", False)):
        notes = reading.notes.filter(pl.col("level").is_in(["question", "refused"]) == asking)
        text = pl.concat_str("message", "what_to_do", separator=" ").str.strip_chars()
        said = notes.group_by("file", maintain_order=True).agg(text.str.join(" · ").alias(name))
        table = table.join(said, on="file", how="left", maintain_order="left")
    named = pl.concat_str(pl.lit(where), pl.col("file")).alias("file")
    return table.with_columns(named).select(COLUMNS).fill_null("")


def in_markdown(table: pl.DataFrame) -> str:
    """Return the table in Markdown, with a first line of sums."""
    read, kept, aside = (int(table[name].sum()) for name in ("rows_read", "rows_kept", "rows_set_aside"))
    lines = [
        f"{table.height} file{'' if table.height == 1 else 's'}: {read:,} rows read, {kept:,} kept, {aside:,} set aside.",
        "",
        "| " + " | ".join(TITLES) + " |",
        "|" + " --- |" * len(TITLES),
        *("| " + " | ".join(_cell(value) for value in row) + " |" for row in table.rows()),
    ]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return " ".join(str(value).split()).replace("|", "\\|")


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", nargs="?", type=Path, default=OUTSIDE)
    asked.add_argument("--with", dest="profiles", type=Path, action="append", default=[], metavar="PROFILES")
    asked.add_argument("--csv", type=Path, metavar="FILE", help="write the table there as CSV too")
    asked.add_argument("--school-year", default=SCHOOL_YEAR)
    asked.add_argument("--date-order", default="", choices=["", "month first", "day first"])
    return asked.parse_args()


def main() -> None:
    """Print the table."""
    asked = _asked()
    settings = Settings(school_year=asked.school_year, date_order=asked.date_order)
    table = every_file(asked.folder, settings, asked.profiles)
    if asked.csv:
        table.write_csv(asked.csv, include_bom=True)
    sys.stdout.write(in_markdown(table))


if __name__ == "__main__":
    main()
