// SPDX-License-Identifier: Apache-2.0
// The server's values in words.
import type { CommentState, Ground, Kind, Mode, Opening, QueueItem, Role } from "./types.js";

export const kGrounds: Record<Ground, string> = {
  illegal: "Illegal content",
  hate: "Hate",
  harassment: "Harassment",
  personal_data: "Personal data",
  spam: "Spam or advertising",
  off_topic: "Off topic",
  other: "Something else",
};

export const kKinds: Record<Kind, string> = {
  held: "Held",
  reported: "Reported",
  appealed: "Appealed",
  rejected: "Rejected",
  recent: "Recent",
};

export const kStates: Record<CommentState, string> = {
  published: "Published",
  held: "Held",
  rejected: "Rejected",
  deleted: "Deleted",
};

export const kModes: Record<Mode, string> = {
  by_rule: "By rule",
  open: "Open by hand",
  closed: "Closed by hand",
  hidden: "Hidden",
};

export const kRoles: Record<Role, string> = { moderator: "Moderator", admin: "Administrator" };

// A statement of reasons says what was found, on which ground, and how to object (Regulation (EU)
// 2022/2065, article 17).
const kStatements: Record<Ground, string> = {
  illegal: "Your comment is not shown because we think that what it says is against the law.",
  hate: "Your comment is not shown because it attacks people for what they are, not for what they did. Our rules do not allow that.",
  harassment: "Your comment is not shown because it insults or threatens a person. Our rules do not allow that.",
  personal_data: "Your comment is not shown because it contains somebody's personal data. Our rules do not allow that.",
  spam: "Your comment is not shown because we take it for advertising or for a repetition.",
  off_topic: "Your comment is not shown because it is not about this story.",
  other: "Your comment is not shown because it breaks our rules for comments.",
};
const kRemedy = "If you think this is wrong, you can ask for another look; a person will decide.";

export function statementFor(ground: Ground): string {
  return `${kStatements[ground]} ${kRemedy}`;
}

// The statement after the ground changed: what the moderator wrote is kept, a prefilled one is not.
export function statementAfter(statement: string, from: Ground, to: Ground): string {
  const isOurs = !statement.trim() || statement === statementFor(from);
  return isOurs ? statementFor(to) : statement;
}

const kPhases: Record<string, string> = {
  length: "Too long",
  closed: "The conversation was closed",
  links: "Links",
  repeat: "Repeats a comment",
  words: "Word list",
  history: "The writer's history",
  external: "Outside check",
  newcomer: "New writer",
  holds_all: "All comments wait",
  reports: "Reported by readers",
  moderator: "A moderator decided",
  appeal: "Decided on appeal",
  import: "As it was imported",
};

// Why the comment is where it is: what decided, and in which words.
export function whyHere(item: Pick<QueueItem, "phase" | "reason">): { phase: string; reason: string } {
  const phase = kPhases[item.phase] ?? item.phase.replaceAll("_", " ");
  return { phase, reason: item.reason === phase ? "" : item.reason };
}

const kWhy: Record<string, string> = {
  open: "",
  not_offered: "this site offers no comments",
  by_hand: "by hand",
  site: "all conversations of the site are closed",
  withdrawn: "the story was withdrawn",
  draft: "the story is a draft",
  hour: "the hour set for this story has come",
  age: "the story is too old",
  night: "outside of the site's hours",
};

export function openingText({ state, why }: Pick<Opening, "state" | "why">): string {
  const said = kWhy[why] ?? why;
  const name = { open: "Open", closed: "Closed", hidden: "Hidden" }[state];
  return said ? `${name}: ${said}` : name;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

// "45 seconds", "3 minutes", "2 hours": rounded up, so that waiting so long is enough.
export function waitText(seconds: number): string {
  if (seconds < 100) return plural(Math.max(1, Math.ceil(seconds)), "second");
  if (seconds < 6000) return plural(Math.ceil(seconds / 60), "minute");
  return plural(Math.ceil(seconds / 3600), "hour");
}

export function banText(bannedUntil: string | null, now: Date, format: (time: Date) => string): string {
  if (!bannedUntil) return "";
  const until = new Date(bannedUntil);
  if (until <= now) return "";
  return until.getUTCFullYear() >= 9999 ? "banned for good" : `banned until ${format(until)}`;
}

// The ground that a rejection is most likely to have.
export function groundFor(item: Pick<QueueItem, "open_reports" | "phase">): Ground {
  const counts = new Map<Ground, number>();
  for (const { ground } of item.open_reports) counts.set(ground, (counts.get(ground) ?? 0) + 1);
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  if (most) return most[0];
  return item.phase === "links" || item.phase === "repeat" ? "spam" : "other";
}
