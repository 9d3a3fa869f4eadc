// SPDX-License-Identifier: Apache-2.0
// What is set of a feed, when it is added and later.
import { Check, Select } from "../parts/controls.js";
import type { FeedSettings, Importance } from "../types.js";
import { intervalChoices, kAlerts, toggled, topicChoices } from "./adding.js";

export function SettingsFields({ settings, offered, onChange }: {
  settings: FeedSettings;
  offered: string[]; // the site's topics
  onChange: (part: Partial<FeedSettings>) => void;
}) {
  const { topics, alert, interval_seconds: interval } = settings;
  const choices = topicChoices(offered, topics);
  return (
    <>
      {choices.length > 0 && (
        <fieldset class="choice topics">
          <legend>Topics of its stories</legend>
          {choices.map((topic) => (
            <label key={topic}>
              <input type="checkbox" checked={topics.includes(topic)}
                onChange={(event) => onChange({ topics: toggled(topics, topic, event.currentTarget.checked) })} />
              <span>{topic}</span>
            </label>
          ))}
        </fieldset>
      )}
      <AlertField alert={alert} onChange={(next) => onChange({ alert: next })} />
      <Select label="Fetched" value={interval === null ? "" : String(interval)} options={intervalChoices(interval)}
        onValue={(value) => onChange({ interval_seconds: value ? Number(value) : null })} />
      <Check label="It is our own" hint="Fetched within seconds, whatever its server says of caching." isOn={settings.is_own}
        onValue={(is_own) => onChange({ is_own })} />
    </>
  );
}

export function AlertField({ alert, onChange }: { alert: Importance | null; onChange: (alert: Importance | null) => void }) {
  return (
    <Select label="Alert for each new item" hint="Without one its stories appear, and nobody is notified." value={alert ?? "none"} options={kAlerts}
      onValue={(value) => onChange(value === "none" ? null : value)} />
  );
}
