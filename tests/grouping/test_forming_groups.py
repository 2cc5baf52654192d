"""Groups against every other way to part a small class, and what holds for all of them whatever is asked."""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworkbench.errors import WorkbenchError
from dataworkbench.grouping import (
    Contradiction,
    Grouped,
    Learner,
    Wishes,
    contradiction_in_words,
    form_groups,
    met_in_words,
    wishes_from,
)


def named(student: str) -> str:
    return student


def everyone(found: Grouped) -> list[str]:
    return sorted(who for group in found.groups for who in group.members)


def partitions(ids: list[str], many: int):
    """Every way to part a class into numbered groups, each once up to the numbers."""
    for places in itertools.product(range(many), repeat=len(ids) - 1):
        used = [0, *places]
        if all(place <= max(used[:at], default=-1) + 1 for at, place in enumerate(used)):
            parts = [[who for who, place in zip(ids, used, strict=True) if place == at] for at in range(many)]
            if all(parts):
                yield parts


def holds(parts: list[list[str]], wishes: Wishes) -> bool:
    group_of = {who: at for at, part in enumerate(parts) for who in part}
    return (
        all(wishes.smallest <= len(part) <= wishes.largest for part in parts)
        and all(group_of[a] != group_of[b] for a, b in wishes.apart)
        and all(group_of[a] == group_of[b] for a, b in wishes.together)
    )


