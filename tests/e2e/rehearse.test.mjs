// SPDX-License-Identifier: Apache-2.0
// A rehearsal with faults ends with books that fit, and says so in its last line. A folder that was
// prepared is used again.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";

import { kTocsin, makeFolder } from "./tocsin.mjs";

const kReaders = 2000;
const kAlerts = 2;
const kSeed = Number(process.env.SEED ?? Date.now() % 1e9);
const kFaults = process.env.FAULTS ??
  "404:0.01,410:0.02,413:0.01,429:0.0005,500:0.005,503-bare:0.005,refuse:0.01,reset:0.005," +
  "close:0.001,goaway:0.002";

const place = makeFolder();
after(() => place.remove());

function rehearse(...args) {
  const done = spawnSync(kTocsin, ["rehearse", "--readers", String(kReaders), "--alerts",
    String(kAlerts), "--interval", "1", "--latency", "1-5", "--seed", String(kSeed), "--json",
    ...args], { encoding: "utf8" });
  const said = `seed ${kSeed}\n${done.stderr}${done.stdout}`;
  return { code: done.status, said, lines: done.stdout.trim().split("\n").map(JSON.parse) };
}

function sum({ accepted, gone, rejected, failed, expired, suppressed }) {
  return accepted + gone + rejected + failed + expired + suppressed;
}

test("with faults nobody is missed and the totals add up", () => {
  const { code, said, lines } = rehearse("--faults", kFaults);
  assert.equal(code, 0, said);
  const { clock, ledger, rate_per_second, cpu_us_per_push, seed } = lines.at(-1);
  assert.deepEqual(Object.keys(lines.at(-1)),
    ["clock", "ledger", "rate_per_second", "cpu_us_per_push", "seed"]);
  assert.equal(seed, kSeed);
  assert.equal(ledger.recipients, sum(ledger), said);
  assert.ok(ledger.recipients > kReaders, said);
  assert.ok(ledger.gone > 0 && ledger.rejected > 0, said);
  for (const nobody of ["missed", "outside", "unreadable", "retry_after_ignored"]) {
    assert.equal(ledger[nobody], 0, said);
  }
  assert.ok(ledger.duplicated <= ledger.duplicates_max, said);
  assert.ok(ledger.decrypted > 0, said);
  assert.ok(clock.first_ms >= 0 && clock.p50_seconds > 0, said);
  assert.ok(clock.p50_seconds <= clock.p90_seconds && clock.p90_seconds <= clock.p99_seconds &&
    clock.p99_seconds <= clock.p100_seconds, said);
  assert.ok(rate_per_second > 0 && cpu_us_per_push > 0, said);
  assert.equal(lines.filter(({ event }) => event === "done").length, kAlerts);
});

test("a prepared folder is used again, and messages are captured", () => {
  const folder = path.join(place.folder, "prepared");
  const capture = path.join(place.folder, "capture.jsonl");
  const steps = (lines) => lines.filter(({ event }) => event === "prepare").map(({ step }) => step);
  const first = rehearse("--folder", folder);
  assert.equal(first.code, 0, first.said);
  assert.ok(steps(first.lines).includes("making readers"), first.said);
  const second = rehearse("--folder", folder, "--capture", capture, "--capture-messages", "30");
  assert.equal(second.code, 0, second.said);
  assert.ok(!steps(second.lines).includes("making readers"), second.said);
  assert.equal(second.lines.at(-1).ledger.accepted, kAlerts * kReaders, second.said);
  assert.equal(readFileSync(capture, "utf8").trim().split("\n").length, 30);
});

test("a temporary folder is removed, and a wrong fault refused", () => {
  const { lines } = rehearse();
  assert.ok(!existsSync(lines[0].folder));
  assert.throws(() => execFileSync(kTocsin, ["rehearse", "--faults", "sneeze:0.1"],
    { stdio: "pipe" }), { status: 2 });
});
