"""Where truly nothing differs, a list of places to look is nearly always empty. The same code makes docs/false-alarms.md."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from scipy import stats

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
MANY = 20


@pytest.fixture(scope="module")
def false_alarms():
    sys.path.insert(0, str(BENCHMARKS))
    import false_alarms

    yield false_alarms
    sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="module")
def counts(false_alarms):
    lists = [screen for screen in false_alarms.SCREENS if screen.name.startswith(("Leads", "Candidate"))]
    size = false_alarms.Size(schools=2, students=90)
    told = false_alarms.count([*lists, false_alarms.ONE_BY_ONE], MANY, seed=3, size=size)
    return {one.screen.name: one for one in told}


@pytest.mark.slow
@pytest.mark.thorough
def test_no_list_raises_more_alarms_than_it_states(counts, false_alarms):
    """Of 20 districts 5 in 100 is one; more than four come by chance in fewer than 1 of 300 tests (binomial, by R: 1 - pbinom(4, 20, 0.05) = 0.00257)."""
    alarms = {name: one.alarms for name, one in counts.items() if name != false_alarms.ONE_BY_ONE.name}
    assert len(alarms) == 8
    assert {name: many for name, many in alarms.items() if many > 4} == {}
    assert all(counts[name].asked == MANY for name in alarms)


@pytest.mark.slow
@pytest.mark.thorough
def test_the_same_looks_taken_one_by_one_raise_far_more(counts, false_alarms):
    assert counts[false_alarms.ONE_BY_ONE.name].alarms > 4


@pytest.mark.parametrize(("alarms", "asked"), [(0, 20), (3, 20), (20, 20)])
def test_the_interval_of_a_rate_is_the_exact_one(false_alarms, alarms, asked):
    """As scipy's own exact interval, which this table does not use."""
    exact = stats.binomtest(alarms, asked).proportion_ci(method="exact")
    told = false_alarms.Count(false_alarms.SCREENS[0], alarms, asked)
    assert told.interval == pytest.approx((exact.low, exact.high))


def test_a_screen_is_called_above_its_rate_only_when_chance_cannot_explain_it(false_alarms):
    """By R 4.2.2: 1 - pbinom(18, 200, 0.05) = 0.005824; of one screen that is too many, of twenty screens it is to be expected."""
    screen = false_alarms.SCREENS[0]
    often, kept = (false_alarms.Count(screen, alarms, 200) for alarms in (19, 10))
    assert often.chance == pytest.approx(0.005823557968, abs=1e-9)
    assert false_alarms.verdicts([often]) == ["**above its rate**"]
    assert false_alarms.verdicts([often, *[kept] * 19])[0] == "keeps its rate"
    assert (
        false_alarms.verdicts([false_alarms.Count(screen, 42, 200), *[kept] * 19])[0] == "**above its rate**"
    )


def test_a_district_without_effects_is_the_same_each_time_and_has_all_that_screens_read(false_alarms):
    size = false_alarms.Size(schools=2, students=30)
    one, other, third = (false_alarms.make(seed, size) for seed in (1, 1, 2))
    asked = "SELECT sum(scale_score) AS s FROM results"
    assert one.ask(asked)["s"].iloc[0] == other.ask(asked)["s"].iloc[0] != third.ask(asked)["s"].iloc[0]
    for table in (
        "students",
        "results",
        "attendance_totals",
        "incidents",
        "interventions",
        "survey_responses",
        "observations",
        "sections",
    ):
        assert one.has(table)
