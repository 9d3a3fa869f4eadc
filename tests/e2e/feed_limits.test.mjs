// SPDX-License-Identifier: Apache-2.0
// Feeds made to be expensive, through the real program: each must end within 256 MB of memory and a
// second of the processor, whatever it is called.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const kMegabytesMax = 256;
const program = readFileSync(process.env.TOCSIN);
const isSanitized = program.includes("__asan_init"); // its shadow memory says nothing about ours
const isOptimised = process.env.OPTIMISED === "1";
const kSecondsMax = isOptimised ? 1 : 20; // a debug build, perhaps under sanitizers

// Runs the program with standard input, and reports what the kernel counted.
const kMeter = `
import json, resource, subprocess, sys
run = subprocess.run(sys.argv[1:], stdin=0, stdout=subprocess.PIPE)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"code": run.returncode, "head": run.stdout[:300].decode(errors="replace"), "bytes": len(run.stdout),
                  "megabytes": used.ru_maxrss / 1024, "seconds": used.ru_utime + used.ru_stime}))
`;

function measure(input) {
  const limit = isSanitized ? [] : ["prlimit", `--as=${(kMegabytesMax * 2) << 20}`];
  const argv = [...limit, process.env.TOCSIN, "feed", "parse", "--base", "https://example.org/feed"];
  const run = spawnSync("python3", ["-c", kMeter, ...argv], { input, encoding: "utf8", maxBuffer: 1 << 20 });
  assert.equal(run.status, 0, run.stderr);
  return JSON.parse(run.stdout);
}

const repeat = (unit, bytes) => unit.repeat(Math.floor(bytes / unit.length));
const rss = (inside) => `<rss version="2.0"><channel>${inside}</channel></rss>`;
const json = (items) => `{"version":"https://jsonfeed.org/version/1.1","items":[${items}]}`;
const kRoom = 9_900_000; // just within the limit of a document
const laughs = Array.from({ length: 10 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join("");

// What the program says, as the start of its JSON.
const kRead = '{"ok":true';
const kRefused = '{"ok":false';
const inputs = {
  "a billion laughs": [`<!DOCTYPE r [<!ENTITY l0 "ha">${laughs}]>${rss("<title>&l10;</title>")}`, kRefused],
  "an entity of 100 kB used 100,000 times": [
    `<!DOCTYPE r [<!ENTITY a "${"a".repeat(100_000)}">]>${rss(`<title>${"&a;".repeat(100_000)}</title>`)}`, kRefused],
  "an external entity": ['<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>', kRefused],
  "50 MB": [rss(repeat("<item><title>A</title></item>", 50_000_000)), kRefused],
  "10 MB of items": [rss(repeat("<item><title>A</title><link>https://example.org/a</link></item>", kRoom)), kRead],
  "a title of 10 MB": [rss(`<title>${repeat("title ", kRoom)}</title>`), kRead],
  "300,000 attributes": [rss(`<item${Array.from({ length: 300_000 }, (_, i) => ` a${i}=""`).join("")}><title>A</title></item>`), kRead],
  "300,000 attributes in HTML": [
    rss(`<item><description>&lt;p${Array.from({ length: 300_000 }, (_, i) => ` a${i}=''`).join("")}></description></item>`), kRead],
  "300,000 elements deep": [rss("<a>".repeat(300_000)), kRead],
  "300,000 elements deep in HTML": [rss(`<item><description>${"&lt;b>".repeat(300_000)}</description></item>`), kRead],
  "300,000 brackets deep in JSON": [json("[".repeat(300_000)), kRefused],
  "formatting elements that never close": [rss(repeat(`<item><description>${"&lt;a>&lt;b>&lt;font>".repeat(5000)}</description></item>`, kRoom)), kRead],
  "10 MB of less-than signs": [`<rss><channel>${"<".repeat(kRoom)}`, kRead],
  "10 MB of ampersands": [rss(`<item><description>${"&".repeat(kRoom)}</description></item>`), kRead],
  "10 MB of start tags": [`<rss><channel>${repeat("<a b='c'>", kRoom)}`, kRead],
  "10 MB of unclosed comments": [`<rss><channel>${repeat("<!--", kRoom)}`, kRead],
  "10 MB of unclosed CDATA": [`<rss><channel>${repeat("<a><![CDATA[</a>", kRoom)}`, kRead],
  "10 MB of quotation marks, which grow sixfold": [
    rss(repeat(`<item><description>${'"'.repeat(2000)}</description></item>`, kRoom)), kRefused],
  "a long base for short links": [
    `<rss><channel xml:base="https://example.org/${"a".repeat(2000)}/">${repeat("<item><description>&lt;a href=x>&lt;a href=x>&lt;a href=x></description></item>", kRoom)}</channel></rss>`, kRead],
  "10 MB of UTF-16": [Buffer.from(`\ufeff${rss(`<title>${repeat("title ", 4_900_000)}</title>`)}`, "utf16le"), kRead],
  "10 MB of bytes that are no text": [Buffer.concat([Buffer.from("<rss><channel><title>"), Buffer.alloc(kRoom, 0xff)]), kRead],
  "10 MB of numbers in JSON": [json(`${repeat("1,", kRoom)}1`), kRefused],
  "10 MB of objects in JSON": [json(`${repeat('{"id":"1"},', kRoom)}{}`), kRefused],
  "half a million values in JSON": [json(`${'{"id":1},'.repeat(240_000)}{}`), kRead],
  "10 MB of one text in JSON": [json(`{"id":"1","content_text":"${repeat("text ", kRoom)}"}`), kRead],
};

for (const [name, [input, expected]] of Object.entries(inputs)) {
  test(`bounded: ${name}`, (t) => {
    const { head, megabytes, seconds, bytes } = measure(input);
    t.diagnostic(`${megabytes.toFixed(0)} MB, ${seconds.toFixed(2)} s, ${bytes} bytes written`);
    assert.ok(head.startsWith(expected), head);
    if (!isSanitized) assert.ok(megabytes <= kMegabytesMax, `${megabytes} MB`);
    assert.ok(seconds <= kSecondsMax, `${seconds} s`);
  });
}
