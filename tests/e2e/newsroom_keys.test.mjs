// SPDX-License-Identifier: Apache-2.0
// What can be asked of the dashboard only with the interface in memory: failures, arrivals, hostile
// text, a session that ends; and names, labels and contrast of each page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launchChromium } from "./chromium.mjs";
import { kAda, serveNewsroom } from "./newsroom_mock.mjs";

let browser;
before(async () => {
  browser = await launchChromium();
});
after(() => browser?.close());

// A fresh newsroom and browser profile. What goes wrong in the page fails the test.
async function inNewsroom(work, { hash = "", isSignedIn = true, width = 1280, isHostile = false } = {}) {
  const newsroom = await serveNewsroom();
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width, height: 844 });
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (line) => {
    // The parser of foreign text reports what the policy would refuse, though nothing there runs.
    if (!isHostile && /Content Security Policy|Refused/.test(line.text())) problems.push(line.text());
  });
  await page.exposeFunction("canary", () => problems.push("the page ran foreign script"));
  try {
    await page.goto(`${newsroom.origin}/newsroom/${hash}`, { waitUntil: "networkidle0" });
    if (isSignedIn) await signIn(page);
    await work(page, newsroom);
  } finally {
    await context.close();
    newsroom.close();
  }
  assert.deepEqual(problems, []);
}

async function signIn(page) {
  await page.waitForSelector("input[type=email]");
  await page.keyboard.type(kAda.email); // The field has the focus.
  await page.keyboard.press("Tab");
  await page.keyboard.type(kAda.password);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#main h1");
}

const says = (page, text, selector = "body") =>
  page.waitForFunction(
    (pattern, where) => new RegExp(pattern, "s").test(document.querySelector(where)?.innerText ?? ""),
    { timeout: 10_000 }, text, selector);
const press = async (page, ...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};
const focused = (page) => page.evaluate(() => document.activeElement.id);
const ids = (page) => page.$$eval(".item", (items) => items.map(({ id }) => id));
const rulings = ({ calls }) => calls.filter(({ url }) => url.endsWith("/moderate")).map(({ body }) => body);
const queueIsHere = (page) => page.waitForSelector(".item");

test("a wrong password is told, and how long to wait after several", () =>
  inNewsroom(async (page) => {
    await page.type("input[type=email]", kAda.email);
    await page.type("input[type=password]", "a wrong pass phrase");
    for (let i = 0; i < 3; ++i) {
      await page.keyboard.press("Enter");
      await says(page, "The address or the password is wrong");
      await page.waitForSelector("button:not(:disabled)");
    }
    await page.keyboard.press("Enter");
    await says(page, "Try again in 90 seconds");
  }, { isSignedIn: false }));

test("quick keys go to the comment they point at, and focus goes along", () =>
  inNewsroom(async (page, newsroom) => {
    await queueIsHere(page);
    const [first, second, third] = await ids(page);
    await press(page, "j", "k");
    assert.equal(await focused(page), first);
    await press(page, "p");
    await says(page, "Published");
    assert.equal(await focused(page), second);
    await press(page, "r", "ArrowDown", "Enter");
    await says(page, "Rejected\\.", ".said"); // Not the name of the tab.
    assert.equal(await focused(page), third);
    assert.match(rulings(newsroom)[1].statement, /Your comment is not shown because .* a person will decide/);
  }));

test("undo puts the comment back into the queue", () =>
  inNewsroom(async (page, newsroom) => {
    await queueIsHere(page);
    const [first] = await ids(page);
    await press(page, "p");
    await says(page, "Published");
    await press(page, "u");
    await says(page, "It waits again");
    assert.equal(await focused(page), first);
    await press(page, "p");
    await page.waitForFunction(() => document.querySelectorAll(".decidedline").length === 1);
    assert.deepEqual(rulings(newsroom).map(({ state }) => state), ["published", "held", "published"]);
  }));

test("several are decided and undone at once", () =>
  inNewsroom(async (page, newsroom) => {
    await queueIsHere(page);
    await press(page, "x", "j", "x", "j", "x", "r");
    await says(page, "Reject 3 comments", "dialog");
    await press(page, "Enter");
    await says(page, "Rejected: 3 comments");
    await press(page, "u");
    await page.waitForFunction(() => document.querySelectorAll(".item").length === 5);
    await page.waitForNetworkIdle();
    assert.equal(rulings(newsroom).length, 6);
  }));

