"""Laws of file names, for any school name whatever."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from dataworkbench.files import slug_for

NAMES = st.text(max_size=60) | st.sampled_from(
    [
        "../../etc/passwd",
        "s3://bucket/x",
        "CON",
        "a/b",
        "a\\b",
        "",
        ".",
        "~",
        "École",
        "Ecole",
        "ALDER",
        "alder",
        "K\u20138",
    ]
)


@given(NAMES)
def test_a_file_name_holds_small_letters_digits_and_hyphens_only(name):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*-[0-9a-f]{8}", slug_for(name, {"school": name}))


@given(st.lists(NAMES, unique=True, max_size=30))
def test_different_schools_never_share_a_file_name_on_any_file_system(names):
    slugs = [slug_for(name, {"school": name}) for name in names]
    folded = {unicodedata.normalize("NFKC", slug).casefold() for slug in slugs}
    assert len(folded) == len(names)


def test_the_name_of_the_school_can_be_read_in_the_file_name():
    assert slug_for("Élan & Söhne (K\u20138)", {"school": "1"}).startswith("elan-sohne-k8-")


def test_a_new_name_for_the_same_school_changes_only_the_readable_part():
    assert slug_for("Alder", {"school": "1"})[-8:] == slug_for("Alder Elementary", {"school": "1"})[-8:]
