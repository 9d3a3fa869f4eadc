// SPDX-License-Identifier: Apache-2.0
import { Check, Sheet } from "./controls.js";
import { type Key, keyText } from "./keys.js";

export function KeysSheet({ table, isOn, onSwitch, onClose }: {
  table: Key<string>[];
  isOn: boolean;
  onSwitch: (isOn: boolean) => void;
  onClose: () => void;
}) {
  return (
    <Sheet title="Keys" onClose={onClose}>
      <dl class="keys">
        {table.map(({ action, keys, says }) => (
          <div key={action}>
            <dt>{keys.map((key) => <kbd key={key}>{keyText(key)}</kbd>)}</dt>
            <dd>{says}</dd>
          </div>
        ))}
        <div><dt><kbd>Ctrl</kbd><kbd>Enter</kbd></dt><dd>Send the open form</dd></div>
        <div><dt><kbd>Esc</kbd></dt><dd>Close the open sheet</dd></div>
      </dl>
      <Check label="Single-letter keys work" hint="Switch them off if you dictate or if they get in your way."
        isOn={isOn} onValue={onSwitch} />
    </Sheet>
  );
}
