"""How figures moved from one time to the next."""

from __future__ import annotations

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.measures.gaps import COMPARED, compare, grouping_columns
from dataworkbench.measures.shaping import FIGURES, in_order, with_types


def change(
    frame: pd.DataFrame, *, over: str = "school_year", since_first: bool = False, confidence: float = 0.95
) -> pd.DataFrame:
    """Return how each group moved since the time before (or since its first time).

    One row is one group at one time, from its second time on; a comparison frame (see ``gap``): ``value`` is the later figure
    minus the earlier, ``reference`` the earlier time, ``n_reference`` how many counted then.

    The interval takes the two times as different students. Where many are the same it is wider than it need be.
    A share of students above a cut can move although nobody's score did, and the other way round: read the change of
    ``proficiency`` beside that of ``mean_score``. Source: Ho (2008), Educational Researcher 37, 351-360.
    """
    by = grouping_columns(frame)
    if over not in by:
        raise no_such("column to follow over time", over, by)
    if (frame["status"] == "missing").all():
        return with_types(frame.reindex(columns=[*frame.columns, *COMPARED]))
    others = [name for name in by if name != over]
    rows = []
    for _, piece in frame.groupby(others, dropna=False, sort=False) if others else [((), frame)]:
        times = in_order(piece, [over]).to_dict("records")
        for place, row in enumerate(times[1:], start=1):
            earlier = times[0 if since_first else place - 1]
            rows.append(compare(row, earlier, str(earlier[over]), confidence))
    changed = with_types(pd.DataFrame(rows, columns=[*by, *FIGURES, *COMPARED]))
    return in_order(changed.astype({"n_reference": "Int64"}), by)
