// SPDX-License-Identifier: Apache-2.0
import type { Ground } from "./types.js";
import { kGrounds } from "./words.js";

export interface GroundRow {
  ground: string;
  name: string;
  person: number;
  automatic: number;
}

// {"spam/person": 3, "spam/automatic": 9} as rows, the most frequent ground first.
export function groundRows(rejected: Record<string, number>): GroundRow[] {
  const rows = new Map<string, GroundRow>();
  for (const [key, count] of Object.entries(rejected)) {
    const [ground = "", who] = key.split("/");
    const name = kGrounds[ground as Ground] ?? (ground || "No ground given");
    const row = rows.get(ground) ?? { ground, name, person: 0, automatic: 0 };
    row[who === "automatic" ? "automatic" : "person"] += count;
    rows.set(ground, row);
  }
  return [...rows.values()].sort((a, b) => b.person + b.automatic - a.person - a.automatic);
}
