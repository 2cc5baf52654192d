// The picture of a fishbone: an SVG in which every cause can be focused, pressed, walked to with arrows, and dragged.

import {html, useState, useLayoutEffect, useRef} from "./preact.js";
import {FACE, MOST_DOTS, fit, fontOf, nextCause} from "./fishbone_layout.js";

const SLACK = 6;
const ABOVE = 250;          // what stands above the picture, until it was measured
const BELOW = 40;

// A ruler for words in a face, as the browser will draw them.
export function rulerFor(font) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = font;
  const known = new Map();
  return (text) => {
    if (!known.has(text)) known.set(text, pen.measureText(text).width);
    return known.get(text);
  };
}

const rulers = new Map();

export function rulersFor(sizes) {
  const key = `${sizes.font} ${sizes.small}`;
  if (!rulers.has(key)) rulers.set(key, threeRulers(sizes));
  return rulers.get(key);
}

function threeRulers(sizes) {
  return { words: rulerFor(fontOf(sizes.font)), bold: rulerFor(fontOf(sizes.font, 700)), small: rulerFor(fontOf(sizes.small)) };
}

export function useWidth(place) {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const take = () => { if (place.current) setWidth(Math.floor(place.current.clientWidth)); };
    take();
    const watch = new ResizeObserver(take);
    watch.observe(place.current);
    return () => watch.disconnect();
  }, []);
  return width;
}

// How much of the screen stands above the picture, in the frame that it lies in.
function useAbove(place) {
  const [above, setAbove] = useState(ABOVE);
  useLayoutEffect(() => {
    const frame = place.current.closest(".dw-team") || place.current;
    const now = Math.round(place.current.getBoundingClientRect().top - frame.getBoundingClientRect().top);
    if (Math.abs(now - above) > 4) setAbove(now);
  });
  return above;
}

// Dragging with a mouse or a pen: what lies under the pointer when it is let go decides. A short press is no drag.
export function useDrag(onDrop) {
  const [drag, setDrag] = useState(null);
  const held = useRef(null);
  const isOver = useRef(false);
  const move = (event) => {
    const start = held.current;
    if (!start) return;
    const far = Math.hypot(event.clientX - start.x, event.clientY - start.y);
    if (far < SLACK && !start.moved) return;
    start.moved = true;
    setDrag({ id: start.id, words: start.words, x: event.clientX, y: event.clientY, over: targetAt(event, start.id) });
  };
  const stop = (event) => {
    const start = held.current;
    held.current = null;
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", stop);
    window.removeEventListener("pointercancel", stop);
    setDrag(null);
    if (!start || !start.moved || event.type === "pointercancel") return;
    isOver.current = true;
    setTimeout(() => { isOver.current = false; }, 0);
    const target = targetAt(event, start.id);
    if (target) onDrop(start.id, target);
  };
  const begin = (cause) => (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    held.current = { id: cause.id, words: cause.words, x: event.clientX, y: event.clientY, moved: false };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", stop);
    window.addEventListener("pointercancel", stop);
  };
  return { drag, begin, wasDrag: () => isOver.current };
}

function targetAt(event, id) {
  for (const found of document.elementsFromPoint(event.clientX, event.clientY)) {
    const cause = found.closest("[data-cause]");
    if (cause && cause.dataset.cause !== id) return { cause: cause.dataset.cause };
    const bone = found.closest("[data-bone]");
    if (bone) return { bone: bone.dataset.bone };
  }
  return null;
}

export function Dragged({ drag }) {
  if (!drag) return null;
  return html`<div class="dw-fb-dragged" aria-hidden="true" style=${{ left: `${drag.x + 10}px`, top: `${drag.y + 10}px` }}>${drag.words}</div>`;
}

function Lines({ lines, x, y, step, ...more }) {
  return lines.map((line, at) => html`<text key=${at} x=${x} y=${y + step * at} ...${more}>${line}</text>`);
}

function Dots({ twig, sizes, color }) {
  const top = twig.y + twig.marks.y, left = twig.x + twig.marks.x;
  const step = sizes.small + 2, middle = top + sizes.chip / 2, size = sizes.small / 2 - 0.5;
  const shown = Array.from({ length: Math.min(twig.dots, MOST_DOTS) }, (_one, at) => at);
  return html`<g>${shown.map((at) => html`<g key=${at}>
      <circle cx=${left + step * at + size} cy=${middle} r=${size} fill=${color} />
      ${at < twig.mine && html`<circle cx=${left + step * at + size} cy=${middle} r=${size * 0.42} fill="#ffffff" />`}</g>`)}
    ${twig.dots > MOST_DOTS && html`<text x=${left + step * MOST_DOTS} y=${middle + sizes.small * 0.36} font-size=${sizes.small} font-weight="700">
      +${twig.dots - MOST_DOTS}</text>`}</g>`;
}

function Signs({ twig, sizes }) {
  const top = twig.y + twig.marks.y;
  return twig.signs.map((sign) => {
    const x = twig.x + twig.marks.x + sign.x, y = top + (sizes.chip + 2) * sign.row + 1;
    return html`<g key=${sign.word} class=${`dw-fb-sign dw-fb-sign-${sign.kind}`}>
      <rect x=${x} y=${y} width=${sign.width} height=${sizes.chip - 2} rx=${sizes.chip / 2 - 1} />
      <text x=${x + 7} y=${y + sizes.chip / 2 - 1 + sizes.small * 0.36} font-size=${sizes.small}>${sign.word}</text></g>`;
  });
}

