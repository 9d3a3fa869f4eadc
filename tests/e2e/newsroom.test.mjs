// SPDX-License-Identifier: Apache-2.0
// The newsroom's dashboard with the real program: the first administrator makes an account by the
// link that the first start prints, and moderates by the keyboard alone. SHOTS=<folder> keeps
// pictures.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";

import { launchChromium } from "./chromium.mjs";
import { Api, Program, freePort, makeFolder, run } from "./tocsin.mjs";

let place, server, api, browser, page, origin, story, token;
// A small site that names its feed in its page.
const outlet = http.createServer((request, response) => {
  const isFeed = request.url === "/news.xml";
  response.setHeader("content-type", isFeed ? "application/rss+xml" : "text/html");
  if (!isFeed && request.url !== "/") response.statusCode = 404;
  response.end(isFeed
    ? `<rss version="2.0"><channel><title>The Tide ${kCanary.replaceAll("<", "&lt;")}</title><link>https://tide.example</link><description>d</description>` +
      `<item><title>Tide tables for the week</title><link>https://tide.example/1</link><guid>1</guid><pubDate>${new Date().toUTCString()}</pubDate></item></channel></rss>`
    : `<!doctype html><title>The Tide</title><link rel="alternate" type="application/rss+xml" href="/news.xml"><p>Welcome.`);
});
const patience = { timeout: 20_000 };
const kCanary = `<img src=x onerror="globalThis.canary=1">`;

async function beginReader(name) {
  const anyone = async (method, target, body, bearer) => {
    const response = await fetch(origin + target, {
      method,
      headers: { "content-type": "application/json", ...(bearer ? { authorization: `Bearer ${bearer}` } : {}) },
      body: body && JSON.stringify(body),
    });
    assert.ok(response.ok, `${target}: ${response.status}`);
    return response.json();
  };
  const { challenge, difficulty } = await anyone("GET", "/api/v1/puzzle");
  let nonce = 0;
  for (;; ++nonce) {
    const digest = createHash("sha256").update(`${challenge}:${nonce}`).digest();
    if (digest.readUInt32BE(0) >>> (32 - difficulty) === 0) break;
  }
  const made = await anyone("POST", "/api/v1/readers", { name, challenge, nonce: String(nonce) });
  return (text) => anyone("POST", `/api/v1/stories/${story.id}/comments`, { text }, made.token);
}

async function picture(name) {
  if (!process.env.SHOTS) return;
  for (const [width, height] of [[1280, 900], [390, 844]]) {
    for (const value of ["light", "dark"]) {
      await page.setViewport({ width, height });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
      await page.screenshot({ path: path.join(process.env.SHOTS, `${name}-${width}-${value}.png`) });
    }
  }
  await page.setViewport({ width: 1280, height: 900 });
}

const shows = (text) =>
  page.waitForFunction((wanted) => document.body.innerText.includes(wanted), patience, text);
const type = async (label, text) => {
  const id = await page.evaluate(
    (wanted) => [...document.querySelectorAll("label")].find((l) => l.textContent.startsWith(wanted)).htmlFor,
    label);
  await page.type(`[id="${id}"]`, text);
};

before(async () => {
  place = makeFolder();
  outlet.listen(0, "127.0.0.1");
  await once(outlet, "listening");
  const settings = ["--data-folder", path.join(place.folder, "data"),
    "--listen-port", String(await freePort()), "--site-name", "The Daily Bell",
    "--vapid-subject", "mailto:desk@bell.example", "--allow-private-addresses", "true"];
  token = run("token", "create", "e2e", "--scope", "admin", ...settings).trim();
  server = new Program(["serve", ...settings]);
  origin = (await server.logged("server.ready")).url;
  api = new Api(origin, token);
  const site = (await api.call("GET", "/api/v1/sites")).items[0];
  await api.call("PATCH", `/api/v1/sites/${site.id}`, { topics: ["Harbour", "Sport"] });
  await api.call("PATCH", `/api/v1/sites/${site.id}/comment-policy`,
    { is_offered: true, newcomer_comments: 0, suspect_words: ["casino"] });
  story = await api.call("POST", "/api/v1/stories",
    { headline: `Harbour ${kCanary} reopens`, site: site.id });
  browser = await launchChromium();
  page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
});

