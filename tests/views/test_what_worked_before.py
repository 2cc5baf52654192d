"""What was tried before, what is overdue, a cycle's summary and the next cycle, against a history written by hand."""

from __future__ import annotations

import pytest
from meetings import HOSTILE
from teams import goal, keep, made, start

from dataworkbench import views
from dataworkbench.errors import NoSuchNameError, WorkbenchError
from dataworkbench.panels import write_next_cycle
from dataworkbench.records import (
    Action,
    Cause,
    Change,
    ConflictError,
    Cycle,
    Decision,
    Figure,
    Finding,
    Goal,
    Hypothesis,
    Meeting,
    Plan,
    Records,
    Review,
    Topic,
    open_records,
)
from dataworkbench.views.cycle.before import words_of
from dataworkbench.views.cycle.chains import chains

TODAY = "2026-11-16"


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory):
    return made(tmp_path_factory.mktemp("before") / "d", before=10, now=4)


@pytest.fixture(autouse=True)
def nothing_written(district):
    for path in district.workspace.root.glob("records.db*"):
        path.unlink()


def after(district, body, *follows):
    return keep(district, body, follows=[held.id for held in follows])


def plain(text: str) -> str:
    return text.replace("\N{NON-BREAKING HYPHEN}", "-")


def table(page, caption: str) -> list[tuple[str, ...]]:
    (found,) = [part for part in page.parts if getattr(part, "caption", "") == caption]
    return list(zip(*(map(plain, column.cells) for column in found.columns), strict=True))


def history(district):
    """Write two cycles: last year's concerns with what was tried, and this year's concern; return that."""
    old, new = (after(district, Cycle(name=name)) for name in ("Last year", "This year"))
    same = after(
        district,
        Finding(concern="30% of grade 6 riders missed a tenth", indicator="chronic_absence", where={"grade_level": ("06",), "school_id": ("S1",)}),
        old,
    )  # fmt: skip
    plan = after(district, Plan(words="p"), same)
    after(district, Cause(words="The flu", ruled_out="it came in every grade"), plan)
    change = after(district, Change(words="Calls home", starts="2025-11-03"), plan)
    after(
        district,
        Review(of="calls", on="2026-02-01", held="2026-02-02", words="Fewer days missed.", decision="keep", figure=Figure(value=-4.0, low=-7.0, high=-1.0, n=48, label="-4.0 points")),
        change,
    )  # fmt: skip
    other = after(
        district, Finding(concern="Half of the riders on the bus route come late", indicator="tardiness"), old
    )
    after(district, Finding(concern="Marks in chemistry fell", indicator="proficiency"), old)
    now = after(
        district,
        Finding(concern="25% of grade 6 riders of a bus route missed a tenth", indicator="chronic_absence", where={"grade_level": ("06",), "school_id": ("S2",)}),
        new,
    )  # fmt: skip
    return now, other


def test_earlier_concerns_come_with_what_they_have_in_common_what_was_tried_and_what_came_of_it(
    district,
) -> None:
    history(district)
    page = views.what_worked_before(district)
    assert str(page.parts[0]).startswith("The concern: 25% of grade 6 riders of a bus route")
    assert table(page, "Tried here before for a concern like this one") == [
        (
            "30% of grade 6 riders missed a tenth (Last year)",
            "the same measure (Chronic absence); Grade 6; in words: missed, rider, tenth; not in school: Alder",
            "Calls home From 2025-11-03.", "Fewer days missed. (-4.0 points, n 48, likely -7 to -1)", "kept",
        ),
        ("Half of the riders on the bus route come late (Last year)", "in words: rider, route", "nothing is written down", "", ""),
    ]  # fmt: skip
    assert table(page, "Ruled out before") == [
        ("30% of grade 6 riders missed a tenth", "The flu", "it came in every grade")
    ]


def test_a_change_that_nobody_looked_at_has_no_result(district) -> None:
    first = after(district, Finding(concern="riders of the route missed lessons"))
    after(district, Change(words="A new bus"), first)
    page = views.what_worked_before(district, "riders missed many lessons on this route")
    ((_, _, tried, came, decided),) = table(page, "Tried here before for a concern like this one")
    assert (tried, came, decided) == ("A new bus", "not looked at yet", "")


