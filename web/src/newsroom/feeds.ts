// SPDX-License-Identifier: Apache-2.0
// What the page of the feeds says, in words and in which order.
import type { Feed, FeedHealth, FeedState, FetchNote } from "./types.js";
import { plural } from "./words.js";

export const kFeedStates: Record<FeedState, { text: string; looks: string }> = {
  held: { text: "Alerts held", looks: "bad" },
  trouble: { text: "Trouble", looks: "bad" },
  new: { text: "Not fetched yet", looks: "" },
  ok: { text: "Works", looks: "good" },
  off: { text: "Off", looks: "" },
};

const kVerdicts: Record<FetchNote["verdict"], string> = {
  document: "Read",
  unchanged: "Unchanged",
  not_a_feed: "Not a feed",
  refused: "Refused",
  throttled: "Asked to wait",
  gone: "Gone for good",
  no_answer: "No answer",
};

export function verdictText(note: FetchNote): string {
  const name = kVerdicts[note.verdict];
  return note.status && note.status !== 200 && note.status !== 304 ? `${name} (${note.status})` : name;
}

export function isGood(note: FetchNote): boolean {
  return note.verdict === "document" || note.verdict === "unchanged";
}

// What wants a person first comes first; within that, by name.
export function inOrder(feeds: Feed[], nameOf: (feed: Feed) => string): Feed[] {
  const rank = (feed: Feed) => {
    if (feed.held_alerts > 0) return 0;
    return ["held", "trouble", "new", "ok", "off"].indexOf(feed.state);
  };
  return [...feeds].sort((a, b) => rank(a) - rank(b) || nameOf(a).localeCompare(nameOf(b)) || a.url.localeCompare(b.url));
}

// "12 seconds", "5 minutes", "3 hours", "2 days": about so long.
export function lengthText(seconds: number): string {
  if (seconds < 90) return plural(Math.round(seconds), "second");
  if (seconds < 90 * 60) return plural(Math.round(seconds / 60), "minute");
  if (seconds < 36 * 3600) return plural(Math.round(seconds / 3600), "hour");
  return plural(Math.round(seconds / 86_400), "day");
}

// "in 4 minutes"; "now" when it is due.
export function aheadText(at: string, nowMs: number): string {
  const seconds = (Date.parse(at) - nowMs) / 1000;
  return seconds < 1 ? "now" : `in ${lengthText(seconds)}`;
}

export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

// How the feed moves, and how often it is looked at.
export function rhythmText(feed: Feed, health: FeedHealth): string {
  if (!feed.enabled) return "It is turned off, and not fetched.";
  if (health.next_visit === null) return "It is not fetched any more, until somebody asks for it or gives another address.";
  const last = health.fetches?.[0]?.verdict;
  if (last === "throttled") return "Until the next fetch its server is left alone.";
  if (health.failures_in_row > 0) return "After failures it is fetched less often, until it works again.";
  const every = `Fetched every ${lengthText(health.interval_seconds)}`;
  if (feed.interval_seconds !== null) return `${every}, as it is set.`;
  if (health.gap_seconds === null) return `${every} until its rhythm is known.`;
  return `It has news about every ${lengthText(health.gap_seconds)}. ${every} at present, by that rhythm.`;
}

// What a fetch brought, as a bar of the picture.
export interface Bar {
  kind: "news" | "same" | "failed";
  share: number; // of the picture's height
  at: string;
}

const kLeastShare = 0.3; // of a document, however small it is beside the largest
const kUnchangedShare = 0.08;

// The oldest first. A document is as high as its size, a failure as the picture.
export function barsOf(fetches: FetchNote[]): Bar[] {
  const most = Math.max(1, ...fetches.map((note) => (isGood(note) ? note.body_bytes : 0)));
  return [...fetches].reverse().map((note) => {
    const { at, verdict, body_bytes: size, fresh } = note;
    if (!isGood(note)) return { kind: "failed", share: 1, at };
    const share = verdict === "unchanged" ? kUnchangedShare : kLeastShare + (1 - kLeastShare) * (size / most);
    return { kind: fresh > 0 ? "news" : "same", share, at };
  });
}

// "20 fetches in 3 hours: 4 brought news, 1 failed."
export function fetchesText(fetches: FetchNote[]): string {
  const [newest, oldest] = [fetches[0], fetches.at(-1)];
  if (!newest || !oldest) return "No fetches yet.";
  const seconds = (Date.parse(newest.at) - Date.parse(oldest.at)) / 1000;
  const [news, failed] = [fetches.filter(({ fresh }) => fresh > 0).length, fetches.filter((note) => !isGood(note)).length];
  const count = plural(fetches.length, "fetch", "fetches") + (fetches.length > 1 ? ` in ${lengthText(seconds)}` : "");
  return `${count}: ${news || "none"} brought news, ${failed || "none"} failed.`;
}

// "10:42", with the weekday or the date where it was another day: narrow, for tables.
export function momentText(time: Date, now: Date, language: string): string {
  const hours = (now.getTime() - time.getTime()) / 3_600_000;
  const day = time.toDateString() === now.toDateString() ? {} : hours < 144 ? { weekday: "short" as const } : { day: "numeric" as const, month: "short" as const };
  return new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", ...day }).format(time);
}

// "3 feeds have trouble, 12 alerts are held."
export function summaryText(feeds: Feed[]): string {
  const troubled = feeds.filter(({ state, health }) => state === "trouble" || !!health?.last_error).length;
  const held = feeds.reduce((sum, feed) => sum + feed.held_alerts, 0);
  const parts = [];
  if (troubled > 0) parts.push(troubled === 1 ? "1 feed has trouble" : `${troubled} feeds have trouble`);
  if (held > 0) parts.push(held === 1 ? "1 alert is held" : `${held} alerts are held`);
  return parts.length > 0 ? `${parts.join(", ")}.` : `${plural(feeds.length, "feed")}, all well.`;
}

// Without the scheme, which is the same for all.
export function addressText(url: string): string {
  return url.replace(/^https?:\/\//, "");
}
