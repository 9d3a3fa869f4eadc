// SPDX-License-Identifier: Apache-2.0
// What open pages decide without a document.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { closedWords, graphemes, inReadingOrder, type Opening } from "../src/reader/conversation.js";
import { outcome, ruling } from "../src/reader/comment_view.js";
import { counted } from "../src/reader/words.js";
import { sha256, solve, startsWithZeros } from "../src/reader/puzzle.js";
import { addressOf, retryDelayMs } from "../src/reader/stream.js";

const hex = (bytes: Uint8Array) =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

test("that a comment waits is said once, with it and not in the message besides", () => {
  const held = {
    id: "a", parent: null, name: "Bo", badge: "", html: "", state: "held", is_featured: false, votes: 0,
    created: "", edited: null, permalink: "", mine: true,
    statement: "Your first comments are read by a moderator. It waits for a moderator.",
  } as const;
  assert.equal(`${ruling(held)} ${outcome(held)}`.match(/waits/g)?.length, 1);
  assert.equal(ruling(held), held.statement);
  assert.equal(ruling({ ...held, statement: "" }), "Your comment waits for a moderator.");
  const rejected = { ...held, state: "rejected", statement: "It is spam.", is_appealed: true } as const;
  assert.equal(ruling(rejected), "Your comment was not published. It is spam. You asked for another look.");
  assert.equal(outcome({ ...held, state: "published" }), "Your comment is published.");
});

test("SHA-256 is that of FIPS 180-4, at every length around a block", () => {
  assert.equal(
    hex(sha256(new TextEncoder().encode("abc"))),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  for (let length = 0; length <= 200; ++length) {
    const message = new TextEncoder().encode("a\u00e9".repeat(100)).slice(0, length);
    assert.equal(hex(sha256(message)), createHash("sha256").update(message).digest("hex"));
  }
});

test("leading zero bits are counted across bytes", () => {
  assert.ok(startsWithZeros(Uint8Array.of(0, 0x7f), 9));
  assert.ok(!startsWithZeros(Uint8Array.of(0, 0x7f), 10));
  assert.ok(startsWithZeros(Uint8Array.of(0xff), 0));
  assert.ok(!startsWithZeros(Uint8Array.of(0x80), 1));
});

test("a solution is one", async () => {
  const nonce = await solve("challenge", 12);
  const digest = createHash("sha256").update(`challenge:${nonce}`).digest();
  assert.equal(digest[0], 0);
  assert.equal(digest[1]! & 0xf0, 0);
});

test("who is refused waits longer each time, and never all as long", () => {
  assert.deepEqual([0, 1, 2].map((n) => retryDelayMs(n, 0)), [5_000, 10_000, 20_000]);
  assert.deepEqual([0, 1, 2].map((n) => retryDelayMs(n, 1)), [10_000, 20_000, 40_000]);
  assert.equal(retryDelayMs(50, 1), 300_000);
});

test("a stream asks for each thing once, and for the past only where it is known", () => {
  const at = (after?: number) => addressOf("https://a", ["story=1", "front=1", "story=1"], after);
  assert.equal(at(), "https://a/api/v1/live?story=1&front=1");
  assert.equal(at(0), "https://a/api/v1/live?story=1&front=1&after=0");
});

test("comments are put in such an order that each has its place", () => {
  const order = (items: [string, string | null][]) =>
    inReadingOrder(items.map(([id, parent]) => ({ id, parent }))).map(({ id }) => id).join("");
  assert.equal(order([["a", null], ["b", null], ["c", "a"], ["d", "c"], ["e", "a"]]), "acdeb");
  assert.equal(order([["e", "a"], ["d", "c"], ["c", "a"], ["b", null], ["a", null]]), "bacde");
  assert.equal(order([["b", "gone"], ["c", "b"]]), "bc");
  assert.equal(order([]), "");
});

test("a long chain of answers is put in order in no time", () => {
  const items = Array.from({ length: 50_000 }, (_, i) => ({
    id: String(i).padStart(6, "0"),
    parent: i === 0 ? null : String(i - 1).padStart(6, "0"),
  }));
  assert.deepEqual(inReadingOrder([...items].reverse()), items);
});

test("characters are what a reader counts", () => {
  assert.equal(graphemes("e\u0301\u{1f469}\u200d\u{1f680}!"), 3);
  assert.equal(graphemes(""), 0);
});

test("a closed conversation says since when and why", () => {
  const opening: Opening = { state: "closed", why: "age", since: "x", message: "", changes: null };
  const words = (change: Partial<Opening>) => {
    const { before, after } = closedWords({ ...opening, ...change });
    return `${before}|${after}`;
  };
  assert.equal(words({}), "Comments are closed since |: the report is too old.");
  assert.equal(words({ since: null, why: "unheard-of" }), "Comments are closed|.");
  assert.equal(closedWords(opening, 14).after, ": the report is older than 14 days.");
  assert.equal(closedWords(opening, 1).after, ": the report is older than a day.");
  assert.equal(closedWords({ ...opening, why: "night" }, 14).after, ": they are open at certain hours.");
  assert.equal(words({ message: "Good night!" }), "Comments are closed since |: Good night!");
});

test("what is new is counted in words", () => {
  assert.equal(counted(0, "report"), "");
  assert.equal(counted(1, "report"), "1 new report");
  assert.equal(counted(3, "update"), "3 new updates");
});
