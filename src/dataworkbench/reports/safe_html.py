"""What a cell put out, made safe to stand in a page: one rule for everything that this room did not write itself.

The rule: no HTML output is trusted, wherever it comes from. Scripts, styles and frames go with all that is in
them; of the rest only a list of plain elements and attributes stays. Drawings (SVG) become pictures, in which
nothing can run. Our own tables and sentences need nothing that is not on the list.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import Final
from xml.etree import ElementTree as ET

import bleach  # type: ignore[import-untyped]  # has no types
import mistune
from bleach.css_sanitizer import CSSSanitizer  # type: ignore[import-untyped]  # as above
from bs4 import BeautifulSoup, Comment

GONE_WITH_CONTENT: Final = (
    "script", "style", "template", "noscript", "iframe", "frame", "frameset", "object", "embed", "applet",
    "math", "head", "title", "textarea", "select", "button", "form", "link", "meta", "base", "audio", "video",
)  # fmt: skip
ELEMENTS: Final = frozenset(
    {
        "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details",
        "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img",
        "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strong", "sub",
        "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var",
    }
)  # fmt: skip
ANYWHERE: Final = ("class", "title", "lang", "dir", "role", "style", "aria-label", "aria-hidden")
OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "a": ("href",),
    "img": ("src", "alt", "width", "height"),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan", "scope"),
    "col": ("span",),
    "colgroup": ("span",),
    "ol": ("start",),
    "details": ("open",),
    "time": ("datetime",),
}
STYLES: Final = ("width", "min-width", "max-width", "text-align", "color", "background-color", "font-weight")
ROLES: Final = frozenset({"img", "note", "list", "listitem", "presentation", "none"})
LINKS: Final = ("https://", "http://", "mailto:")
"""Where a link may lead; one to a file beside the notebook would lead nowhere from a page."""
PICTURE: Final = re.compile(r"data:image/(?:png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=]+")
DRAWING: Final = re.compile(r"<svg\b.*?</svg\s*>", flags=re.DOTALL | re.IGNORECASE)
SVG: Final = "http://www.w3.org/2000/svg"
NO_DRAWING: Final = "<p>(A drawing could not be shown here.)</p>"

_authored = mistune.create_markdown(escape=False, plugins=["table", "strikethrough"])
_from_data = mistune.create_markdown(escape=True, plugins=["table", "strikethrough"])


def safe_html(html: str) -> str:
    """Return HTML that holds plain elements only; nothing in it can run or fetch."""
    drawn = DRAWING.sub(lambda found: picture_of_drawing(found.group()), html)
    soup = BeautifulSoup(drawn, "html.parser")
    gone = [*soup(GONE_WITH_CONTENT), *soup.find_all(string=lambda text: isinstance(text, Comment))]
    for element in gone:
        element.extract()
    whole = (
        BeautifulSoup(str(soup), "html.parser") if gone else soup
    )  # so that blanks around what is gone are one
    return str(_cleaner().clean(str(whole))).strip()


@cache
def _cleaner() -> bleach.Cleaner:
    return bleach.Cleaner(
        tags=ELEMENTS,
        attributes=_stays,
        protocols={"http", "https", "mailto", "data"},
        strip=True,
        css_sanitizer=CSSSanitizer(allowed_css_properties=STYLES),
    )


def _stays(element: str, attribute: str, value: str) -> bool:
    if element == "img" and attribute == "src":
        return bool(PICTURE.fullmatch(value))
    if element == "a" and attribute == "href":
        return value.lower().startswith(LINKS)
    if attribute == "role":
        return value in ROLES
    return attribute in ANYWHERE or attribute in OWN.get(element, ())


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
