"""A chain of whys branches, is read back upwards, and ends in answers that are tested before they are called a root."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworkbench.errors import NoSuchNameError, WorkbenchError
from dataworkbench.rootcause import ROOT_TESTS, WhyChain, hypothesis, whys

PASSED = {
    "without_it": "no", "comes_back": "no", "within_control": "yes", "second_source": "yes", "system_not_person": "yes",
}  # fmt: skip


def chain() -> WhyChain:
    return whys("Calls home begin late", "The list is printed once a month", "The export takes half a day")


def test_a_chain_is_read_back_from_the_root_to_the_concern() -> None:
    assert chain().read_back() == (
        "The export takes half a day. Therefore: The list is printed once a month. Therefore: Calls home begin late.",
    )


def test_an_answer_may_branch_and_each_branch_is_read_back() -> None:
    branched = chain().because("One person knows how", of="The list is printed once a month")
    assert [path[-1] for path in branched.paths()] == ["The export takes half a day", "One person knows how"]
    assert [why.text for why in branched.roots()] == ["The export takes half a day", "One person knows how"]


def test_an_answer_without_a_place_goes_below_the_deepest_one() -> None:
    assert [depth for depth, _ in chain().because("Nobody asked for another").walk()] == [1, 2, 3]


def test_a_chain_that_goes_in_a_circle_is_refused() -> None:
    with pytest.raises(WorkbenchError, match="in the chain already"):
        chain().because("The list is printed once a month")


def test_a_place_that_is_not_there_is_answered_with_the_answers_that_are() -> None:
    with pytest.raises(NoSuchNameError, match="The export takes half a day"):
        chain().because("x", of="The lists")


def test_the_last_answer_is_asked_the_tests_of_a_root() -> None:
    (asked,) = [remark for remark in chain().remarks() if remark.rule == "not tested"]
    assert asked.about == "The export takes half a day"
    assert all(question in asked.text for _, question, _ in ROOT_TESTS)


def test_an_answer_that_would_not_remove_the_problem_is_not_a_root_yet() -> None:
    tested = chain().test("The export takes half a day", **PASSED | {"comes_back": "yes"})
    assert [remark.rule for remark in tested.remarks() if "root" in remark.rule] == ["not a root yet"]
    assert not tested.roots()[0].passes


def test_a_root_passes_all_five_tests() -> None:
    tested = chain().test("The export takes half a day", **PASSED)
    assert tested.roots()[0].passes
    assert not [remark for remark in tested.remarks() if remark.rule in {"not tested", "not a root yet"}]


def test_a_test_that_does_not_exist_is_answered_with_the_tests_there_are() -> None:
    with pytest.raises(NoSuchNameError, match="comes_back"):
        chain().test("The export takes half a day", five_whys="yes")


def test_each_link_is_asked_for_evidence_until_it_has_some() -> None:
    seen = chain().evidence("The export takes half a day", "timed on three days", kind="observation")
    assert [r.about for r in seen.remarks() if r.rule == "no evidence"] == [
        "The list is printed once a month"
    ]


def test_one_why_is_called_too_short() -> None:
    assert "too short" in {remark.rule for remark in whys("A", "B").remarks()}


@given(
    st.lists(
        st.text(alphabet="abcdef ", min_size=1, max_size=5).filter(str.strip),
        min_size=1,
        max_size=8,
        unique_by=lambda t: " ".join(t.split()),
    )
)
def test_every_answer_is_on_a_path_and_every_path_begins_at_the_concern(answers: list[str]) -> None:
    made = WhyChain("?")
    for at, answer in enumerate(answers):
        names = [why.text for _, why in made.walk()]
        made = made.because(answer, of=names[at // 2] if names else "")
    assert {why.text for _, why in made.walk()} == {text for path in made.paths() for text in path[1:]}
    assert all(path[0] == "?" for path in made.paths())


def test_words_are_shown_and_never_run() -> None:
    shown = whys("<b>x</b>", "<script>alert(1)</script>")._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_a_hypothesis_is_one_sentence_that_can_turn_out_wrong() -> None:
    said = hypothesis(
        change="call home on the second absence.", then="fewer students miss a tenth of the days",
        because="families hear of it in time", measured_by="chronic absence", group="grade 6", now="31%", aim="25%", by="2026-06-01",
    )  # fmt: skip
    assert str(said) == (
        "If we call home on the second absence, then fewer students miss a tenth of the days, because families hear of it "
        "in time. We will know by chronic absence for grade 6, from 31% to 25%, on 2026-06-01."
    )


def test_a_hypothesis_that_nobody_could_check_is_refused() -> None:
    with pytest.raises(WorkbenchError, match="measured_by, by"):
        hypothesis(change="a", then="b", because="c", measured_by="", by=" ")
