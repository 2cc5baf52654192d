// The talk of one screen with its kernel: it asks again and again what this seat may see, sends what somebody does until
// it is answered, and keeps the words that somebody is typing.

export const LOOK_EVERY = 700;
const LOOK_UNSEEN = 4000;
const PATIENCE = 6000;
const LOST_AFTER = 15000;
const LONG = 60000;
const PAUSE = 350;
const OFFSET_HOLDS = 60000;

// ---------------------------------------------------------------- names

function token() {
  return Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function newId(kind) { return `${kind}-${token()}`; }

function seatOf(store) {
  try {
    const held = store.getItem("dataworkbench-seat") || newId("seat");
    store.setItem("dataworkbench-seat", held);
    return held;
  } catch { return newId("seat"); }     // a browser that keeps nothing still has a seat until the page is left
}

// ---------------------------------------------------------------- what this browser keeps until it is answered

function drawer(store, key, empty) {
  return {
    read() { try { return JSON.parse(store.getItem(key)) || empty; } catch { return empty; } },
    write(held) { try { store.setItem(key, JSON.stringify(held)); } catch { /* nothing is kept then */ } },
  };
}

// Acts that were sent and not yet answered.
export function unanswered(store = window.sessionStorage) {
  const { read, write } = drawer(store, "dataworkbench-unanswered", []);
  return {
    put(letter) { write([...read().filter((held) => held.mark !== letter.mark), letter]); },
    drop(mark) { write(read().filter((held) => held.mark !== mark)); },
    of(about) { return read().filter((held) => held.about === about); },
  };
}

// Words that were typed, by field; they are newer than the kernel's while the kernel does not answer.
export function typed(store = window.sessionStorage) {
  const { read, write } = drawer(store, "dataworkbench-words", {});
  return {
    put(about, field, words) { const all = read(); write({ ...all, [about]: { ...all[about], [field]: words } }); },
    drop(about, field) { const all = read(); const { [field]: _gone, ...rest } = all[about] || {}; write({ ...all, [about]: rest }); },
    of(about) { return read()[about] || {}; },
  };
}

// ---------------------------------------------------------------- the clock that all screens go by

// The answer that came quickest says best how far the two clocks are apart; after a while a slower one will do too.
export function clock() {
  let best = Infinity, at = 0;
  return {
    offset: 0,
    hear(now, sent, came = Date.now()) {
      const trip = came - sent;
      if (trip > best && came - at < OFFSET_HOLDS) return;
      best = trip;
      at = came;
      this.offset = Date.parse(now) + trip / 2 - came;
    },
  };
}

// ---------------------------------------------------------------- asking

function asker(model, live) {
  const waiting = new Map(), time = clock(), mine = token();
  let count = 0, shownAt = 0;     // what was asked later was answered with newer things, also where a backup was put back
  live.heard = Date.now();

  function ask(what, more = {}, patience = PATIENCE) {
    const tag = `${mine}-${count += 1}`, sent = Date.now();
    return new Promise((resolve) => {
      const late = setTimeout(() => { waiting.delete(tag); resolve({ late: true }); }, patience);
      waiting.set(tag, (told) => { clearTimeout(late); if (told.now) time.hear(told.now, sent); resolve(told); });
      const seen = live.shown ? live.shown.newest : -1;
      try { model.send({ tag, ask: what, seat: live.seat, seen, ...more }); } catch { /* it is late then, and sent again */ }
    });
  }

  function hear(told) {
    if (!told || typeof told.tag !== "string" || !told.tag.startsWith(mine)) return;
    live.heard = Date.now();
    const asked = Number(told.tag.slice(mine.length + 1)), isNewer = Boolean(told.shown) && asked > shownAt;
    if (isNewer) { live.shown = told.shown; shownAt = asked; }
    const moved = live.status !== "open";
    live.status = "open";
    const resolve = waiting.get(told.tag);
    waiting.delete(told.tag);
    if (resolve) resolve(told);
    live.offset = time.offset;
    if (isNewer || moved) live.tell();
  }
  return { ask, hear };
}

// ---------------------------------------------------------------- acts

function acting(live, ask) {
  const box = unanswered();
  const { closed } = live;
  live.isSending = (field) => box.of(live.about()).some((letter) => letter.given.field === field);

  // Doing an act drops the draft of its field on disk. What was typed since it was sent is newer, and is kept anew.
  function answered(letter) {
    const { field } = letter.given;
    box.drop(letter.mark);
    if (field && live.drafts[field]) live.draft(field, live.drafts[field]);
  }

  // An act is kept until it is answered, and sent again after a break. Its mark and the names it gives see to it that it is
  // written once.
  async function send(letter, tries = Infinity) {
    for (let time = 0; time < tries && !closed(); time += 1) {
      const told = await ask("act", { name: letter.name, given: letter.given, mark: letter.mark });
      if (!told.late) { answered(letter); return told; }
    }
    return { late: true };
  }

  function refused(letter, told) {
    const { field } = letter.given;
    if (field && letter.words && !live.drafts[field]) live.draft(field, letter.words);
    live.refusal = field ? "" : told.refused;
    live.tell();
  }

  live.act = async (name, given = {}, { undo = true } = {}) => {
    const words = given.field ? live.drafts[given.field] : "";
    const letter = { mark: newId("letter"), about: live.about(), name, given, words };
    box.put(letter);
    if (given.field) live.forget(given.field);
    live.refusal = "";
    const told = await send(letter);
    if (told.refused) refused(letter, told);
    else if (told.wrote && told.wrote.length && undo) { live.done = [...live.done, told.wrote].slice(-50); live.tell(); }
    return told;
  };

  live.undo = async () => {
    const wrote = live.done[live.done.length - 1];
    if (!wrote) return { refused: "There is nothing of yours to undo here." };
    live.done = live.done.slice(0, -1);
    return live.act("undo", { wrote }, { undo: false });
  };

  async function again(letter, tries) {
    const told = await send(letter, tries);
    if (told.refused) refused(letter, told);
    return told;
  }

  // What was on its way when the page was left. Where the kernel is too busy for it, the room opens, and it is sent on.
  live.resend = async () => {
    const letters = box.of(live.about());
    while (letters.length && !(await again(letters[0], 2)).late) letters.shift();
    (async () => { for (const letter of letters) await again(letter); })();
  };
}

// ---------------------------------------------------------------- words while one types

function drafting(live, ask) {
  const pauses = new Map(), words = typed();
  live.draft = (field, said) => {
    clearTimeout(pauses.get(field));
    live.drafts = { ...live.drafts, [field]: said };
    words.put(live.about(), field, said);
    const go = async () => {
      const told = await ask("draft", { name: field, given: { words: said } });
      if (!told.late && live.drafts[field] === said && !live.isSending(field)) words.drop(live.about(), field);
    };
    if (!said || /[\s.,;:!?]$/.test(said)) go();
    else pauses.set(field, setTimeout(go, PAUSE));
  };
  live.forget = (field) => {
    clearTimeout(pauses.get(field));
    const { [field]: _gone, ...others } = live.drafts;
    live.drafts = others;
    words.drop(live.about(), field);
  };
  live.remember = async () => {
    let told = { late: true };
    while (told.late && !live.closed()) told = await ask("drafts");
    const there = Object.entries(told.got || {}).filter(([field]) => !live.isSending(field));   // those are the words that are sent
    live.drafts = { ...Object.fromEntries(there), ...words.of(live.about()) };
    for (const [field, said] of Object.entries(words.of(live.about()))) live.draft(field, said);
  };
}

// ---------------------------------------------------------------- looking

function looking(live, ask) {
  let timer;
  const wait = () => (document.visibilityState === "visible" ? LOOK_EVERY : LOOK_UNSEEN);
  const standing = () => {
    const since = Date.now() - live.heard;
    return since > LOST_AFTER ? "lost" : since > PATIENCE ? "slow" : live.status;
  };
  let refused = "";
  async function look() {
    const told = await ask("look");
    if (told.refused && told.refused !== refused) { live.refusal = told.refused; live.tell(); }
    if (!told.late) refused = told.refused || "";
    const status = standing();
    if (told.late && status !== live.status) { live.status = status; live.tell(); }
    if (!live.closed()) timer = setTimeout(look, wait());
  }
  const seenAgain = () => {
    if (document.visibilityState === "visible" && !live.closed()) { clearTimeout(timer); look(); }
  };
  document.addEventListener("visibilitychange", seenAgain);
  return {
    begin() { timer = setTimeout(look, LOOK_EVERY); },
    end() { clearTimeout(timer); document.removeEventListener("visibilitychange", seenAgain); },
  };
}

export function connect(model) {
  const listeners = new Set();
  let isClosed = false;
  const live = {
    seat: seatOf(window.localStorage), shown: null, drafts: {}, status: "opening", refusal: "", offset: 0, done: [], ready: false,
    about: () => `${model.get("part")} ${live.shown ? live.shown.about : ""}`, closed: () => isClosed,
    listen(hear) { listeners.add(hear); return () => listeners.delete(hear); },
    tell() { for (const hear of listeners) hear(); },
  };
  const { ask, hear } = asker(model, live);
  drafting(live, ask);
  acting(live, ask);
  const looks = looking(live, ask);
  live.fetch = async (name, given = {}) => ask("fetch", { name, given }, LONG);
  live.plotly = async () => (await ask("plotly", {}, LONG)).got;
  model.on("msg:custom", hear);
  (async () => {
    let told = { late: true };
    while (told.late && !isClosed) told = await ask("look");
    if (told.refused) live.refusal = told.refused;
    await live.resend();
    await live.remember();
    live.ready = true;
    live.tell();
    looks.begin();
  })();
  live.close = () => { isClosed = true; looks.end(); model.off("msg:custom", hear); };
  return live;
}
