// SPDX-License-Identifier: Apache-2.0
// <tocsin-follow>: turns alerts on and off on this device and says how they are.
//
// Attributes: `site`, the site's name; `full`, with the choice of topics and sources, a test and
// the way out. What stands between the tags is for browsers without scripts.
import type { Follows } from "../shared/api.js";
import { h } from "./dom.js";
import { supportIn, surroundings, unblockingSteps } from "./environment.js";
import { Popup } from "./popup.js";
import { kStyle } from "./style.js";
import { type Enrolment, Subscriber, type Worker } from "./subscriber.js";
import { type Actions, render, type View } from "./views.js";

export interface Context {
  server: string; // origin of the Tocsin site
  worker?: Worker; // absent: a page of another origin, which uses a window of ours
}

// Tells whoever opened this page, if it is a window for a foreign page.
type Report = (isOn: boolean) => void;

export function defineFollow(context: Context, report: Report): void {
  if (customElements.get("tocsin-follow")) return;
  const subscriber = context.worker && new Subscriber(context.server, context.worker);

  class TocsinFollow extends HTMLElement {
    private readonly panel = h("div");
    private readonly status = h("p");
    private readonly popup = new Popup(context.server, (isOn) =>
      this.show(isOn ? { kind: "on" } : { kind: "off" }),
    );
    private enrolment: Enrolment | undefined;
    private saving = Promise.resolve();
    private lastWork = () => this.refresh();

    connectedCallback(): void {
      if (!this.shadowRoot) this.build();
      this.run(() => this.refresh());
    }

    private build(): void {
      const sheet = new CSSStyleSheet(); // allowed by every content security policy
      sheet.replaceSync(kStyle);
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      this.status.setAttribute("role", "status");
      root.append(h("section", {}, this.panel, this.status));
      this.show({ kind: "loading" });
    }

    private get isFull(): boolean {
      return this.hasAttribute("full");
    }

    private show(view: View): void {
      const section = this.panel.parentElement;
      if (section) {
        section.hidden = view.kind === "loading";
        section.className = view.kind === "working" ? "busy" : "";
      }
      const hadFocus = this.shadowRoot?.activeElement != null;
      const setting = {
        siteName: this.getAttribute("site") ?? "",
        isFull: this.isFull,
        preferences: `${context.server}/following`,
      };
      this.panel.replaceChildren(...render(view, setting, this.actions));
      if (hadFocus) this.panel.querySelector<HTMLElement>("h2")?.focus();
      if (view.kind === "on" || view.kind === "off") report(view.kind === "on");
    }

    private say(text: string): void {
      this.status.textContent = text;
    }

    // What goes wrong in `work` is shown, with a button that does it again.
    private run(work: () => Promise<void>): void {
      this.lastWork = work;
      work().catch((error: unknown) => this.show({ kind: "failed", message: sentence(error) }));
    }

    private async refresh(): Promise<void> {
      const at = surroundings();
      const support = supportIn(at);
      if (!subscriber) {
        this.show(this.popup.isOn() ? { kind: "on" } : { kind: "off" });
      } else if (support !== "yes") {
        this.show({ kind: support === "install" ? "install" : "unsupported" });
      } else if (Notification.permission === "denied") {
        this.show({ kind: "blocked", steps: unblockingSteps(at) });
      } else {
        await this.showEnrolment(await subscriber.resync(this.isFull));
      }
    }

    private async showEnrolment(enrolment: Enrolment | undefined): Promise<void> {
      this.enrolment = enrolment;
      if (!enrolment) return this.show({ kind: "off" });
      const { follows } = enrolment;
      if (!follows || !subscriber) return this.show({ kind: "on" });
      this.show({ kind: "on", follows, config: await subscriber.settings() });
    }

    private async subscribe(): Promise<void> {
      if (!subscriber) return this.popup.open();
      this.say("");
      this.show({ kind: "working", text: "Waiting for your permission…" });
      const permission = await askPermission();
      if (permission === "denied") return this.run(() => this.refresh());
      if (permission === "default") {
        this.show({ kind: "off" });
        return this.say("Your browser asks for permission: choose Allow to get alerts.");
      }
      this.show({ kind: "working", text: "Turning alerts on…" });
      await this.showEnrolment(await subscriber.subscribe());
    }

    private async unsubscribe(): Promise<void> {
      if (!subscriber || !this.enrolment) return;
      this.show({ kind: "working", text: "Turning alerts off…" });
      await subscriber.unsubscribe(this.enrolment.id);
      await this.showEnrolment(undefined);
      this.say("Alerts are off on this device.");
    }

    private async test(): Promise<void> {
      if (!subscriber || !this.enrolment) return;
      this.say("A test alert is on its way…");
      const hasArrived = await subscriber.test(this.enrolment.id).catch((error: unknown) => {
        this.say(sentence(error));
        return undefined;
      });
      if (hasArrived === undefined) return;
      this.say(
        hasArrived
          ? "It arrived: alerts work on this device."
          : "It was sent, but has not arrived. Look at the notification settings and Do Not Disturb of this device.",
      );
    }

    // One change after another, so that the last one stays.
    private choose(follows: Follows): void {
      const enrolment = this.enrolment;
      if (!subscriber || !enrolment) return;
      this.saving = this.saving.then(async () => {
        try {
          await subscriber.setFollows(enrolment.id, follows);
          this.say(isNothing(follows) ? "Saved: nothing is chosen, so no alerts come." : "Saved.");
        } catch (error) {
          this.say(`Not saved. ${sentence(error)}`);
        }
      });
    }

    private readonly actions: Actions = {
      subscribe: () => this.run(() => this.subscribe()),
      unsubscribe: () => this.run(() => this.unsubscribe()),
      test: () => this.run(() => this.test()),
      retry: () => this.run(this.lastWork),
      choose: (follows) => this.choose(follows),
      ...(subscriber ? {} : { openPreferences: () => this.popup.open() }),
    };
  }

  customElements.define("tocsin-follow", TocsinFollow);
}

function isNothing({ everything, topics, sources }: Follows): boolean {
  return !everything && topics.length === 0 && sources.length === 0;
}

async function askPermission(): Promise<NotificationPermission> {
  return Notification.permission === "granted" ? "granted" : Notification.requestPermission();
}

function sentence(error: unknown): string {
  if (error instanceof DOMException && error.name === "AbortError") {
    return "This browser could not reach its push service. Some browsers have it turned off in their privacy settings.";
  }
  return error instanceof Error ? error.message : String(error);
}
