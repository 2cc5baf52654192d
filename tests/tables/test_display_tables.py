"""A frame as a table for people."""

import re

import awkward_frames as gallery
import pytest

from dataworkbench.disclosure import for_audience
from dataworkbench.errors import NoSuchNameError, NotGatedError
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.tables import table_of

POLICY = DisclosurePolicy()


def table(name, audience="staff", **asked):
    return table_of(for_audience(gallery.GALLERY[name](), audience, policy=POLICY), **asked)


def column(shown, title):
    return next(one.cells for one in shown.columns if one.title == title)


def titles(shown):
    return [one.title for one in shown.columns]


def test_a_frame_that_has_not_passed_the_gate_is_no_table():
    with pytest.raises(NotGatedError, match=r"dw\.for_audience"):
        table_of(gallery.subgroups())


def test_titles_are_words_of_the_field():
    assert titles(table("subgroups")) == [
        "Kind of group",
        "Group",
        "Students",
        "Share",
        "Likely between",
        "Left out",
        "Remark",
    ]


def test_n_stands_right_before_the_share():
    shown = table("subgroups")
    assert titles(shown).index("Students") == titles(shown).index("Share") - 1


@pytest.mark.parametrize("name", sorted(set(gallery.GALLERY) - {"missing", "nothing", "counts"}))
@pytest.mark.parametrize("audience", ["staff", "public"])
def test_every_figure_has_its_n(name, audience):
    shown = table(name, audience)
    sizes = next(one for one in shown.columns if one.title in {"Students", "People", "Teachers"})
    assert all(sizes.cells)


@pytest.mark.parametrize("name", sorted(set(gallery.GALLERY) - {"missing", "nothing"}))
def test_no_figure_is_left_blank(name):
    shown = table(name, "public")
    value = next(
        one
        for one in shown.columns
        if one.title in {"Share", "Average", "Number", "Difference", "Times as often"}
    )
    assert all(value.cells)


def test_a_public_table_has_no_interval_and_nobody_left_out():
    assert {"Likely between", "Left out"}.isdisjoint(titles(table("subgroups", "public")))


def test_hidden_figures_are_a_word_and_the_reason_stands_once_beneath():
    shown = table("subgroups", "public")
    assert column(shown, "Share")[1:3] == ("hidden", "hidden")
    assert column(shown, "Students")[1:3] == ("hidden", "hidden")
    assert shown._repr_html_().count("could be worked out from this one") == 1


def test_no_data_and_nobody_are_two_words():
    shown = table("trend")
    assert column(shown, "Share")[5] == "nobody"


def test_a_comparison_names_the_other_group():
    assert set(column(table("gaps"), "Compared with")) == {"White"}


def test_an_average_is_not_called_a_share():
    assert column(table("means"), "Average")[:2] == ("148.0", "164.4")


def test_grade_levels_read_as_people_say_them():
    assert column(table("means"), "Grade level")[0] == "Kindergarten"


def test_the_columns_asked_for_are_the_ones_printed():
    assert titles(table("subgroups", columns=["subgroup"]))[:2] == ["Group", "Students"]


def test_a_column_that_is_not_there_is_refused():
    with pytest.raises(NoSuchNameError, match="No grouping column of this frame is called 'school'"):
        table("subgroups", columns=["school"])


def test_a_missing_frame_says_why_in_place_of_a_table():
    assert "Bring daily attendance" in table("missing")._repr_html_()
    assert "<table" not in table("missing")._repr_html_()


def test_a_frame_without_rows_says_so():
    assert "nobody fits what was chosen" in str(table("nothing"))


def test_names_from_data_are_escaped():
    page = table("strange_names", caption="<script>x</script>")._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#x27;one&#x27;)&lt;/script&gt;" in page
    assert set(re.findall(r"<(\w+)", page)) <= {
        "div",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "p",
    }


def test_heads_say_what_they_are_heads_of():
    page = table("means", caption="Mean scores")._repr_html_()
    assert page.count('scope="row"') == 4
    assert page.count('scope="col"') == len(titles(table("means")))
    assert ">Mean scores</caption>" in page


def test_figures_are_aligned_to_the_right():
    page = table("means")._repr_html_()
    assert re.search(r'text-align:right">148\.0</td>', page)
    assert re.search(r"text-align:left[^>]*>Kindergarten</th>", page)


def test_a_wide_table_scrolls_in_its_own_box():
    assert 'role="region"' in table("means")._repr_html_()
    assert "overflow-x:auto" in table("means")._repr_html_()


def test_plain_text_is_there_for_those_who_read_no_html():
    text = table("means")._repr_mimebundle_()["text/plain"]
    assert re.search(r"Kindergarten +61 +148\.0", text)


def test_nothing_but_what_is_seen_is_in_a_public_table():
    """The exact figures of the frame before the gate: none of their digits in the page."""
    page = re.sub(r'style="[^"]*"', "", table("subgroups", "public")._repr_html_())
    assert not re.findall(r"\b(412|212|147|316|250|119|116|229)\b", page)


def test_a_table_does_not_change():
    with pytest.raises(AttributeError):
        table("means").caption = "Another"


def test_marks_that_turn_text_around_do_not_reach_the_page():
    assert "reversed" in column(table("strange_names"), "Strategy")
