"""What every part of the team room stands on, in a real browser before a real desk over real records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from team_browser import STATIC, Room, Screen, needs_chromium, small_district

from dataworkbench.panels.bundling import bundle
from dataworkbench.records import Observation, Records, Topic, back_up, open_records, restore
from dataworkbench.views.live.board import Board
from dataworkbench.views.live.desk import LiveDesk
from dataworkbench.views.live.turn import Turn

pytestmark = needs_chromium

HOSTILE = "<script>window.RAN=1</script><img src=x onerror=window.RAN=1> \"quoted\" 'single' \u202eright\u202c 😀 =1+1"
SCRIPT = """
import {html, render} from "/team/preact.js";
import {Frame, Field, Editable, Undo, Button, newId} from "/team/kit.js";
import {connect} from "/team/talk.js";
function List({ shown, live }) {
  const add = (words, field) => live.act("add", { id: newId("observation"), words, field });
  const save = (id) => (words, more) => live.act("change", { observation: id, words, ...more });
  return html`<h1>Observations</h1><${Undo} live=${live} />
    <${Field} live=${live} name="new" label="New observation" send=${add} />
    <${Field} live=${live} name="long" label="Long one" lines=${3} send=${add} />
    <${Button} onPress=${() => live.act("refuse")}>Refuse<//>
    <ul>${shown.list.entries.map(([id, version, words]) => html`<li key=${id}>
      <${Editable} live=${live} id=${id} version=${version} value=${words} label="Observation" save=${save(id)} /></li>`)}</ul>`;
}
export default { render({ model, el }) {
  const live = connect(model);
  window.live = live;
  render(html`<${Frame} live=${live} part=${List} />`, el);
  return () => live.close();
} };
"""


class ListPart:
    """A list that everybody may add to and change; words with a 7 in them are refused."""

    name = "list"

    def __init__(self) -> None:
        self.acts = {"add": self.add, "change": self.change, "refuse": self.change}
        self.fetches: dict[str, Any] = {}

    def show(self, board: Board, _seat: str) -> dict[str, Any]:
        return {
            "entries": [[entry.id, entry.version, entry.body.words] for entry in board.of(Observation)],
        }

    def add(self, turn: Turn) -> None:
        turn.add(Observation(words=turn.text("words", most=60 if "7" in turn.text("words") else 10_000)))

    def change(self, turn: Turn) -> None:
        turn.change(turn.entry("observation", Observation), Observation(words=turn.text("words")))


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    with Room() as opened:
        yield opened


@pytest.fixture
def district(tmp_path) -> Any:
    return small_district(tmp_path)


def desk_of(district: Any) -> LiveDesk:
    return LiveDesk(district, [ListPart()], about="meeting-000000000001")


def kept(district: Any) -> Records:
    return open_records(district.workspace)


def words_in(district: Any) -> list[str]:
    return [entry.body.words for entry in kept(district).latest(Observation)]


@pytest.fixture
def screen(room, district) -> Iterator[Screen]:
    with room.passing(desk_of(district), script=SCRIPT) as opened:
        yield opened


def add(screen: Screen, words: str) -> None:
    screen.page.get_by_label("New observation").fill(words)
    screen.page.keyboard.press("Enter")
    screen.page.locator("li", has_text=words[:20]).first.wait_for()


def drafts_of(screen: Screen) -> dict[str, str]:
    return screen.desk.drafts(screen.page.evaluate("window.live.seat"))


def settled(screen: Screen) -> None:
    screen.page.wait_for_timeout(900)


def test_words_are_kept_word_by_word_while_one_types_and_come_back_after_a_reload(screen):
    field = screen.page.get_by_label("New observation")
    field.press_sequentially("Grade 4 reads ", delay=5)
    screen.page.wait_for_timeout(60)
    assert drafts_of(screen)["new"] == "Grade 4 reads "
    field.press_sequentially("belo", delay=5)
    settled(screen)
    screen.reload()
    assert screen.page.get_by_label("New observation").input_value() == "Grade 4 reads belo"


def test_words_come_back_in_another_browser_session_of_the_same_seat(screen):
    screen.page.get_by_label("Long one").fill("first line\nsecond line")
    settled(screen)
    screen.page.evaluate("sessionStorage.clear()")
    screen.reload()
    assert screen.page.get_by_label("Long one").input_value() == "first line\nsecond line"


def test_words_typed_after_the_kernel_is_gone_come_back_too(screen, district):
    screen.page.get_by_label("New observation").press_sequentially("Grade 4 ")
    screen.kernel = "gone"
    screen.page.get_by_label("New observation").press_sequentially("reads below ")
    screen.restart_kernel(desk_of(district))
    screen.reload()
    assert screen.page.get_by_label("New observation").input_value() == "Grade 4 reads below "


def test_words_are_no_draft_any_more_once_they_are_written(screen):
    add(screen, "Attendance fell in May.")
    settled(screen)
    assert drafts_of(screen) == {}
    screen.reload()
    assert screen.page.get_by_label("New observation").input_value() == ""


def test_an_act_whose_answer_was_lost_is_sent_again_and_written_once(screen, district):
    screen.kernel = "deaf"
    screen.page.get_by_label("New observation").fill("Sent twice.")
    screen.page.keyboard.press("Enter")
    screen.page.get_by_text("Being written: Sent twice.").wait_for()
    screen.page.wait_for_timeout(300)
    screen.kernel = "answers"
    screen.page.locator("li", has_text="Sent twice.").wait_for(timeout=15_000)
    screen.page.get_by_text("Being written").wait_for(state="detached", timeout=15_000)
    assert [asked["ask"] for asked in screen.asked].count("act") >= 2
    assert words_in(district) == ["Sent twice."]


def test_an_act_on_its_way_when_the_kernel_died_is_sent_again_after_the_reload(screen, district):
    screen.kernel = "gone"
    screen.page.get_by_label("New observation").fill("On its way.")
    screen.page.keyboard.press("Enter")
    screen.page.get_by_text("Being written: On its way.").wait_for()
    screen.restart_kernel(desk_of(district))
    screen.reload()
    screen.page.locator("li", has_text="On its way.").wait_for()
    assert words_in(district) == ["On its way."]
    assert screen.page.get_by_label("New observation").input_value() == ""


def test_an_act_that_was_done_before_the_kernel_died_is_not_done_again(screen, district):
    screen.kernel = "deaf"
    screen.page.get_by_label("New observation").fill("Done once.")
    screen.page.keyboard.press("Enter")
    screen.page.wait_for_timeout(200)
    screen.restart_kernel(desk_of(district))
    screen.reload()
    screen.page.locator("li", has_text="Done once.").wait_for()
    assert words_in(district) == ["Done once."]


@pytest.mark.parametrize("reloads", [False, True])
def test_words_typed_before_an_act_is_sent_again_stay_kept_after_it(screen, reloads):
    screen.kernel = "looks"
    screen.page.get_by_label("New observation").press_sequentially("Lost once.\n")
    screen.page.keyboard.type("The next ")
    if reloads:
        settled(screen)
        screen.reload()
    screen.kernel = "answers"
    screen.page.locator("li", has_text="Lost once.").wait_for()
    settled(screen)
    assert drafts_of(screen) == {"new": "The next "}


@pytest.mark.slow
def test_an_act_is_sent_on_where_the_kernel_was_too_busy_for_it_after_the_reload(screen, district):
    screen.kernel = "looks"
    screen.page.get_by_label("New observation").press_sequentially("At long last.\n")
    screen.page.reload()
    screen.page.get_by_label("New observation").wait_for(timeout=30_000)
    screen.kernel = "answers"
    screen.page.locator("li", has_text="At long last.").wait_for()
    assert words_in(district) == ["At long last."]
    assert screen.page.get_by_label("New observation").input_value() == ""


def test_a_refusal_stays_beside_the_field_and_nothing_typed_is_cleared(screen, district):
    long = "7 " + "word " * 40
    screen.page.get_by_label("New observation").fill(long)
    screen.page.keyboard.press("Enter")
    told = screen.page.get_by_role("alert")
    told.wait_for()
    assert "60" in told.inner_text()
    assert screen.page.get_by_label("New observation").input_value() == long
    assert screen.page.get_by_label("New observation").get_attribute(
        "aria-describedby"
    ) == told.get_attribute("id")
    assert words_in(district) == []
    settled(screen)
    assert drafts_of(screen)["new"] == long


def test_what_is_typed_while_something_is_being_written_stays(screen, district):
    screen.kernel = "gone"
    screen.page.get_by_label("New observation").fill("The first.")
    screen.page.keyboard.press("Enter")
    screen.page.keyboard.type("The second")
    screen.restart_kernel(desk_of(district))
    screen.page.locator("li", has_text="The first.").wait_for(timeout=15_000)
    assert screen.page.get_by_label("New observation").input_value() == "The second"
    screen.page.keyboard.press("Enter")
    screen.page.locator("li", has_text="The second").wait_for()
    assert words_in(district) == ["The first.", "The second"]


def test_what_was_refused_comes_back_without_the_loss_of_what_was_typed_meanwhile(screen):
    long = "7 " + "word " * 40
    screen.page.get_by_label("New observation").fill(long)
    screen.page.evaluate(
        """() => { const box = document.activeElement;
          box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
          box.value = "meanwhile"; box.dispatchEvent(new InputEvent("input", { bubbles: true })); }"""
    )
    screen.page.get_by_role("alert").wait_for()
    held = screen.page.get_by_label("New observation").input_value()
    assert long.strip() in held
    assert held.endswith("meanwhile")


def test_a_refused_press_of_a_button_is_told_where_everybody_looks(screen):
    screen.page.get_by_role("button", name="Refuse").click()
    screen.page.get_by_role("alert").wait_for()
    assert "not there any more" in screen.page.get_by_role("alert").inner_text()
    screen.page.get_by_role("button", name="Close this message").click()
    assert screen.page.get_by_role("alert").count() == 0


@pytest.mark.slow
def test_a_broken_connection_is_told_and_so_is_its_return(screen):
    screen.kernel = "gone"
    screen.page.get_by_text("The workbench is busy").wait_for(timeout=15_000)
    screen.page.get_by_text("The connection to the workbench is lost").wait_for(timeout=20_000)
    assert screen.page.get_by_role("button", name="Reload the page").is_visible()
    screen.kernel = "answers"
    screen.page.get_by_text("The connection to the workbench is lost").wait_for(
        state="detached", timeout=15_000
    )


def test_undo_takes_back_what_this_seat_did_last(screen, district):
    undo = screen.page.get_by_role("button", name="Undo what I did last")
    assert undo.is_disabled()
    add(screen, "Kept.")
    add(screen, "A slip of the hand.")
    undo.click()
    screen.page.locator("li", has_text="A slip").wait_for(state="detached")
    assert words_in(district) == ["Kept."]
    undo.click()
    screen.page.locator("li", has_text="Kept.").wait_for(state="detached")
    assert undo.is_disabled()


def test_hostile_words_show_as_text(screen, district):
    add(screen, HOSTILE)
    assert screen.page.locator("li .dw-kept-words").inner_text() == HOSTILE
    screen.page.get_by_role("button", name="Change: ").click()
    assert screen.page.get_by_label("Observation", exact=True).input_value() == HOSTILE
    assert screen.page.evaluate("window.RAN") is None
    assert screen.page.locator("li script, li img").count() == 0
    assert words_in(district) == [HOSTILE]


def test_ten_thousand_letters_are_kept_and_do_not_widen_the_page(room, district):
    words = "x" * 5000 + " " + "語" * 4999
    with room.passing(desk_of(district), script=SCRIPT, width=390) as screen:
        add(screen, words)
        assert words_in(district) == [words]
        assert screen.is_within_its_width()


def test_what_one_writes_the_other_sees_without_a_reload(room, district):
    with (
        room.passing(desk_of(district), script=SCRIPT) as one,
        room.passing(desk_of(district), script=SCRIPT) as other,
    ):
        one.page.get_by_label("New observation").fill("Seen by all.")
        one.page.keyboard.press("Enter")
        other.page.locator("li", has_text="Seen by all.").wait_for(timeout=15_000)


def test_focus_caret_and_scroll_stay_while_others_write(room, district):
    with room.passing(desk_of(district), script=SCRIPT) as one:
        for place in range(30):
            kept(district).add(Observation(words=f"Line {place}"))
        one.page.locator("li", has_text="Line 29").wait_for()
        one.page.get_by_role("button", name="Change: Line 20").click()
        box = one.page.get_by_label("Observation", exact=True)
        box.evaluate("box => box.setSelectionRange(2, 4)")
        before = one.page.evaluate("window.scrollY")
        for place in range(5):
            kept(district).add(Topic(words="something else"))
            kept(district).add(Observation(words=f"Another {place}"))
        one.page.locator("li", has_text="Another 4").wait_for()
        assert box.evaluate(
            "box => [document.activeElement === box, box.selectionStart, box.selectionEnd]"
        ) == [True, 2, 4]
        assert one.page.evaluate("window.scrollY") == before


def test_two_who_change_the_same_thing_see_both_texts_and_decide(room, district):
    entry = kept(district).add(Observation(words="As it was."))
    with room.passing(desk_of(district), script=SCRIPT) as one:
        one.page.get_by_role("button", name="Change: As it was.").click()
        one.page.get_by_label("Observation", exact=True).fill("As I say.")
        kept(district).change(entry.id, Observation(words="As they say."), seen=1)
        clash = one.page.get_by_role("alert")
        clash.wait_for()
        assert "As they say." in clash.inner_text()
        assert "As I say." in clash.inner_text()
        settled(one)
        one.reload()
        one.page.get_by_role("button", name="Go on with yours").click()
        assert one.page.get_by_label("Observation", exact=True).input_value() == "As I say."
        one.page.get_by_role("button", name="Save").click()
        one.page.locator(".dw-kept-words", has_text="As I say.").wait_for()
        assert words_in(district) == ["As I say."]
        assert [version.body.words for version in kept(district).history(entry.id)] == [
            "As it was.", "As they say.", "As I say.",
        ]  # fmt: skip


def test_a_change_that_met_anothers_in_the_same_moment_is_refused_and_stays_in_the_field(room, district):
    entry = kept(district).add(Observation(words="As it was."))
    with room.passing(desk_of(district), script=SCRIPT) as one:
        one.page.get_by_role("button", name="Change: As it was.").click()
        one.page.get_by_label("Observation", exact=True).fill("As I say.")
        done = one.desk.act

        def theirs_first(*asked: Any) -> Any:
            kept(district).change(entry.id, Observation(words="As they say."), seen=1)
            return done(*asked)

        one.desk.act = theirs_first
        one.page.get_by_role("button", name="Save").click()
        one.page.locator(".dw-told").wait_for()
        one.page.locator(".dw-clash", has_text="As they say.").wait_for()
        assert one.page.get_by_label("Observation", exact=True).input_value() == "As I say."
        assert words_in(district) == ["As they say."]


def test_nothing_for_another_seat_answers_this_one(screen):
    """Two views of one widget hear each other's answers; each takes only its own."""
    add(screen, "Mine.")
    screen.page.evaluate(
        """() => window.model.tell({ tag: "000000000000-1", shown: { newest: 9999, about: "", list: { entries: [] } } })"""
    )
    assert screen.page.evaluate("window.live.shown.newest") < 9999
    assert screen.page.locator("li", has_text="Mine.").count() == 1


