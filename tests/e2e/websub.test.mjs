// SPDX-License-Identifier: Apache-2.0
// The subscriber's tests of websub.rocks, by their numbers, against a scripted hub on loopback; and
// what they leave out: all signatures, odd leases, replays, hubs that fail, the way to the phone.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { after, before, test } from "node:test";
import zlib from "node:zlib";

import { Api, Program, freePort, kSteered, makeFolder, run } from "./tocsin.mjs";
import { document, startBlogs } from "./websub_hub.mjs";

const kReaders = 5;
const kBomb = zlib.gzipSync(Buffer.alloc(1 << 28)); // takes long: before anybody is connected
// Takes a database back to the version before feeds' hubs were kept.
const kOlder = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("DELETE FROM hub_subscription")
db.execute("UPDATE feed_state SET state = json_remove(state, '$.advertised')")
db.execute("DROP TABLE hub_told")
db.execute("DROP INDEX story_by_feed_time")
db.execute("PRAGMA user_version = 7")
db.commit()
`;

let place, blogs, service, settings, server, api, site, source;

before(async () => {
  place = makeFolder();
  blogs = await startBlogs();
  const push = path.join(place.folder, "push");
  service = new Program(["push-service", "--port", "0", "--browser-port", "0", "--folder", push,
    "--readers", String(kReaders), "--decrypt-every", "1"]);
  const { ca_file } = await service.logged("push_service.ready");
  settings = ["--data-folder", path.join(place.folder, "data"),
    "--listen-port", String(await freePort()), "--vapid-subject", "mailto:desk@bell.example",
    "--allow-private-addresses", "true", "--ca-file", ca_file];
  run("subscriptions", "import", path.join(push, "readers.jsonl"), ...settings);
  const token = run("token", "create", "websub", "--scope", "admin", ...settings).trim();
  await startServer(token);
  site = (await api.call("GET", "/api/v1/sites")).items[0].id;
  source = (await api.call("POST", "/api/v1/sources", { site, name: "Blogs" })).id;
});

after(async () => {
  await server?.stop();
  await service?.stop();
  blogs?.close();
  place?.remove();
});

let apiToken;
async function startServer(token = apiToken) {
  apiToken = token;
  server = new Program(["serve", ...settings], kSteered);
  api = new Api((await server.logged("server.ready")).url, token);
}

async function follow(blog, more = {}) {
  const feed = await api.call("POST", "/api/v1/feeds",
    { site, source, url: blog.url, interval_seconds: 3600, ...more });
  blog.feed = feed.id;
  return blog;
}

const healthOf = async (blog) =>
  (await api.call("GET", `/api/v1/feeds/${blog.feed}`)).health;

async function stories(title) {
  const { items } = await api.call("GET", `/api/v1/stories?site=${site}&limit=100`);
  return items.filter(({ headline }) => headline === title);
}
async function story(title) {
  const found = await api.until(`/api/v1/stories?site=${site}&limit=100`,
    ({ items }) => items.some(({ headline }) => headline === title));
  return found.items.find(({ headline }) => headline === title);
}

// The blog's first items and what the fetch told are on disk: writes are in order.
async function kept(blog, first) {
  await story(first);
  await api.call("PATCH", `/api/v1/feeds/${blog.feed}`, { interval_seconds: 3600 });
}

// Subscribed to, verified, and a pushed item becomes a story.
async function works(blog, name) {
  await follow(blog);
  await blog.verified();
  const { form, type } = blog.requests[0];
  assert.equal(type, "application/x-www-form-urlencoded");
  assert.equal(form["hub.topic"], blog.self);
  assert.match(form["hub.callback"], /\/websub\/[\w-]{32}$/);
  assert.match(form["hub.secret"], /^[0-9a-f]{64}$/);
  blog.add(name);
  const status = await blog.push();
  assert.ok(status >= 200 && status < 300, `status ${status}`);
  await story(name);
}

test("100: hub and self in the header fields", () =>
  works(blogs.blog("b100", { in: "header" }), "header"));

test("101: hub and self in an HTML page", () =>
  works(blogs.blog("b101", { format: "html" }), "page"));

test("102: hub and self in an Atom feed", () =>
  works(blogs.blog("b102", { format: "atom" }), "atom"));

test("103: hub and self in an RSS feed", () => works(blogs.blog("b103"), "rss"));

test("104: header fields come before the document", async () => {
  const blog = blogs.blog("b104", { in: "priority", format: "atom" });
  await works(blog, "priority");
  assert.ok(blog.requests.every(({ url }) => !url.includes("wrongtag")));
});

test("200: a topic with another name than the feed's URL", () =>
  works(blogs.blog("b200", { in: "header", otherSelf: "?self=other" }), "other self"));

for (const [number, status] of [[201, 302], [202, 301]]) {
  test(`${number}: a topic that redirects with ${status}`, () =>
    works(blogs.blog(`b${number}`, { in: "header", otherSelf: "?redirect=complete",
      topicRedirect: status }), `topic ${status}`));
}

for (const [number, status] of [[203, 302], [204, 301], ["203b", 307], ["204b", 308]]) {
  test(`${number}: a hub that redirects with ${status}`, async () => {
    const blog = blogs.blog(`b${number}`, { hubRedirect: status });
    await works(blog, `hub ${status}`);
    assert.equal(blog.requests.length, 2);
    assert.deepEqual(blog.requests[0].form, blog.requests[1].form);
  });
}

test("205: a verification of another topic is not confirmed", async () => {
  const blog = blogs.blog("b205", { verification: { "hub.topic": "https://other.example/" } });
  await follow(blog);
  await blog.until(({ verifications }) => verifications.length > 0);
  assert.equal(blog.verifications[0].status, 404);
  assert.equal((await healthOf(blog)).hub.state, "asked");
  // Neither is one of the other mode; the right one is.
  assert.equal((await blog.verify(blog.subscription, { "hub.topic": blog.self,
    "hub.mode": "unsubscribe" })).status, 404);
  const right = await blog.verify(blog.subscription, { "hub.topic": blog.self });
  assert.ok(right.echoed);
  assert.match(right.type, /^text\/plain/);
  assert.equal((await healthOf(blog)).hub.state, "verified");
});

test("300: a push is answered with 2xx", async () => {
  const blog = await follow(blogs.blog("b300"));
  await blog.verified();
  blog.add("a push");
  assert.equal(await blog.push(), 200);
  // Whole documents, parts of them, empty ones and nonsense alike.
  assert.equal(await blog.push({ items: blog.items }), 200);
  assert.equal(await blog.push({ body: "" }), 200);
  assert.equal(await blog.push({ body: "no feed at all" }), 200);
  await story("a push");
});

for (const [number, what, signatures] of [
  [301, "a wrong signature", [`sha256=${"0".repeat(64)}`, `sha1=${"0".repeat(40)}`, "sha256=",
    "sha256", "md5=d41d8cd98f00b204e9800998ecf8427e", "=", "sha256=xyz"]],
  [302, "no signature", [null]],
]) {
  test(`${number}: ${what} is ignored, and the sender not told`, async () => {
    const blog = await follow(blogs.blog(`b${number}`));
    await blog.verified();
    const polls = blog.polls;
    const forged = { id: "forged", title: `forged ${number}`, at: new Date() };
    for (const signature of signatures) {
      assert.equal(await blog.push({ items: [forged], signature }), 200, signature);
    }
    blog.add(`after ${what}`);
    await blog.push();
    await story(`after ${what}`);
    assert.deepEqual(await stories(`forged ${number}`), []);
    assert.equal(blog.polls, polls, "it is no hint either");
  });
}

test("every recognised method of signing is understood", async () => {
  const blog = await follow(blogs.blog("methods"));
  await blog.verified();
  for (const method of ["sha1", "sha256", "sha384", "sha512"]) {
    blog.add(`signed ${method}`);
    assert.equal(await blog.push({ method }), 200);
    await story(`signed ${method}`);
  }
  blog.add("in capitals");
  await blog.push({ signature: undefined });
  const body = "x";
  assert.equal(await blog.push({ body, signature: blog.signature(body).toUpperCase() }), 200);
  await story("in capitals");
});

test("a compressed push is read as it is", async () => {
  const blog = await follow(blogs.blog("compressed"));
  await blog.verified();
  const { polls } = blog;
  const codings = { gzip: zlib.gzipSync, deflate: zlib.deflateSync, br: zlib.brotliCompressSync,
    "br, gzip": (text) => zlib.gzipSync(zlib.brotliCompressSync(text)) };
  for (const [coding, compress] of Object.entries(codings)) {
    blog.add(`pushed as ${coding}`);
    const body = compress(document("rss", [blog.items[0]]));
    assert.equal(await blog.push({ body, headers: { "content-encoding": coding } }), 200);
    await story(`pushed as ${coding}`);
  }
  assert.equal(blog.polls, polls);
});

test("a push that unfolds without end, or not at all, is a reason to look", async () => {
  const broken = zlib.gzipSync("<rss/>").subarray(0, -9);
  const cases = { gzip: kBomb, "gzip, gzip": zlib.gzipSync(kBomb), "x-gzip": broken, zstd: broken };
  await Promise.all(Object.entries(cases).map(async ([coding, body], at) => {
    const blog = await follow(blogs.blog(`bomb-${at}`));
    await blog.verified();
    const { polls } = blog;
    blog.add(`looked for after ${coding}`);
    const started = performance.now();
    assert.equal(await blog.push({ body, headers: { "content-encoding": coding } }), 200);
    await api.call("GET", "/api/v1/sites");
    console.log(`${coding}: ${body.length} bytes, ${(performance.now() - started).toFixed(1)} ms`);
    await story(`looked for after ${coding}`);
    assert.equal(blog.polls, polls + 1);
    assert.equal((await healthOf(blog)).failures_in_row, 0);
  }));
});

test("a hub without TLS gets no secret, and what it pushes is a reason to look", async () => {
  const blog = await follow(blogs.blog("hint", { isStranger: true }));
  await blog.verified();
  assert.equal(blog.subscription["hub.secret"], undefined);
  const { polls } = blog;
  blog.add("looked for");
  const forged = { id: "forged", title: "forged in a hint", at: new Date() };
  assert.equal(await blog.push({ items: [forged], signature: null }), 200);
  await story("looked for");
  assert.deepEqual([blog.polls, await stories("forged in a hint")], [polls + 1, []]);
  await api.until(`/api/v1/feeds/${blog.feed}`, ({ health }) => health.hub.last_push);
});

test("a lease may be long, short, absent, or no number at all", async () => {
  const cases = { long: "9".repeat(5_000), absent: undefined, none: "soon", minus: "-5" };
  for (const [name, lease] of Object.entries(cases)) {
    const blog = await follow(blogs.blog(`lease-${name}`, { lease }));
    await blog.verified();
    const { hub } = await healthOf(blog);
    assert.equal(hub.state, "verified", name);
    const days = (new Date(hub.expires) - Date.now()) / 86_400_000;
    assert.ok(days > 0.9 && days < 30.1, `${name}: ${days} days`);
  }
  const expired = await follow(blogs.blog("lease-zero", { lease: "0" }));
  await expired.verified();
  assert.notEqual((await healthOf(expired)).hub.state, "verified");
});

test("a lease of a megabyte is refused, and the feed polled as before", async () => {
  const blog = await follow(blogs.blog("lease-mb", { lease: "9".repeat(1 << 20) }));
  await blog.until(({ verifications }) => verifications.length > 0);
  assert.ok([0, 414, 431].includes(blog.verifications[0].status), blog.verifications[0].status);
  const health = await healthOf(blog);
  assert.equal(health.hub.state, "asked");
  assert.equal(health.failures_in_row, 0);
});

test("the hub's denial is heard", async () => {
  const blog = await follow(blogs.blog("denied", { isSilent: true }));
  await blog.until(({ requests }) => requests.length > 0);
  const denial = { "hub.mode": "denied", "hub.reason": "not <you>", "hub.challenge": undefined };
  assert.equal((await blog.verify(blog.subscription, { ...denial, "hub.topic": "x" })).status, 404);
  assert.equal((await blog.verify(blog.subscription, denial)).status, 200);
  const { hub } = await healthOf(blog);
  assert.equal(hub.state, "refused");
  assert.match(hub.problem, /not <you>/);
});

test("a hub that fails is asked again, and the feed is polled meanwhile", async () => {
  const blog = await follow(blogs.blog("failing", { hubStatus: () => 503 }));
  await server.logged("websub.problem", ({ feed }) => feed === blog.feed);
  const health = await healthOf(blog);
  assert.equal(health.hub.state, "failing");
  assert.match(health.hub.problem, /status 503/);
  assert.equal(health.failures_in_row, 0);
});

test("unsubscribes when the feed is switched off, or removed", async () => {
  for (const how of ["off", "removed"]) {
    const blog = await follow(blogs.blog(`end-${how}`));
    await blog.verified();
    const { "hub.callback": callback } = blog.subscription;
    if (how === "off") {
      await api.call("PATCH", `/api/v1/feeds/${blog.feed}`, { enabled: false });
    } else {
      await api.call("DELETE", `/api/v1/feeds/${blog.feed}`);
    }
    await blog.verified("unsubscribe");
    const { form } = blog.requests.at(-1);
    assert.deepEqual(form, { "hub.mode": "unsubscribe", "hub.topic": blog.self,
      "hub.callback": callback });
    blog.add("too late");
    assert.equal(await blog.push(), 410);
  }
  assert.deepEqual(await stories("too late"), []);
});

test("a callback that nobody was given is not there", async () => {
  const blog = await follow(blogs.blog("guess"));
  await blog.verified();
  const real = new URL(blog.subscription["hub.callback"]);
  const call = async (pathname, options) =>
    (await fetch(new URL(pathname, real), options)).status;
  assert.equal(await call(`/websub/${"A".repeat(32)}`, { method: "POST", body: "x" }), 410);
  assert.equal(await call("/websub/", { method: "POST", body: "x" }), 404);
  assert.equal(await call("/websub/x", {}), 404);
  assert.equal(await call(real.pathname, {}), 404);
  assert.equal(await call(real.pathname, { method: "DELETE" }), 405);
  assert.equal(await call(`${real.pathname}?hub.mode=subscribe&hub.challenge=x`, {}), 404);
  const two = "x".repeat(2 << 20);
  assert.equal(await call(`/websub/${"A".repeat(32)}`, { method: "POST", body: two }), 413);
  assert.equal(await call(real.pathname, { method: "POST", body: two }), 200);
});

test("subscriptions and their secrets outlive a restart", async () => {
  const blog = await follow(blogs.blog("restart"));
  await blog.verified();
  await kept(blog, "restart begins");
  await server.stop();
  await startServer();
  assert.equal((await healthOf(blog)).hub.state, "verified");
  blog.add("after the restart");
  assert.equal(await blog.push(), 200);
  await story("after the restart");
  assert.equal(blog.requests.length, 1, "it was not asked again");
  const logged = JSON.stringify(server.lines);
  const { "hub.secret": secret, "hub.callback": callback } = blog.subscription;
  assert.ok(!logged.includes(secret) && !logged.includes(new URL(callback).pathname));
});

test("a feed that was read before its hubs were kept is read once more", async () => {
  const blog = await follow(blogs.blog("older"));
  await blog.verified();
  await kept(blog, "older begins");
  await server.stop();
  // As the program before left it.
  execFileSync("python3", ["-c", kOlder, path.join(place.folder, "data", "tocsin.db")]);
  await startServer();
  await api.call("POST", `/api/v1/feeds/${blog.feed}/fetch`);
  await blog.until(({ documents }) => documents === 2);
  await blog.verified("subscribe", 2);
  await api.call("POST", `/api/v1/feeds/${blog.feed}/fetch`);
  await blog.until(({ polls }) => polls === 3);
  assert.equal(blog.documents, 2);
});

test("a pushed item reaches the push service once: replayed or polled, it is known", async () => {
  const blog = await follow(blogs.blog("alerts"), { alert: "breaking" });
  await blog.verified();
  await server.logged("key_material.ready").catch(() => {});
  blog.add("The bridge has fallen");
  const started = performance.now();
  assert.equal(await blog.push(), 200);
  const answered = performance.now();
  await server.logged("broadcast.finished");
  const finished = performance.now();
  console.log(`push answered after ${(answered - started).toFixed(1)} ms; ` +
    `all ${kReaders} devices accepted after ${(finished - started).toFixed(1)} ms`);

  assert.equal(await blog.push(), 200);
  assert.equal(await blog.push({ items: blog.items }), 200);
  const polls = blog.polls;
  await api.call("PATCH", `/api/v1/feeds/${blog.feed}`, { interval_seconds: 1 });
  await blog.until(() => blog.polls > polls + 1);
  blog.add("The bridge stands");
  await blog.push();
  const second = await story("The bridge stands");
  assert.equal((await stories("The bridge has fallen")).length, 1);
  const first = await story("The bridge has fallen");
  const { items } = await api.call("GET", `/api/v1/alerts?site=${site}`);
  assert.deepEqual(items.map((alert) => alert.story).sort(), [first.id, second.id].sort());
  await server.logged("broadcast.finished", (line) =>
    line.alert === items.find((alert) => alert.story === second.id).id);
  for (const { id } of [first, second]) {
    const ledger = JSON.parse(run("ledger", "--folder", path.join(place.folder, "push"),
      "--readers", String(kReaders), "--collapse-key", id));
    assert.deepEqual([ledger.reached, ledger.duplicated], [kReaders, 0]);
  }
});

test("a feed that stays as it is is subscribed to, and follows its hub", async () => {
  // The hub moves within the hour, in which it is not followed; then the feed answers with 304.
  const blog = await follow(blogs.blog("settled"));
  await blog.verified();
  const first = blog.subscription["hub.callback"];
  blog.hub += "?second";
  blog.version = 1;
  await api.call("POST", `/api/v1/feeds/${blog.feed}/fetch`);
  await blog.until(({ polls }) => polls > 1);
  assert.equal(blog.requests.length, 1);
  server.advance(3_700);
  await api.call("POST", `/api/v1/feeds/${blog.feed}/fetch`);
  await blog.verified("unsubscribe");
  await blog.verified("subscribe", 2);
  assert.equal(blog.documents, 2);
  const modes = blog.requests.map(({ url, form }) => [form["hub.mode"], url]);
  assert.deepEqual(modes.sort(), [["subscribe", "/settled/hub"], ["subscribe", "/settled/hub?second"],
    ["unsubscribe", "/settled/hub"]]);
  assert.notEqual(blog.subscription["hub.callback"], first);
  blog.add("pushed by the second hub");
  assert.equal(await blog.push(), 200);
  await story("pushed by the second hub");
});

test("the hub is asked again at four fifths of the lease", async () => {
  const blog = await follow(blogs.blog("renewal", { lease: "100000" }));
  await blog.verified();
  server.advance(81_000);
  await blog.verified("subscribe", 2);
  assert.deepEqual(blog.requests[1].form, blog.requests[0].form);
  const { hub } = await healthOf(blog);
  assert.ok(new Date(hub.expires) - Date.now() > 180_000_000);
});
