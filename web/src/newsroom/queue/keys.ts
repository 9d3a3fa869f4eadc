// SPDX-License-Identifier: Apache-2.0
// The keys of the queue.
import { actionIn, type Key, type Press } from "../parts/keys.js";

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

export const kKeys: Key<Action>[] = [
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

export function actionOf(press: Press, isOn = true): Action | undefined {
  return actionIn(kKeys, press, isOn);
}
