// SPDX-License-Identifier: Apache-2.0
// <tocsin-comments story="...">: the conversation of a story. On our pages it takes up the list
// that the server rendered; on a foreign page it makes one. Attribute `after`: the last event that
// the list shows.
import { ApiError } from "../shared/api.js";
import { closedWords, type Comment, Conversation, kGrounds, type Opening } from "./conversation.js";
import { button, h } from "./dom.js";
import { streamOf } from "./stream.js";
import { localTime, wordingLanguage } from "./times.js";

export function defineComments(server: string): void {
  if (customElements.get("tocsin-comments")) return;

  class TocsinComments extends HTMLElement {
    private conversation = new Conversation(server, "");
    private readonly state = h("div", { className: "state" });
    private readonly status = h("p", { className: "status" });
    private list = h("ol", { className: "comments" });
    private readonly form = h("form", { className: "compose" });
    private readonly text = h("textarea", { rows: 4, required: true });
    private readonly name = h("input", { autocomplete: "username", maxLength: 40 });
    private readonly follow = h("input", { type: "checkbox", checked: true });
    private readonly send = h("button", { type: "submit" }, "Post comment");
    private readonly left = h("span", { className: "left" });
    private parent: string | null = null;
    private key = "";
    private charactersMax = 2000;

    connectedCallback(): void {
      const story = this.getAttribute("story") ?? "";
      if (!story || this.conversation.story === story) return;
      this.conversation = new Conversation(server, story);
      this.takeUp();
      this.status.setAttribute("role", "status");
      void this.refresh();
      const after = Number(this.getAttribute("after") ?? 0);
      streamOf(server).listen(`conversation=${story}`, after, (event) => {
        if (event.story !== story) return;
        if (event.kind === "comment") this.put(event["comment"] as Comment);
        if (event.kind === "conversation") this.showOpening(event["opening"] as Opening);
      });
    }

    private takeUp(): void {
      const list = this.querySelector<HTMLOListElement>("ol.comments");
      if (list) this.list = list;
      else this.append(h("h2", {}, "Comments"), this.list);
      const state = this.querySelector(".state");
      state ? state.replaceWith(this.state) : this.list.before(this.state);
      if (state) this.state.replaceChildren(...state.childNodes);
      this.buildForm();
      this.list.before(this.form, this.status);
      this.form.hidden = true;
    }

    private buildForm(): void {
      this.text.value = this.conversation.draft;
      this.text.oninput = () => {
        this.conversation.draft = this.text.value;
        this.key = "";
        this.showLeft();
      };
      const told = h("label", { className: "follow", hidden: true }, this.follow);
      told.append(" Tell me on this device when someone answers");
      void this.conversation.canBeTold().then((can) => (told.hidden = !can));
      const named = h("label", { className: "named" }, "Your name", this.name);
      named.hidden = this.conversation.isSignedIn;
      this.form.append(
        h("label", {}, "Your comment", this.text),
        this.left,
        named,
        told,
        this.send,
      );
      this.form.onsubmit = (event) => {
        event.preventDefault();
        void this.submit(named);
      };
    }

    private showLeft(): void {
      const left = this.charactersMax - graphemes(this.text.value);
      this.left.textContent = left < 200 ? `${left} characters left` : "";
      this.send.disabled = left < 0;
    }

    // Nothing of what was written is lost: the draft stays until the server has it.
    private async submit(named: HTMLElement): Promise<void> {
      this.send.disabled = true;
      try {
        if (!this.conversation.isSignedIn) {
          this.say("Checking this device…");
          await this.conversation.begin(this.name.value);
          named.hidden = true;
        }
        this.say("Posting…");
        this.key ||= crypto.randomUUID();
        const follow = this.follow.checked && (await this.conversation.canBeTold());
        const made = await this.conversation.post(this.text.value, this.parent, this.key, follow);
        this.text.value = this.conversation.draft = "";
        this.key = "";
        this.answer(null);
        this.put(made);
        this.say(made.state === "published" ? "Your comment is published." : kOutcome[made.state]);
      } catch (error) {
        this.say(error instanceof Error ? error.message : String(error));
        if (error instanceof ApiError && error.status === 409) void this.refresh();
      } finally {
        this.send.disabled = false;
      }
    }

    private say(text: string | undefined): void {
      this.status.textContent = text ?? "";
    }

    private async refresh(): Promise<void> {
      try {
        const all = await this.conversation.load();
        this.charactersMax = all.policy.characters_max;
        this.showOpening(all.opening);
        const isWhole = !this.querySelector(".more");
        // The server's page has the first ones; what is the reader's own comes in any case.
        for (const comment of all.items) if (isWhole || comment.mine) this.put(comment);
      } catch (error) {
        this.say(error instanceof Error ? error.message : String(error));
      }
    }

    private showOpening(opening: Opening): void {
      this.hidden = opening.state === "hidden";
      const isOpen = opening.state === "open";
      this.form.hidden = !isOpen;
      this.list.classList.toggle("closed", !isOpen);
      if (isOpen) {
        const until = opening.changes ? ["Comments are open until ", time(opening.changes), "."] : [];
        this.state.replaceChildren(h("p", { className: "opening" }, ...until));
        return;
      }
      const { before, after } = closedWords(opening);
      const since = opening.since ? time(opening.since) : "";
      this.state.replaceChildren(h("p", { className: "opening" }, before, since, after));
    }

    // Inserts the comment where it belongs, or replaces what is there.
    private put(comment: Comment): void {
      const old = this.list.querySelector(`article[data-id="${CSS.escape(comment.id)}"]`);
      const isMine = comment.mine ?? old?.classList.contains("mine") ?? false;
      if (old && comment.mine === undefined && isMine && comment.state === "published") return;
      const isGone = comment.state !== "published" && !comment.mine;
      if (isGone || comment.state === "deleted") return this.takeAway(old);
      const article = this.render(comment);
      if (old) return old.replaceWith(article);
      this.querySelector(".empty")?.remove();
      this.placeOf(comment.parent).append(h("li", {}, article));
    }

    // What was answered keeps its place.
    private takeAway(article: Element | null): void {
      const item = article?.closest("li");
      if (!article || !item) return;
      if (!item.querySelector("ol")) return item.remove();
      article.className = "comment deleted";
      article.replaceChildren(h("p", {}, "This comment was deleted."));
    }

    private placeOf(parent: string | null): HTMLOListElement {
      const above =
        parent && this.list.querySelector(`article[data-id="${CSS.escape(parent)}"]`);
      const item = above && above.closest("li");
      if (!item) return this.list;
      let below = item.querySelector<HTMLOListElement>(":scope > ol");
      if (!below) item.append((below = h("ol", { className: "comments" })));
      return below;
    }

    private render(comment: Comment): HTMLElement {
      const article = h("article", { id: `c-${comment.id}`, className: `comment ${comment.state}` });
      article.dataset["id"] = comment.id;
      if (comment.mine) article.classList.add("mine");
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
        prose(comment.html),
      );
      if (comment.mine && comment.state !== "published") {
        article.append(h("p", { className: "ruling" }, ruling(comment)));
      }
      article.append(this.actions(comment));
      return article;
    }

    private actions(comment: Comment): HTMLElement {
      const actions = h("p", { className: "actions" });
      if (comment.state === "published") {
        actions.append(button("Answer", () => this.answer(comment), "needs-open"));
      }
      if (comment.mine) {
        const canEdit = comment.can_edit_until && new Date(comment.can_edit_until) > new Date();
        if (canEdit) actions.append(button("Change", () => this.change(comment), "needs-open"));
        actions.append(button("Delete", () => this.run(() => this.remove_(comment))));
        if (comment.state === "rejected" && !comment.is_appealed) {
          actions.append(button("Ask for another look", () => this.run(() => this.appeal(comment))));
        }
      } else {
        actions.append(button("Report", () => this.report(comment, actions)));
      }
      return actions;
    }

    private run(work: () => Promise<void>): void {
      work().catch((error: unknown) =>
        this.say(error instanceof Error ? error.message : String(error)),
      );
    }

    private answer(comment: Comment | null): void {
      this.parent = comment?.id ?? null;
      this.form.querySelector(".answering")?.remove();
      if (!comment) return;
      this.form.prepend(
        h(
          "p",
          { className: "answering" },
          `Your answer to ${comment.name || "a reader"} `,
          button("Not as an answer", () => this.answer(null)),
        ),
      );
      this.text.focus();
    }

    private change(comment: Comment): void {
      const article = this.list.querySelector(`article[data-id="${CSS.escape(comment.id)}"]`);
      const text = h("textarea", { rows: 4, value: comment.text ?? "" });
      text.setAttribute("aria-label", "Your comment");
      const save = () =>
        this.run(async () => this.put(await this.conversation.edit(comment.id, text.value)));
      const leave = () => article?.replaceWith(this.render(comment));
      article?.replaceChildren(text, button("Save", save), button("Leave it", leave));
      text.focus();
    }

    private async remove_(comment: Comment): Promise<void> {
      await this.conversation.remove(comment.id);
      this.put({ ...comment, state: "deleted" });
    }

    private async appeal(comment: Comment): Promise<void> {
      this.put(await this.conversation.appeal(comment.id, ""));
      this.say("A moderator will look at it again.");
    }

    private report(comment: Comment, actions: HTMLElement): void {
      const grounds = h("select");
      grounds.setAttribute("aria-label", "Why do you report it?");
      for (const [value, text] of Object.entries(kGrounds)) {
        grounds.append(h("option", { value }, text));
      }
      const done = () =>
        this.run(async () => {
          await this.conversation.report(comment.id, grounds.value, "");
          actions.replaceChildren("Thank you: a moderator will look at it.");
        });
      actions.replaceChildren(grounds, button("Report it", done));
      grounds.focus();
    }
  }
  customElements.define("tocsin-comments", TocsinComments);
  defineSignIn(server);
}

