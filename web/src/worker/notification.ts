// SPDX-License-Identifier: Apache-2.0
// What a push message asks to be shown. The payload is Safari's declarative format, read the same
// way here for the browsers that hand it to the worker.

export interface Shown {
  title: string;
  options: {
    body: string;
    lang: string;
    dir: "auto" | "ltr" | "rtl";
    tag: string;
    renotify: boolean;
    silent: boolean;
    icon: string;
    badge: string;
    image?: string;
    timestamp?: number;
    actions: { action: string; title: string }[];
    data: NotificationData;
  };
}

// Kept with the notification for the moment it is tapped.
export interface NotificationData {
  navigate: string; // absolute
  actions: Record<string, string>; // action name -> absolute URL
  alert: string;
}

export interface Surroundings {
  server: string; // origin of the Tocsin site: icons are there, relative addresses start there
  siteName: string; // may be empty
}

type Fields = Record<string, unknown>;

function object(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

// `value` as an absolute http(s) address; the site's front page for anything else, since a
// notification must lead somewhere and never to another scheme.
export function safeAddress(value: unknown, server: string): string {
  try {
    const url = new URL(text(value), server);
    if (url.protocol === "https:" || url.protocol === "http:") return url.href;
  } catch {
    // Not an address.
  }
  return `${server}/`;
}

function direction(value: unknown): "auto" | "ltr" | "rtl" {
  return value === "ltr" || value === "rtl" ? value : "auto";
}

function actionsOf(value: unknown, server: string) {
  const shown: { action: string; title: string }[] = [];
  const addresses: Record<string, string> = {};
  for (const [index, entry] of (Array.isArray(value) ? value : []).entries()) {
    const action = object(entry);
    const title = text(action["title"]);
    if (!title) continue;
    const name = text(action["action"]) || `action-${index}`;
    shown.push({ action: name, title });
    addresses[name] = safeAddress(action["navigate"], server);
  }
  return { shown, addresses };
}

function parse(payload: string): Fields {
  try {
    return object(JSON.parse(payload));
  } catch {
    return {};
  }
}

// Total: whatever the payload, there is something to show, because Safari and Chrome punish a
// push that shows nothing.
export function notificationFor(payload: string, around: Surroundings): Shown {
  const message = parse(payload);
  const asked = object(message["notification"]);
  const tag = text(asked["tag"]);
  const silent = asked["silent"] === true;
  const actions = actionsOf(asked["actions"], around.server);
  const image = text(asked["image"]);
  const timestamp = asked["timestamp"];
  const from = around.siteName || new URL(around.server).hostname;
  return {
    title: text(asked["title"]) || `News from ${from}`,
    options: {
      body: text(asked["body"]),
      lang: text(asked["lang"]),
      dir: direction(asked["dir"]),
      tag,
      renotify: tag !== "" && !silent, // a follow-up replaces and rings again; no tag: TypeError
      silent,
      icon: safeAsset(asked["icon"], "/icons/icon-192.png", around.server),
      badge: `${around.server}/icons/badge-96.png`,
      ...(image ? { image: safeAddress(image, around.server) } : {}),
      ...(typeof timestamp === "number" ? { timestamp } : {}),
      actions: actions.shown,
      data: {
        navigate: safeAddress(asked["navigate"], around.server),
        actions: actions.addresses,
        alert: text(object(message["tocsin"])["alert"]),
      },
    },
  };
}

function safeAsset(value: unknown, otherwise: string, server: string): string {
  return safeAddress(text(value) || otherwise, server);
}

// Where a tap leads: the button's own address, or the notification's.
export function addressOfTap(data: unknown, action: string, server: string): string {
  const kept = object(data);
  return safeAddress(object(kept["actions"])[action] ?? kept["navigate"], server);
}
