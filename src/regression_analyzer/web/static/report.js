// A finished report works without this file. With it: tables sort, pictures answer to the pointer, and a
// what-if panel asks the model itself (POST /predict), so no arithmetic is repeated here.
"use strict";
(() => {
  const bar = document.getElementById("page-bar");
  if (!bar) return;
  const { job, root } = bar.dataset;
  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "text") made.textContent = value; else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  };

  // ---- tables: a click or a key on a head sorts by it
  const value = (cell) => {
    const text = (cell.dataset.value ?? cell.textContent).trim();
    const number = Number(text.replace(/[,%<\s]/g, ""));
    return text !== "" && Number.isFinite(number) ? number : text.toLowerCase();
  };
  for (const table of document.querySelectorAll("main table")) {
    const body = table.tBodies[0];
    if (!body || !table.tHead || body.rows.length < 3 || body.querySelector("[rowspan], [colspan]")) continue;
    [...table.tHead.rows[table.tHead.rows.length - 1].cells].forEach((head, index) => {
      if (!head.textContent.trim()) return;
      const button = element("button", { class: "sort", type: "button" });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const rows = [...body.rows].sort((a, b) => {
          const [x, y] = [value(a.cells[index]), value(b.cells[index])];
          const order = typeof x === typeof y ? (x < y ? -1 : x > y ? 1 : 0) : typeof x === "number" ? -1 : 1;
          return up ? order : -order;
        });
        body.append(...rows);
      });
    });
  }

  // ---- pictures: what is under the pointer is said
  const note = element("div", { class: "pointer-note", hidden: "" });
  document.body.append(note);
  const tell = (event) => {
    const target = event.target instanceof Element ? event.target.closest("svg [data-label]") : null;
    if (!target) { note.hidden = true; return; }
    note.textContent = target.getAttribute("data-label");
    note.hidden = false;
    note.style.left = `${Math.min(event.pageX + 12, scrollX + innerWidth - note.offsetWidth - 8)}px`;
    note.style.top = `${event.pageY + 14}px`;
  };
  document.addEventListener("pointermove", tell);
  document.addEventListener("pointerdown", tell);

  // ---- what if: one small curve a predictor, the prediction answering at once
  const SVG = "http://www.w3.org/2000/svg";
  const draw = (name, attributes) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, text] of Object.entries(attributes)) made.setAttribute(key, text);
    return made;
  };
  const written = (number) => number === null || number === undefined ? "not known"
    : new Intl.NumberFormat("en", { maximumSignificantDigits: 4 }).format(number);
  const STEPS = 21;

  const whatIf = async () => {
    const answer = await fetch(`${root}/api/v1/results/${job}`);
    if (!answer.ok) return;
    const told = await answer.json();
    const columns = new Map(told.column_analysis.columns.map((column) => [column.name, column]));
    const knobs = told.model.predictors.slice(0, 24).map((name) => columns.get(name)).filter(Boolean);
    const numeric = (column) => typeof column.min === "number" && typeof column.max === "number" && column.max > column.min;
    const usable = knobs.filter((column) => numeric(column) || (column.levels && column.levels.length > 1));
    if (!usable.length) return;
    const reference = told.model.reference_levels || {};
    const now = {};
    for (const column of columns.values()) {
      if (!told.model.predictors.includes(column.name)) continue;
      if (column.levels && column.levels.length && ["text", "yes_no"].includes(column.dtype)) {
        now[column.name] = reference[column.name] ?? column.levels[0].value;
      } else if (column.quantiles && column.quantiles["0.5"] !== undefined) now[column.name] = column.quantiles["0.5"];
      else if (column.mean !== null) now[column.name] = column.mean;
      else if (column.levels && column.levels.length) now[column.name] = column.levels[0].value;
    }

    const result = element("output", { "aria-live": "polite" });
    const between = element("p");
    const domain = element("p", { class: "outside", role: "status" });
    const profiles = element("div", { class: "profiles" });
    const panel = element("section", { class: "what-if", "aria-labelledby": "what-if-title" },
      element("h2", { id: "what-if-title", text: "What if" }),
      element("p", { text: `Move a handle or type a value: the prediction of ${told.model.target} follows, with its interval. Each curve shows what changes when that one value does and the others stay.` }),
      result, between, domain, profiles);
    const place = document.querySelector("#what-if, [data-place='what-if']");
    if (place) place.append(panel); else document.querySelector("main").append(panel);

    const parts = usable.map((column, index) => {
      const id = `what-if-${index}`;
      const isNumber = numeric(column) && !["text", "yes_no"].includes(column.dtype);
      const curve = draw("svg", { viewBox: "0 0 100 60", preserveAspectRatio: "none", "aria-hidden": "true" });
      let input; let slider = null;
      if (isNumber) {
        const step = column.dtype === "integer" ? 1 : "any";
        input = element("input", { id, type: "number", step, value: now[column.name] });
        slider = element("input", { type: "range", min: column.min, max: column.max, step: step === 1 ? 1 : (column.max - column.min) / 200, value: now[column.name], "aria-label": `${column.name}, handle` });
        slider.addEventListener("input", () => { now[column.name] = Number(slider.value); input.value = slider.value; ask(); });
        input.addEventListener("input", () => {
          if (input.value === "") return;
          now[column.name] = Number(input.value); slider.value = input.value; ask();
        });
      } else {
        input = element("select", { id }, ...column.levels.map((level) => element("option", { value: level.value, text: level.value })));
        input.value = now[column.name];
        input.addEventListener("change", () => { now[column.name] = input.value; ask(); });
      }
      const unit = column.unit ? ` (${column.unit})` : "";
      profiles.append(element("div", { class: "profile" }, element("label", { for: id, text: column.name + unit }), input, ...(slider ? [slider] : []), curve));
      const grid = isNumber
        ? Array.from({ length: STEPS }, (_, i) => column.min + (column.max - column.min) * i / (STEPS - 1))
        : column.levels.slice(0, 12).map((level) => level.value);
      return { column, isNumber, curve, grid };
    });

    let asked = 0; let waiting = null;
    const ask = () => { clearTimeout(waiting); waiting = setTimeout(send, 40); };
    const send = async () => {
      const mine = ++asked;
      const rows = [{ ...now }];
      for (const part of parts) for (const x of part.grid) rows.push({ ...now, [part.column.name]: x });
      const reply = await fetch(`${root}/api/v1/predict/${job}`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ rows }),
      });
      const predicted = await reply.json();
      if (mine !== asked) return;
      if (!reply.ok) { domain.textContent = [predicted.detail, predicted.hint].filter(Boolean).join(" "); return; }
      show(predicted);
    };
    const show = (predicted) => {
      result.textContent = `${told.model.target}: ${written(predicted.predicted[0])}`;
      const single = predicted.pi_low[0] !== null ? ` A single new case lies between ${written(predicted.pi_low[0])} and ${written(predicted.pi_high[0])}.` : "";
      between.textContent = `The mean lies between ${written(predicted.ci_low[0])} and ${written(predicted.ci_high[0])} (95%).${single}`;
      domain.textContent = predicted.in_domain[0] ? "" : `Outside what the model has seen: ${predicted.reason[0]}`;
      domain.hidden = predicted.in_domain[0];
      const known = [...predicted.ci_low, ...predicted.ci_high].filter((number) => number !== null);
      const [low, high] = [Math.min(...known), Math.max(...known)];
      const y = (number) => 58 - 56 * (number - low) / ((high - low) || 1);
      let at = 1;
      for (const part of parts) {
        const range = part.grid.map((_, index) => at + index);
        at += part.grid.length;
        part.curve.replaceChildren();
        if (part.isNumber) {
          const [first, last] = [part.column.min, part.column.max];
          const x = (number) => 100 * (number - first) / (last - first);
          const points = part.grid.map((g, i) => [x(g), range[i]]).filter(([, i]) => predicted.predicted[i] !== null);
          const line = (name) => points.map(([px, i]) => `${px.toFixed(2)},${y(predicted[name][i]).toFixed(2)}`);
          part.curve.append(
            draw("polygon", { class: "band", points: [...line("ci_low"), ...line("ci_high").reverse()].join(" ") }),
            draw("polyline", { class: "curve", points: line("predicted").join(" ") }),
            draw("line", { class: "here", x1: x(now[part.column.name]), x2: x(now[part.column.name]), y1: 0, y2: 60 }),
          );
        } else {
          const width = 100 / part.grid.length;
          part.grid.forEach((level, i) => {
            const index = range[i];
            if (predicted.predicted[index] === null) return;
            const [top, bottom] = [y(predicted.ci_high[index]), y(predicted.ci_low[index])];
            part.curve.append(draw("rect", { class: level === now[part.column.name] ? "level now" : "level", x: (i + 0.2) * width, width: 0.6 * width, y: top, height: Math.max(1, bottom - top) }));
          });
        }
      }
    };
    send();
  };
  whatIf();
})();
