"""How work is judged, in words for students, on a page to print; behind it, for staff, where the class stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.frames import group_text, percent_text
from dataworkbench.measures import standard_verdicts
from dataworkbench.rubrics import rubric as read_rubric
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, Together, note, plain_table
from dataworkbench.workspace import Workspace

Where = Mapping[str, tuple[str, ...]]

_WORDS: Final = {
    2: ("I can do it with help.", "I can do it on my own."),
    3: ("I can do it with help.", "I can do parts of it on my own.", "I can do it on my own."),
    4: (
        "I can do it with help.", "I can do parts of it on my own.", "I can do it on my own.",
        "I can do it on my own, explain it, and use it for something new.",
    ),
    5: (
        "I have begun to look at it.", "I can do it with help.", "I can do parts of it on my own.", "I can do it on my own.",
        "I can do it on my own, explain it, and use it for something new.",
    ),
}  # fmt: skip
_CELL: Final = "text-align:left;vertical-align:top;padding:.5em .7em;border:1px solid #57606a"


@dataclass(frozen=True)
class CriteriaPage:
    """One page to print and hand out: what is learned, what each level means, and room for a student's own words."""

    title: str
    learned: str
    levels: tuple[tuple[str, tuple[str, ...]], ...]
    source: str = ""

    def __str__(self) -> str:
        rows = [f"{name}: {' '.join(words)}" for name, words in self.levels]
        return "\n".join([self.title, self.learned, *rows])

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th scope="row" style="{_CELL}">{escape(name)}</th><td style="{_CELL}">{"<br>".join(escape(w) for w in words)}</td>'
            f'<td style="{_CELL};width:4em" aria-label="Here I am">\N{BALLOT BOX}</td></tr>'
            for name, words in self.levels
        )
        head = "".join(
            f'<th scope="col" style="{_CELL}">{title}</th>'
            for title in ("Level", "What it means", "Here I am")
        )
        lines = "".join(
            f'<tr><th scope="row" style="{_CELL}">{asked}</th><td style="{_CELL}" colspan="2"><br><br><br></td></tr>'
            for asked in ("What shows it", "What I will try next")
        )
        source = f"<p><small>{escape(self.source)}</small></p>" if self.source else ""
        return (
            '<section style="break-inside:avoid;border:1px solid #d0d7de;padding:1em;max-width:48em">'
            f"<p><strong>{escape(self.title)}</strong></p><p>{escape(self.learned)}</p>"
            f'<div style="overflow-x:auto;max-width:100%"><table style="border-collapse:collapse;width:100%"><thead><tr>{head}</tr></thead>'
            f"<tbody>{rows}{lines}</tbody></table></div>{source}</section>"
        )


def criteria_of_standard(
    district: Asked, where: Where, *, audience: Audience, standard: str = "", words: Sequence[str] = ()
) -> Together | CriteriaPage | Note:
    """Return a page for students about one standard, and behind it, for staff, where the students of the choice stand.

    ``standard`` is its code; without one it is the standard that was checked last. ``words`` are the levels in the students'
    own words, lowest first; without them, plain words that hold for any standard.
    """
    known = _standard(district, where, standard)
    if known is None:
        return note(
            "No standards have been checked here yet. Bring standards scores: a gradebook with one score for each standard."
        )
    levels = _levels(district, known)
    said = tuple(words) if len(words) == len(levels) else _WORDS.get(len(levels), ())
    if levels.empty or not said:
        return note(
            f"{known['standard_id']} has no levels that could be put into words. Bring cut scores: each level with its lowest score."
        )
    page = CriteriaPage(
        f"How do I know that I have learned it? ({known['standard_id']})", str(known["statement"] or known["standard_id"]),
        tuple((str(name), (word,)) for name, word in zip(levels["performance_level"], said, strict=True)),
    )  # fmt: skip
    return page if audience != "staff" else Together((page, _standing(district, where, known, levels)))


