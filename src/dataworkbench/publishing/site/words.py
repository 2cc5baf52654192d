"""Words of the public pages in one language: a message catalogue, and numbers and dates as that language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from babel import Locale
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from dataworkbench.errors import no_such
from dataworkbench.workspace import shipped

LANGUAGES: Final[Mapping[str, str]] = {"en": "English", "es": "Español"}
"""The languages of the public pages, each by its own name."""
_LOCALES: Final[Mapping[str, str]] = {"en": "en_US", "es": "es_US"}
_ENGLISH: Final = "en"


def later(message: str) -> str:
    """Return a message as it is; the mark by which the catalogue finds messages that are said elsewhere."""
    return message


@dataclass(frozen=True)
class Words:
    """What pages say in one language. A message is its own English, so what has no translation is still readable."""

    language: str
    locale: Locale
    messages: Mapping[str, str]

    def say(self, message: str, **values: object) -> str:
        """Return a message in this language with its gaps filled; plain text."""
        said = self.messages.get(message, message)
        return said.format(**values) if values else said

    def knows(self, message: str) -> bool:
        """Return whether a text is there in this language."""
        return self.language == _ENGLISH or message in self.messages

    def html(self, message: str, **values: object) -> Markup:
        """Return a message with its gaps filled by safe HTML; what is not safe yet is escaped."""
        return Markup(escape(self.say(message))).format(  # noqa: S704 - the message is escaped, and so is each value
            **values
        )

    def text(self, text: str) -> Markup:
        """Return a text of the release in this language, or as it is, marked as English."""
        if self.knows(text) or not text:
            return escape(self.say(text))
        return Markup('<span lang="en">{}</span>').format(text)

    def number(self, number: float, decimals: int = 0) -> str:
        """Return a number as this language writes it."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return format_decimal(number, format=pattern, locale=self.locale)

    def percent(self, share: float) -> str:
        """Return a share of 0 to 1 as a percent, with the decimals that it has and no more."""
        sign = self.locale.percent_formats[None].pattern.replace("#,##0", "").replace("0", "")
        return f"{format_decimal(round(share * 100, 6), format='#,##0.##', locale=self.locale)}{sign}"

    def day(self, iso: str) -> str:
        """Return a day in words, such as "September 30, 2026"; what is no day comes back as it is."""
        try:
            return format_date(date.fromisoformat(iso[:10]), format="long", locale=self.locale)
        except ValueError:
            return iso


@lru_cache(maxsize=8)
def words_of(language: str) -> Words:
    """Return the words of one language.

    Raises
    ------
    NoSuchNameError
        Where there is no catalogue of that language.

    """
    if language not in LANGUAGES:
        raise no_such("language of the public pages", language, LANGUAGES)
    said = {m.id: m.string for m in catalogue_of(language) if m.id and m.string and not m.fuzzy}
    return Words(language, Locale.parse(_LOCALES[language]), _texts(said))


def catalogue_of(language: str) -> Catalog:
    """Return the message catalogue of one language as it lies in its file."""
    path = shipped("templates") / "site" / "messages" / f"{language}.po"
    with path.open("rb") as file:
        return read_po(file, locale=_LOCALES[language], domain="messages")


def _texts(said: Mapping[Any, Any]) -> dict[str, str]:
    return {key: text for key, text in said.items() if isinstance(key, str) and isinstance(text, str)}
