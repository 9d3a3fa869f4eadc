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

type Listener = (event: LiveEvent) => void;

const kKinds = ["story", "alert", "comment", "conversation", "thread", "entry"];
const kComeBackMs = 10_000;

export class Stream {
  private readonly wishes = new Set<string>();
  private readonly listeners = new Set<Listener>();
  private source: EventSource | undefined;
  private last = 0;
  private opening: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly server: string) {}

  // `wish`: "conversation=0abc". `after`: the last event that the page shows.
  listen(wish: string, after: number, listener: Listener): () => void {
    this.wishes.add(wish);
    this.last = this.last ? Math.min(this.last, after) : after;
    this.listeners.add(listener);
    this.reopen(0);
    return () => this.listeners.delete(listener);
  }

  // Once for all wishes of one turn.
  private reopen(delay: number): void {
    clearTimeout(this.opening);
    this.opening = setTimeout(() => this.open(), delay);
  }

  private open(): void {
    this.source?.close();
    const query = [...this.wishes, `after=${this.last}`].join("&");
    const source = new EventSource(`${this.server}/api/v1/live?${query}`);
    this.source = source;
    for (const kind of kKinds) {
      source.addEventListener(kind, (event) => this.take(event as MessageEvent<string>));
    }
    // What was missed is not known any more: the page is asked for again.
    source.addEventListener("resync", () => location.reload());
    source.addEventListener("error", () => {
      // Closed for good (an error status): the browser does not come back by itself.
      if (source.readyState === EventSource.CLOSED) {
        this.reopen(kComeBackMs * (1 + Math.random()));
      }
    });
  }

  private take(message: MessageEvent<string>): void {
    const event = JSON.parse(message.data) as LiveEvent;
    if (event.sequence <= this.last) return;
    this.last = event.sequence;
    for (const listener of this.listeners) listener(event);
  }
}

const streams = new Map<string, Stream>();

export function streamOf(server: string): Stream {
  let stream = streams.get(server);
  if (!stream) streams.set(server, (stream = new Stream(server)));
  return stream;
}
