"""A fishbone that several screens write at once: votes, merging, phases, conflicts and undo, without a browser."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from fishbones import ANN, BEN, CYD, GOOD, HOSTILE, Screen, desk, here, name, screens
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataworkbench.errors import WorkbenchError
from dataworkbench.records import Cause, Cycle, Finding, Fishbone, Meeting, Vote, open_records
from dataworkbench.rootcause import CATEGORY_SETS, contrast
from dataworkbench.views.causes.fishbone_part import fishbone_desk, kept_fishbone

SLOW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


# ---------------------------------------------------------------- beginning


def test_a_fishbone_begun_without_a_finding_writes_one_and_follows_it(tmp_path) -> None:
    (ann,) = screens(tmp_path, ANN)
    kept = ann.desk.board.kept
    (finding,) = kept.latest(Finding)
    (bones,) = kept.latest(Fishbone)
    assert finding.body.concern == GOOD
    assert bones.follows == (finding.id,)
    assert [bone["name"] for bone in ann.shown["bones"]] == list(CATEGORY_SETS["schools"])


def test_what_is_begun_twice_by_a_message_sent_twice_is_there_once(tmp_path) -> None:
    ann = Screen(desk(here(tmp_path)), ANN)
    given = {"id": name("fishbone"), "finding_id": name("finding"), "problem": GOOD}
    assert ann.desk.act(ANN, "begin_fishbone", given) == ann.desk.act(ANN, "begin_fishbone", given)
    assert len(ann.desk.board.kept.latest(Finding)) == 1


def test_a_fishbone_about_a_finding_follows_that_finding_and_its_meeting_shows_it_too(tmp_path) -> None:
    place = here(tmp_path)
    kept = open_records(place.workspace)
    cycle = kept.add(Cycle(name="Autumn")).id
    finding = kept.add(Finding(concern=GOOD), follows=[cycle]).id
    meeting = kept.add(Meeting(name="m", on="2026-11-13", protocol="p"), follows=[cycle]).id
    begun = Screen(desk(place, meeting), ANN).begin(finding=finding)
    assert kept.entry(begun).follows == (finding, meeting)
    shown = [Screen(desk(place, about), BEN).shown["id"] for about in (meeting, finding, "")]
    assert shown == [begun] * 3


def test_a_meeting_begins_its_own_fishbone_or_goes_on_with_an_earlier_one_and_never_finds_one_in_its_place(
    tmp_path,
) -> None:
    place = here(tmp_path)
    kept = open_records(place.workspace)
    cycle = kept.add(Cycle(name="Autumn")).id
    first, second = (
        kept.add(Meeting(name=name, on="2026-11-13", protocol="p"), follows=[cycle]).id
        for name in ("first", "second")
    )
    Screen(desk(place, first), ANN).begin()
    begun = Screen(desk(place, first), ANN).shown["id"]
    cause = Screen(desk(place, first), ANN).add("The bus comes late")
    later = Screen(desk(place, second), ANN)
    assert later.shown["id"] == ""
    assert later.shown["can_go_on"]
    assert [(one["id"], one["problem"]) for one in later.shown["earlier"]] == [(begun, GOOD)]
    assert later.act("take_up_fishbone", fishbone=begun) == begun
    assert later.act("take_up_fishbone", fishbone=begun) == begun
    assert [held["id"] for held in later.shown["causes"]] == [cause]
    assert kept.entry(begun).follows[-2:] == (first, second)
    assert kept.entry(begun).version == 2


def test_only_a_meeting_takes_up_an_earlier_fishbone(tmp_path) -> None:
    (ann,) = screens(tmp_path, ANN)
    with pytest.raises(WorkbenchError, match="Only a meeting"):
        ann.act("take_up_fishbone", fishbone=ann.shown["id"])


def test_the_form_for_a_new_one_begins_with_the_finding_or_with_what_the_page_hands_in(tmp_path) -> None:
    place = here(tmp_path)
    finding = open_records(place.workspace).add(Finding(concern=GOOD, indicator="chronic_absence")).id
    assert Screen(desk(place, finding), ANN).shown["start"]["problem"] == GOOD
    handed = fishbone_desk(place, start="Half of grade 4 miss the first lesson this term")
    assert handed.show(ANN)["fishbone"]["start"]["problem"].startswith("Half of grade 4")


def test_on_the_public_road_a_fishbone_is_refused_kindly(tmp_path) -> None:
    place = here(tmp_path)
    assert "made for staff only" in str(fishbone_desk(place, audience="public"))
    assert "made for staff only" in str(kept_fishbone(place, audience="public"))


# ---------------------------------------------------------------- what nobody else may see


def test_while_cards_are_written_nobody_is_told_the_words_of_another(tmp_path) -> None:
    ann, ben = screens(tmp_path)
    ann.add("Only Ann knows this")
    ben.add("Only Ben knows that")
    told = json.dumps(ben.desk.show(BEN))
    assert "Only Ann" not in told
    assert ben.words == ["Only Ben knows that"]
    assert ben.shown["cards_of_others"] == 1
    for export in ("export_svg", "export_markdown", "export_mermaid"):
        assert "Only Ann" not in ben.desk.fetch(BEN, export, {})["text"]


def test_while_cards_are_written_another_s_card_cannot_be_touched_and_no_refusal_tells_its_words(
    tmp_path,
) -> None:
    ann, ben = screens(tmp_path)
    card = ann.add("Only Ann knows this")
    mine = ben.add("Mine")
    for verb, more in {
        "change_cause": {"words": "x"}, "move_cause": {"bone": ""}, "rule_out_cause": {"reason": "x"}, "take_back_cause": {},
        "merge_cause": {"into": mine}, "control_cause": {"control": "ours"}, "bring_back_cause": {},
        "add_check": {"what": "x", "id": name("check")}, "add_cause_evidence": {"words": "x", "kind": "data", "side": "for", "id": name("evidence")},
        "split_cause": {},
    }.items():  # fmt: skip
        with pytest.raises(WorkbenchError) as refused:
            ben.act(verb, cause=card, **more)
        assert "Only Ann" not in str(refused.value)
    with pytest.raises(WorkbenchError):
        ben.act("merge_cause", cause=mine, into=card)
    assert ann.cause(card)["words"] == "Only Ann knows this"


def test_a_card_taken_back_is_not_told_to_others_while_cards_are_written(tmp_path) -> None:
    ann, ben = screens(tmp_path)
    card = ann.add("Only Ann knows this")
    ann.act("take_back_cause", cause=card)
    assert ben.desk.fetch(BEN, "withdrawn_causes", {}) == []
    with pytest.raises(WorkbenchError):
        ben.act("bring_back_withdrawn", cause=card)
    assert ann.desk.fetch(ANN, "withdrawn_causes", {}) == [{"id": card, "words": "Only Ann knows this"}]
    ann.act("bring_back_withdrawn", cause=card)
    assert ann.words == ["Only Ann knows this"]


def test_cards_on_the_table_are_seen_by_all_and_going_back_hides_them_again(tmp_path) -> None:
    ann, ben = screens(tmp_path)
    ann.add("A")
    ben.add("B")
    ann.phase("cluster")
    assert ben.words == ["A", "B"]
    ben.phase("cards")
    assert ann.words == ["A"]


def test_a_page_that_nobody_writes_on_shows_no_card_before_the_table(tmp_path) -> None:
    place = here(tmp_path)
    ann = Screen(desk(place), ANN)
    assert str(kept_fishbone(place)) == "No fishbone is kept yet."
    ann.begin()
    ann.add("Only Ann knows this")
    assert "still writing cards, 1 so far" in str(kept_fishbone(place))
    ann.phase("cluster")
    assert "Only Ann knows this" in kept_fishbone(place)._repr_html_()


# ---------------------------------------------------------------- votes


def test_a_seat_can_put_as_many_dots_as_each_has_and_is_then_told(tmp_path) -> None:
    ann, _ = screens(tmp_path)
    card = ann.add("A")
    ann.phase("vote")
    for _turn in range(3):
        ann.vote(card)
    with pytest.raises(WorkbenchError, match="all your 3 dots"):
        ann.vote(card)
    assert ann.cause(card)["dots"] == 3
    assert ann.shown["dots_left"] == 0
    ann.act("unvote", vote=ann.cause(card)["mine"][0])
    assert ann.shown["dots_left"] == 1


def test_a_vote_sent_twice_is_one_dot_and_one_taken_back_twice_is_no_error(tmp_path) -> None:
    ann, _ = screens(tmp_path)
    card = ann.add("A")
    ann.act("set_votes", votes_each=1)
    ann.phase("vote")
    given = {"id": name("vote"), "cause": card}
    ann.desk.act(ANN, "vote", given)
    ann.desk.act(ANN, "vote", given)
    assert ann.cause(card)["dots"] == 1
    for _turn in range(2):
        ann.act("unvote", vote=given["id"])
    assert ann.cause(card)["dots"] == 0


def test_nobody_can_take_back_the_dot_of_another(tmp_path) -> None:
    ann, ben = screens(tmp_path)
    card = ann.add("A")
    ann.phase("vote")
    dot = ann.vote(card)
    with pytest.raises(WorkbenchError, match="no dot of yours"):
        ben.act("unvote", vote=dot)
    assert ann.cause(card)["dots"] == 1
    assert ben.cause(card)["mine"] == []


def test_dots_are_put_only_while_the_team_votes_and_not_on_what_was_ruled_out(tmp_path) -> None:
    ann, _ = screens(tmp_path)
    card = ann.add("A")
    with pytest.raises(WorkbenchError, match="not voting now"):
        ann.vote(card)
    ann.phase("vote")
    ann.act("rule_out_cause", cause=card, reason="no")
    with pytest.raises(WorkbenchError, match="was ruled out"):
        ann.vote(card)


@SLOW
@given(
    st.lists(st.tuples(st.sampled_from([ANN, BEN, CYD]), st.integers(0, 3)), max_size=14),
    st.integers(1, 3),
    st.integers(1, 3),
)
def test_of_dots_that_raced_only_the_oldest_count(tmp_path_factory, raced, each, later) -> None:
    """Dots are written past the desk here, as if the limit had been looked at before all of them came."""
    (ann,) = screens(tmp_path_factory.mktemp("race"), ANN)
    cards = [ann.add(f"Cause {at}") for at in range(4)]
    ann.phase("vote")
    ann.act("set_votes", votes_each=each)
    kept = ann.desk.board.kept
    wrote = [(seat, cards[at], kept.add(Vote(seat=seat), follows=[cards[at]]).id) for seat, at in raced]
    ann.act("set_votes", votes_each=later)
    shown = ann.shown
    asked: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for seat, card, _vote in wrote:
        asked[seat] += 1
        wanted[card] += asked[seat] <= later
    assert {held["id"]: held["dots"] for held in shown["causes"]} == {card: wanted[card] for card in cards}
    assert shown["dots_left"] == later - min(asked[ANN], later)
    assert shown["dots_beyond"] == max(0, asked[ANN] - later)


def test_a_dot_is_free_again_when_its_cause_is_ruled_out_or_taken_back(tmp_path) -> None:
    ann, _ = screens(tmp_path)
    first, second = ann.add("A"), ann.add("B")
    ann.act("set_votes", votes_each=1)
    ann.phase("vote")
    ann.vote(first)
    ann.act("rule_out_cause", cause=first, reason="the log says otherwise")
    ann.vote(second)
    ann.act("bring_back_cause", cause=first)
    assert (ann.cause(first)["dots"], ann.cause(second)["dots"]) == (1, 0)
    assert ann.shown["dots_beyond"] == 1


# ---------------------------------------------------------------- merging


def test_what_is_merged_counts_at_the_other_and_can_be_split_again(tmp_path) -> None:
    ann, ben = screens(tmp_path)
    one, other = ann.add("The bus is late"), ben.add("Late buses")
    ann.phase("vote")
    ann.vote(one)
    ann.vote(other)
    ben.vote(one)
    ben.act(
        "add_cause_evidence",
        id=name("evidence"),
        cause=one,
        words="seen at the gate",
        kind="observation",
        side="for",
    )
    ben.act("add_check", id=name("check"), cause=one, what="the driver's log")
    ben.act("merge_cause", cause=one, into=other)
    held = ann.cause(other)
    assert ann.words == ["Late buses"]
    assert held["dots"] == 3
    assert len(held["mine"]) == 2
    assert [piece["words"] for piece in held["evidence"]] == ["seen at the gate"]
    assert [check["what"] for check in held["checks"]] == ["the driver's log"]
    assert "also said as: The bus is late" in held["said"]
    ann.act("split_cause", cause=one)
    assert sorted(ann.words) == ["Late buses", "The bus is late"]
    assert ann.cause(one)["dots"] == 2


@SLOW
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12))
def test_however_causes_are_merged_each_is_in_sight_once_and_no_dot_is_lost(tmp_path_factory, pairs) -> None:
    """Merges are written past the desk too, so that circles come up as when two screens merge at once."""
    (ann,) = screens(tmp_path_factory.mktemp("merge"), ANN)
    cards = [ann.add(f"Cause {at}") for at in range(5)]
    ann.act("set_votes", votes_each=5)
    ann.phase("vote")
    for card in cards:
        ann.vote(card)
    kept = ann.desk.board.kept
    for one, other in pairs:
        if one != other:
            entry = kept.entry(cards[one])
            kept.change(
                entry.id, entry.body.model_copy(update={"merged_into": cards[other]}), seen=entry.version
            )
    shown = ann.shown["causes"]
    there = [name for held in shown for name in (held["id"], *(other["id"] for other in held["merged"]))]
    assert sorted(there) == sorted(cards)
    assert sum(held["dots"] for held in shown) == 5


def test_two_causes_cannot_be_merged_into_each_other(tmp_path) -> None:
    ann, ben = screens(tmp_path)
    one, other = ann.add("A"), ann.add("B")
    ann.phase("cluster")
    ann.act("merge_cause", cause=one, into=other)
    with pytest.raises(WorkbenchError, match="one cause already"):
        ben.act("merge_cause", cause=other, into=one)


def test_where_the_cause_that_others_were_merged_into_is_taken_back_they_stand_again(tmp_path) -> None:
    ann, _ = screens(tmp_path)
    one, other = ann.add("A"), ann.add("B")
    ann.phase("cluster")
    ann.act("merge_cause", cause=one, into=other)
    ann.act("take_back_cause", cause=other)
    assert ann.words == ["A"]


# ---------------------------------------------------------------- bones


def test_causes_of_a_bone_that_was_removed_are_loose_and_lie_on_it_again_when_it_returns(tmp_path) -> None:
    ann, ben = screens(tmp_path)
    card = ann.add("A", "Students")
    ann.act("remove_bone", bone="Students")
    assert ann.cause(card)["bone"] == ""
    assert "On no bone yet" in ann.desk.fetch(ANN, "export_svg", {})["text"]
    ben.act("add_bone", name="Students")
    assert ann.cause(card)["bone"] == "Students"


def test_a_bone_that_is_renamed_keeps_its_causes_and_its_colour(tmp_path) -> None:
    ann, _ = screens(tmp_path)
    card = ann.add("A", "Students")
    ann.act("color_bone", bone="Students", color="#FFE100")
    ann.act("rename_bone", bone="Students", name="Learners")
    (bone,) = [held for held in ann.shown["bones"] if held["name"] == "Learners"]
    assert ann.cause(card)["bone"] == "Learners"
    assert bone["color"] == "#ffe100"
    assert contrast(bone["color"], bone["ink"]) >= 4.5
    assert contrast(bone["line"], "#ffffff") >= 3


def test_a_cause_for_a_bone_that_somebody_took_away_meanwhile_is_kept_as_a_loose_card(tmp_path) -> None:
    ann, ben = screens(tmp_path)
    ben.act("remove_bone", bone="Students")
    card = ann.add("A", "Students")
    assert ann.cause(card)["bone"] == ""


def test_bones_are_put_in_another_order(tmp_path) -> None:
    ann, _ = screens(tmp_path)
    ann.act("move_bone", bone="Students", place=0)
    assert [bone["name"] for bone in ann.shown["bones"]][:2] == ["Students", "Curriculum"]


@pytest.mark.parametrize(
    ("verb", "given", "said"),
    [
        ("add_bone", {"name": "students"}, "bone called 'students' already"),
        ("add_bone", {"name": "Bus", "color": "red;} body{"}, "not a colour"),
        ("choose_bones", {"set": "own", "own": " \n "}, "at least one bone"),
        ("choose_bones", {"set": "own", "own": "\n".join(f"bone {at}" for at in range(13))}, "13 bones"),
        ("rename_bone", {"bone": "Weather", "name": "Rain"}, "not there any more"),
        ("set_votes", {"votes_each": "many"}, "not a whole number"),
        ("set_phase", {"phase": "later"}, "no phase"),
        ("add_cause", {"words": "   "}, "still empty"),
        ("change_problem", {"problem": GOOD, "indicator": "rain"}, "no indicator called"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(tmp_path, verb, given, said) -> None:
    ann, _ = screens(tmp_path)
    before = ann.desk.newest()
    with pytest.raises(WorkbenchError, match=said):
        ann.act(verb, **given)
    assert ann.desk.newest() == before


# ---------------------------------------------------------------- two at once


def test_two_who_change_the_same_words_are_told_and_both_texts_are_kept(tmp_path) -> None:
    ann, ben = screens(tmp_path)
    card = ann.add("A")
    ann.phase("cluster")
    saw = {"changes": card, "seen": ben.cause(card)["version"], "was": {"words": "A"}, "cause": card}
    ann.act("change_cause", words="Ann's words", **saw)
    with pytest.raises(WorkbenchError, match="Yours is kept"):
        ben.act("change_cause", words="Ben's words", **saw)
    assert ben.cause(card)["words"] == "Ann's words"
    (aside,) = ann.desk.board.kept.set_aside(card)
    assert aside.body.words == "Ben's words"
    again = saw | {"seen": ben.cause(card)["version"], "was": {"words": "Ann's words"}}
    ben.act("change_cause", words="Ben's words", **again)
    assert ann.cause(card)["words"] == "Ben's words"


def test_one_who_moves_a_cause_is_not_in_the_way_of_one_who_says_it_anew(tmp_path) -> None:
    ann, ben = screens(tmp_path)
    card = ann.add("A")
    ann.phase("cluster")
    saw = {"changes": card, "seen": ben.cause(card)["version"], "was": {"words": "A"}, "cause": card}
    ann.act("move_cause", cause=card, bone="Students")
    ben.act("change_cause", words="Ben's words", **saw)
    held = ann.cause(card)
    assert (held["words"], held["bone"]) == ("Ben's words", "Students")


def test_what_one_screen_wrote_is_with_the_other_at_its_next_look(tmp_path) -> None:
    ann, ben = screens(tmp_path)
    ann.phase("cluster")
    for at in range(15):
        (ann if at % 2 else ben).add(f"Cause {at}", "Students")
    assert ann.words == ben.words == [f"Cause {at}" for at in range(15)]


def test_screens_that_write_in_the_same_moment_lose_nothing_and_give_nobody_more_dots(tmp_path) -> None:
    place = here(tmp_path)
    ann = Screen(desk(place), ANN)
    ann.begin()
    ann.phase("cluster")
    card = ann.add("A")
    several = [Screen(desk(place), f"seat-{at:012x}") for at in range(6)]

    def write(screen: Screen) -> None:
        for at in range(5):
            screen.add(f"{screen.seat} {at}", "Students")

    def vote(screen: Screen) -> int:
        refused = 0
        for _turn in range(3):
            try:
                screen.vote(card)
            except WorkbenchError:
                refused += 1
        return refused

    with ThreadPoolExecutor(6) as together:
        list(together.map(write, several))
    assert len(ann.words) == 31
    ann.phase("vote")
    same = [Screen(desk(place), BEN) for _turn in range(4)]
    with ThreadPoolExecutor(4) as together:
        refused = sum(together.map(vote, same))
    assert refused == 9
    assert ann.cause(card)["dots"] == 3
    assert same[0].shown["dots_beyond"] == 0


def test_each_act_can_be_undone_as_one(tmp_path) -> None:
    ann, ben = screens(tmp_path)
    ann.phase("cluster")
    cards = [ann.add(f"Cause {at}", "Students") for at in range(3)]
    wrote = ann.desk.act(ANN, "rename_bone", {"bone": "Students", "name": "Learners"})
    assert len(wrote) == 4
    ann.desk.act(ANN, "undo", {"wrote": [list(pair) for pair in wrote]})
    assert [ben.cause(card)["bone"] for card in cards] == ["Students"] * 3
    wrote = ann.desk.act(ANN, "merge_cause", {"cause": cards[0], "into": cards[1]})
    ann.desk.act(ANN, "undo", {"wrote": [list(pair) for pair in wrote]})
    assert len(ben.words) == 3


# ---------------------------------------------------------------- words


def test_a_cause_is_read_aloud_with_all_that_is_known_of_it(tmp_path) -> None:
    ann, _ = screens(tmp_path)
    card = ann.add("Calls home begin late", "Policies and procedures")
    ann.phase("vote")
    ann.vote(card)
    ann.act("control_cause", cause=card, control="ours")
    ann.act(
        "add_cause_evidence", id=name("evidence"), cause=card, words="the call log", kind="data", side="for"
    )
    ann.act(
        "add_cause_evidence", id=name("evidence"), cause=card, words="we feel", kind="opinion", side="against"
    )
    check = ann.act(
        "add_check", id=name("check"), cause=card, what="the log of May", who="the dean", by="2027-02-01"
    )
    assert ann.cause(card)["said"] == (
        "Calls home begin late. bone Policies and procedures. 1 dot. evidence for: 1 data, evidence against: 1 opinion. "
        "ours to change. to check: the log of May (the dean, by 2027-02-01)."
    )
    assert [word for _kind, word in ann.cause(card)["chips"]] == [
        "+ data", "\N{MINUS SIGN} opinion", "ours", "to check",
    ]  # fmt: skip
    ann.act("change_check", check=check, what="the log of May", found="it begins on day nine")
    ann.act("rule_out_cause", cause=card, reason="it is not so")
    assert (
        "checked: the log of May: it begins on day nine. ruled out: it is not so." in ann.cause(card)["said"]
    )


def test_a_cause_smuggled_into_the_problem_is_asked_about(tmp_path) -> None:
    ann, _ = screens(tmp_path)
    ann.act("change_problem", problem="31% of grade 6 were absent in 2025-26 because of the bus")
    assert [held["rule"] for held in ann.shown["problem"]["remarks"]] == ["cause in it"]


def test_the_number_the_group_and_the_time_may_stand_beside_the_problem(tmp_path) -> None:
    ann, _ = screens(tmp_path)
    ann.act("change_problem", problem="Many were absent", number="31%", group="grade 6", time="2025-26")
    assert ann.shown["problem"]["remarks"] == []


@pytest.mark.parametrize("words", [HOSTILE, "x" * 2_000, "\U0001f41f" * 50, "[]"])
def test_hostile_words_stay_words_in_everything_that_leaves(tmp_path, words) -> None:
    ann, _ = screens(tmp_path)
    ann.act("choose_bones", set="own", own=[words[:60]])
    card = ann.add(words, " ".join(words[:60].split()))
    ann.phase("cluster")
    assert ann.cause(card)["words"] == " ".join(words.split())
    assert ann.cause(card)["said"].startswith(" ".join(words.split())[:20])
    svg = ann.desk.fetch(ANN, "export_svg", {})["text"]
    assert "<script" not in svg
    assert "<b>" not in svg
    markdown = ann.desk.fetch(ANN, "export_markdown", {})["text"]
    assert "<" not in markdown
    mermaid = ann.desk.fetch(ANN, "export_mermaid", {})["text"]
    assert "<" not in mermaid
    assert "%%" not in mermaid
    assert "`" not in mermaid
    assert "        []" not in mermaid.splitlines()


def test_more_letters_than_a_card_holds_are_refused_with_the_number(tmp_path) -> None:
    ann, _ = screens(tmp_path)
    with pytest.raises(WorkbenchError, match=r"10,000 letters; 2,000"):
        ann.add("x" * 10_000)


def test_what_is_shown_are_plain_values(tmp_path) -> None:
    ann, _ = screens(tmp_path)
    ann.add("A", "Students")
    shown = ann.desk.show(ANN)
    assert json.loads(json.dumps(shown)) == shown
    assert json.dumps(ann.desk.fetch(ANN, "fishbone_choices", {}))


def test_causes_of_an_earlier_kind_bring_their_line_of_evidence_along(tmp_path) -> None:
    ann, _ = screens(tmp_path)
    bones = ann.shown["id"]
    ann.desk.board.kept.add(
        Cause(words="Old", bone="Students", evidence="a table", evidence_kind="data"), follows=[bones]
    )
    (held,) = ann.shown["causes"]
    assert held["told"] == {"words": "a table", "kind": "data"}
    assert "evidence for: 1 data" in held["said"]
