"""What the profiles teach: which headers other files have for our columns, and what codes mean in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from dataworkbench.readers.headers import fold
from dataworkbench.readers.profiles import Profile, Rule

_MADE_OF_MORE: Final = frozenset(
    {"only_if", "minus", "divide_by", "at_least", "signs", "before", "after", "otherwise", "together"}
)


@dataclass(frozen=True)
class Taught:
    """What the profiles teach: headers of each of our columns, and the meaning of codes in it.

    Both are keyed by table and column. ``headers`` says of each folded header which profiles speak of it.
    """

    headers: Mapping[tuple[str, str], Mapping[str, AbstractSet[str]]]
    codes: Mapping[tuple[str, str], Mapping[str, str]]

    def times(self, folded: str, column: str, table: str = "") -> int:
        """Return how many profiles take a column of ours from a header, in one table or in any."""
        told = (
            held.get(folded, frozenset())
            for (place, name), held in self.headers.items()
            if name == column and table in ("", place)
        )
        return len(frozenset().union(*told))

    def most_for_another(self, folded: str, column: str) -> int:
        """Return how many profiles take that other column from a header that most take from it."""
        others = {name for (_, name), held in self.headers.items() if folded in held} - {column}
        return max((self.times(folded, other) for other in others), default=0)


def taught_by(profiles: Iterable[Profile]) -> Taught:
    """Return what some profiles teach; of two meanings of one code the first counts."""
    headers: dict[tuple[str, str], dict[str, set[str]]] = {}
    codes: dict[tuple[str, str], dict[str, str]] = {}
    for profile in profiles:
        for part in profile.tables:
            for name, rule in part.columns.items():
                key = (part.table, name)
                held = headers.setdefault(key, {})
                for folded in _headers_of(name, rule, profile):
                    held.setdefault(folded, set()).add(profile.name)
                book = codes.setdefault(key, {})
                for text, meaning in rule.values.items():
                    book.setdefault(text.casefold().strip(), meaning)
    return Taught(headers, codes)


def _headers_of(name: str, rule: Rule, profile: Profile) -> set[str]:
    """Return the folded headers whose cells are a column of ours as they stand, or once their codes are explained.

    A code that stands for an identifier teaches nothing: "No" under "is final grade" names a test in one file alone.
    """
    if _MADE_OF_MORE & rule.model_fields_set or (rule.values and name.endswith("_id")):
        return set()
    asked = [one for one in rule.column if "{" not in one]
    spelled = {fold(one) for header in asked for one in profile.spellings.get(fold(header), (fold(header),))}
    return spelled - {""}
