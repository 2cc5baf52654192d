"""Asking why together: chains without circles, read back, tested, and a hypothesis that is written whole or not at all."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whys import ANN, BEN, HOSTILE, fishbone, here, kept, name, screen, tree_of

from dataworkbench import views
from dataworkbench.errors import WorkbenchError
from dataworkbench.records import (
    Action,
    Cause,
    Change,
    Entry,
    Evidence,
    Finding,
    Goal,
    Hypothesis,
    Meeting,
    Plan,
    Review,
    Vote,
    Why,
)
from dataworkbench.records.at_once import AtOnce
from dataworkbench.rootcause import ROOT_TESTS
from dataworkbench.views.causes.whys_standing import standing
from dataworkbench.views.live.board import Board

LATE = "The bus comes after the first lesson has begun"
ROUTE = "The route takes in two villages more"
TOLD = "Nobody told the company when lessons begin"
WINTER = "There is no other way in winter"


@pytest.fixture
def place(tmp_path) -> Any:
    return here(tmp_path)


@pytest.fixture
def cause(place) -> str:
    _, (held,) = fishbone(kept(place), "Riders miss many days")
    return held


@pytest.fixture
def ann(place, cause):
    return screen(place)


def test_answers_grow_downwards_with_branches_and_are_read_back_upwards(ann, cause):
    late = ann.why(cause, LATE)
    route = ann.why(cause, ROUTE, late)
    ann.why(cause, TOLD, route)
    ann.why(cause, WINTER, late)
    assert ann.tree() == [[LATE, [ROUTE, TOLD], WINTER]]
    assert ann.chain["back"] == [
        f"{TOLD}. Therefore: {ROUTE}. Therefore: {LATE}. Therefore: Riders miss many days.",
        f"{WINTER}. Therefore: {LATE}. Therefore: Riders miss many days.",
    ]


def test_another_screen_sees_an_answer_at_its_next_look_and_can_answer_below_it(ann, place, cause):
    ben = screen(place, seat=BEN)
    late = ann.why(cause, LATE)
    ben.why(cause, ROUTE, late)
    assert ann.tree() == ben.tree() == [[LATE, ROUTE]]


def test_what_is_sent_twice_is_one_answer_though_its_words_stand_there_already(ann, cause):
    letter = {"id": name("why"), "start": cause, "above": "", "words": LATE}
    assert ann.act("add_why", **letter) == ann.act("add_why", **letter)
    assert ann.tree() == [LATE]


@pytest.mark.parametrize("words", [LATE, f"{LATE.upper()}.", "riders miss many days"])
def test_an_answer_that_stands_above_already_is_refused_since_it_goes_in_a_circle(ann, cause, words):
    late = ann.why(cause, LATE)
    below = ann.why(cause, ROUTE, late)
    with pytest.raises(WorkbenchError, match="goes in a circle"):
        ann.why(cause, words, below)


def test_the_same_words_may_end_two_branches(ann, cause):
    first, second = ann.why(cause, LATE), ann.why(cause, WINTER)
    ann.why(cause, TOLD, first)
    ann.why(cause, TOLD, second)
    assert ann.tree() == [[LATE, TOLD], [WINTER, TOLD]]
    with pytest.raises(WorkbenchError, match="among the answers here already"):
        ann.why(cause, TOLD, second)


def test_an_answer_cannot_be_moved_below_itself_or_into_another_chain(ann, place, cause):
    late = ann.why(cause, LATE)
    route = ann.why(cause, ROUTE, late)
    other = kept(place).add(Why(words="of another chain"), follows=[kept(place).add(Finding(concern="x")).id])
    for above in (late, route):
        with pytest.raises(WorkbenchError, match="cannot lie below itself"):
            ann.act("move_why", why=late, above=above)
    with pytest.raises(WorkbenchError, match="different chains"):
        ann.act("move_why", why=late, above=other.id)


def test_a_moved_answer_takes_all_below_it_along(ann, cause):
    late, winter = ann.why(cause, LATE), ann.why(cause, WINTER)
    route = ann.why(cause, ROUTE, late)
    ann.why(cause, TOLD, route)
    ann.act("move_why", why=route, above=winter)
    assert ann.tree() == [LATE, [WINTER, [ROUTE, TOLD]]]
    ann.act("move_why", why=route, above="")
    assert ann.tree() == [LATE, WINTER, [ROUTE, TOLD]]


def test_two_moves_at_once_that_would_make_a_circle_leave_the_later_one_out(place, cause):
    """Each of two people moves one answer below the other's; both writes are good by themselves."""
    records = kept(place)
    first = records.add(Why(words="first"), follows=[cause])
    second = records.add(Why(words="second"), follows=[cause])
    records.change(first.id, Why(words="first", above=second.id), seen=1)
    records.change(second.id, Why(words="second", above=first.id), seen=1)
    assert screen(place).tree() == [["second", "first"]]