after(async () => {
  await browser?.close();
  await server?.stop();
  outlet.close();
  outlet.closeAllConnections();
  place?.remove();
});

test("the first administrator makes an account by the printed link", async () => {
  const link = /https?:\/\/\S+#setup=\S+/.exec(server.printed)[0];
  await page.goto(link);
  await page.waitForSelector("form", patience);
  await picture("set-up");
  await type("Your name", "Mo Editor");
  await type("E-mail", "mo@bell.example");
  await type("Choose a password", "a long pass phrase");
  await page.keyboard.press("Enter");
  await shows("Nothing waits");
  const cookies = await page.cookies();
  const session = cookies.find(({ name }) => name === "__Host-tocsin");
  assert.ok(session.httpOnly && session.secure);
});

test("a held comment is published by a key, and nothing in it runs", async () => {
  const say = await beginReader(`Ana ${kCanary}`.slice(0, 40));
  const held = await say(`Come to my casino ${kCanary}`);
  assert.equal(held.state, "held");
  await page.waitForFunction(
    () => /casino/.test(document.body.innerText) || [...document.querySelectorAll("button")].some((b) => /\d more/.test(b.textContent)),
    patience);
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press("n");
  await shows("casino");
  await picture("queue");
  await page.keyboard.press("j");
  await page.keyboard.press("p");
  await shows("Published");
  const seen = await api.until(`/api/v1/stories/${story.id}/comments`, ({ items }) => items.length === 1);
  assert.equal(seen.items[0].id, held.id);
  assert.equal(await page.evaluate(() => globalThis.canary), undefined);
});

test("a comment is rejected with a statement of reasons, by the keyboard alone", async () => {
  const say = await beginReader("Bo");
  const held = await say("Another casino, for you");
  await page.goto(`${origin}/newsroom/#/queue/held`);
  await page.reload();
  await shows("Another casino");
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press("j");
  await page.keyboard.press("r");
  await page.waitForSelector("dialog[open] textarea", patience);
  await picture("reject");
  await page.keyboard.down("Control");
  await page.keyboard.press("Enter");
  await page.keyboard.up("Control");
  await api.until("/api/v1/moderation/queue?kind=rejected",
    ({ items }) => items.some(({ id, statement }) => id === held.id && statement !== ""));
});

const focusOn = async (wanted) => {
  for (let i = 0; i < 60; ++i) {
    const label = await page.evaluate(() => {
      const at = document.activeElement;
      return (at.labels?.[0]?.textContent ?? at.textContent).trim();
    });
    if (wanted.test(label)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`nothing to press is called ${wanted}`);
};

test("a site's feed is found and added by the keyboard, and its story appears", async () => {
  await page.goto(`${origin}/newsroom/#/feeds`);
  await shows("No feeds yet");
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press("n");
  await page.waitForSelector("dialog[open]", patience);
  await page.keyboard.type(`http://127.0.0.1:${outlet.address().port}`);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.id === "found", patience);
  await shows("Tide tables for the week");
  await picture("feed-found");
  await focusOn(/^Go on$/); // The one feed is chosen.
  await page.keyboard.press("Enter");
  await page.waitForSelector(".draft", patience);
  await focusOn(/^Sport$/);
  await page.keyboard.press("Space");
  await focusOn(/^Add 1 feed$/);
  await page.keyboard.press("Enter");
  await shows("is added");
  await page.waitForFunction(() => document.querySelectorAll("[aria-labelledby=all] .rows li").length === 1, patience);
  const { items } = await api.until("/api/v1/stories", ({ items }) => items.some(({ headline }) => headline === "Tide tables for the week"));
  assert.deepEqual(items.find(({ headline }) => headline.startsWith("Tide")).topics, ["Sport"]);
  const [source] = (await api.call("GET", "/api/v1/sources")).items;
  assert.deepEqual([source.name.slice(0, 8), source.home_url], ["The Tide", "https://tide.example/"]);
  await page.waitForFunction(() => /Works/.test(document.body.innerText), patience);
  assert.equal(await page.evaluate(() => globalThis.canary), undefined);
});

