"""A workspace in which a team writes a fishbone: a desk for each screen, and acts in a few words."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dataworkbench.views.causes.fishbone_part import FishbonePart
from dataworkbench.views.live.desk import LiveDesk
from dataworkbench.workspace import Settings, Workspace, new_workspace

ANN, BEN, CYD = (f"seat-{letter * 12}" for letter in "abc")
GOOD = "In 2025-26, 31% of grade 6 students at Birch were chronically absent"
HOSTILE = "<script>window.RAN=1</script> \"quoted' & <b>bold</b> \u202eright to left\u202c \U0001f41f =1+1 `code` %%x"
_COUNT = itertools.count(1)


@dataclass
class Here:
    """A district that is only a place to write."""

    workspace: Workspace
    snapshot: None = None
    settings: Settings = field(default_factory=Settings)


def here(folder: Path) -> Here:
    return Here(new_workspace(folder / "district", district="Made-up district"))


def desk(place: Here, about: str = "") -> LiveDesk:
    return LiveDesk(place, [FishbonePart(place, about=about)])  # type: ignore[arg-type]  # it is asked for no table


def name(kind: str) -> str:
    """Return a name of its own, as a browser makes one."""
    return f"{kind}-{next(_COUNT):012x}"


@dataclass
class Screen:
    """One screen of one seat."""

    desk: LiveDesk
    seat: str

    def act(self, verb: str, **given: Any) -> str:
        """Do one act, and return the entry that was written first."""
        return self.desk.act(self.seat, verb, given)[0][0]

    def begin(self, problem: str = GOOD, **more: Any) -> str:
        return self.act(
            "begin_fishbone", id=name("fishbone"), finding_id=name("finding"), problem=problem, **more
        )

    def add(self, words: str, bone: str = "") -> str:
        return self.act("add_cause", id=name("cause"), words=words, bone=bone)

    def vote(self, cause: str) -> str:
        return self.act("vote", id=name("vote"), cause=cause)

    def phase(self, phase: str) -> None:
        self.act("set_phase", phase=phase)

    @property
    def shown(self) -> dict[str, Any]:
        return self.desk.show(self.seat)["fishbone"]

    def cause(self, cause: str) -> dict[str, Any]:
        (found,) = [held for held in self.shown["causes"] if held["id"] == cause]
        return found

    @property
    def words(self) -> list[str]:
        return [held["words"] for held in self.shown["causes"]]


def screens(folder: Path, *seats: str) -> list[Screen]:
    """Return screens over the same records, each with a desk of its own, and a fishbone begun by the first."""
    place = here(folder)
    made = [Screen(desk(place), seat) for seat in (seats or (ANN, BEN))]
    made[0].begin()
    return made
