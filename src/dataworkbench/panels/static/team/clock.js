// The clock of a meeting as arithmetic: what is left, in seconds, and how it is said.

// What is left of a step; below 0 it is over its time.
export function leftOf(step, now) {
  const running = step.started ? Math.max(0, (now - Date.parse(step.started)) / 1000) : 0;
  return (step.minutes + step.more) * 60 - step.spent - running;
}

// What is left of the meeting: of the step that the room is at, and of those after it that are not done.
export function leftOfAll(steps, now, at) {
  return steps.filter((step) => !step.done && step.place >= at.place).reduce((sum, step) => sum + Math.max(0, leftOf(step, now)), 0);
}

// How much of a step's time is used, from 0 to 1.
export function fraction(step, now) {
  const all = (step.minutes + step.more) * 60;
  return all > 0 ? Math.min(1, Math.max(0, 1 - leftOf(step, now) / all)) : 1;
}

export function told(seconds) {
  const whole = seconds < 0 ? Math.floor(-seconds) : Math.ceil(seconds);
  return `${seconds < 0 && whole > 0 ? "+" : ""}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

// What is said aloud as time runs out; the same words again are not said twice.
export function spoken(left) {
  if (left <= 0) return "the time is over";
  return left <= 120 && left > 60 ? "two minutes are left" : left <= 60 ? "less than a minute is left" : "";
}

export function timeOfDay(now, zone) {
  return new Date(now).toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit", timeZone: zone });
}
