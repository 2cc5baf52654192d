"""A papermill engine that runs the cells of a notebook in this very process, without a kernel beside it.

A process that has the libraries loaded already can be forked for each report (see ``worker``), which spares the
seconds that every fresh kernel takes to load them. What a cell shows is kept in the same form as from a kernel.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, Final

from ipykernel.jsonutil import encode_images, json_clean
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode
from papermill.engines import Engine, papermill_engines
from traitlets import Type
from traitlets.config import Config

from dataworkbench.errors import story_of

make_output: Callable[..., NotebookNode] = NotebookNode
clean: Callable[[Any], Any] = json_clean
with_encoded_images: Callable[[dict[str, Any]], Any] = encode_images

ENGINE: Final = "in-process"
SKIPPED: Final = "skip-execution"


class Outputs:
    """What the cell that runs now has shown so far, in the form of notebook outputs."""

    def __init__(self) -> None:
        self.kept: list[NotebookNode] = []
        self._named: dict[str, list[NotebookNode]] = {}
        self._clear_next = False

    def begin(self) -> list[NotebookNode]:
        """Begin with an empty list for the next cell, and return it."""
        self.kept = []
        self._clear_next = False
        return self.kept

    def add(self, kind: str, **content: Any) -> NotebookNode:
        """Keep one output."""
        if self._clear_next:
            self.clear()
        output = make_output(output_type=kind, **content)
        self.kept.append(output)
        return output

    def write(self, name: str, text: str) -> None:
        """Keep what was printed; what follows on the same stream joins it."""
        last = self.kept[-1] if self.kept and not self._clear_next else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += text
        elif text:
            self.add("stream", name=name, text=text)

    def show(self, data: Mapping[str, Any], metadata: Mapping[str, Any], name: str, *, update: bool) -> None:
        """Keep what was displayed; what has a name can be shown anew in its old place."""
        content = {"data": as_json(data), "metadata": as_json(metadata)}
        if update:
            for output in self._named.get(name, ()):
                output["data"], output["metadata"] = content["data"], content["metadata"]
            return
        shown = self.add("display_data", **content)
        if name:
            self._named.setdefault(name, []).append(shown)

    def clear(self, *, wait: bool = False) -> None:
        """Forget what was shown, now or when the next output comes."""
        self._clear_next = wait
        if not wait:
            self.kept.clear()


def as_json(data: Mapping[str, Any]) -> NotebookNode:
    """Return a display's data in the form in which a notebook holds it."""
    return make_output(clean(with_encoded_images(dict(data))))


class _Stream(io.TextIOBase):
    def __init__(self, outputs: Outputs, name: str) -> None:
        super().__init__()
        self._outputs = outputs
        self._name = name

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a plain text stream has it as an attribute
        return "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._outputs.write(self._name, text)
        return len(text)


class _Publisher(DisplayPublisher):
    shell: Any

    def publish(
        self,
        data: Any,
        metadata: Any = None,
        source: Any = None,  # noqa: ARG002 - IPython's own signature
        *,
        transient: Any = None,
        update: Any = False,
        **_kwargs: Any,
    ) -> None:
        name = (transient or {}).get("display_id", "")
        self.shell.outputs.show(data, metadata or {}, name, update=update)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear(wait=wait)


class _Results(DisplayHook):
    shell: Any

    def quiet(self) -> bool:
        return str(self.shell.source).rstrip().endswith(";")

    def __call__(self, result: Any = None) -> None:
        if result is None or self.quiet():
            return
        data, metadata = self.shell.display_formatter.format(result)
        if data:
            self.shell.outputs.add(
                "execute_result",
                data=as_json(data),
                metadata=as_json(metadata or {}),
                execution_count=self.shell.execution_count,
            )


class ReportShell(InteractiveShell):
    """An IPython shell that keeps what cells show and leaves telling of errors to the engine."""

    displayhook_class = Type(_Results)
    display_pub_class = Type(_Publisher)

    def __init__(self, **how: Any) -> None:
        self.outputs = Outputs()
        self.source = ""
        how["config"] = Config({"HistoryManager": {"enabled": False}, "HistoryAccessor": {"enabled": False}})
        super().__init__(**how)  # type: ignore[no-untyped-call]  # IPython's own has no types

    def showtraceback(self, *_args: Any, **_how: Any) -> None:
        """Say nothing: the error is told by the result of the cell."""

    def showsyntaxerror(self, *_args: Any, **_how: Any) -> None:
        """Say nothing: the error is told by the result of the cell."""

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: there is no window."""


class InProcessEngine(Engine):  # type: ignore[misc]  # papermill has no types
    """Runs the cells one after another and stops at the first that fails."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **_how: Any) -> None:  # noqa: ARG003 - papermill's own signature
        """Run the cells of the notebook that papermill holds, in this process whatever ``kernel_name`` says."""
        shell = ReportShell.instance()
        for index, cell in enumerate(nb_man.nb.cells):
            nb_man.cell_start(cell, cell_index=index)
            fault = _run_cell(shell, cell, count=index + 1) if _has_code(cell) else None
            if fault:
                nb_man.cell_exception(cell, cell_index=index)
            nb_man.cell_complete(cell, cell_index=index)
            if fault:
                break


def _has_code(cell: NotebookNode) -> bool:
    return bool(
        cell.cell_type == "code" and cell.source.strip() and SKIPPED not in cell.metadata.get("tags", ())
    )


def _run_cell(shell: Any, cell: NotebookNode, *, count: int) -> BaseException | None:
    """Run one cell, keep what it shows in it, and return its error if it had one."""
    cell.outputs = shell.outputs.begin()
    shell.source = cell.source
    cell.execution_count = shell.execution_count = count
    with _captured(shell.outputs):
        result = shell.run_cell(cell.source, store_history=False)
    fault: BaseException | None = result.error_before_exec or result.error_in_exec
    if fault:
        shell.outputs.add(
            "error",
            ename=type(fault).__name__,
            evalue=str(fault),
            traceback=story_of(fault).splitlines(),
        )
    return fault


@contextmanager
def _captured(outputs: Outputs) -> Iterator[None]:
    with redirect_stdout(_Stream(outputs, "stdout")), redirect_stderr(_Stream(outputs, "stderr")):
        held, sys.stdin = sys.stdin, io.StringIO()
        try:
            yield
        finally:
            sys.stdin = held


papermill_engines.register(ENGINE, InProcessEngine)
