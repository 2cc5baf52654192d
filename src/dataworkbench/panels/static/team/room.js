// The room: what everybody has before their eyes in a meeting. The step that the room is at, its clock, and who is here.

import {html, useState, useEffect, useRef} from "./preact.js";
import {Button, Safely, Undo, say, useClock} from "./kit.js";
import {Door, Join} from "./door.js";
import {Notes, StepBody, counted} from "./steps.js";
import {fraction, leftOf, leftOfAll, spoken, timeOfDay, told} from "./clock.js";

// ---------------------------------------------------------------- what this browser likes

function liked(key) { try { return window.localStorage.getItem(key) === "yes"; } catch { return false; } }
function like(key, value) { try { window.localStorage.setItem(key, value ? "yes" : "no"); } catch { /* then only until the page is left */ } }

export function isWriting(inside) {
  const at = document.activeElement;
  const isField = Boolean(inside && at && inside.contains(at) && /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
  return isField && !/^(checkbox|radio)$/.test(at.type) && Boolean(at.value.trim());       // an empty field holds nobody back
}

export function leads(you, seats) {
  const isLead = (role) => /facilitat|timekeep/i.test(role || "");
  return Boolean(you) && (isLead(you.role) || !seats.some((seat) => seat.here && isLead(seat.role)));
}

// ---------------------------------------------------------------- the clock

function Clock({ live, meeting, step, isAway }) {
  const now = useClock(live), said = useRef("");
  const left = leftOf(step, now), all = leftOfAll(meeting.steps, now, step), isRunning = Boolean(step.started);
  useEffect(() => {
    const word = isRunning ? spoken(left) : "";
    if (word && word !== said.current) say(`${step.name}: ${word}`);
    said.current = word;
  });
  return html`<div class=${`dw-clock${left < 0 ? " dw-clock-over" : ""}`}>
    <div class="dw-clock-big" role="timer" aria-label=${`${step.name}: time left`}>${told(left)}</div>
    <div class="dw-clock-words"><span>${isAway ? `${step.name}: ` : ""}${left < 0 ? "over the time of this step" : isRunning ? "left of this step" : "for this step; the clock stands"}</span>
      <span>${meeting.ended ? `Ended at ${meeting.ended_at}` : `${Math.max(0, Math.ceil(all / 60))} min left in all, until ${timeOfDay(now + all * 1000, live.shown.meeting.zone)}`}</span></div>
    <div class="dw-clock-bar" aria-hidden="true"><div style=${{ width: `${fraction(step, now) * 100}%` }}></div></div></div>`;
}

function Lead({ live, meeting, step }) {
  const more = () => live.act("give_minutes", { step: step.id, more: step.more + 1 }, { undo: false });
  const last = meeting.steps[meeting.steps.length - 1].id === step.id;
  return html`<div class="dw-lead" role="group" aria-label="Clock of the room">
    ${step.started ? html`<${Button} onPress=${() => live.act("pause_clock", { step: step.id }, { undo: false })}>Pause<//>`
      : html`<${Button} kind="main" onPress=${() => live.act("start_clock", { step: step.id }, { undo: false })}>Start the clock<//>`}
    ${!last && html`<${Button} kind=${step.started ? "main" : "plain"} onPress=${() => live.act("finish_step", { step: step.id, start: true }, { undo: false })}>Next step<//>`}
    <${Button} onPress=${more}>1 minute more<//></div>`;
}

// ---------------------------------------------------------------- steps at the side

function StepList({ meeting, at, onLook }) {
  const strip = useRef(null);
  useEffect(() => {
    const one = strip.current && strip.current.querySelector(".dw-step-on");
    if (one) strip.current.scrollLeft = one.offsetLeft - strip.current.offsetLeft - 40;
  }, [at]);
  return html`<nav class="dw-steps" aria-label="Steps of the meeting"><ol ref=${strip}>${meeting.steps.map((step) => html`<li key=${step.id}
      class=${`${step.id === at ? "dw-step-on" : ""} ${step.done ? "dw-step-done" : ""}`}>
    <button type="button" class="dw-step" aria-current=${step.here ? "step" : undefined} onClick=${() => onLook(step.id)}>
      <span class="dw-step-name">${step.done && html`<span class="dw-step-mark"><span aria-hidden="true">✓</span><span class="dw-unseen">done: </span></span>`}${step.name}</span>
      <span class="dw-step-time">${step.here && step.id !== at && html`<span class="dw-step-here">room</span>`}${step.minutes + step.more} min</span></button></li>`)}</ol></nav>`;
}

function People({ meeting }) {
  const here = meeting.seats.filter((seat) => seat.here);
  const named = (seat) => html`<li key=${seat.place}><bdi>${seat.name}</bdi>${seat.you ? " (you)" : ""}${seat.role ? html`<span class="dw-small">, ${seat.role}</span>` : ""}</li>`;
  return html`<details class="dw-people"><summary>${counted(here.length, "person", "people")} here</summary><ul>${here.map(named)}</ul></details>`;
}

// ---------------------------------------------------------------- which step is before one's eyes

