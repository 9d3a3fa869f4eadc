// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOfTap, notificationFor, safeAddress } from "../src/worker/notification.js";

const kServer = "https://alerts.example";
const kAround = { server: kServer, siteName: "The Coast" };

function alert(change: object = {}) {
  return JSON.stringify({
    web_push: 8030,
    notification: {
      title: "Quake hits coast",
      body: "Magnitude 7.1.",
      navigate: "https://alerts.example/s/quake-0001",
      lang: "en",
      dir: "ltr",
      tag: "story-1",
      silent: false,
      actions: [{ action: "live", title: "Live", navigate: "/s/live-0002" }],
      ...change,
    },
    mutable: true,
    tocsin: { alert: "a1", story: "s1", version: 2 },
  });
}

test("shows what the declarative payload says", () => {
  const { title, options } = notificationFor(alert(), kAround);
  assert.equal(title, "Quake hits coast");
  assert.equal(options.body, "Magnitude 7.1.");
  assert.equal(options.tag, "story-1");
  assert.equal(options.renotify, true);
  assert.equal(options.icon, "https://alerts.example/icons/icon-192.png");
  assert.deepEqual(options.actions, [{ action: "live", title: "Live" }]);
  assert.deepEqual(options.data, {
    navigate: "https://alerts.example/s/quake-0001",
    actions: { live: "https://alerts.example/s/live-0002" },
    alert: "a1",
  });
});

test("shows something for every payload, however broken", () => {
  for (const payload of ["", "{", "null", "[]", '"x"', "{}", '{"notification":7}', "\u0000"]) {
    const { title, options } = notificationFor(payload, kAround);
    assert.equal(title, "News from The Coast");
    assert.equal(options.data.navigate, "https://alerts.example/");
    assert.equal(options.renotify, false);
  }
  assert.equal(notificationFor("", { ...kAround, siteName: "" }).title, "News from alerts.example");
});

test("does not ring again for a silent alert or one without a tag", () => {
  assert.equal(notificationFor(alert({ silent: true }), kAround).options.renotify, false);
  assert.equal(notificationFor(alert({ tag: "" }), kAround).options.renotify, false);
});

test("takes fields of the wrong type for absent", () => {
  const { options } = notificationFor(
    alert({ body: {}, tag: 5, dir: "up", actions: [null, { title: 3 }, "x"], timestamp: "now" }),
    kAround,
  );
  assert.equal(options.body, "");
  assert.equal(options.tag, "");
  assert.equal(options.dir, "auto");
  assert.deepEqual(options.actions, []);
  assert.ok(!("timestamp" in options));
});

test("leads nowhere but to http and https", () => {
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://", 5]) {
    assert.equal(safeAddress(bad, kServer), "https://alerts.example/");
  }
  assert.equal(safeAddress("/s/x", kServer), "https://alerts.example/s/x");
  assert.equal(safeAddress("https://other.example/a", kServer), "https://other.example/a");
});

test("opens the address of the button that was tapped", () => {
  const data = { navigate: "https://a.example/1", actions: { live: "https://a.example/2" } };
  assert.equal(addressOfTap(data, "", kServer), "https://a.example/1");
  assert.equal(addressOfTap(data, "live", kServer), "https://a.example/2");
  assert.equal(addressOfTap(data, "gone", kServer), "https://a.example/1");
  assert.equal(addressOfTap(undefined, "", kServer), "https://alerts.example/");
});
