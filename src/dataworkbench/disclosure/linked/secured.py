"""A cube in, what may be published of it out: with the reason for each cell, and all that anybody then knows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.attacking.findings import EXACT, SAFE, TOO_NARROW
from dataworkbench.disclosure.attacking.whole import attack_in_whole_numbers
from dataworkbench.disclosure.ledger import Ledger, one_behind_another
from dataworkbench.disclosure.linked.complementary import Work, new_work, protect
from dataworkbench.disclosure.linked.differences import (
    Pairs,
    link,
    pairs_of,
    protect_differences,
    required_of,
    with_what_changed,
)
from dataworkbench.disclosure.linked.dimensions import cell_ids
from dataworkbench.disclosure.linked.earlier import NOW, Earlier, Past, past_of
from dataworkbench.disclosure.linked.giving_back import give_back
from dataworkbench.disclosure.linked.reading import read_cube
from dataworkbench.disclosure.linked.related import link_related
from dataworkbench.disclosure.linked.repeating import as_it_was, held_back
from dataworkbench.disclosure.linked.sayings import sayings
from dataworkbench.disclosure.linked.structure import Floats, Ints
from dataworkbench.disclosure.linked.system import (
    HIDDEN_LEVEL,
    Bools,
    Collected,
    System,
    build_system,
    with_statements,
)
from dataworkbench.disclosure.linked.targets import Gathered, Protected, Targets, gather
from dataworkbench.disclosure.linked.telling import decisions_of, given_away, ledger_of, public_cells_of
from dataworkbench.disclosure.linked.together import (
    SOURCES,
    Together,
    add_what_was_said,
    movable_now,
    put_together,
)
from dataworkbench.policy import DisclosurePolicy

Said = tuple[pd.DataFrame, pd.DataFrame]
"""What is said of each cell at level 0 and at level 1."""
_OF_DIFFERENCES = "@differences"


@dataclass(frozen=True)
class Secured:
    """What may be published, why the rest is not, and what everybody then knows.

    ``cells``: the public cells; one row is one figure of one group, with the columns of ``CELL_COLUMNS``.
    ``decisions``: one row is one cell; its true figures and the rule that decided about it. Never leaves the house.
    ``ledger``: what an attacker knows once ``cells`` are out, with everything that was out before, for the audit.
    ``shown``: tables that fit all this, in which protected figures lie elsewhere: unknowns of the ledger, and how far each is
    off the truth. The audit checks each of them.
    """

    cells: pd.DataFrame
    decisions: pd.DataFrame
    ledger: Ledger
    shown: tuple[tuple[Ints, Floats], ...] = ()


@dataclass(frozen=True)
class _Case:
    """All that is decided from: the cube, what may be said of it, what was said before, and which cells say nothing new."""

    read: pd.DataFrame
    policy: DisclosurePolicy
    said: Said
    together: Together
    held: Bools
    hold: frozenset[str]
    room: Mapping[tuple[str, str], float]

    @property
    def past(self) -> Past:
        """The present release beside all earlier ones."""
        return self.together.past


def secure(
    cube: pd.DataFrame,
    policy: DisclosurePolicy,
    *,
    earlier: Sequence[Earlier] = (),
    changed: pd.DataFrame | None = None,
    hold: Collection[str] = (),
    room: Mapping[tuple[str, str], float] | None = None,
) -> Secured:
    """Return what may be published of a cube: small groups are hidden, and so is whatever would give them away.

    One row of ``cube`` is one figure of one group: the columns of ``DIMENSIONS`` (empty is all), ``unit`` (rate, mean or
    count), ``n``, ``numerator`` or ``mean`` with ``sd``, ``scale_low`` and ``scale_high``, ``status``, ``reason``.
    ``earlier`` are all releases that were ever out, the first one first, and ``changed`` who came, left or changed between
    any two (``CHANGES``). A figure that can't be said anew is said as it was. ``hold`` are cells that say nothing new.
    ``room`` is by how much more a protected number of the ledger (its cell and what it is) is to stay in doubt.
    """
    read = read_cube(cube, policy)
    past = past_of(read, earlier, changed, policy)
    held = held_back(past, read["cell"], set(hold))
    case = _Case(read, policy, sayings(read, policy), put_together(past), held, frozenset(hold), room or {})
    done = _protected(case)
    works = [work for work, _ in done]
    level = np.zeros(len(read), dtype=np.int64)
    place = case.together.found.cells["place"].to_numpy(np.int64)
    level[place[place >= 0]] = works[-1].level[place >= 0]
    cells = public_cells_of(read, case.said, level)
    if earlier:
        cells = as_it_was(cells, earlier[-1].cells, _forbidden(earlier, policy))
    small = _protects(case, NOW).small
    decisions = decisions_of(read, level, works[0], small, case.held)
    decisions = pd.concat([decisions, *(given_away(*one) for one in done)], ignore_index=True)
    return Secured(cells, decisions, *_known(works))


def _forbidden(earlier: Sequence[Earlier], policy: DisclosurePolicy) -> set[str]:
    """Return the cells that the last release showed and the rules of today would hide."""
    last = earlier[-1]
    if last.policy.fingerprint == policy.fingerprint:
        return set()
    since = last.cells["since"].fillna("").replace("", last.release)
    of = [one.cube[cell_ids(one.cube).isin(last.cells.loc[since == one.release, "cell"])] for one in earlier]
    shown = [part for part in of if len(part)]
    if not shown:
        return set()
    cells = secure(pd.concat(shown, ignore_index=True), policy).cells
    return set(cells.loc[cells["status"] == "suppressed", "cell"])


def _protected(case: _Case) -> list[tuple[Work, Targets]]:
    """Return what was decided, with what could not be protected any more.

    It is one work where no difference is about few, else one for each of the two attackers.
    """
    cells = case.together.found.cells
    place = cells["place"].to_numpy(np.int64)
    pairs = pairs_of(case.together)
    small = _protects(case, NOW).small
    own_right = small | (place < 0)
    own_right[place >= 0] |= case.held[place[place >= 0]]
    level = np.where(own_right, HIDDEN_LEVEL, 0).astype(np.int64)
    work, lost = _work(case, pairs, level, differences=False)
    _do(work, own_right)
    if not pairs.few.any():
        return [(work, lost)]
    second, lost_too = _work(case, pairs, work.level.copy(), differences=True)
    _do(second, own_right | (work.level > 0))
    return [(work, lost), (second, lost_too)]


def _do(work: Work, own_right: Bools) -> None:
    protect(work)
    give_back(work, own_right)


def _work(case: _Case, pairs: Pairs, level: Ints, *, differences: bool) -> tuple[Work, Targets]:
    """Return the work of keeping groups in doubt, or differences, each from who knows most of the other; and what is lost."""
    together, past = case.together, case.past
    system, collected = build_system(together.found)
    pairs = with_what_changed(pairs, system)
    required = required_of(pairs, past)
    system = _with_all_that_was_said(case, system, collected, pairs, required, differences=differences)
    gathered = Gathered(system)
    if differences:
        protect_differences(gathered, system, pairs, past, required)
    else:
        for side in range(len(past.sides)):
            gather(gathered, together.found, _protects(case, side))
    targets = gathered.targets()
    secret = np.arange(len(targets))
    if len(past.sides) > 1:
        secret = _still_secret(case, system, targets)
    asked = targets.those(secret)
    asked = asked.with_more(_more_room(case.room, system, asked, _OF_DIFFERENCES if differences else ""))
    work = new_work(system, asked, level)
    return work, targets.those(np.setdiff1d(np.arange(len(targets)), secret))


def _with_all_that_was_said(
    case: _Case, system: System, collected: Collected, pairs: Pairs, required: Floats, *, differences: bool
) -> System:
    """Return the system with what was said before, what is known of the differences, and what may be said now."""
    together = case.together
    add_what_was_said(collected, system, together)
    link(collected, system, pairs, required, knows_the_few=not differences)
    link_related(collected, system, together)
    movable = movable_now(system, together)
    place = together.found.cells["place"].to_numpy(np.int64)
    movable[place >= 0] &= ~case.held[place[place >= 0]]
    named = tuple(f"the earlier release {side.release}" for side in together.past.sides[1:])
    system = replace(system, movable=movable, sources=(*SOURCES, *named))
    levels = [level.copy() for level in case.said]
    for level in levels:
        level.loc[case.held, "status"] = "suppressed"
    return with_statements(system, collected, (levels[0], levels[1]), case.policy.requirement.mean)


def _more_room(
    room: Mapping[tuple[str, str], float], system: System, targets: Targets, suffix: str
) -> Floats:
    names = system.cells["cell"].to_numpy()[targets.cell]
    asked = [room.get((f"{name}{suffix}", what), 0.0) for name, what in zip(names, targets.what, strict=True)]
    return np.array(asked, dtype=np.float64)


def _still_secret(case: _Case, system: System, targets: Targets) -> Ints:
    """Return the targets that earlier releases and what everybody knows leave in doubt; nothing can protect the others any more.

    What an attack does not finish counts as still secret, so that it has to be found safe in the end; but for tables of which
    nothing new is said, in which this release gives nothing away.
    """
    nothing_new = np.full(len(system.cells), HIDDEN_LEVEL, dtype=np.int64)
    ledger = ledger_of(new_work(system, targets, nothing_new))
    audit = attack(ledger)
    if case.room:  # the release was tried before and failed
        audit = attack_in_whole_numbers(ledger, audit)
    lost = audit["verdict"].isin([EXACT, TOO_NARROW]).to_numpy(dtype=bool)
    silent = np.isin(system.cells["taken"].to_numpy(np.int64)[targets.cell], _silent_tables(case))
    lost = lost | silent & (audit["verdict"] != SAFE).to_numpy(dtype=bool)
    return np.flatnonzero(~lost)


def _silent_tables(case: _Case) -> Ints:
    """Return the tables, as they are taken together, of which nothing new is to be said, whatever is safe."""
    cells = case.together.found.cells
    own = cells[cells["place"] >= 0]
    every = own["cell"].isin(case.hold).groupby(own["taken"]).all()
    return every.index[every].to_numpy(np.int64)


def _protects(case: _Case, side: int) -> Protected:
    """Return what the policy of one side protects, among the numbers that it speaks of."""
    together, one = case.together, case.past.sides[side]
    cells = together.found.cells
    at = together.places(side, one.read["cell"], one.read["table"])
    there = at >= 0
    small, ends, within = (np.zeros(len(cells), dtype=bool) for _ in range(3))
    small[at[there]] = one.read["small"].to_numpy(dtype=bool)[there]
    ends[at[there]] = one.read["at_an_end"].to_numpy(dtype=bool)[there]
    spot = cells["table"].to_numpy(np.int64) * len(case.past.sides) + cells["owner"].to_numpy(np.int64)
    within = np.isin(spot, spot[at[there]])
    return Protected(within, small, ends, one.policy)


def _known(works: Sequence[Work]) -> tuple[Ledger, tuple[tuple[Ints, Floats], ...]]:
    """Return all that is known, and the tables by which targets were found safe.

    What is asked of differences has numbers of its own, because another attacker asks.
    """
    ledgers = [ledger_of(work) for work in works]
    for place, ledger in enumerate(ledgers[1:], start=1):
        named = {
            name: getattr(ledger, name).assign(cell=getattr(ledger, name)["cell"] + _OF_DIFFERENCES)
            for name in ("unknowns", "targets")
        }
        ledgers[place] = replace(ledger, **named)
    known, firsts = one_behind_another(ledgers)
    shown = (
        (first.unknown + shift.unknown, shift.by)
        for first, work in zip(firsts, works, strict=True)
        for shift in work.doubt.kept
    )
    return known, tuple(shown)
