"""What a cell put out, made safe to stand in a page: one rule for everything that this room did not write itself.

The rule: no HTML output is trusted, wherever it comes from. Scripts, styles and frames go with all that is in
them; of the rest only a list of plain elements and attributes stays. Drawings (SVG) become pictures, in which
nothing can run. Our own tables and sentences need nothing that is not on the list.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from html import escape
from typing import Final
from xml.etree import ElementTree as ET

import mistune
import nh3

GONE_WITH_CONTENT: Final = frozenset(
    {
        "script", "style", "template", "noscript", "noframes", "noembed", "iframe", "frame", "frameset", "object",
        "embed", "applet", "math", "svg", "head", "title", "textarea", "select", "button", "form", "link", "meta",
        "base", "audio", "video", "xmp", "plaintext",
    }
)  # fmt: skip
ELEMENTS: Final = frozenset(
    {
        "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details",
        "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img",
        "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strong", "sub",
        "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var",
    }
)  # fmt: skip
ANYWHERE: Final = frozenset({"class", "title", "lang", "dir", "role", "style", "aria-label", "aria-hidden"})
OWN: Final[Mapping[str, frozenset[str]]] = {
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan", "scope"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "ol": frozenset({"start"}),
    "details": frozenset({"open"}),
    "time": frozenset({"datetime"}),
}
STYLES: Final = frozenset(
    {"width", "min-width", "max-width", "text-align", "color", "background-color", "font-weight"}
)
DECLARATION: Final = re.compile(
    r"\s*([A-Za-z-]+)\s*:\s*((?:[#\w.%+-]+|(?:rgb|hsl)a?\([\d\s.,%/]+\))(?:\s*!important)?)\s*", re.ASCII
)
"""One part of a style: a name, and a length, a colour or a word; nothing that could name an address."""
ROLES: Final = frozenset({"img", "note", "list", "listitem", "presentation", "none"})
LINKS: Final = ("https://", "http://", "mailto:")
"""Where a link may lead; one to a file beside the notebook would lead nowhere from a page."""
PICTURE: Final = re.compile(r"data:image/(?:png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=]+")
DRAWING: Final = re.compile(r"<svg\b.*?</svg\s*>", flags=re.DOTALL | re.IGNORECASE)
NO_LETTER: Final = re.compile("[\\ud800-\\udfff]")
"""Half of a letter of two halves, as damaged files have it; no page could be written with it."""
SVG: Final = "http://www.w3.org/2000/svg"
NO_DRAWING: Final = "<p>(A drawing could not be shown here.)</p>"

_authored = mistune.create_markdown(escape=False, plugins=["table", "strikethrough"])
_from_data = mistune.create_markdown(escape=True, plugins=["table", "strikethrough"])


def safe_html(html: str) -> str:
    """Return HTML that holds plain elements only; nothing in it can run or fetch.

    Every ``<`` that is not the beginning of an element is written as an entity, in attributes too.
    """
    drawn = DRAWING.sub(lambda found: picture_of_drawing(found.group()), html)
    return str(_cleaner().clean(NO_LETTER.sub("\N{REPLACEMENT CHARACTER}", drawn))).strip()


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=ELEMENTS,
        clean_content_tags=GONE_WITH_CONTENT,
        attributes={"*": ANYWHERE, **OWN},
        attribute_filter=_stays,
        url_schemes={"http", "https", "mailto", "data"},
        url_relative="deny",
        link_rel=None,
    )


def _stays(element: str, attribute: str, value: str) -> str | None:
    """Return what an attribute on the lists may say; None where it goes."""
    if attribute == "style":
        return plain_style(value) or None
    if element == "img" and attribute == "src":
        return value if PICTURE.fullmatch(value) else None
    if element == "a" and attribute == "href":
        return value if value.lower().startswith(LINKS) else None
    return value if attribute != "role" or value in ROLES else None


@lru_cache(maxsize=1024)
def plain_style(style: str) -> str:
    """Return those parts of a style that are on the list and name nothing but a length, a colour or a word."""
    found = (DECLARATION.fullmatch(part) for part in style.split(";"))
    return "".join(f"{part[0].strip()};" for part in found if part and part[1].lower() in STYLES)


@lru_cache(maxsize=256)  # a notebook's own words are the same for every school
def html_of_markdown(text: str, *, authored: bool) -> str:
    """Return Markdown as safe HTML.

    HTML inside the text is kept (as far as it is safe) where an author wrote it into the notebook, and shown as
    the letters that it is where it came out of a cell, because it can hold names from the data then.
    """
    render = _authored if authored else _from_data
    return safe_html(str(render(text)))


def picture_of_drawing(svg: str) -> str:
    """Return an SVG drawing as a picture, with its title and description as the text for those who cannot see it."""
    whole = svg if "xmlns=" in svg.split(">", 1)[0] else svg.replace("<svg", f'<svg xmlns="{SVG}"', 1)
    try:
        root = ET.fromstring(whole)  # noqa: S314 - it begins with its root, so it can declare no entity
    except ET.ParseError:
        return NO_DRAWING
    said = [root.get("aria-label"), root.findtext(f"{{{SVG}}}title"), root.findtext(f"{{{SVG}}}desc")]
    alt = ". ".join(dict.fromkeys(part.strip() for part in said if part and part.strip())) or "Drawing"
    return picture("svg+xml", base64.b64encode(whole.encode()).decode(), alt)


def picture(kind: str, content: str, alt: str) -> str:
    """Return an image from its base64 content."""
    source = "".join(content.split())
    look = "picture drawn" if kind.startswith("svg") else "picture"
    return f'<span class="{look}"><img src="data:image/{kind};base64,{escape(source)}" alt="{escape(alt)}"></span>'
