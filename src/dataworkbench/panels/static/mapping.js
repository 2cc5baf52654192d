// The mapping wizard. It shows what it is told and reports what was done; every word of a file goes in as text.

const SURE = { "sure": "✓ sure", "likely": "≈ likely", "a guess": "? a guess", "nothing found": "– nothing found" };
const AFTER_A_KEY = 700;
const LONGEST_PRESS = 3000;
const AT = { kind: "kind", title: "title", name: "name", dates: "question", numbers: "question", day_numbers: "question" };

function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const said = (text, className = "") => make("p", { className, textContent: text });

function pick(id, options, value, act, label = "") {
  const select = make("select", { id });
  if (label) select.setAttribute("aria-label", label);
  for (const [key, text] of options) select.append(make("option", { value: key, textContent: text }));
  select.value = value;
  let byKey = false;
  let waiting;
  const send = () => {
    clearTimeout(waiting);
    waiting = undefined;
    act(select.value);
  };
  select.addEventListener("keydown", () => { byKey = true; });
  select.addEventListener("pointerdown", () => { byKey = false; });
  select.addEventListener("change", () => {
    clearTimeout(waiting);
    if (byKey) waiting = setTimeout(send, AFTER_A_KEY); else send();  // whoever goes through with the keys is not interrupted
  });
  select.addEventListener("blur", () => { if (waiting && select.isConnected) send(); });
  return select;
}

function line(id, value, act, label = "", placeholder = "") {
  const input = make("input", { id, type: "text", defaultValue: value, placeholder, autocomplete: "off" });
  if (label) input.setAttribute("aria-label", label);
  let told = value;
  const tell = () => {
    if (!input.isConnected || input.value === told) return;
    told = input.value;
    act(told);
  };
  input.addEventListener("change", tell);
  input.addEventListener("blur", tell);  // what was typed while the page was drawn anew gives no change of its own
  return input;
}

function button(id, text, act, className = "") {
  const made = make("button", { id, type: "button", textContent: text, className });
  made.addEventListener("click", act);
  return made;
}

function buttonForOnce(id, text, act, className = "") {
  const made = button(id, text, () => { made.disabled = true; act(); }, className);  // until the answer has come
  return made;
}

function tableOf(caption, heads, rows, className = "") {
  const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col", textContent: text })));
  const body = rows.map((row) => make("tr", {}, ...row.map((text) => make("td", { textContent: String(text) }))));
  const table = make("table", { className }, make("caption", { textContent: caption }), make("thead", {}, head), make("tbody", {}, ...body));
  return make("div", { className: "dw-scroll", role: "region", "aria-label": caption, tabIndex: 0 }, table);
}

