// SPDX-License-Identifier: Apache-2.0
// Two readers and a moderator with the real program: what one writes the other sees at once, an
// answer reaches the first one's device, what a moderator takes away goes from both pages, and the
// conversation closes at its hour for everybody.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";

import { launchChromium } from "./chromium.mjs";
import { launchFirefox } from "./firefox.mjs";
import { Api, Program, freePort, kSteered, makeFolder, run } from "./tocsin.mjs";

let place, service, server, api, firefox, chromium, origin, story, ana, bo;

before(async () => {
  place = makeFolder();
  service = new Program(["push-service", "--port", "0", "--browser-port", "0",
    "--folder", path.join(place.folder, "push")]);
  const ready = await service.logged("push_service.ready");
  const settings = ["--data-folder", path.join(place.folder, "data"),
    "--listen-port", String(await freePort()), "--site-name", "The Daily Bell",
    "--vapid-subject", "mailto:desk@bell.example", "--allow-private-addresses", "true",
    "--ca-file", ready.ca_file];
  const token = run("token", "create", "e2e", "--scope", "admin", ...settings).trim();
  server = new Program(["serve", ...settings], kSteered);
  origin = (await server.logged("server.ready")).url;
  api = new Api(origin, token);
  const site = (await api.call("GET", "/api/v1/sites")).items[0];
  await api.call("PATCH", `/api/v1/sites/${site.id}/comment-policy`,
    { is_offered: true, newcomer_comments: 0 });
  story = await api.call("POST", "/api/v1/stories", { headline: "Harbour reopens", site: site.id });

  firefox = await launchFirefox({ pushPort: Number(ready.browser_port) });
  chromium = await launchChromium();
  ana = await firefox.newPage();
  bo = await chromium.newPage();
});

after(async () => {
  await firefox?.close();
  await chromium?.close();
  await server?.stop();
  await service?.stop();
  place?.remove();
});

const patience = { timeout: 20_000 };

// Waits until the page's conversation reads so.
const reads = (page, pattern) =>
  page.waitForFunction(
    (text) => new RegExp(text).test(document.querySelector("tocsin-comments")?.textContent ?? ""),
    patience, pattern);
const lacks = (page, text) =>
  page.waitForFunction(
    (wanted) => !document.querySelector("tocsin-comments").textContent.includes(wanted),
    patience, text);

const write = (page, text, name) =>
  page.evaluate((said, who) => {
    const root = document.querySelector("tocsin-comments");
    const area = root.querySelector(".compose textarea");
    area.value = said;
    area.dispatchEvent(new Event("input"));
    if (who) root.querySelector(".compose .named input").value = who;
    root.querySelector(".compose button[type=submit]").click();
  }, text, name);

const pressInFollow = (pattern) =>
  ana.waitForFunction(
    (text) => {
      const root = document.querySelector("tocsin-follow")?.shadowRoot;
      const found = [...(root?.querySelectorAll("button") ?? [])].find((b) =>
        new RegExp(text, "i").test(b.textContent));
      found?.click();
      return Boolean(found);
    },
    patience, pattern);

test("a reader's comment is on the other's open page at once", async () => {
  await ana.goto(`${origin}/following`);
  await pressInFollow("real-time updates");
  await ana.waitForFunction(
    () => /alerts are on/i.test(document.querySelector("tocsin-follow")?.shadowRoot?.textContent ?? ""),
    patience);
  await Promise.all([ana, bo].map((page) => page.goto(story.page_url)));
  await Promise.all([ana, bo].map((page) => page.waitForSelector(".compose:not([hidden])", patience)));
  await ana.waitForSelector(".compose .follow:not([hidden])", patience);
  await write(ana, "Is the *north* pier open?", "Ana");
  await reads(ana, "Is the north pier open");
  await reads(bo, "AnaIs|Ana.*Is the north pier open");
  assert.equal(await bo.$eval("tocsin-comments .prose em", (em) => em.textContent), "north");
});

