"""Protocols are read from files, a district's own before ours, and a file that is wrong says where and what would be right."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworkbench.errors import FileRefusedError, NoSuchNameError
from dataworkbench.protocols import Does, protocol, protocols, read_protocol, shelf
from dataworkbench.records import Step
from dataworkbench.workspace import new_workspace, shipped

SHIPPED = sorted((shipped("templates") / "protocols").glob("*.yaml"))

OWN = """\
name: stand_up
title: Stand-up
purpose: To hear from everyone in ten minutes.
roles:
  facilitator: Asks each person in turn.
norms:
  - No
steps:
  - name: Round
    does: talk
    minutes: 10
    asks: "What is in your way?"
"""


def written(folder: Path, text: str, name: str = "stand_up") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(FileRefusedError) as refused:
        read_protocol(written(folder, text))
    return str(refused.value)


def test_four_protocols_come_with_the_workbench_and_each_has_the_minutes_that_it_promises() -> None:
    found = protocols().set_index("protocol")["minutes"].to_dict()
    assert found == {
        "describe_interpret_imply": 50,
        "find_root_causes": 60,
        "plan_do_study_act": 40,
        "short_check_in": 20,
    }
    promised = {
        "describe_interpret_imply": "Fifty",
        "find_root_causes": "Sixty",
        "plan_do_study_act": "Forty",
        "short_check_in": "Twenty",
    }
    for name, said in promised.items():
        assert f"{said} minutes." in protocol(name).purpose


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_each_has_the_three_roles_ends_with_who_does_what_and_a_close(path: Path) -> None:
    held = read_protocol(path)
    assert set(held.roles) == {"facilitator", "timekeeper", "recorder"}
    assert [step.does for step in held.steps][-2:] == ["actions", "close"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_is_expected_is_asked_before_anything_is_seen_and_seen_before_it_is_explained(
    path: Path,
) -> None:
    does = [step.does for step in read_protocol(path).steps]
    order = [
        word for word in ("predict", "look", "observe", "interpret", "decide", "actions") if word in does
    ]
    assert [does.index(word) for word in order] == sorted(does.index(word) for word in order)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_is_predicted_is_then_shown_before_it_is_spoken_about(path: Path) -> None:
    does = [step.does for step in read_protocol(path).steps]
    if "predict" in does:
        assert does[does.index("predict") + 1 : does.index("predict") + 3] == ["look", "observe"]


def test_a_step_of_a_file_can_do_what_a_step_in_the_records_can_do_and_nothing_else() -> None:
    assert get_args(Does) == get_args(Step.model_fields["does"].annotation)


def test_no_stays_a_word(tmp_path: Path) -> None:
    assert read_protocol(written(tmp_path, OWN)).norms == ("No",)


def test_a_districts_own_goes_before_ours_and_stands_beside_it(tmp_path: Path) -> None:
    place = new_workspace(tmp_path / "district")
    written(place.root / "protocols", OWN)
    ours = OWN.replace("stand_up", "short_check_in").replace("title: Stand-up", "title: Our check-in")
    written(place.root / "protocols", ours, "short_check_in")
    found = protocols(place).set_index("protocol")
    assert protocol("short_check_in", place).title == "Our check-in"
    assert protocol("short_check_in").title == "Short check-in"
    assert found["whose"].to_dict() == {
        "describe_interpret_imply": "came with the workbench", "find_root_causes": "came with the workbench",
        "plan_do_study_act": "came with the workbench", "short_check_in": "the district's own", "stand_up": "the district's own",
    }  # fmt: skip


def test_a_file_that_is_wrong_keeps_no_other_from_being_used_and_is_told(tmp_path: Path) -> None:
    place = new_workspace(tmp_path / "district")
    written(place.root / "protocols", OWN.replace("minutes: 10", "minutes: ten"))
    found = shelf(place)
    assert len(found.held) == 4
    said = "stand_up.yaml is not a protocol that can be used. Line 11: 'minutes' of step 1 is 'ten', and is to be a whole number. "
    assert found.faults == (f"{said}Put it right, or compare it with one that came with the workbench.",)
    with pytest.raises(FileRefusedError, match="Line 11"):
        protocol("stand_up", place)


@pytest.mark.parametrize(
    ("instead", "by", "said"),
    [
        ("minutes: 10", "minutes: 0", "Line 11: 'minutes' of step 1 is '0'; minutes are a whole number, at least 1."),
        ("minutes: 10", "minutes: 241", "is '241'; minutes are a whole number, at most 240."),
        ("minutes: 10", "minutes: 2.5", "Line 11: 'minutes' of step 1 is '2.5', and is to be a whole number."),
        ("does: talk", "does: chat", "Line 10: 'does' of step 1 is 'chat'; the room can show welcome, agenda,"),
        ("does: talk", "dose: talk", "'dose' of step 1 is not something that is known here. Did you mean 'does'?"),
        ("title: Stand-up", "title:", "Line 2: 'title' is empty, and is to be words."),
        ("title: Stand-up", 'title: " "', "Line 2: 'title' is empty; write a few words."),
        ("title: Stand-up\n", "", "'title' is missing."),
        ("  - No", "  No", "'norms' is to be a list: one line each, beginning with a dash."),
        ("  facilitator: Asks each person in turn.", "  - facilitator", "'roles' is to be names with a sentence each"),
        ("name: stand_up", "name: Stand up", "Line 1: 'name' is 'Stand up'; it is made of small letters, digits and _"),
        ("name: stand_up", "name: sit_down", "stand_up.yaml calls itself 'sit_down'."),
        ("purpose: To", "purpose: For: to", "cannot be read as YAML, line 3: mapping values are not allowed here."),
        ("title: Stand-up", "title: A\ntitle: B", "cannot be read as YAML, line 3: found duplicate key"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, instead: str, by: str, said: str) -> None:
    assert instead in OWN
    assert said in refusal(tmp_path, OWN.replace(instead, by))


def test_a_list_with_a_wrong_part_is_not_called_empty(tmp_path: Path) -> None:
    assert "empty" not in refusal(tmp_path, OWN.replace("does: talk", "does: chat"))


def test_every_fault_is_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    said = refusal(tmp_path, OWN.replace("minutes: 10", "minutes: ten").replace("title: Stand-up", "title:"))
    assert said.index("Line 2") < said.index("Line 11")


@pytest.mark.parametrize(
    "text", ["", "- a", "a", "3", "null", "&a [*a]", "!!python/object:os.system x", "\t- x", "steps: []"]
)
def test_what_is_no_protocol_at_all_is_refused_kindly(tmp_path: Path, text: str) -> None:
    assert "stand_up.yaml" in refusal(tmp_path, text)


def test_bytes_that_are_no_text_and_files_that_are_too_large_are_refused_kindly(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    path.write_bytes(b"name: \xff\xfe")
    with pytest.raises(FileRefusedError, match="cannot be read as YAML"):
        read_protocol(path)
    path.write_text(OWN + "#" * 200_000, encoding="utf-8")
    with pytest.raises(FileRefusedError, match="larger than a protocol can be"):
        read_protocol(path)


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, len(OWN) - 1), by=st.sampled_from(list(":-'\"[]{}&*!|>%@`#,\n\t 0\x85\u2028é")))
def test_one_letter_typed_wrongly_gives_a_protocol_or_a_kind_refusal(
    tmp_path_factory, at: int, by: str
) -> None:
    path = written(tmp_path_factory.mktemp("typed"), OWN[:at] + by + OWN[at + 1 :])
    try:
        assert read_protocol(path).minutes >= 1
    except FileRefusedError as refused:
        assert str(refused).startswith("stand_up.yaml")  # noqa: PT017 - either way is right, and what is said is held


def test_a_name_that_is_not_there_lists_those_that_are() -> None:
    with pytest.raises(NoSuchNameError, match="There are: describe_interpret_imply, find_root_causes"):
        protocol("fishbowl")


def test_what_a_district_wrote_is_shown_as_text(tmp_path: Path) -> None:
    hostile = OWN.replace("title: Stand-up", "title: '<script>alert(1)</script>'").replace(
        "name: Round", "name: '<img src=x onerror=y>'"
    )
    shown = read_protocol(written(tmp_path, hostile))._repr_html_()
    assert "<script" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;" in shown
