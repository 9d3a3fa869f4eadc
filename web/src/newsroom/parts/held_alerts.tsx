// SPDX-License-Identifier: Apache-2.0
// Alerts that wait for a person: each is sent or dismissed, once.
import { useEffect, useRef, useState } from "preact/hooks";
import { lengthText } from "../feeds.js";
import { api } from "../session.js";
import type { HeldAlert, List } from "../types.js";
import { announce } from "./announce.js";
import { Refused, Sheet, Time, useSending } from "./controls.js";
import type { Loaded } from "./load.js";

interface Origin {
  name: string;
  hash: string; // of its page
}

export function HeldAlerts({ loaded, onDecided, originOf, onDismissAll }: {
  loaded: Loaded<List<HeldAlert>>;
  onDecided: () => void;
  originOf?: (alert: HeldAlert) => Origin | undefined; // where alerts of several feeds stand together
  onDismissAll?: () => Promise<{ dismissed: number }>;
}) {
  const { value, trouble, reload } = loaded;
  const [asked, setAsked] = useState<HeldAlert | "all">();
  const heading = useRef<HTMLHeadingElement>(null);
  const hasDecided = useRef(false);
  useEffect(() => {
    if (!hasDecided.current) return;
    hasDecided.current = false; // The button that had the focus went with its alert.
    if (document.activeElement === document.body) (heading.current ?? document.getElementById("main"))?.focus();
  }, [value]);
  const close = () => setAsked(undefined);
  const decided = (said: string) => {
    announce(said);
    close();
    hasDecided.current = true;
    void reload();
    onDecided();
  };
  if (trouble) return <p class="wrong" role="alert">{trouble} <button type="button" onClick={reload}>Try again</button></p>;
  if (!value || value.items.length === 0) return null;
  return (
    <section aria-labelledby="held" class="held">
      <header class="pagehead">
        <h2 id="held" ref={heading} tabIndex={-1}>Held alerts</h2>
        {onDismissAll && value.items.length > 1 && (
          <button type="button" class="danger" aria-haspopup="dialog" onClick={() => setAsked("all")}>Dismiss all</button>
        )}
      </header>
      <p class="soft">These stories are on the site. Nobody was notified of them: a person decides whether readers are.</p>
      <ul class="rows">
        {value.items.map((alert) => <Held key={alert.id} alert={alert} origin={originOf?.(alert)} onRelease={() => setAsked(alert)} onDecided={decided} />)}
      </ul>
      {value.next_cursor && <p class="soft">More are held; they appear when these are decided.</p>}
      {asked === "all" && onDismissAll && <DismissAllSheet dismiss={onDismissAll} onClose={close} onDecided={decided} />}
      {asked && asked !== "all" && <ReleaseSheet alert={asked} onClose={close} onDecided={decided} />}
    </section>
  );
}

function Held({ alert, origin, onRelease, onDecided }: {
  alert: HeldAlert;
  origin: Origin | undefined;
  onRelease: () => void;
  onDecided: (said: string) => void;
}) {
  const { isSending, error, send } = useSending();
  const dismiss = async () => {
    if (await send(() => api.dismissAlert(alert.id))) onDecided(`Dismissed: ${alert.title}`);
  };
  return (
    <li>
      <div>
        <a class="headline" href={alert.url} target="_blank" rel="noopener">{alert.title}</a>
        <p class="soft"><Time at={alert.created} /> · {alert.importance}{origin && <> · <a href={origin.hash}>{origin.name}</a></>}</p>
        <p class="note">{alert.held_because}</p>
        <Refused error={error} />
      </div>
      <div class="row">
        <button type="button" disabled={isSending} aria-haspopup="dialog" aria-label={`Release: ${alert.title}`} onClick={onRelease}>Release</button>
        <button type="button" disabled={isSending} aria-label={`Dismiss: ${alert.title}`} onClick={() => void dismiss()}>Dismiss</button>
      </div>
    </li>
  );
}

function ReleaseSheet({ alert, onClose, onDecided }: { alert: HeldAlert; onClose: () => void; onDecided: (said: string) => void }) {
  const { isSending, error, send } = useSending();
  const release = async () => {
    if (await send(() => api.releaseAlert(alert.id))) onDecided(`Released: ${alert.title}`);
  };
  const age = lengthText(Math.max(0, (Date.now() - Date.parse(alert.created)) / 1000));
  return (
    <Sheet title="Send this alert to readers?" onClose={onClose}>
      <p><strong>{alert.title}</strong></p>
      {alert.body && <p>{alert.body}</p>}
      <p class="note">{alert.held_because} It has been held for {age}.</p>
      <Refused error={error} />
      <p class="row">
        <button type="button" class="danger filled" disabled={isSending} onClick={() => void release()}>Send it now</button>
        <button type="button" onClick={onClose}>Cancel</button>
      </p>
    </Sheet>
  );
}

function DismissAllSheet({ dismiss, onClose, onDecided }: {
  dismiss: () => Promise<{ dismissed: number }>;
  onClose: () => void;
  onDecided: (said: string) => void;
}) {
  const { isSending, error, send } = useSending();
  const go = () => send(async () => {
    const { dismissed } = await dismiss();
    onDecided(`${dismissed === 1 ? "1 alert" : `${dismissed} alerts`} dismissed.`);
  });
  return (
    <Sheet title="Dismiss all that is held of this feed?" onClose={onClose}>
      <p>The stories stay on the site. No reader is notified of them, and this cannot be undone.</p>
      <Refused error={error} />
      <p class="row">
        <button type="button" class="danger filled" disabled={isSending} onClick={() => void go()}>Dismiss all</button>
        <button type="button" onClick={onClose}>Cancel</button>
      </p>
    </Sheet>
  );
}
