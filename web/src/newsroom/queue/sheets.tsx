// SPDX-License-Identifier: Apache-2.0
// What opens over the queue: rejecting, banning, answering, the conversation, the writer, the keys.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Choice, Empty, Input, Refused, Sheet, TextArea, Time, timeText, useSending } from "../parts/controls.js";
import { announce } from "../parts/announce.js";
import { useLoaded } from "../parts/load.js";
import { api } from "../session.js";
import type { Comment, Decision, Ground, QueueItem, Reader } from "../types.js";
import { banText, groundFor, kGrounds, kStates, openingText, plural, statementAfter, statementFor } from "../words.js";
import { CommentText } from "./item.js";

const kTextMax = 4000;
const kDayMs = 86_400_000;

// Control and Enter sends a form, also from a text of several lines.
export function sendsOnEnter(event: KeyboardEvent): void {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    (event.currentTarget as HTMLFormElement).requestSubmit();
  }
}

// `again`: a decision that was not saved; the sheet starts with its words.
export function RejectSheet({ items, again, onReject, onClose }: {
  items: QueueItem[];
  again: Decision | undefined;
  onReject: (decision: Decision) => void;
  onClose: () => void;
}) {
  const first = again?.ground ?? groundFor(items[0] as QueueItem);
  const [ground, setGround] = useState<Ground>(first);
  const [statement, setStatement] = useState(again?.statement ?? statementFor(first));
  const [reason, setReason] = useState(again?.reason ?? "");
  const submit = (event: Event) => {
    event.preventDefault();
    onReject({ state: "rejected", ground, reason: reason.trim(), statement: statement.trim() });
  };
  const choose = (next: Ground) => {
    setStatement(statementAfter(statement, ground, next));
    setGround(next);
  };
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => form.current?.querySelector<HTMLElement>("input:checked")?.focus(), []);
  const title = items.length === 1 ? `Reject the comment by ${items[0]?.name}` : `Reject ${items.length} comments`;
  return (
    <Sheet title={title} onClose={onClose}>
      <form ref={form} onSubmit={submit} onKeyDown={sendsOnEnter}>
        <Choice legend="Ground" value={ground} options={kGrounds} onValue={choose} />
        <TextArea label="Statement of reasons" hint="The writer reads this." required rows={4} maxLength={kTextMax}
          value={statement} onValue={setStatement} />
        <Input label="Reason for colleagues" hint="Only the newsroom reads this. May be empty." maxLength={500}
          value={reason} onValue={setReason} />
        <p class="row">
          <button class="danger filled">Reject</button>
          <button type="button" onClick={onClose}>Cancel</button>
        </p>
      </form>
    </Sheet>
  );
}

const kBans = { day: "1 day", week: "7 days", forever: "For good", lift: "Lift the ban" };

export function BanSheet({ reader, onBan, onClose }: {
  reader: Reader;
  onBan: (until: string | null, reason: string) => Promise<void>;
  onClose: () => void;
}) {
  const ban = banText(reader.banned_until, new Date(), timeText);
  const { lift: _, ...fresh } = kBans;
  const [length, setLength] = useState<keyof typeof kBans>(ban ? "lift" : "day");
  const [reason, setReason] = useState(reader.ban_reason);
  const { isSending, error, send } = useSending();
  const until = () => {
    if (length === "lift") return null;
    if (length === "forever") return "forever";
    return new Date(Date.now() + (length === "day" ? 1 : 7) * kDayMs).toISOString();
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await send(() => onBan(until(), reason.trim()))) onClose();
  };
  return (
    <Sheet title={`Ban ${reader.name}`} onClose={onClose}>
      <form onSubmit={submit} onKeyDown={sendsOnEnter}>
        <p class="soft">{ban ? `${reader.name} is ${ban}.` : "A banned reader can read, but not write, vote or report."}</p>
        <Choice legend="How long" value={length} options={(ban ? kBans : fresh) as typeof kBans} onValue={setLength} />
        {length !== "lift" && (
          <TextArea label="Reason" hint={`${reader.name} reads this.`} required maxLength={500} value={reason} onValue={setReason} />
        )}
        <Refused error={error} />
        <p class="row">
          <button class="danger filled" disabled={isSending}>{length === "lift" ? "Lift the ban" : "Ban"}</button>
          <button type="button" onClick={onClose}>Cancel</button>
        </p>
      </form>
    </Sheet>
  );
}

// Answers that were begun and not sent, until the page is left.
const drafts = new Map<string, string>();

