// SPDX-License-Identifier: Apache-2.0
// What <tocsin-comments> asks of the server, and who the reader is on this device.
import { call } from "../shared/api.js";
import { recall } from "../shared/state.js";
import { solve } from "./puzzle.js";

export interface Opening {
  state: "open" | "closed" | "hidden";
  why: string;
  since: string | null;
  message: string;
  changes: string | null;
}
export interface Comment {
  id: string;
  parent: string | null;
  name: string;
  badge: string;
  html: string;
  state: "published" | "held" | "rejected" | "deleted";
  is_featured: boolean;
  votes: number;
  created: string;
  edited: string | null;
  permalink: string;
  mine?: boolean;
  text?: string;
  statement?: string;
  can_edit_until?: string | null;
  is_appealed?: boolean;
}
export interface Policy {
  characters_max: number;
  has_votes: boolean;
}
export type Sort = "oldest" | "newest" | "votes";
export interface Comments {
  opening: Opening;
  count: number;
  policy: Policy;
  sequence: number;
  items: Comment[];
}
interface SignedIn {
  token: string;
  reader: { name: string };
}

export class Conversation {
  private unkept: { token: string; name: string } | undefined; // where there is no storage

  constructor(
    readonly server: string,
    readonly story: string,
  ) {}

  private get key(): string {
    return `tocsin-reader ${this.server}`;
  }
  get token(): string {
    return storage()?.getItem(this.key) ?? this.unkept?.token ?? "";
  }
  get name(): string {
    return storage()?.getItem(`${this.key} name`) ?? this.unkept?.name ?? "";
  }
  get isSignedIn(): boolean {
    return this.token !== "";
  }

  private ask<T>(path: string, method: string, body?: unknown, key?: string): Promise<T> {
    return call<T>(`${this.server}/api/v1${path}`, method, body, {
      ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
      ...(key ? { "idempotency-key": key } : {}),
    });
  }

  load(sort: Sort): Promise<Comments> {
    return this.ask(`/stories/${this.story}/comments?sort=${sort}`, "GET");
  }

  // Makes a reader of that name, after the work that an unknown device has to do.
  async begin(name: string): Promise<void> {
    const puzzle = await this.ask<{ challenge: string; difficulty: number }>("/puzzle", "GET");
    const nonce = await solve(puzzle.challenge, puzzle.difficulty);
    const device = await recall(this.server);
    const made = await this.ask<SignedIn>("/readers", "POST", {
      name,
      challenge: puzzle.challenge,
      nonce,
      ...(device ? { subscription: device.id } : {}),
    });
    this.keep(made);
  }
  private keep({ token, reader }: SignedIn): void {
    this.unkept = { token, name: reader.name };
    storage()?.setItem(this.key, token);
    storage()?.setItem(`${this.key} name`, reader.name);
  }
  signOut(): void {
    this.unkept = undefined;
    storage()?.removeItem(this.key);
    storage()?.removeItem(`${this.key} name`);
  }

  async post(text: string, parent: string | null, key: string, follow: boolean): Promise<Comment> {
    if (follow) await this.tellThisDevice();
    return this.ask(
      `/stories/${this.story}/comments`,
      "POST",
      { text, ...(parent ? { parent } : {}), follow_replies: follow },
      key,
    );
  }
  // Answers go to the device that this browser's subscription names.
  private async tellThisDevice(): Promise<void> {
    const device = await recall(this.server);
    if (device) await this.ask("/readers/me", "PATCH", { subscription: device.id });
  }
  async canBeTold(): Promise<boolean> {
    return (await recall(this.server)) !== undefined;
  }
  edit(id: string, text: string): Promise<Comment> {
    return this.ask(`/comments/${id}`, "PATCH", { text });
  }
  remove(id: string): Promise<void> {
    return this.ask(`/comments/${id}`, "DELETE");
  }
  report(id: string, ground: string, text: string): Promise<unknown> {
    return this.ask(`/comments/${id}/reports`, "POST", { ground, text });
  }
  appeal(id: string, text: string): Promise<Comment> {
    return this.ask(`/comments/${id}/appeal`, "POST", { text });
  }
  vote(id: string, given: boolean): Promise<Comment> {
    return this.ask(`/comments/${id}/vote`, "POST", { given });
  }
  // Tells this device of every comment, or once, when the conversation closes.
  async tell(wish: { all: true } | { closing: true }): Promise<void> {
    const device = await recall(this.server);
    const body = { subscription: device?.id, ...wish };
    await this.ask(`/stories/${this.story}/followers`, "POST", body);
  }
  // Sends a link that signs in, to this device or an address. That there is such a reader is not
  // told. The link leads back to `page`.
  async sendLink(email: string, page: string): Promise<void> {
    const to = email ? { email } : { subscription: (await recall(this.server))?.id };
    storage()?.setItem("tocsin-return", page);
    await this.ask("/sign-in", "POST", to);
  }
  // A code that adds an address is refused with 409 in a browser that its reader does not use, and
  // says whose account it is for, until the person has confirmed that.
  async confirm(code: string, isConfirmed: boolean): Promise<string> {
    const body = isConfirmed ? { code, is_confirmed: true } : { code };
    const signedIn = await this.ask<SignedIn>("/sign-in/confirm", "POST", body);
    this.keep(signedIn);
    return signedIn.reader.name;
  }
  // The page on which the link was asked for: one of this site.
  takeReturn(): string {
    const page = storage()?.getItem("tocsin-return") ?? "";
    storage()?.removeItem("tocsin-return");
    return /^\/(?![/\\])/.test(page) ? page : "/";
  }

