// Plain words on the terms of statistics: the first mention in each section is a button that says what it means.
import { element } from "./element.js";

const TERMS = [
  ["R²", /R²/, "The share of what differs between rows that the model accounts for: 0 is nothing, 1 is all of it."],
  ["standard error", /\b[Ss]tandard errors?\b|\bStd\. error\b/, "How far an estimate would typically move if the data were collected again."],
  ["95% interval", /\b95% (?:interval|low|high)\b|\bintervals?\b/, "The range of sizes that the data leave open: made this way, 95 of 100 such ranges hold the true size."],
  ["p", /\bp(?:-value)?s? (?=[<=>] ?0|is\b)|^p$|\bp-values?\b/, "How often a pattern at least this strong would appear by chance alone if there were none. Small speaks against chance; it says nothing of size."],
  ["p (Holm)", /\bp \(Holm\)|\bHolm\b/, "A p-value made stricter because many questions were asked at once, so that the chance of even one false alarm stays small."],
  ["VIF", /\bVIF\b|\b[Vv]ariance inflation\b/, "How many times less certain an estimate is because its predictor overlaps with the others. 1 is no overlap; above 5 or 10 is much."],
  ["leverage", /\b[Ll]everage\b/, "How unusual the predictors of a row are. A row with high leverage can pull the model towards itself."],
  ["Cook's distance", /\bCook[’']s distance\b/, "How much all predictions would move if one row were left out. Above 0.5 deserves a look."],
  ["robust (HC3)", /\bHC[0-3]\b|\b[Rr]obust errors?\b/, "Standard errors that stay right where the spread of the errors is uneven. HC3 is the most careful kind for small tables."],
  ["clustered", /\b[Cc]lustered\b/, "Standard errors for rows that belong together, such as several visits of one patient."],
  ["HAC", /\bHAC\b/, "Standard errors for rows in order of time, where one row's error carries over to the next."],
  ["reference level", /\b[Rr]eference levels?\b/, "The level of a category with which all its other levels are compared."],
  ["residual", /\b[Rr]esiduals?\b/, "What was observed minus what the model says: the part it does not account for."],
  ["degrees of freedom", /\b[Dd]egrees of freedom\b|\bdf\b/, "How many pieces of information are left for judging the errors, after the coefficients were estimated."],
  ["coefficient", /\b[Cc]oefficients?\b/, "By how much the prediction changes when one predictor goes up by one and the others stay."],
  ["Breusch-Pagan", /\bBreusch[-–]Pagan\b/, "A check of whether the errors are wider for some rows than for others."],
  ["RESET", /\bRESET\b/, "A check of whether straight lines are enough, or curves and combinations are missing."],
  ["AIC", /\bAIC\b/, "Fit with a price on every coefficient, to compare models of the same rows: smaller is better."],
  ["BIC", /\bBIC\b/, "As AIC, with a higher price on every coefficient: smaller is better."],
  ["overdispersion", /\b[Oo]verdispersion\b/, "Counts that scatter more than chance alone would make them."],
  ["Wald test", /\bWald tests?\b/, "A question asked of several coefficients at once: are they all nothing?"],
  ["LMG", /\bLMG\b/, "A predictor's share of what is explained, averaged over every order in which predictors can enter."],
  ["RMSE", /\bRMSE\b/, "The typical size of an error, in the unit of the target; large errors count more."],
  ["interaction", /\b[Ii]nteractions?\b/, "Where the effect of one predictor depends on the value of another."],
  ["Studentized", /\b[Ss]tudentis?zed\b|\b[Ss]tandardised residuals?\b/, "A residual measured in units of its own uncertainty: beyond 3 in either direction is rare."],
];
const SKIP = "a, button, summary, code, svg, script, style, select, .term, .visually-hidden, h1, h2, nav";

export const explainTerms = (main) => {
  const bubble = element("div", { id: "term-words", class: "term-words", role: "tooltip", hidden: "" });
  document.body.append(bubble);
  let open = null;
  const close = () => { bubble.hidden = true; open?.removeAttribute("aria-describedby"); open = null; };
  const show = (button) => {
    open = button;
    bubble.textContent = button.dataset.words;
    bubble.hidden = false;
    button.setAttribute("aria-describedby", "term-words");
    const box = button.getBoundingClientRect();
    const room = document.documentElement.clientWidth;
    bubble.style.left = `${scrollX + Math.max(8, Math.min(box.left, room - bubble.offsetWidth - 8))}px`;
    bubble.style.top = `${scrollY + box.bottom + 6}px`;
  };
  for (const section of main.querySelectorAll("section")) {
    const left = new Set(TERMS);
    const walker = document.createTreeWalker(section, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    for (const node of nodes) {
      if (!node.data.trim() || !fits(node.parentElement)) continue;
      mark(node, left);
    }
  }
  document.addEventListener("pointerover", (event) => {
    const button = event.target.closest?.(".term");
    if (button) show(button); else if (open && !event.target.closest?.("#term-words") && open !== document.activeElement) close();
  });
  document.addEventListener("focusin", (event) => { const button = event.target.closest?.(".term"); if (button) show(button); else if (open) close(); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".term");
    if (button) show(button); else if (open) close();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
};

// Only our own prose and heads of tables: names from the file are left alone.
const fits = (parent) => !parent.closest(SKIP) && Boolean(parent.closest("p, thead th, h3, figcaption, dt, caption, li"));

const mark = (node, left) => {
  for (const entry of left) {
    const found = entry[1].exec(node.data);
    if (!found || !found[0].trim()) continue;
    const rest = node.splitText(found.index);
    const after = rest.splitText(found[0].trimEnd().length);
    left.delete(entry);
    // a head of a table is sorted by a button of its own, which cannot hold another
    const button = element("button", { type: "button", class: "term", "data-words": `${entry[0]}: ${entry[2]}` });
    // a line may end before a button, and would leave the bracket before it alone
    const bracket = node.data.endsWith("(") ? "(" : "";
    if (bracket) node.data = node.data.slice(0, -1);
    rest.replaceWith(bracket ? element("span", { class: "glued" }, bracket, button) : button);
    button.append(rest);
    mark(after, left);
    return;
  }
};
