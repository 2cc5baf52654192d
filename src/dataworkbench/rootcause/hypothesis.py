"""What a team believes, said so that it can turn out to be wrong."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from dataworkbench.errors import WorkbenchError


@dataclass(frozen=True)
class Hypothesis:
    """If we change something, then something will follow, for a reason; measured on a day."""

    change: str
    then: str
    because: str
    measured_by: str
    by: str
    group: str = ""
    now: str = ""
    aim: str = ""
    snapshot: str = ""

    @property
    def sentence(self) -> str:
        """Return the hypothesis as a team says it aloud."""
        way = (
            f", from {self.now} to {self.aim}"
            if self.now and self.aim
            else f", to {self.aim}"
            if self.aim
            else ""
        )
        whom = f" for {self.group}" if self.group else ""
        return (
            f"If we {self.change}, then {self.then}, because {self.because}. "
            f"We will know by {self.measured_by}{whom}{way}, on {self.by}."
        )

    def __str__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        return f"<p><strong>Hypothesis.</strong> {escape(self.sentence)}</p>"


def hypothesis(
    *,
    change: str,
    then: str,
    because: str,
    measured_by: str,
    by: str,
    group: str = "",
    now: str = "",
    aim: str = "",
    snapshot: str = "",
) -> Hypothesis:
    """Return a hypothesis; every one of the five main parts must be said."""
    given = {"change": change, "then": then, "because": because, "measured_by": measured_by, "by": by}
    empty = [name for name, said in given.items() if not said.strip()]
    if empty:
        raise WorkbenchError(f"A hypothesis that can be checked also says: {', '.join(empty)}.")
    said = {name: _inside(text) for name, text in given.items()}
    return Hypothesis(**said, group=group, now=now, aim=aim, snapshot=snapshot)


def _inside(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