def test_what_was_asked_later_is_shown_also_where_it_has_fewer_changes(room, district):
    """As after a backup was put back while the screen was open."""
    with room.passing(desk_of(district), script=SCRIPT) as one:
        add(one, "Before the backup.")
        place = district.workspace
        backup = back_up(place)
        add(one, "After the backup.")
        restore(place, backup)
        one.page.locator("li", has_text="After the backup.").wait_for(state="detached")
        assert one.page.locator("li", has_text="Before the backup.").count() == 1


FRAGILE = """
import {html, render} from "/team/preact.js";
import {Frame, Safely} from "/team/kit.js";
import {connect} from "/team/talk.js";
window.breaks = true;
function Broken() { if (window.breaks) throw new Error("nothing that anybody should read"); return html`<p>Drawn again</p>`; }
function Part({ live }) {
  return html`<h1>Observations</h1><${Safely} what="This step"><${Broken} /><//><p>All else goes on</p>`;
}
export default { render({ model, el }) {
  const live = connect(model);
  render(html`<${Frame} live=${live} part=${window.location.hash ? Broken : Part} />`, el);
  return () => live.close();
} };
"""


def test_what_cannot_be_drawn_says_so_in_its_own_place_and_is_tried_again(room, district):
    with room.passing(desk_of(district), script=FRAGILE) as one:
        told = one.page.get_by_role("alert")
        told.wait_for()
        assert "This step cannot be shown just now" in told.inner_text()
        assert "nothing that anybody should read" not in one.page.inner_text("body")
        assert one.page.get_by_text("All else goes on").count() == 1
        assert one.axe() == []
        one.page.evaluate("() => { window.breaks = false; }")
        one.page.get_by_role("button", name="Try again").click()
        one.page.get_by_text("Drawn again").wait_for()
        assert told.count() == 0


