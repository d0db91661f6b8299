// The editor of a map. Every operation is the server's: this script sends the form as its buttons
// would, puts the answer in its place, and keeps the chart and the draft abreast of the typing.
"use strict";

const form = document.getElementById("edit");
const byId = (id) => document.getElementById(id);
const field = (name) => form.elements[name];
let composing = false;

// Whose a control is: not its place in the form, which changes with every row put in above it, but
// the key of its step, line or risk point, and the rest of its name.
function owner(id) {
  const found = /^(step-\d+-(?:(?:next|risk)-\d+-)?)(.+)$/.exec(id || "");
  if (!found) return id || "";
  const above = /^step-\d+-/.exec(found[1])[0];
  const key = (before) => (field(`${before}key`) || {}).value || before;
  return [key(above), found[1] === above ? "" : key(found[1]) , found[2]].join(" ");
}
function ofOwner(whose) {
  return [...form.querySelectorAll("[id]")].find((each) => owner(each.id) === whose);
}

// What is sent: empty fields say nothing, and a closing page may send no more than 64 KB.
function body(action, all) {
  const sent = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (all || value || /(?:^|-)(?:key|end)$/.test(name)) sent.append(name, value);
  }
  if (action) for (const [name, value] of Object.entries(action)) sent.set(name, value);
  sent.delete("end");
  sent.set("end", "1"); // the last field says that the form is whole
  return sent;
}

async function freshToken() {
  const page = await fetch(form.action, { headers: { Accept: "text/html" } });
  if (!page.ok || page.redirected) return false;
  const read = new DOMParser().parseFromString(await page.text(), "text/html");
  const token = read.querySelector("#edit [name=csrf_token]");
  if (token) field("csrf_token").value = token.value;
  return Boolean(token);
}

// Returns the answer; null where there was none, and the page says why.
async function send(address, sent, more) {
  const headers = { Accept: "application/json, text/html;q=0.9", "Content-Type": "application/x-www-form-urlencoded", ...(more && more.headers) };
  const once = () => fetch(address, { method: "POST", body: sent.toString(), ...more, headers });
  try {
    let answer = await once();
    if (answer.status === 400 && await freshToken()) {
      sent.set("csrf_token", field("csrf_token").value);
      answer = await once();
    }
    byId("signed-out").hidden = answer.status !== 401;
    byId("offline").hidden = true;
    return answer.status === 401 ? null : answer;
  } catch (error) {
    if (error.name === "AbortError") return null;
    byId("offline").hidden = false;
    keepHere();
    return null;
  }
}

// The chart

let drawing = null, drawTimer = 0;
function draw() {
  clearTimeout(drawTimer);
  drawTimer = setTimeout(drawNow, 250);
}
async function drawNow() {
  if (composing) return;
  if (drawing) drawing.abort(); // an older answer never replaces a newer one
  const mine = drawing = new AbortController();
  const answer = await send(form.dataset.chart, body(), { signal: mine.signal });
  if (mine !== drawing) return;
  const said = answer && answer.ok && await answer.json().catch(() => null);
  if (mine !== drawing || !said) return;
  byId("not-drawn").hidden = Boolean(said.svg);
  if (said.svg) {
    const svg = new DOMParser().parseFromString(said.svg, "image/svg+xml").documentElement;
    if (svg.nodeName === "svg") show(svg);
  }
  const list = said.problems.map((each) => {
    const item = document.createElement("li");
    const text = each.key ? document.createElement("a") : item;
    if (each.key) text.href = `#row-${each.key}`;
    text.textContent = each.text;
    if (each.key) item.append(text);
    return item;
  });
  byId("problems").replaceChildren(...list);
  byId("problems-count").textContent = list.length;
  byId("no-problems").hidden = list.length > 0;
}

// What is written goes to the server one after another: a draft that overtook or trailed behind a
// saving would stand there as if it had been typed after it

let queue = Promise.resolve();
function afterwards(act) {
  queue = queue.then(act).catch(() => { byId("failed").hidden = false; });
  return queue;
}

// The draft

