// SPDX-License-Identifier: Apache-2.0
// One feed: how it is, what is wrong and what to do, the alerts that it made and that wait.
import { useState } from "preact/hooks";
import { addressText, rhythmText } from "../feeds.js";
import { Time } from "../parts/controls.js";
import { HeldAlerts } from "../parts/held_alerts.js";
import { useLoaded, useTicks } from "../parts/load.js";
import { hashOf } from "../route.js";
import { api } from "../session.js";
import type { Feed } from "../types.js";
import { settingsText } from "./adding.js";
import { ChangeSheet, RemoveSheet } from "./change_sheet.js";
import { Fetches } from "./fetches.js";
import { FetchNow, nameIn, StateTags, Visits } from "./state.js";

const kEveryMs = 10_000;

export function OneFeed({ id, site, offered }: { id: string; site: string; offered: string[] }) {
  const [asked, setAsked] = useState<"change" | "remove">();
  const { value, trouble, reload } = useLoaded(async () => {
    const [feed, sources] = await Promise.all([api.feed(id), api.sources(site)]);
    return { feed, name: nameIn(new Map(sources.items.map((source) => [source.id, source.name])), feed) };
  }, [id, site]);
  const held = useLoaded(() => api.heldAlerts(site, id), [id, site]);
  useTicks(() => void Promise.all([reload(), held.reload()]), kEveryMs, [reload, held.reload]);
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
      {value && <Health feed={value.feed} />}
      <HeldAlerts loaded={held} onDecided={() => void reload()} onDismissAll={() => api.dismissHeld(id)} />
      {value?.feed.health?.fetches && <Fetches fetches={value.feed.health.fetches} />}
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

function Health({ feed }: { feed: Feed }) {
  const { health, url, is_own: isOwn } = feed;
  return (
    <div class="health">
      <p class="row"><StateTags feed={feed} />{isOwn && <span class="tag">our own</span>}</p>
      {health?.last_error && (
        <p class="note">
          {health.last_error}
          {health.failures_in_row > 1 && ` ${health.failures_in_row} failures in a row.`}
          {health.last_success && <> It worked last <Time at={health.last_success} />.</>}
        </p>
      )}
      <p class="address"><a href={url} target="_blank" rel="noopener noreferrer">{addressText(url)}</a></p>
      {health?.moved_to && <p class="soft address">It has moved; fetched from {addressText(health.moved_to)}</p>}
      <Visits feed={feed} />
      {health && <p>{rhythmText(feed, health)}</p>}
      <p>{settingsText(feed)}</p>
    </div>
  );
}
