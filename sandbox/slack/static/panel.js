// The story panel: plays the demo through the sandbox's own controls, and shows what the bot just asked.

import { sandbox } from "./api.js";
import { clockTime, panelDay, zone } from "./dates.js";
import { byId, el, fill, icon } from "./dom.js";
import { closeDrawer, toast } from "./shell.js";
import { now, setSandboxTime } from "./state.js";

const CALLS_SHOWN = 40;
let ask = () => {};
let psas = [];

// Busy, not disabled: a disabled control would lose the focus.
async function attempt(button, work) {
  if (button.getAttribute("aria-busy") === "true") return null;
  button.setAttribute("aria-busy", "true");
  try {
    return await work();
  } catch (error) {
    toast(error.message, "error");
    return null;
  } finally {
    button.removeAttribute("aria-busy");
  }
}

// Some stories have nothing to fix in the PSA, and their label says so.
const fixable = (story) => Boolean(story.fix_label) && !/^nothing to fix/i.test(story.fix_label);

const titleOf = (kind) => psas.find((psa) => psa.kind === kind)?.title ?? kind;

function storyButtons(story) {
  const verb = el(
    "button",
    {
      class: "button small primary",
      type: "button",
      "data-testid": `ask-${story.id}`,
      "aria-label": `Ask about ${story.company}`,
      onclick: () => {
        closeDrawer();
        ask(story);
      },
    },
    "Ask",
  );
  if (!fixable(story)) return [verb];
  const call = story.fixed ? sandbox.unfix : sandbox.fix;
  const words = story.fixed ? "Undo" : `Fix in ${titleOf(story.psa)}`;
  const change = el(
    "button",
    {
      class: "button small",
      type: "button",
      "data-testid": `${story.fixed ? "undo" : "fix"}-${story.id}`,
      "aria-label": `${words}: ${story.company}`,
      title: story.fix_label,
      onclick: (event) =>
        attempt(event.currentTarget, async () => {
          await call(story.psa, story.id);
          await refreshStories();
        }),
    },
    words,
  );
  return [verb, change];
}

function storyCard(story) {
  const mark =
    fixable(story) &&
    el("span", { class: "state", "data-state": story.fixed ? "fixed" : "open" }, story.fixed ? "Fixed" : "Open");
  return el(
    "article",
    { class: "story", "data-testid": `story-${story.id}` },
    el("div", { class: "story-head" }, el("h4", { title: story.company }, story.company), mark),
    el("p", {}, story.text),
    el(
      "div",
      { class: "story-foot" },
      storyButtons(story),
      el("p", { class: "fix-note" }, story.fixed ? `Done: ${story.fix_label}` : story.fix_label),
    ),
  );
}

// The focus stays in the same place of the same story, also where "Fix" has become "Undo".
function keepingFocus(draw) {
  const card = document.activeElement?.closest(".story");
  const at = card ? [...card.querySelectorAll("button")].indexOf(document.activeElement) : -1;
  draw();
  if (card)
    byId("stories")
      .querySelector(`[data-testid="${CSS.escape(card.dataset.testid)}"]`)
      ?.querySelectorAll("button")
      [at]?.focus();
}

function drawStories(stories) {
  const kinds = [...new Set(stories.map((story) => story.psa))];
  fill(
    byId("stories"),
    kinds.map((kind) => [
      kinds.length > 1 && el("h4", { class: "psa-name" }, titleOf(kind)),
      el("div", { class: "story-list" }, stories.filter((story) => story.psa === kind).map(storyCard)),
    ]),
    !stories.length && el("p", { class: "none" }, "No simulated PSA is running."),
  );
}

// {psa: [stories]} or a flat list with `psa` in each.
function flat(answer) {
  if (Array.isArray(answer)) return answer;
  return Object.entries(answer).flatMap(([psa, stories]) => stories.map((story) => ({ psa, ...story })));
}

export async function refreshStories() {
  const stories = flat(await sandbox.stories());
  keepingFocus(() => drawStories(stories));
}

function faultRow(psa) {
  const id = `fault-${psa.kind}`;
  const choose = el(
    "select",
    {
      class: "field",
      id,
      "data-testid": id,
      onchange: (event) =>
        attempt(event.currentTarget, async () => {
          await sandbox.breakWith(psa.kind, event.currentTarget.value);
          await refreshPsas();
          byId(id)?.focus();
        }),
    },
    Object.entries(psa.faults).map(([name, words]) =>
      el("option", { value: name, selected: name === psa.fault }, words),
    ),
  );
  return el(
    "div",
    { class: "fault", "data-broken": psa.fault !== "none" },
    el("label", { for: id }, `Break ${psa.title}`),
    el("span", { class: "select-box" }, choose, icon("caret")),
  );
}

export async function refreshPsas() {
  const answer = await sandbox.psas();
  psas = Array.isArray(answer) ? answer : Object.entries(answer).map(([kind, psa]) => ({ kind, ...psa }));
  fill(byId("faults"), psas.map(faultRow));
  if (byId("calls").open) await refreshCalls();
}

function callRow({ where, what, outcome, bad }) {
  return el(
    "li",
    { class: "call", "data-bad": bad, "data-testid": "call" },
    el("span", { class: "where" }, where),
    el("span", { class: "what", title: what }, what),
    el("span", { class: "outcome" }, outcome),
  );
}

// Without what all paths of a PSA begin with, such as /v2026_1/apis/3.0.
const asked = (call) => {
  const query = new URLSearchParams(call.query ?? {}).toString();
  const path = call.path.replace(/^.*\/apis?\/[\d.]+(?=\/)/, "");
  return `${call.method} ${path}${query ? `?${decodeURIComponent(query.replaceAll("+", " "))}` : ""}`;
};

async function refreshCalls() {
  const slack = await sandbox.calls();
  const web = slack.slice(-CALLS_SHOWN).map((call) => ({
    where: "Slack",
    what: call.method,
    outcome: call.ok === false ? call.error || call.status : call.status,
    bad: call.ok === false || call.status >= 400,
  }));
  const own = psas.flatMap((psa) =>
    (psa.calls ?? [])
      .slice(-CALLS_SHOWN)
      .map((call) => ({ where: "PSA", what: asked(call), outcome: call.status, bad: call.status >= 400 })),
  );
  const rows = [...own.reverse(), ...web.reverse()].slice(0, CALLS_SHOWN);
  fill(byId("call-list"), rows.map(callRow), !rows.length && el("li", { class: "none" }, "Nothing yet."));
}

let pending = null;
export function callsMayHaveChanged() {
  if (!byId("calls").open || pending) return;
  pending = setTimeout(() => {
    pending = null;
    refreshPsas().catch(() => {});
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

const MOVES = { hour: { advance_seconds: 3600 }, tomorrow: { to: "tomorrow-morning" } };

export async function startPanel(listener) {
  ask = listener;
  for (const button of document.querySelectorAll("[data-move]")) {
    button.addEventListener("click", () =>
      attempt(button, async () => {
        const moved = await sandbox.moveClock(MOVES[button.dataset.move]);
        if (moved?.now) setSandboxTime(moved.now);
        if (moved?.app_followed === false)
          toast("The bot did not follow the clock: it still lives in the old time.", "error");
        tick();
      }),
    );
  }
  byId("calls").addEventListener("toggle", callsMayHaveChanged);
  setInterval(tick, 1000);
  tick();
  await refreshPsas();
  await refreshStories();
}
