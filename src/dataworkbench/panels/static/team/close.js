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
    <${Button} kind="main" onPress=${() => printed(recap.html)}>Print the recap<//>
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
      const answer = await live.fetch("recap", { meeting: meeting.id });
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
  return html`<section class="dw-card"><h3>Before you go</h3><ul>${meeting.unfinished.map((said) => html`<li key=${said} dir="auto">${said}</li>`)}</ul></section>`;
}

export function Close({ live, shown, meeting, isOver }) {
  const end = () => live.act("end_meeting", { meeting: meeting.id }, { undo: false }).then((told) => told.refused || say("The meeting has ended."));
  const reopen = () => live.act("reopen_meeting", { meeting: meeting.id }, { undo: false });
  return html`<div><${Unfinished} meeting=${meeting} />
    <div class="dw-row">${isOver ? html`<p><strong>This meeting ended at ${meeting.ended_at}.</strong></p><${Button} onPress=${reopen}>Reopen it<//>`
      : html`<${Button} kind="main" onPress=${end}>End the meeting<//>`}</div>
    <${Recap} live=${live} meeting=${meeting} newest=${shown.newest} /></div>`;
}
