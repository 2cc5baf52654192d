"""What a person has chosen in the mapping wizard so far, apart from how it looks: it can be set and read without a browser.

All that the wizard knows of files is handed in: see :class:`Bench`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from traitlets import Dict, HasTraits, Instance, Unicode

from dataworkbench.errors import WorkbenchError

MOST_ASIDE: Final = 8
EMPTY: Final = "The folder inbox is empty. Bring a file: put it there, then open this page again."


class Bench(Protocol):
    """The little that the wizard needs of a district's inbox. A draft is whatever the bench makes; it is only passed on."""

    def files(self) -> Sequence[Any]: ...
    def kinds(self) -> Sequence[tuple[str, str]]: ...
    def draft(self, name: str, kind: str = "", /) -> Any: ...
    def chosen(self, draft: Any, column: str, key: str, /) -> Any: ...
    def described(self, draft: Any, /) -> dict[str, Any]: ...
    def tried(self, draft: Any, name: str, /) -> dict[str, Any]: ...
    def save(self, draft: Any, /, *, replace: bool = False) -> Any: ...
    def bring(self, name: str, /) -> Any: ...


class MappingState(HasTraits):
    """One file of the inbox that a profile is made for.

    ``shown`` is everything that a person sees, as plain values; ``message`` is what the last step said.
    """

    shown = Dict()
    message = Unicode()
    draft = Instance(object, allow_none=True)

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.bench = bench
        self.file = ""
        self.step: dict[str, Any] = {}
        self._answered = ""
        self._files: list[dict[str, Any]] = []
        self.look_around()
        if not self._files:
            self.say(EMPTY)

    def take(self, asked: Mapping[str, Any]) -> None:
        """Do what a browser asked for: ``{"do": "choose", "column": ..., "key": ...}``; what is unknown is passed over.

        ``n`` in it is shown again once it is done, so that the browser knows what is still to come.
        """
        self._answered = str(asked.get("n", ""))
        verb = _VERBS.get(str(asked.get("do", "")))
        if verb is None:
            self._show()
            return
        words = {
            name: value for name, value in asked.items() if name in _WORDS and isinstance(value, str | bool)
        }
        try:
            self.message = verb(self, words) or ""
        except WorkbenchError as said:
            self.message = str(said)
            self.step = {**self.step, "free": getattr(said, "free", "")}
        self._show()

    def say(self, sentence: str) -> None:
        """Say something to the person at the wizard."""
        self.message = sentence
        self._show()

    def look_around(self) -> None:
        """Look into the inbox again."""
        self._files = [
            {"name": one.name, "known_as": one.known_as, "said": one.said, "brought": one.brought}
            for one in self.bench.files()
        ]
        self._show()

    def open(self, name: str, kind: str = "") -> str:
        """Begin with a file of the inbox, as a kind of file where a person has said which; return what to say."""
        if not name:
            self.file, self.draft, self.step = "", None, {}
            return ""
        before: Any = self.draft if kind else None
        made = self.bench.draft(name, kind)
        self.draft = made.named(name=before.name, title=before.title) if before is not None else made
        self.file, self.step = name, {}
        return f"The workbench has looked at {name}. Look through what it proposes, step by step."

    def change(self, draft: Any) -> str:
        """Go on with another draft; what came of an earlier one is forgotten."""
        self.draft, self.step = draft, {}
        return ""

    def try_out(self) -> str:
        """Try the draft on its file; nothing is kept."""
        found = self.bench.tried(self.draft, self.file)
        self.step = {"trial": found}
        return f"Tried: of {found['read']:,} rows {found['kept']:,} would be kept and {found['aside']:,} set aside."

    def save(self, *, replace: bool = False) -> str:
        """Keep the draft as a profile, unless something is in the way or nobody has looked at what is not sure."""
        told = self.bench.described(self.draft)
        if told["look_at"]:
            return "Some proposals are not sure. Look at them, then say so with the button above Save."
        if told["problems"]:
            return f"This cannot be saved yet. {told['problems'][0]}"
        path = self.bench.save(self.draft, replace=replace)
        self.step = {**{key: held for key, held in self.step.items() if key == "trial"}, "saved": path.name}
        self.look_around()
        return f"Saved as {path.name} in the folder mappings. Next: import the file."

    def bring_in(self) -> str:
        """Import the file with its profile, and say what came of it."""
        done = self.bench.bring(self.file)
        read, kept, aside = (int(done.files[f"rows_{what}"].sum()) for what in ("read", "kept", "set_aside"))
        reasons = [[str(row["reason"]), str(row["what_to_do"]), int(row["row"])] for row in done.set_aside.head(MOST_ASIDE).to_dicts()]  # fmt: skip
        self.step = {**self.step, "brought": {
            "read": read, "kept": kept, "aside": aside, "snapshot": done.snapshot.id if done.snapshot else "",
            "tables": ", ".join(str(one) for one in done.files["tables"].to_list() if one), "reasons": reasons,
        }}  # fmt: skip
        self.look_around()
        where = f" The data now in use are the snapshot {done.snapshot.id}." if done.snapshot else ""
        return f"Brought in: {read:,} rows read, {kept:,} kept, {aside:,} set aside.{where}"

    def _show(self) -> None:
        held = self.bench.described(self.draft) if self.draft is not None else None
        self.shown = {
            "files": self._files, "file": self.file, "kinds": [list(pair) for pair in self.bench.kinds()],
            "draft": held, "step": dict(self.step), "message": self.message, "n": self._answered,
        }  # fmt: skip


