// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Desk, type DeskApi, kUndoMs } from "../src/newsroom/queue/desk.js";
import * as rows from "../src/newsroom/queue/rows.js";
import type { Decision, QueueAnswer, QueueItem, StaffComment } from "../src/newsroom/types.js";

function item(id: string, part: Partial<QueueItem> = {}): QueueItem {
  return {
    ...{ id, story: "s", parent: null, name: id, badge: "", html: "<p>x</p>", state: "held", is_featured: false },
    ...{ votes: 0, created: "2026-01-01T00:00:00Z", edited: null, permalink: "/s#c", text: "x", phase: "words", reason: "" },
    ...{ statement: "", reports: 0, is_appealed: false, story_headline: "H", story_path: "/s", open_reports: [] },
    ...{ rulings: [], writer: null },
    ...part,
  } as QueueItem;
}
const answer = (ids: string, next: string | null = null): QueueAnswer => ({
  counts: { held: ids.length, reported: 0, appealed: 0 },
  items: [...ids].map((id) => item(id)),
  next_cursor: next,
});
const shown = (queue: rows.Queue) =>
  queue.rows.map(({ item, decided, isElsewhere }) => item.id + (decided ? "!" : "") + (isElsewhere ? "?" : "")).join("");
const kPublish: Decision = { state: "published" };

test("a refresh leaves the rows where they are: new ones wait, others' are marked", () => {
  const queue = rows.refreshed(rows.queueOf("held", answer("abc")), answer("xyac"), 1);
  assert.equal(shown(queue), "ab?c");
  assert.deepEqual(queue.fresh.map(({ id }) => id), ["x", "y"]);
  assert.equal(shown(rows.withFresh(queue)), "xyac");
});

test("what lies below the first page is not taken for decided", () => {
  const long = rows.extended(rows.queueOf("held", answer("ab", "2")), answer("cd"));
  assert.equal(shown(rows.refreshed(long, answer("xa", "2"), 1)), "abcd");
  assert.equal(shown(rows.refreshed(long, answer("b", "1"), 1)), "a?bcd");
});

test("an answer that a decision has overtaken tells nothing", () => {
  const queue = rows.decide(rows.queueOf("held", answer("abc")), ["a"], kPublish, 5);
  assert.equal(rows.refreshed(queue, answer("xabc"), 5), queue);
  assert.deepEqual(rows.refreshed(queue, answer("xbc"), 6).fresh.map(({ id }) => id), ["x"]);
});

test("when nothing is left to read, what comes in shows at once", () => {
  assert.equal(shown(rows.refreshed(rows.queueOf("held", answer("")), answer("xy"), 1)), "xy");
  const done = rows.decide(rows.queueOf("held", answer("a")), ["a"], kPublish, 5);
  assert.equal(shown(rows.refreshed(done, answer("x"), 6)), "a!x");
});

test("a decision moves on to the next, and sweeps the line of the one before", () => {
  let queue = rows.decide(rows.queueOf("held", answer("abc")), ["a"], kPublish, 1);
  assert.equal(shown(queue), "a!bc");
  assert.equal(queue.current, "b");
  assert.equal(queue.counts.held, 2);
  queue = rows.decide(rows.saved(queue, "a", 2), ["c"], kPublish, 3);
  assert.equal(shown(queue), "bc!");
});

test("a decision that was not saved comes back with its words", () => {
  const decision: Decision = { state: "rejected", ground: "spam", statement: "My words." };
  const back = rows.failed(rows.decide(rows.queueOf("held", answer("ab")), ["a"], decision, 1), "a", "No network", decision, 2);
  assert.equal(shown(back), "ab");
  assert.equal(back.counts.held, 2);
  assert.equal(back.rows[0]?.item.state, "held");
  assert.deepEqual(back.rows[0]?.failed, { why: "No network", again: decision });
});

