// From a why to what is done about it: one form, one press, all of it written or nothing.

import {html, useState, useEffect, useLayoutEffect, useRef} from "./preact.js";
import {Button, Pick, newId, say, useForm} from "./kit.js";
import {ACTIONS_FIRST, actionsOf, asQuestion, hypothesisSentence} from "./whys_chain.js";

const OWN = ["in words of our own", ""];

export function HypothesisForm({ live, start, why, onDone }) {
  const about = why ? why.id : start.id;
  const because = asQuestion(why ? why.words : start.words);
  const form = useForm(live, `hypothesis.${about}`, emptyForm(because));
  const [measures, setMeasures] = useState([OWN]);
  const [told, setTold] = useState("");
  const [busy, setBusy] = useState(false);
  const id = useRef(newId("hypothesis")).current;
  const title = useRef(null), notice = useRef(null);
  const kept = (key) => live.drafts[`hypothesis.${about}.${key}`];
  const isBegun = useRef(Object.keys(form.held).some(kept)).current; // begun before: what was emptied then stays empty
  useLayoutEffect(() => { if (title.current) title.current.focus(); }, []);
  useEffect(() => {
    (async () => {
      const { got } = await live.fetch("hypothesis_choices", { start: start.id });
      if (!got) return;
      setMeasures([OWN, ...got.indicators]);
      if (isBegun) return;
      for (const [key, value] of Object.entries({ because, ...got.begin })) if (!kept(key)) form.set(key, value);
    })();
  }, []);
  const held = { ...form.held, lines: form.held.lines || String(ACTIONS_FIRST) };
  const named = (measures.find(([, name]) => name && name === held.indicator) || [""])[0];
  const measure = held.measured_by.trim() || (named ? named[0].toLowerCase() + named.slice(1) : "");
  const write = async () => {
    if (busy) return;
    setBusy(true);
    const answer = await live.act("write_hypothesis", { id, start: start.id, why: why ? why.id : "", ...held, actions: actionsOf(held) });
    setBusy(false);
    setTold(answer.refused || "");
    if (answer.refused && notice.current) notice.current.focus();
    if (answer.wrote) { form.clear(); say("Written down: the hypothesis, the plan, the actions, the change and the day of the look again."); onDone(); }
  };
  const line = (key, label, more = {}) => html`<${Line} label=${label} value=${held[key]} onInput=${(value) => form.set(key, value)} ...${more} />`;
  return html`<section class="dw-hyp" aria-label="What do we do about it?" onKeyDown=${(event) => { if (event.key === "Escape") { event.stopPropagation(); onDone(); } }}>
    <h3 tabindex="-1" ref=${title}>What do we do about it?</h3>
    <p class="dw-hyp-sentence" dir="auto">${hypothesisSentence(held, measure)}</p>
    ${line("change", "If we ...", { hint: "start the route twenty minutes earlier" })}
    ${line("then", "then ...", { hint: "its riders come on more days" })}
    ${line("because", "because ...")}
    <div class="dw-row">
      <${Pick} label="Measured by" value=${held.indicator} options=${measures} onPick=${(value) => form.set("indicator", value)} />
      ${!held.indicator && line("measured_by", "In your own words")}
      ${line("by", "To be seen by", { type: "date" })}
    </div>
    <div class="dw-row">${line("group", "For whom")}${line("now", "It stands at")}${line("aim", "and is to be")}</div>
    <fieldset class="dw-hyp-part"><legend>Who does what</legend>
      ${Array.from({ length: Number(held.lines) }, (_, place) => html`<div class="dw-hyp-action" key=${place}>
        ${line(`what${place}`, `Action ${place + 1}`)}${line(`who${place}`, `Who, ${place + 1}`)}${line(`by${place}`, `By when, ${place + 1}`, { type: "date" })}
      </div>`)}
      ${Number(held.lines) < MOST_LINES && html`<${Button} onPress=${() => form.set("lines", String(Number(held.lines) + 1))}>Another action<//>`}
    </fieldset>
    <fieldset class="dw-hyp-part"><legend>The change, and the look again</legend>
      <div class="dw-row">${line("starts", "It begins on", { type: "date" })}${line("owner", "Who answers for it")}${line("review", "We look again on", { type: "date" })}</div>
    </fieldset>
    ${told && html`<p class="dw-told" role="alert" tabindex="-1" ref=${notice}>${told}</p>`}
    <div class="dw-row"><${Button} kind="main" onPress=${write} disabled=${busy}>Write all of it down<//><${Button} onPress=${onDone}>Close<//>
      <span class="dw-whys-soft">What you typed stays when you close this.</span></div>
  </section>`;
}

const MOST_LINES = 12;

function emptyForm(because) {
  const first = {
    change: "", then: "", because, measured_by: "", indicator: "", by: "", group: "", now: "", aim: "",
    starts: "", owner: "", review: "", lines: String(ACTIONS_FIRST),
  };
  for (let place = 0; place < MOST_LINES; place += 1) Object.assign(first, { [`what${place}`]: "", [`who${place}`]: "", [`by${place}`]: "" });
  return first;
}

function Line({ label, value, onInput, type = "text", hint = "" }) {
  const id = useRef(newId("line")).current;
  return html`<div class="dw-field"><label class="dw-label" for=${id}>${label}</label>
    <input id=${id} type=${type} class="dw-input" autocomplete="off" dir="auto" value=${value} placeholder=${hint} onInput=${(event) => onInput(event.target.value)} /></div>`;
}

export function Hypotheses({ held }) {
  if (!held.length) return null;
  return html`<h3>What we do about it</h3>
    <ul class="dw-hyp-list">${held.map((one) => html`<li key=${one.id}>
      <p dir="auto">${one.sentence}</p>
      <ul>${one.actions.map((action, at) => html`<li key=${at} dir="auto">${[action.what, action.who, action.by && `by ${action.by}`, action.done && `done ${action.done}`].filter(Boolean).join(", ")}</li>`)}</ul>
      <p class="dw-whys-soft">${[one.starts && `Begins on ${one.starts}.`, one.review && `We look again on ${one.review}.`,
    one.for_a_goal ? "It belongs to the goal of this finding." : "No goal is written for this finding yet."].filter(Boolean).join(" ")}</p>
    </li>`)}</ul>`;
}
