"""The way from a finding through fishbone, whys and hypothesis to its review: told once, in order, and with every gap said."""

from __future__ import annotations

import random

import pytest
from teams import goal, keep, made

from dataworkbench import views
from dataworkbench.records import (
    Action,
    Bone,
    Cause,
    Change,
    Check,
    Cycle,
    Decision,
    Evidence,
    Finding,
    Fishbone,
    Hypothesis,
    Meeting,
    Observation,
    Plan,
    Prediction,
    Review,
    Seat,
    Seen,
    Step,
    Topic,
    Vote,
    Why,
    open_records,
)
from dataworkbench.views.cycle.chains import chains

TODAY = "2026-11-16"
GUESS = Hypothesis(change="x", then="y", because="z", measured_by="m", by="2027-01-01")


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory):
    return made(tmp_path_factory.mktemp("memory") / "d", before=10, now=4)


@pytest.fixture(autouse=True)
def nothing_written(district):
    for path in district.workspace.root.glob("records.db*"):
        path.unlink()


def after(district, body, *follows):
    return keep(district, body, follows=[held.id for held in follows])


def fishbone(district, *follows, phase="vote"):
    return after(district, Fishbone(problem="25% of grade 6", bones=(Bone(name="A"),), phase=phase), *follows)


def links(district) -> list[tuple[str, str]]:
    (way,) = views.thread(district, today=TODAY).ways
    return [(link.name, link.words.replace("\N{NON-BREAKING HYPHEN}", "-")) for link in way.links]


def room_chain(district):
    """Write a chain as the room writes it, and return the cause, the upper why and the hypothesis."""
    finding = after(district, Finding(concern="c"))
    aim = after(district, goal(), finding)
    bone = fishbone(district, finding)
    cause = after(district, Cause(words="late", bone="A", control="influence"), bone, finding)
    upper = after(district, Why(words="longer"), cause)
    lower = after(district, Why(words="nobody asked", above=upper.id), cause)
    guess = after(district, GUESS, lower, cause)
    plan = after(district, Plan(words="p"), guess, aim)
    change = after(district, Change(words="earlier", starts="2026-11-01"), guess)
    after(district, Action(what="do", who="a"), plan)
    after(
        district,
        Review(of="it", on="2026-11-10", held="2026-11-10", verdict="Better.", decision="keep"),
        change,
    )
    return cause, upper, guess


def test_a_whole_chain_of_the_room_is_told_once_in_order_and_without_a_gap(district) -> None:
    room_chain(district)
    told = links(district)
    assert [name for name, _ in told] == [
        "Goal", "Plan", "Action", "Fishbone", "Cause", "Why?", "Why?", "Hypothesis", "What is changed", "Did it work?",
    ]  # fmt: skip
    assert [words for name, words in told if name == "Why?"] == ["Because: longer.", "Because: nobody asked."]
    assert told[-1][1] == "Better. We keep it."


def test_a_goal_whose_plan_came_through_the_fishbone_lacks_no_plan(district) -> None:
    finding = after(district, Finding(concern="c"))
    after(district, goal(), finding)
    cause = after(district, Cause(words="w", bone="A"), fishbone(district, finding), finding)
    after(district, Plan(words="p"), after(district, GUESS, cause))
    assert not [words for name, words in links(district) if "No plan yet" in words]


@pytest.mark.parametrize(
    ("steps", "gap"),
    [
        (0, "No cause of this fishbone has been followed further yet"),
        (1, "Nothing is changed about this cause yet."),
        (2, "No change begun yet."),
        (3, "No review date yet"),
    ],
)
def test_a_way_through_a_fishbone_that_ends_says_what_is_missing(district, steps, gap) -> None:
    finding = after(district, Finding(concern="c"))
    bone = fishbone(district, finding)
    cause = after(district, Cause(words="w", bone="A"), bone, finding)
    last = cause
    for body in (Why(words="y"), GUESS, Change(words="ch"))[:steps]:
        last = after(district, body, last)
    gaps = [words for name, words in links(district) if not name and "No goal" not in words]
    assert len(gaps) == 1
    assert gaps[0].startswith(gap)


def test_of_thirty_causes_only_those_come_that_were_followed_or_ruled_out_and_all_are_counted(
    district,
) -> None:
    finding = after(district, Finding(concern="c"))
    bone = fishbone(district, finding)
    causes = [
        after(
            district, Cause(words=f"cause {at}", bone="A", ruled_out="no" if at == 7 else ""), bone, finding
        )
        for at in range(30)
    ]
    after(district, GUESS, causes[3])
    told = links(district)
    assert [words for name, words in told if name == "Cause"] == ["cause 3.", "cause 7. Ruled out: no."]
    assert ("Fishbone", "25% of grade 6. 30 causes were named, 1 of them ruled out.") in told


