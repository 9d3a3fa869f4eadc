// SPDX-License-Identifier: Apache-2.0
// Adding feeds: an address, the feeds that are there, and what is set of those that were chosen.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { announce } from "../parts/announce.js";
import { Input, Refused, Select, Sheet, useSending } from "../parts/controls.js";
import { api } from "../session.js";
import type { FoundFeed, Source } from "../types.js";
import { plural } from "../words.js";
import { canFollow, type Credit, creditFor, homeOf, kFresh } from "./adding.js";
import { FindFeeds } from "./find.js";
import { SettingsFields } from "./settings.js";

interface Props {
  site: string;
  offered: string[]; // the site's topics
  sources: Source[];
  onClose: () => void;
  onAdded: () => void; // after each try
}

export function AddFeedSheet(props: Props) {
  const [address, setAddress] = useState("");
  const [found, setFound] = useState<FoundFeed[]>();
  const [chosen, setChosen] = useState<string[]>([]);
  const [isSetting, setSetting] = useState(false);
  const feeds = found?.filter((one) => canFollow(one) && chosen.includes(one.url)) ?? [];
  return (
    <Sheet title="Add a feed" onClose={props.onClose} isWide>
      {isSetting
        ? <AddForm {...props} feeds={feeds} onBack={() => setSetting(false)} />
        : <FindFeeds {...{ site: props.site, address, found, chosen }} onAddress={setAddress} onFound={setFound} onChosen={setChosen}
            onGo={() => setSetting(true)} onClose={props.onClose} />}
    </Sheet>
  );
}

function AddForm({ feeds, site, offered, sources, onBack, onClose, onAdded }: Props & { feeds: FoundFeed[]; onBack: () => void }) {
  const [credit, setCredit] = useState<Credit>(() => creditFor(feeds[0] as FoundFeed, sources));
  const [made, setMade] = useState("");
  const [settings, setSettings] = useState(kFresh);
  const [added, setAdded] = useState<string[]>([]);
  const [refused, setRefused] = useState<Record<string, string>>({});
  const { isSending, error, send } = useSending();
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => {
    form.current?.closest("dialog")?.scrollTo(0, 0); // The list before may have been long.
    form.current?.querySelector<HTMLElement>("input, select")?.focus({ preventScroll: true });
  }, []);
  const submit = async (event: Event) => {
    event.preventDefault();
    await send(async () => {
      const source = credit.id || (await api.addSource(site, credit.name.trim(), homeOf(feeds[0] as FoundFeed))).id;
      if (!credit.id) setMade(source); // Another try does not make it again.
      setCredit({ ...credit, id: source });
      const { done, wrong } = await addAll(feeds.filter(({ url }) => !added.includes(url)),
        (url) => api.addFeed({ ...settings, site, source, url }));
      setAdded([...added, ...done]);
      setRefused(wrong);
      onAdded();
      if (Object.keys(wrong).length > 0) return;
      announce(feeds.length === 1 ? `${credit.name} is added.` : `${feeds.length} feeds are added.`);
      onClose();
    });
  };
  return (
    <form ref={form} onSubmit={submit}>
      <ul class="chosen">
        {feeds.map(({ url, title }) => (
          <li key={url}>
            <strong>{title || url}</strong>
            {added.includes(url) && <span class="tag good">added</span>}
            {refused[url] && <p class="wrong" role="alert">Not added: {refused[url]}</p>}
          </li>
        ))}
      </ul>
      {feeds.length > 1 && <p class="hint">What follows is for all of them; each can be changed later.</p>}
      <CreditFields credit={credit} sources={sources} isMade={made !== ""} onChange={setCredit} />
      <SettingsFields settings={settings} offered={offered} onChange={(part) => setSettings({ ...settings, ...part })} />
      <Refused error={error} />
      <p class="row">
        <button class="primary" disabled={isSending}>
          {added.length > 0 || Object.keys(refused).length > 0 ? "Try again" : `Add ${plural(feeds.length, "feed")}`}
        </button>
        {added.length === 0 && <button type="button" disabled={isSending} onClick={onBack}>Back</button>}
        <button type="button" onClick={onClose}>{added.length > 0 ? "Close" : "Cancel"}</button>
      </p>
    </form>
  );
}

// `isMade`: the source was made by a try that did not add all feeds; its name stays.
function CreditFields({ credit, isMade, sources, onChange }: {
  credit: Credit;
  isMade: boolean;
  sources: Source[];
  onChange: (credit: Credit) => void;
}) {
  if (isMade) return <p>Credited to {credit.name}.</p>;
  const isNew = !credit.id;
  const names = new Map([["", "A new source"], ...sources.map(({ id, name }): [string, string] => [id, name])]);
  return (
    <>
      {sources.length > 0 && (
        <Select label="Source" hint="Readers see its name, and follow it." value={credit.id} options={names}
          onValue={(id) => onChange({ id, name: id ? names.get(id) ?? "" : "" })} />
      )}
      {isNew && (
        <Input label="Name of the source" hint="Stands beside its stories." required maxLength={120}
          autoComplete="off" value={credit.name} onValue={(name) => onChange({ id: "", name })} />
      )}
    </>
  );
}

// One after the other, so that one that is refused stops no other.
async function addAll(feeds: FoundFeed[], add: (url: string) => Promise<unknown>) {
  const done: string[] = [];
  const wrong: Record<string, string> = {};
  for (const { url } of feeds) {
    try {
      await add(url);
      done.push(url);
    } catch (error) {
      wrong[url] = error instanceof Error ? error.message : String(error);
    }
  }
  return { done, wrong };
}
