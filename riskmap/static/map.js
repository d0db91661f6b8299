// A map's page: pan and zoom, and the chart and the table pointing at each other. Without this
// script the chart scrolls, and its links lead to the rows.
"use strict";

const canvas = document.getElementById("canvas");
let chart = canvas && canvas.querySelector("svg.chart");

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
    const first = target.querySelector("[data-first]") || target.querySelector('a[href^="#shape-"]');
    (first || target).focus({ preventScroll: true });
  } else {
    target.focus({ preventScroll: true });
  }
});

// Put another chart in the place of the one that is there, as near and as far along as that was.
let show = (svg) => {
  chart = document.importNode(svg, true);
  canvas.replaceChildren(chart);
};

if (canvas && window.Panzoom) {
  let natural, zoom, byHand = false; // whether somebody chose how near the chart is
  const begin = (at) => {
    const size = chart.viewBox.baseVal;
    natural = { width: size.width * 96 / 72, height: size.height * 96 / 72 };
    zoom = window.Panzoom(chart, { canvas: true, minScale: 0.1, maxScale: 5, cursor: "grab", origin: "0 0", ...at });
    chart.addEventListener("panzoomend", () => settle(...now()));
  };
  show = (svg) => {
    const { x, y } = zoom ? zoom.getPan() : { x: 0, y: 0 };
    const at = zoom && { startScale: zoom.getScale(), startX: x, startY: y };
    if (zoom) zoom.destroy();
    chart = document.importNode(svg, true);
    canvas.replaceChildren(chart);
    canvas.classList.add("moving");
    document.querySelector(".zoom").hidden = false;
    begin(at);
    if (!at) width();
    else if (byHand) zoom.pan(x, y);
    else {
      zoom.zoom(fitting());
      settle((canvas.clientWidth - natural.width * zoom.getScale()) / 2, y * at.startScale);
    }
  };

  // The chart's place is kept in pixels of the canvas; Panzoom counts in the chart's own.
  const clamp = (value, room, size) => Math.min(Math.max(value, Math.min(0, room - size)), Math.max(0, room - size));
  const settle = (x, y) => {
    const scale = zoom.getScale();
    const left = clamp(x, canvas.clientWidth, natural.width * scale);
    const top = clamp(y, canvas.clientHeight, natural.height * scale);
    zoom.pan(left / scale, top / scale);
    return [left, top];
  };
  const now = () => {
    const scale = zoom.getScale(), { x, y } = zoom.getPan();
    return [x * scale, y * scale];
  };
  const place = (scale) => {
    zoom.zoom(scale);
    settle((canvas.clientWidth - natural.width * zoom.getScale()) / 2, 0);
  };
  const fitting = () => Math.min(1.6, canvas.clientWidth / natural.width);
  const width = () => { byHand = false; place(fitting()); };
  const whole = () => { byHand = true; place(Math.min(canvas.clientWidth / natural.width, canvas.clientHeight / natural.height)); };
  // What is under the point stays under it.
  const at = (factor, point) => {
    const [pointX, pointY] = point || [canvas.clientWidth / 2, canvas.clientHeight / 2];
    const [x, y] = now(), before = zoom.getScale();
    byHand = true;
    zoom.zoom(before * factor);
    const grown = zoom.getScale() / before;
    settle(pointX - (pointX - x) * grown, pointY - (pointY - y) * grown);
  };
  const move = (dx, dy) => {
    const [x, y] = now(), [left, top] = settle(x + dx, y + dy);
    return Math.abs(left - x) + Math.abs(top - y) > 0.5;
  };
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
  // The wheel moves the chart as far as its edge, then the page.
  canvas.addEventListener("wheel", (event) => {
    const seen = canvas.getBoundingClientRect();
    if (event.ctrlKey) {
      at(event.deltaY < 0 ? 1.1 : 1 / 1.1, [event.clientX - seen.left, event.clientY - seen.top]);
      event.preventDefault();
    } else if (move(-event.deltaX, -event.deltaY)) {
      event.preventDefault();
    }
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
  if (chart) {
    canvas.classList.add("moving");
    document.querySelector(".zoom").hidden = false;
    begin({});
    width();
  }
  const reached = location.hash.startsWith("#shape-") && document.getElementById(location.hash.slice(1));
  if (reached) reached.focus({ preventScroll: true });
}
