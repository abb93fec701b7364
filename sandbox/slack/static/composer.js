// The command box: typing, completion, recall of earlier commands, and sending.

import { acknowledged, sandbox } from "./api.js";
import { completions, examples, hint } from "./commands.js";
import { byId, el, fill, freshId } from "./dom.js";
import { announce, toast } from "./shell.js";
import { channelOf, now, state } from "./state.js";
import { send } from "./surfaces.js";
import { drawRoom, toEnd } from "./timeline.js";

const RESTING = "Type / for commands";
const earlier = []; // what was sent, newest last
let recalled = -1;
let offers = [];
let active = -1;

const input = () => byId("command");
const list = () => byId("completions");

function close() {
  offers = [];
  active = -1;
  list().hidden = true;
  input().setAttribute("aria-expanded", "false");
  input().removeAttribute("aria-activedescendant");
}

function row(offer, index) {
  return el(
    "div",
    {
      class: "completion",
      role: "option",
      id: `completion-${index}`,
      "aria-selected": String(index === active),
      "data-testid": "completion",
      onmousedown: (event) => event.preventDefault(),
      onclick: () => accept(offer),
    },
    el("code", {}, offer.code, offer.usage && el("i", {}, ` ${offer.usage}`)),
    offer.help && el("span", {}, offer.help),
  );
}

function draw() {
  if (!offers.length) {
    close();
    return;
  }
  const keys = el(
    "div",
    { class: "completions-keys", "aria-hidden": true },
    "↑ ↓ choose · Tab completes · Enter sends · Esc closes",
  );
  fill(list(), offers.map(row), keys);
  list().hidden = false;
  input().setAttribute("aria-expanded", "true");
  if (active < 0) input().removeAttribute("aria-activedescendant");
  else {
    input().setAttribute("aria-activedescendant", `completion-${active}`);
    byId(`completion-${active}`).scrollIntoView({ block: "nearest" });
  }
}

export function type(text, { focus = true } = {}) {
  input().value = text;
  if (focus) input().focus();
  changed();
}

function changed() {
  const text = input().value;
  byId("composer").querySelector(".send").classList.toggle("idle", !text.trim());
  fill(byId("command-hint"), hint(text));
  offers = state.threadTs ? [] : completions(text);
  const whole = offers.length === 1 && offers[0].insert.trim() === text.trim();
  if (whole) offers = [];
  active = -1;
  draw();
  if (offers.length && text === "/") announce(`${offers.length} commands. Use the arrow keys.`);
}

function accept(offer) {
  type(offer.insert);
  close();
  fill(byId("command-hint"), hint(offer.insert));
}

function move(step) {
  active = active < 0 ? (step > 0 ? 0 : offers.length - 1) : (active + step + offers.length) % offers.length;
  draw();
}

function recall(step) {
  if (!earlier.length) return;
  recalled = Math.max(-1, Math.min(earlier.length - 1, recalled + step));
  type(recalled < 0 ? "" : earlier[earlier.length - 1 - recalled]);
  close();
}

function key(event) {
  const open = offers.length > 0;
  if (event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const step = event.key === "ArrowDown" ? 1 : -1;
    if (!open && input().value && recalled < 0) return;
    event.preventDefault();
    if (open) move(step);
    else recall(-step);
  } else if (event.key === "Tab" && open && !event.shiftKey) {
    event.preventDefault();
    accept(offers[Math.max(active, 0)]);
  } else if (event.key === "Enter" && open && active >= 0) {
    event.preventDefault();
    accept(offers[active]);
  } else if (event.key === "Escape" && open) {
    event.preventDefault();
    close();
  }
}

// A typed command leaves a trace in this window only: Slack does not show it to anybody else.
async function run(text) {
  const channel = channelOf(state.room);
  const trace = {
    key: freshId("ran"),
    ts: String(now().getTime() / 1000),
    channel,
    user: state.user.id,
    text,
    state: "sending",
  };
  state.ran.push(trace);
  drawRoom();
  toEnd();
  const outcome = await send(() => sandbox.command({ text, channel, user: state.user.key }), text);
  trace.state = acknowledged(outcome) ? "done" : "failed";
  drawRoom();
}

// An ordinary message; the app hears of it where it is mentioned.
function say(text, thread) {
  return send(
    () => sandbox.message({ text, channel: channelOf(state.room), thread_ts: thread, user: state.user.key }),
    "the message",
  );
}

async function submit(event) {
  event.preventDefault();
  const text = input().value.trim();
  const thread = state.threadTs;
  if (!text) return;
  if (text.startsWith("/") && thread) {
    toast(`Commands do not work in threads. Mention @${state.workspace.app.name} instead.`);
    return;
  }
  if (earlier.at(-1) !== text) earlier.push(text);
  recalled = -1;
  replyIn(null);
  close();
  hideExamples();
  await (text.startsWith("/") ? run(text) : say(text, thread));
}

export function replyIn(message) {
  state.threadTs = message?.thread_ts ?? message?.ts ?? null;
  byId("replying").hidden = !state.threadTs;
  type(state.threadTs ? `@${state.workspace.app.name} ` : "", { focus: Boolean(state.threadTs) });
}

function hideExamples() {
  localStorage.setItem("examples", "seen");
  byId("chips").hidden = true;
}

function showExamples() {
  byId("chips").hidden = localStorage.getItem("examples") === "seen";
  fill(
    byId("chip-list"),
    examples().map((text) =>
      el(
        "li",
        {},
        el("button", { class: "chip", type: "button", "data-testid": "chip", onclick: () => type(text) }, text),
      ),
    ),
  );
}

export function startComposer() {
  input().placeholder = RESTING;
  input().addEventListener("input", changed);
  input().addEventListener("keydown", key);
  input().addEventListener("blur", close);
  byId("composer").addEventListener("submit", submit);
  byId("leave-thread").addEventListener("click", () => replyIn(null));
  byId("dismiss-chips").addEventListener("click", () => {
    hideExamples();
    input().focus();
  });
  showExamples();
  changed();
}
