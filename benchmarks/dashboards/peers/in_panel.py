"""The dashboard in Panel: ``panel serve in_panel.py``."""

import drawing
import panel as pn
import questions

pn.extension("plotly")
offered = questions.choices()
year = pn.widgets.Select(name="School year", options=offered["years"])
schools = pn.widgets.MultiChoice(name="School", options=offered["schools"])
grades = pn.widgets.MultiChoice(name="Grade", options=offered["grades"])
subjects = pn.widgets.MultiChoice(name="Subject", options=offered["subjects"])
group = pn.widgets.Select(name="Compare groups by", options=["(none)", *offered["groups"]])
said = pn.pane.HTML("")
panes = [pn.pane.Plotly(sizing_mode="stretch_width") for _ in drawing.TITLES]


def draw(year, schools, grades, subjects, group):
    chosen = {
        "year": year,
        "schools": schools,
        "grades": grades,
        "subjects": subjects,
        "group": "" if group == "(none)" else group,
    }
    for pane, figure in zip(panes, drawing.all_figures(chosen), strict=True):
        pane.object = figure
    said.object = f"<p>Showing {year}, {len(schools) or 'all'} schools, {', '.join(grades) or 'all'} grades, {group}.</p>"


pn.bind(draw, year, schools, grades, subjects, group, watch=True)
draw(year.value, schools.value, grades.value, subjects.value, group.value)
pn.Column(
    "# The district at a glance", pn.Row(year, schools, grades, subjects, group), said, *panes
).servable()
