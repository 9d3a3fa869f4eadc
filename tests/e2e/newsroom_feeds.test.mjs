// SPDX-License-Identifier: Apache-2.0
// The feeds in the dashboard, with the interface in memory: found, added, changed, held, in trouble.
import assert from "node:assert/strict";
import { test } from "node:test";

import { faults, inNewsroom, label, noFaults, posts, press, says, tabTo } from "./newsroom_page.mjs";

test("a held alert is sent by the keyboard alone, after a question", () =>
  inNewsroom(async (page, newsroom) => {
    await page.waitForSelector(".held li");
    const label = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent);
    for (let i = 0; i < 60 && !/^Release/.test(await label()); ++i) await press(page, "Tab");
    const title = (await label()).replace("Release: ", "");
    await press(page, "Enter");
    await page.waitForSelector("dialog[open]");
    assert.deepEqual(await page.evaluate(faults), []);
    assert.deepEqual(newsroom.calls.filter(({ url }) => /release/.test(url)), []);
    for (let i = 0; i < 10 && (await label()) !== "Send it now"; ++i) await press(page, "Tab");
    await press(page, "Enter");
    await says(page, `Released: ${title}`, "[role=status][aria-live]");
    assert.equal(newsroom.calls.filter(({ url }) => /release/.test(url)).length, 1);
    await page.waitForFunction(() => document.querySelectorAll(".held li").length === 3 && document.activeElement.id === "held");
  }, { hash: "#/feeds" }));

test("all that is held of a feed is dismissed at once, and a refusal is told", () =>
  inNewsroom(async (page, newsroom) => {
    await page.waitForSelector(".held li");
    newsroom.refuse("POST", /dismiss-held/, 503, 1);
    await page.click(".held .pagehead button");
    await page.waitForSelector("dialog[open]");
    await page.click("dialog .danger");
    await says(page, "Not saved: The server is busy", "dialog");
    await page.click("dialog .danger");
    await says(page, "4 alerts dismissed", "[role=status][aria-live]");
    await page.waitForFunction(() => !document.querySelector(".held"));
  }, { hash: "#/feeds/fe00000000101" }));

test("a feed is fetched at once, and why it cannot be is told", () =>
  inNewsroom(async (page, newsroom) => {
    await page.waitForSelector(".rows li");
    await page.click("[aria-label='Fetch now: Coast Wire']");
    await says(page, "Coast Wire is fetched as soon as its server allows", "[role=status][aria-live]");
    newsroom.refuse("POST", /fetch/, 409, 1);
    await page.click("[aria-label='Fetch now: The Valley Post']");
    await says(page, "Not saved: The server is busy");
  }, { hash: "#/feeds" }));

const findFeeds = async (page, address = "island.example") => {
  await page.waitForSelector(".rows li");
  await press(page, "n");
  await page.waitForSelector("dialog[open]");
  await page.keyboard.type(address);
  await press(page, "Enter");
  await page.waitForFunction(() => document.activeElement.id === "found");
};

test("a feed is found, chosen and added by the keyboard alone", () =>
  inNewsroom(async (page, newsroom) => {
    await findFeeds(page);
    await says(page, "4 feeds found, 2 to add", "dialog");
    await says(page, "RSS 2.0, 30 items, whole texts, tells at once.*The night ferry sails again", "dialog");
    await says(page, "followed already.*The document ends in the middle", "dialog");
    await noFaults(page);
    await tabTo(page, /^Island Echo$/);
    await press(page, "Space");
    await tabTo(page, /^Go on$/);
    await press(page, "Enter");
    await page.waitForSelector(".draft");
    await noFaults(page);
    assert.equal(await label(page), "Source");
    await tabTo(page, /^Harbour$/);
    await press(page, "Space");
    await tabTo(page, /^Alert/);
    await page.keyboard.type("Maj");
    await tabTo(page, /^Add 1 feed$/);
    await press(page, "Enter");
    await says(page, "Island Echo is added", "[role=status][aria-live]");
    await says(page, "Island Echo\\s*Not fetched yet", "[aria-labelledby=all]");
    assert.equal(await page.$("dialog"), null);
    assert.equal(newsroom.sources.at(-1).name, "Island Echo");
    const [sent] = posts(newsroom, "/feeds");
    assert.deepEqual(sent, {
      topics: ["Harbour"], alert: "major", interval_seconds: null, is_own: false, enabled: true,
      site: "si00000000100", source: newsroom.sources.at(-1).id, url: "https://island.example/feed.xml",
    });
  }, { hash: "#/feeds" }));

