"""Fishbone and 5 Whys as values: their rules, their drawing and their text."""

from __future__ import annotations

from dataworkbench.rootcause.categories import CATEGORY_SETS, PROMPTS, category_set
from dataworkbench.rootcause.colors import LOOSE as LOOSE_COLOR
from dataworkbench.rootcause.colors import READY, contrast, ink_on, known_color, line_of
from dataworkbench.rootcause.drawing import draw_fishbone
from dataworkbench.rootcause.hypothesis import Hypothesis, hypothesis
from dataworkbench.rootcause.keeping import from_json, to_json
from dataworkbench.rootcause.model import Cause, Evidence, Fishbone, Problem, Verification, fishbone, problem
from dataworkbench.rootcause.rules import ROOT_TESTS, Remark, blames_people, on_cause, on_whole
from dataworkbench.rootcause.showing import remarks_html
from dataworkbench.rootcause.whys import Why, WhyChain, whys
from dataworkbench.rootcause.words import LOOSE, chips, escape_markdown, marks, spoken, summary

__all__ = [
    "CATEGORY_SETS",
    "LOOSE",
    "LOOSE_COLOR",
    "PROMPTS",
    "READY",
    "ROOT_TESTS",
    "Cause",
    "Evidence",
    "Fishbone",
    "Hypothesis",
    "Problem",
    "Remark",
    "Verification",
    "Why",
    "WhyChain",
    "blames_people",
    "category_set",
    "chips",
    "contrast",
    "draw_fishbone",
    "escape_markdown",
    "fishbone",
    "from_json",
    "hypothesis",
    "ink_on",
    "known_color",
    "line_of",
    "marks",
    "on_cause",
    "on_whole",
    "problem",
    "remarks_html",
    "spoken",
    "summary",
    "to_json",
    "whys",
]
