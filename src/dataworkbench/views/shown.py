"""A measure as its readers may see it: asked for and passed through the gate in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dataworkbench.disclosure import for_audience
from dataworkbench.measures import measure
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked


def shown(
    district: Asked,
    id: str,  # noqa: A002 - the catalogue's own word
    *,
    by: Sequence[str] = (),
    where: Mapping[str, Any] | None = None,
    audience: Audience,
) -> pd.DataFrame:
    """Return an indicator by groups, ready to be drawn for its readers.

    One row is one group. The same as ``for_audience(measure(district, id, by=by, where=where), audience,
    policy=district.policy)``; see ``measure`` for the columns and ``for_audience`` for what the gate adds.
    """
    return for_audience(measure(district, id, by=by, where=where), audience, policy=district.policy)
