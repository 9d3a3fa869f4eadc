// SPDX-License-Identifier: Apache-2.0
// What <tocsin-follow> shows in each of its states.
import type { Follows, PushConfig } from "../shared/api.js";
import { button, h } from "./dom.js";

export type View =
  | { kind: "loading" }
  | { kind: "unsupported" }
  | { kind: "install" }
  | { kind: "blocked"; steps: string }
  | { kind: "off" }
  | { kind: "working"; text: string }
  | { kind: "on"; follows?: Follows; config?: PushConfig }
  | { kind: "failed"; message: string };

export interface Actions {
  subscribe(): void;
  unsubscribe(): void;
  test(): void;
  retry(): void;
  choose(follows: Follows): void;
  openPreferences?: () => void; // on a foreign page, where they are in a window of ours
}

export interface Setting {
  siteName: string; // may be empty
  isFull: boolean;
  preferences: string; // address of the preference centre
}

function heading(text: string): HTMLElement {
  return h("h2", { tabIndex: -1 }, text);
}

function fromSite(setting: Setting): string {
  return setting.siteName ? ` from ${setting.siteName}` : "";
}

function installSteps(setting: Setting): Node[] {
  return [
    heading("Alerts on iPhone and iPad"),
    h("p", {}, `Apple delivers alerts${fromSite(setting)} to sites on the home screen:`),
    h(
      "ol",
      {},
      h("li", {}, "Tap Share, the square with the arrow, in Safari’s toolbar."),
      h("li", {}, "Choose Add to Home Screen."),
      h("li", {}, "Open the site from the home screen and turn alerts on."),
    ),
  ];
}

function offer(setting: Setting, actions: Actions): Node[] {
  return [
    heading("Know it when it happens"),
    h("p", {}, `Alerts${fromSite(setting)}, within seconds. No account, no e-mail address; stop at any time.`),
    button("Get real-time updates on this device", actions.subscribe, "primary"),
  ];
}

export function followsText(follows: Follows, config: PushConfig | undefined): string {
  if (follows.everything) return "every alert";
  const names = new Map(config?.sources.map((source) => [source.id, source.name]));
  const all = [...follows.topics, ...follows.sources.map((id) => names.get(id) ?? "a source")];
  return all.length > 0 ? all.join(", ") : "nothing yet";
}

function checkbox(text: string, checked: boolean, onchange: (isOn: boolean) => void): HTMLElement {
  const box = h("input", { type: "checkbox", checked, onchange: () => onchange(box.checked) });
  return h("label", {}, box, text);
}

function radio(text: string, checked: boolean, onchange: () => void): HTMLElement {
  return h("label", {}, h("input", { type: "radio", name: "follows", checked, onchange }), text);
}

// `list` with `item` in it or not.
function toggled(list: string[], item: string, isIn: boolean): string[] {
  const rest = list.filter((other) => other !== item);
  return isIn ? [...rest, item] : rest;
}

function group(title: string, boxes: HTMLElement[]): HTMLElement | false {
  return boxes.length > 0 && h("fieldset", {}, h("legend", {}, title), ...boxes);
}

function choices(initial: Follows, config: PushConfig, actions: Actions): HTMLElement {
  let follows = initial;
  const pick = (change: Partial<Follows>) => {
    follows = { ...follows, ...change };
    lists.hidden = follows.everything;
    actions.choose(follows);
  };
  const topics = config.topics.map((topic) =>
    checkbox(topic, follows.topics.includes(topic), (isOn) =>
      pick({ topics: toggled(follows.topics, topic, isOn) }),
    ),
  );
  const sources = config.sources.map(({ id, name }) =>
    checkbox(name, follows.sources.includes(id), (isOn) =>
      pick({ sources: toggled(follows.sources, id, isOn) }),
    ),
  );
  const lists = h(
    "div",
    { hidden: follows.everything },
    group("Topics", topics),
    group("Sources", sources),
  );
  const mode = h(
    "fieldset",
    {},
    h("legend", {}, "What to hear about"),
    radio("Every alert", follows.everything, () => pick({ everything: true })),
    radio("Only what I choose", !follows.everything, () => pick({ everything: false })),
  );
  return h("form", { onsubmit: () => false }, mode, lists);
}

function on(view: View & { kind: "on" }, setting: Setting, actions: Actions): Node[] {
  const { follows, config } = view;
  const link = actions.openPreferences
    ? button("Choose what you get", actions.openPreferences)
    : h("a", { href: setting.preferences }, "Choose what you get");
  const what = follows && !setting.isFull ? ` You hear about ${followsText(follows, config)}.` : "";
  return [
    heading("Alerts are on"),
    h("p", {}, `This device gets alerts${fromSite(setting)}.${what}`),
    ...(setting.isFull && follows && config ? [choices(follows, config, actions)] : []),
    setting.isFull
      ? h(
          "p",
          { className: "row" },
          button("Send me a test", actions.test),
          button("Turn off alerts", actions.unsubscribe, "quiet"),
        )
      : h("p", {}, link),
  ];
}

export function render(view: View, setting: Setting, actions: Actions): Node[] {
  switch (view.kind) {
    case "loading":
      return [];
    case "unsupported":
      return [
        heading("No alerts in this browser"),
        h("p", {}, "It has no Web Push. Firefox, Chrome, Edge and Safari of today have it, outside private windows."),
      ];
    case "install":
      return installSteps(setting);
    case "blocked":
      return [
        heading("Alerts are blocked"),
        h("p", {}, `This browser was told not to show notifications${fromSite(setting)}. ${view.steps}`),
        button("I have allowed them", actions.retry),
      ];
    case "off":
      return offer(setting, actions);
    case "working":
      return [heading(view.text)];
    case "on":
      return on(view, setting, actions);
    case "failed":
      return [
        heading("That did not work"),
        h("p", {}, view.message),
        button("Try again", actions.retry, "primary"),
      ];
  }
}
