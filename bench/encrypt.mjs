// SPDX-License-Identifier: Apache-2.0
// Message encryption against the npm package http_ece, in turns, one thread each: medians of seven
// rounds. The ratio compares like with like: a key pair and a salt for every message.
import { execFileSync } from "node:child_process";
import crypto from "node:crypto";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const kRounds = 7;
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const ece = createRequire(path.join(root, "tests/e2e/package.json"))("http_ece");

function peer() {
  const recipients = Array.from({ length: 100 }, () => {
    const keys = crypto.createECDH("prime256v1");
    keys.generateKeys();
    return { dh: keys.getPublicKey("base64url"), authSecret: crypto.randomBytes(16).toString("base64url") };
  });
  const message = Buffer.alloc(300, "n");
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < 1000) {
    const { dh, authSecret } = recipients[count % recipients.length];
    const privateKey = crypto.createECDH("prime256v1");
    privateKey.generateKeys();
    ece.encrypt(message, { version: "aes128gcm", dh, authSecret, privateKey });
    count += 1;
  }
  return (count * 1000) / (performance.now() - start);
}

// What bench_encrypt printed: { cold, refill, warm }.
function ours() {
  const output = execFileSync(path.join(root, "build/release/bench_encrypt"), { encoding: "utf8" });
  return Object.fromEntries(output.trim().split("\n").map((line) => line.split(" ")));
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const results = { cold: [], refill: [], warm: [], http_ece: [] };
for (let round = 0; round < kRounds; round += 1) {
  for (const [name, rate] of Object.entries(ours())) results[name].push(Number(rate));
  results.http_ece.push(peer());
}
const titles = {
  cold: "tocsin, cold: own key pair for each message",
  refill: "tocsin, key material derived ahead of time",
  warm: "tocsin, warm: message with that material",
  http_ece: "http_ece: own key pair for each message",
};
console.log("| encryption, 300 bytes, one thread | a second, median | least | most | us each |\n|---|---:|---:|---:|---:|");
for (const [name, rates] of Object.entries(results)) {
  const row = [median(rates), Math.min(...rates), Math.max(...rates)].map((rate) => rate.toFixed(0));
  console.log(`| ${titles[name]} | ${row.join(" | ")} | ${(1e6 / median(rates)).toFixed(2)} |`);
}
const ratio = (name) => (median(results[name]) / median(results.http_ece)).toFixed(1);
console.log(`\ncold / http_ece: ${ratio("cold")}; warm / http_ece: ${ratio("warm")}`);
