// Evidence from the data: choose a measure and what it is set beside, look, and pin exactly what was seen.

import {html, useState, useEffect, useLayoutEffect, useRef} from "./preact.js";
import {Button, Pick, newId, say} from "./kit.js";
import {axisOf, chosenFor, drawn, ticksOf, tickText} from "./evidence_drawing.js";

// Two figures as dots with their likely ranges. The words beside it say the same, so a screen reader passes it over.
export function DotsAndRanges({ look }) {
  const rows = [[look.group, look.figure, "own"], [look.other, look.against, "other"]].filter(([, held]) => held);
  const axis = axisOf(rows.map(([, held]) => held), look.unit);
  return html`<div class="dw-ev-drawing" aria-hidden="true">
    ${rows.map(([name, held, kind]) => html`<div class="dw-ev-row" key=${kind}>
      <span class="dw-ev-name">${name.charAt(0).toUpperCase() + name.slice(1)}</span>
      <${Dot} place=${drawn(held, axis)} kind=${kind} />
      <span class="dw-ev-figure">${held.said}</span>
    </div>`)}
    <div class="dw-ev-row dw-ev-axis"><span></span><${Axis} axis=${axis} unit=${look.unit} /><span></span></div>
  </div>`;
}

function Dot({ place, kind }) {
  const hasRange = place.low !== null && place.high !== null;
  return html`<svg class=${`dw-ev-dot dw-ev-dot-${kind}`} height="26" focusable="false">
    <line class="dw-ev-rule" x1="0" x2="100%" y1="13" y2="13" />
    ${hasRange && html`<line class="dw-ev-range" x1=${`${place.low}%`} x2=${`${place.high}%`} y1="13" y2="13" />`}
    <circle cx=${`${place.dot}%`} cy="13" r="7" />
  </svg>`;
}

function Axis({ axis, unit }) {
  const ticks = ticksOf(axis);
  return html`<svg class="dw-ev-ticks" height="22" focusable="false">${ticks.map((tick) => {
    const at = ((tick - axis.from) / (axis.to - axis.from)) * 100;
    const anchor = at < 5 ? "start" : at > 95 ? "end" : "middle";
    return html`<text x=${`${at}%`} y="16" text-anchor=${anchor}>${tickText(tick, unit)}</text>`;
  })}</svg>`;
}

// What was pinned, or is about to be: the drawing, the sentence, and what it cannot tell.
export function Looked({ look }) {
  return html`<div class="dw-ev-look">
    ${!look.cannot && html`<${DotsAndRanges} look=${look} />`}
    <p class="dw-ev-words">${look.words}</p>
    ${look.caveats.length > 0 && html`<div class="dw-ev-caveats"><p class="dw-ev-caveats-title">What it can't tell</p>
      <ul>${look.caveats.map((said) => html`<li key=${said}>${said}</li>`)}</ul></div>`}
  </div>`;
}

// The chooser. ``about`` is the cause or the why, ``words`` what it says, ``preset`` a question that was asked before.
export function EvidenceChooser({ live, about, words = "", preset = null, onDone = () => {} }) {
  const id = useRef(newId("evidence")).current;
  const title = useRef(null);
  const [look, setLook] = useState(null);
  const [told, setTold] = useState("");
  const [busy, setBusy] = useState(false);
  useLayoutEffect(() => { if (title.current) title.current.focus(); }, []);
  useEffect(() => { if (preset) see({ asked: preset }); }, []);

  async function see(asked) {
    setBusy(true); setTold(""); setLook(null);
    const answer = await live.fetch("evidence_preview", { about, ...asked });
    setBusy(false);
    if (answer.got) { setLook(answer.got); say(answer.got.words); } else setTold(answer.refused || LATE);
  }
  const close = (event) => { if (event.key === "Escape") { event.stopPropagation(); onDone(null); } };
  return html`<section class="dw-ev" aria-labelledby=${id} onKeyDown=${close}>
    <div class="dw-ev-head"><h3 id=${id} tabindex="-1" ref=${title}>What do the data say?</h3>
      <${Button} kind="quiet" onPress=${() => onDone(null)}>Close<//></div>
    ${words && html`<p class="dw-ev-about">About: ${words}</p>`}
    ${preset ? html`<p>The same question again, on the data of today. What was pinned before stays as it is.</p>`
    : html`<${Question} live=${live} about=${about} busy=${busy} onChange=${() => setLook(null)} onAsk=${see} />`}
    ${busy && html`<p role="status">Looking at the data ...</p>`}
    ${told && html`<p class="dw-told" role="alert">${told}</p>`}
    ${look && html`<${Looked} look=${look} /><${Pinning} live=${live} about=${about} look=${look} onDone=${onDone} key=${look.mark} />`}
  </section>`;
}

