"""Ready sets of categories for a fishbone. They are prompts, not drawers: a team may bring its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from dataworkbench.errors import WorkbenchError, no_such

CATEGORY_SETS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "schools": (
            "Curriculum",
            "Instruction",
            "Assessment",
            "Environment and climate",
            "Policies and procedures",
            "Resources and leadership",
            "Family and community",
            "Students",
        ),
        "four_p": ("Policies", "Procedures", "People", "Plant"),
        "six_m": ("Methods", "Materials", "Measurement", "Machines", "Milieu", "Manpower"),
    }
)
"""Schools' eight, with what a school decides first and students last; the four Ps; the six Ms of industry."""

PROMPTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Curriculum": "Is what is tested taught, and taught before it is tested?",
        "Instruction": "What happens in the lesson for these students, and what does not?",
        "Assessment": "Do we learn in time who needs what?",
        "Environment and climate": "What is it like to be here for these students?",
        "Policies and procedures": "Which rule or routine of ours makes this likely?",
        "Resources and leadership": "Where do time, people and money go?",
        "Family and community": "What do families tell us, and what have we asked them?",
        "Students": "What do students themselves say gets in the way?",
        "Policies": "Which rule makes this likely?",
        "Procedures": "Which routine makes this likely?",
        "People": "What support or training do people lack?",
        "Plant": "What in the building, the bus or the timetable gets in the way?",
    }
)
"""A question for each category, to get a quiet minute started."""

ABOUT_PEOPLE: Final[frozenset[str]] = frozenset({"Students", "Family and community", "People", "Manpower"})
"""Categories in which teams tend to stop too early."""


def category_set(asked: str | Sequence[str]) -> tuple[str, ...]:
    """Return the categories of a ready set, or the team's own as they were given."""
    if isinstance(asked, str):
        if asked not in CATEGORY_SETS:
            raise no_such("set of categories", asked, CATEGORY_SETS)
        return CATEGORY_SETS[asked]
    own = tuple(dict.fromkeys(name for name in (" ".join(str(word).split()) for word in asked) if name))
    if not own:
        raise WorkbenchError(
            f"A fishbone needs at least one category. Ready sets: {', '.join(CATEGORY_SETS)}."
        )
    return own