def test_what_lies_below_an_answer_is_taken_back_with_it_and_brought_back_with_it(ann, cause):
    late = ann.why(cause, LATE)
    route = ann.why(cause, ROUTE, late)
    gone = ann.why(cause, "written by mistake", route)
    ann.act("take_back_why", why=gone)
    ann.why(cause, TOLD, route)
    ann.why(cause, WINTER)
    assert ann.chain["whys"][0]["below"] == 2
    ann.act("take_back_why", why=late)
    assert ann.tree() == [WINTER]
    held = ann.desk.fetch(ANN, "withdrawn_whys", {"start": cause})
    assert [why["words"] for why in held] == [LATE, "written by mistake"]
    ann.act("bring_back_why", why=late)
    assert ann.tree() == [[LATE, [ROUTE, TOLD]], WINTER]


def test_taking_back_can_be_undone_as_one(ann, cause):
    late = ann.why(cause, LATE)
    ann.why(cause, ROUTE, late)
    wrote = ann.desk.act(ANN, "take_back_why", {"why": late})
    ann.desk.act(ANN, "undo", {"wrote": [list(pair) for pair in wrote]})
    assert ann.tree() == [[LATE, ROUTE]]


def test_an_answer_whose_upper_one_was_taken_back_meanwhile_lies_below_the_next_one_up(place, cause, ann):
    late = ann.why(cause, LATE)
    route = ann.why(cause, ROUTE, late)
    kept(place).add(Why(words=TOLD, above=route), follows=[cause])
    kept(place).withdraw(route)
    assert ann.tree() == [[LATE, TOLD]]
    with pytest.raises(WorkbenchError, match=r"somebody took it back\. What you wrote still stands"):
        ann.why(cause, "an answer below one that is gone", route)


def test_who_changes_words_that_another_changed_is_told_and_both_texts_are_kept(ann, place, cause):
    late = ann.why(cause, LATE)
    ann.act("change_why", why=late, words="The bus is late", changes=late, seen=1)
    with pytest.raises(WorkbenchError, match=r"Somebody else changed this meanwhile.*Yours is kept"):
        ann.act("change_why", why=late, words="The bus never comes", changes=late, seen=1)
    assert ann.tree() == ["The bus is late"]
    assert [held.body.words for held in kept(place).set_aside(late)] == ["The bus never comes"]


def test_a_test_answered_meanwhile_is_not_in_the_way_of_other_words(ann, cause):
    late = ann.why(cause, LATE)
    ann.act("test_why", why=late, test="without_it", answer="no")
    ann.act("change_why", why=late, words="The bus is late", changes=late, seen=1)
    (why,) = ann.chain["whys"]
    assert (why["words"], why["passes"]) == ("The bus is late", 1)


def test_a_root_so_far_has_passed_every_test_and_is_a_last_answer(ann, cause):
    late = ann.why(cause, LATE)
    for test, _, wanted in ROOT_TESTS:
        assert not ann.chain["whys"][0]["is_root"]
        ann.act("test_why", why=late, test=test, answer=wanted)
    assert ann.chain["whys"][0]["is_root"]
    ann.why(cause, ROUTE, late)
    assert not ann.chain["whys"][0]["is_root"]


