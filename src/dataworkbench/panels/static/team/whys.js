// The 5 Whys: one question at a time, answers that grow downwards, read back upwards at the side, and what is done about it.

import {html, useState, useEffect, useRef} from "./preact.js";
import {Button, Editable, Field, Pick, Undo, download, editedAt, newId, say} from "./kit.js";
import {EvidenceChip, EvidenceChooser} from "./evidence.js";
import {HypothesisForm, Hypotheses} from "./hypothesis.js";
import {askedNow, asQuestion, everyOne, firstStart, found, nextTest, placesFor, rootWords, shortened, startWords, stepsOf, takenBackWords, wayTo} from "./whys_chain.js";

const CONTROLS = [["Not said yet", ""], ["We can change it", "ours"], ["We can influence it", "influence"], ["It lies outside", "outside"]];
const KINDS = [["Observation", "observation"], ["Data", "data"], ["Opinion", "opinion"], ["Nothing is known", "none"]];
const SIDES = [["speaks for it", "for"], ["speaks against it", "against"]];

function remembered(about) {
  try { return window.sessionStorage.getItem(`dataworkbench-whys ${about}`) || ""; } catch { return ""; }
}
export function remember(about, start) {
  try { window.sessionStorage.setItem(`dataworkbench-whys ${about}`, start); } catch { /* it is chosen anew then */ }
}

export function Whys({ shown, live }) {
  const { starts, chains, tests, about } = shown.whys;
  const [wanted, setWanted] = useState(() => remembered(about));
  const chosen = firstStart(starts, wanted);
  const start = starts.find((held) => held.id === chosen);
  useEffect(() => { if (!wanted && chosen) setWanted(chosen); }, [chosen]);    // another's answer elsewhere moves nobody away
  const choose = (id) => { setWanted(id); remember(about, id); };
  const chain = chains.find((held) => held.start === chosen) || { start: chosen, evidence: [], whys: [], back: [], remarks: [], hypotheses: [] };
  return html`<section class="dw-whys" aria-label="5 Whys">
    <div class="dw-whys-head"><h2>Why is it so?</h2><${Undo} live=${live} /></div>
    <${Starts} live=${live} starts=${starts} chosen=${chosen} onChoose=${choose} />
    ${start ? html`<${Chain} key=${chosen} live=${live} start=${start} chain=${chain} tests=${tests} />`
    : html`<p>There is no cause and no concern here yet. Write the concern above, with a number, a group and a time.</p>`}
  </section>`;
}

