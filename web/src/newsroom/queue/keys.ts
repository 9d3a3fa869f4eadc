// SPDX-License-Identifier: Apache-2.0
// The keys of the queue: one table for what they do and for the sheet that explains them.
export type Action =
  | "next"
  | "previous"
  | "publish"
  | "reject"
  | "feature"
  | "answer"
  | "ban"
  | "open"
  | "select"
  | "undo"
  | "fresh"
  | "help";

export const kKeys: { action: Action; keys: string[]; says: string }[] = [
  { action: "next", keys: ["j", "ArrowDown"], says: "Next comment" },
  { action: "previous", keys: ["k", "ArrowUp"], says: "Previous comment" },
  { action: "publish", keys: ["p"], says: "Publish it, or all selected" },
  { action: "reject", keys: ["r"], says: "Reject it, or all selected" },
  { action: "feature", keys: ["f"], says: "Feature it, or end that" },
  { action: "answer", keys: ["a"], says: "Answer as moderator" },
  { action: "ban", keys: ["b"], says: "Ban the writer" },
  { action: "open", keys: ["o"], says: "Show the conversation" },
  { action: "select", keys: ["x"], says: "Select it, or end that" },
  { action: "undo", keys: ["u"], says: "Undo the last decision, within 10 seconds" },
  { action: "fresh", keys: ["n"], says: "Show what came in meanwhile" },
  { action: "help", keys: ["?"], says: "These keys" },
];

export interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  isTyping: boolean; // in a field
  isInSheet: boolean;
}

export function actionOf(press: Press, isOn = true): Action | undefined {
  if (press.ctrlKey || press.metaKey || press.altKey || press.isTyping || press.isInSheet) return undefined;
  const action = kKeys.find(({ keys }) => keys.includes(press.key))?.action;
  const isSingleKey = press.key.length === 1; // WCAG 2.1.4: these can be turned off
  return isSingleKey && !isOn && action !== "help" ? undefined : action;
}

export function keyText(key: string): string {
  return { ArrowDown: "↓", ArrowUp: "↑" }[key] ?? key;
}
