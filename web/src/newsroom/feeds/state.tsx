// SPDX-License-Identifier: Apache-2.0
// How a feed is at a glance, and the button that fetches it.
import { addressText, aheadText, kFeedStates } from "../feeds.js";
import { announce } from "../parts/announce.js";
import { Refused, Time, timeText, useSending } from "../parts/controls.js";
import { api } from "../session.js";
import type { Feed, FeedHealth } from "../types.js";
import { plural } from "../words.js";

// A fetch that was asked for has mostly come back by then.
const kFetchedMs = 1_500;

export function nameIn(names: Map<string, string>, feed: Feed): string {
  return names.get(feed.source ?? "") ?? addressText(feed.url);
}

export function StateTags({ feed }: { feed: Feed }) {
  const { text, looks } = kFeedStates[feed.state];
  return (
    <>
      {feed.state !== "held" && <span class={`tag ${looks}`}>{text}</span>}
      {feed.held_alerts > 0 && <span class="tag bad">{plural(feed.held_alerts, "alert")} held</span>}
    </>
  );
}

export function Visits({ feed: { health, enabled } }: { feed: Feed }) {
  if (!health?.last_visit) return <p class="soft">{enabled ? "Its first fetch is on its way." : "It is not fetched."}</p>;
  return <p class="soft">Fetched <Time at={health.last_visit} /> · {enabled ? <Next health={health} /> : "no next fetch"}</p>;
}

function Next({ health: { next_visit: at } }: { health: FeedHealth }) {
  if (!at) return <>no next fetch</>;
  return <>next <time dateTime={at} title={timeText(new Date(at))}>{aheadText(at, Date.now())}</time></>;
}

export function FetchNow({ feed, name, onFetched }: { feed: Feed; name: string; onFetched: () => void }) {
  const { isSending, error, send } = useSending();
  const fetchNow = async () => {
    if (!(await send(() => api.fetchFeed(feed.id)))) return;
    announce(`${name} is fetched as soon as its server allows.`);
    setTimeout(onFetched, kFetchedMs);
  };
  return (
    <>
      <button type="button" disabled={isSending || feed.state === "off"} aria-label={`Fetch now: ${name}`} onClick={() => void fetchNow()}>Fetch now</button>
      <Refused error={error} />
    </>
  );
}
