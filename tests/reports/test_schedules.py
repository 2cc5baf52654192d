"""A schedule says to each scheduler what a person meant, whatever stands in a path, and is taken out without a trace."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import textwrap
import threading
import time
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dataworkbench.errors import NoSuchNameError, WorkbenchError
from dataworkbench.reports.scheduling import (
    Schedule,
    arguments,
    install,
    read_when,
    remove,
    schedule_name,
    taking_turns,
    texts_of,
)
from dataworkbench.reports.scheduling.cron import with_schedule, without_schedule
from dataworkbench.reports.scheduling.windows import NAMESPACE

ODD = 'O\'Hara & "Söhne" 100% $HOME `id` %n $(id) #7; *'
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="a shell and programs of this system are asked")
MARKS = st.sampled_from(" %'\"\\$`*;&|<>()#~!?=")
LETTERS = MARKS | st.characters(min_codepoint=32, max_codepoint=0x2FF)
TEXT = st.text(LETTERS, max_size=12).filter(str.isprintable)
FOR_CRON = TEXT.filter(lambda text: not re.search(r"\\[\\%]", text))
FOR_WINDOWS = TEXT.filter(lambda text: text.count("%") < 2 and "$(" not in text)


def a_schedule(*command: str, at: str = "03:30", days: str = "daily", log: str = "/w/log") -> Schedule:
    return Schedule(
        "dataworkbench-night-1a2b", "Reports", command or ("/bin/true",), read_when(at, days), Path(log)
    )


@pytest.mark.parametrize(
    ("days", "meant"),
    [
        ("daily", "every day"),
        ("weekdays", "Monday to Friday"),
        ("mon-fri", "Monday to Friday"),
        ("Sat-Mon", "Monday, Saturday, Sunday"),
        ("friday, mon", "Monday, Friday"),
        ("weekends", "Saturday and Sunday"),
    ],
)
def test_days_are_read_as_a_person_writes_them(days, meant):
    assert read_when("3:05", days).in_words == f"{meant} at 03:05"


@pytest.mark.parametrize(
    ("at", "days"), [("24:00", "daily"), ("3", "daily"), ("03:30", "m"), ("03:30", "mon-"), ("03:30", "")]
)
def test_a_time_or_day_that_is_not_understood_is_said(at, days):
    with pytest.raises(WorkbenchError, match="Write "):
        read_when(at, days)


def cron_reads(line: str) -> tuple[str, str]:
    """Return the five fields and the command as cron hands it to the shell (crontab(5): at a bare % it ends)."""
    fields = re.match(r"((?:\S+ ){5})(.*)", line)
    command = re.split(r"(?<!\\)%", fields[2])[0].replace("\\%", "%")
    return fields[1].strip(), command


def test_cron_counts_the_days_from_sunday():
    told = texts_of(a_schedule(at="23:05", days="sun,mon,sat"), "cron")["crontab"]
    assert cron_reads(told)[0] == "5 23 * * 1,6,0"


@POSIX
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    parts=st.lists(FOR_CRON, min_size=1, max_size=4),
    name=FOR_CRON.filter(lambda text: text.strip(". /") and "/" not in text),
)
@example(parts=[ODD, "--only=%"], name=ODD)
def test_the_shell_that_cron_starts_gets_each_part_as_it_was(tmp_path, parts, name):
    folder = tmp_path / name
    folder.mkdir(exist_ok=True)
    teller = tmp_path / "tell"
    teller.write_text("#!/bin/sh\nprintf '%s\\0' \"$@\"\n", encoding="utf-8")
    teller.chmod(0o755)
    log = folder / "log"
    log.unlink(missing_ok=True)
    told = texts_of(a_schedule(str(teller), *parts, log=str(log)), "cron")["crontab"]
    subprocess.run(["/bin/sh", "-c", cron_reads(told)[1]], check=True)
    assert log.read_bytes().decode().split("\0")[:-1] == parts


def test_what_crons_read_in_different_ways_or_not_at_all_is_refused():
    for part in ("a\\\\b", "a\\%b"):
        with pytest.raises(WorkbenchError, match="backslash"):
            texts_of(a_schedule("/bin/true", part), "cron")
    with pytest.raises(WorkbenchError, match="takes 990 at most"):
        texts_of(a_schedule("/bin/true", "x" * 1000), "cron")
    with pytest.raises(WorkbenchError, match="line break"):
        a_schedule("/bin/true", "a\n* * * * * rm")


@POSIX
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_systemd_finds_the_program_and_the_day_in_what_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    plain = program_in(tmp_path / "a b 100% %n $HOME ü")
    assert systemd_says(a_schedule(str(plain), f"--workspace={ODD}"), tmp_path) == ""
    assert systemd_says(a_schedule(str(program_in(tmp_path / ODD)), ODD), tmp_path) == ""
    plain.unlink()
    assert f"{plain} is not executable" in systemd_says(a_schedule(str(plain)), tmp_path)
    asked = ["systemd-analyze", "calendar", read_when("03:30", "mon-wed,fri").for_systemd]
    calendar = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    assert "Normalized form: Mon..Wed,Fri *-*-* 03:30:00" in calendar


def program_in(folder: Path) -> Path:
    folder.mkdir()
    program = folder / "run"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def systemd_says(made: Schedule, folder: Path) -> str:
    for name, text in texts_of(made, "systemd").items():
        (folder / name).write_text(text, encoding="utf-8")
    units = [str(folder / f"{made.name}.{kind}") for kind in ("timer", "service")]
    asked = ["systemd-analyze", "--user", "verify", *units]
    return subprocess.run(asked, check=False, capture_output=True, text=True).stderr


@given(parts=st.lists(TEXT, max_size=4))
def test_systemd_gets_each_part_as_it_was(parts):
    """Read back by the rules of systemd.service(5): quotes, backslashes, and two percent signs for one."""
    line = re.search(
        r"^ExecStart=:(.*)$",
        texts_of(a_schedule("/bin/x", *parts), "systemd")["dataworkbench-night-1a2b.service"],
        re.MULTILINE,
    )[1]
    quoted = re.findall(r'"((?:[^"\\]|\\.)*)"(?: |$)', line)
    assert [re.sub(r"\\(.)", r"\1", part).replace("%%", "%") for part in quoted][1:] == parts


def windows_reads(line: str) -> list[str]:
    """Split arguments as a Windows program does: backslashes count before a quote alone, and two quotes inside are one."""
    parts, part, quoted, at, begun = [], "", False, 0, False
    while at < len(line):
        slashes = len(line) - at - len(line[at:].lstrip("\\"))
        following = line[at + slashes : at + slashes + 1]
        if slashes and following == '"':
            part, at, begun = part + "\\" * (slashes // 2), at + slashes, True
            if slashes % 2:
                part, at = part + '"', at + 1
                continue
        elif slashes:
            part, at, begun = part + "\\" * slashes, at + slashes, True
            continue
        if line[at] == '"':
            quoted, begun = not quoted, True
        elif line[at] in " \t" and not quoted:
            parts, part, begun = ([*parts, part] if begun else parts), "", False
        else:
            part, begun = part + line[at], True
        at += 1
    return [*parts, part] if begun else parts


@given(parts=st.lists(FOR_WINDOWS, max_size=4))
def test_windows_gets_each_part_as_it_was(parts):
    told = texts_of(a_schedule("C:\\Program Files\\x.exe", *parts), "windows")
    task = ET.fromstring(  # noqa: S314  (it is ours)
        told["dataworkbench-night-1a2b.xml"].partition("\n")[2]
    )
    held = task.find(f".//{{{NAMESPACE}}}Arguments").text or ""
    assert windows_reads(held) == parts
    assert task.find(f".//{{{NAMESPACE}}}Command").text == "C:\\Program Files\\x.exe"


def test_windows_is_told_the_days_by_name_and_nothing_that_it_would_fill_in():
    text = texts_of(a_schedule(at="23:05", days="sun,tue"), "windows")["dataworkbench-night-1a2b.xml"]
    assert re.findall(r"<(\w+day) />", text) == ["Tuesday", "Sunday"]
    assert "T23:05:00" in text
    for part in ("%TEMP%", "$(Arg0)"):
        with pytest.raises(WorkbenchError, match="fill in"):
            texts_of(a_schedule("x", part), "windows")


def test_a_value_that_begins_with_a_hyphen_is_no_option():
    asked = arguments(
        workspace=Path("/w"),
        notebook="n",
        each="school",
        only=["--help"],
        settings=["a=-1"],
        flags=["summary"],
    )
    assert asked == (
        "report",
        f"--workspace={Path('/w')}",
        "--notebook=n",
        "--each=school",
        "--set=a=-1",
        "--only=--help",
        "--summary",
    )


def test_a_name_is_fit_for_every_scheduler_and_tells_workspaces_apart():
    names = {schedule_name(Path(folder), f"night {ODD}", "school") for folder in ("/a", "/b")}
    assert len(names) == 2
    assert all(re.fullmatch(r"[a-z0-9-]{1,60}", name) for name in names)


@given(before=st.text(st.sampled_from("# *5\n\r\té%\\"), max_size=60))
def test_what_was_in_the_crontab_before_is_there_afterwards_letter_for_letter(before):
    with_it = with_schedule(before, a_schedule())
    assert with_it.startswith(before)
    assert without_schedule(with_it, "dataworkbench-night-1a2b").removesuffix("\n") == before.removesuffix(
        "\n"
    )
    assert with_schedule(with_it, a_schedule()) == with_it


def test_a_mark_that_was_taken_out_stops_everything():
    damaged = with_schedule("", a_schedule()).replace("# end", "# gone")
    with pytest.raises(WorkbenchError, match="Nothing was changed"):
        without_schedule(damaged, "dataworkbench-night-1a2b")


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Programs that play the schedulers; what they were told lies in files beside them."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def keep(name: str, script: str) -> None:
        path = folder / name
        path.write_text("#!/bin/sh\n" + textwrap.dedent(script), encoding="utf-8")
        path.chmod(0o755)

    keep(
        "crontab",
        f"""
        held={folder}/held
        case "$1" in
            -l) [ -f $held ] && cat $held || {{ echo "no crontab for you" >&2; exit 1; }};;
            -) cat > $held;;
        esac
        """,
    )
    keep("systemctl", f'echo "$@" >> {folder}/told\n')
    keep("schtasks", f'echo "$@" >> {folder}/told\n[ "$1" = /Create ] && cat "$5" > {folder}/held || true\n')
    return folder, keep


@POSIX
def test_a_crontab_gets_a_part_once_and_loses_it_again(programs):
    folder, _ = programs
    (folder / "held").write_bytes(b"# mine \xff\n0 1 * * * mine\n")
    install(a_schedule(at="03:30"), "cron")
    install(a_schedule(at="04:45"), "cron")
    held = (folder / "held").read_bytes()
    assert held.startswith(b"# mine \xff\n0 1 * * * mine\n")
    assert held.count(b"/bin/true") == 1
    assert b"\n45 4 * * * /bin/true >>" in held
    assert remove("dataworkbench-night-1a2b", "cron")
    assert (folder / "held").read_bytes() == b"# mine \xff\n0 1 * * * mine\n"
    assert not remove("dataworkbench-night-1a2b", "cron")


@POSIX
def test_a_first_crontab_is_begun_and_one_that_cannot_be_read_is_left_alone(programs):
    folder, keep = programs
    install(a_schedule(), "cron")
    assert (folder / "held").read_text(encoding="utf-8").startswith("# begin dataworkbench-night-1a2b\n")
    keep("crontab", f'[ "$1" = - ] && : > {folder}/overwritten\necho "you are not allowed" >&2; exit 1')
    with pytest.raises(WorkbenchError, match="you are not allowed"):
        install(a_schedule(), "cron")
    assert not (folder / "overwritten").exists()


@POSIX
def test_units_of_systemd_are_written_and_told_and_taken_away(programs, tmp_path):
    folder, keep = programs
    units = tmp_path / "config" / "systemd" / "user"
    install(a_schedule(), "systemd")
    assert {path.suffix for path in units.iterdir()} == {".service", ".timer"}
    assert (folder / "told").read_text(encoding="utf-8").splitlines()[
        1
    ] == "--user enable --now dataworkbench-night-1a2b.timer"
    assert remove("dataworkbench-night-1a2b", "systemd")
    assert list(units.iterdir()) == []
    assert not remove("dataworkbench-night-1a2b", "systemd")
    keep("systemctl", "echo 'no bus' >&2; exit 1")
    with pytest.raises(WorkbenchError, match="no bus"):
        install(a_schedule(), "systemd")
    assert list(units.iterdir()) == []


@POSIX
def test_windows_gets_its_task_as_a_file_in_its_own_letters(programs):
    folder, _ = programs
    install(a_schedule("C:\\Schüler\\x.exe"), "windows")
    assert "Schüler" in (folder / "held").read_text(encoding="utf-16")
    assert remove("dataworkbench-night-1a2b", "windows")
    assert (folder / "told").read_text(encoding="utf-8").splitlines()[
        -1
    ] == "/Delete /TN dataworkbench-night-1a2b /F"


def test_a_scheduler_that_is_not_here_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WorkbenchError, match="has no schtasks"):
        install(a_schedule(), "windows")
    with pytest.raises(NoSuchNameError, match="cron, systemd, windows"):
        install(a_schedule(), "at")


def test_a_run_that_may_not_run_beside_another_is_refused_and_says_so(workspace):
    again = partial(taking_turns, workspace, "school_report", "school")
    with again():
        with (
            pytest.raises(WorkbenchError, match="still at work, so this one was not begun"),
            again(if_busy="refuse"),
        ):
            pass
        with (
            pytest.raises(WorkbenchError, match=r"after 0\.001 minutes of waiting"),
            again(if_busy="wait", minutes=0.001),
        ):
            pass
        with taking_turns(workspace, "school_report", "school", if_busy="beside"):
            pass
        with taking_turns(workspace, "other", "school", if_busy="refuse"):
            pass
    with taking_turns(workspace, "school_report", "school", if_busy="refuse"):
        pass
    with (
        pytest.raises(NoSuchNameError, match="beside, refuse, wait"),
        taking_turns(workspace, "a", "b", if_busy="perhaps"),
    ):
        pass


def test_a_run_waits_until_the_earlier_one_ends(workspace):
    ended = []

    def earlier() -> None:
        with taking_turns(workspace, "school_report", "school"):
            begun.set()
            time.sleep(0.3)
            ended.append("earlier")

    begun = threading.Event()
    other = threading.Thread(target=earlier)
    other.start()
    begun.wait(10)
    with taking_turns(workspace, "school_report", "school", if_busy="wait", minutes=1):
        ended.append("later")
    other.join()
    assert ended == ["earlier", "later"]


@POSIX
def test_a_turn_is_free_again_when_its_process_was_killed(workspace):
    code = (
        "import sys, time\nfrom filelock import FileLock\n"
        "with FileLock(sys.argv[1]):\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    with taking_turns(workspace, "school_report", "school"):
        (lock,) = workspace.reports.glob(".*.lock")
    holder = subprocess.Popen([sys.executable, "-c", code, str(lock)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(WorkbenchError),
            taking_turns(workspace, "school_report", "school", if_busy="refuse"),
        ):
            pass
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    with taking_turns(workspace, "school_report", "school", if_busy="refuse"):
        pass
