// SPDX-License-Identifier: Apache-2.0
// <tocsin-comments story="...">: the conversation of a story. On our pages it takes up what the
// server rendered, and asks the server only for readers who have something of their own there; on
// a foreign page it loads everything. Attributes: `after`, the last event that the list shows; of
// the server's pages also `state`, `count`, `characters`, `days` and `votes`.
import { ApiError } from "../shared/api.js";
import { type Actions, adopt, longTime, outcome, render, showVotes } from "./comment_view.js";
import { Compose } from "./compose.js";
import {
  closedWords, type Comment, Conversation, inReadingOrder, type Opening, type Sort,
} from "./conversation.js";
import { button, h } from "./dom.js";
import { afterOf, type LiveEvent, streamOf } from "./stream.js";
import { kConversationStyle } from "./style.js";

const kDepthMax = 6; // deeper answers follow on this level
const kSpreadMs = 10_000; // in which pages that missed something ask again

export function defineComments({ server, isOurs }: { server: string; isOurs: boolean }): void {
  if (customElements.get("tocsin-comments")) return;

  class TocsinComments extends HTMLElement {
    private conversation = new Conversation(server, "");
    private root: ParentNode & Node = this;
    private readonly heading = h("h2", {}, "Comments");
    private readonly state = h("div", { className: "state" });
    private readonly status = h("p", { className: "status" });
    private readonly sorting = h("select");
    private list = h("ol", { className: "comments" });
    private compose!: Compose;
    private count = 0;
    private isOpen = false;
    private sort: Sort = "oldest";
    private stop: (() => void) | undefined;

    connectedCallback(): void {
      const story = this.getAttribute("story") ?? "";
      if (!story || this.stop) return;
      if (this.conversation.story !== story) this.begin(story);
      this.stop = streamOf(server).listen(`conversation=${story}`, afterOf(this), {
        take: (event) => this.take(event, story),
        resync: () => setTimeout(() => void this.refresh(), Math.random() * kSpreadMs),
      });
    }
    disconnectedCallback(): void {
      this.stop?.();
      this.stop = undefined;
    }

    private begin(story: string): void {
      this.conversation = new Conversation(server, story);
      this.compose = new Compose(
        this.conversation,
        {
          posted: (comment) => this.put(comment),
          refused: () => void this.refresh(),
          say: (text) => this.say(text),
        },
        isOurs,
      );
      this.status.setAttribute("role", "status");
      const served = this.querySelector<HTMLOListElement>("ol.comments");
      if (served) this.takeUp(served);
      else this.build();
      this.buildSorting();
      if (!served || this.conversation.isSignedIn) void this.refresh();
      else this.goToComment();
    }

    // The server's list stays as it is, and gets what only a script can do.
    private takeUp(served: HTMLOListElement): void {
      this.list = served;
      this.querySelector("h2")?.replaceWith(this.heading);
      this.count = Number(this.getAttribute("count") ?? 0);
      this.showCount();
      const state = this.querySelector(".state");
      if (state) this.state.replaceChildren(...state.childNodes);
      state?.remove();
      this.compose.charactersMax = Number(this.getAttribute("characters") ?? 2000);
      this.actions.hasVotes = this.hasAttribute("votes");
      const instead = this.querySelector(".instead") ?? "";
      this.list.before(this.state, instead, this.compose.form, this.status, this.sorting);
      for (const article of this.list.querySelectorAll<HTMLElement>("article[data-id]")) {
        adopt(article, this.actions);
      }
      this.setOpen(this.getAttribute("state") === "open");
    }

    private build(): void {
      if (!isOurs) {
        const sheet = new CSSStyleSheet(); // allowed by every content security policy
        sheet.replaceSync(kConversationStyle);
        const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
        root.adoptedStyleSheets = [sheet];
        this.root = root;
      }
      const section = h("section", { className: "conversation" });
      section.append(this.heading, this.state, this.compose.form, this.status, this.sorting, this.list);
      this.root.append(section);
    }

    private buildSorting(): void {
      const choices: [Sort, string][] = [["oldest", "Oldest first"], ["newest", "Newest first"]];
      if (this.actions.hasVotes) choices.push(["votes", "Most recommended first"]);
      this.sorting.replaceChildren(...choices.map(([value, text]) => h("option", { value }, text)));
      this.sorting.value = this.sort;
      this.sorting.className = "sorting";
      this.sorting.setAttribute("aria-label", "Order of the comments");
      this.sorting.hidden = this.count < 2;
      this.sorting.onchange = () => {
        this.sort = this.sorting.value as Sort;
        void this.refresh(true);
      };
    }

    private take(event: LiveEvent, story: string): void {
      if (event.story !== story) return;
      const comment = event["comment"] as Comment | undefined;
      const opening = event["opening"] as Opening | undefined;
      const count = event["count"] as { comment: string; votes: number } | undefined;
      if (event.kind === "comment" && comment) this.put(comment);
      if (event.kind === "votes" && count) showVotes(this.articleOf(count.comment), count.votes);
      if (event.kind === "conversation" && opening) this.showOpening(opening);
    }

    private say(text: string): void {
      this.status.textContent = text;
    }
    private fail(error: unknown): void {
      this.say(error instanceof Error ? error.message : String(error));
    }

    // Asks for everything. The server's list is kept, and only what differs is put, unless the
    // order changes.
    private async refresh(isAnew = false): Promise<void> {
      try {
        const all = await this.conversation.load(this.sort);
        this.compose.charactersMax = all.policy.characters_max;
        this.actions.hasVotes = all.policy.has_votes;
        this.showOpening(all.opening);
        const more = this.root.querySelector(".more");
        if (isAnew) {
          more?.remove();
          this.list.replaceChildren();
        }
        const isWhole = isAnew || !more;
        for (const comment of inReadingOrder(all.items)) {
          if (isWhole || comment.mine) this.put(comment, false);
        }
        this.count = all.count;
        this.showCount();
        this.buildSorting();
        document.dispatchEvent(new Event("tocsin-times"));
        this.goToComment();
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) {
          this.compose.forgetReader();
          return this.refresh(isAnew);
        }
        this.fail(error);
      }
    }

    private showCount(): void {
      const { count } = this;
      this.heading.textContent =
        count === 0 ? "Comments" : count === 1 ? "1 comment" : `${count} comments`;
      this.sorting.hidden = count < 2;
    }

    private setOpen(isOpen: boolean): void {
      this.isOpen = isOpen;
      this.compose.form.hidden = !isOpen;
      this.list.classList.toggle("closed", !isOpen);
      const instead = this.root.querySelector<HTMLElement>(".instead");
      if (instead) instead.hidden = isOpen;
      this.root.querySelector<HTMLElement>(".empty")?.toggleAttribute("hidden", !isOpen);
      if (isOpen) void this.offerToTell();
    }

    private async offerToTell(): Promise<void> {
      if (this.state.querySelector("button") || !(await this.conversation.canBeTold())) return;
      if (!this.isOpen) return;
      const offers = h("p", { className: "offers" });
      const offer = (wish: { all: true } | { closing: true }, what: string) => {
        const tell = button(`Tell me on this device ${what}`, () => {
          this.conversation.tell(wish).then(
            () => tell.replaceWith(h("span", {}, `This device will be told ${what}.`)),
            (error: unknown) => this.fail(error),
          );
        }, "quiet");
        offers.append(tell);
      };
      offer({ all: true }, "of every comment");
      offer({ closing: true }, "when it closes");
      this.state.append(offers);
    }

    private showOpening(opening: Opening): void {
      this.hidden = opening.state === "hidden";
      const line = h("p", { className: "opening" });
      if (opening.state === "open") {
        if (opening.changes) line.append("Comments are open until ", longTime(opening.changes), ".");
      } else {
        const { before, after } = closedWords(opening, Number(this.getAttribute("days") ?? 0));
        line.append(before, opening.since ? longTime(opening.since) : "", after);
        if (opening.changes) line.append(" They open again on ", longTime(opening.changes), ".");
      }
      this.state.querySelector(".opening")?.remove();
      if (opening.state !== "open") this.state.replaceChildren();
      if (line.textContent) this.state.prepend(line);
      this.setOpen(opening.state === "open");
    }

    private articleOf(id: string): HTMLElement | null {
      return this.list.querySelector(`article[data-id="${CSS.escape(id)}"]`);
    }

    // Inserts the comment where it belongs, or replaces what is there.
    private put(comment: Comment, isCounted = true): void {
      const old = this.articleOf(comment.id);
      const isMine = old?.classList.contains("mine") ?? false;
      // What goes to all pages says less of it than its writer sees.
      if (isMine && comment.mine === undefined && comment.state === "published") return;
      const isGone = comment.state === "deleted" || (comment.state !== "published" && !comment.mine);
      const wasShown = old !== null && !old.classList.contains("gone");
      const isPublic = comment.state === "published";
      if (isCounted && wasShown !== isPublic) this.count += isPublic ? 1 : wasShown ? -1 : 0;
      if (isCounted) this.showCount();
      if (isGone) return this.takeAway(comment, old);
      const { list, answered } = this.placeOf(comment);
      const article = render(comment, this.actions, old ? "" : answered);
      if (old) return replace(old, article);
      this.root.querySelector(".empty")?.remove();
      const item = h("li", {}, article);
      if (list === this.list && this.sort === "newest" && isCounted) list.prepend(item);
      else list.append(item);
      if (isCounted) document.dispatchEvent(new Event("tocsin-times"));
    }

    // What was answered keeps its place.
    private takeAway(comment: Comment, article: HTMLElement | null): void {
      if (!article) {
        if (comment.state !== "deleted") return;
        const gone = h("article", { className: "comment gone" }, h("p", {}, kDeleted));
        gone.dataset["id"] = comment.id;
        this.placeOf(comment).list.append(h("li", {}, gone));
        return;
      }
      const item = article.closest("li");
      if (!item?.querySelector("ol")) return item?.remove();
      article.className = "comment gone";
      article.replaceChildren(h("p", {}, kDeleted));
    }

    private placeOf(comment: Comment): { list: HTMLOListElement; answered: string } {
      const above = comment.parent ? this.articleOf(comment.parent) : null;
      const item = above?.closest("li");
      if (!above || !item) return { list: this.list, answered: "" };
      let depth = 0;
      for (let at: Element | null = item; at && at !== this.list; at = at.parentElement) {
        if (at.localName === "li") ++depth;
      }
      if (depth >= kDepthMax) {
        const answered = above.querySelector(".writer")?.textContent ?? "";
        return { list: item.parentElement as HTMLOListElement, answered };
      }
      let below = item.querySelector<HTMLOListElement>(":scope > ol");
      if (!below) item.append((below = h("ol", { className: "comments" })));
      return { list: below, answered: "" };
    }

    // To the comment that the address names, once it is there.
    private goToComment(): void {
      const id = /^#c-([0-9a-z]+)$/.exec(location.hash)?.[1];
      const article = id && isOurs ? this.articleOf(id) : null;
      if (!article || article.classList.contains("named")) return;
      article.classList.add("named");
      article.scrollIntoView({ block: "center" });
    }

    private async vote(comment: Comment, given: boolean): Promise<void> {
      await this.compose.signUp();
      const voted = await this.conversation.vote(comment.id, given);
      this.conversation.noteVote(comment.id, given);
      this.say("");
      const old = this.articleOf(comment.id);
      if (old) replace(old, render(voted, this.actions));
      this.articleOf(comment.id)?.querySelector<HTMLElement>("[aria-pressed]")?.focus();
    }

    private readonly actions: Actions = {
      hasVotes: false,
      isVoted: (comment) => this.conversation.hasVoted(comment.id),
      answer: (comment) => this.compose.answer(comment),
      vote: (comment, given) => void this.vote(comment, given).catch((e: unknown) => this.fail(e)),
      edit: async (comment, text) => {
        const changed = await this.conversation.edit(comment.id, text);
        this.put(changed);
        this.say(outcome(changed));
      },
      remove: async (comment) => {
        await this.conversation.remove(comment.id);
        this.put({ ...comment, state: "deleted" });
        this.say("Your comment is deleted.");
      },
      report: async (comment, ground, text) => {
        await this.conversation.report(comment.id, ground, text);
      },
      appeal: async (comment, text) => {
        this.put(await this.conversation.appeal(comment.id, text));
        this.say("A moderator will look at it again.");
      },
      failed: (error) => this.fail(error),
    };
  }
  customElements.define("tocsin-comments", TocsinComments);
  defineSignIn(server);
}

