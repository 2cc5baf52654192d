"""A release in which every name that people give is an attack."""

from __future__ import annotations

from made_release import INDICATORS, facts, made_cells

from dataworkbench.policy import DEFAULT_POLICY_TEXT
from dataworkbench.publishing.releases import CELL_COLUMNS, SchoolFacts, cell_id, write_release

NAMES = (
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=2</script>",
    '"><img src=x onerror="window.pwned=3">',
    "' onfocus='window.pwned=4' autofocus='",
    "--><script>window.pwned=5</script><!--",
    "\u202egnp.exe\u202c Elementary",
    "\N{PILE OF POO} Escuela \N{FAMILY}",
    "=cmd|'/c calc'!A0",
    '\uff1dHYPERLINK("https://example.org","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "\t=1+1",
    "\r=1+1",
    "x" * 10_000,
    "../../../etc/passwd",
    "..\\..\\windows",
    "{{ 7 * 7 }} {% include 'base.html' %} {figure} ${1+1}",
    "CON",
    "javascript:window.pwned=6",
    "a|b&c=d#e",
    "]]><svg onload=window.pwned=7>",
    "_x0041_\u2028\u2029",
)
"""What a school, a district or a group may be called by somebody who means harm, or by chance."""


def hostile_release(folder):
    """Write a release with these names for the district, its schools and its groups."""
    schools = tuple(
        SchoolFacts(school_id=f"H{place:02}", name=name, level=name[:60]) for place, name in enumerate(NAMES)
    )
    indicators = tuple(
        one.model_copy(update={"title": NAMES[0] + one.id, "sentence": NAMES[1], "source": NAMES[2]})
        for one in INDICATORS
    )
    about = facts().model_copy(
        update={"schools": schools, "district": NAMES[1], "indicators": indicators, "policy_name": NAMES[4], "requirement": NAMES[0],
                "bands_source": NAMES[3]}
    )  # fmt: skip
    return write_release(folder / about.id, about, hostile_cells(), DEFAULT_POLICY_TEXT)


def hostile_cells():
    """The cells of the made-up release's first school, once for each name, with groups that are named so too."""
    cells = made_cells()
    district, one = cells[cells["school_id"] == ""], cells[cells["school_id"] == "S001"]
    frames = [district]
    for place, name in enumerate(NAMES):
        here = one.assign(school_id=f"H{place:02}")
        short = name[:300]
        here["subgroup_type"] = here["subgroup_type"].where(here["subgroup_type"] == "", short)
        here["subgroup"] = here["subgroup"].where(here["subgroup"] == "", here["subgroup"] + short)
        frames.append(here)
    import pandas as pd

    made = pd.concat(frames, ignore_index=True)
    made["cell"] = [cell_id(row) for row in made.to_dict("records")]
    return made[list(CELL_COLUMNS)]
