// SPDX-License-Identifier: Apache-2.0
// <tocsin-live>: keeps an open page true. Attributes: one of `front`, `topic`, `story`, `thread`;
// `after`, the last event that the page shows. What comes waits behind a button, so that nothing
// moves under the reader's eyes.
import { button, h } from "./dom.js";
import { type LiveEvent, streamOf } from "./stream.js";

interface AlertShown {
  id: string;
  title: string;
  url: string;
  tag: string;
}

export function defineLive(server: string): void {
  if (customElements.get("tocsin-live")) return;

  class TocsinLive extends HTMLElement {
    private readonly news = new Set<string>();
    private stop: (() => void) | undefined;

    connectedCallback(): void {
      this.setAttribute("role", "status");
      const wish = this.wish();
      if (!wish) return;
      const after = Number(this.getAttribute("after") ?? 0);
      this.stop = streamOf(server).listen(wish, after, (event) => this.take(event));
    }
    disconnectedCallback(): void {
      this.stop?.();
    }

    private wish(): string {
      if (this.hasAttribute("front")) return "front=1";
      for (const name of ["topic", "story", "thread"]) {
        const value = this.getAttribute(name);
        if (value) return `${name}=${encodeURIComponent(value)}`;
      }
      return "";
    }

    private take(event: LiveEvent): void {
      if (event.kind === "alert") return this.showAlert(event["alert"] as AlertShown);
      if (event.kind === "story" && event.story) {
        this.news.add(event.story);
        return this.offer(this.words("report", this.getAttribute("story")));
      }
      if (event.kind === "entry" || event.kind === "thread") {
        this.news.add(String(event.sequence));
        this.offer(this.words("update", null));
      }
    }

    private words(what: string, own: string | null): string {
      if (own) return "This report has changed: show it";
      const count = this.news.size;
      return count === 1 ? `Show 1 new ${what}` : `Show ${count} new ${what}s`;
    }

    private offer(text: string): void {
      this.replaceChildren(button(text, () => location.reload(), "news"));
    }

    // The page has told of it: a notification of the same story has nothing to add.
    private showAlert(alert: AlertShown): void {
      shownAlerts.add(alert.id);
      void closeNotifications(alert.tag);
      const link = h("a", { href: alert.url }, alert.title);
      this.replaceChildren(h("p", { className: "alert" }, link));
    }
  }
  customElements.define("tocsin-live", TocsinLive);
}

const shownAlerts = new Set<string>();

async function closeNotifications(tag: string): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  for (const shown of (await registration?.getNotifications({ tag })) ?? []) shown.close();
}

// The service worker asks whether this page, which is looked at, has shown an alert.
if (typeof navigator !== "undefined" && "serviceWorker" in navigator) {
  navigator.serviceWorker.addEventListener("message", (event: MessageEvent) => {
    const asked = (event.data as { tocsinAsks?: string } | null)?.tocsinAsks;
    if (asked === undefined) return;
    const isSeen = shownAlerts.has(asked) && document.visibilityState === "visible";
    event.ports[0]?.postMessage(isSeen);
  });
}
