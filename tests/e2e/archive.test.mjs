// SPDX-License-Identifier: Apache-2.0
// What WordPress exports is imported, once however often, and comes out as it was: as many
// comments, by the same people, in the same tree, open and closed as they were.
//
//   WORDPRESS  a folder with wordpress.xml, an export, and wordpress.json, what the database holds
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";

import { Api, Program, freePort, kTocsin, makeFolder } from "./tocsin.mjs";

const kCases = process.env.WORDPRESS ?? path.resolve("../archive");
const kExport = path.join(kCases, "wordpress.xml");
const kDepthMax = 6; // conversation::kAnsweredDepthMax: deeper answers follow on this level

const place = makeFolder();
after(() => place.remove());

function comments(command, folder, ...args) {
  const done = spawnSync(kTocsin, ["comments", command, ...args, "--data-folder",
    path.join(place.folder, folder), "--vapid-subject", "mailto:desk@bell.example"],
  { encoding: "utf8", maxBuffer: 1 << 30 });
  return { code: done.status, out: done.stdout, said: done.stderr };
}

function summary(folder, ...args) {
  const { code, out, said } = comments("import", folder, ...args, "--json");
  assert.equal(code, 0, said);
  return JSON.parse(out);
}

function exported(folder) {
  const { code, out, said } = comments("export", folder);
  assert.equal(code, 0, said);
  return out;
}

// Conversations of an export, each with its comments; long ones stand in several lines.
function conversationsOf(text) {
  const found = new Map();
  for (const line of text.trim().split("\n").map((each) => JSON.parse(each))) {
    if (!line.key) continue;
    const known = found.get(line.key);
    if (known) known.comments.push(...(line.comments ?? []));
    else found.set(line.key, { ...line, comments: line.comments ?? [] });
  }
  return [...found.values()];
}

const added = ({ comments: { published, held, rejected, deleted } }) =>
  published + held + rejected + deleted;

// ---- What WordPress's database says ----

const kStates = { 1: "approved", 0: "pending", trash: "deleted", "post-trashed": "deleted" };

// What of a post is to be here: WordPress exports no spam, and pings are no comments.
function wanted(post) {
  const kept = post.comments.filter(
    ({ approved, type }) => approved !== "spam" && type !== "pingback" && type !== "trackback");
  return new Map(kept.map((comment) => [comment.id, comment]));
}

const posts = JSON.parse(readFileSync(path.join(kCases, "wordpress.json"), "utf8")).posts;
const isMade = (post) =>
  [...wanted(post).values()].some(({ approved }) => approved === "1" || approved === "0");

