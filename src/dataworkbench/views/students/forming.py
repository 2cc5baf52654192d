"""From a class to groups: who needs what next, what was wished, and the groups that the solver finds; for staff alone."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import pandas as pd

from dataworkbench import grouping
from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.grouping import Contradiction, Grouped, Learner, Wishes
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, note, plain_table
from dataworkbench.views.students.classes import who_is_here
from dataworkbench.views.students.earlier import earlier_groupings
from dataworkbench.views.students.standings import in_sequence, standings, with_subject

Where = Mapping[str, tuple[str, ...]]

FURTHER: Final = "a step beyond the standard"
MOST: Final = 150
"""More students than this are not one class, one grade or one team."""
_MARKS: Final = """
    SELECT student_id, subgroup_type::VARCHAR AS kind, subgroup::VARCHAR AS subgroup FROM student_groups
    WHERE school_year::VARCHAR = ? AND student_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY ALL
"""


@dataclass(frozen=True)
class Groups:
    """Groups as they were found for some students, with everything that explains them; or why there are none."""

    found: Grouped | Contradiction
    learners: tuple[Learner, ...]
    wishes: Wishes
    names: Mapping[str, str]
    statements: Mapping[str, str]
    subject: str
    section: str
    school_year: str

    def name(self, student: str) -> str:
        """Return a student's name; the identifier where no name is known."""
        return self.names.get(student, student)

    @property
    def parts(self) -> tuple[Note | DisplayTable, ...]:
        """What there is to read: the groups with their reasons, what was asked, and what became of each wish."""
        if isinstance(self.found, Contradiction):
            return (note(*grouping.contradiction_in_words(self.found, self.name)),)
        asked = grouping.asked_in_words(self.wishes, len(self.learners), self.name)
        return (
            _table_of_groups(self, self.found),
            _table_of_wishes(self, self.found),
            note(f"What had to hold, and does: {' '.join(asked)}", grouping.proved_in_words(self.found)),
        )

    def __str__(self) -> str:
        return "\n\n".join(str(part) for part in self.parts)

    def _repr_html_(self) -> str:
        heading = f"<p><strong>{escape(self.subject)}</strong></p>" if self.subject else ""
        return heading + "".join(str(part._repr_html_()) for part in self.parts)


def form_groups(
    district: Asked,
    where: Where,
    *,
    audience: Audience,
    wishes: Mapping[str, Any] | None = None,
    section: str = "",
    subject: str = "",
) -> Groups | Note:
    """Return groups for the coming days in one subject, formed from what each student needs next, and explained.

    ``wishes`` may say: ``by`` ("need" or "mixed"), ``groups`` (how many; 0: as few as fit), ``smallest`` and ``largest``,
    ``apart`` and ``together`` (pairs of students, by identifier or name), ``balance`` (kinds of subgroups, such as "English learner
    status"), ``not_like_last`` (True: other partners than in the grouping that was kept last), ``worth`` (points for "need",
    "level", "balance" and "last").
    """
    refused = for_staff(audience, "The list of groups")
    if refused is not None:
        return refused
    here = who_is_here(district, where, section=section)
    if not 0 < len(here) <= MOST:
        return _nobody_or_too_many(len(here))
    chosen = {**where, "subject": (subject,)} if subject else with_subject(district, where, section)
    year = str(max(where.get("school_year", (district.school_year,))))
    learners, statements, on = learners_of(district, here, chosen, year)
    names = _told_apart(here)
    asked = _wishes(district, dict(wishes or {}), names, learners)
    found = grouping.form_groups(learners, asked)
    return Groups(found, tuple(learners), asked, names, statements, on, section, year)


def _nobody_or_too_many(many: int) -> Note:
    if not many:
        return note("Nobody is enrolled here. Choose a school and a grade, or one class, in the first box.")
    return note(
        f"{many:,} students would be too many to group at once. Groups are for one class: choose a school and a grade, or one "
        "class, in the first box."
    )


def learners_of(
    district: Asked, here: pd.DataFrame, where: Where, year: str
) -> tuple[list[Learner], dict[str, str], str]:
    """Return students as the grouping takes them, the statement of each standard, and the subject that is looked at.

    A student's need is the first standard in the learning sequence that is not mastered going by the score; where all
    that were checked are mastered it is to go further, and where none was checked it is not known. The level is the mean score.
    """
    ids = sorted(here["student_id"])
    kept = {name: values for name, values in where.items() if name == "subject"}
    found = standings(district, {"school_year": (year,), **kept}, students=ids)
    subject = str(found["subject"].iloc[0]) if len(found) else ""
    found = found[found["subject"] == subject]
    marks = district.ask(_MARKS, [year, ids])
    first = (
        found[found["score"] < found["cut"]]
        .drop_duplicates("student_id")
        .set_index("student_id")["standard_id"]
    )
    level = found.groupby("student_id")["score"].mean()
    step = {standard: at for at, standard in enumerate(in_sequence(found)["standard_id"].unique(), start=1)}
    need = {student: str(first.get(student, FURTHER if student in level.index else "")) for student in ids}
    learners = [
        Learner(
            student,
            need[student],
            step.get(need[student], len(step) + 1),
            float(level.get(student, math.nan)),
            tuple(
                (str(row["kind"]), str(row["subgroup"]))
                for row in marks[marks["student_id"] == student].to_dict("records")
            ),
        )
        for student in ids
    ]
    statements = dict(zip(found["standard_id"], found["statement"], strict=True))
    return learners, {**statements, FURTHER: "All that were checked are mastered"}, subject


