"""The night run beside the commands of papermill and nbconvert, and beside a plain function, in one run.

    python benchmarks/night/measure.py WORKSPACE [HOW_MANY] [WITH_COMMANDS]

WORKSPACE has at least HOW_MANY schools (100); the commands are run for WITH_COMMANDS of them (5), since each takes so long.
Prints, for each way: pages, seconds, seconds of processor with all that was begun, pages a minute, the largest memory;
then the ratios that matter. For 10 and for HOW_MANY schools, one worker and two; with ``--dask`` also by two dask workers.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
NOTEBOOK = HERE.parents[1] / "notebooks" / "school_report.ipynb"
SURROUNDINGS = os.environ | {"PLOTLY_RENDERER": "plotly_mimetype", "PYTHONHASHSEED": "0"}
ONE_THREAD = dict.fromkeys(
    ("DATAWORKBENCH_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "POLARS_MAX_THREADS"), "1"
)
RUN = """
import sys
from dataworkbench.reports import plan_reports, run_reports
plan = plan_reports(sys.argv[1], only=sys.argv[4:])
run = run_reports(plan, workers=int(sys.argv[2]), scheduler=sys.argv[3])
assert run.ok, run.failed
print(run.folder)
"""


@dataclass(frozen=True)
class Taken:
    """What one way took for so many pages."""

    way: str
    pages: int
    seconds: float
    processor: float
    said: str = ""

    @property
    def a_minute(self) -> float:
        return 60 * self.pages / self.seconds

    def __str__(self) -> str:
        each = f"{self.processor / self.pages:.2f} s of processor a page"
        return f"{self.way}: {self.pages} pages, {self.seconds:.1f} s, {each}, {self.a_minute:.1f} pages a minute"


def timed(way: str, pages: int, *commands: Sequence[str], env: dict[str, str] | None = None) -> Taken:
    """Run commands one after another, and return what they took with all that they began."""
    began, used = time.perf_counter(), 0.0
    said = b""
    for command in commands:
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen(
                command, stdout=out, stderr=subprocess.DEVNULL, env=SURROUNDINGS | (env or {})
            )
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise SystemExit(f"{' '.join(command)[:200]} ended with {process.returncode}")
            out.seek(0)
            said = out.read()
        used += usage.ru_utime + usage.ru_stime
    taken = Taken(way, pages, time.perf_counter() - began, used, said.decode().strip())
    print(taken, flush=True)
    return taken


def by_commands(workspace: Path, schools: Sequence[str], folder: Path) -> Taken:
    """Two commands a school: papermill runs the notebook, nbconvert makes a page of it."""
    commands: list[Sequence[str]] = []
    for school in schools:
        executed = folder / f"{school}.ipynb"
        commands.append((sys.executable, "-m", "papermill", str(NOTEBOOK), str(executed), "-p", "workspace", str(workspace),
                         "-p", "school", school, "--no-progress-bar", "-k", "python3"))  # fmt: skip
        commands.append(
            (sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", "--no-input", str(executed))
        )
    return timed("the commands", len(schools), *commands)


def by_night(workspace: Path, schools: Sequence[str], workers: int, scheduler: str = "") -> Taken:
    """The night run, from its start to its end."""
    way = f"the night run, {workers} at once" + (" by dask" if scheduler else "")
    return timed(
        way, len(schools), (sys.executable, "-c", RUN, str(workspace), str(workers), scheduler, *schools)
    )


def by_hand(workspace: Path, pages: int, folder: Path) -> Taken:
    """The plain function."""
    command = (sys.executable, str(HERE / "plain.py"), str(workspace), str(folder), str(pages))
    return timed("the plain function", pages, command, env=ONE_THREAD)


def same_page(plain: Path, run: Path, school: str) -> bool:
    """Whether the plain function's page of a school has the body of the night run's."""
    for page in (run / "pages").glob("*.html"):
        executed = json.loads((run / "notebooks" / f"{page.stem}.ipynb").read_text(encoding="utf-8"))
        if executed["metadata"]["papermill"]["parameters"]["school"] == school:
            return _body(plain) == _body(page)
    return False


def _body(page: Path) -> str:
    return page.read_text(encoding="utf-8").partition("<main")[2].partition("</main>")[0]


def main() -> None:
    """Measure every way once, and print the ratios."""
    given = [one for one in sys.argv[1:] if not one.startswith("--")]
    workspace = Path(given[0]).resolve()
    many = int(given[1]) if len(given) > 1 else 100
    few = int(given[2]) if len(given) > 2 else 5
    import dataworkbench as dw  # noqa: PLC0415 - the commands above do not wait for it

    schools = [str(school) for school in dw.open_workspace(workspace).schools["school_id"]][:many]
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        commands = by_commands(workspace, schools[:few], folder)
        plain = by_hand(workspace, len(schools), folder / "plain")
        ten = by_night(workspace, schools[:10], 2)
        two = by_night(workspace, schools, 2)
        one = by_night(workspace, schools, 1)
        print(
            "the same page:",
            all(same_page(folder / "plain" / f"{s}.html", Path(two.said), s) for s in schools[:3]),
        )
    print(f"pages a minute, night run to commands: {two.a_minute / commands.a_minute:.1f}")
    print(
        f"processor a page, night run to plain function: {two.processor / plain.processor:.2f}; one worker: {one.processor / plain.processor:.2f}"
    )
    print(
        f"processor a page, {many} schools to 10: {(two.processor / two.pages) / (ten.processor / ten.pages):.2f}"
    )
    print(f"pages a minute, two at once to one: {two.a_minute / one.a_minute:.2f}")


if __name__ == "__main__":
    main()
