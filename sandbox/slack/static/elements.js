// Interactive elements of Block Kit. Each makes a control, knows its state, and acts through its surface.
//
// A surface is {act(action, control), suggest(query), fields, kept}: `fields` collects what a modal submits,
// `kept` holds what was filled in before the view was drawn again.

import { el, freshId, icon, placeBeside, safeUrl } from "./dom.js";
import { askFirst } from "./confirm.js";
import { asGroups, select } from "./select.js";
import { label } from "./text.js";
import { state } from "./state.js";

const STYLES = { primary: "button primary", danger: "button danger" };

// What Slack sends for an element, besides its value.
const named = (element, block) => ({ type: element.type, action_id: element.action_id, block_id: block.block_id });

function act(element, block, surface, control, value) {
  return surface.act({ ...named(element, block), ...value }, control);
}

function remember(element, block, surface, read) {
  surface.fields?.push({ block_id: block.block_id, action_id: element.action_id, type: element.type, read });
}

const kept = (element, block, surface) => surface.kept?.[block.block_id]?.[element.action_id] ?? null;

// Elements of an input block act only when the block says dispatch_action.
const acts = (block) => block.type !== "input" || block.dispatch_action === true;

function button(element, block, surface) {
  const url = element.url && safeUrl(element.url);
  const attributes = {
    class: STYLES[element.style] ?? "button",
    "aria-label": element.accessibility_label,
    "data-action": element.action_id,
    "data-testid": `action-${element.action_id}`,
  };
  const words = [label(element.text), url && icon("external")];
  const send = async (event) => {
    const control = event.currentTarget;
    if (element.confirm && !(await askFirst(element.confirm))) return;
    act(element, block, surface, control, { value: element.value });
  };
  if (!url) return el("button", { ...attributes, type: "button", onclick: send }, words);
  return el("a", { ...attributes, href: url, target: "_blank", rel: "noopener noreferrer", onclick: send }, words);
}

function everybody(element) {
  const option = (value, text) => ({ value, text: { type: "plain_text", text, emoji: false } });
  const people = state.workspace.users.map((user) => option(user.id, `@${user.name}`));
  const channels = state.workspace.channels.map((channel) => option(channel.id, `#${channel.name}`));
  if (element.type.includes("users")) return people;
  return element.type.includes("channels") ? channels : [...channels, ...people];
}

// What a chosen option is called in the payload, per kind of select.
function chosenAs(element, chosen) {
  const ids = chosen.map((option) => option.value);
  const subject = /(users|conversations|channels)_select$/.exec(element.type)?.[1];
  if (!subject)
    return element.type.startsWith("multi_") ? { selected_options: chosen } : { selected_option: chosen[0] ?? null };
  if (element.type.startsWith("multi_")) return { [`selected_${subject}`]: ids };
  return { [`selected_${subject.slice(0, -1)}`]: ids[0] ?? null };
}

function before(element, block, surface, options) {
  const standing = kept(element, block, surface);
  const given = standing ?? {};
  const list = given.selected_options ?? (given.selected_option ? [given.selected_option] : null);
  if (list) return list;
  if (standing) return idsOf(standing, options);
  return element.initial_options ?? (element.initial_option ? [element.initial_option] : idsOf(element, options));
}

function idsOf(holder, options) {
  const found = Object.entries(holder).find(([key]) =>
    /^(selected|initial)_(user|conversation|channel)s?$/.test(key),
  )?.[1];
  const ids = found ? [found].flat() : [];
  return options.filter((option) => ids.includes(option.value));
}

function choosing(element, block, surface) {
  const external = element.type.includes("external");
  const byId = /(users|conversations|channels)_select$/.test(element.type);
  const groups = byId ? [{ title: "", options: everybody(element) }] : asGroups(element);
  let last = before(
    element,
    block,
    surface,
    groups.flatMap((group) => group.options),
  );
  const made = select({
    name: block.label?.text ?? element.placeholder?.text,
    placeholder: element.placeholder?.text,
    groups,
    load: external ? (query) => surface.suggest({ ...named(element, block), value: query }) : null,
    least: external ? (element.min_query_length ?? 3) : 0,
    multiple: element.type.startsWith("multi_"),
    chosen: last,
    testid: `action-${element.action_id}`,
    change: async (chosen) => {
      if (!acts(block)) return;
      if (element.confirm && !(await askFirst(element.confirm))) return made.set(last);
      last = chosen;
      act(element, block, surface, made.input, chosenAs(element, chosen));
    },
  });
  remember(element, block, surface, () => chosenAs(element, made.read()));
  return made.node;
}

