"""Evidence from the data for a cause, or against it: one measure for one group beside what it is fairly compared with.

What is given is figures, their difference and what they cannot tell. On which side it counts is for the team to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from html import escape
from typing import Final

from dataworkbench.errors import NoSuchNameError, WorkbenchError, no_such
from dataworkbench.measures import indicator as the_indicator
from dataworkbench.records import Figure
from dataworkbench.terms import Audience
from dataworkbench.views.causes.evidence_figures import (
    NO_FIGURE,
    Asked,
    Beside,
    beside_earlier,
    beside_its_reference,
    beside_others,
    beside_those_without,
    measured,
)
from dataworkbench.views.causes.evidence_words import caveats, difference_label, group_named, sentence
from dataworkbench.views.district import Kept
from dataworkbench.views.notes import Note, for_staff

COMPARED: Final[Mapping[str, str]] = {
    "others": "The others like it",
    "earlier": "Itself a year before",
    "with": "Those without a certain thing",
    "reference": "Its reference group",
    "district": "All other schools, as they are",
    "none": "Nothing: only how it is",
}
"""With what a group can be compared, in words."""


@dataclass(frozen=True)
class Look:
    """One answer of the data. In a notebook it shows itself in words.

    ``figure`` and ``against`` are the two sides as they were measured, ``difference`` the first less the second in the unit
    of the measure (shares: 0 to 1); where it cannot be said, a side has no value and ``cannot`` holds the reason.
    """

    asked: Asked
    figure: Figure
    against: Figure = NO_FIGURE
    difference: Figure = NO_FIGURE
    group: str = ""
    other: str = ""
    words: str = ""
    caveats: tuple[str, ...] = ()
    cannot: str = ""

    @property
    def mark(self) -> str:
        """A short sign of what was seen: the same as long as the question, the data and the figures are the same."""
        seen = repr((self.asked, self.figure, self.against, self.words, self.caveats))
        return sha256(seen.encode("utf-8", "replace")).hexdigest()[:16]

    def __str__(self) -> str:
        return " ".join((self.words, *self.caveats))

    def _repr_html_(self) -> str:
        return "".join(f"<p>{escape(text)}</p>" for text in (self.words, *self.caveats))


def look_for_evidence(
    district: Kept, indicator: str, where: Mapping[str, Sequence[str] | str], compared: str = "others", *, thing: str = "", audience: Audience,
) -> Look | Note:  # fmt: skip
    """Return one measure for one group beside what it is compared with: both figures, their difference, what they cannot tell.

    ``compared`` is "others" (the others like it, like with like), "earlier" (itself a year before), "with" (those who have
    the ``thing``, such as "Rides Route 12", and students like them without it), "reference" (the group that a gap is measured
    from), "district" (a school and the other schools) or "none". For staff only.

    Raises
    ------
    NoSuchNameError
        Where there is no such measure, column or comparison.

    """
    refused = for_staff(audience, "Evidence for a cause")
    if refused is not None:
        return refused
    chosen = {name: (held,) if isinstance(held, str) else tuple(held) for name, held in where.items()}
    return looked(district, Asked(indicator, chosen, compared, thing))


def looked(district: Kept, asked: Asked) -> Look:
    """Return the answer of the data to one question; one that cannot be answered says why."""
    if asked.compared not in COMPARED:
        raise no_such("comparison", asked.compared, COMPARED)
    the_indicator(asked.indicator)
    bare = Look(asked, NO_FIGURE, group=group_named(district, asked.where))
    try:
        bare = replace(bare, figure=measured(district, asked.indicator, asked.where))
        if bare.figure.value is None:
            return _cannot(bare, bare.figure.label)
        return _told(district, bare, _WAYS[asked.compared](district, asked))
    except NoSuchNameError:
        raise
    except WorkbenchError as said:
        return _cannot(bare, str(said))


_WAYS: Final[Mapping[str, Callable[[Kept, Asked], Beside]]] = {
    "others": beside_others,
    "earlier": beside_earlier,
    "with": beside_those_without,
    "reference": beside_its_reference,
    "district": lambda district, asked: beside_others(district, asked, of_schools=True),
    "none": lambda _district, _asked: Beside(),
}


def _told(district: Kept, bare: Look, beside: Beside) -> Look:
    defined, snapshot = the_indicator(bare.asked.indicator), district.snapshot_id
    group = f"{beside.thing}, {bare.group}" if beside.thing else bare.group
    found = replace(
        bare, figure=_on(snapshot, beside.own or bare.figure), against=_on(snapshot, beside.other), group=group, other=beside.named,
        difference=difference_label(_on(snapshot, beside.difference), defined.unit),
    )  # fmt: skip
    if beside.why:
        return _cannot(found, beside.why)
    words = sentence(f"{defined.title}, {found.group}", found.figure, found.against, found.difference, beside)
    told = caveats(district, found.asked, found.figure, found.against, beside)
    return replace(found, words=words, caveats=tuple(told))


def _cannot(look: Look, why: str) -> Look:
    title = the_indicator(look.asked.indicator).title
    beside = f", beside {look.other}" if look.other else ""
    return replace(look, words=f"{title}, {look.group}{beside}: it cannot be said. {why}", cannot=why)


def _on(snapshot: str, figure: Figure) -> Figure:
    return figure if figure.value is None else figure.model_copy(update={"snapshot": snapshot})
