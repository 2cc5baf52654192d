// The problem and the bones: the form that begins a fishbone, the words of its problem, and its bones with their colours.

import {html, useState} from "./preact.js";
import {Button, Field, Pick, newId, say, useForm} from "./kit.js";
import {Dialog, Plain, useCardAct} from "./fishbone_card.js";

const FACTS = [["number", "How much, or how many", "31% of 120 students"], ["group", "Of whom", "grade 6"], ["time", "When", "autumn of this year"]];

export function problemText(problem) {
  const facts = [problem.number, problem.group, problem.time].filter(Boolean);
  return facts.length ? `${problem.text} (${facts.join(", ")})` : problem.text;
}

function Facts({ form, choices }) {
  return html`<div class="dw-row">${FACTS.map(([name, label, hint]) => html`<${Plain} key=${name} label=${label} hint=${`such as: ${hint}`}
      value=${form.held[name]} onText=${(text) => form.set(name, text)} />`)}</div>
    <${Pick} label="Indicator that shows it, if there is one" value=${form.held.indicator} options=${[["none", ""], ...choices.indicators]}
      onPick=${(held) => form.set("indicator", held)} />`;
}

function SetPick({ form, choices }) {
  const chosen = choices.sets.find((one) => one.name === form.held.set);
  return html`<${Pick} label="Bones" value=${form.held.set} options=${[...choices.sets.map((one) => [one.title, one.name]), ["our own", "own"]]}
      onPick=${(held) => form.set("set", held)} />
    ${chosen ? html`<p>${chosen.bones.join(", ")}</p>`
      : html`<label class="dw-label" for="dw-own-bones">Our own bones, one on each line</label>
        <textarea id="dw-own-bones" class="dw-input" rows="5" value=${form.held.own} onInput=${(event) => form.set("own", event.target.value)}></textarea>`}`;
}

// A meeting goes on with a fishbone that was begun before it: everything on it comes along.
function Earlier({ live, earlier }) {
  const [told, setTold] = useState("");
  const take = async (fishbone) => {
    const answer = await live.act("take_up_fishbone", { fishbone });
    if (answer.refused) { live.refusal = ""; setTold(answer.refused); return; }
    say("The fishbone is here, with all that is on it.");
  };
  return html`<section class="dw-fb-earlier"><h3>Or go on with one of this cycle</h3>
    <ul class="dw-fb-known">${earlier.map((one) => html`<li key=${one.id}><span><bdi>${one.problem}</bdi> <span class="dw-fb-soft">begun ${one.day}</span></span>
      <${Button} label=${`Go on with: ${one.problem}`} onPress=${() => take(one.id)}>Go on with this one<//></li>`)}</ul>
    ${told && html`<p class="dw-told" role="alert">${told}</p>`}</section>`;
}

export function Begin({ live, shown, choices, done = () => {} }) {
  const start = shown.start || {};
  const form = useForm(live, "fishbone begin", { problem: start.problem || "", number: start.number || "", group: start.group || "",
    time: start.time || "", indicator: start.indicator || "", set: "schools", own: "", finding: "" });
  const [told, setTold] = useState(""), [names] = useState({ id: newId("fishbone"), finding_id: newId("finding") });
  const from = (id) => {
    form.set("finding", id);
    const found = shown.findings.find((one) => one.id === id);
    if (found) { form.set("problem", found.concern); form.set("indicator", found.indicator); }
  };
  const begin = async () => {
    const answer = await live.act("begin_fishbone", { ...form.held, ...names });
    if (answer.refused) { live.refusal = ""; setTold(answer.refused); return; }
    form.clear();
    say("The fishbone is begun.");
    done();
  };
  return html`<section class="dw-fb-begin"><h2>Begin a fishbone</h2>
    <p>A fishbone gathers every cause that somebody can think of. It begins with what was seen: how much, of whom, when, and no cause in it.</p>
    ${shown.findings.length > 0 && html`<${Pick} label="Begin from a finding of this cycle" value=${form.held.finding}
      options=${[["a new one", ""], ...shown.findings.map((one) => [one.concern, one.id])]} onPick=${from} />`}
    <${Plain} label="The problem" value=${form.held.problem} onText=${(text) => form.set("problem", text)} />
    <${Facts} form=${form} choices=${choices} />
    <${SetPick} form=${form} choices=${choices} />
    ${told && html`<p class="dw-told" role="alert">${told}</p>`}
    <p><${Button} kind="main" onPress=${begin}>Begin the fishbone<//></p>
    ${shown.can_go_on && html`<${Earlier} live=${live} earlier=${shown.earlier} />`}</section>`;
}

export function ProblemDialog({ live, bone, choices, close }) {
  const [act, told] = useCardAct(live, bone.id);
  const [seen, setSeen] = useState({ version: bone.version, ...factsOf(bone.problem) });
  const form = useForm(live, `problem ${bone.id}`, factsOf(bone.problem));
  const now = factsOf(bone.problem);
  const isChanged = Object.keys(now).some((name) => now[name] !== seen[name]);
  const save = async () => {
    const { version, ...was } = seen;
    const answer = await act("change_problem", { ...form.held, figure: bone.problem.figure, changes: bone.id, seen: version, was });
    if (answer.refused) { setSeen({ version: bone.version, ...now }); return; }
    form.clear();
    say("The problem is changed.");
    close();
  };
  return html`<${Dialog} title="The problem" close=${close} side>${told}
    ${isChanged && html`<div class="dw-clash" role="alert"><p><strong>Somebody changed this while you were writing.</strong> It says now:</p>
      <p dir="auto">${problemText(bone.problem)}</p><p>Yours is still in the fields. Save puts it in place of theirs.</p></div>`}
    <${Plain} label="The problem" value=${form.held.problem} onText=${(text) => form.set("problem", text)} />
    <${Facts} form=${form} choices=${choices} />
    <p><${Button} kind="main" onPress=${save}>Save<//></p><//>`;
}

