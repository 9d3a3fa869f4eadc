// SPDX-License-Identifier: Apache-2.0
// A hub that our feeds name is told of each story, and finds it in the feed by then.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";

import { Api, Program, freePort, makeFolder, run } from "./tocsin.mjs";

let place, settings, token, server, api, origin, hub;
const pings = []; // the parameters of each
let failures = 0;

before(async () => {
  hub = http.createServer((request, response) => {
    let body = "";
    request.on("data", (text) => (body += text));
    request.on("end", () => {
      response.writeHead(failures-- > 0 ? 503 : 204).end();
      pings.push(new URLSearchParams(body));
      hub.emit("ping");
    });
  });
  hub.listen(0, "127.0.0.1");
  await once(hub, "listening");
  place = makeFolder();
  settings = ["--data-folder", path.join(place.folder, "data"),
    "--listen-port", String(await freePort()), "--site-name", "The Daily Bell",
    "--vapid-subject", "mailto:desk@bell.example", "--allow-private-addresses", "true",
    "--websub-hubs", `http://127.0.0.1:${hub.address().port}/`];
  token = run("token", "create", "e2e", "--scope", "admin", ...settings).trim();
  await start();
});

async function start() {
  server = new Program(["serve", ...settings]);
  origin = (await server.logged("server.ready")).url;
  api = new Api(origin, token);
}

async function publish(headline, topics = []) {
  const [site] = (await api.call("GET", "/api/v1/sites")).items;
  await api.call("POST", "/api/v1/stories", { headline, site: site.id, topics });
}

after(async () => {
  await server?.stop();
  hub?.closeAllConnections();
  hub?.close();
  place?.remove();
});

async function pinged(address) {
  while (!pings.some((ping) => ping.getAll("hub.url").includes(address))) await once(hub, "ping");
}

test("a story is in the feeds by the time the hub hears of it", async () => {
  const [site] = (await api.call("GET", "/api/v1/sites")).items;
  await api.call("POST", "/api/v1/stories",
    { headline: "Harbour reopens", site: site.id, topics: ["World & Sea"] });
  const topic = `${origin}/feed.json?topic=World%20%26%20Sea`;
  await pinged(topic);
  assert.deepEqual(pings[0].getAll("hub.mode"), ["publish"]);
  assert.ok(pings[0].getAll("hub.url").includes(`${origin}/feed.atom`));

  const json = await (await fetch(topic)).json();
  assert.equal(json.items[0].title, "Harbour reopens");
  assert.equal(json.feed_url, topic);
  const response = await fetch(`${origin}/feed.atom`);
  const hubUrl = `http://127.0.0.1:${hub.address().port}/`;
  assert.equal(response.headers.get("link"), `<${origin}/feed.atom>; rel="self", <${hubUrl}>; rel="hub"`);
  assert.match(await response.text(), /Harbour reopens/);
});

test("a hub that fails hears of it later", async () => {
  const [site] = (await api.call("GET", "/api/v1/sites")).items;
  pings.length = 0;
  failures = 1;
  await api.call("POST", "/api/v1/stories", { headline: "Bridge opens", site: site.id });
  await pinged(`${origin}/feed.atom`);
  pings.length = 0;
  await pinged(`${origin}/feed.atom`);
});

test("a hub is told once of what was published before a crash", async () => {
  await publish("Tunnel floods", ["Roads"]);
  await pinged(`${origin}/feed.atom?topic=Roads`);
  for (const topic of ["Rail", "Air"]) {
    pings.length = 0;
    failures = 1_000_000;
    await publish(`Strike begins: ${topic}`, [topic]);
    // The first hears of it, and fails; the second is cut off before.
    if (topic === "Rail") await pinged(`${origin}/feed.atom?topic=Rail`);
    await server.stop("SIGKILL");
    failures = 0;
    pings.length = 0;
    await start();
    await pinged(`${origin}/feed.atom?topic=${topic}`);
    const told = pings.flatMap((ping) => ping.getAll("hub.url"));
    assert.equal(told.filter((url) => url === `${origin}/feed.atom`).length, 1);
    assert.ok(!told.includes(`${origin}/feed.atom?topic=Roads`), "it was told of that");
    assert.match(await (await fetch(`${origin}/feed.atom`)).text(), /Strike begins/);
  }
});

test("a hub that was told is not told again after a restart", async () => {
  await publish("Storm passes", ["Weather"]);
  await pinged(`${origin}/feed.atom?topic=Weather`);
  // Writes are in order: with the second story the first ping is on disk.
  await publish("Sun shines");
  await server.stop();
  pings.length = 0;
  await start();
  await publish("Snow falls", ["Snow"]);
  await pinged(`${origin}/feed.atom?topic=Snow`);
  const told = pings.flatMap((ping) => ping.getAll("hub.url"));
  assert.ok(!told.includes(`${origin}/feed.atom?topic=Weather`));
});
