// SPDX-License-Identifier: Apache-2.0
// Reading feeds, against the npm packages rss-parser (feeds to items, HTML as it came), the same with
// sanitize-html (what has to follow before a page may show it, and what Tocsin does too) and
// fast-xml-parser (XML to objects, and nothing more), in turns: medians of ROUNDS rounds (default 7). Time is the processor's,
// user and system, so that what else runs on the machine counts little; Node's has its threads in it.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { XMLParser } from "fast-xml-parser";
import RssParser from "rss-parser";
import sanitizeHtml from "sanitize-html";
import { corpus } from "./feed_corpus.mjs";

const kRounds = Number(process.env.ROUNDS ?? 7);
const kMillis = 500;
const binary = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../build/release/bench_feed");
const kinds = corpus();
const folder = mkdtempSync(path.join(tmpdir(), "tocsin-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
kinds.forEach(({ texts }, kind) => {
  mkdirSync(path.join(folder, String(kind)));
  texts.forEach((text, i) => writeFileSync(path.join(folder, String(kind), String(100 + i)), text));
});

const rssParser = new RssParser();
const xmlParser = new XMLParser({ ignoreAttributes: false });
const allowed = { allowedTags: [...sanitizeHtml.defaults.allowedTags, "img"] };
const peers = {
  "rss-parser": async (text) => (await rssParser.parseString(text)).items.length,
  "rss-parser, sanitize-html": async (text) => {
    const { items } = await rssParser.parseString(text);
    // RSS and Atom, with and without whole articles.
    for (const item of items) {
      for (const html of [item.content, item.summary, item["content:encoded"]]) if (html) sanitizeHtml(html, allowed);
    }
    return items.length;
  },
  "fast-xml-parser": (text) => Object.keys(xmlParser.parse(text)).length,
};

const cpuMillis = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

// Feeds a second.
async function rate(parse, texts) {
  const start = cpuMillis();
  let count = 0;
  while (cpuMillis() - start < kMillis) {
    for (const text of texts) if (!(await parse(text))) throw new Error("nothing was read");
    count += texts.length;
  }
  return (count * 1000) / (cpuMillis() - start);
}

const results = kinds.map(() => Object.fromEntries(["tocsin", ...Object.keys(peers)].map((name) => [name, []])));
for (let round = 0; round < kRounds; round += 1) {
  const output = execFileSync(binary, kinds.map((_, kind) => path.join(folder, String(kind))), { encoding: "utf8" });
  output.trim().split("\n").forEach((line, kind) => results[kind].tocsin.push(Number(line)));
  for (const [kind, { name, texts }] of kinds.entries()) {
    if (name.startsWith("JSON")) continue; // which neither reads
    for (const [peer, parse] of Object.entries(peers)) results[kind][peer].push(await rate(parse, texts));
  }
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const speed = (list, bytes) =>
  list.length ? `${median(list).toFixed(0)} (${Math.min(...list).toFixed(0)} to ${Math.max(...list).toFixed(0)}), ${((median(list) * bytes) / 1e6).toFixed(1)}` : "-";
const ratio = (ours, list) => (list.length ? (median(ours) / median(list)).toFixed(1) : "-");
const names = ["tocsin", ...Object.keys(peers)];
console.log(`| feeds a second, MB a second | kB | ${names.join(" | ")} |`);
console.log(`|---|---:|${"---:|".repeat(names.length)}`);
const sizes = kinds.map(({ texts }) => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / texts.length);
for (const [kind, { name }] of kinds.entries()) {
  const row = names.map((each) => speed(results[kind][each], sizes[kind]));
  console.log(`| ${[name, (sizes[kind] / 1000).toFixed(1), ...row].join(" | ")} |`);
}
console.log(`\n| tocsin is so many times as fast as | ${names.slice(1).join(" | ")} |`);
console.log(`|---|${"---:|".repeat(names.length - 1)}`);
for (const [kind, { name }] of kinds.entries()) {
  console.log(`| ${[name, ...names.slice(1).map((each) => ratio(results[kind].tocsin, results[kind][each]))].join(" | ")} |`);
}
