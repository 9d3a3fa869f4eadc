// SPDX-License-Identifier: Apache-2.0
// One comment on the page, in the markup of tocsin/pages/conversation.cc.
import type { Comment } from "./conversation.js";
import { kGrounds } from "./conversation.js";
import { button, h } from "./dom.js";
import { localTime, wordingLanguage } from "./times.js";

export interface Actions {
  hasVotes: boolean;
  isVoted(comment: Comment): boolean;
  answer(comment: Comment): void;
  vote(comment: Comment, given: boolean): void;
  // These resolve when the server has it and reject with why it has not.
  edit(comment: Comment, text: string): Promise<void>;
  remove(comment: Comment): Promise<void>;
  report(comment: Comment, ground: string, text: string): Promise<void>;
  appeal(comment: Comment, text: string): Promise<void>;
  failed(error: unknown): void;
}

const kOutcome: Record<string, string> = {
  published: "Your comment is published.",
  held: "Your comment has arrived. Below it stands what happens next.",
  rejected: "Your comment was not published. Below it stands why.",
};

// What became of the reader's own comment, in short: the reasons stand with it.
export function outcome(comment: Comment): string {
  return kOutcome[comment.state] ?? "";
}

// Why the reader's own comment is not shown to others. The server's statement of one that is held
// says that it waits.
export function ruling(comment: Comment): string {
  const statement = comment.statement ?? "";
  if (comment.state === "held") return statement || "Your comment waits for a moderator.";
  const asked = comment.is_appealed ? " You asked for another look." : "";
  return `Your comment was not published. ${statement}`.trim() + asked;
}

export function time(text: string): HTMLTimeElement {
  const language = wordingLanguage(document.documentElement.lang, navigator.language);
  const element = h("time", { dateTime: text }, localTime(new Date(text), { language }));
  element.setAttribute("data-local", ""); // kept by times.ts on our pages
  return element;
}

// Of a sentence, in which "now" alone would not say when.
export function longTime(text: string): HTMLTimeElement {
  const element = time(text);
  element.setAttribute("data-long", "");
  return element;
}

// The server's HTML, of which it lets only text and links through.
function prose(html: string): HTMLElement {
  const out = h("div", { className: "prose" });
  out.innerHTML = html;
  return out;
}

export function render(comment: Comment, actions: Actions, answered = ""): HTMLElement {
  const article = h("article", { id: `c-${comment.id}`, className: "comment" });
  article.dataset["id"] = comment.id;
  article.classList.toggle("mine", comment.mine === true);
  const badge = { staff: "Newsroom", moderator: "Moderator" }[comment.badge];
  const when = h("a", { href: comment.permalink, className: "when" }, time(comment.created));
  article.append(
    h(
      "header",
      {},
      h("span", { className: "writer" }, comment.name || "A reader"),
      badge !== undefined && h("span", { className: "badge" }, badge),
      comment.is_featured && h("span", { className: "badge" }, "Featured"),
      when,
      comment.edited !== null && h("span", { className: "edited" }, "edited"),
    ),
    answered !== "" ? h("p", { className: "answered" }, `In answer to ${answered}`) : "",
    prose(comment.html),
  );
  if (comment.mine && comment.state !== "published") {
    article.append(h("p", { className: "ruling" }, ruling(comment)));
  }
  article.append(actionsRow(comment, actions));
  return article;
}

// What can be read from an article that the server made, enough to act on it.
function read(article: HTMLElement): Comment {
  return {
    id: article.dataset["id"] ?? "",
    parent: article.dataset["parent"] ?? null,
    name: article.querySelector(".writer")?.textContent ?? "",
    badge: "",
    html: "",
    state: "published",
    is_featured: false,
    votes: Number(article.dataset["votes"] ?? 0),
    created: article.querySelector("time")?.dateTime ?? "",
    edited: null,
    permalink: article.querySelector<HTMLAnchorElement>(".when")?.href ?? "",
  };
}

// Gives an article that the server made what a script can do.
export function adopt(article: HTMLElement, actions: Actions): void {
  if (article.classList.contains("gone") || article.querySelector(".actions")) return;
  article.append(actionsRow(read(article), actions));
}

