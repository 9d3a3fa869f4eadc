// SPDX-License-Identifier: Apache-2.0
// The conversations of the newest stories: whether they are open, and opening or closing them by hand.
import { useEffect, useState } from "preact/hooks";
import { announce, Announcements } from "../parts/announce.js";
import { Check, Choice, Empty, Input, Refused, Sheet, TextArea, Time, timeText, useSending } from "../parts/controls.js";
import { useLoaded, useTicks } from "../parts/load.js";
import { sendsOnEnter } from "../queue/sheets.js";
import { api } from "../session.js";
import type { Conversation, Mode, Opening, StoryRow } from "../types.js";
import { kModes, openingText, plural } from "../words.js";
import { localInput, timeOfInput } from "./hours.js";
import type { PageProps } from "./page.js";

const kEveryMs = 15_000;
const kTypingMs = 250;

export function ConversationsPage({ site }: PageProps) {
  const [words, setWords] = useState("");
  const [asked, setAsked] = useState("");
  const [open, setOpen] = useState<StoryRow>();
  useEffect(() => {
    const timer = setTimeout(() => setAsked(words.trim()), kTypingMs);
    return () => clearTimeout(timer);
  }, [words]);
  const { value, trouble, reload } = useLoaded(() => api.stories(site, asked), [site, asked]);
  useTicks(() => void reload(), kEveryMs, [reload]);
  return (
    <>
      <header class="pagehead"><h1>Conversations</h1></header>
      <Input label="Find a story" type="search" value={words} onValue={setWords} placeholder="Words of the headline" />
      {trouble && <p class="wrong" role="alert">{value ? "Not up to date: " : ""}{trouble} <button type="button" onClick={reload}>Try again</button></p>}
      {!value && !trouble && <p class="soft">Loading …</p>}
      {value?.items.length === 0 && (
        asked
          ? <Empty title="No story has these words">Only the newest fifty stories that match are shown here.</Empty>
          : <Empty title="No stories yet">As soon as a feed or an editor brings a story, its conversation appears here.</Empty>
      )}
      <ul class="rows">
        {value?.items.map((story) => <Story key={story.id} story={story} onChange={() => setOpen(story)} />)}
      </ul>
      {open && <ChangeSheet story={open} onClose={() => setOpen(undefined)} onDone={reload} />}
      <Announcements />
    </>
  );
}

function Story({ story, onChange }: { story: StoryRow; onChange: () => void }) {
  return (
    <li>
      <div>
        <a class="headline" href={story.path} target="_blank" rel="noopener">{story.headline}</a>
        <p class="soft">
          <Time at={story.published} /> · {plural(story.comments, "comment")}
          {story.mode !== "by_rule" && ` · ${kModes[story.mode]}`}
        </p>
        <OpeningLine opening={story.opening} />
      </div>
      <button type="button" aria-haspopup="dialog" aria-label={`Change the conversation of ${story.headline}`} onClick={onChange}>Change</button>
    </li>
  );
}

function OpeningLine({ opening }: { opening: Opening }) {
  const looks = { open: "good", closed: "bad", hidden: "" }[opening.state];
  return (
    <p class="opening">
      <span class={`tag ${looks}`}>{openingText(opening)}</span>
      {opening.since && opening.state !== "open" && <span class="soft">since {timeText(new Date(opening.since))}</span>}
      {opening.changes && (
        <span class="soft">{opening.state === "open" ? "closes" : "opens"} {timeText(new Date(opening.changes))}</span>
      )}
      {opening.message && <q>{opening.message}</q>}
    </p>
  );
}

function ChangeSheet({ story, onClose, onDone }: { story: StoryRow; onClose: () => void; onDone: () => void }) {
  const { value, trouble, reload } = useLoaded(() => api.conversation(story.id), [story.id]);
  return (
    <Sheet title={story.headline} onClose={onClose}>
      <OpeningLine opening={value?.opening ?? story.opening} />
      {trouble && <p class="wrong" role="alert">{trouble} <button type="button" onClick={reload}>Try again</button></p>}
      {value && <ChangeForm conversation={value} onClose={onClose} onDone={onDone} />}
    </Sheet>
  );
}

const kChoices: Record<Mode, string> = {
  by_rule: "As the site's rules say",
  open: "Open, whatever the story's age and the hour",
  closed: "Closed: readers see the comments and a message",
  hidden: "Hidden: readers see no comments at all",
};

function ChangeForm({ conversation, onClose, onDone }: {
  conversation: Conversation;
  onClose: () => void;
  onDone: () => void;
}) {
  const [mode, setMode] = useState(conversation.mode);
  const [reason, setReason] = useState(conversation.reason);
  const [closes, setCloses] = useState(localInput(conversation.closes_at));
  const [holdsAll, setHoldsAll] = useState(conversation.holds_all);
  const { isSending, error, send } = useSending();
  const submit = async (event: Event) => {
    event.preventDefault();
    const isShown = mode !== "hidden";
    const change = {
      mode,
      reason: reason.trim(),
      closes_at: isShown ? timeOfInput(closes) : null,
      holds_all: holdsAll,
    };
    if (!(await send(() => api.setConversation(conversation.story, change)))) return;
    announce(`Saved: ${kChoices[mode].toLowerCase()}.`);
    onDone();
    onClose();
  };
  return (
    <form onSubmit={submit} onKeyDown={sendsOnEnter}>
      {conversation.by && conversation.mode !== "by_rule" && <p class="soft">Set by {conversation.by}.</p>}
      <Choice legend="The conversation is" value={mode} options={kChoices} onValue={setMode} />
      {mode === "closed" && (
        <TextArea label="Message for readers" hint="It stands where the form for comments was." rows={2} maxLength={500}
          value={reason} error={error?.refusal.fields["reason"]} onValue={setReason} />
      )}
      {(mode === "by_rule" || mode === "open") && (
        <Input label="Closes at" hint="Your local time. Empty: no hour of its own." type="datetime-local" value={closes}
          error={error?.refusal.fields["closes_at"]} onValue={setCloses} />
      )}
      {(mode === "by_rule" || mode === "open") && (
        <Check label="Every comment waits for a moderator" isOn={holdsAll} onValue={setHoldsAll} />
      )}
      <Refused error={error} />
      <p class="row">
        <button class="primary" disabled={isSending}>Save</button>
        <button type="button" onClick={onClose}>Cancel</button>
      </p>
    </form>
  );
}
