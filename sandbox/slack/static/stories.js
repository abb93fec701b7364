// The stories of the PSA that is shown: ask about the customer, look at its records, repair them, undo it.

import { sandbox } from "./api.js";
import { byId, el, fill, icon } from "./dom.js";
import { shown } from "./psas.js";
import { recordList } from "./records.js";
import { attempt, closeDrawer } from "./shell.js";

// What is true of a whole PSA is read once in two minutes, so that a burst of questions is few calls.
const LOOKS_ANEW = "It is about the whole PSA: ask, then press Check again to have the bot look anew.";

let ask = () => {};
let stories = [];
const opened = new Map(); // stories whose records are shown: "connectwise/acme" → records

export function startStories(listener) {
  ask = listener;
}

const keyOf = (story) => `${story.psa}/${story.id}`;

export async function readStories() {
  stories = await sandbox.stories();
  const here = stories.filter((story) => story.psa === shown()?.kind && opened.has(keyOf(story)));
  await Promise.all(here.map(readRecords));
  drawStories();
}

async function readRecords(story) {
  opened.set(keyOf(story), await sandbox.records(story.psa, story.id));
}

export function drawStories() {
  const psa = shown();
  const here = stories.filter((story) => story.psa === psa?.kind);
  keepingFocus(() =>
    fill(
      byId("stories"),
      here.map(storyCard),
      !here.length && el("p", { class: "none" }, psa ? `${psa.title} tells no story.` : "No simulated PSA is running."),
    ),
  );
}

// The focus stays in the same place of the same story, also where "Fix" has become "Undo".
function keepingFocus(draw) {
  const card = document.activeElement?.closest(".story");
  const at = card ? [...card.querySelectorAll("button")].indexOf(document.activeElement) : -1;
  draw();
  if (card)
    byId("stories")
      .querySelector(`[data-testid="${CSS.escape(card.dataset.testid)}"]`)
      ?.querySelectorAll("button")
      [at]?.focus();
}

// Some stories have nothing to fix in the PSA, and their label says so.
const fixable = (story) => Boolean(story.fix_label) && !/^nothing to fix/i.test(story.fix_label);

function storyCard(story) {
  const mark =
    fixable(story) &&
    el("span", { class: "state", "data-state": story.fixed ? "fixed" : "open" }, story.fixed ? "Fixed" : "Open");
  const records = opened.get(keyOf(story));
  return el(
    "article",
    { class: "story", "data-testid": `story-${story.id}` },
    el("div", { class: "story-head" }, el("h4", { title: story.company }, story.company), mark),
    el("p", {}, story.text),
    el(
      "div",
      { class: "story-foot" },
      askButton(story),
      fixable(story) && changeButton(story),
      recordsButton(story, records !== undefined),
      el("p", { class: "fix-note" }, story.fixed ? `Done: ${story.fix_label}` : story.fix_label),
      story.whole_psa && el("p", { class: "fix-note" }, LOOKS_ANEW),
    ),
    records && recordList(records, { id: recordsId(story), "data-testid": `records-of-${story.id}` }),
  );
}

function askButton(story) {
  const onclick = () => {
    closeDrawer();
    ask(story);
  };
  return storyButton(story, { name: "ask", words: "Ask", label: "Ask about", kind: "primary", onclick });
}

function changeButton(story) {
  const call = story.fixed ? sandbox.unfix : sandbox.fix;
  return storyButton(story, {
    name: story.fixed ? "undo" : "fix",
    words: story.fixed ? "Undo" : "Fix it",
    label: story.fixed ? "Undo:" : `Fix in ${shown().title}:`,
    onclick: (event) =>
      attempt(event.currentTarget, async () => {
        await call(story.psa, story.id);
        await readStories();
      }),
  });
}

function recordsButton(story, open) {
  const onclick = (event) =>
    attempt(event.currentTarget, async () => {
      if (open) opened.delete(keyOf(story));
      else await readRecords(story);
      drawStories();
    });
  const button = storyButton(story, { name: "records", words: "Records", label: "Records of", kind: "quiet", onclick });
  button.setAttribute("aria-expanded", String(open));
  if (open) button.setAttribute("aria-controls", recordsId(story));
  button.append(icon("caret"));
  return button;
}

const recordsId = (story) => `records-${story.psa}-${story.id}`;

function storyButton(story, { name, words, label, kind = "", onclick }) {
  return el(
    "button",
    {
      class: `button small ${kind}`,
      type: "button",
      "data-testid": `${name}-${story.id}`,
      "aria-label": `${label} ${story.company}`,
      onclick,
    },
    words,
  );
}
