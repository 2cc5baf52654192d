"""The whys, the evidence and the hypothesis in a real browser, before a real desk over real records and data."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from team_browser import Room, Screen, needs_chromium

sys.path.append(str(Path(__file__).parents[1] / "views"))

from teams import NOW, made, snapshot
from whys import BEN, HOSTILE, fishbone, kept, name, screen, whole_desk
from whys import Screen as Seat

from dataworkbench.records import Cause, Evidence, Finding, Hypothesis, Review, Why
from dataworkbench.warehouse import open_workspace

pytestmark = needs_chromium

LATE, ROUTE = "The bus comes after the first lesson", "The route takes in two villages more"
WIDTHS = (1920, 1280, 390)


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    with Room() as opened:
        yield opened


@pytest.fixture
def district(tmp_path) -> Any:
    return made(tmp_path / "d", before=10, now=20)


@pytest.fixture
def cause(district) -> str:
    return cause_on(district, "Riders miss many days")


def cause_on(district: Any, words: str) -> str:
    records = kept(district)
    where = {"grade_level": ("06",), "school_id": ("S1",), "school_year": (NOW,)}
    finding = records.add(Finding(concern="50% were often absent", indicator="chronic_absence", where=where))
    bones, (held,) = fishbone(records, words)
    records.change(bones, records.entry(bones).body, seen=1, follows=[finding.id])
    return held


def answer(page: Any, words: str) -> None:
    page.get_by_label("Answer", exact=True).fill(words)
    page.keyboard.press("Enter")
    page.locator(".dw-whys-tree").get_by_text(words, exact=True).wait_for()


def tab_to(page: Any, wanted: str, *, most: int = 60) -> None:
    """Go on with the tabulator until something with these words has the focus, as one without a mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        named = page.evaluate(
            '(() => { const held = document.activeElement; const label = held.id && document.querySelector(`label[for="${held.id}"]`);'
            " return held.getAttribute('aria-label') || (label ? label.textContent : held.closest('label')?.textContent || held.textContent); })()"
        )
        if named.strip() == wanted:
            return
    pytest.fail(f"the keyboard never came to {wanted!r}")


def remarks_of(screen_: Screen) -> list[str]:
    """What axe finds, without the first heading, which the notebook's page brings."""
    return [found for found in screen_.axe() if not found.startswith("page-has-heading-one")]


def focused(page, what, said):
    """Wait until the keyboard is on the element that says this: what has the focus may change a moment after a paint."""
    page.wait_for_function("([what, said]) => document.activeElement[what] === said", arg=[what, said])


def test_from_a_cause_to_a_hypothesis_by_keyboard_alone(room, district, cause):
    with room.passing(whole_desk(district), part="whys") as opened:
        page = opened.page
        tab_to(page, "Answer")
        page.keyboard.type(f"{LATE}\n")
        page.get_by_text(f"{LATE[:1].lower()}{LATE[1:]}").first.wait_for()
        page.keyboard.type(f"{ROUTE}\n")
        page.locator(".dw-whys-tree").get_by_text(ROUTE).wait_for()
        focused(page, "placeholder", "Because ...")
        tab_to(page, "Is it a root?")
        page.keyboard.press("Enter")
        for said in ("no", "no", "yes", "yes", "yes"):
            tab_to(page, said)
            page.keyboard.press("Enter")
            page.get_by_text("Noted").wait_for(state="attached")
            page.wait_for_timeout(80)
        page.get_by_text("A root so far", exact=True).wait_for()
        page.keyboard.press("Shift+Tab")
        tab_to(page, "What do we do?") if page.evaluate(
            "document.activeElement.textContent"
        ) != "What do we do?" else None
        page.keyboard.press("Enter")
        for label, said in (
            ("If we ...", "start earlier"), ("then ...", "riders come on more days"), ("For whom", ""),
            ("To be seen by", "02052027"), ("Action 1", "Ask the company"), ("Who, 1", "the principal"), ("We look again on", "02122027"),
        ):  # fmt: skip
            tab_to(page, label)
            page.keyboard.type(said)
        tab_to(page, "Write all of it down")
        page.keyboard.press("Enter")
        page.get_by_text("We look again on 2027-02-12.").wait_for()
    (hypothesis,) = kept(district).latest(Hypothesis)
    late, route = kept(district).latest(Why)
    assert route.body.above == late.id
    assert hypothesis.follows == (route.id, cause)
    assert hypothesis.body.because == "the route takes in two villages more"
    assert (hypothesis.body.indicator, hypothesis.body.group) == ("chronic_absence", "Grade 6, Alder")
    assert [review.body.on.isoformat() for review in kept(district).latest(Review)] == ["2027-02-12"]