def test_a_cause_that_was_merged_is_told_where_it_counts_with_all_that_hangs_on_it(district) -> None:
    finding = after(district, Finding(concern="c"))
    bone = fishbone(district, finding)
    one = after(district, Cause(words="one", bone="A"), bone, finding)
    same = after(district, Cause(words="same", bone="A", merged_into=one.id), bone, finding)
    after(district, Evidence(words="e", kind="data"), same)
    after(district, Evidence(words="none", kind="none"), same)
    after(district, Check(what="look it up"), same)
    after(district, Why(words="because"), same)
    told = links(district)
    assert [words for name, words in told if name == "Cause"] == [
        "one. Evidence: 1 for. To check: look it up."
    ]
    assert ("Why?", "Because: because.") in told
    assert "1 cause was named" in dict(told)["Fishbone"]


def test_merges_in_a_ring_leave_one_cause_and_end(district) -> None:
    finding = after(district, Finding(concern="c"))
    bone = fishbone(district, finding)
    one = after(district, Cause(words="one", bone="A"), bone, finding)
    two = after(district, Cause(words="two", bone="A", merged_into=one.id), bone, finding)
    open_records(district.workspace).change(one.id, Cause(words="one", bone="A", merged_into=two.id), seen=1)
    assert [entry.body.words for entry in chains(open_records(district.workspace)).of(Cause)] == ["one"]


def test_nothing_that_lasts_no_longer_than_a_meeting_can_be_followed(district) -> None:
    cycle = after(district, Cycle(name="This year"))
    meeting = after(district, Meeting(name="m", on="2026-11-13", protocol="p"), cycle)
    seen = after(district, Seen(title="SEEN"), meeting)
    cause = after(
        district,
        Cause(words="CAUSE", bone="A"),
        fishbone(district, after(district, Finding(concern="F"), cycle)),
    )
    for body, follows in (
        (Seat(name="SEAT"), meeting), (Step(place=0, name="STEP", does="talk", minutes=1), meeting), (Prediction(words="GUESSED", seat="s"), seen),
        (Observation(words="OBSERVED"), meeting), (Topic(words="TOPIC"), meeting), (Vote(seat="s"), cause), (Evidence(words="EVIDENCE"), cause),
        (Decision(words="DECIDED"), meeting),
    ):  # fmt: skip
        after(district, body, follows)
    offered = " ".join(label for label, _ in views.writing_desk(district).follows())
    for word in ("SEEN", "SEAT", "STEP", "GUESSED", "OBSERVED", "TOPIC", "Vote", "EVIDENCE"):
        assert word not in offered, word
    for word in ("CAUSE", "F", "This year", "DECIDED", "Fishbone: 25% of grade 6"):
        assert word in offered, word


def test_cards_that_were_not_turned_over_are_in_no_chain(district) -> None:
    finding = after(district, Finding(concern="c"))
    bone = fishbone(district, finding, phase="cards")
    cause = after(district, Cause(words="only mine", bone="A", ruled_out="no", seat="seat-1"), bone, finding)
    after(district, Why(words="w"), cause)
    assert "only mine" not in str(views.thread(district, today=TODAY))
    assert "only mine" not in str(views.writing_desk(district).follows())
    assert "The cards are not turned over yet." in str(views.thread(district, today=TODAY))


@pytest.mark.parametrize("seed", range(12))
def test_every_finding_s_way_ends_in_a_result_or_says_what_is_missing(district, seed) -> None:
    dice = random.Random(seed)
    finding = after(district, Finding(concern="c"))
    there = [finding]
    makers = {
        "goal": (goal, ("finding",)), "fishbone": (lambda: Fishbone(problem="p", bones=(Bone(name="A"),), phase="vote"), ("finding",)),
        "plan": (lambda: Plan(words="p"), ("goal", "hypothesis")), "cause": (lambda: Cause(words="c", bone="A", ruled_out=dice.choice(["", "", "no"])), ("fishbone", "plan")),
        "why": (lambda: Why(words="w"), ("cause",)), "hypothesis": (lambda: GUESS, ("cause", "why", "plan")), "change": (lambda: Change(words="c"), ("hypothesis", "plan")),
        "review": (lambda: Review(on="2027-01-01"), ("change",)), "action": (lambda: Action(what="a"), ("plan",)),
    }  # fmt: skip
    for _ in range(14):
        make, before = makers[dice.choice(list(makers))]
        fitting = [held for held in there if held.kind in before]
        if fitting:
            there.append(after(district, make(), dice.choice(fitting)))
    web = chains(open_records(district.workspace))
    steps = list(web.steps(finding.id))
    told = {step.entry.id for step in steps if not step.missing}
    gaps = {step.entry.id for step in steps if step.missing}
    planned = any(web.entries[name].kind == "plan" for name in told)
    awaits = {"finding", "goal", "plan", "fishbone", "hypothesis", "change", "cause"} - (
        {"goal"} if planned else set()
    )
    for name in told:
        entry = web.entries[name]
        ends_here = not [held for held in web.below(name) if held.id in told]
        if (
            ends_here
            and entry.kind in awaits
            and not getattr(entry.body, "ruled_out", "")
            and not web.upstream(name, Hypothesis)
        ):
            assert name in gaps, entry
    assert len([step for step in steps if not step.missing]) == len(told)
    assert all(web.entries[name].kind != "review" for name in gaps)
    assert gaps or any(web.entries[name].kind == "review" for name in told)
