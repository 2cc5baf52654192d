// Where everything of a fishbone lies: pure sums, no drawing. Words are measured by what is handed in, so that a test can
// hand in a ruler of its own. Bones lie in turn above and below the spine, each in a column of its own.

export const FACE = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";
export const LIST_BELOW = 760;
export const MOST_DOTS = 8;
const MARGIN = 12;

// What letters, gaps and columns measure, for letters of some size; where there is little width, columns get more of it.
function sizesOf(font, isTight = false) {
  const small = Math.max(12, Math.round(font * 0.78));
  return { font, line: Math.round(font * 1.28), small, chip: small + 8, head: font * (isTight ? 9 : 13), slant: Math.round(font * (isTight ? 1.2 : 2.2)),
    gap: isTight ? 8 : font, label: font * 2 + 2 };
}

const LEAST = 14;
const TIGHT_BELOW = 1000;

// The largest letters on a screen of some width.
export function sizesFor(width) { return sizesOf(width >= 1600 ? 22 : width >= 1100 ? 17 : 15, width < TIGHT_BELOW); }

// The picture with the largest letters at which it is no higher than ``most`` and cuts no name of a bone; else with the least.
export function fit(shape, width, most, rulersFor) {
  let sizes = sizesFor(width), laid = layOut(shape, width, rulersFor(sizes), sizes);
  while ((laid.height > most || cutsName(laid)) && sizes.font > LEAST) {
    sizes = sizesOf(sizes.font - 1, width < TIGHT_BELOW);
    laid = layOut(shape, width, rulersFor(sizes), sizes);
  }
  return laid;
}

function cutsName(laid) {
  return laid.bones.some((bone) => bone.words.join(" ") !== bone.name.trim().split(/\s+/).join(" "));
}

export function fontOf(size, weight = 400) { return `${weight} ${size}px ${FACE}`; }

// A word that is longer than a line is cut where the line ends; letters that belong together stay together.
function pieces(word, width, measure) {
  if (measure(word) <= width) return [word];
  const found = [];
  let piece = "";
  for (const letter of word) {
    if (piece && measure(piece + letter) > width) { found.push(piece); piece = letter; } else piece += letter;
  }
  return [...found, piece];
}

export function wrapWords(text, width, measure) {
  const lines = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean).flatMap((one) => pieces(one, width, measure))) {
    const longer = line ? `${line} ${word}` : word;
    if (line && measure(longer) > width) { lines.push(line); line = word; } else line = longer;
  }
  return [...lines, line];
}

export function dotsWidth(dots, sizes) {
  if (!dots) return 0;
  const step = sizes.small + 2;
  return step * Math.min(dots, MOST_DOTS) + (dots > MOST_DOTS ? 2 * sizes.small : 0) + 6;
}

// Signs one after the other, in a new row where the column ends.
export function placeSigns(chips, start, width, measure, sizes) {
  let x = start, row = 0;
  return chips.map(([kind, word]) => {
    const wide = measure(word) + 14;
    if (x && x + wide > width) { x = 0; row += 1; }
    const sign = { kind, word, x, row, width: wide };
    x += wide + 5;
    return sign;
  });
}

// Where the dots and signs of a cause begin: behind its last line where they fit there, else in rows of their own below.
function placeMarks(lines, signs, dots, width, rulers, sizes) {
  const last = signs.length ? signs[signs.length - 1].x + signs[signs.length - 1].width : dotsWidth(dots, sizes);
  const after = rulers.words(lines[lines.length - 1]) + 12;
  if (!last) return { x: 0, y: 0, rows: 0 };
  if (signs.every((sign) => sign.row === 0) && after + last <= width) {
    return { x: after, y: sizes.line * (lines.length - 1) + sizes.font * 0.64 - sizes.chip / 2, rows: 0 };
  }
  return { x: 0, y: sizes.line * lines.length + 2, rows: Math.max(1, ...signs.map((sign) => sign.row + 1)) };
}

