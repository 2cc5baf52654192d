"""The fishbone that a team writes together, in a real browser: by keyboard, by mouse, on a wall and on a telephone."""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from team_browser import Room, needs_chromium

sys.path.append(str(Path(__file__).parents[1] / "views"))

from fishbones import ANN, HOSTILE, Screen, desk, fill, here, screens

pytestmark = needs_chromium

LAYOUT = """
import {layOut, nextCause, sizesFor, wrapWords, fit} from "/team/fishbone_layout.js";
window.kit = { layOut, nextCause, sizesFor, wrapWords, fit };
export default { render({ model, el }) { el.innerHTML = '<div class="dw-team"></div>'; return () => {}; } };
"""
INSIDE = """
import {html, render} from "/team/preact.js";
import {Frame} from "/team/kit.js";
import {connect} from "/team/talk.js";
import {Fishbone} from "/team/fishbone.js";
function Room({ shown, live }) { return html`<${Fishbone} live=${live} shown=${shown.fishbone} onWhy=${(cause) => { window.asked = cause.words; }} />`; }
export default { render({ model, el }) {
  const live = connect(model);
  render(html`<${Frame} live=${live} part=${Room} />`, el);
  return () => live.close();
} };
"""
OVERLAPS = """() => {
  const shown = [...document.querySelectorAll(".dw-fishbone-picture text")].map((one) => [one.textContent, one.getBoundingClientRect()]);
  const found = [];
  shown.forEach(([words, a], at) => shown.slice(at + 1).forEach(([other, b]) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left), high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1 && high > 5) found.push([words, other, wide, high]);
  }));
  return found;
}"""
OUTSIDE = """() => {
  const paper = document.querySelector(".dw-fishbone-picture").getBoundingClientRect();
  return [...document.querySelectorAll(".dw-fishbone-picture text")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.left < paper.left || box.right > paper.right + 1 || box.top < paper.top || box.bottom > paper.bottom + 1;
  }).map((one) => one.textContent);
}"""


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    with Room() as opened:
        yield opened


@pytest.fixture
def ann(tmp_path) -> Screen:
    return screens(tmp_path, ANN)[0]


def opened(room: Room, held: Screen, width: int = 1280, **more: Any) -> Any:
    screen = room.screen(held.desk, part="fishbone", width=width, **more)
    screen.page.locator(".dw-fishbone, .dw-fb-begin").wait_for()
    return screen


def cause(page: Any, words: str) -> Any:
    return page.locator(f'[data-cause][aria-label^="{words}"]').locator("visible=true")


def eventually(page: Any, wanted: Any, what: Any) -> None:
    for _turn in range(40):
        if what() == wanted:
            return
        page.wait_for_timeout(100)
    assert what() == wanted


# ---------------------------------------------------------------- the picture


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 800), (860, 800)])
def test_thirty_causes_are_in_the_picture_and_no_two_texts_lie_over_each_other(
    room, ann, width, height
) -> None:
    fill(ann, 30, "vote")
    screen = opened(room, ann, width, height=height)
    screen.page.locator(".dw-fishbone-picture").wait_for()
    assert screen.page.evaluate(OVERLAPS) == []
    assert screen.page.evaluate(OUTSIDE) == []
    names = " ".join(screen.page.locator(".dw-fishbone-picture text").all_text_contents())
    assert [bone["name"] for bone in ann.shown["bones"] if bone["name"] not in names] == []
    drawn = " ".join(screen.page.locator(".dw-fishbone-picture text").all_text_contents())
    for held in ann.shown["causes"]:
        if held["bone"]:
            assert held["words"] in " ".join(drawn.split())
    assert screen.is_within_its_width()
    screen.close()


