/* What a reader chooses among released cells, drawn and set as a table. It fetches nothing, keeps nothing and works out nothing new:
   what is chosen stands in the address after '#', and every text is set as text. */
"use strict";
(() => {
  const read = id => JSON.parse(document.getElementById(id).textContent);
  const page = document.getElementById("explore") ? read("words") : null;
  const SVG = "http://www.w3.org/2000/svg";

  // --- small hands ---------------------------------------------------------------------------------------------------
  const make = (name, attributes = {}, text = null, space = null) => {
    const made = space ? document.createElementNS(space, name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== "" && value !== null) made.setAttribute(key, value);
    if (text !== null) made.textContent = text;
    return made;
  };
  const svg = (name, attributes, text = null) => make(name, attributes, text, SVG);
  const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  const at = id => document.getElementById(id);

  // --- links in the other language keep what was chosen ---------------------------------------------------------------
  const carry = () => document.querySelectorAll("a[data-carry]").forEach(a => { a.href = a.href.split("#")[0] + location.hash; });

  // --- on paper, what is folded is printed too --------------------------------------------------------------------------
  let folded = [];
  window.addEventListener("beforeprint", () => { folded = [...document.querySelectorAll("details:not([open])")]; folded.forEach(one => { one.open = true; }); });
  window.addEventListener("afterprint", () => { folded.forEach(one => { one.open = false; }); });

  if (!page) { carry(); window.addEventListener("hashchange", carry); return; }

  // --- cells ------------------------------------------------------------------------------------------------------------
  const table = read("cells");
  const cells = table.rows.map(row => {
    const [indicator, year, period, subject, assessment, school, grade, groups, group] = row[0].split("|");
    const [value, low, high] = [row[4] ?? null, row[5] ?? null, row[6] ?? null];
    return {
      cell: row[0], reason: row[1], label: row[2], size: row[3] || "", indicator, year, school, grade,
      groups: group === "All students" ? "" : groups, group: group === "All students" ? "" : group,
      test: [subject, assessment, period].join("|"), low: value ?? low, high: value ?? high, one: value !== null,
    };
  });
  const held = (from, key, otherwise) => (Object.hasOwn(from, key) ? from[key] : otherwise);
  const said = (kind, key) => held(page.names[kind], key, [key, ""])[0];
  const tongue = (kind, key) => held(page.names[kind], key, ["", ""])[1];
  const testsOf = indicator => held(page.options.test, indicator, []);
  const KEYS = ["indicator", "year", "test", "grade", "groups"];
  const picked = choice => c => ["indicator", "year", "test", "grade"].every(key => c[key] === choice[key]);
  const isHere = c => c.school === page.here;

  // --- what is chosen, and the address ------------------------------------------------------------------------------------
  const chosen = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    const choice = { ...page.first };
    for (const key of KEYS) if (asked.has(key)) choice[key] = asked.get(key);
    if (asked.has("indicator") && !asked.has("test")) choice.test = testsOf(choice.indicator)[0] ?? "";
    return choice;
  };
  const options = (key, choice) => (key === "test" ? testsOf(choice.indicator) : page.options[key]);
  const showChoices = choice => {
    for (const key of KEYS) {
      const box = at("choose-" + key);
      if (!box) continue;
      const there = options(key, choice);
      const select = box.querySelector("select");
      const listed = there.includes(choice[key]) ? there : [...there, choice[key]];
      select.replaceChildren(...listed.map(value => make("option", { value: value || " ", lang: tongue(key, value) },
        there.includes(value) ? said(key, value) || value : `${said(key, value)} (${page.say.not_published})`)));
      select.value = choice[key] || " ";
      box.hidden = listed.length < 2;
    }
  };
  const choose = (key, value) => {
    const choice = { ...chosen(), [key]: value };
    const tests = options("test", choice);
    if (key === "indicator" && !tests.includes(choice.test)) choice.test = tests[0] ?? "";
    const address = new URLSearchParams();
    for (const name of KEYS) if (at("choose-" + name)) address.set(name, choice[name]);
    history.replaceState(null, "", "#" + address.toString());
    draw();
  };

  // --- words --------------------------------------------------------------------------------------------------------------
  const groupOf = c => (page.by === "schools" ? ["school", c.school] : c.group ? ["group", c.group] : null);
  const nameOf = c => { const key = groupOf(c); return key ? said(...key) : page.say.all_students; };
  const about = (choice, withYear) => [
    page.by === "schools" ? page.say.everywhere : said("school", page.here), withYear ? choice.year : "", said("test", choice.test), said("grade", choice.grade),
    withYear && page.by === "groups" ? said("groups", choice.groups) : "",
  ].filter(text => text).join(", ");
  const listed = rows => rows.map(([name, c]) => `${name}: ${c.label}`).join("; ");

  // --- tables -----------------------------------------------------------------------------------------------------------------
  const figureCell = c => make("td", { "data-cell": c.cell, class: c.reason ? "figure as-" + c.reason : "figure" }, c.label);
  const districtOf = c => cells.find(d => d.school === "" && KEYS.slice(0, 4).every(key => d[key] === c[key])
    && d.groups === c.groups && d.group === c.group);
  const districtCell = c => {
    const there = districtOf(c);
    return there ? figureCell(there) : make("td", {}, c.grade && c.group ? page.say.elsewhere : page.say.not_published);
  };
  const setTable = (id, caption, rows) => {
    const set = at(id);
    set.caption.textContent = caption;
    set.tBodies[0].replaceChildren(...rows.map(([name, c, lang]) => {
      const row = make("tr");
      row.append(make("th", { scope: "row", lang: lang || "" }, name), figureCell(c));
      if (set.dataset.district) row.append(districtCell(c));
      row.append(make("td", { "data-cell": c.cell }, c.size));
      return row;
    }));
    set.parentElement.hidden = !rows.length;
    const reasons = [...new Set(rows.map(([, c]) => c.reason))].filter(reason => reason);
    at(id + "-why").replaceChildren(...reasons.map(reason => {
      const sample = rows.find(([, c]) => c.reason === reason)[1];
      const item = make("li");
      const word = page.without.includes(reason) ? sample.label + ": " : "";
      item.textContent = word + page.why[reason];
      return item;
    }));
    const [mark, why] = page.repeated;
    if (rows.some(([, c]) => c.label.endsWith(mark))) at(id + "-why").append(make("li", {}, `${mark}: ${why}`));
  };

  // --- figures: bars with ranges, dots over the years ---------------------------------------------------------------------
  const nice = most => {
    if (most <= 0) return 1;
    const power = 10 ** Math.floor(Math.log10(most));
    return [1, 2, 2.5, 5, 10].map(step => step * power).find(step => step * 4 >= most * 1.02) || power * 10;
  };
  const scaleOf = (unit, drawn) => {
    const ends = drawn.filter(c => c && c.low !== null).flatMap(c => [c.low, c.high]);
    const most = Math.max(0, ...ends), least = Math.min(...ends);
    if (!ends.length) return null;
    if (unit === "rate") { const step = most <= 0.2 ? 0.05 : most <= 0.4 ? 0.1 : 0.25; return { from: 0, to: Math.max(step * Math.ceil(most / step - 1e-9), step), step }; }
    if (unit === "count") { const step = nice(most); return { from: 0, to: step * Math.ceil(most / step), step }; }
    const step = nice(Math.max(most - least, Math.abs(most) / 50, 1)), from = step * (Math.floor(least / step) - 1);
    return { from, to: step * (Math.ceil(most / step) + 1), step };
  };
  const tick = (value, unit) => {
    const spoken = document.documentElement.lang === "es" ? "es-US" : "en-US";
    return unit === "rate" ? new Intl.NumberFormat(spoken, { style: "percent", maximumFractionDigits: 1 }).format(value)
      : new Intl.NumberFormat(spoken, { maximumFractionDigits: 2 }).format(value);
  };
  const stripes = drawing => {
    const defs = svg("defs");
    const one = (id, line, turn, gap) => {
      const tile = svg("pattern", { id, width: gap, height: gap, patternUnits: "userSpaceOnUse", patternTransform: `rotate(${turn})` });
      tile.append(svg("rect", { width: gap, height: gap, class: "ground" }), svg("rect", { width: line, height: gap, class: "stripe" }));
      defs.append(tile);
    };
    one("striped", 3, 45, 7);
    drawing.append(defs);
  };
  const frame = (box, width, height, alt) => {
    const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": alt, focusable: "false" });
    stripes(drawing);
    box.replaceChildren(drawing);
    return drawing;
  };
  const wrapped = (text, letters) => {
    const lines = [""];
    for (const word of Array.from(text).length > 200 ? [Array.from(text).slice(0, 199).join("") + "…"] : text.split(" ")) {
      const last = lines.length - 1;
      if (lines[last] && (lines[last] + " " + word).length > letters) lines.push(word); else lines[last] = (lines[last] + " " + word).trim();
    }
    return lines.slice(0, 3).map(line => (line.length > letters + 4 ? line.slice(0, letters + 2) + "…" : line));
  };
  const bars = (box, rows, unit, alt, withDistrict) => {
    const scale = scaleOf(unit, rows.flatMap(([, c]) => [c, withDistrict ? districtOf(c) : null]));
    if (!scale || !rows.length) { box.replaceChildren(); return; }
    const width = Math.max(Math.min(box.clientWidth || 640, 900), 260), beside = width > 520;
    const left = beside ? Math.round(width * 0.32) : 8, right = width - (beside ? 130 : 84), line = 17;
    const x = value => left + (right - left) * (value - scale.from) / (scale.to - scale.from);
    const heads = rows.map(([name]) => wrapped(name, beside ? Math.floor(left / 7.6) : Math.floor(width / 8.2)));
    const tall = heads.map(head => (beside ? Math.max(34, head.length * line + 10) : head.length * line + 40));
    const height = tall.reduce((sum, one) => sum + one, 0) + 30;
    const drawing = frame(box, width, height, alt);
    const every = Math.ceil(62 / (x(scale.from + scale.step) - left));
    for (let place = 0, value = scale.from; value <= scale.to + scale.step / 100; place += 1, value += scale.step) {
      drawing.append(svg("line", { x1: x(value), x2: x(value), y1: 0, y2: height - 26, class: "grid" }));
      if (place % every === 0) drawing.append(svg("text", { x: x(value), y: height - 8, class: "tick", "text-anchor": place || beside ? "middle" : "start" }, tick(value, unit)));
    }
    let top = 0;
    rows.forEach(([, c], index) => {
      const middle = beside ? top + tall[index] / 2 : top + heads[index].length * line + 16;
      const group = svg("g", { "data-cell": c.cell });
      heads[index].forEach((text, place) => group.append(svg("text", {
        x: beside ? left - 10 : left, y: beside ? middle + 5 + (place - (heads[index].length - 1) / 2) * line : top + 14 + place * line,
        class: "head", "text-anchor": beside ? "end" : "start",
      }, text)));
      if (c.low === null) group.append(svg("line", { x1: left + 14 + Array.from(c.label).length * 7.4, x2: right, y1: middle, y2: middle, class: "without as-" + c.reason }));
      else if (unit === "mean") group.append(mark(x(c.low), x(c.high), middle));
      else group.append(...bar(x, c, middle));
      const there = withDistrict ? districtOf(c) : null;
      const begins = c.low === null ? left + 6 : besideMark(x(c.high) + (unit === "mean" && c.one ? 12 : 8), c.label, there && there.one ? x(there.low) : null, width);
      group.append(svg("text", { x: begins, y: middle + 5, class: c.low === null ? "label quiet" : "label" }, c.label));
      drawing.append(group);
      if (there && there.low !== null) drawing.append(districtMark(x, there, middle));
      top += tall[index];
    });
  };
  // a label stands behind the mark of the district where the mark would go through it and there is room
  const besideMark = (begins, label, mark, width) => {
    const long = label.length * 8.4;
    const isCrossed = mark !== null && mark > begins - 5 && mark < begins + long + 6;
    return isCrossed && mark + 8 + long <= width ? mark + 8 : begins;
  };
  const bar = (x, c, middle) => (c.one
    ? [svg("rect", { x: x(0), y: middle - 8, width: Math.max(x(c.high) - x(0), 1), height: 16, class: "solid" })]
    : [svg("rect", { x: x(c.low), y: middle - 8, width: Math.max(x(c.high) - x(c.low), 3), height: 16, class: "between", fill: "url(#striped)" })]);
  const mark = (from, to, middle) => (from === to ? svg("circle", { cx: from, cy: middle, r: 6, class: "solid" })
    : svg("rect", { x: from, y: middle - 6, width: Math.max(to - from, 3), height: 12, class: "between", fill: "url(#striped)" }));
  const districtMark = (x, there, middle) => {
    const group = svg("g", { "data-cell": there.cell, class: "district" });
    if (there.one) group.append(svg("line", { x1: x(there.low), x2: x(there.low), y1: middle - 13, y2: middle + 13 }));
    else group.append(svg("path", { d: `M${x(there.low)} ${middle + 9}V${middle + 13}H${x(there.high)}V${middle + 9}`, fill: "none" }));
    return group;
  };
  const dots = (box, rows, unit, alt) => {
    const scale = scaleOf(unit, rows.map(([, c]) => c));
    if (!scale || rows.length < 2) { box.replaceChildren(); return; }
    const width = Math.max(Math.min(box.clientWidth || 640, 620), 260), height = 240, left = 58, bottom = height - 34;
    const y = value => bottom - (bottom - 26) * (value - scale.from) / (scale.to - scale.from);
    const x = place => left + (width - left - 20) * (place + 0.5) / rows.length;
    const drawing = frame(box, width, height, alt);
    for (let value = scale.from; value <= scale.to + scale.step / 100; value += scale.step) {
      drawing.append(svg("line", { x1: left, x2: width - 8, y1: y(value), y2: y(value), class: "grid" }),
        svg("text", { x: left - 8, y: y(value) + 5, class: "tick", "text-anchor": "end" }, tick(value, unit)));
    }
    rows.forEach(([name, c], place) => {
      const group = svg("g", { "data-cell": c.cell });
      group.append(svg("text", { x: x(place), y: height - 10, class: "head", "text-anchor": "middle" }, name));
      if (c.low === null) group.append(svg("line", { x1: x(place), x2: x(place), y1: 26, y2: bottom, class: "without as-" + c.reason }));
      else if (c.one) group.append(svg("circle", { cx: x(place), cy: y(c.low), r: 6, class: "solid" }));
      else group.append(svg("rect", { x: x(place) - 8, y: y(c.high), width: 16, height: Math.max(y(c.low) - y(c.high), 3), class: "between", fill: "url(#striped)" }));
      const above = c.low === null ? (bottom + 26) / 2 : y(c.high) - 10;
      group.append(svg("text", { x: x(place), y: above, class: c.low === null ? "label quiet" : "label", "text-anchor": "middle" }, c.label));
      drawing.append(group);
    });
  };

  // --- the whole ------------------------------------------------------------------------------------------------------------------
  const byYear = choice => cells
    .filter(c => isHere(c) && !c.group && ["indicator", "test", "grade"].every(key => c[key] === choice[key]))
    .map(c => [c.year, c]);
  const draw = () => {
    const choice = chosen();
    showChoices(choice);
    const rows = cells.filter(picked(choice))
      .filter(c => (page.by === "schools" ? !c.group : isHere(c) && (!c.group || c.groups === choice.groups)))
      .map(c => [nameOf(c), c, groupOf(c) ? tongue(...groupOf(c)) : ""]);
    const title = said("indicator", choice.indicator), unit = held(page.unit, choice.indicator, "count"), direction = held(page.direction, choice.indicator, "");
    const words = { title, about: about(choice, true), direction };
    at("chosen").textContent = fill(page.say.chosen, { about: [title, about(choice, true)].join(", ") });
    const lacking = !rows.length ? page.say.nothing
      : choice.groups && page.by === "groups" && !rows.some(([, c]) => c.group) ? page.say.no_groups : "";
    at("lacking").textContent = lacking;
    at("direction").textContent = rows.length ? direction : "";
    setTable("groups", fill(page.say.groups, words), rows);
    const withDistrict = Boolean(at("groups").dataset.district) && unit !== "count";
    bars(at("bars"), rows, unit, fill(page.say.bars, { ...words, list: listed(rows) }), withDistrict);
    const notes = [];
    if (withDistrict && rows.some(([, c]) => (districtOf(c) || { low: null }).low !== null)) notes.push(page.say.mark);
    if (rows.some(([, c]) => c.low !== null && !c.one)) notes.push(page.say.range);
    at("bars-note").textContent = notes.join(" ");
    if (at("years")) {
      const years = byYear(choice), spoken = { ...words, about: about({ ...choice }, false) };
      setTable("years", fill(page.say.years, spoken), years);
      at("over").hidden = years.length < 2;
      dots(at("dots"), years, unit, fill(page.say.dots, { ...spoken, list: listed(years) }));
    }
    carry();
    scrollable();
  };
  const scrollable = () => document.querySelectorAll("div.table").forEach(box => {
    if (box.scrollWidth > box.clientWidth + 1) box.setAttribute("tabindex", "0"); else box.removeAttribute("tabindex");
  });

  at("choices").hidden = false;
  for (const key of KEYS) at("choose-" + key)?.querySelector("select").addEventListener("change", event => choose(key, event.target.value.trim()));
  window.addEventListener("hashchange", draw);
  let width = 0;
  window.addEventListener("resize", () => { if (at("bars").clientWidth !== width) { width = at("bars").clientWidth; draw(); } });
  draw();
})();