def test_evidence_is_looked_at_and_pinned_as_it_was_seen(room, district, cause):
    with room.passing(whole_desk(district), part="whys") as opened:
        page = opened.page
        answer(page, LATE)
        page.get_by_role("button", name="Look in the data").click()
        assert page.get_by_label("Measure").input_value() == "chronic_absence"
        assert page.get_by_label("Grade").input_value() == "06"
        page.get_by_label("Set beside").select_option("earlier")
        page.get_by_role("button", name="Look at the data").click()
        page.get_by_role("button", name="Pin it").click()
        page.get_by_text("Say first on which side it counts.").wait_for()
        assert kept(district).latest(Evidence) == []
        words = page.locator(".dw-ev-words").inner_text()
        assert "50% (n 40" in words
        assert remarks_of(opened) == []
        page.get_by_label("It speaks for it").check()
        page.get_by_role("button", name="Pin it").click()
        page.locator(".dw-ev-chip").wait_for()
        focused(page, "textContent", "Look in the data")
        assert (
            "50% (n 40) beside 25% (n 40), Chronic absence"
            in page.locator(".dw-ev-chip summary").inner_text()
        )
    (held,) = kept(district).latest(Evidence)
    assert (held.body.words, held.body.side) == (words, "for")


def test_that_it_cannot_be_said_is_pinned_without_a_side(room, district, cause):
    with room.passing(whole_desk(district), part="whys") as opened:
        page = opened.page
        page.get_by_role("button", name="Look in the data").click()
        page.get_by_role("button", name="Look at the data").click()
        page.get_by_text("it cannot be said").wait_for()
        assert page.get_by_role("radio").count() == 0
        page.get_by_role("button", name="Pin that it can't be said").click()
        page.locator(".dw-ev-chip").get_by_text("Not known").wait_for()
    assert [held.body.kind for held in kept(district).latest(Evidence)] == ["none"]


def test_newer_data_are_offered_and_the_old_figure_stays(room, district, cause):
    seat = Seat(whole_desk(district))
    why = seat.why(cause, LATE)
    asked = {
        "about": why,
        "indicator": "chronic_absence",
        "chosen": {"grade_level": "06", "school_year": NOW},
        "compared": "earlier",
    }
    seen = seat.desk.fetch(BEN, "evidence_preview", asked)
    seat.act(
        "pin_evidence", id=name("evidence"), about=why, mark=seen["mark"], asked=seen["asked"], side="for"
    )
    snapshot(district.workspace, before=10, now=4)
    with room.passing(whole_desk(open_workspace(district.workspace.root)), part="whys") as opened:
        page = opened.page
        page.get_by_text("newer data are there").wait_for()
        page.locator(".dw-ev-chip summary").click()
        page.get_by_role("button", name="Look again on the newer data").click()
        page.locator(".dw-ev-words").get_by_text("10% (n 40").wait_for()
        page.get_by_label("It speaks against it").check()
        page.get_by_role("button", name="Pin it").click()
        page.locator(".dw-ev-chip").nth(1).wait_for()
    assert [held.body.figure.label for held in kept(district).latest(Evidence)] == ["50%", "10%"]


def test_escape_closes_the_chooser_and_gives_the_focus_back(room, district, cause):
    with room.passing(whole_desk(district), part="whys") as opened:
        page = opened.page
        page.get_by_role("button", name="Look in the data").focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="What do the data say?").wait_for()
        focused(page, "textContent", "What do the data say?")
        page.keyboard.press("Escape")
        page.get_by_role("heading", name="What do the data say?").wait_for(state="detached")
        focused(page, "textContent", "Look in the data")