  // What this device voted for; only to show it pressed.
  hasVoted(id: string): boolean {
    return storage()?.getItem(`tocsin-vote ${id}`) != null;
  }
  noteVote(id: string, given: boolean): void {
    if (given) storage()?.setItem(`tocsin-vote ${id}`, "1");
    else storage()?.removeItem(`tocsin-vote ${id}`);
  }

  // What is being written, until the server has it.
  get draft(): string {
    return storage()?.getItem(`tocsin-draft ${this.story}`) ?? "";
  }
  set draft(text: string) {
    const name = `tocsin-draft ${this.story}`;
    if (text) storage()?.setItem(name, text);
    else storage()?.removeItem(name);
  }
}

function storage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined; // A browser that keeps nothing: the draft lives as long as the page.
  }
}

export const kGrounds: Record<string, string> = {
  illegal: "It is illegal",
  hate: "Hate",
  harassment: "Harassment",
  personal_data: "It tells personal data",
  spam: "Spam",
  off_topic: "Off topic",
  other: "Something else",
};

const kWhy: Record<string, string> = {
  by_hand: "the newsroom closed them",
  site: "all conversations of this site are closed",
  withdrawn: "the report was withdrawn",
  hour: "they were open until then",
  age: "the report is too old",
  night: "they are open at certain hours",
};

// In the order in which they are put: what is answered before its answers, those the oldest first,
// the rest as it comes.
export function inReadingOrder<T extends { id: string; parent: string | null }>(items: T[]): T[] {
  const known = new Set(items.map(({ id }) => id));
  const answers = new Map<string, T[]>();
  const next: T[] = []; // a stack: the last is read first
  for (const item of items) {
    if (!item.parent || !known.has(item.parent)) {
      next.push(item);
      continue;
    }
    const others = answers.get(item.parent);
    if (others) others.push(item);
    else answers.set(item.parent, [item]);
  }
  next.reverse();
  const out: T[] = [];
  for (let item = next.pop(); item; item = next.pop()) {
    out.push(item);
    const below = answers.get(item.id) ?? [];
    // Ids grow with time, so the oldest goes on the stack last.
    next.push(...below.sort((a, b) => (a.id < b.id ? 1 : -1)));
  }
  return out;
}

export function graphemes(text: string): number {
  if (!("Segmenter" in Intl)) return [...text].length;
  let count = 0;
  for (const _ of new Intl.Segmenter().segment(text)) ++count;
  return count;
}

// The words are those of the server's pages.
// `days`: after which reports close, 0 where that is not known.
export function closedWords(opening: Opening, days = 0): { before: string; after: string } {
  const age = days === 1 ? "a day" : `${days} days`;
  const isAge = opening.why === "age" && days > 0;
  const why =
    opening.message || (isAge ? `the report is older than ${age}` : (kWhy[opening.why] ?? ""));
  const end = /[.!?]$/.test(why) ? "" : ".";
  return {
    before: `Comments are closed${opening.since ? " since " : ""}`,
    after: why ? `: ${why}${end}` : ".",
  };
}
