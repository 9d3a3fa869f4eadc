// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import * as adding from "../src/newsroom/feeds/adding.js";
import type { Feed, FoundFeed } from "../src/newsroom/types.js";

const foundOf = (part: Partial<FoundFeed>): FoundFeed => ({
  url: "https://www.echo.example/feed", title: "The Echo", problem: "", format: "rss20", page_url: "", language: "en", has_hub: false,
  has_content: false, items: 30, newest: null, is_followed: false, preview: [], ...part,
});
const bytesOf = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

test("what a feed has to offer is told in words", () => {
  assert.equal(adding.factsText(foundOf({})), "RSS 2.0, 30 items, teasers");
  assert.equal(adding.factsText(foundOf({ format: "json1", items: 1, has_content: true, has_hub: true })), "JSON Feed, 1 item, whole texts, tells at once");
  assert.equal(adding.factsText(foundOf({ format: "rss30" })), "rss30, 30 items, teasers");
});

test("the search tells how many feeds there are and can be added", () => {
  const [followed, broken] = [foundOf({ is_followed: true }), foundOf({ problem: "It ends in the middle." })];
  assert.equal(adding.foundText([]), "No feed was found there.");
  assert.equal(adding.foundText([foundOf({})]), "1 feed found.");
  assert.equal(adding.foundText([foundOf({}), followed, broken]), "3 feeds found, 1 to add.");
  assert.equal(adding.foundText([followed]), "1 feed found, none to add.");
});

test("a feed is chosen beforehand only where it is the one to choose", () => {
  assert.deepEqual(adding.chosenFirst([foundOf({ url: "a" }), foundOf({ url: "b", is_followed: true })]), ["a"]);
  assert.deepEqual(adding.chosenFirst([foundOf({ url: "a" }), foundOf({ url: "b" })]), []);
  assert.deepEqual(adding.chosenFirst([foundOf({ problem: "x" })]), []);
});

test("the source is one that there is, by its name, or a new one", () => {
  assert.deepEqual(adding.creditFor(foundOf({}), [{ id: "so1", name: "the echo" }]), { id: "so1", name: "The Echo" });
  assert.deepEqual(adding.creditFor(foundOf({ title: " " }), []), { id: "", name: "echo.example" });
  assert.equal(adding.creditFor(foundOf({ title: "x".repeat(200) }), []).name.length, 120);
});

test("the home of a source is a page of the Web, or none", () => {
  assert.equal(adding.homeOf(foundOf({ page_url: "https://echo.example/" })), "https://echo.example/");
  for (const page_url of ["", "javascript:x()", "/home", `https://${"x".repeat(2048)}`]) assert.equal(adding.homeOf(foundOf({ page_url })), "");
});

const kPlain = adding.kFresh;

// A server that keeps what it is asked, and refuses what `refuses` says.
function adderOf(refuses: (what: string) => boolean = () => false) {
  const asked: string[] = [];
  const ask = async (what: string, answer: string) => {
    asked.push(what);
    if (refuses(what)) throw new Error("It is busy.");
    return answer;
  };
  return {
    asked,
    addSource: (name: string) => ask(`source ${name}`, `so-${name}`),
    addFeed: ({ feed }: adding.Draft, source: string) => ask(`feed ${feed.url} of ${source}`, ""),
  };
}

test("several feeds have a source each, and those of one name share one", async () => {
  const drafts = [foundOf({ url: "a", title: "Echo" }), foundOf({ url: "b", title: "Sport" }), foundOf({ url: "c", title: "echo " }),
    foundOf({ url: "d", title: "Known" })].map((found) => adding.draftOf(found, [{ id: "so1", name: "Known" }]));
  const adder = adderOf();
  const after = await adding.addAll(drafts, [], adder);
  assert.deepEqual(adder.asked, ["source Echo", "feed a of so-Echo", "source Sport", "feed b of so-Sport", "feed c of so-Echo", "feed d of so1"]);
  assert.ok(after.every(({ isAdded }) => isAdded));
  assert.equal(adding.leftText(after), "");
});