def test_what_others_write_moves_neither_the_caret_nor_the_page_nor_the_question(room, district, cause):
    ben = screen(district, seat=BEN)
    with room.passing(whole_desk(district), part="whys", height=500) as opened:
        page = opened.page
        answer(page, LATE)
        page.get_by_label("Answer", exact=True).fill("half a sent")
        page.evaluate("document.activeElement.setSelectionRange(4, 4); window.scrollTo(0, 120)")
        place = "[document.activeElement.selectionStart, window.scrollY, document.activeElement.getBoundingClientRect().top]"
        before = page.evaluate(place)
        first = ben.why(cause, "Ben's own answer")
        ben.why(cause, "and one below it", first)
        page.get_by_text("and one below it").first.wait_for()
        assert page.evaluate(place) == before
        assert page.get_by_label("Answer", exact=True).input_value() == "half a sent"
        assert page.locator(".dw-whys-large").inner_text().startswith("the bus comes")


def test_an_answer_that_is_refused_comes_back_into_the_field(room, district, cause):
    with room.passing(whole_desk(district), part="whys") as opened:
        page = opened.page
        page.get_by_label("Answer", exact=True).fill("riders miss many days.")
        page.keyboard.press("Enter")
        page.get_by_text("goes in a circle").first.wait_for()
        assert page.get_by_label("Answer", exact=True).input_value() == "riders miss many days."
    assert kept(district).latest(Why) == []


def test_an_answer_to_one_that_was_taken_back_meanwhile_is_not_lost(room, district, cause):
    with room.passing(whole_desk(district), part="whys") as opened:
        page = opened.page
        answer(page, LATE)
        page.get_by_label("Answer", exact=True).fill(ROUTE)
        (late,) = kept(district).latest(Why)
        kept(district).withdraw(late.id)
        page.locator(".dw-whys-large").get_by_text("riders miss many days").wait_for()
        assert page.get_by_label("Answer", exact=True).input_value() == ROUTE
        page.get_by_label("Answer", exact=True).press("Enter")
        page.locator(".dw-whys-tree").get_by_text(ROUTE).wait_for()


def test_a_form_that_lacks_something_keeps_what_was_typed_also_through_a_reload(room, district, cause):
    with room.passing(whole_desk(district), part="whys") as opened:
        page = opened.page
        answer(page, LATE)
        page.get_by_role("button", name="What do we do?").click()
        page.get_by_label("If we ...").fill("start earlier ")
        page.get_by_label("Action 1", exact=True).fill("Ask the company ")
        page.get_by_role("button", name="Write all of it down").click()
        page.get_by_text("Still missing: what will follow (then ...)").first.wait_for()
        assert page.get_by_label("If we ...").input_value() == "start earlier "
        page.wait_for_timeout(500)
        opened.reload()
        page.get_by_role("button", name="What do we do?").click()
        assert page.get_by_label("If we ...").input_value() == "start earlier "
        assert page.get_by_label("Action 1", exact=True).input_value() == "Ask the company "
    assert kept(district).latest(Hypothesis) == []


def test_the_form_is_ready_for_another_hypothesis_after_one_was_written(room, district, cause):
    with room.passing(whole_desk(district), part="whys") as opened:
        page = opened.page
        answer(page, LATE)
        for said in ("first", "second"):
            page.get_by_role("button", name="What do we do?").click()
            page.wait_for_timeout(300)
            assert page.get_by_label("because ...").input_value() == "the bus comes after the first lesson"
            assert page.get_by_label("Measured by").input_value() == "chronic_absence"
            page.get_by_label("If we ...").fill(said)
            page.get_by_label("then ...").fill("x")
            page.get_by_label("Action 2", exact=True).fill("y")
            for label in ("To be seen by", "We look again on"):
                page.get_by_label(label).fill("2027-02-05")
            page.get_by_role("button", name="Write all of it down").click()
            page.get_by_text(f"If we {said}, then x").first.wait_for()
    assert [held.body.change for held in kept(district).latest(Hypothesis)] == ["first", "second"]


