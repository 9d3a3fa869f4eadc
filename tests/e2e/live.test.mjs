// SPDX-License-Identifier: Apache-2.0
// Pages that are open while something happens, and conversations, in Chromium with sample pages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launchChromium } from "./chromium.mjs";
import { pretendToSubscribe } from "./pretend.mjs";
import { serveForeignPage, servePages } from "./preview.mjs";

const kThread = "/t/0000000000005";
const patience = { timeout: 10_000 };
let site, browser, story;

before(async () => {
  site = await servePages();
  browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(site.origin);
  story = await page.$eval(".card h2 a", (link) => link.href);
  await page.close();
});

after(async () => {
  await browser?.close();
  site?.close();
});

const storyId = () => story.slice(-13);

// A reader of their own at `address`, once its stream is open.
async function at(address, work, prepare) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (line) => {
    if (/Content Security Policy|Refused/.test(line.text())) problems.push(line.text());
  });
  Object.assign(site.api, { calls: [], also: undefined, refusal: undefined });
  Object.assign(site.live, { asked: [], refusal: 0 });
  try {
    await prepare?.(page, context);
    await page.goto(address);
    await until(() => site.live.streams.size > 0 || site.live.refusal);
    await work(page, context);
  } finally {
    await context.close();
    await until(() => site.live.streams.size === 0);
  }
  assert.deepEqual(problems, []);
}

