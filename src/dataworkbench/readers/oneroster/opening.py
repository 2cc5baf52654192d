"""A roster opened: its version, what its manifest promises, what of it is refused, and what of it nobody needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dataworkbench.readers.dates import order_in
from dataworkbench.readers.headers import fold
from dataworkbench.readers.oneroster.bundle import Bundle
from dataworkbench.readers.oneroster.files import EXPECTED, NEEDED, NOT_USED, SDS

_PERSONAL: Final = (
    "password",
    "email",
    "sms",
    "phone",
    "username",
    "userMasterIdentifier",
    "activeDirectoryMatchId",
    "agentSourcedIds",
)


def open_bundle(bundle: Bundle) -> Bundle | None:
    """Return the set ready to be read, or None where it is refused; the ledgers then say why."""
    for kind, ledger in bundle.ledgers.items():
        table = bundle.tables[kind]
        ledger.rows_read = table.rows_read
        ledger.put_aside(table.bad)
        for note in table.notes:
            ledger.note(*note)
    bundle.version = _version(bundle)
    for kind, ledger in bundle.ledgers.items():
        ledger.is_roster = True
        ledger.recognised_as = (
            f"{SDS}, {kind}" if bundle.system == SDS else f"OneRoster {bundle.version}, {kind}"
        )
    if _lacks_people(bundle) if bundle.system == SDS else _refused(bundle, _manifest(bundle)):
        return None
    bundle.date_order = _order_in_set(bundle) or bundle.date_order
    _say_what_is_dropped(bundle)
    _pass_over_unused(bundle)
    return bundle


def _manifest(bundle: Bundle) -> dict[str, str]:
    if "manifest" not in bundle.tables:
        return {}
    rows = bundle.rows("manifest", ("propertyname", "value"), key=("propertyname",))
    return {
        name.casefold(): (value or "").casefold()
        for name, value in rows.select("propertyname", "value").iter_rows()
    }


def _version(bundle: Bundle) -> str:
    """Return the version of a set: by where roles stand, then by the manifest, then by the headers that only 1.0 had."""
    said = _manifest(bundle).get("oneroster.version", "")
    users = bundle.tables.get("users")
    if users is not None and "role" not in users.folded and "roles" in bundle.tables:
        return "1.2"
    if said in ("1.0", "1.1", "1.2"):
        _say_old_names(bundle, said)
        return said
    return "1.0" if _old_names(bundle) else "1.1"


_ONLY_IN_1_0: Final[Mapping[str, tuple[str, ...]]] = {
    "users": ("userId", "agents"), "classes": ("termSourcedId",), "courses": ("schoolYearId",), "demographics": ("userSourcedId",),
}  # fmt: skip
"""Headers that OneRoster 1.0 had and 1.1 renamed."""


def _old_names(bundle: Bundle) -> list[tuple[str, str]]:
    """Return the files and headers by which a set is one of OneRoster 1.0."""
    return [
        (kind, bundle.tables[kind].folded[fold(header)])
        for kind, headers in _ONLY_IN_1_0.items()
        for header in headers
        if kind in bundle.tables and fold(header) in bundle.tables[kind].folded
    ]


def _say_old_names(bundle: Bundle, said: str) -> None:
    for kind, header in _old_names(bundle) if said != "1.0" else ():
        bundle.note_all(
            "info",
            f"The manifest says OneRoster {said}, and {kind}.csv has '{header}' as OneRoster 1.0 had it. It was read as what it means.",
            kind=kind,
        )


def _lacks_people(bundle: Bundle) -> bool:
    """Refuse a School Data Sync set that does not say who is who and where."""
    lacking = [f"{kind}.csv" for kind in ("orgs", "users", "roles") if kind not in bundle.tables]
    if not lacking:
        return False
    for kind, ledger in bundle.ledgers.items():
        ledger.refuse(
            bundle.tables[kind].every_line, f"This is a file of {SDS}, which came without {' and '.join(lacking)}, so nobody can tell who is who and where.",
            "Bring all files of the set together, in a zip or a folder.",
        )  # fmt: skip
    return True


_DATES: Final = (
    "startdate",
    "enddate",
    "begindate",
    "birthdate",
    "rolestartdate",
    "roleenddate",
    "scoredate",
    "duedate",
)


def _order_in_set(bundle: Bundle) -> str:
    """Return the order of day and month that the files of a set agree on, or "" where none tells or they differ."""
    cells = [table.column(name) for table in bundle.tables.values() for name in _DATES]
    told = {order for values in cells if values is not None and (order := order_in(values))}
    return told.pop() if len(told) == 1 else ""


def _refused(bundle: Bundle, manifest: Mapping[str, str]) -> bool:
    """Look at what the manifest promises; refuse a set of changes, whose whole is not at hand."""
    if not manifest and bundle.version == "1.0":
        bundle.note_all(
            "info",
            "OneRoster 1.0 has no manifest. The set was read as the whole roster, not as changes to one.",
            kind="users",
        )
    elif not manifest:
        bundle.note_all("question", "There is no manifest.csv, so nobody can tell whether this is the whole roster or only changes to it. It was read as the whole.",
                        "Ask for an export with its manifest.", kind="users")  # fmt: skip
    changes = sorted(
        name.removeprefix("file.")
        for name, value in manifest.items()
        if name.startswith("file.") and value == "delta"
    )
    there = {fold(kind): kind for kind in bundle.tables}
    if any(fold(name) in there for name in changes):
        why = f"This is a set of changes (delta: {', '.join(changes)}) to a roster that is not at hand."
        for kind, ledger in bundle.ledgers.items():
            ledger.refuse(
                bundle.tables[kind].every_line, why, "Export the whole roster (bulk) and bring that."
            )
        return True
    _compare_with_manifest(bundle, manifest, there)
    return False


def _compare_with_manifest(bundle: Bundle, manifest: Mapping[str, str], there: Mapping[str, str]) -> None:
    kinds = {fold(kind): kind for kind in NEEDED}
    for name, value in manifest.items():
        if not name.startswith("file."):
            continue
        folded = fold(name.removeprefix("file."))
        if value == "absent" and folded in there:
            bundle.note_all(
                "warning",
                f"The manifest says that {there[folded]}.csv is absent, but it is there. It was read.",
                kind=there[folded],
            )
        if value == "bulk" and folded not in there:
            bundle.note_all(
                "warning",
                f"The manifest promises {kinds.get(folded, folded)}.csv, but it is not there.",
                "Ask for a whole export.",
            )
    for kind in EXPECTED:
        if kind not in bundle.tables and manifest.get(f"file.{kind.casefold()}") != "bulk":
            bundle.note_all(
                "info" if kind == "demographics" else "warning", f"There is no {kind}.csv in this roster."
            )
    if "demographics" in bundle.tables and not bundle.has("demographics"):
        bundle.note_all(
            "warning",
            "demographics.csv holds no rows, so no student has a reported group.",
            kind="demographics",
        )


def _say_what_is_dropped(bundle: Bundle) -> None:
    users = bundle.tables.get("users")
    if users is None:
        return
    filled = [
        name for name in _PERSONAL if (cells := users.column(name)) is not None and cells.is_not_null().any()
    ]
    if filled:
        level = "warning" if "password" in filled else "info"
        what = "Ask the sender to leave passwords out of the export." if "password" in filled else ""
        bundle.note_all(
            level,
            f"Not taken in: {', '.join(filled)}. The workbench keeps none of these.",
            what,
            kind="users",
        )


def _pass_over_unused(bundle: Bundle) -> None:
    for kind in NOT_USED & set(bundle.tables):
        bundle.ledgers[kind].rows_read = 0
        bundle.ledgers[kind].note("info", "Nothing in the workbench needs this file; its rows were not read.")
        del bundle.tables[kind]