def test_an_answer_to_a_test_can_be_other_than_a_root_would_give_not_known_or_taken_away(ann, cause):
    late = ann.why(cause, LATE)
    ann.act("test_why", why=late, test="without_it", answer="yes")
    ann.act("test_why", why=late, test="comes_back", answer="not known")
    states = {test["name"]: test["state"] for test in ann.chain["whys"][0]["tests"]}
    assert (states["without_it"], states["comes_back"]) == ("not yet", "")
    ann.act("test_why", why=late, test="without_it", answer="")
    assert ann.chain["whys"][0]["tests"][0]["answer"] == ""
    with pytest.raises(WorkbenchError, match="is no answer"):
        ann.act("test_why", why=late, test="without_it", answer="maybe")


def test_evidence_on_a_link_counts_and_where_nothing_is_known_it_is_still_asked_for(ann, cause):
    late = ann.why(cause, LATE)
    asked = ("no evidence", LATE)

    def open_questions() -> list[tuple[str, str]]:
        return [(one["rule"], one["about"]) for one in ann.chain["remarks"]]

    given = {"why": late, "source": "the log", "side": "for"}
    ann.act(
        "add_why_evidence", id=name("evidence"), words="We looked and found nothing", kind="none", **given
    )
    assert asked in open_questions()
    held = ann.act(
        "add_why_evidence", id=name("evidence"), words="Seen on three mornings", kind="observation", **given
    )
    assert asked not in open_questions()
    assert ann.chain["whys"][0]["evidence"][1] | {"at": ""} == {
        "id": held, "version": 1, "words": "Seen on three mornings", "kind": "observation", "side": "for", "source": "the log",
        "caveat": "", "by": "", "at": "", "data": None,
    }  # fmt: skip
    ann.act("take_back_why_evidence", evidence=held)
    assert asked in open_questions()


def test_evidence_of_a_cause_is_shown_and_not_taken_back_here(ann, place, cause):
    ann.why(cause, LATE)
    held = kept(place).add(Evidence(words="Counted in the log", kind="data"), follows=[cause])
    assert [one["words"] for one in ann.chain["evidence"]] == ["Counted in the log"]
    with pytest.raises(WorkbenchError, match="belongs to a cause of the fishbone"):
        ann.act("take_back_why_evidence", evidence=held.id)


def test_causes_with_the_most_dots_come_first_then_concerns_then_what_was_ruled_out(place):
    records = kept(place)
    finding = records.add(Finding(concern="31% were often absent"))
    bones, (few, many, out) = fishbone(
        records, "few dots", "many dots", "ruled out", votes_each=5, phase="vote"
    )
    records.change(bones, records.entry(bones).body, seen=1, follows=[finding.id])
    records.change(out, Cause(words="ruled out", ruled_out="the log says otherwise"), seen=1)
    for held in (few, many, many):
        records.add(Vote(seat=ANN), follows=[held])
    words = [start["words"] for start in screen(place).shown["starts"]]
    assert words == ["many dots", "few dots", "31% were often absent", "ruled out"]


def test_while_cards_are_written_another_persons_card_is_no_start_and_cannot_be_asked_about(place):
    _, (card,) = fishbone(kept(place), "Ben's own card", phase="cards")
    ann, ben = screen(place), screen(place, seat=BEN)
    assert "Ben's own card" not in str(ann.shown)
    assert "Ben's own card" in str(ben.shown)
    with pytest.raises(WorkbenchError, match="not on the table"):
        ann.why(card, LATE)


def test_a_cause_that_was_merged_into_another_brings_its_answers_along(place):
    _, (first, second) = fishbone(kept(place), "late bus", "the bus is late")
    ann = screen(place)
    ann.why(first, LATE)
    kept(place).change(first, Cause(words="late bus", merged_into=second), seen=1)
    assert ann.chain["start"] == second
    assert ann.tree() == [LATE]
    ann.why(second, ROUTE, ann.chain["whys"][0]["id"])
    assert ann.tree() == [[LATE, ROUTE]]


def test_a_concern_of_ones_own_begins_a_chain_and_belongs_to_the_meeting(place):
    meeting = kept(place).add(Meeting(name="November", on=date(2026, 11, 13), protocol="short"))
    ann = screen(place, meeting.id)
    finding = ann.act("begin_whys", id=name("finding"), words="40% of grade 9 failed a course")
    ann.why(finding, LATE)
    assert ann.chain["start"] == finding
    assert kept(place).entry(finding).follows == (meeting.id,)


