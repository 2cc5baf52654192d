"""The dates that a browser writes into a PDF: put to a stated one, so that the same page gives the same file."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

DATE: Final = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}[+-]\d{2}'\d{2}'\)")
"""As Chromium writes them, in the one part of the file that says what it is; always of one length."""


def with_date(pdf: bytes, made: datetime | None) -> bytes:
    """Return a PDF whose two dates are ``made``; without it they are blanks, so that it has none.

    Nothing else moves: places in a PDF are counted in bytes, and each date is as long as the one that it replaces.
    """
    return DATE.sub(lambda found: _written(found, made), pdf, count=2)


def _written(found: re.Match[bytes], made: datetime | None) -> bytes:
    if made is None:
        return b" " * len(found[0])
    moment = made.astimezone(UTC).strftime("%Y%m%d%H%M%S").encode()
    return b"/" + found[1] + b" (D:" + moment + b"+00'00')"
