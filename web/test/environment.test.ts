// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { supportIn, unblockingSteps } from "../src/reader/environment.js";

const kMac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.4 Safari/605.1.15";
const kPhone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 Version/18.4 Mobile Safari/604.1";
const kFirefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

function on(userAgent: string, change: object = {}) {
  return { userAgent, touchPoints: 0, hasPush: true, isStandalone: false, ...change };
}

test("an iPhone or iPad needs the home screen first", () => {
  assert.equal(supportIn(on(kPhone, { touchPoints: 5, hasPush: false })), "install");
  assert.equal(supportIn(on(kMac, { touchPoints: 5, hasPush: false })), "install");
  assert.equal(supportIn(on(kPhone, { touchPoints: 5, isStandalone: true })), "yes");
});

test("a Mac does not", () => {
  assert.equal(supportIn(on(kMac)), "yes");
});

test("a browser without push is told so", () => {
  assert.equal(supportIn(on(kFirefox, { hasPush: false })), "no");
});

test("each browser has its own way to unblock", () => {
  const phone = on(kPhone, { isStandalone: true });
  const all = [phone, on(kMac), on(kFirefox), on("Mozilla/5.0 (Linux; Android 15) Chrome/140.0")];
  assert.equal(new Set(all.map(unblockingSteps)).size, all.length);
});
