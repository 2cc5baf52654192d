"""Whatever is done in whatever order, the history tells it, and replaying it gives what stands now."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from written import a_goal

from dataworkbench.records import ConflictError, Goal, Records, export, rebuild

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "change", "stale", "withdraw", "bring back", "undo"]),
        st.integers(0, 3),
        st.integers(1, 99),
    ),
    max_size=25,
)
"""What is done, to which of the entries, and the new target in hundredths."""


def play(kept: Records, steps) -> tuple[dict[str, list], list[float]]:
    """Do the steps, and keep beside them in plain lists what must come out: each entry's versions, texts set aside."""
    told: dict[str, list] = {}
    aside: list[float] = []
    for what, which, target in steps:
        names = list(told)
        goal = a_goal(target / 100)
        if what == "add" or not names:
            told[kept.add(goal).id] = [("added", target / 100)]
            continue
        name = names[which % len(names)]
        versions = told[name]
        if what == "change":
            kept.change(name, goal, seen=len(versions))
            versions.append(("changed", target / 100))
        elif what == "stale":
            try:
                kept.change(name, goal, seen=len(versions) - 1)
            except ConflictError:
                aside.append(target / 100)
        elif what == "undo":
            kept.undo(name, len(versions))
            versions.append(taken_back(versions))
        elif (versions[-1][0] == "withdrawn") != (what == "withdraw"):
            (kept.withdraw if what == "withdraw" else kept.bring_back)(name)
            versions.append(("withdrawn" if what == "withdraw" else "brought back", versions[-1][1]))
    return told, aside


OUT = count()
FRESH = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
"""Each example asks the fixture for a place of its own."""


def taken_back(versions: list) -> tuple[str, float]:
    """What an undo of the last version must come to."""
    made, before = versions[-1], versions[-2] if len(versions) > 1 else ("withdrawn", versions[-1][1])
    gone, was_gone = made[0] == "withdrawn", before[0] == "withdrawn"
    if gone == was_gone:
        return "changed back", before[1]
    return ("withdrawn" if was_gone else "brought back"), before[1]


@settings(FRESH, max_examples=25)
@given(steps=STEPS)
def test_the_history_tells_every_step_and_what_stands_is_its_last(new_place, steps) -> None:
    kept = Records(new_place(), clock=lambda: datetime(2026, 11, 13, tzinfo=UTC))
    told, aside = play(kept, steps)
    assert {name: [(e.what, e.body.target) for e in kept.history(name)] for name in told} == told
    assert [e.version for name in told for e in kept.history(name)] == [
        at for versions in told.values() for at in range(1, len(versions) + 1)
    ]
    standing = {name: versions[-1][1] for name, versions in told.items() if versions[-1][0] != "withdrawn"}
    assert {e.id: e.body.target for e in kept.latest(Goal)} == standing
    assert [text.body.target for text in kept.set_aside()] == aside
    assert [e.number for e in kept.changes()] == list(range(1, sum(map(len, told.values())) + 1))


@settings(FRESH, max_examples=10)
@given(steps=STEPS)
def test_records_made_from_an_export_equal_those_that_were_exported(new_place, tmp_path, steps) -> None:
    kept = Records(new_place())
    play(kept, steps)
    out = tmp_path / f"out {next(OUT)}"
    export(kept, out, restricted=True)
    again = rebuild(out, new_place())
    assert again.changes(restricted=True) == kept.changes(restricted=True)
    assert again.set_aside(restricted=True) == kept.set_aside(restricted=True)
    assert again.latest(Goal, withdrawn=True) == kept.latest(Goal, withdrawn=True)
