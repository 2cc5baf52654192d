// Lists that several people write on: each entry is read, changed where it stands, and taken back. Nothing is cleared
// before it is on disk, and two who change the same thing see both texts.

import {html, useState, useRef} from "./preact.js";
import {Button, Editable, Field, newId, say} from "./kit.js";

// ---------------------------------------------------------------- small things

export function Remarks({ remarks = [] }) {
  return remarks.map((remark) => html`<p class="dw-gently" key=${remark}>${remark}</p>`);
}

export function Writer({ entry }) {
  const who = entry.yours ? "you" : entry.writer;
  return who ? html`<span class="dw-writer"><bdi>${who}</bdi></span>` : null;
}

export function TakeBack({ live, entry, label }) {
  const back = async () => {
    const told = await live.act("take_back", { entry: entry.id });
    if (!told.refused) say("Taken back. Undo brings it back.");
  };
  return html`<${Button} kind="quiet" label=${`Take back: ${label}`} onPress=${back}>Take back<//>`;
}

export function Empty({ children }) { return html`<p class="dw-empty">${children}</p>`; }

// ---------------------------------------------------------------- a list of sentences

// One sentence after another. ``kind`` is the entry's kind, ``more`` what else an act takes, such as the figure.
export function Sentences({ live, entries, kind, label, adds, changes, isOver, more = {}, place = "", empty, detail = null, hint = "", lines = 1 }) {
  const told = (answer) => { if (!answer.refused) say("Written."); return answer; };
  const add = (words, field) => live.act(adds, { id: newId(kind), words, field, ...more }).then(told);
  const change = (entry) => (words, seen) => live.act(changes, { [kind]: entry.id, words, ...seen });
  return html`
    ${entries.length === 0 && empty && html`<${Empty}>${empty}<//>`}
    <ul class="dw-entries">${entries.map((entry) => html`<li key=${entry.id} class="dw-entry">
      ${isOver || entry.yours === false && kind === "prediction" ? html`<div class="dw-kept-words" dir="auto">${entry.words}</div>` : html`
        <${Editable} live=${live} id=${entry.id} version=${entry.version} value=${entry.words} label=${label} lines=${lines}
          save=${change(entry)} actions=${html`<${TakeBack} live=${live} entry=${entry} label=${entry.words} />`} />`}
      <${Writer} entry=${entry} />
      ${detail && detail(entry)}
      <${Remarks} remarks=${entry.remarks} />
    </li>`)}</ul>
    ${!isOver && adds && html`<${Field} live=${live} name=${`${place}:${kind}`} label=${label} hint=${hint} send=${add} lines=${lines} />`}`;
}

// ---------------------------------------------------------------- several fields that are sent together

const shownAs = { text: "text", day: "date" };

function FormField({ spec, value, set, id, told }) {
  const shared = { id: `${id}-${spec.key}`, class: "dw-input", value, dir: "auto", "aria-describedby": told ? `${id}-told` : undefined,
    onInput: (event) => set(event.target.value) };
  const control = spec.options ? html`<select ...${{ ...shared, onInput: undefined }} onChange=${(event) => set(event.target.value)}>
      ${spec.options.map(([said, held]) => html`<option value=${held} selected=${held === value}>${said}</option>`)}</select>`
    : spec.lines ? html`<textarea rows=${spec.lines} ...${shared}></textarea>`
      : html`<input type=${shownAs[spec.type || "text"]} autocomplete="off" list=${spec.offer ? `${id}-${spec.key}-list` : undefined} ...${shared} />`;
  return html`<div class=${`dw-field dw-field-${spec.width || "middle"}`}>
    <label class="dw-label" for=${`${id}-${spec.key}`}>${spec.label}</label>${control}
    ${spec.offer && html`<datalist id=${`${id}-${spec.key}-list`}>${spec.offer.map((one) => html`<option value=${one} />`)}</datalist>`}
  </div>`;
}

export function started(drafts, name, start) {
  return Object.fromEntries(Object.entries(start).map(([key, value]) => [key, drafts[`${name}.${key}`] ?? value]));
}

// ``send(held)`` writes it; the words stay where it is refused, and come back after a reload until then.
export function Form({ live, name, fields, start, send, sendLabel, onCancel, onDone, label, needs = [] }) {
  const [held, setHeld] = useState(() => started(live.drafts, name, start));
  const [told, setTold] = useState("");
  const [busy, setBusy] = useState(false);
  const id = useRef(newId("form")).current, first = useRef(null);
  const set = (key) => (value) => { setHeld((before) => ({ ...before, [key]: value })); live.draft(`${name}.${key}`, value); };
  const drop = () => { for (const key of Object.keys(start)) if (live.drafts[`${name}.${key}`]) { live.draft(`${name}.${key}`, ""); live.forget(`${name}.${key}`); } };
  const done = async (event) => {
    event.preventDefault();
    if (busy) return;
    const missing = needs.find((key) => !String(held[key] || "").trim());
    if (missing) { setTold(`${fields.find((spec) => spec.key === missing).label}: a few words are needed here first.`); focusOn(missing); return; }
    setBusy(true);
    const sent = held, answer = await send(held);
    setBusy(false);
    setTold(answer.refused || "");
    if (answer.refused) return;
    drop();
    setHeld((now) => Object.fromEntries(Object.entries(start).map(([key, value]) => [key, now[key] === sent[key] ? value : now[key]])));
    focusOn(fields[0].key);
    if (onDone) onDone(answer);
  };
  const focusOn = (key) => { const box = first.current && first.current.querySelector(`#${id}-${key}`); if (box) box.focus(); };
  // JupyterLab keeps a press of Enter from the form around a field, so the form is told here.
  const enter = (event) => { if (event.key === "Enter" && event.target.tagName === "INPUT" && !event.isComposing) done(event); };
  return html`<form class="dw-form" ref=${first} onSubmit=${done} onKeyDown=${enter} aria-label=${label}>
    <div class="dw-row">${fields.map((spec) => html`<${FormField} key=${spec.key} spec=${spec} id=${id} value=${held[spec.key]} set=${set(spec.key)} told=${told} />`)}
      <div class="dw-form-end"><button type="submit" class="dw-button dw-button-main" aria-disabled=${busy ? "true" : undefined}>${sendLabel}</button>
      ${onCancel && html`<${Button} onPress=${() => { drop(); onCancel(); }}>Cancel<//>`}</div></div>
    ${told && html`<p class="dw-told" id=${`${id}-told`} role="alert">${told}</p>`}
  </form>`;
}

// An entry of several fields, changed where it stands. ``fields`` name the entry's own keys. A form that was left open opens
// again after a reload, against the version that was seen, so that what others changed since is told.
export function Record({ live, entry, kind, fields, changes, label, isOver, children, actions = null, more = {} }) {
  const mark = `form:${entry.id}.seen`;
  const [seen, setSeen] = useState(() => Number(live.drafts[mark]) || null);
  const begun = useRef(entry);
  if (seen === null) begun.current = entry;
  const open = () => { live.draft(mark, String(entry.version)); setSeen(entry.version); };
  const close = () => { live.draft(mark, ""); live.forget(mark); setSeen(null); };
  const send = (held) => live.act(changes, { ...more, [kind]: entry.id, ...held, changes: entry.id, seen });
  if (seen === null) {
    return html`<div class="dw-kept"><div class="dw-kept-words">${children}</div>${!isOver && html`
      <${Button} kind="quiet" label=${`Change: ${label}`} onPress=${open}>Change<//>`}</div>`;
  }
  const start = Object.fromEntries(fields.map(({ key }) => [key, begun.current[key] || ""]));
  return html`<div class="dw-kept dw-kept-open">
    ${entry.version > seen && html`<div class="dw-clash" role="alert"><p><strong>Somebody changed this while you were writing.</strong> Yours
      stands below; theirs reads:</p><div>${children}</div><div class="dw-row"><${Button} onPress=${close}>Keep theirs<//>
      <${Button} onPress=${open}>Go on with yours<//></div></div>`}
    <${Form} live=${live} name=${`form:${entry.id}`} label=${`Change: ${label}`} fields=${fields} start=${start}
      send=${send} sendLabel="Save" onCancel=${close} onDone=${() => { say("Changed."); close(); }} />
    ${actions}<${TakeBack} live=${live} entry=${entry} label=${label} />
  </div>`;
}