def test_a_chain_that_is_very_deep_is_ended_kindly(ann, cause):
    above = ""
    for place_ in range(40):
        above = ann.why(cause, f"answer {place_}", above)
    with pytest.raises(WorkbenchError, match="40 answers deep"):
        ann.why(cause, "one more", above)


# --- laws -----------------------------------------------------------------------------------------------------------------

MOVES = st.lists(st.tuples(st.integers(0, 7), st.integers(-1, 7)), max_size=20)


@given(
    parents=st.lists(st.integers(-1, 7), min_size=8, max_size=8), moves=MOVES, gone=st.sets(st.integers(0, 7))
)
@settings(max_examples=300, deadline=None)
def test_whatever_is_written_each_standing_answer_is_shown_once_and_each_way_is_read_back_whole(
    parents, moves, gone
):
    """Records take any ``above``, also ones that make circles; no screen shows one, and none hides an answer."""
    start, names = "finding-000000000001", [f"why-{at:012x}" for at in range(8)]
    told = [written(start, Finding(concern="the concern"), 1)]
    for at, below in [*enumerate(parents), *moves]:
        body = Why(words=f"answer {at}", above=names[below] if below >= 0 else "")
        told.append(written(names[at], body, len(told) + 1, start))
    told += [replace(last(told, names[at]), what="withdrawn", number=len(told) + 1 + at) for at in gone]
    board = Board(SimpleNamespace(newest=len(told), changes=lambda **_asked: told))  # type: ignore[arg-type]  # it is only read
    board.refresh()
    held = standing(board, board.get(start))
    there = [at for at in range(8) if at not in gone]
    assert sorted(one.entry.id for one in held.walk()) == [names[at] for at in there]
    ways = held.chain.paths()
    assert len(held.chain.read_back()) == len(ways) == len(held.chain.roots())
    for way, said in zip(ways, held.chain.read_back(), strict=True):
        assert said == ". Therefore: ".join(reversed(way)) + "."
        assert way[0] == "the concern"
    assert {words for way in ways for words in way[1:]} == {f"answer {at}" for at in there}


def written(entry_id: str, body: Any, number: int, *follows: str) -> Entry[Any]:
    when = datetime(2026, 11, 13, tzinfo=UTC)
    return Entry(entry_id, number, "added", when, "", "", follows, body, number)


def last(told: list[Entry[Any]], entry_id: str) -> Entry[Any]:
    return next(entry for entry in reversed(told) if entry.id == entry_id)


@given(data=st.data())
@settings(max_examples=10, deadline=None)
def test_taking_back_and_bringing_back_gives_the_same_chain(data):
    with tempfile.TemporaryDirectory() as folder:
        place = here(Path(folder))
        start = kept(place).add(Finding(concern="the concern")).id
        ann = screen(place, start)
        names: list[str] = []
        for at in range(data.draw(st.integers(1, 7))):
            above = data.draw(st.sampled_from(["", *names]))
            names.append(ann.why(start, f"answer {at}", above))
        before = ann.tree()
        chosen = data.draw(st.sampled_from(names))
        ann.act("take_back_why", why=chosen)
        assert str(kept(place).entry(chosen).body.words) not in str(ann.shown["chains"])
        ann.act("bring_back_why", why=chosen)
        assert ann.tree() == before


# --- the hypothesis, in one step ---------------------------------------------------------------------------------------


def meant(start: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name("hypothesis"), "start": start, "why": "", "change": "start the route earlier", "then": "riders come on more days",
        "because": "the bus is late", "indicator": "chronic_absence", "by": "2027-02-05", "review": "2027-02-12", "starts": "2026-12-01",
        "owner": "the clerk", "now": "31%", "aim": "20%", "group": "grade 6",
        "actions": [{"what": "Ask the company", "who": "the principal", "by": "2026-11-20"}, {"what": "", "who": "", "by": ""}],
    } | more  # fmt: skip


