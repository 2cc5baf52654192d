// The fishbone: cards that each person writes alone, then bones that all sort, examine and vote on. On a wide screen it is a
// picture, on a narrow one a list by bone; both show the same and are written in the same way.

import {html, useState, useEffect, useRef} from "./preact.js";
import {Button, Field, Pick, Undo, download, newId, pngFrom, say} from "./kit.js";
import {Begin, BonesDialog, ProblemDialog, problemText} from "./fishbone_bones.js";
import {Card, Dialog, MergeAsked, Words, count, leftText, useCardAct} from "./fishbone_card.js";
import {LIST_BELOW} from "./fishbone_layout.js";
import {Dragged, Picture, useDrag, useWidth} from "./fishbone_picture.js";

const PHASES = [
  ["cards", "1 Write cards", "A few quiet minutes. Each person writes what may lie behind it, one cause on a card. Nobody sees the others' cards yet."],
  ["cluster", "2 Sort", "All cards are on the table. Put each on a bone, and merge those that say the same."],
  ["examine", "3 Examine", "What do we know for each, and what against it? In whose control does it lie? What is to be checked?"],
  ["vote", "4 Vote", "Each person puts dots on the causes that matter most. To add a cause, go back a step."],
];

export function Fishbone({ shown, live, onWhy }) {
  const [choices, setChoices] = useState(null);
  useEffect(() => { live.fetch("fishbone_choices").then((told) => setChoices(told.got || null)); }, [live]);
  if (!choices) return html`<p role="status">Opening the fishbone ...</p>`;
  const own = shown.fishbone || shown;          // all that the screen shows, or what its fishbone shows
  if (!own.id) return html`<${Begin} live=${live} shown=${own} choices=${choices} />`;
  return html`<${Work} live=${live} bone=${own} choices=${choices} onWhy=${onWhy} />`;
}

// What a cause is called aloud on this screen: all that is known of it, and the dots of the one who listens.
export function spokenFor(cause) {
  return cause.mine.length ? `${cause.said} ${cause.mine.length === 1 ? "One dot is" : `${cause.mine.length} dots are`} yours.` : cause.said;
}

function useDots(live, bone) {
  return async (cause) => {
    const isMine = cause.mine.length > 0;
    const given = isMine ? { vote: cause.mine[cause.mine.length - 1] } : { id: newId("vote"), cause: cause.id };
    const told = await live.act(isMine ? "unvote" : "vote", { fishbone: bone.id, ...given });
    const left = bone.dots_left + (isMine ? 1 : -1);
    say(told.refused || `${isMine ? "Dot taken back." : "Dot put."} ${leftText({ ...bone, dots_left: left })}`);
  };
}

function Work({ live, bone, choices, onWhy }) {
  const place = useRef(null), width = useWidth(place);
  const [open, setOpen] = useState(""), [asked, setAsked] = useState(null), [votes, setVotes] = useState(true);
  const dot = useDots(live, bone);
  const cause = bone.causes.find((one) => one.id === open);
  const merging = asked && [asked.id, asked.into].map((id) => bone.causes.find((one) => one.id === id));
  const drop = async (id, { cause: into, bone: to }) => {
    if (into) { setAsked({ id, into }); return; }
    const told = await live.act("move_cause", { fishbone: bone.id, cause: id, bone: to });
    say(told.refused || `It is ${to ? `on ${to}` : "on no bone"} now.`);
  };
  const drag = useDrag(drop);
  const press = (one) => (bone.phase === "vote" && votes && !one.ruled_out ? dot(one) : setOpen(one.id));
  const parts = { live, bone, width, press, drag, dot, open: setOpen };
  return html`<section class="dw-fishbone" aria-label="Fishbone" ref=${place}>
    <${Top} live=${live} bone=${bone} choices=${choices} />
    <${Phases} live=${live} bone=${bone} />
    ${bone.phase === "vote" && html`<${VoteBar} live=${live} bone=${bone} votes=${votes} setVotes=${setVotes} choices=${choices} isWide=${width >= LIST_BELOW} />`}
    ${bone.phase !== "vote" && html`<${NewCause} live=${live} bone=${bone} />`}
    ${bone.phase === "cards" ? html`<${OwnCards} live=${live} bone=${bone} open=${setOpen} />` : html`<${Table} ...${parts} />`}
    <${Thoughts} bone=${bone} />
    <${Foot} live=${live} bone=${bone} choices=${choices} />
    <${Dragged} drag=${drag.drag} />
    ${cause && html`<${Card} key=${cause.id} live=${live} bone=${bone} cause=${cause} choices=${choices} onWhy=${onWhy} close=${() => setOpen("")} />`}
    ${merging && merging.every(Boolean) && html`<${MergeDialog} live=${live} bone=${bone} from=${merging[0]} into=${merging[1]} close=${() => setAsked(null)} />`}
  </section>`;
}

