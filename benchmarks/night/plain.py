"""The page of ``school_report`` by a plain function, in one process and without a notebook's machinery.

    python benchmarks/night/plain.py WORKSPACE FOLDER HOW_MANY

It asks, draws and writes what the notebook does, school after school, with everything loaded and the snapshot open: as
little as a page can cost with these rooms. ``measure.py`` sees to it that the page is the night run's, letter for letter.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import plotly.graph_objects as go

import dataworkbench as dw
from dataworkbench.files import write_whole
from dataworkbench.reports.jobs import PageFacts
from dataworkbench.reports.notebooks import read_notebook
from dataworkbench.reports.pages import render_page

GROUPS = ["English learner status", "Disability status", "Economic status"]


def shown_of(district: Any, school: str) -> Iterator[Any]:
    """Yield what the code cells of the notebook show, one after another."""
    here = dw.look_at(district, school=school, school_year="")
    years = here.but(school_year=None)
    yield dw.about_page(district, here)
    yield dw.at_a_glance(district, here, audience="staff")
    ask = lambda *what, by, where: dw.shown(district, *what, by=by, where=where, audience="staff")  # noqa: E731 - nine calls of one shape
    yield dw.plot_counts(
        ask("enrollment", by=["grade_level"], where=here),
        by="grade_level",
        title="How many students are in each grade?",
    )
    yield dw.plot_rates(
        ask("student_share", by=["subgroup"], where=here), by="subgroup", title="Whom do we teach?"
    )
    yield dw.plot_trend(
        ask("chronic_absence", by=["school_year"], where=years),
        over="school_year",
        title="Who misses a tenth of school, year by year?",
    )
    yield dw.plot_rates(
        ask("chronic_absence", by=["grade_level"], where=here),
        by="grade_level",
        title="Who misses a tenth of school, by grade?",
    )
    test = dw.latest_test(district, here)
    yield test
    levels = ask("performance_levels", by=["subject", "performance_level"], where=test)
    yield dw.plot_levels(levels, by="subject", title="How are students spread over the levels?")
    proficient = ask("proficiency", by=["school_year", "subject"], where=test.but(school_year=None))
    yield dw.plot_trend(proficient, over="school_year", by="subject", title="Proficient, year by year")
    groups = ask("proficiency", by=["subject", "subgroup"], where=test.but(subgroup_type=GROUPS))
    yield dw.table_of(groups, columns=["subject", "subgroup"], caption="Proficient, by group")
    growth = dw.years_with_growth(district, here)
    yield growth
    met = ask("growth_target_met", by=["school_year", "subject"], where=growth)
    yield dw.plot_trend(met, over="school_year", by="subject", title="Who met the growth target?")
    checks = dw.standards_checks(district, here)
    mastered = ask("standards_mastery", by=["subject", "strand"], where=checks)
    yield dw.plot_rates(mastered, by="strand", title="Where are we strong, where not?")
    answers = ask("survey_top_box", by=["topic", "role"], where=here)
    yield dw.plot_survey(answers, item="topic", title="How do people see it?")
    yield dw.plot_trend(
        ask("incident_rate", by=["school_year"], where=years),
        over="school_year",
        title="Who was part of an incident, year by year?",
    )
    yield dw.what_was_run(district, audience="staff")


def page_of(district: Any, words: Any, school: str, facts: PageFacts) -> str:
    """Return the page of a school; ``words`` is the notebook, for its sentences and the order of things."""
    shown = shown_of(district, school)
    cells = []
    for cell in words.cells:
        if cell.cell_type != "code" or "parameters" in cell.metadata.get("tags", ()):
            cells.append(cell)
        else:
            cells.append(nbformat.v4.new_code_cell(outputs=list(_outputs(next(shown, None)))))
    return render_page(nbformat.v4.new_notebook(cells=cells), facts=facts)


def _outputs(thing: Any) -> Iterator[Any]:
    """Yield what a page is made from: a figure's numbers, or HTML."""
    if thing is None:
        return
    if hasattr(thing, "figure"):
        yield from _outputs(thing.figure)
        yield from _outputs(thing.below)
    elif isinstance(thing, go.Figure):
        numbers = json.loads(thing.to_json())
        yield nbformat.v4.new_output("display_data", data={"application/vnd.plotly.v1+json": numbers})
    else:
        yield nbformat.v4.new_output("display_data", data={"text/html": thing._repr_html_()})


def main() -> None:
    """Write the pages of the first schools into a folder."""
    workspace, folder, many = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    district = dw.open_workspace(workspace)
    words = read_notebook(Path(__file__).parents[2] / "notebooks" / "school_report.ipynb")
    for school in list(district.schools["school_id"])[:many]:
        write_whole(folder / f"{school}.html", page_of(district, words, str(school), PageFacts(str(school))))


if __name__ == "__main__":
    main()
