// SPDX-License-Identifier: Apache-2.0
// What `tocsin push` sends is read by implementations that are not ours: Node's HTTP/2 and ES256,
// and the npm package http_ece.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import crypto from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import http2 from "node:http2";
import path from "node:path";
import { after, before, test } from "node:test";

import ece from "http_ece";

import { Program, kTocsin, makeFolder, run } from "./tocsin.mjs";

const kPayload = JSON.stringify({
  web_push: 8030,
  notification: { title: "Ébauche: naïve café ☕", navigate: "https://news.example/" },
});

const kMany = 1000;

let place, sink, origin;
const received = [];

// A self-signed certificate for localhost; it is its own authority.
function makeCertificate() {
  const file = (name) => path.join(place.folder, name);
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt",
    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
    "-addext", "subjectAltName=DNS:localhost", "-keyout", file("key.pem"), "-out",
    file("ca.pem")], { stdio: "ignore" });
  return { key: readFileSync(file("key.pem")), cert: readFileSync(file("ca.pem")) };
}

before(async () => {
  place = makeFolder();
  sink = http2.createSecureServer(makeCertificate());
  sink.on("stream", (stream, headers) => {
    const parts = [];
    stream.on("data", (part) => parts.push(part));
    stream.on("end", () => {
      received.push({ headers, body: Buffer.concat(parts) });
      stream.respond({ ":status": headers[":path"] === "/gone" ? 410 : 201 });
      stream.end();
    });
  });
  sink.listen(0, "localhost");
  await once(sink, "listening");
  origin = `https://localhost:${sink.address().port}`;
});

after(() => {
  sink?.close();
  place?.remove();
});

// A browser's key pair and what it would hand out.
function makeReader(endpoint) {
  const keys = crypto.createECDH("prime256v1");
  keys.generateKeys();
  const auth = crypto.randomBytes(16);
  return {
    keys,
    auth,
    subscription: {
      endpoint,
      expirationTime: null,
      keys: { p256dh: keys.getPublicKey("base64url"), auth: auth.toString("base64url") },
    },
  };
}

const push = (lines, ...options) =>
  pushTrusting(path.join(place.folder, "ca.pem"), lines, ...options);

// Runs `tocsin push` to its end; gives its exit code and outputs.
async function pushTrusting(caFile, lines, ...options) {
  const file = (name, content) => {
    writeFileSync(path.join(place.folder, name), content);
    return path.join(place.folder, name);
  };
  const child = spawn(kTocsin, ["push", "--subscriptions", file("subs.jsonl", lines.join("\n")),
    "--vapid", file("vapid.json", run("vapid", "generate", "--subject", "mailto:desk@bell.example")),
    "--payload", file("payload.json", kPayload), "--ca", caFile, "--allow-private", ...options]);
  let out = "";
  let complaints = "";
  child.stdout.on("data", (text) => (out += text));
  child.stderr.on("data", (text) => (complaints += text));
  const [code] = await once(child, "close");
  return { code, summary: out === "" ? null : JSON.parse(out), complaints };
}

test("every message opens with its reader's keys, and the token with the sender's", async () => {
  const readers = Array.from({ length: kMany }, (_, i) => makeReader(`${origin}/reader/${i}`));
  const { code, summary } = await push(
    readers.map(({ subscription }) => JSON.stringify(subscription)),
    "--ttl", "60", "--urgency", "high", "--collapse-key", "story-1");
  assert.equal(code, 0);
  assert.equal(summary.recipients, kMany);
  assert.equal(summary.accepted, kMany);
  assert.equal(received.length, kMany);

  const vapid = JSON.parse(readFileSync(path.join(place.folder, "vapid.json")));
  const salts = new Set();
  for (const { headers, body } of received) {
    const reader = readers[Number(headers[":path"].split("/").pop())];
    const opened = ece.decrypt(body, {
      version: "aes128gcm", privateKey: reader.keys, authSecret: reader.auth.toString("base64url"),
    });
    assert.equal(opened.toString("utf8"), kPayload);
    salts.add(body.subarray(0, 16).toString("hex"));
    assert.equal(headers["content-encoding"], "aes128gcm");
    assert.equal(headers.ttl, "60");
    assert.equal(headers.urgency, "high");
    assert.equal(headers.topic, "story-1");
    checkToken(headers.authorization, vapid);
  }
  assert.equal(salts.size, kMany);
});

