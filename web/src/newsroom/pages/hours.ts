// SPDX-License-Identifier: Apache-2.0
// Between the server's times and the browser's field for a local date and time.

// "2026-03-01T18:30" in local time; "" for none.
export function localInput(time: string | null): string {
  if (!time) return "";
  const at = new Date(time);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function timeOfInput(value: string): string | null {
  const at = new Date(value);
  return value && !Number.isNaN(at.getTime()) ? at.toISOString() : null;
}

// The first moment of the day so many days ago, in local time.
export function daysAgo(days: number, now: Date): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days).toISOString();
}
