"""A papermill engine that runs the cells of a notebook in this very process, without a kernel beside it.

A process that has the libraries loaded already can be copied for each report (see ``warm``), which spares the
seconds that every fresh kernel takes to load them. What a cell shows is kept in the same form as from a kernel: the
shell is that of a Jupyter kernel, with its compiler, its magics and its way of telling an error.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.jsonutil import encode_images, json_clean
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from nbformat import NotebookNode
from papermill.engines import Engine, papermill_engines
from traitlets import Type
from traitlets.config import Config

from dataworkbench.reports.jobs import TooMuchOutputError

make_output: Callable[..., NotebookNode] = NotebookNode
clean: Callable[[Any], Any] = json_clean
with_encoded_images: Callable[[dict[str, Any]], Any] = encode_images

ENGINE: Final = "in-process"
SKIPPED: Final = "skip-execution"
MAY_FAIL: Final = "raises-exception"
_INSTALLED: Final = frozenset({"site-packages", "dist-packages"})


class Outputs:
    """What the cell that runs now has shown so far, in the form of notebook outputs."""

    def __init__(self) -> None:
        self.kept: list[NotebookNode] = []
        self.most = 0
        """How many letters all cells together may put out; 0 where there is no such limit."""
        self._named: dict[str, list[NotebookNode]] = {}
        self._clear_next = False
        self._printed: list[str] = []
        self._letters = 0

    def begin(self) -> list[NotebookNode]:
        """Begin with an empty list for the next cell, and return it."""
        self.kept = []
        self._printed = []
        self._clear_next = False
        return self.kept

    def end(self) -> None:
        """Put together what the last stream printed."""
        if self._printed:
            self.kept[-1]["text"] = "".join(self._printed)
            self._printed = []

    def add(self, kind: str, **content: Any) -> NotebookNode:
        """Keep one output."""
        if self._clear_next:
            self.clear()
        self.end()
        output = make_output(output_type=kind, **content)
        self.kept.append(output)
        return output

    def write(self, name: str, text: str) -> None:
        """Keep what was printed; what follows on the same stream joins it."""
        self.count(text)
        last = self.kept[-1] if self._printed and not self._clear_next else {}
        if last.get("name") == name:
            self._printed.append(text)
        elif text:
            self.add("stream", name=name, text=text)
            self._printed = [text]

    def show(self, data: Mapping[str, Any], metadata: Mapping[str, Any], name: str, *, update: bool) -> None:
        """Keep what was displayed; what has a name can be shown anew in its old place."""
        self.count(data)
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
            self._printed = []

    @property
    def too_much(self) -> bool:
        """Whether more was put out than may be, whatever a cell made of being told so."""
        return 0 < self.most < self._letters

    def count(self, what: str | Mapping[str, Any]) -> None:
        """Count what is put out, and stop where it is more than a page can hold."""
        texts = [what] if isinstance(what, str) else what.values()
        self._letters += sum(len(text) for text in texts if isinstance(text, str | bytes))
        if self.too_much:
            raise TooMuchOutputError


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
    """Keeps what the last line of a cell gives, as a kernel sends it."""

    shell: Any
    _data: Mapping[str, Any] = MappingProxyType({})
    _about: Mapping[str, Any] = MappingProxyType({})

    def write_output_prompt(self) -> None:
        """Do nothing: the number stands with the result."""

    def write_format_data(self, format_dict: Mapping[str, Any], md_dict: Any = None) -> None:
        """Hold what is to be kept."""
        self._data, self._about = format_dict, md_dict or {}

    def finish_displayhook(self) -> None:
        """Keep it."""
        if self._data:
            self.shell.outputs.count(self._data)
            self.shell.outputs.add(
                "execute_result",
                data=as_json(self._data),
                metadata=as_json(self._about),
                execution_count=self.prompt_count,
            )
        self._data = MappingProxyType({})


class ReportShell(ZMQInteractiveShell):
    """The shell of a Jupyter kernel, which keeps what cells show instead of sending it to somebody."""

    compiler_class = Type(XCachingCompiler)
    displayhook_class = Type(_Results)  # type: ignore[assignment]  # a kernel's own sends, and this one keeps
    display_pub_class = Type(_Publisher)  # type: ignore[assignment]  # as above

    def __init__(self, **how: Any) -> None:
        self.outputs = Outputs()
        how["config"] = Config({"HistoryManager": {"enabled": False}, "HistoryAccessor": {"enabled": False}})
        super().__init__(**how)  # type: ignore[no-untyped-call]  # a kernel's shell has no types

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        self.outputs.add("error", ename=str(etype.__name__), evalue=str(evalue), traceback=list(stb))

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: there is no window."""


