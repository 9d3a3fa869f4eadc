// SPDX-License-Identifier: Apache-2.0
// What <tocsin-comments> asks of the server, and who the reader is on this device.
import { call } from "../shared/api.js";
import { recall } from "../shared/state.js";

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
  created: string;
  edited: string | null;
  permalink: string;
  mine?: boolean;
  text?: string;
  statement?: string;
  can_edit_until?: string | null;
  is_appealed?: boolean;
}
export interface Comments {
  opening: Opening;
  count: number;
  policy: { characters_max: number; has_votes: boolean; edit_minutes: number };
  sequence: number;
  items: Comment[];
}
interface SignedIn {
  token: string;
  reader: { name: string };
}

// True if SHA-256 begins with so many zero bits.
export function startsWithZeros(digest: Uint8Array, bits: number): boolean {
  for (let i = 0; i < bits; ++i) {
    if (((digest[i >> 3] ?? 0) >> (7 - (i & 7))) & 1) return false;
  }
  return true;
}

// A hundred thousand tries at most, some seconds: in turns, so that the page stays alive.
export async function solve(challenge: string, difficulty: number): Promise<string> {
  const encoder = new TextEncoder();
  for (let nonce = 0; ; ++nonce) {
    const text = encoder.encode(`${challenge}:${nonce}`);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
    if (startsWithZeros(digest, difficulty)) return String(nonce);
  }
}

export class Conversation {
  constructor(
    readonly server: string,
    readonly story: string,
  ) {}

  private get key(): string {
    return `tocsin-reader ${this.server}`;
  }
  get token(): string {
    return storage()?.getItem(this.key) ?? "";
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

  load(): Promise<Comments> {
    return this.ask(`/stories/${this.story}/comments`, "GET");
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
    this.keep(made.token);
  }
  keep(token: string): void {
    storage()?.setItem(this.key, token);
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
  async confirm(code: string): Promise<string> {
    const signedIn = await this.ask<SignedIn>("/sign-in/confirm", "POST", { code });
    this.keep(signedIn.token);
    return signedIn.reader.name;
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

// The words are those of the server's pages.
export function closedWords(opening: Opening): { before: string; after: string } {
  const why = opening.message || kWhy[opening.why] || "";
  const end = /[.!?]$/.test(why) ? "" : ".";
  return {
    before: `Comments are closed${opening.since ? " since " : ""}`,
    after: why ? `: ${why}${end}` : ".",
  };
}