def test_where_nothing_is_alike_nothing_is_made_up_and_it_is_said_how_many_were_looked_at(district) -> None:
    history(district)
    said = str(views.what_worked_before(district, "Parents find the website hard to use"))
    assert "Nothing like it was written down here before: 4 earlier concerns were looked at" in said
    assert "Tried here" not in said
    assert "none was named" in str(views.what_worked_before(made_empty(district)))


def made_empty(district):
    for path in district.workspace.root.glob("records.db*"):
        path.unlink()
    return district


def test_a_concern_is_never_compared_with_itself_or_with_what_came_after_it(district) -> None:
    first = after(district, Finding(concern="riders of the route come late"))
    after(district, Finding(concern="riders of the route come later still"))
    assert "0 earlier concerns were looked at" in str(views.what_worked_before(district, first.id))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("In fall 2026, 25% of grade 6 students missed a tenth of school", {"missed", "tenth"}),
        ("Bus routes; the bus route", {"route"}),
        ("<script>alert(1)</script>", {"script", "alert"}),
        ("Ausländer-Klassen glass", {"ausländer", "klassen", "glass"}),
        ("", set()),
    ],
)
def test_words_that_every_concern_has_make_no_two_of_them_alike(text, words) -> None:
    assert words_of(text) == words


def test_what_is_overdue_stands_with_who_has_most_of_it_first(district) -> None:
    after(district, Action(what="one", who="the clerk", by="2026-11-15"))
    after(district, Action(what="two", who="The  clerk", by="2026-11-06"))
    after(district, Action(what="three", by="2026-10-17"))
    after(district, Action(what="ahead", who="the clerk", by="2026-11-17"))
    found = views.overdue_by_owner(district, today=TODAY)
    assert list(zip(*(column.cells for column in found.columns), strict=True)) == [
        ("The clerk", "2", "10 days", "two (10 days); one (1 day)"), ("nobody yet", "1", "30 days", "three (30 days)"),
    ]  # fmt: skip
    assert "Nothing is overdue." in str(views.overdue_by_owner(district, today="2026-10-01"))


def a_cycle(district):
    """Write one cycle with a goal that is reached and one that is not, a change with its review, and what is left open."""
    cycle = after(
        district,
        Cycle(name="This year", starts="2026-08-01", ends="2027-07-31", team=("the principal", "the clerk")),
    )
    finding = after(district, Finding(concern="25% missed a tenth"), cycle)
    reached = after(district, goal(baseline=start(district, 0.25), owner="the clerk"), finding)
    missed = after(district, goal(0.02, baseline=start(district, 0.25), owner="the clerk"), finding)
    guess = after(
        district,
        Hypothesis(
            change="call", then="they come", because="families hear", measured_by="m", by="2027-02-05"
        ),
        reached,
    )
    change = after(district, Change(words="Calls home", starts="2026-09-01"), guess)
    after(
        district,
        Review(
            of="calls",
            on="2026-11-01",
            held="2026-11-01",
            verdict="Better: by 3 points.",
            words="Mondays are still hard.",
            decision="keep",
        ),
        change,
    )
    after(district, Cause(words="The flu", ruled_out="every grade had it"), reached)
    meeting = after(
        district, Meeting(name="m", on="2026-11-13", protocol="p", begun="2026-11-13T14:00:00Z"), cycle
    )
    after(district, Decision(words="We go on", why="it helps"), meeting)
    topic = after(district, Topic(words="Phones"), meeting)
    action = after(district, Action(whom="Grade 6", what="call", who="the clerk", by="2026-11-20"), meeting)
    lonely = after(district, Finding(concern="Nobody looked at this"), cycle)
    return {"cycle": cycle, "goal": missed, "topic": topic, "action": action, "finding": lonely}


