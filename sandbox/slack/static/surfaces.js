// Where blocks stand, and how their elements reach the bot: a message, a modal or App Home.

import { acknowledged, sandbox } from "./api.js";
import { state } from "./state.js";
import { toast } from "./shell.js";

// Buttons say their own value; everything else says what was chosen, as in state.values.
function body(action) {
  const { type, action_id, block_id, ...chosen } = action;
  const value = type === "button" ? (chosen.value ?? null) : chosen;
  return { action_id, block_id, value, user: state.user.id };
}

function complaint(outcome) {
  if (outcome?.error === "operation_timeout") return "did not acknowledge within three seconds";
  if (!outcome?.status) return "cannot be reached (is it running?)";
  return outcome.status === 200 ? `was refused with ${outcome.error}` : `answered with status ${outcome.status}`;
}

export async function send(call, what) {
  try {
    const outcome = await call();
    if (acknowledged(outcome)) return outcome;
    toast(`${state.workspace.app.name} ${complaint(outcome)}: ${what}.`, "error");
    return outcome;
  } catch (error) {
    toast(`The sandbox could not deliver ${what}: ${error.message}`, "error");
    return null;
  }
}

async function busy(control, work) {
  control.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    control.removeAttribute("aria-busy");
  }
}

// `where` is {ts, channel} or {view_id}; only modals and App Home collect fields.
export function surface(where, { kept = null } = {}) {
  let waiting = false;
  return {
    where,
    fields: where.view_id ? [] : null,
    kept,
    act(action, control) {
      if (waiting) return Promise.resolve(null); // a second press while the first is on its way
      waiting = true;
      const name = control.textContent?.trim() || "the choice";
      return busy(control, () => send(() => sandbox.click({ ...where, ...body(action) }), `“${name}”`)).finally(() => {
        waiting = false;
      });
    },
    suggest: ({ action_id, block_id, value }) =>
      sandbox.suggest({ ...where, action_id, block_id, value, user: state.user.id }),
  };
}

// state.values of a view, as it is filled in now.
export function collected(fields) {
  const values = {};
  for (const { block_id, action_id, type, read } of fields) {
    values[block_id] ??= {};
    values[block_id][action_id] = { type, ...read() };
  }
  return values;
}
