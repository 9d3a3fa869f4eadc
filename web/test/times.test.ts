// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { localTime, relativeTime, wordingLanguage } from "../src/reader/times.js";

const kWording = { language: "en-GB", timeZone: "America/Santiago" };
const kNow = new Date("2026-11-23T09:41:00Z");

function ago(seconds: number): string {
  return relativeTime(new Date(kNow.getTime() - seconds * 1000), kNow, kWording);
}

test("a time within a day is told as its distance", () => {
  assert.equal(ago(20), "now");
  assert.equal(ago(60), "1 minute ago");
  assert.equal(ago(59 * 60), "59 minutes ago");
  assert.equal(ago(3 * 3600), "3 hours ago");
});

test("an older time is told in the reader's zone", () => {
  assert.match(ago(24 * 3600), /^22 November 2026.* 06:41$/);
});

test("a clock that is slow by seconds does not tell the future", () => {
  assert.equal(ago(-30), "now");
});

test("the language of the page decides the words", () => {
  assert.match(localTime(kNow, { language: "de", timeZone: "UTC" }), /^23\. November 2026.*09:41$/);
});

test("the reader's variety of the page's language is theirs", () => {
  assert.equal(wordingLanguage("en", "en-GB"), "en-GB");
  assert.equal(wordingLanguage("es", "en-GB"), "es");
  assert.equal(wordingLanguage("", "en-GB"), "en-GB");
});
