"""What is watched inside the browser: when the marks of Plotly figures change.

The same script watches every dashboard, whatever draws it. A figure counts as drawn when it has bars or points; a page is
drawn when five figures are, and nothing in any of them has changed for a while.
"""

from __future__ import annotations

from typing import Any, Final

from dashboards.forwarding import Line

FIGURES: Final = 5
QUIET: Final = 1500
"""Milliseconds without a change after which a page is taken to be drawn."""
SMALL: Final = 1500
"""Bytes: what is shorter carries no figure."""

WATCH: Final = """
(() => {
  const seen = { asked: 0, marks: [] };
  window.watched = seen;
  const note = (records) => {
    for (const record of records) {
      const at = record.target.nodeType === 1 ? record.target : record.target.parentElement;
      const within = at && at.closest && at.closest(".js-plotly-plot");
      const brought = () => [...record.addedNodes].some((node) => node.nodeType === 1 && (node.matches(".js-plotly-plot") || node.querySelector(".js-plotly-plot")));
      if (within || brought()) { seen.marks.push(performance.now()); return; }
    }
  };
  const watch = (root) => new MutationObserver(note).observe(root, { childList: true, subtree: true, attributes: true });
  const attach = Element.prototype.attachShadow;
  window.shadows = [];
  Element.prototype.attachShadow = function (how) {
    const root = attach.call(this, { ...how, mode: "open" });
    watch(root); window.shadows.push(root);
    for (const name of ["change", "input"]) root.addEventListener(name, asked, true);
    return root;
  };
  const asked = () => { seen.asked = performance.now(); };
  let root = null;   // a page that writes itself anew takes everybody who watches it along
  const begin = () => {
    if (document.documentElement === root) return;
    root = document.documentElement;
    watch(root);
    for (const name of ["click", "change", "input"]) document.addEventListener(name, asked, true);
  };
  setInterval(begin, 10);
  window.drawnFigures = () => {
    const plots = [document, ...window.shadows].flatMap((root) => [...root.querySelectorAll(".js-plotly-plot")]);
    return plots.filter((plot) => plot.isConnected && plot.querySelector(".points path, .barlayer path, .scatterlayer path")).length;
  };
  window.isQuiet = (since, figures, quiet) => {
    const marks = seen.marks.filter((at) => at > since);
    return window.drawnFigures() >= figures && marks.length > 0 && performance.now() - marks[marks.length - 1] > quiet;
  };
})();
"""


def drawn_after(page: Any, since: float, line: Line, *, seconds: float = 300) -> dict[str, float]:
    """Return when, in milliseconds after ``since``, the first and the last mark changed, and the last large message came."""
    page.wait_for_function(
        "([since, figures, quiet]) => window.isQuiet(since, figures, quiet)",
        arg=[since, FIGURES, QUIET], polling=100, timeout=seconds * 1000,
    )  # fmt: skip
    held = page.evaluate("window.watched")
    marks = [at for at in held["marks"] if at > since]
    origin = page.evaluate("performance.timeOrigin")
    last = line.last(origin + since, origin + marks[-1], SMALL)
    return {"first": marks[0] - since, "drawn": marks[-1] - since, "message": last - origin - since}


def asked_at(page: Any) -> float:
    """Return when somebody last clicked or chose, by the page's own clock."""
    return float(page.evaluate("window.watched.asked"))
