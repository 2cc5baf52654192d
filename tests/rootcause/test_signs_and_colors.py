"""What a picture of a fishbone says beside words: dots, evidence, control, checks, the team's colours, loose cards."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from dataworkbench.rootcause import (
    LOOSE,
    READY,
    Cause,
    Fishbone,
    Problem,
    chips,
    contrast,
    fishbone,
    from_json,
    ink_on,
    known_color,
    line_of,
    spoken,
    to_json,
)

SVG = "{http://www.w3.org/2000/svg}"
GOOD = "In 2025-26, 31% of grade 6 students at Birch were chronically absent"
COLORS = st.integers(0, 0xFFFFFF).map(lambda held: f"#{held:06x}")


def read(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  (it was drawn a moment ago, here)


def examined() -> Fishbone:
    """Thirty causes with all signs there are, some on no bone."""
    bones = fishbone(GOOD)
    for at in range(30):
        name = f"{at}. The bus from the north side arrives after the first bell"
        bones = bones.add(bones.categories[at % 8], name).vote(name, at % 11)
        for kind in ("data", "observation", "opinion")[: at % 4]:
            bones = bones.evidence(name, "seen", kind=kind, side=("for", "against")[at % 2])
        if at % 3 == 0:
            bones = bones.verify(name, "the bus log of May", owner="the dean", by="2027-02-01")
        if at % 7 == 0:
            bones = bones.rule_out(name, "absence is as high in afternoon classes")
    controls = ("", "ours", "influence", "outside")
    causes = tuple(replace(held, control=controls[at % 4]) for at, held in enumerate(bones.causes))
    return replace(bones, causes=(*causes, Cause("", "A card on no bone")))


def test_every_sign_of_every_cause_is_drawn_with_its_word() -> None:
    bones = examined()
    root = read(bones.as_svg())
    drawn = [text.text for text in root.iter(f"{SVG}text")]
    for word in ("+ data", "\N{MINUS SIGN} opinion", "ours", "influence", "outside", "to check"):
        wanted = sum(held == word for cause in bones.causes for _kind, held in chips(cause))
        assert wanted > 0
        assert drawn.count(word) == wanted
    dots = len(list(root.iter(f"{SVG}circle")))
    assert dots == sum(min(cause.votes, 8) for cause in bones.causes)
    assert drawn.count("+2") == sum(cause.votes == 10 for cause in bones.causes)


def test_no_sign_lies_over_another_or_over_a_line_of_words() -> None:
    root = read(examined().as_svg())
    boxes = [
        tuple(float(rect.get(name)) for name in ("x", "y", "width", "height"))
        for rect in root.iter(f"{SVG}rect")
        if rect.get("rx") == "8"
    ]
    assert len(set(boxes)) == len(boxes) > 30
    for at, (x, y, width, height) in enumerate(boxes):
        for other in boxes[at + 1 :]:
            beside = x + width <= other[0] or other[0] + other[2] <= x
            assert beside or y + height <= other[1] or other[1] + other[3] <= y
    words = [
        (float(text.get("x")), float(text.get("y")))
        for text in root.iter(f"{SVG}text")
        if text.get("font-size") is None
    ]
    for x, y, _width, height in boxes:
        column = [line for left, line in words if left <= x < left + 240]
        assert not [line for line in column if y < line - 4 < y + height and (x, line) not in words]


def test_bones_have_the_colours_of_the_team_and_words_that_can_be_read_on_them() -> None:
    bones = replace(fishbone(GOOD, categories=["Bus", "Bell"]), colors=(("Bus", "#ffe100"),))
    rects = {rect.get("fill"): rect for rect in read(bones.as_svg()).iter(f"{SVG}rect")}
    assert "#ffe100" in rects
    assert READY[1] in rects
    assert contrast("#ffe100", ink_on("#ffe100")) >= 4.5


@given(COLORS)
def test_on_any_colour_words_can_be_read_and_any_line_can_be_seen(color: str) -> None:
    assert contrast(color, ink_on(color)) >= 4.5
    assert contrast(line_of(color), "#ffffff") >= 3
    assert known_color(color.upper()) == color


@given(st.text(min_size=1, max_size=12).filter(lambda said: not known_color(said)))
def test_what_is_no_colour_is_none(said: str) -> None:
    assert not known_color(said)
    assert not known_color(f"#12345{said}6")


def test_ready_colours_stand_apart_from_white_and_bear_white_words() -> None:
    assert [color for color in READY if contrast(color, "#ffffff") < 4.5] == []
    assert len(set(READY)) == len(READY) >= 8


def test_a_card_on_no_bone_is_in_the_picture_the_words_and_the_diagram() -> None:
    bones = examined()
    assert LOOSE in bones.as_svg()
    assert f"**{LOOSE}**\n\n- A card on no bone" in bones.as_markdown()
    assert f"    {LOOSE}\n        A card on no bone\n" in bones.as_mermaid()
    assert LOOSE not in fishbone(GOOD).add("Students", "A").as_svg()


def test_a_cause_that_is_written_like_a_gap_is_no_gap_in_the_diagram() -> None:
    lines = fishbone(GOOD).add("Students", "[]").as_mermaid().splitlines()
    assert not [line for line in lines if line.strip() == "[]"]


def test_evidence_that_was_looked_for_and_not_found_counts_on_no_side() -> None:
    bones = fishbone(GOOD).add("Students", "A").vote("A").evidence("A", "searched the log", kind="none")
    cause = bones.cause("A")
    assert (cause.weight("for"), cause.weight("against")) == (0, 0)
    assert chips(cause) == (("none", "nothing found"),)
    assert "no evidence" in {remark.rule for remark in bones.remarks()}
    assert "no evidence" in spoken(cause)


def test_a_number_beside_the_problem_is_as_good_as_one_in_it() -> None:
    stated = Problem("Many were absent", number="31%", group="grade 6", time="2025-26")
    assert stated.remarks() == ()
    assert {remark.rule for remark in replace(stated, number="").remarks()} == {"number"}


def test_a_fishbone_kept_before_there_were_colours_can_be_read() -> None:
    bones = examined()
    assert from_json(to_json(bones)) == bones
    old = to_json(fishbone(GOOD)).replace(',\n  "colors": []', "")
    assert '"colors"' not in old
    assert from_json(old) == fishbone(GOOD)
