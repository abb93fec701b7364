// One message as an element: who, when, to whom, its blocks, its reactions and the place for its thread.

import { blocks } from "./blocks.js";
import { clockTime, fullTime } from "./dates.js";
import { el, icon, link } from "./dom.js";
import { avatar } from "./shell.js";
import { person, seconds } from "./state.js";
import { surface } from "./surfaces.js";
import { emoji, mrkdwn } from "./text.js";

export const momentOf = (ts) => new Date(seconds(ts) * 1000);

function edited(message) {
  if (!message.edited) return null;
  const when = fullTime(momentOf(message.edited));
  return el("span", { class: "edited", title: when, "data-testid": "edited" }, "(edited)");
}

function byline(message, who) {
  const sent = momentOf(message.ts);
  return el(
    "div",
    { class: "byline" },
    el("strong", {}, who.name),
    who.app && el("span", { class: "badge" }, "APP"),
    el("time", { datetime: sent.toISOString(), title: fullTime(sent) }, clockTime(sent)),
    edited(message),
    privateMark(message),
  );
}

function privateMark(message) {
  if (!message.ephemeral_to) return null;
  return el("span", { class: "private-mark", "data-testid": "private-mark" }, icon("eye"), "Only visible to you");
}

function reactions(message) {
  const counts = new Map();
  for (const { name } of message.reactions ?? []) counts.set(name, (counts.get(name) ?? 0) + 1);
  if (!counts.size) return null;
  return el(
    "div",
    { class: "reactions" },
    [...counts].map(([name, count]) => el("span", { class: "reaction" }, emoji(name), ` ${count}`)),
  );
}

function files(message) {
  return (message.files ?? []).map((file) =>
    el("p", { class: "file" }, icon("file"), link(file.url_private, file.title || file.name || "File")),
  );
}

function said(message) {
  if (!message.blocks?.length) return el("div", { class: "rich", "data-testid": "text" }, mrkdwn(message.text));
  return blocks(message.blocks, surface({ ts: message.ts, channel: message.channel }));
}

// `reply` opens the thread in the command box; replies cannot start a thread of their own.
export function messageNode(message, { reply = null } = {}) {
  const who =
    message.bot === false || !message.bot_name
      ? person(message.user)
      : { ...person(message.user), name: message.bot_name };
  const tools =
    reply &&
    !message.ephemeral_to &&
    el(
      "div",
      { class: "message-tools" },
      el(
        "button",
        { class: "plain", type: "button", "data-testid": "reply", onclick: () => reply(message) },
        icon("thread"),
        "Reply",
      ),
    );
  const attributes = {
    class: message.ephemeral_to ? "message private" : "message",
    "data-ts": message.ts,
    "data-testid": "message",
    "aria-label": `${who.name}, ${clockTime(momentOf(message.ts))}`,
    tabindex: "-1",
  };
  return el(
    "li",
    attributes,
    avatar(who),
    el(
      "div",
      { class: "message-body" },
      byline(message, who),
      said(message),
      files(message),
      reactions(message),
      el("div", { class: "thread" }),
    ),
    tools,
  );
}
