// SPDX-License-Identifier: Apache-2.0
// The one way to the server. The session's cookie goes along by itself.
import { problemText } from "../shared/api.js";
import type * as T from "./types.js";

const kTimeoutMs = 15_000;

export interface Refusal {
  code: string; // "" where the server gave none
  retryAfter: number; // seconds; 0: not said
  fields: Record<string, string>; // the field's name -> what is wrong with it
}

// A refusal in the server's words (RFC 9457), or why there was no answer (status 0).
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly refusal: Refusal = { code: "", retryAfter: 0, fields: {} },
  ) {
    super(message);
  }
}

export function refusalOf(body: string, retryAfter: string | null): Refusal {
  const refusal: Refusal = { code: "", retryAfter: Number(retryAfter) || 0, fields: {} };
  try {
    const problem = JSON.parse(body) as {
      code?: string;
      errors?: { pointer: string; detail: string }[];
    };
    refusal.code = problem.code ?? "";
    for (const { pointer, detail } of problem.errors ?? []) {
      refusal.fields[pointer.replace(/^#?\//, "").split("/")[0] ?? ""] = detail;
    }
  } catch {
    // A proxy's error page.
  }
  return refusal;
}

export function query(parameters: Record<string, string>): string {
  const given = Object.entries(parameters).filter(([, value]) => value);
  return given.length > 0 ? `?${new URLSearchParams(given)}` : "";
}

const id = encodeURIComponent;

export class Api {
  // Called when the server says that nobody is signed in any more.
  onSignedOut: () => void = () => {};

  session = (): Promise<{ user: T.User }> => this.call("GET", "session");
  signIn = (email: string, password: string): Promise<{ user: T.User }> =>
    this.call("POST", "session", { email, password });
  signOut = (): Promise<void> => this.call("DELETE", "session");
  setUp = (of: { code: string; name: string; email: string; password: string }): Promise<{ user: T.User }> =>
    this.call("POST", "setup", of);
  setPassword = (of: { code?: string; old?: string; password: string }): Promise<{ user: T.User }> =>
    this.call("POST", "session/password", of);
  sites = (): Promise<T.List<T.Site>> => this.call("GET", "sites");

  queue = (kind: T.Kind, site: string, after = ""): Promise<T.QueueAnswer> =>
    this.call("GET", `moderation/queue${query({ kind, site, cursor: after })}`);
  moderate = (comment: string, decision: T.Decision): Promise<T.StaffComment> =>
    this.call("POST", `comments/${id(comment)}/moderate`, decision);
  feature = (comment: string, is_featured: boolean): Promise<T.StaffComment> =>
    this.call("POST", `comments/${id(comment)}/feature`, { is_featured });
  answer = (story: string, parent: string, text: string): Promise<T.StaffComment> =>
    this.call("POST", `stories/${id(story)}/staff-comments`, { text, parent });
  comments = (story: string): Promise<T.ReadersView> =>
    this.call("GET", `stories/${id(story)}/comments?sort=oldest`);
  reader = (reader: string): Promise<T.Reader & { comments: T.StaffComment[] }> =>
    this.call("GET", `readers/${id(reader)}`);
  ban = (reader: string, until: string | null, reason: string): Promise<T.Reader> =>
    this.call("POST", `readers/${id(reader)}/ban`, { until, reason });

  stories = (site: string, q: string): Promise<T.List<T.StoryRow>> =>
    this.call("GET", `moderation/stories${query({ site, q })}`);
  conversation = (story: string): Promise<T.Conversation> =>
    this.call("GET", `stories/${id(story)}/conversation`);
  setConversation = (story: string, change: T.ConversationChange): Promise<T.Conversation> =>
    this.call("POST", `stories/${id(story)}/conversation`, change);
  policy = (site: string): Promise<T.Policy> => this.call("GET", `sites/${id(site)}/comment-policy`);
  setPolicy = (site: string, change: Partial<T.Policy>): Promise<T.Policy> =>
    this.call("PATCH", `sites/${id(site)}/comment-policy`, change);
  transparency = (site: string, since: string): Promise<T.Transparency> =>
    this.call("GET", `moderation/transparency${query({ site, since })}`);

  feeds = (site: string): Promise<T.List<T.Feed>> => this.call("GET", `feeds${query({ site })}`);
  feed = (feed: string): Promise<T.Feed> => this.call("GET", `feeds/${id(feed)}`);
  sources = (site: string): Promise<T.List<T.Source>> => this.call("GET", `sources${query({ site })}`);
  findFeeds = (site: string, url: string, signal: AbortSignal): Promise<T.List<T.FoundFeed>> =>
    this.call("POST", "feeds/find", { site, url }, signal);
  addSource = (site: string, name: string, home_url: string): Promise<T.Source> =>
    this.call("POST", "sources", { site, name, home_url });
  addFeed = (of: { site: string; source: string; url: string } & Partial<T.FeedSettings>): Promise<T.Feed> =>
    this.call("POST", "feeds", of);
  changeFeed = (feed: string, change: Partial<T.FeedChange>): Promise<T.Feed> =>
    this.call("PATCH", `feeds/${id(feed)}`, change);
  removeFeed = (feed: string): Promise<void> => this.call("DELETE", `feeds/${id(feed)}`);
  importList = (site: string, opml: string, alert: T.Importance | null): Promise<T.ListImported> =>
    this.call("POST", "opml", { site, opml, alert });
  listUrl = (site: string): string => `/api/v1/opml${query({ site })}`;
  fetchFeed = (feed: string): Promise<void> => this.call("POST", `feeds/${id(feed)}/fetch`);
  heldAlerts = (site: string, feed: string): Promise<T.List<T.HeldAlert>> =>
    this.call("GET", `alerts${query({ site, feed, state: "held", limit: "100" })}`);
  releaseAlert = (alert: string): Promise<T.HeldAlert> => this.call("POST", `alerts/${id(alert)}/release`);
  dismissAlert = (alert: string): Promise<T.HeldAlert> => this.call("POST", `alerts/${id(alert)}/dismiss`);
  dismissHeld = (feed: string): Promise<{ dismissed: number }> =>
    this.call("POST", `feeds/${id(feed)}/dismiss-held`);

  users = (): Promise<T.List<T.User>> => this.call("GET", "users");
  addUser = (of: { name: string; email: string; role: T.Role }): Promise<{ user: T.User; link: string }> =>
    this.call("POST", "users", of);
  changeUser = (user: string, change: Partial<T.User>): Promise<T.User> =>
    this.call("PATCH", `users/${id(user)}`, change);
  newLink = (user: string): Promise<{ link: string }> => this.call("POST", `users/${id(user)}/link`);

  private async call<Answer>(
    method: string,
    path: string,
    body?: unknown,
    signal = AbortSignal.timeout(kTimeoutMs),
  ): Promise<Answer> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(`/api/v1/${path}`, {
        method,
        credentials: "same-origin",
        cache: "no-store",
        signal,
        ...(method === "GET" || method === "DELETE"
          ? {}
          : { headers: { "content-type": "application/json" }, body: JSON.stringify(body ?? {}) }),
      });
      text = await response.text();
    } catch {
      throw new ApiError(0, "The server cannot be reached.");
    }
    if (response.ok) return (text ? JSON.parse(text) : undefined) as Answer;
    if (response.status === 401 && path !== "session" && path !== "session/password") this.onSignedOut();
    throw new ApiError(
      response.status,
      problemText(text, response.status),
      refusalOf(text, response.headers.get("retry-after")),
    );
  }
}

// The sentence to show, whatever was thrown.
export function whyNot(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
