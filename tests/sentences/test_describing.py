"""What a frame says in plain words."""

import re

import awkward_frames as gallery
import pandas as pd
import pytest

from dataworkbench.disclosure import for_audience
from dataworkbench.errors import NoSuchNameError, NotGatedError
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.sentences import describe

POLICY = DisclosurePolicy()


def said(name, audience="staff", **asked):
    return str(describe(for_audience(gallery.GALLERY[name](), audience, policy=POLICY), **asked))


def test_a_frame_that_has_not_passed_the_gate_is_not_described():
    with pytest.raises(NotGatedError, match=r"dw\.for_audience"):
        describe(gallery.subgroups())


def test_the_figure_for_everybody_comes_first_with_n_and_interval():
    first = said("subgroups", about="Students at or above proficient").splitlines()[0]
    assert first == "Students at or above proficient: 61% (students: 412; likely between 56% and 65%)."


def one_kind(audience="staff"):
    frame = gallery.subgroups()
    kept = frame[frame["subgroup_type"].isin(["Race and ethnicity"])]
    return str(describe(for_audience(kept, audience, policy=POLICY)))


def test_the_highest_and_the_lowest_group_are_named_with_their_n():
    text = one_kind()
    assert re.search(
        r"Highest of the \d groups that can be compared: Asian, 91% \(n 11; likely between 62% and 98%\)\.",
        text,
    )
    assert "Lowest: Black or African American, 8% (n 38;" in text


def test_groups_of_different_kinds_are_never_put_in_one_order():
    text = said("subgroups")
    assert "Highest" not in text
    assert re.search(
        r"Race and ethnicity: from 8% \(n 38; [^)]+\) for Black or African American to 91% \(n 11; [^)]+\) for Asian\.",
        text,
    )


def test_a_full_count_is_not_a_look_that_chance_could_decide():
    frame = gallery.forty_groups().assign(low=float("nan"), high=float("nan"))
    assert "looked at" not in str(describe(for_audience(frame, "staff", policy=POLICY)))


def test_a_group_that_needs_care_is_never_the_highest_or_the_lowest():
    text = said("survey_roles")
    assert "Very few are behind staff, Adults listen: read with care." in text.replace(
        "Adults listen, staff", "staff, Adults listen"
    )
    assert "88%" not in text


def test_likely_ranges_that_overlap_are_pointed_out():
    assert "may be chance" in said("grades_by_group")
    assert "may be chance" not in said("subgroups")


def test_hidden_groups_are_named_with_the_rule():
    assert (
        "Hidden: American Indian or Alaska Native and Asian. The rule: fewer than 10 here, or in a group that could be worked out "
        "from this one." in said("subgroups", "public")
    )


def test_who_was_left_out_is_said_to_staff():
    assert "Left out: 3 who could not be counted." in said("subgroups")


def test_who_was_left_out_is_not_said_in_public():
    assert "eft out" not in said("subgroups", "public")


def test_many_looks_come_with_a_word_of_caution():
    assert "40 figures were looked at. Of so many, about 2 would stand out by chance" in said("forty_groups")
    assert "looked at" not in said("subgroups")


def test_over_time_each_group_is_followed_from_first_to_last():
    assert (
        "Mathematics: 188.2 (n 120; likely between 185.7 and 190.7) in Fall, 199.1 (n 120; likely between 196.6 and 201.6) in Spring."
        in said("periods")
    )


def test_a_change_within_chance_is_said_to_be_so():
    text = said("trend")
    assert "English learner: 30% (n 80; likely between 21% and 41%) in 2022-23, 45% (n 83;" in text
    assert "so the change may be chance" in text


def test_of_levels_the_most_common_is_named_and_not_the_highest():
    text = said("levels")
    assert "Grade 4: most often Proficient, 46% (n 87;" in text
    assert "Highest" not in text


def test_missing_data_are_described_by_their_reason():
    assert said("missing") == gallery.missing()["reason"].iloc[0]


def test_a_frame_without_rows_says_so():
    assert said("nothing") == "There are no rows here: nobody fits what was chosen."


def test_groups_that_stand_at_the_same_figure_have_no_highest():
    frame = gallery.frame([gallery.rate(50, 25, school_name=name) for name in ("Oak", "Birch")])
    assert (
        str(describe(for_audience(frame, "staff", policy=POLICY)))
        == "All 2 groups that can be compared stand at 50%."
    )


@pytest.mark.parametrize("name", sorted(gallery.GALLERY))
def test_public_sentences_hold_no_number_that_is_not_printed(name):
    frame = for_audience(gallery.GALLERY[name](), "public", policy=POLICY)
    groups = " ".join(
        str(value) for column in frame.columns for value in frame[column] if isinstance(value, str)
    )
    printed = set(re.findall(r"\d+", groups + " " + " ".join(frame["reason"])))
    names = {str(int(number)) for number in printed}
    counted = {str(number) for number in range(len(frame) + 1)}
    assert set(re.findall(r"\d+", str(describe(frame)))) <= printed | names | counted


def test_a_column_that_is_not_there_is_refused():
    with pytest.raises(NoSuchNameError, match="No grouping column of this frame is called 'school'"):
        said("subgroups", by="school")


def test_names_from_data_are_escaped_as_html_and_as_markdown():
    sentences = describe(for_audience(gallery.strange_names().iloc[[1, 2]], "staff", policy=POLICY))
    assert "<script" not in sentences._repr_html_()
    assert "&lt;script&gt;" in sentences._repr_html_()
    assert "\\<script\\>" in sentences._repr_markdown_()
    assert "](" not in sentences._repr_markdown_()


def test_each_sentence_is_a_paragraph():
    sentences = describe(for_audience(gallery.subgroups(), "staff", policy=POLICY))
    assert sentences._repr_html_().count("<p>") == len(sentences)


def test_the_frame_given_is_left_as_it_was():
    gated = for_audience(gallery.subgroups(), "staff", policy=POLICY)
    kept = gated.copy()
    describe(gated)
    pd.testing.assert_frame_equal(gated, kept)


def test_two_figures_of_one_group_are_said_together_the_widest_apart_first():
    lines = said("pairs").splitlines()
    assert lines[0].startswith("Unit 3: Shapes: before 20.0 (n 6;")
    assert lines[1].startswith(
        "Unit 1: Numbers: before 38.0 (n 61; likely between 33.0 and 43.0); after 62.0 (n 61;"
    )
    assert "Highest" not in "".join(lines)


def test_kinds_of_groups_have_their_names_where_they_are_the_groups():
    rows = [
        gallery.rate(100, many, indicator="not_reported", subgroup_type=kind)
        for kind, many in (("Gender", 3), ("Disability status", 20))
    ]
    shown = for_audience(gallery.frame(rows), "staff", policy=POLICY)
    assert "Highest of the 2 groups that can be compared: Disability status, 20%" in str(describe(shown))
