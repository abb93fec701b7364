// Slack's text: plain_text is literal, mrkdwn has *bold* _italic_ ~strike~ `code` ``` > quotes, links and mentions.

import { el, link } from "./dom.js";
import { emojiNamed } from "./emoji.js";
import { formatMoment, fullTime } from "./dates.js";
import { channelName, groupHandle, person, state } from "./state.js";

// Exactly these three are escaped in Slack; anything else, such as &#39;, is literal.
export const unescape = (text) => text.replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">" })[name]);

export function mention(text, mine = false) {
  return el("span", { class: mine ? "mention me" : "mention" }, text);
}

export const userMention = (id) => mention(`@${person(id).name}`, id === state.user.id);
export const channelMention = (id, name) => mention(`#${name || channelName(id)}`);
export const groupMention = (id) => mention(`@${groupHandle(id)}`);
export const broadcast = (range) => mention(`@${range}`, true);

export function emoji(name, characters = null) {
  const shown = characters ?? emojiNamed(name);
  if (!shown) return `:${name}:`;
  const words = name.replaceAll("_", " ");
  return el("span", { class: "emoji", role: "img", "aria-label": words, title: `:${name}:` }, shown);
}

export function moment(timestamp, pattern, { url = null, fallback = "" } = {}) {
  const text = formatMoment(timestamp, pattern) ?? fallback;
  const date = new Date(Number(timestamp) * 1000);
  const whole = Number.isNaN(date.getTime()) ? "" : fullTime(date);
  const node = el("time", { class: "moment", title: whole, datetime: whole && date.toISOString() }, text);
  return url ? link(url, node) : node;
}

function withEmoji(text) {
  return text.split(/(:[a-z0-9_+-]+:)/).map((part) => {
    const name = /^:([a-z0-9_+-]+):$/.exec(part)?.[1];
    return name && emojiNamed(name) ? emoji(name) : part;
  });
}

// <…>: a mention, a date or a link. What none of them knows stays literal.
function special(inside) {
  const [target, ...rest] = inside.split("|");
  const label = rest.length ? unescape(rest.join("|")) : "";
  if (target.startsWith("@")) return userMention(target.slice(1));
  if (target.startsWith("#")) return channelMention(target.slice(1), label);
  if (target.startsWith("!subteam^")) return groupMention(target.slice(9));
  if (/^!(here|channel|everyone)$/.test(target)) return broadcast(target.slice(1));
  if (target.startsWith("!date^")) {
    const [, timestamp, pattern, url] = target.split("^");
    return moment(timestamp, unescape(pattern ?? ""), { url: url && unescape(url), fallback: label });
  }
  if (/^(https?|mailto):/.test(target))
    return link(unescape(target), label || unescape(target.replace(/^mailto:/, "")));
  return unescape(`<${inside}>`);
}

const STYLES = { "*": "strong", _: "em", "~": "s" };
// A mark opens after a space or punctuation and closes before one; what it holds neither starts nor ends with a space.
const INLINE = /`([^`\n]+)`|<([^<>\n]+)>|(?<![\p{L}\p{N}*_~])([*_~])(?=\S)([^\n]*?\S)\3(?![\p{L}\p{N}*_~])/gu;

export function inline(text) {
  const out = [];
  let from = 0;
  for (const found of text.matchAll(INLINE)) {
    out.push(withEmoji(unescape(text.slice(from, found.index))));
    const [whole, code, angle, mark, inner] = found;
    if (code !== undefined) out.push(el("code", {}, unescape(code)));
    else if (angle !== undefined) out.push(special(angle));
    else out.push(el(STYLES[mark], {}, inline(inner)));
    from = found.index + whole.length;
  }
  out.push(withEmoji(unescape(text.slice(from))));
  return out.flat(Infinity);
}

const QUOTE = /^(?:>|&gt;) ?/;

// Lines, with runs of quoted lines gathered into one quote.
function paragraphs(text) {
  const out = [];
  const lines = text.replace(/^\n+|\n+$/g, "").split("\n");
  for (let at = 0; at < lines.length;) {
    const quoted = QUOTE.test(lines[at]);
    let end = at;
    while (end < lines.length && QUOTE.test(lines[end]) === quoted) end += 1;
    const body = lines
      .slice(at, end)
      .map((line) => (quoted ? line.replace(QUOTE, "") : line))
      .join("\n");
    if (body.trim() || quoted)
      out.push(
        el(
          quoted ? "blockquote" : "p",
          {},
          body.split("\n").flatMap((line, index) => [index ? "\n" : "", inline(line)]),
        ),
      );
    at = end;
  }
  return out;
}

export function mrkdwn(text) {
  const parts = String(text ?? "").split(/```([\s\S]*?)```/);
  return parts.flatMap((part, index) =>
    index % 2 ? [el("pre", {}, unescape(part.replace(/^\n|\n$/g, "")))] : paragraphs(part),
  );
}

// A text object, as nodes. Top-level message text is mrkdwn, too.
export function textNodes(object) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text);
  const text = String(object.text ?? "");
  return [el("p", {}, object.emoji === false ? text : withEmoji(text))];
}

// The same in one line, for labels and options, where no block may stand.
export function label(object) {
  if (!object) return [];
  const text = String(object.text ?? "");
  if (object.type === "mrkdwn") return inline(text);
  return object.emoji === false ? [text] : withEmoji(text);
}
