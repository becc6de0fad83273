// A finished report works without this file. With it: tables sort, pictures answer to the pointer, terms explain
// themselves, the kind of standard error can be switched, and a what-if panel predicts.
import { makeSortable } from "./tables.js";
import { answerToPointer } from "./pointer.js";
import { rowsOf } from "./rows.js";
import { explainTerms } from "./terms.js";
import { switchErrors } from "./errors.js";
import { whatIf } from "./what-if.js";

const bar = document.getElementById("page-bar");
document.documentElement.classList.add("scripted");
makeSortable(document.querySelectorAll("main table"));
answerToPointer(document.querySelectorAll("figure svg[role='img']"), rowsOf(bar.dataset));
explainTerms(document.querySelector("main"));

for (const menu of bar.querySelectorAll("details")) {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("toggle", () => { if (menu.open) menu.querySelector("input")?.focus(); });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
// A chart on offer is called what it is called in the report.
for (const name of bar.querySelectorAll(".chart-name")) {
  const title = document.getElementById(`chart-${name.textContent.replaceAll(" ", "_")}-title`)?.textContent;
  if (!title) continue;
  name.textContent = title;
  for (const link of name.parentElement.querySelectorAll("a")) link.setAttribute("aria-label", `${title} as ${link.textContent}`);
}

const { job, root } = bar.dataset;
const answer = await fetch(`${root}/api/v1/results/${job}`);
if (answer.ok) {
  const told = await answer.json();
  switchErrors(told.model);
  await whatIf(told, { job, root });
}
