// SPDX-License-Identifier: Apache-2.0
// A hub that our feeds name is told of each story, and finds it in the feed by then.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";

import { Api, Program, freePort, kTocsin, makeFolder, run } from "./tocsin.mjs";

let place, settings, token, server, api, origin, hub;
const pings = []; // the parameters of each
const users = []; // and who sent it
let elsewhere = ""; // where the hub redirects to; empty: it does not
let failures = 0;

before(async () => {
  hub = http.createServer((request, response) => {
    let body = "";
    request.on("data", (text) => (body += text));
    request.on("end", () => {
      if (elsewhere) response.writeHead(307, { location: elsewhere }).end();
      else response.writeHead(failures-- > 0 ? 503 : 204).end();
      users.push(request.headers.authorization);
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

test("a hub's password is told to the hub alone", async () => {
  const strangers = [];
  const stranger = http.createServer((request, response) => {
    strangers.push(request.headers.authorization);
    response.end();
  }).listen(0, "127.0.0.1");
  await once(stranger, "listening");
  await server.stop();
  assert.ok(users.length > 0 && users.every((user) => user === undefined));
  users.length = pings.length = 0;
  const at = settings.indexOf("--websub-hubs") + 1;
  const plain = settings[at];
  settings[at] = plain.replace("//", "//desk:hunter%202@");
  await start();
  await publish("Key turns", ["Locks"]);
  await pinged(`${origin}/feed.atom?topic=Locks`);
  assert.deepEqual(new Set(users), new Set([`Basic ${btoa("desk:hunter 2")}`]));

  // Where the hub sends us, nobody goes.
  elsewhere = `http://127.0.0.1:${stranger.address().port}/`;
  await publish("Lock breaks", ["Doors"]);
  const { hub: host, status } = await server.logged("hub.not_told");
  assert.deepEqual([host, status], ["127.0.0.1", "307"]);
  assert.deepEqual(strangers, []);

  const pages = await Promise.all(["/feed.atom", "/feed.json", "/metrics"].map(async (target) => {
    const response = await fetch(origin + target, { headers: { authorization: `Bearer ${token}` } });
    return `${[...response.headers]} ${await response.text()}`;
  }));
  assert.ok(pages[0].includes(`<${plain}>; rel="hub"`) && pages[1].includes(plain));
  const seen = [...pages, JSON.stringify(server.lines), server.printed,
    run("config", "print", ...settings), spawnSync(kTocsin, ["check", ...settings]).stdout];
  for (const text of seen) assert.ok(!/hunter|ZGVzazpod/.test(text), text);
  stranger.close();
});

test("a hub's password is not sent in the clear to another machine", () => {
  const inTheClear = [...settings];
  inTheClear[settings.indexOf("--websub-hubs") + 1] = "http://desk:hunter2@hub.example/";
  const { status, stdout, stderr } = spawnSync(kTocsin, ["serve", ...inTheClear],
    { encoding: "utf8", timeout: 10_000 });
  assert.ok(status > 0);
  assert.match(stderr, /websub_hubs: the password for hub.example would be sent in the clear/);
  assert.ok(!(stdout + stderr).includes("hunter2"));
});
