// SPDX-License-Identifier: Apache-2.0
// The comment policy as people read and write it.
import type { Policy } from "./types.js";
import { plural } from "./words.js";

// 450 -> "07:30". A day's end is "00:00".
export function clockText(minute: number): string {
  const day = ((minute % 1440) + 1440) % 1440;
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(day / 60))}:${two(day % 60)}`;
}

// "07:30" -> 450; undefined for what is no time.
export function minuteOf(text: string): number | undefined {
  const parts = /^(\d{1,2}):(\d{2})/.exec(text);
  if (!parts) return undefined;
  const minute = Number(parts[1]) * 60 + Number(parts[2]);
  return minute < 1440 && Number(parts[2]) < 60 ? minute : undefined;
}

// One a line; empty lines and repetitions are dropped.
export function linesOf(text: string): string[] {
  return [...new Set(text.split("\n").map((line) => line.trim()).filter(Boolean))];
}

// What a reader meets, in one sentence.
export function policySentence(policy: Policy): string {
  if (!policy.is_offered) return "No story shows comments.";
  if (policy.is_closed) return "All conversations are closed.";
  const { opens_minute: opens, closes_minute: closes, close_after_days: days } = policy;
  const hours =
    opens === closes
      ? "around the clock"
      : `from ${clockText(opens)} to ${clockText(closes)} (${policy.time_zone})`;
  const age = days > 0 ? `for ${plural(days, "day")}` : "without an end";
  return `Comments are open ${hours} ${age}. ${waitSentence(policy)}`;
}

function waitSentence({ holds_all, newcomer_comments: first }: Policy): string {
  if (holds_all) return "Every comment waits for a moderator.";
  if (first === 0) return "Comments appear at once.";
  const which = first === 1 ? "A writer's first comment waits" : `A writer's first ${first} comments wait`;
  return `${which} for a moderator; after that comments appear at once.`;
}

// The fields that differ, as the server wants them.
export function changesOf(before: Policy, after: Policy): Partial<Policy> {
  const changed = Object.entries(after).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key as keyof Policy]),
  );
  return Object.fromEntries(changed);
}
