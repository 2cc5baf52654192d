"""How quick the dashboard is, beside the same dashboard in Panel, Solara and Streamlit, in one run on one machine.

    python -m venv ../peers && ../peers/bin/pip install -r benchmarks/dashboards/requirements-peers.txt
    .venv/bin/python benchmarks/dashboards/measure.py --peers ../peers                       1 and 10 million result rows
    .venv/bin/python benchmarks/dashboards/measure.py --peers ../peers --rows 1e6 1e7 5e7    50 million too: 7 GB of memory

Each dashboard has the same five filters and five figures over the same made-up district: the workbench over its snapshot,
the others over the snapshot's Parquet files with DuckDB, as somebody would write it who wants just this page. A real Chromium
opens it; everything is warmed up once. Memory and processor time are read from ``/proc``, so this runs on Linux alone; what
processor time the browser takes is not in it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from dashboards.forwarding import Line
from dashboards.making import make
from dashboards.watching import WATCH, asked_at, drawn_after
from playwright.sync_api import sync_playwright

from dataworkbench.publishing.serve import prepare, stop, wait_until_open

HERE: Final = Path(__file__).parent
CHROMIUM: Final = "/usr/bin/chromium"
YEARS: Final = ("2024-25", "2023-24", "2022-23")
GROUPS: Final = ("Gender", "Disability status", "English learner status")
FILTERS: Final = {"School year": YEARS, "Compare groups by": GROUPS}
NAMES: Final = ("workbench", "panel", "solara", "streamlit")

Choose = Callable[[Any, str, str], None]


@dataclass(frozen=True)
class Running:
    """A dashboard that is being served."""

    url: str
    process: int
    choose: Choose
    line: Line


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument(
        "--peers", type=Path, required=True, help="a virtual environment with the others in it"
    )
    asked.add_argument("--rows", type=float, nargs="+", default=[1e6, 1e7])
    asked.add_argument("--only", nargs="+", default=list(NAMES), choices=NAMES)
    asked.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "dashboards")
    asked.add_argument("--keep", action="store_true", help="leave the made-up districts where they are")
    told = asked.parse_args()
    found = []
    for rows in told.rows:
        workspace = make(told.folder / f"{rows:.0e}".replace("+", ""), int(rows))
        for name in told.only:
            found.append(
                {"rows": int(rows), "dashboard": name, **_measured(name, workspace.root, told.peers)}
            )
            print(json.dumps(found[-1]), flush=True)
    (told.folder / "measured.json").write_text(
        json.dumps({"versions": _versions(told.peers), "measured": found}, indent=1), encoding="utf-8"
    )
    print("\n".join(_table(found)))
    if not told.keep:
        for rows in told.rows:
            shutil.rmtree(told.folder / f"{rows:.0e}".replace("+", ""))


def _measured(name: str, workspace: Path, peers: Path) -> dict[str, Any]:
    served = _ours(workspace) if name == "workbench" else _peer(name, workspace, peers)
    with served as running, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        _opened(browser, running)[0].context.close()  # everything is warm
        time.sleep(3)
        nobody = _megabytes(running.process)
        opened = [_opened(browser, running)]
        time.sleep(3)
        one = _megabytes(running.process)
        opened += [_opened(browser, running) for _ in range(2)]
        time.sleep(3)
        three = _megabytes(running.process)
        page = opened[-1][0]
        changed = {name: _changed(page, running, name, values) for name, values in FILTERS.items()}
        browser.close()
    return {
        "opened": _middle([times for _, times in opened]),
        **{name: _middle(times) for name, times in changed.items()},
        "memory": {"server": nobody, "first viewer": one - nobody, "each more": (three - one) / 2},
    }


def _opened(browser: Any, running: Running) -> tuple[Any, dict[str, float]]:
    """Return a page of a new visitor, and how long it took from the request."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.add_init_script(WATCH)
    begun = time.time() * 1000
    page.goto(running.url, wait_until="commit", timeout=120_000)
    times = drawn_after(page, 0, running.line)
    before = page.evaluate("performance.timeOrigin") - begun
    return page, {name: value + before for name, value in times.items()}


def _changed(page: Any, running: Running, name: str, values: tuple[str, ...]) -> list[dict[str, float]]:
    """Return how long each change of one filter took."""
    times = []
    for value in values:
        time.sleep(1)
        before = _processor(running.process)
        running.choose(page, name, value)
        took = drawn_after(page, asked_at(page), running.line)
        times.append({**took, "processor": _processor(running.process) - before})
    return times


def _middle(times: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(one[name] for one in times), 1) for name in times[0]}


def _pick_native(page: Any, name: str, value: str) -> None:
    page.get_by_label(name, exact=True).select_option(value)