def test_a_drawing_grows_with_the_letters_around_it_and_its_numbers_stay(screen):
    drawing = {
        "data": [{"x": [1, 2], "y": [0.5, 0.7], "textfont": {"size": 10}, "marker": {"size": 8, "opacity": 0.5}, "t": [3]}],
        "layout": {"height": 400, "margin": {"l": 40}, "font": {"size": 12}, "yaxis": {"range": [0, 1], "tickfont": {"size": 10}},
                   "annotations": [{"text": "n", "x": 0, "y": 1, "yshift": 6, "font": {"size": 11}}]},
    }  # fmt: skip
    found = screen.page.evaluate(
        "async (drawing) => (await import('/team/kit.js')).larger(drawing, 2)", drawing
    )
    assert found == {
        "data": [{"x": [1, 2], "y": [0.5, 0.7], "textfont": {"size": 20}, "marker": {"size": 16, "opacity": 0.5}, "t": [3]}],
        "layout": {"height": 800, "margin": {"l": 80}, "font": {"size": 24}, "yaxis": {"range": [0, 1], "tickfont": {"size": 20}},
                   "annotations": [{"text": "n", "x": 0, "y": 1, "yshift": 12, "font": {"size": 22}}]},
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(path.name for path in STATIC.glob("*.js")))
def test_each_module_also_loads_by_itself(room, district, name):
    script = f"""import * as held from "/team/{name}";
    export default {{ render({{ el }}) {{ el.innerHTML = '<div class="dw-team">' + Object.keys(held).length + "</div>"; }} }};"""
    with room.passing(desk_of(district), script=script) as screen:
        assert int(screen.page.locator(".dw-team").inner_text()) > 0


