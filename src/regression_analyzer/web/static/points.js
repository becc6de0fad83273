// The points of a picture, read from its drawing: where each is, what it says, and the row of the file behind it.
import { written } from "./element.js";

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
const groupOf = (group) => {
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
  }).filter((point) => point.row);
};

const labelledOf = (picture) => [...picture.querySelectorAll("[data-label]")].map((shape) => {
  const text = shape.getAttribute("data-label");
  if (shape.tagName === "circle") return { x: Number(shape.getAttribute("cx")), y: Number(shape.getAttribute("cy")), text };
  const box = shape.getBBox();
  return { x: box.x + box.width / 2, y: box.y, text, bar: shape };
});

// All points of a picture: those with words of their own, and those with a row behind them.
export const pointsOf = (picture) => [
  ...labelledOf(picture), ...[...picture.querySelectorAll("g[data-rows]")].flatMap(groupOf),
];

// What is said of a point besides its row: its own words, or its values on both axes.
export const sayer = (picture) => {
  const { x, y } = picture.dataset;
  const [xName, yName] = namesOf(picture);
  return (point) => point.text ? [point.text]
    : [`${xName}: ${shown(x, scaleOf(x)(point.x))}`, `${yName}: ${shown(y, scaleOf(y)(point.y))}`];
};
