// SPDX-License-Identifier: Apache-2.0
// A browser on the newsroom with the interface in memory, and what is asked of its pages.
import assert from "node:assert/strict";
import { after, before } from "node:test";

import { launchChromium } from "./chromium.mjs";
import { kAda, serveNewsroom } from "./newsroom_mock.mjs";

let browser;
before(async () => {
  browser = await launchChromium();
});
after(() => browser?.close());

// A fresh newsroom and browser profile. What goes wrong in the page fails the test.
export async function inNewsroom(work, { hash = "", isSignedIn = true, width = 1280, isHostile = false } = {}) {
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
    await page.goto(`${newsroom.origin}/newsroom/${hash}`);
    await page.waitForFunction(() => document.activeElement.type === "email");
    if (isSignedIn) await signIn(page);
    await work(page, newsroom);
  } finally {
    await context.close();
    newsroom.close();
  }
  assert.deepEqual(problems, []);
}

export async function signIn(page) {
  await page.waitForFunction(() => document.activeElement.type === "email");
  await page.keyboard.type(kAda.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(kAda.password);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#main h1");
}

export const says = (page, text, selector = "body") =>
  page.waitForFunction(
    (pattern, where) => new RegExp(pattern, "s").test(document.querySelector(where)?.innerText ?? ""),
    { timeout: 10_000 }, text, selector);
export const press = async (page, ...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};

export const label = (page) => page.evaluate(() => {
  const at = document.activeElement;
  return (at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent ?? at.textContent).trim();
});
export const tabTo = async (page, wanted) => {
  for (let i = 0; i < 60 && !wanted.test(await label(page)); ++i) await press(page, "Tab");
  assert.match(await label(page), wanted);
};
export const posts = ({ calls }, url) => calls.filter((call) => call.method === "POST" && call.url.endsWith(url)).map(({ body }) => body);
export const noFaults = async (page) => {
  assert.deepEqual(await page.evaluate(faults), []);
  assert.deepEqual(await page.evaluate(faintTexts), []);
};
// The feeds of a site are there, and the focus with them.

// What a screen reader needs and can be checked by looking.
export function faults() {
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
export function faintTexts() {
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
