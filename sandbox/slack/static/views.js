// Modals and App Home: drawn from views, kept while one types, submitted with their state.

import { acknowledged, sandbox } from "./api.js";
import { blocks } from "./blocks.js";
import { byId, el, fill, icon } from "./dom.js";
import { announce } from "./shell.js";
import { state } from "./state.js";
import { collected, send, surface } from "./surfaces.js";
import { label } from "./text.js";

let stack = []; // the acting person's open modals, the topmost last: {view, surface}

const dialog = () => byId("view");
const top = () => stack.at(-1) ?? null;

function draw() {
  const standing = top();
  if (!standing) {
    if (dialog().open) dialog().close();
    return;
  }
  const { view } = standing;
  fill(byId("view-title"), label(view.title));
  fill(byId("view-cancel"), view.close ? label(view.close) : "Cancel");
  const submit = byId("view-submit");
  submit.hidden = !view.submit;
  submit.disabled = false;
  submit.removeAttribute("aria-busy");
  fill(submit, view.submit ? label(view.submit) : "");
  byId("view-back").hidden = stack.length < 2;
  fill(byId("view-body"), standing.node);
  if (!dialog().open) dialog().showModal();
  focusFirst();
}

function focusFirst() {
  const body = byId("view-body");
  const first = body.querySelector("[autofocus], input, textarea, select") ?? body;
  first.focus({ preventScroll: true });
}

function made(view, kept) {
  const where = surface({ view_id: view.id }, { kept });
  return { view, surface: where, node: blocks(view.blocks ?? [], where) };
}

// An update keeps what was typed into inputs that stay (same block_id and action_id).
function replace(view) {
  const at = stack.findIndex((one) => one.view.id === view.id);
  if (at < 0) return false;
  const typed = collected(stack[at].surface.fields);
  const focused = document.activeElement?.dataset?.testid;
  stack[at] = made(view, { ...view.state?.values, ...typed });
  draw();
  if (focused && at === stack.length - 1)
    byId("view-body")
      .querySelector(`[data-testid="${CSS.escape(focused)}"]`)
      ?.focus();
  return true;
}

// What the stream says: {action: open | push | update | publish | close, user, view}.
export function onView({ action, user, view }) {
  if (view?.type === "home" || action === "publish") {
    if (action !== "close") state.homes.set(user, view);
    drawHome();
    return;
  }
  if (user !== state.user.id) return;
  if (action === "close") stack = stack.filter((one) => one.view.id !== view.id);
  else if (replace(view)) return;
  else stack = action === "push" ? [...stack, made(view, view.state?.values)] : [made(view, view.state?.values)];
  draw();
}

// What stands open for the acting person: after a reload, or when somebody else acts.
export async function restoreViews() {
  const { home, modals } = await sandbox.views(state.user.key);
  if (home) state.homes.set(state.user.id, home);
  stack = modals.map((view) => made(view, view.state?.values));
  draw();
  drawHome();
}

async function leave() {
  const standing = top();
  if (!standing) return;
  stack = stack.slice(0, -1);
  draw();
  await send(() => sandbox.close({ view_id: standing.view.id, user: state.user.id }), "closing the form");
}

function showErrors(errors) {
  for (const host of byId("view-body").querySelectorAll(".input-block")) {
    const said = errors[host.dataset.block];
    const problem = host.querySelector(".problem");
    problem.hidden = !said;
    fill(problem, said ? [icon("alert"), said] : "");
    const control = host.querySelector("input, textarea, select");
    if (said) control?.setAttribute("aria-invalid", "true");
    else control?.removeAttribute("aria-invalid");
    host.querySelector(".combo")?.toggleAttribute("data-invalid", Boolean(said));
  }
  byId("view-body").querySelector("[aria-invalid]")?.focus();
  announce(Object.values(errors).join(". "));
}

// Required inputs are checked before anything is sent, as Slack's clients do.
function missing(view, values) {
  const errors = {};
  for (const block of view.blocks ?? []) {
    if (block.type !== "input" || block.optional) continue;
    const { type, ...value } = values[block.block_id]?.[block.element.action_id] ?? {};
    const empty = Object.values(value).every(
      (one) => one === null || one === "" || (Array.isArray(one) && !one.length),
    );
    if (type && empty) errors[block.block_id] = "Please fill this in.";
  }
  return errors;
}

async function submit(event) {
  event.preventDefault();
  const standing = top();
  const button = byId("view-submit");
  if (!standing || button.disabled) return;
  const values = collected(standing.surface.fields);
  const empty = missing(standing.view, values);
  showErrors(empty);
  if (Object.keys(empty).length) return;
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  const outcome = await send(
    () => sandbox.submit({ view_id: standing.view.id, user: state.user.id, values }),
    "the form",
  );
  button.disabled = false;
  button.removeAttribute("aria-busy");
  if (acknowledged(outcome) && outcome.errors) showErrors(outcome.errors);
}

export function drawHome() {
  if (state.room?.kind !== "app") return;
  const view = state.homes.get(state.user.id);
  const empty = el("p", { class: "empty" }, `${state.workspace.app.name} has not published its home tab yet.`);
  fill(
    byId("home"),
    view ? blocks(view.blocks ?? [], surface({ view_id: view.id }, { kept: view.state?.values })) : empty,
  );
}

export function startViews() {
  byId("view-form").addEventListener("submit", submit);
  for (const id of ["view-close", "view-cancel", "view-back"]) byId(id).addEventListener("click", leave);
  dialog().addEventListener("cancel", (event) => {
    event.preventDefault(); // Escape closes the topmost view, as Slack does
    leave();
  });
}
