// SPDX-License-Identifier: Apache-2.0
// A page of another origin cannot subscribe its readers to our alerts in place: it opens a small
// window of our site, which tells it the outcome.

interface Outcome {
  tocsin: "following";
  isOn: boolean;
}

function isOutcome(data: unknown): data is Outcome {
  return typeof data === "object" && data !== null && (data as Outcome).tocsin === "following";
}

// The foreign page's side.
export class Popup {
  private window: Window | null = null;

  constructor(
    private readonly server: string,
    onOutcome: (isOn: boolean) => void,
  ) {
    addEventListener("message", (event) => {
      if (event.origin !== server || event.source !== this.window) return;
      if (!isOutcome(event.data)) return;
      this.keep(event.data.isOn);
      onOutcome(event.data.isOn);
    });
  }

  // What the window said last; it may have changed since on our own pages.
  isOn(): boolean {
    try {
      return localStorage.getItem(this.key()) === "on";
    } catch {
      return false;
    }
  }

  open(): void {
    const address = `${this.server}/following?popup=1&from=${encodeURIComponent(location.origin)}`;
    this.window = open(address, "tocsin", "popup,width=480,height=720");
    if (!this.window) location.assign(`${this.server}/following`);
  }

  private key(): string {
    return `tocsin:${this.server}`;
  }

  private keep(isOn: boolean): void {
    try {
      if (isOn) localStorage.setItem(this.key(), "on");
      else localStorage.removeItem(this.key());
    } catch {
      // Without storage the button offers the window again.
    }
  }
}

// The window's side: tells the page that opened it, whose origin stands in our address. The
// browser withholds the message from a page of any other origin.
export function reportToOpener(page: Location, opener: Window | null): (isOn: boolean) => void {
  const from = new URLSearchParams(page.search).get("from");
  if (!from || !opener) return () => undefined;
  return (isOn) => opener.postMessage({ tocsin: "following", isOn } satisfies Outcome, from);
}
