// The filter bar. It shows the choices it is given and reports what was chosen; every word goes in as text.

function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

function render({ model, el }) {
  const prefix = `filter-${Math.random().toString(36).slice(2)}`;
  const updates = [];
  let drawing = false;   // a choice was sent, and its page is not drawn yet
  let next = null;       // what was chosen meanwhile; the latest is sent when the page is drawn
  let patience;

  const chosenNow = () => next || model.get("chosen");

  function choose(field, values) {
    next = { ...chosenNow(), [field]: values };
    update();
    if (!drawing) send();
  }

  function send() {
    model.set("chosen", next);
    next = null;
    drawing = true;
    clearTimeout(patience);
    patience = setTimeout(drawn, 5000);
    model.save_changes();
  }

  function drawn() {
    clearTimeout(patience);
    drawing = false;
    if (next) send();
  }

  function listOfOne(choice) {
    const id = `${prefix}-${choice.field}`;
    const select = make("select", { id });
    if (!choice.needed) select.append(make("option", { value: "", textContent: "(none)" }));
    for (const option of choice.options) {
      select.append(make("option", { value: option.value, textContent: option.label }));
    }
    select.addEventListener("change", () => choose(choice.field, select.value ? [select.value] : []));
    updates.push(() => { select.value = (chosenNow()[choice.field] || [])[0] || ""; });
    return make("div", { className: "dw-filter" }, make("label", { htmlFor: id, textContent: choice.label }), select);
  }

  function listOfMany(choice) {
    const summary = make("summary");
    const boxes = choice.options.map((option) => make("input", { type: "checkbox", value: option.value }));
    const rows = choice.options.map((option, at) => make("label", {}, boxes[at], ` ${option.label}`));
    const all = make("button", { type: "button", textContent: `Show all ${choice.plural}` });
    const report = () => choose(choice.field, boxes.filter((box) => box.checked).map((box) => box.value));
    boxes.forEach((box) => box.addEventListener("change", report));
    all.addEventListener("click", () => { boxes.forEach((box) => { box.checked = false; }); report(); });
    updates.push(() => {
      const chosen = chosenNow()[choice.field] || [];
      boxes.forEach((box) => { box.checked = chosen.includes(box.value); });
      const count = chosen.length ? `${chosen.length} of ${boxes.length}` : "all";
      summary.textContent = `${choice.label}: ${count}`;
    });
    const group = make("fieldset", {}, make("legend", { textContent: choice.label }), ...rows, all);
    const details = make("details", { className: "dw-filter" }, summary, group);
    details.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && details.open) { details.open = false; summary.focus(); event.stopPropagation(); }
    });
    return details;
  }

  const bar = make("div", { className: "dw-filters", role: "group", "aria-label": "Filters" });
  for (const choice of model.get("choices")) bar.append(choice.one ? listOfOne(choice) : listOfMany(choice));

  const sentence = make("p", { className: "dw-sentence", role: "status" });
  const lines = make("pre", { tabIndex: 0 });
  const reuse = make("details", { className: "dw-reuse" },
    make("summary", { textContent: "Use this choice in a report" }),
    make("p", { textContent: "Put these lines into the parameters cell of a notebook, or run a report with them:" }), lines);
  updates.push(() => {
    sentence.textContent = model.get("busy") ? "Drawing…" : model.get("sentence");
    lines.textContent = model.get("parameters") || "(nothing chosen: everything is shown)";
  });

  const update = () => updates.forEach((one) => one());
  const names = ["chosen", "sentence", "parameters", "busy"];
  const after = () => { if (!model.get("busy")) drawn(); };
  names.forEach((name) => model.on(`change:${name}`, update));
  model.on("change:busy", after);
  el.classList.add("dw-filter-bar");
  el.append(bar, sentence, reuse);
  update();
  return () => {
    clearTimeout(patience);
    names.forEach((name) => model.off(`change:${name}`, update));
    model.off("change:busy", after);
  };
}

export default { render };
