"""Kernels that are copies of a process with the libraries loaded: each is by itself, knows what it is told, and ends."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import AsyncKernelManager

from dataworkbench.publishing.staff import copies
from dataworkbench.publishing.staff.kernels import bare_environment

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not copies.can_copy(), reason="processes are copied on Linux alone"),
]


@pytest.fixture(scope="module")
def copying() -> Iterator[copies.Copying]:
    with pytest.MonkeyPatch.context() as around:
        around.setenv("SOMETHING_OF_THE_SERVER", "a key")
        made = copies.begin(bare_environment())
        yield made
        copies.end()
        copies.Copying.clear_instance()


def _kernel(run: str, folder: Path, **env: str) -> tuple[str, Any]:
    """Return what a new kernel prints, and how it was started; it is ended."""

    async def asked() -> tuple[str, Any]:
        manager = AsyncKernelManager(
            kernel_name="python3", transport="ipc", connection_file=str(folder / f"{time.time_ns()}.json")
        )
        await manager.start_kernel(cwd=str(folder), env={**bare_environment(), **env})
        process = manager.provisioner.process
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=60)
        said: list[str] = []
        await client.execute_interactive(
            run,
            timeout=60,
            output_hook=lambda message: said.append(
                str(message["content"].get("text") or message["content"].get("evalue") or "")
            ),
        )
        client.stop_channels()
        await manager.shutdown_kernel()
        return "".join(said).strip(), process

    return asyncio.run(asked())


def test_a_copy_knows_what_it_is_told_and_nothing_else_of_the_server(copying, tmp_path) -> None:
    run = "import os; print(os.getcwd(), sorted(n for n in os.environ if 'SOMETHING' in n or n.startswith('DATAWORKBENCH')), os.environ['TOLD'])"
    said, process = _kernel(run, tmp_path, TOLD="hers")
    assert said == f"{tmp_path} ['DATAWORKBENCH_WORKSPACE'] hers"
    assert isinstance(process, copies.Copy)


def test_a_copy_shares_what_all_have_in_common_and_works_with_every_library(copying, tmp_path) -> None:
    run = (
        "import duckdb, numpy as np, polars as pl\n"
        "held = [int(l.split()[1]) for l in open('/proc/self/smaps_rollup') if l.startswith(('Shared_Dirty', 'Private_Dirty'))]\n"
        "ones = np.ones((300, 300))\n"
        "print(duckdb.sql('SELECT sum(i) FROM range(1000000) AS t(i)').fetchall()[0][0], (ones @ ones).sum(),\n"
        "    pl.DataFrame({'a': [1, 2] * 1000}).group_by('a').len().height, held[0] > 2 * held[1])"
    )
    assert _kernel(run, tmp_path)[0] == "499999500000 27000000.0 2 True"


def test_a_copy_loads_nothing_for_its_start_and_its_first_page_that_all_could_share(
    copying, tmp_path
) -> None:
    loaded = (
        "from dataworkbench.publishing.staff import prepared; prepared.load(); import sys, os\n"
        "sys.stdout.write(chr(10).join(sys.modules)); sys.stdout.flush(); os._exit(0)"
    )
    shared = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    run = (
        "from dataworkbench.publishing.staff import rehearsal\n"
        "rehearsal.rehearse()\n"
        "import sys; print(*sys.modules)"
    )
    own = set(_kernel(run, tmp_path)[0].split()) - set(shared.stdout.split())
    assert {name for name in own if not name.startswith("_")} <= {"zmq.utils.garbage", "runpy"}, sorted(own)


def test_no_debugger_waits_in_a_copy(copying, tmp_path) -> None:
    run = (
        "import sys; print([name for name in sys.modules if 'pydev' in name], sys.modules['debugpy'],\n"
        "    hasattr(get_ipython().kernel, 'debugger'))"
    )
    assert _kernel(run, tmp_path)[0] == "[] None False"


def test_two_copies_do_not_draw_the_same_lots(copying, tmp_path) -> None:
    run = "import random, numpy; print(random.random(), numpy.random.random())"
    one, other = (_kernel(run, tmp_path)[0].split() for _ in range(2))
    assert not set(one) & set(other)


def test_a_copy_has_no_line_to_the_server(copying, tmp_path) -> None:
    held = Path(f"/proc/{copying.prepared._process.pid}/fd")
    lines = {str(one.readlink()) for one in held.iterdir() if str(one.readlink()).startswith("socket")}
    assert len(lines) == 1
    run = "import os, pathlib; print(*(os.readlink(f) for f in pathlib.Path('/proc/self/fd').iterdir() if f.is_symlink()))"
    said = _kernel(run, tmp_path)[0]
    assert "socket" in said
    assert not any(line in said for line in lines)


def test_where_nothing_can_be_copied_a_kernel_is_started_by_itself_and_without_its_model_no_copy_lives(
    tmp_path,
) -> None:
    made = copies.begin(bare_environment())
    prepared = made.prepared
    assert prepared is not None
    lasting = prepared.copy(["-f", str(tmp_path / "lasting.json")], bare_environment(), str(tmp_path))
    assert lasting is not None
    time.sleep(2)
    assert lasting.poll() is None
    prepared._process.kill()
    prepared._process.wait()
    said, process = _kernel("print('here')", tmp_path)
    assert said == "here"
    assert not isinstance(process, copies.Copy)
    end = time.monotonic() + 10
    while lasting.poll() is None and time.monotonic() < end:
        time.sleep(0.1)
    assert lasting.poll() == 0
    copies.Copying.clear_instance()
