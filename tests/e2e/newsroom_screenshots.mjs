// SPDX-License-Identifier: Apache-2.0
// Takes pictures of the newsroom, narrow and wide, light and dark, into build/screenshots/newsroom/.
import { mkdir } from "node:fs/promises";
import path from "node:path";

import { launchChromium } from "./chromium.mjs";
import { kAda, serveNewsroom } from "./newsroom_mock.mjs";

const kFolder = path.resolve("../../build/screenshots/newsroom");

// Waits until nothing moves on the page.
async function settle(page) {
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    const moving = document.getAnimations().filter((a) => a.effect.getTiming().iterations !== Infinity);
    await Promise.allSettled(moving.map((animation) => animation.finished));
    await frame();
  });
}

// What is done on each page, in this order: keys, typing, clicks; and what the picture is of.
const kShots = {
  signin: { hash: "", shows: ".door form", isOut: true },
  setup: { hash: "#setup=SETUP", shows: ".door form", isOut: true },
  held: { hash: "#/queue/held", shows: ".item" },
  decided: { hash: "#/queue/held", shows: ".fresh button", keys: ["p", "j", "x", "j", "x"], arrive: true },
  reported: { hash: "#/queue/reported", shows: ".item .reports" },
  appealed: { hash: "#/queue/appealed", shows: ".item" },
  reject: { hash: "#/queue/reported", shows: "dialog textarea", keys: ["r"] },
  ban: { hash: "#/queue/held", shows: "dialog form", keys: ["j", "b"] },
  answer: { hash: "#/queue/held", shows: "dialog textarea", keys: ["a"] },
  conversation: { hash: "#/queue/held", shows: "dialog .talk li", keys: ["o"] },
  keys: { hash: "#/queue/held", shows: "dialog kbd", keys: ["?"] },
  failed: { hash: "#/queue/held", shows: ".item .wrong", keys: ["p"], isBroken: true },
  empty: { hash: "#/queue/held", shows: ".empty", isEmpty: true },
  conversations: { hash: "#/conversations", shows: ".rows li" },
  change: { hash: "#/conversations", shows: "dialog form", clicks: [".rows li:nth-child(3) button"] },
  feeds: { hash: "#/feeds", shows: "#main:has(.held li) [aria-labelledby=all] .rows li" },
  feed: { hash: "#/feeds/fe00000000101", shows: "#main:has(.held li) .rhythm rect" },
  feed_trouble: { hash: "#/feeds/fe00000000103", shows: ".rhythm rect" },
  feed_gone: { hash: "#/feeds/fe00000000106", shows: ".rhythm rect" },
  feed_broken: { hash: "#/feeds/fe00000000107", shows: ".rhythm rect" },
  feed_throttled: { hash: "#/feeds/fe00000000108", shows: ".rhythm rect" },
  feed_new: { hash: "#/feeds/fe00000000104", shows: ".health" },
  feed_own: { hash: "#/feeds/fe00000000100", shows: ".rhythm rect" },
  feed_add: { hash: "#/feeds", shows: "dialog input", keys: ["n"], type: "island.example" },
  feed_found: { hash: "#/feeds", shows: ".found .rows li", keys: ["n"], type: "island.example\n" },
  feed_nothing: { hash: "#/feeds", shows: ".found", keys: ["n"], type: "nothing.example\n" },
  feed_settings: { hash: "#/feeds", shows: ".draft + .draft", keys: ["n"], type: "island.example\n", clicks: ["#found-0", "#found-1", ".found .primary"] },
  feed_each: { hash: "#/feeds", shows: ".draft .topics", keys: ["n"], type: "island.example\n", clicks: ["#found-0", "#found-1", ".found .primary", "form > .check input"] },
  feed_change: { hash: "#/feeds/fe00000000101", shows: "dialog .topics", clicks: [".pagehead button + button"] },
  feed_remove: { hash: "#/feeds/fe00000000101", shows: "dialog .danger", clicks: [".pagehead .danger"] },
  feed_import: { hash: "#/feeds", shows: "dialog input[type=file]", clicks: ["[aria-labelledby=lists] button"] },
  release: { hash: "#/feeds/fe00000000101", shows: "dialog .danger", clicks: [".held .rows button"] },
  rules: { hash: "#/rules", shows: ".rules" },
  transparency: { hash: "#/transparency", shows: ".figures" },
  people: { hash: "#/people", shows: ".rows li" },
  add: { hash: "#/people", shows: "dialog form", clicks: [".pagehead .primary"] },
  menu: { hash: "#/queue/held", shows: "#menu.open", clicks: [".menu"], narrowOnly: true },
};

async function shoot(browser, name, shot, width, scheme) {
  const newsroom = await serveNewsroom();
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width, height: 844, deviceScaleFactor: width < 500 ? 2 : 1, hasTouch: width < 500, isMobile: width < 500 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  if (shot.isEmpty) newsroom.comments.length = 0;
  await page.goto(`${newsroom.origin}/newsroom/${shot.hash}`);
  if (!shot.isOut) {
    await page.locator("input[type=email]").fill(kAda.email);
    await page.locator("input[type=password]").fill(kAda.password);
    await page.keyboard.press("Enter");
    await page.waitForSelector("#main :is(.item, .empty, .rows li, .health, .rules, .figures)");
  }
  if (shot.isBroken) newsroom.refuse("POST", /moderate/, 503, 9);
  for (const key of shot.keys ?? []) {
    await page.keyboard.press(key);
    await settle(page);
  }
  if (shot.type) await page.keyboard.type(shot.type);
  for (const selector of shot.clicks ?? []) await page.locator(selector).click();
  if (shot.arrive) for (let i = 0; i < 3; ++i) newsroom.arrive();
  await page.waitForSelector(shot.shows);
  await settle(page);
  await page.screenshot({ path: path.join(kFolder, `${name}-${width}-${scheme}.png`), fullPage: !shot.keys && !shot.clicks });
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