export function AnswerSheet({ item, onClose }: { item: Comment; onClose: () => void }) {
  const [text, setText] = useState(drafts.get(item.id) ?? "");
  const { isSending, error, send } = useSending();
  const write = (next: string) => {
    drafts.set(item.id, next);
    setText(next);
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!(await send(() => api.answer(item.story, item.id, text.trim())))) return;
    drafts.delete(item.id);
    announce("The answer is published.");
    onClose();
  };
  return (
    <Sheet title={`Answer ${item.name}`} onClose={onClose}>
      <form onSubmit={submit} onKeyDown={sendsOnEnter}>
        <blockquote class="soft"><CommentText html={item.html} /></blockquote>
        <TextArea label="Your answer" hint="It is published at once under your name, marked as the newsroom's." autoFocus required
          rows={5} maxLength={kTextMax} value={text} onValue={write} />
        {item.state !== "published" && <p class="note">Readers do not see the comment that you answer.</p>}
        <Refused error={error} />
        <p class="row">
          <button class="primary" disabled={isSending || !text.trim()}>Publish the answer</button>
          <button type="button" onClick={onClose}>Cancel</button>
        </p>
      </form>
    </Sheet>
  );
}

// The conversation as readers see it, with the comment in its place even if they do not see it.
export function ConversationSheet({ item, onClose }: { item: QueueItem; onClose: () => void }) {
  const { value, trouble, reload } = useLoaded(() => api.comments(item.story), [item.story]);
  const here = useRef<HTMLLIElement>(null);
  useEffect(() => here.current?.scrollIntoView({ block: "center" }), [value]);
  const isThere = value?.items.some(({ id }) => id === item.id);
  const all: Comment[] = value ? (isThere ? value.items : placed(value.items, item)) : [];
  const depths = depthsOf(all);
  return (
    <Sheet title={item.story_headline} onClose={onClose} isWide>
      {value && <p class="soft">{openingText(value.opening)} · {plural(value.count, "comment")}</p>}
      {trouble && <p class="wrong" role="alert">{trouble} <button type="button" onClick={reload}>Try again</button></p>}
      {!value && !trouble && <p class="soft">Loading …</p>}
      <ol class="talk">
        {all.map((comment) => (
          <li key={comment.id} ref={comment.id === item.id ? here : null}
            class={`depth${Math.min(3, depths.get(comment.id) ?? 0)}${comment.id === item.id ? " here" : ""}`}
            aria-current={comment.id === item.id ? "true" : undefined}>
            <p class="by">
              <strong>{comment.name}</strong>
              {comment.badge && <span class="tag">{comment.badge}</span>}
              <span class="soft"><Time at={comment.created} /></span>
              {comment.state !== "published" && <span class="tag bad">{kStates[comment.state]}</span>}
            </p>
            <CommentText html={comment.html} />
          </li>
        ))}
      </ol>
      <p class="row"><a href={item.story_path} target="_blank" rel="noopener">Open the story</a></p>
    </Sheet>
  );
}

// After the answers to the same comment, or at the end.
function placed(items: Comment[], item: QueueItem): Comment[] {
  const at = items.findLastIndex(({ id, parent }) => item.parent && (id === item.parent || parent === item.parent));
  return at < 0 ? [...items, item] : [...items.slice(0, at + 1), item, ...items.slice(at + 1)];
}

function depthsOf(items: Comment[]): Map<string, number> {
  const depths = new Map<string, number>();
  for (const { id, parent } of items) depths.set(id, parent ? (depths.get(parent) ?? 0) + 1 : 0);
  return depths;
}

export function WriterSheet({ reader, onBan, onClose }: { reader: Reader; onBan: () => void; onClose: () => void }) {
  const { value, trouble, reload } = useLoaded(() => api.reader(reader.id), [reader.id]);
  const known = value ?? reader;
  const ban = banText(known.banned_until, new Date(), timeText);
  return (
    <Sheet title={known.name} onClose={onClose} isWide>
      <p class="soft">
        Here since {timeText(new Date(known.created))}. {known.published} published, {known.rejected} rejected.
        {known.has_email ? " Has an e-mail address." : ""}{known.has_device ? " Has a device that gets alerts." : ""}
      </p>
      {ban && <p class="note">{known.name} is {ban}{known.ban_reason && `: ${known.ban_reason}`}</p>}
      {trouble && <p class="wrong" role="alert">{trouble} <button type="button" onClick={reload}>Try again</button></p>}
      <h3>Latest comments</h3>
      {value?.comments.length === 0 && <Empty title="No comment yet" />}
      <ol class="talk">
        {value?.comments.map((comment) => (
          <li key={comment.id}>
            <p class="by">
              <a href={comment.permalink} target="_blank" rel="noopener">{comment.story_headline}</a>
              <span class="soft"><Time at={comment.created} /></span>
              <span class={`tag ${comment.state === "rejected" ? "bad" : ""}`}>{kStates[comment.state]}</span>
            </p>
            <CommentText html={comment.html} />
          </li>
        ))}
      </ol>
      <p class="row"><button type="button" class="danger" onClick={onBan}>{ban ? "Change or lift the ban" : "Ban this writer"}</button></p>
    </Sheet>
  );
}