test("the list of feeds is exported with the session, and is known when it comes back", async () => {
  const opml = await page.evaluate(async () => {
    const link = document.querySelector("[aria-labelledby=lists] a");
    const response = await fetch(link.href);
    return `${response.headers.get("content-disposition")} ${await response.text()}`;
  });
  assert.match(opml, /^attachment; filename="feeds.opml" .*xmlUrl="http:\/\/127.0.0.1:\d+\/news.xml"/s);
  await page.click("[aria-labelledby=lists] button");
  await page.waitForSelector("dialog[open]", patience);
  await page.evaluate((text) => {
    const files = new DataTransfer();
    files.items.add(new File([text], "feeds.opml"));
    const input = document.querySelector("input[type=file]");
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }, opml.slice(opml.indexOf("<")));
  await page.click("dialog .primary");
  await shows("0 feeds added, 1 followed already.");
  await page.keyboard.press("Enter");
});

test("a feed is changed, turned off and removed", async () => {
  const [{ id }] = (await api.call("GET", "/api/v1/feeds")).items;
  await page.goto(`${origin}/newsroom/#/feeds/${id}`);
  await shows("Topics: Sport.");
  await focusOn(/^Change$/);
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog[open]", patience);
  await focusOn(/^Alert/);
  await page.keyboard.type("Min");
  await focusOn(/^It is followed$/);
  await page.keyboard.press("Space");
  await focusOn(/^Save$/);
  await page.keyboard.press("Enter");
  await shows("Alerts: minor. Topics: Sport.");
  const { alert, enabled, interval_seconds, topics } = await api.call("GET", `/api/v1/feeds/${id}`);
  assert.deepEqual({ alert, enabled, interval_seconds, topics }, { alert: "minor", enabled: false, interval_seconds: null, topics: ["Sport"] });
  await focusOn(/^Remove$/);
  await page.keyboard.press("Enter");
  await focusOn(/^Remove it$/);
  await page.keyboard.press("Enter");
  await shows("No feeds yet");
});

test("each page opens", async () => {
  for (const [name, text] of [["conversations", "Harbour"], ["rules", "Comments are open"],
    ["transparency", "ejected"], ["people", "mo@bell.example"]]) {
    await page.goto(`${origin}/newsroom/#/${name}`);
    await shows(text);
    await picture(name);
  }
  assert.equal(await page.evaluate(() => globalThis.canary), undefined);
});

test("the first page loads its own parts alone, each to be kept for ever", async () => {
  const loaded = [];
  const keep = (response) => void (/\.(js|css)/.test(response.url()) && loaded.push(response));
  page.on("response", keep);
  await page.goto(`${origin}/newsroom/#/queue`);
  await page.reload({ waitUntil: "networkidle0" });
  await page.waitForSelector("#main h1", patience);
  page.off("response", keep);
  const names = loaded.map((response) => new URL(response.url()).pathname.split("/").pop());
  assert.deepEqual([...new Set(names)].sort(), ["newsroom.css", "newsroom.js", "queue.js", "shared.js"]);
  for (const response of loaded) assert.match(response.headers()["cache-control"], /immutable/, response.url());
  const [script] = loaded.filter((response) => response.url().includes("/newsroom.js"));
  assert.equal((await fetch(script.url().replace(/v=.*/, "v=0123456789abcdef"))).status, 404);
});

test("signing out ends the session", async () => {
  await page.evaluate(() => {
    [...document.querySelectorAll("button")].find((b) => b.textContent === "Sign out").click();
  });
  await page.waitForSelector("input[type=password]", patience);
  const status = await page.evaluate(() => fetch("/api/v1/users").then((r) => r.status));
  assert.equal(status, 401);
});
