// SPDX-License-Identifier: Apache-2.0
// Changing a feed, and no longer following it.
import { useEffect, useState } from "preact/hooks";
import { announce } from "../parts/announce.js";
import { Check, Input, Refused, Sheet, useSending } from "../parts/controls.js";
import { api, askSites } from "../session.js";
import type { Feed, FeedChange } from "../types.js";
import { changesOf } from "./adding.js";
import { SettingsFields } from "./settings.js";

interface Props {
  feed: Feed;
  name: string;
  onClose: () => void;
}

export function ChangeSheet({ feed, name, offered, onClose, onChanged }: Props & { offered: string[]; onChanged: () => void }) {
  const [before] = useState<FeedChange>(feed); // The page asks for the feed again meanwhile.
  const [settings, setSettings] = useState(before);
  useEffect(() => void askSites(), []); // The topics may have changed since the sign-in.
  const { isSending, error, send } = useSending();
  const put = (part: Partial<FeedChange>) => setSettings({ ...settings, ...part });
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!(await send(() => api.changeFeed(feed.id, changesOf(before, settings))))) return;
    announce(`${name} is changed.`);
    onChanged();
    onClose();
  };
  return (
    <Sheet title={`Change ${name}`} onClose={onClose}>
      <form onSubmit={submit}>
        <Input label="Address" hint="Its stories stay if it changes." type="url" required maxLength={2048} autoComplete="off" value={settings.url}
          error={error?.refusal.fields["url"]} onValue={(url) => put({ url })} />
        <SettingsFields settings={settings} offered={offered} onChange={put} />
        <Check label="It is followed" hint="Off: it is not fetched until somebody turns it on again." isOn={settings.enabled}
          onValue={(enabled) => put({ enabled })} />
        <Refused error={error} />
        <p class="row">
          <button class="primary" disabled={isSending || Object.keys(changesOf(before, settings)).length === 0}>Save</button>
          <button type="button" onClick={onClose}>Cancel</button>
        </p>
      </form>
    </Sheet>
  );
}

export function RemoveSheet({ feed, name, onClose, onRemoved }: Props & { onRemoved: () => void }) {
  const { isSending, error, send } = useSending();
  const remove = async () => {
    if (!(await send(() => api.removeFeed(feed.id)))) return;
    announce(`${name} is removed.`);
    onRemoved();
  };
  return (
    <Sheet title={`Remove the feed of ${name}?`} onClose={onClose}>
      <p>It is not fetched any more. Its stories stay on the site. To pause it, turn it off instead.</p>
      <Refused error={error} />
      <p class="row">
        <button type="button" class="danger filled" disabled={isSending} onClick={() => void remove()}>Remove it</button>
        <button type="button" onClick={onClose}>Cancel</button>
      </p>
    </Sheet>
  );
}
