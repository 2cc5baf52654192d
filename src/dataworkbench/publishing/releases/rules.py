"""The rules that releases were made by: every policy and publication file seen, what changed in them, when and who changed it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from dataworkbench.files import fingerprint, write_whole
from dataworkbench.policy import Band, DisclosurePolicy
from dataworkbench.publishing.releases.publication import Publication, publication_text, read_publication
from dataworkbench.publishing.releases.shelf import add_to_history, history
from dataworkbench.publishing.releases.states import account
from dataworkbench.workspace import POLICY_FILE, Workspace

RULES_FOLDER: Final = "rules"
_SHORT: Final = 12
_ONLY_NOTES: Final = "only notes or spacing changed"


@dataclass(frozen=True)
class Rules:
    """The two files as they stand: the policy, and what is published, each with its words and a fingerprint of them."""

    policy: DisclosurePolicy
    policy_text: str
    publication: Publication
    publication_text: str

    @property
    def texts(self) -> dict[str, str]:
        """The words of each file by its kind."""
        return {"policy": self.policy_text, "publication": self.publication_text}


def rules_of(workspace: Workspace) -> Rules:
    """Return the rules as they stand in the district's files."""
    policy = workspace.policy()
    text = (workspace.root / POLICY_FILE).read_text(encoding="utf-8")
    said = publication_text(workspace)
    return Rules(policy, text, read_publication(said), said)


def note_rules(workspace: Workspace, *, now: datetime | None = None) -> Rules:
    """Return the rules as they stand, and keep each file that was not seen before, with what changed in it."""
    rules = rules_of(workspace)
    for kind, text in rules.texts.items():
        _note(workspace, kind, text, now or datetime.now(UTC))
    return rules


def _note(workspace: Workspace, kind: str, text: str, now: datetime) -> None:
    seen = [line for line in history(workspace) if line["what"] == kind]
    mark = fingerprint(text)[:_SHORT]
    if seen and seen[-1]["fingerprint"] == mark:
        return
    folder = workspace.releases / RULES_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / f"{kind}-{mark}.toml", text)
    before = seen[-1]["fingerprint"] if seen else ""
    told = {
        "what": kind,
        "fingerprint": mark,
        "before": before,
        "who": account(),
        "at": now.astimezone(UTC).isoformat(timespec="seconds"),
    }
    add_to_history(
        workspace, told | {"said": changes(kind, kept_text(workspace, kind, before), text) if before else []}
    )


def kept_text(workspace: Workspace, kind: str, mark: str) -> str:
    """Return the words of a file that was seen before, by its fingerprint."""
    return (workspace.releases / RULES_FOLDER / f"{kind}-{mark}.toml").read_text(encoding="utf-8")


def changes(kind: str, before: str, after: str) -> list[str]:
    """Return in words what differs between two texts of a file."""
    read = policy_in if kind == "policy" else read_publication
    one, other = _flat(read(before).model_dump()), _flat(read(after).model_dump())
    said = [
        _change(name, one.get(name), other.get(name))
        for name in dict.fromkeys([*one, *other])
        if one.get(name) != other.get(name)
    ]
    return said or [_ONLY_NOTES]


def policy_in(text: str) -> DisclosurePolicy:
    """Return the policy that a text says, for one that was kept."""
    return DisclosurePolicy.model_validate(tomllib.loads(text))


def _flat(held: dict[str, Any], above: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in held.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{above}{name}.")
        elif name == "bands":
            flat |= {f"the band from {band['smallest']}": (band["ends"], band["step"]) for band in value}
        else:
            flat[f"{above}{name}"] = value
    return flat


def _change(name: str, before: object, after: object) -> str:
    if after is None:
        return f"{name} is gone"
    if before is None:
        return f"{name} is new: {_said(after)}"
    return f"{name} was {_said(before)}, is {_said(after)}"


def _said(value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value)) or "empty"
    return str(value).lower() if isinstance(value, bool) else str(value)


def weaker(before: DisclosurePolicy, after: DisclosurePolicy) -> list[str]:
    """Return in words where a policy protects less than the one before; nothing where it protects as much everywhere."""
    return [said for is_weaker, said in _compared(before, after) if is_weaker]


def _compared(before: DisclosurePolicy, after: DisclosurePolicy) -> Iterator[tuple[bool, str]]:
    old, new = before.requirement, after.requirement
    yield (
        after.minimum_group < before.minimum_group,
        f"groups are shown from {after.minimum_group} students on, before from {before.minimum_group}",
    )
    yield (
        after.mean_decimals > before.mean_decimals,
        f"averages have {after.mean_decimals} decimals, before {before.mean_decimals}",
    )
    yield (
        new.kind != old.kind,
        f'the kind of requirement is "{new.kind}", before "{old.kind}": which one protects more depends on the group',
    )
    yield (
        new.kind == old.kind == "width" and new.width < old.width,
        f"a hidden count stays open by {new.width}, before by {old.width}",
    )
    yield (
        new.coded < old.coded,
        f"the count behind a coded share stays open by {new.coded}, before by {old.coded}",
    )
    yield (
        new.mean < old.mean,
        f"a hidden average stays open by {new.mean:g} of its scale, before by {old.mean:g}",
    )
    yield (
        after.related.changed_below < before.related.changed_below,
        f"a figure is published anew where {after.related.changed_below} students changed, before {before.related.changed_below}",
    )
    yield (
        bool(set(before.related.indicators) - set(after.related.indicators)),
        "fewer indicators are protected together",
    )
    gone = sorted(set(before.never_published) - set(after.never_published))
    yield bool(gone), f"what was never published may be now: {', '.join(gone)}"
    yield _finer(before, after), "percents of some sizes of group are coded more finely"


def _finer(before: DisclosurePolicy, after: DisclosurePolicy) -> bool:
    sizes = {band.smallest for band in (*before.bands, *after.bands)} | {
        before.minimum_group,
        after.minimum_group,
    }
    pairs = [(before.band_for(n), after.band_for(n)) for n in sizes]
    return any(_is_finer(old, new) for old, new in pairs if old and new)


def _is_finer(old: Band, new: Band) -> bool:
    return new.ends < old.ends or new.step < old.step