test("an answer is on the open page and reaches the reader's device", async () => {
  await bo.evaluate(() => {
    const buttons = [...document.querySelectorAll("tocsin-comments .actions button")];
    buttons.find((b) => b.textContent === "Answer").click();
  });
  await write(bo, "It opens at noon.", "Bo");
  await reads(bo, "It opens at noon");
  await reads(ana, "It opens at noon");
  await ana.waitForFunction(
    async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).some((n) =>
        n.title === "Bo answered you" && n.body === "It opens at noon.");
    },
    patience);
});

test("an alert that the open page has shown spares the reader the notification", async () => {
  await ana.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    for (const shown of await registration.getNotifications()) shown.close();
  });
  const alert = await api.call("POST", "/api/v1/alerts", { story: story.id, importance: "breaking" });
  await ana.waitForSelector("tocsin-live .alert", patience);
  await api.until(`/api/v1/alerts/${alert.id}`, ({ progress }) => progress?.totals.accepted === 1);
  // A later message to the same device, which no page has shown, comes after it.
  await ana.evaluate(async (server) => {
    const database = await new Promise((resolve) => {
      const opening = indexedDB.open("tocsin", 1);
      opening.onsuccess = () => resolve(opening.result);
    });
    const known = await new Promise((resolve) => {
      const asked = database.transaction("subscriptions").objectStore("subscriptions").get(server);
      asked.onsuccess = () => resolve(asked.result);
    });
    await fetch(`/api/v1/subscriptions/${known.id}/test`, { method: "POST" });
  }, origin);
  const titles = await ana.waitForFunction(
    async () => {
      const registration = await navigator.serviceWorker.ready;
      const all = (await registration.getNotifications()).map(({ title }) => title);
      return all.some((title) => title.startsWith("Alerts from")) && all;
    },
    patience);
  assert.deepEqual((await titles.jsonValue()).filter((title) => title === "Harbour reopens"), []);
});

test("what a moderator takes away goes from every page, and its writer learns why", async () => {
  await write(bo, "Buy cheap watches");
  await reads(ana, "Buy cheap watches");
  const { items } = await api.call("GET", "/api/v1/moderation/queue?kind=recent");
  const spam = items.find((item) => item.text === "Buy cheap watches");
  await api.call("POST", `/api/v1/comments/${spam.id}/moderate`,
    { state: "rejected", ground: "spam", statement: "This is an advertisement." });
  await lacks(ana, "Buy cheap watches");
  await bo.reload();
  await reads(bo, "This is an advertisement");
  if (process.env.SHOTS) await pictures("story");
});

// SHOTS=<folder> keeps pictures.
async function pictures(name) {
  for (const [width, height] of [[1280, 900], [390, 844]]) {
    for (const value of ["light", "dark"]) {
      await bo.setViewport({ width, height });
      await bo.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
      const file = path.join(process.env.SHOTS, `${name}-${width}-${value}.png`);
      await bo.screenshot({ path: file, fullPage: true });
    }
  }
}

test("a page without scripts has the comments", async () => {
  const page = await chromium.newPage();
  await page.setJavaScriptEnabled(false);
  await page.goto(story.page_url);
  const text = await page.$eval(".conversation", (section) => section.textContent);
  assert.match(text, /Ana/);
  assert.match(text, /It opens at noon/);
  assert.doesNotMatch(text, /watches/);
  await page.close();
});

test("the conversation closes at its hour on every page, and a late comment is refused", async () => {
  await api.call("POST", `/api/v1/stories/${story.id}/conversation`, {
    mode: "by_rule", closes_at: new Date(Date.now() + 3_600_000).toISOString(),
  });
  await write(bo, "Still in time");
  await reads(ana, "Still in time");
  server.advance(3_600);
  await Promise.all([ana, bo].map((page) => reads(page, "Comments are closed since .*20\\d\\d")));
  const answer = await bo.evaluate(async (id, server) => {
    const response = await fetch(`/api/v1/stories/${id}/comments`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${localStorage.getItem(`tocsin-reader ${server}`)}`,
      },
      body: JSON.stringify({ text: "Too late" }),
    });
    return { status: response.status, problem: await response.json() };
  }, story.id, origin);
  assert.equal(answer.status, 409);
  assert.equal(answer.problem.code, "comments.closed");
  assert.match(answer.problem.detail, /closed since/);
  await bo.reload();
  await reads(bo, "Comments are closed since");
  if (process.env.SHOTS) await pictures("closed");
});
