// SPDX-License-Identifier: Apache-2.0
// Measures a server with many subscriptions: start-up, memory, and one push to all of them.
// Numbers belong in docs/experiments/0002-hundred-thousand.md. READERS: how many.
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { Program, freePort, makeFolder, run } from "./tocsin.mjs";

const kReaders = Number(process.env.READERS ?? 100_000);
const kStarts = 5;

const place = makeFolder();
const inPlace = (name) => path.join(place.folder, name);
const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function start(folder) {
  const settings = ["--data-folder", folder, "--listen-port", String(await freePort()),
    "--vapid-subject", "mailto:desk@bell.example", "--allow-private-addresses", "true"];
  const begun = performance.now();
  const server = new Program(["serve", ...settings]);
  await server.logged("server.ready");
  const ms = performance.now() - begun;
  const status = readFileSync(`/proc/${server.process.pid}/status`, "utf8");
  const kib = Number(status.match(/VmRSS:\s+(\d+)/)[1]);
  const loaded = await server.logged("subscriptions.loaded");
  await server.stop();
  return { ms, kib, count: loaded.count };
}

async function startOften(folder) {
  const starts = [];
  for (let i = 0; i < kStarts; ++i) starts.push(await start(folder));
  return { count: starts[0].count, ms: median(starts.map((one) => one.ms)),
    kib: median(starts.map((one) => one.kib)) };
}

const service = new Program(["push-service", "--port", "0", "--browser-port", "0",
  "--folder", inPlace("push"), "--readers", String(kReaders)]);
const { ca_file } = await service.logged("push_service.ready");
const readers = inPlace("push/readers.jsonl");

// The same readers with endpoints as long as FCM's are.
const lines = readFileSync(readers, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
writeFileSync(inPlace("fcm.jsonl"), lines.map((line) => JSON.stringify({ ...line, endpoint:
  `https://fcm.googleapis.com/fcm/send/${randomBytes(114).toString("base64url")}` })).join("\n"));

for (const [name, file] of [["local", readers], ["fcm", inPlace("fcm.jsonl")]]) {
  run("subscriptions", "import", file, "--data-folder", inPlace(name),
    "--vapid-subject", "mailto:desk@bell.example", "--allow-private-addresses", "true");
}
const empty = await startOften(inPlace("empty"));
console.log("empty", JSON.stringify(empty));
for (const name of ["local", "fcm"]) {
  const full = await startOften(inPlace(name));
  const bytes_each = Math.round(((full.kib - empty.kib) * 1024) / kReaders);
  console.log(name, JSON.stringify({ ...full, bytes_each }));
}

writeFileSync(inPlace("vapid.json"), run("vapid", "generate", "--subject", "mailto:a@b.example"));
writeFileSync(inPlace("payload.json"), JSON.stringify({ web_push: 8030,
  notification: { title: "Quake hits the coast", navigate: "https://bell.example/s/quake",
    body: "The harbour is being cleared. ".repeat(8) } }));
console.log(run("push", "--subscriptions", readers, "--vapid", inPlace("vapid.json"),
  "--payload", inPlace("payload.json"), "--ca", ca_file, "--allow-private").trim());

await service.stop();
place.remove();
