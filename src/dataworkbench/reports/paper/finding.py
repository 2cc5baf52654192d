"""Whether this machine has a browser that can print to PDF, and how to get one."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PLACES: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
LINUX_LISTS: Final = Path("/etc/os-release")


def find_chromium() -> Path | None:
    """Return a Chromium, Chrome or Edge that can print here; None where there is none."""
    if not hasattr(os, "posix_spawn"):
        return None
    on_path = (shutil.which(name) for name in NAMES)
    found = next((name for name in on_path if name), None)
    return Path(found) if found else next((Path(place) for place in PLACES if Path(place).is_file()), None)


def how_to_get_chromium() -> str:
    """Return one or two sentences that say how PDFs can be had on this machine."""
    if not hasattr(os, "posix_spawn"):
        return (
            "On Windows the workbench makes no PDFs. Open a page in the browser and print it to PDF: "
            "it is laid out for paper."
        )
    if sys.platform == "darwin":
        return "To make PDFs, install Chrome, Edge or Chromium, for example: brew install --cask chromium"
    return f"To make PDFs, install Chromium: {_command(_kind_of_linux())}"


def _command(kind: str) -> str:
    if any(name in kind for name in ("debian", "ubuntu")):
        return "sudo apt-get install chromium"
    if any(name in kind for name in ("fedora", "rhel", "centos")):
        return "sudo dnf install chromium"
    if "suse" in kind:
        return "sudo zypper install chromium"
    return "it is among the packages of your system, most often called chromium."


def _kind_of_linux() -> str:
    """Return the names by which a Linux calls itself and what it is like; '' where it does not say."""
    try:
        lines = LINUX_LISTS.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return " ".join(line for line in lines if line.startswith(("ID=", "ID_LIKE="))).lower()