const LATE = "The data take long today. Try again.";

function Question({ live, about, busy, onChange, onAsk }) {
  const [offered, setOffered] = useState(null);
  const [indicator, setIndicator] = useState("");
  const [known, setKnown] = useState(null);
  const [chosen, setChosen] = useState({});
  const [compared, setCompared] = useState("others");
  const [thing, setThing] = useState("");
  const [told, setTold] = useState("");
  const latest = useRef("");

  useEffect(() => { (async () => {
    const answer = await live.fetch("evidence_choices", { about });
    if (!answer.got) { setTold(answer.refused || LATE); return; }
    setOffered(answer.got);
    setChosen(answer.got.chosen);
    await take(answer.got.indicator);
  })(); }, []);

  async function take(name) {
    latest.current = name;
    setIndicator(name); onChange();
    const answer = await live.fetch("evidence_choices_of", { indicator: name });
    if (latest.current !== name) return;
    if (!answer.got) { setTold(answer.refused || LATE); return; }
    setKnown(answer.got);
    setCompared((held) => (answer.got.compared.some(([, way]) => way === held) ? held : answer.got.compared[0][1]));
  }
  if (told) return html`<p class="dw-told" role="alert">${told}</p>`;
  if (!offered || !known) return html`<p role="status">Looking what there is ...</p>`;
  const change = (name, value) => { setChosen({ ...chosen, [name]: value }); setThing(""); onChange(); };
  const asked = { indicator, chosen: chosenFor(chosen, known.columns, offered, indicator), compared, thing };
  const year = chosen.school_year || known.years[0][1];
  return html`<div class="dw-ev-question">
    <div class="dw-ev-picks">
      <${Pick} label="Measure" value=${indicator} options=${offered.indicators} onPick=${(held) => { setThing(""); take(held); }} />
      <${Pick} label="School year" value=${year} options=${known.years} onPick=${(held) => change("school_year", held)} />
      ${known.columns.map(({ name, label, options }) => html`<${Pick} key=${name} label=${label} value=${chosen[name] || ""} options=${options}
        onPick=${(held) => change(name, held)} />`)}
      <${Pick} label="Set beside" value=${compared} options=${known.compared} onPick=${(held) => { setCompared(held); onChange(); }} />
      ${compared === "with" && html`<${Things} live=${live} asked=${asked} thing=${thing} onPick=${(held) => { setThing(held); onChange(); }} />`}
    </div>
    <p class="dw-ev-sentence">${known.sentence}</p>
    <${Button} kind="main" disabled=${busy} onPress=${() => onAsk({ ...asked, chosen: { ...asked.chosen, school_year: year } })}>Look at the data<//>
  </div>`;
}

