// SPDX-License-Identifier: Apache-2.0
// The last fetches of a feed: a picture of their rhythm, and each in numbers.
import { timeText } from "../parts/controls.js";
import { barsOf, fetchesText, isGood, momentText, sizeText, verdictText } from "../feeds.js";
import type { FetchNote } from "../types.js";

const kHigh = 48;

export function Fetches({ fetches }: { fetches: FetchNote[] }) {
  return (
    <section aria-labelledby="fetches">
      <h2 id="fetches" class="apart">Last fetches</h2>
      <Rhythm fetches={fetches} />
      <div class="scrolls" tabIndex={0} role="region" aria-labelledby="fetches">
        <table class="fetches">
          <thead>
            <tr><th scope="col">When</th><th scope="col">What came</th><th scope="col">New</th><th scope="col">Items</th><th scope="col">Size</th><th scope="col">Took</th></tr>
          </thead>
          <tbody>{fetches.map((note) => <Row key={note.at} note={note} />)}</tbody>
        </table>
      </div>
    </section>
  );
}

// The sentence and the table say the same: screen readers need no picture.
function Rhythm({ fetches }: { fetches: FetchNote[] }) {
  const bars = barsOf(fetches);
  const percent = (share: number) => `${(share * 100).toFixed(2)}%`;
  return (
    <figure class="rhythm">
      <svg aria-hidden="true" width="100%" height={kHigh}>
        {bars.map(({ kind, share, at }, index) => (
          <rect key={at} class={kind} x={percent((index + 0.12) / bars.length)} width={percent(0.76 / bars.length)}
            y={kHigh - share * kHigh} height={share * kHigh}><title>{at}</title></rect>
        ))}
      </svg>
      <figcaption>
        {fetchesText(fetches)}
        <span class="row" aria-hidden="true">
          <span class="key news">New items</span><span class="key same">Nothing new</span><span class="key failed">Failed</span>
        </span>
      </figcaption>
    </figure>
  );
}

function Row({ note }: { note: FetchNote }) {
  return (
    <tr>
      <th scope="row"><time dateTime={note.at} title={timeText(new Date(note.at))}>{momentText(new Date(note.at), new Date(), navigator.language)}</time></th>
      <td class={isGood(note) ? "" : "wrong"}>{verdictText(note)}</td>
      <td>{note.fresh || ""}</td>
      <td>{note.items || ""}</td>
      <td>{note.body_bytes > 0 ? sizeText(note.body_bytes) : ""}</td>
      <td>{note.duration_ms} ms</td>
    </tr>
  );
}
