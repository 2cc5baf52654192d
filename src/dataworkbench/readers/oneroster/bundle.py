"""A OneRoster set as it came: its files by kind, its version, its manifest, and the rows that can be used."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from dataworkbench.readers.dates import convert_dates, order_in
from dataworkbench.readers.headers import fold
from dataworkbench.readers.ledger import ROW, FileLedger, faults
from dataworkbench.readers.row_rules import RowFault
from dataworkbench.readers.texttable import TextTable, trimmed

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "manifest": ("propertyName", "value"),
    "orgs": ("sourcedId", "name", "type"),
    "academicSessions": ("sourcedId", "title", "type", "startDate", "endDate"),
    "courses": ("sourcedId", "title", "orgSourcedId", "courseCode"),
    "classes": ("sourcedId", "title", "courseSourcedId", "schoolSourcedId"),
    "users": ("sourcedId", "givenName", "familyName", "username"),
    "roles": ("sourcedId", "userSourcedId", "roleType", "role", "orgSourcedId"),
    "enrollments": ("sourcedId", "classSourcedId", "userSourcedId", "role"),
    "demographics": ("birthDate", "sex", "asian", "white"),
    "categories": ("sourcedId", "title"),
    "lineItems": ("sourcedId", "title", "classSourcedId", "dueDate"),
    "results": ("sourcedId", "lineItemSourcedId", "studentSourcedId"),
    "scoreScales": ("sourcedId", "title", "scoreScaleValue"),
    "resultLearningObjectiveIds": ("sourcedId", "resultSourcedId", "learningObjectiveId"),
    "lineItemLearningObjectiveIds": ("sourcedId", "lineItemSourcedId", "learningObjectiveId"),
    "lineItemScoreScales": ("sourcedId", "lineItemSourcedId", "scoreScaleSourcedId"),
    "resultScoreScales": ("sourcedId", "resultSourcedId", "scoreScaleSourcedId"),
    "userProfiles": ("sourcedId", "userSourcedId", "profileType"),
    "userResources": ("sourcedId", "userSourcedId", "resourceSourcedId"),
    "resources": ("sourcedId", "vendorResourceId"),
    "classResources": ("sourcedId", "classSourcedId", "resourceSourcedId"),
    "courseResources": ("sourcedId", "courseSourcedId", "resourceSourcedId"),
}
"""The headers by which each file of a set is known, the telling ones."""
NOT_USED: Final = frozenset(
    {"userProfiles", "userResources", "resources", "classResources", "courseResources", "lineItemLearningObjectiveIds",
     "lineItemScoreScales", "resultScoreScales"}
)  # fmt: skip
EXPECTED: Final = ("orgs", "academicSessions", "users", "classes", "enrollments", "demographics")
_OTHER_SPELLINGS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "": {"datelastmodified": ("datalastmodified", "datemodified")},
    "users": {
        "grades": ("grade",), "orgsourcedids": ("orgsourcedid",), "preferredgivenname": ("prefferedgivenname",),
        "metadatayearsexperience": ("yearsexperience", "extyearsexperience"),
    },
    "classes": {"grades": ("grade",), "termsourcedids": ("termsourcedid",)},
    "courses": {"grades": ("grade",)},
    "demographics": {"sourcedid": ("usersourcedid",)},
}  # fmt: skip
"""Misspellings and older names of headers, by file; "" stands for every file."""
WHOLE: Final = "Bring the roster as a whole."
"""What to do about a row that points to something that is not there."""
_PERSONAL: Final = (
    "password",
    "email",
    "sms",
    "phone",
    "username",
    "userMasterIdentifier",
    "agentSourcedIds",
)


def kind_of(table: TextTable) -> str:
    """Return which file of a OneRoster set a table is, or "" where it is none.

    The set of headers tells; of several that fit, the one with most telling headers, then the file's own name.
    """
    there = set(table.folded)
    if not {"sourcedid", "usersourcedid", "propertyname"} & there:
        return ""
    name = fold(table.name.rsplit("/", 1)[-1].rsplit(".", 1)[0])
    fits = [kind for kind, needed in NEEDED.items() if {fold(one) for one in needed} <= there]
    if (
        "demographics" not in fits
        and {"sourcedid", "usersourcedid"} & there
        and {"asian", "white", "hispanicorlatinoethnicity"} <= there
    ):
        fits.append("demographics")
    fits = [
        kind
        for kind in fits
        if kind != "categories" or name == "categories" or ("status" in there and len(there) <= 7)
    ]
    return max(fits, key=lambda kind: (len(NEEDED[kind]), fold(kind) == name), default="")


@dataclass
class Bundle:
    """The files of one set by kind, each with its ledger. ``label`` is the zip or the folder they came in."""

    label: str
    tables: dict[str, TextTable]
    ledgers: dict[str, FileLedger]
    version: str = ""
    date_order: str = ""
    _held: dict[str, pl.DataFrame] = field(default_factory=dict)

    def has(self, kind: str) -> bool:
        """Whether the set holds this file with at least one row."""
        return kind in self.tables and self.tables[kind].frame.height > 0

    def rows(
        self, kind: str, columns: Sequence[str], *, key: Collection[str] = ("sourcedid",)
    ) -> pl.DataFrame:
        """Return the usable rows of a file; one row is one row of the file, with its line.

        ``columns`` are folded headers; those the file lacks are null. Rows that are marked for deletion, lack their
        ``key`` or repeat an earlier one are written into the ledger and left out, once.
        """
        if kind not in self.tables:
            return pl.DataFrame(schema={ROW: pl.Int64, **dict.fromkeys(columns, pl.String)})
        if kind not in self._held:
            self._held[kind] = _usable(kind, self.tables[kind], self.ledgers[kind], key)
        frame = self._held[kind]
        return frame.select(
            ROW,
            *[pl.col(c) if c in frame.columns else pl.lit(None, dtype=pl.String).alias(c) for c in columns],
        )

    def put_aside(self, kind: str, frame: pl.DataFrame, column: str, reason: str, what_to_do: str) -> None:
        """Write rows of a file into its ledger as set aside; ``column`` is a folded header of the frame."""
        if frame.height and kind in self.ledgers:
            values = frame[column] if column in frame.columns else None
            header = self.tables[kind].folded.get(column, column)
            self.ledgers[kind].put_aside(
                faults(frame[ROW], column=header, values=values, reason=reason, what_to_do=what_to_do)
            )

    def keep(
        self, kind: str, frame: pl.DataFrame, good: pl.Series, column: str, why: tuple[str, str]
    ) -> pl.DataFrame:
        """Return the rows that are good; the others are set aside. ``why`` is the reason and what to do."""
        fine = good.fill_null(value=False)
        if fine.all():
            return frame
        self.put_aside(kind, frame.filter(~fine), column, *why)
        return frame.filter(fine)

    def with_dates(
        self, kind: str, frame: pl.DataFrame, names: Mapping[str, str], *, may_be_empty: bool = False
    ) -> pl.DataFrame:
        """Return the rows with dates made of their texts; ``names`` gives our name for each folded header.

        A row whose date cannot be read is set aside, or, where it ``may_be_empty``, kept without the date; both are
        written into the ledger.
        """
        told = {order for column in names if (order := order_in(frame[column]))}
        order = told.pop() if len(told) == 1 else self.date_order
        for column, ours in names.items():
            header = self.tables[kind].folded.get(column, column) if kind in self.tables else column
            made = convert_dates(frame[column].rename(header), order=order)
            frame = frame.with_columns(made.values.alias(ours))
            for note in made.notes:
                self.ledgers[kind].note(*note)
            for fault in made.faults:
                bad = frame.filter(fault.where)
                found = faults(
                    bad[ROW],
                    column=header,
                    values=bad[column],
                    reason=fault.reason,
                    what_to_do=fault.what_to_do,
                )
                (self.ledgers[kind].leave_empty if may_be_empty else self.ledgers[kind].put_aside)(found)
            if made.faults and not may_be_empty:
                frame = frame.filter(pl.col(column).is_null() | pl.col(ours).is_not_null())
        return frame

    def note_all(self, level: str, message: str, what_to_do: str = "", kind: str = "") -> None:
        """Write a remark at one file of the set, or at the one that stands first."""
        ledger = self.ledgers.get(kind) or self.ledgers.get("manifest") or next(iter(self.ledgers.values()))
        ledger.note(level, message, what_to_do)  # type: ignore[arg-type]  # callers pass one of the four levels


def _usable(kind: str, table: TextTable, ledger: FileLedger, key: Collection[str]) -> pl.DataFrame:
    names = _renamed(kind, table)
    frame = table.frame.select(ROW, *[pl.col(old).alias(new) for new, old in names.items()])
    frame = frame.with_columns(trimmed(frame[name]).alias(name) for name in names)
    if "status" in names:
        deleted = (frame["status"].str.to_lowercase() == "tobedeleted").fill_null(value=False)
        frame = _without(
            frame,
            ledger,
            RowFault("status", deleted, "The row is marked for deletion.", "Nothing needs to be done."),
        )
    present = [column for column in key if column in names]
    for column in present:
        reason = f"There is no {column} in this row."
        frame = _without(
            frame, ledger, RowFault(column, frame[column].is_null(), reason, "Put it right in the export.")
        )
    return _once(frame, present, ledger) if present else frame


def _renamed(kind: str, table: TextTable) -> dict[str, str]:
    """Return our folded name for each header of the file."""
    names = dict(table.folded)
    for ours, others in {**_OTHER_SPELLINGS[""], **_OTHER_SPELLINGS.get(kind, {})}.items():
        for other in others:
            if ours not in names and other in names:
                names[ours] = names.pop(other)
    return names


def _without(frame: pl.DataFrame, ledger: FileLedger, fault: RowFault) -> pl.DataFrame:
    if not fault.where.any():
        return frame
    out = frame.filter(fault.where)
    ledger.put_aside(
        faults(
            out[ROW],
            column=fault.column,
            values=out[fault.column],
            reason=fault.reason,
            what_to_do=fault.what_to_do,
        )
    )
    return frame.filter(~fault.where)


def _once(frame: pl.DataFrame, key: Sequence[str], ledger: FileLedger) -> pl.DataFrame:
    later = ~frame.select(pl.struct(key).is_first_distinct()).to_series()
    if not later.any():
        return frame
    values = [name for name in frame.columns if name not in (ROW, *key, "datelastmodified")]
    differ = frame.select(pl.struct(values).n_unique().over(key) > 1).to_series()
    said = frame.select(pl.format("line {} of this file", pl.col(ROW).first().over(key)).alias("said"))[
        "said"
    ]
    same = later & ~differ
    ledger.put_aside(faults(frame[ROW].filter(same), column=key[0], values=frame[key[0]].filter(same),
                            reason="The row says the same as " + said.filter(same) + ".",
                            what_to_do="Nothing needs to be done; it was kept once."))  # fmt: skip
    other = frame.filter(later & differ)
    if other.height:
        ledger.put_aside(faults(other[ROW], column=key[0], values=other[key[0]],
                                reason="With the same identifier " + said.filter(later & differ) + " says something else; the first one counts.",
                                what_to_do="Find out which row is right, and leave the other out of the export."))  # fmt: skip
        ledger.note(
            "warning",
            f"{other.height:,} row(s) contradict an earlier row with the same identifier; the first one counts.",
        )
    return frame.filter(~later)


def open_bundle(
    label: str, tables: Mapping[str, TextTable], ledgers: Mapping[str, FileLedger], *, date_order: str = ""
) -> Bundle | None:
    """Return the set ready to be read, or None where it is refused; the ledgers then say why."""
    bundle = Bundle(label, dict(tables), dict(ledgers), date_order=date_order)
    for kind, ledger in bundle.ledgers.items():
        table = bundle.tables[kind]
        ledger.rows_read = table.rows_read
        ledger.put_aside(table.bad)
        for note in table.notes:
            ledger.note(*note)
    bundle.version = _version(bundle)
    for kind, ledger in bundle.ledgers.items():
        ledger.recognised_as = f"OneRoster {bundle.version}, {kind}"
    if _refused(bundle, _manifest(bundle)):
        return None
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
    said = _manifest(bundle).get("oneroster.version", "")
    users = bundle.tables.get("users")
    if users is not None and "role" not in users.folded and "roles" in bundle.tables:
        return "1.2"
    demographics = bundle.tables.get("demographics")
    if demographics is not None and "sourcedid" not in demographics.folded:
        return "1.0"
    return said if said in ("1.0", "1.1", "1.2") else "1.1"


def _refused(bundle: Bundle, manifest: Mapping[str, str]) -> bool:
    """Look at what the manifest promises; refuse a set of changes, whose whole is not at hand."""
    if not manifest:
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
