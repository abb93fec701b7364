// A select that filters while one types; its options are given, or come from the bot (external_select).

import { el, fill, icon } from "./dom.js";
import { Listbox } from "./listbox.js";

const PAUSE = 180; // milliseconds without a key before the bot is asked

const words = (option) => option?.text?.text ?? "";

export function asGroups({ options = [], option_groups: groups = null }) {
  if (groups) return groups.map((group) => ({ title: group.label?.text ?? "", options: group.options ?? [] }));
  return [{ title: "", options: options ?? [] }];
}

class Select {
  constructor({ name, placeholder, groups, load, least = 0, multiple, chosen, change, testid }) {
    Object.assign(this, { groups, load, least, multiple, change });
    this.chosen = chosen;
    this.asked = 0;
    this.placeholder = placeholder || "Choose …";
    this.input = el("input", {
      type: "text",
      role: "combobox",
      "aria-label": name || this.placeholder,
      "aria-autocomplete": "list",
      autocomplete: "off",
      spellcheck: "false",
      "data-testid": testid,
    });
    this.tokens = el("span", { class: "tokens", hidden: true });
    this.box = el("div", { class: "combo-box" }, this.tokens, this.input, icon("caret"));
    this.list = new Listbox({
      anchor: this.box,
      input: this.input,
      name: this.placeholder,
      choose: (option) => this.take(option),
    });
    this.node = el("div", { class: "combo" }, this.box, this.list.node);
    this.listen();
    this.draw();
  }

  listen() {
    this.tokens.addEventListener("mousedown", (event) => event.preventDefault()); // a blur would draw them anew
    this.box.addEventListener("click", (event) => {
      if (event.target.closest("button")) return;
      this.input.focus();
      this.open("");
    });
    this.input.addEventListener("input", () => this.open(this.input.value));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.leave());
  }

  key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!this.list.open) this.open("");
      else this.list.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      if (this.list.open && this.list.chooseActive()) event.preventDefault();
      else if (this.list.open) event.preventDefault();
    } else if (event.key === "Escape" && this.list.open) {
      event.preventDefault(); // closes the list, not the dialog around it
      event.stopPropagation();
      this.leave();
    } else if (event.key === "Backspace" && this.multiple && !this.input.value && this.chosen.length) {
      this.drop(this.chosen.at(-1));
    }
  }

  async open(typed) {
    const query = this.multiple || typed ? typed : "";
    const isChosen = (option) => this.chosen.some((one) => one.value === option.value);
    if (!this.load) {
      const fits = (option) => words(option).toLowerCase().includes(query.trim().toLowerCase());
      const groups = this.groups
        .map((group) => ({ ...group, options: group.options.filter(fits) }))
        .filter((group) => group.options.length);
      this.list.show(groups, { chosen: isChosen, note: groups.length ? "" : "Nothing matches." });
      return;
    }
    await this.ask(query, isChosen);
  }

  async ask(query, isChosen) {
    this.asked += 1;
    const mine = this.asked;
    if (query.trim().length < this.least) {
      this.list.show([], { note: `Type at least ${this.least} character${this.least === 1 ? "" : "s"}.` });
      return;
    }
    this.list.show([], { note: "Looking …" });
    await new Promise((done) => setTimeout(done, query ? PAUSE : 0));
    if (mine !== this.asked) return; // a newer key asks again
    let groups = [];
    let note = "";
    try {
      groups = asGroups(await this.load(query)).filter((group) => group.options.length);
      note = groups.length ? "" : "Nothing matches.";
    } catch (error) {
      note = error.message;
    }
    if (mine === this.asked && document.activeElement === this.input)
      this.list.show(groups, { chosen: isChosen, note });
  }

  take(option) {
    const already = this.chosen.some((one) => one.value === option.value);
    if (this.multiple)
      this.chosen = already ? this.chosen.filter((one) => one.value !== option.value) : [...this.chosen, option];
    else this.chosen = [option];
    this.asked += 1;
    this.list.close();
    this.draw();
    this.change(this.chosen);
  }

  drop(option) {
    this.chosen = this.chosen.filter((one) => one !== option);
    this.draw();
    this.change(this.chosen);
    this.input.focus();
  }

  leave() {
    this.asked += 1;
    this.list.close();
    this.draw();
  }

  draw() {
    this.input.value = this.multiple ? "" : words(this.chosen[0]);
    this.input.placeholder = this.multiple && this.chosen.length ? "" : this.placeholder;
    if (!this.multiple) return;
    this.tokens.hidden = !this.chosen.length;
    fill(
      this.tokens,
      this.chosen.map((option) => {
        const drop = el(
          "button",
          { type: "button", "aria-label": `Remove ${words(option)}`, onclick: () => this.drop(option) },
          icon("close"),
        );
        return el("span", { class: "token" }, words(option), drop);
      }),
    );
  }
}

export function select(settings) {
  const made = new Select({ multiple: false, chosen: [], change: () => {}, ...settings });
  return {
    node: made.node,
    input: made.input,
    read: () => made.chosen,
    set: (chosen) => {
      made.chosen = chosen;
      made.draw();
    },
  };
}