test("what was not saved says so, keeps its words and can be sent again", () =>
  inNewsroom(async (page, newsroom) => {
    await queueIsHere(page);
    newsroom.refuse("POST", /moderate/, "drop", 9); // Chromium may ask again by itself.
    await press(page, "r");
    await page.focus("dialog textarea");
    await page.keyboard.type("Words of my own. ");
    await page.keyboard.down("Control");
    await page.keyboard.press("Enter");
    await page.keyboard.up("Control");
    await says(page, "Not saved: The server cannot be reached");
    newsroom.refusals.length = 0;
    await page.click(".item .wrong button");
    await page.waitForFunction(() => !document.querySelector(".item .wrong"));
    await page.waitForFunction(() => !document.body.innerText.includes("saving"));
    assert.match(newsroom.comments[0].statement, /Words of my own/);
  }));

test("an answer stays in its sheet until it is saved", () =>
  inNewsroom(async (page, newsroom) => {
    await queueIsHere(page);
    newsroom.refuse("POST", /staff-comments/, 503);
    await press(page, "a");
    await page.keyboard.type("The 18 goes round.");
    await page.click("dialog button.primary");
    await says(page, "Not saved: The server is busy", "dialog");
    await page.click("dialog button.primary");
    await says(page, "The answer is published");
    assert.equal(newsroom.comments.at(-1).text, "The 18 goes round.");
  }));

test("arrivals wait behind a button and move nothing", () =>
  inNewsroom(async (page, newsroom) => {
    await queueIsHere(page);
    await press(page, "j", "j");
    const at = () => page.evaluate(() => document.activeElement.getBoundingClientRect().top);
    const [top, list] = [await at(), await ids(page)];
    newsroom.arrive();
    newsroom.arrive();
    newsroom.comments = newsroom.comments.filter(({ id }) => `c-${id}` !== list[0]);
    await says(page, "2 more", ".fresh");
    assert.equal(await at(), top);
    assert.deepEqual(await ids(page), list);
    await says(page, "A colleague has dealt with this one", `#${list[0]}`);
    await press(page, "n");
    await page.waitForFunction((many) => document.querySelectorAll(".item").length === many, {}, list.length + 1);
  }));

test("foreign text stays text: no script, no handler, no address that runs", () =>
  inNewsroom(async (page, newsroom) => {
    newsroom.arriveHostile();
    await page.reload({ waitUntil: "networkidle0" });
    await queueIsHere(page);
    const found = await page.$eval(".item", (item) => ({
      name: item.querySelector(".name").textContent,
      story: item.querySelector(".onstory").textContent,
      links: [...item.querySelectorAll(".comment a")].map(({ href }) => href),
      tags: [...item.querySelectorAll(".comment *")].map(({ localName }) => localName),
      text: item.querySelector(".comment").textContent.replace(/\s+/g, " ").trim(),
    }));
    assert.equal(found.name, "<img src=x onerror=canary()>");
    assert.match(found.story, /<script>canary\(\)<\/script>/);
    assert.deepEqual(found.links, ["https://news.example/x"]);
    assert.deepEqual([...new Set(found.tags)].sort(), ["a", "p"]);
    assert.equal(found.text, "Look here and there kept");
    await press(page, "o");
    await page.waitForSelector("dialog .talk .here");
    await press(page, "Escape", "b");
    await says(page, "Ban <img src=x onerror=canary", "dialog");
  }, { isHostile: true }));

test("a session that ends in the middle of work is entered again in place", () =>
  inNewsroom(async (page, newsroom) => {
    await page.waitForSelector("textarea");
    await page.click("textarea");
    await page.keyboard.type("roulette\n");
    newsroom.forgetSessions();
    await page.click(".savebar .primary");
    await says(page, "Your session has ended", "dialog");
    await page.keyboard.type(kAda.password);
    await press(page, "Enter");
    await page.waitForFunction(() => !document.querySelector("dialog"));
    await page.click(".savebar .primary");
    await says(page, "The rules are saved");
    assert.ok(newsroom.policy.banned_words.some((word) => word.includes("roulette")));
  }, { hash: "#/rules" }));

