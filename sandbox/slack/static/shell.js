// The frame around the room: notices, drawers, appearance, the acting person, and what a screen reader hears.

import { byId, el, fill, icon, placeBeside } from "./dom.js";
import { walkMenu } from "./elements.js";
import { state } from "./state.js";

export function toast(text, kind = "note") {
  const close = el(
    "button",
    { class: "plain", type: "button", "aria-label": "Dismiss", onclick: () => node.remove() },
    icon("close"),
  );
  const node = el(
    "div",
    { class: `toast ${kind}`, role: kind === "error" ? "alert" : "status", "data-testid": "toast" },
    icon(kind === "error" ? "alert" : "check"),
    el("p", {}, text),
    close,
  );
  byId("toasts").append(node);
  while (byId("toasts").children.length > 3) byId("toasts").firstElementChild.remove();
  setTimeout(() => node.remove(), kind === "error" ? 12_000 : 5_000);
}

// Busy, not disabled: a disabled control would lose the focus.
export async function attempt(control, work) {
  if (control.getAttribute("aria-busy") === "true") return;
  control.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (error) {
    toast(error.message, "error");
  } finally {
    control.removeAttribute("aria-busy");
  }
}

export function announce(text) {
  fill(byId("live"), text);
}

export const initials = (name) =>
  name
    .split(/\s+/)
    .map((word) => [...word][0] ?? "")
    .slice(0, 2)
    .join("")
    .toUpperCase();

function hue(id) {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)) % 8;
  return `hue-${sum}`;
}

export function avatar(who, size = "") {
  if (who.id === state.workspace.app.user)
    return el("span", { class: `avatar app-avatar ${size}`, "aria-hidden": true }, icon("bot"));
  return el("span", { class: `avatar ${hue(who.id)} ${size}`, "aria-hidden": true }, initials(who.name));
}

// Drawers: on narrow screens the sidebar and the panel slide over the room, one at a time.
const app = () => byId("app");
const isDrawer = (name) => getComputedStyle(byId(name)).position === "fixed";

function setDrawer(name, opener) {
  app().dataset.drawer = name;
  byId("scrim").hidden = false;
  for (const part of ["sidebar", "main", "panel"]) byId(part).inert = part !== name;
  byId(name).querySelector("a, button")?.focus();
  opener.setAttribute("aria-expanded", "true");
}

export function closeDrawer() {
  const name = app().dataset.drawer;
  if (!name) return;
  delete app().dataset.drawer;
  byId("scrim").hidden = true;
  for (const part of ["sidebar", "main", "panel"]) byId(part).inert = false;
  const opener = byId(name === "sidebar" ? "open-sidebar" : "toggle-panel");
  opener.setAttribute("aria-expanded", "false");
  opener.focus();
}

function togglePanel(event) {
  if (isDrawer("panel")) {
    setDrawer("panel", event.currentTarget);
    return;
  }
  const open = app().dataset.panel !== "open";
  app().dataset.panel = open ? "open" : "closed";
  event.currentTarget.setAttribute("aria-expanded", String(open));
}

function settle() {
  closeDrawer();
  const open = !isDrawer("panel") && app().dataset.panel === "open";
  byId("toggle-panel").setAttribute("aria-expanded", String(open));
}

function listenToDrawers() {
  byId("open-sidebar").addEventListener("click", (event) => setDrawer("sidebar", event.currentTarget));
  byId("toggle-panel").addEventListener("click", togglePanel);
  byId("scrim").addEventListener("click", closeDrawer);
  for (const button of document.querySelectorAll("[data-close-drawer]")) button.addEventListener("click", closeDrawer);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) closeDrawer();
  });
  for (const query of ["(max-width: 1179px)", "(max-width: 759px)"])
    matchMedia(query).addEventListener("change", settle);
  settle();
}

function listenToThemes() {
  const chosen = localStorage.getItem("theme") ?? "system";
  for (const input of document.querySelectorAll("input[name=theme]")) {
    input.checked = input.value === chosen;
    input.addEventListener("change", () => {
      localStorage.setItem("theme", input.value);
      if (input.value === "system") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = input.value;
    });
  }
}

const roleOf = (user) =>
  ({ agent: "Support agent", admin: "PSA administrator", finance: "Finance" })[user.key] ?? user.key;

function showPerson() {
  fill(byId("person-avatar"), initials(state.user.name)).className = avatar(state.user, "small").className;
  fill(byId("person-name"), state.user.name);
  fill(byId("person-role"), roleOf(state.user));
}

function listPeople(change) {
  const menu = byId("people");
  fill(
    menu,
    state.workspace.users.map((user) => {
      const chosen = user.id === state.user.id;
      const choose = () => {
        menu.hidePopover();
        state.user = user;
        localStorage.setItem("acting", user.key);
        showPerson();
        byId("person").focus();
        change(user);
      };
      return el(
        "button",
        {
          class: "menu-item",
          type: "button",
          role: "menuitemradio",
          "aria-checked": String(chosen),
          "data-testid": `person-${user.key}`,
          onclick: choose,
        },
        avatar(user, "small"),
        el("span", {}, user.name, el("small", {}, roleOf(user))),
        chosen && icon("check"),
      );
    }),
  );
}

function listenToPeople(change) {
  const [menu, opener] = [byId("people"), byId("person")];
  menu.popover = "auto";
  opener.popoverTargetElement = menu;
  menu.addEventListener("beforetoggle", (event) => {
    if (event.newState === "open") listPeople(change);
  });
  menu.addEventListener("toggle", (event) => {
    const open = event.newState === "open";
    opener.setAttribute("aria-expanded", String(open));
    if (!open) return;
    placeBeside(menu, opener, { above: true });
    (menu.querySelector("[aria-checked=true]") ?? menu.firstElementChild)?.focus();
  });
  menu.addEventListener("keydown", (event) => walkMenu(event, menu));
}

// "/" goes to the command box from anywhere outside a field.
function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]") || event.target.closest("input, textarea, select, [contenteditable]"))
      return;
    const box = byId("command");
    if (box.offsetParent === null || byId("main").inert) return;
    event.preventDefault();
    box.focus();
    if (!box.value) box.value = "/";
    box.dispatchEvent(new Event("input"));
  });
}

export function startShell(changePerson) {
  const acting = localStorage.getItem("acting");
  state.user = state.workspace.users.find((user) => user.key === acting) ?? state.workspace.users[0];
  showPerson();
  listenToPeople(changePerson);
  listenToThemes();
  listenToDrawers();
  listenToKeys();
}