Words = Mapping[str, Any]
_WORDS: Final = frozenset({"file", "kind", "column", "key", "code", "meaning", "header", "used", "turned", "name", "title",
                           "question", "answer", "replace"})  # fmt: skip


def _has_draft(act: Callable[[MappingState, Words], str]) -> Callable[[MappingState, Words], str]:
    def guarded(state: MappingState, words: Words) -> str:
        return act(state, words) if state.draft is not None else "Choose a file first."

    return guarded


def _set_code(state: MappingState, words: Words) -> str:
    meaning = words.get("meaning", "")
    draft: Any = state.draft
    return state.change(
        draft.with_code(words["column"], words["code"], None if meaning == "?" else meaning.removeprefix("="))
    )


def _set_item(state: MappingState, words: Words) -> str:
    draft: Any = state.draft
    return state.change(draft.with_item(words["header"], used=words.get("used"), turned=words.get("turned")))


def _answer(state: MappingState, words: Words) -> str:
    name, said = words["question"], words.get("answer", "")
    told: dict[str, Any] = {name: said == "yes" if name == "day_numbers" else said}
    draft: Any = state.draft
    return state.change(draft.answered(**told)) if name in ("dates", "numbers", "day_numbers") else ""


def _name(state: MappingState, words: Words) -> str:
    draft: Any = state.draft
    return state.change(draft.named(name=words.get("name"), title=words.get("title")))


def _choose(state: MappingState, words: Words) -> str:
    return state.change(state.bench.chosen(state.draft, words["column"], words.get("key", "nothing")))


def _believe(state: MappingState, _words: Words) -> str:
    draft: Any = state.draft
    state.draft = draft.believed()
    return "Noted: you have looked at the proposals."


_VERBS: Final[Mapping[str, Callable[[MappingState, Words], str]]] = {
    "open": lambda state, words: state.open(words.get("file", "")),
    "kind": _has_draft(lambda state, words: state.open(state.file, words.get("kind", ""))),
    "choose": _has_draft(_choose),
    "code": _has_draft(_set_code),
    "item": _has_draft(_set_item),
    "answer": _has_draft(_answer),
    "name": _has_draft(_name),
    "believe": _has_draft(_believe),
    "try": _has_draft(lambda state, _: state.try_out()),
    "save": _has_draft(lambda state, words: state.save(replace=bool(words.get("replace")))),
    "bring": _has_draft(lambda state, _: state.bring_in()),
}
