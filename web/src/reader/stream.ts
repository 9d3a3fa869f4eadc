// SPDX-License-Identifier: Apache-2.0
// One stream of events a page, shared by all its elements: a browser opens few connections to one
// server.

export interface LiveEvent {
  sequence: number;
  kind: string;
  story: string | null;
  thread: string | null;
  [record: string]: unknown;
}

export interface Listener {
  take(event: LiveEvent): void;
  // What was missed is not known any more: what is shown may be old.
  resync(): void;
}

interface Listening {
  wish: string;
  after: number | undefined; // the last event that it has
  listener: Listener;
}

const kKinds = ["story", "alert", "comment", "conversation", "thread", "entry", "votes"];
const kHiddenPatienceMs = 60_000; // a page that nobody looks at for so long lets go
const kRetryMinMs = 10_000;
const kRetryMaxMs = 300_000;

// How long to wait after so many refusals in a row: twice as long each time, half of it by chance,
// so that the pages of one server do not come back together. `chance`: from 0 to 1.
export function retryDelayMs(refusals: number, chance: number): number {
  const longest = Math.min(kRetryMaxMs, kRetryMinMs * 2 ** refusals);
  return longest * (0.5 + chance / 2);
}

// The stream's address: what any of the elements wants, from the oldest event that one lacks.
export function addressOf(server: string, wishes: string[], after: number | undefined): string {
  const query = [...new Set(wishes)];
  if (after !== undefined) query.push(`after=${after}`);
  return `${server}/api/v1/live?${query.join("&")}`;
}

function parse(data: string): LiveEvent | undefined {
  try {
    const event = JSON.parse(data) as LiveEvent;
    return typeof event.sequence === "number" ? event : undefined;
  } catch {
    return undefined;
  }
}

export class Stream {
  private readonly listenings = new Set<Listening>();
  private source: EventSource | undefined;
  private refusals = 0;
  private opening: ReturnType<typeof setTimeout> | undefined;
  private pausing: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly server: string) {
    document.addEventListener("visibilitychange", () => this.onVisibility());
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", (event) => event.persisted && this.reopen(0));
  }

  // `wish`: "conversation=0abc". `after`: the last event that the page shows; without it, what
  // comes from here on. Returns what ends it.
  listen(wish: string, after: number | undefined, listener: Listener): () => void {
    const listening = { wish, after, listener };
    this.listenings.add(listening);
    this.reopen(0);
    return () => {
      this.listenings.delete(listening);
      if (this.listenings.size === 0) this.close();
      else this.reopen(0);
    };
  }

  private onVisibility(): void {
    clearTimeout(this.pausing);
    if (document.visibilityState === "hidden") {
      this.pausing = setTimeout(() => this.close(), kHiddenPatienceMs);
    } else if (!this.source && this.listenings.size > 0) {
      this.reopen(0);
    }
  }

  private close(): void {
    clearTimeout(this.opening);
    this.source?.close();
    this.source = undefined;
  }

  // Once for all wishes of one turn.
  private reopen(delay: number): void {
    clearTimeout(this.opening);
    this.opening = setTimeout(() => this.open(), delay);
  }

  private open(): void {
    this.close();
    const all = [...this.listenings];
    const known = all.map(({ after }) => after).filter((after) => after !== undefined);
    const after = known.length > 0 ? Math.min(...known) : undefined;
    const source = new EventSource(addressOf(this.server, all.map(({ wish }) => wish), after));
    this.source = source;
    for (const kind of kKinds) {
      source.addEventListener(kind, (event) => this.take(event as MessageEvent<string>));
    }
    source.addEventListener("resync", (event) => this.resync(event as MessageEvent<string>));
    source.addEventListener("open", () => (this.refusals = 0));
    source.addEventListener("error", () => {
      // Closed for good (an error status): the browser does not come back by itself.
      if (source.readyState !== EventSource.CLOSED || source !== this.source) return;
      this.reopen(retryDelayMs(this.refusals++, Math.random()));
    });
  }

  private take(message: MessageEvent<string>): void {
    const event = parse(message.data);
    if (!event) return;
    for (const listening of this.listenings) {
      if (listening.after !== undefined && event.sequence <= listening.after) continue;
      listening.after = event.sequence;
      listening.listener.take(event);
    }
  }

  private resync(message: MessageEvent<string>): void {
    const sequence = Number(message.lastEventId);
    for (const listening of this.listenings) {
      if (Number.isFinite(sequence)) listening.after = sequence;
      listening.listener.resync();
    }
  }
}

const streams = new Map<string, Stream>();

export function streamOf(server: string): Stream {
  let stream = streams.get(server);
  if (!stream) streams.set(server, (stream = new Stream(server)));
  return stream;
}

// The number in an element's `after`; nothing where there is none.
export function afterOf(element: Element): number | undefined {
  const text = element.getAttribute("after");
  return text ? Number(text) : undefined;
}
