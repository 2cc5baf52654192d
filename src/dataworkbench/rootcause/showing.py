"""Fishbones and chains as HTML for a notebook or a page: the picture, the same in words, and remarks. All text is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from dataworkbench.rootcause.drawing import draw_fishbone
from dataworkbench.rootcause.rules import Remark, on_chain, on_fishbone, on_problem
from dataworkbench.rootcause.words import LOOSE, marks

if TYPE_CHECKING:
    from dataworkbench.rootcause.model import Cause, Evidence, Fishbone, Problem
    from dataworkbench.rootcause.whys import Why, WhyChain


def problem_html(stated: Problem) -> str:
    """Return the statement of a problem, and questions about it."""
    said = (
        remarks_html(on_problem(stated))
        or "<p>It says how much, for whom and when, and brings no cause in.</p>"
    )
    return f"<p><strong>Concern.</strong> {escape(stated.text)}</p>{said}"


def fishbone_html(bones: Fishbone) -> str:
    """Return a fishbone as a picture that scrolls sideways on a narrow screen, with the same in words below."""
    words = "".join(_category_html(bones, category) for category in bones.bones)
    return (
        f"<figure style='margin:0'><div style='overflow-x:auto;max-width:100%' tabindex='0' role='group' "
        f"aria-label='Fishbone, can be scrolled sideways'>{draw_fishbone(bones)}</div></figure>"
        f"<details><summary>The same in words, with the evidence</summary>{words}</details>{remarks_html(on_fishbone(bones))}"
    )


def whys_html(chain: WhyChain) -> str:
    """Return a chain of whys as a nested list, then read back upwards, then remarks."""
    back = "".join(f"<li>{escape(said)}</li>" for said in chain.read_back())
    read = f"<p><strong>Read back.</strong> Does it make sense aloud?</p><ul>{back}</ul>" if back else ""
    return (
        f"<section><p><strong>Concern.</strong> {escape(chain.concern)}</p>{_branch(chain.whys)}{read}</section>"
        f"{remarks_html(on_chain(chain))}"
    )


def remarks_html(remarks: Iterable[Remark]) -> str:
    """Return remarks as a list of questions to the team; nothing where there are none."""
    items = "".join(f"<li><em>{escape(remark.about)}</em>: {escape(remark.text)}</li>" for remark in remarks)
    return f"<details open><summary>To think about</summary><ul>{items}</ul></details>" if items else ""


def _category_html(bones: Fishbone, category: str) -> str:
    causes = "".join(_cause_html(cause) for cause in bones.on(category))
    held = f"<ul>{causes}</ul>" if causes else "<p>No cause named yet.</p>"
    return f"<p><strong>{escape(category or LOOSE)}</strong></p>{held}"


def _cause_html(cause: Cause) -> str:
    noted = "; ".join(marks(cause))
    text = f"<s>{escape(cause.text)}</s>" if cause.ruled_out else escape(cause.text)
    return f"<li>{text}{f' ({escape(noted)})' if noted else ''}{_evidence_html(cause.evidence)}</li>"


def _branch(whys: tuple[Why, ...]) -> str:
    items = "".join(
        f"<li>Why? {escape(why.text)}{_evidence_html(why.evidence)}{_branch(why.because)}</li>"
        for why in whys
    )
    return f"<ul>{items}</ul>" if items else ""


def _evidence_html(evidence: tuple[Evidence, ...]) -> str:
    items = "".join(
        f"<li>{escape(f'{held.kind} {held.side}: {held.text}')}{escape(f' ({held.source})') if held.source else ''}</li>"
        for held in evidence
    )
    return f"<ul>{items}</ul>" if items else ""
