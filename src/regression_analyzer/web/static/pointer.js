// Pictures answer to the pointer and to the keyboard: a point is ringed, its values and the row behind it are said.
import { drawn, element, written } from "./element.js";
import { pointsOf, sayer } from "./points.js";

const REACH = 14; // in units of the picture
const HELP = "Arrow keys go from point to point, left to right; Escape closes";

// The note beside a point. One for the page; what it says of a row is filled in when the row is known.
const noteOf = (rowBehind) => {
  const note = element("div", { class: "pointer-note", hidden: "" });
  document.body.append(note);
  let current = null;
  const put = ([x, y]) => {
    note.style.left = "0"; // so that its width is its own, not what is left beside it
    const [wide, high] = [document.documentElement.clientWidth, document.documentElement.clientHeight];
    const below = y + 18 + note.offsetHeight <= high || y < note.offsetHeight + 12;
    note.style.left = `${scrollX + Math.max(4, Math.min(x + 14, wide - note.offsetWidth - 4))}px`;
    note.style.top = `${scrollY + (below ? y + 18 : y - note.offsetHeight - 12)}px`;
  };
  return {
    hide: () => { note.hidden = true; current = null; },
    say: async (point, lines, place, told = () => {}) => {
      note.hidden = false;
      if (point === current) { put(place); return; }
      current = point;
      const first = [...(point.row ? [`Row ${written(point.row, 9)}`] : []), ...lines];
      note.replaceChildren(element("p", { text: first.join("\n") }));
      put(place);
      const row = point.row ? await rowBehind(point.row) : null;
      if (point !== current) return;
      if (row) {
        const cells = row.cells.flatMap(([name, cell]) => [element("dt", { text: name }), element("dd", { text: cell })]);
        note.append(element("dl", {}, ...cells), ...(row.more ? [element("p", { text: `and ${row.more} more` })] : []));
        put(place);
      }
      const behind = row ? row.cells.map(([name, cell]) => `${name} ${cell}`) : [];
      told([...first, ...behind].join("; "));
    },
  };
};

const nearest = (points, [px, py]) => {
  let best = null; let least = points.some((point) => point.text) ? Infinity : REACH ** 2;
  for (const point of points) {
    // a row of a picture of intervals is found from anywhere beside it; a bar only by its own shape
    const away = point.bar ? Infinity
      : point.text ? (Math.abs(point.y - py) < REACH ? (point.y - py) ** 2 : Infinity) : (point.x - px) ** 2 + (point.y - py) ** 2;
    if (away < least) { least = away; best = point; }
  }
  return best;
};

const answer = (picture, note, number) => {
  let known = null; // read when first needed
  const points = () => known ??= pointsOf(picture).sort((a, b) => a.x - b.x || b.y - a.y);
  const linesOf = sayer(picture);
  const ring = drawn("circle", { r: 6, class: "pointer-ring", visibility: "hidden" });
  picture.append(ring);
  const leave = () => { note.hide(); ring.setAttribute("visibility", "hidden"); };
  const show = (point, place, told) => {
    ring.setAttribute("cx", point.x); ring.setAttribute("cy", point.y);
    ring.setAttribute("visibility", point.bar ? "hidden" : "visible");
    note.say(point, linesOf(point), place, told);
  };
  const scale = () => {
    const [box, view] = [picture.getBoundingClientRect(), picture.viewBox.baseVal];
    return { box, times: view.width / box.width };
  };
  const look = (event) => {
    const { box, times } = scale();
    const bar = event.target.closest("path[data-label]");
    const point = bar ? points().find((one) => one.bar === bar)
      : nearest(points(), [(event.clientX - box.left) * times, (event.clientY - box.top) * times]);
    if (point) show(point, [event.clientX, event.clientY]); else leave();
  };
  picture.addEventListener("pointermove", look);
  picture.addEventListener("pointerdown", look);
  picture.addEventListener("pointerleave", leave);

  // by keyboard: a slider over the points, seen while it has the focus
  const title = picture.querySelector(":scope > title")?.textContent ?? "this chart";
  const help = element("span", { class: "point-help", id: `point-help-${number}`, text: HELP });
  const slider = element("input", { type: "range", class: "point-range", min: 0, max: 1, step: 1, value: 0, "aria-label": `Points of: ${title}`, "aria-describedby": help.id, "aria-valuetext": "the first point" });
  const step = () => {
    const point = points()[Number(slider.value)];
    const { box, times } = scale();
    if (point) show(point, [box.left + point.x / times, box.top + point.y / times], (text) => slider.setAttribute("aria-valuetext", text));
  };
  slider.addEventListener("focus", () => {
    slider.max = Math.max(0, points().length - 1);
    if (slider.matches(":focus-visible")) step();
  });
  slider.addEventListener("input", step);
  slider.addEventListener("keydown", (event) => { if (event.key === "Escape") leave(); });
  slider.addEventListener("blur", leave);
  picture.after(slider, help);
};

export const answerToPointer = (pictures, rowBehind) => {
  const note = noteOf(rowBehind);
  for (const [number, picture] of [...pictures].entries()) {
    for (const title of picture.querySelectorAll("circle > title, path > title")) {
      title.parentNode.setAttribute("data-label", title.textContent);
      title.remove(); // the note says it at once; a second one by the browser would cover it
    }
    if (picture.querySelector("[data-label], g[data-rows]")) answer(picture, note, number);
  }
};
