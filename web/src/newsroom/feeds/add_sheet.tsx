// SPDX-License-Identifier: Apache-2.0
// Adding feeds: an address, the feeds that are there, and what is set of those that were chosen.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { announce } from "../parts/announce.js";
import { Check, Input, Select, Sheet } from "../parts/controls.js";
import { addressText } from "../feeds.js";
import { api, askSites } from "../session.js";
import type { FoundFeed, Source } from "../types.js";
import { plural } from "../words.js";
import { addAll, canFollow, type Credit, type Draft, draftOf, kFresh, leftText } from "./adding.js";
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
  useEffect(() => void askSites(), []); // The topics may have changed since the sign-in.
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
  const [drafts, setDrafts] = useState(() => feeds.map((feed) => draftOf(feed, sources)));
  const [shared, setShared] = useState(kFresh);
  const [isShared, setIsShared] = useState(true);
  const [isSending, setSending] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => {
    form.current?.closest("dialog")?.scrollTo(0, 0); // The list before may have been long.
    form.current?.querySelector<HTMLElement>(".draft :is(input, select)")?.focus({ preventScroll: true });
  }, []);
  const change = (changed: Draft, part: Partial<Draft>) =>
    setDrafts((all) => all.map((one) => (one.feed === changed.feed ? { ...one, ...part } : one)));
  const shareOrNot = (isOn: boolean) => {
    if (!isOn) setDrafts((all) => all.map((one) => ({ ...one, settings: shared })));
    setIsShared(isOn);
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    setSending(true);
    const after = await addAll(drafts, sources, {
      addSource: async (name, home) => (await api.addSource(site, name, home)).id,
      addFeed: ({ feed, settings }, source) => api.addFeed({ ...(isShared ? shared : settings), site, source, url: feed.url }),
    });
    setDrafts(after);
    setSending(false);
    onAdded();
    if (after.some(({ isAdded }) => !isAdded)) return;
    announce(after.length === 1 ? `${after[0]?.credit.name} is added.` : `${after.length} feeds are added.`);
    onClose();
  };
  const hasAdded = drafts.some(({ isAdded }) => isAdded);
  const hasTried = drafts.some(({ isAdded, refusal }) => isAdded || refusal);
  return (
    <form ref={form} onSubmit={submit}>
      <p class="hint">
        Readers see the name of a source beside its stories, and follow it.
        {drafts.length > 1 && " Feeds with the same name share a source."}
      </p>
      {drafts.length > 1 && <Check label="The same settings for all" hint="Off: each feed has its own topics, alerts and rhythm." isOn={isShared} onValue={shareOrNot} />}
      {drafts.map((draft) => (
        <DraftFields key={draft.feed.url} {...{ draft, sources }} onChange={(part) => change(draft, part)}>
          {!isShared && <SettingsFields settings={draft.settings} offered={offered}
            onChange={(part) => change(draft, { settings: { ...draft.settings, ...part } })} />}
        </DraftFields>
      ))}
      {isShared && (
        <fieldset class={drafts.length > 1 ? "draft" : "settings"}>
          {drafts.length > 1 && <legend>For all of them</legend>}
          <SettingsFields settings={shared} offered={offered} onChange={(part) => setShared({ ...shared, ...part })} />
        </fieldset>
      )}
      <p role="status" class="wrong">{!isSending && hasTried ? leftText(drafts) : ""}</p>
      <p class="row">
        <button class="primary" disabled={isSending}>
          {hasTried ? "Try again" : `Add ${plural(drafts.length, "feed")}`}
        </button>
        {!hasAdded && <button type="button" disabled={isSending} onClick={onBack}>Back</button>}
        <button type="button" onClick={onClose}>{hasAdded ? "Close" : "Cancel"}</button>
      </p>
    </form>
  );
}

// One feed: who is credited, and `children`, its settings, where they are its own.
function DraftFields({ draft, sources, onChange, children }: {
  draft: Draft;
  sources: Source[];
  onChange: (part: Partial<Draft>) => void;
  children: ComponentChildren;
}) {
  const { feed, credit, isAdded, isMade, refusal } = draft;
  return (
    <fieldset class="draft">
      <legend>
        {feed.title || addressText(feed.url)}
        {isAdded && <span class="tag good">added</span>}
      </legend>
      <p class="soft address">{addressText(feed.url)}</p>
      {isMade || isAdded
        ? <p>Credited to {credit.name}.</p>
        : <CreditFields credit={credit} sources={sources} onChange={(next) => onChange({ credit: next })} />}
      {!isAdded && children}
      {refusal && <p class="wrong">Not added: {refusal}</p>}
    </fieldset>
  );
}

function CreditFields({ credit, sources, onChange }: { credit: Credit; sources: Source[]; onChange: (credit: Credit) => void }) {
  const names = new Map([["", "A new source"], ...sources.map(({ id, name }): [string, string] => [id, name])]);
  return (
    <div class="pair">
      {sources.length > 0 && (
        <Select label="Source" value={credit.id} options={names} onValue={(id) => onChange({ id, name: id ? names.get(id) ?? "" : "" })} />
      )}
      {!credit.id && (
        <Input label="Name of the source" required maxLength={120} autoComplete="off" value={credit.name}
          onValue={(name) => onChange({ id: "", name })} />
      )}
    </div>
  );
}
