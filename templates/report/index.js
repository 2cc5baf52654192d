"use strict";
// The search box of the index: keeps the rows whose name holds what was typed.
(function () {
  const box = document.getElementById("search");
  const found = document.getElementById("found");
  const rows = Array.from(document.querySelectorAll("#reports tr"));

  function plain(text) {
    return text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  }

  function search() {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach(function (row) {
      const name = plain(row.dataset.name);
      row.hidden = !words.every(function (word) { return name.includes(word); });
      shown += row.hidden ? 0 : 1;
    });
    found.textContent = words.length ? shown + " of " + rows.length + " shown" : "";
  }

  box.closest("p").hidden = false;
  box.addEventListener("input", search);
})();
