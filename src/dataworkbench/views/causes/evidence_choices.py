"""What can be chosen where evidence is looked for in the data, and what to begin with: the concern that the team is at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dataworkbench.measures import GROWN, indicator
from dataworkbench.records import Finding, Fishbone
from dataworkbench.views.causes.evidence import COMPARED
from dataworkbench.views.causes.evidence_figures import Asked
from dataworkbench.views.choosing import latest_test, standards_checks, years_with_growth
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.desk import GoalDesk
from dataworkbench.views.live.board import Board

Options = list[list[str]]

_CHECKED: Final = ("standards_mastery",)


def choices(district: Kept, board: Board, about: str) -> dict[str, Any]:
    """Return the measures that can be asked for, and the measure and the group of the concern that an entry belongs to."""
    desk = GoalDesk(district)
    offered = [[title, held] for title, held in desk.indicators() if _can_be_compared(held)]
    found, chosen = begin_with(board, about)
    known = {held for _, held in offered}
    first = "chronic_absence" if "chronic_absence" in known else offered[0][1]
    return {"indicators": offered, "indicator": found if found in known else first, "chosen": chosen}


def choices_of(district: Kept, asked: str) -> dict[str, Any]:
    """Return for one measure by what its group can be chosen, the school years, and what it can be compared with."""
    defined, desk = indicator(asked), GoalDesk(district)
    columns = [
        {"name": name, "label": label, "options": [list(pair) for pair in options]}
        for name, (label, options) in desk.groups(asked).items()
        if name != "period"
    ]
    years = [[year, year] for year in reversed(district.school_years)]
    compared = [[words, name] for name, words in COMPARED.items() if _fits(district, asked, name)]
    return {
        "columns": columns, "years": years, "compared": compared, "sentence": defined.sentence, "title": defined.title,
    }  # fmt: skip


def begin_with(board: Board, about: str) -> tuple[str, dict[str, str]]:
    """Return the measure and the group of the nearest finding that an entry follows from, as a form would choose them."""
    for entry in board.above(about):
        if isinstance(entry.body, Finding) and entry.body.indicator:
            return entry.body.indicator, chosen_of(entry.body.where)
        if isinstance(entry.body, Fishbone) and entry.body.indicator:
            return entry.body.indicator, {}
    return "", {}


def chosen_of(where: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return the choices of a measure as a form holds them; a column of which several were chosen is left open."""
    chosen = {name: held[0] for name, held in where.items() if len(held) == 1}
    kind = chosen.pop("subgroup_type", "")
    if kind and "subgroup" in chosen:
        chosen["subgroup"] = f"{kind}|{chosen['subgroup']}"
    return chosen


def question(district: Kept, asked: str, chosen: Mapping[str, str], compared: str, thing: str = "") -> Asked:
    """Return what a form asks as a question to the data: with the school year, and the test where the measure needs one."""
    defined = indicator(asked)
    where = GoalDesk(district).where(asked, chosen)
    where.pop("assessment_id", None)
    for name, held in chosen.items():
        if held and name in defined.dimensions and name != "subgroup":
            where[name] = (held,)
    if "school_year" in defined.dimensions:
        where.setdefault("school_year", (district.school_year,))
    if "assessment_id" in defined.never_mixes and "assessment_id" not in chosen:
        where |= {
            name: held for name, held in _test(district, asked, where).items() if name in defined.dimensions
        }
    return Asked(asked, where, compared, thing if compared == "with" else "")


def _test(district: Kept, asked: str, where: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the test, the school year and the time of it that a measure is asked for."""
    about = {
        name: held
        for name, held in where.items()
        if name in ("school_year", "school_id", "grade_level", "subject")
    }
    if asked in GROWN:
        found = dict(years_with_growth(district, about))
    elif asked in _CHECKED:
        found = dict(standards_checks(district, about))
    else:
        found = dict(latest_test(district, about))
    named: dict[str, tuple[str, ...]] = {
        name: found[name] for name in ("assessment_id", "period") if name in found
    }
    return named | {"school_year": found.get("school_year", ("",))[-1:]}


def _can_be_compared(asked: str) -> bool:
    defined = indicator(asked)
    return defined.unit in ("rate", "mean") and not defined.always_by


def _fits(district: Kept, asked: str, compared: str) -> bool:
    defined = indicator(asked)
    known = defined.dimensions
    match compared:
        case "others":
            return any(name in known for name in ("school_id", "grade_level", "subgroup"))
        case "earlier":
            return "school_year" in known
        case "reference":
            return "subgroup" in known
        case "district":
            return "school_id" in known and len(district.schools) > 1
        case "with":
            return {"grade_level", "school_id", "subgroup"} <= set(known) and not defined.middle
        case _:
            return True
