"""Telling the machine's own scheduler of a schedule, and taking it out again."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from shutil import which
from typing import Final

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.files import write_whole
from dataworkbench.reports.scheduling.cron import cron_line, with_schedule, without_schedule
from dataworkbench.reports.scheduling.schedule import Schedule
from dataworkbench.reports.scheduling.systemd import service_text, timer_text
from dataworkbench.reports.scheduling.windows import task_xml

CRON: Final = "cron"
SYSTEMD: Final = "systemd"
WINDOWS: Final = "windows"
KINDS: Final = (CRON, SYSTEMD, WINDOWS)
PROGRAMS: Final[Mapping[str, str]] = {CRON: "crontab", SYSTEMD: "systemctl", WINDOWS: "schtasks"}


def kind_here() -> str:
    """Return the scheduler that this machine most likely has."""
    if sys.platform == "win32":
        return WINDOWS
    return SYSTEMD if which(PROGRAMS[SYSTEMD]) and not which(PROGRAMS[CRON]) else CRON


def texts_of(schedule: Schedule, kind: str) -> dict[str, str]:
    """Return what a scheduler is told, by the name of the file or the list that it stands in."""
    if kind == CRON:
        return {"crontab": cron_line(schedule)}
    if kind == SYSTEMD:
        return {
            f"{schedule.name}.service": service_text(schedule),
            f"{schedule.name}.timer": timer_text(schedule),
        }
    if kind == WINDOWS:
        return {f"{schedule.name}.xml": task_xml(schedule)}
    raise no_such("scheduler", kind, KINDS)


def install(schedule: Schedule, kind: str) -> None:
    """Tell the machine's scheduler; an earlier schedule of the same name is replaced.

    Raises
    ------
    WorkbenchError
        Where the scheduler is not there or says no.

    """
    texts = texts_of(schedule, kind)
    program = _program(kind)
    if kind == CRON:
        _keep_crontab(program, with_schedule(_crontab(program), schedule))
    elif kind == SYSTEMD:
        _install_units(program, schedule.name, texts)
    else:
        _install_task(program, schedule.name, *texts.values())


def remove(name: str, kind: str) -> bool:
    """Take a schedule out; return whether there was one."""
    if kind not in KINDS:
        raise no_such("scheduler", kind, KINDS)
    program = _program(kind)
    if kind == CRON:
        before = _crontab(program)
        after = without_schedule(before, name)
        if after != before:
            _keep_crontab(program, after)
        return after != before
    return _remove_units(program, name) if kind == SYSTEMD else _remove_task(program, name)


def _program(kind: str) -> str:
    found = which(PROGRAMS[kind])
    if not found:
        raise WorkbenchError(
            f"This machine has no {PROGRAMS[kind]}, which {kind} needs. Choose another scheduler with --as, or give the text "
            "that is shown without --install to whoever looks after the machine."
        )
    return found


def _run(*command: str, told: str = "") -> subprocess.CompletedProcess[str]:
    """Run a scheduler's program; what it holds that is no sound text comes back and goes in as it was."""
    return subprocess.run(  # noqa: S603 - the scheduler's own program, and nothing of it goes through a shell
        command, check=False, input=told, capture_output=True, encoding="utf-8", errors="surrogateescape",
        env={**os.environ, "LC_ALL": "C"},
    )  # fmt: skip


def _must(done: subprocess.CompletedProcess[str], what: str) -> None:
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).split())
        raise WorkbenchError(f"{what}, and nothing was changed there. It said: {said or 'nothing'}.")


def _crontab(program: str) -> str:
    done = _run(program, "-l")
    if done.returncode and "no crontab" in done.stderr.lower():
        return ""
    _must(done, "The crontab could not be read")
    return done.stdout


def _keep_crontab(program: str, text: str) -> None:
    _must(_run(program, "-", told=text), "cron did not take the new crontab")


def _units() -> Path:
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "systemd" / "user"


def _install_units(program: str, name: str, texts: Mapping[str, str]) -> None:
    folder = _units()
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        write_whole(folder / file, text)
    for step in (("daemon-reload",), ("enable", "--now", f"{name}.timer")):
        done = _run(program, "--user", *step)
        if done.returncode:
            for file in texts:
                (folder / file).unlink(missing_ok=True)
        _must(done, "systemd did not take the timer")


def _remove_units(program: str, name: str) -> bool:
    files = [path for path in (_units() / f"{name}.timer", _units() / f"{name}.service") if path.is_file()]
    if not files:
        return False
    _must(_run(program, "--user", "disable", "--now", f"{name}.timer"), "systemd did not stop the timer")
    for path in files:
        path.unlink()
    _run(program, "--user", "daemon-reload")
    return True


def _install_task(program: str, name: str, text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.xml"
        path.write_text(text, encoding="utf-16")
        _must(
            _run(program, "/Create", "/TN", name, "/XML", str(path), "/F"),
            "The task scheduler did not take the task",
        )


def _remove_task(program: str, name: str) -> bool:
    if _run(program, "/Query", "/TN", name).returncode:
        return False
    _must(_run(program, "/Delete", "/TN", name, "/F"), "The task scheduler did not take the task out")
    return True