function actionsRow(comment: Comment, actions: Actions): HTMLElement {
  const row = h("p", { className: "actions" });
  const isPublished = comment.state === "published";
  if (isPublished) row.append(named("Answer", comment, () => actions.answer(comment)));
  if (isPublished && actions.hasVotes && !comment.mine) row.append(voteButton(comment, actions));
  if (comment.mine) row.append(...ownButtons(comment, actions, row));
  else row.append(button("Report", () => reportForm(comment, actions, row)));
  row.firstElementChild?.classList.toggle("needs-open", isPublished);
  return row;
}

function named(text: string, comment: Comment, onclick: () => void): HTMLButtonElement {
  const made = button(text, onclick);
  made.setAttribute("aria-label", `${text} ${comment.name || "a reader"}`);
  return made;
}

function voteWords(votes: number): string {
  return votes > 0 ? `Recommend (${votes})` : "Recommend";
}

function voteButton(comment: Comment, actions: Actions): HTMLButtonElement {
  const isGiven = actions.isVoted(comment);
  const vote = () => actions.vote(comment, !isGiven);
  const made = button(voteWords(comment.votes), vote, "needs-open");
  made.setAttribute("aria-pressed", String(isGiven));
  return made;
}

// Others have voted. The writer of a comment has no such button.
export function showVotes(article: HTMLElement | null, votes: number): void {
  const shown = article?.querySelector(".actions [aria-pressed]");
  if (shown) shown.textContent = voteWords(votes);
}

function ownButtons(comment: Comment, actions: Actions, row: HTMLElement): HTMLButtonElement[] {
  const canEdit = comment.can_edit_until != null && new Date(comment.can_edit_until) > new Date();
  const out: HTMLButtonElement[] = [];
  if (canEdit) {
    const change = button("Change", () => editForm(comment, actions, row), "needs-open");
    const left = new Date(comment.can_edit_until!).getTime() - Date.now();
    setTimeout(() => change.remove(), Math.min(left, 2 ** 31 - 1));
    out.push(change);
  }
  out.push(button("Delete", () => removeForm(comment, actions, row)));
  if (comment.state === "rejected" && !comment.is_appealed) {
    out.push(button("Ask for another look", () => appealForm(comment, actions, row)));
  }
  return out;
}

// A small form in the place of the buttons, which come back when it is left.
function ask(
  row: HTMLElement,
  fields: HTMLElement[],
  does: string,
  work: () => Promise<void>,
  actions: Actions,
): void {
  const before = [...row.children];
  const back = () => {
    row.replaceChildren(...before);
    row.querySelector<HTMLElement>("button")?.focus();
  };
  const go = button(does, () => {
    go.disabled = true;
    work().catch((error: unknown) => {
      go.disabled = false;
      actions.failed(error);
    });
  });
  row.replaceChildren(...fields, go, button("Cancel", back));
  row.onkeydown = (event) => event.key === "Escape" && back();
  (fields[0] ?? go).focus();
}

function field(label: string, value = ""): HTMLTextAreaElement {
  const made = h("textarea", { rows: 3, value });
  made.setAttribute("aria-label", label);
  made.placeholder = label;
  return made;
}

function editForm(comment: Comment, actions: Actions, row: HTMLElement): void {
  const text = field("Your comment", comment.text ?? "");
  ask(row, [text], "Save", () => actions.edit(comment, text.value), actions);
}

function removeForm(comment: Comment, actions: Actions, row: HTMLElement): void {
  ask(row, [], "Delete it for good", () => actions.remove(comment), actions);
}

function appealForm(comment: Comment, actions: Actions, row: HTMLElement): void {
  const text = field("What did we get wrong? (may stay empty)");
  ask(row, [text], "Ask a moderator", () => actions.appeal(comment, text.value), actions);
}

function reportForm(comment: Comment, actions: Actions, row: HTMLElement): void {
  const grounds = h("select");
  grounds.setAttribute("aria-label", "Why do you report it?");
  for (const [value, text] of Object.entries(kGrounds)) grounds.append(h("option", { value }, text));
  const text = field("Explain it, if it does not speak for itself");
  const send = async () => {
    await actions.report(comment, grounds.value, text.value);
    const thanks = h("span", { tabIndex: -1 }, "Thank you: a moderator will look at it.");
    row.replaceChildren(thanks);
    thanks.focus();
  };
  ask(row, [grounds, text], "Report it", send, actions);
}