def test_one_step_writes_the_hypothesis_the_plan_the_actions_the_change_and_the_review(ann, place):
    records = kept(place)
    finding = records.add(Finding(concern="31%", where={"grade_level": ("06",), "school_year": ("2026-27",)}))
    goal = records.add(
        Goal(indicator="chronic_absence", target=0.2, direction="lower", by=date(2027, 6, 1)),
        follows=[finding.id],
    )
    bones, _ = fishbone(records)
    records.change(bones, records.entry(bones).body, seen=1, follows=[finding.id])
    cause = records.add(Cause(words="Riders miss many days"), follows=[bones]).id
    late = ann.why(cause, LATE)
    wrote = [held for held, _ in ann.desk.act(ANN, "write_hypothesis", meant(cause, why=late))]
    hypothesis, plan, action, change, review = (records.entry(held) for held in wrote)
    assert [type(one.body) for one in (hypothesis, plan, action, change, review)] == [
        Hypothesis,
        Plan,
        Action,
        Change,
        Review,
    ]
    assert hypothesis.follows == (late, cause)
    assert plan.follows == (hypothesis.id, goal.id)
    assert action.follows == (plan.id,)
    assert action.body.whom == hypothesis.body.group == "grade 6"
    assert change.follows == (hypothesis.id, plan.id)
    assert review.follows == (change.id,)
    assert (hypothesis.body.indicator, hypothesis.body.measured_by) == ("chronic_absence", "chronic absence")
    assert change.body.where == {"grade_level": ("06",)}
    assert (change.body.starts, review.body.on) == (date(2026, 12, 1), date(2027, 2, 12))
    (shown,) = ann.chain["hypotheses"]
    assert shown["sentence"] == (
        "If we start the route earlier, then riders come on more days, because the bus is late. We will know by chronic absence for "
        "grade 6, from 31% to 20%, on 2027-02-05."
    )
    assert shown["actions"] == [
        {"what": "Ask the company", "who": "the principal", "by": "2026-11-20", "done": ""}
    ]
    assert shown["for_a_goal"]


def test_actions_that_are_agreed_in_a_meeting_stand_in_its_papers_whichever_cause_they_come_from(
    place, cause
):
    meeting = kept(place).add(Meeting(name="November", on=date(2026, 11, 13), protocol="short")).id
    screen(place, meeting).act("write_hypothesis", **meant(cause))
    (plan,), (action,) = kept(place).latest(Plan), kept(place).latest(Action)
    assert action.follows == (plan.id, meeting)


def test_a_hypothesis_that_is_sent_twice_is_written_once(ann, place, cause):
    letter = meant(cause)
    assert ann.desk.act(ANN, "write_hypothesis", letter) == ann.desk.act(ANN, "write_hypothesis", letter)
    assert [len(kept(place).latest(kind)) for kind in (Hypothesis, Plan, Action, Change, Review)] == [1] * 5


@pytest.mark.parametrize("turn", range(1, 6))
def test_a_fault_in_the_middle_of_it_writes_nothing(ann, place, cause, monkeypatch, turn):
    before = kept(place).newest
    add, count = AtOnce.add, iter(range(1, 100))

    def failing(self: AtOnce, *said: Any, **more: Any) -> Any:
        if next(count) == turn:
            raise OSError("the disk is full")
        return add(self, *said, **more)

    monkeypatch.setattr(AtOnce, "add", failing)
    with pytest.raises(OSError, match="the disk is full"):
        ann.act("write_hypothesis", **meant(cause))
    assert kept(place).newest == before


def test_what_is_missing_is_named_all_at_once_and_nothing_is_written(ann, place, cause):
    before = kept(place).newest
    with pytest.raises(WorkbenchError) as said:
        ann.act("write_hypothesis", **meant(cause, then=" ", indicator="", by="", review=""))
    assert str(said.value) == (
        "Nothing was written yet, and nothing you typed is lost. Still missing: what will follow (then ...); what it is measured by; "
        "the day by which it is to show; the day on which you look again."
    )
    assert kept(place).newest == before


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"by": "soon"}, "'soon' is not a day"),
        ({"review": "2026-11-01"}, "lies before the day on which the change begins"),
        ({"actions": [{"what": "", "who": "the principal"}]}, "Action 1 has somebody or a day"),
        ({"actions": [{"what": "x"}] * 13}, "These are 13 actions"),
        ({"actions": "none"}, ""),
    ],
)
def test_what_cannot_be_read_is_refused_kindly(ann, place, cause, wrong, told):
    if told:
        with pytest.raises(WorkbenchError, match=told):
            ann.act("write_hypothesis", **meant(cause, **wrong))
        assert kept(place).latest(Hypothesis) == []
    else:
        ann.act("write_hypothesis", **meant(cause, **wrong))
        assert kept(place).latest(Action) == []


