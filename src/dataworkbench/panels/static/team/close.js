// The end of a meeting: what is left open, the recap on one page, and taking it along.

import {html, useState, useEffect, useRef} from "./preact.js";
import {Button, download, say} from "./kit.js";

export function printed(page) {
  const frame = document.createElement("iframe");
  frame.className = "dw-unseen";
  frame.title = "The recap, to be printed";
  frame.srcdoc = page;
  frame.onload = () => { frame.contentWindow.focus(); frame.contentWindow.print(); setTimeout(() => frame.remove(), 60000); };
  document.body.append(frame);
}

// The page stands in a frame that runs no script and opens nothing.
function Preview({ page, title }) {
  return html`<iframe class="dw-recap" title=${title} sandbox="" srcdoc=${page}></iframe>`;
}

function Take({ recap }) {
  return html`<div class="dw-row dw-take">
    <${Button} onPress=${() => printed(recap.html)}>Print the recap<//>
    <${Button} onPress=${() => download(`${recap.name}.html`, recap.html, "text/html")}>Recap as a page<//>
    <${Button} onPress=${() => download(`${recap.name}.md`, recap.markdown, "text/markdown")}>Recap as Markdown<//>
    ${recap.minutes_html && html`<${Button} onPress=${() => download(`${recap.name}-minutes.html`, recap.minutes_html, "text/html")}>Minutes as a page<//>
      <${Button} onPress=${() => download(`${recap.name}-minutes.md`, recap.minutes_markdown, "text/markdown")}>Minutes as Markdown<//>`}</div>`;
}

export function Recap({ live, meeting, newest }) {
  const [recap, setRecap] = useState(null), [told, setTold] = useState("");
  const asked = useRef(0);
  useEffect(() => {
    const mine = asked.current += 1;
    const timer = setTimeout(async () => {
      const answer = await live.fetch("papers");
      if (mine !== asked.current) return;
      if (answer.got) setRecap(answer.got);
      setTold(answer.refused || "");
    }, recap ? 1500 : 0);
    return () => clearTimeout(timer);
  }, [meeting.id, newest]);
  if (told) return html`<p class="dw-told" role="alert">${told}</p>`;
  if (!recap) return html`<p role="status">Writing the recap ...</p>`;
  return html`<div><${Take} recap=${recap} /><${Preview} page=${recap.html} title="The recap on one page" /></div>`;
}

function Unfinished({ meeting }) {
  if (!meeting.unfinished.length) return null;
  return html`<section class="dw-box"><h3>Before you go</h3><ul>${meeting.unfinished.map((said) => html`<li key=${said} dir="auto">${said}</li>`)}</ul></section>`;
}

function Written({ written }) {
  if (!written) return null;
  return html`<p class="dw-small">Minutes and recap were written at ${written.at} into the workspace: <strong>${written.folder}</strong>.</p>`;
}

export function Close({ live, shown, meeting, isOver }) {
  const { written } = shown.papers || {};
  const write = () => live.act("write_papers", {}, { undo: false }).then((told) => told.refused || say("Minutes and recap are written."));
  const end = async () => {
    const told = await live.act("end_meeting", { meeting: meeting.id }, { undo: false });
    if (!told.refused) await write();
  };
  const reopen = () => live.act("reopen_meeting", { meeting: meeting.id }, { undo: false });
  const you = shown.meeting.you;
  return html`<div><${Unfinished} meeting=${meeting} />
    ${meeting.ended && html`<p><strong>This meeting ended at ${meeting.ended_at}.</strong></p>`}
    <${Written} written=${written} />
    <div class="dw-row">${meeting.ended && you && html`<${Button} onPress=${write}>Write the minutes again<//><${Button} onPress=${reopen}>Reopen the meeting<//>`}
      ${!isOver && html`<${Button} kind="main" onPress=${end}>End the meeting and write the minutes<//>`}</div>
    <${Recap} live=${live} meeting=${meeting} newest=${shown.newest} /></div>`;
}
