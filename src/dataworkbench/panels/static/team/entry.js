// The widget: one part of the team room on one screen.

import {html, render} from "./preact.js";
import {Frame} from "./kit.js";
import {PARTS} from "./parts.js";
import {connect} from "./talk.js";

export default {
  render({ model, el }) {
    const live = connect(model);
    render(html`<${Frame} live=${live} part=${PARTS[model.get("part")]} />`, el);
    return () => { render(null, el); live.close(); };
  },
};
