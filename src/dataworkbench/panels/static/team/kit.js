// What every part of the team room stands on: the talk with the kernel, fields that lose nothing, buttons, the clock.
// Words go in as text only. A screen asks its kernel again and again; the kernel answers what this seat may see.

import {html, useState, useEffect, useLayoutEffect, useErrorBoundary, useRef} from "./preact.js";
import {newId as makeId} from "./talk.js";

export const newId = makeId;

// ---------------------------------------------------------------- what is shown

export function useLive(live) {
  const [, again] = useState(0);
  useEffect(() => {
    const leave = live.listen(() => again((count) => count + 1));
    again((count) => count + 1);        // what came before this began to listen
    return leave;
  }, [live]);
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

// ---------------------------------------------------------------- things to press and to write in

export function Button({ onPress, children, kind = "plain", label, pressed, disabled, expanded }) {
  return html`<button type="button" class=${`dw-button dw-button-${kind}`} onClick=${onPress} aria-label=${label}
    aria-pressed=${pressed === undefined ? undefined : String(pressed)}
    aria-expanded=${expanded === undefined ? undefined : String(expanded)} disabled=${disabled}>${children}</button>`;
}

// A place to write. Its words are kept word by word while one types. What was sent stays to be seen until it is on disk, and
// comes back into the place where it is refused. ``send`` gets the words and the field's name, for ``given.field``.
export function Field({ live, name, label, value = "", hint = "", lines = 1, send, sendLabel = "Add", type = "text",
  options = null, hideLabel = false, keepAfter = false, focus = false, onCancel }) {
  const [text, setText] = useState(live.drafts[name] ?? value);
  const [slips, setSlips] = useState([]);
  const [told, setTold] = useState("");
  const box = useRef(null), latest = useRef(text), id = useRef(newId("field")).current;
  latest.current = text;
  useLayoutEffect(() => { if (focus && box.current) box.current.focus(); }, []);
  const put = (words) => { latest.current = words; setText(words); };
  const write = (words) => { put(words); live.draft(name, words); };

  const back = (words, said) => {
    setTold(said);
    if (!latest.current.trim()) write(words);
    else if (latest.current !== words) write(`${words}${lines > 1 ? "\n" : " "}${latest.current}`);
    if (box.current) box.current.focus();
  };
  const done = async () => {
    const words = latest.current, key = newId("slip");
    if (!words.trim() && !keepAfter) { if (box.current) box.current.focus(); return; }
    if (slips.length && keepAfter) return;
    setTold("");
    setSlips((held) => [...held, { key, words }]);
    const answer = send(words, name);
    if (!keepAfter) put("");
    if (box.current) box.current.focus();
    const { refused } = (await answer) || {};
    setSlips((held) => held.filter((slip) => slip.key !== key));
    if (refused) back(words, refused);
  };
  const isEnd = (event) => event.key === "Enter" && !event.isComposing && (lines === 1 || event.ctrlKey || event.metaKey);
  const shared = {
    id, ref: box, value: text, class: "dw-input", placeholder: hint, list: options ? `${id}-list` : undefined, dir: "auto",
    "aria-invalid": told ? "true" : undefined, "aria-describedby": told ? `${id}-told` : undefined,
    onInput: (event) => write(event.target.value),
    onKeyDown: (event) => {
      if (send && isEnd(event)) { event.preventDefault(); done(); }
      if (onCancel && event.key === "Escape") { event.preventDefault(); onCancel(); }
    },
  };
  return html`<div class="dw-field">
    <label class=${hideLabel ? "dw-unseen" : "dw-label"} for=${id}>${label}</label>
    <div class="dw-field-row">
      ${lines > 1 ? html`<textarea rows=${lines} ...${shared}></textarea>` : html`<input type=${type} autocomplete="off" ...${shared} />`}
      ${send && html`<${Button} kind="main" onPress=${done}>${sendLabel}<//>`}
      ${onCancel && html`<${Button} onPress=${onCancel}>Cancel<//>`}
    </div>
    ${options && html`<datalist id=${`${id}-list`}>${options.map((option) => html`<option value=${option} />`)}</datalist>`}
    ${!keepAfter && slips.map((slip) => html`<p class="dw-slip" key=${slip.key}>Being written: <bdi>${slip.words}</bdi></p>`)}
    ${told && html`<p class="dw-told" id=${`${id}-told`} role="alert">${told}</p>`}
  </div>`;
}

// The version that somebody had before their eyes when they began to change an entry, where they have not finished.
export function editedAt(drafts, entry) {
  const begin = `edit:${entry}@`;
  const found = Object.keys(drafts).find((field) => field.startsWith(begin) && drafts[field] !== "");
  return found ? Number(found.slice(begin.length)) : null;
}

// Something that is there to be read, and is changed where it stands. ``save(words, {changes, seen, field})`` writes it.
// Where somebody else changed it meanwhile, both texts stand side by side until the writer has decided.
export function Editable({ live, id, version, value, label, lines = 1, save, children, actions = null }) {
  const [seen, setSeen] = useState(() => editedAt(live.drafts, id));
  const field = `edit:${id}@${seen}`;
  const stop = () => { live.draft(field, ""); live.forget(field); setSeen(null); };
  const write = async (words, name) => {
    const told = await save(words, { changes: id, seen, field: name });
    if (!told.refused) { say("Changed."); setSeen(null); }
    return told;
  };
  if (seen === null) {
    return html`<div class="dw-kept"><div class="dw-kept-words" dir="auto">${children ?? value}</div>
      <${Button} kind="quiet" label=${`Change: ${value}`} onPress=${() => setSeen(version)}>Change<//></div>`;
  }
  const mine = live.drafts[field] ?? value;
  return html`<div class="dw-kept dw-kept-open">
    ${version > seen && html`<div class="dw-clash" role="alert">
      <p><strong>Somebody changed this while you were writing.</strong> Nothing is lost; decide which one stands.</p>
      <div class="dw-two"><div><p class="dw-label">Theirs</p><p dir="auto">${value}</p></div>
        <div><p class="dw-label">Yours</p><p dir="auto">${mine}</p></div></div>
      <div class="dw-row"><${Button} onPress=${stop}>Keep theirs<//>
        <${Button} onPress=${() => { live.draft(field, ""); live.draft(`edit:${id}@${version}`, mine); setSeen(version); }}>Go on with yours<//></div>
    </div>`}
    <${Field} key=${field} live=${live} name=${field} label=${label} value=${value} lines=${lines} keepAfter focus
      send=${write} sendLabel="Save" onCancel=${stop} />
    ${actions}
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

function grows(name, within) {
  if (name === "size") return /font$/.test(within) || within === "marker";
  return within === "margin" || (within === "layout" && name === "height") || name === "xshift" || name === "yshift";
}

// A drawing with letters as large as those around it: what was drawn for a page is read on a wall.
export function larger(value, by, within = "") {
  if (Array.isArray(value)) return value.map((one) => larger(one, by, within));
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name,
    typeof held === "number" && grows(name, within) ? held * by : larger(held, by, name)]));
}

function lettersOf(place) { return Math.max(1, parseFloat(getComputedStyle(place).fontSize) / 16); }

export function Drawing({ live, drawing, alt }) {
  const place = useRef(null);
  useEffect(() => {
    let isGone = false, library;
    (async () => {
      library = await plotlyFrom(live);
      if (isGone || !place.current || !drawing) return;
      const { data, layout } = larger(typeof drawing === "string" ? JSON.parse(drawing) : drawing, lettersOf(place.current));
      const fitted = { ...layout, autosize: true, width: undefined };
      await library.newPlot(place.current, data, fitted, { responsive: true, displayModeBar: false });
    })();
    return () => { isGone = true; if (library && place.current) library.purge(place.current); };
  }, [drawing]);
  return html`<div class="dw-drawing" role="img" aria-label=${alt} ref=${place}></div>`;
}

// ---------------------------------------------------------------- the frame around a part

export function Undo({ live }) {
  useLive(live);
  return html`<${Button} onPress=${() => live.undo().then((told) => say(told.refused || "Taken back."))}
    disabled=${!live.done.length} label="Undo what I did last">Undo<//>`;
}

