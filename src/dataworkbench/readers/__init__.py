"""A district's files in, canonical tables and a ledger out."""

from dataworkbench.readers.assemble import read_files
from dataworkbench.readers.ledger import Reading
from dataworkbench.readers.profiles import Profile, load_profiles

__all__ = ["Profile", "Reading", "load_profiles", "read_files"]
