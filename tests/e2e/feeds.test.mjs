// SPDX-License-Identifier: Apache-2.0
// The flood guard with the real program: a publishing system is changed, every item comes again
// under another id, and nobody is alerted until a person says so.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";

import { Api, Program, freePort, kSteered, makeFolder, run } from "./tocsin.mjs";

let place, settings, server, api, origin, feed, site;
const wire = { items: [], prefix: "", visits: 0 };

const web = http.createServer((request, response) => {
  ++wire.visits;
  response.setHeader("content-type", "application/rss+xml");
  response.end(
    `<rss version="2.0"><channel><title>Wire</title>` +
      wire.items.map(({ name, at }) =>
        `<item><title>Report ${name}</title><link>https://wire.example/${name}</link>` +
        `<guid isPermaLink="false">${wire.prefix}${name}</guid><pubDate>${at.toUTCString()}</pubDate></item>`).join("") +
      `</channel></rss>`,
  );
});

const add = (...names) => names.forEach((name) => wire.items.unshift({ name, at: new Date() }));
// Two fetches of a feed are five seconds apart, however it is asked for.
const fetched = async () => {
  const { visits } = wire;
  server.advance(6);
  await api.call("POST", `/api/v1/feeds/${feed.id}/fetch`, {});
  while (wire.visits === visits) await new Promise((resolve) => setImmediate(resolve));
};
const alerts = async (state) => (await api.call("GET", `/api/v1/alerts?state=${state}&limit=100`)).items;
const begin = async () => {
  server = new Program(["serve", ...settings], kSteered);
  origin = (await server.logged("server.ready")).url;
};

before(async () => {
  place = makeFolder();
  web.listen(0, "127.0.0.1");
  await once(web, "listening");
  settings = ["--data-folder", path.join(place.folder, "data"), "--listen-port", String(await freePort()),
    "--vapid-subject", "mailto:desk@bell.example", "--allow-private-addresses", "true"];
  const token = run("token", "create", "e2e", "--scope", "admin", ...settings).trim();
  await begin();
  api = new Api(origin, token);
  add("one", "two", "three");
  const source = await api.call("POST", "/api/v1/sources", { name: "The Wire" });
  feed = await api.call("POST", "/api/v1/feeds",
    { source: source.id, url: `http://127.0.0.1:${web.address().port}/feed`, alert: "major" });
  await api.until(`/api/v1/feeds/${feed.id}`, ({ health }) => health !== null);
});

after(async () => {
  await server?.stop();
  web.close();
  place?.remove();
});

test("a feed without an interval is polled by its rhythm", async () => {
  const { interval_seconds, health, state } = await api.call("GET", `/api/v1/feeds/${feed.id}`);
  assert.equal(interval_seconds, null);
  assert.equal(state, "ok");
  assert.ok(health.interval_seconds >= 120);
  assert.equal(health.fetches[0].items, 3);
});

test("news is alerted, and the fetch tells what was new", async () => {
  add("four");
  await fetched();
  await api.until("/api/v1/alerts", ({ items }) => items.length === 1);
  const { health } = await api.until(`/api/v1/feeds/${feed.id}`, (now) => now.health.fetches[0].fresh === 1);
  assert.equal(health.fetches.length, 2);
});

