// SPDX-License-Identifier: Apache-2.0
// Keys of a page: one table for what they do and for the sheet that explains them.
import { useEffect, useState } from "preact/hooks";

export interface Key<Action> {
  action: Action;
  keys: string[];
  says: string;
}

export interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  isTyping: boolean; // in a field
  isInSheet: boolean;
}

// "help" works also where single letters are switched off.
export function actionIn<Action extends string>(table: Key<Action>[], press: Press, isOn: boolean): Action | undefined {
  if (press.ctrlKey || press.metaKey || press.altKey || press.isTyping || press.isInSheet) return undefined;
  const action = table.find(({ keys }) => keys.includes(press.key))?.action;
  const isSingleKey = press.key.length === 1; // WCAG 2.1.4: these can be turned off
  return isSingleKey && !isOn && action !== "help" ? undefined : action;
}

export function keyText(key: string): string {
  return { ArrowDown: "↓", ArrowUp: "↑" }[key] ?? key;
}

// `act` must stay the same from one drawing to the next.
export function useKeys<Action extends string>(table: Key<Action>[], isOn: boolean, act: (action: Action) => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const at = event.target as HTMLElement;
      const action = actionIn(table, {
        ...{ key: event.key, ctrlKey: event.ctrlKey, metaKey: event.metaKey, altKey: event.altKey },
        isTyping: !!at.closest("textarea, select, input:not([type=checkbox])"),
        isInSheet: !!document.querySelector("dialog[open]"),
      }, isOn);
      if (!action) return;
      event.preventDefault();
      act(action);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [table, isOn, act]);
}

const kKeysKey = "tocsin.newsroom.keys";

// Whether single letters work, and how to say so; the same for all pages.
export function useKeySwitch(): [boolean, (isOn: boolean) => void] {
  const [isOn, setOn] = useState(keysAreOn);
  return [isOn, (next) => setOn(keepKeys(next))];
}

function keysAreOn(): boolean {
  try {
    return localStorage.getItem(kKeysKey) !== "off";
  } catch {
    return true;
  }
}

function keepKeys(isOn: boolean): boolean {
  try {
    localStorage.setItem(kKeysKey, isOn ? "on" : "off");
  } catch {
    // Private windows: the choice lasts as long as the page.
  }
  return isOn;
}