def _told_apart(here: pd.DataFrame) -> dict[str, str]:
    """Return the names of students by identifier; two of one name are told apart by their identifiers."""
    named = {row["student_id"]: row["name"] or row["student_id"] for row in here.to_dict("records")}
    many = Counter(named.values())
    return {student: f"{name} ({student})" if many[name] > 1 else name for student, name in named.items()}


def _wishes(
    district: Asked, asked: dict[str, Any], names: Mapping[str, str], learners: Sequence[Learner]
) -> Wishes:
    """Return the wishes with students by their identifiers, and the last grouping where other partners are wished."""
    known = {kind for learner in learners for kind, _ in learner.marks}
    for kind in asked.get("balance", ()):
        if kind not in known:
            raise no_such("kind of subgroup", str(kind), known)
    for pairs in ("apart", "together"):
        asked[pairs] = tuple(_pair(pair, names) for pair in asked.get(pairs, ()))
    if asked.pop("not_like_last", False):
        earlier = earlier_groupings(district, list(names))
        asked["last"] = earlier[-1].groups if earlier else ()
    return grouping.wishes_from(asked)


def _pair(asked: Sequence[str], names: Mapping[str, str]) -> tuple[str, str]:
    if isinstance(asked, str) or len(asked) != 2:
        raise WorkbenchError(
            'Two students who are to be apart or together are written as a pair, such as ["00123", "00456"].'
        )
    one, other = (_student(str(held), names) for held in asked)
    return one, other


def _student(asked: str, names: Mapping[str, str]) -> str:
    if asked in names:
        return asked
    wanted = " ".join(asked.casefold().split())
    found = [student for student, name in names.items() if " ".join(name.casefold().split()) == wanted]
    if len(found) != 1:
        raise WorkbenchError(
            f"'{asked}' is not the identifier or the name of one student of this class. Take it from the list of students."
        )
    return found[0]


def _table_of_groups(groups: Groups, found: Grouped) -> DisplayTable:
    rows = [
        {
            "group": str(at),
            "need": _works_on(groups, group.need),
            "who": ", ".join(sorted(groups.name(who) for who in group.members)),
            "students": len(group.members),
            "why": " ".join(grouping.why_here(group, found, groups.learners, groups.wishes, groups.name)),
            "balance": _balance(groups, group.members),
        }
        for at, group in enumerate(found.groups, start=1)
    ]
    titles = {
        "group": "Group",
        "need": "Works on",
        "who": "Who",
        "students": "Students",
        "why": "Why these students",
        "balance": "Of these",
    }
    if not groups.wishes.balance:
        del titles["balance"]
    if groups.wishes.by == "mixed":
        del titles["need"]
    return plain_table(pd.DataFrame(rows), titles, caption="Groups for the coming days", figures=["students"])


def _works_on(groups: Groups, need: str) -> str:
    if not need:
        return "not known yet"
    said = groups.statements.get(need, "")
    return f"{need}: {said}" if said else need


def _balance(groups: Groups, members: Sequence[str]) -> str:
    of = {held.student_id: held for held in groups.learners}
    counted = [
        Counter(of[who].mark(kind) or "not known" for who in members) for kind in groups.wishes.balance
    ]
    return "; ".join(", ".join(f"{many} {mark}" for mark, many in sorted(held.items())) for held in counted)


def _table_of_wishes(groups: Groups, found: Grouped) -> DisplayTable:
    rows = [
        {
            "wish": grouping.wish_in_words(lost, groups.wishes),
            "worth": lost.worth,
            "met": grouping.met_in_words(lost, groups.wishes),
            "lost": lost.worth * lost.points,
        }
        for lost in found.lost
    ]
    titles = {
        "wish": "What was wished",
        "worth": "Worth of a point",
        "met": "How far it was met",
        "lost": "Points lost",
    }
    return plain_table(
        pd.DataFrame(rows, columns=list(titles)), titles, caption="What was wished, and what became of it", figures=["worth", "lost"],
        empty="Nothing was wished beyond the sizes.",
    )  # fmt: skip
