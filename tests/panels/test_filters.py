"""Filters hold one selection; what they draw is handed to them, and they hand it the selection. No browser here."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import ipywidgets
import pandas as pd
import plotly.graph_objects as go
import pytest
from traitlets import TraitError

from dataworkbench import panels
from dataworkbench.errors import NoSuchNameError, NothingToShowError
from dataworkbench.panels import Choice, FilterPanel, FilterState, filters
from dataworkbench.panels.place import PLOTLY, Place
from dataworkbench.selection import Selection, select
from dataworkbench.views import look_at
from dataworkbench.warehouse import District, district_from_frames

SCHOOLS = [f"S{at:03d}" for at in range(1, 9)]


@pytest.fixture
def district() -> District:
    names = ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel"]
    students = pd.DataFrame(
        [
            (f"{at:05d}", year, "Female" if at % 2 else "Male")
            for at in range(8)
            for year in ("2024-25", "2025-26")
        ],
        columns=["student_id", "school_year", "sex"],
    )
    stays = students.assign(
        school_id=[SCHOOLS[int(student)] for student in students["student_id"]],
        grade_level=[["KG", "03", "10"][int(student) % 3] for student in students["student_id"]],
        entry_date=pd.Timestamp("2025-08-20"),
    ).drop(columns="sex")
    return district_from_frames(
        {
            "schools": pd.DataFrame({"school_id": SCHOOLS, "school_name": names}),
            "students": students,
            "enrollments": stays,
        }
    )


def test_setting_the_selection_hands_it_to_what_draws(district: District) -> None:
    drawn: list[Selection] = []
    panel = filters(district, draw=drawn.append)
    panel.state.choose("school_id", ["S002"])
    assert drawn[-1]["school_id"] == ("S002",)
    assert len(drawn) == 2


def test_a_panel_begins_with_the_districts_school_year(district: District) -> None:
    assert filters(district, draw=str).selection == select(school_year="2025-26")


def test_the_same_selection_is_not_drawn_twice(district: District) -> None:
    drawn: list[Selection] = []
    panel = filters(district, draw=drawn.append)
    panel.state.choose("school_year", ["2025-26"])
    assert len(drawn) == 1


def test_it_says_how_many_of_how_many_schools_are_shown(district: District) -> None:
    panel = filters(district, draw=str, choices=("school_year", "school_id", "grade_level"))
    assert panel.state.sentence == "Showing 2025-26, all 8 schools, all 3 grades."
    panel.state.choose("school_id", ["S001", "S002", "S003"])
    assert panel.bar.sentence == "Showing 2025-26, 3 of 8 schools (Alder, Birch, Cedar), all 3 grades."


def test_grades_stand_in_the_fields_order(district: District) -> None:
    (grades,) = panels.choices_from(district, ["grade_level"])
    assert grades.values == ("KG", "03", "10")


def test_a_filter_with_nothing_to_choose_is_left_out(district: District) -> None:
    panel = filters(district, draw=str, choices=("subject", "school_id"))
    assert [choice.field for choice in panel.state.choices] == ["school_id"]


def test_the_selection_can_be_run_again_as_parameters(district: District) -> None:
    panel = filters(district, draw=str)
    panel.state.selection = select(school_year="2024-25", school_id=["S001", "S002"])
    assert panel.bar.parameters == 'school_year: str = "2024-25"\nschool: str = "S001|S002"'
    assigned = {node.target.id: ast.literal_eval(node.value) for node in ast.parse(panel.bar.parameters).body}
    assert look_at(district, **assigned) == panel.selection


def test_a_name_with_quotes_stays_one_value_in_the_parameters() -> None:
    hostile = 'x"\nimport os  # \\'
    state = FilterState([Choice("school_id", "School", "schools", ((hostile, hostile),))])
    state.choose("school_id", [hostile])
    (only,) = ast.parse(state.parameters.replace("\n", "\\n")).body
    assert isinstance(only, ast.AnnAssign)


def test_a_value_that_is_not_on_offer_is_refused_with_those_that_are(district: District) -> None:
    panel = filters(district, draw=str)
    with pytest.raises(NoSuchNameError, match="No school is called 'S999'"):
        panel.state.choose("school_id", ["S999"])
    assert panel.selection.get("school_id") is None


def test_of_school_years_one_is_chosen_at_a_time(district: District) -> None:
    panel = filters(district, draw=str)
    with pytest.raises(TraitError, match="one can be chosen"):
        panel.state.choose("school_year", ["2024-25", "2025-26"])


def test_what_a_browser_sends_is_taken_only_where_it_was_on_offer(district: District) -> None:
    drawn: list[Selection] = []
    panel = filters(district, draw=drawn.append)
    panel.bar.chosen = {
        "school_id": ["S002", "' OR 1=1 --", 7],
        "school_year": ["2024-25", "2025-26"],
        "student_id": ["00001"],
        "grade_level": "03",
    }
    assert dict(drawn[-1]) == {"school_year": ("2025-26",), "school_id": ("S002",)}
    assert panel.bar.chosen == panel.state.chosen


def test_taking_a_needed_choice_away_brings_the_first_one_back(district: District) -> None:
    panel = filters(district, draw=str)
    panel.bar.chosen = {"school_year": []}
    assert panel.selection["school_year"] == ("2025-26",)


def test_what_the_workbench_says_is_shown_in_the_place_of_the_picture(district: District) -> None:
    def nothing(_: Selection) -> None:
        raise NothingToShowError("Nobody <b>here</b> was tested.")

    panel = filters(district, draw=nothing)
    assert (
        panel.outputs[0]["data"]["text/html"]
        == "<p role='status'>Nobody &lt;b&gt;here&lt;/b&gt; was tested.</p>"
    )


def test_a_fault_in_what_draws_is_not_hidden(district: District) -> None:
    def broken(_: Selection) -> None:
        raise KeyError("n")

    with pytest.raises(KeyError):
        filters(district, draw=broken)


def test_everything_that_was_drawn_is_shown_in_order(district: District) -> None:
    class Said:
        def __init__(self, text: str) -> None:
            self.text = text

        def _repr_html_(self) -> str:
            return self.text

    panel = filters(district, draw=lambda _: [Said("one"), Said("two")])
    assert [output["data"]["text/html"] for output in panel.outputs] == ["one", "two"]


def test_the_bar_is_busy_while_it_draws_and_not_after(district: District) -> None:
    seen: list[bool] = []
    held: list[FilterPanel] = []
    held.append(filters(district, draw=lambda _: seen.append(bool(held) and held[0].bar.busy)))
    held[0].state.choose("school_id", ["S001"])
    assert seen == [False, True]
    assert held[0].bar.busy is False


def test_the_bars_script_fetches_nothing_and_puts_words_in_as_text() -> None:
    script = (Path(panels.__file__).parent / "static" / "filters.js").read_text(encoding="utf-8")
    style = (Path(panels.__file__).parent / "static" / "filters.css").read_text(encoding="utf-8")
    for forbidden in (
        "http:",
        "https:",
        "import(",
        "import ",
        "innerHTML",
        "fetch(",
        "eval(",
        "@import",
        "url(",
    ):
        assert forbidden not in script.replace("export default", "") + style, forbidden


class Words:
    """Something that shows itself as words."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_html_(self) -> str:
        return self.text


