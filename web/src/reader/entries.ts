// SPDX-License-Identifier: Apache-2.0
// The entries of a developing story whose page is open, in the markup of tocsin/pages.
import { h } from "./dom.js";

export interface Entry {
  id: string;
  headline: string;
  text: string; // HTML that the server has sanitised
  is_key: boolean;
  correction: string;
  is_withdrawn: boolean;
  author: string;
  published: string;
}

function article(entry: Entry): HTMLElement {
  const time = h("time", { dateTime: entry.published }, entry.published);
  time.setAttribute("data-local", "");
  const prose = h("div", { className: "prose" });
  prose.innerHTML = entry.text;
  const correction = h("aside", { className: "notice" });
  correction.setAttribute("aria-label", "Correction");
  correction.append(h("p", {}, h("strong", {}, "Correction:"), ` ${entry.correction}`));
  return h(
    "article",
    { className: "entry", id: `e-${entry.id}` },
    entry.is_key && h("p", { className: "kicker" }, "Key moment"),
    h("p", { className: "when" }, time),
    entry.headline !== "" && h("h3", {}, entry.headline),
    entry.correction !== "" && correction,
    prose,
    entry.author !== "" && h("p", { className: "byline" }, `By ${entry.author}`),
  );
}

function listOf(isKey: boolean): HTMLOListElement | undefined {
  const all = document.querySelector<HTMLOListElement>(".thread > ol.entries");
  if (!isKey || !all) return all ?? undefined;
  const pinned = document.querySelector<HTMLOListElement>(".thread .keys ol.entries");
  if (pinned) return pinned;
  const list = h("ol", { className: "entries" });
  const section = h("section", { className: "keys" }, h("h2", {}, "Key moments"), list);
  section.setAttribute("aria-label", "Key moments");
  all.before(section);
  return list;
}

// What is above the window would push down what is being read.
function isAbove(list: Element): boolean {
  return list.getBoundingClientRect().top < 0;
}

// Puts an entry on top of its list, or changes the one that is shown. False: it waits, because it
// is new and its place is above what is being read, and that was not asked for.
export function putEntry(entry: Entry, isAsked: boolean): boolean {
  const shown = document.getElementById(`e-${entry.id}`);
  const item = shown?.closest("li");
  if (entry.is_withdrawn) {
    item?.remove();
    return item != null;
  }
  const made = article(entry);
  const list = listOf(entry.is_key);
  if (shown && item && list && item.parentElement === list) {
    shown.replaceWith(made);
  } else {
    if (!list || (!isAsked && isAbove(list))) return false;
    item?.remove(); // it has become a key moment, or is none any more
    list.prepend(h("li", { className: "arrived" }, made));
  }
  document.dispatchEvent(new Event("tocsin-times"));
  return true;
}