export function layTwig(cause, width, rulers, sizes) {
  const lines = wrapWords(cause.words, width, rulers.words);
  const chips = cause.chips.filter(([kind]) => kind !== "out");      // the reason stands below, in words
  const signs = placeSigns(chips, dotsWidth(cause.dots, sizes), width, rulers.small, sizes);
  const reason = cause.ruled_out ? wrapWords(`Ruled out: ${cause.ruled_out}`, width, rulers.small) : [];
  const marks = placeMarks(lines, signs, cause.dots, width, rulers, sizes);
  const height = sizes.line * lines.length + (sizes.chip + 2) * marks.rows + (sizes.small + 4) * reason.length + 13;
  return { id: cause.id, lines, signs, reason, marks, dots: cause.dots, mine: cause.mine.length, height, isOut: Boolean(cause.ruled_out) };
}

function layBone(bone, causes, width, rulers, sizes) {
  const name = wrapWords(bone.name, width - 20, rulers.bold);
  const twigs = causes.filter((cause) => cause.bone === bone.name).map((cause) => layTwig(cause, width, rulers, sizes));
  const label = sizes.label + sizes.line * (name.length - 1);
  const height = label + twigs.reduce((sum, twig) => sum + twig.height, 0) + 28;
  return { bone, name, label, twigs, height: Math.max(height, label + sizes.font * 6) };
}

function boneX(left, width, sizes, y, far, spine) {
  return left + width + sizes.slant * ((y - far) / (spine - far));
}

function placeBone(held, left, width, spine, isAbove, sizes) {
  const far = isAbove ? spine - held.height : spine + held.height;
  let y = isAbove ? far + held.label + 10 : spine + 16;
  const twigs = held.twigs.map((twig) => {
    const under = y + twig.height - 8;
    const placed = { ...twig, x: left, y, width, under, until: boneX(left, width, sizes, under, far, spine) };
    y += twig.height;
    return placed;
  });
  return {
    ...held.bone, words: held.name, twigs, x: left, y: Math.min(far, spine), width, height: held.height, isAbove,
    label: { x: left, y: isAbove ? far : far - held.label, width, height: held.label },
    line: { x1: left + width, y1: far, x2: left + width + sizes.slant, y2: spine },
  };
}

// The whole picture: ``rulers`` measures words, bold words and small ones; ``width`` is all there is.
export function layOut({ problem, bones, causes }, width, rulers, sizes = sizesFor(width)) {
  const columns = Math.max(1, Math.ceil(bones.length / 2));
  const stride = (width - 2 * MARGIN - sizes.head) / columns;
  const inside = stride - sizes.slant - sizes.gap;
  const held = bones.map((bone) => layBone(bone, causes, inside, rulers, sizes));
  const head = wrapWords(problem, sizes.head - 28, rulers.bold);
  const headHeight = sizes.line * head.length + 28;
  const most = (from) => Math.max(headHeight / 2 + 4, ...held.filter((_one, at) => at % 2 === from).map((one) => one.height));
  const spine = MARGIN + most(0);
  const placed = held.map((one, at) =>
    placeBone(one, MARGIN + stride * Math.floor(at / 2), inside, spine, at % 2 === 0, sizes));
  return {
    width, height: spine + most(1) + MARGIN, spine, sizes, bones: placed,
    head: { x: width - MARGIN - sizes.head, y: spine - headHeight / 2, width: sizes.head, height: headHeight, lines: head },
    back: { x1: MARGIN, x2: width - MARGIN - sizes.head },
  };
}

// The cause that an arrow leads to: up and down along a bone, left and right to the next bone that has any.
export function nextCause(bones, from, key) {
  const full = bones.filter((bone) => bone.twigs.length);
  const all = full.flatMap((bone) => bone.twigs.map((twig) => twig.id));
  const at = full.findIndex((bone) => bone.twigs.some((twig) => twig.id === from));
  if (key === "Home" || at < 0) return all[0] || "";
  if (key === "End") return all[all.length - 1];
  const place = full[at].twigs.findIndex((twig) => twig.id === from);
  if (key === "ArrowDown" || key === "ArrowUp") {
    return all[Math.min(all.length - 1, Math.max(0, all.indexOf(from) + (key === "ArrowDown" ? 1 : -1)))];
  }
  const next = full[at + (key === "ArrowRight" ? 1 : -1)];
  return next ? next.twigs[Math.min(place, next.twigs.length - 1)].id : from;
}
