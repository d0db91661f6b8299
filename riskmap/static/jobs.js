// A job's page while the job is not at its end: how far it is, looked up every second. Without this
// script the browser loads the page anew.
"use strict";

const EVERY = 1000; // milliseconds
const shown = () => document.getElementById("job");

async function look() {
  if (document.hidden) return; // it is looked up when somebody looks
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "manual" });
  if (!answer.ok) {
    if (answer.type === "opaqueredirect") location.reload(); // signed out meanwhile
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.getElementById("job");
  if (!found || !("unfinished" in found.dataset)) {
    location.reload(); // other buttons, and the result
    return;
  }
  // The state is said aloud where it changes; how far it is only stands there.
  const [old, now] = [shown().querySelector("#state"), found.querySelector("#state")];
  if (old.textContent !== now.textContent) old.textContent = now.textContent;
  shown().querySelector("progress").parentElement.replaceWith(found.querySelector("progress").parentElement);
}

async function watch() {
  try {
    await look();
  } catch {
    // the site is away for a moment: look again
  }
  setTimeout(watch, EVERY);
}
setTimeout(watch, EVERY);
