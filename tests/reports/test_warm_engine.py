"""The executed notebook is what papermill's own engine makes, but for times, whether a cell fails or not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import entry_points

import nbformat
import pytest
from made_up_district import notebook_of
from papermill.engines import NBClientEngine, papermill_engines

from dataworkbench.reports import execute
from dataworkbench.reports.engine import NAME, WarmEngine
from dataworkbench.reports.in_process import ENGINE

WORDS = ("# Words", "print('a')\nprint('b')")
SHOWN = (
    "from IPython.display import HTML, Markdown, clear_output, display\ndisplay(HTML('<b>bold</b>'), Markdown('*x*'))",
    "shown = display('first', display_id=True)\nshown.update('second')",
    "print('gone')\nclear_output()\nprint('kept')",
    "import plotly.graph_objects as go\ngo.Figure(go.Bar(x=['a'], y=[1]))",
    "import pandas as pd\npd.DataFrame({'n': [1, 2]})",
    "2;",
    "import asyncio\nawait asyncio.sleep(0)\n'waited'",
    "_ + '!', In[-2], len(Out)",
)
ENDS = {
    "well": "'well'",
    "with an error": "def of(a):\n    raise ValueError('no')\nof(1)",
    "with a slip of the pen": "print('x'",
    "by leaving": "import sys\nsys.exit()",
    "with a magic that is not there": "%nothing_of_the_kind",
}
TIMES = {"start_time", "end_time", "duration"}
MADE_ANEW = {"injected-parameters", "papermill-error-cell-tag"}


def without_times(path):
    """An executed notebook without its times, and without the names that papermill draws lots for."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    held = [notebook["metadata"]["papermill"]]
    for cell in notebook["cells"]:
        held.append(cell["metadata"].get("papermill", {}))
        cell["metadata"]["execution"] = sorted(cell["metadata"].get("execution", {}))
        if MADE_ANEW & set(cell["metadata"].get("tags", ())):
            cell["id"] = ""
    for noted in held:
        for name in TIMES & set(noted):
            noted[name] = noted[name] is not None
        noted.pop("output_path", None)
    return notebook


RUN = """
import json, sys
import papermill
import dataworkbench.reports.in_process
asked, told = json.load(sys.stdin), []
for path, out, engine, more in asked:
    try:
        papermill.execute_notebook(
            path, out, {"school": "0101"}, engine_name=engine, kernel_name="python3", progress_bar=False, **more
        )
        told.append(None)
    except BaseException as fault:
        told.append([type(fault).__name__, str(fault)])
print(json.dumps(told))
"""


def run_apart(*asked):
    """Run notebooks one after another in a process of its own, and return what fault each had."""
    surroundings = {**os.environ, "PLOTLY_RENDERER": "plotly_mimetype", "OPENBLAS_NUM_THREADS": "1"}
    told = subprocess.run(
        (sys.executable, "-c", RUN),
        check=True, input=json.dumps(asked), capture_output=True, text=True, timeout=240, env=surroundings,
    )  # fmt: skip
    return json.loads(told.stdout.splitlines()[-1])


@pytest.fixture
def keep(tmp_path):
    def write(*cells):
        path = tmp_path / "asked.ipynb"
        nbformat.write(notebook_of(*cells), path)
        return path

    return write


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="where nothing can be copied it is papermill's own"),
]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Each notebook by papermill's own engine and by ours, with the fault that each had."""
    folder = tmp_path_factory.mktemp("engines")
    asked = []
    for end, cell in ENDS.items():
        path = folder / f"{end}.ipynb"
        nbformat.write(notebook_of(*WORDS, *(SHOWN if end == "well" else ()), cell, "'after'"), path)
        asked += [
            (str(path), str(folder / f"{end} {engine}.ipynb"), engine, {}) for engine in ("nbclient", NAME)
        ]
    faults = iter(run_apart(*asked))
    return {
        end: [
            (without_times(folder / f"{end} {engine}.ipynb"), next(faults)) for engine in ("nbclient", NAME)
        ]
        for end in ENDS
    }


@pytest.mark.parametrize("end", ENDS)
def test_the_executed_notebook_is_papermills_own_but_for_times(end, both):
    (usual, fault), (ours, our_fault) = both[end]
    assert ours == usual
    assert our_fault == fault
    assert (fault is None) == (end in {"well", "by leaving"})