class InProcessEngine(Engine):  # type: ignore[misc]  # papermill has no types
    """Runs the cells one after another and stops at the first that fails."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,  # noqa: ARG003 - papermill's own signature
        *,
        most_output: int = 0,
        **_how: Any,
    ) -> None:
        """Run the cells of the notebook that papermill holds, in this process whatever ``kernel_name`` says."""
        ReportShell.instance().outputs.most = most_output
        for index, cell, failed in run_cells(nb_man.nb, nb_man.cell_start):
            if failed:
                nb_man.cell_exception(cell, cell_index=index)
            nb_man.cell_complete(cell, cell_index=index)
        if ReportShell.instance().outputs.too_much:
            raise TooMuchOutputError
        nb_man.nb.metadata["language_info"] = language_info()


def find_modules_beside() -> None:
    """Have modules found that lie beside the notebook, after those of Python and before those that are installed: as a kernel does."""
    if "" not in sys.path:
        installed = (at for at, path in enumerate(sys.path) if Path(path).name in _INSTALLED)
        sys.path.insert(next(installed, len(sys.path)), "")


def run_cells(
    notebook: NotebookNode, starting: Callable[[NotebookNode, int], None]
) -> Iterator[tuple[int, NotebookNode, bool]]:
    """Yield each cell after it was run, with its place and whether it failed; the first that fails is the last.

    ``starting`` is called before each cell. The cells hold their outputs afterwards, as a kernel would give them.
    """
    shell = ReportShell.instance()
    find_modules_beside()
    for index, cell in enumerate(notebook.cells):
        starting(cell, index)
        failed = _has_code(cell) and not _run_cell(shell, cell) and MAY_FAIL not in _tags(cell)
        yield index, cell, failed
        if failed:
            break


def language_info() -> NotebookNode:
    """Return what a Python kernel says of its language."""
    return make_output(IPythonKernel.language_info)


def _has_code(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "code" and cell.source.strip() and SKIPPED not in _tags(cell))


def _tags(cell: NotebookNode) -> Sequence[str]:
    tags: Sequence[str] = cell.metadata.get("tags", ())
    return tags


def _run_cell(shell: Any, cell: NotebookNode) -> bool:
    """Run one cell, keep what it shows in it, and return whether it came to its end."""
    cell.outputs = shell.outputs.begin()
    cell.execution_count = shell.execution_count
    began = _moment()
    with _captured(shell.outputs):
        result = shell.run_cell(cell.source, store_history=True)
    shell.outputs.end()
    ended = _moment()
    cell.metadata["execution"] = {
        "iopub.execute_input": began,
        "iopub.status.busy": began,
        "iopub.status.idle": ended,
        "shell.execute_reply": ended,
    }
    return not (result.error_before_exec or result.error_in_exec)


def _moment() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


@contextmanager
def _captured(outputs: Outputs) -> Iterator[None]:
    with redirect_stdout(_Stream(outputs, "stdout")), redirect_stderr(_Stream(outputs, "stderr")):
        held, sys.stdin = sys.stdin, io.StringIO()
        try:
            yield
        finally:
            sys.stdin = held


papermill_engines.register(ENGINE, InProcessEngine)
