// SPDX-License-Identifier: Apache-2.0
// Draws public/icons/*.png from the drawings here, with the browser of the end-to-end tests
// (`npm ci` in tests/e2e). Run after changing a drawing.
import { readFile } from "node:fs/promises";
import { launchChromium } from "../../tests/e2e/chromium.mjs";

const kDrawings = [
  ["icon.svg", 512, 512, "icon-512.png"],
  ["icon.svg", 192, 192, "icon-192.png"],
  ["icon.svg", 180, 180, "apple-touch-180.png"],
  ["badge.svg", 96, 96, "badge-96.png"],
  ["share.svg", 1200, 630, "share.png"],
];

const browser = await launchChromium();
const page = await browser.newPage();
for (const [drawing, width, height, name] of kDrawings) {
  const svg = await readFile(new URL(drawing, import.meta.url), "utf8");
  await page.setViewport({ width, height });
  await page.setContent(
    `<style>body{margin:0}svg{display:block;width:${width}px;height:${height}px}</style>${svg}`,
  );
  const path = new URL(`../public/icons/${name}`, import.meta.url).pathname;
  await page.screenshot({ path, omitBackground: true });
}
await browser.close();