let saveTimer = 0, dirty = false;
function changed() {
  dirty = true;
  draw();
  clearTimeout(saveTimer);
  saveTimer = setTimeout(keep, 1500);
}
function keep() {
  clearTimeout(saveTimer);
  afterwards(keepNow);
}
async function keepNow() {
  if (composing || !dirty) return;
  dirty = false;
  const sent = body();
  const answer = await send(form.dataset.draft, sent);
  const said = answer && answer.ok && await answer.json().catch(() => null);
  if (!said) {
    dirty = true;
    clearTimeout(saveTimer);
    saveTimer = setTimeout(keep, 5000); // until the server is there again, or the user signed in
    return;
  }
  forgetHere();
  byId("state").textContent = said.said;
}

const here = `riskmap-draft ${form.dataset.place}`;
function keepHere() {
  try {
    localStorage.setItem(here, JSON.stringify({ at: Date.now(), sent: body().toString() }));
  } catch { /* no room, or forbidden: the page itself still holds it */ }
}
function forgetHere() {
  try { localStorage.removeItem(here); } catch { /* as above */ }
}
function offerBack() {
  let found = null;
  try { found = JSON.parse(localStorage.getItem(here)); } catch { /* nothing readable */ }
  if (!found) return;
  byId("kept-here").hidden = false;
  byId("kept-at").textContent = new Date(found.at).toLocaleString();
  byId("throw-away").onclick = () => { forgetHere(); byId("kept-here").hidden = true; };
  byId("take-back").onclick = async () => {
    const sent = new URLSearchParams(found.sent);
    for (const name of ["csrf_token", "number", "version"]) sent.set(name, field(name).value);
    if (await afterwards(() => operate(sent, "look"))) { forgetHere(); byId("kept-here").hidden = true; changed(); }
  };
}

// Operations, each on the rows that the one before left

function ask(what, key, ...rest) {
  return afterwards(() => act(what, key, rest));
}
const rowOf = (key) => byId(`row-${key}`);
const placeOf = (key) => Number((rowOf(key) || { dataset: {} }).dataset.at);
async function act(what, key, rest) {
  const at = key ? placeOf(key) : null;
  if (key && Number.isNaN(at)) return; // the row has gone meanwhile
  const numbers = key ? [what === "insert" ? at + 1 : at, ...rest] : rest;
  await operate(null, [what, ...numbers].join(":"));
}

async function operate(sent, what, more) {
  while (composing) await new Promise((done) => setTimeout(done, 30));
  clearTimeout(saveTimer);
  sent = sent || body(more, true);
  sent.set("do", what);
  sent.delete("end");
  sent.set("end", "1");
  const before = snapshot();
  const answer = await send(form.action, sent, { headers: { "X-Fragment": "1" } });
  if (!answer) return false;
  if (answer.status === 409) { submitPlainly(what); return false; }
  const text = await answer.text();
  const read = new DOMParser().parseFromString(text, "text/html").getElementById("editor");
  byId("failed").hidden = Boolean(read);
  if (!read) return false;
  dirty = false;
  replace(read, before, what);
  forgetHere();
  drawNow();
  return answer.ok;
}
function submitPlainly(what) {
  const button = [...form.querySelectorAll("button[name=do]")].find((each) => each.value === what);
  plainly = true;
  if (button) form.requestSubmit(button);
}

// What stands in the fields, by whose they are
function snapshot() {
  const found = new Map();
  for (const each of form.querySelectorAll("#editor input:not([type=hidden]), #editor select, #editor textarea")) {
    found.set(each.id ? owner(each.id) : owner(each.name) + each.value, each.type === "checkbox" ? each.checked : each.value);
  }
  return found;
}

