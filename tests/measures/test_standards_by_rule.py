"""Standards by the district's rule: the rules as published, against R, and the same in Python and in the engine."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from small_district import YEAR, district, only, rows

from dataworkbench.errors import NoSuchNameError, WorkbenchError
from dataworkbench.measures import (
    left_out,
    measure,
    rules_side_by_side,
    standard_score,
    standard_verdicts,
    verdicts_that_change,
)
from dataworkbench.measures.mastery import RULES, Evidence, combined, judged
from dataworkbench.workspace import MasteryRule, MasteryRuleName, Settings, new_workspace

LEVELS = rows(
    "assessment_id performance_level level_order proficient min_score",
    ("S", "Beginning", 1, False, 1.0), ("S", "Meeting", 3, True, 3.0), ("S", "Exceeding", 4, True, 4.0),
)  # fmt: skip
ASSESSMENTS = rows("assessment_id title kind scale_min scale_max", ("S", "Standards", "standards", 1.0, 4.0))
SCORES = st.lists(st.sampled_from([1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0]), min_size=1, max_size=6)


def checked(held: dict[str, list[float]], **rule: object):
    """A district in which each student was checked on one standard, one score a week."""
    results = [
        (student, f"2025-10-{1 + week:02d}", score)
        for student, scores in held.items()
        for week, score in enumerate(scores)
    ]
    frame = rows("student_id test_date scale_score", *results).assign(
        school_year=YEAR, school_id="1", assessment_id="S", subject="Mathematics", standard_id="M.1", grade_level="04",
        period="Fall",
    )  # fmt: skip
    frame["test_date"] = pd.to_datetime(frame["test_date"]).dt.date
    tables = {"results": frame, "performance_levels": LEVELS, "assessments": ASSESSMENTS}
    return district(tables, Settings(mastery=MasteryRule(**rule)))


@pytest.mark.parametrize(("rule", "score"), [("weighted average", 3.125), ("decaying average", 3.1775)])
def test_the_two_decaying_rules_give_what_was_published_for_1_2_4(rule, score):
    # 0.65 x 4 + 0.35 x 1.5 = 3.125;  (1 x 0.35 + 2 x 0.65) x 0.35 + 4 x 0.65 = 3.1775.
    assert combined(Evidence((1, 2, 4)), rule) == pytest.approx(score, abs=1e-12)


def test_two_decimals_are_rounded_up_from_the_half():
    assert standard_score([1, 2, 4], rule="weighted average") == 3.13


@pytest.mark.parametrize(
    ("scores", "score"), [((1, 2, 4), 3.712311994), ((2, 3, 3, 4), 3.811121506), ((3, 2, 2, 1), 1.24795019)]
)
def test_the_power_law_is_the_curve_that_r_fits(scores, score):
    # R 4.2.2: pl <- function(s) { x <- seq_along(s)
    #   unname(exp(predict(lm(log(s) ~ log(x)), data.frame(x = length(s))))) }
    # pl(c(1,2,4)); pl(c(2,3,3,4)); pl(c(3,2,2,1))  ->  3.712311994 3.811121506 1.24795019
    assert combined(Evidence(scores, scale=(1, 4)), "power law") == pytest.approx(score, rel=1e-9)


def test_the_power_law_never_leaves_the_scale_and_needs_three_scores_above_zero():
    # The curve through 1, 4, 4 stands at 4.6; a scale that ends at 4 has no such score.
    assert combined(Evidence((1, 4, 4), scale=(1, 4)), "power law") == 4
    assert math.isnan(combined(Evidence((1, 4), scale=(1, 4)), "power law"))
    assert math.isnan(combined(Evidence((0, 2, 4), scale=(0, 4)), "power law"))


def test_of_several_most_common_scores_the_one_that_came_last_counts():
    assert combined(Evidence((3, 2, 2, 3)), "mode") == 3
    assert combined(Evidence((3, 3, 2, 2)), "mode") == 2
    assert combined(Evidence((1, 3, 3, 2)), "mode") == 3


def test_every_rule_of_the_settings_is_one_that_is_known():
    assert set(MasteryRuleName.__args__) == set(RULES)


@given(SCORES, st.sampled_from(sorted(RULES)))
def test_what_a_rule_gives_lies_between_the_lowest_and_the_highest_score_or_on_the_scale(scores, rule):
    score = combined(Evidence(tuple(scores), mastery=3.0, times=2, scale=(1.0, 4.0)), rule)
    low, high = (1.0, 4.0) if rule == "power law" else (min(scores), max(scores))
    assert math.isnan(score) or low - 1e-9 <= score <= high + 1e-9


@given(st.floats(0.5, 10), st.sampled_from([rule for rule, held in RULES.items() if held.fewest == 1]))
def test_a_single_score_is_its_own_verdict_by_every_rule_that_takes_one(score, rule):
    assert combined(Evidence((score,)), rule) == score


@given(SCORES, st.sampled_from(["average", "median", "highest"]))
def test_the_order_of_scores_matters_only_to_rules_that_look_at_time(scores, rule):
    forwards, backwards = (combined(Evidence(tuple(held)), rule) for held in (scores, scores[::-1]))
    assert forwards == pytest.approx(backwards)


@hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(SCORES, min_size=1, max_size=12))
def test_the_engine_gives_every_student_the_score_that_python_gives(scores):
    held = {f"s{place:02d}": one for place, one in enumerate(scores)}
    told = standard_verdicts(checked(held), rules=list(RULES))
    for row in told.to_dict("records"):
        mine = held[row["student_id"]]
        asked = MasteryRule(rule=row["rule"])
        score, verdict = judged(mine, cut=3.0, asked=asked, scale=(1, 4))
        assert verdict == row["verdict"]
        assert (math.isnan(score) and pd.isna(row["score"])) or score == row["score"]
        if row["rule"] == "mastered often enough":
            enough = [score for score in mine if score >= 3]
            wanted = sum(enough) / len(enough) if len(enough) >= 2 else math.nan
        else:
            wanted = standard_score(mine, rule=row["rule"], scale=(1, 4))
        assert (pd.isna(row["score"]) and math.isnan(wanted)) or row["score"] == pytest.approx(
            wanted, abs=0.0051
        )


HELD = {"a": [4.0, 2.0], "b": [2.0, 3.0], "c": [3.0, 3.0, 1.0], "d": [3.5]}


@pytest.mark.parametrize(
    ("rule", "mastered", "counted"),
    [
        ("latest", {"b", "d"}, 4),  # 2, 3, 1, 3.5
        ("highest", {"a", "b", "c", "d"}, 4),
        ("average", {"a", "d"}, 4),  # 3, 2.5, 2.33, 3.5
        ("mode", {"b", "c", "d"}, 4),  # of 4 and 2 the last, of 2 and 3 the last, 3 twice, 3.5
        ("decaying average", {"d"}, 4),  # 2.7, 2.65, 1.7, 3.5
        ("power law", set(), 1),  # c alone has three scores
        (
            "mastered often enough",
            {"c"},
            3,
        ),  # d was checked once; a and b twice, with one score at mastery each
    ],
)
def test_the_districts_rule_decides_who_has_mastered_a_standard(rule, mastered, counted):
    asked = checked(HELD, rule=rule)
    row = only(measure(asked, "standards_mastery"))
    told = standard_verdicts(asked)

    assert set(told.loc[told["verdict"] == "mastered", "student_id"]) == mastered
    assert (row["n"], row["numerator"]) == (counted, len(mastered))
    assert row["n_left_out"] == 4 - counted


def test_too_few_scores_are_no_zero_but_a_state_of_their_own():
    asked = checked(HELD, rule="average", fewest_scores=2)
    told = standard_verdicts(asked).set_index("student_id")

    assert told.loc["d", "verdict"] == "not enough evidence"
    assert math.isnan(told.loc["d", "score"])
    row = only(measure(asked, "standards_mastery"))
    assert (row["n"], row["n_left_out"], row["numerator"]) == (3, 1, 1)
    assert only(left_out(asked, "standards_mastery"))["left_out"].startswith("not enough evidence")


def test_how_many_verdicts_change_from_rule_to_rule_is_counted_both_ways():
    changed = verdicts_that_change(checked(HELD), rules=["latest", "highest", "mastered often enough"])
    one = changed.set_index(["rule", "other"])

    # latest: b, d. highest: all four. mastered often enough: c, and of d nothing is known.
    assert one.loc[
        ("latest", "highest"), ["pairs", "changed", "to_mastered", "from_mastered", "evidence"]
    ].tolist() == [4, 2, 2, 0, 0]
    assert one.loc[("highest", "latest"), ["changed", "to_mastered", "from_mastered"]].tolist() == [2, 0, 2]
    assert one.loc[
        ("latest", "mastered often enough"), ["changed", "to_mastered", "from_mastered", "evidence"]
    ].tolist() == [3, 1, 1, 1]


def test_each_rules_verdicts_add_up_to_all_students():
    frame = rules_side_by_side(checked(HELD))
    sums = frame.groupby("rule")["value"].sum()

    assert sums.tolist() == pytest.approx([1.0] * len(RULES))
    assert frame.groupby("rule")["pairs"].sum().tolist() == [4] * len(RULES)
    assert set(frame["unit"]) == {"rate"}


@pytest.mark.parametrize(
    ("rule", "not_yet", "not_enough", "mastered"),
    [
        ("latest", 2, 0, 2),  # a, c; nobody; b, d
        ("average", 2, 0, 2),  # b, c; nobody; a, d
        ("decaying average", 3, 0, 1),  # a, b, c; nobody; d
        ("power law", 1, 3, 0),  # c; a, b, d have fewer than three scores; nobody
        ("mastered often enough", 2, 1, 1),  # a, b; d was checked once; c
    ],
)
def test_the_share_of_each_verdict_under_each_rule_is_counted_by_hand(rule, not_yet, not_enough, mastered):
    frame = rules_side_by_side(checked(HELD)).set_index(["rule", "verdict"])

    told = [frame.loc[(rule, one), "value"] for one in ("not yet", "not enough evidence", "mastered")]
    assert told == [not_yet / 4, not_enough / 4, mastered / 4]
    assert frame.loc[(rule, "mastered"), "n"] == 4


@pytest.mark.parametrize(
    ("rule", "scores", "score", "verdict"),
    [
        ("latest", [2, 3], 3.0, "mastered"),  # at the cut is mastered
        ("average", [4, 3, 2], 3.0, "mastered"),
        ("average", [3, 3, 2.98], 2.99, "not yet"),
        ("decaying average", [1, 2, 4], 3.18, "mastered"),  # 0.35 x 1.65 + 0.65 x 4 = 3.1775
        ("weighted average", [4, 4, 2], 2.7, "not yet"),  # 0.65 x 2 + 0.35 x 4
        ("mastered often enough", [3, 1, 4], 3.5, "mastered"),  # the mean of 3 and 4
    ],
)
def test_a_verdict_on_scores_at_hand_is_worked_out_by_hand(rule, scores, score, verdict):
    assert judged(scores, cut=3, asked=MasteryRule(rule=rule)) == (pytest.approx(score), verdict)


def test_of_scores_at_hand_too_few_give_no_verdict():
    score, verdict = judged([4, 4], cut=3, asked=MasteryRule(rule="average", fewest_scores=3))
    assert math.isnan(score)
    assert verdict == "not enough evidence"


def test_a_standard_without_a_cut_score_has_no_verdict():
    bare = district({"results": rows("student_id scale_score", ("a", 3.0)).assign(
        school_year=YEAR, school_id="1", assessment_id="S", subject="M", standard_id="X")})  # fmt: skip
    assert only(standard_verdicts(bare))["verdict"] == "no cut score"


def test_a_rule_that_nobody_knows_is_refused_by_name():
    with pytest.raises(NoSuchNameError, match="kindest"):
        standard_verdicts(checked(HELD), rules=["kindest"])
    with pytest.raises(NoSuchNameError, match="subgroup"):
        standard_verdicts(checked(HELD), where={"subgroup": ["x"]})


def test_a_district_sets_its_rule_in_its_file(tmp_path):
    made = new_workspace(tmp_path / "ours")
    assert made.settings().mastery == MasteryRule()
    file = made.root / "workbench.toml"
    text = (
        file.read_text()
        .replace('rule = "latest"', 'rule = "decaying average"')
        .replace("fewest_scores = 1", "fewest_scores = 3")
    )
    file.write_text(text)
    assert made.settings().mastery == MasteryRule(rule="decaying average", fewest_scores=3)
    file.write_text(text.replace("decaying average", "kindest"))
    with pytest.raises(WorkbenchError, match="mastery"):
        made.settings()
