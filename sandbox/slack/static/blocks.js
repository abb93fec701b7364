// Blocks → elements, for messages, modals and App Home. A block that is not known says so; it is never dropped.

import { el, freshId, safeUrl } from "./dom.js";
import { element } from "./elements.js";
import { pieces, richText } from "./rich.js";
import { label, textNodes } from "./text.js";

const rich = (nodes) => el("div", { class: "rich" }, nodes);

// A picture that cannot be shown leaves its words.
function picture(image, extra = {}) {
  const address = String(image.image_url ?? image.slack_file?.url ?? "");
  const url = address.startsWith("data:image/") ? address : safeUrl(address);
  const words = el("span", { class: "no-picture" }, image.alt_text || "Picture");
  if (!url) return words;
  const node = el("img", { src: url, alt: image.alt_text ?? "", referrerpolicy: "no-referrer", ...extra });
  node.addEventListener("error", () => node.replaceWith(words), { once: true });
  return node;
}

function section(block, surface) {
  const text = el(
    "div",
    { class: "section-text" },
    block.text && rich(textNodes(block.text)),
    block.fields &&
      el(
        "div",
        { class: "fields" },
        block.fields.map((field) => rich(textNodes(field))),
      ),
  );
  if (!block.accessory) return el("div", { class: "section" }, text);
  const accessory =
    block.accessory.type === "image"
      ? picture(block.accessory, { class: "thumb" })
      : element(block.accessory, block, surface);
  return el("div", { class: "section" }, text, el("div", { class: "section-accessory" }, accessory));
}

function context(block) {
  return el(
    "div",
    { class: "context" },
    block.elements.map((one) => (one.type === "image" ? picture(one) : rich(textNodes(one)))),
  );
}

function image(block) {
  return el(
    "figure",
    { class: "image-block" },
    block.title && el("figcaption", {}, label(block.title)),
    picture(block),
  );
}

function cell(content) {
  if (!content) return "";
  if (content.type === "rich_text") return content.elements.map((part) => el("div", {}, pieces(part.elements)));
  return String(content.text ?? "");
}

function table(block) {
  const settings = block.column_settings ?? [];
  const row = (cells, tag) =>
    el(
      "tr",
      {},
      cells.map((one, column) =>
        el(tag, { "data-align": settings[column]?.align, scope: tag === "th" ? "col" : null }, cell(one)),
      ),
    );
  const [head, ...body] = block.rows ?? [];
  const inner = el(
    "table",
    {},
    head && el("thead", {}, row(head, "th")),
    el(
      "tbody",
      {},
      body.map((cells) => row(cells, "td")),
    ),
  );
  return el("div", { class: "table-box", role: "region", "aria-label": "Table", tabindex: "0" }, inner);
}

function describe(host, ids) {
  const control = host.querySelector("input, textarea, select, button");
  if (control && ids.length) control.setAttribute("aria-describedby", ids.join(" "));
  return control;
}

function input(block, surface) {
  const control = element(block.element, block, surface);
  const [name, hint, problem] = [freshId("field"), freshId("hint"), freshId("problem")];
  const host = el(
    "div",
    { class: "input-block", "data-block": block.block_id },
    el(
      "label",
      { class: "label", id: `${name}-label`, for: name },
      label(block.label),
      block.optional && el("small", {}, " (optional)"),
    ),
    control,
    block.hint && el("p", { class: "hint", id: hint }, label(block.hint)),
    el("p", { class: "problem", id: problem, hidden: true }),
  );
  const focusable = describe(host, [block.hint && hint, problem].filter(Boolean));
  if (focusable && !focusable.closest(".choices")) focusable.id = name;
  return host;
}

const BLOCKS = {
  header: (block) => el("h3", { class: "block-header" }, label(block.text)),
  section,
  context,
  image,
  table,
  input,
  rich_text: richText,
  divider: () => el("hr", { class: "block-divider" }),
  actions: (block, surface) =>
    el(
      "div",
      { class: "actions" },
      block.elements.map((one) => element(one, block, surface)),
    ),
  markdown: (block) => rich([el("p", {}, block.text)]),
  alert: (block) => rich(textNodes(block.text)),
};

export function blocks(list, surface) {
  return el(
    "div",
    { class: "blocks" },
    list.map((block) => {
      const make = BLOCKS[block.type];
      return make
        ? make(block, surface)
        : el("p", { class: "unknown-block" }, `This block is not shown here: ${block.type}`);
    }),
  );
}