def points(parts: list[list[str]], learners: list[Learner], wishes: Wishes) -> int:
    """What a grouping loses, worked out here from the definition and from nothing of the room."""
    of = {held.student_id: held for held in learners}
    many = len(parts)

    def uneven(value_of):
        lost = 0
        for value, n in Counter(v for v in map(value_of, learners) if v).items():
            for part in parts:
                here = sum(value_of(of[who]) == value for who in part)
                lost += max(0, here - math.ceil(n / many)) + max(0, n // many - here)
        return lost

    total = 0
    if wishes.by == "need":
        for part in parts:
            own = [of[who] for who in part if of[who].need]
            steps = [sum(a.need != b.need and max(1, abs(a.step - b.step)) for b in own) for a in own]
            total += 10 * min(steps, default=0)
    else:
        total += 10 * uneven(lambda held: held.need)
    for kind in wishes.balance:
        total += 4 * uneven(lambda held, kind=kind: dict(held.marks).get(kind, ""))
    for part in parts:
        total += sum(
            any({a, b} <= set(former) for former in wishes.last) for a, b in itertools.combinations(part, 2)
        )
    return total


def a_class(seed: int, students: int = 8) -> list[Learner]:
    chance = random.Random(seed)
    return [
        Learner(
            f"{at:02d}",
            chance.choice(["A", "B", "C", ""]),
            marks=(("EL", chance.choice("yn")), ("Sex", chance.choice("FM"))),
        )
        for at in range(students)
        for need in (chance.choice(["A", "B", "C", ""]),)
    ]


@pytest.mark.parametrize("by", ["need", "mixed"])
@pytest.mark.parametrize("seed", range(6))
def test_no_other_way_to_part_a_small_class_loses_fewer_points(seed: int, by: str) -> None:
    learners = a_class(seed)
    ids = [held.student_id for held in learners]
    wishes = Wishes(
        by=by, groups=3, smallest=2, largest=4, apart=((ids[0], ids[1]),), together=((ids[2], ids[5]),),
        balance=("EL",), last=(tuple(ids[:4]), tuple(ids[4:])),
    )  # fmt: skip
    found = form_groups(learners, wishes)
    assert isinstance(found, Grouped)
    best = min(points(parts, learners, wishes) for parts in partitions(ids, 3) if holds(parts, wishes))
    assert found.proved
    assert found.points == best == points([list(g.members) for g in found.groups], learners, wishes)


def test_when_no_number_of_groups_is_asked_for_there_are_as_few_as_fit() -> None:
    found = form_groups([Learner(f"{at:02d}", "A") for at in range(13)], Wishes(smallest=3, largest=6))
    assert isinstance(found, Grouped)
    assert len(found.groups) == 3  # two of six would leave one student over


def test_by_need_students_of_one_standard_are_together() -> None:
    """Six need A, three B, three C: in groups of three nobody has to work on another standard."""
    learners = [Learner(f"{at:02d}", need) for at, need in enumerate("ABCAABACABCA")]
    found = form_groups(learners, Wishes(groups=4, smallest=3, largest=3))
    assert isinstance(found, Grouped)
    assert [group.need for group in found.groups] == ["A", "A", "B", "C"]
    assert found.points == 0


def test_mixed_groups_hold_one_of_each_need_and_of_each_third() -> None:
    """Nine students, three needs and three levels so placed that a perfect mixture exists."""
    learners = [Learner(f"{at}", "ABC"[at % 3], level=float((at + at // 3) % 3)) for at in range(9)]
    found = form_groups(learners, Wishes(by="mixed", groups=3, smallest=3, largest=3))
    assert isinstance(found, Grouped)
    of = {held.student_id: held for held in learners}
    for group in found.groups:
        assert {of[who].need for who in group.members} == {"A", "B", "C"}
        assert {of[who].level for who in group.members} == {0.0, 1.0, 2.0}


def test_partners_of_last_time_are_parted_where_nothing_else_is_at_stake() -> None:
    """Four former groups of four into four new ones: each can take one of each, so nobody meets anybody again."""
    ids = [f"{at:02d}" for at in range(16)]
    last = tuple(tuple(ids[at : at + 4]) for at in range(0, 16, 4))
    found = form_groups([Learner(who) for who in ids], Wishes(groups=4, smallest=4, largest=4, last=last))
    assert isinstance(found, Grouped)
    assert [(held.wish, held.points, held.of) for held in found.lost if held.wish == "last"] == [
        ("last", 0, 24)
    ]


asked = st.fixed_dictionaries(
    {
        "by": st.sampled_from(["need", "mixed"]), "groups": st.integers(0, 4), "smallest": st.integers(1, 3),
        "largest": st.integers(3, 6),
    }
)  # fmt: skip
pair = st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda held: held[0] != held[1])


@settings(max_examples=60, deadline=None)
@given(
    asked=asked,
    students=st.integers(9, 11),
    seed=st.integers(0, 99),
    apart=st.lists(pair, max_size=4),
    together=st.lists(pair, max_size=2),
)
def test_whatever_is_asked_sizes_and_pairs_hold_and_everyone_is_placed_once(
    asked, students, seed, apart, together
) -> None:
    learners = a_class(seed, students)
    pairs = {
        name: tuple((f"{a:02d}", f"{b:02d}") for a, b in held)
        for name, held in (("apart", apart), ("together", together))
    }
    wishes = Wishes(**asked, **pairs, balance=("Sex",))
    found = form_groups(learners, wishes)
    if isinstance(found, Contradiction):
        assert found.decided
        assert found.core
        return
    parts = [list(group.members) for group in found.groups]
    assert everyone(found) == [held.student_id for held in learners]
    assert holds(parts, wishes)
    assert not wishes.groups or len(parts) == wishes.groups


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), shuffle=st.integers(0, 999))
def test_the_order_in_which_students_and_pairs_come_plays_no_part(seed: int, shuffle: int) -> None:
    learners = a_class(seed, 9)
    pairs = [("00", "01"), ("02", "03"), ("04", "07")]
    other, other_pairs = list(learners), [(b, a) for a, b in pairs]
    random.Random(shuffle).shuffle(other)
    random.Random(shuffle).shuffle(other_pairs)
    wishes = {"groups": 3, "smallest": 2, "largest": 4, "balance": ("EL",)}
    once = form_groups(learners, Wishes(**wishes, apart=tuple(pairs)))
    again = form_groups(other, Wishes(**wishes, apart=tuple(other_pairs)))
    assert once == again == form_groups(learners, Wishes(**wishes, apart=tuple(pairs)))


def contradiction_of(students: int, **asked) -> Contradiction:
    found = form_groups([Learner(f"{at:02d}") for at in range(students)], Wishes(**asked))
    assert isinstance(found, Contradiction)
    return found


def test_groups_that_are_too_few_are_said_with_the_sum() -> None:
    found = contradiction_of(30, groups=6, smallest=2, largest=4)
    assert contradiction_in_words(found, named) == [
        "No groups can be formed: these cannot hold together: 6 groups; at most 4 in each group.",
        "6 groups of at most 4 hold 24; there are 30 students.",
        "Giving up any one of these is enough: “6 groups” or “at most 4 in each group”.",
    ]


def test_a_pair_that_is_to_be_together_and_apart_is_named_and_nothing_else_is() -> None:
    found = contradiction_of(
        9,
        groups=3,
        smallest=2,
        largest=4,
        apart=(("01", "00"), ("05", "06")),
        together=(("00", "01"), ("02", "03")),
    )
    assert [(demand.kind, demand.pair) for demand in found.core] == [
        ("apart", ("00", "01")),
        ("together", ("00", "01")),
    ]
    assert found.relax == found.core


def test_four_who_are_all_to_be_apart_do_not_fit_into_three_groups() -> None:
    """Six pairs among four students: leaving out any one of them lets two share a group, so all six are needed."""
    apart = tuple(itertools.combinations(["00", "01", "02", "03"], 2))
    found = contradiction_of(9, groups=3, smallest=2, largest=4, apart=(*apart, ("07", "08")))
    assert {demand.pair for demand in found.core if demand.kind == "apart"} == set(apart)
    assert [demand.number for demand in found.core if demand.kind == "groups"] == [3]
    assert len(found.core) == 7 == len(found.relax)


def test_a_chain_of_togethers_longer_than_the_largest_group_is_named() -> None:
    chain = tuple((f"{at:02d}", f"{at + 1:02d}") for at in range(4))  # 00 to 04: five students
    found = contradiction_of(9, groups=3, smallest=2, largest=4, together=(*chain, ("07", "08")))
    assert {demand.kind for demand in found.core} == {"largest", "together"}
    assert {demand.pair for demand in found.core if demand.kind == "together"} == set(chain)


def test_where_two_things_are_wrong_it_says_that_giving_up_one_is_not_enough() -> None:
    both = (("00", "01"), ("02", "03"))
    found = contradiction_of(9, groups=3, smallest=2, largest=4, apart=both, together=both)
    assert found.relax == ()
    assert "other wishes contradict one another too" in contradiction_in_words(found, named)[-1]


@settings(max_examples=40, deadline=None)
@given(
    asked=asked,
    apart=st.lists(pair, max_size=8, unique=True),
    together=st.lists(pair, max_size=4, unique=True),
)
def test_a_contradiction_is_one_by_trying_every_way_and_none_of_it_can_go(asked, apart, together) -> None:
    ids = [f"{at:02d}" for at in range(9)][:7]
    inside = [[p for p in held if max(p) < 7] for held in (apart, together)]
    pairs = {
        name: tuple((f"{a:02d}", f"{b:02d}") for a, b in held)
        for name, held in zip(("apart", "together"), inside, strict=True)
    }
    found = form_groups([Learner(who) for who in ids], Wishes(**asked, **pairs))

    def possible(demands) -> bool:
        said = {d.kind: d.number for d in demands if d.kind in ("groups", "smallest", "largest")}
        kept = {name: tuple(d.pair for d in demands if d.kind == name) for name in ("apart", "together")}
        sizes = Wishes(
            smallest=said.get("smallest", 1),
            largest=max(said.get("largest", 7), said.get("smallest", 1)),
            **kept,
        )
        numbers = [said["groups"]] if "groups" in said else range(1, 8)
        return any(holds(parts, sizes) for many in numbers if many <= 7 for parts in partitions(ids, many))

    if isinstance(found, Contradiction):
        assert not possible(found.core)
        assert all(possible([held for held in found.core if held != demand]) for demand in found.core)
    else:
        assert holds([list(group.members) for group in found.groups], Wishes(**asked, **pairs))


def test_a_wish_that_is_not_known_is_answered_with_those_that_are() -> None:
    with pytest.raises(
        WorkbenchError, match=r"No wish for groups is called 'sizes'\. There are: apart, balance, by"
    ):
        wishes_from({"sizes": 3})


def test_a_wish_that_cannot_be_is_named() -> None:
    with pytest.raises(WorkbenchError, match=r"the smallest group \(5\) is larger than the largest \(4\)"):
        wishes_from({"smallest": 5, "largest": 4})


def test_a_pair_that_names_a_stranger_is_refused() -> None:
    with pytest.raises(WorkbenchError, match="A pair names '99', who is not among the students"):
        form_groups([Learner("01"), Learner("02")], Wishes(smallest=1, apart=(("01", "99"),)))


def test_nobody_to_place_is_said() -> None:
    with pytest.raises(WorkbenchError, match="There is nobody to place"):
        form_groups([], Wishes())


def test_how_far_a_wish_was_met_is_said_with_how_many_of_how_many() -> None:
    """Five need A and one needs B: with groups of three the one has to work on A."""
    learners = [Learner(f"{at}", "B" if at == 5 else "A") for at in range(6)]
    wishes = Wishes(groups=2, smallest=3, largest=3)
    found = form_groups(learners, wishes)
    assert isinstance(found, Grouped)
    assert [met_in_words(held, wishes) for held in found.lost] == [
        "5 of 6 students; the other 1: one step of the learning sequence away"
    ]


def test_a_student_whose_standard_has_no_group_joins_the_closest_one() -> None:
    """Three need the first standard, three the ninth, and one the second: one step from the first, seven from the ninth."""
    learners = [
        Learner(f"{at}", need, step)
        for at, (need, step) in enumerate([("A", 1)] * 3 + [("I", 9)] * 3 + [("B", 2)])
    ]
    found = form_groups(learners, Wishes(groups=2, smallest=3, largest=4))
    assert isinstance(found, Grouped)
    assert [(group.need, group.members) for group in found.groups] == [
        ("A", ("0", "1", "2", "6")),
        ("I", ("3", "4", "5")),
    ]