// One follows the room. Where one is writing when it moves on, one stays, and is told; so is one who looks at another step.
function useStep(meeting, inside) {
  const room = meeting.now || meeting.steps[0].id;
  const [at, setAt] = useState(room), [follows, setFollows] = useState(true), before = useRef(room), latest = useRef(room);
  latest.current = room;              // what is done after an answer goes by where the room is then
  useEffect(() => {
    if (before.current === room) return;
    before.current = room;
    if (follows && isWriting(inside.current)) setFollows(false);
    else if (follows) { setAt(room); say(`The room is at: ${meeting.steps.find((step) => step.id === room).name}`); }
  }, [room, follows]);
  // Another step begins at its beginning, also for one who had scrolled down in the step before.
  useEffect(() => {
    const place = inside.current;
    if (place && place.getBoundingClientRect().top < 0) place.scrollIntoView({ block: "start" });
  }, [at]);
  const look = (id) => { setAt(id); setFollows(id === latest.current); };
  const step = meeting.steps.find((one) => one.id === at) || meeting.steps[0];
  return { step, room: meeting.steps.find((one) => one.id === room) || meeting.steps[0], isAway: step.id !== room, look, back: () => look(latest.current) };
}

function Away({ live, you, here, step, isOver, onBack }) {
  const move = () => live.act("go_to_step", { step: step.id, start: true }, { undo: false }).then((answer) => answer.refused || onBack());
  return html`<div class="dw-away" role="status"><p>The room is at <strong>${here.name}</strong>; you look at another step.</p>
    <div class="dw-row"><${Button} kind="main" onPress=${onBack}>Follow the room<//>
    ${you && !isOver && html`<${Button} onPress=${move}>Take the room here<//>`}</div></div>`;
}

function Tips({ step }) {
  if (!step.tips.length) return null;
  return html`<details class="dw-fold dw-tips"><summary>For the facilitator</summary><ul>${step.tips.map((tip) => html`<li key=${tip}>${tip}</li>`)}</ul></details>`;
}

// ---------------------------------------------------------------- the meeting

function Head({ live, meeting, you, isLarge, setLarge, onLeave }) {
  return html`<div class="dw-room-head"><div class="dw-room-head-name"><h2 dir="auto">${meeting.name}</h2>
      <p class="dw-small">${[meeting.day, meeting.school, meeting.title].filter(Boolean).join(" · ")}</p></div>
    <${People} meeting=${meeting} />
    <div class="dw-room-head-tools">${you && html`<${Undo} live=${live} />`}
      <span class="dw-wide-only"><${Button} pressed=${isLarge} onPress=${() => setLarge(!isLarge)}>Large letters<//></span>
      <${Button} onPress=${onLeave}>${you ? "Leave" : "Back"}<//></div></div>`;
}

function Meeting({ live, shown, isLarge, setLarge, onLeave }) {
  const { meeting, you } = shown.meeting, isOver = Boolean(meeting.ended) || !you, inside = useRef(null);
  const { step, room, isAway, look, back } = useStep(meeting, inside);
  const props = { live, shown, meeting, step, isOver, look };
  return html`<div class="dw-room">
    <${Head} live=${live} meeting=${meeting} you=${you} isLarge=${isLarge} setLarge=${setLarge} onLeave=${onLeave} />
    <div class="dw-room-body">
      <div class="dw-side"><${Clock} live=${live} meeting=${meeting} step=${room} isAway=${isAway} />
        ${you && !meeting.ended && (leads(you, meeting.seats) ? html`<${Lead} live=${live} meeting=${meeting} step=${room} />`
          : html`<details class="dw-fold dw-lead-fold"><summary>Lead the room</summary><${Lead} live=${live} meeting=${meeting} step=${room} /></details>`)}
        <${StepList} meeting=${meeting} at=${step.id} onLook=${look} /></div>
      <div class="dw-main" ref=${inside}>
        ${isAway && html`<${Away} live=${live} you=${you} here=${room} step=${step} isOver=${isOver} onBack=${back} />`}
        ${!you && html`<p class="dw-small" role="note">You look on. To write, go back and join.</p>`}
        <section class="dw-step-body" key=${step.id} aria-label=${step.name}><p class="dw-step-title">${step.name}</p>
          ${step.asks && html`<h2 class="dw-asks">${step.asks}</h2>`}
          <${Safely} what="This step"><${StepBody} ...${props} /><//>
          <${Tips} step=${step} />
          ${step.does !== "talk" && html`<${Safely} what="The notes"><${Notes} ...${props} /><//>`}</section></div></div></div>`;
}

export function Room({ shown, live }) {
  const held = shown.meeting, [watches, setWatches] = useState(""), [isLarge, setIsLarge] = useState(() => liked("dataworkbench-large"));
  const setLarge = (value) => { like("dataworkbench-large", value); setIsLarge(value); };
  const leave = async () => { if (held.you) await live.act("leave", {}, { undo: false }); setWatches(""); };
  const isIn = held.meeting && (held.you || watches === held.meeting.id);
  return html`<div class=${isLarge ? "dw-large" : ""}>
    ${isIn ? html`<${Meeting} key=${held.meeting.id} live=${live} shown=${shown} isLarge=${isLarge} setLarge=${setLarge} onLeave=${leave} />`
      : held.meeting && held.meeting.id === shown.about ? html`<${Join} live=${live} meeting=${held.meeting} onWatch=${() => setWatches(held.meeting.id)} />`
        : html`<${Door} live=${live} held=${held} />`}</div>`;
}
