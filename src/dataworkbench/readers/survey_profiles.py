"""A survey told in short: which columns are questions, and which words are the answers, from the least to the most.

A form has many questions that are read alike. Said in short, a profile names the columns that are no questions, and the
three tables of a survey (answers, questions, the survey itself) are made of that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, Self

from pydantic import BeforeValidator, Field, model_validator

from dataworkbench.readers.profile_words import Names, Strict, one_or_more

Steps = tuple[tuple[str, ...], ...]
"""The answers from the least to the most; each step with all the words that mean it."""

_MIDDLE: Final = (
    "Neutral",
    "Neither agree nor disagree",
    "Neither agree or disagree",
    "Neither",
    "Undecided",
)
SCALES: Final[Mapping[str, Steps]] = MappingProxyType(
    {
        "agreement of 4": (("Strongly disagree",), ("Disagree",), ("Agree",), ("Strongly agree",)),
        "agreement of 5": (("Strongly disagree",), ("Disagree",), _MIDDLE, ("Agree",), ("Strongly agree",)),
        "agreement of 6": (
            ("Strongly disagree",), ("Disagree",), ("Somewhat disagree", "Slightly disagree"),
            ("Somewhat agree", "Slightly agree"), ("Agree",), ("Strongly agree",),
        ),
        "frequency of 4": (("Never",), ("Sometimes",), ("Often",), ("Always",)),
        "frequency of 5": (("Never",), ("Rarely", "Seldom"), ("Sometimes",), ("Often", "Frequently"), ("Always",)),
        "yes or no": (("No",), ("Yes",)),
    }
)  # fmt: skip
"""Answers that many forms offer, by the name that a profile gives them."""

_NUMBERS: Final = re.compile(r"1 to (\d+)")
_OF_QUESTIONS: Final = {"topic": "", "pair": "", "reversed": "no"}


def _steps(value: Any) -> Any:
    """Return the answers as steps, from a list, the name of a scale, or "1 to 5"."""
    if isinstance(value, (list, tuple)):
        return tuple(one_or_more(one) for one in value)
    if not isinstance(value, str):
        return value
    numbers = _NUMBERS.fullmatch(value.strip())
    if numbers:
        return tuple((str(n),) for n in range(1, int(numbers[1]) + 1))
    if value not in SCALES:
        raise ValueError(
            f"there is no scale '{value}'; there are {', '.join(SCALES)}, and '1 to 5'. "
            "Else list the answers, from the least to the most"
        )
    return SCALES[value]


def _rule(value: Any) -> Any:
    return {"always": value} if isinstance(value, str) else value


class Questions(Strict):
    """The columns that are questions: all but some, those of a pattern, a list, or short names with the headers."""

    all_but: Names = ()
    pattern: str = ""
    listed: Names = ()
    named: dict[str, Names] = Field(default={})


def _questions(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return {"listed": value}
    if isinstance(value, dict) and not set(value) & set(Questions.model_fields):
        return {"named": value}
    return value


class Survey(Strict):
    """A survey as one form wrote it: one row of the file is one person, one column a question."""

    called: Annotated[dict[str, Any], BeforeValidator(_rule)] = Field(
        default={},
        description="What the survey is called in our tables; the profile's name, where it is not said.",
    )
    title: str = Field(
        default="", description="The name that people read; the profile's, where it is not said."
    )
    role: Annotated[dict[str, Any], BeforeValidator(_rule)] = Field(
        description="Who answered: student, family or staff; or the column that says so."
    )
    answers: Annotated[Steps, BeforeValidator(_steps)] = Field(
        description="The answers from the least to the most, or the name of a scale that many forms use."
    )
    no_answer: Names = Field(default=(), description="Words that are no answer, such as Don't know.")
    questions: Annotated[Questions, BeforeValidator(_questions)]
    reversed: Names = Field(default=(), description="Questions in which agreeing is unfavourable.")
    topics: dict[str, Names] = Field(default={}, description="What questions are about.")
    pairs: dict[str, Names] = Field(
        default={}, description="A name for questions that another role is asked too, in other words."
    )
    answered_on: str = Field(default="", description="The header of the day on which it was answered.")
    columns: dict[str, Any] = Field(
        default={}, description="Where school, grade level, school year and period come from."
    )

    @model_validator(mode="after")
    def _questions_are_known(self) -> Self:
        headers = {one for names in self.questions.named.values() for one in names}
        there = headers | set(self.questions.named) | set(self.questions.listed)
        said = (
            *self.reversed,
            *(one for names in (*self.topics.values(), *self.pairs.values()) for one in names),
        )
        unknown = [one for one in said if there and one not in there]
        if unknown:
            raise ValueError(f"there is no question '{unknown[0]}' under `questions`")
        return self


def survey_tables(survey: Survey, name: str, title: str) -> list[dict[str, Any]]:
    """Return the tables of a survey, as a profile tells them at length."""
    columns = _common(survey, name)
    asked = _for_each(survey)
    book = {word: str(place) for place, step in enumerate(survey.answers, start=1) for word in step}
    answer = {"column": "{header}", "values": {**book, **dict.fromkeys(survey.no_answer, "")}}
    person = survey.columns.get("respondent_id", {"numbered": True})
    items = {
        "item_id": {"always": "{item}"}, "pair_id": {"always": "{pair}"}, "topic": {"always": "{topic}"},
        "wording": {"always": "{header}"}, "choices": {"always": str(len(survey.answers))}, "reversed": {"always": "{reversed}"},
    }  # fmt: skip
    whose = {key: columns[key] for key in ("survey_id", "role")}
    return [
        {"table": "survey_responses", "for_each": asked, "needs_one_of": ["answer"], "keep_blanks": True,
         "columns": {**columns, "respondent_id": person, "item_id": {"always": "{item}"}, "answer": answer}},
        {"table": "survey_items", "for_each": asked, "columns": {**whose, **items}},
        {"table": "surveys", "columns": {**whose, "title": {"always": survey.title or title}, **_when(columns)}},
    ]  # fmt: skip


def _when(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {key: columns[key] for key in ("school_year", "period") if key in columns}


def _common(survey: Survey, name: str) -> dict[str, Any]:
    """Return the columns that say which survey it was, who answered, where and when."""
    told: dict[str, Any] = {"school_year": {"current_year": True}}
    if survey.answered_on:
        told = {
            "school_year": {"school_year_of": survey.answered_on},
            "period": {"period_of": survey.answered_on},
        }
    told |= {key: rule for key, rule in survey.columns.items() if key != "respondent_id"}
    called = survey.called or {"always": name}
    if set(called) == {"always"}:
        called = {"text": "_".join([str(called["always"]), *(f"{{{key}}}" for key in _when(told))])}
    return {"survey_id": called, "role": survey.role, **told}


def _for_each(survey: Survey) -> dict[str, Any]:
    asked = survey.questions
    about: dict[str, dict[str, str]] = {one: {"pair": one} for one in asked.named}
    for key, groups in (
        ("topic", survey.topics),
        ("pair", survey.pairs),
        ("reversed", {"yes": survey.reversed}),
    ):
        for said, names in groups.items():
            for one in names:
                about.setdefault(one, {})[key] = said
    told: dict[str, Any] = {"fields": _OF_QUESTIONS, "of_items": about}
    if asked.named or asked.listed:
        named = asked.named or {one: (one,) for one in asked.listed}
        return {**told, "items": [{"name": one, "header": headers} for one, headers in named.items()]}
    return {**told, "pattern": asked.pattern, "all_but": asked.all_but}