def test_thirty_causes_are_seen_on_a_projector_without_scrolling(room, ann) -> None:
    fill(ann, 30, "vote")
    screen = opened(room, ann, 1920, height=1080)
    box = screen.page.locator(".dw-fishbone-picture").bounding_box()
    assert box["y"] + box["height"] <= 1080
    sizes = screen.page.evaluate(
        "[...document.querySelectorAll('.dw-fishbone-picture text')].map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 12
    screen.close()


def test_on_a_telephone_the_same_causes_are_a_list_by_bone(room, ann) -> None:
    fill(ann, 30, "vote")
    screen = opened(room, ann, 390, height=844)
    assert screen.page.locator(".dw-fishbone-picture").count() == 0
    listed = screen.page.locator(".dw-fb-listed").all_inner_texts()
    assert len(listed) == 30
    heads = [text.split("\n")[0] for text in screen.page.locator(".dw-fb-list-bone").all_inner_texts()]
    assert "The call log of October" not in " ".join(listed)
    assert heads == [*(bone["name"] for bone in ann.shown["bones"]), "On no bone yet"]
    assert screen.is_within_its_width()
    screen.close()


@pytest.mark.parametrize("width", [1920, 1280, 390])
@pytest.mark.parametrize("phase", ["cards", "cluster", "vote"])
def test_axe_finds_nothing_and_targets_are_large_enough(room, ann, width, phase) -> None:
    fill(ann, 12, phase)
    screen = opened(room, ann, width)
    screen.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('afterbegin', '<h1>Our meeting</h1>')"
    )
    assert screen.axe() == []
    small = screen.page.evaluate(
        "[...document.querySelectorAll('.dw-fishbone button, .dw-fishbone select, .dw-fishbone input')].filter((one) => one.offsetParent)"
        ".filter((one) => one.getBoundingClientRect().height < 40).map((one) => one.outerHTML)"
    )
    assert small == []
    screen.close()


def test_axe_finds_nothing_in_the_card_of_a_cause_and_in_the_bones(room, ann) -> None:
    fill(ann, 12)
    screen = opened(room, ann)
    page = screen.page
    page.evaluate("document.querySelector('main').insertAdjacentHTML('afterbegin', '<h1>Our meeting</h1>')")
    cause(page, "The unit on fractions").press("Enter")
    page.get_by_role("dialog").wait_for()
    assert screen.axe() == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Bones", exact=True).click()
    assert screen.axe() == []
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Change the problem").click()
    assert screen.axe() == []
    screen.close()


# ---------------------------------------------------------------- by keyboard


def test_a_fishbone_is_begun_and_cards_are_added_with_enter_while_the_field_stays_focused(
    room, tmp_path
) -> None:
    ann = Screen(desk(here(tmp_path)), "")
    screen = opened(room, ann)
    page = screen.page
    page.get_by_label("The problem").fill("31% of grade 6 were absent in 2025-26 because of the bus")
    page.get_by_role("button", name="Begin the fishbone").press("Enter")
    field = page.get_by_label("A cause, one on each card")
    field.focus()
    for words in ("The bus is late", "Calls home begin late", HOSTILE):
        page.keyboard.insert_text(words)
        page.keyboard.press("Enter")
    page.locator(".dw-fb-card").nth(2).wait_for()
    assert field.evaluate("(one) => one === document.activeElement")
    assert field.input_value() == ""
    assert "brings a cause in" in page.locator(".dw-fishbone-top").inner_text()
    assert page.evaluate("window.RAN") is None
    assert "<script>" in page.locator(".dw-fb-card").nth(2).inner_text()
    screen.close()


def test_with_the_keyboard_alone_a_cause_is_opened_moved_examined_and_ruled_out(room, ann) -> None:
    made = fill(ann, 3, "examine")
    screen = opened(room, ann)
    page = screen.page
    cause(page, "The unit on fractions").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog")
    assert card.locator(".dw-kept-words").inner_text().startswith("Lessons begin late")
    card.get_by_label("Bone").select_option("Students")
    eventually(page, "Students", lambda: ann.cause(made[1])["bone"])
    card.get_by_label("What is known").fill("We stood at the gate")
    page.keyboard.press("Enter")
    eventually(page, 2, lambda: len(ann.cause(made[1])["evidence"]))
    card.get_by_role("button", name="We can influence it").press("Space")
    eventually(page, "influence", lambda: ann.cause(made[1])["control"])
    card.get_by_label("What will be looked up").fill("The bus log")
    page.keyboard.press("Enter")
    eventually(page, ["The bus log"], lambda: [held["what"] for held in ann.cause(made[1])["checks"]])
    card.get_by_label("Why it is ruled out").fill("The log says otherwise")
    page.keyboard.press("Enter")
    eventually(page, "The log says otherwise", lambda: ann.cause(made[1])["ruled_out"])
    page.keyboard.press("Escape")
    card.wait_for(state="detached")
    named = cause(page, "Lessons begin late").get_attribute("aria-label")
    for part in (
        "bone Students",
        "evidence",
        "we can influence it",
        "to check: The bus log",
        "ruled out: The log says otherwise",
    ):
        assert part in named
    screen.close()


