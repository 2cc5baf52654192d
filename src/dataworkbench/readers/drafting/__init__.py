"""A profile for a file that nobody knows: proposed, corrected by a person, tried, and kept for next year."""

from dataworkbench.readers.drafting.draft import Draft, Item, Source, Suggestion
from dataworkbench.readers.drafting.meanings import Guide
from dataworkbench.readers.drafting.problems import Problem, problems, to_look_at
from dataworkbench.readers.drafting.showing import described, kinds_of_files, source_of, tried
from dataworkbench.readers.drafting.trying import Known, Trial, first_draft, look_into, ready, trial
from dataworkbench.readers.drafting.writing import ProfileThereError, as_profile, save_profile

__all__ = [
    "Draft",
    "Guide",
    "Item",
    "Known",
    "Problem",
    "ProfileThereError",
    "Source",
    "Suggestion",
    "Trial",
    "as_profile",
    "described",
    "first_draft",
    "kinds_of_files",
    "look_into",
    "problems",
    "ready",
    "save_profile",
    "source_of",
    "to_look_at",
    "trial",
    "tried",
]
