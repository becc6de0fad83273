// What if: one small curve with its band per predictor, a handle to drag or a value to type, the prediction with
// its interval answering at once, and whether the point lies inside what the model has seen.
import { bare, drawn, element, written } from "./element.js";
import { critical } from "./errors.js";
import { dateOf, daysOf, modelOf } from "./model.js";

const STEPS = 25;
const MOST_KNOBS = 24;
const MOST_LEVELS = 40;
const PAUSE_MS = 120;
const [WIDTH, HEIGHT] = [100, 60];

const knobOf = (column, levels) => {
  const base = { name: column.name, unit: column.unit };
  if (levels && levels.length > 1) {
    const asSent = (text) => ["number", "integer"].includes(column.dtype) && text.trim() !== "" ? Number(text) : text;
    return { ...base, kind: "level", levels: levels.slice(0, MOST_LEVELS), send: asSent };
  }
  const date = column.dtype === "date";
  const [low, high] = [column.min, column.max].map((end) => date && end ? daysOf(String(end).slice(0, 10)) : end);
  if (typeof low !== "number" || typeof high !== "number" || !(high > low)) return null;
  const whole = date || column.dtype === "integer";
  const middle = column.quantiles?.["0.5"] ?? column.mean ?? (low + high) / 2;
  const first = typeof middle === "string" ? daysOf(middle.slice(0, 10)) : middle;
  return { ...base, kind: date ? "date" : "number", low, high, whole, first: whole ? Math.round(first) : Number(first.toPrecision(6)), send: date ? dateOf : (x) => x };
};

// The predictors as knobs, each with a first value: the middle, or the level others are compared with.
const knobsOf = (told) => {
  const { design, domain } = told.prediction;
  const columns = new Map(told.column_analysis.columns.map((column) => [column.name, column]));
  const knobs = []; const fixed = {};
  for (const name of new Set(design.terms.flatMap((term) => term.factors.map((factor) => factor.column)))) {
    const column = columns.get(name);
    const knob = column && knobOf(column, domain.levels[name]);
    if (!knob) { if (column) fixed[name] = column.levels?.[0]?.value ?? column.min; continue; }
    const now = knob.kind === "level" ? design.reference_levels[name] ?? knob.levels[0] : knob.first;
    knobs.push({ ...knob, now, grid: knob.kind === "level" ? knob.levels : Array.from({ length: STEPS }, (_, i) => knob.low + (knob.high - knob.low) * i / (STEPS - 1)) });
  }
  return { knobs, fixed };
};

