// The page works without this file; with it, files can be dropped, progress is live, and one job can be watched.
"use strict";
(() => {
  const root = document.body.dataset.root || "";

  // ---- start: drop a file
  const drop = document.getElementById("drop");
  if (drop) {
    const input = document.getElementById("file");
    const status = document.getElementById("status");
    const send = async (file) => {
      status.textContent = `Sending ${file.name} …`;
      const body = new FormData();
      body.append("file", file);
      try {
        const answer = await fetch(`${root}/api/v1/upload`, { method: "POST", body });
        const told = await answer.json();
        if (!answer.ok) {
          status.textContent = [told.detail, told.hint].filter(Boolean).join(" ");
          return;
        }
        location.assign(`${root}/tables/${told.upload_id}`);
      } catch {
        status.textContent = "The server did not answer. Check the connection and try again.";
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

  // ---- preview: the target is not its own predictor, and the choice is said
  const plan = document.getElementById("plan");
  if (plan) {
    const choice = document.getElementById("choice");
    const tell = () => {
      const target = plan.querySelector('input[name="target"]:checked');
      for (const box of plan.querySelectorAll('input[name="predictor"]')) {
        box.disabled = Boolean(target) && box.value === target.value;
      }
      const used = plan.querySelectorAll('input[name="predictor"]:checked:not(:disabled)').length;
      choice.textContent = target
        ? `${target.value} explained by ${used} ${used === 1 ? "column" : "columns"}`
        : "Choose a column to explain";
    };
    plan.addEventListener("change", tell);
    tell();
  }

  // ---- running: stages as they pass
  const running = document.getElementById("running");
  if (running) {
    const bar = document.getElementById("progress");
    const message = document.getElementById("message");
    const show = (state) => {
      if (typeof state.fraction === "number") bar.value = state.fraction;
      if (state.message) message.textContent = state.message;
      const stages = [...document.querySelectorAll("#stages li")];
      const now = stages.findIndex((stage) => stage.dataset.stage === state.stage);
      if (now >= 0) {
        stages.forEach((stage, index) => { stage.className = index < now ? "done" : index === now ? "now" : ""; });
      }
    };
    const finish = () => location.reload();
    const poll = async () => {
      try {
        const answer = await fetch(running.dataset.poll);
        const job = await answer.json();
        show(job.progress || job);
        if (!["queued", "processing"].includes(job.status)) return finish();
      } catch { /* the server may be restarting: ask again */ }
      setTimeout(poll, 700);
    };
    if ("EventSource" in window) {
      const events = new EventSource(running.dataset.events);
      events.addEventListener("progress", (event) => show(JSON.parse(event.data)));
      events.addEventListener("end", () => { events.close(); finish(); });
      events.addEventListener("error", () => { events.close(); poll(); });
    } else {
      poll();
    }
  }
})();