function replace(read, before, what) {
  const focused = document.activeElement, whose = owner(focused.id);
  const marked = "selectionStart" in focused && focused.tagName !== "SELECT" ? [focused.selectionStart, focused.selectionEnd] : null;
  const open = [...form.querySelectorAll("#editor details[open]")].map((each) => each.id);
  const wasOpen = new Set([...form.querySelectorAll("#editor details")].map((each) => each.id));
  const typed = [...snapshot()].filter(([name, value]) => before.get(name) !== value); // while it was under way
  for (const each of document.querySelectorAll("main > .said")) each.remove(); // said and read
  byId("editor").replaceWith(document.importNode(read, true));
  const editor = byId("editor");
  for (const each of editor.querySelectorAll("details")) {
    if (wasOpen.has(each.id)) each.open = open.includes(each.id) || each.querySelector("[aria-invalid]") !== null || (each.open && what === "look");
  }
  for (const [name, value] of typed) {
    const mine = ofOwner(name);
    if (mine && mine.type !== "checkbox") mine.value = value;
    if (mine) dirty = true;
  }
  byId("undo").disabled = !editor.dataset.undo;
  byId("state").textContent = editor.dataset.said;
  setUp();
  const stays = /^(look|up|down|move|undo|save)/.test(what) && !byId("faults") && whose && ofOwner(whose);
  const target = byId("faults") || stays || byId(editor.dataset.focus);
  if (!target) return;
  target.focus({ preventScroll: true });
  if (stays && marked && "setSelectionRange" in target) try { target.setSelectionRange(...marked); } catch { /* not of this kind */ }
  (target.closest(".step-row, .risk-row") || target).scrollIntoView({ block: "nearest" });
  if (dirty) changed();
}

// Growing fields, and the buttons of a row as one stop of the Tab key

const grow = (area) => { if (area.matches(".step-text")) area.rows = 1; area.style.height = "auto"; area.style.height = `${area.scrollHeight + 2}px`; };
function setUp() {
  for (const each of form.querySelectorAll("textarea.grow")) grow(each);
  for (const bar of form.querySelectorAll(".row-tools")) {
    [...bar.children].forEach((each, index) => { each.tabIndex = index ? -1 : 0; });
  }
}
form.addEventListener("toggle", (event) => {
  for (const each of event.target.querySelectorAll("textarea.grow")) grow(each);
}, true);

// Typing

form.addEventListener("compositionstart", () => { composing = true; clearTimeout(drawTimer); clearTimeout(saveTimer); });
form.addEventListener("compositionend", () => { composing = false; changed(); });
form.addEventListener("input", (event) => {
  if (event.target.matches("textarea.grow")) grow(event.target);
  if (event.target.id === "paste" || event.target.id === "paste_after") return;
  if (!event.isComposing && !composing) changed();
});
form.addEventListener("change", (event) => {
  const { target } = event;
  if (target.matches(".reload, .kind-cell select")) ask("look");
  else if (dirty && target.id !== "paste") keep();
});
addEventListener("pagehide", () => {
  if (!dirty) return;
  const sent = body();
  if (sent.toString().length > 60000) { keepHere(); return; }
  dirty = false;
  fetch(form.dataset.draft, { method: "POST", body: sent, keepalive: true, headers: { Accept: "application/json" } }).catch(keepHere);
});
addEventListener("visibilitychange", () => { if (dirty) keep(); }); // also on coming back after signing in
addEventListener("focus", () => { if (dirty) keep(); });
addEventListener("beforeunload", (event) => {
  if (!plainly && dirty && !(byId("offline").hidden && byId("signed-out").hidden)) event.preventDefault();
});

// Buttons

let plainly = false;
form.addEventListener("submit", (event) => {
  if (plainly) return;
  const what = event.submitter && event.submitter.value;
  if (!what || what === "discard") { plainly = true; clearTimeout(saveTimer); dirty = false; return; }
  event.preventDefault();
  const row = event.submitter.closest(".step-row");
  const [name, , second] = what.split(":");
  if (name === "paste") { afterwards(() => operate(null, "paste")); return; }
  if (row && name !== "look") ask(name, row.dataset.key, ...(second === undefined ? [] : [second]));
  else ask(what);
});
addEventListener("pageshow", () => { plainly = false; });

// The keyboard

// On to the next step; at the bottom, or right before the end, to a new one.
function goOn(row) {
  const below = row.nextElementSibling;
  const ends = (each) => !each.nextElementSibling && each.querySelector(".kind-cell select").value === "terminator";
  if (!below && row.previousElementSibling && ends(row)) ask("add");
  else if (!below || (ends(below) && row.querySelector(".step-text").value.trim())) ask("insert", row.dataset.key);
  else below.querySelector("[data-first]").focus();
}

