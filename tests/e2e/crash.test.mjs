// SPDX-License-Identifier: Apache-2.0
// Ends the server at random moments of a broadcast and looks into the push service's ledger: after
// a restart everybody has been reached, nobody else has, and the totals are those of the plan.
//
//   READERS  how many are alerted
//   ROUNDS   how many broadcasts are cut by SIGKILL; for each five of them, one more by SIGTERM
//   SEED     decides the moments
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";

import { Api, Program, freePort, makeFolder, run } from "./tocsin.mjs";

const kReaders = Number(process.env.READERS ?? 5000);
const kRounds = Number(process.env.ROUNDS ?? 3);
const kSeed = Number(process.env.SEED ?? Date.now() % 1e9);
const kEndedBySeconds = 300;
const kEntryBytes = 16; // of a message in the ledger
const kSenders = 1;
const kConnections = 64;

// What may be sent twice: what was on its way on all connections, what the senders had not told yet,
// and what no checkpoint on disk had: the outcomes that make one, and those that came while the one
// before was being committed, for which 50 ms are allowed.
const kInFlight = kSenders * kConnections * constant("http2/client.h", "kStreamsMax");
const kUntold = kSenders * constant("deliver/sender.cc", "kReportMessages");
const kUnsaved = constant("fanout/broadcasts.cc", "kCheckpointOutcomes");
const kCommitMs = 50;

let place, service, settings, ledgerFile, server, api, site, broadcastMs, duplicatesMax;

function constant(file, name) {
  const source = readFileSync(path.resolve("../../tocsin", file), "utf8");
  return Number(source.match(new RegExp(`${name}(?: = |\\{)([\\d']+)`))[1].replaceAll("'", ""));
}

// Mulberry32: the same moments for the same seed.
let state = kSeed;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

before(async () => {
  place = makeFolder();
  const push = path.join(place.folder, "push");
  service = new Program(["push-service", "--port", "0", "--browser-port", "0", "--folder", push,
    "--readers", String(kReaders), "--decrypt-every", "100"]);
  const { ca_file } = await service.logged("push_service.ready");
  ledgerFile = path.join(push, "ledger.bin");

  settings = ["--data-folder", path.join(place.folder, "data"),
    "--listen-port", String(await freePort()), "--vapid-subject", "mailto:desk@bell.example",
    "--allow-private-addresses", "true", "--ca-file", ca_file,
    "--sender-threads", String(kSenders), "--push-connections-max", String(kConnections)];
  const imported = JSON.parse(
    run("subscriptions", "import", path.join(push, "readers.jsonl"), ...settings));
  assert.deepEqual(imported, { imported: kReaders, invalid: 0 });
  const token = run("token", "create", "crash", "--scope", "admin", ...settings).trim();
  await startServer();
  api = new Api((await server.logged("server.ready")).url, token);
  site = (await api.call("GET", "/api/v1/sites")).items[0].id;
});

after(async () => {
  await server?.stop();
  await service?.stop();
  place?.remove();
});

// Waits for the key material, so that broadcasts run at full speed.
async function startServer() {
  server = new Program(["serve", ...settings]);
  await server.logged("server.ready");
  await server.logged("key_material.ready");
}

async function makeAlert(headline) {
  const story = await api.call("POST", "/api/v1/stories", { site, headline });
  return api.call("POST", "/api/v1/alerts", { story: story.id, importance: "breaking" });
}

const alertNow = (alert) => api.call("GET", `/api/v1/alerts/${alert.id}`);

// The progress of the alert once its broadcast has ended. The log tells when: asking the API again
// and again would take time from the broadcast.
async function finished(alert) {
  const seen = await alertNow(alert);
  if (seen.progress?.finished) return seen.progress;
  const late = wait(kEndedBySeconds * 1000, undefined, { ref: false }).then(() => {
    throw new Error(`not finished after ${kEndedBySeconds} s`);
  });
  await Promise.race([
    server.logged("broadcast.finished", (line) => line.alert === alert.id), late]);
  return (await alertNow(alert)).progress;
}

function ledger(alert) {
  try {
    // An alert's collapse key is its story's id (core::collapse_key).
    return JSON.parse(run("ledger", "--folder", path.dirname(ledgerFile), "--readers",
      String(kReaders), "--collapse-key", alert.story));
  } catch (error) {
    if (error.status !== 1) throw error; // not clean: what it says is judged below
    return JSON.parse(error.stdout);
  }
}

const ledgerBytes = () => statSync(ledgerFile).size;

// What must be true of every broadcast, cut or not.
function check(alert, progress) {
  const { recipients, accepted, ...others } = progress.totals;
  assert.equal(recipients, kReaders);
  assert.equal(accepted, kReaders, `the others: ${JSON.stringify(others)}`);
  assert.equal(accepted + Object.values(others).reduce((a, b) => a + b), recipients);
  const { posts, duplicated, decrypted, reached, ...others_found } = ledger(alert);
  const { readers, gone, missed, outside, unreadable, retry_after_ignored } = others_found;
  assert.deepEqual({ readers, reached, gone, missed, outside, unreadable, retry_after_ignored },
    { readers: kReaders, reached: kReaders, gone: 0, missed: 0, outside: 0, unreadable: 0,
      retry_after_ignored: 0 });
  assert.equal(posts, kReaders + duplicated);
  assert.ok(decrypted > 0);
  return { duplicated, missed };
}

// Cuts a broadcast at a part of its time between `from` and `to`.
async function cut(round, signal, from, to) {
  const bytesBefore = ledgerBytes();
  const alert = await makeAlert(`${signal} ${round}`);
  const at = Math.round(broadcastMs * (from + random() * (to - from)));
  // The one wait in this test: the moment of the cut is what is being tried.
  await wait(at);
  const code = await server.stop(signal);
  const done = (ledgerBytes() - bytesBefore) / kEntryBytes / kReaders;
  await startServer();
  const { duplicated, missed } = check(alert, await finished(alert));
  console.log(
    `| ${round} | ${signal} | ${at} | ${(100 * done).toFixed(1)} | ${duplicated} | ${missed} |`);
  return { code, duplicated };
}

test("a broadcast that nothing cuts reaches everybody once", async () => {
  const alert = await makeAlert("Nothing happens");
  const started = performance.now();
  const progress = await finished(alert);
  broadcastMs = performance.now() - started;
  assert.equal(check(alert, progress).duplicated, 0);
  duplicatesMax = kInFlight + kUntold + kUnsaved + Math.round(kReaders / broadcastMs * kCommitMs);
  console.log(`SEED=${kSeed} READERS=${kReaders}: ${Math.round(broadcastMs)} ms, ` +
    `${Math.round(kReaders / broadcastMs * 1000)} a second; ` +
    `at most ${duplicatesMax} may be sent twice`);
  console.log("| round | signal | after ms | sent % | sent twice | missed |");
});

for (let round = 1; round <= kRounds; ++round) {
  test(`kill -9 loses nobody, round ${round}`, async () => {
    const { duplicated } = await cut(round, "SIGKILL", 0, 1);
    assert.ok(duplicated <= duplicatesMax, `${duplicated} sent twice`);
  });
}

for (let round = 1; round <= Math.ceil(kRounds / 5); ++round) {
  test(`SIGTERM sends nothing twice, round ${round}`, async () => {
    assert.deepEqual(await cut(round, "SIGTERM", 0.05, 0.8), { code: 0, duplicated: 0 });
  });
}
