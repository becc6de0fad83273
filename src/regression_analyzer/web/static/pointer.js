// Pictures answer to the pointer: the nearest point is ringed, its values and the row behind it are said.
import { drawn, element, written } from "./element.js";

const REACH = 14; // in units of the picture
const DAY = 86_400_000;

const scaleOf = (text) => {
  const [low, high, start, end, kind] = text.split(" ").map((part, index) => index < 4 ? Number(part) : part);
  return (place) => {
    const share = (place - start) / (end - start);
    if (kind === "log") return low * (high / low) ** share;
    return low + share * (high - low);
  };
};
const shown = (text, value) => text.endsWith(" date")
  ? new Date(Math.round(value) * DAY).toISOString().slice(0, 10) : written(value, 3);

const rowsOf = (text) => text.split(" ").filter(Boolean).flatMap((part) => {
  const [first, last = first] = part.split("-").map(Number);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
});

// What the axes show, as the caption of the picture's table says it.
const namesOf = (picture) => {
  const caption = picture.closest("figure").querySelector("caption")?.textContent ?? "";
  const [, x = "x", y = "y"] = /^x: (.*?); y: (.*?)(?: \([\d,]+ of [\d,]+ values\))?$/.exec(caption) ?? [];
  return [x, y];
};

// The points of a group lie in some paths of "m dx dy h0"; point i is in path i modulo their number.
const pointsOf = (group) => {
  const rows = rowsOf(group.dataset.rows);
  const paths = [...group.querySelectorAll("path")];
  return paths.flatMap((path, pile) => {
    let [x, y] = [0, 0];
    const moves = path.getAttribute("d").split("m").slice(1);
    return moves.map((move, index) => {
      const [dx, dy] = move.split("h")[0].match(/-?(?:\d*\.\d+|\d+)/g).map(Number);
      x += dx; y += dy;
      return { x, y, row: rows[pile + index * paths.length] };
    });
  });
};

export const answerToPointer = (pictures) => {
  const note = element("div", { class: "pointer-note", hidden: "" });
  document.body.append(note);
  const say = (text, event) => {
    note.textContent = text;
    note.hidden = false;
    const room = document.documentElement.clientWidth;
    note.style.left = `${scrollX + Math.max(4, Math.min(event.clientX + 14, room - note.offsetWidth - 4))}px`;
    note.style.top = `${event.pageY + 18}px`;
  };
  for (const picture of pictures) {
    for (const title of picture.querySelectorAll("circle > title, path > title")) {
      title.parentNode.setAttribute("data-label", title.textContent);
      title.remove(); // the note says it at once; a second one by the browser would cover it
    }
    const labelled = [...picture.querySelectorAll("circle[data-label]")]
      .map((circle) => ({ x: Number(circle.getAttribute("cx")), y: Number(circle.getAttribute("cy")), text: circle.getAttribute("data-label") }));
    let points = null; // read when the pointer first comes
    const ring = drawn("circle", { r: 6, class: "pointer-ring", visibility: "hidden" });
    picture.append(ring);
    const { x: xScale, y: yScale } = picture.dataset;
    const [xName, yName] = namesOf(picture);
    const about = (point) => point.text
      ?? `Row ${written(point.row, 9)}\n${xName}: ${shown(xScale, scaleOf(xScale)(point.x))}\n${yName}: ${shown(yScale, scaleOf(yScale)(point.y))}`;
    const leave = () => { note.hidden = true; ring.setAttribute("visibility", "hidden"); };
    const look = (event) => {
      points ??= [...labelled, ...[...picture.querySelectorAll("g[data-rows]")].flatMap(pointsOf).filter((p) => p.row)];
      const bar = event.target.closest("path[data-label]");
      if (bar) { ring.setAttribute("visibility", "hidden"); say(bar.getAttribute("data-label"), event); return; }
      const box = picture.getBoundingClientRect();
      const view = picture.viewBox.baseVal;
      const px = (event.clientX - box.left) * view.width / box.width;
      const py = (event.clientY - box.top) * view.height / box.height;
      let best = null; let least = labelled.length ? Infinity : REACH ** 2;
      for (const point of points) {
        // a row of a picture of intervals is found from anywhere beside it
        const away = point.text ? (Math.abs(point.y - py) < REACH ? (point.y - py) ** 2 : Infinity) : (point.x - px) ** 2 + (point.y - py) ** 2;
        if (away < least) { least = away; best = point; }
      }
      if (!best) { leave(); return; }
      ring.setAttribute("cx", best.x); ring.setAttribute("cy", best.y); ring.setAttribute("visibility", "visible");
      say(about(best), event);
    };
    picture.addEventListener("pointermove", look);
    picture.addEventListener("pointerdown", look);
    picture.addEventListener("pointerleave", leave);
  }
};
