"""Every way of giving a hidden figure away that is known of, on tables small enough to be worked out by hand.

Each answer stands in the test as a calculation; none was computed by this project.
"""

import math

import numpy as np
import pandas as pd
import pytest

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.attacking.records import Protected, Said, ledger_of_records


def students(**sizes):
    """So many records of each group."""
    return pd.DataFrame({"group": [name for name, size in sizes.items() for _ in range(size)]})


def row_of(sizes, hidden, *, required=3, kind="width", said=(), knowing=None):
    """Attack one row of groups with its total, some of them hidden."""
    shown = [Said(name, {"group": name}, size) for name, size in sizes.items() if name not in hidden]
    ledger = ledger_of_records(
        students(**sizes),
        [Said("All students", {}, sum(sizes.values())), *shown, *said],
        [Protected(name, {"group": name}, required, kind) for name in hidden],
        possible=pd.DataFrame({"group": list(sizes)}),
    )
    return attack(ledger, knowing=knowing and knowing(ledger))


def ends(audit):
    return audit[["low", "high"]].to_numpy().tolist()


def test_three_hidden_cells_in_a_row_are_each_between_nought_and_what_is_left():
    # 15 and 1*, 3*, 1* with a total of 20: five are left among three.
    audit = row_of({"a": 15, "b": 1, "c": 3, "d": 1}, "bcd")
    assert ends(audit) == [[0, 5]] * 3
    assert set(audit["verdict"]) == {"safe"}


def test_how_much_doubt_is_required_decides_the_verdict_on_the_same_ends():
    sizes = {"a": 15, "b": 1, "c": 3, "d": 1}
    assert row_of(sizes, "bcd", required=5)["verdict"].tolist() == ["safe"] * 3
    assert row_of(sizes, "bcd", required=6)["verdict"].tolist() == ["too narrow"] * 3
    # Twice as many as there are: 2, 6 and 2. Six is more than the five that are left.
    doubled = [row_of(sizes, "bcd", required=twice, kind="double")["verdict"].tolist() for twice in (2, 6)]
    assert doubled == [["safe"] * 3, ["too narrow"] * 3]


def test_a_doubt_that_begins_above_nobody_is_wide_but_does_not_cover():
    # Between 10 and 30 there are twenty: wide enough for a width of ten, and yet it says that there are at least ten.
    records = students(a=12, b=28)
    said = [Said("All students", {}, 40), Said("a", {"group": "a"}, 10, 30)]
    for kind, required, verdict in (("width", 10, "safe"), ("double", 24, "too narrow")):
        audit = attack(ledger_of_records(records, said, [Protected("a", {"group": "a"}, required, kind)]))
        assert ends(audit) == [[10, 30]]
        assert audit["verdict"].tolist() == [verdict]


SDC = np.array([[30, 47, 64, 89], [90, 124, 5, 31], [92, 100, 59, 85], [800, 991, 651, 685]])


SDC_HIDDEN = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 1), (2, 3), (3, 1), (3, 3)]


def test_a_two_way_table_with_two_hidden_in_each_line_gives_one_cell_away():
    """The table of sdcTable's test-simpleheuristic: two or more are hidden in each row and column.

    Rows 1 and 2 less what they show: (230 + 250) - (89 + 124 + 31) = 236. Columns 1 and 3 less what they show:
    (1012 + 779) - (92 + 59 + 800 + 651) = 189. They have the same hidden cells but one: 236 - 189 = 47.
    """
    audit = two_way(SDC, SDC_HIDDEN)
    assert ends(audit[audit["cell"] == "0,1"]) == [[47, 47]]
    assert audit.set_index("cell")["verdict"].to_dict()["0,1"] == "exact"


def test_the_same_table_with_one_more_hidden_cell_is_as_open_as_its_authors_say():
    # sdcTable's own attack gives 0 to 141 for that cell, once (2, 2) is hidden too.
    audit = two_way(SDC, [*SDC_HIDDEN, (1, 1)])
    assert ends(audit[audit["cell"] == "0,1"]) == [[0, 141]]
    assert audit.set_index("cell")["verdict"].to_dict()["0,1"] == "safe"


def two_way(table, hidden):
    cells = [(r, c) for r in range(table.shape[0]) for c in range(table.shape[1])]
    records = pd.DataFrame([{"row": r, "column": c} for r, c in cells for _ in range(table[r, c])])
    said = [Said(f"{r},{c}", {"row": r, "column": c}, table[r, c]) for r, c in cells if (r, c) not in hidden]
    said += [Said(f"row {r}", {"row": r}, table[r].sum()) for r in range(table.shape[0])]
    said += [Said(f"column {c}", {"column": c}, table[:, c].sum()) for c in range(table.shape[1])]
    protected = [Protected(f"{r},{c}", {"row": r, "column": c}, 3) for r, c in hidden]
    return attack(
        ledger_of_records(records, said, protected, possible=pd.DataFrame(cells, columns=["row", "column"]))
    )