async function until(condition) {
  const end = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`never: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const press = (page, text, root = "body") =>
  page.evaluate((label, within) => {
    const host = document.querySelector(within);
    const all = [...(host.shadowRoot ?? host).querySelectorAll("button")];
    const found = all.find((b) => b.textContent.includes(label));
    if (!found) throw new Error(`no button ${label}: ${all.map((b) => b.textContent)}`);
    found.click();
  }, text, root);

const says = (page, selector, pattern) =>
  page.waitForFunction(
    (where, text) => {
      const host = document.querySelector(where);
      return new RegExp(text).test((host?.shadowRoot ?? host)?.textContent ?? "");
    },
    patience, selector, pattern);

const cardOf = (id, headline) =>
  `<article class="card"><div><h2><a href="/s/x-${id}">${headline}</a></h2>` +
  `<p class="meta"><time datetime="2026-11-23T09:41:00Z">now</time></p></div></article>`;

const storyEvent = (id, headline, state = "published") => ({
  story: id,
  story_card: { id, headline, path: `/s/x-${id}`, state, html: cardOf(id, headline) },
});

// ---- Pages that are open ----

test("new reports wait behind a button, and nothing moves until it is pressed", () =>
  at(site.origin, async (page) => {
    const before = await page.$$eval(".stories li", (items) => items.length);
    site.live.send("story", 101, storyEvent("0000000000aaa", "Bridge opens"));
    site.live.send("story", 102, storyEvent("0000000000bbb", "Ferry sails"));
    await says(page, "tocsin-live", "2 new reports");
    assert.equal(await page.$$eval(".stories li", (items) => items.length), before);
    await press(page, "2 new reports", "tocsin-live");
    const titles = await page.$$eval(".stories h2", (all) => all.map((h2) => h2.textContent));
    assert.deepEqual(titles.slice(0, 2), ["Ferry sails", "Bridge opens"]);
    assert.equal(titles.length, before + 2);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Ferry sails");
    assert.equal(await page.$eval("tocsin-live", (element) => element.textContent), "");
  }));

test("a correction is marked in place", () =>
  at(site.origin, async (page) => {
    site.live.send("story", 103, storyEvent(storyId(), "Quake of 6.9", "corrected"));
    await page.waitForFunction(
      () => document.querySelector(".card h2").textContent === "Quake of 6.9", patience);
    assert.equal(await page.$eval(".card .flag", (flag) => flag.textContent), "Corrected");
    site.live.send("story", 104, storyEvent(storyId(), "Quake of 6.9", "withdrawn"));
    await says(page, ".card", "Withdrawn");
    assert.equal(await page.$eval(".card", (card) => card.querySelector(".excerpt")), null);
  }));

test("a page that has lost its place says so, and does not load itself again", () =>
  at(site.origin, async (page) => {
    await page.evaluate(() => (window.isSame = true));
    site.live.send("resync", 900);
    await says(page, "tocsin-live", "Show what is new");
    assert.equal(await page.evaluate(() => window.isSame), true);
    site.live.send("story", 901, storyEvent("0000000000ccc", "After that"));
    await says(page, "tocsin-live", "1 new report");
  }));

test("all elements of a page share one stream, which starts where the page stands", () =>
  at(story, async () => {
    assert.equal(site.live.asked.length, 1);
    assert.equal(site.live.asked[0], `story=${storyId()}&conversation=${storyId()}&after=0`);
  }));

test("who looks at the page learns of an alert there", () =>
  at(site.origin, async (page) => {
    const alert = (title) => ({ alert: { id: "a1", title, body: "Go uphill.", url: story, tag: "t1" } });
    site.live.send("alert", 105, alert("Tsunami warning"));
    await says(page, "tocsin-live", "Tsunami warning Go uphill.");
    site.live.send("alert", 106, alert("Warning lifted"));
    await says(page, "tocsin-live", "Warning lifted");
    assert.equal(await page.$$eval("tocsin-live .alert", (all) => all.length), 1);
    const isSeen = (id) => page.evaluate((asked) => new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data);
      navigator.serviceWorker.dispatchEvent(
        new MessageEvent("message", { data: { tocsinAsks: asked }, ports: [port2] }));
    }), id);
    assert.equal(await isSeen("a1"), true);
    assert.equal(await isSeen("a2"), false);
    await press(page, "Dismiss", "tocsin-live");
    assert.equal(await page.$("tocsin-live .alert"), null);
  }));

test("entries of a developing story appear, key moments above them, changes in place", () =>
  at(site.origin + kThread, async (page) => {
    const entry = (id, change) => ({
      entry: { id, headline: "New", text: "<p>So it is.</p>", is_key: false, correction: "",
        is_withdrawn: false, author: "Ana", published: new Date().toISOString(), ...change },
    });
    const tops = () => page.evaluate(() =>
      ["ol.entries", ".keys ol.entries"].map((list) =>
        document.querySelector(`.thread ${list === "ol.entries" ? "> ol.entries" : list} h3`).textContent));
    site.live.send("entry", 107, entry("0000000000e01", { headline: "Cranes move" }));
    site.live.send("entry", 108, entry("0000000000e02", { headline: "Port reopens", is_key: true }));
    await says(page, ".thread", "Port reopens");
    assert.deepEqual(await tops(), ["Cranes move", "Port reopens"]);
    site.live.send("entry", 109, entry("0000000000e01", { headline: "Cranes move", is_key: true,
      correction: "One crane." }));
    await says(page, ".thread .keys", "Correction: One crane.");
    assert.equal(await page.$$eval("#e-0000000000e01", (all) => all.length), 1);
    site.live.send("entry", 110, entry("0000000000e02", { is_withdrawn: true }));
    await page.waitForFunction(() => !document.getElementById("e-0000000000e02"), patience);
  }));

test("an entry does not push down what is being read", () =>
  at(site.origin + kThread, async (page) => {
    await page.setViewport({ width: 390, height: 400 });
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    const where = () => page.$eval(".related h2", (h2) => h2.getBoundingClientRect().top);
    const before = await where();
    site.live.send("entry", 111, { entry: { id: "0000000000e09", headline: "Late", text: "",
      is_key: false, correction: "", is_withdrawn: false, author: "", published: "2026-11-23T09:41:00Z" } });
    await says(page, "tocsin-live", "1 new update");
    assert.equal(await page.$("#e-0000000000e09"), null);
    assert.equal(await where(), before);
  }));

test("a refused stream is asked for again after five seconds or more", () =>
  at(site.origin, async (page) => {
    await until(() => site.live.asked.length === 1);
    await page.waitForFunction(() => window.delays.some((delay) => delay >= 5_000));
    const delays = await page.evaluate(() => window.delays.filter((delay) => delay >= 5_000));
    assert.ok(delays.every((delay) => delay <= 300_000), String(delays));
    assert.equal(site.live.asked.length, 1);
  }, async (page) => {
    site.live.refusal = 503;
    await page.evaluateOnNewDocument(() => {
      window.delays = [];
      const { setTimeout } = window;
      window.setTimeout = (task, delay, ...more) => {
        window.delays.push(delay);
        return setTimeout(task, delay, ...more);
      };
    });
  }));

test("a page that nobody looks at lets its stream go, and asks for what it missed", () =>
  at(site.origin, async (page) => {
    site.live.send("story", 113, storyEvent("0000000000aaa", "Bridge opens"));
    await says(page, "tocsin-live", "1 new report");
    await page.evaluate(() => window.look("hidden"));
    await until(() => site.live.streams.size === 0);
    await page.evaluate(() => window.look("visible"));
    await until(() => site.live.streams.size === 1);
    assert.equal(site.live.asked.at(-1), "front=1&after=113");
  }, (page) => page.evaluateOnNewDocument(() => {
    const later = window.setTimeout.bind(window); // a minute is short here
    window.setTimeout = (work, ms, ...rest) => later(work, ms >= 60_000 ? 50 : ms, ...rest);
    let state = "visible";
    Object.defineProperty(document, "visibilityState", { get: () => state });
    window.look = (as) => {
      state = as;
      document.dispatchEvent(new Event("visibilitychange"));
    };
  })));

test("a foreign page lists what comes, with addresses of ours", async () => {
  const foreign = await serveForeignPage(
    `<!doctype html><title>f</title><tocsin-live front></tocsin-live>
     <script src="${site.origin}/tocsin.js" async></script>`);
  await at(foreign.origin, async (page) => {
    assert.equal(site.live.asked[0], "front=1");
    site.live.send("resync", 5);
    site.live.send("story", 112, storyEvent("0000000000aaa", "Bridge opens"));
    await says(page, "tocsin-live", "1 new report");
    await press(page, "1 new report", "tocsin-live");
    const href = await page.$eval("tocsin-live", (live) => live.shadowRoot.querySelector("h2 a").href);
    assert.equal(href, `${site.origin}/s/x-0000000000aaa`);
  });
  foreign.close();
});

test("no page that goes live is wider than a telephone", () =>
  at(story, async (page) => {
    await page.setViewport({ width: 320, height: 640 });
    for (const address of [story, `${story}/comments`, site.origin + kThread]) {
      await page.goto(address);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 320, `${address} is ${width} px wide`);
    }
  }));

// ---- Conversations ----

const kPolicy = { characters_max: 50, has_votes: true, edit_minutes: 5 };
const opening = (state, change = {}) =>
  ({ state, why: state === "open" ? "open" : "by_hand", since: null, message: "", changes: null, ...change });
const comment = (id, change = {}) => ({
  id, story: storyId(), parent: null, name: "Ana", badge: "", html: "<p>Said.</p>",
  state: "published", is_featured: false, votes: 0, created: "2026-11-23T09:41:00Z", edited: null,
  permalink: `${site.origin}/c/${id}`, ...change,
});
const own = (id, change = {}) => comment(id, {
  mine: true, text: "Said.", statement: "", can_edit_until: "2099-01-01T00:00:00Z",
  is_appealed: false, ...change,
});

// A server that makes readers and takes comments; `changes` are answers of its own.
function converses(changes = {}) {
  site.api.also = (method, target, body) => {
    const path = target.split("?")[0].replace("/api/v1", "");
    const given = changes[`${method} ${path}`];
    if (given) return typeof given === "function" ? given(body) : given;
    if (path === "/puzzle") return [200, { challenge: "c", difficulty: 8 }];
    if (path === "/readers") return [201, { token: "t0k", reader: { name: body.name } }];
    if (method === "POST" && path.endsWith("/comments")) {
      return [201, own("0000000000xyz", { html: `<p>${body.text}</p>`, parent: body.parent ?? null })];
    }
    if (method === "GET" && path.endsWith("/comments")) {
      return [200, { opening: opening("open"), count: 1, policy: kPolicy, sequence: 0,
        items: [comment("0000000000001")] }];
    }
    return undefined;
  };
}

const write = (page, text, name) =>
  page.evaluate((said, who) => {
    const host = document.querySelector("tocsin-comments");
    const root = host.shadowRoot ?? host;
    const area = root.querySelector(".compose textarea");
    area.value = said;
    area.dispatchEvent(new Event("input"));
    if (who) root.querySelector(".compose .named input").value = who;
    const send = root.querySelector(".compose [type=submit]");
    send.click();
    send.click(); // a finger that trembles
  }, text, name);

const posted = () => site.api.calls.filter(({ method, target }) =>
  method === "POST" && target.endsWith("/comments"));

test("a reader who only reads asks the API for no comments", () =>
  at(story, async (page) => {
    await page.waitForSelector(".compose:not([hidden])", patience);
    assert.match(await page.$eval("tocsin-comments h2", (h2) => h2.textContent), /7 comments/);
    assert.deepEqual(site.api.calls.filter(({ target }) => /comments/.test(target)), []);
    assert.equal(await page.$$eval(".comment .actions", (all) => all.length), 7);
  }));

test("pressing twice posts once, after a name and some work", () =>
  at(story, async (page) => {
    converses();
    await page.waitForSelector(".compose:not([hidden])", patience);
    await write(page, "We are up.", "Marta");
    await says(page, "tocsin-comments", "Your comment is published");
    assert.equal(posted().length, 1);
    assert.match(posted()[0].headers["idempotency-key"], /.{16,}/);
    assert.equal(posted()[0].headers.authorization, "Bearer t0k");
    await says(page, "tocsin-comments", "You write as Marta");
    site.live.send("comment", 120, { story: storyId(), comment: comment("0000000000xyz") });
    site.live.send("comment", 121, { story: storyId(), comment: comment("0000000000xzz") });
    await page.waitForSelector("#c-0000000000xzz", patience);
    assert.equal(await page.$$eval("#c-0000000000xyz", (all) => all.length), 1);
    assert.match(await page.$eval("tocsin-comments h2", (h2) => h2.textContent), /9 comments/);
  }));

test("nothing written is lost: not by a refusal, not by a reload", () =>
  at(story, async (page) => {
    converses({ [`POST /stories/${storyId()}/comments`]: [429, { title: "Too fast", detail: "Wait." }] });
    await page.waitForSelector(".compose:not([hidden])", patience);
    await write(page, "Something long.", "Marta");
    await says(page, "tocsin-comments", "Too fast: Wait.");
    await page.reload();
    await page.waitForSelector(".compose:not([hidden])", patience);
    assert.equal(await page.$eval(".compose textarea", (area) => area.value), "Something long.");
  }));

test("an answer stands below what it answers, and below the sixth level it stands beside it", () =>
  at(story, async (page) => {
    converses();
    await page.waitForSelector(".compose:not([hidden])", patience);
    await page.$eval("#c-000000000000b .actions button", (answer) => answer.click());
    await says(page, ".compose", "Your answer to Marta Vidal");
    await write(page, "Yes.", "Bo");
    await says(page, "tocsin-comments", "is published");
    assert.equal(posted()[0].body.parent, "000000000000b");
    let parent = "0000000000xyz"; // on the second level
    for (let level = 3; level <= 8; ++level) {
      const id = `000000000000${level}`.slice(-13).replace(/^0/, "1");
      site.live.send("comment", 130 + level, { story: storyId(), comment: comment(id, { parent, name: `L${level}` }) });
      parent = id;
    }
    await page.waitForSelector(`#c-${parent}`, patience);
    const depth = await page.$eval(`#c-${parent}`, (at) => {
      let levels = 0;
      for (let e = at; e; e = e.parentElement) if (e.localName === "ol") ++levels;
      return levels;
    });
    assert.equal(depth, 6);
    assert.match(await page.$eval(`#c-${parent}`, (at) => at.textContent), /In answer to L7/);
    const changed = comment(parent, { parent: "1000000000007", name: "L8", html: "<p>Changed.</p>" });
    site.live.send("comment", 139, { story: storyId(), comment: changed });
    await says(page, `#c-${parent}`, "Changed");
    assert.match(await page.$eval(`#c-${parent}`, (at) => at.textContent), /In answer to L7/);
  }));