function factsOf(problem) {
  return { problem: problem.text, number: problem.number, group: problem.group, time: problem.time, indicator: problem.indicator };
}

function BoneLine({ live, one, at, bone, act }) {
  const rename = (name, field) => act("rename_bone", { bone: one.name, name, field }, "Renamed.");
  const move = (place) => () => act("move_bone", { bone: one.name, place }, "Moved.");
  const held = bone.causes.filter((cause) => cause.bone === one.name).length;
  const removed = held ? `${one.name} is removed. Its causes are loose cards now.` : `${one.name} is removed.`;
  return html`<li class="dw-fb-bone-line"><span class="dw-fb-bone-name" style=${{ background: one.color, color: one.ink }}>${one.name}</span>
    <${Field} live=${live} name=${`bone ${bone.id} ${one.name}`} label=${`Another name for ${one.name}`} hideLabel hint="another name" send=${rename} sendLabel="Rename" />
    <label class="dw-fb-color">Colour <input type="color" value=${one.color} aria-label=${`Colour of ${one.name}`}
      onChange=${(event) => act("color_bone", { bone: one.name, color: event.target.value }, "Coloured.")} /></label>
    <${Button} label=${`Move ${one.name} forward`} disabled=${at === 0} onPress=${move(at - 1)}>${"\u2191"}<//>
    <${Button} label=${`Move ${one.name} back`} disabled=${at === bone.bones.length - 1} onPress=${move(at + 1)}>${"\u2193"}<//>
    <${Button} label=${`Remove ${one.name}`} onPress=${() => act("remove_bone", { bone: one.name }, removed)}>Remove<//></li>`;
}

export function BonesDialog({ live, bone, choices, close }) {
  const [act, told] = useCardAct(live, bone.id);
  const form = useForm(live, `bones ${bone.id}`, { set: "schools", own: "" });
  const add = (name, field) => act("add_bone", { name, field }, `${name} is added.`);
  const choose = () => act("choose_bones", form.held, "These bones are chosen. Causes of bones that are gone are loose cards now.");
  return html`<${Dialog} title="Bones" close=${close} side>${told}
    <ol class="dw-fb-known">${bone.bones.map((one, at) => html`<${BoneLine} key=${one.name} live=${live} one=${one} at=${at} bone=${bone} act=${act} />`)}</ol>
    ${bone.bones.length < choices.most_bones && html`<${Field} live=${live} name=${`bone new ${bone.id}`} label="One bone more" send=${add} />`}
    <section><h3>Take another set</h3><${SetPick} form=${form} choices=${choices} />
      <p><${Button} onPress=${choose}>Take these bones<//></p></section><//>`;
}