function Top({ live, bone, choices }) {
  const [open, setOpen] = useState("");
  const { problem } = bone;
  return html`<header class="dw-fishbone-top"><div><h2 dir="auto">${problemText(problem)}</h2>
      ${(problem.indicator_title || problem.figure_title) && html`<p class="dw-fb-soft">${[problem.indicator_title && `Indicator: ${problem.indicator_title}`,
        problem.figure_title && `Seen in: ${problem.figure_title}`].filter(Boolean).join(". ")}</p>`}
      ${problem.remarks.length > 0 && html`<ul class="dw-fb-remarks" aria-label="To think about">${problem.remarks.map((one) => html`<li key=${one.rule}>${one.text}</li>`)}</ul>`}</div>
    <div class="dw-row dw-fb-tools"><${Button} onPress=${() => setOpen("problem")}>Change the problem<//>
      <${Button} onPress=${() => setOpen("bones")}>Bones<//>${!live.shown.meeting && html`<${Undo} live=${live} />`}</div>
    ${open === "problem" && html`<${ProblemDialog} live=${live} bone=${bone} choices=${choices} close=${() => setOpen("")} />`}
    ${open === "bones" && html`<${BonesDialog} live=${live} bone=${bone} choices=${choices} close=${() => setOpen("")} />`}</header>`;
}

