"use strict";
// Draws the charts of a page from the data that stands beside each of them.
(function () {
  const CONFIG = { responsive: true, displaylogo: false, displayModeBar: false };
  const PAPER_WIDTH = 660;
  const PAPER_HEIGHT = 840;

  const onPaper = window.matchMedia("print").matches;

  function hasStill(place) {
    return place.dataset.still === "yes";
  }

  // The still drawing stays where it is: the style hides it on the screen and shows it on paper.
  function draw(place) {
    const held = JSON.parse(document.getElementById(place.dataset.figure).textContent);
    const live = document.createElement("div");
    live.className = "live";
    Object.assign(held.layout, onPaper ? { width: PAPER_WIDTH } : { autosize: true });
    place.append(live);
    return Plotly.newPlot(live, held.data, held.layout, CONFIG).then(function () {
      place.classList.add("drawn");
      if (onPaper) { fit(place); }
    });
  }

  function fault(place) {
    const said = document.createElement("p");
    said.textContent = "This chart could not be drawn. The table beside it holds the numbers.";
    if (!hasStill(place)) { place.replaceChildren(said); }
  }

  const places = Array.from(document.querySelectorAll("[data-figure]"));
  const asked = places.filter(function (place) { return !(onPaper && hasStill(place)); });
  window.drawn = Promise.all(asked.map(function (place) {
    try {
      return draw(place).catch(function () { fault(place); });
    } catch (error) {
      fault(place);
      return null;
    }
  })).then(function () { return document.fonts.ready; }).then(function () { return true; });

  // A chart without a still drawing keeps the width that it was drawn with, so it is drawn anew for paper and for the
  // screen. One that is higher than a sheet is made smaller as a whole, so that no bar is cut in two.
  function fit(place) {
    place.style.zoom = Math.min(1, PAPER_HEIGHT / place.offsetHeight);
    return Number(place.style.zoom);
  }

  function resize(forPaper) {
    places.filter(function (place) { return !hasStill(place) && place.lastElementChild.data; }).forEach(function (place) {
      const scale = forPaper ? fit(place) : 1;
      place.style.zoom = scale;
      Plotly.relayout(place.lastElementChild, forPaper ? { width: PAPER_WIDTH / scale, autosize: false } : { width: null, autosize: true });
    });
  }
  if (!onPaper) {
    window.addEventListener("beforeprint", function () { resize(true); });
    window.addEventListener("afterprint", function () { resize(false); });
  }

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
