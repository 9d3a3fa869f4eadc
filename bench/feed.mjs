// SPDX-License-Identifier: Apache-2.0
// Reading feeds, against the npm packages rss-parser (feeds to items, HTML as it came), the same with
// sanitize-html (what has to follow before a page may show it) and fast-xml-parser (XML to objects,
// and nothing more), in turns: medians of ROUNDS rounds (default 7). Time is the processor's, user
// and system, so that what else runs on the machine counts little; Node's has its threads in it.
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

const ours = ["tocsin", "tocsin, sanitised"];
const names = [...ours, ...Object.keys(peers)];
const results = kinds.map(() => Object.fromEntries(names.map((name) => [name, []])));
for (let round = 0; round < kRounds; round += 1) {
  const output = execFileSync(binary, kinds.map((_, kind) => path.join(folder, String(kind))), { encoding: "utf8" });
  output.trim().split("\n").forEach((line, kind) => {
    line.split(" ").forEach((speed, i) => results[kind][ours[i]].push(Number(speed)));
  });
  for (const [kind, { name, texts }] of kinds.entries()) {
    if (name.startsWith("JSON")) continue; // which no peer reads
    for (const [peer, parse] of Object.entries(peers)) results[kind][peer].push(await rate(parse, texts));
  }
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const speed = (list, bytes) =>
  list.length ? `${median(list).toFixed(0)} (${Math.min(...list).toFixed(0)} to ${Math.max(...list).toFixed(0)}), ${((median(list) * bytes) / 1e6).toFixed(1)}` : "-";
console.log(`| feeds a second, MB a second | kB | ${names.join(" | ")} |`);
console.log(`|---|---:|${"---:|".repeat(names.length)}`);
const sizes = kinds.map(({ texts }) => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / texts.length);
for (const [kind, { name }] of kinds.entries()) {
  const row = names.map((each) => speed(results[kind][each], sizes[kind]));
  console.log(`| ${[name, (sizes[kind] / 1000).toFixed(1), ...row].join(" | ")} |`);
}

// Who does the same work.
const pairs = [
  ["tocsin", "rss-parser"],
  ["tocsin", "fast-xml-parser"],
  ["tocsin, sanitised", "rss-parser, sanitize-html"],
];
const compared = kinds.map((_, kind) => kind).filter((kind) => results[kind]["rss-parser"].length > 0);
const seconds = (name, of) => of.reduce((sum, kind) => sum + 1 / median(results[kind][name]), 0);
const rows = [...compared.map((kind) => [kinds[kind].name, [kind]]), ["all four", compared]];
console.log(`\n| so many times as fast | ${pairs.map(([our, peer]) => `${our} : ${peer}`).join(" | ")} |`);
console.log(`|---|${"---:|".repeat(pairs.length)}`);
for (const [name, of] of rows) {
  const ratios = pairs.map(([our, peer]) => (seconds(peer, of) / seconds(our, of)).toFixed(1));
  console.log(`| ${[name, ...ratios].join(" | ")} |`);
}