def test_papermill_finds_the_engine_by_its_name():
    (found,) = entry_points(group="papermill.engine", name=NAME)
    assert found.load() is WarmEngine
    assert papermill_engines.get_engine(NAME) is WarmEngine


def test_nothing_of_one_notebook_reaches_the_next(keep, tmp_path):
    path = keep(
        "import os, sys, pandas as pd\n"
        "print(os.environ.get('LEFT'), getattr(pd, 'left', None), 'left' in globals(), os.getcwd(), os.getpid())",
        "left = 1\npd.left = 1\nos.environ['LEFT'] = '1'\nos.chdir('/')",
    )
    outs = [tmp_path / name for name in ("first.ipynb", "second.ipynb")]
    assert run_apart(*((str(path), str(out), NAME, {}) for out in outs)) == [None, None]
    told = ["".join(without_times(out)["cells"][2]["outputs"][0]["text"]).split() for out in outs]
    assert [words[:3] for words in told] == [["None", "None", "False"]] * 2
    assert told[0][3] == told[1][3] != "/"
    assert told[0][4] != told[1][4]


def test_a_cell_that_takes_too_long_is_stopped_and_nothing_of_it_goes_on(keep, tmp_path):
    path, out = keep("import os\nprint(os.getpid(), flush=True)", "while True: pass"), tmp_path / "out.ipynb"
    ((kind, _said),) = run_apart((str(path), str(out), NAME, {"execution_timeout": 1}))
    assert kind == "CellTimeoutError"
    cells = nbformat.read(out, as_version=4).cells
    with pytest.raises(ProcessLookupError):
        os.kill(int(cells[2].outputs[0].text), 0)


def test_a_notebook_whose_process_ends_is_not_taken_for_a_finished_one(keep, tmp_path):
    path = keep("import os\nos._exit(0)", "'after'")
    ((kind, _said),) = run_apart((str(path), str(tmp_path / "out.ipynb"), NAME, {}))
    assert kind == "DeadKernelError"


def test_another_language_is_left_to_papermills_own_engine(monkeypatch):
    asked = []
    monkeypatch.setattr(
        NBClientEngine,
        "execute_managed_notebook",
        classmethod(lambda _cls, _man, kernel, **_how: asked.append(kernel)),
    )
    WarmEngine.execute_managed_notebook(None, "ir")
    assert asked == ["ir"]


def test_a_process_of_its_own_runs_a_notebook_with_the_engine_named_on_the_command_line(keep, tmp_path):
    path = keep("'here ' + school")
    command = (sys.executable, "-m", "papermill", str(path), str(tmp_path / "out.ipynb"), "--engine", NAME, "-k", "python3",
               "-p", "school", "Alder", "--no-progress-bar")  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120, cwd=tmp_path)
    cells = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells
    assert cells[-1].outputs[0].data["text/plain"] == "'here Alder'"


def test_a_cell_may_put_out_no_more_than_a_page_can_hold(keep, tmp_path):
    path = keep("try:\n    for _ in range(300): print('x' * 1000)\nexcept Exception: pass", "'after'")
    asked = (str(path), str(tmp_path / "out.ipynb"), ENGINE)
    ((kind, _said),) = run_apart((*asked, {"most_output": 200_000}))
    assert kind == "TooMuchOutputError"
    assert run_apart((*asked, {"most_output": 400_000})) == [None]


@pytest.mark.parametrize(
    ("saved", "kept"),
    [
        ({"name": "python3", "language": "python", "display_name": "Python 3 (ipykernel)"}, "Python 3 (ipykernel)"),
        ({"name": "of-a-team", "language": "python", "display_name": "Ours"}, "Python 3"),
        (None, "Python 3"),
    ],
    ids=["of the usual kernel", "of another", "of none"],
)  # fmt: skip
def test_a_notebook_says_by_which_kernel_it_was_run_as_it_did_where_that_is_so(
    monkeypatch, tmp_path, saved, kept
):
    asked = notebook_of("1")
    asked.metadata.pop("kernelspec")
    if saved:
        asked.metadata["kernelspec"] = saved
    given = []

    def run(notebook, *_, **__):
        given.append(notebook.metadata["kernelspec"])
        raise KeyboardInterrupt

    monkeypatch.setattr(execute.papermill, "execute_notebook", run)
    with pytest.raises(KeyboardInterrupt):
        execute.run_notebook(asked, {}, cwd=tmp_path, seconds=1)
    assert given == [{"name": "python3", "language": "python", "display_name": kept}]
