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
    snapshot_id: str = ""
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


CAUSES = (
    ("Curriculum", "The unit on fractions comes after the test that asks for them"), ("Instruction", "Lessons begin late on Mondays, when buses from the north side are late"),
    ("Assessment", "We learn in January who fell behind in October"), ("Environment and climate", "Students in the annex cross the yard six times a day"),
    ("Policies and procedures", "Calls home begin after the tenth day missed"), ("Resources and leadership", "One counselor serves 480 students in two buildings"),
    ("Family and community", "Letters home go out in one language, and 140 families speak another"), ("Students", "Students say that nobody asks where they were"),
    ("Policies and procedures", "A late arrival counts as a missed day at one school and not at the other"), ("Instruction", "Homework is given back after two weeks"),
    ("Family and community", "Clinic hours are school hours"), ("Resources and leadership", "The attendance clerk's post was empty from August to November"),
)  # fmt: skip


def fill(screen: Screen, many: int, phase: str = "examine") -> list[str]:
    """Write so many causes, with evidence, control, checks and dots on some, and return their names."""
    screen.phase("cluster")
    made = [
        screen.add(
            words if at < 12 else f"{words}, also seen in grade {at % 5 + 4}", "" if at % 13 == 11 else bone
        )
        for at, (bone, words) in ((at, CAUSES[at % 12]) for at in range(many))
    ]
    for at, cause in enumerate(made):
        if at % 3 == 0:
            screen.act(
                "add_cause_evidence",
                id=name("evidence"),
                cause=cause,
                words="The call log of October",
                kind="data",
                side="for",
                source="office",
            )
        if at % 4 == 1:
            screen.act(
                "add_cause_evidence",
                id=name("evidence"),
                cause=cause,
                words="Two visits",
                kind="observation",
                side="against" if at % 8 == 1 else "for",
            )
        if at % 5 == 2:
            screen.act(
                "add_cause_evidence",
                id=name("evidence"),
                cause=cause,
                words="We feel so",
                kind="opinion",
                side="for",
            )
        if at % 3 == 1:
            screen.act("control_cause", cause=cause, control=("ours", "influence", "outside")[at // 3 % 3])
        if at % 6 == 0:
            screen.act(
                "add_check",
                id=name("check"),
                cause=cause,
                what="The bus log of May",
                who="the dean",
                by="2027-02-01",
            )
        if at % 9 == 7:
            screen.act("rule_out_cause", cause=cause, reason="Absence is as high in afternoon classes")
    if many:
        screen.phase("vote")
        screen.act("set_votes", votes_each=12)
        for at in range(min(12, many * 2)):
            screen.vote(made[(0, 2, 4, 0, 5, 4, 0, 3, 4, 0, 0, 4)[at] % many])
        screen.act("set_votes", votes_each=13)
    screen.phase(phase)
    return made
