// What the bot just asked: its calls to Slack, and those to the PSA that is shown.

import { sandbox } from "./api.js";
import { byId, el, fill } from "./dom.js";
import { shown } from "./psas.js";

const CALLS_SHOWN = 40;

export const callsAreShown = () => byId("calls").open;

export async function readCalls() {
  const web = (await sandbox.calls()).slice(-CALLS_SHOWN).map((call) => ({
    where: "Slack",
    what: call.method,
    outcome: call.ok === false ? call.error || call.status : call.status,
    bad: call.ok === false || call.status >= 400,
  }));
  const own = (shown()?.calls ?? [])
    .slice(-CALLS_SHOWN)
    .map((call) => ({ where: "PSA", what: asked(call), outcome: call.status, bad: call.status >= 400 }));
  const rows = [...own.reverse(), ...web.reverse()].slice(0, CALLS_SHOWN);
  fill(byId("call-list"), rows.map(callRow), !rows.length && el("li", { class: "none" }, "Nothing yet."));
}

function callRow({ where, what, outcome, bad }) {
  return el(
    "li",
    { class: "call", "data-bad": bad, "data-testid": "call" },
    el("span", { class: "where" }, where),
    el("span", { class: "what", title: what }, what),
    el("span", { class: "outcome" }, outcome),
  );
}

// Without what all paths of a PSA begin with, such as /v2026_1/apis/3.0.
function asked(call) {
  const query = new URLSearchParams(call.query ?? {}).toString();
  const path = call.path.replace(/^.*\/apis?\/[\d.]+(?=\/)/, "");
  return `${call.method} ${path}${query ? `?${decodeURIComponent(query.replaceAll("+", " "))}` : ""}`;
}
