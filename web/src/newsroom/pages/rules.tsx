// SPDX-License-Identifier: Apache-2.0
// The comment policy of a site. Moderators read it, administrators change it.
import { useEffect, useState } from "preact/hooks";
import { announce, Announcements } from "../parts/announce.js";
import { Check, Empty, Field, Input, Refused, TextArea, useSending } from "../parts/controls.js";
import { useLoaded } from "../parts/load.js";
import { changesOf, clockText, linesOf, minuteOf, policySentence } from "../policy.js";
import { sendsOnEnter } from "../queue/sheets.js";
import { api } from "../session.js";
import type { Policy } from "../types.js";
import type { PageProps } from "./page.js";

type Of<Kind> = { [Key in keyof Policy]-?: Policy[Key] extends Kind ? Key : never }[keyof Policy];

interface Edit {
  policy: Policy;
  errors: Record<string, string>;
  isReadOnly: boolean;
  put: (part: Partial<Policy>) => void;
}

export function RulesPage({ site, sites, user }: PageProps) {
  const { value, trouble, reload, put } = useLoaded(async () => (site ? api.policy(site) : undefined), [site]);
  return (
    <>
      <header class="pagehead"><h1>Rules</h1></header>
      {!site && <Empty title="There is no site yet">The rules for comments belong to a site. Add one, and they appear here.</Empty>}
      {trouble && <p class="wrong" role="alert">{trouble} <button type="button" onClick={reload}>Try again</button></p>}
      {site && !value && !trouble && <p class="soft">Loading …</p>}
      {value && <PolicyForm key={site} policy={value} isReadOnly={user.role !== "admin"} onSaved={put}
        name={sites.find(({ id }) => id === site)?.name ?? ""} save={(change) => api.setPolicy(site, change)} />}
      <Announcements />
    </>
  );
}

function PolicyForm({ policy, name, isReadOnly, save, onSaved }: {
  policy: Policy;
  name: string;
  isReadOnly: boolean;
  save: (change: Partial<Policy>) => Promise<Policy>;
  onSaved: (policy: Policy) => void;
}) {
  const [draft, setDraft] = useState(policy);
  const { isSending, error, send } = useSending();
  const changes = changesOf(policy, draft);
  const isChanged = Object.keys(changes).length > 0;
  useWarning(isChanged);
  const edit: Edit = {
    policy: draft,
    errors: error?.refusal.fields ?? {},
    isReadOnly,
    put: (part) => setDraft((now) => ({ ...now, ...part })),
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    await send(async () => {
      const kept = await save(changes);
      setDraft(kept);
      onSaved(kept);
      announce("The rules are saved. They hold for every story from now on.");
    });
  };
  return (
    <form class="rules" onSubmit={submit} onKeyDown={sendsOnEnter}>
      <p class="preview" aria-live="polite">{policySentence(draft)}</p>
      {isReadOnly && <p class="note">An administrator can change these rules of {name}.</p>}
      <fieldset class="plain" disabled={isReadOnly}>
        <Hours {...edit} />
        <Waiting {...edit} />
        <Words {...edit} />
        <Writing {...edit} />
        <Outside {...edit} />
      </fieldset>
      <Refused error={error} />
      {!isReadOnly && (
        <p class="row savebar">
          <button class="primary" disabled={!isChanged || isSending}>Save the rules</button>
          <button type="button" disabled={!isChanged} onClick={() => setDraft(policy)}>Take back the changes</button>
          <span class="soft">{isChanged ? "Not saved yet" : ""}</span>
        </p>
      )}
    </form>
  );
}

// Asks before the page is left with unsaved changes.
function useWarning(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [isOn]);
}

function Hours(edit: Edit) {
  const { policy, put, errors } = edit;
  return (
    <fieldset>
      <legend>When comments are open</legend>
      <Flag {...edit} of="is_offered" label="Stories have a conversation" />
      <Flag {...edit} of="is_closed" label="All conversations are closed"
        hint="At once, for every story. Readers see the comments and this message." />
      {policy.is_closed && (
        <TextArea label="Message for readers" rows={2} maxLength={500} value={policy.message} error={errors["message"]}
          onValue={(message) => put({ message })} />
      )}
      <div class="pair">
        <Clock {...edit} of="opens_minute" label="Open from" />
        <Clock {...edit} of="closes_minute" label="to" hint="The same time twice: around the clock." />
        <Zone {...edit} />
      </div>
      <Count {...edit} of="close_after_days" label="Close after so many days" hint="Counted from the story's publication, for old stories too. 0: never." max={3650} />
    </fieldset>
  );
}

