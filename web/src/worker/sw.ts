// SPDX-License-Identifier: Apache-2.0
// The service worker: shows alerts, opens their pages, keeps the pages for when the network is
// gone and repairs the subscription when the browser changes it.
//
// A foreign page hosts it by a file of its own that holds
// `importScripts("https://alerts.example/sw.js")`; the script that registers that file adds
// `?tocsin=https://alerts.example`. There it only handles alerts: the pages are not ours.
import { Api, type Receipt } from "../shared/api.js";
import { enrol } from "../shared/device.js";
import { recall } from "../shared/state.js";
import { addressOfTap, notificationFor } from "./notification.js";
import { asset, isAsset, isKeptPage, page, precacheOfflinePage, precachePage } from "./pages.js";

declare const self: ServiceWorkerGlobalScope;

interface SubscriptionChange extends ExtendableEvent {
  readonly newSubscription?: PushSubscription | null;
}

const kSpreadMs = 5_000; // a million devices must not fetch the story in the same instant
const kStoragePatienceMs = 1_000; // a browser whose storage hangs must not lose the alert
const kReporting = 0.1; // the share of devices that report
const kReportSpreadMs = 15_000;
const kAnswerMs = 300; // for a page to say whether it has shown an alert
// Safari takes the permission away from whoever shows nothing.
const mustShow = /^((?!chrome|android).)*safari/i.test(navigator.userAgent);

const ownOrigin = self.location.origin;
const server = new URL(self.location.href).searchParams.get("tocsin") ?? ownOrigin;
const isAtHome = server === ownOrigin;

async function precacheLater(address: string): Promise<void> {
  const url = new URL(address);
  if (!isAtHome || url.origin !== ownOrigin || !isKeptPage(url.pathname)) return;
  await new Promise((resolve) => setTimeout(resolve, Math.random() * kSpreadMs));
  await precachePage(url.href);
}

// Open pages learn that an alert arrived: the self-test waits for that.
async function tellPages(message: unknown): Promise<void> {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const client of pages) client.postMessage({ tocsin: message });
}

function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  return Promise.race([
    work,
    new Promise<undefined>((resolve) => setTimeout(resolve, ms, undefined)),
  ]);
}

// True if a page that is looked at has told of the alert already. A page that does not answer in
// time has not.
async function isSeen(alert: string | undefined): Promise<boolean> {
  if (!alert) return false;
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const visible = pages.filter((page) => page.visibilityState === "visible");
  const answers = visible.map(
    (page) =>
      new Promise<boolean>((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = (event) => resolve(event.data === true);
        page.postMessage({ tocsinAsks: alert }, [port2]);
        setTimeout(resolve, kAnswerMs, false);
      }),
  );
  return (await Promise.all(answers)).includes(true);
}

// One device in ten reports what becomes of alerts, and not all in the same second: a million
// devices must not flood the site. Which ones does not change: their ids are random.
async function report(alert: string | undefined, event: Receipt): Promise<void> {
  const device = (await recall(server))?.id ?? "";
  const isChosen = parseInt(device.slice(0, 2), 16) < 256 * kReporting;
  if (!alert || !isChosen) return;
  const wait = event === "shown" ? Math.random() * kReportSpreadMs : 0;
  await new Promise((resolve) => setTimeout(resolve, wait));
  await new Api(server).report(alert, device, event).catch(() => undefined);
}

// One thing at a time on the screen: Chromium's getNotifications() takes a notification that is
// being shown meanwhile for one that was closed, and forgets where it leads. What hangs is not
// waited for.
let screen: Promise<void> = Promise.resolve();
function inTurn(work: () => Promise<void>): Promise<void> {
  const turn = within(kStoragePatienceMs, screen).then(work);
  screen = turn.catch(() => undefined);
  return turn;
}

// A page that is looked at has told of it.
async function closeNotifications(tag: string): Promise<void> {
  for (const shown of await self.registration.getNotifications({ tag })) shown.close();
}

async function onPush(payload: string): Promise<void> {
  const remembered = await within(kStoragePatienceMs, recall(server));
  const { title, options } = notificationFor(payload, {
    server,
    siteName: remembered?.siteName ?? "",
  });
  if (!mustShow && (await isSeen(options.data.alert))) return;
  await inTurn(() => self.registration.showNotification(title, options as NotificationOptions));
  await Promise.all([
    tellPages({ shown: options.tag, alert: options.data.alert }),
    precacheLater(options.data.navigate),
    report(options.data.alert, "shown"),
  ]);
}

function alertOf(notification: Notification): string | undefined {
  return (notification.data as { alert?: string } | null)?.alert;
}

function withoutFragment(address: string): string {
  return address.split("#", 1)[0] ?? address;
}

// Shows the page in the tab that has it, or in a tab on the front page, where nobody loses their
// place, or in a window of its own.
async function show(address: string): Promise<void> {
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = tabs.find((tab) => withoutFragment(tab.url) === withoutFragment(address));
  if (open) {
    await open.focus();
    return;
  }
  const front = tabs.find((tab) => isAtHome && tab.url === `${ownOrigin}/`);
  if (front && new URL(address).origin === ownOrigin) {
    try {
      const moved = await front.navigate(address);
      await moved?.focus();
      return;
    } catch {
      // A tab that this worker does not control cannot be moved.
    }
  }
  await self.clients.openWindow(address);
}

async function onSubscriptionChange(): Promise<void> {
  const api = new Api(server);
  const remembered = await recall(server);
  const config = await api.config();
  const language = remembered?.language || config.site.language;
  await enrol(api, self.registration.pushManager, config, language);
}

self.addEventListener("install", (event) => {
  event.waitUntil(
    Promise.all([self.skipWaiting(), isAtHome ? precacheOfflinePage() : undefined]),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    Promise.all([
      self.clients.claim(),
      isAtHome ? self.registration.navigationPreload?.enable() : undefined,
    ]),
  );
});

self.addEventListener("push", (event) => {
  event.waitUntil(onPush(event.data?.text() ?? ""));
});

self.addEventListener("message", (event) => {
  const tag = (event.data as { tocsinSeen?: string } | null)?.tocsinSeen;
  if (tag) event.waitUntil(inTurn(() => closeNotifications(tag)));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(report(alertOf(event.notification), "clicked"));
  event.waitUntil(show(addressOfTap(event.notification.data, event.action, server)));
});

self.addEventListener("notificationclose", (event) => {
  event.waitUntil(report(alertOf(event.notification), "dismissed"));
});

self.addEventListener("pushsubscriptionchange", (event) => {
  (event as SubscriptionChange).waitUntil(onSubscriptionChange());
});

if (isAtHome) {
  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== ownOrigin) return;
    const waitUntil = (work: Promise<unknown>) => event.waitUntil(work);
    if (request.mode === "navigate") {
      if (!url.pathname.startsWith("/api/")) {
        event.respondWith(page(request, event.preloadResponse, waitUntil));
      }
    } else if (isAsset(url.pathname)) {
      event.respondWith(asset(request, waitUntil));
    }
  });
}
