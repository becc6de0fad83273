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

const downloads = document.getElementById("downloads");
document.addEventListener("click", (event) => { if (!downloads.contains(event.target)) downloads.open = false; });
downloads.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !downloads.open) return;
  downloads.open = false;
  downloads.querySelector("summary").focus();
});

const { job, root } = bar.dataset;
const answer = await fetch(`${root}/api/v1/results/${job}`);
if (answer.ok) {
  const told = await answer.json();
  switchErrors(told.model);
  await whatIf(told, { job, root });
}