function overflow(element, block, surface) {
  const menu = el("div", { class: "menu", role: "menu", popover: "auto", id: freshId("menu") });
  const open = el(
    "button",
    {
      type: "button",
      class: "button icon-button",
      "aria-label": "More",
      "aria-haspopup": "menu",
      "data-testid": `action-${element.action_id}`,
      popovertarget: menu.id,
    },
    icon("more"),
  );
  const choose = async (option) => {
    menu.hidePopover();
    if (element.confirm && !(await askFirst(element.confirm))) return;
    act(element, block, surface, open, { selected_option: option });
  };
  for (const option of element.options ?? []) {
    const url = option.url && safeUrl(option.url);
    const attributes = { class: "menu-item", role: "menuitem", onclick: () => choose(option) };
    menu.append(
      url
        ? el(
            "a",
            { ...attributes, href: url, target: "_blank", rel: "noopener noreferrer" },
            label(option.text),
            icon("external"),
          )
        : el(
            "button",
            { ...attributes, type: "button" },
            el("span", {}, label(option.text), option.description && el("small", {}, label(option.description))),
          ),
    );
  }
  menu.addEventListener("toggle", (event) => {
    if (event.newState !== "open") return;
    placeBeside(menu, open);
    menu.firstElementChild?.focus();
  });
  menu.addEventListener("keydown", (event) => walkMenu(event, menu));
  return el("span", {}, open, menu);
}

export function walkMenu(event, menu) {
  const items = [...menu.querySelectorAll(".menu-item")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  items[(to + items.length) % items.length]?.focus();
}

function ticks(element, block, surface) {
  const many = element.type === "checkboxes";
  const standing = kept(element, block, surface);
  const given = standing ?? { selected_options: element.initial_options, selected_option: element.initial_option };
  const values = (many ? (given.selected_options ?? []) : [given.selected_option ?? []].flat()).map(
    (option) => option.value,
  );
  const name = freshId("choice");
  const group = el(
    "fieldset",
    { class: "choices", "data-testid": `action-${element.action_id}` },
    el("legend", { class: "unseen" }, block.label?.text ?? "Choose"),
  );
  const chosen = () => (element.options ?? []).filter((_, index) => inputs[index].checked);
  const value = () => (many ? { selected_options: chosen() } : { selected_option: chosen()[0] ?? null });
  const changed = async (event) => {
    if (!acts(block)) return;
    const input = event.currentTarget;
    if (element.confirm && !(await askFirst(element.confirm))) {
      input.checked = !input.checked;
      return;
    }
    act(element, block, surface, input, value());
  };
  const inputs = (element.options ?? []).map((option) =>
    el("input", { type: many ? "checkbox" : "radio", name, checked: values.includes(option.value), onchange: changed }),
  );
  (element.options ?? []).forEach((option, index) => {
    group.append(
      el(
        "label",
        { class: "choice" },
        inputs[index],
        el("span", {}, label(option.text)),
        option.description && el("small", {}, label(option.description)),
      ),
    );
  });
  remember(element, block, surface, value);
  return group;
}

const NATIVE = {
  datepicker: { input: "date", key: "selected_date", initial: "initial_date" },
  timepicker: { input: "time", key: "selected_time", initial: "initial_time" },
  datetimepicker: { input: "datetime-local", key: "selected_date_time", initial: "initial_date_time" },
  number_input: { input: "number", key: "value", initial: "initial_value" },
  email_text_input: { input: "email", key: "value", initial: "initial_value" },
  url_text_input: { input: "url", key: "value", initial: "initial_value" },
  plain_text_input: { input: "text", key: "value", initial: "initial_value" },
};

function native(element, block, surface) {
  const kind = NATIVE[element.type];
  const moment = kind.input === "datetime-local";
  const standing = kept(element, block, surface);
  let value = (standing ? standing[kind.key] : element[kind.initial]) ?? "";
  if (moment && value)
    value = new Date(value * 1000 - new Date(value * 1000).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  const long = element.multiline === true;
  const calendar = ["date", "time", "datetime-local"].includes(kind.input);
  const node = el(long ? "textarea" : "input", {
    type: long ? null : kind.input,
    class: calendar ? "field native" : "field",
    value,
    placeholder: element.placeholder?.text,
    "aria-label": block.label ? null : (element.placeholder?.text ?? element.action_id),
    minlength: element.min_length,
    maxlength: element.max_length,
    min: element.min_value,
    max: element.max_value,
    step: element.is_decimal_allowed ? "any" : null,
    "data-testid": `action-${element.action_id}`,
  });
  const read = () => {
    if (!node.value) return { [kind.key]: null };
    return { [kind.key]: moment ? Math.floor(new Date(node.value).getTime() / 1000) : node.value };
  };
  remember(element, block, surface, read);
  if (acts(block)) node.addEventListener("change", () => act(element, block, surface, node, read()));
  return node;
}

const SELECTS = ["static", "external", "users", "conversations", "channels"].flatMap((kind) => [
  `${kind}_select`,
  `multi_${kind}_select`,
]);

const MAKERS = {
  button,
  overflow,
  checkboxes: ticks,
  radio_buttons: ticks,
  ...Object.fromEntries(SELECTS.map((type) => [type, choosing])),
  ...Object.fromEntries(Object.keys(NATIVE).map((type) => [type, native])),
};

export function element(one, block, surface) {
  const make = MAKERS[one.type];
  return make ? make(one, block, surface) : el("span", { class: "unknown-block" }, `Not shown here: ${one.type}`);
}