const kOutcome: Record<string, string> = {
  held: "Your comment waits for a moderator.",
  rejected: "Your comment was not published.",
};

function ruling(comment: Comment): string {
  const asked = comment.is_appealed ? " You asked for another look." : "";
  return `${kOutcome[comment.state] ?? ""} ${comment.statement ?? ""}${asked}`;
}

// The server's HTML, of which it lets only text and links through.
function prose(html: string): HTMLElement {
  const template = h("template");
  template.innerHTML = html;
  const out = h("div", { className: "prose" });
  out.append(template.content);
  return out;
}

function time(text: string): HTMLTimeElement {
  const language = wordingLanguage(document.documentElement.lang, navigator.language);
  const element = h("time", { dateTime: text }, localTime(new Date(text), { language }));
  return element;
}

export function graphemes(text: string): number {
  if (!("Segmenter" in Intl)) return [...text].length;
  return [...new Intl.Segmenter().segment(text)].length;
}

// <tocsin-sign-in>: where a link that was sent leads; its code stands behind the #.
function defineSignIn(server: string): void {
  class TocsinSignIn extends HTMLElement {
    connectedCallback(): void {
      const code = location.hash.slice(1);
      history.replaceState(null, "", location.pathname);
      const said = h("p", {}, "Signing in…");
      said.setAttribute("role", "status");
      this.replaceChildren(said);
      new Conversation(server, "").confirm(code).then(
        (name) => said.replaceChildren(`You are signed in as ${name}. `, h("a", { href: "/" }, "Go on")),
        (error: unknown) => (said.textContent = error instanceof Error ? error.message : ""),
      );
    }
  }
  customElements.define("tocsin-sign-in", TocsinSignIn);
}
