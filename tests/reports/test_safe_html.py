"""Nothing that a cell puts out can run, fetch or take over the page."""

from __future__ import annotations

import base64
import re
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from dataworkbench.reports.outputs import headings_in_order, tables_that_scroll
from dataworkbench.reports.safe_html import html_of_markdown, safe_html

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\tscript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "<svg onload=alert(1)></svg>",
    "<svg><script>alert(1)</script></svg>",
    '<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><body onload="alert(1)"/></foreignObject></svg>',
    "<math><mi><mglyph><style><img src=x onerror=alert(1)></style></mglyph></mi></math>",
    '<p><style><a id="</style><img src=1 onerror=alert(1)>"></p>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=x></object><embed src=x>",
    '<form action="https://example.org"><input name=q><button>go</button></form>',
    '<meta http-equiv="refresh" content="0;url=https://example.org">',
    '<base href="https://example.org/">',
    '<link rel="stylesheet" href="https://example.org/x.css">',
    '<div style="background:url(https://example.org/x)">x</div>',
    '<img src="https://example.org/track.png">',
    '<p id="content" name="x">x</p>',
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<details open ontoggle=alert(1)>x</details>",
    "<template><script>alert(1)</script></template>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
]
FORBIDDEN_ELEMENTS = (
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "meta",
    "base",
    "link",
    "svg",
    "math",
)


def is_harmless(html):
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.find_all():
        assert element.name not in FORBIDDEN_ELEMENTS
        for name, value in element.attrs.items():
            assert not name.startswith("on")
            assert name not in {"id", "name", "srcset", "srcdoc"}
            if name == "src":
                assert value.startswith("data:image/")
            if name == "href":
                assert not re.match(r"\s*(javascript|data|vbscript)", value, re.IGNORECASE)
            if name == "style":
                assert "url(" not in value
    return True


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_known_trick_gets_through(attack):
    assert is_harmless(safe_html(attack))
    assert is_harmless(safe_html(f"<table><tr><td>{attack}</td></tr></table>"))
    assert is_harmless(html_of_markdown(f"# A\n\n{attack}\n\n| a |\n|---|\n| {attack} |", authored=True))
    assert is_harmless(html_of_markdown(f"- {attack}\n\n[x](javascript:alert(1))", authored=False))


PIECES = st.sampled_from(
    [*ATTACKS, "<", ">", "&lt;", '"', "'", "<p", "</p>", "<td>", "`", "[", "](", ")", "\n", "a"]
)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_no_mixture_of_tricks_gets_through(text):
    assert is_harmless(safe_html(text))


@given(st.lists(PIECES, max_size=8).map("".join))
def test_cleaning_twice_is_cleaning_once(text):
    once = safe_html(text)
    assert safe_html(once) == once


@given(st.lists(PIECES, max_size=6).map("".join))
def test_no_sign_in_an_attribute_can_be_taken_for_an_element(text):
    told = safe_html(f'<p title="{text.replace(chr(34), chr(39))}">x</p>')
    for quoted in re.findall(r'="([^"]*)"', told):
        assert "<" not in quoted
        assert ">" not in quoted


@given(st.lists(PIECES, max_size=6).map("".join))
def test_a_box_around_tables_and_headings_in_order_open_no_attribute(text):
    quoted = text.replace('"', "'").replace("&", "")
    told = safe_html(
        f"<h4>a</h4><p title=\"<table onclick='x'> <h1 {quoted}\">x</p><table><tr><td>1</td></tr></table>"
    )
    placed = BeautifulSoup(tables_that_scroll(headings_in_order(told)), "html.parser")
    assert is_harmless(str(placed))
    assert placed.p["title"].startswith("<table onclick='x'> <h1")


@pytest.mark.parametrize(
    "style",
    [
        "color:url(https://example.org/x)",
        "width:expression(alert(1))",
        "color:var(--x)",
        "color:'red'",
        "color:\\75rl(x)",
        "color:/* x */red",
        "position:fixed",
        "background-color:image-set('x' 1x)",
        "color:red}body{color:blue",
    ],
)
def test_a_style_names_no_address_and_does_not_leave_its_place(style):
    assert safe_html(f'<p style="{style}">x</p>') == "<p>x</p>"
    assert safe_html(f'<p style="{style};text-align:left">x</p>') == '<p style="text-align:left;">x</p>'


@pytest.mark.parametrize(
    "style",
    [
        "width:62.5%;",
        "max-width:100%;",
        "background-color:#fee0d2;",
        "color:rgb(1, 2, 3);",
        "font-weight:600;",
    ],
)
def test_lengths_and_colours_stay(style):
    assert safe_html(f'<p style="{style}">x</p>') == f'<p style="{style}">x</p>'


def test_half_a_letter_is_no_end_of_the_page():
    assert safe_html("<p>Ros\ud800a</p>") == "<p>Ros\N{REPLACEMENT CHARACTER}a</p>"


def test_what_our_tables_are_made_of_stays():
    table = (
        '<table class="x"><caption>By group</caption><thead><tr><th scope="col">Group</th></tr></thead>'
        '<tbody><tr><th scope="row">A &amp; B</th><td style="text-align: right;">63%</td></tr></tbody></table>'
    )
    assert safe_html(table) == table


def test_a_style_sheet_goes_with_its_words():
    assert safe_html("<div><style scoped>.dataframe {}</style><p>x</p></div>") == "<div><p>x</p></div>"


def test_a_drawing_becomes_a_picture_with_its_title_as_words():
    drawing = '<svg viewBox="0 0 9 9"><title>Causes of "absence"</title><desc>Six bones</desc><path d="M0 0"/></svg>'
    image = BeautifulSoup(safe_html(f"<div>{drawing}</div>"), "html.parser").img
    assert image["alt"] == 'Causes of "absence". Six bones'
    assert image["src"].startswith("data:image/svg+xml;base64,")
    assert b'viewBox="0 0 9 9"' in base64.b64decode(image["src"].split(",")[1])


def test_a_remark_inside_a_drawing_does_no_harm():
    assert "<img" in safe_html('<svg viewBox="0 0 9 9"><!-- made by hand --><path d="M0 0"/></svg>')


def test_a_drawing_that_is_no_drawing_says_so_and_entities_are_not_followed():
    assert "could not be shown" in safe_html("<svg><p></svg>")
    assert "could not be shown" in safe_html('<svg><!DOCTYPE x [<!ENTITY a "aaaa">]><text>&a;</text></svg>')


def test_html_in_words_from_the_data_is_shown_as_letters():
    assert "&lt;b&gt;Alder&lt;/b&gt;" in html_of_markdown("School <b>Alder</b>", authored=False)
    assert "<b>Alder</b>" in html_of_markdown("School <b>Alder</b>", authored=True)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=12))
def test_headings_begin_below_the_page_title_and_leave_no_level_out(levels):
    html = "".join(f"<h{level}>x</h{level}>" for level in levels)
    placed = [int(level) for level in re.findall(r"<h(\d)", headings_in_order(html))]
    assert placed[0] == 2
    assert all(2 <= level <= 6 for level in placed)
    assert all(after <= before + 1 for before, after in pairwise(placed))
    assert re.findall(r"</h(\d)", headings_in_order(html)) == [str(level) for level in placed]


def test_a_link_leads_to_a_web_page_or_nowhere():
    assert 'href="https://example.org/a"' in safe_html('<a href="https://example.org/a">x</a>')
    for nowhere in ("02_goals.ipynb", "../../records.db", "#top", "//example.org", "file:///etc/passwd"):
        assert safe_html(f'<a href="{nowhere}">x</a>') == "<a>x</a>"
