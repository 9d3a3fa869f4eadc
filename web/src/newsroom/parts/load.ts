// SPDX-License-Identifier: Apache-2.0
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { whyNot } from "../api.js";

export interface Loaded<Value> {
  value: Value | undefined; // the last that came
  trouble: string; // why the last attempt failed; "" if it did not
  reload: () => Promise<void>;
  put: (value: Value) => void;
}

// Loads again when one of `of` changes; an answer that comes too late is dropped.
export function useLoaded<Value>(load: () => Promise<Value>, of: unknown[]): Loaded<Value> {
  const [state, setState] = useState<{ value: Value | undefined; trouble: string }>({ value: undefined, trouble: "" });
  const turn = useRef(0);
  const reload = useCallback(async () => {
    const mine = ++turn.current;
    try {
      const value = await load();
      if (mine === turn.current) setState({ value, trouble: "" });
    } catch (error) {
      if (mine === turn.current) setState(({ value }) => ({ value, trouble: whyNot(error) }));
    }
  }, of);
  useEffect(() => {
    setState({ value: undefined, trouble: "" });
    void reload();
    return () => void ++turn.current;
  }, [reload]);
  return { ...state, reload, put: (value) => setState({ value, trouble: "" }) };
}

// Calls while the page is looked at, and at once when it is looked at again.
export function useTicks(work: () => void, everyMs: number, of: unknown[]): void {
  useEffect(() => {
    const tick = () => document.visibilityState === "visible" && work();
    const timer = setInterval(tick, everyMs);
    document.addEventListener("visibilitychange", tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }, of);
}
