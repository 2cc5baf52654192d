"""School process: how class time is used, and what staff have learned. Read once, as frames that can pass the gate."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dataworkbench.schemas import table
from dataworkbench.views.district import Asked

Where = Mapping[str, tuple[str, ...]]

_TIME = """
    SELECT t."use"::VARCHAR AS "use", count(DISTINCT t.section_id) AS n, sum(t.minutes_used) AS minutes,
        sum(sum(t.minutes_used)) OVER () AS all_minutes
    FROM time_use AS t WHERE t.minutes_used IS NOT NULL {tests} GROUP BY 1 ORDER BY minutes DESC, 1
"""
_LEARNED = """
    SELECT coalesce(p.topic::VARCHAR, 'Not said') AS topic, coalesce(p.format::VARCHAR, 'Not said') AS format,
        count(DISTINCT p.staff_id) AS people, count(DISTINCT p.activity_id) AS activities, sum(p.hours) AS hours
    FROM professional_learning AS p WHERE TRUE {tests} GROUP BY 1, 2 ORDER BY hours DESC NULLS LAST, 1, 2
"""


def time_use(district: Asked, where: Where) -> pd.DataFrame:
    """Return how class time was used.

    One row is one use of time: ``use``, ``classes`` (how many kept a log of it), ``hours``, and ``share`` of all
    logged minutes, 0 to 1. Empty where no time log was brought.
    """
    tests, values = _tests(where, "t")
    found = district.ask(_TIME.format(tests=tests), values)
    return pd.DataFrame(
        {
            "use": found["use"],
            "classes": found["n"],
            "hours": found["minutes"] / 60,
            "share": found["minutes"] / found["all_minutes"],
        }
    )


def professional_learning(district: Asked, where: Where) -> pd.DataFrame:
    """Return what staff took part in.

    One row is one topic in one format: ``topic``, ``format``, ``people``, ``activities``, ``hours`` (of all people
    together). Empty where no log was brought.
    """
    tests, values = _tests(where, "p")
    return district.ask(_LEARNED.format(tests=tests), values)


def how_to_bring(name: str) -> str:
    """Return what to do so that a kind of data is there next time."""
    return f"There are no {name.replace('_', ' ')} data for this choice. {table(name).how_to_bring}"


def _tests(where: Where, alias: str) -> tuple[str, list[object]]:
    kept = {name: list(values) for name, values in where.items() if name in ("school_year", "school_id")}
    tests = " ".join(f"AND {alias}.{name}::VARCHAR IN (SELECT unnest(?::VARCHAR[]))" for name in kept)
    return tests, list(kept.values())
