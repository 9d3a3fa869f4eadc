// SPDX-License-Identifier: Apache-2.0
// The reader's pages and the service worker in Chromium.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launchChromium } from "./chromium.mjs";
import { pretendToSubscribe } from "./pretend.mjs";
import { serveForeignPage, servePages } from "./preview.mjs";

let site, browser;

before(async () => {
  site = await servePages();
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  site?.close();
});

// A reader of their own: no storage or worker of another test. `work` gets a page; what goes wrong
// in it (an exception, a refusal by the content security policy) fails the test.
async function asReader(work) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (line) => {
    if (/Content Security Policy|Refused/.test(line.text())) problems.push(line.text());
  });
  site.api.calls.length = 0;
  site.api.refusal = undefined;
  try {
    await work(page, context);
  } finally {
    await context.close();
  }
  assert.deepEqual(problems, []);
}

// What <tocsin-follow> shows.
const followText = (page) =>
  page.evaluate(() => document.querySelector("tocsin-follow").shadowRoot.textContent);

const followSays = (page, pattern) =>
  page.waitForFunction(
    (text) => new RegExp(text).test(
      document.querySelector("tocsin-follow")?.shadowRoot?.textContent ?? ""),
    { timeout: 10_000 },
    pattern,
  );

async function press(page, label) {
  await followSays(page, label);
  await page.evaluate((text) => {
    const { shadowRoot } = document.querySelector("tocsin-follow");
    [...shadowRoot.querySelectorAll("button, label")].find((b) => b.textContent.includes(text)).click();
  }, label);
}