def test_arrows_reach_every_cause_and_one_tab_stop_holds_them_all(room, ann) -> None:
    fill(ann, 12)
    screen = opened(room, ann)
    page = screen.page
    assert page.locator('.dw-fb-twig[tabindex="0"]').count() == 1
    page.locator('.dw-fb-twig[tabindex="0"]').focus()
    page.keyboard.press("Home")
    seen = set()
    for _turn in range(11):
        seen.add(page.evaluate("document.activeElement.dataset.cause"))
        page.keyboard.press("ArrowDown")
    on_bones = {held["id"] for held in ann.shown["causes"] if held["bone"]}
    assert seen == on_bones
    screen.close()


def test_with_the_keyboard_a_dot_is_put_and_taken_back_and_what_is_left_is_said(room, ann) -> None:
    fill(ann, 3, "vote")
    ann.act("set_votes", votes_each=2)
    screen = opened(room, ann)
    page = screen.page
    one = cause(page, "The unit on fractions")
    one.focus()
    page.keyboard.press("Enter")
    page.get_by_text("You have 1 of 2 dots left.").first.wait_for()
    page.wait_for_timeout(100)
    assert "You have 1 of 2 dots left." in page.locator("body > .dw-unseen[role=status]").inner_text()
    assert "One dot is yours." in one.get_attribute("aria-label")
    assert one.evaluate("(held) => held === document.activeElement")
    page.keyboard.press("Enter")
    page.get_by_text("You have 2 of 2 dots left.").first.wait_for()
    screen.close()


def test_two_causes_are_merged_from_the_card_only_once_that_was_asked(room, ann) -> None:
    made = fill(ann, 3)
    screen = opened(room, ann)
    page = screen.page
    cause(page, "The unit on fractions").press("Enter")
    page.get_by_label("Merge this into").select_option(made[2])
    page.get_by_text("Do these say the same?").wait_for()
    assert len(ann.words) == 3
    page.get_by_role("button", name="Yes, merge").press("Enter")
    eventually(page, 2, lambda: len(ann.words))
    page.get_by_role("button", name="Undo what I did last").press("Enter")
    eventually(page, 3, lambda: len(ann.words))
    screen.close()


# ---------------------------------------------------------------- by mouse


