"""A district's files in, canonical tables and a ledger out."""

from dataworkbench.readers.assemble import read_files
from dataworkbench.readers.entrance import kept_name, shown_name, why_not_opened
from dataworkbench.readers.ledger import REASONS_SCHEMA, Reading
from dataworkbench.readers.letters import letters
from dataworkbench.readers.profiles import Profile, load_profiles
from dataworkbench.readers.source import content_hash

__all__ = [
    "REASONS_SCHEMA",
    "Profile",
    "Reading",
    "content_hash",
    "kept_name",
    "letters",
    "load_profiles",
    "read_files",
    "shown_name",
    "why_not_opened",
]