def test_taking_back_says_how_many_go_along_and_all_can_be_brought_back(room, district, cause):
    with room.passing(whole_desk(district), part="whys") as opened:
        page = opened.page
        answer(page, LATE)
        answer(page, ROUTE)
        page.get_by_role("button", name=f"Ask why: {LATE}").click()
        page.get_by_role("button", name="Take back", exact=True).click()
        page.get_by_text("Take back this answer and the one below it?").wait_for()
        page.get_by_role("button", name="Take back", exact=True).last.click()
        page.locator(".dw-whys-tree").get_by_text(ROUTE).wait_for(state="detached")
        page.get_by_role("button", name="What was taken back").click()
        page.get_by_role("button", name=f"Bring back: {LATE}").click()
        page.locator(".dw-whys-tree").get_by_text(ROUTE).wait_for()
    assert len(kept(district).latest(Why)) == 2


def test_an_answer_is_moved_and_read_back_from_its_new_place(room, district, cause):
    with room.passing(whole_desk(district), part="whys") as opened:
        page = opened.page
        answer(page, LATE)
        page.get_by_role("button", name="Another answer to").click()
        answer(page, ROUTE)
        page.get_by_role("button", name="Move", exact=True).click()
        page.get_by_label("Put it below").select_option(label=LATE)
        page.get_by_role("button", name="Move it").click()
        page.locator(".dw-whys-read").get_by_text("Therefore:").nth(1).wait_for()
        assert (
            page.locator(".dw-whys-read").inner_text().replace("\n", " ")
            == f"{ROUTE}. Therefore: {LATE}. Therefore: Riders miss many days."
        )


@pytest.mark.parametrize("width", WIDTHS)
def test_hostile_and_long_words_stay_words_and_nothing_sticks_out(room, district, width):
    cause = cause_on(district, HOSTILE)
    seat = screen(district)
    above = ""
    for words in (f"1 {HOSTILE}", "W" * 300, f"3 {HOSTILE}", "x" * 1_500):
        above = seat.why(cause, words, above)
    seat.act(
        "add_why_evidence",
        id=name("evidence"),
        why=above,
        words=HOSTILE,
        kind="opinion",
        side="against",
        source=HOSTILE,
    )
    seat.act(
        "write_hypothesis", id=name("hypothesis"), start=cause, change=HOSTILE, then=HOSTILE, because=HOSTILE, measured_by=HOSTILE,
        by="2027-01-01", review="2027-01-01", actions=[{"what": HOSTILE, "who": HOSTILE}],
    )  # fmt: skip
    with room.passing(whole_desk(district), part="whys", width=width) as opened:
        page = opened.page
        page.locator(".dw-ev-chip summary").first.click()
        assert opened.is_within_its_width()
        assert remarks_of(opened) == []
        assert page.evaluate("window.RAN") is None
        assert "<script>window.RAN=1</script>" in page.locator(".dw-whys-tree").inner_text()
        page.get_by_role("button", name="What do we do?").click()
        assert opened.is_within_its_width()
        assert remarks_of(opened) == []


def test_with_no_cause_and_no_concern_there_is_a_place_to_begin(room, district):
    with room.passing(whole_desk(district), part="whys") as opened:
        page = opened.page
        page.get_by_label("A concern of your own").fill("40% of grade 9 failed a course")
        page.keyboard.press("Enter")
        page.locator(".dw-whys-large").get_by_text("40% of grade 9 failed a course").wait_for()
        assert remarks_of(opened) == []
    assert [held.body.concern for held in kept(district).latest(Finding)] == [
        "40% of grade 9 failed a course"
    ]


def test_a_ruled_out_cause_can_be_asked_about_and_says_so(room, district):
    cause = cause_on(district, "The unit is too hard")
    kept(district).change(cause, Cause(words="The unit is too hard", ruled_out="others had it too"), seen=1)
    with room.passing(whole_desk(district), part="whys") as opened:
        page = opened.page
        page.get_by_label("We ask about").select_option(value=cause)
        page.get_by_text("Ruled out:").wait_for()


# --- the logic alone ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def logic(room, tmp_path_factory) -> Iterator[Any]:
    """A page that can ask the modules without a drawing: ``logic("whys_chain", "askedNow(...)")``."""
    place = made(tmp_path_factory.mktemp("logic") / "d", before=1, now=1)
    with room.passing(whole_desk(place), part="whys") as opened:
        yield lambda module, call: opened.page.evaluate(
            f"import('/team/{module}.js').then((held) => held.{call})"
        )


