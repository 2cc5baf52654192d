"""The catalogue of messages: nothing that pages say lacks a translation, and gaps agree."""

from __future__ import annotations

import re

import pytest
from messages_used import all_messages, in_code, in_definitions, in_rubrics

from dataworkbench.errors import NoSuchNameError
from dataworkbench.publishing.site.words import LANGUAGES, catalogue_of, words_of

GAPS = re.compile(r"\{(\w+)\}")
SAME_IN_SPANISH = {"{title}: {about}"}
"""Messages whose Spanish is their English."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_of_the_pages_stands_in_the_catalogue(language):
    known = {m.id for m in catalogue_of(language) if m.id}
    assert sorted(all_messages() - known) == []


def test_every_message_has_a_spanish_translation():
    lacking = sorted(m.id for m in catalogue_of("es") if m.id and not m.string)
    assert lacking == []


def test_no_translation_is_the_english_left_standing():
    same = {m.id for m in catalogue_of("es") if m.id and m.string == m.id and " " in m.id}
    assert same - SAME_IN_SPANISH == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_gaps_of_its_message(language):
    wrong = [
        m.id
        for m in catalogue_of(language)
        if m.string and sorted(GAPS.findall(m.id)) != sorted(GAPS.findall(m.string))
    ]
    assert wrong == []


def test_the_catalogue_holds_no_message_that_nothing_says():
    assert sorted({m.id for m in catalogue_of("es") if m.id} - all_messages()) == []


def test_messages_are_found_in_code_rubrics_and_definitions():
    assert "This school in short" in in_code()
    assert "Published as one number." in in_code()
    assert any("pillars" in text.lower() for text in in_rubrics())
    assert "Chronic absence" in in_definitions()


def test_a_language_without_a_catalogue_is_said():
    with pytest.raises(NoSuchNameError, match="fr"):
        words_of("fr")


def test_numbers_percents_and_days_are_written_as_the_language_writes_them():
    english, spanish = words_of("en"), words_of("es")
    assert (english.number(12345), english.percent(0.055), english.day("2026-09-30")) == (
        "12,345", "5.5%", "September 30, 2026",
    )  # fmt: skip
    assert spanish.day("2026-09-30") == "30 de septiembre de 2026"


def test_a_text_without_a_translation_is_marked_as_english_and_escaped():
    assert str(words_of("es").text("<b>Own</b>")) == '<span lang="en">&lt;b&gt;Own&lt;/b&gt;</span>'
    assert str(words_of("en").text("<b>Own</b>")) == "&lt;b&gt;Own&lt;/b&gt;"
