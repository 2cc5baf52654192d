"""A frame whose columns are read once says the same as one that is read anew each time."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworkbench.frames import known_in, read_once, rows_in, texts_in

texts = st.one_of(
    st.none(), st.text(max_size=5), st.sampled_from(["<script>", "\N{HEBREW LETTER ALEF}", "🙂"])
)
numbers = st.one_of(st.none(), st.floats(-5, 5))
rows = st.lists(st.tuples(texts, numbers, numbers), max_size=6)


def made(told: list[tuple[str | None, float | None, float | None]]) -> pd.DataFrame:
    words, plain, gaps = ([row[at] for row in told] for at in range(3))
    return pd.DataFrame(
        {
            "words": pd.Series(words, dtype="str"),
            "plain": pd.Series(plain, dtype="float64"),
            "gaps": pd.Series(gaps, dtype="Float64"),
        }
    )


@settings(max_examples=30, deadline=None)
@given(rows)
def test_what_is_read_once_is_what_pandas_gives(told) -> None:
    frame = made(told)
    with read_once(frame):
        for _ in range(2):
            anew = [tuple(row) for row in frame.astype("object").where(frame.notna(), None).to_numpy()]
            found = [
                tuple(None if pd.isna(cell) else cell for cell in row.values()) for row in rows_in(frame)
            ]
            assert found == anew
            assert all(list(row) == list(frame.columns) for row in rows_in(frame))
            for name in frame:
                assert known_in(frame, name) == frame[name].notna().tolist()
                assert texts_in(frame, name) == [
                    "" if isna else str(value)
                    for value, isna in zip(frame[name].tolist(), frame[name].isna(), strict=True)
                ]


def test_a_frame_that_was_changed_afterwards_is_read_anew() -> None:
    frame = made([("one", 1.0, None)])
    with read_once(frame):
        assert texts_in(frame, "words") == ["one"]
    frame.loc[0, "words"] = "two"
    assert texts_in(frame, "words") == ["two"]
    assert rows_in(frame)[0]["words"] == "two"


def test_another_frame_within_is_not_taken_for_the_one_that_is_read() -> None:
    frame, other = made([("one", 1.0, 1.0)]), made([("other", 2.0, None)])
    with read_once(frame):
        assert texts_in(frame, "words") == ["one"]
        with read_once(other):
            assert texts_in(other, "words") == ["other"]
            assert texts_in(frame, "words") == ["one"]
        assert texts_in(other, "words") == ["other"]
        assert rows_in(frame)[0]["words"] == "one"


def test_rows_that_somebody_shortens_stay_whole_for_the_next_reader() -> None:
    frame = made([("one", 1.0, 1.0), ("two", 2.0, 2.0)])
    with read_once(frame):
        rows_in(frame).pop()
        assert len(rows_in(frame)) == 2
