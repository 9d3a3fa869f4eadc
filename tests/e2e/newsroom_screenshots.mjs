// SPDX-License-Identifier: Apache-2.0
// Takes pictures of the newsroom, narrow and wide, light and dark, into build/screenshots/newsroom/.
import { mkdir } from "node:fs/promises";
import path from "node:path";

import { launchChromium } from "./chromium.mjs";
import { kAda, serveNewsroom } from "./newsroom_mock.mjs";

const kFolder = path.resolve("../../build/screenshots/newsroom");

// Waits until nothing moves on the page and its server owes it nothing.
async function settle(page) {
  await page.waitForNetworkIdle({ idleTime: 50 });
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    const moving = document.getAnimations().filter((a) => a.effect.getTiming().iterations !== Infinity);
    await Promise.allSettled(moving.map((animation) => animation.finished));
    await frame();
  });
}

const kShots = {
  signin: { hash: "", isOut: true },
  setup: { hash: "#setup=SETUP", isOut: true },
  held: { hash: "#/queue/held" },
  decided: { hash: "#/queue/held", keys: ["p", "j", "x", "j", "x"], arrive: true },
  reported: { hash: "#/queue/reported" },
  appealed: { hash: "#/queue/appealed" },
  reject: { hash: "#/queue/reported", keys: ["r"] },
  ban: { hash: "#/queue/held", keys: ["j", "b"] },
  answer: { hash: "#/queue/held", keys: ["a"] },
  conversation: { hash: "#/queue/held", keys: ["o"] },
  keys: { hash: "#/queue/held", keys: ["?"] },
  failed: { hash: "#/queue/held", keys: ["p"], isBroken: true },
  empty: { hash: "#/queue/held", isEmpty: true },
  conversations: { hash: "#/conversations" },
  change: { hash: "#/conversations", click: ".rows li:nth-child(3) button" },
  feeds: { hash: "#/feeds" },
  feed: { hash: "#/feeds/fe00000000101" },
  feed_trouble: { hash: "#/feeds/fe00000000103" },
  feed_gone: { hash: "#/feeds/fe00000000106" },
  feed_broken: { hash: "#/feeds/fe00000000107" },
  feed_throttled: { hash: "#/feeds/fe00000000108" },
  feed_new: { hash: "#/feeds/fe00000000104" },
  feed_own: { hash: "#/feeds/fe00000000100" },
  feed_add: { hash: "#/feeds", keys: ["n"], type: "island.example" },
  feed_found: { hash: "#/feeds", keys: ["n"], type: "island.example\n" },
  feed_nothing: { hash: "#/feeds", keys: ["n"], type: "nothing.example\n" },
  feed_settings: { hash: "#/feeds", keys: ["n"], type: "island.example\n", clicks: ["#found-0", "#found-1", ".found .primary"] },
  feed_each: { hash: "#/feeds", keys: ["n"], type: "island.example\n", clicks: ["#found-0", "#found-1", ".found .primary", "form > .check input"] },
  feed_change: { hash: "#/feeds/fe00000000101", clicks: [".pagehead button + button"] },
  feed_remove: { hash: "#/feeds/fe00000000101", clicks: [".pagehead .danger"] },
  feed_import: { hash: "#/feeds", clicks: ["[aria-labelledby=lists] button"] },
  release: { hash: "#/feeds/fe00000000101", click: ".held .rows button" },
  rules: { hash: "#/rules" },
  transparency: { hash: "#/transparency" },
  people: { hash: "#/people" },
  add: { hash: "#/people", click: ".pagehead .primary" },
  menu: { hash: "#/queue/held", click: ".menu", narrowOnly: true },
};

async function shoot(browser, name, shot, width, scheme) {
  const newsroom = await serveNewsroom();
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width, height: 844, deviceScaleFactor: width < 500 ? 2 : 1, hasTouch: width < 500, isMobile: width < 500 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  if (shot.isEmpty) newsroom.comments.length = 0;
  await page.goto(`${newsroom.origin}/newsroom/${shot.hash}`, { waitUntil: "networkidle0" });
  if (!shot.isOut) {
    await page.type("input[type=email]", kAda.email);
    await page.type("input[type=password]", kAda.password);
    await page.keyboard.press("Enter");
    await page.waitForSelector("#main h1");
    await settle(page);
  }
  if (shot.isBroken) newsroom.refuse("POST", /moderate/, 503, 9);
  for (const key of shot.keys ?? []) {
    await page.keyboard.press(key);
    await settle(page);
  }
  if (shot.type) await page.keyboard.type(shot.type);
  await settle(page);
  for (const selector of shot.clicks ?? []) await page.click(selector);
  if (shot.click) await page.click(shot.click);
  if (shot.arrive) {
    for (let i = 0; i < 3; ++i) newsroom.arrive();
    await page.waitForSelector(".fresh button", { timeout: 8000 });
  }
  await settle(page);
  await page.screenshot({ path: path.join(kFolder, `${name}-${width}-${scheme}.png`), fullPage: !shot.keys && !shot.click && !shot.clicks });
  await context.close();
  newsroom.close();
}

const browser = await launchChromium();
await mkdir(kFolder, { recursive: true });
const wanted = process.argv.slice(2);
for (const [name, shot] of Object.entries(kShots)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const width of shot.narrowOnly ? [390] : [390, 1280]) {
    for (const scheme of ["light", "dark"]) await shoot(browser, name, shot, width, scheme);
  }
}
await browser.close();
console.log(kFolder);
