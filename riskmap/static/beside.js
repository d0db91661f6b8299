// Two charts side by side: where one is moved to, the other follows by the same share of what it
// hides, so that a long one and a short one reach their ends together. Without this script each is
// moved by itself.
"use strict";

const panes = [...document.querySelectorAll(".apart.charts .canvas")];
const share = (at, size, seen) => (size > seen ? at / (size - seen) : 0);

const put = new Map(); // where a pane was moved to by the other: its own report of that is not to go back

for (const pane of panes) {
  pane.addEventListener("scroll", () => {
    const own = put.get(pane);
    put.delete(pane);
    if (own && own.top === pane.scrollTop && own.left === pane.scrollLeft) return;
    const down = share(pane.scrollTop, pane.scrollHeight, pane.clientHeight);
    const along = share(pane.scrollLeft, pane.scrollWidth, pane.clientWidth);
    for (const other of panes) {
      if (other === pane) continue;
      const top = Math.round(down * (other.scrollHeight - other.clientHeight));
      const left = Math.round(along * (other.scrollWidth - other.clientWidth));
      if (Math.abs(other.scrollTop - top) < 1 && Math.abs(other.scrollLeft - left) < 1) continue;
      other.scrollTo({ top, left, behavior: "instant" });
      put.set(other, { top: other.scrollTop, left: other.scrollLeft });
    }
  }, { passive: true });
}
