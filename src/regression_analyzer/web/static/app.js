// The page works without this file; with it, files can be dropped, progress is live, and the plan answers at once.
const root = document.body.dataset.root || "";
document.documentElement.classList.add("scripted");

// ---- start: drop a file
const drop = document.getElementById("drop");
if (drop) {
  const input = document.getElementById("file");
  const status = document.getElementById("status");
  const tell = (text, problem = false) => { status.textContent = text; status.className = problem ? "problem" : ""; };
  const send = async (file) => {
    tell(`Sending ${file.name} …`);
    const body = new FormData();
    body.append("file", file);
    try {
      const answer = await fetch(`${root}/api/v1/upload`, { method: "POST", body });
      const told = await answer.json();
      if (!answer.ok) { input.value = ""; tell([told.detail, told.hint].filter(Boolean).join(" "), true); return; }
      tell(`Reading ${told.filename} …`);
      location.assign(`${root}/tables/${told.upload_id}`);
    } catch {
      input.value = "";
      tell("The server did not answer. Check the connection and try again.", true);
    }
  };
  drop.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    send(input.files[0]);
  });
  input.addEventListener("change", () => input.files.length && send(input.files[0]));
  for (const name of ["dragover", "dragenter"]) {
    addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
  addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (event.dataTransfer.files.length) send(event.dataTransfer.files[0]);
  });
}
for (const time of document.querySelectorAll("time[datetime]")) {
  const moment = new Date(time.dateTime);
  if (!Number.isNaN(moment.valueOf())) {
    time.textContent = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(moment);
  }
}

// ---- preview: the target is not its own predictor, the choice is said, and a new reading is asked for by itself
const plan = document.getElementById("plan");
if (plan) {
  const choice = document.getElementById("choice");
  const boxes = [...plan.querySelectorAll('input[name="predictor"]')];
  const radio = () => plan.querySelector('input[name="target"]:checked');
  let before = radio()?.value;
  const again = document.getElementById("again"); // of use once something is changed that changes the reading
  again.hidden = true;
  const formula = plan.querySelector('input[name="formula"]');
  const tell = () => {
    const target = radio();
    for (const row of plan.querySelectorAll(".columns tr")) {
      row.classList.toggle("target", Boolean(target) && row.contains(target));
    }
    for (const box of boxes) box.disabled = "never" in box.dataset || box.value === target?.value;
    for (const chooser of plan.querySelectorAll(".against select")) {
      chooser.disabled = !chooser.closest("tr").querySelector('input[name="predictor"]:checked:not(:disabled)');
    }
    const used = boxes.filter((box) => box.checked && !box.disabled).length;
    choice.textContent = formula.value.trim() ? formula.value.trim()
      : target ? `${target.dataset.name} explained by ${used} ${used === 1 ? "column" : "columns"}` : "Choose a column to explain";
  };
  plan.addEventListener("change", (event) => {
    if (event.target.name === "target") {
      const old = boxes.find((box) => box.value === before);
      if (old && !("never" in old.dataset)) old.checked = true;
      before = event.target.value;
      const now = boxes.find((box) => box.value === before);
      if (now) now.checked = false;
    }
    if (event.target.matches('[name="target"], [name="override"]') && !event.target.closest(".against")) again.hidden = false;
    tell();
  });
  formula.addEventListener("input", tell);
  plan.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button) { button.setAttribute("aria-busy", "true"); choice.textContent = button.id === "again" ? "Reading …" : "Starting …"; }
  });
  addEventListener("pageshow", () => {
    for (const button of plan.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
    tell();
  });
}

// ---- running: stages as they pass
const running = document.getElementById("running");
if (running) {
  const bar = document.getElementById("progress");
  const message = document.getElementById("message");
  const show = (state) => {
    const fraction = typeof state.fraction === "number" ? state.fraction : state.progress;
    if (typeof fraction === "number") bar.value = fraction;
    if (state.message && state.message !== message.textContent) message.textContent = state.message;
    const stages = [...document.querySelectorAll("#stages li")];
    const now = stages.findIndex((stage) => stage.dataset.stage === state.stage);
    if (now < 0) return;
    stages.forEach((stage, index) => {
      stage.className = index < now ? "done" : index === now ? "now" : "";
      if (index === now) stage.setAttribute("aria-current", "step"); else stage.removeAttribute("aria-current");
    });
  };
  const finish = () => location.reload();
  const poll = async () => {
    try {
      const answer = await fetch(running.dataset.poll);
      const job = await answer.json();
      if (!answer.ok || !["queued", "processing"].includes(job.status)) return finish();
      show(job);
    } catch { /* the server may be restarting: ask again */ }
    setTimeout(poll, 700);
  };
  const events = new EventSource(running.dataset.events);
  events.addEventListener("progress", (event) => show(JSON.parse(event.data)));
  events.addEventListener("end", () => { events.close(); finish(); });
  events.addEventListener("error", () => { events.close(); poll(); });
}
