"""What is due, where the cycle stands, and each finding's way to its result, with every gap said."""

from __future__ import annotations

import pytest
from teams import goal, keep, made, start

from dataworkbench import views
from dataworkbench.records import (
    Action,
    Cause,
    Change,
    Cycle,
    Finding,
    Hypothesis,
    Milestone,
    Plan,
    Readiness,
    Review,
    StudentNote,
    open_records,
)
from dataworkbench.views.cycle.chains import chains
from dataworkbench.views.goals.figures_over_time import today_in

TODAY = "2026-11-16"


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory):
    return made(tmp_path_factory.mktemp("team") / "d", before=10, now=4)


@pytest.fixture(autouse=True)
def nothing_written(district):
    for path in district.workspace.root.glob("records.db*"):
        path.unlink()


def plain(text: str) -> str:
    return text.replace("\N{NON-BREAKING HYPHEN}", "-")


def links(district) -> list[tuple[str, str]]:
    (way,) = views.thread(district, today=TODAY).ways
    return [(link.name, plain(link.words)) for link in way.links]


def chain(district, *bodies):
    """Write bodies one after the other, each following from the one before, and return the last."""
    last = None
    for body in bodies:
        last = keep(district, body, follows=[last.id] if last else [])
    return last


FINDING = Finding(concern="25% of grade 6 students missed a tenth of school")
CHANGE = Change(
    words="Call home on the first morning missed", starts="2026-11-02", owner="the attendance clerk"
)
GUESS = Hypothesis(
    change="call home",
    then="they come",
    because="families hear of it",
    measured_by="chronic absence",
    by="2027-02-05",
)


@pytest.mark.parametrize(
    ("bodies", "gap"),
    [
        ([FINDING], "No goal yet"),
        ([FINDING, goal()], "No plan yet"),
        ([FINDING, goal(), Plan(words="p")], "No cause examined and nothing changed yet."),
        ([FINDING, goal(), Plan(words="p"), Cause(words="c")], "Nothing is changed about this cause yet."),
        ([FINDING, goal(), Plan(words="p"), Cause(words="c"), GUESS], "No change begun yet."),
        ([FINDING, goal(), Plan(words="p"), CHANGE], "No review date yet"),
    ],
)
def test_a_chain_that_ends_says_what_is_missing(district, bodies, gap) -> None:
    chain(district, *bodies)
    name, words = links(district)[-1]
    assert name == ""
    assert words.startswith(gap)
    assert [words for name, words in links(district) if not name] == [words]


def test_a_whole_chain_has_no_gap_and_ends_in_whether_it_worked(district) -> None:
    review = Review(
        on="2027-02-05",
        held="2027-02-06",
        verdict="Better by 3 points.",
        words="We saw it too.",
        decision="keep",
        who="the team",
    )
    chain(
        district,
        FINDING,
        goal(baseline=start(district, 0.25)),
        Plan(words="p"),
        Cause(words="c"),
        GUESS,
        CHANGE,
        review,
    )
    told = links(district)
    assert [name for name, _ in told] == [
        "Goal",
        "Plan",
        "Cause",
        "Hypothesis",
        "What is changed",
        "Did it work?",
    ]
    assert told[0][1].startswith(
        "Chronic absence, Grade 6: from 25% (n 40; 2025-26) to 10%. Where it stands: reached."
    )
    assert told[-1][1] == "Better by 3 points. We saw it too. We keep it."


def test_a_cause_that_was_ruled_out_waits_for_nothing_but_its_plan_does(district) -> None:
    chain(
        district,
        FINDING,
        goal(),
        Plan(words="p"),
        Cause(words="Too hard", ruled_out="Others had the same unit"),
    )
    assert links(district)[-2:] == [
        ("Cause", "Too hard. Ruled out: Others had the same unit."),
        ("", "No cause examined and nothing changed yet."),
    ]


