// What the room shows at each step of a meeting, by what the step does.

import {html, useState} from "./preact.js";
import {Button, Field, newId, say} from "./kit.js";
import {Fishbone} from "./fishbone.js";
import {ChooseFigure, Figure, FoldedFigure} from "./figure.js";
import {Empty, Form, Record, Remarks, Sentences, Writer} from "./lists.js";
import {Close} from "./close.js";
import {Whys, remember} from "./whys.js";

// ---------------------------------------------------------------- small logic

export function counted(many, one, several) { return `${many} ${many === 1 ? one : several}`; }

export function namesOf(meeting) {
  return [...new Set([...meeting.seats.filter((seat) => seat.here).map((seat) => seat.name), ...meeting.roles.map((role) => role.name)])].filter(Boolean);
}

export function shownFigures(meeting) { return meeting.figures.filter((figure) => figure.shown); }

export function rolesWith(roles, role, name) {
  return Object.fromEntries(roles.map((one) => [one.role, one.role === role ? name : one.name]));
}

// ---------------------------------------------------------------- welcome

function Role({ live, meeting, role, isOver }) {
  const [isOpen, setOpen] = useState(false), field = `role:${meeting.id}:${role.role}`;
  const give = async (name) => {
    const told = await live.act("change_meeting", { meeting: meeting.id, roles: rolesWith(meeting.roles, role.role, name.trim()), field });
    if (!told.refused) setOpen(false);
    return told;
  };
  return html`<li class="dw-entry"><div class="dw-kept"><div class="dw-kept-words"><strong class="dw-role">${role.role}</strong>: ${role.name ? html`<bdi>${role.name}</bdi>` : "nobody yet"}
      ${role.does && html`<p class="dw-small">${role.does}</p>`}</div>
    ${!isOver && !isOpen && html`<${Button} kind="quiet" label=${`${role.name ? "Change" : "Fill"} the role: ${role.role}`} onPress=${() => setOpen(true)}>${role.name ? "Change" : "Fill"}<//>`}</div>
    ${isOpen && html`<${Field} live=${live} name=${field} label=${`Who is ${role.role}?`} value=${role.name} options=${namesOf(meeting)} keepAfter focus send=${give}
      sendLabel="Save" onCancel=${() => setOpen(false)} />`}</li>`;
}

function Norms({ live, meeting, isOver }) {
  const [isOpen, setOpen] = useState(false), field = `norms:${meeting.id}`;
  const save = async (words) => {
    const told = await live.act("change_meeting", { meeting: meeting.id, norms: words.split("\n").map((line) => line.trim()).filter(Boolean), field });
    if (!told.refused) setOpen(false);
    return told;
  };
  return html`<section><h3>Our norms</h3>
    ${isOpen ? html`<${Field} live=${live} name=${field} label="Norms, one a line" lines=${6} value=${meeting.norms.join("\n")} keepAfter focus send=${save} sendLabel="Save" onCancel=${() => setOpen(false)} />`
      : html`<ul class="dw-norms">${meeting.norms.map((norm) => html`<li key=${norm} dir="auto">${norm}</li>`)}</ul>
        ${!isOver && html`<${Button} kind="quiet" onPress=${() => setOpen(true)}>Change the norms<//>`}`}</section>`;
}

function Welcome(props) {
  const { meeting } = props;
  return html`<div class="dw-columns"><${Norms} ...${props} />
    <section><h3>Who does what today</h3><ul class="dw-entries">${meeting.roles.map((role) => html`<${Role} key=${role.role} ...${props} role=${role} />`)}</ul></section></div>`;
}

// ---------------------------------------------------------------- agenda

function From({ from }) { return from ? html`<span class="dw-from">from <bdi>${from.name}</bdi>, ${from.day}</span>` : null; }

const TOPIC = [{ key: "words", label: "Topic", width: "wide" }, { key: "who", label: "Brought by" }];

export function Topics({ live, meeting, isOver, only = () => true }) {
  const tick = (topic) => live.act("finish_topic", { topic: topic.id, done: !topic.done });
  return html`<section><h3>Topics</h3><ul class="dw-entries">${meeting.topics.filter(only).map((topic) => html`<li key=${topic.id} class=${`dw-entry${topic.done ? " dw-done" : ""}`}>
      <label class="dw-tick"><input type="checkbox" checked=${topic.done} disabled=${isOver} onChange=${() => tick(topic)} /><span class="dw-unseen">Talked about: ${topic.words}</span></label>
      <${Record} live=${live} entry=${topic} kind="topic" fields=${TOPIC} changes="change_topic" label=${topic.words} isOver=${isOver}>
        <span dir="auto">${topic.words}</span> ${topic.who && html`<span class="dw-writer"><bdi>${topic.who}</bdi></span>`} <${From} from=${topic.from} /><//></li>`)}</ul>
    ${!isOver && html`<${Field} live=${live} name=${`${meeting.id}:topic`} label="Another topic" send=${(words, field) => live.act("add_topic", { id: newId("topic"), words, field })} />`}</section>`;
}

function ActionLine({ live, action, names, isOver }) {
  const tick = () => live.act("tick_action", { action: action.id, done: !action.done });
  return html`<li class=${`dw-entry${action.done ? " dw-done" : ""}`}>
    <label class="dw-tick"><input type="checkbox" checked=${Boolean(action.done)} disabled=${isOver} onChange=${tick} /><span class="dw-unseen">Done: ${action.what}</span></label>
    <${Record} live=${live} entry=${action} kind="action" fields=${actionFields(names)} changes="change_action" label=${action.what} isOver=${isOver}>
      <span class="dw-action"><strong dir="auto">${action.what}</strong>
        <span class="dw-small">${[action.whom && `For: ${action.whom}`, `Who: ${action.who || "nobody yet"}`, `By: ${action.day || "no day yet"}`].filter(Boolean).map((said) => html`<span class="dw-part" dir="auto">${said}</span>`)}
          ${action.late > 0 && html`<span class="dw-late">${counted(action.late, "day", "days")} late</span>`} <${From} from=${action.from} /></span></span><//>
    <${Remarks} remarks=${action.remarks} /></li>`;
}

export function actionFields(names, decisions = []) {
  const fields = [{ key: "what", label: "What", width: "wide" }, { key: "whom", label: "Student or group" },
    { key: "who", label: "Who does it", offer: names }, { key: "by", label: "By when", type: "day" }];
  if (decisions.length) fields.push({ key: "decision", label: "From which decision", options: [["None", ""], ...decisions.map((one) => [one.words, one.id])] });
  return fields;
}

function Agenda(props) {
  const { live, meeting, isOver } = props;
  return html`<div class="dw-columns"><section><h3>What we said we would do</h3>
      ${meeting.carried.length === 0 && html`<${Empty}>Nothing is open from before.<//>`}
      <ul class="dw-entries">${meeting.carried.map((action) => html`<${ActionLine} key=${action.id} live=${live} action=${action} names=${namesOf(meeting)} isOver=${isOver} />`)}</ul></section>
    <${Topics} ...${props} /></div>`;
}

// ---------------------------------------------------------------- predict, look

function Predict(props) {
  const { live, meeting, isOver } = props;
  const here = meeting.seats.filter((seat) => seat.here).length, hidden = meeting.figures.filter((figure) => !figure.shown);
  return html`<div>
    ${hidden.map((figure) => html`<section key=${figure.id} class="dw-box" aria-label=${figure.title}><h3 dir="auto">${figure.title}</h3>
      <p class="dw-count" role="status">${figure.predicted} of ${here} have written</p>
      <${Sentences} live=${live} entries=${figure.predictions} kind="prediction" label="What do you expect to see?" adds="add_prediction" changes="change_prediction"
        more=${{ figure: figure.id }} place=${`${meeting.id}:${figure.id}`} isOver=${isOver} />
      <p class="dw-small">Only you see what you write here until the figure is shown to all.</p></section>`)}
    ${hidden.length === 0 && meeting.figures.length > 0 && html`<${Empty}>Every figure has been shown. What you see in one belongs with the observations.<//>`}
    ${meeting.figures.length === 0 && html`<p>First choose the figure that you will look at. Nobody sees it until you show it.</p>`}
    ${!isOver && html`<${ChooseFigure} live=${live} isFirst=${meeting.figures.length === 0} />`}</div>`;
}

function Predictions({ figure }) {
  if (!figure.predictions.length) return null;
  return html`<section><h3>What we expected</h3><ul class="dw-entries">${figure.predictions.map((one) => html`<li class="dw-entry" key=${one.id}><span dir="auto">${one.words}</span> <${Writer} entry=${one} /></li>`)}</ul></section>`;
}

function Hidden({ live, figure, here, isOver }) {
  const show = () => live.act("show_figure", { figure: figure.id }, { undo: false }).then((told) => told.refused || say("The figure is shown to all."));
  return html`<section class="dw-box dw-hidden" aria-label=${figure.title}><h3 dir="auto">${figure.title}</h3>
    <p class="dw-count" role="status">${figure.predicted} of ${here} have written what they expect</p>
    ${!isOver && html`<${Button} kind="main" onPress=${show}>Show it to all<//>`}</section>`;
}

function Look(props) {
  const { live, meeting, isOver } = props, here = meeting.seats.filter((seat) => seat.here).length;
  return html`<div>${meeting.figures.map((figure) => (figure.shown
    ? html`<div key=${figure.id}><${Figure} live=${live} figure=${figure} /><${Predictions} figure=${figure} /></div>`
    : html`<${Hidden} key=${figure.id} live=${live} figure=${figure} here=${here} isOver=${isOver} />`))}
    ${meeting.figures.length === 0 && html`<${Empty}>No figure has been chosen yet.<//>`}
    ${!isOver && html`<${ChooseFigure} live=${live} isFirst=${meeting.figures.length === 0} />`}</div>`;
}

// ---------------------------------------------------------------- observe, interpret: held apart

function Observations({ live, meeting, isOver, figure = null, title = "What we see" }) {
  const entries = meeting.observations.filter((one) => one.figure === (figure ? figure.id : "") || (!figure && !meeting.figures.some((held) => held.id === one.figure)));
  return html`<section class="dw-seen" aria-label=${title}><h3>${title}</h3><${Sentences} live=${live} entries=${entries} kind="observation" label="What do you see? Facts only" adds="add_observation" changes="change_observation"
    more=${figure ? { figure: figure.id } : {}} place=${`${meeting.id}:${figure ? figure.id : ""}`} isOver=${isOver} empty="Nothing has been written yet." /></section>`;
}

function Observe(props) {
  const { live, meeting } = props, figures = shownFigures(meeting);
  if (!figures.length) return html`<${Observations} ...${props} />`;
  return html`<div>${figures.map((figure) => html`<div key=${figure.id} class="dw-columns dw-columns-figure"><${Figure} live=${live} figure=${figure} />
    <${Observations} ...${props} figure=${figure} title=${figures.length > 1 ? `What we see in: ${figure.title}` : "What we see"} /></div>`)}
    ${meeting.observations.some((one) => !one.figure) && html`<${Observations} ...${props} title="What else we see" />`}</div>`;
}

function Ticks({ all, held, set }) {
  if (!all.length) return null;
  return html`<fieldset class="dw-ticks"><legend class="dw-label">It rests on</legend>${all.map((one) => html`<label key=${one.id} class="dw-tick-line">
    <input type="checkbox" checked=${held.includes(one.id)} onChange=${() => set(held.includes(one.id) ? held.filter((id) => id !== one.id) : [...held, one.id])} /><span dir="auto">${one.words}</span></label>`)}</fieldset>`;
}

export function numbersOf(observations, ids) {
  return ids.map((id) => observations.findIndex((one) => one.id === id) + 1).filter(Boolean).sort((one, other) => one - other);
}

function RestsOn({ live, meeting, entry, isOver }) {
  const [isOpen, setOpen] = useState(false), numbers = numbersOf(meeting.observations, entry.from);
  const set = (from) => live.act("change_interpretation", { interpretation: entry.id, words: entry.words, from, changes: entry.id, seen: entry.version });
  return html`<div>${numbers.length > 0 && html`<span class="dw-small">Rests on ${numbers.map((one) => `observation ${one}`).join(", ")} </span>`}
    ${!isOver && meeting.observations.length > 0 && html`<${Button} kind="quiet" expanded=${isOpen} label=${`Choose what it rests on: ${entry.words}`} onPress=${() => setOpen(!isOpen)}>${isOpen ? "Done" : "Choose what it rests on"}<//>`}
    ${isOpen && html`<${Ticks} all=${meeting.observations} held=${entry.from} set=${set} />`}</div>`;
}

function Interpretations({ live, meeting, isOver }) {
  const [held, set] = useState([]);
  const add = async (words, field) => {
    const told = await live.act("add_interpretation", { id: newId("interpretation"), words, from: held, field });
    if (!told.refused) set([]);
    return told;
  };
  const rests = (entry) => html`<${RestsOn} live=${live} meeting=${meeting} entry=${entry} isOver=${isOver} />`;
  return html`<section class="dw-meant" aria-label="What it may mean"><h3>What it may mean</h3>
    <${Sentences} live=${live} entries=${meeting.interpretations} kind="interpretation" label="What might explain it?" changes="change_interpretation" detail=${rests} isOver=${isOver} adds="" />
    ${!isOver && html`<${Ticks} all=${meeting.observations} held=${held} set=${set} />
      <${Field} live=${live} name=${`${meeting.id}:interpretation`} label="What might explain it?" send=${add} lines=${2} />`}</section>`;
}

function Interpret(props) {
  const { live, meeting } = props;
  return html`<div>${shownFigures(meeting).map((figure) => html`<${FoldedFigure} key=${figure.id} live=${live} figure=${figure} />`)}
    <div class="dw-columns"><section class="dw-seen" aria-label="What we saw"><h3>What we saw</h3>
      ${meeting.observations.length === 0 && html`<${Empty}>No observation has been written yet.<//>`}
      <ol class="dw-numbered">${meeting.observations.map((one) => html`<li key=${one.id}><span dir="auto">${one.words}</span> <${Writer} entry=${one} /></li>`)}</ol></section>
    <${Interpretations} ...${props} /></div><${Findings} ...${props} /></div>`;
}

export function Findings({ live, meeting, isOver, isOpen = false }) {
  const add = (words, field) => live.act("add_finding", { id: newId("finding"), concern: words, field });
  const change = [{ key: "concern", label: "Concern", width: "wide", lines: 2 }];
  return html`<details class="dw-fold" open=${isOpen || meeting.findings.length > 0}><summary>The concern that we take further</summary>
    <ul class="dw-entries">${meeting.findings.map((one) => html`<li class="dw-entry" key=${one.id}><${Record} live=${live} entry=${one} kind="finding" fields=${change} changes="change_finding" label=${one.concern} isOver=${isOver}><span dir="auto">${one.concern}</span><//><${Remarks} remarks=${one.remarks} /></li>`)}</ul>
    ${!isOver && html`<${Field} live=${live} name=${`${meeting.id}:finding`} label="A concern: a number, a group, a time, and no cause" lines=${2} send=${add} />`}</details>`;
}

// ---------------------------------------------------------------- fishbone, whys

function Bones({ live, shown, meeting, look }) {
  const asking = meeting.steps.find((step) => step.does === "whys");
  const why = (cause) => { remember(shown.whys.about, cause.id); look(asking.id); };
  return html`<${Fishbone} live=${live} shown=${shown} onWhy=${asking && shown.whys ? why : undefined} />`;
}

function Asking({ live, shown }) { return html`<${Whys} live=${live} shown=${shown} />`; }

// ---------------------------------------------------------------- decide, act

const DECISION = [{ key: "words", label: "We decide", width: "wide", lines: 2 }, { key: "why", label: "Because", width: "wide", lines: 2 }];

function Decide({ live, meeting, isOver }) {
  const add = (held) => live.act("add_decision", { id: newId("decision"), ...held });
  return html`<section aria-label="Decisions">${meeting.decisions.length === 0 && html`<${Empty}>Nothing has been decided yet.<//>`}
    <ul class="dw-entries">${meeting.decisions.map((one) => html`<li class="dw-entry" key=${one.id}><${Record} live=${live} entry=${one} kind="decision" fields=${DECISION} changes="change_decision" label=${one.words} isOver=${isOver}>
      <strong dir="auto">${one.words}</strong>${one.why && html`<p dir="auto">Because ${one.why}</p>`}<//></li>`)}</ul>
    ${!isOver && html`<${Form} live=${live} name=${`${meeting.id}:decision`} label="A decision" fields=${DECISION} start=${{ words: "", why: "" }} needs=${["words"]} send=${add} sendLabel="Add" />`}</section>`;
}

function Actions({ live, meeting, isOver }) {
  const names = namesOf(meeting), fields = actionFields(names, meeting.decisions);
  const start = Object.fromEntries(fields.map(({ key }) => [key, ""]));
  return html`<section aria-label="Actions">${meeting.actions.length === 0 && html`<${Empty}>No action has been agreed yet.<//>`}
    <ul class="dw-entries">${meeting.actions.map((action) => html`<${ActionLine} key=${action.id} live=${live} action=${action} names=${names} isOver=${isOver} />`)}</ul>
    ${!isOver && html`<${Form} live=${live} name=${`${meeting.id}:action`} label="An action" fields=${fields} start=${start} needs=${["what"]}
      send=${(held) => live.act("add_action", { id: newId("action"), ...held })} sendLabel="Add" />`}</section>`;
}

// ---------------------------------------------------------------- notes, and what a step does

const NOTE = [["Everybody in this meeting", false], ["Only I", true]];

export function Notes({ live, meeting, isOver, isOpen = false }) {
  const [restricted, setRestricted] = useState(false);
  const add = (words, field) => live.act("add_note", { id: newId("meeting_note"), words, restricted, field });
  return html`<details class="dw-fold" open=${isOpen || undefined}><summary>Notes${meeting.notes.length ? ` (${meeting.notes.length})` : ""}</summary>
    <ul class="dw-entries">${meeting.notes.map((note) => html`<li class="dw-entry" key=${note.id}>
      <${Record} live=${live} entry=${note} kind="note" fields=${[{ key: "words", label: "Note", width: "wide", lines: 2 }]} changes="change_note"
        more=${{ restricted: note.restricted, about: note.about }} label=${note.words} isOver=${isOver}>
        <span dir="auto">${note.words}</span> <${Writer} entry=${note} />${note.restricted && html` <span class="dw-from">only you see this</span>`}<//></li>`)}</ul>
    ${!isOver && html`<fieldset class="dw-ticks"><legend class="dw-label">Who reads it</legend>${NOTE.map(([said, held]) => html`<label class="dw-tick-line" key=${said}>
        <input type="radio" name=${`note-${meeting.id}-${isOpen}`} checked=${restricted === held} onChange=${() => setRestricted(held)} /><span>${said}</span></label>`)}</fieldset>
      <${Field} live=${live} name=${`${meeting.id}:note`} label="Note" lines=${2} send=${add} />`}</details>`;
}

function Talk(props) { return html`<div><${Topics} ...${props} /><${Notes} ...${props} isOpen /></div>`; }

const DOES = { welcome: Welcome, agenda: Agenda, predict: Predict, look: Look, observe: Observe, interpret: Interpret, fishbone: Bones, whys: Asking, decide: Decide, actions: Actions, talk: Talk, close: Close };

export function StepBody(props) {
  const Part = DOES[props.step.does] || Talk;
  return html`<${Part} ...${props} />`;
}
