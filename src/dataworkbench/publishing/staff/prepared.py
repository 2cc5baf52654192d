"""A process that has loaded the libraries and is copied for each kernel: ``python -m dataworkbench.publishing.staff.prepared``.

A copy shares with the others what all have in common, so that a kernel costs what its page needs and not what the
libraries weigh, and is there at once. No data are opened before the copy is made: this process knows no folder. It draws
one page of made-up rows (``rehearsal``), so that what a first page makes is shared too.
It ends when its server does, and the kernels with it.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any, Final

from dataworkbench.publishing.staff.warm import LOADED

DESCRIPTOR: Final = "DATAWORKBENCH_PREPARED"
"""The variable that holds the number of the socket to the server."""
_OF_A_KERNEL: Final = (
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger", "IPython.core.oinspect", "IPython.extensions.storemagic", "encodings.ascii", "encodings.idna",
    "encodings.latin_1", "faulthandler", "ipykernel.debugger", "ipykernel.ipkernel", "ipykernel.kernelapp", "pandas.core.methods.to_dict",
    "plotly.animation", "plotly.graph_objs._bar", "plotly.graph_objs._layout", "plotly.graph_objs._scatter",
    "plotly.graph_objs.layout._template", "plotly.offline", "plotly.tools", "plotly.validator_cache", "psutil",
    "pyarrow.pandas_compat", "tornado.platform.asyncio", "tornado.queues",
)  # fmt: skip
"""What a kernel needs at its start and a page at its first drawing, beside the rooms."""
_NOT_HERE: Final = "debugpy"
"""What a kernel would load if it could: nobody steps through a page, and it takes ten megabytes of each viewer."""
_REHEARSAL: Final = "dataworkbench.publishing.staff.rehearsal"


def main() -> None:
    """Load everything, then make a copy for each line that comes, until nothing comes any more."""
    with socket.socket(fileno=int(os.environ.pop(DESCRIPTOR))) as server:
        load()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system puts away kernels that have ended
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        gc.collect()
        gc.freeze()  # what is shared is not looked through again, and so stays shared
        with server.makefile("rwb") as lines:
            for line in lines:
                asked = json.loads(line)
                child = os.fork()
                if child == 0:
                    os.close(server.fileno())  # a kernel can ask for no other
                    _become(**asked)
                lines.write(b"%d\n" % child)
                lines.flush()
    os._exit(0)  # nothing is to be put away, and libraries have much to say when they are


def load() -> None:
    """Load all that kernels have in common, and draw a page of nobody's once."""
    sys.modules[_NOT_HERE] = None  # type: ignore[assignment]  # so Python is told that a module is not to be had
    for name in LOADED:
        import_module(name)
    for name in _OF_A_KERNEL:
        with suppress(ImportError):  # parts of libraries that another version may not have
            import_module(name)
    import_module(_REHEARSAL).rehearse()


def _become(arguments: Sequence[str], env: Mapping[str, str], folder: str) -> None:
    """Be a kernel from here on: with its own surroundings, in its own folder, and nothing of the line to the server."""
    try:
        parent = os.getppid()
        os.setsid()
        for number in (signal.SIGCHLD, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL if number == signal.SIGCHLD else signal.default_int_handler)
        os.environ.clear()
        os.environ.update(env)
        os.chdir(folder)
        _draw_lots_anew()
        _run([*arguments, f"--IPKernelApp.parent_handle={parent}"])
    finally:
        os._exit(0)


def _draw_lots_anew() -> None:
    """Give this copy a chance of its own; Python's own generator does so by itself."""
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()


def _run(arguments: Sequence[str]) -> None:
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415 - loaded by now; a server that reads this file has no use for it

    IPKernelApp.launch_instance(argv=list(arguments))


if __name__ == "__main__":
    main()
