"""Words as they are compared: without accents, capitals, hyphens, apostrophes and letters that cannot be seen."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_WORDS: Final = re.compile(r"[^\W_]+")
_APOSTROPHES: Final = str.maketrans(
    dict.fromkeys(
        "'\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}`"
    )
)
_LETTERS: Final = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ł": "l",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ħ": "h",
        "æ": "ae",
        "œ": "oe",
        "ð": "d",
        "þ": "th",
    }
)


def folded(text: str) -> str:
    """Return a text in small letters, without accents, apostrophes and letters that cannot be seen."""
    if text.isascii():
        return text.lower().replace("'", "").replace("`", "")
    apart = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    kept = "".join(c for c in apart if unicodedata.category(c) not in {"Mn", "Cf"})
    return kept.casefold().translate(_LETTERS)


def words(text: str) -> list[str]:
    """Return the words of a text as they are compared; a hyphen, a dot and a line below part two words."""
    return _WORDS.findall(folded(text))
