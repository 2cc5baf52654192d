import {html} from "./preact.js";

export function Fishbone({ shown }) {
  return html`<pre>${JSON.stringify(shown, null, 1)}</pre>`;
}
