// SPDX-License-Identifier: Apache-2.0
// The stories of a list that is open.

// A story as the river shows it: `html` is the server's card.
export interface Card {
  id: string;
  headline: string;
  path: string; // "/s/<slug>"
  state: string; // "published", "corrected", "withdrawn"
  html: string;
}

interface Place {
  server: string;
  isOurs: boolean;
}

function articleOf(root: ParentNode, id: string): HTMLElement | undefined {
  // A story's address ends in its id, whatever its headline becomes.
  const link = root.querySelector(`.card a[href$="-${CSS.escape(id)}"], .card a[href$="/s/${CSS.escape(id)}"]`);
  return link?.closest<HTMLElement>(".card") ?? undefined;
}

// The server's markup as an element; addresses lead to the server, where the page is another's.
function element(html: string, { server, isOurs }: Place): HTMLElement | null {
  const template = document.createElement("template");
  template.innerHTML = html;
  if (!isOurs) {
    for (const name of ["href", "src"]) {
      for (const at of template.content.querySelectorAll(`[${name}^="/"]`)) {
        at.setAttribute(name, server + at.getAttribute(name));
      }
    }
  }
  return template.content.firstElementChild as HTMLElement | null;
}

function flag(article: HTMLElement, text: string): void {
  const meta = article.querySelector(".meta") ?? article;
  const shown = meta.querySelector(".flag") ?? document.createElement("span");
  shown.className = "flag";
  shown.textContent = text;
  meta.append(shown);
}

// Changes the words of a story that is shown, in place and without a new layout. False: it is not
// shown.
export function changeStory(root: ParentNode, card: Card): boolean {
  const article = articleOf(root, card.id);
  if (!article) return false;
  const link = article.querySelector<HTMLAnchorElement>(":is(h2, h3) a");
  if (card.state === "withdrawn") {
    article.querySelector(".excerpt")?.remove();
    article.querySelector("img")?.remove();
    flag(article, "Withdrawn");
    link?.classList.add("withdrawn");
    return true;
  }
  if (link && link.textContent !== card.headline) link.textContent = card.headline;
  flag(article, card.state === "corrected" ? "Corrected" : "Updated");
  return true;
}

// Puts stories on top, the last one first, and the reader's place at the first of them.
export function addStories(list: HTMLOListElement, cards: Card[], place: Place): void {
  for (const card of cards) {
    const article = element(card.html, place);
    if (!article) continue;
    const item = document.createElement("li");
    item.className = "arrived";
    item.append(article);
    list.prepend(item);
  }
  if (cards.length > 0) list.querySelector<HTMLElement>(":is(h2, h3) a")?.focus();
}
