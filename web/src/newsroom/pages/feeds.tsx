// SPDX-License-Identifier: Apache-2.0
// The feeds: how each is at a glance, and the alerts that they made and that wait.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { AddFeedSheet } from "../feeds/add_sheet.js";
import { ImportSheet } from "../feeds/list_sheet.js";
import { OneFeed } from "../feeds/one_feed.js";
import { FetchNow, nameIn, StateTags, Visits } from "../feeds/state.js";
import { addressText, inOrder, summaryText } from "../feeds.js";
import { Announcements } from "../parts/announce.js";
import { Empty, Input } from "../parts/controls.js";
import { HeldAlerts } from "../parts/held_alerts.js";
import { type Key, useKeys, useKeySwitch } from "../parts/keys.js";
import { KeysSheet } from "../parts/keys_sheet.js";
import { useLoaded, useTicks } from "../parts/load.js";
import { hashOf } from "../route.js";
import { api } from "../session.js";
import type { Feed, HeldAlert } from "../types.js";
import type { PageProps } from "./page.js";

const kEveryMs = 10_000;

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
  const nameOf = (feed: Feed) => nameIn(value?.names ?? new Map(), feed);
  const feedOf = ({ feed }: HeldAlert) => value?.feeds.find(({ id }) => id === feed);
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
      <HeldAlerts loaded={held} onDecided={() => void reload()} originOf={(alert) => {
        const feed = feedOf(alert);
        return feed && { name: nameOf(feed), hash: hashOf("feeds", feed.id) };
      }} />
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

function Row({ feed, name, onFetched }: { feed: Feed; name: string; onFetched: () => void }) {
  return (
    <li class={feed.state === "off" ? "off" : ""}>
      <div>
        <p class="row"><a class="headline" href={hashOf("feeds", feed.id)}>{name}</a><StateTags feed={feed} /></p>
        <p class="soft address">{addressText(feed.url)}</p>
        <Visits feed={feed} />
      </div>
      <FetchNow feed={feed} name={name} onFetched={onFetched} />
      {feed.health?.last_error && <p class="note">{feed.health.last_error}</p>}
    </li>
  );
}
