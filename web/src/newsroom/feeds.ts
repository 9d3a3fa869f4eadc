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
  throttled: "Fewer visits wanted",
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
  const every = `Fetched every ${lengthText(health.interval_seconds)}`;
  if (feed.interval_seconds !== null) return `${every}, as it is set.`;
  if (health.gap_seconds === null) return `${every} until its rhythm is known.`;
  return `It has news about every ${lengthText(health.gap_seconds)}. ${every} at present, by that rhythm.`;
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
