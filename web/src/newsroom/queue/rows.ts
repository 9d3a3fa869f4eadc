// SPDX-License-Identifier: Apache-2.0
// What the queue shows, as values: how a refresh, a decision and its failure change it.
import type { Counts, Decision, Kind, QueueAnswer, QueueItem } from "../types.js";

export interface Decided {
  decision: Decision;
  status: "saving" | "saved";
}

export interface Row {
  item: QueueItem;
  before?: QueueItem; // as it was before the last decision
  decided?: Decided; // shown as one line instead of the comment
  failed?: { why: string; again: Decision | undefined }; // what was not saved
  isUndone?: boolean; // a decision was taken back: it waits for another one
  isElsewhere: boolean; // a colleague has dealt with it
}

export interface Queue {
  kind: Kind;
  rows: Row[];
  fresh: QueueItem[]; // came in while the moderator reads
  counts: Counts;
  next: string | null; // cursor of the older ones
  current: string; // id; "" for none
  selected: readonly string[];
  changed: number; // when a decision was made or saved, milliseconds
}

const rowOf = (item: QueueItem): Row => ({ item, isElsewhere: false });

export function queueOf(kind: Kind, answer: QueueAnswer): Queue {
  return {
    kind,
    rows: answer.items.map(rowOf),
    fresh: [],
    counts: answer.counts,
    next: answer.next_cursor,
    current: answer.items[0]?.id ?? "",
    selected: [],
    changed: 0,
  };
}

// Whether a comment of that state has no place in this list any more.
export function leaves(kind: Kind, state: string): boolean {
  return kind === "recent" ? false : kind === "rejected" ? state !== "rejected" : true;
}

// The answer to a question asked at `askedAt`. What is on the screen stays where it is; what is new
// waits in `fresh`. An answer that a decision has overtaken tells nothing.
export function refreshed(queue: Queue, answer: QueueAnswer, askedAt: number): Queue {
  if (queue.changed >= askedAt) return queue;
  if (queue.rows.every((row) => row.decided)) return continued(queue, answer);
  const came = new Map(answer.items.map((item) => [item.id, item]));
  const known = new Set(queue.rows.map(({ item }) => item.id));
  // The first page reaches as far down as the last row that it holds.
  const reach = answer.next_cursor === null
    ? queue.rows.length
    : queue.rows.findLastIndex(({ item }) => came.has(item.id));
  const rows = queue.rows.map((row, index) => {
    const item = came.get(row.item.id);
    if (row.decided) return row;
    if (item) return { ...row, item, isElsewhere: false };
    return { ...row, isElsewhere: index <= reach && !row.failed && !row.before };
  });
  const end = queue.next === null && answer.next_cursor === null ? null : (queue.next ?? answer.next_cursor);
  return {
    ...queue,
    rows,
    fresh: answer.items.filter((item) => !known.has(item.id)),
    counts: answer.counts,
    next: end,
  };
}

// Nothing is being read: what is there follows the lines of the last decision.
function continued(queue: Queue, answer: QueueAnswer): Queue {
  const known = new Set(queue.rows.map(({ item }) => item.id));
  const items = answer.items.filter(({ id }) => !known.has(id));
  const next = queueOf(queue.kind, { ...answer, items });
  return { ...next, rows: [...queue.rows, ...next.rows], changed: queue.changed };
}

export function withFresh(queue: Queue): Queue {
  const stays = queue.rows.filter((row) => !row.isElsewhere && row.decided?.status !== "saved");
  return {
    ...queue,
    rows: [...queue.fresh.map(rowOf), ...stays],
    fresh: [],
    current: queue.fresh[0]?.id ?? queue.current,
  };
}

export function extended(queue: Queue, answer: QueueAnswer): Queue {
  const known = new Set(queue.rows.map(({ item }) => item.id));
  const more = answer.items.filter(({ id }) => !known.has(id)).map(rowOf);
  return { ...queue, rows: [...queue.rows, ...more], next: answer.next_cursor };
}

// The ids that a decision is about: the selected, else the current.
export function targets(queue: Queue): string[] {
  const isOpen = ({ decided, isElsewhere }: Row) => !decided && !isElsewhere;
  const wanted = queue.selected.length > 0 ? queue.selected : [queue.current];
  return queue.rows.filter((row) => isOpen(row) && wanted.includes(row.item.id)).map(({ item }) => item.id);
}

