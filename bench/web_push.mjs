// SPDX-License-Identifier: Apache-2.0
// Sends messages with the npm package web-push and prints what that cost as one line of JSON.
//
// usage: node web_push.mjs ORIGIN READERS_FILE MESSAGES CONCURRENCY
//
// CONCURRENCY 1: one after another, as its manual shows. More: so many at a time over as many
// connections that are kept alive. NODE_EXTRA_CA_CERTS names the certificate to trust.
import dns from "node:dns";
import { readFileSync } from "node:fs";
import https from "node:https";

import webPush from "web-push";

dns.setDefaultResultOrder("ipv4first");

const kWarmUp = 200;
const [origin, file, messages, concurrency] = process.argv.slice(2);
const readers = readFileSync(file, "utf8").trimEnd().split("\n").slice(0, 100).map((line) => {
  const { endpoint, keys } = JSON.parse(line);
  return { endpoint: origin + new URL(endpoint).pathname, keys };
});
const { publicKey, privateKey } = webPush.generateVAPIDKeys();
const options = {
  TTL: 3600,
  urgency: "high",
  topic: "bench",
  vapidDetails: { subject: "mailto:desk@news.example", publicKey, privateKey },
};
if (Number(concurrency) > 1) {
  options.agent = new https.Agent({ keepAlive: true, maxSockets: Number(concurrency) });
}
const text = "n".repeat(300);

async function send(count) {
  let next = 0;
  const lane = async () => {
    while (next < count) await webPush.sendNotification(readers[next++ % readers.length], text, options);
  };
  await Promise.all(Array.from({ length: Number(concurrency) }, lane));
}

await send(kWarmUp);
const begun = performance.now();
const before = process.cpuUsage();
await send(Number(messages));
const seconds = (performance.now() - begun) / 1000;
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({
  messages: Number(messages),
  seconds,
  rate_per_second: Number(messages) / seconds,
  cpu_us_per_push: (user + system) / Number(messages),
}));
process.exit(0);
