"""An IPython extension for kernels that others look at: errors are told by a number, their details go to a log.

What an error says can hold a student's name, and a dashboard shows it to whoever looks. So the reader sees a number,
and the data office finds under that number in the log which kind of error it was and where it came up, line by line.
What it said is not kept: a log is read by others, copied and sent around. Errors of ours whose words are written for
readers and speak of no student are shown as they are.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any, Final

from IPython.display import publish_display_data

from dataworkbench.errors import FOR_READERS, story_of

LOG_VARIABLE: Final = "DATAWORKBENCH_ERROR_LOG"


def load_ipython_extension(shell: Any) -> None:
    """Take the place of the two ways in which IPython shows errors; IPython calls this."""
    shell.showtraceback = show_quietly
    shell.showsyntaxerror = show_quietly


def show_quietly(exc_tuple: Any = None, *_args: Any, **_how: Any) -> None:
    """Show the error that just happened without its details, and log them."""
    fault = exc_tuple[1] if isinstance(exc_tuple, tuple) else sys.exc_info()[1]
    if not isinstance(fault, BaseException):
        return
    said = what_to_say(fault)
    publish: Callable[..., None] = publish_display_data
    publish({"text/plain": said, "text/html": f'<p role="alert">{escape(said)}</p>'})


def what_to_say(fault: BaseException) -> str:
    """Return what a reader is told about an error; what she is not told is logged under the number she is given."""
    if isinstance(fault, FOR_READERS):
        return str(fault)
    number = secrets.token_hex(3).upper()
    _log(number, fault)
    return f"Something went wrong here. Tell the data office this number: {number}."


def _log(number: str, fault: BaseException) -> None:
    entry = f"{datetime.now(UTC).isoformat(timespec='seconds')} error {number}\n{story_of(fault)}\n"
    path = os.environ.get(LOG_VARIABLE)
    with Path(path).open("a", encoding="utf-8") if path else nullcontext(sys.__stderr__) as log:
        if log:
            log.write(entry)
