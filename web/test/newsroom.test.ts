// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { query, refusalOf } from "../src/newsroom/api.js";
import { fromNodes, type InertNode } from "../src/newsroom/html.js";
import { localInput, timeOfInput } from "../src/newsroom/pages/hours.js";
import { changesOf, clockText, linesOf, minuteOf, policySentence } from "../src/newsroom/policy.js";
import { actionOf, kKeys } from "../src/newsroom/queue/keys.js";
import * as feeds from "../src/newsroom/feeds.js";
import { hashOf, routeOf } from "../src/newsroom/route.js";
import { groundRows } from "../src/newsroom/transparency.js";
import type { Feed, FeedHealth, FetchNote, Ground, Policy } from "../src/newsroom/types.js";
import * as words from "../src/newsroom/words.js";

const kPolicy = {
  is_offered: true, is_closed: false, close_after_days: 14, opens_minute: 420, closes_minute: 1380,
  time_zone: "Europe/Berlin", links_max: 2, banned_words: ["casino"], holds_all: false, newcomer_comments: 1,
} as unknown as Policy;

test("an address names a page, or carries the code of a link", () => {
  assert.deepEqual(routeOf("#/queue/held"), { at: "page", path: "queue", rest: ["held"] });
  assert.deepEqual(routeOf("#setup=AB%2Fc"), { at: "setup", code: "AB/c" });
  assert.deepEqual(routeOf("#/%E0%A4%A"), { at: "page", path: "%E0%A4%A", rest: [] });
  assert.deepEqual(routeOf(hashOf("a b", "c/d")), { at: "page", path: "a b", rest: ["c/d"] });
});

test("a policy is told in sentences", () => {
  assert.equal(policySentence(kPolicy), "Comments are open from 07:00 to 23:00 (Europe/Berlin) for 14 days. " +
    "A writer's first comment waits for a moderator; after that comments appear at once.");
  assert.equal(policySentence({ ...kPolicy, opens_minute: 0, closes_minute: 0, close_after_days: 0, newcomer_comments: 0 }),
    "Comments are open around the clock without an end. Comments appear at once.");
  assert.equal(policySentence({ ...kPolicy, is_closed: true }), "All conversations are closed.");
});

test("times, word lists and changes of a policy survive their fields", () => {
  for (const minute of [0, 1, 599, 1439]) assert.equal(minuteOf(clockText(minute)), minute);
  for (const text of ["", "24:00", "7:60", "noon"]) assert.equal(minuteOf(text), undefined);
  assert.deepEqual(linesOf("  casino \n\ncasino\nfree money\r\n"), ["casino", "free money"]);
  assert.deepEqual(changesOf(kPolicy, { ...kPolicy, links_max: 0 }), { links_max: 0 });
  assert.equal(timeOfInput(localInput("2026-03-01T18:30:00.000Z")), "2026-03-01T18:30:00.000Z");
  assert.equal(timeOfInput("soon"), null);
});

test("a statement of reasons follows the ground until somebody writes in it", () => {
  for (const ground of Object.keys(words.kGrounds) as Ground[]) {
    assert.match(words.statementFor(ground), /^Your comment is not shown because .* a person will decide\.$/);
  }
  assert.equal(words.statementAfter(words.statementFor("spam"), "spam", "hate"), words.statementFor("hate"));
  assert.equal(words.statementAfter("My words.", "spam", "hate"), "My words.");
});

test("waits and bans are told in words, and a refusal names its fields", () => {
  assert.equal(words.waitText(90), "90 seconds");
  assert.equal(words.waitText(150), "3 minutes");
  const now = new Date("2026-03-01T00:00:00Z");
  const day = (time: Date) => time.toISOString().slice(0, 10);
  assert.equal(words.banText("2026-02-01T00:00:00Z", now, day), "");
  assert.equal(words.banText("9999-12-31T23:59:59.999Z", now, day), "banned for good");
  const body = '{"code":"invalid","errors":[{"pointer":"#/time_zone","detail":"unknown"}]}';
  assert.deepEqual(refusalOf(body, "90"), { code: "invalid", retryAfter: 90, fields: { time_zone: "unknown" } });
  assert.deepEqual(refusalOf("<html>", null), { code: "", retryAfter: 0, fields: {} });
  assert.equal(query({ kind: "held", site: "" }), "?kind=held");
});