def test_what_comes_before_the_screen_listens_is_shown_all_the_same(room, district):
    """A kernel may have told everything before the first drawing stands; then nothing more comes until somebody writes."""
    slow = """const wait = window.setTimeout;
    window.setTimeout = (go, time, ...more) => wait(go, time === 100 ? 1500 : time, ...more);
    window.requestAnimationFrame = (go) => wait(go, 1500);
    """
    with room.passing(desk_of(district), script=SCRIPT + slow, wait=False) as screen:
        screen.page.wait_for_timeout(3000)
        assert screen.page.evaluate("document.querySelectorAll('.dw-waiting').length") == 0


def test_axe_finds_nothing_in_the_kit(screen):
    add(screen, "Something that is there.")
    screen.page.get_by_role("button", name="Change: ").click()
    assert screen.axe() == []


@pytest.mark.parametrize(
    "line",
    [
        'import all from "./other.js";',
        'import * as all from "./other.js";',
        'import {a} from "https://example.org/x.js";',
        "import {a,\n b} from './other.js';",
    ],
)
def test_an_import_that_the_bundle_does_not_understand_is_refused(tmp_path, line):
    (tmp_path / "other.js").write_text("export const a = 1;\nexport const b = 2;\n", encoding="utf-8")
    (tmp_path / "entry.js").write_text(f"{line}\nexport default {{}};\n", encoding="utf-8")
    with pytest.raises(ValueError, match="write imports as"):
        bundle(tmp_path, "entry.js")


