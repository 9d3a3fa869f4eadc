// SPDX-License-Identifier: Apache-2.0
// The feeds of a site from the command line, and lists of feeds in and out.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";

import { kTocsin, makeFolder } from "./tocsin.mjs";

const kFeed = `<rss version="2.0"><channel><title>The Bell: world</title><link>/</link>
  <item><title>Quake &amp; tide</title><link>/1</link>
    <pubDate>Mon, 23 Nov 2026 09:30:00 GMT</pubDate></item></channel></rss>`;
const kPages = {
  "/": `<link rel="alternate" type="application/rss+xml" href="/world" title="World">
        <link rel="alternate" type="application/rss+xml" href="/lost" title="Lost">`,
  "/world": kFeed,
  "/bare": "<p>Nothing here</p>",
};

let site, origin, place;

before(async () => {
  site = http.createServer((request, response) => {
    const page = kPages[request.url];
    response.writeHead(page === undefined ? 404 : 200).end(page);
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  origin = `http://127.0.0.1:${site.address().port}`;
  place = makeFolder();
});

after(() => {
  site?.close();
  place?.remove();
});

// The site must go on answering: not execFileSync.
async function run(...args) {
  const process = spawn(kTocsin, args, { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let said = "";
  process.stdout.on("data", (text) => (out += text));
  process.stderr.on("data", (text) => (said += text));
  const [code] = await once(process, "close");
  return { code, out, said };
}
const find = (address, ...more) =>
  run("feed", "find", address, "--allow-private-addresses", "true", ...more);

test("the feeds that a page names are shown with what is in them", async () => {
  const { code, out } = await find(origin);
  assert.equal(code, 0);
  assert.match(out, /\/world\n {2}The Bell: world\n {2}rss20, 1 item/);
  assert.match(out, /2026-11-23 {2}Quake & tide/);
  assert.match(out, /\/lost\n {2}Lost\n {2}FIX {3}Nothing is at this address/);
  const found = (await find(origin, "--json")).out.trim().split("\n").map(JSON.parse);
  assert.deepEqual(found.map(({ items }) => items), [1, 0]);
});

test("a site without a feed, and an address that is none, are told apart", async () => {
  const bare = await find(`${origin}/bare`);
  assert.equal(bare.code, 1);
  assert.match(bare.out, /No feed was found/);
  const wrong = await find("ftp://bell.example/");
  assert.equal(wrong.code, 2);
  assert.match(wrong.said, /no address of the Web/);
});

test("a list comes in once and goes out", async () => {
  const settings = ["--data-folder", path.join(place.folder, "data"), "--vapid-subject",
    "mailto:desk@bell.example"];
  const list = path.join(place.folder, "feeds.opml");
  writeFileSync(list, `<opml version="2.0"><body><outline text="World">
    <outline text="The Bell" xmlUrl="${origin}/world" htmlUrl="${origin}/"/></outline></body></opml>`);
  const first = await run("feed", "import", list, "--alert", "major", ...settings);
  assert.deepEqual(JSON.parse(first.out), { added: 1, known: 0, left_out: 0 });
  const again = await run("feed", "import", list, ...settings);
  assert.deepEqual(JSON.parse(again.out), { added: 0, known: 1, left_out: 0 });
  const { code, out } = await run("feed", "export", ...settings);
  assert.equal(code, 0);
  assert.match(out, new RegExp(`<outline text="World">\\n<outline type="rss" text="The Bell" xmlUrl="${origin}/world"`));
  const wrong = await run("feed", "import", path.resolve("package.json"), ...settings);
  assert.equal(wrong.code, 2);
  assert.match(wrong.said, /package\.json: this is no OPML/);
});
