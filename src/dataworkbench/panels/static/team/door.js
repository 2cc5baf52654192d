// The door of the room: which meetings there are, joining one, and beginning a new one.

import {html, useState} from "./preact.js";
import {Button, newId} from "./kit.js";
import {Form} from "./lists.js";

export const ROLES = ["facilitator", "timekeeper", "recorder"];
const STATES = { open: "Going on now", ahead: "Ahead", earlier: "Earlier" };

export function grouped(meetings) {
  return Object.entries(STATES).map(([state, title]) => [title, meetings.filter((one) => one.state === state)]).filter(([, held]) => held.length);
}

export function Join({ live, meeting, onWatch, start = {} }) {
  const fields = [{ key: "name", label: "Your name", width: "wide" },
    { key: "role", label: "Your role", options: [["No role", ""], ...meeting.roles.map((one) => [one.role, one.role])] }];
  const send = (held) => live.act("join", { meeting: meeting.id, ...held }, { undo: false });
  return html`<section class="dw-join" aria-label="Join the meeting"><h2>Join: <bdi>${meeting.name}</bdi></h2>
    <p>${[meeting.day, meeting.school, meeting.title].filter(Boolean).join(" · ")}</p>
    <${Form} live=${live} name=${`join:${meeting.id}`} label="Join the meeting" fields=${fields} needs=${["name"]}
      start=${{ name: "", role: "", ...start }} send=${send} sendLabel="Join" />
    <p class="dw-small">What you write carries your name. On the projector, choose to look on only.</p>
    <${Button} onPress=${onWatch}>Look on only<//></section>`;
}

// ---------------------------------------------------------------- the list of meetings

function Line({ live, line, onOpen }) {
  return html`<li class="dw-line"><div><strong dir="auto">${line.name}</strong>
    <p class="dw-small">${[line.day, line.school, line.title, line.here ? `${line.here} here` : ""].filter(Boolean).join(" · ")}</p></div>
    <${Button} kind=${line.state === "open" ? "main" : "plain"} label=${`Open: ${line.name}, ${line.day}`} onPress=${() => onOpen(line)}>Open<//></li>`;
}

function EnterForm({ live, line, onBack }) {
  const fields = [{ key: "name", label: "Your name", width: "wide" }, { key: "role", label: "Your role", offer: ROLES }];
  return html`<section class="dw-join" aria-label="Join the meeting"><h2>Join: <bdi>${line.name}</bdi></h2>
    <${Form} live=${live} name=${`join:${line.id}`} label="Join the meeting" fields=${fields} needs=${["name"]} start=${{ name: "", role: "" }}
      send=${(held) => live.act("join", { meeting: line.id, ...held }, { undo: false })} sendLabel="Join" onCancel=${onBack} /></section>`;
}

// ---------------------------------------------------------------- beginning one

export function Protocol({ protocol }) {
  return html`<div class="dw-protocol"><p>${protocol.purpose}</p>
    <details class="dw-fold"><summary>${protocol.steps.length} steps, ${protocol.minutes} minutes in all</summary>
      <ol>${protocol.steps.map((step) => html`<li key=${step.name}><strong>${step.name}</strong>, ${step.minutes} min: ${step.asks}</li>`)}</ol></details></div>`;
}

export function beginFields(offer) {
  const fields = [{ key: "name", label: "Name of the meeting", width: "wide" }, { key: "on", label: "Day", type: "day" },
    { key: "your_name", label: "Your name" }, { key: "your_role", label: "Your role", offer: ROLES }];
  if (offer.schools.length) fields.push({ key: "school", label: "School", options: [["All schools", ""], ...offer.schools.map((one) => [one.name, one.id])] });
  if (offer.teams.length) fields.push({ key: "team", label: "Team", options: [["No team", ""], ...offer.teams.map((one) => [one.name, one.id])] });
  return fields;
}

function Begin({ live, offer, today, onBack }) {
  const [name, setName] = useState(offer.suggestedProtocol || (offer.protocols[0] || {}).name || "");
  const protocol = offer.protocols.find((one) => one.name === name);
  if (!protocol) return html`<p class="dw-told">There is no protocol that can be read. ${offer.faults.join(" ")}</p>`;
  const start = { name: offer.suggested, on: today, your_name: "", your_role: "", school: offer.school, team: "" };
  const send = (held) => live.act("begin_meeting", { id: newId("meeting"), protocol: name, ...held }, { undo: false });
  return html`<section class="dw-begin" aria-label="Begin a meeting"><h2>Begin a meeting</h2>
    <fieldset class="dw-protocols"><legend class="dw-label">How you want to meet</legend>
      ${offer.protocols.map((one) => html`<label key=${one.name} class=${`dw-choice${one.name === name ? " dw-choice-on" : ""}`}>
        <input type="radio" name="protocol" checked=${one.name === name} onChange=${() => setName(one.name)} /><span><strong>${one.title}</strong><br />${one.minutes} min</span></label>`)}</fieldset>
    <${Protocol} protocol=${protocol} />
    <${Form} live=${live} name="begin" label="Begin a meeting" fields=${beginFields(offer)} needs=${["name", "your_name"]} start=${start} send=${send}
      sendLabel="Begin the meeting" onCancel=${onBack} />
    ${offer.faults.map((fault) => html`<p class="dw-gently" key=${fault}>${fault}</p>`)}</section>`;
}

export function Door({ live, held, onLook }) {
  const [line, setLine] = useState(null), [begins, setBegins] = useState(held.meetings.length === 0);
  if (line) return html`<${EnterForm} live=${live} line=${line} onBack=${() => setLine(null)} />`;
  if (begins && held.offer) return html`<${Begin} live=${live} offer=${held.offer} today=${held.today} onBack=${held.meetings.length ? () => setBegins(false) : undefined} />`;
  return html`<section class="dw-door" aria-label="Meetings"><div class="dw-door-head"><h2>Meetings</h2>
      ${held.offer && html`<${Button} kind="main" onPress=${() => setBegins(true)}>Begin a meeting<//>`}</div>
    ${held.meetings.length === 0 && html`<p>No meeting has been held yet.</p>`}
    ${grouped(held.meetings).map(([title, lines]) => html`<h3 key=${title}>${title}</h3>
      <ul class="dw-entries">${lines.map((one) => html`<${Line} key=${one.id} live=${live} line=${one} onOpen=${setLine} />`)}</ul>`)}</section>`;
}
