"""Words that stand where a score or a level should be: why there is none, as the profile explains them."""

from __future__ import annotations

import polars as pl

from dataworkbench.readers.cells import Cells, raw_cells
from dataworkbench.readers.profiles import STATUSES, TablePart


def with_status_of_words(part: TablePart, frame: pl.DataFrame, cells: Cells) -> pl.DataFrame:
    """Return results that say why there is no score, where a word of the profile stands in its place.

    A word that stands where the level should be is no level.
    """
    words = {word.casefold(): meaning for word, meaning in cells.profile.words.items()}
    if part.table != "results" or not words:
        return frame
    said = pl.Series("said", [None] * frame.height, dtype=pl.String)
    for name in ("performance_level", "points", "scale_score"):
        rule = part.columns.get(name)
        raw = raw_cells(cells, rule, name) if rule is not None else None
        if raw is None:
            continue
        meaning = raw.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.String)
        said = meaning.zip_with(meaning.is_not_null(), said)
        if name == "performance_level":
            frame = frame.with_columns(pl.when(meaning.is_null()).then(pl.col(name)).alias(name))
    status = said.replace_strict({one: one for one in STATUSES}, default=None, return_dtype=pl.String)
    return frame.with_columns(pl.coalesce("result_status", status.alias("said")).alias("result_status"))