def pulled(page: Any, what: Any, to: Any) -> None:
    start, end = what.bounding_box(), to.bounding_box()
    page.mouse.move(start["x"] + 20, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(end["x"] + 30, end["y"] + 12, steps=6)
    page.mouse.up()


def test_a_cause_is_dragged_to_another_bone_and_a_drag_opens_no_card(room, ann) -> None:
    made = fill(ann, 3)
    screen = opened(room, ann)
    page = screen.page
    pulled(page, cause(page, "The unit on fractions"), page.locator('rect[data-bone="Students"]').last)
    eventually(page, "Students", lambda: ann.cause(made[0])["bone"])
    assert page.get_by_role("dialog").count() == 0
    screen.close()


def test_a_cause_that_is_dragged_onto_another_is_merged_after_it_was_asked(room, ann) -> None:
    fill(ann, 3)
    screen = opened(room, ann)
    page = screen.page
    pulled(page, cause(page, "The unit on fractions"), cause(page, "Lessons begin late"))
    page.get_by_text("Do these say the same?").wait_for()
    assert len(ann.words) == 3
    page.get_by_role("button", name="Yes, merge").click()
    eventually(page, 2, lambda: len(ann.words))
    screen.close()


def test_a_loose_card_is_dragged_from_the_tray_onto_a_bone(room, ann) -> None:
    card = ann.add("A loose one")
    ann.phase("cluster")
    screen = opened(room, ann)
    pulled(
        screen.page,
        cause(screen.page, "A loose one"),
        screen.page.locator('rect[data-bone="Assessment"]').last,
    )
    eventually(screen.page, "Assessment", lambda: ann.cause(card)["bone"])
    screen.close()


# ---------------------------------------------------------------- several at once


def test_what_another_writes_does_not_move_the_one_who_types(room, ann) -> None:
    fill(ann, 12, "cluster")
    other = Screen(ann.desk, "seat-bbbbbbbbbbbb")
    screen = opened(room, ann)
    page = screen.page
    field = page.get_by_label("One cause more")
    field.focus()
    page.keyboard.type("I am in the middle of")
    before = field.bounding_box()
    other.add("Something of another's", "Students")
    cause(page, "Something of another").wait_for()
    assert field.input_value() == "I am in the middle of"
    assert field.bounding_box() == before
    assert field.evaluate("(one) => one === document.activeElement")
    screen.close()


def test_where_two_change_the_same_cause_both_texts_are_shown_and_the_writer_decides(room, ann) -> None:
    made = fill(ann, 3)
    screen = opened(room, ann)
    page = screen.page
    cause(page, "The unit on fractions").press("Enter")
    page.get_by_role("button", name="Change: The unit on fractions").click()
    page.get_by_label("The cause").fill("My words")
    ann.act("move_cause", cause=made[0], bone="Students")
    ann.act("change_cause", cause=made[0], words="Words of another")
    page.get_by_text("Somebody changed this while you were writing").wait_for()
    assert "Words of another" in page.locator(".dw-clash").inner_text()
    assert "My words" in page.locator(".dw-clash").inner_text()
    page.get_by_role("button", name="Go on with yours").click()
    page.get_by_role("button", name="Save", exact=True).click()
    eventually(page, "My words", lambda: ann.cause(made[0])["words"])
    screen.close()


def test_a_move_by_another_is_no_clash_with_words_that_are_being_changed(room, ann) -> None:
    made = fill(ann, 3)
    screen = opened(room, ann)
    page = screen.page
    cause(page, "The unit on fractions").press("Enter")
    page.get_by_role("button", name="Change: The unit on fractions").click()
    page.get_by_label("The cause").fill("My words")
    ann.act("move_cause", cause=made[0], bone="Students")
    page.wait_for_timeout(1500)
    assert page.locator(".dw-clash").count() == 0
    page.keyboard.press("Enter")
    eventually(
        page, ("My words", "Students"), lambda: (ann.cause(made[0])["words"], ann.cause(made[0])["bone"])
    )
    screen.close()


def test_another_s_cards_never_reach_the_page_while_cards_are_written(room, ann) -> None:
    ann.add("Only Ann knows this")
    screen = opened(room, ann)
    assert "1 card of others" in screen.page.locator(".dw-fb-cards").inner_text()
    assert "Only Ann" not in str(screen.sent)
    screen.close()


def test_inside_a_room_the_fishbone_gets_what_is_its_own_and_hands_a_cause_to_the_whys(room, ann) -> None:
    fill(ann, 3)
    screen = opened(room, ann, script=INSIDE)
    cause(screen.page, "The unit on fractions").press("Enter")
    screen.page.get_by_role("button", name="Ask why").click()
    assert screen.page.evaluate("window.asked").startswith("The unit on fractions")
    screen.close()


def test_another_fishbone_is_begun_beside_one_that_is_kept(room, ann) -> None:
    fill(ann, 3)
    before = ann.shown["id"]
    screen = opened(room, ann)
    page = screen.page
    page.get_by_role("button", name="Begin another").click()
    page.get_by_label("The problem", exact=True).fill("In fall, 40% of grade 4 read below the first level")
    page.get_by_label("Bones", exact=True).select_option("own")
    page.get_by_label("Our own bones, one on each line").fill("Bus\nBell times")
    page.get_by_role("button", name="Begin the fishbone").click()
    page.get_by_role("heading", name="In fall, 40% of grade 4").wait_for()
    assert page.get_by_role("dialog").count() == 0
    assert [bone["name"] for bone in ann.shown["bones"]] == ["Bus", "Bell times"]
    assert ann.desk.board.get(before) is not None
    screen.close()


def test_space_opens_a_card_and_leaves_it_open(room, ann) -> None:
    fill(ann, 3)
    screen = opened(room, ann)
    cause(screen.page, "The unit on fractions").press("Space")
    screen.page.wait_for_timeout(300)
    assert screen.page.get_by_role("dialog").count() == 1
    screen.close()


def test_bones_are_renamed_coloured_moved_removed_and_added(room, ann) -> None:
    made = fill(ann, 3)
    screen = opened(room, ann)
    page = screen.page
    page.get_by_role("button", name="Bones", exact=True).click()
    page.get_by_label("Another name for Curriculum").fill("What is taught")
    page.keyboard.press("Enter")
    eventually(page, "What is taught", lambda: ann.cause(made[0])["bone"])
    page.get_by_label("Colour of What is taught").fill("#ffe100")
    eventually(page, "#ffe100", lambda: ann.shown["bones"][0]["color"])
    page.get_by_role("button", name="Move What is taught back").click()
    eventually(page, "What is taught", lambda: ann.shown["bones"][1]["name"])
    page.get_by_role("button", name="Remove What is taught").click()
    eventually(page, "", lambda: ann.cause(made[0])["bone"])
    page.get_by_label("One bone more").fill("The bus")
    page.keyboard.press("Enter")
    eventually(page, "The bus", lambda: ann.shown["bones"][-1]["name"])
    page.keyboard.press("Escape")
    cause(page, "The unit on fractions").wait_for()
    assert page.locator(".dw-fb-tray").inner_text().startswith("On no bone yet")
    screen.close()


# ---------------------------------------------------------------- taken along


def test_the_picture_is_saved_as_a_png_twice_as_large_as_the_drawing(room, ann, tmp_path) -> None:
    fill(ann, 12)
    screen = opened(room, ann)
    with screen.page.expect_download() as taken:
        screen.page.get_by_role("button", name="Save as PNG").click()
    taken.value.save_as(tmp_path / "fishbone.png")
    held = (tmp_path / "fishbone.png").read_bytes()
    svg = ann.desk.fetch(ANN, "export_svg", {})["text"]
    size = [int(svg.split(f" {name}='")[1].split("'")[0]) for name in ("width", "height")]
    assert held[:8] == b"\x89PNG\r\n\x1a\n"
    assert list(struct.unpack(">II", held[16:24])) == [2 * side for side in size]
    screen.close()


@pytest.mark.parametrize(
    ("name", "begins"), [("SVG", "<svg"), ("Markdown", "**Problem.**"), ("Mermaid", "ishikawa-beta")]
)
def test_the_fishbone_is_saved_as_text_with_every_cause(room, ann, tmp_path, name, begins) -> None:
    fill(ann, 3)
    screen = opened(room, ann)
    with screen.page.expect_download() as taken:
        screen.page.get_by_role("button", name=f"Save as {name}").click()
    taken.value.save_as(tmp_path / "taken")
    text = (tmp_path / "taken").read_text(encoding="utf-8")
    assert text.startswith(begins)
    assert "We learn in January who fell behind in" in text
    screen.close()


def test_on_paper_there_are_the_picture_and_the_list_and_nothing_to_press(room, ann) -> None:
    fill(ann, 12)
    screen = opened(room, ann)
    screen.page.emulate_media(media="print")
    assert screen.page.locator(".dw-fishbone-picture").is_visible()
    assert screen.page.locator(".dw-fb-list").is_visible()
    assert screen.page.locator(".dw-button, .dw-input").locator("visible=true").count() == 0
    assert "The call log of October (office)" in screen.page.locator(".dw-fb-list").inner_text()
    screen.close()


# ---------------------------------------------------------------- sums


def test_words_are_wrapped_without_losing_a_letter_and_no_line_is_too_wide(room, ann) -> None:
    screen = room.screen(ann.desk, part="fishbone", script=LAYOUT)
    for words in ("a bb ccc " * 9, "x" * 200, HOSTILE, "\U0001f41f" * 30):
        lines = screen.page.evaluate(
            "(words) => kit.wrapWords(words, 80, (text) => [...text].length * 8)", words
        )
        assert "".join(lines).replace(" ", "") == "".join(words.split())
        assert max(len(line) for line in lines) <= 10
    screen.close()


def test_arrows_stay_where_there_is_nothing_further(room, ann) -> None:
    screen = room.screen(ann.desk, part="fishbone", script=LAYOUT)
    bones = "[{twigs: [{id: 'a'}, {id: 'b'}]}, {twigs: []}, {twigs: [{id: 'c'}]}]"
    walked = screen.page.evaluate(
        f"() => [['a', 'ArrowUp'], ['a', 'ArrowDown'], ['b', 'ArrowDown'], ['b', 'ArrowRight'], ['c', 'ArrowRight'], ['a', 'ArrowLeft'],"
        f" ['b', 'Home'], ['a', 'End'], ['gone', 'ArrowDown']].map(([from, key]) => kit.nextCause({bones}, from, key))"
    )
    assert walked == ["a", "b", "c", "c", "c", "a", "a", "c", "a"]
    screen.close()
