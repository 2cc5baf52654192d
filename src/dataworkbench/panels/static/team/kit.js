// What every part of the team room stands on: the talk with the kernel, fields that lose nothing, buttons, the clock.
// Words go in as text only. A screen asks its kernel again and again; the kernel answers what this seat may see.

import {html, useState, useEffect, useRef} from "./preact.js";

export const LOOK_EVERY = 700;
const LOOK_UNSEEN = 4000;
const PATIENCE = 6000;
const PAUSE = 350;

// ---------------------------------------------------------------- names

export function newId(kind) {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return `${kind}-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function kept(store, key, make) {
  try {
    const held = store.getItem(key) || make();
    store.setItem(key, held);
    return held;
  } catch { return make(); }            // a browser that keeps nothing still has a seat until the page is left
}

function seatOf() {
  return kept(window.localStorage, "dataworkbench-seat", () => newId("seat"));
}

// ---------------------------------------------------------------- what was sent and not yet answered

const BOX = "dataworkbench-unanswered";

export function unanswered(store = window.sessionStorage) {
  const read = () => { try { return JSON.parse(store.getItem(BOX) || "[]"); } catch { return []; } };
  const write = (held) => { try { store.setItem(BOX, JSON.stringify(held)); } catch { /* nothing is kept then */ } };
  return {
    put(letter) { write([...read().filter((held) => held.mark !== letter.mark), letter]); },
    drop(mark) { write(read().filter((held) => held.mark !== mark)); },
    of(about) { return read().filter((held) => held.about === about); },
  };
}

// ---------------------------------------------------------------- the talk with the kernel

export function connect(model) {
  const waiting = new Map();
  const listeners = new Set();
  const box = unanswered();
  const live = {
    seat: seatOf(), shown: null, drafts: {}, status: "opening", refusal: "", offset: 0, done: [],
    listen(hear) { listeners.add(hear); return () => listeners.delete(hear); },
    tell() { for (const hear of listeners) hear(); },
  };
  let tag = 0, heard = Date.now(), timer, closed = false;

  function ask(what, more = {}, patience = PATIENCE) {
    const mine = ++tag;
    return new Promise((resolve) => {
      const late = setTimeout(() => { waiting.delete(mine); resolve({ late: true }); }, patience);
      waiting.set(mine, (told) => { clearTimeout(late); resolve(told); });
      model.send({ tag: mine, ask: what, seat: live.seat, seen: live.shown ? live.shown.newest : -1, ...more });
    });
  }

  function hear(told) {
    if (!told || !("tag" in told)) return;
    heard = Date.now();
    if (told.now) live.offset = Date.parse(told.now) - Date.now();
    const isNewer = told.shown && (!live.shown || told.shown.newest >= live.shown.newest);
    if (isNewer) live.shown = told.shown;
    const moved = live.status !== "open";
    live.status = "open";
    const resolve = waiting.get(told.tag);
    waiting.delete(told.tag);
    if (resolve) resolve(told);
    if (isNewer || moved) live.tell();
  }

  async function look() {
    await ask("look");
    if (Date.now() - heard > PATIENCE && live.status !== "lost") { live.status = "lost"; live.tell(); }
    if (!closed) timer = setTimeout(look, document.visibilityState === "visible" ? LOOK_EVERY : LOOK_UNSEEN);
  }

  // An act is kept until it is answered, and sent again after a break: what has a name of its own is written once.
  async function send(letter) {
    for (let tries = 0; !closed; tries += 1) {
      const told = await ask("act", { name: letter.name, given: letter.given });
      if (!told.late) { box.drop(letter.mark); return told; }
      if (tries === 0) live.tell();
    }
    return { refused: "" };
  }

  live.act = async (name, given = {}) => {
    const letter = { mark: newId("letter"), about: live.shown ? live.shown.about : "", name, given };
    box.put(letter);
    const told = await send(letter);
    if (told.wrote && told.wrote.length && name !== "undo") live.done = [...live.done, told.wrote].slice(-50);
    if (told.refused) say(told.refused);
    return told;
  };
  live.undo = async () => {
    const wrote = live.done[live.done.length - 1];
    if (!wrote) return { refused: "There is nothing of yours to undo here." };
    const told = await live.act("undo", { wrote });
    live.done = live.done.slice(0, -1);
    live.tell();
    return told;
  };
  live.fetch = async (name, given = {}) => ask("fetch", { name, given }, 60000);
  live.plotly = async () => (await ask("plotly", {}, 60000)).got;

  const pauses = new Map();
  live.draft = (field, words) => {
    clearTimeout(pauses.get(field));
    live.drafts = { ...live.drafts, [field]: words };
    const go = () => ask("draft", { name: field, given: { words } });
    if (/[\s.,;:!?]$/.test(words) || !words) go();
    else pauses.set(field, setTimeout(go, PAUSE));
  };
  live.forget = (field) => {
    clearTimeout(pauses.get(field));
    const { [field]: _gone, ...others } = live.drafts;
    live.drafts = others;
  };

  model.on("msg:custom", hear);
  (async () => {
    const first = await ask("drafts", {}, 60000);
    live.drafts = first.got || {};
    await ask("look", {}, 60000);
    const left = live.shown ? box.of(live.shown.about) : [];
    for (const letter of left) send(letter);
    live.ready = true;
    live.tell();
    timer = setTimeout(look, LOOK_EVERY);
  })();
  live.close = () => { closed = true; clearTimeout(timer); model.off("msg:custom", hear); };
  return live;
}

export function useLive(live) {
  const [, again] = useState(0);
  useEffect(() => live.listen(() => again((count) => count + 1)), [live]);
  return live.shown;
}

// ---------------------------------------------------------------- the clock that all screens go by

export function useClock(live, every = 500) {
  const [now, tick] = useState(Date.now() + live.offset);
  useEffect(() => {
    const timer = setInterval(() => tick(Date.now() + live.offset), every);
    return () => clearInterval(timer);
  }, [live, every]);
  return now;
}

export function minutesText(seconds) {
  const whole = Math.abs(Math.trunc(seconds));
  const text = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  return seconds < 0 ? `${text} over` : text;
}

// ---------------------------------------------------------------- things to press and to write in

export function Button({ onPress, children, kind = "plain", label, pressed, disabled, expanded }) {
  return html`<button type="button" class=${`dw-button dw-button-${kind}`} onClick=${onPress} aria-label=${label}
    aria-pressed=${pressed === undefined ? undefined : String(pressed)}
    aria-expanded=${expanded === undefined ? undefined : String(expanded)} disabled=${disabled}>${children}</button>`;
}

// A place to write. Its words are kept word by word while one types, and stay until what they were for is on disk.
export function Field({ live, name, label, value = "", hint = "", lines = 1, send, sendLabel = "Add", type = "text",
  options = null, hideLabel = false, keepAfter = false, focus = false }) {
  const [text, setText] = useState(live.drafts[name] ?? value);
  const [told, setTold] = useState("");
  const [busy, setBusy] = useState(false);
  const box = useRef(null);
  const id = useRef(newId("field")).current;
  useEffect(() => { if (focus && box.current) box.current.focus(); }, []);
  const write = (words) => { setText(words); live.draft(name, words); };
  const done = async () => {
    if (busy) return;
    setBusy(true);
    live.forget(name);
    const answer = (await send(text, name)) || {};
    setBusy(false);
    setTold(answer.refused || "");
    if (answer.refused) { live.draft(name, text); if (box.current) box.current.focus(); return; }
    if (!keepAfter) setText("");
    if (box.current) box.current.focus();
  };
  const isEnd = (event) => event.key === "Enter" && !event.isComposing && (lines === 1 || event.ctrlKey || event.metaKey);
  const shared = {
    id, ref: box, value: text, class: "dw-input", placeholder: hint, disabled: false, list: options ? `${id}-list` : undefined,
    "aria-invalid": told ? "true" : undefined, "aria-describedby": told ? `${id}-told` : undefined,
    onInput: (event) => write(event.target.value),
    onKeyDown: (event) => { if (send && isEnd(event)) { event.preventDefault(); done(); } },
  };
  return html`<div class="dw-field">
    <label class=${hideLabel ? "dw-unseen" : "dw-label"} for=${id}>${label}</label>
    <div class="dw-field-row">
      ${lines > 1 ? html`<textarea rows=${lines} ...${shared}></textarea>` : html`<input type=${type} autocomplete="off" ...${shared} />`}
      ${send && html`<${Button} kind="main" onPress=${done} disabled=${busy}>${sendLabel}<//>`}
    </div>
    ${options && html`<datalist id=${`${id}-list`}>${options.map((option) => html`<option value=${option} />`)}</datalist>`}
    ${told && html`<p class="dw-told" id=${`${id}-told`} role="alert">${told}</p>`}
  </div>`;
}

export function Pick({ label, value, options, onPick, hideLabel = false }) {
  const id = useRef(newId("pick")).current;
  return html`<div class="dw-field">
    <label class=${hideLabel ? "dw-unseen" : "dw-label"} for=${id}>${label}</label>
    <select id=${id} class="dw-input" value=${value} onChange=${(event) => onPick(event.target.value)}>
      ${options.map(([said, held]) => html`<option value=${held} selected=${held === value}>${said}</option>`)}
    </select></div>`;
}

// Several fields that are sent together. Each keeps its words as a draft under the form's name.
export function useForm(live, name, start) {
  const [held, setHeld] = useState(() => Object.fromEntries(
    Object.entries(start).map(([key, value]) => [key, live.drafts[`${name}.${key}`] ?? value])));
  return {
    held,
    set(key, value) { setHeld((before) => ({ ...before, [key]: value })); live.draft(`${name}.${key}`, value); },
    clear() { for (const key of Object.keys(start)) { live.forget(`${name}.${key}`); live.draft(`${name}.${key}`, ""); } setHeld(start); },
  };
}

// ---------------------------------------------------------------- said aloud, taken along

let voice;
export function say(text) {
  if (!voice) {
    voice = document.createElement("div");
    voice.className = "dw-unseen";
    voice.setAttribute("role", "status");
    voice.setAttribute("aria-live", "polite");
    document.body.append(voice);
  }
  voice.textContent = "";
  setTimeout(() => { voice.textContent = text; }, 30);
}

export function download(name, content, type) {
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

export function pngFrom(svg, scale = 2) {
  return new Promise((resolve, reject) => {
    const picture = new Image();
    picture.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = picture.width * scale;
      canvas.height = picture.height * scale;
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#ffffff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture is too large."))), "image/png");
    };
    picture.onerror = () => reject(new Error("The picture could not be drawn."));
    picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  });
}

// ---------------------------------------------------------------- a figure as it was frozen

let plotly;
async function plotlyFrom(live) {
  if (!plotly) {
    plotly = live.plotly().then((text) => {
      const held = { exports: {} };
      new Function("module", "exports", "define", text)(held, held.exports, undefined);
      return held.exports;
    });
  }
  return plotly;
}

export function Drawing({ live, drawing, alt }) {
  const place = useRef(null);
  useEffect(() => {
    let isGone = false;
    (async () => {
      const library = await plotlyFrom(live);
      if (isGone || !place.current || !drawing) return;
      const { data, layout } = JSON.parse(drawing);
      await library.newPlot(place.current, data, { ...layout, autosize: true, width: undefined }, { responsive: true, displayModeBar: false });
    })();
    return () => { isGone = true; };
  }, [drawing]);
  return html`<div class="dw-drawing" role="img" aria-label=${alt} ref=${place}></div>`;
}

// ---------------------------------------------------------------- the frame around a part

export function Frame({ live, part: Part, asked }) {
  const shown = useLive(live);
  if (!shown) return html`<p class="dw-team dw-waiting" role="status">Opening the room ...</p>`;
  return html`<div class="dw-team">
    ${live.status === "lost" && html`<p class="dw-lost" role="alert">The connection to the workbench is lost. What you sent is
      kept, and so are your words up to the last one. Wait a moment, or reload the page to go on.</p>`}
    <${Part} shown=${shown} live=${live} asked=${asked} />
  </div>`;
}
