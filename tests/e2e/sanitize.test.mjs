// SPDX-License-Identifier: Apache-2.0
// What `tocsin feed parse` makes of hostile HTML, in a browser: nothing of it runs, and nothing but
// pictures is asked for.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { launchChromium } from "./chromium.mjs";
import { attacks } from "./sanitize_attacks.mjs";

const kPage = "http://tocsin.test/";
const kPictures = "https://images.example/";
const kPixel = Buffer.from("R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==", "base64");
const kFiredMin = 20; // of the attacks tried as they are: else the canary would prove nothing
const kCanary = "window.fired = 0; window.fire = window.alert = () => { ++window.fired; };";

const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const cdata = (text) => `<![CDATA[${text.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
const rss = (write) =>
  `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>${attacks
    .map((attack) => `<item><content:encoded>${write(attack)}</content:encoded></item>`)
    .join("")}</channel></rss>`;
// The same content in each way in which feeds carry HTML.
const feeds = {
  "escaped in RSS": rss(escape),
  "CDATA in RSS": rss(cdata),
  "Atom's HTML": `<feed xmlns="http://www.w3.org/2005/Atom">${attacks
    .map((attack) => `<entry><content type="html">${escape(attack)}</content></entry>`)
    .join("")}</feed>`,
  "JSON Feed": JSON.stringify({
    version: "https://jsonfeed.org/version/1.1",
    items: attacks.map((attack, id) => ({ id: String(id), content_html: attack })),
  }),
};
// As markup of the feed's own, one feed each: it may break the feed.
const bare = attacks.map(
  (attack) => `<rss version="2.0"><channel><item><title>T</title><description>${attack}</description></item></channel></rss>`,
);

function parse(feed) {
  const run = spawnSync(process.env.TOCSIN, ["feed", "parse", "--base", "https://images.example/feed"], {
    input: feed,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const result = JSON.parse(run.stdout);
  return result.ok ? result.items.flatMap((item) => [item.content, item.summary]).filter(Boolean) : [];
}

let browser;
let page;
let document = "";
let requested = [];

before(async () => {
  browser = await launchChromium();
  page = await browser.newPage();
  page.on("dialog", (dialog) => dialog.dismiss());
  await page.evaluateOnNewDocument(kCanary);
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    if (request.url() === kPage) return request.respond({ contentType: "text/html; charset=utf-8", body: document });
    // A browser asks for the page's icon, and has icons of its own for film.
    if (request.url().startsWith(kPage) || request.url().startsWith("data:")) return request.abort();
    requested.push(`${request.resourceType()} ${request.url().slice(0, 200)}`);
    const isPicture = request.resourceType() === "image" && request.url().startsWith(kPictures);
    return isPicture ? request.respond({ contentType: "image/gif", body: kPixel }) : request.abort();
  });
});

after(() => browser?.close());

const foreign = () => requested.filter((each) => !each.startsWith(`image ${kPictures}`));

async function load(html) {
  document = html;
  requested = [];
  await page.goto(kPage, { waitUntil: "load", timeout: 10_000 }).catch(() => {});
}

// In the page: puts each text into an element, does to all that is in it what a reader may do, and
// returns what is wrong.
async function insertAll(texts) {
  const wrong = [];
  const settle = () => new Promise((done) => setTimeout(done, 0));
  for (const html of texts) {
    const place = document.createElement("div");
    document.body.replaceChildren(place);
    place.innerHTML = html;
    await settle();
    for (const each of place.querySelectorAll("*")) {
      for (const { name } of each.attributes) {
        if (/^(on|style$|class$|id$|name$|srcset$|xlink)/.test(name)) wrong.push(`${name}: ${html}`);
      }
      if (each.namespaceURI !== "http://www.w3.org/1999/xhtml") wrong.push(`${each.namespaceURI}: ${html}`);
      for (const name of ["href", "src", "poster", "cite"]) {
        const address = each.getAttribute(name);
        if (address !== null && !/^(https?:\/\/|mailto:)/i.test(address)) wrong.push(`${address}: ${html}`);
      }
      each.addEventListener("click", (event) => event.preventDefault());
      for (const type of ["mouseover", "mouseenter", "pointerenter", "focus", "click", "toggle", "error", "load"]) {
        each.dispatchEvent(new Event(type, { cancelable: true }));
      }
    }
    if (window.fired > 0) wrong.push(`fired: ${html}`);
    window.fired = 0;
  }
  await settle();
  return wrong.concat(window.fired > 0 ? ["fired late"] : []);
}

test("the attacks are many, and the canary sings where nobody stops them", async () => {
  assert.ok(attacks.length >= 150, `${attacks.length} attacks`);
  assert.equal(new Set(attacks).size, attacks.length);
  let fired = 0;
  const tried = attacks.filter((_, index) => index % 4 === 0);
  for (const attack of tried) {
    await load(`<!doctype html><body>${attack}`);
    if ((await page.evaluate(() => window.fired).catch(() => 1)) > 0 || foreign().length > 0) fired += 1;
  }
  assert.ok(fired >= kFiredMin, `only ${fired} of ${tried.length} did anything`);
});

for (const [name, feed] of [...Object.entries(feeds), ["bare in RSS", null]]) {
  test(`nothing runs and nothing is fetched: ${name}`, async () => {
    const texts = feed ? parse(feed) : bare.flatMap(parse);
    assert.ok(texts.length >= 80, `${texts.length} texts`);
    await load("<!doctype html><body>");
    assert.deepEqual(await page.evaluate(insertAll, texts), []);
    assert.deepEqual(foreign(), []);

    await load(`<!doctype html><body>${texts.map((text) => `<article>${text}</article>`).join("\n")}`);
    assert.equal(await page.evaluate(() => window.fired), 0);
    assert.equal(await page.evaluate(() => document.querySelectorAll("body > article").length), texts.length);
    assert.deepEqual(foreign(), []);
    assert.equal(page.url(), kPage);
  });
}
