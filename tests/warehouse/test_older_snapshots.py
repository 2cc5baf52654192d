"""A snapshot that was made before the workbench knew a table still opens: that table is one nobody has brought."""

from __future__ import annotations

import duckdb
import polars as pl

from dataworkbench.measures import published_bounds
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.warehouse.building import build
from dataworkbench.warehouse.district import District
from dataworkbench.workspace import Settings


def test_a_snapshot_without_a_table_that_came_later_still_opens():
    connection = duckdb.connect(":memory:")
    build(connection, {"schools": pl.DataFrame({"school_id": ["1"], "school_name": ["Alder"]})})
    connection.execute("DROP TABLE published_figures")
    district = District(connection, settings=Settings(), policy=DisclosurePolicy())
    assert district.counts["schools"] == 1
    assert district.counts["published_figures"] == 0
    assert not district.has("published_figures")
    assert published_bounds(district, "graduation rate").iloc[0]["status"] == "missing"