@pytest.mark.parametrize(
    ("today", "said"),
    [
        ("2027-02-05", "Not known yet: it is looked at on 2027-02-05."),
        ("2027-02-06", "It was to be looked at on 2027-02-05 and was not."),
    ],
)
def test_a_review_that_was_not_held_says_so_once_its_day_is_past(district, today, said) -> None:
    chain(district, FINDING, goal(), Plan(words="p"), CHANGE, Review(on="2027-02-05"))
    (way,) = views.thread(district, today=today).ways
    assert plain(way.links[-1].words) == said


def test_each_link_tells_the_data_it_was_seen_on_and_whether_they_are_gone(district) -> None:
    keep(district, FINDING, snapshot=district.snapshot_id)
    keep(district, FINDING, snapshot="2025-01-01_000000-abcdef")
    there, gone = views.thread(district, today=TODAY).ways
    assert plain(there.behind) == f"seen on the data of {district.snapshot_id[:10]}"
    assert plain(gone.behind) == "seen on the data of 2025-01-01, which are gone"


def test_findings_of_the_newest_cycle_come_first(district) -> None:
    for name in ("Last year", "This year"):
        cycle = keep(district, Cycle(name=name))
        keep(district, Finding(concern=f"Seen {name.lower()}"), follows=[cycle.id])
    assert [(way.cycle, way.concern) for way in views.thread(district, today=TODAY).ways] == [
        ("This year", "Seen this year"), ("Last year", "Seen last year"),
    ]  # fmt: skip


def test_two_entries_that_follow_one_another_in_a_ring_do_not_go_on_for_ever(district) -> None:
    kept = open_records(district.workspace)
    first = kept.add(FINDING)
    second = kept.add(goal(), follows=[first.id])
    kept.change(first.id, FINDING, seen=1, follows=[second.id])
    assert chains(kept).cycle_of(first.id) == ""
    assert len(views.thread(district, today=TODAY).ways) == 1


def test_words_of_people_are_shown_as_text(district) -> None:
    chain(
        district, Finding(concern='<script>alert(1)</script> "q" שלום'), Action(what="<b>bold</b>", who="<i>")
    )
    for page in (
        views.thread(district, today=TODAY),
        views.due(district, today=TODAY),
        views.cycle(district, today=TODAY),
    ):
        assert "<script>" not in page._repr_html_()
        assert "<b>bold" not in page._repr_html_()


def test_what_is_due_stands_in_order_with_who_answers_for_it(district) -> None:
    keep(district, Action(what="late", who="the principal", by="2026-11-06"))
    keep(district, Action(what="done", by="2026-11-01", done="2026-11-02"))
    keep(district, Action(what="some day"))
    keep(district, Action(what="today", by=TODAY))
    keep(district, Review(of="the calls", on="2026-11-17"))
    keep(
        district,
        goal(
            0.02,
            baseline=start(district, 0.25),
            owner="the clerk",
            milestones=(Milestone(by="2026-12-01", value=0.2),),
        ),
    )
    table = views.due(district, today=TODAY)
    rows = list(zip(*(map(plain, column.cells) for column in table.columns), strict=True))
    assert rows == [
        ("Action: late", "2026-11-06, 10 days overdue", "the principal"),
        ("Action: today", "2026-11-16, today", "nobody yet"),
        ("Did it work? the calls", "2026-11-17, tomorrow", "nobody yet"),
        ("Milestone of 20%: Chronic absence, Grade 6", "2026-12-01, in 15 days", "the clerk"),
        ("Goal of 2%: Chronic absence, Grade 6", "2027-06-15, in 211 days", "the clerk"),
        ("Action: some day", "no day yet", "nobody yet"),
    ]