const chooseTwo = async (page) => {
  await findFeeds(page);
  await page.click("#found-0");
  await page.click("#found-1");
  await page.click(".found .primary");
  await page.waitForSelector(".draft + .draft");
};

test("of several feeds each has its source, and one that is refused is tried again alone", () =>
  inNewsroom(async (page, newsroom) => {
    const before = newsroom.feeds.length;
    await chooseTwo(page);
    newsroom.refuse("POST", /feeds$/, 503, 1);
    await page.click("dialog .primary");
    await says(page, "Credited to Island Echo.\\s*Not added: The server is busy.*Island Echo: Sport\\s*added.*1 of 2 feeds is not added", "dialog");
    await noFaults(page);
    await page.click("dialog .primary");
    await says(page, "2 feeds are added", "[role=status][aria-live]");
    assert.deepEqual(posts(newsroom, "/sources").map(({ name }) => name), ["Island Echo", "Island Echo: Sport"]);
    assert.deepEqual(posts(newsroom, "/feeds").map(({ source }) => source).slice(1), newsroom.sources.slice(-2).map(({ id }) => id).reverse());
    assert.equal(newsroom.feeds.length, before + 2);
  }, { hash: "#/feeds" }));

test("several feeds are named and set one by one, by the keyboard alone", () =>
  inNewsroom(async (page, newsroom) => {
    await chooseTwo(page);
    await tabTo(page, /^Name of the source$/);
    await press(page, "Tab");
    await tabTo(page, /^Name of the source$/); // Of the second.
    assert.equal(await page.evaluate(() => document.activeElement.value), "Island Echo: Sport");
    await page.evaluate(() => document.activeElement.select());
    await page.keyboard.type("island echo");
    await tabTo(page, /^The same settings for all$/);
    await press(page, "Space");
    await page.waitForFunction(() => document.querySelectorAll(".draft .topics").length === 2);
    await noFaults(page);
    const inDraft = async (n, wanted) => { // The same labels stand in each.
      const isIn = () => page.evaluate((at) => document.querySelectorAll(".draft")[at].contains(document.activeElement), n);
      for (let i = 0; i < 60 && !(await isIn()); ++i) await press(page, "Tab");
      await tabTo(page, wanted);
    };
    await inDraft(0, /^Harbour$/);
    await press(page, "Space");
    await inDraft(1, /^Sport$/);
    await press(page, "Space");
    await tabTo(page, /^Alert/);
    await page.keyboard.type("Maj");
    await tabTo(page, /^Add 2 feeds$/);
    await press(page, "Enter");
    await says(page, "2 feeds are added", "[role=status][aria-live]");
    assert.deepEqual(posts(newsroom, "/sources").map(({ name }) => name), ["Island Echo"]);
    const sent = posts(newsroom, "/feeds");
    assert.deepEqual(sent.map(({ topics, alert }) => [topics, alert]), [[["Harbour"], null], [["Sport"], "major"]]);
    assert.equal(new Set(sent.map(({ source }) => source)).size, 1);
  }, { hash: "#/feeds" }));

test("a feed that is gone says so, and is given its present address", () =>
  inNewsroom(async (page, newsroom) => {
    await says(page, "gone for good.*not fetched any more, until somebody asks.*20 fetches in .* brought news, 3 failed", "#main");
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is wider than the page");
    await tabTo(page, /^Change$/);
    await press(page, "Enter");
    await tabTo(page, /^Address$/);
    await page.evaluate(() => document.activeElement.select());
    await page.keyboard.type("https://fishers.example/news.xml");
    await press(page, "Enter");
    await says(page, "fishers.example/news.xml", ".health");
    assert.deepEqual(newsroom.calls.find(({ method }) => method === "PATCH").body, { url: "https://fishers.example/news.xml" });
  }, { hash: "#/feeds/fe00000000106", width: 390 }));

test("a topic that came after the sign-in is offered", () =>
  inNewsroom(async (page, newsroom) => {
    await page.waitForSelector(".health");
    newsroom.topics.push("Elections");
    await tabTo(page, /^Change$/);
    await press(page, "Enter");
    await says(page, "Elections", "dialog .topics");
  }, { hash: "#/feeds/fe00000000101" }));