function Standing({ live }) {
  if (live.status === "slow") return html`<p class="dw-slow" role="status">The workbench is busy. Go on writing: your words are kept.</p>`;
  if (live.status !== "lost") return null;
  return html`<div class="dw-lost" role="alert"><p>The connection to the workbench is lost. What you sent is kept, and so are your
    words. Wait a moment; if this stays, reload the page.</p><${Button} onPress=${() => window.location.reload()}>Reload the page<//></div>`;
}

function Refusal({ live }) {
  if (!live.refusal) return null;
  const close = () => { live.refusal = ""; live.tell(); };
  return html`<div class="dw-refusal" role="alert"><p>${live.refusal}</p><${Button} onPress=${close} label="Close this message">Close<//></div>`;
}

// Where something cannot be drawn, it says so in its own place, and all around it goes on.
export function Safely({ what = "This part", children }) {
  const [fault, again] = useErrorBoundary((met) => console.warn(met));
  if (!fault) return children;
  return html`<div class="dw-refusal" role="alert"><p>${what} cannot be shown just now. What was written is kept. Try again; if it stays
    so, reload the page and tell the data office.</p><${Button} onPress=${again}>Try again<//></div>`;
}

// In JupyterLab letters are shortcuts and Enter opens a cell; not on what has the focus in here.
function letAlone(event) { event.target.setAttribute("data-lm-suppress-shortcuts", "true"); }

export function Frame({ live, part: Part, asked }) {
  const shown = useLive(live);
  const isOpen = shown && live.ready;
  return html`<div class="dw-team" data-lm-suppress-shortcuts="true" onfocusin=${letAlone}>
    ${!isOpen && !live.refusal && html`<p class="dw-waiting" role="status">Opening the room ...</p>`}
    <${Standing} live=${live} />
    <${Refusal} live=${live} />
    ${isOpen && html`<${Safely} what="The room"><${Part} shown=${shown} live=${live} asked=${asked} /><//>`}
  </div>`;
}
