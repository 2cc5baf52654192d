"""Figures and verdicts as they are written down: read once, exactly, with the data that they were read from. For staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dataworkbench.frames import is_number, signed_text
from dataworkbench.measures import intervention_outcomes
from dataworkbench.records import Figure, Seen
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.figures_over_time import Where, figure_of
from dataworkbench.views.meeting.figures import seen_of
from dataworkbench.views.pictures import plot_rates
from dataworkbench.views.shown import shown


@dataclass(frozen=True)
class Reader:
    """Reads figures of one district as they are written down."""

    district: Kept

    @property
    def snapshot(self) -> str:
        """The snapshot that figures are read from."""
        return self.district.snapshot_id

    def figure(self, indicator: str, where: Where, at: Where) -> Figure:
        """Return one figure of a group at one time, exact, with n, interval, day and snapshot."""
        return figure_of(self.district, indicator, where, at)

    def seen(self, title: str, indicator: str, by: Sequence[str], where: Where) -> Seen | None:
        """Return a figure by groups as a meeting freezes it, shown; None where the data have none."""
        frame = shown(self.district, indicator, by=by, where=where, audience="staff")
        if frame.empty or not (frame["status"] == "shown").any():
            return None
        picture = plot_rates(frame, title=title)
        frozen = seen_of(
            picture,
            title=title,
            indicator=indicator,
            by=by,
            where={name: tuple(values) for name, values in where.items()},
        )
        return frozen.model_copy(update={"shown": True})

    def verdict(self, strategy: str, school_year: str) -> tuple[str, Figure]:
        """Return in words whether a strategy did more than was to be expected, and the points beyond it as a figure."""
        return verdict_of(self.district, strategy, {"school_year": (school_year,)})


def verdict_of(district: Kept, strategy: str, where: dict[str, Sequence[str]]) -> tuple[str, Figure]:
    """Return whether a strategy did more than was to be expected: in words, and as points with their interval.

    Its students are compared with students of the same first score who had no intervention; see
    ``measures.intervention_outcomes``. Where the interval covers 0, no difference is claimed; and
    a comparison says what went with the strategy, which is less than what it caused.
    """
    asked = {"strategy": (strategy,), **{name: tuple(values) for name, values in where.items()}}
    found = intervention_outcomes(district, by=["strategy"], where=asked)
    at = {name: tuple(values) for name, values in where.items()}
    row = found.iloc[0] if len(found) and "adjusted" in found else None
    if row is None or not all(is_number(row[name]) for name in ("adjusted", "adjusted_low", "adjusted_high")):
        said = "It cannot be said whether it worked: too few students have a score before and after, or nobody to be compared with."
        return said, Figure(label="cannot be said", at=at, snapshot=district.snapshot_id)
    points, low, high = (float(row[name]) for name in ("adjusted", "adjusted_low", "adjusted_high"))
    ends = f"likely {signed_text(low, 1)} to {signed_text(high, 1)}"
    beyond = f"{signed_text(points, 1)} points beyond what students of the same start reached without it ({ends}; {int(row['started'])} began)"
    verdict = (
        "More than was to be expected"
        if low > 0
        else "Less than was to be expected"
        if high < 0
        else "No difference that can be told from chance"
    )
    kept = Figure(
        value=points, low=low, high=high, n=int(row["started"]), label=f"{signed_text(points, 1)} points", at=at,
        snapshot=district.snapshot_id,
    )  # fmt: skip
    return f"{verdict}: {beyond}.", kept
