"""Standards by the district's rule, and what would be otherwise by another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from dataworkbench import figures
from dataworkbench.disclosure import for_audience
from dataworkbench.frames import number_text, percent_text
from dataworkbench.measures import rules_side_by_side, verdicts_that_change
from dataworkbench.measures.mastery import RULES, fewest_scores
from dataworkbench.sentences import Sentences
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, note, plain_table
from dataworkbench.views.pictures import Behind, Picture

Where = Mapping[str, tuple[str, ...]]

_CHOSEN_BY: Final = (
    "school_year",
    "school_id",
    "grade_level",
    "assessment_id",
    "subject",
    "strand",
    "standard_id",
)


def mastery_rule(district: Asked) -> Note:
    """Return the district's rule for several scores on one standard, in words, and where it is set."""
    asked = district.settings.mastery
    least = fewest_scores(asked.rule, fewest=asked.fewest_scores, times=asked.times)
    needs = (
        f" It takes at least {least} scores; with fewer, it is not known yet, which is not a zero."
        if least > 1
        else ""
    )
    return note(
        f"The district's rule is \N{LEFT DOUBLE QUOTATION MARK}{asked.rule}\N{RIGHT DOUBLE QUOTATION MARK}: {RULES[asked.rule].sentence}.{needs} "
        "Whoever answers for grading can set another in workbench.toml, under [mastery]."
    )


def plot_rules(
    district: Asked, where: Where, *, audience: Audience, title: str = "What would be mastered by each rule?"
) -> Picture:
    """Return the same scores under each rule: the share of standards mastered, not yet, and not known well enough.

    Below, for staff, how many verdicts would change if the district went by another rule.
    """
    chosen = {name: tuple(values) for name, values in where.items() if name in _CHOSEN_BY}
    found = rules_side_by_side(district, where=chosen)
    frame = for_audience(found, audience, policy=district.policy)
    drawn = figures.plot_levels(frame, level="verdict", by="rule", title=title)
    if set(frame["status"]) <= {"missing", "not_applicable"}:
        return Picture(drawn)
    own = district.settings.mastery.rule
    said = [
        f"The same scores stand behind every bar. The district goes by {_quoted(own)}; each bar says what another rule would make of them."
    ]
    if audience != "staff":
        return Picture(drawn, Behind(Sentences(tuple(said))))
    changed = verdicts_that_change(district, where=chosen)
    ours = changed[changed["rule"] == own].sort_values("changed", ascending=False, kind="stable")
    return Picture(drawn, Behind(Sentences((*said, *_said(ours, own))), _table(ours, own)))


def _quoted(rule: str) -> str:
    return f"\N{LEFT DOUBLE QUOTATION MARK}{rule}\N{RIGHT DOUBLE QUOTATION MARK}"


def _said(ours: pd.DataFrame, own: str) -> list[str]:
    telling = ours[ours["changed"] > ours["evidence"]]
    if telling.empty:
        return ["No verdict would change by another rule that has enough scores."]
    sure = telling.assign(moved=telling["changed"] - telling["evidence"]).sort_values(
        "moved", ascending=False
    )
    most = sure.iloc[0]
    pairs = number_text(int(most["pairs"]))
    said = (
        f"By {_quoted(most['other'])} instead of {_quoted(own)}, {number_text(int(most['moved']))} of {pairs} verdicts would be others: "
        f"{number_text(int(most['to_mastered']))} more mastered, {number_text(int(most['from_mastered']))} no longer."
    )
    unsure = [str(row["other"]) for row in ours.to_dict("records") if row["evidence"] == row["pairs"]]
    lacking = (
        [f"There are too few scores for {' and '.join(_quoted(name) for name in unsure)} to say anything."]
        if unsure
        else []
    )
    return [said, *lacking]


def _table(ours: pd.DataFrame, own: str) -> DisplayTable:
    shown = pd.DataFrame(
        {
            "other": ours["other"], "means": [RULES[str(name)].sentence for name in ours["other"]],
            "changed": [
                f"{number_text(int(row['changed']))} ({percent_text(row['changed'] / row['pairs'])})" for row in ours.to_dict("records")
            ],
            "to": _whole(ours["to_mastered"]), "from": _whole(ours["from_mastered"]), "evidence": _whole(ours["evidence"]),
        }
    )  # fmt: skip
    titles = {
        "other": "Rule", "means": "What it takes", "changed": "Verdicts that change", "to": "Become mastered",
        "from": "No longer mastered", "evidence": "Evidence becomes or ceases to be enough",
    }  # fmt: skip
    pairs = number_text(int(ours["pairs"].max())) if len(ours) else "0"
    caption = f"Instead of {_quoted(own)}, of {pairs} verdicts on a student's standard"
    return plain_table(shown, titles, caption=caption, figures=["changed", "to", "from", "evidence"])


def _whole(column: pd.Series) -> list[str]:
    return [number_text(int(value)) for value in column]
