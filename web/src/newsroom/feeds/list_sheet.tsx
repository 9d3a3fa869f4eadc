// SPDX-License-Identifier: Apache-2.0
// Following the feeds of another system's list (OPML).
import { useEffect, useRef, useState } from "preact/hooks";
import { Field, Refused, Sheet, useSending } from "../parts/controls.js";
import { api } from "../session.js";
import type { Importance, ListImported } from "../types.js";
import { importedText, xmlText } from "./adding.js";
import { AlertField } from "./settings.js";

const kTextMost = 900_000; // The server takes requests of a megabyte.

export function ImportSheet({ site, onClose, onImported }: { site: string; onClose: () => void; onImported: () => void }) {
  const [file, setFile] = useState<File>();
  const [alert, setAlert] = useState<Importance | null>(null);
  const [result, setResult] = useState<ListImported>();
  const { isSending, error, send } = useSending();
  const done = useRef<HTMLButtonElement>(null);
  useEffect(() => void (result && done.current?.focus()), [result]);
  const submit = (event: Event) => {
    event.preventDefault();
    void send(async () => {
      if (!file) return;
      const text = xmlText(new Uint8Array(await file.arrayBuffer()));
      if (text.length > kTextMost) throw new Error("A list may have 900 kB at most. Split it into several.");
      setResult(await api.importList(site, text, alert));
      onImported();
    });
  };
  return (
    <Sheet title="Import a list of feeds" onClose={onClose}>
      <form onSubmit={submit}>
        <Field label="File" hint="An OPML file, as other readers and systems export it. Feeds that are followed stay as they are.">
          {(ids) => (
            <input {...ids} type="file" required accept=".opml,.xml,text/x-opml,text/xml,application/xml"
              onChange={(event) => {
                setFile(event.currentTarget.files?.[0]);
                setResult(undefined);
              }} />
          )}
        </Field>
        <AlertField alert={alert} onChange={setAlert} />
        <Refused error={error} />
        <p role="status" class={result ? "note" : ""}>{isSending ? "Importing …" : result && importedText(result)}</p>
        <p class="row">
          {!result && <button class="primary" disabled={isSending}>Import</button>}
          <button type="button" ref={done} onClick={onClose}>{result ? "Done" : "Cancel"}</button>
        </p>
      </form>
    </Sheet>
  );
}
