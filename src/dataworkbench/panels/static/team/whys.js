import {html} from "./preact.js";

export function Whys({ shown }) {
  return html`<pre>${JSON.stringify(shown, null, 1)}</pre>`;
}
