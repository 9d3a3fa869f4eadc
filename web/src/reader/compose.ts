// SPDX-License-Identifier: Apache-2.0
// The form in which a comment is written. Nothing of what was written is lost: the draft stays
// until the server has it.
import { ApiError } from "../shared/api.js";
import { outcome } from "./comment_view.js";
import { type Comment, type Conversation, graphemes } from "./conversation.js";
import { button, h } from "./dom.js";

const kLeftShown = 200; // characters, from which on they are counted for the writer
const kWordyMs = 1_500; // of the puzzle, after which its progress is told

export interface Hooks {
  posted(comment: Comment): void;
  refused(): void; // the conversation has closed
  say(text: string): void;
}

export class Compose {
  readonly form = h("form", { className: "compose", hidden: true });
  charactersMax = 2000;
  private readonly text = h("textarea", { rows: 4, required: true });
  private readonly name = h("input", { autocomplete: "username", maxLength: 40 });
  private readonly named = h("label", { className: "named" }, "Your name", this.name);
  private readonly follow = h("input", { type: "checkbox", checked: true });
  private readonly told = h("label", { className: "follow", hidden: true }, this.follow);
  private readonly send = h("button", { type: "submit" }, "Post comment");
  private readonly left = h("span", { className: "left" });
  private readonly who = h("p", { className: "who" });
  private parent: string | null = null;
  private key = ""; // one for each text, so that pressing twice posts once

  constructor(
    private readonly conversation: Conversation,
    private readonly hooks: Hooks,
    private readonly canSignIn: boolean,
  ) {
    this.text.value = conversation.draft;
    this.text.oninput = () => {
      conversation.draft = this.text.value;
      this.key = "";
      this.showLeft();
    };
    this.left.setAttribute("aria-live", "polite");
    this.told.append(" Tell me on this device when someone answers");
    this.form.append(
      h("label", {}, "Your comment", this.text),
      this.left,
      this.named,
      this.told,
      this.send,
      this.who,
    );
    this.form.onsubmit = (event) => {
      event.preventDefault();
      void this.submit();
    };
    this.showWho();
    this.showLeft();
    void conversation.canBeTold().then((can) => (this.told.hidden = !can));
  }

  answer(comment: Comment | null): void {
    this.parent = comment?.id ?? null;
    this.key = "";
    this.form.querySelector(".answering")?.remove();
    if (!comment) return;
    const leave = button("Not as an answer", () => {
      this.answer(null);
      this.text.focus();
    });
    this.form.prepend(
      h("p", { className: "answering" }, `Your answer to ${comment.name || "a reader"} `, leave),
    );
    this.form.scrollIntoView({ block: "nearest" });
    this.text.focus();
  }

  // Makes a reader of this device, which needs a name and some work, once.
  async signUp(): Promise<void> {
    if (this.conversation.isSignedIn) return;
    if (!this.name.value.trim()) {
      this.name.focus();
      throw new Error("Write your name first.");
    }
    const slow = setTimeout(() => this.hooks.say("Checking this device… a moment, please."), kWordyMs);
    this.hooks.say("Checking this device…");
    try {
      await this.conversation.begin(this.name.value);
    } finally {
      clearTimeout(slow);
    }
    this.showWho();
  }

  // The server does not know this reader any more: the name is asked for again.
  forgetReader(): void {
    this.conversation.signOut();
    this.showWho();
  }

  private showLeft(): void {
    const left = this.charactersMax - graphemes(this.text.value);
    const count = `${Math.abs(left)} character${Math.abs(left) === 1 ? "" : "s"}`;
    this.left.textContent =
      left < 0 ? `${count} too many` : left < kLeftShown ? `${count} left` : "";
    this.send.disabled = left < 0;
  }

  private async submit(): Promise<void> {
    if (this.send.disabled || !this.text.value.trim()) return;
    this.send.disabled = true;
    try {
      await this.signUp();
      this.hooks.say("Posting…");
      this.key ||= crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
      const follow = this.follow.checked && !this.told.hidden;
      const made = await this.conversation.post(this.text.value, this.parent, this.key, follow);
      this.text.value = this.conversation.draft = "";
      this.answer(null);
      this.hooks.posted(made);
      this.hooks.say(outcome(made));
    } catch (error) {
      this.hooks.say(error instanceof Error ? error.message : String(error));
      const status = error instanceof ApiError ? error.status : -1;
      if (status === 401) this.forgetReader();
      if (status === 409) this.hooks.refused();
    } finally {
      this.showLeft();
    }
  }

  private showWho(): void {
    const { isSignedIn, name } = this.conversation;
    this.named.hidden = isSignedIn;
    if (isSignedIn) {
      this.who.replaceChildren(
        name ? `You write as ${name}. ` : "",
        button("Sign out on this device", () => this.forgetReader()),
      );
    } else if (this.canSignIn) {
      this.who.replaceChildren(
        button("I have commented here before", () => void this.offerSignIn()),
      );
    } else {
      this.who.replaceChildren();
    }
  }

  private async offerSignIn(): Promise<void> {
    const email = h("input", { type: "email", autocomplete: "email", placeholder: "E-mail address" });
    email.setAttribute("aria-label", "E-mail address");
    const sendTo = (address: string, where: string) => {
      if (!address && where !== "device") return email.focus();
      this.conversation.sendLink(address, location.pathname + location.hash).then(
        () =>
          this.hooks.say(
            `If you have commented from that ${where} before, a link is on its way. It is good for fifteen minutes.`,
          ),
        (error: unknown) => this.hooks.say(error instanceof Error ? error.message : String(error)),
      );
    };
    const parts: HTMLElement[] = [];
    if (await this.conversation.canBeTold()) {
      parts.push(button("Send a link to this device", () => sendTo("", "device")));
    }
    parts.push(email, button("Send a link by e-mail", () => sendTo(email.value, "address")));
    this.who.replaceChildren(...parts);
    parts[0]?.focus();
  }
}
