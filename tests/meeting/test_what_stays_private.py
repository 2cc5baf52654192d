"""What a seat may not see never leaves the kernel for it: other people's predictions, restricted notes, figures not yet shown."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from team_room import Team, a_district, every_text

from dataworkbench.records import Seen, open_records

SECRETS = ("71.3 percent", "a curve that falls", "rows of the table", "SECRET-DRAWING")


def a_figure(team, person) -> str:
    """Put a figure into the meeting whose every part holds words that can be looked for, and return its name."""
    words, alt, cell, drawing = SECRETS
    seen = Seen(
        title="Absence by grade",
        words=(words,),
        alt=alt,
        table=(("Grade",), (cell,)),
        drawing=f'{{"data": ["{drawing}"]}}',
    )
    kept = open_records(team.district.workspace)
    return kept.add(seen, follows=[person.meeting["id"]], snapshot="2026-11-20_000000-abcdef").id


def test_before_a_figure_is_shown_nothing_of_it_leaves_the_kernel_for_anybody(team):
    people = team.three()
    a_figure(team, people[0])
    for person in people:
        text = every_text(person)
        assert "Absence by grade" in text
        assert [secret for secret in SECRETS if secret in text] == []
        assert "This figure is not shown yet" in text


def test_once_it_is_shown_all_see_all_of_it(team):
    people = team.three()
    people[1].does("show_figure", figure=a_figure(team, people[0]))
    for person in people:
        assert [secret for secret in SECRETS if secret not in every_text(person)] == []


def test_when_showing_it_is_undone_it_is_hidden_again(team):
    people = team.three()
    wrote = people[1].desk.act(people[1].seat, "show_figure", {"figure": a_figure(team, people[0])})
    people[1].does("undo", wrote=[list(pair) for pair in wrote])
    assert [secret for secret in SECRETS if secret in every_text(people[2])] == []


def test_a_prediction_is_its_writers_own_until_the_figure_is_shown(team):
    principal, teacher, coach = team.three()
    figure = a_figure(team, principal)
    teacher.does("add_prediction", figure=figure, words="About a third, I guess")
    assert "About a third" in every_text(teacher)
    for other in (principal, coach):
        assert "About a third" not in every_text(other)
        assert other.meeting["figures"][0]["predicted"] == 1
        assert other.meeting["figures"][0]["predictions"] == []
    coach.does("show_figure", figure=figure)
    assert [
        (held["words"], held["writer"], held["yours"])
        for held in principal.meeting["figures"][0]["predictions"]
    ] == [("About a third, I guess", "Teacher", False)]


def test_how_many_have_written_counts_people_and_not_sentences(team):
    principal, teacher, _ = team.three()
    figure = a_figure(team, principal)
    for words in ("A third", "More in grade 6"):
        teacher.does("add_prediction", figure=figure, words=words)
    assert principal.meeting["figures"][0]["predicted"] == 1


def test_once_the_figure_is_shown_no_prediction_is_added_or_mended(team):
    principal, teacher, _ = team.three()
    figure = a_figure(team, principal)
    name = teacher.does("add_prediction", figure=figure, words="A third")
    teacher.does("change_prediction", prediction=name, words="A quarter")
    principal.does("show_figure", figure=figure)
    for act, sent in (
        ("add_prediction", {"figure": figure, "words": "As I said"}),
        ("change_prediction", {"prediction": name, "words": "What I see now"}),
    ):
        assert "The figure is shown already" in teacher.is_refused(act, **sent)


def test_nobody_changes_or_takes_back_the_prediction_of_another_even_if_they_knew_its_name(team):
    principal, teacher, coach = team.three()
    name = teacher.does("add_prediction", figure=a_figure(team, principal), words="A third")
    for said in (
        coach.is_refused("change_prediction", prediction=name, words="Nothing"),
        coach.is_refused("take_back", entry=name),
    ):
        assert "A third" not in said
        assert "There is nothing here" in said


def test_a_restricted_note_is_seen_by_its_writer_alone_on_every_screen_of_theirs(team):
    principal, teacher, coach = team.three()
    name = teacher.does("add_note", words="The family moved", about="A student", restricted=True)
    teacher.does("add_note", words="Bring the list", about="Riders")
    assert [(held["words"], held["restricted"], held["yours"]) for held in team.person(2).meeting["notes"]] == [
        ("The family moved", True, True), ("Bring the list", False, True),
    ]  # fmt: skip
    for other in (principal, coach):
        assert "The family moved" not in every_text(other)
        assert [held["words"] for held in other.meeting["notes"]] == ["Bring the list"]
        for said in (
            other.is_refused("change_note", note=name, words="x"),
            other.is_refused("take_back", entry=name),
        ):
            assert "moved" not in said
            assert "A student" not in said


def test_a_note_that_becomes_restricted_is_gone_for_the_others_and_only_its_writer_can_make_it_so(team):
    principal, teacher, _ = team.three()
    name = teacher.does("add_note", words="The family moved")
    assert "Only the one who wrote a note can restrict it" in principal.is_refused(
        "change_note", note=name, words="x", restricted=True
    )
    teacher.does("change_note", note=name, words="The family moved", restricted=True)
    assert "The family moved" not in every_text(principal)


def test_a_text_that_met_anothers_change_is_not_shown_to_others_where_the_note_is_restricted_by_then(team):
    principal, teacher, _ = team.three()
    name = teacher.does("add_note", words="An ordinary note")
    teacher.does("change_note", note=name, words="A restricted one", restricted=True)
    assert "There is nothing here" in principal.is_refused(
        "change_note", note=name, words="Mine", changes=name, seen=1
    )


def test_somebody_who_only_looks_sees_no_more_than_one_who_joined(team):
    principal, teacher, _ = team.three()
    figure = a_figure(team, principal)
    teacher.does("add_prediction", figure=figure, words="About a third")
    teacher.does("add_note", words="The family moved", restricted=True)
    stranger = team.person(9, meeting=principal.meeting["id"])
    assert not any(text in every_text(stranger) for text in (*SECRETS, "About a third", "The family moved"))


def test_the_key_to_what_is_a_seats_own_is_given_to_no_other_seat(team):
    people = team.three()
    for person in people:
        text = every_text(person)
        assert [other.seat for other in people if other is not person and other.seat in text] == []


def test_a_figure_is_shown_and_guessed_at_only_in_the_meeting_that_looks_at_it(team):
    principal, teacher, _ = team.three()
    figure = a_figure(team, principal)
    elsewhere = team.person(9)
    elsewhere.does("begin_meeting", protocol="short_check_in", your_name="Somebody", name="Another meeting")
    for act, sent in (("show_figure", {}), ("add_prediction", {"words": "A third"})):
        assert "belongs to another meeting" in elsewhere.is_refused(act, figure=figure, **sent)
    assert not any(secret in every_text(teacher) for secret in SECRETS)


def test_nothing_is_written_on_or_below_a_card_that_is_not_on_the_table(team):
    principal, teacher, _ = team.three()
    principal.does(
        "begin_fishbone", problem="31% miss a tenth of school", set="schools", id=principal.new_id("fishbone")
    )
    bones = principal.desk.show(principal.seat)["fishbone"]["id"]
    card = principal.does("add_cause", fishbone=bones, words="A card of one's own")
    why = principal.does("add_why", start=card, words="An answer below it")
    proof = principal.does(
        "add_why_evidence",
        why=why,
        words="We saw it",
        kind="observation",
        side="for",
        id=principal.new_id("evidence"),
    )
    asked = {"indicator": "chronic_absence", "where": {}, "compared": "none", "thing": ""}
    for act, sent in (
        ("pin_evidence", {"about": card, "mark": "0" * 16, "asked": asked, "side": "for"}),
        ("pin_evidence", {"about": why, "mark": "0" * 16, "asked": asked, "side": "for"}),
        ("change_why", {"why": why, "words": "Mine"}),
        ("take_back_why", {"why": why}),
        ("control_why", {"why": why, "control": "ours"}),
        ("change_why_evidence", {"evidence": proof, "words": "Mine", "kind": "opinion", "side": "for"}),
        ("take_back_why_evidence", {"evidence": proof}),
    ):
        said = teacher.is_refused(act, **sent)
        assert said == "This card is not on the table here. Look again at the fishbone."


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    return a_district(tmp_path_factory.mktemp("wide") / "district")


DEEDS = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from(["predict", "note", "show", "hide", "figure", "leave", "join"])
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DEEDS)
def test_whatever_is_done_no_seat_is_given_what_another_keeps_to_itself(wide, deeds):
    team = Team(wide)
    people = team.three()
    meeting, figures, open_figures = people[0].meeting["id"], [a_figure(team, people[0])], set()
    said: list[tuple[int, str, str]] = []
    for at, (who, deed) in enumerate(deeds):
        person, words = people[who], f"words {at} of {meeting}"
        if person.sees["you"] is None and deed != "join":
            continue
        if deed == "predict" and figures[-1] not in open_figures:
            person.does("add_prediction", figure=figures[-1], words=words)
            said.append((who, words, figures[-1]))
        elif deed == "note":
            person.does("add_note", words=words, restricted=True)
            said.append((who, words, ""))
        elif deed == "show":
            person.does("show_figure", figure=figures[-1])
            open_figures.add(figures[-1])
        elif deed == "figure":
            figures.append(a_figure(team, people[0]) if people[0].sees["you"] else figures[-1])
        elif deed == "leave":
            person.does("leave")
        elif deed == "join":
            person.does("join", meeting=meeting, name=f"Person {who}")
        for other, seer in enumerate(people):
            text = every_text(seer)
            hidden = [line for by, line, figure in said if by != other and figure not in open_figures]
            assert [line for line in hidden if line in text] == []