function render({ model, el }) {
  const prefix = `map-${Math.random().toString(36).slice(2)}`;
  const id = (...parts) => [prefix, ...parts].join("-");
  let asked = 0;
  let answered = 0;
  const ask = (what) => {
    asked += 1;
    model.send({ ...what, n: `${prefix}-${asked}` });  // a message each: of several changes of a value only the last is sent
    tell();
  };

  const show = (column) => {
    const place = document.getElementById(AT[column] && AT[column] !== "question" ? id(column) : id(AT[column] || "column", column));
    if (!place) return;
    for (let around = place.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
    place.scrollIntoView({ block: "center" });
    place.focus({ preventScroll: true });
  };

  function showIt(key, text, column) {
    const made = button(key, "Show it", () => show(column), "dw-link");
    made.setAttribute("aria-label", `Show it: ${text}`);  // the same words for each would not tell them apart
    return made;
  }

  function step(number, title, ...children) {
    return make("section", {}, make("h3", { textContent: `${number}  ${title}` }), ...children);
  }

  function field(label, control, help = "") {
    return make("div", { className: "dw-field" }, make("label", { htmlFor: control.id, textContent: label }), control,
      help ? said(help, "dw-help") : null);
  }

  function stateOf(file) {
    if (file.brought) return "brought in already";
    if (file.known_as) return `known as ${file.known_as}`;
    return file.said ? "cannot be read" : "not known yet";
  }

  function fileStep(shown) {
    if (!shown.files.length) return step(1, "The file");  // that the inbox is empty stands below, as what was said last
    const options = [["", "Choose a file"], ...shown.files.map((file) => [file.name, `${file.name}  (${stateOf(file)})`])];
    const chosen = pick(id("file"), options, shown.file, (name) => ask({ do: "open", file: name }));
    const refused = shown.files.filter((file) => file.said).map((file) => said(`${file.name}: ${file.said}`, "dw-help"));
    return step(1, "The file", field("A file in the inbox", chosen), ...refused);
  }

  function kindStep(shown, draft) {
    const kind = pick(id("kind"), shown.kinds, draft.kind, (name) => ask({ do: "kind", kind: name }));
    const title = line(id("title"), draft.title, (text) => ask({ do: "name", title: text }));
    const name = line(id("name"), draft.name, (text) => ask({ do: "name", name: text }));
    return step(2, "What it is",
      ...draft.notes.map((note) => said(note, "dw-note")),
      make("div", { className: "dw-row" },
        field("The file holds", kind, `${SURE[draft.kind_sure] || ""}. ${draft.kind_because}`),
        field("What you call this kind of file", title),
        field("Short name of the profile", name, "Small letters, digits and _.")));
  }

  function codeRow(column, [code, meaning], at) {
    const key = id("code", column.column, at);
    const label = `What ${code} means for ${column.words}`;
    const tell = (text) => ask({ do: "code", column: column.column, code, meaning: text });
    let control;
    if (column.choices.length) {
      const options = column.choices.map(([value, text]) => [`=${value}`, text]);
      const own = meaning !== null && meaning !== "" && !column.choices.some(([value]) => value === meaning);
      control = pick(key, [["?", "(not said yet)"], ...(own ? [[`=${meaning}`, meaning]] : []), ...options, ["=", "leave it empty"]],
        meaning === null ? "?" : `=${meaning}`, tell, label);
    } else {
      control = line(key, meaning || "", (text) => tell(`=${text}`), label, meaning === null ? "not said yet" : "left empty");
    }
    return make("div", { className: meaning === null ? "dw-code dw-open" : "dw-code" },
      make("label", { htmlFor: key, textContent: code }), make("span", { textContent: "becomes", "aria-hidden": "true" }), control);
  }

  function codesOf(column) {
    if (!column.codes.length) return null;
    const open = column.codes.filter(([, meaning]) => meaning === null).length;
    const words = open ? `${open} of ${column.codes.length} texts still have to be explained` : `What each text becomes (${column.codes.length})`;
    const details = make("details", { id: id("codes", column.column), open: open > 0 }, make("summary", { textContent: words }),
      ...column.codes.map((pair, at) => codeRow(column, pair, at)));
    return details;
  }

  function columnRow(column) {
    const key = id("column", column.column);
    const tell = (value) => ask({ do: "choose", column: column.column, key: value });
    const source = pick(key, column.offered, column.key, tell);
    const always = column.key !== "always" ? null : (column.choices.length
      ? pick(id("always", column.column), [["", "(choose)"], ...column.choices], column.text, (text) => tell(`always:${text}`), `${column.words} in every row`)
      : line(id("always", column.column), column.text, (text) => tell(`always:${text}`), `${column.words} in every row`, "what it is in every row"));
    const perhaps = column.perhaps ? button(id("perhaps", column.column), `Perhaps ${column.perhaps}? Take it`, () => tell(column.perhaps_key), "dw-quiet") : null;
    const why = [column.seen ? "✓ you looked at it" : SURE[column.sure] || "", column.because].filter(Boolean).join(". ");
    return make("div", { className: column.wrong.length ? "dw-column dw-wrong" : "dw-column" },
      make("div", { className: "dw-ours" },
        make("label", { htmlFor: key, textContent: column.words }),
        column.needed ? make("span", { className: "dw-needed", textContent: "needed" }) : null,
        said(column.meaning, "dw-help")),
      make("div", { className: "dw-theirs" }, source, always, perhaps, ...column.wrong.map((text) => said(text, "dw-fault")), codesOf(column)),
      make("div", { className: "dw-seen" },
        column.samples.length ? said(column.samples.join(" · "), "dw-samples") : null,
        why ? said(why, "dw-help") : null));
  }

  function itemsOf(draft) {
    if (!draft.items.length) return null;
    const rows = draft.items.map((item, at) => {
      const used = make("input", { type: "checkbox", id: id("item", at), checked: item.used });
      used.addEventListener("change", () => ask({ do: "item", header: item.header, used: used.checked }));
      const turned = make("input", { type: "checkbox", id: id("turned", at), checked: item.turned });
      turned.addEventListener("change", () => ask({ do: "item", header: item.header, turned: turned.checked }));
      return make("div", { className: "dw-item" },
        make("label", {}, used, ` ${item.header}`),
        item.asks_turned ? make("label", { className: "dw-turned" }, turned, " agreeing is unfavorable") : null,
        said(item.samples.join(" · "), "dw-samples"));
    });
    return make("fieldset", {}, make("legend", { textContent: "Columns that become rows" }), ...rows);
  }

  function columnStep(draft) {
    const near = draft.columns.filter((column) => column.needed || column.key !== "nothing" || column.perhaps);
    const far = draft.columns.filter((column) => !near.includes(column));
    const more = make("details", { id: id("more") }, make("summary", { textContent: `More columns that could be filled (${far.length})` }), ...far.map(columnRow));
    const left = make("details", { id: id("left") }, make("summary", { textContent: `Columns of the file that are left out (${draft.left.length})` }),
      ...draft.left.map((one) => make("div", { className: "dw-leftout" }, make("strong", { textContent: one.header }), said(one.samples.join(" · "), "dw-samples"))));
    const heads = make("div", { className: "dw-column dw-heads", "aria-hidden": "true" }, said("Ours"), said("Comes from"), said("What stands there"));
    return step(3, "Which column is which", heads, ...near.map(columnRow), itemsOf(draft), far.length ? more : null, draft.left.length ? left : null);
  }

  function questionStep(draft) {
    if (!draft.questions.length) return null;
    return step(4, "How it is written", ...draft.questions.map((one) => field(one.asks,
      pick(id("question", one.name), one.options, one.value, (answer) => ask({ do: "answer", question: one.name, answer })))));
  }

  function listed(title, sentences, columns, className) {
    const line = (text, at) => make("li", {}, text, " ", showIt(id(className, at), text, columns[at]));
    return sentences.length ? make("div", { className }, said(title), make("ul", {}, ...sentences.map(line))) : null;
  }

  function trialOf(trial) {
    if (!trial) return null;
    const reasons = trial.reasons.map(([reason, what, rows]) => [reason, rows.toLocaleString("en-US"), what]);
    return make("div", {},
      make("p", { className: "dw-figures" }, make("strong", { textContent: trial.read.toLocaleString("en-US") }), " rows read, ",
        make("strong", { textContent: trial.kept.toLocaleString("en-US") }), " would be kept, ",
        make("strong", { textContent: trial.aside.toLocaleString("en-US") }), " set aside."),
      reasons.length ? tableOf("Why rows would be set aside", ["Reason", "Rows", "What to do"], reasons) : null,
      trial.notes.length ? tableOf("About the file", ["What was seen", "What to do"], trial.notes.map(([, message, what]) => [message, what])) : null,
      ...trial.tables.map((table) => tableOf(`First rows of ${table.name} (${table.rows.toLocaleString("en-US")} in all)`, table.columns, table.first, "dw-rows")));
  }

  function lastStep(draft, shown) {
    const after = shown.step;
    const ready = !draft.problems.length;
    const unsure = draft.look_at.length > 0;
    const believe = unsure ? buttonForOnce(id("believe"), "I have looked at these", () => ask({ do: "believe" }), "dw-plain") : null;
    const tryIt = buttonForOnce(id("try"), "Try it", () => ask({ do: "try" }), "dw-plain");
    const save = after.saved ? null : buttonForOnce(id("save"), "Save the profile", () => ask({ do: "save" }), "dw-main");
    tryIt.disabled = !ready;
    if (save) save.disabled = !ready || unsure;
    const why = ready && !unsure ? null : said(ready ? "Save opens once you have looked at what is not sure." : "Try and Save open once nothing is left in the list above.", "dw-help");
    const other = after.free ? make("div", { className: "dw-row" },
      button(id("other"), `Take the name ${after.free}`, () => ask({ do: "name", name: after.free }), "dw-plain"),
      button(id("replace"), "Replace the old one (it is kept beside)", () => ask({ do: "save", replace: true }), "dw-plain")) : null;
    return step(draft.questions.length ? 5 : 4, "Try it, save it, bring the file in",
      listed("Before it can be tried and saved:", draft.problems, draft.problems_at, "dw-problems"),
      listed("Not sure. Please look at these:", draft.look_at, draft.look_at_at, "dw-lookat"), believe,
      make("div", { className: "dw-row dw-buttons" }, tryIt, save), why, other, trialOf(after.trial), savedOf(after, shown), broughtOf(after.brought), nextOf(after, shown));
  }

  function savedOf(after, shown) {
    if (!after.saved || after.brought) return null;
    return make("div", { className: "dw-done" },
      said(`Saved as ${after.saved}. Files of this kind are known from now on. ${shown.file} itself is not in the data yet.`),
      buttonForOnce(id("bring"), "Import the file now", () => ask({ do: "bring" }), "dw-main"));
  }

  function nextOf(after, shown) {
    if (!after.brought) return null;
    const next = shown.files.find((file) => !file.brought && !file.known_as && !file.said);
    return make("div", { className: "dw-row dw-buttons" }, next
      ? button(id("next"), `Go on with ${next.name}`, () => { ask({ do: "open", file: next.name }); document.getElementById(id("file"))?.scrollIntoView(); }, "dw-main")
      : said("No other file in the inbox waits for a profile."));
  }

  function broughtOf(brought) {
    if (!brought) return null;
    return make("div", { className: "dw-done" },
      said(`${brought.kept.toLocaleString("en-US")} of ${brought.read.toLocaleString("en-US")} rows are in the data now (${brought.tables}).`),
      brought.reasons.length ? tableOf("Rows that were set aside", ["Reason", "What to do", "Line"], brought.reasons) : null);
  }

  const body = make("div");
  const status = make("p", { className: "dw-status", role: "status" });

  let pressed = 0;
  let waits = false;
  const press = (event) => {  // a list is left out: its choices can be let go where the page does not hear of it
    if (event.target.closest("button, label, summary, input[type=checkbox]")) pressed = Date.now();
  };
  const pressKey = (event) => { if (event.key === " ") press(event); };
  const release = () => setTimeout(() => {
    pressed = 0;
    if (waits) update();
  });
  const passes = (event) => { if (pressed && !event.buttons && event.pointerType === "mouse") release(); };

  function update() {
    const shown = model.get("shown");
    const [whose, number] = [shown.n.slice(0, shown.n.lastIndexOf("-")), Number(shown.n.slice(shown.n.lastIndexOf("-") + 1))];
    if (whose === prefix) answered = Math.max(answered, number);
    waits = Date.now() - pressed < LONGEST_PRESS;  // a button that is being pressed stays where it is until it is let go
    if (waits || answered < asked) return tell();  // what was asked for since is still to come
    const held = document.activeElement && el.contains(document.activeElement) ? document.activeElement : null;
    const typed = held && held.type === "text" && held.value !== held.defaultValue ? held.value : null;
    const marked = held && held.type === "text" ? [held.selectionStart, held.selectionEnd] : null;
    const focus = held ? held.id : "";
    const open = new Map([...body.querySelectorAll("details[id]")].map((one) => [one.id, one.open]));
    const draft = shown.draft;
    body.replaceChildren(...[fileStep(shown), draft ? kindStep(shown, draft) : null, draft ? columnStep(draft) : null,
      draft ? questionStep(draft) : null, draft ? lastStep(draft, shown) : null].filter(Boolean));
    for (const one of body.querySelectorAll("details[id]")) if (open.get(one.id)) one.open = true;
    const again = focus && document.getElementById(focus);
    if (again && typed !== null) again.value = typed;
    if (again) again.focus({ preventScroll: true });
    if (again && marked && again.type === "text") again.setSelectionRange(...marked);
    tell();
  }

  function tell() {
    const busy = answered < asked;
    status.textContent = busy ? "At work…" : model.get("shown").message || "";
    body.setAttribute("aria-busy", String(busy));
  }

  model.on("change:shown", update);
  el.addEventListener("pointerdown", press);
  el.addEventListener("keydown", pressKey);
  window.addEventListener("keyup", release);
  window.addEventListener("pointerup", release);
  window.addEventListener("pointercancel", release);
  window.addEventListener("pointermove", passes);
  el.classList.add("dw-mapping");
  el.append(body, status);
  update();
  return () => {
    model.off("change:shown", update);
    window.removeEventListener("keyup", release);
    window.removeEventListener("pointerup", release);
    window.removeEventListener("pointercancel", release);
    window.removeEventListener("pointermove", passes);
  };
}

export default { render };
