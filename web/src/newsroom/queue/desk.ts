// SPDX-License-Identifier: Apache-2.0
// The moderator's desk: holds the queue, asks the server, and says what happened.
import { type Api, whyNot } from "../api.js";
import { Store } from "../store.js";
import type { Decision, Kind, QueueItem, Reader } from "../types.js";
import { plural } from "../words.js";
import * as rows from "./rows.js";

export const kUndoMs = 10_000;
const kAtOnceMax = 4; // requests of one batch

export type DeskApi = Pick<Api, "queue" | "moderate" | "feature" | "ban">;

export interface Last {
  ids: string[];
  decision: Decision;
  at: number;
}

export interface View {
  queue: rows.Queue | undefined; // nothing: not loaded yet
  trouble: string; // why the list could not be loaded or is not up to date; "" if it is
  isMore: boolean; // older ones are on their way
  last: Last | undefined; // what can be undone
}

const kEmpty: View = { queue: undefined, trouble: "", isMore: false, last: undefined };

export class Desk {
  readonly view = new Store<View>(kEmpty);
  private readonly saving = new Map<string, Promise<void>>();
  private undoTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: DeskApi,
    readonly kind: Kind,
    readonly site: string,
    private readonly say: (text: string) => void,
    private readonly now: () => number = () => Date.now(),
  ) {}

  // Loads the list, or brings it up to date without moving what is on the screen.
  async refresh(): Promise<void> {
    const askedAt = this.now();
    try {
      const answer = await this.api.queue(this.kind, this.site);
      const { queue } = this.view.value;
      this.put({
        queue: queue ? rows.refreshed(queue, answer, askedAt) : rows.queueOf(this.kind, answer),
        trouble: "",
      });
    } catch (error) {
      this.put({ trouble: whyNot(error) });
    }
  }

  async more(): Promise<void> {
    const cursor = this.view.value.queue?.next;
    if (!cursor || this.view.value.isMore) return;
    this.put({ isMore: true });
    try {
      const answer = await this.api.queue(this.kind, this.site, cursor);
      this.change((queue) => rows.extended(queue, answer));
      this.put({ trouble: "" });
    } catch (error) {
      this.put({ trouble: whyNot(error) });
    }
    this.put({ isMore: false });
  }

  showFresh(): void {
    this.change(rows.withFresh);
  }
  move(step: 1 | -1): void {
    this.change((queue) => rows.moved(queue, step));
  }
  point(id: string): void {
    this.change((queue) => (queue.current === id ? queue : { ...queue, current: id }));
  }
  toggle(id: string): void {
    this.change((queue) => rows.toggled(queue, id));
  }
  selectNone(): void {
    this.change((queue) => ({ ...queue, selected: [] }));
  }

  get targets(): string[] {
    const { queue } = this.view.value;
    return queue ? rows.targets(queue) : [];
  }
  row(id: string): rows.Row | undefined {
    return this.view.value.queue?.rows.find(({ item }) => item.id === id);
  }

  async decide(ids: string[], decision: Decision): Promise<void> {
    if (ids.length === 0) return;
    this.change((queue) => rows.decide(queue, ids, decision, this.now()));
    this.keepForUndo({ ids, decision, at: this.now() });
    const done = decision.state === "published" ? "Published" : "Rejected";
    this.say(ids.length === 1 ? `${done}.` : `${done}: ${plural(ids.length, "comment")}.`);
    await this.each(ids, (id) => this.save(id, decision));
  }

  // Takes the last decision back, while there is time.
  async undo(): Promise<void> {
    const { last } = this.view.value;
    if (!last || this.now() - last.at > kUndoMs) {
      this.say("There is nothing to undo.");
      return;
    }
    this.keepForUndo(undefined);
    const made = last.ids.filter((id) => this.row(id)?.before);
    const before = new Map(made.map((id) => [id, this.row(id)?.before as QueueItem]));
    this.change((queue) => rows.reopened(queue, made, this.now()));
    this.say(made.length === 1 ? "Undone." : `Undone: ${plural(made.length, "comment")}.`);
    await this.each(made, async (id) => {
      await this.saving.get(id);
      const opposite = rows.undoing(before.get(id) as QueueItem, last.decision);
      if (!opposite || this.row(id)?.failed) return;
      try {
        await this.api.moderate(id, opposite);
      } catch (error) {
        const why = `The undoing was not saved: ${whyNot(error)}`;
        this.fail(id, why, opposite);
      }
    });
  }

  async feature(id: string): Promise<void> {
    const item = this.row(id)?.item;
    if (!item) return;
    const put = (is_featured: boolean) =>
      this.change((queue) => rows.changed(queue, id, (row) => ({ ...row, item: { ...row.item, is_featured } })));
    put(!item.is_featured);
    try {
      await this.api.feature(id, !item.is_featured);
      this.say(item.is_featured ? "No longer featured." : "Featured.");
    } catch (error) {
      put(item.is_featured);
      this.fail(id, `Not saved: ${whyNot(error)} Try again.`, undefined);
    }
  }

  // A refusal is thrown: the sheet that asked stays open with what was written.
  async ban(reader: Reader, until: string | null, reason: string): Promise<void> {
    const writer = await this.api.ban(reader.id, until, reason);
    this.change((queue) => ({
      ...queue,
      rows: queue.rows.map((row) =>
        row.item.writer?.id === writer.id ? { ...row, item: { ...row.item, writer } } : row),
    }));
    this.say(until ? `${reader.name} is banned.` : `The ban of ${reader.name} is lifted.`);
  }

  // What was not saved, once more.
  again(id: string): void {
    const decision = this.row(id)?.failed?.again;
    if (decision) void this.decide([id], decision);
  }

  private async save(id: string, decision: Decision): Promise<void> {
    const saving = this.api.moderate(id, decision).then(
      () => this.change((queue) => rows.saved(queue, id, this.now())),
      (error) => this.fail(id, `Not saved: ${whyNot(error)}`, decision),
    );
    this.saving.set(id, saving);
    await saving;
    if (this.saving.get(id) === saving) this.saving.delete(id);
  }

  private fail(id: string, why: string, again: Decision | undefined): void {
    this.change((queue) => rows.failed(queue, id, why, again, this.now()));
    const { last } = this.view.value;
    const ids = last?.ids.filter((one) => one !== id) ?? [];
    if (last) this.put({ last: ids.length > 0 ? { ...last, ids } : undefined });
    this.say(why);
  }

  private async each(ids: string[], work: (id: string) => Promise<void>): Promise<void> {
    const left = [...ids];
    const one = async () => {
      for (let id = left.shift(); id !== undefined; id = left.shift()) await work(id);
    };
    await Promise.all(Array.from({ length: Math.min(kAtOnceMax, ids.length) }, one));
  }

  private keepForUndo(last: Last | undefined): void {
    clearTimeout(this.undoTimer);
    this.put({ last });
    if (last) this.undoTimer = setTimeout(() => this.put({ last: undefined }), kUndoMs);
  }

  private change(change: (queue: rows.Queue) => rows.Queue): void {
    const { queue } = this.view.value;
    if (queue) this.put({ queue: change(queue) });
  }

  private put(part: Partial<View>): void {
    this.view.set({ ...this.view.value, ...part });
  }
}