const kDeleted = "This comment was deleted.";

// Its place stays, and with it whom it answers.
function replace(old: HTMLElement, article: HTMLElement): void {
  const answered = old.querySelector(".answered");
  if (answered) article.querySelector("header")?.after(answered);
  old.replaceWith(article);
}

// <tocsin-sign-in>: where a link that was sent leads; its code stands behind the #.
function defineSignIn(server: string): void {
  class TocsinSignIn extends HTMLElement {
    connectedCallback(): void {
      const code = location.hash.slice(1);
      history.replaceState(null, "", location.pathname); // the code is good once; it stays nowhere
      const said = h("p", {}, "Signing in…");
      said.setAttribute("role", "status");
      this.replaceChildren(said);
      if (!code) return void (said.textContent = "This link has no code. Ask for another one.");
      const conversation = new Conversation(server, "");
      const confirm = (isConfirmed: boolean): Promise<void> =>
        conversation.confirm(code, isConfirmed).then(
          (name) => {
            const back = h("a", { href: conversation.takeReturn() }, "Go on");
            said.replaceChildren(`You are signed in as ${name}. `, back);
            back.focus();
          },
          (error: unknown) => {
            said.textContent = error instanceof Error ? error.message : "";
            const isQuestion = error instanceof ApiError && error.status === 409 && !isConfirmed;
            if (!isQuestion) return;
            const yes = button("Add the address", () => void confirm(true));
            said.append(" ", yes);
            yes.focus();
          },
        );
      void confirm(false);
    }
  }
  customElements.define("tocsin-sign-in", TocsinSignIn);
}