test("an open page shows how often a comment is recommended", () =>
  at(story, async (page) => {
    const item = comment("0000000000xyz", { votes: 2 });
    site.live.send("comment", 150, { story: storyId(), comment: item });
    await says(page, "#c-0000000000xyz", "Recommend \\(2\\)");
    await page.$eval("#c-0000000000xyz [aria-pressed]", (vote) => vote.focus());
    site.live.send("votes", 151, { story: storyId(), count: { comment: "0000000000xyz", votes: 3 } });
    await says(page, "#c-0000000000xyz", "Recommend \\(3\\)");
    assert.ok(await page.$eval("#c-0000000000xyz [aria-pressed]", (vote) => vote === document.activeElement));
  }));

test("a conversation closes and opens before the reader's eyes", () =>
  at(story, async (page) => {
    await page.waitForSelector(".compose:not([hidden])", patience);
    site.live.send("conversation", 140, { story: storyId(), opening: opening("closed",
      { since: "2026-11-25T18:00:00Z", message: "Good night." }) });
    await says(page, "tocsin-comments", "Comments are closed since .*2026.*: Good night.");
    // A moment ago, it still says which.
    site.live.send("conversation", 1405, { story: storyId(), opening: opening("closed",
      { since: new Date().toISOString(), message: "Just now." }) });
    await says(page, "tocsin-comments", "Just now.");
    await page.evaluate(() => document.dispatchEvent(new Event("tocsin-times")));
    assert.match(await page.$eval(".opening", (line) => line.textContent), /since .*20\d\d/);
    assert.ok(await page.$(".compose[hidden]"));
    assert.ok(await page.$eval(".instead", (line) => line.offsetHeight > 0 && /Earthquake/.test(line.textContent)));
    assert.equal(await page.$eval(".needs-open", (b) => b.offsetHeight), 0);
    site.live.send("conversation", 1410, { story: storyId(), opening: opening("open") });
    await page.waitForSelector(".compose:not([hidden])", patience);
    assert.equal(await page.$eval(".instead", (line) => line.offsetHeight), 0);
  }));

