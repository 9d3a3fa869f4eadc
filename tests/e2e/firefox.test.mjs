// SPDX-License-Identifier: Apache-2.0
// The whole path with real parts: a feed gains an item, the server fetches it, makes a story and
// an alert, encrypts it and hands it to a push service, stock Firefox decrypts and shows it.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";

import { launchFirefox } from "./firefox.mjs";
import { Api, Program, freePort, makeFolder, run, serveFeed } from "./tocsin.mjs";

let place, feed, service, server, api, browser, page, origin, source;

before(async () => {
  place = makeFolder();
  feed = await serveFeed();
  feed.add({ id: "old", title: "Yesterday's news", text: "Nobody is alerted of this." });

  service = new Program(["push-service", "--port", "0", "--browser-port", "0",
    "--folder", path.join(place.folder, "push")]);
  const service_ready = await service.logged("push_service.ready");

  const settings = ["--data-folder", path.join(place.folder, "data"), "--listen-port", String(await freePort()),
    "--site-name", "The Daily Bell", "--vapid-subject", "mailto:desk@bell.example",
    "--allow-private-addresses", "true", "--ca-file", service_ready.ca_file];
  const token = run("token", "create", "e2e", "--scope", "admin", ...settings).trim();
  server = new Program(["serve", ...settings]);
  origin = (await server.logged("server.ready")).url;
  api = new Api(origin, token);

  browser = await launchFirefox({ pushPort: Number(service_ready.browser_port) });
  page = await browser.newPage();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  await service?.stop();
  feed?.close();
  place?.remove();
});

// Evaluated in the page: what is on the screen.
const shown = () =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return (await registration.getNotifications()).map(({ title, body, tag, data }) =>
      ({ title, body, tag, data: JSON.parse(JSON.stringify(data)) }));
  });

const shownTitle = (title) =>
  page.waitForFunction(
    async (wanted) => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).some((n) => n.title === wanted);
    },
    { timeout: 20_000 },
    title,
  );

const pressInFollow = (pattern) =>
  page.waitForFunction(
    (text) => {
      const root = document.querySelector("tocsin-follow")?.shadowRoot;
      const found = [...(root?.querySelectorAll("button") ?? [])].find((b) =>
        new RegExp(text, "i").test(b.textContent));
      found?.click();
      return Boolean(found);
    },
    { timeout: 20_000 },
    pattern,
  );

const followSays = (pattern) =>
  page.waitForFunction(
    (text) => new RegExp(text, "i").test(
      document.querySelector("tocsin-follow")?.shadowRoot?.textContent ?? ""),
    { timeout: 20_000 },
    pattern,
  );

test("a feed is followed, and its first sight alerts nobody", async () => {
  const site = (await api.call("GET", "/api/v1/sites")).items[0];
  source = await api.call("POST", "/api/v1/sources",
    { site: site.id, name: "The Wire", home_url: "https://wire.example" });
  await api.call("POST", "/api/v1/feeds", {
    site: site.id, source: source.id, url: feed.url, interval_seconds: 1, alert: "breaking",
  });
  const stories = await api.until("/api/v1/stories", ({ items }) => items.length === 1);
  assert.equal(stories.items[0].headline, "Yesterday's news");
  assert.deepEqual((await api.call("GET", "/api/v1/alerts")).items, []);
});

test("a reader subscribes with one press of a button", async () => {
  await page.goto(`${origin}/following`);
  await pressInFollow("real-time updates");
  await followSays("alerts are on");
});

test("a new item of the feed is on the screen, once, and its page is kept for offline", async () => {
  const appeared = feed.add({
    id: "quake", title: "Quake hits the coast &amp; islands",
    text: "PORT ELLERY: The harbour is being &lt;b&gt;cleared&lt;/b&gt;.",
  });
  const { items } = await api.until("/api/v1/alerts", (list) => list.items.length === 1);
  const alert = await api.until(`/api/v1/alerts/${items[0].id}`,
    (answer) => answer.progress?.totals.accepted === 1);
  console.log(`feed item to accepted: ${Date.parse(alert.progress.first_accepted) - appeared} ms`);

  await shownTitle("Quake hits the coast & islands");
  const notifications = await shown();
  assert.equal(notifications.length, 1);
  const [notification] = notifications;
  assert.match(notification.body, /The harbour is being cleared/);
  const story = (await api.call("GET", "/api/v1/stories")).items[0];
  assert.match(JSON.stringify(notification.data), new RegExp(`/s/quake-hits-the-coast.*${story.id}`));
  assert.ok(notification.tag.length > 0);

  await page.waitForFunction(
    async (id) => {
      for (const name of await caches.keys()) {
        const kept = await (await caches.open(name)).keys();
        if (kept.some((request) => request.url.includes(id))) return true;
      }
      return false;
    },
    { timeout: 20_000 },
    story.id,
  );
});

test("an alert made through the API is accepted at once, and again is refused", async () => {
  const story = await api.call("POST", "/api/v1/stories", {
    site: source.site, headline: "Bridge reopened", summary: "<p>Traffic flows.</p>",
    dateline: "PORT ELLERY", topics: ["Local"],
  });
  const asked = Date.now();
  const alert = await api.call("POST", "/api/v1/alerts",
    { story: story.id, importance: "breaking" });
  const done = await api.until(`/api/v1/alerts/${alert.id}`,
    (answer) => answer.progress?.totals.accepted === 1);
  console.log(`API to accepted: ${Date.parse(done.progress.first_accepted) - asked} ms`);
  await shownTitle("Bridge reopened");
  await assert.rejects(api.call("POST", "/api/v1/alerts",
    { story: story.id, importance: "breaking" }), /409/);
});

test("the reader can send a test to their own device", async () => {
  await pressInFollow("send me a test");
  await page.waitForFunction(
    async () => (await (await navigator.serviceWorker.ready).getNotifications()).length === 3,
    { timeout: 20_000 },
  );
});

test("after unsubscribing nobody is sent anything", async () => {
  await pressInFollow("turn off|unsubscribe|stop");
  await followSays("real-time updates");
  feed.add({ id: "late", title: "Too late for this reader", text: "x" });
  const { items } = await api.until("/api/v1/alerts", (list) => list.items.length === 3);
  const late = await api.until(`/api/v1/alerts/${items[0].id}`,
    (answer) => answer.progress?.finished != null);
  assert.equal(late.progress.totals.recipients, 0);
});

test("SIGTERM ends the server with exit code 0", async () => {
  assert.equal(await server.stop(), 0);
  server = undefined;
});
