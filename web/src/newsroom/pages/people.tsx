// SPDX-License-Identifier: Apache-2.0
// Who may sign in to the newsroom.
import { useRef, useState } from "preact/hooks";
import { ApiError } from "../api.js";
import { announce, Announcements } from "../parts/announce.js";
import { Field, Input, Refused, Select, Sheet, Time, useSending } from "../parts/controls.js";
import { useLoaded } from "../parts/load.js";
import { api } from "../session.js";
import type { Role, User } from "../types.js";
import { kRoles } from "../words.js";
import type { PageProps } from "./page.js";

interface Link {
  user: User;
  link: string;
}

export function PeoplePage({ user: me }: PageProps) {
  const { value, trouble, reload } = useLoaded(() => api.users(), []);
  const [isAdding, setAdding] = useState(false);
  const [link, setLink] = useState<Link>();
  return (
    <>
      <header class="pagehead">
        <h1>People</h1>
        <button type="button" class="primary" aria-haspopup="dialog" onClick={() => setAdding(true)}>Add a person</button>
      </header>
      {trouble && <p class="wrong" role="alert">{trouble} <button type="button" onClick={reload}>Try again</button></p>}
      {!value && !trouble && <p class="soft">Loading …</p>}
      <ul class="rows">
        {value?.items.map((user) => <Person key={user.id} user={user} isMe={user.id === me.id} onChanged={reload} onLink={setLink} />)}
      </ul>
      {value?.items.length === 1 && <p class="soft">You are alone here. Add colleagues: each gets a link that works once to choose a password.</p>}
      {isAdding && <AddSheet onClose={() => setAdding(false)} onAdded={(added) => {
        setAdding(false);
        setLink(added);
        void reload();
      }} />}
      {link && <LinkSheet {...link} onClose={() => setLink(undefined)} />}
      <Announcements />
    </>
  );
}

function Person({ user, isMe, onChanged, onLink }: {
  user: User;
  isMe: boolean;
  onChanged: () => void;
  onLink: (link: Link) => void;
}) {
  const { isSending, error, send } = useSending();
  const change = async (part: Partial<User>, said: string) => {
    if (await send(() => api.changeUser(user.id, part))) announce(said);
    onChanged();
  };
  return (
    <li class={user.is_disabled ? "off" : ""}>
      <div>
        <p><strong>{user.name}</strong>{isMe && <span class="tag">you</span>}
          {user.is_disabled && <span class="tag bad">cannot sign in</span>}
          {!user.has_password && !user.is_disabled && <span class="tag">has no password yet</span>}</p>
        <p class="soft">{user.email} · added <Time at={user.created} /></p>
        <Refused error={error} />
      </div>
      <Select label={`Role of ${user.name}`} isLabelUnseen value={user.role} options={kRoles} disabled={isMe || isSending}
        onValue={(role: Role) => void change({ role }, `${user.name} is now ${kRoles[role].toLowerCase()}.`)} />
      <button type="button" disabled={isSending || user.is_disabled} aria-label={`New link for ${user.name}`}
        onClick={() => void send(async () => onLink({ user, ...(await api.newLink(user.id)) }))}>New link</button>
      <button type="button" disabled={isMe || isSending} aria-label={`${user.is_disabled ? "Enable" : "Disable"} ${user.name}`}
        onClick={() => void change({ is_disabled: !user.is_disabled },
          user.is_disabled ? `${user.name} can sign in again.` : `${user.name} cannot sign in any more.`)}>
        {user.is_disabled ? "Enable" : "Disable"}
      </button>
    </li>
  );
}

function AddSheet({ onAdded, onClose }: { onAdded: (link: Link) => void; onClose: () => void }) {
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("moderator");
  const { isSending, error, send } = useSending();
  const fields = error instanceof ApiError ? error.refusal.fields : {};
  const submit = (event: Event) => {
    event.preventDefault();
    void send(async () => onAdded(await api.addUser({ name: name.trim(), email: email.trim(), role })));
  };
  return (
    <Sheet title="Add a person" onClose={onClose}>
      <form onSubmit={submit}>
        <Input label="Name" hint="Stands beside what they write and decide." autoFocus required maxLength={80} autoComplete="off"
          value={name} error={fields["name"]} onValue={setName} />
        <Input label="E-mail address" hint="They sign in with it." type="email" required autoComplete="off"
          value={email} error={fields["email"]} onValue={setEmail} />
        <Select label="Role" value={role} options={kRoles} onValue={setRole} />
        <p class="hint">A moderator decides about comments and conversations. An administrator also changes rules and people.</p>
        <Refused error={error} />
        <p class="row"><button class="primary" disabled={isSending}>Add</button><button type="button" onClick={onClose}>Cancel</button></p>
      </form>
    </Sheet>
  );
}

function LinkSheet({ user, link, onClose }: Link & { onClose: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(link);
      setCopied(true);
    } catch {
      setCopied(false); // The text is selected: the person can copy it.
    }
  };
  return (
    <Sheet title={`A link for ${user.name}`} onClose={onClose}>
      <p>Send this link to {user.email}. It works once: with it they choose their password. It is not shown again.</p>
      <Field label="Link">{(ids) => <input {...ids} ref={field} readOnly value={link} onFocus={(event) => event.currentTarget.select()} />}</Field>
      <p class="row">
        <button type="button" class="primary" onClick={() => void copy()}>Copy</button>
        <button type="button" onClick={onClose}>Done</button>
        <span role="status">{isCopied ? "Copied." : ""}</span>
      </p>
    </Sheet>
  );
}
