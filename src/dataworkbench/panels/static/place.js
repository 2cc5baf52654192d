// One part of a page: figures that stay where they are and are handed new data, and words below them.

const FIGURE = "application/vnd.plotly.v1+json";
const LIBRARY = Symbol.for("dataworkbench.plotly");   // one for all parts of a page

// JupyterLab and Voila have loaded Plotly already, to draw figures in cells; it is handed out once it has drawn something.
async function fromThePage() {
  if (globalThis.Plotly && globalThis.Plotly.react) return globalThis.Plotly;
  const factory = await globalThis._JUPYTERLAB["jupyterlab-plotly"].get("./mimeExtension");
  const [extension] = [factory().default].flat();
  const renderer = extension.rendererFactory.createRenderer({ mimeType: FIGURE });
  await renderer.renderModel({ data: { [FIGURE]: { data: [], layout: {} } }, metadata: {}, setData() {} });
  const found = renderer.constructor.Plotly;
  renderer.dispose();
  if (!found || !found.react) throw new Error("This page keeps Plotly to itself.");
  return found;
}

function fromTheKernel(model) {
  return new Promise((resolve) => {
    const hear = (told) => {
      if (typeof told.plotly !== "string") return;
      model.off("msg:custom", hear);
      const held = { exports: {} };
      new Function("module", "exports", "define", told.plotly)(held, held.exports, undefined);
      resolve(held.exports);
    };
    model.on("msg:custom", hear);
    model.send({ ask: "plotly" });
  });
}

function plotly(model) {
  globalThis[LIBRARY] = globalThis[LIBRARY] || fromThePage().catch(() => fromTheKernel(model));
  return globalThis[LIBRARY];
}

function render({ model, el }) {
  const pieces = [];
  let library, isGone = false;

  function piece(at, kind) {
    const held = pieces[at];
    if (held && held.kind === kind) return held.node;
    const node = document.createElement("div");
    node.className = kind === "figure" ? "dw-kept-figure" : "dw-kept-words jp-RenderedHTMLCommon jp-RenderedHTML";
    if (held) { clear(held); held.node.replaceWith(node); } else el.append(node);
    pieces[at] = { kind, node };
    return node;
  }

  function clear({ kind, node }) { if (kind === "figure" && library) library.purge(node); }

  function drawn(node, { data, layout }) {
    const alt = layout.meta && layout.meta.alt;
    if (alt) { node.setAttribute("role", "img"); node.setAttribute("aria-label", alt); }
    return library.react(node, data, layout, { responsive: true, displaylogo: false });
  }

  // Each style comes once, with marks where it stood: every cell of a table carries one.
  function whole({ html, styles }) {
    return styles ? html.replace(/ style="~(\d+)"/g, (_, at) => ` style="${styles[at]}"`) : html;
  }

  // The words come from the kernel as the markup that a cell would show; what a reader had opened stays open.
  function said(node, markup) {
    const open = [...node.querySelectorAll("details")].map((one) => one.open);
    node.innerHTML = markup;
    node.querySelectorAll("details").forEach((one, at) => { one.open = open[at] || false; });
  }

  function put() {
    if (isGone) return;
    const parts = JSON.parse(model.get("told"));
    while (pieces.length > parts.length) { const last = pieces.pop(); clear(last); last.node.remove(); }
    parts.forEach((part, at) => {
      if (part.figure) drawn(piece(at, "figure"), part.figure);
      else said(piece(at, "words"), whole(part));
    });
  }

  const update = () => plotly(model).then((found) => { library = found; put(); });
  model.on("change:told", update);
  update();
  return () => { isGone = true; model.off("change:told", update); pieces.forEach(clear); };
}

export default { render };
