"""The screens of a fishbone and of whys, as a cell of a notebook makes them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dataworkbench.panels import write_fishbone, write_whys
from dataworkbench.panels.live import Live

sys.path.append(str(Path(__file__).parents[1] / "views"))

from fishbones import ANN, Screen, desk, here


@pytest.mark.parametrize(("write", "part"), [(write_fishbone, "fishbone"), (write_whys, "whys")])
def test_a_desk_becomes_a_screen_and_a_refusal_stays_a_sentence(tmp_path, write, part) -> None:
    made = write(desk(here(tmp_path)))
    assert isinstance(made, Live)
    assert made.part == part
    assert write("It is made for staff only.") == "It is made for staff only."


def test_a_screen_says_what_it_is_where_there_is_no_browser_and_in_the_same_words_each_time(tmp_path) -> None:
    held = desk(here(tmp_path))
    assert repr(write_fishbone(held)) == repr(write_fishbone(held))
    assert "fishbone" in str(write_fishbone(held))


def test_nothing_that_a_team_wrote_is_saved_with_the_notebook(tmp_path) -> None:
    held = desk(here(tmp_path))
    ann = Screen(held, ANN)
    ann.begin("In fall, 40% of grade 4 read below the first level")
    ann.add("Only Ann knows this")
    state = str(write_fishbone(held).get_state())
    assert "40% of grade 4" not in state
    assert "Only Ann" not in state
