"""What a page was made from: the sentences that close a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Protocol

from dataworkbench.errors import no_such
from dataworkbench.frames import number_text
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.sentences.said import Sentences
from dataworkbench.terms import AUDIENCES, Audience


class RunDistrict(Protocol):
    """What is asked of a district here: what it is called, and what its figures were made from."""

    @property
    def name(self) -> str: ...
    @property
    def snapshot_id(self) -> str: ...
    @property
    def school_year(self) -> str: ...
    @property
    def policy(self) -> DisclosurePolicy: ...


def what_was_run(
    district: RunDistrict, *, audience: Audience = "public", rows: Mapping[str, int] | None = None
) -> Sentences:
    """Return the sentences that close a notebook: by what its figures were made, and from which data.

    For staff readers they also say how many rows each table holds (``rows``, or what the district counts); on a public
    page such a number could be subtracted from another one, so it is not printed there.

    Raises
    ------
    NoSuchNameError
        Where ``audience`` is neither "staff" nor "public".

    """
    if audience not in AUDIENCES:
        raise no_such("audience", str(audience), AUDIENCES)
    snapshot: Any = getattr(district, "snapshot", None)
    made = f", made on {snapshot.made_on}" if getattr(snapshot, "made_on", "") else ""
    named = [
        part
        for part in (district.name, f"school year {district.school_year}" if district.school_year else "")
        if part
    ]
    policy = district.policy
    rule = (
        f"Disclosure policy: {policy.name} ({policy.fingerprint}). On the public road nothing is shown about fewer than "
        f"{policy.minimum_group}; shares are coded after: {policy.bands_source}."
    )
    said = [
        f"{', '.join(named) or 'This district'}. Data: snapshot {district.snapshot_id}{made}.",
        f"Made with dataworkbench {version('dataworkbench')} for {audience} readers.",
        rule,
    ]
    if audience == "staff":
        said += _rows_said(rows if rows is not None else getattr(district, "counts", {}))
    return Sentences(tuple(said))


def _rows_said(rows: Mapping[str, int]) -> list[str]:
    there = [f"{name.replace('_', ' ')} {number_text(n)}" for name, n in rows.items() if n]
    return [f"Rows in its tables: {', '.join(there)}."] if there else []