def test_two_tables_that_are_each_safe_give_three_students_away_together():
    """By race: 30 in all, 20 of them A. By programme: 7 of those who are not A. 30 less 20 less 7 is 3."""
    records = pd.DataFrame({"race": ["A"] * 20 + ["B"] * 10, "club": [False] * 20 + [True] * 7 + [False] * 3})
    hidden = Protected("B outside the club", {"race": "B", "club": False}, 3)
    by_race = [Said("All students", {}, 30), Said("A", {"race": "A"}, 20)]
    by_club = [Said("B in the club", {"race": "B", "club": True}, 7)]
    one = attack(ledger_of_records(records, by_race, [hidden]))
    other = attack(ledger_of_records(records, by_club, [hidden]))
    both = attack(ledger_of_records(records, by_race + by_club, [hidden]))
    assert [a["verdict"].iloc[0] for a in (one, other, both)] == ["safe", "safe", "exact"]
    assert ends(both) == [[3, 3]]


def test_a_student_who_knows_her_own_group_learns_the_other():
    # 1*, 2, 1* with a total of 4: two are left, so an outsider knows [0, 2].
    sizes = {"a": 1, "b": 2, "c": 1}
    assert ends(row_of(sizes, "ac")) == [[0, 2]] * 2

    def own_group(ledger):
        alone = ledger.target_terms[ledger.target_terms["target"] == 0]["unknown"].iloc[0]
        return {int(alone): 1.0}

    inside = row_of(sizes, "ac", knowing=own_group)
    assert ends(inside) == [[1, 1]] * 2
    assert inside["verdict"].tolist() == ["exact"] * 2


def test_two_empty_cells_are_known_to_be_empty_though_no_sum_names_one_of_them():
    audit = row_of({"a": 10, "b": 0, "c": 0}, "bc")
    assert ends(audit) == [[0, 0]] * 2
    assert audit["verdict"].tolist() == ["exact"] * 2


def test_two_cells_that_are_each_below_ten_with_a_total_of_eighteen_are_nine():
    # What is written "<10" is said to lie between 0 and 9, and 18 is twice nine.
    under = [Said(name, {"group": name}, 0, 9) for name in "ab"]
    audit = row_of({"a": 9, "b": 9}, "ab", said=under)
    assert ends(audit) == [[9, 9]] * 2


def test_a_cube_with_all_its_two_way_sums_can_move_in_one_direction_only():
    """2 x 2 x 2: one more here is one less at each neighbour. By hand: cells with an even number of 2s move together.

    The even ones are 3, 2, 4, 1 and the odd ones 5, 2, 6, 3: down by at most 1 (even), up by at most 2 (odd).
    """
    table = np.array([[[3, 5], [2, 2]], [[6, 4], [1, 3]]])
    cells = list(np.ndindex(2, 2, 2))
    axes = ["x", "y", "z"]
    records = pd.DataFrame([dict(zip(axes, c, strict=True)) for c in cells for _ in range(table[c])])
    said = [
        Said(
            f"{one}{i} {other}{j}",
            {one: i, other: j},
            int(((records[one] == i) & (records[other] == j)).sum()),
        )
        for one, other in (("x", "y"), ("x", "z"), ("y", "z"))
        for i in (0, 1)
        for j in (0, 1)
    ]
    protected = [Protected(str(c), dict(zip(axes, c, strict=True)), 3) for c in cells]
    audit = attack(ledger_of_records(records, said, protected))
    even = [sum(c) % 2 == 0 for c in cells]
    least_even = min(table[c] for c, e in zip(cells, even, strict=True) if e)
    least_odd = min(table[c] for c, e in zip(cells, even, strict=True) if not e)
    by_hand = [
        [table[c] - least_even, table[c] + least_odd] if e else [table[c] - least_odd, table[c] + least_even]
        for c, e in zip(cells, even, strict=True)
    ]
    assert ends(audit) == by_hand


def test_fifteen_students_and_seven_percent_are_one_student():
    audit = attack_share(15, 1, 0.07)
    assert ends(audit) == [[1, 1]]
    assert audit["verdict"].tolist() == ["exact"]


def attack_share(n, count, share):
    """Attack the count behind a whole percent: rounded, so within half a percent of it."""
    records = pd.DataFrame({"late": [True] * count + [False] * (n - count)})
    said = [Said("All", {}, n), Said("Late", {}, share - 0.005, share + 0.005, "share", among={"late": True})]
    possible = pd.DataFrame({"late": [True, False]})
    return attack(ledger_of_records(records, said, [Protected("Late", {"late": True}, 2)], possible=possible))


