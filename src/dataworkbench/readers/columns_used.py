"""Which columns of a file a profile speaks of; of a large file no others are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from dataworkbench.readers.headers import fold
from dataworkbench.readers.profiles import Profile


def headers_used(profile: Profile, headers: Sequence[str]) -> list[str]:
    """Return those of a file's headers that a profile speaks of anywhere, by any spelling or pattern."""
    if any(part.for_each is not None and part.for_each.all_but for part in profile.tables):
        return list(headers)
    told = [
        one
        for one in (profile.recognise, profile.only_rows, profile.first_rows, *profile.tables)
        if one is not None
    ]
    texts = {text for one in told for text in _texts_in(one.model_dump())}
    plain = {fold(text) for text in texts if "{" not in text} | profile.vocabulary
    plain |= {other for name, others in profile.spellings.items() if name in plain for other in others}
    patterns = [re.compile(_as_pattern(text), re.IGNORECASE) for text in texts if "{" in text]
    return [
        name for name in headers
        if {fold(name), fold(name.rsplit(" (", 1)[0])} & plain or any(one.match(name) for one in patterns)
    ]  # fmt: skip


def _texts_in(value: Any) -> Iterable[str]:
    """Yield all texts in what a profile says, the names of the headers among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, held in value.items():
            yield from (str(key), *_texts_in(held))
    elif isinstance(value, tuple | list):
        for held in value:
            yield from _texts_in(held)


def _as_pattern(text: str) -> str:
    return "^" + ".*?".join(_spelt(piece) for piece in re.split(r"\{\w+\}", text)) + "$"


def _spelt(piece: str) -> str:
    return r"[\s_]+".join(map(re.escape, re.split(r"[\s_]+", piece)))
