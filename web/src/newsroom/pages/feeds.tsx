// SPDX-License-Identifier: Apache-2.0
// The feeds: how each is at a glance, its last fetches, and the alerts that it made and that wait.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { AddFeedSheet } from "../feeds/add_sheet.js";
import { settingsText } from "../feeds/adding.js";
import { ChangeSheet, RemoveSheet } from "../feeds/change_sheet.js";
import { ImportSheet } from "../feeds/list_sheet.js";
import { addressText, aheadText, inOrder, isGood, kFeedStates, rhythmText, sizeText, summaryText, verdictText } from "../feeds.js";
import { announce, Announcements } from "../parts/announce.js";
import { Empty, Input, Refused, Time, timeText, useSending } from "../parts/controls.js";
import { HeldAlerts } from "../parts/held_alerts.js";
import { type Key, useKeys, useKeySwitch } from "../parts/keys.js";
import { KeysSheet } from "../parts/keys_sheet.js";
import { useLoaded, useTicks } from "../parts/load.js";
import { hashOf } from "../route.js";
import { api } from "../session.js";
import type { Feed, FeedHealth, FetchNote } from "../types.js";
import { plural } from "../words.js";
import type { PageProps } from "./page.js";

const kEveryMs = 10_000;
// A fetch that was asked for has mostly come back by then.
const kFetchedMs = 1_500;

type Open = "add" | "import" | "help";

const kKeys: Key<Open>[] = [
  { action: "add", keys: ["n"], says: "Add a feed" },
  { action: "help", keys: ["?"], says: "These keys" },
];

export function FeedsPage({ site, sites, rest }: PageProps) {
  const [id] = rest;
  const offered = sites.find((one) => one.id === site)?.topics ?? [];
  const shown = useRef(id);
  useEffect(() => {
    if (shown.current !== id) document.getElementById("main")?.focus(); // What had the focus is gone.
    shown.current = id;
  }, [id]);
  return (
    <>
      {id ? <OneFeed key={id} id={id} site={site} offered={offered} /> : <AllFeeds site={site} offered={offered} />}
      <Announcements />
    </>
  );
}

function useFeeds(site: string) {
  return useLoaded(async () => {
    const [feeds, sources] = await Promise.all([api.feeds(site), api.sources(site)]);
    return { feeds: feeds.items, sources: sources.items, names: new Map(sources.items.map(({ id, name }) => [id, name])) };
  }, [site]);
}

interface SiteProps {
  site: string;
  offered: string[]; // the site's topics
}

function AllFeeds({ site, offered }: SiteProps) {
  const [words, setWords] = useState("");
  const [open, setOpen] = useState<Open>();
  const [isOn, switchKeys] = useKeySwitch();
  useKeys(kKeys, isOn, setOpen);
  const { value, trouble, reload } = useFeeds(site);
  const held = useLoaded(() => api.heldAlerts(site, ""), [site]);
  useTicks(() => void Promise.all([reload(), held.reload()]), kEveryMs, [reload, held.reload]);
  const nameOf = (feed: Feed) => value?.names.get(feed.source ?? "") ?? addressText(feed.url);
  const close = useCallback(() => setOpen(undefined), []);
  const wanted = words.trim().toLowerCase();
  const shown = inOrder(value?.feeds ?? [], nameOf)
    .filter((feed) => `${nameOf(feed)} ${feed.url}`.toLowerCase().includes(wanted));
  return (
    <>
      <header class="pagehead">
        <h1>Feeds</h1>
        <div class="row">
          <button type="button" class="quiet" aria-keyshortcuts="?" onClick={() => setOpen("help")}>Keys</button>
          <button type="button" class="primary" aria-haspopup="dialog" aria-keyshortcuts="n" onClick={() => setOpen("add")}>Add a feed</button>
        </div>
      </header>
      {trouble && <p class="wrong" role="alert">{value ? "Not up to date: " : ""}{trouble} <button type="button" onClick={reload}>Try again</button></p>}
      {!value && !trouble && <p class="soft">Loading …</p>}
      {value?.feeds.length === 0 && <Empty title="No feeds yet">Add the first with the address of a site, or import the list of another system.</Empty>}
      {value && value.feeds.length > 0 && <p role="status">{summaryText(value.feeds)}</p>}
      <HeldAlerts loaded={held} onDecided={() => void reload()} />
      {value && value.feeds.length > 0 && (
        <section aria-labelledby="all">
          <h2 id="all" class="apart">All feeds</h2>
          <Input label="Find a feed" type="search" value={words} onValue={setWords} placeholder="Name or address" />
          <ul class="rows">
            {shown.map((feed) => <Row key={feed.id} feed={feed} name={nameOf(feed)} onFetched={reload} />)}
          </ul>
          {shown.length === 0 && <p class="soft">No feed has these words in its name or address.</p>}
        </section>
      )}
      <Lists site={site} hasFeeds={!!value?.feeds.length} onImport={() => setOpen("import")} />
      {open === "add" && value && <AddFeedSheet {...{ site, offered }} sources={value.sources} onClose={close} onAdded={reload} />}
      {open === "import" && <ImportSheet site={site} onClose={close} onImported={reload} />}
      {open === "help" && <KeysSheet table={kKeys} isOn={isOn} onSwitch={switchKeys} onClose={close} />}
    </>
  );
}

// The list of all feeds, for and from other systems.
function Lists({ site, hasFeeds, onImport }: { site: string; hasFeeds: boolean; onImport: () => void }) {
  return (
    <section aria-labelledby="lists">
      <h2 id="lists" class="apart">Lists (OPML)</h2>
      <p class="row">
        <button type="button" aria-haspopup="dialog" onClick={onImport}>Import a list</button>
        {hasFeeds && <a href={api.listUrl(site)} download="feeds.opml">Export all feeds</a>}
      </p>
    </section>
  );
}