export const whatIf = async (told, { job, root }) => {
  if (!told.prediction) return;
  const { knobs, fixed } = knobsOf(told);
  if (!knobs.length) return;
  const shown = knobs.slice(0, MOST_KNOBS);
  const { target } = told.model;
  const unit = told.column_analysis.columns.find((column) => column.name === told.model.target)?.unit;
  const share = told.model.family === "binomial";
  const percent = (part) => part > 0 && part < 1e-5 ? "under 0.001%" : `${written(100 * part, 3)}%`;
  const say = (number) => share && typeof number === "number" ? percent(number) : written(number);

  // ---- the panel
  const result = element("output", { id: "what-if-result" });
  const between = element("p", { id: "what-if-between" });
  const domain = element("p", { class: "outside", role: "status" });
  const span = element("p", { class: "span" });
  const profiles = element("div", { class: "profiles" });
  const reset = element("button", { type: "button", class: "plain", text: "Back to the middle" });
  const panel = element("section", { class: "what-if", id: "what-if", "aria-labelledby": "what-if-title" },
    element("h2", { id: "what-if-title", text: "What if" }),
    element("p", { text: `Drag a handle, type a value or choose a level: the prediction follows. Each curve shows what happens to ${target} when that one changes and the others stay; the band is the 95% interval of the mean. It says what goes together, not what a change would bring about.` }),
    element("div", { class: "answer", "aria-live": "polite" }, element("p", { class: "what", text: share ? `Share with ${told.model.event ?? "1"} in ${target}` : `${target}${unit ? ` (${unit})` : ""}` }), result, between, domain),
    span, profiles, ...(knobs.length > shown.length ? [element("p", { class: "span", text: `${knobs.length - shown.length} more predictors stay in their middle, or at the level others are compared with.` })] : []), reset);
  const place = document.getElementById("predict") ?? document.getElementById("effects");
  if (place) place.after(panel); else document.querySelector("main").append(panel);
  const link = document.getElementById("to-what-if");
  if (link) link.hidden = false;

  const rowWith = (changed, value) => ({
    ...fixed, ...Object.fromEntries(knobs.map((knob) => [knob.name, knob.send(knob === changed ? value : knob.now)])),
  });

  for (const [index, knob] of shown.entries()) {
    const id = `what-if-${index}`;
    knob.curve = drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" });
    const label = element("label", { for: id, text: knob.name });
    if (knob.unit) label.append(" ", element("span", { class: "unit", text: knob.unit }));
    const parts = [label];
    if (knob.kind === "level") {
      knob.input = element("select", { id }, ...knob.levels.map((level) => element("option", { value: level, text: level })));
      knob.input.addEventListener("change", () => set(knob, knob.input.value));
      parts.push(knob.input, knob.curve);
    } else {
      const date = knob.kind === "date";
      knob.input = element("input", { id, type: date ? "date" : "number", step: knob.whole ? "1" : "any" });
      knob.slider = element("input", { type: "range", min: knob.low, max: knob.high, step: knob.whole ? 1 : (knob.high - knob.low) / 200, "aria-label": `${knob.name}: handle` });
      knob.slider.addEventListener("input", () => set(knob, Number(Number(knob.slider.value).toPrecision(6)), "slider"));
      knob.input.addEventListener("input", () => {
        const value = date ? daysOf(knob.input.value) : knob.input.valueAsNumber;
        if (Number.isFinite(value)) set(knob, value, "input");
      });
      const ends = element("div", { class: "ends", "aria-hidden": "true" },
        element("span", { text: date ? dateOf(knob.low) : bare(knob.low) }), element("span", { text: date ? dateOf(knob.high) : bare(knob.high) }));
      parts.push(knob.input, knob.curve, knob.slider, ends);
    }
    const dragged = (event) => {
      if (event.type === "pointermove" && !event.buttons) return;
      const box = knob.curve.getBoundingClientRect();
      const part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
      if (knob.kind === "level") { set(knob, knob.levels[Math.min(knob.levels.length - 1, Math.floor(part * knob.levels.length))]); return; }
      const value = knob.low + part * (knob.high - knob.low);
      set(knob, knob.whole ? Math.round(value) : Number(value.toPrecision(5)));
    };
    knob.curve.addEventListener("pointerdown", (event) => { knob.curve.setPointerCapture(event.pointerId); dragged(event); });
    knob.curve.addEventListener("pointermove", dragged);
    profiles.append(element("div", { class: "profile" }, ...parts));
  }
  const put = (knob, from) => {
    if (from !== "input") knob.input.value = knob.kind === "date" ? dateOf(knob.now) : knob.now;
    if (knob.slider && from !== "slider") knob.slider.value = knob.now;
  };
  const set = (knob, value, from) => { knob.now = value; put(knob, from); update(); };
  const middle = knobs.map((knob) => knob.now);
  for (const knob of shown) put(knob);
  reset.addEventListener("click", () => { knobs.forEach((knob, index) => { knob.now = middle[index]; }); shown.forEach((knob) => put(knob)); update(); });

  // ---- answers: from the model here once it has proved itself, and from the server always
  let local = null; let asking = false; let again = false; let waiting = null; let last = null;
  const gridRows = () => shown.flatMap((knob) => knob.grid.map((value) => rowWith(knob, value)));
  const request = async (rows) => {
    const reply = await fetch(`${root}/api/v1/predict/${job}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ rows }) });
    const answer = await reply.json();
    if (!reply.ok) throw new Error([answer.detail, answer.hint].filter(Boolean).join(" "));
    return answer.predictions;
  };
  const ask = async () => {
    if (asking) { again = true; return; }
    asking = true;
    try {
      const row = rowWith();
      const whole = !local;
      const predictions = await request(whole ? [row, ...gridRows()] : [row]);
      if (!again) { tell(predictions[0], true); if (whole) draw(predictions[0], predictions.slice(1)); }
      return predictions;
    } catch (error) {
      domain.textContent = error.message; domain.hidden = false;
    } finally {
      asking = false;
      panel.dataset.settled = String(!again);
      if (again) { again = false; ask(); }
    }
  };
  const update = () => {
    panel.dataset.settled = "false";
    if (local) {
      const here = local(rowWith());
      if (here) { tell(here, false); draw(here, gridRows().map(local)); }
    }
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE_MS);
  };
  const tell = (told, sure) => {
    if (told.predicted === null) { result.textContent = "cannot be predicted"; between.textContent = ""; } else {
      result.textContent = say(told.predicted);
      const unseen = typeof told.conformal_low === "number" ? `${say(told.conformal_low)} to ${say(told.conformal_high)} by the errors on unseen rows (conformal interval)` : "";
      const assumed = typeof told.pi_low === "number" ? `${say(told.pi_low)} to ${say(told.pi_high)} if errors have the shape that the model assumes` : "";
      const both = [unseen, assumed].filter(Boolean).join("; ");
      const single = both ? ` A single new case, 95 of 100: ${both}.` : "";
      const mean = Number.isFinite(told.ci_low) ? `Mean: ${say(told.ci_low)} to ${say(told.ci_high)}.` : "This kind of model has no interval of the mean.";
      if (single || sure || !last) between.textContent = `${mean}${single}`;
    }
    last = told;
    const outside = knobs.filter((knob) => knob.kind !== "level" && (knob.now < knob.low || knob.now > knob.high)).map((knob) => knob.name);
    const reason = sure ? told.reason : outside.length ? `${outside.join(", ")} is beyond what the model has seen` : told.in_domain ? "" : "a combination of values further out than any row";
    domain.textContent = reason ? `Outside the data: ${reason}` : "Inside the data that the model has seen";
    domain.classList.toggle("inside", !reason);
  };

  let scale = null;
  const draw = (here, grid) => {
    const known = [...grid, here].flatMap((p) => p ? [p.predicted, p.ci_low, p.ci_high] : []).filter((n) => Number.isFinite(n));
    if (!known.length) return;
    const [low, high] = [Math.min(...known), Math.max(...known)];
    span.textContent = `All curves have one scale: ${say(low)} at the bottom, ${say(high)} at the top.`;
    scale = (number) => HEIGHT - 3 - (HEIGHT - 6) * (number - low) / ((high - low) || 1);
    let from = 0;
    for (const knob of shown) {
      const points = grid.slice(from, from + knob.grid.length);
      from += knob.grid.length;
      knob.curve.replaceChildren(...(knob.kind === "level" ? levelShapes(knob, points) : curveShapes(knob, points, here)));
    }
  };
  const curveShapes = (knob, points, here) => {
    const x = (value) => Math.min(WIDTH, Math.max(0, WIDTH * (value - knob.low) / (knob.high - knob.low)));
    const usable = knob.grid.map((value, i) => [x(value), points[i]]).filter(([, p]) => p && Number.isFinite(p.predicted));
    const banded = usable.filter(([, p]) => Number.isFinite(p.ci_low));
    const line = (name, among = usable) => among.map(([px, p]) => `${px.toFixed(2)},${scale(p[name]).toFixed(2)}`);
    const place = x(knob.now);
    const level = here.predicted === null ? HEIGHT / 2 : scale(here.predicted);
    return [
      drawn("polygon", { class: "band", points: [...line("ci_low", banded), ...line("ci_high", banded).reverse()].join(" ") }),
      drawn("line", { class: "level-line", x1: 0, x2: WIDTH, y1: level, y2: level }),
      drawn("polyline", { class: "curve", points: line("predicted").join(" ") }),
      drawn("line", { class: "here", x1: place, x2: place, y1: 0, y2: HEIGHT }),
    ];
  };
  const levelShapes = (knob, points) => {
    const width = WIDTH / knob.levels.length;
    return points.flatMap((p, i) => {
      if (!p || !Number.isFinite(p.predicted)) return [];
      const [top, bottom] = [p.ci_high ?? p.predicted, p.ci_low ?? p.predicted].map(scale);
      const middleAt = scale(p.predicted);
      const now = knob.levels[i] === knob.now ? " now" : "";
      return [
        drawn("rect", { class: `level${now}`, x: (i + 0.15) * width, width: 0.7 * width, y: top, height: Math.max(0.5, bottom - top) }),
        drawn("line", { class: `level-mean${now}`, x1: (i + 0.15) * width, x2: (i + 0.85) * width, y1: middleAt, y2: middleAt }),
      ];
    });
  };

  // ---- the first answer shows the curves and puts the model here to the test
  const rows = [rowWith(), ...gridRows()];
  const first = await ask();
  const multiplier = told.prediction.distribution === "t" ? critical(told.prediction.df_mean ?? told.prediction.df_resid) : 1.959963984540054;
  const candidate = first && modelOf(told.prediction, multiplier, critical(told.prediction.df_resid));
  const close = (a, b, size) => a === null || b === null || Math.abs(a - b) <= 1e-4 * size;
  if (candidate && first.length === rows.length) {
    const agrees = rows.every((row, i) => {
      const here = candidate(row);
      const size = Math.abs(first[i].ci_high - first[i].ci_low) || Math.abs(first[i].predicted) || 1;
      if (!here) return first[i].predicted === null;
      return ["predicted", "ci_low", "ci_high", "pi_low", "pi_high", "conformal_low", "conformal_high"].every((name) => close(here[name], first[i][name], size));
    });
    if (agrees) local = candidate;
  }
  panel.dataset.answers = local ? "here" : "server";
};