function Phases({ live, bone }) {
  const go = (phase) => async () => { const told = await live.act("set_phase", { fishbone: bone.id, phase }); if (!told.refused) say(PHASES.find(([one]) => one === phase)[2]); };
  const now = PHASES.find(([phase]) => phase === bone.phase);
  return html`<nav class="dw-fb-phases" aria-label="Phases"><div class="dw-row">
      ${PHASES.map(([phase, name]) => html`<${Button} key=${phase} pressed=${phase === bone.phase} onPress=${go(phase)}>${name}<//>`)}</div>
    <p>${now[2]}</p></nav>`;
}

function VoteBar({ live, bone, votes, setVotes, choices, isWide }) {
  const each = Array.from({ length: choices.most_votes }, (_one, at) => [String(at + 1), String(at + 1)]);
  const set = (votes_each) => live.act("set_votes", { fishbone: bone.id, votes_each });
  return html`<div class="dw-row dw-fb-vote-bar"><p class="dw-fb-left"><strong>${leftText(bone)}</strong>
      ${bone.dots_beyond > 0 && ` ${count(bone.dots_beyond, "dot")} of yours ${bone.dots_beyond === 1 ? "is" : "are"} more than each has; the oldest count.`}
      ${` ${bone.people_voting === 1 ? "One person has" : `${bone.people_voting || "No"} people have`} put dots so far.`}</p>
    ${isWide && html`<div role="group" aria-label="When a cause is pressed" class="dw-row"><${Button} pressed=${votes} onPress=${() => setVotes(true)}>A press puts a dot<//>
      <${Button} pressed=${!votes} onPress=${() => setVotes(false)}>A press opens the card<//></div>`}
    <${Pick} label="Dots for each person" value=${String(bone.votes_each)} options=${each} onPick=${set} /></div>`;
}

function NewCause({ live, bone }) {
  const [to, setTo] = useState("");
  const names = bone.bones.map((one) => one.name);
  const on = names.includes(to) ? to : "";
  const add = async (words, field) => {
    const told = await live.act("add_cause", { fishbone: bone.id, id: newId("cause"), words, bone: on, field });
    if (!told.refused) say(`Added: ${words}`);
    return told;
  };
  const asks = on ? bone.bones.find((one) => one.name === on).asks : "What may lie behind it?";
  return html`<div class="dw-row dw-fb-new"><${Field} live=${live} name=${`cause new ${bone.id}`} label=${bone.phase === "cards" ? "A cause, one on each card" : "One cause more"}
      hint=${asks} send=${add} />
    <div class="dw-fb-new-bone"><${Pick} label="Bone" value=${on} options=${[["on no bone yet", ""], ...names.map((name) => [name, name])]} onPick=${setTo} /></div></div>`;
}

function OwnCards({ live, bone, open }) {
  const [act, told] = useCardAct(live, bone.id);
  const others = bone.cards_of_others;
  return html`<div class="dw-fb-cards"><p role="status"><strong>${bone.causes.length ? `${count(bone.causes.length, "card")} of yours` : "None of yours yet"}</strong>,
      ${others ? ` ${count(others, "card")} of others, which you see when all are on the table.` : " none of others so far."}</p>${told}
    <ul class="dw-fb-card-list">${bone.causes.map((cause) => html`<li key=${cause.id} class="dw-fb-card"><${Words} live=${live} cause=${cause} act=${act} label="The card" />
      <p class="dw-fb-soft">${cause.bone || "On no bone yet"}</p>
      ${cause.remarks.map((one) => html`<p key=${one.rule} class="dw-fb-remark">${one.text}</p>`)}
      <${Button} kind="quiet" label=${`Open the card: ${cause.words}`} onPress=${() => open(cause.id)}>More<//></li>`)}</ul>
    <h3>Questions to begin with</h3><ul class="dw-fb-asks">${bone.bones.map((one) => html`<li key=${one.name}><strong>${one.name}.</strong> ${one.asks}</li>`)}</ul></div>`;
}

function Table({ live, bone, width, press, drag, dot, open }) {
  const loose = bone.causes.filter((cause) => !cause.bone);
  const isNarrow = width < LIST_BELOW;
  if (!width) return null;
  return html`<div class="dw-fb-table">
    ${loose.length > 0 && !isNarrow && html`<${Tray} bone=${bone} loose=${loose} press=${press} drag=${drag} />`}
    ${!isNarrow && html`<div class="dw-fb-picture"><${Picture} bone=${bone} width=${width} press=${press} drag=${drag} said=${spokenFor} /></div>`}
    <div class=${isNarrow ? "" : "dw-fb-in-print"}><${List} bone=${bone} press=${(cause) => open(cause.id)} dot=${dot} /></div></div>`;
}

function Tray({ bone, loose, press, drag }) {
  const over = drag.drag && drag.drag.over ? drag.drag.over : {};
  return html`<div class=${`dw-fb-tray ${over.bone === "" ? "dw-fb-bone-over" : ""}`} data-bone="" role="group" aria-label="Cards on no bone yet"><p class="dw-label">On no bone yet</p><ul>
    ${loose.map((cause) => html`<li key=${cause.id}><button type="button" class=${`dw-fb-loose ${cause.ruled_out ? "dw-fb-struck" : ""} ${over.cause === cause.id ? "dw-fb-twig-over" : ""}`}
      data-cause=${cause.id} aria-label=${spokenFor(cause)} onClick=${() => { if (!drag.wasDrag()) press(cause); }} onPointerDown=${drag.begin(cause)}>
      <span dir="auto">${cause.words}</span><${Marks} cause=${cause} color=${bone.loose.line} /></button></li>`)}</ul></div>`;
}

function Marks({ cause, color }) {
  if (!cause.dots && !cause.chips.length) return null;
  return html`<span class="dw-fb-marks">${cause.dots > 0 && html`<span class="dw-fb-dots" style=${{ color }}>${"\u25cf".repeat(Math.min(cause.dots, 8))}
      <span class="dw-fb-dots-number">${cause.dots}</span></span>`}
    ${cause.chips.map(([kind, word]) => html`<span key=${word} class=${`dw-fb-chip dw-fb-chip-${kind}`}>${word}</span>`)}</span>`;
}

// What is known of a cause, in words, for paper.
function known(cause) {
  const told = cause.told ? [{ kind: cause.told.kind || "opinion", side: "for", words: cause.told.words, source: "" }] : [];
  const pieces = [...told, ...cause.evidence].map((one) =>
    `${one.kind === "none" ? "Looked, found nothing" : `${one.kind[0].toUpperCase()}${one.kind.slice(1)} ${one.side} it`}: ${one.words}${one.source ? ` (${one.source})` : ""}`);
  const checks = cause.checks.map((one) => `${one.found ? "Checked" : "To check"}: ${[one.what, one.who, one.by && `by ${one.by}`, one.found].filter(Boolean).join(", ")}`);
  return [...pieces, ...checks];
}

function ListedCause({ bone, cause, color, press, dot }) {
  return html`<li class="dw-fb-listed"><button type="button" class=${`dw-fb-listed-open ${cause.ruled_out ? "dw-fb-struck" : ""}`} data-cause=${cause.id}
      aria-label=${spokenFor(cause)} onClick=${() => press(cause)}><span dir="auto">${cause.words}</span><${Marks} cause=${cause} color=${color} />
      ${cause.ruled_out && html`<span class="dw-fb-reason" dir="auto">Ruled out: ${cause.ruled_out}</span>`}
      ${known(cause).map((said) => html`<span key=${said} class="dw-fb-reason dw-fb-in-print" dir="auto">${said}</span>`)}</button>
    ${bone.phase === "vote" && !cause.ruled_out && html`<${Button} pressed=${cause.mine.length > 0} label=${`${cause.mine.length ? "Take your dot from" : "Put a dot on"}: ${cause.words}`}
      disabled=${!cause.mine.length && bone.dots_left < 1} onPress=${() => dot(cause)}>${cause.mine.length ? "\u25cf yours" : "\u25cb dot"}<//>`}</li>`;
}

function List({ bone, press, dot }) {
  const parts = [...bone.bones, { name: "", ...bone.loose }];
  return html`<div class="dw-fb-list">${parts.map((one) => {
    const causes = bone.causes.filter((cause) => cause.bone === one.name);
    if (!one.name && !causes.length) return null;
    return html`<section key=${one.name}><h3 class="dw-fb-list-bone" style=${{ background: one.color, color: one.ink }}>${one.name || "On no bone yet"}
        <span class="dw-list-count">${causes.length}</span></h3>
      ${causes.length ? html`<ul>${causes.map((cause) => html`<${ListedCause} key=${cause.id} bone=${bone} cause=${cause} color=${one.line} press=${press} dot=${dot} />`)}</ul>`
        : html`<p class="dw-fb-soft">${one.asks}</p>`}</section>`;
  })}</div>`;
}

function Thoughts({ bone }) {
  if (bone.phase === "cards") return null;
  const own = bone.causes.flatMap((cause) => cause.remarks.map((one) => ({ ...one, id: cause.id })));
  const all = [...bone.remarks, ...own];
  if (!all.length) return null;
  return html`<details class="dw-fb-thoughts"><summary>To think about (${all.length})</summary><ul>${all.map((one) => html`<li key=${`${one.id} ${one.rule}`}>
    <em dir="auto">${one.about}</em>: ${one.text}</li>`)}</ul></details>`;
}

function MergeDialog({ live, bone, from, into, close }) {
  const [act, told] = useCardAct(live, bone.id);
  const yes = async () => { const answer = await act("merge_cause", { cause: from.id, into: into.id }); if (!answer.refused) { say("Merged."); close(); } };
  return html`<${Dialog} title="Merge two causes" close=${close}>${told}<${MergeAsked} from=${from.words} into=${into.words} yes=${yes} no=${close} /><//>`;
}

