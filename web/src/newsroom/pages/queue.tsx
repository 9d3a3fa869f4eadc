// SPDX-License-Identifier: Apache-2.0
// The moderation queue.
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { announce, Announcements } from "../parts/announce.js";
import { Empty } from "../parts/controls.js";
import { useKeys, useKeySwitch } from "../parts/keys.js";
import { KeysSheet } from "../parts/keys_sheet.js";
import { useTicks } from "../parts/load.js";
import { Desk } from "../queue/desk.js";
import { Item } from "../queue/item.js";
import { type Action, kKeys } from "../queue/keys.js";
import * as sheets from "../queue/sheets.js";
import { hashOf } from "../route.js";
import { api } from "../session.js";
import { useStore } from "../store.js";
import type { Kind, QueueItem, Reader } from "../types.js";
import { kKinds } from "../words.js";
import type { PageProps } from "./page.js";

const kEveryMs = 5000;

type Open =
  | { sheet: "reject"; ids: string[] }
  | { sheet: "answer" | "conversation"; item: QueueItem }
  | { sheet: "ban" | "writer"; reader: Reader }
  | { sheet: "keys" };

const kEmptyWords: Record<Kind, [string, string]> = {
  held: ["Nothing waits", "Comments that a rule holds back appear here by themselves, within seconds."],
  reported: ["No open reports", "When a reader reports a comment, it appears here with the ground and the reader's words."],
  appealed: ["No appeals", "When a writer asks for another look at a rejection, it appears here."],
  rejected: ["Nothing was rejected", "Rejected comments stay here, with who rejected them and why."],
  recent: ["No comments yet", "The newest comments of all conversations appear here, whatever their state."],
};

export function QueuePage({ site, rest }: PageProps) {
  const kind: Kind = rest[0] && rest[0] in kKinds ? (rest[0] as Kind) : "held";
  const desk = useMemo(() => new Desk(api, kind, site, announce), [kind, site]);
  const { queue, trouble, isMore, last } = useStore(desk.view);
  const [open, setOpen] = useState<Open>();
  const [isOn, switchKeys] = useKeySwitch();
  const isFocusWanted = useRef(false);
  useStillness(desk, isFocusWanted);
  useEffect(() => void desk.refresh(), [desk]);
  useTicks(() => void desk.refresh(), kEveryMs, [desk]);

  const act = useCallback((action: Action | "writer" | "again", id: string) => {
    isFocusWanted.current = action !== "select";
    perform(desk, action, id, setOpen);
  }, [desk]);
  const press = useCallback((action: Action) => act(action, ""), [act]);
  useKeys(kKeys, isOn, press);
  // Before the next key press: focus that comes late would point at the comment before it.
  useLayoutEffect(() => {
    if (!isFocusWanted.current || open) return;
    isFocusWanted.current = false;
    const target = document.getElementById(`c-${queue?.current}`) ?? document.getElementById("list");
    target?.focus();
  });

  const many = queue?.selected.length ?? 0;
  return (
    <>
      <header class="pagehead">
        <h1>Queue</h1>
        <button type="button" class="quiet" aria-keyshortcuts="?" onClick={() => setOpen({ sheet: "keys" })}>Keys</button>
      </header>
      <Tabs kind={kind} counts={queue?.counts} />
      {trouble && (
        <p class="wrong" role="alert">
          {queue ? "Not up to date" : "The queue could not be loaded"}: {trouble}{" "}
          <button type="button" onClick={() => void desk.refresh()}>Try again</button>
        </p>
      )}
      <div class="fresh">
        {queue && queue.fresh.length > 0 && (
          <button type="button" aria-keyshortcuts="n" onClick={() => act("fresh", "")}>
            {queue.fresh.length} more
          </button>
        )}
      </div>
      <div id="list" tabIndex={-1} role="group" aria-label={`${kKinds[kind]} comments`} aria-busy={!queue && !trouble}>
        {!queue && !trouble && <p class="soft">Loading …</p>}
        {queue?.rows.map((row) => (
          <Item key={row.item.id} row={row} isCurrent={row.item.id === queue.current}
            isSelected={queue.selected.includes(row.item.id)} onAction={act} onPoint={point(desk)} />
        ))}
        {queue && queue.rows.every(({ decided }) => decided) && <Empty title={kEmptyWords[kind][0]}>{kEmptyWords[kind][1]}</Empty>}
      </div>
      {queue?.next && <p class="row"><button type="button" disabled={isMore} onClick={() => void desk.more()}>Show older</button></p>}
      {many > 0 && (
        <div class="batch" role="group" aria-label="Selected comments">
          <span>{many} selected</span>
          <button type="button" class="primary" onClick={() => act("publish", "")}>Publish</button>
          <button type="button" class="danger" onClick={() => act("reject", "")}>Reject</button>
          <button type="button" class="quiet" onClick={() => desk.selectNone()}>Select none</button>
        </div>
      )}
      <Announcements>
        {last && <button type="button" aria-keyshortcuts="u" onClick={() => act("undo", "")}>Undo</button>}
      </Announcements>
      {open && <OpenSheet open={open} desk={desk} isOn={isOn} onSwitch={switchKeys}
        onOpen={setOpen} wantFocus={() => { isFocusWanted.current = true; }} />}
    </>
  );
}

