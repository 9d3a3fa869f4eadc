// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { followsText } from "../src/reader/views.js";
import { foreignWorker } from "../src/reader/subscriber.js";
import { problemText } from "../src/shared/api.js";
import { fromBase64url, toBase64url } from "../src/shared/base64url.js";
import { isAsset, isKeptPage } from "../src/worker/pages.js";

test("base64url has no padding and its own alphabet", () => {
  const bytes = Uint8Array.from([0xfb, 0xff, 0xfe, 0x01]);
  assert.equal(toBase64url(bytes.buffer), "-__-AQ");
  assert.deepEqual([...fromBase64url("-__-AQ")], [...bytes]);
});

test("a problem is told in the server's words", () => {
  assert.equal(
    problemText('{"title":"The key is not valid","detail":"p256dh has 64 bytes"}', 422),
    "The key is not valid: p256dh has 64 bytes",
  );
  assert.equal(problemText("<html>Bad gateway</html>", 502), "The server answered with status 502.");
});

test("the follows are told by their names", () => {
  const config = {
    site: { id: "1", name: "The Coast", language: "en" },
    vapid_public_key: "",
    vapid_key_id: "",
    topics: [],
    sources: [{ id: "7", name: "The Guardian" }],
  };
  const text = (topics: string[], sources: string[]) =>
    followsText({ everything: false, topics, sources }, config);
  assert.equal(text(["Quakes"], ["7"]), "Quakes, The Guardian");
  assert.equal(text([], []), "nothing yet");
  assert.equal(followsText({ everything: true, topics: [], sources: [] }, config), "every alert");
});

test("a foreign page's worker keeps out of the way of the page's own", () => {
  const worker = foreignWorker("/tocsin-sw.js", "https://news.example/a/b", "https://alerts.example");
  assert.equal(
    worker.script,
    "https://news.example/tocsin-sw.js?tocsin=https%3A%2F%2Falerts.example",
  );
  assert.equal(worker.scope, "https://news.example/tocsin-alerts/");
});

test("the river and the stories are kept, the rest is not", () => {
  assert.ok(isKeptPage("/") && isKeptPage("/s/quake-1"));
  assert.ok(!isKeptPage("/following") && !isKeptPage("/newsroom/") && !isKeptPage("/api/v1/x"));
  assert.ok(isAsset("/app.css") && isAsset("/icons/icon-192.png") && !isAsset("/sw.js"));
});
