"""How a command speaks: sentences to a person, or JSON and nothing else to a script.

What is said goes to standard output; progress and errors go to standard error, so that output can be piped.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich import box
from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from dataworkbench.cli.answers import Answer, ExitCode, Listing, Story
from dataworkbench.errors import WorkbenchError

Advance = Callable[[int, int, str], None]
"""Called with how many are done, of how many, and what is at work."""


class Voice:
    """Speaks for one command, to a person or to a script."""

    def __init__(self, command: str, *, as_json: bool = False) -> None:
        self.command = command
        self.as_json = as_json
        self._out = Console(highlight=False, soft_wrap=True, file=sys.stdout)
        self._aside = Console(highlight=False, soft_wrap=True, file=sys.stderr)

    def say(self, sentence: str) -> None:
        """Say something on standard output that cannot wait for the end; to a script, on standard error."""
        where = self._aside if self.as_json else self._out
        where.print(plain(sentence))

    def aside(self, sentence: str) -> None:
        """Say where long work stands; a script is not told."""
        if not self.as_json:
            self._aside.print(plain(sentence))

    def show(self, listing: Listing) -> None:
        """Show a table on standard output that cannot wait for the end; a script is not shown it."""
        if not self.as_json:
            self._out.print(drawn(listing))

    @contextmanager
    def progress(self, title: str, total: int | None = None) -> Iterator[Advance]:
        """Show a bar while work goes on; away from a terminal one line has to do."""
        if self.as_json or not self._aside.is_terminal:
            self.aside(f"{title} ...")
            yield _say_nothing
            return
        with _bar(self._aside) as bar:
            task = bar.add_task(plain(title).plain, total=total)
            yield lambda done, of, what: bar.update(
                task, completed=done, total=of, description=plain(f"{title}: {what}").plain
            )

    def tell(self, answer: Answer) -> None:
        """Say what was done."""
        if self.as_json:
            self._print_json(answer.code, {"said": list(answer.sentences), "data": dict(answer.data)})
            return
        for sentence in answer.sentences:
            self._out.print(plain(sentence))
        for listing in answer.listings:
            self._out.print(drawn(listing))
        for story in answer.stories:
            self._out.print(written(story), soft_wrap=False)
        for name, address in answer.pages:
            self._out.print(plain(f"  {name}\n    {address}"))
        for step in answer.next_steps:
            self._out.print(Text("→ ", style="bold") + plain(step))

    def tell_error(self, error: WorkbenchError) -> None:
        """Say why nothing was done."""
        if self.as_json:
            told = {"kind": type(error).__name__, "message": str(error)}
            self._print_json(ExitCode.NOT_STARTED, {"error": told})
            return
        panel = Panel(
            plain(str(error)), title="Not done", title_align="left", border_style="yellow", box=box.ROUNDED
        )
        self._aside.print(panel, soft_wrap=False)

    def _print_json(self, code: ExitCode, told: dict[str, Any]) -> None:
        whole = {"command": self.command, "exit_code": int(code), **told}
        sys.stdout.write(json.dumps(whole, indent=2, allow_nan=False, default=str) + "\n")


@contextmanager
def speaking(command: str, *, as_json: bool = False) -> Iterator[Voice]:
    """Give a command its voice; an error meant for people becomes a panel and exit code 2, without a traceback."""
    voice = Voice(command, as_json=as_json)
    try:
        yield voice
    except WorkbenchError as error:
        voice.tell_error(error)
        raise typer.Exit(ExitCode.NOT_STARTED) from None
    except KeyboardInterrupt:
        voice.aside("Stopped.")
        raise typer.Exit(ExitCode.INTERRUPTED) from None


def finish(voice: Voice, answer: Answer) -> None:
    """Say what was done and leave with its exit code."""
    voice.tell(answer)
    raise typer.Exit(answer.code)


def plain(text: str) -> Text:
    """Return text as it is: nothing in it is markup, and no character of it can steer the terminal."""
    return Text(
        "".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text)
    )


def drawn(listing: Listing) -> Table:
    """Return a listing as a table for the terminal."""
    table = Table(title=plain(listing.title), title_justify="left", box=box.SIMPLE_HEAD, title_style="bold")
    for column in listing.columns:
        table.add_column(plain(column), overflow="fold")
    for row in listing.rows:
        table.add_row(*(plain(cell) for cell in row))
    return table


def written(story: Story) -> Group:
    """Return a story as paragraphs for the terminal, indented below the name of what they speak of."""
    lines: list[Text | Padding] = [Text(""), Text(story.title, style="bold")]
    for name, items in story.entries:
        lines.append(Padding(plain(name), (0, 0, 0, 2), style="bold"))
        for seen, to_do in items:
            lines.append(Padding(plain(seen), (0, 0, 0, 4)))
            if to_do:
                lines.append(Padding(Text("→ ") + plain(to_do), (0, 0, 0, 6)))
    return Group(*lines)


def _bar(console: Console) -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console, transient=True)


def _say_nothing(done: int, of: int, what: str) -> None:
    """Away from a terminal a bar would only fill the log."""
