"""Where each page and each file of a site lies. Names are readable, and no name of a school can lead out of the folder."""

from __future__ import annotations

from dataworkbench.files import slug_for
from dataworkbench.publishing.releases import IndicatorFacts, SchoolFacts


def school_path(school: SchoolFacts) -> str:
    """Return the path of a school's page in the folder of a language."""
    return f"schools/{_slug(school)}.html"


def indicator_path(one: IndicatorFacts) -> str:
    """Return the path of an indicator's page in the folder of a language."""
    return f"indicators/{slug_for(one.title, {'indicator': one.id})}.html"


def download_path(school: SchoolFacts | None, ending: str) -> str:
    """Return the path of a download in the site; of the whole release where no school is named."""
    return f"downloads/{_slug(school) if school else 'all-schools-and-the-district'}.{ending}"


def _slug(school: SchoolFacts) -> str:
    return slug_for(school.name, {"school": school.school_id})
