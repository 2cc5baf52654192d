"""A workspace in which a team asks why: a desk for each screen, and acts in a few words."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from dataworkbench.records import Cause, Fishbone, Records, open_records
from dataworkbench.views.causes.whys_part import WhysPart, whys_desk
from dataworkbench.views.live.desk import LiveDesk
from dataworkbench.workspace import Settings, new_workspace

ANN, BEN = (f"seat-{letter * 12}" for letter in "ab")
HOSTILE = "<script>window.RAN=1</script> \"quoted' & <b>bold</b> \u202eright to left\u202c \U0001f41f =1+1 `code` [a](b)"
_COUNT = itertools.count(1)


def name(kind: str) -> str:
    """Return a name of its own, as a browser makes one."""
    return f"{kind}-{next(_COUNT):012x}"


def here(folder: Path) -> Any:
    """Return a district that is only a place to write."""
    place = new_workspace(folder / "district", district="Made-up district")
    return SimpleNamespace(
        workspace=place, settings=Settings(), snapshot=None, snapshot_id="", name="Made-up"
    )


def fishbone(kept: Records, *causes: str, phase: str = "examine", **more: Any) -> tuple[str, list[str]]:
    """Write a fishbone with causes, and return their names."""
    bones = kept.add(Fishbone(problem="31% of grade 6 were often absent", phase=phase, **more)).id  # type: ignore[arg-type]  # a phase
    return bones, [kept.add(Cause(words=words, seat=BEN), follows=[bones]).id for words in causes]


@dataclass
class Screen:
    """One screen of one seat."""

    desk: LiveDesk
    seat: str = ANN

    @property
    def shown(self) -> dict[str, Any]:
        return self.desk.show(self.seat)["whys"]

    @property
    def chain(self) -> dict[str, Any]:
        (only,) = self.shown["chains"]
        return only

    def act(self, verb: str, **given: Any) -> str:
        """Do one act, and return the entry that was written first."""
        return self.desk.act(self.seat, verb, given)[0][0]

    def why(self, start: str, words: str, above: str = "") -> str:
        return self.act("add_why", id=name("why"), start=start, above=above, words=words)

    def tree(self) -> list[Any]:
        return [tree_of(why) for why in self.chain["whys"]]


def tree_of(why: dict[str, Any]) -> Any:
    """Return an answer as its words, with those below it in a list."""
    return [why["words"], *(tree_of(below) for below in why["because"])] if why["because"] else why["words"]


def screen(place: Any, about: str = "", seat: str = ANN) -> Screen:
    return Screen(LiveDesk(place, [WhysPart(place, about=about)], about=about), seat)


def kept(place: Any) -> Records:
    return open_records(place.workspace)


def whole_desk(district: Any, about: str = "") -> LiveDesk:
    """Return the desk as a notebook has it, with the evidence from the data."""
    desk = whys_desk(district, about)
    assert isinstance(desk, LiveDesk)
    return desk
