"""What is being written in a form that is kept, apart from how the form looks: it can be filled in without a browser.

What a form stands on is handed to it: a desk that knows what can be chosen and how it is written down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar, runtime_checkable

from traitlets import HasTraits, Unicode

from dataworkbench.errors import WorkbenchError

T = TypeVar("T")
Options = list[tuple[str, str]]


@runtime_checkable
class GoalDesk(Protocol):
    """What the form for a goal stands on."""

    def indicators(self) -> Options: ...
    def unit(self, asked: str, /) -> str: ...
    def groups(self, asked: str, /) -> dict[str, tuple[str, Options]]: ...
    def follows(self) -> Options: ...
    def draft(
        self, asked: str, chosen: Mapping[str, str], /, *, target: str, by: str, owner: str, milestones: str
    ) -> Any: ...
    def preview(self, goal: Any, /) -> str: ...
    def save(self, goal: Any, /, *, follows: str) -> str: ...


@runtime_checkable
class ReadinessDesk(Protocol):
    """What the form for a readiness check stands on."""

    @property
    def title(self) -> str: ...
    def asked(self) -> list[tuple[str, str, str]]: ...
    def levels(self) -> list[str]: ...
    def before(self) -> dict[str, str]: ...
    def save(self, answers: Mapping[str, str], /) -> str: ...


@runtime_checkable
class WritingDesk(Protocol):
    """What the form for anything else that a team writes stands on."""

    def kinds(self) -> Options: ...
    def follows(self) -> Options: ...
    def open_actions(self) -> Options: ...
    def save(self, kind: str, words: str, /, *, who: str, day: str, follows: str) -> str: ...
    def tick_off(self, action: str, /) -> str: ...


class Told(HasTraits):
    """What a form says about the last step."""

    message = Unicode()

    def tried(self, step: Callable[[], T]) -> T | None:
        """Return what a step gave, or None where it was refused; the refusal is for the person at the form."""
        try:
            return step()
        except WorkbenchError as said:
            self.message = str(said)
            return None


class GoalState(Told):
    """One goal that is being written: it is looked at before it is kept, and kept as it was looked at."""

    def __init__(self, desk: GoalDesk) -> None:
        super().__init__()
        self.desk = desk
        self._looked_at: tuple[Any, Any] | None = None

    def look(self, asked: str, chosen: Mapping[str, str], **typed: str) -> bool:
        """Look at the goal as it would be written: its baseline with n becomes the message. Tell whether it can be kept."""
        self._looked_at = None
        goal = self.tried(lambda: self.desk.draft(asked, chosen, **typed))
        if goal is None:
            return False
        self._looked_at = ((asked, dict(chosen), typed), goal)
        self.message = self.desk.preview(goal)
        return True

    def keep(self, asked: str, chosen: Mapping[str, str], *, follows: str = "", **typed: str) -> bool:
        """Keep the goal that was looked at, and tell whether it was kept; one that changed since is looked at first."""
        if self._looked_at is None or self._looked_at[0] != (asked, dict(chosen), typed):
            if self.look(asked, chosen, **typed):
                self.message += " Press Keep once more to write it down like this."
            return False
        goal = self._looked_at[1]
        done = self.tried(lambda: self.desk.save(goal, follows=follows))
        if done is None:
            return False
        self._looked_at = None
        self.message = done
        return True


class ReadinessState(Told):
    """One readiness check that is being answered."""

    def __init__(self, desk: ReadinessDesk) -> None:
        super().__init__()
        self.desk = desk

    def keep(self, answers: Mapping[str, str]) -> bool:
        """Write the answers down, and tell whether they were."""
        done = self.tried(lambda: self.desk.save(answers))
        self.message = done or self.message
        return done is not None


class WritingState(Told):
    """One thing that is being written down."""

    def __init__(self, desk: WritingDesk) -> None:
        super().__init__()
        self.desk = desk

    def keep(self, kind: str, words: str, *, who: str = "", day: str = "", follows: str = "") -> bool:
        """Write one thing down, and tell whether it was."""
        done = self.tried(lambda: self.desk.save(kind, words, who=who, day=day, follows=follows))
        self.message = done or self.message
        return done is not None

    def tick_off(self, action: str) -> bool:
        """Note that an action is done, and tell whether it was."""
        if not action:
            self.message = "Pick an action first. Where the list is empty, none is open."
            return False
        done = self.tried(lambda: self.desk.tick_off(action))
        self.message = done or self.message
        return done is not None
