// The question before an action: Block Kit's confirm object, answered with true or false.

import { byId, fill } from "./dom.js";
import { label, textNodes } from "./text.js";

export function askFirst(confirm) {
  const dialog = byId("confirm");
  const yes = byId("confirm-yes");
  fill(byId("confirm-title"), label(confirm.title));
  fill(byId("confirm-text"), textNodes(confirm.text));
  fill(yes, label(confirm.confirm));
  fill(byId("confirm-no"), label(confirm.deny));
  yes.className = confirm.style === "danger" ? "button danger" : "button primary";
  dialog.returnValue = "no"; // Escape is a no
  dialog.showModal();
  byId("confirm-no").focus(); // the harmless answer is the one under the finger
  return new Promise((done) => {
    dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true });
  });
}
