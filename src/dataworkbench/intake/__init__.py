"""A district's files in, a new snapshot out; and what waits in the inbox."""

from dataworkbench.intake.importing import Import, files_in, import_files, write_ledger
from dataworkbench.intake.inbox import Inbox, known_of, open_inbox

__all__ = ["Import", "Inbox", "files_in", "import_files", "known_of", "open_inbox", "write_ledger"]