test("an undone decision says that the comment waits again, where it does", () => {
  const undone = (queue: rows.Queue, decision: Decision) =>
    rows.reopened(rows.decide(queue, ["a"], decision, 1), ["a"], 2).rows[0];
  const held = rows.queueOf("held", answer("a"));
  assert.equal(undone(held, kPublish)?.isUndone, true);
  assert.equal(undone(held, { state: "rejected", ground: "spam" })?.isUndone, true);
  const shown = rows.queueOf("recent", { ...answer("a"), items: [item("a", { state: "published" })] });
  assert.equal(undone(shown, { state: "rejected", ground: "spam" })?.isUndone, false);
});

test("in the list of recent ones a decided comment stays and shows its state", () => {
  const queue = rows.decide(rows.queueOf("recent", answer("ab")), ["a"], { state: "rejected", ground: "spam" }, 1);
  assert.equal(shown(queue), "ab");
  assert.equal(queue.rows[0]?.item.state, "rejected");
});

test("what is selected is decided, and only what still can be", () => {
  let queue = rows.queueOf("held", answer("abcd"));
  assert.deepEqual(rows.targets(queue), ["a"]);
  for (const id of ["d", "b", "a", "a"]) queue = rows.toggled(queue, id);
  assert.deepEqual(rows.targets(queue), ["b", "d"]);
  assert.deepEqual(rows.targets(rows.refreshed(queue, answer("acd"), 1)), ["d"]);
});

test("undoing restores what readers saw", () => {
  const published = item("a", { state: "published" });
  assert.equal(rows.undoing(published, kPublish), undefined);
  assert.equal(rows.undoing(published, { state: "rejected" })?.state, "published");
  const held = item("a", { statement: "It has links." });
  for (const state of ["published", "rejected"] as const) {
    const back = rows.undoing(held, { state });
    assert.equal(back?.state, "held");
    assert.equal(back?.statement, "It has links.");
  }
  const ruling = (at: string, ground: "spam" | "hate") =>
    ({ at, by: "Ada", state: "rejected" as const, phase: "", ground, reason: "", statement: "", is_automatic: false });
  const rulings = [ruling("2026-01-01", "spam"), ruling("2026-01-02", "hate")];
  const opposite = rows.undoing(item("a", { state: "rejected", statement: "As before.", rulings }), kPublish);
  assert.equal(opposite?.ground, "hate");
  assert.equal(opposite?.statement, "As before.");
});

function deskWith(ids: string) {
  const sent: [string, Decision][] = [];
  const said: string[] = [];
  const state = { time: 0, refuses: "" };
  const api = {
    queue: async () => answer(ids),
    moderate: async (id: string, decision: Decision) => {
      if (state.refuses.includes(id)) throw new Error("The server is busy.");
      sent.push([id, decision]);
      return {} as StaffComment;
    },
  } as unknown as DeskApi;
  return { desk: new Desk(api, "held", "", (text) => said.push(text), () => ++state.time), sent, said, state };
}

test("of a batch each is saved for itself, and only what was saved can be undone", async () => {
  const { desk, sent, said, state } = deskWith("abcdef");
  await desk.refresh();
  state.refuses = "c";
  await desk.decide([..."abcde"], kPublish);
  assert.deepEqual(sent.map(([id]) => id).sort(), ["a", "b", "d", "e"]);
  assert.equal(desk.row("c")?.failed?.why, "Not saved: The server is busy.");
  assert.deepEqual(desk.view.value.last?.ids, ["a", "b", "d", "e"]);
  assert.deepEqual(said, ["Published: 5 comments.", "Not saved: The server is busy."]);
  await desk.undo();
  assert.equal(sent.length, 8);
});

test("undo is sent after the decision itself, and ends after ten seconds", async () => {
  const { desk, sent, said, state } = deskWith("ab");
  await desk.refresh();
  const deciding = desk.decide(["a"], { state: "rejected", ground: "spam" });
  await desk.undo();
  await deciding;
  assert.deepEqual(sent.map(([, { state }]) => state), ["rejected", "held"]);
  state.refuses = "b";
  await desk.decide(["b"], kPublish);
  assert.equal(desk.view.value.last, undefined);
  state.refuses = "";
  await desk.decide(["b"], kPublish);
  state.time += kUndoMs;
  await desk.undo();
  assert.equal(said[said.length - 1], "There is nothing to undo.");
  state.time = 0; // The timer of an undo that is left would keep the process.
  await desk.undo();
});
