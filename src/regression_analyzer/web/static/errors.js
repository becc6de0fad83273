// A switch between kinds of standard error in the table of coefficients; the numbers come from the document.
import { element } from "./element.js";

// One choice a kind: its name, and what it takes for granted.
const UNEVEN = "Lets the spread of errors differ from row to row";
const KINDS = {
  classical: ["classical", "Takes the spread of errors to be the same everywhere."],
  HC0: ["robust, HC0", `${UNEVEN}; too small where rows are few.`],
  HC1: ["robust, HC1", `${UNEVEN}; enlarged for the number of coefficients.`],
  HC2: ["robust, HC2", `${UNEVEN}; corrected for rows of much weight.`],
  HC3: ["robust, HC3", `${UNEVEN}; corrected most for rows of much weight, the cautious choice.`],
  cluster: ["clustered", "Lets rows that belong together share what the model does not explain."],
  HAC: ["for rows in time, HAC", "Lets errors resemble those shortly before them."],
  // no other errors, but intervals and p-values that are not made from them
  profile: ["from the likelihood", "Intervals and p-values are the likelihood's own and may reach further to one side."],
};
const LIKELIHOOD = "profile";
const ADJUSTED = "-adjusted";
const plain = (kind) => kind.endsWith(ADJUSTED) ? kind.slice(0, -ADJUSTED.length) : kind;
const nameOf = (kind, by) => {
  const [name] = KINDS[plain(kind)] ?? [kind];
  return plain(kind) === "cluster" && by ? `${name} by ${by}` : name;
};
// Of a kind and its form for few rows only one is a choice: the one in use, else the one for few rows.
const choicesOf = (kinds, own) => {
  const forms = new Map();
  for (const kind of [...kinds, own]) {
    if (forms.get(plain(kind)) !== own && (kind === own || kind.endsWith(ADJUSTED) || !forms.has(plain(kind)))) forms.set(plain(kind), kind);
  }
  return [...forms.values()];
};

// As the report rounds: two digits of the standard error, whole numbers at least.
const decimalsFor = (error) => Math.min(20, Math.max(0, 1 - Math.floor(Math.log10(error))));
const fixed = (number, digits) => (Number(number.toFixed(digits)) || 0)
  .toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const cellOfP = (p) => p < 0.001 ? "< 0.001" : p > 0.99 ? "> 0.99" : p >= 0.0995 ? p.toFixed(2) : p >= 0.0495 && p < 0.0505 ? p.toFixed(4) : p.toFixed(3);

// Student's t: the point that leaves 2.5% above it, by bisection on the integral of the density (Simpson's rule;
// the tail through t = 1/u, so that it is finite).
const simpson = (f, from, to, n = 400) => {
  const h = (to - from) / n;
  let sum = f(from) + f(to);
  for (let i = 1; i < n; i += 1) sum += f(from + i * h) * (i % 2 ? 4 : 2);
  return sum * h / 3;
};
export const critical = (df) => {
  const density = (t) => (1 + t * t / df) ** (-(df + 1) / 2);
  const turned = (u) => u === 0 ? Number(df === 1) : density(1 / u) / (u * u);
  const tail = (from) => simpson(turned, 0, 1 / from);
  const half = simpson(density, 0, 1) + tail(1);
  let [low, high] = [1, 20];
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (tail(middle) / half / 2 > 0.025) low = middle; else high = middle;
  }
  return (low + high) / 2;
};

const NORMAL = 1.959963984540054;
const byLikelihood = (model) => (model.covariance.intervals ?? "wald") !== "wald";
const criticalOf = (model) => {
  const own = model.coefficients.find((row) => row.std_error > 0 && row.ci_high !== null);
  if (byLikelihood(model)) return NORMAL;
  // clustered and adjusted errors have their own degrees of freedom
  const usual = !model.covariance.adjusted && /^(classical|HC[0-3])$/.test(model.covariance.kind);
  if (own && !model.covariance.adjusted && (usual || model.covariance.distribution !== "t")) return (own.ci_high - own.estimate) / own.std_error;
  return /^(gaussian|gamma)$/.test(model.family) || model.covariance.distribution === "t" && !model.covariance.adjusted
    ? critical(model.df_resid) : NORMAL;
};

// Holm's step-down: the smallest p times their number, the next times one less, never falling.
export const holm = (ps) => {
  const order = ps.map((p, index) => [p, index]).filter(([p]) => typeof p === "number").sort((a, b) => a[0] - b[0]);
  const adjusted = ps.map(() => null); let most = 0;
  order.forEach(([p, index], rank) => { most = Math.max(most, Math.min(1, p * (order.length - rank))); adjusted[index] = most; });
  return adjusted;
};