def test_a_summary_goes_from_what_was_seen_to_what_is_left_open(district) -> None:
    a_cycle(district)
    text = views.cycle_summary(district, today=TODAY).as_markdown()
    order = [
        "# What came of This year", "2 findings, 2 goals, 1 change, 1 meeting.", "## What we saw", "- 25% missed a tenth", "## Where our goals stand", "Reached.",
        "## What we changed, and whether it worked", "- Calls home (from 2026-09-01)", "**Did it work?** Better: by 3 points. Mondays are still hard. We keep it.",
        "## What we learnt", "- **calls:** We had expected that they come, because families hear. Mondays are still hard.", "- **Not the cause:** The flu every grade had it",
        "- **Decided:** We go on (it helps)", "## What is left open", "- **Goal:** Chronic absence, Grade 6: on the way", "- **Action:** Grade 6: call (the clerk, by 2026-11-20)",
        "- **Topic:** Phones", "- **No goal yet:** Nobody looked at this", "## Meetings", "- **2026-11-13:** m",
    ]  # fmt: skip
    places = [text.find(part) for part in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)
    assert "reached (" not in text


def test_the_next_cycle_is_tied_to_what_is_left_open_and_nothing_is_copied(district) -> None:
    there = a_cycle(district)
    desk = views.next_cycle_desk(district, today=TODAY, by="the principal")
    assert (desk.title, desk.begins(), desk.team()) == (
        "Begin the cycle after This year",
        "2027-08-01",
        "the principal, the clerk",
    )
    offered = {title: [name for _, name in options] for title, options in desk.left_open()}
    assert offered == {
        "Goals": [there["goal"].id], "Actions": [there["action"].id], "Topics": [there["topic"].id], "Findings without a goal": [there["finding"].id],
    }  # fmt: skip
    taken = [there["goal"].id, there["action"].id]
    assert (
        desk.begin("Next  year", team="the principal,, the nurse ", taken=taken)
        == "Next year has begun. 2 things were taken along."
    )
    kept = open_records(district.workspace)
    old, new = kept.latest(Cycle)
    assert (new.body.team, str(new.body.starts), new.follows) == (
        ("the principal", "the nurse"),
        "2027-08-01",
        (old.id,),
    )
    assert [len(kept.latest(kind)) for kind in (Goal, Action, Topic)] == [2, 1, 1]
    web = chains(kept)
    assert web.cycles_of(there["goal"].id) == (new.id, old.id)
    assert web.cycle_of(there["action"].id) == new.id
    assert web.cycles_of(there["topic"].id) == (old.id,)
    assert (
        "- **Topic:** Phones"
        not in views.cycle_summary(district, "next year", today="2027-09-01").as_markdown()
    )
    assert (
        "- **Action:** Grade 6: call"
        in views.cycle_summary(district, "Next year", today="2027-09-01").as_markdown()
    )
    assert (
        "- **Action:** Grade 6: call"
        in views.cycle_summary(district, "this year", today="2027-09-01").as_markdown()
    )


def test_a_cycle_without_an_end_ends_the_day_before_the_next_begins(district) -> None:
    after(district, Cycle(name="One", starts="2026-08-01"))
    views.next_cycle_desk(district, today=TODAY).begin("Two", starts="2027-01-11")
    old, _ = open_records(district.workspace).latest(Cycle)
    assert str(old.body.ends) == "2027-01-10"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "  "}, "needs a name"), ({"name": "this YEAR"}, "There is a cycle called"), ({"name": "n", "starts": "soon"}, "is not a day"),
        ({"name": "n", "starts": "2027-08-01", "ends": "2027-07-01"}, "before it begins"),
    ],
)  # fmt: skip
def test_a_next_cycle_that_cannot_be_is_refused_kindly_and_nothing_is_written(district, given, said) -> None:
    a_cycle(district)
    before = open_records(district.workspace).newest
    with pytest.raises(WorkbenchError, match=said):
        views.next_cycle_desk(district, today=TODAY).begin(**given)
    with pytest.raises(NoSuchNameError):
        views.next_cycle_desk(district, today=TODAY).begin("n", taken=["goal-000000000000"])
    assert open_records(district.workspace).newest == before


