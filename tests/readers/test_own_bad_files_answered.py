"""Every bad file of our own table gets its answer: what was kept, which lines were not, why, and what to do."""

from __future__ import annotations

import re

import polars as pl
import pytest
from bad_files import CASES

MOST_WORDS = 60
JARGON = re.compile(
    r"\b(null|NaN|dtype|schema|exception|traceback|invalid|parse|regex|boolean|integer|float|stderr)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_bad_file_is_answered_with_what_a_person_needs(read, case):
    reading = read({"file.csv": case.content}, **case.settings)
    assert reading.files["rows_kept"].sum() == case.kept
    assert reading.set_aside["row"].to_list() == case.aside
    assert (reading.files["rows_read"] == reading.files["rows_kept"] + reading.files["rows_set_aside"]).all()
    said = [
        *reading.notes.select("message", "what_to_do").rows(),
        *reading.set_aside.select("reason", "what_to_do").rows(),
    ]
    assert any(case.message in message and case.to_do in what for message, what in said), said


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_is_said_is_a_sentence_in_plain_words_and_says_what_to_do(read, case):
    reading = read({"file.csv": case.content}, **case.settings)
    told = [
        *reading.notes.rows(named=True),
        *reading.set_aside.rename({"reason": "message"}).rows(named=True),
    ]
    for one in told:
        assert one["message"][-1] in ".?", one["message"]
        assert len(one["message"].split()) < MOST_WORDS
        assert not JARGON.search(one["message"].replace(one.get("value") or "\0", "")), one["message"]
    for one in reading.set_aside.rows(named=True):
        assert one["what_to_do"] or len(re.findall(r"[.?](?: |$)", one["reason"])) > 1, one
    pressing = reading.notes.filter(pl.col("level").is_in(["refused", "question"]))
    for one in pressing.rows(named=True):
        assert one["what_to_do"] or len(re.findall(r"[.?](?: |$)", one["message"])) > 1, one


def test_the_table_holds_more_than_forty_different_files():
    assert len(CASES) >= 40
    assert len({case.content for case in CASES}) == len({case.name for case in CASES}) == len(CASES)
