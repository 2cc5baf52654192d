"use strict";
// Draws the charts of a page from the data that stands beside each of them.
(function () {
  const CONFIG = { responsive: true, displaylogo: false, displayModeBar: false };
  const PAPER_WIDTH = 660;
  const PAPER_HEIGHT = 840;

  function draw(place) {
    const held = JSON.parse(document.getElementById(place.dataset.figure).textContent);
    held.layout.autosize = true;
    return Plotly.newPlot(place, held.data, held.layout, CONFIG);
  }

  function fault(place) {
    place.textContent = "This chart could not be drawn. The table beside it holds the numbers.";
  }

  const places = Array.from(document.querySelectorAll("[data-figure]"));
  places.forEach(function (place) {
    try {
      draw(place).catch(function () { fault(place); });
    } catch (error) {
      fault(place);
    }
  });

  // A chart keeps the width that it was drawn with, so it is drawn anew for paper and for the screen.
  // One that is higher than a sheet is made smaller as a whole, so that no bar is cut in two.
  function resize(forPaper) {
    places.filter(function (place) { return place.data; }).forEach(function (place) {
      const scale = forPaper ? Math.min(1, PAPER_HEIGHT / place.offsetHeight) : 1;
      place.style.zoom = scale;
      Plotly.relayout(place, forPaper ? { width: PAPER_WIDTH / scale, autosize: false } : { width: null, autosize: true });
    });
  }
  window.addEventListener("beforeprint", function () { resize(true); });
  window.addEventListener("afterprint", function () { resize(false); });

  // Only what scrolls needs to be reached with the keyboard.
  function reachable() {
    document.querySelectorAll("div.table, .picture").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth + 1) {
        const caption = box.querySelector("caption");
        box.tabIndex = 0;
        box.setAttribute("role", "region");
        box.setAttribute("aria-label", caption ? caption.textContent.trim() : "Scrolls sideways");
      } else {
        box.removeAttribute("tabindex");
        box.removeAttribute("role");
        box.removeAttribute("aria-label");
      }
    });
  }
  reachable();
  window.addEventListener("resize", reachable);
})();
