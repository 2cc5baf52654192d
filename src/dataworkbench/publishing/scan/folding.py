"""Words as they are compared: without accents, capitals, hyphens, apostrophes and letters that cannot be seen."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_WORDS: Final = re.compile(r"[^\W_]+")
_UNSEEN: Final = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"  # marks that stand on a letter
    "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"  # nothing to see
)
_SHORT: Final = 200
_APOSTROPHES: Final = re.compile(
    "['`\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}]"
)
_POSSESSIVE: Final = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}]s\\b")
_APART: Final = {
    "ø": "o", "đ": "d", "ł": "l", "\N{LATIN SMALL LETTER DOTLESS I}": "i", "ħ": "h", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th",
}  # fmt: skip
_LETTERS: Final = re.compile(f"[{''.join(_APART)}]")


def folded(text: str) -> str:
    """Return a text in small letters, without accents, apostrophes and letters that cannot be seen."""
    plain = _APOSTROPHES.sub("", _POSSESSIVE.sub("", text))
    if plain.isascii():
        return plain.lower()
    apart = unicodedata.normalize("NFKD", plain)
    return _LETTERS.sub(lambda found: _APART[found.group()], _UNSEEN.sub("", apart).casefold())


def words(text: str) -> list[str]:
    """Return the words of a text as they are compared; a hyphen, a dot and a line below part two words."""
    return _WORDS.findall(folded(text)) if len(text) > _SHORT else list(_words_of_short(text))


@lru_cache(maxsize=100_000)
def _words_of_short(text: str) -> tuple[str, ...]:
    """Return the words of a short text; labels stand on a page a thousand times."""
    return tuple(_WORDS.findall(folded(text)))
