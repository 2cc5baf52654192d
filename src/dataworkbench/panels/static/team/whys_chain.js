// A chain of whys without its drawing: who lies below whom, what is asked now, which test comes next, what is still to be said.

export function everyOne(whys) {
  return whys.flatMap((why) => [why, ...everyOne(why.because)]);
}

// The answers above one, from the top down, and that one last; nothing where it is not in the chain.
export function wayTo(whys, id) {
  for (const why of whys) {
    if (why.id === id) return [why];
    const below = wayTo(why.because, id);
    if (below.length) return [why, ...below];
  }
  return [];
}

export function found(whys, id) { return wayTo(whys, id).at(-1) || null; }

// What is asked now: the answer that was chosen, else the nearest one above it that still stands, else the beginning.
export function askedNow(whys, way) {
  const ids = new Set(everyOne(whys).map((why) => why.id));
  return [...way].reverse().find((id) => ids.has(id)) || "";
}

// Below which answers one may be moved: not below itself or what lies below it, and not where it lies already.
export function placesFor(whys, id) {
  const own = found(whys, id);
  if (!own) return [];
  const not = new Set(everyOne([own]).map((why) => why.id));
  const way = wayTo(whys, id), above = way.length > 1 ? way.at(-2).id : "";
  const there = everyOne(whys).filter((why) => !not.has(why.id) && why.id !== above);
  return [...(above ? [["The beginning", ""]] : []), ...there.map((why) => [shortened(why.words, 70), why.id])];
}

export function shortened(words, most) {
  const letters = Array.from(words);
  return letters.length <= most ? words : `${letters.slice(0, most).join("").trimEnd()}...`;
}

export function asQuestion(words) { return insideSentence(words.trim().replace(/[.!?\s]+$/, "")); }

const BEGINS = new Set(("A An All Because Each Every Families Few It Many Most No Nobody Only Our Parents Riders Some Staff Students Teachers The Their There "
  + "They This We When").split(" "));

// Words as they stand inside a sentence: a small first letter where it is sure that the first word is no name.
export function insideSentence(words) {
  return BEGINS.has(words.split(/\s/, 1)[0]) ? words[0].toLowerCase() + words.slice(1) : words;
}

// "A. Therefore: B. Therefore: the concern." in its steps.
export function stepsOf(said) { return said.replace(/\.$/, "").split(". Therefore: "); }

export function nextTest(tests) { return tests.find((test) => !test.answer) || null; }

// How far an answer is on the way to a root, in words.
export function rootWords(why, tests) {
  const many = why.tests.length;
  if (why.is_root) return `A root so far: it passes all ${many} tests.`;
  const no = why.tests.filter((test) => test.state === "not yet").map((test) => named(tests, test.name));
  const open = why.tests.filter((test) => !test.state).length;
  if (open === many && why.tests.every((test) => !test.answer)) return "Not tested yet.";
  const parts = [`Passes ${why.passes} of ${many} tests`];
  if (no.length) parts.push(`not yet: ${no.join(" ")}`);
  if (open) parts.push(`${open} not known yet`);
  return `${parts.join("; ")}${no.length && !open ? "" : "."}`;
}

function named(tests, name) { return (tests.find((test) => test.name === name) || { asks: name }).asks; }

// The start that is shown first: one with answers, else the cause with the most dots, else the first there is.
export function firstStart(starts, wanted) {
  if (starts.some((start) => start.id === wanted)) return wanted;
  const best = starts.find((start) => start.answers) || starts.find((start) => start.kind === "cause" && !start.ruled_out) || starts[0];
  return best ? best.id : "";
}

const KINDS = { cause: "Cause", finding: "Concern", fishbone: "Problem" };

export function startWords(start) {
  const about = [
    start.bone, start.dots ? `${start.dots} ${start.dots === 1 ? "dot" : "dots"}` : "",
    start.answers ? `${start.answers} ${start.answers === 1 ? "answer" : "answers"}` : "", start.ruled_out ? "ruled out" : "",
  ].filter(Boolean).join(", ");
  return `${KINDS[start.kind]}: ${shortened(start.words, 90)}${about ? ` (${about})` : ""}`;
}

export function takenBackWords(why) {
  if (!why.below) return "Take back this answer?";
  return `Take back this answer and the ${why.below === 1 ? "one" : why.below} below it?`;
}

// ---------------------------------------------------------------- what is done about it

export const ACTIONS_FIRST = 2;

export function hypothesisSentence(held, measure) {
  const inside = (words, gap) => words.trim().replace(/[.\s]+$/, "") || gap;
  const way = held.now.trim() && held.aim.trim() ? `, from ${held.now.trim()} to ${held.aim.trim()}` : held.aim.trim() ? `, to ${held.aim.trim()}` : "";
  const whom = held.group.trim() ? ` for ${held.group.trim()}` : "";
  return `If we ${inside(held.change, "...")}, then ${inside(held.then, "...")}, because ${inside(held.because, "...")}. `
    + `We will know by ${inside(measure, "...")}${whom}${way}, on ${held.by || "..."}.`;
}

export function actionsOf(held) {
  const lines = [];
  for (let place = 0; place < Number(held.lines); place += 1) {
    const line = { what: held[`what${place}`] || "", who: held[`who${place}`] || "", by: held[`by${place}`] || "" };
    if (line.what.trim() || line.who.trim() || line.by) lines.push(line);
  }
  return lines;
}
