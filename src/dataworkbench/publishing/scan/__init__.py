"""The scan of a built site: every file opened to its last string, held against the roster and the release."""

from __future__ import annotations

from dataworkbench.publishing.scan.finding import KINDS, Finding, write_in_full
from dataworkbench.publishing.scan.roster import Person, Roster, read_roster
from dataworkbench.publishing.scan.site import scan_folder, scan_site

__all__ = ["KINDS", "Finding", "Person", "Roster", "read_roster", "scan_folder", "scan_site", "write_in_full"]