test("a report says on which ground and why", () =>
  at(story, async (page) => {
    converses({ "POST /comments/000000000000b/reports": [201, {}] });
    await page.waitForSelector(".compose:not([hidden])", patience);
    await page.evaluate(() => {
      const row = document.querySelector("#c-000000000000b .actions");
      [...row.querySelectorAll("button")].find((b) => b.textContent === "Report").click();
      row.querySelector("select").value = "hate";
      row.querySelector("textarea").value = "Look.";
      [...row.querySelectorAll("button")].find((b) => b.textContent === "Report it").click();
    });
    await says(page, "#c-000000000000b", "Thank you");
    const sent = site.api.calls.find(({ target }) => target.endsWith("/reports"));
    assert.deepEqual(sent.body, { ground: "hate", text: "Look." });
  }));

test("a rejected comment tells its writer why, and can be appealed", () =>
  at(story, async (page) => {
    const rejected = own("0000000000rrr", { state: "rejected", statement: "It has the word casino." });
    converses({
      [`POST /stories/${storyId()}/comments`]: [201, rejected],
      "POST /comments/0000000000rrr/appeal": [200, { ...rejected, is_appealed: true }],
    });
    await page.waitForSelector(".compose:not([hidden])", patience);
    await write(page, "The casino burns.", "Bo");
    await says(page, "#c-0000000000rrr .ruling", "not published. It has the word casino.");
    await press(page, "Ask for another look", "#c-0000000000rrr");
    await press(page, "Ask a moderator", "#c-0000000000rrr");
    await says(page, "#c-0000000000rrr .ruling", "You asked for another look");
  }));

