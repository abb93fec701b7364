// Makes elements. Strings become text nodes, always: there is no way to hand in markup.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  add(node, children);
  return node;
}

export function add(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    node.append(child); // Element.append makes text nodes of strings
  }
  return node;
}

export function fill(node, ...children) {
  node.replaceChildren();
  return add(node, children);
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export const byId = (id) => document.getElementById(id);

let made = 0;
export function freshId(prefix) {
  made += 1;
  return `${prefix}-${made}`;
}

// A link that people may follow, or null: only http, https and mailto.
export function safeUrl(address) {
  try {
    const url = new URL(String(address));
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

export function link(address, ...children) {
  const url = safeUrl(address);
  if (!url) return el("span", {}, ...children);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

// Popovers stand in the top layer, so that no scrolling box cuts them off; this puts them beside their control.
export function placeBeside(popover, anchor, { above = false, wide = false } = {}) {
  const box = anchor.getBoundingClientRect();
  const room = 8;
  if (wide) Object.assign(popover.style, { width: `${box.width}px`, maxWidth: "none" });
  popover.style.maxHeight = "";
  const below = innerHeight - box.bottom - room;
  const upward = above || (popover.offsetHeight > below && box.top > below);
  popover.style.maxHeight = `${Math.min(340, (upward ? box.top : below + room) - 2 * room)}px`;
  const left = Math.max(room, Math.min(box.left, innerWidth - popover.offsetWidth - room));
  popover.style.left = `${left}px`;
  popover.style.top = upward ? `${box.top - popover.offsetHeight - 4}px` : `${box.bottom + 4}px`;
}
