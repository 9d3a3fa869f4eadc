// SPDX-License-Identifier: Apache-2.0
// How feeds come to be followed and are changed, apart from what is drawn.
import type { Feed, FeedChange, FeedSettings, FoundFeed, Importance, ListImported, Source } from "../types.js";
import { whyNot } from "../api.js";
import { lengthText } from "../feeds.js";
import { plural } from "../words.js";

export const kFresh: FeedSettings = { topics: [], alert: null, interval_seconds: null, is_own: false, enabled: true };

export const kAlerts: Record<Importance | "none", string> = {
  none: "None",
  minor: "Minor",
  major: "Major",
  breaking: "Breaking",
};

const kFormats: Record<string, string> = {
  rss20: "RSS 2.0",
  rss10: "RSS 1.0",
  rss09: "RSS 0.9",
  atom10: "Atom",
  atom03: "Atom 0.3",
  json1: "JSON Feed",
};

export function canFollow(found: FoundFeed): boolean {
  return !found.problem && !found.is_followed;
}

// "RSS 2.0, 30 items, whole texts, tells at once"; its newest item is said beside it.
export function factsText(found: FoundFeed): string {
  const facts = [];
  if (found.format) facts.push(kFormats[found.format] ?? found.format);
  facts.push(plural(found.items, "item"), found.has_content ? "whole texts" : "teasers");
  if (found.has_hub) facts.push("tells at once");
  return facts.join(", ");
}

export function foundText(all: FoundFeed[]): string {
  if (all.length === 0) return "No feed was found there.";
  const many = all.filter(canFollow).length;
  const said = `${plural(all.length, "feed")} found`;
  if (many === all.length) return `${said}.`;
  return many === 0 ? `${said}, none to add.` : `${said}, ${many} to add.`;
}

// The feed that is chosen beforehand: there is nothing else to choose.
export function chosenFirst(all: FoundFeed[]): string[] {
  const open = all.filter(canFollow);
  return open.length === 1 ? open.map(({ url }) => url) : [];
}

// Who is credited: `id` of a source that there is, or the name of one to be made.
export interface Credit {
  id: string;
  name: string;
}

const kNameMax = 120;

export function creditFor(found: FoundFeed, sources: Source[]): Credit {
  const name = (found.title.trim() || hostOf(found.url)).slice(0, kNameMax);
  return { id: idOf(name, sources), name };
}

// Two sources of one name would be one to readers.
function idOf(name: string, sources: Source[]): string {
  return sources.find((source) => source.name.toLowerCase() === name.toLowerCase())?.id ?? "";
}

// A feed that is about to be added.
export interface Draft {
  feed: FoundFeed;
  credit: Credit;
  settings: FeedSettings;
  isMade: boolean; // the source was made by a try that failed after it: it is not made again
  isAdded: boolean;
  refusal: string; // why the last try did not add it; "" where there was none
}

export function draftOf(feed: FoundFeed, sources: Source[]): Draft {
  return { feed, credit: creditFor(feed, sources), settings: kFresh, isMade: false, isAdded: false, refusal: "" };
}

export interface Adder {
  addSource: (name: string, home: string) => Promise<string>; // its id
  addFeed: (draft: Draft, source: string) => Promise<unknown>;
}

// Adds those that are not added yet, one after the other, so that one that is refused stops no
// other. The drafts as they are afterwards.
export async function addAll(drafts: Draft[], sources: Source[], { addSource, addFeed }: Adder): Promise<Draft[]> {
  const known = [...sources];
  const after: Draft[] = [];
  for (const before of drafts) {
    const draft = { ...before, refusal: "" };
    after.push(draft);
    if (draft.isAdded) continue;
    try {
      if (!draft.credit.id) {
        const name = draft.credit.name.trim();
        const id = idOf(name, known) || (await addSource(name, homeOf(draft.feed)));
        known.push({ id, name });
        Object.assign(draft, { credit: { id, name }, isMade: true });
      }
      await addFeed(draft, draft.credit.id);
      draft.isAdded = true;
    } catch (error) {
      draft.refusal = whyNot(error);
    }
  }
  return after;
}

// After a try: "1 of 3 feeds is not added."
export function leftText(drafts: Draft[]): string {
  const left = drafts.filter(({ isAdded }) => !isAdded).length;
  if (left === 0) return "";
  return drafts.length === 1 ? "The feed is not added." : `${left} of ${drafts.length} feeds ${left === 1 ? "is" : "are"} not added.`;
}

// The site's own page, for its source; "" where the feed names none of the Web.
export function homeOf({ page_url }: FoundFeed): string {
  return /^https?:\/\//i.test(page_url) && page_url.length <= 2048 ? page_url : "";
}

function hostOf(url: string): string {
  try {
    return new URL(url).hostname.replace(/^www\./, "");
  } catch {
    return url;
  }
}

// The choices of an interval; keys are seconds, "" is the feed's rhythm. One that is none of ours stays.
export function intervalChoices(seconds: number | null): Map<string, string> {
  const all = new Set([15, 60, 300, 900, 3600, 86_400]);
  if (seconds !== null) all.add(seconds);
  const choices = [...all].sort((a, b) => a - b).map((each): [string, string] => [String(each), `Every ${lengthText(each)}`]);
  return new Map([["", "By its own rhythm"], ...choices]);
}

// Topics to choose from: the site's, then those that the feed has besides.
export function topicChoices(offered: string[], given: string[]): string[] {
  return [...new Set([...offered, ...given])];
}

export function toggled(list: string[], one: string, isOn: boolean): string[] {
  const rest = list.filter((each) => each !== one);
  return isOn ? [...rest, one] : rest;
}

// Only what differs is sent: a colleague's change of something else stays.
export function changesOf(before: FeedChange, after: FeedChange): Partial<FeedChange> {
  const keys = [...Object.keys(kFresh), "url"] as (keyof FeedChange)[];
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  return Object.fromEntries(changed.map((key) => [key, after[key]]));
}

export function settingsText(feed: Feed): string {
  const alerts = feed.alert ? `Alerts: ${feed.alert}.` : "No alerts.";
  return feed.topics.length > 0 ? `${alerts} Topics: ${feed.topics.join(", ")}.` : alerts;
}

export function importedText({ added, known, left_out }: ListImported): string {
  const parts = [`${plural(added, "feed")} added`];
  if (known > 0) parts.push(`${known} followed already`);
  if (left_out > 0) parts.push(`${left_out} left out, because the address cannot be followed or the list is too long`);
  return `${parts.join(", ")}.`;
}

// An XML file as text. The encoding that it declares is taken out: the text goes on as UTF-8.
export function xmlText(bytes: Uint8Array): string {
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 200));
  const declared = /^(?:ï»¿)?\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1] ?? "utf-8";
  const name = isWide ? (bytes[0] === 0xff ? "utf-16le" : "utf-16be") : declared;
  return decoderOf(name).decode(bytes).replace(/^(\s*<\?xml[^>]*?)\sencoding\s*=\s*["'][^"']*["']/, "$1");
}

function decoderOf(name: string): TextDecoder {
  try {
    return new TextDecoder(name);
  } catch {
    return new TextDecoder(); // An encoding that nobody knows.
  }
}