function Twig({ twig, bone, sizes, said, isCandidate, isOver, tab, press, keys, grab, focused }) {
  const small = twig.y + sizes.line * twig.lines.length + 2 + (sizes.chip + 2) * twig.marks.rows;
  return html`<g role="button" tabindex=${tab} aria-label=${said} data-cause=${twig.id} class=${`dw-fb-twig ${twig.isOut ? "dw-fb-twig-out" : ""}`}
      onClick=${press} onKeyDown=${keys} onKeyUp=${(event) => { if (event.key === " ") press(); }} onPointerDown=${grab} onFocus=${focused}>
    <rect class=${`dw-fb-twig-paper ${isCandidate ? "dw-fb-twig-first" : ""} ${isOver ? "dw-fb-twig-over" : ""}`} x=${twig.x - 5} y=${twig.y - 2}
      width=${twig.width + 8} height=${twig.height - 7} rx="5" />
    <${Lines} lines=${twig.lines} x=${twig.x} y=${twig.y + sizes.font} step=${sizes.line} class="dw-fb-twig-words" />
    <${Dots} twig=${twig} sizes=${sizes} color=${bone.line} />
    <${Signs} twig=${twig} sizes=${sizes} />
    <${Lines} lines=${twig.reason} x=${twig.x} y=${small + sizes.small} step=${sizes.small + 4} class="dw-fb-twig-reason" font-size=${sizes.small} />
    <path d=${`M${twig.x} ${twig.under} H${twig.until}`} stroke=${bone.line} stroke-width="1.5" fill="none" /></g>`;
}

function Bone({ bone, sizes, isOver, children }) {
  return html`<g role="group" aria-label=${`Bone ${bone.name}`}>
    <rect data-bone=${bone.name} class=${`dw-fb-bone-paper ${isOver ? "dw-fb-bone-over" : ""}`} x=${bone.x - 5} y=${bone.y} width=${bone.width + 10} height=${bone.height} />
    <line x1=${bone.line.x1} y1=${bone.line.y1} x2=${bone.line.x2} y2=${bone.line.y2} stroke=${bone.line_color} stroke-width="4" />
    <rect data-bone=${bone.name} x=${bone.label.x} y=${bone.label.y} width=${bone.label.width} height=${bone.label.height} rx="5" fill=${bone.color} />
    <${Lines} lines=${bone.words} x=${bone.label.x + 10} y=${bone.label.y + sizes.label * 0.66} step=${sizes.line} style=${{ fill: bone.ink }} font-weight="700"
      pointer-events="none" />
    ${children}</g>`;
}

// ``press(cause)`` is what Enter or a click does; ``said(cause)`` is what a cause is called aloud.
export function Picture({ bone, width, press, drag, said }) {
  const [at, setAt] = useState("");
  const place = useRef(null);
  const bones = bone.bones.map((one) => ({ ...one, line_color: one.line }));
  const most = window.innerHeight - useAbove(place) - BELOW;
  const laid = fit({ problem: bone.problem.text, bones, causes: bone.causes }, width, most, rulersFor);
  const { sizes } = laid;
  const causes = new Map(bone.causes.map((cause) => [cause.id, cause]));
  const listed = laid.bones.flatMap((one) => one.twigs.map((twig) => twig.id));
  const first = listed.includes(at) ? at : listed[0];
  const keys = (cause) => (event) => {
    if (event.key === " ") { event.preventDefault(); return; }          // pressed when the key is let go, as a button is
    if (event.key === "Enter") { event.preventDefault(); if (!event.repeat) press(cause); return; }
    if (!["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    const next = nextCause(laid.bones, cause.id, event.key);
    const found = [...place.current.querySelectorAll("[data-cause]")].find((one) => one.dataset.cause === next);
    if (found) found.focus();
  };
  const over = drag.drag ? drag.drag.over || {} : {};
  return html`<svg ref=${place} class="dw-fishbone-picture" role="group" aria-label="Fishbone. Arrows go from cause to cause."
      width=${laid.width} height=${laid.height} viewBox=${`0 0 ${laid.width} ${laid.height}`} font-family=${FACE} font-size=${sizes.font}>
    <line x1=${laid.back.x1} y1=${laid.spine} x2=${laid.back.x2} y2=${laid.spine} class="dw-fb-spine" />
    ${laid.bones.map((one) => html`<${Bone} key=${one.name} bone=${one} sizes=${sizes} isOver=${over.bone === one.name}>
      ${one.twigs.map((twig) => html`<${Twig} key=${twig.id} twig=${twig} bone=${{ line: one.line_color }} sizes=${sizes} said=${said(causes.get(twig.id))}
        isCandidate=${bone.candidates.includes(twig.id)} isOver=${over.cause === twig.id} tab=${twig.id === first ? 0 : -1}
        press=${() => { if (!drag.wasDrag()) press(causes.get(twig.id)); }} keys=${keys(causes.get(twig.id))} grab=${drag.begin(causes.get(twig.id))}
        focused=${() => setAt(twig.id)} />`)}<//>`)}
    <g class="dw-fb-head"><path d=${headPath(laid.head)} />
      <${Lines} lines=${laid.head.lines} x=${laid.head.x + 16} y=${laid.head.y + 14 + sizes.font} step=${sizes.line} font-weight="700" /></g>
  </svg>`;
}

// The head of the fish: straight towards the spine, rounded at the front.
function headPath({ x, y, width, height }) {
  const nose = Math.min(24, height / 2);
  return `M${x} ${y} H${x + width - nose} Q${x + width} ${y} ${x + width} ${y + height / 2} Q${x + width} ${y + height} ${x + width - nose} ${y + height} H${x} Z`;
}
