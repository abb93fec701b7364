// A popover list of options under a text field: shows options, moves the active one, tells which was chosen.

import { el, fill, freshId, placeBeside } from "./dom.js";
import { label } from "./text.js";

export class Listbox {
  // `anchor` is the box to stand beside, `input` keeps the focus, `choose` gets the chosen option.
  constructor({ anchor, input, choose, name }) {
    Object.assign(this, { anchor, input, choose });
    this.options = [];
    this.active = -1;
    this.node = el("div", {
      class: "menu",
      popover: "manual",
      role: "listbox",
      id: freshId("list"),
      "aria-label": name,
      "data-testid": "listbox",
    });
    this.node.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    input.setAttribute("aria-controls", this.node.id);
    this.close();
  }

  get open() {
    return this.node.matches(":popover-open");
  }

  // groups: [{title, options}]; note: a line under them, or instead of them.
  show(groups, { chosen = () => false, note = "" } = {}) {
    this.options = groups.flatMap((group) => group.options);
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    let number = -1;
    fill(
      this.node,
      groups.map((group) => {
        const rows = group.options.map((option) => this.row(option, (number += 1), chosen(option)));
        if (!group.title) return rows;
        const id = freshId("group");
        return el(
          "div",
          { role: "group", "aria-labelledby": id },
          el("div", { class: "option-group", id }, group.title),
          rows,
        );
      }),
      note && el("div", { class: "option-note", role: "option", "aria-disabled": true, "aria-selected": false }, note),
    );
    if (!this.open) this.node.showPopover();
    this.input.setAttribute("aria-expanded", "true");
    placeBeside(this.node, this.anchor, { wide: true });
  }

  row(option, number, chosen) {
    const choose = () => this.choose(option);
    const detail = option.description && el("small", {}, label(option.description));
    return el(
      "div",
      {
        class: "option",
        role: "option",
        id: `${this.node.id}-${number}`,
        "aria-selected": String(chosen),
        onclick: choose,
      },
      label(option.text),
      detail,
    );
  }

  close() {
    if (this.node.isConnected && this.open) this.node.hidePopover();
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  move(step) {
    const count = this.options.length;
    if (!count) return;
    this.active = this.active < 0 ? (step > 0 ? 0 : count - 1) : (this.active + step + count) % count;
    for (const row of this.node.querySelectorAll(".option")) row.classList.remove("active");
    const row = document.getElementById(`${this.node.id}-${this.active}`);
    row.classList.add("active");
    row.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", row.id);
  }

  chooseActive() {
    if (this.active < 0) return false;
    this.choose(this.options[this.active]);
    return true;
  }
}