def test_a_part_that_is_as_it_was_is_not_drawn_again(district: District) -> None:
    same = Words("same")
    panel = filters(district, draw=lambda chosen: [same, Words(str(chosen.get("school_id", "all")))])
    sent: list[str] = []
    for number, place in enumerate(panel.drawing.children):
        place.observe(lambda _change, number=number: sent.append(f"part {number}"), names="outputs")
    panel.state.choose("school_id", ["S001"])
    assert sent == ["part 1"]


def test_the_first_part_is_there_before_the_second_is_made(district: District) -> None:
    seen: list[int] = []
    held: list[FilterPanel] = []

    def draw(chosen: Selection):
        yield [Words(f"one {chosen.get('school_id', '')}"), Words("and what belongs to it")]
        seen.append(len(held[0].drawing.children[0].outputs) if held else 0)
        yield Words("two")

    held.append(filters(district, draw=draw))
    held[0].state.choose("school_id", ["S001"])
    assert seen == [0, 2]
    assert "S001" in held[0].outputs[0]["data"]["text/html"]


def test_nothing_stays_of_a_page_that_had_more_parts(district: District) -> None:
    panel = filters(
        district,
        draw=lambda chosen: [Words("one")] if "school_id" in chosen else [Words("one"), Words("two")],
    )
    panel.state.choose("school_id", ["S001"])
    assert [output["data"]["text/html"] for output in panel.outputs] == ["one"]