function Starts({ live, starts, chosen, onChoose }) {
  const [isOpen, setOpen] = useState(starts.length === 0);
  const begin = async (words, field) => {
    const id = newId("finding");
    const told = await live.act("begin_whys", { id, words, field });
    if (told.wrote) { onChoose(id); setOpen(false); }
    return told;
  };
  return html`<div class="dw-whys-starts">
    <div class="dw-row">
      ${starts.length > 0 && html`<${Pick} label="We ask about" value=${chosen} options=${starts.map((held) => [startWords(held), held.id])} onPick=${onChoose} />`}
      ${starts.length > 0 && html`<${Button} expanded=${isOpen} onPress=${() => setOpen(!isOpen)}>Another concern<//>`}
    </div>
    ${isOpen && html`<${Field} live=${live} name="whys.concern" label="A concern of your own" hint="How much, of whom, and when" send=${begin} sendLabel="Begin with it" />`}
  </div>`;
}

function Chain({ live, start, chain, tests }) {
  const [way, setWay] = useState(() => wayTo(chain.whys, deepest(chain.whys)).map((why) => why.id));
  const [doing, setDoing] = useState(null);
  const place = useRef(null);
  const now = askedNow(chain.whys, way);
  const ask = (id) => {
    setWay(wayTo(chain.whys, id).map((why) => why.id));
    setDoing(null);
    setTimeout(() => { const field = place.current && place.current.querySelector(".dw-whys-question input"); if (field) field.focus(); }, 0);
  };
  const shared = { live, chain, tests, now, ask, doing, setDoing, start };
  return html`<div class="dw-whys-page" ref=${place}>
    <div class="dw-whys-main">
      <${Question} ...${shared} onAnswered=${(above, id) => setWay([...wayTo(chain.whys, above).map((why) => why.id), id])} />
      <${Tree} ...${shared} />
      <${TakenBack} live=${live} start=${start} chain=${chain} />
    </div>
    <${Side} ...${shared} />
  </div>`;
}

function deepest(whys) {
  const depths = everyOne(whys).map((why) => [wayTo(whys, why.id).length, why.id]);
  return depths.reduce((best, held) => (held[0] > best[0] ? held : best), [0, ""])[1];
}

// ---------------------------------------------------------------- the question that is asked now, and what can be done there

function Question({ live, start, chain, tests, now, ask, doing, setDoing, onAnswered }) {
  const why = found(chain.whys, now), words = why ? why.words : start.words;
  const way = wayTo(chain.whys, now), above = way.length > 1 ? way.at(-2) : null;
  const answer = async (said, field) => {
    const id = newId("why");
    const told = await live.act("add_why", { id, start: start.id, above: now, words: said, field });
    if (told.wrote) { onAnswered(now, id); say(`Answered. Asked now: why is it that ${shortened(said, 200)}?`); }
    return told;
  };
  return html`<div class="dw-whys-question">
    <h3><span class="dw-whys-small">Why is it that</span>
      <span class=${`dw-whys-large${Array.from(words).length > 120 ? " dw-whys-long" : ""}`}><bdi>${shortened(asQuestion(words), 240)}</bdi>?</span></h3>
    <${Field} live=${live} name=${`whys.answer.${start.id}`} label="Answer" hint="Because ..." send=${answer} sendLabel="Answer" />
    ${why && html`<p class="dw-whys-back">
      <${Button} kind="quiet" onPress=${() => ask(above ? above.id : "")}>Another answer to: ${shortened(asQuestion(above ? above.words : start.words), 70)}<//></p>`}
    <${Tools} key=${now} live=${live} start=${start} why=${why} chain=${chain} tests=${tests} doing=${doing} setDoing=${setDoing} />
  </div>`;
}

const TOOLS = { saw: "What do we know?", data: "Look in the data", test: "Is it a root?", do: "What do we do?", move: "Move", back: "Take back" };

// One thing is open at a time. What was opened with a button gives the focus back to it when it is done.
function Tools({ live, start, why, chain, tests, doing, setDoing }) {
  const from = useRef(null);
  const what = doing ? doing.what : "";
  const open = (event, name) => { from.current = event.currentTarget; setDoing(what === name ? null : { what: name }); };
  const done = () => { setDoing(null); setTimeout(() => { if (from.current && from.current.isConnected) from.current.focus(); }, 0); };
  const places = why ? placesFor(chain.whys, why.id) : [];
  const about = why ? why.id : start.id, words = why ? why.words : start.words;
  const offered = [
    why && "saw", (why || start.kind === "cause") && "data", why && why.is_last && "test", (why || chain.whys.length > 0) && "do",
    places.length > 0 && "move", why && "back",
  ].filter(Boolean);
  return html`<div class="dw-whys-tools">
    <div class="dw-row">${offered.map((name) => html`<${Button} key=${name} expanded=${what === name} onPress=${(event) => open(event, name)}>${TOOLS[name]}<//>`)}</div>
    ${what === "saw" && why && html`<${Known} live=${live} about=${why.id} onDone=${done} />`}
    ${what === "data" && html`<${EvidenceChooser} live=${live} about=${about} words=${words} onDone=${done} />`}
    ${what === "again" && html`<${EvidenceChooser} live=${live} about=${about} words=${words} preset=${doing.asked} onDone=${done} />`}
    ${what === "test" && why && html`<${Tests} live=${live} why=${why} tests=${tests} />`}
    ${what === "do" && html`<${HypothesisForm} live=${live} start=${start} why=${why} onDone=${done} />`}
    ${what === "move" && places.length > 0 && html`<${Move} live=${live} why=${why} places=${places} onDone=${done} />`}
    ${what === "back" && why && html`<${TakeBack} live=${live} why=${why} onDone=${done} />`}
  </div>`;
}

// ---------------------------------------------------------------- the answers, growing downwards

function Tree({ live, chain, start, now, ask, tests, setDoing }) {
  const again = (held) => setDoing({ what: "again", asked: held });
  return html`<div class="dw-whys-tree" role="group" aria-label="The answers so far">
    <div class=${`dw-whys-box dw-whys-start${now ? "" : " dw-whys-now"}`}>
      <div class="dw-whys-line"><p class="dw-whys-words" dir="auto">${start.words}</p>
        ${now && html`<${Button} label=${`Ask why: ${start.words}`} onPress=${() => ask("")}>Ask why<//>`}</div>
      ${start.ruled_out && html`<p class="dw-whys-note">Ruled out: <bdi>${start.ruled_out}</bdi></p>`}
      <${Chips} live=${live} evidence=${chain.evidence} onAgain=${now ? null : again} />
    </div>
    <${Level} whys=${chain.whys} live=${live} chain=${chain} now=${now} ask=${ask} tests=${tests} again=${again} />
  </div>`;
}

function Level({ whys, ...more }) {
  if (!whys.length) return null;
  return html`<ul class="dw-whys-level">${whys.map((why) => html`<li key=${why.id}>
    <${Box} why=${why} ...${more} />
    <${Level} whys=${why.because} ...${more} />
  </li>`)}</ul>`;
}

function Box({ why, live, chain, tests, now, ask, again }) {
  const isNow = why.id === now, isOpen = isNow || editedAt(live.drafts, why.id) !== null;
  const save = (words, more) => live.act("change_why", { why: why.id, words, ...more });
  const remarks = chain.remarks.filter((held) => held.about === why.words && ["about a person", "answer in it"].includes(held.rule));
  return html`<div class=${`dw-whys-box${isNow ? " dw-whys-now" : ""}${why.is_root ? " dw-whys-root" : ""}`}>
    ${isOpen ? html`<${Editable} live=${live} id=${why.id} version=${why.version} value=${why.words} label="Answer" save=${save} />`
    : html`<div class="dw-whys-line"><p class="dw-whys-words" dir="auto">${why.words}</p>
      <${Button} label=${`Ask why: ${why.words}`} onPress=${() => ask(why.id)}>Ask why<//></div>`}
    ${(why.is_root || why.passes > 0) && why.is_last && html`<p class="dw-whys-mark">${why.is_root ? "A root so far" : `${why.passes} of ${tests.length} tests passed`}</p>`}
    ${remarks.map((held) => html`<p class="dw-whys-note" key=${held.rule}>${held.text}</p>`)}
    <${Chips} live=${live} evidence=${why.evidence} onAgain=${isNow ? again : null} canTakeBack=${isNow} />
  </div>`;
}

function Chips({ live, evidence, onAgain = null, canTakeBack = false }) {
  if (!evidence.length) return null;
  return html`<ul class="dw-whys-chips">${evidence.map((held) => html`<li key=${held.id}><${EvidenceChip} held=${held}
    onAgain=${onAgain && held.data ? () => onAgain(held.data.asked) : null}
    onTakeBack=${canTakeBack ? () => live.act("take_back_why_evidence", { evidence: held.id }) : null} /></li>`)}</ul>`;
}

// What somebody saw, in their own words. The kind and the side stay for the next piece.
function Known({ live, about, onDone }) {
  const [kind, setKind] = useState("observation");
  const [side, setSide] = useState("for");
  const source = useRef("");
  const add = (words, field) => live.act("add_why_evidence", { id: newId("evidence"), why: about, words, kind, side, source: source.current, field })
    .then((told) => { if (told.wrote) say("Written down."); return told; });
  const id = useRef(newId("source")).current;
  return html`<div class="dw-whys-known">
    <div class="dw-row">
      <${Pick} label="What kind is it?" value=${kind} options=${KINDS} onPick=${setKind} />
      ${kind !== "none" && html`<${Pick} label="On which side?" value=${side} options=${SIDES} onPick=${setSide} />`}
      <div class="dw-field"><label class="dw-label" for=${id}>Where can it be looked up?</label>
        <input id=${id} class="dw-input" autocomplete="off" dir="auto" onInput=${(event) => { source.current = event.target.value; }} /></div>
    </div>
    <${Field} live=${live} name=${`whys.known.${about}`} label="What do we know of it?" hint="What was seen, by whom, how often" send=${add} sendLabel="Write it down" focus onCancel=${onDone} />
  </div>`;
}

// The tests of a root, one at a time; what was answered can be answered anew.
function Tests({ live, why, tests }) {
  const [again, setAgain] = useState("");
  const title = useRef(null);
  const next = why.tests.find((test) => test.name === again) || nextTest(why.tests);
  const asks = (name) => tests.find((test) => test.name === name).asks;
  const answer = async (said) => {
    const told = await live.act("test_why", { why: why.id, test: next.name, answer: said });
    if (told.wrote) { setAgain(""); say(`Noted: ${said}.`); if (title.current) title.current.focus(); }
  };
  return html`<div class="dw-whys-tests">
    ${next ? html`<fieldset><legend tabindex="-1" ref=${title}>${asks(next.name)}</legend>
        <div class="dw-row">${["yes", "no", "not known"].map((said) => html`<${Button} key=${said} pressed=${next.answer === said} onPress=${() => answer(said)}>${said}<//>`)}</div>
      </fieldset>` : html`<p tabindex="-1" ref=${title}><strong>${rootWords(why, tests)}</strong></p>`}
    <ul class="dw-whys-answered">${why.tests.filter((test) => test.answer && test !== next).map((test) => html`<li key=${test.name}>
      <span>${asks(test.name)} <strong>${test.answer}</strong>${test.state === "not yet" ? ", so not yet a root" : ""}</span>
      <${Button} kind="quiet" label=${`Answer anew: ${asks(test.name)}`} onPress=${() => setAgain(test.name)}>Answer anew<//></li>`)}</ul>
    <${Pick} label="Can we change it?" value=${why.control} options=${CONTROLS} onPick=${(control) => live.act("control_why", { why: why.id, control })} />
  </div>`;
}

function Move({ live, why, places, onDone }) {
  const [place, setPlace] = useState(places[0][1]);
  const go = async () => {
    const told = await live.act("move_why", { why: why.id, above: place });
    if (told.wrote) { say("Moved, with all below it."); onDone(); }
  };
  return html`<div class="dw-row"><${Pick} label="Put it below" value=${place} options=${places} onPick=${setPlace} /><${Button} kind="main" onPress=${go}>Move it<//></div>`;
}

function TakeBack({ live, why, onDone }) {
  const go = async () => {
    const told = await live.act("take_back_why", { why: why.id });
    if (told.wrote) { say("Taken back. It can be brought back."); onDone(); }
  };
  return html`<div class="dw-row"><p>${takenBackWords(why)}</p><${Button} kind="main" onPress=${go}>Take back<//><${Button} onPress=${onDone}>Keep<//></div>`;
}

// What was taken back, on demand; it changes when the chain does.
function TakenBack({ live, start, chain }) {
  const [held, setHeld] = useState(null);
  const look = async () => { const told = await live.fetch("withdrawn_whys", { start: start.id }); setHeld(told.got || []); };
  useEffect(() => { if (held) look(); }, [everyOne(chain.whys).length]);
  if (!held) return html`<p><${Button} kind="quiet" onPress=${look}>What was taken back<//></p>`;
  return html`<div class="dw-whys-gone"><h3>What was taken back</h3>
    ${held.length === 0 && html`<p>Nothing.</p>`}
    <ul>${held.map((why) => html`<li key=${why.id}><span dir="auto">${why.words}</span>
      <${Button} label=${`Bring back: ${why.words}`} onPress=${() => live.act("bring_back_why", { why: why.id })}>Bring back<//></li>`)}</ul>
    <${Button} kind="quiet" onPress=${() => setHeld(null)}>Close<//></div>`;
}

// ---------------------------------------------------------------- at the side: read back, roots, what is done

function Side({ live, chain, tests, start, ask }) {
  const roots = everyOne(chain.whys).filter((why) => why.is_last);
  const keep = async () => {
    const told = await live.fetch("whys_markdown", { start: start.id });
    if (told.got) download(told.got.name, told.got.text, told.got.type); else say(told.refused || "");
  };
  return html`<aside class="dw-whys-side" aria-label="Read back">
    <h3>Read back</h3>
    ${chain.back.length === 0 ? html`<p>Once there is an answer, it is read back here from the bottom up. It must make sense aloud.</p>`
    : html`<p class="dw-whys-soft">Does it make sense aloud?</p>
      <ol class="dw-whys-read">${chain.back.map((said) => html`<li key=${said}>${stepsOf(said).map((step, at) => html`<span key=${at}>
        ${at > 0 && html`<strong>Therefore: </strong>`}<bdi>${step}</bdi>. </span>`)}</li>`)}</ol>
      <h3>The last answers: are they roots?</h3>
      <ul class="dw-whys-roots">${roots.map((why) => html`<li key=${why.id} class=${why.is_root ? "dw-whys-passed" : ""}>
        <span dir="auto">${shortened(why.words, 120)}</span> <span class="dw-whys-soft">${rootWords(why, tests)}</span>
        <${Button} kind="quiet" label=${`Go to: ${why.words}`} onPress=${() => ask(why.id)}>Go to it<//></li>`)}</ul>`}
    <${Hypotheses} held=${chain.hypotheses} />
    ${chain.whys.length > 0 && html`<p><${Button} onPress=${keep}>Take along as Markdown<//></p>`}
  </aside>`;
}
