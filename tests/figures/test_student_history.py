"""The drawing of one student's scores: where each mark lies, worked out by hand, and that two tests never share a line."""

from __future__ import annotations

import math
import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from dataworkbench.figures import Cut, Score, ScoreLine, Turn, draw_history

SVG = "{http://www.w3.org/2000/svg}"
FALL, SPRING = date(2025, 9, 15), date(2026, 4, 20)


def drawing(*tests: ScoreLine, turns: tuple[Turn, ...] = ()) -> ET.Element:
    return ET.fromstring(draw_history(tests, turns))  # noqa: S314 - drawn by ourselves


def marks(root: ET.Element, kind: str, **asked: str) -> list[dict[str, str]]:
    found = [dict(held.attrib) for held in root.iter(f"{SVG}{kind}")]
    return [
        held
        for held in found
        if all(held.get(name.replace("_", "-")) == value for name, value in asked.items())
    ]


def test_one_test_is_one_line_and_two_tests_never_share_one() -> None:
    one = ScoreLine("A", (Score(FALL, 400), Score(SPRING, 420)))
    other = ScoreLine("B", (Score(FALL, 400), Score(SPRING, 420), Score(SPRING, 421)))
    lines = [held["points"].split() for held in marks(drawing(one, other), "polyline")]
    assert [len(points) for points in lines] == [2, 3]
    assert max(float(point.split(",")[0]) for point in lines[0]) < min(
        float(point.split(",")[0]) for point in lines[1]
    )


def test_a_bar_reaches_as_far_from_its_score_as_a_95_percent_interval_does() -> None:
    """Standard error 10, so 19.6 points each way; by the axis, the line from 400 to 440 says how long a point is."""
    root = drawing(ScoreLine("A", (Score(FALL, 400, 10.0), Score(SPRING, 440, 10.0))))
    first, second = (float(held["cy"]) for held in marks(root, "circle"))
    a_point = (first - second) / 40
    bars = [
        held for held in marks(root, "line") if held["x1"] == held["x2"] and held["stroke-width"] == "1.4"
    ]
    for bar, middle in zip(bars, (first, second), strict=True):
        assert middle - float(bar["y1"]) == pytest.approx(1.96 * 10 * a_point, abs=0.11)
        assert float(bar["y2"]) - middle == pytest.approx(1.96 * 10 * a_point, abs=0.11)


def test_a_score_without_an_error_has_no_bar_and_the_words_give_none() -> None:
    root = drawing(ScoreLine("A", (Score(FALL, 400), Score(SPRING, 440, 5.0))))
    assert (
        len(
            [
                held
                for held in marks(root, "line")
                if held["x1"] == held["x2"] and held["stroke-width"] == "1.4"
            ]
        )
        == 1
    )
    said = root.findtext(f"{SVG}desc")
    assert said == "A: 2025-09-15 400; 2026-04-20 440 (±10)."


def test_the_standard_lies_where_its_cut_score_is() -> None:
    """420 is half way from 400 to 440."""
    cuts = (Cut("Met", 420, date(2025, 8, 1), date(2026, 7, 31), is_standard=True),)
    root = drawing(ScoreLine("A", (Score(FALL, 400), Score(SPRING, 440)), cuts))
    first, second = (float(held["cy"]) for held in marks(root, "circle"))
    (line,) = [held for held in marks(root, "line") if held["stroke-width"] == "1.6"]
    assert float(line["y1"]) == pytest.approx((first + second) / 2, abs=0.11)


def test_what_was_tried_begins_and_ends_in_every_panel_on_its_days() -> None:
    """A turn from the first score's day to the second's: its lines stand where the two scores are."""
    tests = [ScoreLine(name, (Score(FALL, 400), Score(SPRING, 440))) for name in "AB"]
    root = drawing(*tests, turns=(Turn(1, "Tutoring", FALL, SPRING), Turn(2, "Mentor", SPRING)))
    across = sorted(float(held["cx"]) for held in marks(root, "circle"))
    starts = sorted(
        float(held["x1"])
        for held in marks(root, "line")
        if held["stroke"] == "#c04f00" and "stroke-dasharray" not in held
    )
    stops = sorted(float(held["x1"]) for held in marks(root, "line", stroke_dasharray="3 3"))
    assert starts == pytest.approx(across)  # turn 1 at the first score, turn 2 at the second, in both panels
    assert stops == pytest.approx([across[1], across[3]])  # turn 2 still runs
    assert "2. Mentor, from 2026-04-20 still running." in str(root.findtext(f"{SVG}desc"))


def test_names_from_data_are_text_and_nothing_is_drawn_without_a_score() -> None:
    root = drawing(ScoreLine("<script>alert(1)</script>\x07", (Score(FALL, 400),)))
    assert not list(root.iter(f"{SVG}script"))
    assert any("<script>" in (held.text or "") for held in root.iter(f"{SVG}text"))
    assert draw_history([ScoreLine("A", ())]) == ""
    assert not re.search("nan|inf", draw_history([ScoreLine("A", (Score(FALL, 400, math.nan),))]))
