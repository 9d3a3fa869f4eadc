// SPDX-License-Identifier: Apache-2.0
// The feeds of a site: asking for them takes seconds, and can be given up.
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, whyNot } from "../api.js";
import { addressText } from "../feeds.js";
import { Input, Time } from "../parts/controls.js";
import { api } from "../session.js";
import type { FoundFeed } from "../types.js";
import { plural } from "../words.js";
import { canFollow, chosenFirst, factsText, foundText, toggled } from "./adding.js";

const kFindMs = 40_000; // The server answers within 30 seconds.
const kPreviewMost = 3;

export function FindFeeds({ site, address, found, chosen, onAddress, onFound, onChosen, onGo, onClose }: {
  site: string;
  address: string;
  found: FoundFeed[] | undefined;
  chosen: string[];
  onAddress: (address: string) => void;
  onFound: (found: FoundFeed[] | undefined) => void;
  onChosen: (urls: string[]) => void;
  onGo: () => void;
  onClose: () => void;
}) {
  const { isLooking, trouble, look, giveUp } = useFinding(site, (all) => {
    onFound(all);
    onChosen(chosenFirst(all));
  });
  const submit = (event: Event) => {
    event.preventDefault();
    if (isLooking) return;
    onFound(undefined);
    void look(address.trim());
  };
  const form = useRef<HTMLFormElement>(null);
  const stop = () => {
    giveUp();
    form.current?.querySelector("input")?.focus();
  };
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [found]);
  return (
    <>
      <form ref={form} onSubmit={submit}>
        <Input label="Address of the site or of its feed" hint="bell.example is enough: its feeds are looked for." error={trouble}
          inputMode="url" autoFocus required maxLength={2048} autoComplete="off" value={address} onValue={onAddress} />
        <div class="row">
          <button class={found?.some(canFollow) ? "" : "primary"} aria-disabled={isLooking}>Find feeds</button>
          {isLooking && <button type="button" onClick={stop}>Stop</button>}
          <span role="status" class="soft">{isLooking ? "Looking for feeds. This takes some seconds …" : ""}</span>
        </div>
      </form>
      {found && (
        <section aria-labelledby="found" class="found">
          <h3 id="found" ref={heading} tabIndex={-1}>{foundText(found)}</h3>
          {found.length === 0 && <p class="soft">Try the page where the site names its feeds, or the address of the feed itself.</p>}
          <ul class="rows">
            {found.map((one, index) => (
              <Found key={one.url} found={one} id={`found-${index}`} isChosen={chosen.includes(one.url)}
                onChosen={(isOn) => onChosen(toggled(chosen, one.url, isOn))} />
            ))}
          </ul>
          <p class="row">
            {found.some(canFollow) && (
              <button type="button" class="primary" disabled={chosen.length === 0} onClick={onGo}>
                {chosen.length > 1 ? `Go on with ${plural(chosen.length, "feed")}` : "Go on"}
              </button>
            )}
            <button type="button" onClick={onClose}>Cancel</button>
          </p>
        </section>
      )}
    </>
  );
}

function Found({ found, id, isChosen, onChosen }: {
  found: FoundFeed;
  id: string;
  isChosen: boolean;
  onChosen: (isOn: boolean) => void;
}) {
  const { title, url, problem, newest, is_followed: isFollowed, preview } = found;
  return (
    <li class={isFollowed ? "off" : ""}>
      <div>
        <div class="check">
          <input id={id} type="checkbox" checked={isChosen} disabled={!canFollow(found)} aria-describedby={`${id}-facts`}
            onChange={(event) => onChosen(event.currentTarget.checked)} />
          <label for={id} class="headline">{title || addressText(url)}</label>
        </div>
        <div id={`${id}-facts`}>
          <p class="soft address">{addressText(url)}{isFollowed && <span class="tag">followed already</span>}</p>
          {problem
            ? <p class="note">{problem}</p>
            : <p class="soft">{factsText(found)}{newest && <>, newest <Time at={newest} /></>}</p>}
        </div>
        {preview.length > 0 && (
          <ul class="first" aria-label="First items">
            {preview.slice(0, kPreviewMost).map((item, index) => (
              <li key={index}>{item.title || "Without a title"} {item.published && <span class="soft"><Time at={item.published} /></span>}</li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}

// One search at a time; what was given up answers nobody.
function useFinding(site: string, onFound: (found: FoundFeed[]) => void) {
  const [isLooking, setLooking] = useState(false);
  const [trouble, setTrouble] = useState("");
  const search = useRef<AbortController | undefined>(undefined);
  const giveUp = () => {
    search.current?.abort();
    search.current = undefined;
    setLooking(false);
  };
  useEffect(() => () => search.current?.abort(), []);
  const look = async (address: string) => {
    giveUp();
    const mine = new AbortController();
    search.current = mine;
    const timer = setTimeout(() => mine.abort(), kFindMs);
    setTrouble("");
    setLooking(true);
    try {
      const { items } = await api.findFeeds(site, address, mine.signal);
      if (search.current === mine) onFound(items);
    } catch (error) {
      if (search.current === mine) setTrouble(mine.signal.aborted ? "The server did not answer in time. Try again later." : findTrouble(error));
    }
    clearTimeout(timer);
    if (search.current === mine) giveUp();
  };
  return { isLooking, trouble, look, giveUp };
}

function findTrouble(error: unknown): string {
  const field = error instanceof ApiError ? error.refusal.fields["url"] : undefined;
  return field ? `This address cannot be used: ${field}.` : whyNot(error);
}
