// SPDX-License-Identifier: Apache-2.0
// How many decisions were made, on which ground, by people and by rules.
import { useState } from "preact/hooks";
import { Announcements } from "../parts/announce.js";
import { Empty, Select, timeText } from "../parts/controls.js";
import { useLoaded } from "../parts/load.js";
import { api } from "../session.js";
import { groundRows, type GroundRow } from "../transparency.js";
import type { Transparency } from "../types.js";
import { plural } from "../words.js";
import { daysAgo } from "./hours.js";
import type { PageProps } from "./page.js";

const kSpans = { "7": "7 days", "30": "30 days", "182": "half a year", "365": "a year" };

export function TransparencyPage({ site }: PageProps) {
  const [days, setDays] = useState<keyof typeof kSpans>("30");
  const { value, trouble, reload } = useLoaded(() => api.transparency(site, daysAgo(Number(days), new Date())), [site, days]);
  return (
    <>
      <header class="pagehead">
        <h1>Transparency</h1>
        <Select label="Span" isLabelUnseen value={days} options={kSpans} onValue={setDays} />
      </header>
      {trouble && <p class="wrong" role="alert">{trouble} <button type="button" onClick={reload}>Try again</button></p>}
      {!value && !trouble && <p class="soft">Loading …</p>}
      {value && <Report {...value} />}
      <Announcements />
    </>
  );
}

function Report({ since, rejected, held, reported, appealed }: Transparency) {
  const rows = groundRows(rejected);
  const total = rows.reduce((sum, row) => sum + row.person + row.automatic, 0);
  return (
    <>
      <p class="soft">Since {timeText(new Date(since))}.</p>
      <dl class="figures">
        {[["Rejected", total], ["Held", held], ["Reported", reported], ["Appealed", appealed]].map(([name, count]) => (
          <div key={name}><dt>{name}</dt><dd>{count}</dd></div>
        ))}
      </dl>
      {total === 0
        ? <Empty title="Nothing was rejected in this time">Each rejection is counted here with its ground and whether a person or a rule decided.</Empty>
        : <Table rows={rows} total={total} />}
    </>
  );
}

function Table({ rows, total }: { rows: GroundRow[]; total: number }) {
  const most = Math.max(...rows.map(({ person, automatic }) => person + automatic));
  return (
    <table class="grounds">
      <caption>{plural(total, "rejection")} by ground. <span class="key person">By a person</span> <span class="key rule">By a rule</span></caption>
      <thead>
        <tr><th scope="col">Ground</th><th scope="col" class="bar"><span class="unseen">Share</span></th>
          <th scope="col">Person</th><th scope="col">Rule</th><th scope="col">All</th></tr>
      </thead>
      <tbody>
        {rows.map(({ ground, name, person, automatic }) => (
          <tr key={ground}>
            <th scope="row">{name}</th>
            <td class="bar"><Bar person={person / most} automatic={automatic / most} /></td>
            <td>{person}</td><td>{automatic}</td><td>{person + automatic}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

// The numbers stand beside it: screen readers need no picture. Attributes, as the page's policy
// allows no style in the markup.
function Bar({ person, automatic }: { person: number; automatic: number }) {
  const percent = (share: number) => `${(share * 100).toFixed(2)}%`;
  return (
    <svg aria-hidden="true" width="100%" height="12">
      <rect class="person" width={percent(person)} height="12" />
      <rect class="rule" x={percent(person)} width={percent(automatic)} height="12" />
    </svg>
  );
}
