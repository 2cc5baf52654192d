"""What the sample district's team wrote: figures as they are read, people by what they do, chains with and without gaps."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dataworkbench import views
from dataworkbench.intake import import_files
from dataworkbench.records import (
    Action,
    Change,
    Cycle,
    Figure,
    Finding,
    Goal,
    Meeting,
    MeetingNote,
    Records,
    Review,
    Seen,
    open_records,
)
from dataworkbench.samples.cycle import clock_of, write_cycles
from dataworkbench.views.cycle.chains import chains
from dataworkbench.views.cycle.reading import Reader
from dataworkbench.views.meeting.minutes_read import read_meeting
from dataworkbench.warehouse import open_workspace
from dataworkbench.workspace import new_workspace

SAMPLE = Path(__file__).parents[2] / "sample_data"
TODAY = "2026-11-16"


class Told:
    """A reader that reads nothing: each figure is another one, so that it can be found again in what was written."""

    snapshot = "2026-11-13_120000-abcdef"

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict, dict]] = []

    def figure(self, indicator, where, at) -> Figure:
        self.asked.append((indicator, dict(where), dict(at)))
        value = 0.2 + len(self.asked) / 100
        return Figure(value=value, n=50, label=f"{value:.0%}", on="2026-09-10", at=at, snapshot=self.snapshot)

    def seen(self, title, indicator, by, where) -> Seen:
        return Seen(title=title, indicator=indicator, by=tuple(by), where=where, shown=True)

    def verdict(self, strategy, school_year):
        return f"Read for {strategy} in {school_year}.", Figure(value=1.0, label="+1.0 points")


@pytest.fixture(scope="module")
def told() -> dict:
    return json.loads((SAMPLE / "truths.json").read_text(encoding="utf-8"))


def written(tmp_path: Path, told: dict) -> Records:
    kept = Records(tmp_path / "records.db")
    write_cycles(kept, told, Told())
    return kept


def test_each_goal_begins_from_the_figure_that_was_read_and_asks_for_more(tmp_path, told) -> None:
    for entry in written(tmp_path, told).latest(Goal):
        start = entry.body.baseline
        assert start.label == f"{start.value:.0%}"
        assert start.snapshot == entry.snapshot == Told.snapshot
        steps = [start.value, *(m.value for m in entry.body.milestones), entry.body.target]
        assert steps == sorted(steps, reverse=entry.body.direction == "lower")
        assert views.check_goal(entry.body)


def test_what_was_tried_is_reviewed_with_the_verdict_that_was_read(tmp_path, told) -> None:
    held = [entry.body for entry in written(tmp_path, told).latest(Review) if entry.body.held]
    assert {(body.verdict, body.decision) for body in held} == {
        ("Read for Guided reading groups in 2025-26.", "keep"), ("Read for Number sense app in 2025-26.", "stop"),
    }  # fmt: skip


def test_nobody_is_called_by_a_name(tmp_path, told) -> None:
    who = {entry.by for entry in written(tmp_path, told).changes()}
    assert all(re.fullmatch(r"the [a-z0-9 ]+", name) for name in who), who


def test_what_is_written_already_is_left_alone(tmp_path, told) -> None:
    kept = written(tmp_path, told)
    before = kept.newest
    assert write_cycles(kept, told, Told()) == 0
    assert kept.newest == before


def test_only_chains_whose_truth_the_district_has_are_written(tmp_path, told) -> None:
    bare = {**told, "truths": []}
    kept = written(tmp_path, bare)
    assert [len(kept.latest(kind)) for kind in (Cycle, Finding, Goal, Change)] == [2, 0, 0, 0]


def test_a_district_of_one_year_has_one_cycle(tmp_path, told) -> None:
    one = {
        **told,
        "school_years": ["2026-27"],
        "truths": [t for t in told["truths"] if t["id"] == "rigor_seen_differently"],
    }
    assert len(written(tmp_path, one).latest(Cycle)) == 1


@pytest.mark.slow
def test_the_sample_district_s_thread_says_what_was_planted(tmp_path, told) -> None:
    workspace = new_workspace(tmp_path / "sample")
    import_files(workspace, sorted(path for path in SAMPLE.iterdir() if path.suffix != ".json"))
    district = open_workspace(workspace.root)
    write_cycles(open_records(workspace), told, Reader(district))
    ways = {
        way.concern: [(link.name, link.words) for link in way.links]
        for way in views.thread(district, today=TODAY).ways
    }
    bus = next(concern for concern in ways if "Alder" in concern)
    truth = next(t["measured"] for t in told["truths"] if t["id"] == "bus_route")
    assert f"{truth['on_grade_this_autumn']:.0%}" in bus
    assert f"{truth['on_grade_last_autumn']:.0%}" in bus
    reviews = {link[1][:30]: None for links in ways.values() for link in links if link[0] == "Did it work?"}
    assert any(said.startswith("More than was to be expected") for said in reviews)
    assert any(said.startswith("No difference that can be told") for said in reviews)
    missing = [link[1] for links in ways.values() for link in links if not link[0]]
    assert any("No goal yet" in said for said in missing)
    assert any("No review date yet" in said for said in missing)
    assert set(views.goal_frame(district, audience="staff", today=TODAY)["stands"]) >= {
        "missed",
        "not started",
        "too early to say",
    }
    assert views.goal_board(district, audience="staff", today=TODAY).notes == ()


def by_the_clock(tmp_path: Path, told: dict) -> Records:
    clock = clock_of(told)
    kept = Records(tmp_path / "records.db", clock=clock)
    write_cycles(kept, told, Told(), clock=clock)
    return kept


def test_the_team_met_twice_and_agreed_on_actions_for_groups_alone(tmp_path, told) -> None:
    kept = by_the_clock(tmp_path, told)
    first, second = (read_meeting(kept, entry.id) for entry in kept.latest(Meeting))
    assert [step.body.place for step in first.steps] == list(range(11))
    assert [len(held.actions) for held in (first, second)] == [3, 3]
    assert not [
        entry for entry in kept.latest(Action) if re.search(r"(?i)student \d|SAMPLE", entry.body.whom)
    ]
    assert [entry.body.kind for entry in kept.latest(MeetingNote, restricted=True)] == ["ordinary"]
    assert [len(held.fishbones) for held in (first, second)] == [1, 0]
    assert [topic.body.words for topic, _ in first.carried] == [
        topic.body.words for topic, _ in second.talked_about
    ]
    assert [action.body.what for action in second.still_open] == [
        action.body.what for action in first.actions
    ][1:]


def test_what_the_team_wrote_is_the_same_each_time_and_each_thing_was_written_on_its_own_day(
    tmp_path, told
) -> None:
    one, two = (
        [(entry.kind, entry.written_at, entry.by, entry.body.model_dump_json(exclude={"seat", "above", "merged_into"})) for entry in by_the_clock(tmp_path / name, told).changes()]
        for name in "ab"
    )  # fmt: skip
    assert one == two
    times = [written_at for _, written_at, _, _ in one]
    assert times == sorted(times)
    assert (times[0].date().isoformat(), times[-1].date().isoformat()) == ("2025-10-03", "2026-11-12")


def test_the_long_meeting_s_finding_is_followed_to_the_day_on_which_it_is_looked_at(tmp_path, told) -> None:
    web = chains(by_the_clock(tmp_path, told))
    bus = next(entry for entry in web.of(Finding) if "Alder" in entry.body.concern)
    steps = list(web.steps(bus.id))
    assert [step.entry.kind for step in steps] == [
        "finding", "goal", "plan", "action", "action", "action", "fishbone", "cause", "why", "why", "why", "hypothesis", "change", "review", "cause",
    ]  # fmt: skip
    assert not [step for step in steps if step.missing]
