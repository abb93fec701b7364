// Moments in the viewer's own language and time zone, in the formats that Slack's date tokens name.

import { now } from "./state.js";

const LOCALE = navigator.language?.startsWith("en") ? navigator.language : "en-GB";
const DAY = 86_400_000;

const format = (options) => {
  const made = new Intl.DateTimeFormat(LOCALE, options);
  return (date) => made.format(date);
};

export const clockTime = format({ hour: "numeric", minute: "2-digit" });
export const fullTime = format({ dateStyle: "full", timeStyle: "medium" });
export const panelDay = format({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
export const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
const withSeconds = format({ hour: "numeric", minute: "2-digit", second: "2-digit" });
const short = format({ day: "numeric", month: "short", year: "numeric" });
const plain = format({ day: "numeric", month: "long", year: "numeric" });
const long = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
const dayHeading = format({ weekday: "long", day: "numeric", month: "long" });

const two = (number) => String(number).padStart(2, "0");
export const dayKey = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;

function near(date) {
  const key = dayKey(date);
  const today = now();
  if (key === dayKey(today)) return "Today";
  if (key === dayKey(new Date(today.getTime() - DAY))) return "Yesterday";
  if (key === dayKey(new Date(today.getTime() + DAY))) return "Tomorrow";
  return null;
}

export const dayTitle = (date) => near(date) ?? dayHeading(date);

function ago(date) {
  const gap = (date.getTime() - now().getTime()) / 1000;
  const words = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" });
  const steps = [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
    ["second", 1],
  ];
  const [unit, size] = steps.find(([, length]) => Math.abs(gap) >= length) ?? ["second", 1];
  return words.format(Math.round(gap / size), unit);
}

const pretty = (style) => (date) => near(date)?.toLowerCase() ?? style(date);

const TOKENS = {
  date_num: dayKey,
  date_slash: format({ day: "2-digit", month: "2-digit", year: "numeric" }),
  date: plain,
  date_short: short,
  date_long: long,
  day_divider_pretty: pretty(dayHeading),
  date_pretty: pretty(plain),
  date_short_pretty: pretty(short),
  date_long_pretty: pretty(long),
  time: clockTime,
  time_secs: withSeconds,
  ago,
};

// "{date_short} at {time}" → "21 Nov 2025 at 10:02"; a token that nobody knows gives null, and the fallback is shown.
export function formatMoment(timestamp, pattern) {
  const date = new Date(Number(timestamp) * 1000);
  if (Number.isNaN(date.getTime())) return null;
  let known = true;
  const text = String(pattern).replace(/\{(\w+)\}/g, (whole, token) => {
    if (!(token in TOKENS)) known = false;
    return known ? TOKENS[token](date) : whole;
  });
  return known ? text.charAt(0).toUpperCase() + text.slice(1) : null;
}