function Waiting(edit: Edit) {
  return (
    <fieldset>
      <legend>What waits for a moderator</legend>
      <Flag {...edit} of="holds_all" label="Every comment" />
      <div class="pair">
        <Count {...edit} of="newcomer_comments" label="A writer's first comments" hint="So many wait until as many were published. 0: none." max={100} />
        <Count {...edit} of="links_max" label="Links without waiting" hint="A comment with more waits." max={100} />
        <Count {...edit} of="reports_hold" label="Reports that hide a comment" hint="Until a moderator decides. 0: never." max={1000} />
      </div>
    </fieldset>
  );
}

function Words(edit: Edit) {
  return (
    <fieldset>
      <legend>Words</legend>
      <div class="pair">
        <Lines {...edit} of="banned_words" label="A comment with one of these is rejected" />
        <Lines {...edit} of="suspect_words" label="A comment with one of these waits" />
      </div>
      <Flag {...edit} of="tells_words" label="Tell the writer which word it was" />
    </fieldset>
  );
}

function Writing(edit: Edit) {
  return (
    <fieldset>
      <legend>Writing</legend>
      <div class="pair">
        <Count {...edit} of="characters_max" label="Longest comment, in characters" min={1} max={10000} />
        <Count {...edit} of="edit_minutes" label="Minutes to edit it" max={1440} />
      </div>
      <Flag {...edit} of="has_votes" label="Readers can vote for comments" />
    </fieldset>
  );
}

function Outside(edit: Edit) {
  const { policy, put, errors } = edit;
  return (
    <fieldset>
      <legend>A check outside of Tocsin</legend>
      <Input label="Address" type="url" hint="It is asked about each comment. Empty: none." value={policy.external_url}
        error={errors["external_url"]} onValue={(external_url) => put({ external_url })} />
      {policy.external_url && (
        <>
          <Input label="Secret" type="password" autoComplete="off" hint="Signs what is sent. Empty: the one that is kept stays."
            value={policy.external_secret ?? ""} error={errors["external_secret"]} onValue={(secret) => put(withSecret(policy, secret))} />
          <Flag {...edit} of="external_fails_open" label="If it does not answer, the comment goes on"
            hint="Otherwise the comment waits for a moderator." />
        </>
      )}
    </fieldset>
  );
}

function withSecret(policy: Policy, secret: string): Policy {
  const { external_secret: _, ...rest } = policy;
  return secret ? { ...rest, external_secret: secret } : { ...rest, external_secret: undefined as never };
}

function Flag({ policy, put, of, label, hint }: Edit & { of: Of<boolean>; label: string; hint?: string }) {
  return <Check label={label} {...(hint ? { hint } : {})} isOn={!!policy[of]} onValue={(isOn) => put({ [of]: isOn })} />;
}

function Count({ policy, put, errors, of, label, hint, min = 0, max }: Edit & {
  of: Of<number>; label: string; hint?: string; min?: number; max: number;
}) {
  return <Input label={label} hint={hint} type="number" inputMode="numeric" required min={min} max={max} step={1} error={errors[of]}
    value={Number.isNaN(policy[of]) ? "" : String(policy[of])} onValue={(text) => put({ [of]: text ? Number(text) : NaN })} />;
}

function Clock({ policy, put, errors, of, label, hint }: Edit & { of: Of<number>; label: string; hint?: string }) {
  const write = (text: string) => {
    const minute = minuteOf(text);
    if (minute !== undefined) put({ [of]: minute });
  };
  return <Input label={label} hint={hint} type="time" required value={clockText(policy[of])} error={errors[of]} onValue={write} />;
}

function Zone({ policy, put, errors }: Edit) {
  return (
    <Field label="Time zone" error={errors["time_zone"]}>
      {(ids) => (
        <>
          <input {...ids} list="zones" required value={policy.time_zone} autoComplete="off"
            onInput={(event) => put({ time_zone: event.currentTarget.value })} />
          <datalist id="zones">{Intl.supportedValuesOf("timeZone").map((zone) => <option key={zone} value={zone} />)}</datalist>
        </>
      )}
    </Field>
  );
}

// Keeps the text as typed; the policy gets its lines.
function Lines({ policy, put, errors, of, label }: Edit & { of: "banned_words" | "suspect_words"; label: string }) {
  const [text, setText] = useState(policy[of].join("\n"));
  const shown = linesOf(text).join("\n") === policy[of].join("\n") ? text : policy[of].join("\n");
  return <TextArea label={label} hint="One a line." rows={6} value={shown} error={errors[of]}
    onValue={(next) => {
      setText(next);
      put({ [of]: linesOf(next) });
    }} />;
}
