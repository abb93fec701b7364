// Starts the page: reads the workspace, listens to the stream, and shows the room that the address names.

import { sandbox, stream } from "./api.js";
import { mainCommand } from "./commands.js";
import { replyIn, startComposer, type } from "./composer.js";
import { byId, el, fill } from "./dom.js";
import { callsMayHaveChanged, refreshPanel, startPanel, tick } from "./panel.js";
import { announce, closeDrawer, startShell, toast } from "./shell.js";
import { forget, keep, person, roomOf, setSandboxTime, state } from "./state.js";
import { drawHome, restoreViews, startViews, onView } from "./views.js";
import { drawRoom, onReply, redrawRoom, startTimeline, tellOfNews } from "./timeline.js";

state.workspace = JSON.parse(byId("workspace").textContent);

const homeRoom = () => ({ id: "app", kind: "app", name: state.workspace.app.name, topic: "App" });

function roomFromAddress() {
  const name = decodeURIComponent(location.hash.slice(1));
  if (name === "app") return homeRoom();
  const channel = state.workspace.channels.find((one) => one.name === name) ?? state.workspace.channels[0];
  return { kind: "channel", ...channel };
}

function welcome() {
  const { room } = state;
  const app = state.workspace.app.name;
  const lines =
    room.kind === "app"
      ? [`Your messages with ${app}`, "What the app tells only you arrives here."]
      : [
          `Welcome to #${room.name}`,
          `${room.topic ? `${room.topic}. ` : ""}Ask ${app} why a customer is missing: type a command below, or play a story from the panel.`,
        ];
  fill(byId("welcome"), el("h2", {}, lines[0]), el("p", {}, lines[1]));
}

function drawUnread() {
  for (const anchor of document.querySelectorAll("[data-room]")) {
    const unread = state.unread.has(anchor.dataset.room);
    anchor.classList.toggle("unread", unread);
    anchor.querySelector(".dot").hidden = !unread;
  }
  byId("menu-dot").hidden = state.unread.size === 0;
  const count = state.unread.size ? `(${state.unread.size}) ` : "";
  const name = state.room.kind === "app" ? state.room.name : `#${state.room.name}`;
  document.title = `${count}${name} · ${state.workspace.team.name}`;
}

// Home where the app has one, until the person chooses.
const appTab = () => state.appTab ?? (state.homes.has(state.user.id) ? "home" : "messages");

function showAppTab(tab) {
  const home = state.room.kind === "app" && tab === "home";
  byId("home").hidden = !home;
  byId("messages").hidden = home;
  byId("composer").hidden = home;
  for (const name of ["home", "messages"]) {
    const button = byId(`tab-${name}`);
    button.setAttribute("aria-selected", String(tab === name));
    button.tabIndex = tab === name ? 0 : -1;
  }
}

async function openRoom() {
  closeDrawer();
  state.room = roomFromAddress();
  state.unread.delete(state.room.id);
  if (state.threadTs) replyIn(null);
  for (const anchor of document.querySelectorAll("[data-room]")) {
    if (anchor.dataset.room === state.room.id) anchor.setAttribute("aria-current", "page");
    else anchor.removeAttribute("aria-current");
  }
  const app = state.room.kind === "app";
  fill(byId("room-name"), app ? state.room.name : `#${state.room.name}`);
  fill(byId("room-topic"), state.room.topic);
  byId("app-tabs").hidden = !app;
  showAppTab(appTab());
  welcome();
  drawUnread();
  redrawRoom();
  if (!app) return;
  drawHome();
  await sandbox.home(state.user.key).catch((error) => toast(error.message, "error"));
}

async function readMessages() {
  state.messages.clear();
  for (const message of await sandbox.messages(state.user.key)) {
    if (!state.messages.get(message.channel)?.has(message.ts)) keep(message); // what the stream brought is newer
  }
}

function onMessage(message, { isNew }) {
  keep(message);
  const mine = !message.ephemeral_to || message.ephemeral_to === state.user.id;
  const room = roomOf(message.channel);
  callsMayHaveChanged();
  if (!mine || !room) return;
  if (room !== state.room.id) {
    if (isNew) state.unread.add(room);
    drawUnread();
    return;
  }
  if (!drawRoom() && isNew) tellOfNews();
  if (message.user !== state.user.id)
    announce(`${person(message.user).name}${isNew ? "" : ", edited"}: ${message.text}`);
}

const EVENTS = {
  message: (message) => onMessage(message, { isNew: true }),
  edit: (message) => onMessage(message, { isNew: false }),
  delete: (gone) => {
    forget(gone);
    drawRoom();
  },
  view: (change) => {
    onView(change);
    if (state.room.kind === "app") showAppTab(appTab());
    callsMayHaveChanged();
  },
  clock: ({ now }) => {
    setSandboxTime(now);
    tick();
    drawRoom();
  },
  stories: () => refreshPanel().catch((error) => toast(error.message, "error")),
};

let lost = false;
async function onStream(what) {
  byId("banner").hidden = what === "open";
  document.documentElement.dataset.stream = what;
  if (what === "lost") lost = true;
  if (what !== "open" || !lost) return;
  lost = false; // what was said meanwhile has to be read
  await readMessages();
  drawRoom();
}

async function changePerson() {
  state.unread.clear();
  await readMessages();
  await restoreViews();
  await openRoom();
}

function listenToTabs() {
  const tabs = byId("app-tabs");
  const choose = (tab) => {
    state.appTab = tab;
    showAppTab(tab);
    if (tab === "messages") drawRoom({ jump: true });
  };
  for (const name of ["home", "messages"]) byId(`tab-${name}`).addEventListener("click", () => choose(name));
  tabs.addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const other = appTab() === "home" ? "messages" : "home";
    choose(other);
    byId(`tab-${other}`).focus();
  });
}

function askStory(story) {
  if (state.room.kind === "app") location.hash = `#${state.workspace.channels[0].name}`;
  type(`${mainCommand()} missing ${story.company}`);
}

async function start() {
  startShell(changePerson);
  startViews();
  startTimeline();
  onReply(replyIn);
  startComposer();
  stream((kind, body) => EVENTS[kind](body), onStream);
  await sandbox.clock().then(
    ({ now }) => setSandboxTime(now),
    () => {},
  ); // without it, days are named by this machine's
  await readMessages();
  await openRoom();
  await restoreViews();
  addEventListener("hashchange", openRoom);
  listenToTabs();
  await startPanel(askStory).catch((error) => toast(error.message, "error"));
  document.documentElement.dataset.ready = "true";
}

start();
