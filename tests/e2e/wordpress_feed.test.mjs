// SPDX-License-Identifier: Apache-2.0
// Follows a real WordPress, found by its address, while its editors write. Run by
// `./dev test-wordpress`, which installs it.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import readline from "node:readline";
import { after, before, test } from "node:test";

import { Api, Program, freePort, kTocsin, makeFolder, run } from "./tocsin.mjs";

const kContent =
  `<!-- wp:paragraph --><p onclick="alert(1)">The <strong>bridge</strong> over the fjord is open. ` +
  `<script>alert(1)</script><a href="/about/" style="position:fixed">About us</a>.</p><!-- /wp:paragraph -->\n\n` +
  `<!-- wp:image --><figure class="wp-block-image"><img src="PICTURE" alt="The bridge"/></figure><!-- /wp:image -->`;

let place, site, wordpress, settings, server, api, feed, open, closed;

// WordPress, its web server and its database, until stop().
async function startWordPress() {
  const port = await freePort();
  const process = spawn("bash", ["wordpress.sh", "--serve", String(port)],
    { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(process, "exit");
  const lines = readline.createInterface({ input: process.stdout });
  const [folder] = await Promise.race([once(lines, "line"),
    exited.then(([code]) => { throw new Error(`wordpress.sh ended with ${code}`); })]);
  const host = `127.0.0.1:${port}`;
  const env = { ...globalThis.process.env, WORDPRESS_FOLDER: folder, WORDPRESS_HOST: host };
  return {
    url: `http://${host}`,
    write: (action, what) => JSON.parse(execFileSync("php",
      ["-d", "display_errors=stderr", "wordpress/write.php", action, JSON.stringify(what)],
      { env, encoding: "utf8" })),
    async feed(format) {
      const response = await fetch(`http://${host}/feed/${format}`);
      const printed = execFileSync(kTocsin, ["feed", "parse", "--base", response.url,
        "--content-type", response.headers.get("content-type")],
        { input: await response.text(), encoding: "utf8" });
      return JSON.parse(printed);
    },
    async stop() {
      process.stdin.end();
      await exited;
    },
  };
}

const now = () => api.call("GET", `/api/v1/feeds/${feed.id}`);
const stories = async () => (await api.call("GET", "/api/v1/stories?limit=100")).items;
const alerts = async () => (await api.call("GET", "/api/v1/alerts?limit=100")).items;
const story = async (headline) => {
  const { items } = await api.until("/api/v1/stories?limit=100",
    (answer) => answer.items.some((each) => each.headline === headline), 60);
  return items.find((each) => each.headline === headline);
};
// The next fetches, after those there were, until one is as `test` wants it.
async function fetched(test) {
  const { at } = (await now()).health.fetches[0];
  const later = ({ health }) => health.fetches.filter((each) => each.at > at);
  const answer = await api.until(`/api/v1/feeds/${feed.id}`, (each) => later(each).some(test), 60);
  return later(answer).find(test);
}
const isUnchanged = ({ verdict }) => verdict === "unchanged";
const isDocument = ({ verdict }) => verdict === "document";

before(async () => {
  place = makeFolder();
  wordpress = await startWordPress();
  settings = ["--data-folder", path.join(place.folder, "data"), "--listen-port",
    String(await freePort()), "--vapid-subject", "mailto:desk@bell.example",
    "--allow-private-addresses", "true"];
  const token = run("token", "create", "e2e", "--scope", "admin", ...settings).trim();
  server = new Program(["serve", ...settings]);
  api = new Api((await server.logged("server.ready")).url, token);
  site = (await api.call("GET", "/api/v1/sites")).items[0].id;
});

after(async () => {
  await server?.stop();
  await wordpress?.stop();
  place?.remove();
});

test("the feed is found from the site's address, and from that of a post", async () => {
  const [{ link: post }] = (await wordpress.feed("")).items;
  for (const url of [wordpress.url, post]) {
    const { items } = await api.call("POST", "/api/v1/feeds/find", { url });
    const found = items.find((each) => each.url === `${wordpress.url}/feed/`);
    assert.ok(found, JSON.stringify(items));
    assert.equal(found.title, "The Harbour Post");
    assert.deepEqual([found.format, found.problem, found.items, found.has_hub, found.is_followed],
      ["rss20", "", 3, false, false]);
    assert.equal(found.preview[0].title, "Herring prices");
  }
  const printed = run("feed", "find", wordpress.url, "--json", ...settings);
  const urls = printed.trim().split("\n").map((line) => JSON.parse(line).url);
  assert.ok(urls.includes(`${wordpress.url}/feed/`), printed);
});

test("what was there before is recorded, and alerts nobody", async () => {
  const source = await api.call("POST", "/api/v1/sources", { site, name: "The Harbour Post" });
  feed = await api.call("POST", "/api/v1/feeds", { site, source: source.id,
    url: `${wordpress.url}/feed/`, alert: "major", interval_seconds: 60 });
  const { health, state } = await api.until(`/api/v1/feeds/${feed.id}`,
    (each) => each.health?.fetches.length > 0);
  const [{ verdict, status, items, fresh }] = health.fetches;
  assert.deepEqual([state, verdict, status, items, fresh], ["ok", "document", 200, 3, 0]);
  await story("Herring prices");
  assert.deepEqual((await stories()).map(({ headline }) => headline).sort(),
    ["A new pier", "Herring prices", "The ferry is back"]);
  assert.deepEqual(await alerts(), []);
});

test("what WordPress says of every feed does not slow the newsroom's own interval", async () => {
  const { health } = await now();
  assert.equal(new Date(health.next_visit) - new Date(health.last_visit), 60_000);
  await api.call("PATCH", `/api/v1/feeds/${feed.id}`, { interval_seconds: 1 });
  const { status, body_bytes, fresh } = await fetched(isUnchanged);
  assert.deepEqual([status, body_bytes, fresh], [304, 0, 0]);
});

test("a post that is published becomes a story, and an alert", async () => {
  open = wordpress.write("publish", { title: "The bridge is open & “free” — Ørsund",
    content: kContent, author: "Šárka Dvořáková", categories: ["Traffic", "Ørsund"],
    tags: ["bridges & tunnels"], comments: "open" });
  const { id } = await story("The bridge is open & “free” — Ørsund");
  const told = await api.call("GET", `/api/v1/stories/${id}`);
  assert.equal(told.url, open.url);
  assert.deepEqual(told.authors, ["Šárka Dvořáková"]);
  assert.deepEqual(told.topics.map((topic) => topic.name ?? topic).sort(),
    ["Traffic", "bridges & tunnels", "Ørsund"].sort());
  assert.equal(new Date(told.published).getTime(), new Date(open.published).getTime());
  assert.match(told.body, /<strong>bridge<\/strong>/);
  assert.ok(told.body.includes(open.picture), told.body);
  assert.ok(told.body.includes(`href="${wordpress.url}/about/"`), told.body);
  const served = await (await fetch(`${wordpress.url}/feed/`)).text();
  assert.match(served, /onclick="alert\(1\)".*<script>alert\(1\)<\/script>/);
  assert.doesNotMatch(told.body, /alert|script|onclick|style=|wp:paragraph/);
  const [alert, ...others] = (await api.until("/api/v1/alerts", ({ items }) => items.length > 0)).items;
  assert.deepEqual([alert.story, alert.state, others.length], [id, "released", 0]);
  assert.equal((await now()).health.fetches.find(({ fresh }) => fresh > 0).fresh, 1);
  await fetched(isUnchanged);
});

test("where comments are closed, the feed names no page of them", async () => {
  closed = wordpress.write("publish", { title: "No comment", content: "<p>None.</p>",
    author: "Šárka Dvořáková", categories: ["Traffic"], tags: [], comments: "closed" });
  wordpress.write("comment", { id: open.id, text: "At last!" });
  for (const format of ["", "atom/"]) {
    const { items, warnings } = await wordpress.feed(format);
    const named = (id) => items.find((each) => each.id === id);
    assert.deepEqual(warnings, []);
    assert.equal(named(open.guid).comments_url, `${open.url}#comments`);
    assert.equal(named(open.guid).comments, 1);
    assert.equal(named(closed.guid).comments_url, null);
    assert.equal(named(closed.guid).comments, null);
  }
  // A post nobody has commented on leads to the form.
  const ferry = (await wordpress.feed("")).items.find(({ title }) => title === "The ferry is back");
  assert.deepEqual([ferry.comments_url, ferry.comments], [`${ferry.link}#respond`, 0]);
  // Closed later, it still leads to the comments it has.
  wordpress.write("close", { id: open.id });
  const left = (await wordpress.feed("")).items.find(({ id }) => id === open.guid);
  assert.deepEqual([left.comments_url, left.comments], [`${open.url}#comments`, 1]);
  await story("No comment");
  await fetched(isUnchanged);
});

test("an edited post changes the story in silence", async () => {
  const { id } = await story("The bridge is open & “free” — Ørsund");
  const before = await alerts();
  wordpress.write("edit", { id: open.id, title: "The bridge is closed again",
    content: "<p>A lorry is stuck.</p>" });
  const edited = await story("The bridge is closed again");
  assert.equal(edited.id, id);
  const told = await api.call("GET", `/api/v1/stories/${id}`);
  assert.match(told.body, /A lorry is stuck/);
  assert.equal(new Date(told.published).getTime(), new Date(open.published).getTime());
  await fetched(isUnchanged);
  assert.deepEqual((await alerts()).map((alert) => alert.id), before.map((alert) => alert.id));
  assert.equal((await stories()).length, 5);
});

test("a post that is taken back stays a story", async () => {
  // Of another than the one changed last, WordPress would say that nothing has changed.
  assert.equal(wordpress.write("unpublish", { id: open.id }).status, "draft");
  const { items, status } = await fetched(isDocument);
  assert.deepEqual([items, status], [4, 200]);
  await fetched(isUnchanged);
  assert.equal((await stories()).length, 5);
  await story("The bridge is closed again");
  const { state, health } = await now();
  assert.deepEqual([state, health.failures_in_row, health.last_error], ["ok", 0, ""]);
  console.log(`WordPress answered ${health.fetches.map((each) => each.status).reverse().join(" ")}`);
});
