// A figure that a meeting looks at: chosen from what the district measures, frozen with its data, and shown to all at once.

import {html, useState, useEffect, useRef} from "./preact.js";
import {Button, Drawing, Pick, newId, say} from "./kit.js";

// The drawing is fetched once, when the figure is shown, and drawn as it was frozen.
function Frozen({ live, figure }) {
  const [drawing, setDrawing] = useState(null), [told, setTold] = useState("");
  useEffect(() => {
    let isGone = false;
    live.fetch("drawing", { figure: figure.id }).then((answer) => {
      if (isGone) return;
      setDrawing(answer.got || null);
      setTold(answer.refused || "");
    });
    return () => { isGone = true; };
  }, [figure.id]);
  if (told) return html`<p class="dw-told">${told}</p>`;
  return drawing ? html`<${Drawing} live=${live} drawing=${drawing} alt=${figure.alt || figure.title} />` : html`<p class="dw-waiting" role="status">Drawing the figure ...</p>`;
}

export function Numbers({ table, title }) {
  if (table.length < 2) return null;
  const [titles, ...rows] = table;
  return html`<details class="dw-fold"><summary>The numbers</summary><div class="dw-table" tabindex="0" role="region" aria-label=${`The numbers of ${title}`}><table>
    <thead><tr>${titles.map((said) => html`<th scope="col">${said}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${row.map((said) => html`<td>${said}</td>`)}</tr>`)}</tbody></table></div></details>`;
}

export function Figure({ live, figure, isSmall = false }) {
  return html`<section class=${`dw-figure${isSmall ? " dw-figure-small" : ""}`} aria-label=${figure.title}>
    <h3 dir="auto" class=${figure.has_drawing ? "dw-unseen" : ""}>${figure.title}</h3>
    ${figure.has_drawing && html`<${Frozen} live=${live} figure=${figure} />`}
    ${figure.words.map((sentence) => html`<p key=${sentence} dir="auto">${sentence}</p>`)}
    <${Numbers} table=${figure.table} title=${figure.title} />
    ${figure.snapshot && html`<p class="dw-small">As the data were in snapshot ${figure.snapshot}.</p>`}
    ${figure.newer && html`<p class="dw-gently">${figure.newer}</p>`}
  </section>`;
}

export function FoldedFigure({ live, figure }) {
  const [isOpen, setOpen] = useState(false);
  return html`<div class="dw-fold"><${Button} expanded=${isOpen} onPress=${() => setOpen(!isOpen)}>${isOpen ? "Fold" : "Look at"}: ${figure.title}<//>
    ${isOpen && html`<${Figure} live=${live} figure=${figure} isSmall />`}</div>`;
}

// ---------------------------------------------------------------- choosing one

export function whereOf(held) {
  return Object.fromEntries(Object.entries(held).filter(([, value]) => value !== "").map(([column, value]) => [column, [value]]));
}

function Offer({ live, choices, onDone }) {
  const [name, setName] = useState(""), [by, setBy] = useState(""), [where, setWhere] = useState({});
  const [told, setTold] = useState(""), [busy, setBusy] = useState(false);
  const indicator = choices.indicators.find((one) => one.id === name);
  const start = (id) => { setName(id); setBy(""); setWhere({}); setTold(""); };
  const bring = async () => {
    if (!indicator) { setTold("Choose first what to look at."); return; }
    setBusy(true);
    const answer = await live.act("add_figure", { id: newId("seen"), indicator: name, by: by ? [by] : [], where: whereOf(where) });
    setBusy(false);
    setTold(answer.refused || "");
    if (answer.refused) return;
    say("The figure is ready. It is hidden until it is shown to all.");
    onDone();
  };
  const options = (column) => [["All", ""], ...choices.values[column].options.map((one) => [one.label, one.value])];
  return html`<div class="dw-offer"><div class="dw-row">
      <${Pick} label="What to look at" value=${name} onPick=${start} options=${[["Choose ...", ""], ...choices.indicators.map((one) => [one.title, one.id])]} />
      ${indicator && indicator.by.length > 0 && html`<${Pick} label="Side by side" value=${by} onPick=${setBy} options=${[["Nothing", ""], ...indicator.by.map((one) => [one.label, one.column])]} />`}
      ${indicator && indicator.where.filter((column) => choices.values[column]).map((column) => html`<${Pick} key=${column} label=${choices.values[column].label}
        value=${where[column] || ""} onPick=${(value) => setWhere({ ...where, [column]: value })} options=${options(column)} />`)}
    </div>
    ${indicator && html`<p class="dw-small">${indicator.sentence}</p>`}
    ${busy && html`<p role="status">Working it out and freezing it. This can take some seconds.</p>`}
    ${told && html`<p class="dw-told" role="alert">${told}</p>`}
    <${Button} kind="main" onPress=${bring} disabled=${busy}>Bring this figure<//></div>`;
}

export function ChooseFigure({ live, isFirst }) {
  const [choices, setChoices] = useState(null), [isOpen, setOpen] = useState(isFirst), [told, setTold] = useState("");
  const asked = useRef(false);
  useEffect(() => {
    if (!isOpen || asked.current) return;
    asked.current = true;
    live.fetch("figure_choices").then((answer) => { setChoices(answer.got || null); setTold(answer.refused || ""); });
  }, [isOpen]);
  return html`<div class="dw-choose">
    ${!isFirst && html`<${Button} expanded=${isOpen} onPress=${() => setOpen(!isOpen)}>Bring a figure<//>`}
    ${isOpen && told && html`<p class="dw-told" role="alert">${told}</p>`}
    ${isOpen && !choices && !told && html`<p role="status">Looking up what can be shown ...</p>`}
    ${isOpen && choices && html`<${Offer} live=${live} choices=${choices} onDone=${() => setOpen(false)} />`}</div>`;
}
