"""Evidence from the data: worked by hand on districts small enough to count on paper, and the same as the stage pages print."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from scipy import stats
from teams import BEFORE, NOW, made, snapshot
from whys import ANN, HOSTILE, Screen, fishbone, kept, name, whole_desk

from dataworkbench import views
from dataworkbench.errors import NoSuchNameError, WorkbenchError
from dataworkbench.measures import against_others, change, gap, measure
from dataworkbench.measures.intervals import difference_of_shares, wilson
from dataworkbench.records import Evidence, Finding
from dataworkbench.views.causes import evidence_words
from dataworkbench.views.causes.evidence import COMPARED, Look
from dataworkbench.warehouse import District, district_from_frames, open_workspace

YEAR = "2025-26"
SIXTH = {"school_year": YEAR, "school_id": "A", "grade_level": "06"}


def students(
    school: str, grade: str, many: int, absent: int, *, learners: int = 0, year: str = YEAR
) -> pd.DataFrame:
    """Return so many students of one grade level, of whom some missed half of 100 days; the first ``learners`` learn English."""
    return pd.DataFrame(
        {
            "student_id": [f"{school}{grade}-{at:03d}" for at in range(many)], "school_id": school, "grade_level": grade, "school_year": year,
            "days_enrolled": 100.0, "days_absent": [50.0 if at < absent else 0.0 for at in range(many)],
            "english_learner": ["Yes" if at < learners else "No" for at in range(many)],
        }
    )  # fmt: skip


def district(*pieces: pd.DataFrame, results: pd.DataFrame | None = None) -> District:
    people = pd.concat(pieces, ignore_index=True)
    tables: dict[str, Any] = {
        "schools": pd.DataFrame({"school_id": ["A", "B"], "school_name": ["Alder", "Birch"]}),
        "students": people[["student_id", "school_year", "english_learner"]],
        "enrollments": people[["student_id", "school_id", "school_year", "grade_level"]],
        "attendance_totals": people[["student_id", "school_id", "school_year", "grade_level", "days_enrolled", "days_absent"]],
    }  # fmt: skip
    if results is not None:
        tables |= {
            "results": results,
            "assessments": pd.DataFrame({"assessment_id": ["T"], "title": ["Test"], "kind": ["diagnostic"]}),
        }
    return district_from_frames(tables)


def look(
    held: District, where: dict[str, str], compared: str = "others", id_: str = "chronic_absence", **more: Any
) -> Look:
    found = views.look_for_evidence(held, id_, where, compared, audience="staff", **more)
    assert isinstance(found, Look)
    return found


@pytest.fixture(scope="module")
def small() -> District:
    """Alder: 12 of 40 in grade 6 and 6 of 60 in grade 7 missed a tenth; Birch: 10 of 50 and 5 of 50. A year before, 4 of 40."""
    return district(
        students("A", "06", 40, 12, learners=10), students("A", "07", 60, 6), students("B", "06", 50, 10), students("B", "07", 50, 5),
        students("A", "06", 40, 4, year="2024-25"),
    )  # fmt: skip


def test_a_group_beside_the_others_like_it_is_what_one_counts_by_hand(small):
    found = look(small, SIXTH)
    assert (found.figure.value, found.figure.n, found.figure.label) == (12 / 40, 40, "30%")
    assert (found.against.value, found.against.n, found.against.label) == (6 / 60, 60, "10%")
    low, high = difference_of_shares(12 / 40, wilson(12, 40), 6 / 60, wilson(6, 60))
    assert found.difference.value == pytest.approx(0.2)
    assert (found.difference.low, found.difference.high) == pytest.approx((low, high))
    assert found.words == (
        "Chronic absence, Grade 6, Alder, 2025-26: 30% (n 40; likely 18% to 45%). The other grade levels in the same school: 10% (n 60; "
        "likely 5% to 20%). Difference within the same school: +20 points (likely +4 to +36). Chance alone would seldom give so much."
    )


def test_it_is_the_number_of_the_page_that_lists_where_to_look(small):
    frame = measure(
        small,
        "chronic_absence",
        by=["grade_level", "school_id"],
        where={"school_year": YEAR, "school_id": "A"},
    )
    rows = against_others(frame, within="grade_level", alike=["school_id"])
    row = rows[rows["grade_level"] == "06"].iloc[0]
    found = look(small, SIXTH)
    assert [found.difference.value, found.difference.low, found.difference.high] == [
        row["value"],
        row["low"],
        row["high"],
    ]


def test_it_is_the_number_of_the_lead_that_the_first_page_lists():
    held = district(students("A", "06", 40, 30), students("A", "07", 60, 6))
    found = look(held, SIXTH)
    leads = views.find_leads(held, {"school_year": (YEAR,), "school_id": ("A",)}, audience="staff").rows
    lead = leads[leads["concern"].str.contains("75% of Grade 6 students")].iloc[0]
    assert [found.difference.value, found.difference.low, found.difference.high] == [
        lead["difference"],
        lead["low"],
        lead["high"],
    ]


def test_a_school_is_held_against_others_in_the_same_grade_levels_and_against_all_of_them_as_they_are(small):
    """Birch 10/50 and 5/50 against Alder 12/40 and 6/60: in grade 6 10 points less, in grade 7 none."""
    birch = {"school_year": YEAR, "school_id": "B"}
    weights = 50 * 40 / 90, 50 * 60 / 110
    alike = look(small, birch)
    assert alike.difference.value == pytest.approx(-0.1 * weights[0] / sum(weights))
    assert "within the same grade level" in alike.words
    plain = look(small, birch, "district")
    assert plain.difference.value == pytest.approx(15 / 100 - 18 / 100)
    assert evidence_words.NOT_ALIKE in plain.caveats
    assert evidence_words.NOT_ALIKE not in alike.caveats


def test_a_group_beside_itself_a_year_before_is_the_change_that_pages_print(small):
    found = look(small, SIXTH, "earlier")
    frame = measure(
        small, "chronic_absence", by=["school_year"], where=SIXTH | {"school_year": [YEAR, "2024-25"]}
    )
    row = change(frame).iloc[-1]
    assert [found.difference.value, found.difference.low, found.difference.high] == [
        row["value"],
        row["low"],
        row["high"],
    ]
    assert (found.figure.label, found.against.label, found.other) == (
        "30%",
        "10%",
        "the same group in 2024-25",
    )
    assert evidence_words.OTHER_STUDENTS in found.caveats
    assert evidence_words.TO_THE_MIDDLE in found.caveats


def test_a_group_beside_its_reference_is_the_gap_that_pages_print(small):
    """The ten learners of English are among those who were absent: 10 of 10 against 2 of 30."""
    chosen = SIXTH | {"subgroup_type": "English learner status", "subgroup": "English learner"}
    found = look(small, chosen, "reference")
    frame = measure(
        small, "chronic_absence", by=["subgroup"], where=SIXTH | {"subgroup_type": "English learner status"}
    )
    row = gap(frame).iloc[0] if "subgroup_type" in frame else gap(frame, within="subgroup").iloc[0]
    assert found.difference.value == pytest.approx(1 - 2 / 30) == pytest.approx(row["value"])
    assert (found.figure.label, found.against.label, found.other) == ("100%", "7%", "Not an English learner")


def scores(school: str, grade: str, values: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "student_id": [f"{school}{grade}-{at:03d}" for at in range(len(values))], "school_id": school, "grade_level": grade,
            "school_year": YEAR, "assessment_id": "T", "subject": "Reading", "period": "Fall", "scale_score": values, "result_status": "scored",
        }
    )  # fmt: skip


def test_means_are_held_apart_by_welchs_test_with_all_others_as_one_group():
    own, seventh, eighth = [500.0, 510, 520, 530, 540] * 3, [520.0, 525, 530, 535] * 4, [560.0, 540, 520] * 4
    results = pd.concat([scores("A", "06", own), scores("A", "07", seventh), scores("A", "08", eighth)])
    held = district(
        students("A", "06", 15, 0), students("A", "07", 16, 0), students("A", "08", 12, 0), results=results
    )
    found = look(
        held, SIXTH | {"assessment_id": "T", "subject": "Reading", "period": "Fall"}, id_="mean_score"
    )
    expected = stats.ttest_ind(own, seventh + eighth, equal_var=False).confidence_interval()
    assert found.difference.value == pytest.approx(sum(own) / 15 - sum(seventh + eighth) / 28)
    assert (found.difference.low, found.difference.high) == pytest.approx((expected.low, expected.high))
    assert found.difference.label == "\N{MINUS SIGN}12.9"


def bus(riders_absent: int, others_absent: int) -> District:
    """40 students of one grade level, half of them on one route."""
    people = students("A", "06", 40, 0)
    rides = [at % 2 == 0 for at in range(40)]
    absent = [(at // 2) < (riders_absent if ride else others_absent) for at, ride in enumerate(rides)]
    people["days_absent"] = [50.0 if one else 0.0 for one in absent]
    tables = {
        "schools": pd.DataFrame({"school_id": ["A"], "school_name": ["Alder"]}),
        "students": people[["student_id", "school_year"]].assign(bus_route=["Route <17>" if ride else None for ride in rides]),
        "enrollments": people[["student_id", "school_id", "school_year", "grade_level"]],
        "attendance_totals": people[["student_id", "school_id", "school_year", "grade_level", "days_enrolled", "days_absent"]],
    }  # fmt: skip
    return district_from_frames(tables)


def test_those_with_a_thing_beside_those_without_it_is_the_line_of_the_screen_of_causes():
    held = bus(12, 2)
    where = {"school_year": YEAR, "grade_level": "06"}
    found = look(held, where, "with", thing="Rides Route <17>")
    screened = views.screen_causes(held, "chronic_absence", where, audience="staff").rows
    row = screened[screened["factor"] == "Rides Route <17>"].iloc[0]
    assert [found.difference.value, found.difference.low, found.difference.high] == [
        row["value"],
        row["low"],
        row["high"],
    ]
    assert (found.figure.label, found.figure.n, found.against.label, found.against.n) == (
        "60%",
        20,
        "10%",
        20,
    )
    assert (found.figure.low, found.figure.high) == pytest.approx(wilson(12, 20))
    assert "It stands out, all looks counted." in found.words
    assert evidence_words.FACTORS in found.caveats


def test_a_thing_that_does_not_stand_out_is_said_to_be_within_chance():
    found = look(bus(4, 4), {"school_year": YEAR, "grade_level": "06"}, "with", thing="Rides Route <17>")
    assert found.difference.value == 0
    assert "It could be chance, all looks counted." in found.words


@pytest.mark.parametrize(
    ("where", "compared", "told"),
    [
        ({"school_year": YEAR}, "others", "Everybody together has no others"),
        ({"school_year": YEAR}, "district", "Choose a school first"),
        ({"school_year": YEAR}, "reference", "Choose a group of students first"),
        ({}, "earlier", "Choose one school year first"),
        ({"school_year": "2024-25", "grade_level": "06"}, "earlier", "There is no figure for 2023-24"),
        ({"school_year": YEAR, "grade_level": "12"}, "others", "nobody in this group"),
        ({"school_year": YEAR, "grade_level": "06"}, "with", "Choose first what some of these students have"),
    ],
)
def test_what_cannot_be_said_is_an_answer_with_its_reason(small, where, compared, told):
    found = look(small, where, compared)
    assert told in found.cannot
    assert "it cannot be said" in found.words
    assert found.difference.value is None


def test_a_measure_whose_tables_were_never_brought_says_how_to_bring_them(small):
    found = look(small, SIXTH, id_="incident_rate")
    assert "has not brought" in found.cannot


def test_names_that_are_not_there_are_an_error_with_what_there_is(small):
    for id_, where, compared in (
        ("absence", SIXTH, "others"),
        ("chronic_absence", {"grade": "06"}, "others"),
        ("chronic_absence", SIXTH, "x"),
    ):
        with pytest.raises(NoSuchNameError):
            look(small, where, compared, id_)


def test_nothing_beside_it_is_no_claim_of_a_cause(small):
    found = look(small, SIXTH, "none")
    assert found.words == "Chronic absence, Grade 6, Alder, 2025-26: 30% (n 40; likely 18% to 45%)."
    assert found.caveats == (evidence_words.ALONE,)


def test_few_students_on_a_side_are_said(small):
    found = look(district(students("A", "06", 8, 3), students("A", "07", 60, 6)), SIXTH)
    assert "Only 8 stand behind one of these figures: a single student moves it." in found.caveats
    assert not any("Only" in said for said in look(small, SIXTH).caveats)


def test_an_end_of_a_range_that_is_not_nothing_does_not_read_as_nothing(small):
    """A range from just above nothing must not read as holding nothing."""
    found = look(district(students("A", "06", 100, 20), students("A", "07", 100, 10)), SIXTH)
    assert found.difference.low == pytest.approx(0.0001, abs=5e-5)
    assert "(likely +0.01 to +20)" in found.words
    assert "seldom" in found.words


def test_every_comparison_has_words_and_a_caveat(small):
    chosen = SIXTH | {"subgroup_type": "English learner status", "subgroup": "English learner"}
    for compared in COMPARED:
        found = look(small, chosen, compared, thing="English learner")
        assert found.words
        assert found.cannot or found.caveats


def test_on_the_public_road_nothing_of_it_is_read(small):
    said = views.look_for_evidence(small, "chronic_absence", SIXTH, audience="public")
    assert "staff only" in str(said)


# --- chosen, seen and pinned on a screen --------------------------------------------------------------------------------


@pytest.fixture
def team(tmp_path) -> Any:
    """Ten of 40 missed a tenth a year ago, 20 of 40 this year so far; a finding, a fishbone and a cause."""
    return made(tmp_path / "d", before=10, now=20)


def cause_of(held: District) -> str:
    records = kept(held)
    where = {"grade_level": ("06",), "school_id": ("S1",), "school_year": (NOW,)}
    finding = records.add(Finding(concern="50% were often absent", indicator="chronic_absence", where=where))
    bones, (cause,) = fishbone(records, f"The bus comes late {HOSTILE}")
    records.change(bones, records.entry(bones).body, seen=1, follows=[finding.id])
    return cause


def asked(cause: str, compared: str = "earlier", **chosen: str) -> dict[str, Any]:
    group = {"grade_level": "06", "school_id": "S1", "school_year": NOW} | chosen
    return {"about": cause, "indicator": "chronic_absence", "chosen": group, "compared": compared}


def pin(screen: Screen, cause: str, seen: dict[str, Any], side: str = "for", **more: Any) -> Evidence:
    held = screen.act(
        "pin_evidence",
        id=name("evidence"),
        about=cause,
        mark=seen["mark"],
        asked=seen["asked"],
        side=side,
        **more,
    )
    return kept(screen.desk.district).entry(held).body


def test_the_form_begins_with_the_measure_and_the_group_of_the_finding(team):
    desk, cause = whole_desk(team), cause_of(team)
    first = desk.fetch(ANN, "evidence_choices", {"about": cause})
    assert first["indicator"] == "chronic_absence"
    assert first["chosen"] == {"grade_level": "06", "school_id": "S1", "school_year": NOW}
    more = desk.fetch(ANN, "evidence_choices_of", {"indicator": "chronic_absence"})
    assert {column["name"] for column in more["columns"]} >= {"school_id", "grade_level"}
    assert [year for _, year in more["years"]] == [NOW, BEFORE]


def test_a_preview_writes_nothing_and_what_is_pinned_is_what_was_seen(team):
    desk, cause = whole_desk(team), cause_of(team)
    before = kept(team).newest
    seen = desk.fetch(ANN, "evidence_preview", asked(cause))
    assert kept(team).newest == before
    assert "50% (n 40" in seen["words"]
    assert evidence_words.OTHER_STUDENTS in seen["caveats"]
    body = pin(Screen(desk), cause, seen, side="against")
    assert (body.words, body.caveat, body.side, body.kind) == (
        seen["words"],
        " ".join(seen["caveats"]),
        "against",
        "data",
    )
    assert (body.figure.value, body.against.value) == (0.5, 0.25)
    (entry,) = kept(team).latest(Evidence)
    assert (entry.snapshot, entry.follows) == (team.snapshot_id, (cause,))


def test_on_which_side_it_counts_is_for_the_team_to_say(team):
    desk, cause = whole_desk(team), cause_of(team)
    seen = desk.fetch(ANN, "evidence_preview", asked(cause))
    with pytest.raises(WorkbenchError, match="is no side"):
        pin(Screen(desk), cause, seen, side="")
    assert kept(team).latest(Evidence) == []


def test_that_it_cannot_be_said_can_be_pinned_and_counts_on_no_side(team):
    desk, cause = whole_desk(team), cause_of(team)
    seen = desk.fetch(ANN, "evidence_preview", asked(cause, "others"))
    assert seen["cannot"]
    body = pin(Screen(desk), cause, seen, side="")
    assert (body.kind, body.figure.value, body.words) == ("none", 0.5, seen["words"])


def test_newer_data_are_told_and_looked_at_beside_what_was_pinned(team):
    cause = cause_of(team)
    screen = Screen(whole_desk(team))
    why = screen.why(cause, "The route is longer")
    seen = screen.desk.fetch(ANN, "evidence_preview", asked(why))
    pin(screen, why, seen)
    (first,) = screen.chain["whys"][0]["evidence"]
    assert not first["data"]["is_older"]
    snapshot(team.workspace, before=10, now=4)
    later = Screen(whole_desk(open_workspace(team.workspace.root)))
    (old,) = later.chain["whys"][0]["evidence"]
    assert old["data"]["is_older"]
    again = later.desk.fetch(ANN, "evidence_preview", {"about": why, "asked": old["data"]["asked"]})
    assert again["asked"] == seen["asked"]
    assert again["figure"]["label"] == "10%"
    pin(later, why, again, side="against")
    old, new = later.chain["whys"][0]["evidence"]
    assert (old["words"], old["side"], new["side"], new["data"]["is_older"]) == (
        seen["words"],
        "for",
        "against",
        False,
    )


def test_what_was_seen_on_other_data_is_not_pinned_after_a_break(team):
    cause = cause_of(team)
    seen = whole_desk(team).fetch(ANN, "evidence_preview", asked(cause))
    again = Screen(whole_desk(open_workspace(team.workspace.root)))
    assert pin(again, cause, seen).words == seen["words"]
    snapshot(team.workspace, before=10, now=4)
    later = Screen(whole_desk(open_workspace(team.workspace.root)))
    with pytest.raises(WorkbenchError, match="something else now than what you saw, so nothing was pinned"):
        pin(later, cause, seen)


def test_what_it_cannot_tell_goes_along_where_the_chain_is_taken_along(team):
    screen, cause = Screen(whole_desk(team)), cause_of(team)
    why = screen.why(cause, "The route is longer")
    seen = screen.desk.fetch(ANN, "evidence_preview", asked(why))
    pin(screen, why, seen)
    text = screen.desk.fetch(ANN, "whys_markdown", {"start": cause})["text"]
    assert "50% (n 40" in text
    assert evidence_words.OTHER_STUDENTS in text


def test_what_is_sent_twice_is_pinned_once(team):
    screen, cause = Screen(whole_desk(team)), cause_of(team)
    seen = screen.desk.fetch(ANN, "evidence_preview", asked(cause))
    letter = {
        "id": name("evidence"),
        "about": cause,
        "mark": seen["mark"],
        "asked": seen["asked"],
        "side": "for",
    }
    assert screen.act("pin_evidence", **letter) == screen.act("pin_evidence", **letter)


def test_many_looks_for_one_cause_are_said_and_pinned_with_the_figure(team):
    screen, cause = Screen(whole_desk(team)), cause_of(team)
    for compared in ("earlier", "none", "others"):
        seen = screen.desk.fetch(ANN, "evidence_preview", asked(cause, compared))
    seen = screen.desk.fetch(ANN, "evidence_preview", asked(cause, "earlier"))
    assert seen["caveats"][-1] == evidence_words.many_looks(3)
    assert "3 comparisons were looked at here" in pin(screen, cause, seen).caveat


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"indicator": "no such measure"}, "no such measure"),
        ({"indicator": ""}, "The measure is still empty"),
        ({"compared": "everything"}, "is no comparison"),
        ({"asked": {"indicator": "chronic_absence", "where": {"no column": ["x"]}, "compared": "others"}}, "no column"),
    ],
)  # fmt: skip
def test_a_browser_that_asks_for_what_is_not_there_is_told_so(team, wrong, told):
    desk, cause = whole_desk(team), cause_of(team)
    with pytest.raises(WorkbenchError, match=told):
        desk.fetch(ANN, "evidence_preview", asked(cause) | wrong)


@pytest.mark.parametrize("chosen", [{"grade_level": HOSTILE}, {"grade_level": ""}, "not a mapping", None])
def test_whatever_a_browser_chose_is_a_figure_or_said_to_be_none(team, chosen):
    desk, cause = whole_desk(team), cause_of(team)
    seen = desk.fetch(ANN, "evidence_preview", asked(cause) | {"chosen": chosen})
    assert seen["cannot"] or seen["figure"]


def test_evidence_is_pinned_to_a_cause_or_a_why_alone(team):
    screen, cause = Screen(whole_desk(team)), cause_of(team)
    seen = screen.desk.fetch(ANN, "evidence_preview", asked(cause))
    finding = kept(team).latest(Finding)[0].id
    with pytest.raises(WorkbenchError, match="not there any more"):
        pin(screen, finding, seen)


def test_plain_values_alone_go_to_the_browser(team):
    screen, cause = Screen(whole_desk(team)), cause_of(team)
    for compared in COMPARED:
        seen = screen.desk.fetch(ANN, "evidence_preview", asked(cause, compared))
        for side in ("figure", "against", "difference"):
            held = seen[side]
            assert held is None or not any(
                isinstance(value, float) and math.isnan(value) for value in held.values()
            )
