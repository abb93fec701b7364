// The simulated PSAs: one of them is shown, with its connection's name and the ways to break it.

import { sandbox } from "./api.js";
import { byId, el, fill, icon } from "./dom.js";
import { attempt } from "./shell.js";

let psas = [];
let chosen = null; // a kind
let changed = () => {};

export const shown = () => psas.find((psa) => psa.kind === chosen) ?? psas[0] ?? null;

export async function readPsas() {
  psas = await sandbox.psas();
  draw();
}

// `listener` is told when another PSA is shown.
export function startPsas(listener) {
  changed = listener;
  byId("psa-tabs").addEventListener("keydown", walk);
}

function choose(kind) {
  chosen = kind;
  draw();
  byId(`psa-tab-${kind}`).focus();
  changed();
}

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

function walk(event) {
  const at = psas.indexOf(shown());
  const next = event.key in STEPS ? at + STEPS[event.key] : { Home: 0, End: psas.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  choose(psas.at(next % psas.length).kind);
}

function draw() {
  const tabs = byId("psa-tabs");
  const focused = tabs.contains(document.activeElement) ? document.activeElement.id : null;
  tabs.hidden = psas.length < 2;
  fill(tabs, psas.map(tab));
  if (focused) byId(focused)?.focus();
  byId("psa").setAttribute("aria-labelledby", shown() && psas.length > 1 ? `psa-tab-${shown().kind}` : "psas-title");
  fill(byId("fault"), shown() && fault(shown()));
}

function tab(psa) {
  const on = psa === shown();
  const broken = psa.fault !== "none";
  return el(
    "button",
    {
      class: "psa-tab",
      type: "button",
      role: "tab",
      id: `psa-tab-${psa.kind}`,
      "data-testid": `psa-${psa.kind}`,
      "data-broken": broken,
      "aria-label": broken && `${psa.title}, broken`,
      "aria-controls": "psa",
      "aria-selected": String(on),
      tabindex: on ? 0 : -1,
      onclick: () => choose(psa.kind),
    },
    psa.title,
  );
}

function fault(psa) {
  const id = `fault-${psa.kind}`;
  const select = el(
    "select",
    {
      class: "field",
      id,
      "data-testid": id,
      onchange: (event) =>
        attempt(event.currentTarget, async () => {
          await sandbox.breakWith(psa.kind, event.currentTarget.value);
          await readPsas();
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
    el("code", { class: "connection", title: "The connection's name" }, psa.connection),
    el("span", { class: "select-box" }, select, icon("caret")),
  );
}
