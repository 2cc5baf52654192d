"""Where students stand, what comes next and beyond, who is ready for more, and groups of a class: worked by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import hostile_class as made
import pandas as pd
import pytest

from dataworkbench import views
from dataworkbench.errors import WorkbenchError
from dataworkbench.records import Grouping, open_records
from dataworkbench.selection import select
from dataworkbench.views.students import forming, targets
from dataworkbench.warehouse import District, district_from_frames

HERE = select(school_year="2026-27")
GRADES = ("04", "05")


def district(
    scores: list[tuple[str, str, int, float]],
    tests: Sequence[tuple[object, ...]] = (),
    cut: float | None = 3.0,
) -> District:
    """Return a district of grade 4 with standards 4.1 to 4.3 and 5.1 to 5.2, and checks as (student, standard, day, score)."""
    who = sorted({row[0] for row in [*scores, *tests]})
    standards = [
        (f"{grade[1]}.{at}", "Mathematics", grade, f"Does {grade[1]}.{at}", at)
        for grade, many in (("04", 3), ("05", 2))
        for at in range(1, many + 1)
    ]
    checks = [
        (
            s,
            "S1",
            "2026-27",
            "std",
            "Mathematics",
            standard,
            pd.Timestamp(2026, 9, day),
            score,
            "04",
            None,
            None,
        )
        for s, standard, day, score in scores
    ]
    whole = [
        (
            s,
            "S1",
            year,
            "test",
            "Mathematics",
            None,
            pd.Timestamp(int(year[:4]), 9, 1) + pd.Timedelta(days=day),
            score,
            "04",
            target,
            level,
        )
        for s, year, day, score, target, level in tests
    ]
    columns = [
        "student_id",
        "school_id",
        "school_year",
        "assessment_id",
        "subject",
        "standard_id",
        "test_date",
        "scale_score",
        "grade_level",
        "growth_target",
        "performance_level",
    ]
    levels = [("test", "Low", 1, False, None), ("test", "High", 2, True, None)]
    levels += [("std", "Not yet", 1, False, 1.0), ("std", "There", 2, True, cut)] if cut else []
    return district_from_frames(
        {
            "schools": pd.DataFrame({"school_id": ["S1"], "school_name": ["Alder"]}),
            "students": pd.DataFrame({"student_id": who, "school_year": "2026-27"}),
            "enrollments": pd.DataFrame({"student_id": who, "school_id": "S1", "school_year": "2026-27", "grade_level": "04", "entry_date": pd.Timestamp(2026, 8, 20)}),
            "assessments": pd.DataFrame({"assessment_id": ["std", "test"], "kind": ["standards", "diagnostic"]}),
            "standards": pd.DataFrame(standards, columns=["standard_id", "subject", "grade_level", "statement", "sequence"]),
            "performance_levels": pd.DataFrame(levels, columns=["assessment_id", "performance_level", "level_order", "proficient", "min_score"]),
            "results": pd.DataFrame([*checks, *whole], columns=columns),
        }
    )  # fmt: skip


def twice(student: str, standard: str, score: float) -> list[tuple[str, str, int, float]]:
    return [(student, standard, 1, score), (student, standard, 8, score)]


def test_a_standard_is_mastered_not_yet_or_seen_too_seldom_to_say() -> None:
    here = district([*twice("a", "4.1", 3.0), *twice("a", "4.2", 2.5), ("a", "4.3", 3, 4.0)])
    found = views.standings(here, HERE).set_index("standard_id")["standing"]
    assert found.to_dict() == {"4.1": "mastered", "4.2": "not yet", "4.3": "not enough evidence"}


def test_the_latest_check_counts_and_the_district_may_choose_the_highest_or_its_own_cut() -> None:
    lost = [("a", "4.1", 1, 4.0), ("a", "4.1", 8, 2.0)]
    assert views.standings(district(lost), HERE)["standing"].tolist() == ["not yet"]
    assert views.standings(district(lost), HERE, rule="highest")["standing"].tolist() == ["mastered"]
    assert views.standings(district(lost, cut=2.0), HERE)["standing"].tolist() == ["mastered"]


def places(here: District, student: str) -> dict[str, list[str]]:
    found = targets.student_targets(here, student, HERE)
    return {place: list(held["standard_id"]) for place, held in found.groupby("place")}


def test_targets_go_from_the_first_that_is_not_mastered_over_the_grades_end() -> None:
    """4.1 is mastered, 4.2 is not, 4.3 was never checked: now 4.2, then 4.3 and 5.1; of those beyond the grade 5.2 is left."""
    here = district([*twice("a", "4.1", 3.0), *twice("a", "4.2", 2.0)])
    assert places(here, "a") == {"now": ["4.2"], "next": ["4.3", "5.1"], "beyond the grade": ["5.2"]}


def test_a_standard_that_was_lost_again_comes_first_and_who_mastered_all_goes_beyond() -> None:
    here = district([("a", "4.1", 1, 4.0), ("a", "4.1", 8, 2.0), *twice("a", "4.2", 3.0), *twice("a", "4.3", 3.0),
                     *(row for at in (1, 2, 3) for row in twice("b", f"4.{at}", 3.5))])  # fmt: skip
    assert places(here, "a")["now"] == ["4.1"]
    assert places(here, "b") == {"now": ["5.1"], "next": ["5.2"]}


def ready(here: District) -> dict[str, tuple[bool, bool]]:
    found = targets.ready_for_more(here, HERE)
    return {row["student_id"]: (row["by_standards"], row["by_growth"]) for row in found.to_dict("records")}


def test_ready_for_more_is_who_mastered_every_target_that_was_checked_here_each_twice() -> None:
    """Targets checked so far are 4.1 and 4.2. a: both. b: one not yet. c: one seen once. d: only one of the two."""
    here = district([*twice("a", "4.1", 3.0), *twice("a", "4.2", 3.5), *twice("b", "4.1", 3.0), *twice("b", "4.2", 2.5),
                     *twice("c", "4.1", 3.0), ("c", "4.2", 3, 4.0), *twice("d", "4.1", 4.0)])  # fmt: skip
    assert ready(here) == {"a": (True, False)}


def test_ready_for_more_is_also_who_grew_beyond_the_target_and_scored_proficient() -> None:
    """The target is 20. a grew 25 and ends High; b grew 20, which is the target and not beyond; c ends Low; d has a check not yet."""
    grew = [("a", 25.0, "High"), ("b", 20.0, "High"), ("c", 30.0, "Low"), ("d", 40.0, "High")]
    tests = [
        row
        for s, gain, level in grew
        for row in ((s, "2025-26", 0, 400.0, 20.0, "Low"), (s, "2025-26", 200, 400.0 + gain, None, level))
    ]
    assert ready(district(twice("d", "4.1", 1.0), tests)) == {"a": (False, True)}


def test_the_list_says_why_and_what_comes_after_the_standard() -> None:
    here = district([*twice("a", "4.1", 3.0), *twice("a", "4.2", 3.5)])
    said = str(views.list_ready_for_more(here, HERE, audience="staff"))
    assert "all 2 targets checked so far are mastered" in said
    assert "5.1: Does 5.1; 5.2: Does 5.2" in said


def test_who_needs_what_next_is_what_the_groups_are_formed_from() -> None:
    here = district(
        [*twice("a", "4.1", 3.0), *twice("a", "4.2", 2.0), *twice("b", "4.1", 3.0), *twice("c", "4.1", 1.0)]
    )
    learners, _, subject = forming.learners_of(
        here, pd.DataFrame({"student_id": ["c", "b", "a", "z"]}), HERE, "2026-27"
    )
    assert subject == "Mathematics"
    assert [(one.student_id, one.need, one.level) for one in learners[:3]] == [
        ("a", "4.2", 2.5),
        ("b", forming.FURTHER, 3.0),
        ("c", "4.1", 1.0),
    ]
    assert (learners[3].need, learners[0].step, learners[1].step, learners[2].step) == ("", 2, 3, 1)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> District:
    return made.make(tmp_path_factory.mktemp("groups") / "district")


FIFTH = select(school_year=made.YEAR, grade_level="05")


def formed(here: District, **wishes: object):
    return views.form_groups(here, FIFTH, section="M5", wishes=wishes, audience="staff")


def test_a_class_is_grouped_in_its_own_subject_and_pairs_may_be_named(hostile) -> None:
    groups = formed(
        hostile,
        groups=4,
        smallest=4,
        largest=4,
        apart=[["Pupil1 Plain", made.IDS[9]]],
        balance=["English learner status"],
    )
    parts = [set(group.members) for group in groups.found.groups]
    assert groups.subject == "Mathematics"
    assert sorted(who for part in parts for who in part) == made.IDS
    assert not any({made.IDS[8], made.IDS[9]} <= part for part in parts)
    shown = groups._repr_html_()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script" not in shown
    assert "<img" not in shown


def test_what_cannot_be_is_said_with_the_names_of_the_students(hostile) -> None:
    groups = formed(hostile, apart=[[made.IDS[0], made.IDS[8]]], together=[[made.IDS[8], made.IDS[0]]])
    said = str(groups)
    assert 'O"Neill & Sons and Pupil1 Plain apart' in said
    assert "Giving up any one of these is enough" in said
    assert "&lt;script&gt;" in groups._repr_html_()


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"balance": ["Shoe size"]}, r"No kind of subgroup is called 'Shoe size'\. There are: "),
        ({"apart": [["Nobody", "00ZQ001"]]}, "'Nobody' is not the identifier or the name of one student of this class"),
        ({"apart": ["00ZQ001"]}, "are written as a pair"),
        ({"size": 3}, r"No wish for groups is called 'size'"),
    ],
)  # fmt: skip
def test_a_wish_that_cannot_be_read_is_answered(hostile, wishes, said: str) -> None:
    with pytest.raises(WorkbenchError, match=said):
        formed(hostile, **wishes)


def test_a_class_that_is_not_there_is_answered(hostile) -> None:
    with pytest.raises(WorkbenchError, match=r"No class is called 'M6'\. There are: M5"):
        views.form_groups(hostile, FIFTH, section="M6", audience="staff")


def test_groups_are_kept_once_and_only_under_a_name_and_the_next_grouping_knows_them(tmp_path) -> None:
    here = made.make(tmp_path / "district")
    asked = {"by": "mixed", "groups": 4, "smallest": 4, "largest": 4}
    groups = formed(here, **asked)
    assert "These groups are not kept" in str(views.keep_groups(here, groups, keep=" ", audience="staff"))
    assert open_records(here.workspace).latest(Grouping) == []
    assert "No grouping of these students has been kept yet" in str(
        views.grouping_history(here, FIFTH, section="M5", audience="staff")
    )
    for said in ("Kept as", "is kept already"):
        assert said in str(
            views.keep_groups(here, groups, keep="First", audience="staff", today=date(2026, 9, 7))
        )
    (entry,) = open_records(here.workspace).latest(Grouping)
    assert entry.body.groups == tuple(group.members for group in groups.found.groups)
    again = formed(here, **asked, not_like_last=True)
    assert again.wishes.last == entry.body.groups
    together = {frozenset((a, b)) for part in entry.body.groups for a in part for b in part if a < b}
    met = [pair for pair in together if any(pair <= set(group.members) for group in again.found.groups)]
    assert len(met) == next(held.points for held in again.found.lost if held.wish == "last") < len(together)


def test_the_history_counts_who_was_together_and_who_stayed_in_the_lowest_group(tmp_path) -> None:
    here = made.make(tmp_path / "district")
    a, b, c, d = made.IDS[7:11]
    for day, parts, levels in (
        (1, ((a, b), (c, d)), [1.0, 3.0]),
        (15, ((a, b), (c, d)), [1.5, 3.0]),
        (29, ((a, c), (b, d)), [2.0, 1.0]),
    ):
        open_records(here.workspace).add(
            Grouping(name=f"Day {day}", made_on=date(2026, 9, day), groups=parts, rules={"levels": levels})
        )
    pairs, lowest = views.grouping_history(here, FIFTH, section="M5", audience="staff").parts
    assert [line.split() for line in str(pairs).splitlines()[3:]] == [
        ["Pupil0", "Plain", "Pupil1", "Plain", "2"], ["Pupil2", "Plain", "Pupil3", "Plain", "2"],
    ]  # fmt: skip
    assert [line.split() for line in str(lowest).splitlines()[3:]] == [
        ["Pupil1", "Plain", "3", "of", "3", "3"], ["Pupil3", "Plain", "1", "of", "3", "1"], ["Pupil0", "Plain", "2", "of", "3", "0"],
    ]  # fmt: skip


def test_a_long_list_of_who_is_ready_for_more_is_cut_and_says_of_how_many() -> None:
    here = district([check for one in "abc" for check in (*twice(one, "4.1", 3.0), *twice(one, "4.2", 3.5))])
    said = str(views.list_ready_for_more(here, HERE, audience="staff", most=2))
    assert "the first 2 of 3" in said
    assert said.count("targets checked so far are mastered") == 2
    assert "the first" not in str(views.list_ready_for_more(here, HERE, audience="staff", most=3))
