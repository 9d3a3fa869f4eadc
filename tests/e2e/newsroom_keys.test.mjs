// SPDX-License-Identifier: Apache-2.0
// What can be asked of the dashboard only with the interface in memory: failures, arrivals, hostile
// text, a session that ends; and names, labels and contrast of each page.
import assert from "node:assert/strict";
import { test } from "node:test";

import { kAda } from "./newsroom_mock.mjs";
import { faintTexts, faults, inNewsroom, noFaults, press, says } from "./newsroom_page.mjs";

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

for (const [hash, width] of [["#/queue/held", 1280], ["#/queue/reported", 390], ["#/queue/appealed", 390],
  ["#/conversations", 390], ["#/rules", 390], ["#/transparency", 390], ["#/people", 390],
  ["#/feeds", 390], ["#/feeds/fe00000000101", 390], ["#/feeds/fe00000000104", 390], ["#/feeds/fe00000000106", 390], ["#/feeds/fe00000000108", 390], ["#/feeds/fe00000000103", 1280]]) {
  test(`${hash} at ${width} px has names, labels and contrast`, () =>
    inNewsroom(async (page) => {
      await page.waitForNetworkIdle({ idleTime: 100 });
      for (const value of ["light", "dark"]) {
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
        assert.deepEqual(await page.evaluate(faults), []);
        assert.deepEqual(await page.evaluate(faintTexts), [], value);
      }
    }, { hash, width }));
}

test("a page that cannot be loaded says so, and the newsroom is loaded again", () =>
  inNewsroom(async (page) => {
    await queueIsHere(page);
    await page.setRequestInterception(true);
    let isCut = true;
    page.on("request", (request) => (isCut && /transparency\.js/.test(request.url()) ? request.abort() : request.continue()));
    await page.click("nav a[href='#/transparency']");
    await says(page, "Transparency could not be loaded", "#main [role=alert]");
    await noFaults(page);
    await page.click("nav a[href='#/rules']");
    await says(page, "Comments are open", "#main");
    await page.click("nav a[href='#/transparency']");
    await says(page, "Transparency could not be loaded", "#main [role=alert]");
    isCut = false;
    await page.click("#main [role=alert] button");
    await says(page, "Spam or advertising", "#main");
  }));

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