test("one that is refused stops no other, and another try asks only for what is missing", async () => {
  const drafts = ["a", "b"].map((url) => adding.draftOf(foundOf({ url, title: url }), []));
  const after = await adding.addAll(drafts, [], adderOf((what) => what.startsWith("feed a")));
  assert.deepEqual(after.map(({ isAdded, isMade, refusal }) => [isAdded, isMade, refusal]), [[false, true, "It is busy."], [true, true, ""]]);
  assert.equal(adding.leftText(after), "1 of 2 feeds is not added.");
  assert.deepEqual([drafts[0]?.refusal, drafts[0]?.settings], ["", kPlain]);
  const again = adderOf();
  const last = await adding.addAll(after, [], again);
  assert.deepEqual(again.asked, ["feed a of so-a"]);
  assert.deepEqual(last.map(({ refusal }) => refusal), ["", ""]);
});

test("a source that cannot be made leaves its feed for another try", async () => {
  const [after] = await adding.addAll([adding.draftOf(foundOf({ title: "Echo" }), [])], [], adderOf((what) => what.startsWith("source")));
  assert.deepEqual([after?.isMade, after?.isAdded, after?.credit.id, after?.refusal], [false, false, "", "It is busy."]);
  assert.equal(adding.leftText(after ? [after] : []), "The feed is not added.");
});

test("an interval that is none of ours stays a choice, in its place", () => {
  const keys = [...adding.intervalChoices(120).keys()];
  assert.deepEqual(keys.slice(0, 4), ["", "15", "60", "120"]);
  assert.equal(adding.intervalChoices(null).get("300"), "Every 5 minutes");
});

test("only what was changed is sent", () => {
  const before = { ...adding.kFresh, topics: ["Sport"], id: "fe1", url: "https://a.example/" };
  assert.deepEqual(adding.changesOf(before, { ...before, topics: ["Sport"] }), {});
  assert.deepEqual(adding.changesOf(before, { ...before, alert: "minor", topics: [] }), { alert: "minor", topics: [] });
  assert.deepEqual(adding.changesOf({ ...before, alert: "minor" }, before), { alert: null });
  assert.deepEqual(adding.changesOf(before, { ...before, url: "https://b.example/" }), { url: "https://b.example/" });
});

test("topics are the site's and those that the feed has besides", () => {
  assert.deepEqual(adding.topicChoices(["Sport", "Coast"], ["Old", "Sport"]), ["Sport", "Coast", "Old"]);
  assert.deepEqual(adding.toggled(["a", "b"], "b", false), ["a"]);
  assert.deepEqual(adding.toggled(["a"], "a", true), ["a"]);
  const feed = { alert: "major", topics: ["Sport"] } as Feed;
  assert.equal(adding.settingsText(feed), "Alerts: major. Topics: Sport.");
  assert.equal(adding.settingsText({ ...feed, alert: null, topics: [] }), "No alerts.");
});

test("an import says what became of the list", () => {
  assert.equal(adding.importedText({ added: 1, known: 0, left_out: 0 }), "1 feed added.");
  assert.match(adding.importedText({ added: 12, known: 3, left_out: 1 }), /^12 feeds added, 3 followed already, 1 left out, /);
});

test("a list is read in the encoding that it declares, and declares none afterwards", () => {
  const list = (encoding: string) => `<?xml version="1.0" encoding="${encoding}" ?><opml title="\xe9"/>`;
  assert.equal(adding.xmlText(bytesOf(list("ISO-8859-1"))), `<?xml version="1.0" ?><opml title="\xe9"/>`);
  assert.equal(adding.xmlText(new TextEncoder().encode(`\ufeff${list("UTF-8")}`)), `<?xml version="1.0" ?><opml title="\xe9"/>`);
  const wide = new Uint8Array(Uint16Array.from(`\ufeff${list("utf-16")}`, (c) => c.charCodeAt(0)).buffer);
  assert.equal(adding.xmlText(wide), `<?xml version="1.0" ?><opml title="\xe9"/>`);
  assert.equal(adding.xmlText(bytesOf(list("x-nobody").replace("\xe9", "e"))), `<?xml version="1.0" ?><opml title="e"/>`);
  assert.equal(adding.xmlText(bytesOf("<opml/>")), "<opml/>");
});