test("a changed publishing system alerts nobody", async () => {
  wire.prefix = "new/";
  await fetched();
  const { state } = await api.until(`/api/v1/feeds/${feed.id}`, (now) => now.held_alerts === 4);
  assert.equal(state, "held");
  const metrics = await fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${api.token}` } });
  assert.match(await metrics.text(), /^tocsin_alerts_held 4$/m);
  assert.equal((await alerts("released")).length, 1);
  for (const { held_because, progress } of await alerts("held")) {
    assert.match(held_because, /under another id/);
    assert.equal(progress, null);
  }
});

test("what is held outlives a restart, and is sent once, when a person says so", async () => {
  await server.stop();
  await begin();
  const [first, ...others] = await alerts("held");
  assert.equal(others.length, 3);
  const answers = await Promise.allSettled(
    Array.from({ length: 4 }, () => api.call("POST", `/api/v1/alerts/${first.id}/release`, {})));
  assert.equal(answers.filter(({ status }) => status === "fulfilled").length, 1);
  await api.until(`/api/v1/alerts/${first.id}`, ({ progress }) => progress?.finished);
  assert.deepEqual(await api.call("POST", `/api/v1/feeds/${feed.id}/dismiss-held`, {}), { dismissed: 3 });
  assert.equal((await alerts("held")).length, 0);
  assert.equal((await alerts("dismissed")).length, 3);
  assert.equal((await alerts("released")).length, 2);
});

// What the address of a feed answers when something is wrong with it: the fields of its health.
const kWrong = {
  "/dead": { status: 410, state: "trouble", verdict: "gone", says: /gone for good.*is not polled any more/, hasNext: false },
  "/broken": { status: 200, state: "trouble", verdict: "not_a_feed", says: /is not a feed .*open the address in a browser/, hasNext: true },
  "/busy": { status: 429, state: "trouble", verdict: "throttled", says: /wants fewer visits/, hasNext: true },
};

test("a feed that is gone, broken or wants to be left alone says so, and what to do", async () => {
  site = http.createServer(({ url }, response) => {
    response.writeHead(kWrong[url].status, { "content-type": "text/xml", ...(url === "/busy" ? { "retry-after": "7200" } : {}) });
    response.end(url === "/broken" ? "<!doctype html><p>Moved" : "");
  }).listen(0, "127.0.0.1");
  await once(site, "listening");
  const source = await api.call("POST", "/api/v1/sources", { name: "Troubled" });
  for (const [at, { status, state, verdict, says, hasNext }] of Object.entries(kWrong)) {
    const { id } = await api.call("POST", "/api/v1/feeds", { source: source.id, url: `http://127.0.0.1:${site.address().port}${at}` });
    const now = await api.until(`/api/v1/feeds/${id}`, ({ health }) => health !== null);
    assert.deepEqual([now.state, now.health.fetches[0].verdict, now.health.fetches[0].status], [state, verdict, status], at);
    assert.match(now.health.last_error, says);
    assert.equal(now.health.next_visit !== null, hasNext, at);
    if (at === "/busy") assert.ok((Date.parse(now.health.next_visit) - Date.parse(now.health.last_visit)) / 1000 > 7190);
  }
  site.close();
});

test("a search that is stopped visits the site no more", async () => {
  const visited = [];
  let answer; // of the page that names the feeds
  const asked = new Promise((resolve) => {
    site = http.createServer(({ url }, response) => {
      visited.push(url);
      if (url === "/other") return response.end("<rss><channel><title>Other</title></channel></rss>");
      response.setHeader("content-type", "text/html");
      answer = () => response.end("<link rel=alternate type=application/rss+xml href=/one><link rel=alternate type=application/rss+xml href=/two>");
      resolve();
    }).listen(0, "127.0.0.1");
  });
  await once(site, "listening");
  const address = `http://127.0.0.1:${site.address().port}`;
  const stop = new AbortController();
  const search = fetch(`${origin}/api/v1/feeds/find`, {
    method: "POST", signal: stop.signal, body: JSON.stringify({ url: address }),
    headers: { authorization: `Bearer ${api.token}`, "content-type": "application/json" },
  });
  await asked;
  stop.abort();
  await assert.rejects(search);
  // Two whole searches later the first would have gone on long since.
  const other = async () => (await api.call("POST", "/api/v1/feeds/find", { url: `${address}/other` })).items[0].title;
  await other();
  answer();
  assert.deepEqual([await other(), await other()], ["Other", "Other"]);
  assert.deepEqual(visited, ["/", "/other", "/other", "/other"]);
  site.close();
});