test("each key does one thing, and none while one types or holds a modifier", () => {
  const keys = kKeys.flatMap(({ keys }) => keys);
  assert.equal(new Set(keys).size, keys.length);
  const press = { key: "p", ctrlKey: false, metaKey: false, altKey: false, isTyping: false, isInSheet: false };
  assert.equal(actionOf(press), "publish");
  for (const part of [{ ctrlKey: true }, { isTyping: true }, { isInSheet: true }]) {
    assert.equal(actionOf({ ...press, ...part }), undefined);
  }
  assert.equal(actionOf(press, false), undefined);
  assert.equal(actionOf({ ...press, key: "ArrowDown" }, false), "next");
});

test("rejections are rows, the most frequent ground first", () => {
  const made = groundRows({ "hate/person": 3, "spam/automatic": 9, "spam/person": 1 });
  assert.deepEqual(made.map(({ name, person, automatic }) => [name, person, automatic]),
    [["Spam or advertising", 1, 9], ["Hate", 3, 0]]);
});

// The DOM as far as the reader of foreign HTML looks at it, and what was made of it, as text.
const text = (textContent: string): InertNode => ({ nodeType: 3, nodeName: "#text", textContent, childNodes: [] });
function element(nodeName: string, attributes: Record<string, string>, ...childNodes: InertNode[]): InertNode {
  return { nodeType: 1, nodeName, textContent: "x", childNodes, getAttribute: (name) => attributes[name] ?? null };
}
function shown(made: unknown): string {
  if (made === null || made === undefined) return "";
  if (Array.isArray(made)) return made.map(shown).join("");
  if (typeof made !== "object") return String(made);
  const { type, props } = made as { type: string; props: { children?: unknown } & Record<string, unknown> };
  const { children, ...rest } = props;
  const given = Object.entries(rest).map(([key, value]) => ` ${key}=${value}`).join("");
  return `<${type}${given}>${shown(children)}</${type}>`;
}

test("of foreign HTML only the allowed elements come through, without attributes", () => {
  const link = (href: string) => shown(fromNodes([element("A", { href, onclick: "x()" }, text("here"))]));
  assert.equal(shown(fromNodes([element("P", { onclick: "x()" }, text("<b>"), element("EM", {}, text("a")))])), "<p><b><em>a</em></p>");
  assert.equal(shown(fromNodes([element("SCRIPT", {}, text("x()")), element("svg", {}, text("x"))])), "");
  assert.equal(shown(fromNodes([element("FORM", {}, element("BUTTON", {}, text("kept")))])), "kept");
  assert.equal(link("https://a.example/"), "<a href=https://a.example/ target=_blank rel=ugc nofollow noopener noreferrer>here</a>");
  for (const href of ["javascript:x()", " java\nscript:x()", "data:text/html,x", "/relative", "//a.example", ""]) {
    assert.equal(link(href), "here");
  }
  let deep = element("B", {}, text("x"));
  for (let i = 0; i < 5000; ++i) deep = element("BLOCKQUOTE", {}, deep);
  assert.ok(shown(fromNodes([deep])).length < 2000);
});

const kHealth: FeedHealth = {
  last_visit: "2026-11-23T09:41:00Z", last_success: null, next_visit: "2026-11-23T09:46:00Z", failures_in_row: 0, last_error: "",
  interval_seconds: 300, gap_seconds: 1200, last_news: null, moved_to: "",
};
const feedOf = (part: Partial<Feed>): Feed => ({
  id: "fe1", source: null, url: "https://a.example/feed", interval_seconds: null, is_own: false, alert: null, topics: [], enabled: true,
  state: "ok", held_alerts: 0, health: kHealth, ...part,
});

const noteOf = (verdict: FetchNote["verdict"], status: number | null, more: Partial<FetchNote> = {}): FetchNote => ({
  at: "2026-11-23T09:41:00Z", verdict, status, body_bytes: 0, items: 0, fresh: 0, duration_ms: 1, ...more,
});