test("characters are counted as a reader counts them, and too many are not sent", () =>
  at(story, async (page) => {
    await page.waitForSelector(".compose:not([hidden])", patience);
    await page.$eval(".compose textarea", (area) => {
      area.value = "\u{1f469}\u200d\u{1f680}".repeat(1_990);
      area.dispatchEvent(new Event("input"));
    });
    await says(page, ".compose .left", "^10 characters left$");
    await write(page, "x".repeat(2_001), "Bo");
    await says(page, ".compose .left", "^1 character too many$");
    assert.equal(posted().length, 0);
  }, async () => converses()));

test("a permalink leads to the comment and marks it", () =>
  at(`${story}/comments#c-000000000000f`, async (page) => {
    await page.waitForSelector("#c-000000000000f.named", patience);
    await until(() => page.$eval("#c-000000000000f", (at) => {
      const { top, bottom } = at.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    }));
  }));

test("another order is asked of the server", () =>
  at(story, async (page) => {
    converses();
    await page.waitForSelector(".compose:not([hidden])", patience);
    await page.select(".sorting", "votes");
    await until(() => site.api.calls.some(({ target }) => target.endsWith("comments?sort=votes")));
    await page.waitForFunction(() => document.querySelectorAll(".comment").length === 1, patience);
  }));