// Optimistic: the list looks as if it were saved. Lines of earlier decisions go away.
export function decide(queue: Queue, ids: string[], decision: Decision, at: number): Queue {
  const last = queue.rows.findLastIndex(({ item }) => ids.includes(item.id));
  const isFree = (row: Row) => !row.decided && !row.isElsewhere && !ids.includes(row.item.id);
  const next = queue.rows.slice(last + 1).find(isFree) ?? queue.rows.findLast(isFree);
  const rows = queue.rows
    .filter((row) => row.decided?.status !== "saved")
    .map((row): Row => {
      if (!ids.includes(row.item.id)) return row;
      const { failed: _, ...rest } = row;
      rest.isUndone = false;
      const item = { ...row.item, state: decision.state, open_reports: [], reports: 0, is_appealed: false };
      const before = row.before && row.failed ? row.before : row.item;
      if (!leaves(queue.kind, decision.state)) return { ...rest, item, before };
      return { ...rest, item, before, decided: { decision, status: "saving" } };
    });
  const stays = !leaves(queue.kind, decision.state) && ids.length > 0;
  return {
    ...queue,
    rows,
    counts: counted(queue, ids, -1),
    current: stays ? queue.current : (next?.item.id ?? ""),
    selected: queue.selected.filter((id) => !ids.includes(id)),
    changed: at,
  };
}

function counted({ kind, counts, rows }: Queue, ids: string[], by: number): Counts {
  if (kind !== "held" && kind !== "reported" && kind !== "appealed") return counts;
  const many = rows.filter(({ item }) => ids.includes(item.id)).length;
  return { ...counts, [kind]: Math.max(0, counts[kind] + by * many) };
}

export function saved(queue: Queue, id: string, at: number): Queue {
  const settle = (row: Row): Row =>
    row.decided ? { ...row, decided: { ...row.decided, status: "saved" } } : row;
  return { ...changed(queue, id, settle), changed: at };
}

// It was not saved: the comment is back as it was, with what went wrong and what to try again.
export function failed(queue: Queue, id: string, why: string, again: Decision | undefined, at: number): Queue {
  const wasCounted = queue.rows.some(({ item, decided }) => item.id === id && decided);
  const back = changed(queue, id, (row) => ({
    item: row.before ?? row.item,
    failed: { why, again },
    isElsewhere: false,
  }));
  return { ...back, counts: wasCounted ? counted(queue, [id], 1) : queue.counts, changed: at };
}

// The decision is taken back: the comment waits for another one.
export function reopened(queue: Queue, ids: string[], at: number): Queue {
  const rows = queue.rows.map((row): Row => {
    if (!ids.includes(row.item.id)) return row;
    const item = row.before ?? row.item;
    return { item, before: item, isUndone: item.state === "held", isElsewhere: false };
  });
  return {
    ...queue,
    rows,
    counts: counted(queue, ids, 1),
    current: ids[0] ?? queue.current,
    changed: at,
  };
}

// The decision that brings the comment back to what it was; nothing where it did not change.
export function undoing(before: QueueItem, made: Decision): Decision | undefined {
  if (before.state === made.state) return undefined;
  const reason = "A decision was undone.";
  if (before.state === "held") return { state: "held", reason, statement: before.statement };
  if (before.state === "published") return { state: "published", reason };
  const ruling = [...before.rulings]
    .sort((a, b) => b.at.localeCompare(a.at))
    .find(({ state }) => state === "rejected");
  return {
    state: "rejected",
    ground: ruling?.ground ?? "other",
    reason,
    statement: before.statement || "Your comment is being looked at again. It is not shown until that is done.",
  };
}

export function changed(queue: Queue, id: string, change: (row: Row) => Row): Queue {
  return { ...queue, rows: queue.rows.map((row) => (row.item.id === id ? change(row) : row)) };
}

export function moved(queue: Queue, step: 1 | -1): Queue {
  const free = queue.rows.filter((row) => !row.decided);
  const at = free.findIndex(({ item }) => item.id === queue.current);
  const next = free[at < 0 ? 0 : Math.min(free.length - 1, Math.max(0, at + step))];
  return next ? { ...queue, current: next.item.id } : queue;
}

export function toggled(queue: Queue, id: string): Queue {
  const without = queue.selected.filter((one) => one !== id);
  const selected = without.length < queue.selected.length ? without : [...without, id];
  return { ...queue, selected };
}