@pytest.mark.parametrize("n", [1, 7, 15, 33, 50, 64, 99, 100])
def test_a_size_with_a_whole_percent_gives_every_count_away_up_to_a_hundred(n):
    """Two counts of one group are at least 1/n apart, which is a whole percent or more up to 100: no two share one."""
    for count in range(0, n + 1, max(1, n // 12)):
        percent = math.floor(100 * count / n + 0.5)
        assert ends(attack_share(n, count, percent / 100)) == [[count, count]], (n, count)


def test_from_a_hundred_and_one_on_some_counts_share_a_percent():
    # 1 of 201 and 2 of 201 are 0.4975 % and 0.995 %: 0 % and 1 %; 2 and 3 of 201 are both 1 %.
    assert ends(attack_share(201, 2, 0.01)) == [[2, 3]]


SCHOOLS = pd.DataFrame({"school": ["a"] * 60 + ["b"] * 45 + ["c"] * 4, "grade": [3, 4, 5, 5] * 27 + [5]})


def left_over(said, who):
    records = SCHOOLS
    return attack(ledger_of_records(records, said, [Protected("left over", who, 10)]))


def test_a_district_less_its_published_schools_is_the_one_that_is_hidden():
    said = [Said("District", {}, 109), Said("a", {"school": "a"}, 60), Said("b", {"school": "b"}, 45)]
    audit = left_over(said, {"school": "c"})
    assert ends(audit) == [[4, 4]]
    assert audit["by"].iloc[0] == (0, 1, 2)


def test_everybody_less_a_group_is_its_complement():
    records = pd.DataFrame({"learner": [True] * 25 + [False] * 3})
    said = [Said("All", {}, 28), Said("Learners", {"learner": True}, 25)]
    assert ends(attack(ledger_of_records(records, said, [Protected("Others", {"learner": False}, 10)]))) == [
        [3, 3]
    ]


def test_two_pages_for_grades_three_to_five_and_three_to_four_give_grade_five():
    in_grades = {grade: int((SCHOOLS["grade"] == grade).sum()) for grade in (3, 4, 5)}
    said = [
        Said("Grades 3-5", {"grade": [3, 4, 5]}, sum(in_grades.values())),
        Said("Grades 3-4", {"grade": [3, 4]}, in_grades[3] + in_grades[4], source="another page"),
    ]
    assert ends(left_over(said, {"grade": 5})) == [[in_grades[5], in_grades[5]]]


def test_october_less_september_is_the_student_who_came():
    """A figure of the same group a month later: the one record that only the later one counts."""
    records = pd.DataFrame({"late": [True] * 6 + [False] * 20 + [True]}, index=[f"s{i}" for i in range(27)])
    september = [f"s{i}" for i in range(26)]
    said = [
        Said(
            "September, late",
            [s for s in september if records.loc[s, "late"]],
            6,
            source="September",
            fixed=True,
        ),
        Said("October, late", list(records.index[records["late"]]), 7),
    ]
    audit = attack(ledger_of_records(records, said, [Protected("the one who came", ["s26"], 2)]))
    assert ends(audit) == [[1, 1]]


@pytest.mark.parametrize(("decimals", "known_to"), [(1, 10.55), (3, 0.1055)])
def test_a_hidden_school_of_one_has_its_score_known_the_better_the_more_decimals(decimals, known_to):
    """The score is N times the district's mean less n times each school's; each mean is off by half a step at the most.

    So it is known to half a step times (N + the n of all published schools). With 60 and 45 published and one hidden:
    half a step times (106 + 105): 0.05 * 211 = 10.55, and 0.0005 * 211 = 0.1055.
    """
    score = 500 + 17 * np.sin(np.arange(106))
    records = pd.DataFrame({"school": ["a"] * 60 + ["b"] * 45 + ["c"], "score": score})
    half = 0.5 * 10.0**-decimals
    said = []
    for name, who in (("District", {}), ("a", {"school": "a"}), ("b", {"school": "b"})):
        part = records if not who else records[records["school"] == who["school"]]
        mean = round(float(part["score"].mean()), decimals)
        said.append(Said(name, who, len(part)))
        said.append(Said(name, who, mean - half, mean + half, "mean", of="score"))
    audit = attack(
        ledger_of_records(records, said, [Protected("c", {"school": "c"}, 30, what="mean", of="score")])
    )
    width = audit["high"].iloc[0] - audit["low"].iloc[0]
    assert width / 2 == pytest.approx(known_to, rel=1e-6)
    assert audit["low"].iloc[0] <= score[-1] <= audit["high"].iloc[0]


def test_a_group_in_which_there_is_nobody_is_not_known_to_be_empty():
    # 10, 0* and 5* with a total of 15: five are left, and any of them could be in either.
    assert ends(row_of({"a": 10, "b": 0, "c": 5}, "bc")) == [[0, 5]] * 2