@pytest.mark.parametrize(
    "line", ["export let a = 1;", "export default 1;", "export const {a} = held;", "  export const a = 1;"]
)
def test_what_is_handed_out_in_another_way_is_refused(tmp_path, line):
    (tmp_path / "other.js").write_text(f"const held = {{}};\n{line}\nexport const b = 2;\n", encoding="utf-8")
    (tmp_path / "entry.js").write_text(
        'import {b} from "./other.js";\nexport default {};\n', encoding="utf-8"
    )
    with pytest.raises(ValueError, match="begin what is handed out"):
        bundle(tmp_path, "entry.js")


def test_a_name_that_the_other_module_does_not_have_is_refused(tmp_path):
    (tmp_path / "other.js").write_text("export const a = 1;\n", encoding="utf-8")
    (tmp_path / "entry.js").write_text(
        'import {b} from "./other.js";\nexport default {};\n', encoding="utf-8"
    )
    with pytest.raises(ValueError, match="does not hand that out"):
        bundle(tmp_path, "entry.js")


def test_modules_that_import_each_other_are_refused(tmp_path):
    (tmp_path / "one.js").write_text('import {b} from "./two.js";\nexport const a = 1;\n', encoding="utf-8")
    (tmp_path / "two.js").write_text('import {a} from "./one.js";\nexport const b = 1;\n', encoding="utf-8")
    with pytest.raises(ValueError, match="imports itself"):
        bundle(tmp_path, "one.js")
