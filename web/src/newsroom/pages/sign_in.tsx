// SPDX-License-Identifier: Apache-2.0
// Signing in, the first administrator, a password from a link, and a changed password.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api.js";
import { announce } from "../parts/announce.js";
import { Input, Sheet } from "../parts/controls.js";
import { api, enter } from "../session.js";
import type { User } from "../types.js";
import { waitText } from "../words.js";

export const kPasswordMin = 12;

// What to say about a refused sign-in.
export function refusedText(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error);
  if (error.status === 429) {
    const wait = error.refusal.retryAfter;
    return `Too many attempts. Try again in ${wait ? waitText(wait) : "a while"}.`;
  }
  if (error.refusal.code === "sign_in_refused") return "The address or the password is wrong. Try again, or ask an administrator for a new link.";
  return error.message;
}

function useEntering(ask: () => Promise<{ user: User }>, onEntered: () => void) {
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState("");
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setTrouble("");
    try {
      const { user } = await ask();
      await enter(user);
      onEntered();
    } catch (error) {
      setTrouble(refusedText(error));
    }
    setBusy(false);
  };
  return { isBusy, trouble, submit };
}

function Door({ title, children, isBusy, trouble, submit, does }: {
  title: string;
  children: ComponentChildren;
  isBusy: boolean;
  trouble: string;
  submit: (event: Event) => void;
  does: string;
}) {
  useEffect(() => void (document.title = `${title} · Newsroom`), [title]);
  return (
    <main class="door">
      <form onSubmit={submit}>
        <h1>{title}</h1>
        {children}
        <p role="alert" class="wrong">{trouble}</p>
        <button class="primary" disabled={isBusy}>{isBusy ? "One moment …" : does}</button>
      </form>
    </main>
  );
}

const nothing = () => {};

export function SignIn({ known = "", onEntered = nothing }: { known?: string; onEntered?: () => void }) {
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState("");
  const entering = useEntering(() => api.signIn(email.trim(), password), onEntered);
  return (
    <Door title="Newsroom" does="Sign in" {...entering}>
      <Input label="E-mail address" type="email" autoComplete="username" required autoFocus={!known} value={email} onValue={setEmail} />
      <Input label="Password" type="password" autoComplete="current-password" required autoFocus={!!known} value={password} onValue={setPassword} />
    </Door>
  );
}

// Over the page, when the server has forgotten the session: nothing that was written is lost.
export function SignInAgain({ user }: { user: User }) {
  const [password, setPassword] = useState("");
  const { isBusy, trouble, submit } = useEntering(() => api.signIn(user.email, password), () => announce("Signed in again."));
  return (
    <Sheet title="Sign in again" onClose={nothing}>
      <form onSubmit={submit}>
        <p>Your session has ended. What you were writing is still here.</p>
        <input type="email" class="unseen" autoComplete="username" readOnly tabIndex={-1} aria-hidden="true" value={user.email} />
        <Input label={`Password of ${user.email}`} type="password" autoComplete="current-password" required autoFocus value={password} onValue={setPassword} />
        <p role="alert" class="wrong">{trouble}</p>
        <p class="row"><button class="primary" disabled={isBusy}>Sign in</button></p>
      </form>
    </Sheet>
  );
}

function NewPassword({ value, onValue }: { value: string; onValue: (value: string) => void }) {
  return <Input label="Choose a password" hint={`At least ${kPasswordMin} characters.`} type="password" autoComplete="new-password" required
    minLength={kPasswordMin} value={value} onValue={onValue} />;
}

export function SetUp({ code, onEntered }: { code: string; onEntered: () => void }) {
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const entering = useEntering(() => api.setUp({ code, name: name.trim(), email: email.trim(), password }), onEntered);
  return (
    <Door title="Welcome" does="Start" {...entering}>
      <p class="soft">You are the first administrator of this newsroom. Others are added by you.</p>
      <Input label="Your name" hint="Stands beside what you write and decide." autoComplete="name" required autoFocus value={name} onValue={setName} />
      <Input label="E-mail address" type="email" autoComplete="username" required value={email} onValue={setEmail} />
      <NewPassword value={password} onValue={setPassword} />
    </Door>
  );
}

export function SetPassword({ code, onEntered }: { code: string; onEntered: () => void }) {
  const [password, setPassword] = useState("");
  const entering = useEntering(() => api.setPassword({ code, password }), onEntered);
  return (
    <Door title="Your password" does="Save and sign in" {...entering}>
      <p class="soft">The link works once. If it has been used, ask an administrator for a new one.</p>
      <NewPassword value={password} onValue={setPassword} />
    </Door>
  );
}

export function ChangePassword({ user, onClose }: { user: User; onClose: () => void }) {
  const [old, setOld] = useState("");
  const [password, setPassword] = useState("");
  const { isBusy, trouble, submit } = useEntering(() => api.setPassword({ old, password }), () => {
    announce("Your password is changed.");
    onClose();
  });
  return (
    <Sheet title="Change your password" onClose={onClose}>
      <form onSubmit={submit}>
        <input type="email" class="unseen" autoComplete="username" readOnly tabIndex={-1} aria-hidden="true" value={user.email} />
        <Input label="Your password until now" type="password" autoComplete="current-password" required autoFocus value={old} onValue={setOld} />
        <NewPassword value={password} onValue={setPassword} />
        <p role="alert" class="wrong">{trouble}</p>
        <p class="row"><button class="primary" disabled={isBusy}>Change it</button><button type="button" onClick={onClose}>Cancel</button></p>
      </form>
    </Sheet>
  );
}