def test_a_hypothesis_of_an_earlier_workbench_still_reads():
    body = Hypothesis.model_validate(
        {"change": "a", "then": "b", "because": "c", "measured_by": "d", "by": "2027-01-01"}
    )
    assert (body.indicator, body.group, body.now, body.aim) == ("", "", "", "")


# --- words of people stay words -----------------------------------------------------------------------------------------


def test_hostile_words_stay_words_in_what_is_shown_taken_along_and_looked_at(place):
    _, (cause,) = fishbone(kept(place), HOSTILE)
    ann = screen(place)
    late = ann.why(cause, f"answer {HOSTILE}")
    ann.act(
        "add_why_evidence",
        id=name("evidence"),
        why=late,
        words=HOSTILE,
        kind="opinion",
        side="for",
        source=HOSTILE,
    )
    ann.act("write_hypothesis", **meant(cause, change=HOSTILE, then=HOSTILE, actions=[{"what": HOSTILE}]))
    assert ann.tree() == [f"answer {' '.join(HOSTILE.split())}"]
    text = ann.desk.fetch(ANN, "whys_markdown", {"start": cause})["text"]
    looked_at = views.kept_whys(place)._repr_html_()
    for said in (text, looked_at):
        assert "<script" not in said
        assert "<b>" not in said
    assert "`code`" not in text
    assert "[a](b)" not in text
    assert "&lt;script&gt;" in looked_at


def test_ten_thousand_letters_are_refused_beside_the_field_and_two_thousand_are_kept(ann, cause):
    with pytest.raises(WorkbenchError, match=r"holds 10,000 letters; 2,000 are taken at most"):
        ann.why(cause, "w" * 10_000)
    ann.why(cause, "w" * 2_000)
    assert len(tree_of(ann.chain["whys"][0])) == 2_000


def test_only_staff_get_a_desk_or_see_what_is_kept(place):
    for view in (views.whys_desk, views.kept_whys):
        assert "staff only" in str(view(place, audience="public"))
    assert str(views.kept_whys(place)) == "No why has been answered yet."


def test_a_move_that_waited_for_its_turn_sees_what_was_moved_meanwhile(place, cause, ann, monkeypatch):
    """Ann's move was good when she pressed; while it waited for its turn to write, Ben's was written."""
    first, second = ann.why(cause, "first"), ann.why(cause, "second")
    records, ben = ann.desk.board.kept, screen(place, seat=BEN)
    at_once = records.at_once

    def waiting() -> Any:
        ben.act("move_why", why=second, above=first)
        return at_once()

    monkeypatch.setattr(records, "at_once", waiting)
    with pytest.raises(WorkbenchError, match="cannot lie below itself"):
        ann.act("move_why", why=first, above=second)
    assert kept(place).entry(first).body.above == ""


def test_four_people_who_move_answers_at_the_same_time_make_no_circle_and_lose_nothing(place, cause, ann):
    """Whatever order the moves come in, what is written holds no circle, so nothing had to be left out when it is shown."""
    names = [ann.why(cause, f"answer {at}") for at in range(6)]

    def moving(seed: int) -> int:
        own, chance = screen(place, seat=f"seat-{seed:012x}"), Random(seed)
        done = 0
        for turn in range(6):
            why, above = chance.sample(names, 2)
            with suppress(WorkbenchError):
                own.act("move_why", why=why, above=above)
                done += 1
            own.why(cause, f"answer of {seed}, {turn}", chance.choice(names))
        return done

    with ThreadPoolExecutor(4) as people:
        moves = list(people.map(moving, range(1, 5)))
    assert min(moves) > 0
    there = {entry.id: entry.body.above for entry in kept(place).latest(Why)}
    assert len(there) == 6 + 4 * 6
    for name_ in there:
        way = [name_]
        while there[way[-1]]:
            way.append(there[way[-1]])
            assert len(set(way)) == len(way)
    assert sum(why["below"] + 1 for why in ann.chain["whys"]) == len(there)
