"""What the profiles teach: which headers other files have for our columns, and what codes mean in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from dataworkbench.readers.headers import fold
from dataworkbench.readers.profiles import Profile, Rule

_MADE_OF_MORE: Final = frozenset(
    {"only_if", "plus", "minus", "divide_by", "at_least", "signs", "before", "after", "otherwise", "together"}
)


@dataclass(frozen=True)
class Taught:
    """What the profiles teach: headers of each of our columns, and the meaning of codes in it.

    Both are keyed by table and column. ``headers`` says of each folded header which profiles speak of it. ``codes``
    holds what all profiles agree on, and ``under`` what codes mean under one folded header, which comes third in its key.
    """

    headers: Mapping[tuple[str, str], Mapping[str, AbstractSet[str]]]
    codes: Mapping[tuple[str, str], Mapping[str, str]]
    under: Mapping[tuple[str, str, str], Mapping[str, str]]

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
    """Return what some profiles teach; of two meanings of one code under one header the first counts."""
    headers: dict[tuple[str, str], dict[str, set[str]]] = {}
    meanings: dict[tuple[str, str], dict[str, set[str]]] = {}
    under: dict[tuple[str, str, str], dict[str, str]] = {}
    for profile, table, name, rule in _rules_of(profiles):
        held = headers.setdefault((table, name), {})
        for folded in _headers_of(name, rule, profile):
            held.setdefault(folded, set()).add(profile.name)
        for text, meaning in rule.values.items():
            code = text.casefold().strip()
            meanings.setdefault((table, name), {}).setdefault(code, set()).add(meaning)
            for folded in _spelled(rule, profile):
                under.setdefault((table, name, folded), {}).setdefault(code, meaning)
    return Taught(headers, {key: _agreed(book) for key, book in meanings.items()}, under)


def _rules_of(profiles: Iterable[Profile]) -> Iterator[tuple[Profile, str, str, Rule]]:
    for profile in profiles:
        for part in profile.tables:
            for name, rule in part.columns.items():
                yield profile, part.table, name, rule


def _agreed(book: Mapping[str, AbstractSet[str]]) -> dict[str, str]:
    """Return the codes to which all profiles give one meaning; a number means something else in every system."""
    return {code: next(iter(said)) for code, said in book.items() if len(said) == 1 and not code.isdigit()}


def _headers_of(name: str, rule: Rule, profile: Profile) -> set[str]:
    """Return the folded headers whose cells are a column of ours as they stand, or once their codes are explained.

    A code that stands for an identifier teaches nothing: "No" under "is final grade" names a test in one file alone.
    """
    if _MADE_OF_MORE & rule.model_fields_set or (rule.values and name.endswith("_id")):
        return set()
    return _spelled(rule, profile)


def _spelled(rule: Rule, profile: Profile) -> set[str]:
    asked = [one for one in rule.column if "{" not in one]
    return {one for header in asked for one in profile.spellings.get(fold(header), (fold(header),))} - {""}
