// SPDX-License-Identifier: Apache-2.0
// The small parts that pages are made of.
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { localTime, relativeTime, wordingLanguage } from "../../reader/times.js";
import { ApiError, whyNot } from "../api.js";
import { waitText } from "../words.js";

const wording = () => ({ language: wordingLanguage("en", navigator.language) });

export function timeText(time: Date): string {
  return localTime(time, wording());
}

export function Time({ at }: { at: string }) {
  const time = new Date(at);
  return (
    <time dateTime={at} title={timeText(time)}>
      {relativeTime(time, new Date(), wording())}
    </time>
  );
}

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  error?: string | undefined;
  children: (ids: { id: string; "aria-describedby"?: string; "aria-invalid"?: boolean }) => ComponentChildren;
}

// A label, its control, what helps and what is wrong with it, tied together for screen readers.
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const note = hint || error ? { "aria-describedby": `${id}-note` } : {};
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, ...note, ...(error ? { "aria-invalid": true } : {}) })}
      {(hint || error) && (
        <p id={`${id}-note`} class={error ? "wrong" : "hint"}>
          {error || hint}
        </p>
      )}
    </div>
  );
}

interface InputProps {
  label: string;
  hint?: ComponentChildren;
  error?: string | undefined;
  value: string;
  onValue: (value: string) => void;
  type?: "text" | "email" | "password" | "search" | "url" | "number" | "time" | "datetime-local";
  required?: boolean;
  autoFocus?: boolean;
  autoComplete?: string;
  inputMode?: "numeric" | "url";
  placeholder?: string;
  min?: number;
  max?: number;
  step?: number;
  minLength?: number;
  maxLength?: number;
}

export function Input({ label, hint, error, onValue, ...rest }: InputProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <input {...(rest as object)} {...ids} onInput={(event) => onValue(event.currentTarget.value)} />}
    </Field>
  );
}

interface TextProps {
  label: string;
  hint?: ComponentChildren;
  error?: string | undefined;
  value: string;
  rows?: number;
  maxLength?: number;
  disabled?: boolean;
  autoFocus?: boolean;
  required?: boolean;
  onValue: (value: string) => void;
}

export function TextArea({ label, hint, error, onValue, rows = 3, ...rest }: TextProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <textarea rows={rows} {...rest} {...ids} onInput={(event) => onValue(event.currentTarget.value)} />}
    </Field>
  );
}

export function Select<Value extends string>(props: {
  label: string;
  hint?: string;
  value: Value;
  options: Record<Value, string> | Map<Value, string>; // a map keeps the order of keys that are numbers
  disabled?: boolean;
  isLabelUnseen?: boolean;
  onValue: (value: Value) => void;
}) {
  const id = useId();
  const entries: [string, string][] = props.options instanceof Map ? [...props.options] : Object.entries<string>(props.options);
  return (
    <div class="field">
      <label for={id} class={props.isLabelUnseen ? "unseen" : ""}>{props.label}</label>
      <select id={id} value={props.value} disabled={props.disabled}
        aria-describedby={props.hint ? `${id}-note` : undefined}
        onChange={(event) => props.onValue(event.currentTarget.value as Value)}>
        {entries.map(([value, name]) => <option key={value} value={value}>{name}</option>)}
      </select>
      {props.hint && <p id={`${id}-note`} class="hint">{props.hint}</p>}
    </div>
  );
}

export function Check(props: {
  label: string;
  hint?: string;
  isOn: boolean;
  disabled?: boolean;
  onValue: (isOn: boolean) => void;
}) {
  const id = useId();
  return (
    <div class="check">
      <input id={id} type="checkbox" checked={props.isOn} disabled={props.disabled}
        aria-describedby={props.hint ? `${id}-note` : undefined}
        onChange={(event) => props.onValue(event.currentTarget.checked)} />
      <label for={id}>{props.label}</label>
      {props.hint && <p id={`${id}-note`} class="hint">{props.hint}</p>}
    </div>
  );
}

export function Choice<Value extends string>(props: {
  legend: string;
  value: Value;
  options: Record<Value, ComponentChildren>;
  onValue: (value: Value) => void;
}) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend>{props.legend}</legend>
      {Object.entries<ComponentChildren>(props.options).map(([value, label]) => (
        <label key={value}>
          <input type="radio" name={name} value={value} checked={value === props.value}
            onChange={() => props.onValue(value as Value)} />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}

// A dialog in the browser's top layer: the page behind it is inert, Escape closes it, and focus goes
// back to where it was.
export function Sheet({ title, onClose, children, isWide }: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  isWide?: boolean;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const element = dialog.current as HTMLDialogElement;
    const opener = document.activeElement as HTMLElement | null;
    element.showModal();
    return () => {
      element.close();
      opener?.focus();
    };
  }, []);
  const cancel = (event: Event) => {
    event.preventDefault(); // It closes by leaving the page's state, so that both cannot differ.
    onClose();
  };
  return (
    <dialog ref={dialog} class={isWide ? "wide" : ""} aria-labelledby={id} onCancel={cancel}
      onClick={(event) => event.target === dialog.current && onClose()}>
      <div class="sheet">
        <header>
          <h2 id={id}>{title}</h2>
          <button type="button" class="quiet" aria-label="Close" onClick={onClose}>✕</button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

// A form that sends, says what was refused, and keeps what was written. `error` has the server's
// words about single fields.
export function useSending(): {
  isSending: boolean;
  error: ApiError | undefined;
  send: (work: () => Promise<unknown>) => Promise<boolean>;
} {
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<ApiError>();
  const send = async (work: () => Promise<unknown>) => {
    setSending(true);
    setError(undefined);
    try {
      await work();
      return true;
    } catch (thrown) {
      setError(thrown instanceof ApiError ? thrown : new ApiError(0, whyNot(thrown)));
      return false;
    } finally {
      setSending(false);
    }
  };
  return { isSending, error, send };
}

export function Refused({ error }: { error: ApiError | undefined }) {
  if (!error) return null;
  const wait = error.refusal.retryAfter;
  const text = error.status === 429 && wait > 0
    ? `Too many attempts. Try again in ${waitText(wait)}.`
    : `Not saved: ${error.message}`;
  return <p role="alert" class="wrong">{text}</p>;
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p><strong>{title}</strong></p>
      {children && <p>{children}</p>}
    </div>
  );
}
