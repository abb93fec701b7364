// rich_text blocks: sections, lists, quotes and preformatted text, made of literal pieces with styles.

import { el, link } from "./dom.js";
import { emojiFromCode } from "./emoji.js";
import { broadcast, channelMention, emoji, groupMention, moment, userMention } from "./text.js";

const WRAPS = [
  ["code", "code"],
  ["strike", "s"],
  ["italic", "em"],
  ["bold", "strong"],
];

function styled(node, style = {}) {
  return WRAPS.reduce((inner, [name, tag]) => (style[name] ? el(tag, {}, inner) : inner), node);
}

const PIECES = {
  text: (piece) => styled(piece.text ?? "", piece.style),
  link: (piece) => styled(link(piece.url, piece.text || piece.url), piece.style),
  user: (piece) => styled(userMention(piece.user_id), piece.style),
  usergroup: (piece) => styled(groupMention(piece.usergroup_id), piece.style),
  channel: (piece) => styled(channelMention(piece.channel_id), piece.style),
  broadcast: (piece) => broadcast(piece.range),
  emoji: (piece) => emoji(piece.name, piece.unicode ? emojiFromCode(piece.unicode) : null),
  date: (piece) => styled(moment(piece.timestamp, piece.format ?? "{date_short} {time}", piece), piece.style),
  color: (piece) => el("code", {}, piece.value),
};

export function pieces(elements = []) {
  return elements.map((piece) => PIECES[piece.type]?.(piece) ?? piece.text ?? "");
}

const PARTS = {
  rich_text_section: (part) => el("div", { class: "rich-section" }, pieces(part.elements)),
  rich_text_preformatted: (part) => el("pre", {}, pieces(part.elements)),
  rich_text_quote: (part) => el("blockquote", {}, pieces(part.elements)),
  rich_text_list: (part) => {
    const ordered = part.style === "ordered";
    const start = ordered && part.offset ? part.offset + 1 : null;
    const items = (part.elements ?? []).map((item) => el("li", {}, pieces(item.elements)));
    return el(ordered ? "ol" : "ul", { "data-indent": part.indent || 0, start }, items);
  },
};

export function richText(block) {
  return el(
    "div",
    { class: "rich" },
    (block.elements ?? []).map((part) => PARTS[part.type]?.(part)),
  );
}
