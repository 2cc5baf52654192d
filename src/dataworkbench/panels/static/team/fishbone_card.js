// The card of one cause: its words, its bone, its dots, what speaks for it and against it, in whose control it lies, what is
// to be checked, what says the same, and why it was ruled out.

import {html, useState, useEffect, useRef} from "./preact.js";
import {EvidenceChooser} from "./evidence.js";
import {Button, Editable, Field, Pick, newId, say} from "./kit.js";

export const KINDS = [["data", "data"], ["observation", "something we saw"], ["opinion", "an opinion"], ["none", "we looked and found nothing"]];
const SIDES = [["for", "for it"], ["against", "against it"]];
const CONTROLS = [["ours", "Ours to change"], ["influence", "We can influence it"], ["outside", "Outside our control"]];

export function Dialog({ title, close, children, side = false }) {
  const place = useRef(null), id = useRef(newId("title")).current;
  useEffect(() => {
    const dialog = place.current, before = document.activeElement;
    dialog.showModal();
    return () => { if (dialog.open) dialog.close(); if (before && before.isConnected) before.focus(); };
  }, []);
  return html`<dialog ref=${place} class=${`dw-fb-dialog ${side ? "dw-fb-dialog-side" : ""}`} aria-labelledby=${id}
      onCancel=${(event) => { if (event.target === place.current) { event.preventDefault(); close(); } }}>
    <div class="dw-fb-dialog-top"><h2 id=${id} tabindex="-1" dir="auto">${title}</h2><${Button} onPress=${close}>Close<//></div>
    ${children}</dialog>`;
}

// An act from a card: what it said is told in the card, which lies above everything else.
export function useCardAct(live, fishbone) {
  const [told, setTold] = useState({ text: "", isWrong: false });
  const act = async (name, given, done = "") => {
    const answer = await live.act(name, { fishbone, ...given });
    if (answer.refused) live.refusal = "";
    setTold(answer.refused ? { text: answer.refused, isWrong: !given.field } : { text: done, isWrong: false });
    return answer;
  };
  const shown = html`<p class=${told.isWrong ? "dw-told" : "dw-fb-card-told"} role=${told.isWrong ? "alert" : "status"}>${told.text}</p>`;
  return [act, shown];
}

// The version at which the words last changed, as this screen saw it, and what they were at each.
export function useWordsSeen(id, version, words) {
  const seen = useRef({ id: "", at: {}, now: 0 });
  const held = seen.current;
  if (held.id !== id) { held.id = id; held.at = {}; held.now = 0; }
  if (!held.now || held.at[held.now] !== words) { held.now = version; held.at[version] = words; }
  return { version: held.now, was: (at) => (at in held.at ? { words: held.at[at] } : undefined) };
}

export function Words({ live, cause, act, label = "The cause" }) {
  const seen = useWordsSeen(cause.id, cause.version, cause.words);
  const save = (words, more) => act("change_cause", { cause: cause.id, words, was: seen.was(more.seen), ...more });
  return html`<${Editable} live=${live} id=${cause.id} version=${seen.version} value=${cause.words} label=${label} save=${save} />`;
}

function Remarks({ remarks }) {
  if (!remarks.length) return null;
  return html`<ul class="dw-fb-remarks" aria-label="To think about">${remarks.map((one) => html`<li key=${one.rule}>${one.text}</li>`)}</ul>`;
}

export function Dots({ cause, bone, act }) {
  const put = () => act("vote", { id: newId("vote"), cause: cause.id }, "Your dot is on it.");
  const take = () => act("unvote", { vote: cause.mine[cause.mine.length - 1] }, "Your dot is back.");
  return html`<section><h3>Dots</h3>
    <p>${count(cause.dots, "dot")}${cause.mine.length ? `, ${cause.mine.length} of them yours` : ""}. ${bone.phase === "vote" ? leftText(bone) : ""}</p>
    ${bone.phase === "vote" && html`<div class="dw-row"><${Button} onPress=${put} disabled=${bone.dots_left < 1 || Boolean(cause.ruled_out)}>Put a dot<//>
      <${Button} onPress=${take} disabled=${!cause.mine.length}>Take one back<//></div>`}</section>`;
}

export function count(many, word) { return `${many || "No"} ${word}${many === 1 ? "" : "s"}`; }

export function leftText(bone) {
  const left = Math.max(0, bone.dots_left);
  return left ? `You have ${left} of ${bone.votes_each} ${bone.votes_each === 1 ? "dot" : "dots"} left.` : "You have put all your dots.";
}

