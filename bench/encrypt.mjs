// SPDX-License-Identifier: Apache-2.0
// Message encryption against the npm package http_ece, in turns, one thread each: medians of seven
// rounds. Both make a key pair and a salt for every message.
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

const ours = () => Number(execFileSync(path.join(root, "build/release/bench_encrypt"), { encoding: "utf8" }));

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const results = { tocsin: [], http_ece: [] };
for (let round = 0; round < kRounds; round += 1) {
  results.tocsin.push(ours());
  results.http_ece.push(peer());
}
console.log("| encryption, 300 bytes, one thread | messages/s, median | least | most |\n|---|---:|---:|---:|");
for (const [name, rates] of Object.entries(results)) {
  const row = [median(rates), Math.min(...rates), Math.max(...rates)].map((rate) => rate.toFixed(0));
  console.log(`| ${name} | ${row.join(" | ")} |`);
}
console.log(`\nratio of the medians: ${(median(results.tocsin) / median(results.http_ece)).toFixed(1)}`);
