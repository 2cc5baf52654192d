"""Rubrics are read from files, say where they are wrong, and show nothing that could run."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from dataworkbench.errors import FileRefusedError, NoSuchNameError
from dataworkbench.rubrics import answer, read_rubric, rubric, rubrics
from dataworkbench.terms import STAGES
from dataworkbench.workspace import new_workspace, shipped

SHIPPED = sorted((shipped("templates") / "rubrics").glob("*.yaml"))

OWN = """\
id: hallways
title: Hallways
purpose: observation
statement: What passing time looks like.
levels:
  - name: No
    meaning: Not seen.
  - name: Yes
    meaning: Seen.
elements:
  - id: calm
    title: Calm
    statement: People walk and talk.
    levels:
      No: People run.
      Yes: People walk.
"""


def write_own(folder: Path, text: str = OWN) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "hallways.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_eight_pillars_stand_at_four_levels_each_with_look_fors_for_learners_and_educators() -> None:
    pillars = rubric("pillars")
    assert pillars.level_names == ("Emerging", "Developing", "Demonstrating", "Applying")
    assert {element.title for element in pillars.elements} == {
        "Learner Supports", "Learner-Centered Instruction", "Flexible Grouping", "District Commitments",
        "Culture of Continuous Improvement", "Learner Voice", "Goal-Setting", "Evidence of Learning",
    }  # fmt: skip
    for element in pillars.elements:
        assert set(element.levels) == set(pillars.level_names), element.id
        assert {who: set(held) for who, held in element.look_fors.items()} == {
            "learners": set(pillars.level_names),
            "educators": set(pillars.level_names),
        }, element.id


def test_the_five_domains_hold_four_items_each() -> None:
    domains = rubric("domains")
    assert domains.parts == (
        "Assessment and Data", "Instructional Rigor", "Student Agency", "Classroom Culture", "Equity",
    )  # fmt: skip
    assert [len(domains.only(part=part).elements) for part in domains.parts] == [4, 4, 4, 4, 4]
    assert len(domains.element("Mastery Based Progression").questions) == 4


def test_the_readiness_continuum_has_twelve_items_and_rigor_has_its_reflection() -> None:
    assert len(rubric("readiness").elements) == 12
    assert len(rubric("rigor_and_personalization").reflection) == 5


def test_every_stage_has_inputs_to_check_before_it_begins() -> None:
    inputs = rubric("inputs_for_success")
    assert inputs.parts == tuple(STAGES.values())
    assert [element.id for element in inputs.only(stage=2).elements] == [
        "readiness_for_expectations", "agreement_on_purpose", "professional_learning", "rubrics_shared",
    ]  # fmt: skip


def test_every_practice_of_the_five_domains_says_what_to_look_for_at_each_phase() -> None:
    domains = rubric("domains")
    assert len(domains.parts) == 5
    for element in domains.elements:
        assert set(element.look_fors["everyone"]) == set(domains.level_names), element.id
        assert element.questions, element.id


def test_each_of_the_twelve_items_of_readiness_is_described_at_each_phase() -> None:
    readiness = rubric("readiness")
    for element in readiness.elements:
        assert set(element.levels) == set(readiness.level_names), element.id
        assert len(set(element.levels.values())) == 4, element.id


def test_the_toolkit_of_checks_is_an_input_of_the_stage_that_assesses() -> None:
    ids = [element.id for element in rubric("inputs_for_success").only(stage=4).elements]
    assert ids[:3] == ["data_training", "formative_toolkit", "evaluation_transparency"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_sentences_in_shipped_rubrics_are_whole(path: Path) -> None:
    """A comma inside a YAML list in brackets cuts a sentence in two without a word."""
    held = read_rubric(path)
    assert held.id == path.stem
    for element in held.elements:
        seen = [text for levels in element.look_fors.values() for texts in levels.values() for text in texts]
        for text in [*seen, *element.questions, *element.levels.values(), element.statement]:
            assert text[0].isupper(), text
            assert text[-1] in ".?", text


def test_a_district_adds_a_rubric_of_its_own_through_a_folder(tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path / "district")
    write_own(workspace.root / "rubrics")
    listed = rubrics(workspace).set_index("rubric")
    assert listed.loc["hallways", "whose"] == "the district's own"
    assert listed.loc["pillars", "whose"] == "came with the workbench"
    assert rubric("hallways", workspace).score("Yes") == 2


def test_the_districts_own_wording_goes_before_the_shipped_one(tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path / "district")
    write_own(workspace.root / "rubrics", OWN.replace("id: hallways", "id: pillars"))
    assert rubric("pillars", workspace).title == "Hallways"
    assert rubric("pillars").title == "Pillars of personalized learning"


def test_a_level_called_no_stays_a_word(tmp_path: Path) -> None:
    assert read_rubric(write_own(tmp_path)).level_names == ("No", "Yes")


def test_an_unknown_rubric_is_answered_with_the_ones_there_are() -> None:
    with pytest.raises(
        NoSuchNameError, match=r"No rubric is called 'piller'.*pillars.*Did you mean 'pillars'"
    ):
        rubric("piller")


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        (
            "      No: People run.",
            "      Never: People run.",
            "names the level 'Never'; the levels are No, Yes",
        ),
        ("  - name: Yes", "  - name: No", "the level 'No' is there twice"),
        ("purpose: observation", "purpose: ticking", "purpose"),
        ("title: Hallways", "tilte: Hallways", "tilte"),
        ("statement: People walk and talk.", "statement: Calm: people walk", "cannot be read as YAML"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_place(
    tmp_path: Path, was: str, becomes: str, said: str
) -> None:
    with pytest.raises(FileRefusedError, match=said) as refused:
        read_rubric(write_own(tmp_path, OWN.replace(was, becomes)))
    assert "hallways.yaml" in str(refused.value)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_nothing_in_a_shown_rubric_can_run(tmp_path: Path) -> None:
    hostile = "<img src=x onerror=alert(1)><script>alert(1)</script>"
    text = (
        OWN.replace("Hallways", f"'{hostile}'")
        .replace("People run.", f"'{hostile}'")
        .replace("Calm", f"'{hostile}'")
    )
    held = read_rubric(write_own(tmp_path, text))
    tags = _Tags()
    tags.feed(
        held._repr_html_() + held.elements[0]._repr_html_() + answer(held, {"calm": "No"})._repr_html_()
    )
    assert not tags.seen & {"img", "script"}
    assert not {name for name in tags.attributes if name.startswith("on")}


def test_answers_sort_into_strengths_and_what_to_work_on() -> None:
    inputs = rubric("inputs_for_success").only(stage=1)
    check = answer(
        inputs, {"vision": "In place", "data_teams_meet": "Not yet", "leadership_enables_data": "Partly"}
    )
    assert [element.id for element in check.strengths] == ["vision"]
    assert [element.id for element in check.to_work_on] == ["data_teams_meet", "leadership_enables_data"]
    assert [element.id for element in check.not_answered] == ["culture_grounded_in_data"]
    assert check.sentence == "1 of 4 are at 'In place'. Lowest: Data teams that meet. Not answered yet: 1."


def test_an_answer_that_is_not_a_level_is_refused_with_the_levels() -> None:
    with pytest.raises(NoSuchNameError, match="There are: In place, Not yet, Partly"):
        answer(rubric("inputs_for_success"), {"vision": "Mostly"})
