// SPDX-License-Identifier: Apache-2.0
// One comment of the queue with all that a decision needs.
import { memo } from "./memo.js";
import { useMemo } from "preact/hooks";
import { commentNodes } from "../html.js";
import { Time, timeText } from "../parts/controls.js";
import type { QueueItem, Report, Ruling } from "../types.js";
import { banText, kGrounds, kStates, plural, whyHere } from "../words.js";
import type { Action } from "./keys.js";
import type { Row } from "./rows.js";

interface Props {
  row: Row;
  isCurrent: boolean;
  isSelected: boolean;
  onAction: (action: Action | "writer" | "again", id: string) => void;
  onPoint: (id: string) => void;
}

export const Item = memo(function Item({ row, isCurrent, isSelected, onAction, onPoint }: Props) {
  const { item } = row;
  const act = (action: Action | "writer" | "again") => () => onAction(action, item.id);
  if (row.decided) return <DecidedLine row={row} />;
  const marks = `${isCurrent ? " current" : ""}${isSelected ? " selected" : ""}${row.isElsewhere ? " elsewhere" : ""}`;
  return (
    <article id={`c-${item.id}`} class={`item${marks}`} tabIndex={isCurrent ? 0 : -1}
      aria-labelledby={`by-${item.id}`} aria-current={isCurrent ? "true" : undefined}
      onFocusIn={() => onPoint(item.id)}>
      <header>
        <input type="checkbox" checked={isSelected} aria-label={`Select the comment by ${item.name}`}
          onChange={act("select")} />
        <p id={`by-${item.id}`} class="by">
          <Writer item={item} onShow={act("writer")} />
          <span class="soft"><Time at={item.created} />{item.edited && ", edited"}</span>
        </p>
        <State item={item} />
      </header>
      <a class="onstory" href={item.story_path} target="_blank" rel="noopener">{item.story_headline}</a>
      <CommentText html={item.html} />
      <Why item={item} />
      {item.open_reports.length > 0 && <Reports reports={item.open_reports} />}
      {item.rulings.length > 0 && <Rulings rulings={item.rulings} isOpen={item.is_appealed} />}
      {row.isUndone && <p class="note">Undone. It waits again, and readers do not see it.</p>}
      {row.isElsewhere && <p class="note dealt">A colleague has dealt with this one.</p>}
      {row.failed && (
        <p class="wrong" role="alert">
          {row.failed.why} {row.failed.again && <button type="button" onClick={act("again")}>Try again</button>}
        </p>
      )}
      <Actions item={item} act={act} />
    </article>
  );
});

function DecidedLine({ row: { item, decided } }: { row: Row }) {
  const done = decided?.decision.state === "published" ? "Published" : "Rejected";
  return (
    <p class="decidedline">
      <strong>{done}</strong> <span>{item.name}: {item.text}</span>
      {decided?.status === "saving" && <span class="soft">saving …</span>}
    </p>
  );
}

export function CommentText({ html }: { html: string }) {
  return <div class="comment">{useMemo(() => commentNodes(html), [html])}</div>;
}

function Writer({ item, onShow }: { item: QueueItem; onShow: () => void }) {
  const writer = item.writer;
  if (!writer) {
    return <><strong>{item.name}</strong>{item.badge && <span class="tag">{item.badge}</span>}</>;
  }
  const ban = banText(writer.banned_until, new Date(), timeText);
  return (
    <>
      <button type="button" class="name" aria-haspopup="dialog" onClick={onShow}>{item.name}</button>
      <span class="soft">
        {writer.published + writer.rejected === 0
          ? "first comment"
          : `${writer.published} published, ${writer.rejected} rejected`}
      </span>
      {ban && <span class="tag bad">{ban}</span>}
    </>
  );
}

function State({ item }: { item: QueueItem }) {
  return (
    <p class="state">
      {item.is_featured && <span class="tag good">Featured</span>}
      {item.is_appealed && <span class="tag bad">Appealed</span>}
      <span class={`tag ${item.state === "rejected" ? "bad" : item.state === "published" ? "good" : ""}`}>
        {kStates[item.state]}
      </span>
    </p>
  );
}

function Why({ item }: { item: QueueItem }) {
  const { phase, reason } = whyHere(item);
  if (!phase && !reason) return null;
  return (
    <p class="why">
      {phase && <strong>{phase}</strong>}
      {phase && reason && ": "}
      {reason}
    </p>
  );
}

function Reports({ reports }: { reports: Report[] }) {
  return (
    <div class="reports">
      <h3>{plural(reports.length, "report")}</h3>
      <ul>
        {reports.map(({ id, ground, text, created }) => (
          <li key={id}>
            <strong>{kGrounds[ground] ?? ground}</strong>{text && `: ${text}`} <span class="soft"><Time at={created} /></span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Rulings({ rulings, isOpen }: { rulings: Ruling[]; isOpen: boolean }) {
  return (
    <details class="rulings" open={isOpen}>
      <summary>{plural(rulings.length, "earlier ruling")}</summary>
      <ol>
        {rulings.map((ruling) => (
          <li key={ruling.at + ruling.state}>
            <strong>{kStates[ruling.state] ?? ruling.state}</strong> by {ruling.is_automatic ? "rule" : ruling.by}
            {ruling.ground && `, ${kGrounds[ruling.ground] ?? ruling.ground}`}
            {ruling.reason && `: ${ruling.reason}`} <span class="soft"><Time at={ruling.at} /></span>
            {ruling.statement && <q class="soft">{ruling.statement}</q>}
          </li>
        ))}
      </ol>
    </details>
  );
}

function Actions({ item, act }: { item: QueueItem; act: (action: Action) => () => void }) {
  const isShown = item.state === "published";
  const settles = item.open_reports.length > 0 || item.is_appealed;
  const ban = banText(item.writer?.banned_until ?? null, new Date(), timeText);
  return (
    <footer>
      {(!isShown || settles) && (
        <button type="button" class="primary" aria-keyshortcuts="p" onClick={act("publish")}>
          {isShown ? "Keep" : "Publish"}
        </button>
      )}
      {(item.state !== "rejected" || item.is_appealed) && (
        <button type="button" class="danger" aria-keyshortcuts="r" aria-haspopup="dialog" onClick={act("reject")}>
          {item.is_appealed && item.state === "rejected" ? "Uphold" : "Reject"}
        </button>
      )}
      <span class="more">
        <button type="button" aria-keyshortcuts="o" aria-haspopup="dialog" onClick={act("open")}>Conversation</button>
        <button type="button" aria-keyshortcuts="a" aria-haspopup="dialog" onClick={act("answer")}>Answer</button>
        <button type="button" aria-keyshortcuts="f" aria-pressed={item.is_featured} onClick={act("feature")}>Feature</button>
        {item.writer && (
          <button type="button" aria-keyshortcuts="b" aria-haspopup="dialog" onClick={act("ban")}>{ban ? "Ban …" : "Ban"}</button>
        )}
      </span>
    </footer>
  );
}
