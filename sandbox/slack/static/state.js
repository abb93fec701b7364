// What the page knows: the workspace, who acts, what is said, and the sandbox's time.

export const state = {
  workspace: null,
  user: null, // the acting person
  room: null, // {id, kind: "channel" | "app", name}
  appTab: null, // home or messages, once the person has chosen
  threadTs: null, // the thread that the command box answers in
  messages: new Map(), // channel → Map(ts → message)
  ran: [], // commands typed in this window: {key, ts, channel, user, text, state}
  unread: new Set(), // room ids
  homes: new Map(), // user id → view
  offset: 0, // sandbox time minus this machine's time, in milliseconds
};

export const now = () => new Date(Date.now() + state.offset);

export function setSandboxTime(iso) {
  state.offset = new Date(iso).getTime() - Date.now();
}

export const seconds = (ts) => Number.parseFloat(ts);

export function keep(message) {
  if (!state.messages.has(message.channel)) state.messages.set(message.channel, new Map());
  const channel = state.messages.get(message.channel);
  const known = channel.has(message.ts);
  channel.set(message.ts, message);
  return !known;
}

export function forget({ channel, ts }) {
  state.messages.get(channel)?.delete(ts);
}

// What the acting person may see in a channel, oldest first.
export function visible(channel) {
  const all = [...(state.messages.get(channel)?.values() ?? [])];
  return all
    .filter((message) => !message.ephemeral_to || message.ephemeral_to === state.user.id)
    .sort((one, two) => seconds(one.ts) - seconds(two.ts));
}

export const directChannel = (user) => `D${user.id.slice(1)}`;

export const channelOf = (room) => (room.kind === "app" ? directChannel(state.user) : room.id);

// The room that a message belongs to, for the acting person; null when it is somebody else's direct message.
export function roomOf(channel) {
  if (state.workspace.channels.some((one) => one.id === channel)) return channel;
  return channel === directChannel(state.user) ? "app" : null;
}

export function person(id) {
  const { users, app } = state.workspace;
  if (id === app.user) return { id, name: app.name, app: true };
  if (id === app.slackbot) return { id, name: "Slackbot", app: true };
  const user = users.find((one) => one.id === id);
  return user ?? { id, name: id || app.name, app: !id };
}

export function channelName(id) {
  return state.workspace.channels.find((one) => one.id === id)?.name ?? id;
}

export function groupHandle(id) {
  return state.workspace.groups?.find((one) => one.id === id)?.handle ?? id;
}
