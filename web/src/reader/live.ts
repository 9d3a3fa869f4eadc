// SPDX-License-Identifier: Apache-2.0
// <tocsin-live>: keeps an open page true. Attributes: one of `front`, `topic`, `story`, `thread`;
// `after`, the last event that the page shows. New reports wait behind a button, so that nothing
// moves under the reader's eyes. On a foreign page it lists what comes while the page is open.
import { takeAlert } from "./alerts.js";
import { button, h } from "./dom.js";
import { type Entry, putEntry } from "./entries.js";
import { addStories, changeStory, type Card } from "./river.js";
import { afterOf, type LiveEvent, streamOf } from "./stream.js";
import { kLiveStyle } from "./style.js";
import { counted } from "./words.js";

const kInsertedMax = 20; // more than that, and the page is asked for as a whole

export interface LiveContext {
  server: string;
  isOurs: boolean; // a page of the Tocsin site
  scope?: string; // of the service worker that shows the alerts
}

export function defineLive(context: LiveContext): void {
  if (customElements.get("tocsin-live")) return;

  class TocsinLive extends HTMLElement {
    private readonly alerts = h("div");
    private readonly news = h("div");
    private readonly said = h("p", { className: "unseen" });
    private readonly own = h("ol", { className: "stories" }); // of a foreign page
    private readonly cards = new Map<string, Card>(); // behind the button
    private readonly entries = new Map<string, Entry>();
    private stop: (() => void) | undefined;

    connectedCallback(): void {
      const wish = this.wish();
      if (!wish || this.stop) return;
      if (!this.alerts.isConnected) this.build();
      this.stop = streamOf(context.server).listen(wish, afterOf(this), {
        take: (event) => this.take(event),
        resync: () => context.isOurs && this.offer("Show what is new", () => location.reload()),
      });
    }
    disconnectedCallback(): void {
      this.stop?.();
      this.stop = undefined;
    }

    private build(): void {
      this.news.setAttribute("role", "status");
      this.said.setAttribute("role", "status");
      if (context.isOurs) return this.replaceChildren(this.alerts, this.news, this.said);
      const sheet = new CSSStyleSheet(); // allowed by every content security policy
      sheet.replaceSync(kLiveStyle);
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      root.append(this.alerts, this.news, this.own, this.said);
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
      const card = event["story_card"] as Card | undefined;
      const entry = event["entry"] as Entry | undefined;
      if (event.kind === "alert") takeAlert(event, this.alerts, context);
      else if (event.kind === "story" && card) this.takeStory(card);
      else if (event.kind === "entry" && entry) this.takeEntry(entry);
      else if (event.kind === "thread" && this.hasAttribute("thread") && context.isOurs) {
        this.offer("This developing story has changed: show it", () => location.reload());
      }
    }

    private takeStory(card: Card): void {
      const own = this.getAttribute("story");
      if (own && card.id !== own) return;
      if (own && context.isOurs) {
        return this.offer(kChanged[card.state] ?? kChanged["published"]!, () => location.reload());
      }
      const root: ParentNode = context.isOurs ? document : this.own;
      if (changeStory(root, card)) return;
      if (card.state === "withdrawn") this.cards.delete(card.id);
      else this.cards.set(card.id, card);
      this.showCount();
    }

    // On our page it goes where it belongs at once, unless that would move what is being read.
    private takeEntry(entry: Entry): void {
      if (!context.isOurs || !this.hasAttribute("thread")) return;
      if (putEntry(entry, false)) return this.say(`Update: ${entry.headline || "new entry"}`);
      if (entry.is_withdrawn) this.entries.delete(entry.id);
      else this.entries.set(entry.id, entry);
      this.showCount();
    }

    private showCount(): void {
      const parts = [counted(this.cards.size, "report"), counted(this.entries.size, "update")];
      const text = parts.filter((part) => part !== "").join(", ");
      if (text) this.offer(text, () => this.showNew());
      else this.news.replaceChildren();
    }

    private showNew(): void {
      if (this.cards.size + this.entries.size > kInsertedMax && context.isOurs) {
        return location.reload();
      }
      const reports = document.querySelector<HTMLOListElement>("main ol.stories");
      const list = context.isOurs ? reports : this.own;
      if (this.cards.size > 0 && !list) return location.reload();
      if (list) addStories(list, [...this.cards.values()], context);
      for (const entry of this.entries.values()) putEntry(entry, true);
      this.cards.clear();
      this.entries.clear();
      this.news.replaceChildren();
    }

    private offer(text: string, then: () => void): void {
      const shown = this.news.firstElementChild;
      if (shown?.textContent === text) return; // said once
      this.news.replaceChildren(button(text, then, "news"));
    }

    private say(text: string): void {
      this.said.textContent = text;
    }
  }
  customElements.define("tocsin-live", TocsinLive);
}

const kChanged: Record<string, string> = {
  published: "This report has changed: show it",
  corrected: "This report was corrected: show it",
  withdrawn: "This report was withdrawn: show why",
};