test("a colleague is added and the link is shown", () =>
  inNewsroom(async (page) => {
    await page.waitForSelector(".pagehead .primary");
    await page.click(".pagehead .primary");
    await page.keyboard.type("Lena");
    await press(page, "Tab");
    await page.keyboard.type("lena@coast.example");
    await press(page, "Enter");
    await says(page, "A link for Lena", "dialog");
    assert.match(await page.$eval("dialog input[readonly]", ({ value }) => value), /#password=/);
  }, { hash: "#/people" }));

// What a screen reader needs and can be checked by looking.
function faults() {
  const found = [];
  const nameOf = (element) =>
    element.getAttribute("aria-label") || element.textContent.trim() ||
    [...(element.labels ?? [])].map(({ textContent }) => textContent).join("").trim();
  for (const element of document.querySelectorAll("button, a[href], input, select, textarea, summary")) {
    if (!nameOf(element) && element.getAttribute("aria-hidden") !== "true") found.push(`no name: ${element.outerHTML.slice(0, 80)}`);
  }
  const all = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  if (new Set(all).size !== all.length) found.push("an id stands twice");
  for (const attribute of ["for", "aria-describedby", "aria-labelledby", "aria-controls"]) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      if (!document.getElementById(element.getAttribute(attribute))) found.push(`${attribute} names nothing`);
    }
  }
  for (const one of ["h1", "main"]) if (document.querySelectorAll(one).length !== 1) found.push(`not one ${one}`);
  if (!document.documentElement.lang || !document.title) found.push("no language or title");
  if (!document.querySelector("[aria-live]")) found.push("nothing announces");
  for (const image of document.images) if (!image.hasAttribute("alt")) found.push("an image without alt");
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) found.push(`wider than the screen: ${scrollWidth}`);
  return found;
}

// WCAG 2.2, 1.4.3: each text against the nearest opaque background.
function faintTexts() {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest(":disabled, option, .elsewhere, .off")) continue;
    let behind = element;
    while (behind && rgba(getComputedStyle(behind).backgroundColor)[3] < 255) behind = behind.parentElement;
    const back = luminance(rgba(getComputedStyle(behind ?? document.body).backgroundColor));
    const front = luminance(rgba(getComputedStyle(element).color));
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    if (ratio < 4.5) found.push(`${ratio.toFixed(2)}: ${walker.currentNode.data.trim().slice(0, 40)}`);
  }
  return found;
}

for (const [hash, width] of [["#/queue/held", 1280], ["#/queue/reported", 390], ["#/queue/appealed", 390],
  ["#/conversations", 390], ["#/rules", 390], ["#/transparency", 390], ["#/people", 390],
  ["#/feeds", 390], ["#/feeds/fe00000000101", 390], ["#/feeds/fe00000000104", 390], ["#/feeds/fe00000000106", 390], ["#/feeds/fe00000000108", 390], ["#/feeds/fe00000000103", 1280]]) {
  test(`${hash} at ${width} px has names, labels and contrast`, () =>
    inNewsroom(async (page) => {
      await page.waitForNetworkIdle();
      for (const value of ["light", "dark"]) {
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
        assert.deepEqual(await page.evaluate(faults), []);
        assert.deepEqual(await page.evaluate(faintTexts), [], value);
      }
    }, { hash, width }));
}

test("the sheets of the queue have names and labels too, and give the focus back", () =>
  inNewsroom(async (page) => {
    await queueIsHere(page);
    for (const key of ["r", "b", "a", "o", "?"]) {
      await press(page, key);
      await page.waitForSelector("dialog[open]");
      assert.deepEqual(await page.evaluate(faults), [], key);
      assert.deepEqual(await page.evaluate(faintTexts), [], key);
      await press(page, "Escape");
      await page.waitForFunction(() => !document.querySelector("dialog"));
    }
    assert.match(await focused(page), /^c-/);
  }));

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

const label = (page) => page.evaluate(() => {
  const at = document.activeElement;
  return (at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent ?? at.textContent).trim();
});
const tabTo = async (page, wanted) => {
  for (let i = 0; i < 60 && !wanted.test(await label(page)); ++i) await press(page, "Tab");
  assert.match(await label(page), wanted);
};
const posts = ({ calls }, url) => calls.filter((call) => call.method === "POST" && call.url.endsWith(url)).map(({ body }) => body);
const noFaults = async (page) => {
  assert.deepEqual(await page.evaluate(faults), []);
  assert.deepEqual(await page.evaluate(faintTexts), []);
};
// The feeds of a site are there, and the focus with them.
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
