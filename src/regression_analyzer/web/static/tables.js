// A click or a key on a head sorts the table by it; a third one gives back the first order.
import { element } from "./element.js";

const NUMBER = /^[<>]?\s*[-−+]?[\d,]*\.?\d+(?:e[-−+]?\d+)?\s*%?$/i;
const asNumber = (text) => NUMBER.test(text) ? Number(text.replace(/[,%<>\s+]/g, "").replaceAll("−", "-")) : null;

export const valueOf = (cell) => {
  const shown = cell.textContent.trim();
  const exact = cell.classList.contains("number-cell") ? asNumber((cell.title || "").trim()) : null;
  return exact ?? asNumber(shown) ?? shown.toLowerCase();
};

const compare = (a, b) => {
  if (a === "" || b === "") return a === b ? 0 : a === "" ? 2 : -2; // empty cells stay at the end
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return typeof a === "number" ? a - b : a.localeCompare(b, undefined, { numeric: true });
};

const sortable = (table) => {
  const body = table.tBodies[0];
  if (!body || !table.tHead || body.rows.length < 2 || body.querySelector("[rowspan], [colspan]")) return;
  const first = [...body.rows];
  const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
  heads.forEach((head, index) => {
    if (!head.textContent.trim() || first.every((row) => row.cells[index].querySelector("svg"))) return;
    const button = element("button", { class: "sort", type: "button" });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      for (const other of heads) other.removeAttribute("aria-sort");
      if (now === "descending") { body.append(...first); return; }
      const up = now !== "ascending";
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const sorted = [...body.rows].sort((a, b) => {
        const order = compare(valueOf(a.cells[index]), valueOf(b.cells[index]));
        return up || Math.abs(order) === 2 && [a, b].some((row) => valueOf(row.cells[index]) === "") ? order : -order;
      });
      body.append(...sorted);
    });
  });
};

export const makeSortable = (tables) => { for (const table of tables) sortable(table); };
