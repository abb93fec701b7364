// What can be typed: the app's commands with their verbs, and what to offer for a beginning.

import { state } from "./state.js";

// The verbs of a command: given, or read from its usage hint "missing <customer> | status | help".
function verbs(command) {
  if (command.verbs?.length) return command.verbs;
  return (command.usage_hint ?? "")
    .split("|")
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const [name, ...rest] = part.split(/\s+/);
      return { name, usage: rest.join(" "), help: "" };
    })
    .filter((verb) => /^[\w-]+$/.test(verb.name));
}

const named = (text) => state.workspace.commands.find((command) => command.name === text);

function offer(command, verb) {
  return {
    insert: `${command.name} ${verb.name}${verb.usage ? " " : ""}`,
    code: `${command.name} ${verb.name}`,
    usage: verb.usage,
    help: verb.help,
    complete: !verb.usage,
  };
}

// "/ps" → the commands; "/psa mi" → the verbs that begin so; anything further → nothing.
export function completions(text) {
  const known = state.workspace.commands;
  if (/^\/\S*$/.test(text)) {
    const fitting = known.filter((command) => command.name.startsWith(text));
    if (fitting.length === 1) return verbs(fitting[0]).map((verb) => offer(fitting[0], verb));
    return fitting.map((command) => ({
      insert: `${command.name} `,
      code: command.name,
      usage: "",
      help: command.description,
      complete: false,
    }));
  }
  const [, name, begun] = /^(\/\S+) +(\S*)$/.exec(text) ?? [];
  const command = name && named(name);
  if (!command) return [];
  return verbs(command)
    .filter((verb) => verb.name.startsWith(begun.toLowerCase()))
    .map((verb) => offer(command, verb));
}

export const mainCommand = () => state.workspace.commands[0]?.name ?? "/psa";

// One line of help for what is being typed.
export function hint(text) {
  const [, name, verbName] = /^(\/\S+) +(\S+)/.exec(text) ?? [];
  const command = name && named(name);
  if (!command) return "";
  const verb = verbs(command).find((one) => one.name === verbName.toLowerCase());
  if (!verb) return "";
  return [`${command.name} ${verb.name} ${verb.usage ?? ""}`.trim(), verb.help].filter(Boolean).join(": ");
}

export function examples() {
  return ["missing Acme", "missing Globex", "status", "help"].map((verb) => `${mainCommand()} ${verb}`);
}