def _standard(district: Asked, where: Where, standard: str) -> pd.Series | None:
    kept = {
        name: list(values)
        for name, values in where.items()
        if name in ("school_year", "school_id", "grade_level", "subject")
    }
    tests = "".join(f" AND r.{name}::VARCHAR IN (SELECT unnest(?::VARCHAR[]))" for name in kept)
    found = district.ask(
        f"""
        SELECT r.standard_id::VARCHAR AS standard_id, any_value(s.statement) AS statement, r.assessment_id::VARCHAR AS assessment_id,
            any_value(r.subject::VARCHAR) AS subject, max(r.test_date) AS last_on, count(DISTINCT r.student_id) AS students
        FROM results AS r JOIN assessments AS a ON a.assessment_id::VARCHAR = r.assessment_id::VARCHAR AND a.kind::VARCHAR = 'standards'
        LEFT JOIN standards AS s ON s.standard_id::VARCHAR = r.standard_id::VARCHAR
        WHERE nullif(r.standard_id::VARCHAR, '') IS NOT NULL AND r.scale_score IS NOT NULL{tests}
        GROUP BY 1, 3 ORDER BY last_on DESC NULLS LAST, students DESC, 1
        """,
        list(kept.values()),
    )
    if standard and len(found) and standard not in set(found["standard_id"]):
        raise no_such("standard that was checked here", standard, found["standard_id"])
    found = found[found["standard_id"] == standard] if standard else found
    return None if found.empty else found.iloc[0]


def _levels(district: Asked, known: pd.Series) -> pd.DataFrame:
    return district.ask(
        "SELECT CAST(performance_level AS VARCHAR) AS performance_level, min(level_order) AS level_order, min(min_score) AS min_score "
        "FROM performance_levels WHERE CAST(assessment_id AS VARCHAR) = ? AND (subject IS NULL OR CAST(subject AS VARCHAR) IN ('', ?)) "
        "GROUP BY 1 ORDER BY 2",
        [known["assessment_id"], known["subject"] or ""],
    )


def _standing(district: Asked, where: Where, known: pd.Series, levels: pd.DataFrame) -> Together | Note:
    """Return where the students stand by the district's rule, level by level, for staff."""
    names = ("school_year", "school_id", "grade_level")
    chosen = {name: tuple(values) for name, values in where.items() if name in names}
    told = standard_verdicts(
        district,
        where={**chosen, "standard_id": (known["standard_id"],), "assessment_id": (known["assessment_id"],)},
    )
    scored, cuts = told[told["score"].notna()], levels.dropna(subset=["min_score"])
    if scored.empty or cuts.empty:
        return note("For staff: nobody of this choice has enough scores on this standard yet.")
    reached = [int((cuts["min_score"] <= score + 1e-9).sum()) for score in scored["score"]]
    counts = pd.Series(reached).value_counts()
    rows = pd.DataFrame(
        {
            "level": ["Below the lowest level", *cuts["performance_level"]],
            "students": [int(counts.get(place, 0)) for place in range(len(cuts) + 1)],
        }
    )
    rows = rows.assign(share=[percent_text(held / len(scored)) for held in rows["students"]])
    rows = rows[(rows["students"] > 0) | (rows["level"] != "Below the lowest level")]
    rule, unsure = district.settings.mastery.rule, len(told) - len(scored)
    lacking = f" {unsure} more have too few scores to say." if unsure else ""
    return Together(
        (
            note(f"For staff, not for the page that is handed out: where {len(scored)} students stand on {known['standard_id']} by the rule '{rule}'.{lacking}"),
            plain_table(
                rows, {"level": "Level", "students": "Students", "share": "Share"}, figures=["students", "share"],
                caption=f"{group_text('standard_id', known['standard_id'])}, this choice of students",
            ),
        )
    )  # fmt: skip


def criteria_of_element(
    element: str, *, rubric: str = "pillars", workspace: Workspace | None = None
) -> CriteriaPage | Note:
    """Return a page for students about one element of a rubric: what learners do at each level, in the rubric's own words."""
    held = read_rubric(rubric, workspace)
    one = held.element(element)
    seen = one.look_fors.get("learners", {})
    levels = tuple((name, tuple(seen[name])) for name in held.level_names if name in seen)
    if not levels:
        return note(
            f"The rubric says nothing of what learners do in '{one.title}', so there is nothing to hand out."
        )
    return CriteriaPage(one.title, str(one.statement), levels, held.source)