// RFC 8292, sections 2 and 3.
function checkToken(authorization, vapid) {
  const [, token, key] = /^vapid t=(\S+), k=(\S+)$/.exec(authorization);
  assert.equal(key, vapid.publicKey);
  const [header, claims, signature] = token.split(".");
  const point = Buffer.from(key, "base64url");
  const publicKey = crypto.createPublicKey({
    format: "jwk",
    key: { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33).toString("base64url") },
  });
  assert.ok(crypto.verify("sha256", Buffer.from(`${header}.${claims}`),
    { key: publicKey, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url")));
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, "base64url"));
  assert.equal(aud, origin);
  assert.equal(sub, vapid.subject);
  assert.ok(exp > Date.now() / 1000 && exp <= Date.now() / 1000 + 86_400);
}

test("some gone: exit 1, and the totals say so", async () => {
  const lines = [makeReader(`${origin}/there`), makeReader(`${origin}/gone`)]
    .map(({ subscription }) => JSON.stringify(subscription));
  const { code, summary } = await push(lines);
  assert.equal(code, 1);
  assert.equal(summary.accepted, 1);
  assert.equal(summary.gone, 1);
});

test("bad lines are named by number, the others are sent: exit 2", async () => {
  const good = makeReader(`${origin}/good`).subscription;
  const offCurve = makeReader(`${origin}/bad`).subscription;
  const point = Buffer.from(offCurve.keys.p256dh, "base64url");
  point[64] ^= 1;
  offCurve.keys.p256dh = point.toString("base64url");
  const { code, summary, complaints } = await push(
    [JSON.stringify(good), "", "{not json", JSON.stringify(offCurve)]);
  assert.equal(code, 2);
  assert.equal(summary.accepted, 1);
  assert.equal(summary.invalid, 2);
  assert.match(complaints, /subs\.jsonl:3: .*JSON/);
  assert.match(complaints, /subs\.jsonl:4: keys\.p256dh: /);
  assert.doesNotMatch(complaints, /\/bad/); // endpoints are secrets
});

test("a random thousand of what the built-in push service captured opens elsewhere", async () => {
  const kReaders = 3000;
  const kCaptured = 1000;
  const folder = path.join(place.folder, "push");
  const service = new Program(["push-service", "--port", "0", "--browser-port", "0", "--folder",
    folder, "--readers", String(kReaders), "--capture", String(kCaptured)]);
  const { ca_file } = await service.logged("push_service.ready");
  const lines = readFileSync(path.join(folder, "readers.jsonl"), "utf8").trimEnd().split("\n");
  const { code, summary } = await pushTrusting(ca_file, lines, "--collapse-key", "story-1");
  await service.stop();
  assert.equal(code, 0);
  assert.equal(summary.accepted, kReaders);

  const captured = readFileSync(path.join(folder, "capture.jsonl"), "utf8").trimEnd().split("\n");
  assert.equal(captured.length, kCaptured);
  const endpoints = new Set();
  for (const message of captured.map((line) => JSON.parse(line))) {
    const keys = crypto.createECDH("prime256v1");
    keys.setPrivateKey(message.private_key, "base64url");
    assert.equal(keys.getPublicKey("base64url"), message.keys.p256dh);
    const opened = ece.decrypt(Buffer.from(message.body, "base64url"),
      { version: "aes128gcm", privateKey: keys, authSecret: message.keys.auth });
    assert.equal(opened.toString("utf8"), kPayload);
    assert.equal(message.headers.topic, "story-1");
    endpoints.add(message.endpoint);
  }
  assert.equal(endpoints.size, kCaptured);
});