function StateTags({ feed }: { feed: Feed }) {
  const { text, looks } = kFeedStates[feed.state];
  return (
    <>
      {feed.state !== "held" && <span class={`tag ${looks}`}>{text}</span>}
      {feed.held_alerts > 0 && <span class="tag bad">{plural(feed.held_alerts, "alert")} held</span>}
    </>
  );
}

function Visits({ health }: { health: FeedHealth | null }) {
  if (!health?.last_visit) return <p class="soft">No visit yet.</p>;
  return (
    <p class="soft">
      Fetched <Time at={health.last_visit} />
      {health.next_visit ? <> · next <time dateTime={health.next_visit} title={timeText(new Date(health.next_visit))}>{aheadText(health.next_visit, Date.now())}</time></> : " · no next fetch"}
    </p>
  );
}

function FetchNow({ feed, name, onFetched }: { feed: Feed; name: string; onFetched: () => void }) {
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

function Row({ feed, name, onFetched }: { feed: Feed; name: string; onFetched: () => void }) {
  return (
    <li class={feed.state === "off" ? "off" : ""}>
      <div>
        <p><a class="headline" href={hashOf("feeds", feed.id)}>{name}</a><StateTags feed={feed} /></p>
        <p class="soft address">{addressText(feed.url)}</p>
        <Visits health={feed.health} />
        {feed.health?.last_error && <p class="note">{feed.health.last_error}</p>}
      </div>
      <FetchNow feed={feed} name={name} onFetched={onFetched} />
    </li>
  );
}

function OneFeed({ id, site, offered }: SiteProps & { id: string }) {
  const [asked, setAsked] = useState<"change" | "remove">();
  const { value, trouble, reload } = useLoaded(async () => {
    const [feed, sources] = await Promise.all([api.feed(id), api.sources(site)]);
    return { feed, name: sources.items.find((source) => source.id === feed.source)?.name ?? addressText(feed.url) };
  }, [id, site]);
  const held = useLoaded(() => api.heldAlerts(site, id), [id, site]);
  useTicks(() => void Promise.all([reload(), held.reload()]), kEveryMs, [reload, held.reload]);
  const feed = value?.feed;
  const health = feed?.health;
  return (
    <>
      <p><a href={hashOf("feeds")}>All feeds</a></p>
      <header class="pagehead">
        <h1>{value?.name ?? "Feed"}</h1>
        {value && (
          <div class="row">
            <FetchNow feed={value.feed} name={value.name} onFetched={reload} />
            <button type="button" aria-haspopup="dialog" onClick={() => setAsked("change")}>Change</button>
            <button type="button" class="danger" aria-haspopup="dialog" onClick={() => setAsked("remove")}>Remove</button>
          </div>
        )}
      </header>
      {trouble && <p class="wrong" role="alert">{value ? "Not up to date: " : ""}{trouble} <button type="button" onClick={reload}>Try again</button></p>}
      {!value && !trouble && <p class="soft">Loading …</p>}
      {feed && (
        <div class="health">
          <p class="row"><StateTags feed={feed} />{feed.is_own && <span class="tag">our own</span>}</p>
          <p class="address"><a href={feed.url} target="_blank" rel="noopener noreferrer">{addressText(feed.url)}</a></p>
          {health?.moved_to && <p class="soft address">It has moved; fetched from {addressText(health.moved_to)}</p>}
          <Visits health={health ?? null} />
          {health && <p>{rhythmText(feed, health)}</p>}
          <p>{settingsText(feed)}</p>
          {health?.last_error && (
            <p class="note">
              {health.last_error}
              {health.failures_in_row > 1 && ` ${health.failures_in_row} failures in a row.`}
              {health.last_success && <> It worked last <Time at={health.last_success} />.</>}
            </p>
          )}
        </div>
      )}
      <HeldAlerts loaded={held} onDecided={() => void reload()} onDismissAll={() => api.dismissHeld(id)} />
      {health?.fetches && <Fetches fetches={health.fetches} />}
      {asked === "change" && value && (
        <ChangeSheet feed={value.feed} name={value.name} offered={offered} onClose={() => setAsked(undefined)} onChanged={reload} />
      )}
      {asked === "remove" && value && (
        <RemoveSheet feed={value.feed} name={value.name} onClose={() => setAsked(undefined)} onRemoved={() => {
          location.hash = hashOf("feeds");
        }} />
      )}
    </>
  );
}

function Fetches({ fetches }: { fetches: FetchNote[] }) {
  return (
    <section aria-labelledby="fetches">
      <h2 id="fetches" class="apart">Last fetches</h2>
      <div class="scrolls" tabIndex={0} role="region" aria-labelledby="fetches">
        <table class="fetches">
          <thead>
            <tr><th scope="col">When</th><th scope="col">What came</th><th scope="col">New</th><th scope="col">Items</th><th scope="col">Size</th><th scope="col">Took</th></tr>
          </thead>
          <tbody>
            {fetches.map((note) => (
              <tr key={note.at}>
                <th scope="row"><Time at={note.at} /></th>
                <td class={isGood(note) ? "" : "wrong"}>{verdictText(note)}</td>
                <td>{note.fresh || ""}</td>
                <td>{note.items || ""}</td>
                <td>{note.body_bytes > 0 ? sizeText(note.body_bytes) : ""}</td>
                <td>{note.duration_ms} ms</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
