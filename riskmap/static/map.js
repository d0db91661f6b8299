// A map's page: pan and zoom, and the chart and the table pointing at each other. Without this
// script the chart scrolls, and its links lead to the rows.
"use strict";

const canvas = document.getElementById("canvas");
const chart = canvas && canvas.querySelector("svg.chart");

function meet(key, on) {
  for (const each of document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)) {
    each.classList.toggle("met", on);
  }
}

for (const [begin, end] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
  for (const [name, on] of [[begin, true], [end, false]]) {
    document.addEventListener(name, (event) => {
      // A risk point stands in its step's row: both are met.
      let owner = event.target.closest && event.target.closest("[data-key]");
      for (; owner; owner = owner.parentElement && owner.parentElement.closest("[data-key]")) {
        meet(owner.dataset.key, on);
      }
    });
  }
}

// What a link leads to takes the focus, so that the keyboard goes on from there. A shape's focus is
// brought into sight by moving the chart.
document.addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest('a[href^="#"]');
  const id = link && (link.getAttribute("href") || "").slice(1);
  const target = id && document.getElementById(id);
  if (!target || !/^(row|shape)-/.test(id)) return;
  event.preventDefault();
  history.replaceState(null, "", `#${id}`);
  if (id.startsWith("row-")) {
    target.scrollIntoView({ block: "center" });
    (target.querySelector('a[href^="#shape-"]') || target).focus({ preventScroll: true });
  } else {
    target.focus({ preventScroll: true });
  }
});

if (chart && window.Panzoom) {
  const size = chart.viewBox.baseVal;
  const natural = { width: size.width * 96 / 72, height: size.height * 96 / 72 };
  const zoom = window.Panzoom(chart, { canvas: true, minScale: 0.1, maxScale: 5, step: 0.25, cursor: "grab", origin: "0 0", noBind: false });
  canvas.classList.add("moving");
  document.querySelector(".zoom").hidden = false;

  const place = (scale) => {
    zoom.zoom(scale);
    const left = Math.max(0, (canvas.clientWidth - natural.width * scale) / 2);
    zoom.pan(left / scale, 0);
  };
  const width = () => place(Math.min(1.6, canvas.clientWidth / natural.width));
  const whole = () => place(Math.min(canvas.clientWidth / natural.width, canvas.clientHeight / natural.height));
  const at = (factor) => {
    const middle = canvas.getBoundingClientRect();
    zoom.zoomToPoint(zoom.getScale() * factor, { clientX: middle.left + middle.width / 2, clientY: middle.top + middle.height / 2 });
  };
  const move = (x, y) => zoom.pan(x / zoom.getScale(), y / zoom.getScale(), { relative: true });
  const actions = { in: () => at(1.25), out: () => at(0.8), width, whole };
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => actions[button.dataset.zoom]());
  }
  const keys = {
    "+": actions.in, "=": actions.in, "-": actions.out, 0: whole, 1: width,
    ArrowLeft: () => move(60, 0), ArrowRight: () => move(-60, 0), ArrowUp: () => move(0, 60), ArrowDown: () => move(0, -60),
    PageUp: () => move(0, canvas.clientHeight * 0.8), PageDown: () => move(0, -canvas.clientHeight * 0.8),
  };
  canvas.addEventListener("keydown", (event) => {
    const action = event.ctrlKey || event.altKey || event.metaKey ? null : keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    if (event.ctrlKey) zoom.zoomWithWheel(event);
    else move(-event.deltaX, -event.deltaY);
  }, { passive: false });
  // A shape that is reached by keyboard comes into sight.
  canvas.addEventListener("focusin", (event) => {
    const shape = event.target.closest(".shape");
    if (!shape) return;
    const seen = canvas.getBoundingClientRect();
    const box = shape.getBoundingClientRect();
    const x = box.left < seen.left ? seen.left - box.left + 20 : Math.min(0, seen.right - box.right - 20);
    const y = box.top < seen.top ? seen.top - box.top + 20 : Math.min(0, seen.bottom - box.bottom - 20);
    if (x || y) move(x, y);
  });
  // A link inside the chart that was dragged is not meant to be followed.
  let from = null;
  canvas.addEventListener("pointerdown", (event) => { from = [event.clientX, event.clientY]; }, true);
  canvas.addEventListener("click", (event) => {
    if (from && Math.hypot(event.clientX - from[0], event.clientY - from[1]) > 5) event.preventDefault();
  }, true);
  width();
  const reached = location.hash.startsWith("#shape-") && document.getElementById(location.hash.slice(1));
  if (reached) reached.focus({ preventScroll: true });
}
