// SPDX-License-Identifier: Apache-2.0
// Alerts that reach an open page. Who looks at the page learns of it there, and not from a
// notification besides.
import { button, h } from "./dom.js";
import type { LiveEvent } from "./stream.js";

interface Alert {
  id: string;
  title: string;
  body: string;
  url: string;
  tag: string; // of its notification
}

const kSeenMax = 100;
const seen = new Map<string, string>(); // alert -> tag, of what somebody has looked at
const waiting = new Map<string, string>(); // what is on a page that nobody looks at

function isLookedAt(): boolean {
  return document.visibilityState === "visible";
}

// Shows a quiet banner in `place`, one a story.
export function takeAlert(event: LiveEvent, place: HTMLElement, at: { scope?: string }): void {
  const alert = event["alert"] as Alert | undefined;
  if (!alert) return;
  waiting.set(alert.id, alert.tag);
  handOver(at.scope);
  const banner = h("p", { className: "alert" });
  banner.dataset["tag"] = alert.tag;
  const dismiss = button("Dismiss", () => banner.remove(), "dismiss");
  const link = h("a", { href: alert.url }, alert.title);
  banner.append(h("span", {}, link, alert.body ? ` ${alert.body}` : ""), dismiss);
  banner.setAttribute("role", "status");
  place.querySelector(`[data-tag="${CSS.escape(alert.tag)}"]`)?.remove();
  place.prepend(banner);
}

// The worker closes what it has shown of the same story: only it knows when that is safe.
function handOver(scope: string | undefined): void {
  if (!isLookedAt()) return;
  for (const [alert, tag] of waiting) {
    seen.set(alert, tag);
    if (seen.size > kSeenMax) seen.delete(seen.keys().next().value!);
    if (scope) void tellWorker(scope, tag);
  }
  waiting.clear();
}

async function tellWorker(scope: string, tag: string): Promise<void> {
  const address = new URL(scope, location.href).href;
  const found = await navigator.serviceWorker?.getRegistration(address);
  if (found?.scope === address) found.active?.postMessage({ tocsinSeen: tag });
}

// The worker asks before it shows a notification.
export function answerWorker(scope: string | undefined): void {
  document.addEventListener("visibilitychange", () => handOver(scope));
  navigator.serviceWorker?.addEventListener("message", (event: MessageEvent) => {
    const asked = (event.data as { tocsinAsks?: string } | null)?.tocsinAsks;
    if (asked !== undefined) event.ports[0]?.postMessage(isLookedAt() && seen.has(asked));
  });
}
