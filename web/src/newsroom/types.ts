// SPDX-License-Identifier: Apache-2.0
// What the server's interface for the newsroom sends. Times are RFC 3339, ids are opaque.
import type { Opening } from "../reader/conversation.js";

export type { Opening };

export type CommentState = "published" | "held" | "rejected" | "deleted";
export type Verdict = "published" | "rejected";
export type Ground =
  | "illegal"
  | "hate"
  | "harassment"
  | "personal_data"
  | "spam"
  | "off_topic"
  | "other";
export type Mode = "by_rule" | "open" | "closed" | "hidden";
export type Role = "moderator" | "admin";
export type Kind = "held" | "reported" | "appealed" | "rejected" | "recent";

export interface List<T> {
  items: T[];
  next_cursor: string | null;
}

export interface Comment {
  id: string;
  story: string;
  parent: string | null;
  name: string;
  badge: "" | "staff" | "moderator";
  html: string;
  state: CommentState;
  is_featured: boolean;
  votes: number;
  created: string;
  edited: string | null;
  permalink: string;
}

export interface StaffComment extends Comment {
  text: string;
  phase: string;
  reason: string;
  statement: string;
  reports: number;
  is_appealed: boolean;
  story_headline: string;
  story_path: string;
}

export interface Report {
  id: string;
  ground: Ground;
  text: string;
  reader: string | null;
  created: string;
  decided: string | null;
  is_upheld: boolean;
}

export interface Ruling {
  at: string;
  by: string;
  state: CommentState;
  phase: string;
  ground: Ground | null;
  reason: string;
  statement: string;
  is_automatic: boolean;
}

export interface Reader {
  id: string;
  name: string;
  published: number;
  rejected: number;
  banned_until: string | null;
  ban_reason: string;
  has_device: boolean;
  has_email: boolean;
  created: string;
}

export interface QueueItem extends StaffComment {
  open_reports: Report[];
  rulings: Ruling[];
  writer: Reader | null;
}

export interface Counts {
  held: number;
  reported: number;
  appealed: number;
}

export interface QueueAnswer extends List<QueueItem> {
  counts: Counts;
}

// What a moderator decides of one comment.
export interface Decision {
  state: Verdict | "held"; // held: a decision is taken back, and the comment waits again
  ground?: Ground;
  reason?: string; // for colleagues
  statement?: string; // for the writer
}

export interface ReadersView {
  opening: Opening;
  count: number;
  items: Comment[];
}

export interface StoryRow {
  id: string;
  headline: string;
  path: string;
  published: string;
  opening: Opening;
  comments: number;
  mode: Mode;
}

export interface Conversation {
  story: string;
  mode: Mode;
  reason: string;
  by: string;
  since: string | null;
  closes_at: string | null;
  holds_all: boolean;
  published: number;
  opening: Opening;
}

export interface ConversationChange {
  mode: Mode;
  reason?: string;
  closes_at?: string | null;
  holds_all?: boolean;
}

export interface Policy {
  is_offered: boolean;
  is_closed: boolean;
  message: string;
  close_after_days: number;
  opens_minute: number;
  closes_minute: number;
  time_zone: string;
  characters_max: number;
  links_max: number;
  edit_minutes: number;
  banned_words: string[];
  suspect_words: string[];
  tells_words: boolean;
  holds_all: boolean;
  newcomer_comments: number;
  reports_hold: number;
  has_votes: boolean;
  external_url: string;
  external_fails_open: boolean;
  external_secret?: string; // only ever sent
}

export type Importance = "minor" | "major" | "breaking";
export type FeedState = "ok" | "new" | "trouble" | "held" | "off";

export interface FetchNote {
  at: string;
  verdict: "document" | "unchanged" | "not_a_feed" | "refused" | "throttled" | "gone" | "no_answer";
  status: number | null;
  body_bytes: number;
  items: number;
  fresh: number;
  duration_ms: number;
}

export interface FeedHealth {
  last_visit: string | null;
  last_success: string | null;
  next_visit: string | null;
  failures_in_row: number;
  last_error: string;
  interval_seconds: number;
  gap_seconds: number | null;
  last_news: string | null;
  moved_to: string;
  fetches?: FetchNote[]; // of one feed alone
}

export interface Feed {
  id: string;
  source: string | null;
  url: string;
  interval_seconds: number | null; // null: its rhythm decides
  is_own: boolean;
  alert: Importance | null; // null: no alerts
  topics: string[];
  enabled: boolean;
  state: FeedState;
  held_alerts: number;
  health: FeedHealth | null;
}

export interface Source {
  id: string;
  name: string;
}

// What a person sets of a feed.
export type FeedSettings = Pick<Feed, "topics" | "alert" | "interval_seconds" | "is_own" | "enabled">;

export type FeedChange = FeedSettings & Pick<Feed, "url">;

// A feed of a site, as it is at this moment.
export interface FoundFeed {
  url: string;
  title: string;
  problem: string; // why it cannot be followed; "": it can
  format: string | null;
  page_url: string; // of the site, as the feed says
  language: string;
  has_hub: boolean;
  has_content: boolean;
  items: number;
  newest: string | null;
  is_followed: boolean;
  preview: { title: string; link: string; published: string | null }[];
}

export interface ListImported {
  added: number;
  known: number;
  left_out: number;
}

export interface HeldAlert {
  id: string;
  feed: string | null; // null: its story is one of our own
  title: string;
  body: string;
  url: string;
  importance: string;
  created: string;
  held_because: string;
}

export interface Transparency {
  since: string;
  rejected: Record<string, number>; // "spam/person" -> 3
  held: number;
  reported: number;
  appealed: number;
}

export interface User {
  id: string;
  name: string;
  email: string;
  role: Role;
  is_disabled: boolean;
  has_password: boolean;
  created: string;
}

export interface Site {
  id: string;
  name: string;
  base_url: string;
  topics: string[];
}