test("a search tells that it runs, is stopped, and says what was wrong", () =>
  inNewsroom(async (page, newsroom) => {
    await page.waitForSelector(".rows li");
    let answer;
    newsroom.finding = new Promise((resolve) => { answer = resolve; });
    await press(page, "n");
    await page.waitForSelector("dialog[open]");
    await page.keyboard.type("slow.example");
    await press(page, "Enter");
    await says(page, "Looking for feeds", "dialog [role=status]");
    await noFaults(page);
    await tabTo(page, /^Stop$/);
    await press(page, "Enter");
    await page.waitForFunction(() => !document.querySelector("dialog [role=status]").textContent);
    assert.match(await label(page), /^Address/);
    answer();
    await page.waitForNetworkIdle({ idleTime: 100 });
    assert.equal(await page.$(".found"), null);
    await page.keyboard.type(" and more");
    await press(page, "Enter");
    await says(page, "This address cannot be used: is not an address", "dialog");
    await noFaults(page);
    await press(page, "Escape");
    await page.waitForFunction(() => !document.querySelector("dialog"));
    await findFeeds(page, "nothing.example");
    await says(page, "No feed was found there", "dialog");
  }, { hash: "#/feeds" }));

test("a feed is changed, and removed after a question", () =>
  inNewsroom(async (page, newsroom) => {
    await page.waitForSelector(".health");
    await tabTo(page, /^Change$/);
    await press(page, "Enter");
    await page.waitForSelector("dialog[open]");
    await noFaults(page);
    await tabTo(page, /^Traffic$/);
    await press(page, "Space");
    await tabTo(page, /^Fetched$/);
    await page.keyboard.type("Every 5");
    await tabTo(page, /^Save$/);
    await press(page, "Enter");
    await says(page, "Topics: Harbour\\.", ".health");
    assert.deepEqual(newsroom.calls.find(({ method }) => method === "PATCH").body, { topics: ["Harbour"], interval_seconds: 300 });
    await tabTo(page, /^Remove$/);
    await press(page, "Enter");
    await page.waitForSelector("dialog[open]");
    await noFaults(page);
    const before = newsroom.feeds.length;
    await tabTo(page, /^Remove it$/);
    await press(page, "Enter");
    await says(page, "Harbour Board is removed", "[role=status][aria-live]");
    await page.waitForFunction((count) => location.hash === "#/feeds" && document.querySelectorAll("[aria-labelledby=all] .rows li").length === count, {}, before - 1);
  }, { hash: "#/feeds/fe00000000101" }));

test("a list of feeds is imported, and the list of ours is a link", () =>
  inNewsroom(async (page, newsroom) => {
    await page.waitForSelector("[aria-labelledby=lists] a");
    assert.match(await page.$eval("[aria-labelledby=lists] a", (a) => a.href), /\/api\/v1\/opml\?site=si00000000100$/);
    await page.click("[aria-labelledby=lists] button");
    await page.waitForSelector("dialog[open]");
    await noFaults(page);
    await page.evaluate(() => { // As a person would choose it.
      const files = new DataTransfer();
      files.items.add(new File([Uint8Array.from(
        `<?xml version="1.0" encoding="ISO-8859-1"?><opml><outline text="Caf\xe9" xmlUrl="https://cafe.example/feed"/>` +
        `<outline xmlUrl="https://wire.example/feed.xml"/><outline xmlUrl="feed:nothing"/></opml>`, (c) => c.charCodeAt(0))], "list.opml"));
      const input = document.querySelector("input[type=file]");
      input.files = files.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    await page.click("dialog .primary");
    await says(page, "1 feed added, 1 followed already, 1 left out", "dialog [role=status]");
    assert.equal(await label(page), "Done");
    assert.match(posts(newsroom, "/opml")[0].opml, /^<\?xml version="1.0"\?>.*Café/);
    await press(page, "Enter");
    await says(page, "cafe.example");
  }, { hash: "#/feeds" }));

test("the keys of the feeds are told", () =>
  inNewsroom(async (page) => {
    await page.waitForSelector(".rows li");
    await press(page, "?");
    await says(page, "n\\s*Add a feed", "dialog");
    await page.click("dialog input[type=checkbox]");
    await press(page, "Escape", "n");
    assert.equal(await page.$("dialog"), null);
  }, { hash: "#/feeds" }));
