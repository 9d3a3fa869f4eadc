// SPDX-License-Identifier: Apache-2.0

// "3 new reports"; nothing for none.
export function counted(count: number, what: string): string {
  return count === 0 ? "" : `${count} new ${what}${count === 1 ? "" : "s"}`;
}
