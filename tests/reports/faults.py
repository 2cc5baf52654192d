"""Cells that break a report, each in its own way, and one run in which every school has one of them."""

from __future__ import annotations

import unicodedata

import nbformat
import pandas as pd
from made_up_district import Roll, notebook_of

from dataworkbench.reports import Limits, plan_reports, run_reports
from dataworkbench.workspace import new_workspace

STUDENT = "Rosamunde Tell-Tale"
"""Somebody on the roll, who may be named in no log, record or index."""

_DAEMON = """
def begin_daemon(note):
    code = (
        "import os, sys, time\\n"
        "os.fork() and os._exit(0)\\n"
        "os.setsid()\\n"
        "open(sys.argv[1] + '.part', 'w').write(str(os.getpid()))\\n"
        "os.rename(sys.argv[1] + '.part', sys.argv[1])\\n"
        "time.sleep(600)\\n"
    )
    subprocess.run([sys.executable, '-S', '-c', code, note], start_new_session=True)
    while not os.path.exists(note):
        time.sleep(0.05)
    return int(open(note).read())
"""
TOOLS = f"""
import ctypes, faulthandler, logging, mmap, os, re, hashlib, signal, subprocess, sys, time, warnings
from pathlib import Path
from IPython.display import HTML, display
{_DAEMON}
def deaf():
    for number in signal.valid_signals() - {{signal.SIGKILL, signal.SIGSTOP}}:
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
"""
SHARED = "held = mmap.mmap(-1, 1_200_000_000)\nheld.write(b'x' * 200_000_000)\nheld.write(b'x' * 200_000_000)\nheld.write(b'x' * 200_000_000)\ntime.sleep(50)"
MEMORY = {
    "takes more and more": "held = bytearray()\nwhile True:\n    held += b'x' * 20_000_000",
    "takes shared memory": SHARED,
    "has another process take it": f"subprocess.run([sys.executable, '-S', '-c', 'import mmap, time\\n' + {SHARED!r}])",
    "has four processes take it": (
        "code = 'held = b\"x\" * 200_000_000\\nimport time\\ntime.sleep(50)'\n"
        "all_of_them = [subprocess.Popen([sys.executable, '-S', '-c', code]) for _ in range(4)]\n"
        "for one in all_of_them:\n    one.wait()"
    ),
    "has an orphan take it": (
        "code = 'import os, mmap, time\\nos.fork() and os._exit(0)\\nos.setsid()\\n' + " + repr(SHARED) + "\n"
        "subprocess.run([sys.executable, '-S', '-c', code], start_new_session=True)\ntime.sleep(50)"
    ),
}
ENDS = {
    "breaks a library": "ctypes.string_at(0)",
    "ends at once": "os._exit(3)",
    "is killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "copies itself": "os.fork()",
    "writes where it may not": "for number in range(3, 64):\n    try:\n        os.write(number, b'{}\\n{')\n    except OSError:\n        pass",
    "prints without end": "for _ in range(80):\n    try:\n        print('x' * 1_000_000)\n    except:\n        pass",
}
TELLS = {
    "says a name in an error": f"raise ValueError('{STUDENT}')",
    "says a name in every other way": (
        f"name = '{STUDENT}'\n"
        "warnings.warn(name)\n"
        "logging.getLogger().error(name)\n"
        "sys.__stderr__.write(name + '\\n'); sys.__stderr__.flush()\n"
        "os.write(1, name.encode()); os.write(2, name.encode())\n"
        "subprocess.run(['sh', '-c', f'echo {name}; echo {name} >&2'])\n"
        "exec(compile(f'def f():\\n    faulthandler.dump_traceback(file=2)', name, 'exec'))\nf()\n"
        "raise RuntimeError(name) from KeyError(name)"
    ),
    "says a name and breaks": (
        f"name = '{STUDENT}'\nfaulthandler.enable(file=2)\nos.write(2, name.encode())\nctypes.string_at(0)"
    ),
}
HANGS = {
    "hangs in Python": "deaf()\nwhile True:\n    pass",
    "hangs in C": "deaf()\nhashlib.pbkdf2_hmac('sha256', b'x', b'y', 2_000_000_000)",
    "hangs with all locks held": "deaf()\nre.match('(a+)+$', 'a' * 60 + 'b')",
    "waits for a signal": "deaf()\nctypes.PyDLL(None).pause()",
    "is halted": "os.kill(os.getpid(), signal.SIGSTOP)",
}
HOSTILE = (
    "../../etc/passwd", "CON", "n" * 300, "a\x00b", "\u202egnp.exe", "🏫 مدرسة", "<script>alert(1)</script>",
    "s3://bucket/x", "birch", "BIRCH", unicodedata.normalize("NFC", "Élan"), unicodedata.normalize("NFD", "Élan"),
    "'; DROP TABLE reports; --", '"""\\N{BULLET} {school}', " ", ".", "-rf", "a\nb", "%s%n", "é" * 200,
)  # fmt: skip


def run_with(folder, acts, *, names=(), **how):
    """One run with a school for each act (code that its cell runs) and one for each name, which does nothing."""
    workspace = new_workspace(folder / "district")
    titles = [*acts, *names]
    roll = Roll(
        schools=pd.DataFrame(
            {"school_id": [f"{at:04}" for at in range(len(titles))], "school_name": titles}, dtype="str"
        )
    )
    held = {f"{at:04}": act for at, act in enumerate(acts.values())}
    notebook = notebook_of(
        "# Attendance",
        TOOLS,
        f"outside = {str(folder)!r}",
        f"exec(compile({held!r}.get(school, ''), 'cell', 'exec'))",
        "print('this is', school)",
    )
    nbformat.write(notebook, workspace.notebooks / "school_report.ipynb")
    return run_reports(
        plan_reports(workspace, roll=roll), **{"limits": Limits(seconds=60, memory=400), "workers": 4, **how}
    )


def report(run, title):
    return next(report for report in run.reports if report.title == title)


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as told:
            return told.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
