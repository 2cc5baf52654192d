"""What students, families and staff answered."""

from __future__ import annotations

from dataworkbench.measures.definition import Indicator, Question, UnitRows, row_by_row
from dataworkbench.workspace import Settings

_PERSON = ("survey_id", "role", "respondent_id")
_DIMENSIONS = (
    "school_year", "period", "school_id", "grade_level", "survey_id", "role", "topic", "item_id", "pair_id",
)  # fmt: skip
_BRING = "Bring a survey export, with a mapping that says which question is which."

ANSWERS = """
    SELECT a.survey_id, a.role, a.respondent_id, a.school_year, a.period, a.school_id, a.grade_level, a.item_id,
        a.answer, i.choices, i.topic, i.pair_id,
        CASE WHEN a.answer IS NULL THEN 'left blank' WHEN i.choices IS NULL THEN 'how many choices there were is not known'
            WHEN a.answer < 1 OR a.answer > i.choices THEN 'the answer is not one of the choices' END AS unusable,
        CASE WHEN i.choices >= 4 THEN i.choices - 1 ELSE i.choices END AS favourable_from,
        i.choices % 2 = 1 AND a.answer = (i.choices + 1) // 2 AS neutral
    FROM survey_responses AS a LEFT JOIN survey_items AS i
        ON i.survey_id = a.survey_id AND i.role = a.role AND i.item_id = a.item_id
"""


def _top_box(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        SELECT *, unusable AS left_out, CASE WHEN answer >= favourable_from THEN 1 ELSE 0 END AS x
        FROM ({ANSWERS}) AS answers
    """
    return row_by_row(sql, _PERSON, joins_subgroups=False)


def _without_neutral(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        SELECT *, coalesce(unusable, CASE WHEN neutral THEN 'neutral answer' END) AS left_out,
            CASE WHEN answer >= favourable_from THEN 1 ELSE 0 END AS x
        FROM ({ANSWERS}) AS answers
    """
    return row_by_row(sql, _PERSON, joins_subgroups=False)


def _each_answer(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        SELECT answers.*, CAST(held.choice AS VARCHAR) AS answer_choice, unusable AS left_out,
            CASE WHEN answer = held.choice THEN 1 ELSE 0 END AS x
        FROM ({ANSWERS}) AS answers, (SELECT unnest(range(1, 12)) AS choice) AS held
        WHERE held.choice <= coalesce(answers.choices, 1)
    """
    return row_by_row(sql, _PERSON, joins_subgroups=False)


def _responded(_settings: Settings, _asked: Question) -> UnitRows:
    sql = """
        WITH came AS (
            SELECT survey_id, role, count(DISTINCT respondent_id) AS people FROM survey_responses GROUP BY ALL
        )
        SELECT s.survey_id, s.role, s.school_year, s.period, CAST(asked.person AS VARCHAR) AS respondent_id,
            CASE WHEN s.invited IS NULL THEN 'how many were asked is not known' END AS left_out,
            CASE WHEN asked.person <= came.people THEN 1 ELSE 0 END AS x
        FROM surveys AS s LEFT JOIN came ON came.survey_id = s.survey_id AND came.role = s.role,
            unnest(range(1, coalesce(greatest(s.invited, came.people), 1) + 1)) AS asked(person)
    """
    return row_by_row(sql, _PERSON, joins_subgroups=False)


_NEEDS = ("survey_responses", "survey_items")
_RULE = (
    "The two most favourable choices (of two or three choices, the most favourable one). Answers are kept so that 1 is the "
    "least favourable, also for questions where agreeing is unfavourable."
)

INDICATORS = (
    Indicator(
        id="survey_top_box", version=1, title="Favourable answers",
        sentence="The share of answers in the two most favourable choices.",
        unit="rate", numerator="favourable answers", denominator="answers, neutral ones too; n is the number of people",
        left_out="people who left all of these questions blank", direction="higher", stage=1, source=_RULE,
        dimensions=_DIMENSIONS, how_to_bring=_BRING, rows=_top_box, needs=_NEEDS, never_mixes=("role",),
        hidden_below="survey_fewest",
    ),
    Indicator(
        id="survey_top_box_without_neutral", version=1, title="Favourable answers, neutral ones left out",
        sentence="The share of answers in the two most favourable choices, of the answers that were not neutral.",
        unit="rate", numerator="favourable answers", denominator="answers that were not neutral; n is the number of people",
        left_out="people who left these questions blank or answered them all in the middle", direction="higher", stage=1,
        source=_RULE, dimensions=_DIMENSIONS, how_to_bring=_BRING, rows=_without_neutral, needs=_NEEDS, never_mixes=("role",),
        hidden_below="survey_fewest",
    ),
    Indicator(
        id="survey_answers", version=1, title="Answers by choice",
        sentence="The share of answers at each choice, from the least to the most favourable.",
        unit="rate", numerator="answers at the choice", denominator="answers; n is the number of people",
        left_out="people who left all of these questions blank", direction="neither", stage=1,
        source="Answers are kept so that 1 is the least favourable.", dimensions=(*_DIMENSIONS, "answer_choice"),
        how_to_bring=_BRING, rows=_each_answer, needs=_NEEDS, never_mixes=("role",), always_by=("answer_choice",),
        hidden_below="survey_fewest",
    ),
    Indicator(
        id="survey_response_rate", version=1, title="Response rate",
        sentence="The share of the people asked who gave at least one answer.",
        unit="rate", numerator="people who answered", denominator="people asked", left_out="surveys without a number of people asked",
        direction="higher", stage=1, source="The survey's own count of people asked.",
        dimensions=("school_year", "period", "survey_id", "role"), how_to_bring=_BRING, rows=_responded,
        needs=("surveys", "survey_responses"),
    ),
)  # fmt: skip
