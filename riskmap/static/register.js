// Keeping the register: the matrix by arrow keys, rows of responsible posts, ticks. Without this
// script the buttons ask the server for another row, and Tab and Space do the rest.
"use strict";

const WIDTH = 4;
for (const matrix of document.querySelectorAll(".rate")) {
  const fields = [...matrix.querySelectorAll('input[type="radio"]')];
  matrix.addEventListener("keydown", (event) => {
    const at = fields.indexOf(document.activeElement);
    const step = { ArrowUp: -WIDTH, ArrowDown: WIDTH, ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (at < 0 || step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const next = at + step;
    const sameRow = Math.floor(next / WIDTH) === Math.floor(at / WIDTH);
    if (next < 0 || next >= fields.length || (Math.abs(step) === 1 && !sameRow)) return;
    fields[next].checked = true;
    fields[next].focus();
  });
}

for (const shares of document.querySelectorAll(".shares")) {
  const rows = () => [...shares.querySelectorAll("[data-row]")];
  const number = () => {
    rows().forEach((row, index) => {
      for (const each of row.children) {
        each.setAttribute("aria-label", each.getAttribute("aria-label").replace(/\d+/, index + 1));
        if (each.name === "less") each.value = index;
      }
    });
  };
  shares.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button || !rows().length) return;
    const row = button.closest("[data-row]");
    if (button.name === "less" && rows().length > 1) {
      event.preventDefault();
      const near = row.nextElementSibling && row.nextElementSibling.matches("[data-row]") ? row.nextElementSibling : row.previousElementSibling;
      row.remove();
      number();
      near.querySelector("input").focus();
    } else if (button.name === "less") {
      event.preventDefault();
      row.querySelector("input").value = "";
      row.querySelector("input").focus();
    } else if (button.name === "more") {
      event.preventDefault();
      const last = rows()[rows().length - 1];
      const copy = last.cloneNode(true);
      copy.querySelector("input").value = "";
      copy.querySelector("input").removeAttribute("aria-invalid");
      last.after(copy);
      number();
      copy.querySelector("select").focus();
    }
  });
}

// What is typed for a field means that this field is to change, also where it was typed before
// this script arrived.
for (const input of document.querySelectorAll("[data-choice]")) {
  const choose = () => {
    const choice = document.querySelector(`input[name="field"][value="${input.dataset.choice}"]`);
    if (choice && input.value) choice.checked = true;
  };
  input.addEventListener("input", choose);
  if (!document.querySelector('input[name="field"]:checked')) choose();
}

// One tick for all ticks of a list.
for (const all of document.querySelectorAll("[data-tick-all]")) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const tick of document.querySelectorAll(`input[name="${all.dataset.tickAll}"]`)) tick.checked = all.checked;
  });
}