function Piece({ piece, act }) {
  const source = [piece.source && `Source: ${piece.source}`, piece.indicator_title && `Indicator: ${piece.indicator_title}`,
    piece.figure && `Figure: ${piece.figure}`, piece.against && `set beside ${piece.against}`, piece.caveat, piece.day && `data of ${piece.day}`];
  const take = () => act("take_back_cause_evidence", { evidence: piece.id }, "Taken back.");
  return html`<li><span class=${`dw-fb-kind dw-fb-kind-${piece.side}`}>${piece.side === "for" ? "+" : "\u2212"} ${piece.kind === "none" ? "nothing found" : piece.kind}</span>
    <span dir="auto">${piece.words}</span>
    ${source.some(Boolean) && html`<small>${source.filter(Boolean).join(". ")}</small>`}
    <${Button} kind="quiet" label=${`Take back this evidence: ${piece.words}`} onPress=${take}>Take back<//></li>`;
}

function Known({ live, cause, act, choices }) {
  const [kind, setKind] = useState("observation"), [side, setSide] = useState("for"), [indicator, setIndicator] = useState("");
  const [source, setSource] = useState("");
  const send = async (words, field) => {
    const given = { id: newId("evidence"), cause: cause.id, words, kind, side, source, indicator, field };
    const told = await act("add_cause_evidence", given, "Evidence added.");
    if (!told.refused) { setSource(""); setIndicator(""); }
    return told;
  };
  return html`<section><h3>What we know</h3>
    <ul class="dw-fb-known">${cause.told && html`<li><span class="dw-fb-kind dw-fb-kind-for">+ ${cause.told.kind || "opinion"}</span> <span dir="auto">${cause.told.words}</span></li>`}
      ${cause.evidence.map((piece) => html`<${Piece} key=${piece.id} piece=${piece} act=${act} />`)}</ul>
    ${!cause.evidence.length && !cause.told && html`<p>Nothing yet. What have you seen, and what speaks against it?</p>`}
    <div class="dw-row"><${Pick} label="It speaks" value=${side} options=${SIDES.map(flip)} onPick=${setSide} />
      <${Pick} label="It is" value=${kind} options=${KINDS.map(flip)} onPick=${setKind} /></div>
    <div class="dw-row"><${Plain} label="Source, if there is one" value=${source} onText=${setSource} />
      <${Pick} label="Indicator, if there is one" value=${indicator} options=${[["none", ""], ...choices.indicators]} onPick=${setIndicator} /></div>
    <${Field} live=${live} name=${`known ${cause.id}`} label="What is known" hint="A figure, a visit, a talk" send=${send} />
    ${live.shown.evidence && html`<${FromData} live=${live} cause=${cause} />`}</section>`;
}

function FromData({ live, cause }) {
  const [isOpen, setOpen] = useState(false);
  if (!isOpen) return html`<p><${Button} onPress=${() => setOpen(true)}>Look in the data<//></p>`;
  return html`<${EvidenceChooser} live=${live} about=${cause.id} words=${cause.words} onDone=${() => setOpen(false)} />`;
}

function flip([held, said]) { return [said, held]; }

export function Plain({ label, value, onText, type = "text", options = null, hint = "" }) {
  const id = useRef(newId("plain")).current;
  return html`<div class="dw-field"><label class="dw-label" for=${id}>${label}</label>
    <input id=${id} class="dw-input" type=${type} value=${value} placeholder=${hint} autocomplete="off" dir="auto" list=${options ? `${id}-list` : undefined}
      onInput=${(event) => onText(event.target.value)} />
    ${options && html`<datalist id=${`${id}-list`}>${options.map((one) => html`<option key=${one} value=${one} />`)}</datalist>`}</div>`;
}

function Control({ cause, act }) {
  const set = (control) => () => act("control_cause", { cause: cause.id, control: control === cause.control ? "" : control }, "Noted.");
  return html`<section role="group" aria-label="In whose control"><h3>In whose control?</h3><div class="dw-row">
    ${CONTROLS.map(([held, said]) => html`<${Button} key=${held} pressed=${cause.control === held} onPress=${set(held)}>${said}<//>`)}</div></section>`;
}

function CheckLine({ live, check, act }) {
  const found = (words, field) => act("change_check", { check: check.id, what: check.what, who: check.who, by: check.by, found: words, field }, "Noted.");
  const who = [check.who, check.by && `by ${check.by}`].filter(Boolean).join(", ");
  return html`<li><span dir="auto">${check.what}</span>${who && ` (${who})`}
    ${check.found ? html`<p><strong>Found:</strong> <span dir="auto">${check.found}</span></p>`
      : html`<${Field} live=${live} name=${`found ${check.id}`} label="What was found" send=${found} sendLabel="Note it" />`}
    <${Button} kind="quiet" label=${`Take back this check: ${check.what}`} onPress=${() => act("take_back_check", { check: check.id }, "Taken back.")}>Take back<//></li>`;
}