test("a reader signs in again by a link to this device, and comes back", () =>
  at(story, async (page) => {
    converses({
      "POST /sign-in": [202, {}],
      "POST /sign-in/confirm": (body) => [200, { token: "t1", reader: { name: `Ana ${body.code}` } }],
    });
    await page.waitForSelector(".compose:not([hidden])", patience);
    await press(page, "I have commented here before", "tocsin-comments");
    await page.waitForSelector(".who input", patience);
    await page.type(".who input", "ana@example.org");
    await press(page, "Send a link by e-mail", "tocsin-comments");
    await says(page, "tocsin-comments", "a link is on its way");
    assert.deepEqual(site.api.calls.at(-1).body, { email: "ana@example.org" });
    await page.goto(`${site.origin}/sign-in#c0de`);
    await says(page, "tocsin-sign-in", "You are signed in as Ana c0de");
    assert.equal(page.url(), `${site.origin}/sign-in`);
    assert.equal(await page.$eval("tocsin-sign-in a", (link) => link.href), story);
    await page.goto(story);
    await says(page, "tocsin-comments", "You write as Ana c0de");
  }));

test("a link that adds an address is confirmed where its reader is not signed in", () =>
  at(story, async (page) => {
    converses({
      "POST /sign-in/confirm": (body) =>
        body.is_confirmed
          ? [200, { token: "t2", reader: { name: "Eva" } }]
          : [409, { title: "Not confirmed", detail: "the link adds this address to the account of Eva" }],
    });
    await page.goto(`${site.origin}/sign-in#adds`);
    await says(page, "tocsin-sign-in", "the account of Eva");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Add the address");
    await page.keyboard.press("Enter");
    await says(page, "tocsin-sign-in", "You are signed in as Eva");
  }));

test("a foreign page has the conversation in a root of its own", async () => {
  const foreign = await serveForeignPage(
    `<!doctype html><title>f</title><tocsin-comments story="${storyId()}"></tocsin-comments>
     <script src="${site.origin}/tocsin.js" async></script>`);
  await at(foreign.origin, async (page) => {
    await says(page, "tocsin-comments", "Said\\.");
    await write(page, "From afar.", "Bo");
    await says(page, "tocsin-comments", "From afar\\.");
    assert.equal(posted().length, 1);
    const isInside = await page.$eval("tocsin-comments", (host) =>
      host.children.length === 0 && host.shadowRoot.querySelectorAll(".comment").length === 2);
    assert.ok(isInside);
  }, async () => converses());
  foreign.close();
});

test("a device that has alerts is told when the conversation closes", () =>
  at(story, async (page) => {
    converses({ [`POST /stories/${storyId()}/followers`]: [200, { closing: true }] });
    await says(page, "tocsin-comments", "Tell me on this device when it closes");
    await press(page, "when it closes", "tocsin-comments");
    await says(page, "tocsin-comments", "This device will be told");
    const sent = site.api.calls.find(({ target }) => target.endsWith("/followers"));
    assert.equal(sent.body.closing, true);
    await press(page, "of every comment", "tocsin-comments");
    await says(page, "tocsin-comments", "This device will be told of every comment");
    const every = site.api.calls.filter(({ target }) => target.endsWith("/followers")).at(-1);
    assert.equal(every.body.all, true);
    assert.equal(every.body.closing, undefined);
    assert.match(sent.body.subscription, /^device-/);
  }, async (page) => {
    await pretendToSubscribe(page);
    await page.goto(`${site.origin}/following`);
    await says(page, "tocsin-follow", "Get real-time updates");
    await press(page, "Get real-time updates", "tocsin-follow");
    await says(page, "tocsin-follow", "Alerts are on");
  }));