// What comes in by itself (another report, a longer history) does not move the comment that is read.
function useStillness(desk: Desk, isFocusWanted: { current: boolean }): void {
  const before = useRef<{ id: string; top: number } | undefined>(undefined);
  const topOf = (id: string) => document.getElementById(`c-${id}`)?.getBoundingClientRect().top;
  useLayoutEffect(() => desk.view.watch(() => {
    const id = desk.view.value.queue?.current ?? "";
    const top = topOf(id);
    before.current = isFocusWanted.current || top === undefined ? undefined : { id, top };
  }), [desk]);
  useLayoutEffect(() => {
    if (!before.current) return;
    const moved = (topOf(before.current.id) ?? before.current.top) - before.current.top;
    before.current = undefined;
    if (moved) scrollBy(0, moved);
  });
}

// One function a desk, so that rows whose properties are the same are not drawn again.
const pointers = new WeakMap<Desk, (id: string) => void>();
function point(desk: Desk): (id: string) => void {
  const known = pointers.get(desk) ?? ((id: string) => desk.point(id));
  pointers.set(desk, known);
  return known;
}

// `id`: the comment whose button was pressed; "" for the selected, else the current one.
function perform(desk: Desk, action: Action | "writer" | "again", id: string, setOpen: (open: Open) => void): void {
  const isSelected = desk.view.value.queue?.selected.includes(id);
  const ids = id && !isSelected ? [id] : desk.targets;
  const item = desk.row(id || (desk.view.value.queue?.current ?? ""))?.item;
  if (action === "next") desk.move(1);
  else if (action === "previous") desk.move(-1);
  else if (action === "publish") void desk.decide(ids, { state: "published" });
  else if (action === "reject") ids.length > 0 && setOpen({ sheet: "reject", ids });
  else if (action === "undo") void desk.undo();
  else if (action === "fresh") desk.showFresh();
  else if (action === "help") setOpen({ sheet: "keys" });
  else if (!item) return;
  else if (action === "feature") void desk.feature(item.id);
  else if (action === "select") desk.toggle(item.id);
  else if (action === "answer") setOpen({ sheet: "answer", item });
  else if (action === "open") setOpen({ sheet: "conversation", item });
  else if (action === "again") desk.again(item.id);
  else if (item.writer) setOpen({ sheet: action, reader: item.writer });
}

function Tabs({ kind, counts }: { kind: Kind; counts: { held: number; reported: number; appealed: number } | undefined }) {
  return (
    <nav class="tabs" aria-label="Parts of the queue">
      <ul>
        {(Object.keys(kKinds) as Kind[]).map((one) => {
          const count = counts?.[one as keyof typeof counts];
          return (
            <li key={one}>
              <a href={hashOf("queue", one)} aria-current={one === kind ? "page" : undefined}>
                {kKinds[one]}
                {count !== undefined && <span class={count ? "count" : "count none"}>{count}<span class="unseen"> waiting</span></span>}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function OpenSheet({ open, desk, isOn, onSwitch, onOpen, wantFocus }: {
  open: Open;
  desk: Desk;
  isOn: boolean;
  onSwitch: (isOn: boolean) => void;
  onOpen: (open: Open | undefined) => void;
  wantFocus: () => void;
}) {
  const close = () => {
    wantFocus();
    onOpen(undefined);
  };
  switch (open.sheet) {
    case "reject": {
      const items = open.ids.flatMap((id) => desk.row(id)?.item ?? []);
      if (items.length === 0) return null;
      return <sheets.RejectSheet items={items} again={desk.row(open.ids[0] ?? "")?.failed?.again} onClose={close}
        onReject={(decision) => {
          close();
          void desk.decide(open.ids, decision);
        }} />;
    }
    case "ban":
      return <sheets.BanSheet reader={open.reader} onClose={close}
        onBan={(until, reason) => desk.ban(open.reader, until, reason)} />;
    case "answer":
      return <sheets.AnswerSheet item={open.item} onClose={close} />;
    case "conversation":
      return <sheets.ConversationSheet item={open.item} onClose={close} />;
    case "writer":
      return <sheets.WriterSheet reader={open.reader} onClose={close}
        onBan={() => onOpen({ sheet: "ban", reader: open.reader })} />;
    case "keys":
      return <KeysSheet table={kKeys} isOn={isOn} onSwitch={onSwitch} onClose={close} />;
  }
}