// What some of the students have and others not, as far as the data know: bus routes, programs, a move, a class.
function Things({ live, asked, thing, onPick }) {
  const [things, setThings] = useState(null);
  const [told, setTold] = useState("");
  const wanted = JSON.stringify([asked.indicator, asked.chosen]);
  useEffect(() => {
    let isGone = false;
    setThings(null); setTold("");
    (async () => {
      const answer = await live.fetch("evidence_things", { ...asked, thing: "" });
      if (isGone) return;
      if (!answer.got) { setTold(answer.refused || LATE); return; }
      setThings(answer.got);
      if (answer.got.length) onPick(answer.got[0]);
    })();
    return () => { isGone = true; };
  }, [wanted]);
  if (told) return html`<p class="dw-told" role="alert">${told}</p>`;
  if (!things) return html`<p role="status">Looking what some have and others not ...</p>`;
  if (!things.length) return html`<p>Of these students nothing is known that enough have and enough have not.</p>`;
  return html`<${Pick} label="Who has it" value=${thing} options=${things.map((held) => [held, held])} onPick=${onPick} />`;
}

// On which side it counts is for the team to say, so neither is chosen before.
function Pinning({ live, about, look, onDone }) {
  const name = useRef(newId("side")).current;
  const evidence = useRef(newId("evidence")).current;
  const [side, setSide] = useState("");
  const [told, setTold] = useState("");
  const [busy, setBusy] = useState(false);
  const pin = async () => {
    if (busy) return;
    if (!look.cannot && !side) { setTold("Say first on which side it counts."); return; }
    setBusy(true);
    const answer = await live.act("pin_evidence", { id: evidence, about, mark: look.mark, asked: look.asked, side });
    setBusy(false);
    setTold(answer.refused || "");
    if (answer.wrote) { say("Pinned."); onDone(answer.wrote); }
  };
  return html`<div class="dw-ev-pin">
    ${!look.cannot && html`<fieldset class="dw-ev-sides"><legend>For the team to say: does this speak for it, or against it?</legend>
      ${[["for", "It speaks for it"], ["against", "It speaks against it"]].map(([value, words]) => html`<label key=${value}>
        <input type="radio" name=${name} value=${value} checked=${side === value} onChange=${() => { setSide(value); setTold(""); }} /> ${words}</label>`)}
    </fieldset>`}
    <${Button} kind="main" onPress=${pin} disabled=${busy}>${look.cannot ? "Pin that it can't be said" : "Pin it"}<//>
    ${told && html`<p class="dw-told" role="alert">${told}</p>`}
  </div>`;
}

const SIDES = { for: "for", against: "against" };
const KINDS = { data: "Data", observation: "Observation", opinion: "Opinion", none: "Not known" };

// One piece of evidence, small; its words, figures and limits open below it.
export function EvidenceChip({ held, onAgain = null, onTakeBack = null }) {
  const side = held.kind === "none" ? "" : ` ${SIDES[held.side]}`;
  const figures = held.data && held.data.figure ? [held.data.figure, held.data.against].filter(Boolean).map((figure) => figure.said).join(" beside ") : "";
  return html`<details class=${`dw-ev-chip dw-ev-chip-${held.kind === "none" ? "none" : held.side}`}>
    <summary><span class="dw-ev-kind">${KINDS[held.kind]}${side}</span> <span class="dw-ev-short">${figures ? `${figures}, ${held.source}` : held.words}</span>
      ${held.data && held.data.is_older && html`<span class="dw-ev-older">newer data are there</span>`}</summary>
    <p dir="auto">${held.words}</p>
    ${held.caveat && html`<p class="dw-ev-caveat">${held.caveat}</p>`}
    <p class="dw-ev-source">${[held.source && `Source: ${held.source}`, held.data && held.data.day && `data of ${held.data.day}`, held.by].filter(Boolean).join("; ")}</p>
    <div class="dw-row">
      ${onAgain && held.data && held.data.is_older && held.data.asked && html`<${Button} onPress=${onAgain}>Look again on the newer data<//>`}
      ${onTakeBack && html`<${Button} kind="quiet" onPress=${onTakeBack}>Take this evidence back<//>`}
    </div>
  </details>`;
}
