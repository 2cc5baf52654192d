"""An error in a dashboard tells its reader a number, never what it knows."""

from __future__ import annotations

import json

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from dataworkbench.errors import NothingToShowError
from dataworkbench.publishing.doorkeeper import MOST_VARIABLE, most_open
from dataworkbench.publishing.quiet_errors import LOG_VARIABLE, what_to_say


@pytest.fixture
def log(tmp_path, monkeypatch):
    path = tmp_path / "log.txt"
    monkeypatch.setenv(LOG_VARIABLE, str(path))
    return path


def test_the_number_leads_to_where_it_came_up_and_not_to_what_it_said(log):
    try:
        json.loads("Rosa Tell-Tale")
    except ValueError as fault:
        said = what_to_say(fault)
    number = said.removesuffix(".")[-6:]
    assert "Rosa" not in said
    told = log.read_text(encoding="utf-8")
    assert f"error {number}" in told
    assert "JSONDecodeError" in told
    assert "json/decoder.py, line " in told
    assert "raise JSONDecodeError" in told  # a line of an installed package may stand
    assert "Rosa" not in told


def fails_in_many_ways():
    try:
        {}["Rosa"]
    except KeyError as first:
        raise ExceptionGroup("Rosa", [ValueError("Rosa"), TypeError("Rosa")]) from first


def test_errors_that_led_to_an_error_and_groups_of_them_are_told_without_their_words(log):
    try:
        fails_in_many_ways()
    except ExceptionGroup as fault:
        fault.add_note("Rosa")
        what_to_say(fault)
    told = log.read_text(encoding="utf-8")
    assert "Rosa" not in told
    assert all(kind in told for kind in ("KeyError", "ExceptionGroup", "ValueError", "TypeError"))


def test_our_own_words_for_readers_are_shown_as_they_are(log):
    assert what_to_say(NothingToShowError("No attendance was brought.")) == "No attendance was brought."
    assert not log.exists()


def test_two_errors_have_two_numbers(log):
    assert what_to_say(ValueError()) != what_to_say(ValueError())


@pytest.fixture
def shell():
    running = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    running.run_line_magic("load_ext", "dataworkbench.publishing.quiet_errors")
    return running


@pytest.mark.parametrize(
    "cell",
    [
        "raise ValueError('Rosa')",
        "broken('Rosa'",
        "try:\n    raise ValueError('Rosa')\nexcept ValueError:\n    get_ipython().showtraceback()",
        (
            "import sys\ntry:\n    raise ValueError('Rosa')\nexcept ValueError:\n"
            "    get_ipython().showtraceback(sys.exc_info(), tb_offset=0)"
        ),
    ],
)
def test_no_way_of_showing_an_error_in_a_cell_tells_its_details(shell, log, capsys, cell):
    shell.run_cell(cell, store_history=False)
    shown = capsys.readouterr()
    assert "Tell the data office this number" in shown.out
    assert "Rosa" not in shown.out + shown.err
    told = log.read_text(encoding="utf-8")
    assert "Error" in told
    assert "Rosa" not in told


@pytest.mark.parametrize(("gigabytes", "most"), [(0, 12), (2, 12), (8, 21), (64, 40)])
def test_as_many_pages_may_be_open_as_the_memory_of_the_machine_holds(monkeypatch, gigabytes, most):
    monkeypatch.delenv(MOST_VARIABLE, raising=False)
    assert most_open(gigabytes * 1_000_000_000) == most


def test_twenty_people_of_one_meeting_get_in_on_a_machine_of_eight_gigabytes(monkeypatch):
    monkeypatch.delenv(MOST_VARIABLE, raising=False)
    assert most_open(8_000_000_000) > 20


def test_a_set_number_of_pages_goes_before_the_memory(monkeypatch):
    monkeypatch.setenv(MOST_VARIABLE, "3")
    assert most_open(64_000_000_000) == 3
