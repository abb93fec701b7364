// The story panel: plays the demo through the sandbox's own controls, one simulated PSA at a time.

import { sandbox } from "./api.js";
import { callsAreShown, readCalls } from "./calls.js";
import { clockTime, panelDay, zone } from "./dates.js";
import { byId, fill } from "./dom.js";
import { readPsas, startPsas } from "./psas.js";
import { attempt, toast } from "./shell.js";
import { now, setSandboxTime } from "./state.js";
import { drawStories, readStories, startStories } from "./stories.js";

const MOVES = { hour: { advance_seconds: 3600 }, tomorrow: { to: "tomorrow-morning" } };

// In this order: the stories that are drawn are those of the PSA that is shown.
export async function refreshPanel() {
  await readPsas();
  await readStories();
  if (callsAreShown()) await readCalls();
}

let pending = null;
export function callsMayHaveChanged() {
  if (!callsAreShown() || pending) return;
  pending = setTimeout(() => {
    pending = null;
    readPsas()
      .then(readCalls)
      .catch(() => {});
  }, 400);
}

export function tick() {
  const moment = now();
  const time = byId("clock-time");
  fill(time, clockTime(moment));
  time.dateTime = moment.toISOString();
  fill(byId("clock-date"), panelDay(moment));
  byId("clock-date").title = zone();
}

async function moveClock(move) {
  const moved = await sandbox.moveClock(MOVES[move]);
  if (moved?.now) setSandboxTime(moved.now);
  if (moved?.app_followed === false)
    toast("The bot did not follow the clock: it still lives in the old time.", "error");
  tick();
}

function showStories() {
  drawStories();
  readStories().catch((error) => toast(error.message, "error"));
  callsMayHaveChanged();
}

export async function startPanel(listener) {
  startStories(listener);
  startPsas(showStories);
  for (const button of document.querySelectorAll("[data-move]"))
    button.addEventListener("click", () => attempt(button, () => moveClock(button.dataset.move)));
  byId("calls").addEventListener("toggle", callsMayHaveChanged);
  setInterval(tick, 1000);
  tick();
  await refreshPanel();
}
