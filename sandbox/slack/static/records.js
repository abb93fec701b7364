// The records of a story, as they stand in the simulated PSA now: a heading each, and the fields that matter.

import { clockTime, panelDay } from "./dates.js";
import { el } from "./dom.js";

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const HEADING = ["kind", "id", "name", "exists"];

export function recordList(records, attributes) {
  return el("ul", { class: "records", ...attributes }, records.map(recordItem));
}

function recordItem(record) {
  const fields = Object.entries(record).filter(([name]) => !HEADING.includes(name));
  return el(
    "li",
    { class: "record", "data-gone": record.exists === false },
    el(
      "p",
      { class: "record-head" },
      el("span", { class: "kind" }, sentence(record.kind)),
      el("strong", {}, record.name || "without a name"),
      record.id && el("code", {}, record.id),
      record.exists === false && el("span", { class: "gone" }, "not returned"),
    ),
    el(
      "dl",
      {},
      fields.map(([name, value]) => [el("dt", {}, sentence(name)), el("dd", {}, shown(value))]),
    ),
  );
}

// "last_updated" → "Last updated".
function sentence(name) {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function shown(value) {
  if (value === null || value === "" || (Array.isArray(value) && !value.length)) return "none";
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  const moment = MOMENT.test(value) ? new Date(value) : null;
  return moment && !Number.isNaN(moment.getTime()) ? `${panelDay(moment)}, ${clockTime(moment)}` : String(value);
}