form.addEventListener("keydown", (event) => {
  if (event.isComposing || composing) return;
  const { target, key } = event;
  const row = target.closest && target.closest(".step-row");
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && key.toLowerCase() === "s") {
    event.preventDefault();
    ask("save");
  } else if (event.altKey && !event.ctrlKey && row) {
    const asked = { ArrowUp: "up", ArrowDown: "down", Enter: "insert", Delete: "delete", r: "add-risk" }[key];
    if (!asked) return;
    event.preventDefault();
    ask(asked, row.dataset.key);
  } else if (key === "Enter" && plain && target.matches(".step-text")) {
    event.preventDefault();
    goOn(row);
  } else if (key === "Enter" && plain && target.matches("input:not([type=checkbox]), textarea.grow:not(#goal):not(#duties)")) {
    event.preventDefault(); // no sending by chance, and no line break in a cell
  } else if (/^Arrow(Left|Right)$/.test(key) && plain && target.closest(".row-tools")) {
    const all = [...target.closest(".row-tools").children];
    const next = all[(all.indexOf(target) + (key === "ArrowRight" ? 1 : all.length - 1)) % all.length];
    for (const each of all) each.tabIndex = each === next ? 0 : -1;
    next.focus();
    event.preventDefault();
  }
});
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && !event.defaultPrevented) {
    event.preventDefault();
    ask("save");
  }
});

// Several lines pasted into a step become steps below it

form.addEventListener("paste", (event) => {
  if (!event.target.matches(".step-text")) return;
  const text = event.clipboardData.getData("text/plain");
  if (text.split(/[\r\n]+/).filter((line) => line.trim()).length < 2) return;
  event.preventDefault();
  const { key } = event.target.closest(".step-row").dataset;
  afterwards(() => operate(null, "paste", { paste: text, paste_after: key }));
});

// Dragging a row by its handle

let dragged = null;
form.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest(".handle");
  if (!handle || event.button) return;
  event.preventDefault();
  dragged = { row: handle.closest(".step-row"), to: null };
  dragged.row.classList.add("dragged");
  handle.setPointerCapture(event.pointerId);
});
form.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  const rows = [...form.querySelectorAll(".step-row")];
  // In front of the first row whose middle is below the pointer.
  const behind = rows.findIndex((each) => {
    const box = each.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2;
  });
  const before = behind < 0 ? rows.length : behind, at = rows.indexOf(dragged.row);
  dragged.to = before > at ? before - 1 : before;
  rows.forEach((each, index) => {
    each.classList.toggle("drop-before", index === before && dragged.to !== at);
    each.classList.toggle("drop-after", before === rows.length && index === rows.length - 1 && dragged.to !== at);
  });
  if (event.clientY < 80) scrollBy(0, -12);
  else if (event.clientY > innerHeight - 40) scrollBy(0, 12);
});
function drop(done) {
  if (!dragged) return;
  const { row, to } = dragged;
  dragged = null;
  row.classList.remove("dragged");
  for (const each of form.querySelectorAll(".drop-before, .drop-after")) each.classList.remove("drop-before", "drop-after");
  if (done && to !== null && to !== Number(row.dataset.at)) ask("move", row.dataset.key, to);
}
form.addEventListener("pointerup", () => drop(true));
form.addEventListener("pointercancel", () => drop(false));
form.addEventListener("keydown", (event) => { if (event.key === "Escape") drop(false); });

// What was typed before this script arrived
function touched(each) {
  if (each.type === "checkbox") return each.checked !== each.defaultChecked;
  if (!each.matches("select")) return each.value !== each.defaultValue;
  const given = [...each.options].findIndex((option) => option.defaultSelected);
  return each.selectedIndex !== Math.max(given, 0);
}

setUp();
offerBack();
if ([...form.querySelectorAll("#editor input, #editor select, #editor textarea")].some(touched)) changed();
document.documentElement.classList.add("scripted");