def _pick_in_solara(page: Any, name: str, value: str) -> None:
    page.locator(".v-select", has=page.get_by_text(name, exact=True)).first.click()
    page.locator(".v-overlay--active .v-list-item").get_by_text(value, exact=True).click()


def _pick_in_streamlit(page: Any, name: str, value: str) -> None:
    page.get_by_role("combobox", name=name).click()
    page.get_by_role("option", name=value, exact=True).click()


@contextmanager
def _ours(workspace: Path) -> Iterator[Running]:
    served = prepare(workspace, port=_free_port(), token="benchmark-of-dashboards")  # noqa: S106 - a made-up district
    process = served.start()
    try:
        wait_until_open(served, process)
        line = Line(served.port)
        url = served.url.replace("/?", "/voila/render/district_overview.ipynb?")
        yield Running(url.replace(f":{served.port}/", f":{line.port}/"), process.pid, _pick_native, line)
    finally:
        stop(process)
        served.remove()


@contextmanager
def _peer(name: str, workspace: Path, peers: Path) -> Iterator[Running]:
    port, script = str(_free_port()), f"in_{name}.py"
    command = {
        "panel": ["-m", "panel", "serve", script, "--port", port, "--allow-websocket-origin", "*"],
        "solara": ["-m", "solara", "run", script, "--port", port, "--host", "127.0.0.1", "--production"],
        "streamlit": ["-m", "streamlit", "run", script, "--server.port", port, "--server.address", "127.0.0.1",
                      "--server.headless", "true", "--browser.gatherUsageStats", "false"],
    }[name]  # fmt: skip
    [parquet] = (workspace / "snapshots").glob("*/parquet")
    env = {**os.environ, "DASHBOARD_PARQUET": str(parquet), "PYTHONPATH": str(HERE / "peers")}
    process = subprocess.Popen(
        [peers / "bin" / "python", *command], cwd=HERE / "peers", env=env, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    pick = {"panel": _pick_native, "solara": _pick_in_solara, "streamlit": _pick_in_streamlit}[name]
    try:
        _wait_for(int(port))
        line = Line(int(port))
        yield Running(
            f"http://127.0.0.1:{line.port}/{'in_panel' if name == 'panel' else ''}", process.pid, pick, line
        )
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"nothing answers on port {port}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _megabytes(process: int) -> float:
    """Return the memory of a server and all that it started, what they share counted once."""
    return sum(_pss(pid) for pid in (process, *_below(process)))


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _processor(process: int) -> float:
    """Return the milliseconds of processor time that a server and all that it started have taken so far."""
    return sum(_taken(pid) for pid in (process, *_below(process)))


def _taken(pid: int) -> float:
    try:
        held = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(held[11]) + int(held[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def _below(parent: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{parent}/task").iterdir())
        children = [int(pid) for task in tasks for pid in (task / "children").read_text().split()]
    except FileNotFoundError:
        return []
    return [pid for child in children for pid in (child, *_below(child))]


def _versions(peers: Path) -> dict[str, str]:
    tell = "import importlib.metadata as m, json, sys; print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"
    ours = subprocess.run(
        [sys.executable, "-c", tell, "voila", "duckdb", "plotly"], capture_output=True, check=True
    )
    theirs = subprocess.run(
        [peers / "bin" / "python", "-c", tell, "panel", "solara", "streamlit", "duckdb", "plotly"],
        capture_output=True, check=True,
    )  # fmt: skip
    return {"workbench": json.loads(ours.stdout), "peers": json.loads(theirs.stdout)}


def _table(found: list[dict[str, Any]]) -> Iterator[str]:
    """Give a Markdown table; in brackets, how many times as long as the workbench (or as much memory)."""
    yield (
        "| rows | dashboard | request to drawn, ms | year: message / drawn / processor, ms "
        "| group: message / drawn / processor, ms | MB, each more viewer |"
    )
    yield "| --- | --- | --- | --- | --- | --- |"
    for one in found:
        base = next((b for b in found if b["rows"] == one["rows"] and b["dashboard"] == "workbench"), one)
        cells = [
            _beside(one["opened"]["drawn"], base["opened"]["drawn"]),
            *(
                " / ".join(
                    _beside(one[name][what], base[name][what]) for what in ("message", "drawn", "processor")
                )
                for name in FILTERS
            ),
            _beside(one["memory"]["each more"], base["memory"]["each more"]),
        ]
        yield f"| {one['rows']:,} | {one['dashboard']} | " + " | ".join(cells) + " |"


def _beside(value: float, base: float) -> str:
    """Return a figure beside the workbench's; a dash where nothing large came, or less memory was held than before."""
    if value < 0.5:
        return "-"
    return f"{value:,.0f}" if value == base or base <= 0 else f"{value:,.0f} ({value / base:.1f}x)"


if __name__ == "__main__":
    main()
