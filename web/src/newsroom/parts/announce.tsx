// SPDX-License-Identifier: Apache-2.0
// What happened, for screen readers and as a line at the bottom of the page.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Store, useStore } from "../store.js";

const kShownMs = 10_000;

const said = new Store({ text: "", turn: 0 });

export function announce(text: string): void {
  said.set({ text, turn: said.value.turn + 1 });
}

// `children`: a button that belongs to what was said.
export function Announcements({ children }: { children?: ComponentChildren }) {
  const { text, turn } = useStore(said);
  useEffect(() => {
    const timer = setTimeout(() => said.set({ text: "", turn }), kShownMs);
    return () => clearTimeout(timer);
  }, [turn]);
  return (
    <div class={text ? "said" : "said none"}>
      {/* The same words twice are two announcements: the invisible end differs. */}
      <p role="status" aria-live="polite">{text}{text && turn % 2 ? "\u200b" : ""}</p>
      {text && children}
    </div>
  );
}
