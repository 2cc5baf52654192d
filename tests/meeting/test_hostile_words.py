"""Whatever people write comes back as they wrote it, as text in plain values, and what browsers send wrongly is refused kindly."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from team_room import Team, a_district

from dataworkbench.errors import WorkbenchError
from dataworkbench.records import open_records
from dataworkbench.views.meeting import state

HOSTILE = (
    "<script>alert(1)</script>", "\"'`&amp; <img src=x onerror=alert(1)>", "=HYPERLINK(1)", "\u202eright to left", "مرحبا بالعالم",
    "👩🏽\u200d🏫🎒", "{{7*7}} ${x} %{y}", "</pre><style>", "a\u0000b", "\ud800 half a letter", "x" * 10_000,
)  # fmt: skip


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    return a_district(tmp_path_factory.mktemp("wide") / "district")


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    team = Team(a_district(tmp_path_factory.mktemp("two") / "district"))
    return [team.person(1), team.person(2)]


def kept_as(words: str) -> str:
    """What comes back of words: one line, and a sign where a letter cannot be kept."""
    whole = words.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")
    return " ".join(whole.split())


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_every_field_gives_back_what_was_written(wide, words):
    team = Team(wide)
    principal, teacher, _ = team.three()
    name = words[:190]
    principal.does("join", meeting=principal.meeting["id"], name=name, role=name)
    principal.does("add_topic", words=words, who=name)
    principal.does("add_observation", words=words)
    principal.does("add_interpretation", words=words)
    principal.does("add_decision", words=words, why=words)
    principal.does("add_action", what=words, who=name, whom=name, by="2026-12-01")
    principal.does("add_finding", concern=words)
    principal.does("add_note", words=words, about=name)
    told, said, called = teacher.meeting, kept_as(words), kept_as(name)
    assert (told["topics"][-1]["words"], told["topics"][-1]["who"], told["topics"][-1]["writer"]) == (
        said,
        called,
        called,
    )
    assert (
        told["observations"][0]["words"]
        == told["interpretations"][0]["words"]
        == told["findings"][0]["concern"]
        == said
    )
    assert (told["decisions"][0]["words"], told["decisions"][0]["why"]) == (said, said)
    assert (told["actions"][0]["what"], told["actions"][0]["whom"]) == (said, called)
    assert told["notes"][0]["about"] == called
    assert called in [held["name"] for held in told["seats"]]
    assert all(len(sentence) < 700 for sentence in told["unfinished"])


def test_a_remark_does_not_repeat_ten_thousand_letters(wide):
    principal, _, _ = Team(wide).three()
    principal.does("add_observation", words="because " + "x" * 9_000)
    assert all(len(text) < 200 for text in principal.meeting["observations"][0]["remarks"])


@pytest.mark.parametrize(
    ("act", "given", "said"),
    [
        ("add_topic", {"words": "x" * 10_001}, "10,001 letters"),
        ("add_topic", {"words": "   "}, "The topic is still empty"),
        ("add_topic", {"words": None}, "The topic is still empty"),
        ("add_topic", {"words": "x", "who": "y" * 201}, "201 letters"),
        ("add_interpretation", {"words": "x", "from_": "observation-1"}, "sent as a list"),
        ("add_interpretation", {"words": "x", "from_": ["observation-000000000000"]}, "is not there any more"),
        ("add_action", {"what": "x", "by": "soon"}, "'soon' is not a day"),
        ("add_figure", {"indicator": "nothing"}, "No indicator is called 'nothing'"),
        ("add_figure", {"indicator": "chronic_absence", "by": "grade_level"}, "sent as a list"),
        ("add_figure", {"indicator": "chronic_absence", "where": ["x"]}, "names with their values"),
        ("show_figure", {"figure": "seen-000000000000"}, "is not there any more"),
        ("change_meeting", {"norms": "x", "meeting": "HERE"}, "sent as a list"),
        ("change_meeting", {"name": "", "meeting": "HERE"}, "The name of the meeting is still empty"),
        ("change_topic", {"topic": "HERE", "words": "x"}, "is not there any more"),
        ("add_team", {"name": "x", "members": "y"}, "sent as a list"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_and_nothing_is_written(wide, act, given, said):
    principal, _, _ = Team(wide).three()
    sent = {name: principal.meeting["id"] if value == "HERE" else value for name, value in given.items()}
    assert said in principal.is_refused(act, **sent)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.text(max_size=12)
    | st.sampled_from(["HERE", "STEP", "2026-12-01"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
FIELDS = (
    "meeting", "step", "topic", "action", "figure", "prediction", "observation", "interpretation", "decision", "finding", "note", "entry", "words", "who",
    "what", "by", "whom", "done", "day", "more", "start", "where", "from", "roles", "norms", "members", "name", "on", "about", "restricted", "changes", "seen",
    "concern", "indicator", "title", "school", "protocol", "your_name", "wrote",
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_a_browser_sends_is_done_or_refused_in_words_and_can_be_shown(two, data):
    person = data.draw(st.sampled_from(two))
    if person.sees["you"] is None:
        person.does("begin_meeting", protocol="short_check_in", your_name="Principal")
    acts = sorted(person.desk.parts[0].acts)
    act = data.draw(st.sampled_from(acts))
    sent = data.draw(st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=5))
    at = person.meeting
    names = {"HERE": at["id"], "STEP": at["now"]}
    real = {key: names.get(value, value) if isinstance(value, str) else value for key, value in sent.items()}
    try:
        person.desk.act(person.seat, act, real)
    except WorkbenchError as said:
        assert str(said)  # noqa: PT017 - done or refused, both are right
    json.dumps(person.desk.show(person.seat))


def keys_of(held: Any) -> Iterator[str]:
    if isinstance(held, dict):
        for key, value in held.items():
            yield key
            yield from keys_of(value)
    elif isinstance(held, list):
        for value in held:
            yield from keys_of(value)


def test_all_that_is_shown_and_all_that_can_be_done_is_described(wide):
    principal, _, _ = Team(wide).three()
    principal.does("add_observation", words="36 of 120")
    principal.does("add_interpretation", words="Buses")
    principal.does("add_action", what="Call")
    principal.does("add_topic", words="Buses")
    principal.does("add_decision", words="Call")
    principal.does("add_note", words="Call")
    principal.does("add_finding", concern="A third")
    described = set(re.findall(r"\w+", state.__doc__))
    there = set(keys_of(principal.sees)) | set(
        keys_of(Team(wide).person(7).sees["offer"] | {"schools": [], "teams": []})
    )
    roles = {held["role"] for held in principal.meeting["roles"]}
    assert there - described - roles == set()
    assert set(principal.desk.parts[0].acts) - described == set()
    assert set(principal.desk.parts[0].fetches) - described == set()


def test_ten_screens_that_press_at_once_are_all_heard_and_one_clock_runs_at_most(tmp_path: Path):
    team = Team(a_district(tmp_path / "district"))
    principal, _, _ = team.three()
    steps = [held["id"] for held in principal.meeting["steps"]]
    people = [team.person(number) for number in range(10, 20)]
    for at, person in enumerate(people):
        person.does("join", meeting=principal.meeting["id"], name=f"Teacher {at}")
    refused: list[str] = []

    def presses(at: int) -> None:
        for turn in range(6):
            try:
                people[at].does(
                    ("start_clock", "pause_clock", "finish_step")[turn % 3],
                    step=steps[(at + turn) % len(steps)],
                )
                people[at].does("add_topic", words=f"Topic {turn} of {at}")
            except WorkbenchError as said:
                refused.append(str(said))

    threads = [threading.Thread(target=presses, args=(at,)) for at in range(10)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert refused == []
    assert len(principal.meeting["topics"]) == 60
    assert sum(held["started"] != "" for held in principal.meeting["steps"]) <= 1
    assert open_records(team.district.workspace).set_aside() == []