const atDate = (date) => new Date(`${date.replace(" ", "T")}Z`).getTime();
const oneLine = (text) => text.replaceAll(/&#0?39;|&#8217;/g, "'").replaceAll("&quot;", '"')
  .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")
  .replaceAll(/\s+/g, " ").trim();

// A comment as "author, date, state", for what answers what.
const nameOf = (author, time, state) => `${author} ${time} ${state}`;

// For each comment what it is and what it answers, in any order. `tree`: [key, parent, name].
function shape(tree) {
  const all = new Map(tree.map(([key, parent, name]) => [key, { parent, name }]));
  const line = (key) => (all.has(key) ? [...line(all.get(key).parent), key] : []);
  return tree.map(([key, , name]) => {
    const above = line(key).slice(0, -1).slice(0, kDepthMax);
    return `${name} <- ${above.map((each) => all.get(each).name).join(" <- ")}`;
  }).sort();
}

// Those without text are not taken; what answers them answers what they answered.
function shapeOfPost(post, texts) {
  const all = wanted(post);
  const isKept = ({ approved, id }) => kStates[approved] === "deleted" || texts.has(id);
  const answered = (parent) => {
    if (!all.has(parent)) return "0";
    return isKept(all.get(parent)) ? parent : answered(all.get(parent).parent);
  };
  return shape([...all.values()].filter(isKept).map((comment) => [comment.id,
    answered(comment.parent),
    nameOf(oneLine(comment.author),
      comment.date.startsWith("0000") ? "?" : atDate(comment.date), kStates[comment.approved])]));
}

function shapeOfConversation({ comments: list }, undated) {
  return shape(list.map(({ key, parent, author, created, state }) => [key, parent,
    nameOf(author?.name ?? "", undated.has(author?.name) ? "?" : new Date(created).getTime(),
      state ?? "approved")]));
}

// The keys of comments that have text, by WordPress's own file.
function keysWithText() {
  const xml = readFileSync(kExport, "utf8");
  const found = new Set();
  for (const [, comment] of xml.matchAll(/<wp:comment>([^]*?)<\/wp:comment>/g)) {
    const id = comment.match(/<wp:comment_id>(\d+)</)[1];
    const text = comment.match(/<wp:comment_content><!\[CDATA\[([^]*?)\]\]><\/wp:comment_content>/);
    if (text && text[1].replaceAll(/<[^>]*>/g, "").trim() !== "") found.add(id);
  }
  return found;
}

test("a dry run changes nothing", () => {
  const said = summary("dry", kExport, "--create-stories");
  const { code } = comments("import", "nowhere", kExport, "--dry-run");
  assert.equal(code, 2, "a dry run makes no data folder");
  const before = exported("dry");
  const again = summary("dry", kExport, "--create-stories", "--dry-run");
  assert.equal(again.comments.known, added(said));
  assert.equal(exported("dry"), before);
});

test("pages without a story are left out, and the command says so", () => {
  const { code, out } = comments("import", "without", kExport, "--json");
  assert.equal(code, 1);
  const said = JSON.parse(out);
  assert.equal(said.conversations.left_out, posts.filter(isMade).length);
  assert.equal(added(said), 0);
  assert.equal(conversationsOf(exported("without")).length, 0);
});

test("an import has the database's comments, authors, answers and closed pages", () => {
  const said = summary("first", kExport, "--create-stories");
  const made = posts.filter(isMade);
  assert.equal(said.conversations.created, made.length);
  const here = conversationsOf(exported("first"));
  assert.equal(here.length, made.length);
  const texts = keysWithText();
  let count = 0;
  for (const post of made) {
    const slug = (url) => url.replace(/\/$/, "").split("/").at(-1);
    const found = here.filter(({ title, url }) => post.slug !== ""
      ? slug(url) === post.slug : title === oneLine(post.title.replaceAll(/<[^>]*>/g, "")));
    assert.equal(found.length, 1, post.slug);
    const undated = new Set([...wanted(post).values()]
      .filter(({ date }) => date.startsWith("0000")).map(({ author }) => oneLine(author)));
    assert.deepEqual(shapeOfConversation(found[0], undated), shapeOfPost(post, texts), post.slug);
    assert.equal(found[0].open ?? true, post.comment_status === "open", post.slug);
    count += found[0].comments.length;
  }
  assert.equal(count, added(said));
});

test("importing again changes nothing", () => {
  const before = exported("first");
  const said = summary("first", kExport, "--create-stories");
  assert.equal(added(said), 0);
  assert.equal(said.conversations.created, 0);
  assert.equal(exported("first"), before);
});

test("an import that was killed goes on where it was", async () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1e9);
  const file = path.join(place.folder, "many.jsonl");
  const list = Array.from({ length: 100 }, (_, i) => ({ key: `${i}`,
    parent: i % 3 ? `${i - 1}` : undefined, created: "2021-05-06T07:08:09Z", text: `Text ${i}` }));
  const pages = Array.from({ length: 300 }, (_, i) => JSON.stringify({ key: `page ${i}`,
    url: `https://news.example/${i}`, title: `Page ${i}`, comments: list }));
  writeFileSync(file, ['{"format":"tocsin-comments","version":1}', ...pages, '{"end":true}', ""]
    .join("\n"));
  const folder = path.join(place.folder, "killed");
  for (let round = 1; round <= 4; ++round) {
    const running = spawn(kTocsin, ["comments", "import", file, "--create-stories",
      "--data-folder", folder, "--vapid-subject", "mailto:desk@bell.example"], { stdio: "ignore" });
    const exited = once(running, "exit");
    await wait(100 + (seed * round * 7919) % 900);
    running.kill("SIGKILL");
    await exited;
  }
  const said = summary("killed", file, "--create-stories");
  assert.equal(added(said) + said.comments.known, 30_000, `seed ${seed}`);
  const here = conversationsOf(exported("killed"));
  assert.equal(here.length, 300);
  for (const each of here) assert.equal(each.comments.length, 100, `seed ${seed}: ${each.url}`);
});

test("what was exported makes the same comments elsewhere", () => {
  const before = exported("first");
  const file = path.join(place.folder, "export.jsonl");
  writeFileSync(file, before);
  summary("second", file, "--create-stories");
  assert.equal(exported("second"), before);
  const said = summary("first", file);
  assert.equal(added(said), 0);
});

test("WordPress's format makes the same comments too", () => {
  const file = path.join(place.folder, "export.xml");
  const { code, said } = comments("export", "first", "--format", "wordpress", "--out", file);
  assert.equal(code, 0, said);
  summary("third", file, "--create-stories");
  const plain = (folder) => conversationsOf(exported(folder)).map((each) =>
    shapeOfConversation(each, new Set())).sort();
  const milliseconds = (shapes) => JSON.stringify(shapes).replaceAll(/(\d{10})\d{3} /g, "$1 ");
  assert.equal(milliseconds(plain("third")), milliseconds(plain("first")));
});

test("nobody is told of what was imported, and readers see it", async () => {
  const port = await freePort();
  const settings = ["--data-folder", path.join(place.folder, "first"), "--listen-port",
    String(port), "--vapid-subject", "mailto:desk@bell.example"];
  const made = spawnSync(kTocsin, ["token", "create", "e2e", "--scope", "admin", "--data-folder",
    path.join(place.folder, "first")], { encoding: "utf8" });
  const server = new Program(["serve", ...settings]);
  try {
    await server.logged("server.ready");
    const api = new Api(`http://127.0.0.1:${port}`, made.stdout.trim());
    const site = (await api.call("GET", "/api/v1/sites")).items[0];
    await api.call("PATCH", `/api/v1/sites/${site.id}/comment-policy`, { is_offered: true });
    const alerts = await api.call("GET", `/api/v1/alerts?site=${site.id}`);
    assert.equal(alerts.items.length, 0);
    const stories = await api.call("GET", `/api/v1/stories?site=${site.id}`);
    const old = stories.items.filter(({ url }) => url.includes("/quake-hits-coast-"));
    assert.ok(old.length > 0);
    let shown = 0;
    for (const { id, published } of old) {
      assert.ok(new Date(published) < new Date("2026-01-01"), published);
      shown += (await api.call("GET", `/api/v1/stories/${id}/comments`)).items.length;
    }
    assert.ok(shown > 0);
  } finally {
    await server.stop();
  }
});
