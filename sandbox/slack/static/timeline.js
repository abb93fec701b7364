// The list of a room: days, messages, threads and typed commands, changed in place so that nothing jumps.

import { clockTime, dayKey, dayTitle } from "./dates.js";
import { byId, el, icon } from "./dom.js";
import { messageNode, momentOf } from "./messages.js";
import { channelOf, seconds, state, visible } from "./state.js";

const FOLLOWS_WITHIN = 300; // seconds in which the same author's next message needs no second name
const drawn = new Map(); // key → {node, source}
let live = false; // after the first drawing of a room, what is added arrives before one's eyes
const opened = new Map(); // thread ts → whether its replies are shown; without an entry they are

function ranNode(ran) {
  const words = { sending: "sending …", failed: "not acknowledged", done: "" }[ran.state];
  return el(
    "li",
    { class: "ran", "data-state": ran.state, "data-testid": "ran" },
    el("span", {}, ran.user === state.user.id ? "You ran" : "Ran"),
    el("code", {}, ran.text),
    el("time", {}, clockTime(momentOf(ran.ts))),
    words && el("span", { class: "ran-state" }, words),
  );
}

// The element for a key: the standing one, unless what it shows has changed.
function kept(key, source, make) {
  const before = drawn.get(key);
  if (before && before.source === source) return before.node;
  const node = make();
  if (before) replaceGently(before.node, node);
  else if (live) node.classList.add("new");
  drawn.set(key, { node, source });
  return node;
}

// The focus stays on the same control when the message under it is edited.
function replaceGently(old, node) {
  node.classList.add("fresh");
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(node);
  if (!focused) return;
  const action = focused.dataset.action;
  ((action && node.querySelector(`[data-action="${CSS.escape(action)}"]`)) || node).focus({ preventScroll: true });
}

function follows(message, before) {
  if (!before || before.kind === "ran" || !before.message) return false;
  const last = before.message;
  return (
    last.user === message.user &&
    !last.replies &&
    Boolean(last.ephemeral_to) === Boolean(message.ephemeral_to) &&
    !message.ephemeral_to &&
    seconds(message.ts) - seconds(last.ts) < FOLLOWS_WITHIN
  );
}

// Puts the nodes into the list in this order, and moves none that stands right.
function arrange(list, nodes) {
  nodes.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
  while (list.children.length > nodes.length) list.lastElementChild.remove();
}

function drawThread(node, message, replies) {
  const slot = node.querySelector(".thread");
  if (!replies.length) {
    slot.replaceChildren();
    return;
  }
  let list = slot.querySelector(".replies");
  if (!list) {
    list = el("ol", { class: "replies", "aria-label": "Replies" });
    const toggle = el(
      "button",
      {
        class: "thread-toggle",
        type: "button",
        "data-testid": "thread-toggle",
        onclick: () => {
          opened.set(message.ts, opened.get(message.ts) === false);
          drawRoom();
        },
      },
      icon("chevron"),
      el("span", {}),
    );
    slot.append(toggle, list);
  }
  const shown = opened.get(message.ts) !== false;
  const toggle = slot.querySelector(".thread-toggle");
  toggle.setAttribute("aria-expanded", String(shown));
  toggle.lastElementChild.textContent = replies.length === 1 ? "1 reply" : `${replies.length} replies`;
  list.hidden = !shown;
  arrange(
    list,
    replies.map((reply) => kept(reply.ts, reply, () => messageNode(reply))),
  );
}

let reply = () => {};
export function onReply(listener) {
  reply = listener;
}

// Top-level entries, oldest first, with the replies of each thread.
function entries() {
  const channel = channelOf(state.room);
  const all = visible(channel);
  const roots = new Set(all.filter((one) => !one.thread_ts || one.thread_ts === one.ts).map((one) => one.ts));
  const isReply = (one) => one.thread_ts && one.thread_ts !== one.ts && roots.has(one.thread_ts);
  const threads = Map.groupBy ? Map.groupBy(all.filter(isReply), (one) => one.thread_ts) : group(all.filter(isReply));
  const tops = all
    .filter((one) => !isReply(one) || one.broadcast)
    .map((message) => ({ key: message.ts, ts: message.ts, message, replies: threads.get(message.ts) ?? [] }));
  const ran = state.ran
    .filter((one) => one.channel === channel && one.user === state.user.id)
    .map((one) => ({ key: one.key, ts: one.ts, kind: "ran", ran: one }));
  return [...tops, ...ran].sort((one, two) => seconds(one.ts) - seconds(two.ts));
}

function group(list) {
  const map = new Map();
  for (const one of list) map.set(one.thread_ts, [...(map.get(one.thread_ts) ?? []), one]);
  return map;
}

function dayNode(key, date) {
  return kept(`day ${key} ${dayTitle(date)}`, key, () =>
    el("li", { class: "day", "data-testid": "day" }, el("span", {}, dayTitle(date))),
  );
}

const nearEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 90;

export function drawRoom({ jump = false } = {}) {
  const box = byId("messages");
  const stay = jump || nearEnd(box);
  live = !jump;
  const nodes = [];
  let day = null;
  let before = null;
  for (const entry of entries()) {
    const key = dayKey(momentOf(entry.ts));
    if (key !== day) nodes.push(dayNode(key, momentOf(entry.ts)));
    const node =
      entry.kind === "ran"
        ? kept(entry.key, `${entry.ran.state}`, () => ranNode(entry.ran))
        : kept(entry.key, entry.message, () => messageNode(entry.message, { reply }));
    if (entry.message) {
      node.classList.toggle("follows", key === day && follows(entry.message, before));
      drawThread(node, entry.message, entry.replies);
    }
    day = key;
    before = entry.message ? { message: { ...entry.message, replies: entry.replies.length > 0 } } : { kind: "ran" };
    nodes.push(node);
  }
  arrange(byId("message-list"), nodes);
  byId("welcome").hidden = state.room.kind === "app" && nodes.length > 0;
  if (stay) showNewest();
  return stay;
}

// Somebody who reads further up is told, and not moved.
export function tellOfNews() {
  const last = byId("message-list").lastElementChild?.getBoundingClientRect();
  byId("to-newest").hidden = !last || last.top < byId("messages").getBoundingClientRect().bottom;
}

// The end of the room; but an answer that is taller than the room is read from its beginning.
function showNewest() {
  const box = byId("messages");
  const last = byId("message-list").lastElementChild;
  toEnd();
  if (!last || last.offsetHeight < box.clientHeight - 24) return;
  box.scrollTop = last.offsetTop - 12;
}

// Another person reads the room: their mentions and their private messages differ.
export function redrawRoom() {
  drawn.clear();
  byId("message-list").replaceChildren();
  drawRoom({ jump: true });
}

export function toEnd() {
  const box = byId("messages");
  box.scrollTop = box.scrollHeight;
  byId("to-newest").hidden = true;
}

export function startTimeline() {
  byId("to-newest").addEventListener("click", toEnd);
  byId("messages").addEventListener("scroll", () => {
    if (nearEnd(byId("messages"))) byId("to-newest").hidden = true;
  });
  // Pictures and folding change heights after the fact; whoever was at the end stays there.
  let stuck = true;
  byId("messages").addEventListener("scroll", () => {
    stuck = nearEnd(byId("messages"));
  });
  new ResizeObserver(() => {
    if (stuck) showNewest();
  }).observe(byId("message-list"));
}
