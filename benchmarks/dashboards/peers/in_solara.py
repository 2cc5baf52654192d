"""The dashboard in Solara: ``solara run in_solara.py``."""

import drawing
import questions
import solara

offered = questions.choices()


@solara.component
def Page():
    year, set_year = solara.use_state(offered["years"][0])
    schools, set_schools = solara.use_state([])
    grades, set_grades = solara.use_state([])
    subjects, set_subjects = solara.use_state([])
    group, set_group = solara.use_state("(none)")
    chosen = {
        "year": year,
        "schools": schools,
        "grades": grades,
        "subjects": subjects,
        "group": "" if group == "(none)" else group,
    }
    with solara.Column():
        solara.Markdown("# The district at a glance")
        with solara.Row():
            solara.Select("School year", values=offered["years"], value=year, on_value=set_year)
            solara.SelectMultiple("School", schools, offered["schools"], on_value=set_schools)
            solara.SelectMultiple("Grade", grades, offered["grades"], on_value=set_grades)
            solara.SelectMultiple("Subject", subjects, offered["subjects"], on_value=set_subjects)
            solara.Select(
                "Compare groups by", values=["(none)", *offered["groups"]], value=group, on_value=set_group
            )
        figures = drawing.all_figures(chosen)
        solara.HTML(
            tag="p",
            unsafe_innerHTML=f"Showing {year}, {len(schools) or 'all'} schools, {', '.join(grades) or 'all'} grades, {group}.",
        )
        for figure in figures:
            solara.FigurePlotly(figure)