CHAIN = (
    "[{id: 'a', words: 'A.', below: 2, because: [{id: 'b', words: 'B', below: 1, because: [{id: 'c', words: 'C', below: 0, because: []}]}]},"
    " {id: 'd', words: 'D', below: 0, because: []}]"
)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (f"everyOne({CHAIN}).map((why) => why.id)", ["a", "b", "c", "d"]),
        (f"wayTo({CHAIN}, 'c').map((why) => why.id)", ["a", "b", "c"]),
        (f"wayTo({CHAIN}, 'x')", []),
        (f"askedNow({CHAIN}, ['a', 'b', 'gone'])", "b"),
        (f"askedNow({CHAIN}, ['gone'])", ""),
        (f"placesFor({CHAIN}, 'b')", [["The beginning", ""], ["D", "d"]]),
        (f"placesFor({CHAIN}, 'd')", [["A.", "a"], ["B", "b"], ["C", "c"]]),
        (f"placesFor({CHAIN}, 'x')", []),
        ("stepsOf('C. Therefore: B. Therefore: A.')", ["C", "B", "A"]),
        ("asQuestion('The bus is late. ')", "the bus is late"),
        ("asQuestion('Alder has no bus!')", "Alder has no bus"),
        ("shortened('abcdef', 3)", "abc..."),
        ("shortened('\U0001f41f\U0001f41f', 2)", "\U0001f41f\U0001f41f"),
        ("takenBackWords({below: 0})", "Take back this answer?"),
        ("takenBackWords({below: 3})", "Take back this answer and the 3 below it?"),
        ("firstStart([{id: 'f', kind: 'finding'}, {id: 'c', kind: 'cause'}], 'gone')", "c"),
        ("firstStart([{id: 'c', kind: 'cause'}, {id: 'f', kind: 'finding', answers: 1}], '')", "f"),
        ("firstStart([], '')", ""),
        (
            "hypothesisSentence({change: 'start earlier.', then: '', because: 'it is late', now: '', aim: '10%', group: '', by: ''}, '')",
            "If we start earlier, then ..., because it is late. We will know by ..., to 10%, on ....",
        ),
        ("actionsOf({lines: '2', what0: 'x', who0: '', by0: '', what1: ' ', who1: '', by1: ''})", [{"what": "x", "who": "", "by": ""}]),
    ],
)  # fmt: skip
def test_the_logic_of_a_chain(logic, call, told):
    assert logic("whys_chain", call) == told


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("axisOf([{value: 0.16, low: 0.08, high: 0.29}, {value: 0.32, low: 0.26, high: 0.39}], 'rate')", {"from": 0, "to": 0.4}),
        ("axisOf([{value: 0, low: 0, high: 0.02}], 'rate')", {"from": 0, "to": 0.05}),
        ("axisOf([{value: 1, low: 0.9, high: 1}], 'rate')", {"from": 0, "to": 1}),
        ("axisOf([null], 'mean')", {"from": 0, "to": 1}),
        ("axisOf([{value: 512, low: 505, high: 519}, null], 'mean')", {"from": 500, "to": 525}),
        ("axisOf([{value: 5, low: null, high: null}], 'mean')", {"from": 4, "to": 6}),
        ("ticksOf({from: 0, to: 0.4})", [0, 0.1, 0.2, 0.3, 0.4]),
        ("ticksOf({from: -10, to: 10})", [-10, -5, 0, 5, 10]),
        ("tickText(0.3, 'rate')", "30%"),
        ("tickText(-5, 'mean')", "\N{MINUS SIGN}5"),
        ("along(0.1, {from: 0, to: 0.4})", 25),
        ("along(null, {from: 0, to: 0.4})", None),
        ("along(9, {from: 0, to: 1})", 100),
        (
            "chosenFor({grade_level: '06', subject: 'x', school_year: ''}, [{name: 'grade_level'}], {indicator: 'a', chosen: {period: 'Fall'}}, 'a')",
            {"period": "Fall", "grade_level": "06"},
        ),
        ("chosenFor({grade_level: '06'}, [{name: 'grade_level'}], {indicator: 'a', chosen: {period: 'Fall'}}, 'b')", {"grade_level": "06"}),
    ],
)  # fmt: skip
def test_the_logic_of_the_drawing(logic, call, told):
    assert logic("evidence_drawing", call) == told