def test_where_somebody_changes_what_is_taken_along_meanwhile_no_half_of_a_cycle_is_written(
    district, monkeypatch
) -> None:
    there = a_cycle(district)
    kept = open_records(district.workspace)
    stale = kept.entry(there["action"].id)
    kept.change(stale.id, stale.body.model_copy(update={"who": "somebody else"}), seen=stale.version)
    real = Records.entry
    monkeypatch.setattr(
        Records, "entry", lambda self, name, **more: stale if name == stale.id else real(self, name, **more)
    )
    with pytest.raises(ConflictError):
        views.next_cycle_desk(district, today=TODAY).begin("n", taken=[there["goal"].id, stale.id])
    monkeypatch.undo()
    assert len(kept.latest(Cycle)) == 1
    assert kept.entry(there["goal"].id).version == 1


def test_the_form_takes_everything_along_unless_its_box_is_emptied(district) -> None:
    there = a_cycle(district)
    form = write_next_cycle(views.next_cycle_desk(district, today=TODAY))
    assert set(form.taken) == {there[name].id for name in ("goal", "action", "topic", "finding")}
    form.begin()
    assert "needs a name" in form.message.value
    form.name.value = HOSTILE
    form.boxes[there["topic"].id].value = False
    form.begin()
    assert "3 things were taken along." in form.message.value
    assert "<script>" not in form.message.value
    assert str(write_next_cycle(views.next_cycle_desk(district, audience="public"))).startswith(
        "Beginning a cycle is about"
    )


@pytest.mark.parametrize(
    "page",
    [
        views.what_worked_before,
        views.overdue_by_owner,
        views.cycle_summary,
        views.next_cycle_desk,
        views.latest_recap,
        views.list_meetings,
    ],
)
def test_nothing_of_it_is_read_on_the_public_road(page) -> None:
    class Untouched:
        def __getattr__(self, name: str):
            raise AssertionError(f"{name} was read")

    assert "for staff only" in str(page(Untouched(), audience="public"))


def test_words_of_people_are_text_in_each_of_them(district) -> None:
    cycle = after(district, Cycle(name=HOSTILE, team=(HOSTILE,)))
    finding = after(district, Finding(concern=f"riders route {HOSTILE}"), cycle)
    after(district, Change(words=HOSTILE, owner=HOSTILE), finding)
    after(district, Cause(words=HOSTILE, ruled_out=HOSTILE), finding)
    after(district, Action(whom=HOSTILE, what=HOSTILE, who=HOSTILE, by="2026-01-01"), finding)
    meeting = after(district, Meeting(name=HOSTILE, on="2026-11-13", protocol=HOSTILE), cycle)
    after(district, Topic(words=HOSTILE), meeting)
    pages = [
        views.what_worked_before(district, "riders of a route are late"), views.overdue_by_owner(district, today=TODAY),
        views.cycle_summary(district, today=TODAY), views.latest_recap(district), views.list_meetings(district),
    ]  # fmt: skip
    for page in pages:
        assert "<script>" not in page._repr_html_()
        assert "&lt;script&gt;" in page._repr_html_()


def test_before_any_meeting_a_sentence_says_how_to_begin(district) -> None:
    for page in (views.latest_recap, views.list_meetings):
        assert "Open the notebook 'meeting'" in str(page(district))
    assert "none to sum up" in str(views.cycle_summary(district))
    assert views.next_cycle_desk(district, today=TODAY).title == "Begin the first cycle"
    assert not (district.workspace.root / "records.db").exists()


def test_meetings_are_listed_newest_first_with_what_came_of_them(district) -> None:
    there = a_cycle(district)
    after(district, Meeting(name="later", on="2026-12-01", protocol="p"), there["cycle"])
    rows = list(
        zip(*(map(plain, column.cells) for column in views.list_meetings(district).columns), strict=True)
    )
    assert rows == [
        ("2026-12-01", "later", "0", "0", "0", "not written yet"),
        ("2026-11-13", "m", "1", "1", "1", "not written yet"),
    ]
