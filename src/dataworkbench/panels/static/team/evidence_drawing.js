// Where the dots and ranges of a piece of evidence stand, and what is asked of the data: numbers in, numbers out, nothing drawn.

// The ends of the axis: shares begin at none; other measures leave a little air on both sides.
export function axisOf(figures, unit) {
  const ends = figures.filter(Boolean).flatMap((held) => [held.low, held.high, held.value]).filter((end) => Number.isFinite(end));
  if (!ends.length) return { from: 0, to: 1 };
  const top = Math.max(...ends), bottom = Math.min(...ends);
  if (unit === "rate") return { from: 0, to: Math.min(1, Math.max(0.05, roundUp(top, stepFor(top)))) };
  const step = stepFor((top - bottom) || Math.abs(top) || 1);
  return { from: Math.floor((bottom - step / 2) / step) * step, to: Math.ceil((top + step / 2) / step) * step };
}

// A step of 1, 2 or 5 times a power of ten, of which four or five make the length.
export function stepFor(length) {
  const rough = length / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const times = [1, 2, 5, 10].find((many) => many * power >= rough * 0.999);
  return times * power;
}

function roundUp(value, step) { return Math.ceil(value / step - 1e-9) * step; }

export function ticksOf({ from, to }) {
  const step = stepFor(to - from), ticks = [];
  for (let at = 0; from + at * step <= to + step * 1e-6; at += 1) ticks.push(Number((from + at * step).toPrecision(12)));
  return ticks;
}

export function tickText(value, unit) {
  if (unit !== "rate") return String(Number(value.toPrecision(6))).replace("-", "\u2212");
  return `${Number((value * 100).toPrecision(4))}%`;
}

// How far along the axis a value stands, from 0 to 100; nothing where it is none.
export function along(value, { from, to }) {
  if (!Number.isFinite(value) || to <= from) return null;
  return Math.min(100, Math.max(0, ((value - from) / (to - from)) * 100));
}

export function drawn(figure, axis) {
  return figure && { dot: along(figure.value, axis), low: along(figure.low, axis), high: along(figure.high, axis) };
}

// What of the choices is sent: columns of this measure alone; the test and its time only while it is the concern's own measure.
export function chosenFor(chosen, columns, start, indicator) {
  const names = new Set([...columns.map((column) => column.name), "school_year"]);
  const own = indicator === start.indicator ? Object.entries(start.chosen).filter(([name]) => !names.has(name)) : [];
  const kept = Object.entries(chosen).filter(([name, value]) => names.has(name) && value);
  return Object.fromEntries([...own, ...kept]);
}
