"""What the scan found: where, and what in words, without saying it again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

KINDS: Final[dict[str, str]] = {
    "name": "The name of a student or of a member of staff",
    "id": "A number or code that stands for one person",
    "birth date": "The birth date of a student",
    "e-mail": "An e-mail address",
    "figure": "A number that is not a released figure",
    "hidden figure": "A number where a figure is hidden",
    "unknown cell": "A figure that is not part of the release",
    "data file": "A file of data that pages do not need",
    "unknown kind": "A file, or a part of one, of a kind that the scan does not know",
    "unreadable": "A file, or a part of one, that could not be read to its end",
    "hidden part": "A part of a file that readers do not see",
    "stray file": "A file to which no page leads",
    "link": "A link or an address that leads out of the folder",
    "script": "A script or a style sheet that did not come with the workbench",
}
"""Each kind of finding, in words."""


@dataclass(frozen=True)
class Finding:
    """One thing that must not go out, or that could not be looked into.

    ``file`` is the path in the folder and ``place`` the place inside the file, both with names taken out; ``kind`` is one
    of ``KINDS``; ``what`` says it in words and repeats no name, number or date. ``full`` is what was found, as it stands
    there: it is left out when a finding is printed, and goes into a private file alone.
    """

    file: str
    place: str
    kind: str
    what: str
    full: str = field(default="", repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.file}, {self.place}: {self.what}" if self.place else f"{self.file}: {self.what}"


def write_in_full(findings: Sequence[Finding], path: Path) -> None:
    """Write findings with the words that were found into a new file that only its owner can read.

    One line is one finding: file, place, kind, and what stands there, parted by tabs.
    """
    lines = ("\t".join(map(_on_one_line, (f.file, f.place, f.kind, f.full))) for f in findings)
    private = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(private, "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