function Checks({ live, cause, act, people }) {
  const [who, setWho] = useState(""), [by, setBy] = useState("");
  const send = async (what, field) => {
    const told = await act("add_check", { id: newId("check"), cause: cause.id, what, who, by, field }, "Check added.");
    if (!told.refused) { setWho(""); setBy(""); }
    return told;
  };
  return html`<section><h3>To be checked before we act</h3>
    <ul class="dw-fb-known">${cause.checks.map((check) => html`<${CheckLine} key=${check.id} live=${live} check=${check} act=${act} />`)}</ul>
    <div class="dw-row"><${Plain} label="Who checks it" value=${who} onText=${setWho} options=${people} />
      <${Plain} label="By when" type="date" value=${by} onText=${setBy} /></div>
    <${Field} live=${live} name=${`check ${cause.id}`} label="What will be looked up" send=${send} /></section>`;
}

function Same({ cause, bone, act, close }) {
  const [into, setInto] = useState("");
  const others = bone.causes.filter((one) => one.id !== cause.id);
  const other = others.find((one) => one.id === into);
  const merge = async () => {
    const told = await act("merge_cause", { cause: cause.id, into });
    if (!told.refused) { say(`Merged into: ${other.words}`); close(); }
  };
  return html`<section><h3>Says the same as another?</h3>
    ${cause.merged.length > 0 && html`<ul class="dw-fb-known">${cause.merged.map((one) => html`<li key=${one.id}><span dir="auto">${one.words}</span>
      <${Button} label=${`Split off: ${one.words}`} onPress=${() => act("split_cause", { cause: one.id }, "Split off.")}>Split off<//></li>`)}</ul>`}
    ${others.length > 0 && html`<${Pick} label="Merge this into" value=${into}
      options=${[["choose a cause", ""], ...others.map((one) => [shortened(one.words), one.id])]} onPick=${setInto} />`}
    ${other && html`<${MergeAsked} from=${cause.words} into=${other.words} yes=${merge} no=${() => setInto("")} />`}</section>`;
}

export function MergeAsked({ from, into, yes, no }) {
  return html`<div class="dw-clash"><p>Do these say the same?</p><ul><li dir="auto">${from}</li><li dir="auto"><strong>${into}</strong></li></ul>
    <p>The first is then shown with the second. Its dots and its evidence count there. It can be split off again.</p>
    <div class="dw-row"><${Button} kind="main" onPress=${yes}>Yes, merge<//><${Button} onPress=${no}>No<//></div></div>`;
}

export function shortened(words, most = 80) {
  const letters = [...words];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}\u2026` : words;
}

function Out({ live, cause, act, close }) {
  const rule = (reason, field) => act("rule_out_cause", { cause: cause.id, reason, field }, "Ruled out. It stays in sight, with the reason.");
  const take = async () => { const told = await act("take_back_cause", { cause: cause.id }); if (!told.refused) { say("Taken back."); close(); } };
  return html`<section><h3>Rule it out</h3>
    ${cause.ruled_out ? html`<p><strong>Ruled out:</strong> <span dir="auto">${cause.ruled_out}</span></p>
        <${Button} onPress=${() => act("bring_back_cause", { cause: cause.id }, "It stands again.")}>Let it stand again<//>`
      : html`<${Field} live=${live} name=${`out ${cause.id}`} label="Why it is ruled out" hint="The next team will ask" send=${rule} sendLabel="Rule out" />`}
    <p><${Button} kind="quiet" onPress=${take}>Written by mistake: take this cause back<//></p></section>`;
}

// ``onWhy(cause)`` is what a chain of whys begins with.
export function Card({ live, bone, cause, choices, close, onWhy }) {
  const [act, told] = useCardAct(live, bone.id);
  const bones = [["on no bone yet", ""], ...bone.bones.map((one) => [one.name, one.name])];
  return html`<${Dialog} title=${cause.bone ? `A cause on ${cause.bone}` : "A cause on no bone yet"} close=${close} side>
    ${told}
    <div class=${`dw-fb-said ${cause.ruled_out ? "dw-fb-said-out" : ""}`}><${Words} live=${live} cause=${cause} act=${act} /></div>
    <${Remarks} remarks=${cause.remarks} />
    <${Pick} label="Bone" value=${cause.bone} options=${bones} onPick=${(to) => act("move_cause", { cause: cause.id, bone: to }, `It is ${to ? `on ${to}` : "on no bone"} now.`)} />
    ${onWhy && html`<p><${Button} kind="main" onPress=${() => { close(); onWhy(cause); }}>Ask why<//></p>`}
    ${bone.phase !== "cards" && html`<${Dots} cause=${cause} bone=${bone} act=${act} />
      <${Known} live=${live} cause=${cause} act=${act} choices=${choices} />
      <${Control} cause=${cause} act=${act} />
      <${Checks} live=${live} cause=${cause} act=${act} people=${bone.people} />
      <${Same} cause=${cause} bone=${bone} act=${act} close=${close} />`}
    <${Out} live=${live} cause=${cause} act=${act} close=${close} /><//>`;
}
