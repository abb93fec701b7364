// Every call of the page to the sandbox, in one place: its address, and the shape of what goes and comes.
//
// GET  workspace  → {team, channels: [{id, name, topic}], users: [{id, key, name}], groups: [{id, handle}],
//                    app: {user, name, slackbot}, commands: [{name, description, usage_hint, verbs?}]}
//                    where verbs are [{name, usage, help}]
// GET  messages?user= → [{ts, thread_ts, channel, user, bot, ephemeral_to, text, blocks, files, reactions, edited}]
// GET  views?user= → {home, modals}
// GET  stream     → server-sent events: message, edit, delete {channel, ts}, view {action, user, view}, clock {now}, stories
// POST command {text, channel, user} · message {text, channel, thread_ts?, user} · home {user} → {status, ack_ms}
// POST click {ts|view_id, block_id, action_id, user, value} → {status, ack_ms}; value: a button's, or {selected_…}
// POST suggest {ts|view_id, block_id, action_id, value, user} → {status, ack_ms, options | option_groups}
// POST submit {view_id, user, values} · close {view_id, user} → {status, ack_ms, errors?}
// GET  stories → [{psa, id, company, text, fix_label, fixed}] · stories/PSA/ID/records → [{kind, id, name, exists, …}]
// GET  psa → [{kind, title, connection, fault, faults, calls}] · clock → {now}

const BASE = "/_control/";

async function answer(response) {
  const text = await response.text();
  let body = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    body = null;
  }
  if (!response.ok) {
    const said = body ? (body.message ?? body.error) : text.slice(0, 200);
    throw new Error(said || `The sandbox answered ${response.status}.`);
  }
  return body;
}

export async function get(path, query = {}) {
  const search = new URLSearchParams(query).toString();
  return answer(await fetch(BASE + path + (search ? `?${search}` : ""), { cache: "no-store" }));
}

export async function post(path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  return answer(await fetch(BASE + path, { method: "POST", headers, body: JSON.stringify(body) }));
}

// The bot acknowledged when it answered 200 within Slack's three seconds; 204: it did not have to hear of it.
export function acknowledged(outcome) {
  return Boolean(outcome) && !outcome.error && [200, 204].includes(outcome.status);
}

const storyPath = (psa, id) => `stories/${encodeURIComponent(psa)}/${encodeURIComponent(id)}`;

export const sandbox = {
  messages: (user) => get("messages", { user }),
  views: (user) => get("views", { user }),
  stories: () => get("stories"),
  records: (psa, id) => get(`${storyPath(psa, id)}/records`),
  psas: () => get("psa"),
  clock: () => get("clock"),
  calls: () => get("calls"),
  command: (body) => post("command", body),
  message: (body) => post("message", body),
  click: (body) => post("click", body),
  suggest: (body) => post("suggest", body),
  submit: (body) => post("submit", body),
  close: (body) => post("close", body),
  home: (user) => post("home", { user }),
  fix: (psa, id) => post(`${storyPath(psa, id)}/fix`),
  unfix: (psa, id) => post(`${storyPath(psa, id)}/unfix`),
  breakWith: (psa, fault) => post(`psa/${encodeURIComponent(psa)}/fault`, { fault }),
  moveClock: (body) => post("clock", body),
};

const EVENTS = ["message", "edit", "delete", "view", "clock", "stories"];

// `on` gets (kind, body); `state` gets "open" or "lost". EventSource reconnects by itself.
export function stream(on, state) {
  const source = new EventSource(`${BASE}stream`);
  for (const kind of EVENTS) {
    source.addEventListener(kind, (event) => on(kind, JSON.parse(event.data)));
  }
  source.addEventListener("open", () => state("open"));
  source.addEventListener("error", () => state("lost"));
  return source;
}
