// SPDX-License-Identifier: Apache-2.0
// A value that components look at: each change draws those again that do.
import { useLayoutEffect, useState } from "preact/hooks";

export class Store<Value> {
  private readonly watchers = new Set<() => void>();

  constructor(private current: Value) {}

  get value(): Value {
    return this.current;
  }

  set(value: Value): void {
    if (value === this.current) return;
    this.current = value;
    for (const watcher of [...this.watchers]) watcher();
  }

  // Returns how to end it.
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }
}

export function useStore<Value>(store: Store<Value>): Value {
  const [, draw] = useState({});
  useLayoutEffect(() => store.watch(() => draw({})), [store]);
  return store.value;
}