def test_what_fails_half_way_says_so_below_what_was_drawn_and_leaves_nothing_older(
    district: District,
) -> None:
    def draw(chosen: Selection):
        yield Words("one")
        if "school_id" in chosen:
            raise NothingToShowError("Nobody was tested.")
        yield Words("two")
        yield Words("three")

    panel = filters(district, draw=draw)
    panel.state.choose("school_id", ["S001"])
    assert [output["data"]["text/html"] for output in panel.outputs] == [
        "one",
        "<p role='status'>Nobody was tested.</p>",
    ]


def test_a_figure_keeps_its_place_when_it_is_handed_new_data(district: District) -> None:
    figures = [go.Figure(go.Bar(x=[1.0, 2.0])), go.Figure(go.Bar(x=[3.0]))]
    panel = filters(
        district, draw=lambda chosen: [[figures["school_id" in chosen], Words("beneath")], Words("apart")]
    )
    kept, words = panel.drawing.children
    panel.state.choose("school_id", ["S001"])
    assert panel.drawing.children == (kept, words)
    assert isinstance(kept, Place)
    told = json.loads(kept.told)
    assert told[0]["figure"]["data"][0]["x"] == [3.0]
    assert told[1] == {"html": "beneath"}
    assert [sorted(output["data"]) for output in panel.outputs] == [
        [PLOTLY],
        ["text/html", "text/plain"],
        ["text/html", "text/plain"],
    ]


def test_a_figure_is_told_as_plotly_itself_would_write_it(district: District) -> None:
    figure = go.Figure(
        go.Scatter(x=pd.to_datetime(["2026-09-01", "2026-10-01"]), y=[None, float("nan")], name="<b>"),
        {"title": {"text": "Grüße"}, "shapes": [{"type": "line", "x0": 0}]},
    )
    (output,) = filters(district, draw=lambda _: figure).outputs
    told, plotlys = output["data"][PLOTLY], json.loads(figure.to_json())
    assert told["layout"] == plotlys["layout"]
    assert told["data"] == plotlys["data"]
    assert told["data"][0]["y"] == [None, None]


@pytest.mark.parametrize(
    "beside", [Words("<SCRIPT>1</SCRIPT>"), ipywidgets.HTML("a widget")], ids=["a script", "a widget"]
)
def test_what_needs_a_notebooks_own_output_gets_one(district: District, beside: object) -> None:
    panel = filters(district, draw=lambda _: [[go.Figure(go.Bar(x=[1.0])), beside]])
    (place,) = panel.drawing.children
    assert isinstance(place, ipywidgets.Output)
    assert len(place.outputs) == 2


def test_a_part_that_begins_to_need_another_kind_of_place_gets_it_where_it_was(district: District) -> None:
    panel = filters(
        district,
        draw=lambda chosen: [
            Words("<script>1</script>") if "school_id" in chosen else go.Figure(go.Bar(x=[1.0])),
            Words("last"),
        ],
    )
    first, last = panel.drawing.children
    panel.state.choose("school_id", ["S001"])
    assert panel.drawing.children[1] is last
    assert panel.drawing.children[0] is not first
    assert [output["data"]["text/html"] for output in panel.outputs] == ["<script>1</script>", "last"]
