"""A strip of flags and a ratio on a logarithmic axis: what stands where."""

from __future__ import annotations

import math

import awkward_frames as gallery
import pytest

from dataworkbench import figures
from dataworkbench.disclosure import for_audience
from dataworkbench.errors import WorkbenchError
from dataworkbench.policy import DisclosurePolicy

POLICY = DisclosurePolicy()


def gated(frame, audience="staff"):
    return for_audience(frame, audience, policy=POLICY)


def test_half_as_often_lies_as_far_from_the_middle_as_twice_as_often():
    axis = figures.plot_ratios(gated(gallery.ratios())).layout.xaxis

    assert axis.type == "log"
    place = dict(zip(axis.ticktext, axis.tickvals, strict=True))
    assert math.log(place["same"]) - math.log(place["half"]) == pytest.approx(
        math.log(place["2 times"]) - math.log(place["same"])
    )


def test_every_interval_of_a_ratio_lies_within_the_axis():
    low, high = figures.plot_ratios(gated(gallery.ratios())).layout.xaxis.range

    assert low < math.log10(0.2)
    assert high > math.log10(11.9)


def test_a_group_below_the_rule_keeps_its_place_and_says_why():
    drawn = figures.plot_ratios(gated(gallery.ratios()))

    words = " ".join(drawn.layout.yaxis.ticktext)
    assert "Black or African American" in words
    assert "n below rule" in " ".join(note.text for note in drawn.layout.annotations)


def test_a_frame_without_ratios_is_refused():
    with pytest.raises(WorkbenchError, match="risk_ratio"):
        figures.plot_ratios(gated(gallery.gaps()))


def test_the_parts_of_a_strip_are_as_wide_as_the_shares_and_none_is_drawn_of_nobody():
    """Grade 7, by hand: 12, 1, 5 and 140 of 158."""
    drawn = figures.plot_flags(gated(gallery.flags()))
    widths = {trace.name: trace.x for trace in drawn.data}

    assert widths["One flag"][1] == pytest.approx(12 / 158, abs=1e-6)
    assert widths["Not known"] == pytest.approx([140 / 158], abs=1e-6)
    assert widths["Three flags"] == pytest.approx([2 / 155], abs=1e-6)


def test_who_is_not_judged_is_grey_and_who_has_no_flag_is_blue():
    drawn = figures.plot_flags(gated(gallery.flags()))
    colours = {trace.name: trace.marker.color for trace in drawn.data}

    for name in ("Not known", "Too early to say"):
        red, green, blue = (int(colours[name][at : at + 2], 16) for at in (1, 3, 5))
        assert max(red, green, blue) - min(red, green, blue) < 24
    assert colours["No flag"] == "#1f6fa5"