def test_a_milestone_is_overdue_until_a_figure_for_it_has_come_in(district) -> None:
    # The newest figure goes up to November 13: it speaks for a milestone of December 28 (45 days), not for one a day later.
    for day in ("2026-12-28", "2026-12-29"):
        keep(district, goal(0.02, baseline=start(district, 0.25), milestones=(Milestone(by=day, value=0.2),)))
    frame = views.due_frame(district, today_in(district, "2026-12-30"))
    assert [str(day) for day in frame[frame["late"] > 0]["by"]] == ["2026-12-29"]


def test_the_strip_counts_what_was_written_in_each_stage_of_this_cycle_alone(district) -> None:
    old = keep(district, Cycle(name="Last year", starts="2025-08-01", ends="2026-07-31"))
    keep(district, FINDING, follows=[old.id])
    now = keep(
        district, Cycle(name="This year", starts="2026-08-01", ends="2027-07-31", team=("the principal",))
    )
    chain(district, FINDING)
    finding = keep(district, FINDING, follows=[now.id])
    aim = keep(district, goal(), follows=[finding.id])
    keep(district, Cause(words="one"), follows=[aim.id])
    keep(district, Cause(words="two"), follows=[aim.id])
    said, strip = views.cycle(district, today=TODAY).parts
    assert plain(str(said)) == "The cycle is This year, 2026-08-01 to 2027-07-31. The team: the principal."
    assert strip.columns[1].cells == ("1 finding", "1 goal", "nothing yet", "nothing yet", "2 causes")
    said, _ = views.cycle(district, today="2026-05-01").parts
    assert "Last year" in str(said)


def test_readiness_is_shown_cycle_by_cycle_with_what_moved(district) -> None:
    for name, levels in (("Last year", ("Partly", "Not yet")), ("This year", ("In place", "Not yet"))):
        cycle = keep(district, Cycle(name=name))
        answers = dict(zip(("vision", "data_teams_meet"), levels, strict=True))
        keep(district, Readiness(rubric="inputs_for_success", stage=1, answers=answers), follows=[cycle.id])
    table = views.readiness(district, 1)
    by = {column.title: column.cells for column in table.columns}
    assert by["Last year"] == ("Partly", "not answered", "not answered", "Not yet")
    assert by["This year"] == ("In place", "not answered", "not answered", "Not yet")
    assert by["Since the time before"] == ("better", "", "", "the same")
    strip = views.cycle(district, today=TODAY).parts[1]
    assert strip.columns[2].cells[0] == "1 of 4 in place; before: 0 of 4 in place"


def test_before_anything_is_written_one_kind_sentence_says_how_to_begin(district) -> None:
    for page in (views.cycle(district, today=TODAY), views.thread(district, today=TODAY)):
        assert str(page).startswith("Nothing has been written down here yet.")
    assert "Nothing is due" in str(views.due(district, today=TODAY))
    assert "has not been scored yet" in str(views.readiness(district, 3))
    assert not (district.workspace.root / "records.db").exists()


def test_notes_about_students_are_in_no_chain(district) -> None:
    cycle = keep(district, Cycle(name="x"))
    keep(district, StudentNote(student_id="S1-001", words="private"), follows=[cycle.id])
    assert [entry.kind for entry in chains(open_records(district.workspace)).entries.values()] == ["cycle"]
    assert "private" not in views.cycle(district, today=TODAY)._repr_html_()


class Untouched:
    """A district that fails when anything of it is read."""

    def __getattr__(self, name: str):
        raise AssertionError(f"{name} was read")


@pytest.mark.parametrize(
    "page",
    [
        lambda d: views.cycle(d, audience="public"),
        lambda d: views.due(d, audience="public"),
        lambda d: views.thread(d, audience="public"),
        lambda d: views.readiness(d, 1, audience="public"),
        lambda d: views.goal_desk(d, audience="public"),
        lambda d: views.readiness_desk(d, 1, audience="public"),
        lambda d: views.writing_desk(d, audience="public"),
    ],
)
def test_what_a_team_wrote_is_kindly_refused_to_the_public_and_not_even_read(page) -> None:
    assert "made for staff only" in page(Untouched())._repr_html_()