export const switchErrors = (model) => {
  const heading = document.getElementById("coefficients");
  const kinds = Object.keys(model.coefficients[0]?.std_error_by_kind ?? {});
  if (!heading || kinds.length < 2) return;
  const own = byLikelihood(model) ? model.covariance.intervals : model.covariance.kind + (model.covariance.adjusted ? ADJUSTED : "");
  const choices = choicesOf(kinds, own);
  const tables = [];
  for (let next = heading.nextElementSibling; next && next.tagName !== "H3"; next = next.nextElementSibling) {
    for (const table of next.querySelectorAll("table")) if (/^Coefficients/.test(table.caption?.textContent ?? "")) tables.push(table);
  }
  if (!tables.length) return;
  const byTerm = new Map(model.coefficients.map((row, index) => [row.term, { row, index }]));
  const t = criticalOf(model);
  const columnOf = (table, name) => [...table.tHead.rows[0].cells].findIndex((cell) => cell.textContent.trim() === name);
  const rows = tables.flatMap((table) => {
    const places = { error: columnOf(table, "Std. error"), low: columnOf(table, "95% low"), high: columnOf(table, "95% high"),
      statistic: ["t", "z"].map((name) => columnOf(table, name)).find((index) => index >= 0) ?? -1, p: columnOf(table, "p"), holm: columnOf(table, "p (Holm)") };
    return [...table.tBodies[0].rows].map((line) => {
      const head = line.cells[0];
      const found = byTerm.get(head.title || head.textContent.trim());
      const cells = Object.fromEntries(Object.entries(places).map(([name, index]) => [name, line.cells[index]]));
      const first = Object.fromEntries(Object.entries(cells).filter(([, cell]) => cell).map(([name, cell]) => [name, [cell.textContent, cell.title]]));
      return { found, cells, first, line };
    }).filter((entry) => entry.found);
  });
  const put = (cell, text, exact) => { if (cell) { cell.textContent = text; cell.title = String(exact); } };
  const told = element("p", { class: "errors-told", role: "status" });
  const verdicts = (kind) => model.coefficients.filter((row) => row.p_value_holm !== null && row.p_value_by_kind
    && (row.p_value_by_kind[kind] < 0.05) !== (row.p_value < 0.05)).length;
  const show = (kind) => {
    const adjusted = holm(model.coefficients.map((row) => row.p_value_holm === null ? null : row.p_value_by_kind?.[kind] ?? null));
    for (const { found: { row, index }, cells, first } of rows) {
      const error = row.std_error_by_kind?.[kind];
      if (kind === own || !(error > 0)) {
        for (const [name, [text, exact]] of Object.entries(first)) { cells[name].textContent = text; cells[name].title = exact; }
        continue;
      }
      const [low, high] = [row.estimate - t * error, row.estimate + t * error];
      const decimals = decimalsFor(error);
      put(cells.error, fixed(error, decimals), error);
      put(cells.low, fixed(low, decimals), low);
      put(cells.high, fixed(high, decimals), high);
      put(cells.statistic, (row.estimate / error).toFixed(2), row.estimate / error);
      if (row.p_value_by_kind) put(cells.p, cellOfP(row.p_value_by_kind[kind]), row.p_value_by_kind[kind]);
      if (adjusted[index] !== null) put(cells.holm, cellOfP(adjusted[index]), adjusted[index]);
    }
    const changed = verdicts(kind);
    const meaning = KINDS[plain(kind)]?.[1] ?? "";
    const few = kind.endsWith(ADJUSTED) && plain(kind) !== LIKELIHOOD ? " Made for few rows of weight, few groups or a short series." : "";
    told.textContent = `${meaning}${few} ` + (kind === own ? `In use, because: ${byLikelihood(model) ? model.covariance.intervals_because : model.covariance.because}.`
      : changed ? `${changed} of ${model.coefficients.length - 1} verdicts at p < 0.05 ${changed === 1 ? "is" : "are"} another one than in the report.`
        : "No verdict at p < 0.05 is another one than in the report.");
  };
  const group = element("fieldset", { class: "errors-switch", id: "errors-switch" }, element("legend", { text: "Standard errors" }));
  for (const kind of choices) {
    const input = element("input", { type: "radio", name: "errors-kind", value: kind });
    input.checked = kind === own;
    input.addEventListener("change", () => show(kind));
    const label = element("label", {}, input, nameOf(kind, model.covariance.cluster_by));
    if (kind === own) label.append(element("span", { class: "in-use", text: "in use" }));
    group.append(label);
  }
  group.append(told);
  show(own);
  tables[0].closest(".scroll").before(group);
};