// ---------------------------------------------------------------- taken along

function Foot({ live, bone, choices }) {
  const [back, setBack] = useState(null), [start, setStart] = useState(null);
  const take = async (name) => {
    const told = await live.fetch(name, { fishbone: bone.id });
    if (told.got) return told.got;
    say(told.refused || "It could not be made just now. Try again.");
    return null;
  };
  const save = (name) => async () => { const got = await take(name); if (got) { download(got.name, got.text, got.type); say(`${got.name} is saved.`); } };
  const png = async () => {
    const got = await take("export_svg");
    if (got) { download("fishbone.png", await pngFrom(got.text), "image/png"); say("fishbone.png is saved."); }
  };
  const list = async () => { const told = await live.fetch("withdrawn_causes", { fishbone: bone.id }); setBack(told.got || []); };
  const another = async () => { const told = await live.fetch("fishbone_start"); setStart(told.got || null); };
  const bring = async (cause) => { const told = await live.act("bring_back_withdrawn", { fishbone: bone.id, cause }); if (!told.refused) { say("It is back."); list(); } };
  return html`<footer class="dw-row dw-fb-foot"><${Button} onPress=${save("export_svg")}>Save as SVG<//><${Button} onPress=${png}>Save as PNG<//>
    <${Button} onPress=${save("export_markdown")}>Save as Markdown<//><${Button} onPress=${save("export_mermaid")}>Save as Mermaid<//>
    <${Button} onPress=${() => window.print()}>Print<//><${Button} onPress=${list}>Causes taken back<//>
    <${Button} onPress=${another}>Begin another<//>
    ${start && html`<${Dialog} title="Another fishbone" close=${() => setStart(null)} side><p>This one is kept with all that was written on it.</p>
      <${Begin} live=${live} shown=${start} choices=${choices} done=${() => setStart(null)} /><//>`}
    ${back && html`<${Dialog} title="Causes taken back" close=${() => setBack(null)}>${back.length ? html`<ul class="dw-fb-known">${back.map((one) => html`<li key=${one.id}>
      <span dir="auto">${one.words}</span> <${Button} label=${`Bring back: ${one.words}`} onPress=${() => bring(one.id)}>Bring back<//></li>`)}</ul>` : html`<p>None was taken back.</p>`}<//>`}</footer>`;
}