test("feeds that want a person come first, then by name", () => {
  const list = [
    feedOf({ id: "off", state: "off" }), feedOf({ id: "b", url: "https://b.example/" }), feedOf({ id: "a" }),
    feedOf({ id: "down", state: "trouble" }), feedOf({ id: "held", state: "held", held_alerts: 2 }),
  ];
  assert.deepEqual(feeds.inOrder(list, ({ url }) => url).map(({ id }) => id), ["held", "down", "a", "b", "off"]);
  assert.equal(feeds.summaryText(list), "1 feed has trouble, 2 alerts are held.");
  assert.equal(feeds.summaryText([feedOf({})]), "1 feed, all well.");
});

test("a feed's rhythm is told in words", () => {
  assert.equal(feeds.rhythmText(feedOf({}), kHealth), "It has news about every 20 minutes. Fetched every 5 minutes at present, by that rhythm.");
  assert.equal(feeds.rhythmText(feedOf({}), { ...kHealth, gap_seconds: null }), "Fetched every 5 minutes until its rhythm is known.");
  assert.equal(feeds.rhythmText(feedOf({ interval_seconds: 60 }), { ...kHealth, interval_seconds: 60 }), "Fetched every 60 seconds, as it is set.");
  assert.match(feeds.rhythmText(feedOf({}), { ...kHealth, next_visit: null }), /not fetched any more/);
  assert.match(feeds.rhythmText(feedOf({ enabled: false }), kHealth), /turned off/);
  assert.match(feeds.rhythmText(feedOf({}), { ...kHealth, failures_in_row: 1 }), /After failures/);
  assert.match(feeds.rhythmText(feedOf({}), { ...kHealth, failures_in_row: 1, fetches: [noteOf("throttled", 429)] }), /is left alone/);
  assert.equal(feeds.aheadText("2026-11-23T09:45:00Z", Date.parse("2026-11-23T09:41:00Z")), "in 4 minutes");
  assert.equal(feeds.aheadText("2026-11-23T09:41:00Z", Date.parse("2026-11-23T09:41:00Z")), "now");
  assert.deepEqual([1, 5400, 129_600].map(feeds.lengthText), ["1 second", "2 hours", "2 days"]);
});

test("the fetches are a picture, the oldest first, and a sentence", () => {
  const fetches = [
    noteOf("document", 200, { body_bytes: 4000, fresh: 2, at: "2026-11-23T11:41:00Z" }), noteOf("unchanged", 304),
    noteOf("document", 200, { body_bytes: 1 }), noteOf("no_answer", null),
  ];
  assert.deepEqual(feeds.barsOf(fetches).map(({ kind, share }) => [kind, Math.round(share * 100)]),
    [["failed", 100], ["same", 30], ["same", 8], ["news", 100]]);
  assert.equal(feeds.fetchesText(fetches), "4 fetches in 2 hours: 1 brought news, 1 failed.");
  assert.equal(feeds.fetchesText(fetches.slice(1, 2)), "1 fetch: none brought news, none failed.");
  assert.deepEqual([feeds.barsOf([]), feeds.fetchesText([])], [[], "No fetches yet."]);
});

test("the moment of a fetch is short, and has its day where that is another", () => {
  const at = (text: string) => feeds.momentText(new Date(text), new Date("2026-11-25T12:00"), "en-GB");
  assert.deepEqual([at("2026-11-25T09:05"), at("2026-11-23T23:59"), at("2026-11-02T07:30")], ["9:05", "Mon 23:59", "2 Nov, 7:30"]);
});

test("a fetch is told with the status that explains it", () => {
  assert.equal(feeds.verdictText(noteOf("document", 200)), "Read");
  assert.equal(feeds.verdictText(noteOf("throttled", 429)), "Asked to wait (429)");
  assert.equal(feeds.verdictText(noteOf("no_answer", null)), "No answer");
  assert.equal(feeds.isGood(noteOf("unchanged", 304)), true);
  assert.deepEqual([999, 48_211, 2_500_000].map(feeds.sizeText), ["999 B", "48 kB", "2.5 MB"]);
});
