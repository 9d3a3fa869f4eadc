// SPDX-License-Identifier: Apache-2.0
// Takes pictures of all pages, narrow and wide, light and dark, into build/screenshots/.
import { mkdir } from "node:fs/promises";
import path from "node:path";

import { launchChromium } from "./chromium.mjs";
import { pretendToSubscribe } from "./pretend.mjs";
import { servePages } from "./preview.mjs";

const kFolder = path.resolve("../../build/screenshots");

async function storyPath(page, origin) {
  await page.goto(origin);
  return page.$eval(".card h2 a", (link) => link.getAttribute("href"));
}

const site = await servePages();
const browser = await launchChromium();
await mkdir(kFolder, { recursive: true });
const first = await browser.newPage();
const story = await storyPath(first, site.origin);
const kPages = {
  river: "/",
  topic: "/?topic=Economy",
  story,
  following: "/following",
  popup: "/following?popup=1",
  missing: "/nothing-here",
  offline: "/offline",
};

for (const [name, target] of Object.entries(kPages)) {
  for (const width of [390, 1280]) {
    for (const scheme of ["light", "dark"]) {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      await page.setViewport({ width, height: 844, deviceScaleFactor: width < 500 ? 2 : 1 });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      if (name === "following") await pretendToSubscribe(page);
      await page.goto(site.origin + target, { waitUntil: "networkidle0" });
      if (name === "following") {
        await page.evaluate(() => document.querySelector("tocsin-follow").shadowRoot
          .querySelector("button.primary").click());
        await page.waitForFunction(() => document.querySelector("tocsin-follow").shadowRoot
          .querySelector("form"));
        await page.evaluate(() => document.querySelector("tocsin-follow").shadowRoot
          .querySelectorAll("input")[1].click());
      }
      await page.screenshot({ path: path.join(kFolder, `${name}-${width}-${scheme}.png`), fullPage: true });
      await context.close();
    }
  }
}
await browser.close();
site.close();
console.log(kFolder);
