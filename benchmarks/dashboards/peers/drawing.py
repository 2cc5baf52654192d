"""The five figures of the dashboard, as plain Plotly."""

import plotly.graph_objects as go
import questions

TITLES = ("How many students are there?", "Who misses a tenth of school?", "Who is proficient?",
          "Who met the growth target?", "Who was part of an incident?")  # fmt: skip


def counts(frame, title):
    figure = go.Figure(go.Bar(x=frame["n"], y=frame["name"], orientation="h"))
    return dressed(figure, title, len(frame))


def shares(frame, title):
    names = frame["name"] if "subject" not in frame else frame["subject"] + ", " + frame["name"].astype(str)
    ends = {"array": frame["high"] - frame["value"], "arrayminus": frame["value"] - frame["low"]}
    figure = go.Figure(go.Bar(x=frame["value"], y=names, orientation="h", text=frame["n"], error_x=ends))
    figure.update_xaxes(range=[0, 1], tickformat=".0%")
    return dressed(figure, title, len(frame))


def lines(frame, title):
    figure = go.Figure()
    for subject, rows in frame.groupby("subject"):
        ends = {"array": rows["high"] - rows["value"], "arrayminus": rows["value"] - rows["low"]}
        figure.add_scatter(x=rows["name"], y=rows["value"], name=subject, mode="lines+markers", error_y=ends)
    figure.update_yaxes(range=[0, 1], tickformat=".0%")
    return dressed(figure, title, 12)


def dressed(figure, title, rows):
    figure.update_layout(title=title, height=140 + 30 * max(rows, 3), template="plotly_white")
    return figure


def all_figures(chosen):
    """Return the five figures for what is chosen."""
    asked = (
        questions.enrollment,
        questions.absence,
        questions.proficiency,
        questions.growth,
        questions.incidents,
    )
    plots = (counts, shares, shares, lines, shares)
    return [plot(ask(chosen), title) for ask, plot, title in zip(asked, plots, TITLES, strict=True)]