async function until(condition) {
  const end = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`never: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const posts = () => site.api.calls.filter(({ method }) => method === "POST");

test("the pages are readable without scripts", () =>
  asReader(async (page) => {
    await page.setJavaScriptEnabled(false);
    await page.goto(site.origin);
    const text = await page.$eval("body", (body) => body.innerText);
    assert.match(text, /Strong earthquake shakes the central coast/);
    assert.match(text, /Alerts need JavaScript/);
    assert.match(text, / UTC/);
  }));

test("no page is wider than a telephone", () =>
  asReader(async (page) => {
    await page.setViewport({ width: 320, height: 640 });
    for (const path of ["/", "/following", "/nothing", "/offline"]) {
      await page.goto(site.origin + path, { waitUntil: "networkidle0" });
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 320, `${path} is ${width} px wide`);
    }
  }));

test("no text of a feed runs", async () => {
  const hostile = await servePages({ isHostile: true });
  await asReader(async (page) => {
    let hasRun = false;
    await page.exposeFunction("canary", () => void (hasRun = true));
    await page.goto(hostile.origin, { waitUntil: "networkidle0" });
    assert.match(await page.$eval("h2", (heading) => heading.textContent), /^<\/title>.*canary\(\)/);
    const story = await page.$eval("h2 a", (link) => link.href);
    for (const url of [story, `${hostile.origin}/following`, `${hostile.origin}/nothing`]) {
      await page.goto(url, { waitUntil: "networkidle0" });
      await page.$$eval("article a", (links) => links.forEach((link) => {
        if (!link.href) link.click();
      }));
    }
    assert.equal(hasRun, false);
  });
  hostile.close();
});

test("what is pressed is large enough for a thumb", () =>
  asReader(async (page) => {
    await page.setViewport({ width: 390, height: 844 });
    await page.goto(site.origin, { waitUntil: "networkidle0" });
    const small = await page.evaluate(() => {
      const inside = document.querySelector("tocsin-follow").shadowRoot.querySelectorAll("button");
      const outside = document.querySelectorAll("nav a, footer a, .site a");
      return [...inside, ...outside]
        .filter((element) => element.getBoundingClientRect().height < 44)
        .map((element) => element.textContent);
    });
    assert.deepEqual(small, []);
  }));

test("times are the reader's", () =>
  asReader(async (page) => {
    await page.emulateTimezone("America/Santiago");
    await page.goto(site.origin, { waitUntil: "networkidle0" });
    const times = await page.$$eval("time", (all) => all.map((time) => time.textContent));
    assert.match(times[0], /^\d minutes ago$/);
    assert.ok(times.every((text) => !text.includes("UTC")));
  }));

test("nobody is asked for permission before they press the button", () =>
  asReader(async (page) => {
    await pretendToSubscribe(page);
    await page.goto(site.origin);
    await followSays(page, "Get real-time updates");
    assert.equal(await page.evaluate(() => Notification.permission), "default");
    assert.deepEqual(posts(), []);
  }));

test("a reader subscribes, chooses, tries, and leaves", () =>
  asReader(async (page) => {
    await pretendToSubscribe(page);
    await page.goto(`${site.origin}/following`);
    await press(page, "Get real-time updates on this device");
    await followSays(page, "Alerts are on");
    const [{ body }] = posts();
    assert.match(body.subscription.endpoint, /^https:\/\/push\.example\//);
    assert.equal(body.language, "en");

    await press(page, "Only what I choose");
    await press(page, "Economy");
    await followSays(page, "Saved");
    await until(() => site.api.calls.filter(({ method }) => method === "PATCH").length === 2);
    const last = site.api.calls.findLast(({ method }) => method === "PATCH").body;
    assert.deepEqual(last, { follows: { everything: false, topics: ["Economy"], sources: [] } });

    await page.goto(site.origin);
    await followSays(page, "Alerts are on");

    await page.goto(`${site.origin}/following`);
    await press(page, "Send me a test");
    await until(() => posts().some(({ target }) => target.endsWith("/test")));
    await page.evaluate(() => navigator.serviceWorker.dispatchEvent(
      new MessageEvent("message", { data: { tocsin: { shown: "test" } } })));
    await followSays(page, "It arrived");

    await press(page, "Turn off alerts");
    await followSays(page, "Alerts are off on this device");
    assert.equal(site.api.calls.at(-1).method, "DELETE");
    assert.equal(await page.evaluate(() => localStorage.getItem("pretended")), null);
  }));

test("a subscription that the browser dropped is made again, in place of the old one", () =>
  asReader(async (page) => {
    await pretendToSubscribe(page);
    await page.goto(`${site.origin}/following`);
    await press(page, "Get real-time updates");
    await followSays(page, "Alerts are on");
    const before = [...site.api.subscriptions.keys()].at(-1);

    await page.evaluate(() => localStorage.removeItem("pretended"));
    await page.goto(site.origin);
    await followSays(page, "Alerts are on");
    assert.equal(posts().at(-1).body.replaces, before);
    assert.ok(!site.api.subscriptions.has(before));
  }));

test("a subscription made with another key is made again", () =>
  asReader(async (page) => {
    await pretendToSubscribe(page);
    await page.goto(`${site.origin}/following`);
    await press(page, "Get real-time updates");
    await followSays(page, "Alerts are on");
    const first = posts().at(-1).body.subscription.endpoint;
    const key = site.api.key;
    site.api.key = key.slice(0, -2) + "AA";
    await page.reload();
    await followSays(page, "Alerts are on");
    await until(() => posts().at(-1).body.subscription.endpoint !== first);
    site.api.key = key;
  }));

test("a reader who said no learns how to change it", () =>
  asReader(async (page) => {
    await pretendToSubscribe(page, { permission: "denied" });
    await page.goto(site.origin);
    await press(page, "Get real-time updates");
    await followSays(page, "Alerts are blocked");
  }));

test("what the server refuses is said in its words, and can be tried again", () =>
  asReader(async (page) => {
    await pretendToSubscribe(page);
    await page.goto(`${site.origin}/following`);
    site.api.refusal = { status: 429, title: "Too many requests", detail: "Wait a minute." };
    await press(page, "Get real-time updates");
    await followSays(page, "Too many requests: Wait a minute.");
    site.api.refusal = undefined;
    await press(page, "Try again");
    await followSays(page, "Alerts are on");
  }));

test("the keyboard is enough, and keeps its place", () =>
  asReader(async (page) => {
    await pretendToSubscribe(page);
    await page.goto(`${site.origin}/following`);
    await followSays(page, "Get real-time updates");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    await page.evaluate(() => document.querySelector("tocsin-follow").shadowRoot
      .querySelector("button").focus());
    await page.keyboard.press("Enter");
    await followSays(page, "Alerts are on");
    const focused = await page.evaluate(() => document.activeElement.shadowRoot.activeElement.tagName);
    assert.equal(focused, "H2");
  }));

test("a foreign page opens a window of ours, which tells it the outcome", () =>
  asReader(async (page) => {
    const foreign = await serveForeignPage(
      `<!doctype html><title>f</title><p>x<script src="${site.origin}/tocsin.js" async></script>`);
    await page.goto(foreign.origin);
    await followSays(page, "Get real-time updates");
    const opened = new Promise((resolve) => page.once("popup", resolve));
    await press(page, "Get real-time updates");
    const popup = await opened;
    await popup.waitForSelector("tocsin-follow");
    assert.match(popup.url(), /\/following\?popup=1&from=http%3A%2F%2F127\.0\.0\.1/);
    // The window has no push service here: it speaks as it does after subscribing.
    await popup.evaluate((origin) =>
      opener.postMessage({ tocsin: "following", isOn: true }, origin), foreign.origin);
    await followSays(page, "Alerts are on");
    // A message from elsewhere changes nothing.
    await page.evaluate(() => postMessage({ tocsin: "following", isOn: false }, "*"));
    await page.reload();
    await followSays(page, "Alerts are on");
    foreign.close();
  }));

test("a foreign page with a worker file of its own subscribes in place", () =>
  asReader(async (page, context) => {
    const foreign = await serveForeignPage(
      `<!doctype html><title>f</title><tocsin-follow full></tocsin-follow>
       <script src="${site.origin}/tocsin.js" data-worker="/tocsin-sw.js" async></script>`,
      `importScripts("${site.origin}/sw.js");`);
    await pretendToSubscribe(page);
    await context.overridePermissions(foreign.origin, ["notifications"]);
    await page.goto(foreign.origin);
    await press(page, "Get real-time updates");
    await followSays(page, "Alerts are on");
    assert.equal(posts().length, 1);

    await deliver(page, alertOf(`${site.origin}/`), `${foreign.origin}/tocsin-alerts/`);
    const scoped = () => page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration("/tocsin-alerts/");
      return (await registration.getNotifications()).map(({ icon }) => icon);
    });
    assert.deepEqual(await scoped(), [`${site.origin}/icons/icon-192.png`]);
    assert.equal(await page.evaluate(() => navigator.serviceWorker.controller), null);
    foreign.close();
  }));

// ---- The service worker ----

const workerIsActive = (page) =>
  page.waitForFunction(
    async () => (await navigator.serviceWorker.getRegistration())?.active?.state === "activated");

// Hands a push message to the worker as the browser does, and waits until the worker has shown it.
// Nobody may ask getNotifications() before: Chromium takes a notification that it has written down
// but not put on the screen yet for one that was closed, and forgets it.
async function deliver(page, payload, scope = `${site.origin}/`) {
  const session = await page.createCDPSession();
  const registered = new Promise((resolve) => {
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const found = registrations.find(({ scopeURL }) => scopeURL === scope);
      if (found) resolve(found.registrationId);
    });
  });
  await session.send("ServiceWorker.enable");
  await page.evaluate(() => {
    window.hasShown = new Promise((resolve) => {
      navigator.serviceWorker.addEventListener("message", ({ data }) => {
        if (data.tocsin?.shown !== undefined) resolve();
      });
    });
  });
  await session.send("ServiceWorker.deliverPushMessage", {
    origin: new URL(scope).origin,
    registrationId: await registered,
    data: typeof payload === "string" ? payload : JSON.stringify(payload),
  });
  await page.evaluate(() => window.hasShown);
  await session.detach();
}

const notifications = (page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return (await registration.getNotifications()).map(({ title, body, tag, data, actions }) =>
      ({ title, body, tag, data, actions: actions.map((action) => action.title) }));
  });

const keptPages = (page) =>
  page.evaluate(async () => {
    const cache = await caches.open("tocsin-pages-1");
    return (await cache.keys()).map((request) => new URL(request.url).pathname);
  });

function alertOf(navigate, change = {}) {
  return {
    web_push: 8030,
    notification: {
      title: "Strong earthquake", body: "Harbour cleared.", navigate, lang: "en", dir: "ltr",
      tag: "story-1", silent: false,
      actions: [{ action: "map", title: "Map", navigate: `${site.origin}/?topic=Earthquake` }],
      ...change,
    },
    mutable: true,
    tocsin: { alert: "a1", story: "s1", version: 1 },
  };
}

async function withWorker(work) {
  await asReader(async (page, context) => {
    await context.overridePermissions(site.origin, ["notifications"]);
    await page.goto(site.origin);
    await workerIsActive(page);
    const story = await page.$eval(".card h2 a", (link) => link.href);
    await work(page, story, context);
  });
}

test("an alert is shown, and its page is kept", () =>
  withWorker(async (page, story) => {
    await deliver(page, alertOf(story));
    assert.deepEqual(await notifications(page), [{
      title: "Strong earthquake",
      body: "Harbour cleared.",
      tag: "story-1",
      actions: ["Map"],
      data: { navigate: story, actions: { map: `${site.origin}/?topic=Earthquake` }, alert: "a1" },
    }]);
    await until(async () => (await keptPages(page)).includes(new URL(story).pathname));
  }));

test("a follow-up takes the place of the first alert", () =>
  withWorker(async (page, story) => {
    await deliver(page, alertOf(story));
    await deliver(page, alertOf(story, { title: "Harbour open again" }));
    assert.deepEqual((await notifications(page)).map(({ title }) => title), ["Harbour open again"]);
  }));

test("what an open page has told of is closed, and no other alert is lost by that", () =>
  withWorker(async (page, story) => {
    await page.evaluate(async () => {
      const { active } = await navigator.serviceWorker.getRegistration();
      window.closing = setInterval(() => active.postMessage({ tocsinSeen: "story-2" }));
    });
    await deliver(page, alertOf(story));
    await deliver(page, alertOf(story, { tag: "story-3" }));
    await page.evaluate(async () => {
      clearInterval(window.closing);
      const { active } = await navigator.serviceWorker.getRegistration();
      active.postMessage({ tocsinSeen: "story-3" });
    });
    // The worker takes its messages in turn: when this one is done, so are those before it.
    await until(async () => (await notifications(page)).every(({ tag }) => tag !== "story-3"));
    assert.deepEqual((await notifications(page)).map(({ tag }) => tag), ["story-1"]);
  }));

test("a payload that nobody can read still shows something", () =>
  withWorker(async (page) => {
    await deliver(page, "\u0000not json");
    assert.deepEqual((await notifications(page)).map(({ title }) => title), ["News from localhost"]);
  }));

test("an alert is shown though the browser's storage hangs", () =>
  withWorker(async (page, story, context) => {
    const target = await context.waitForTarget((t) => t.type() === "service_worker");
    await (await target.worker()).evaluate(() => {
      IDBFactory.prototype.open = () => new EventTarget(); // never answers
    });
    await deliver(page, alertOf(story));
    assert.deepEqual((await notifications(page)).map(({ title }) => title), ["Strong earthquake"]);
  }));

// Runs in the worker; windows that it would open are only noted, for a browser without a user
// does not open any.
async function tap(context, action) {
  const target = await context.waitForTarget((t) => t.type() === "service_worker" &&
    t.url().startsWith(site.origin));
  const worker = await target.worker();
  return worker.evaluate(async (name) => {
    const opened = [];
    self.clients.openWindow = async (url) => void opened.push(url);
    const [notification] = await self.registration.getNotifications();
    const work = [];
    const event = new NotificationEvent("notificationclick", { notification, action: name });
    event.waitUntil = (promise) => work.push(promise.catch(() => undefined));
    self.dispatchEvent(event);
    await Promise.all(work);
    return { opened, left: (await self.registration.getNotifications()).length };
  }, action);
}

// Each in a browser context of its own: Chromium closes a notification after it says so, and may
// take one shown meanwhile with it.
for (const [what, action, page] of [
  ["a tap opens the story", "", (story) => story],
  ["a button opens its own page", "map", () => `${site.origin}/?topic=Earthquake`],
]) {
  test(what, () =>
    withWorker(async (reader, story, context) => {
      await deliver(reader, alertOf(story));
      assert.deepEqual(await tap(context, action), { opened: [page(story)], left: 0 });
    }));
}

test("without a network a kept page opens, and any other says so", () =>
  withWorker(async (page, story, context) => {
    await deliver(page, alertOf(story));
    await until(async () => (await keptPages(page)).includes(new URL(story).pathname));
    await page.reload({ waitUntil: "networkidle0" });
    const target = await context.waitForTarget((t) => t.type() === "service_worker");
    const session = await target.createCDPSession();
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions",
      { offline: true, latency: 0, downloadThroughput: 0, uploadThroughput: 0 });
    await page.setOfflineMode(true);
    await page.goto(story);
    assert.match(await page.$eval("h1", (heading) => heading.textContent), /Strong earthquake/);
    const font = await page.$eval("h1", (heading) => getComputedStyle(heading).fontWeight);
    assert.equal(font, "700");
    await page.goto(`${site.origin}/?topic=Sport`);
    assert.equal(await page.$eval("h1", (heading) => heading.textContent), "You are offline");
  }));

test("no more than thirty pages are kept", () =>
  withWorker(async (page) => {
    for (let i = 0; i < 33; ++i) {
      await page.evaluate((n) => caches.open("tocsin-pages-1").then((cache) =>
        cache.put(`/s/filler-${n}`, new Response("x"))), i);
    }
    await page.goto(site.origin);
    await until(async () => (await keptPages(page)).length === 30);
    assert.equal((await keptPages(page)).at(-1), "/");
  }));
