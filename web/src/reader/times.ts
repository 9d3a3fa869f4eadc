// SPDX-License-Identifier: Apache-2.0
// The server writes times in UTC; here they become the reader's.

const kMinuteMs = 60_000;
const kHourMs = 60 * kMinuteMs;
const kDayMs = 24 * kHourMs;

export interface Wording {
  language: string;
  timeZone?: string; // the reader's if absent
}

export function localTime(time: Date, { language, timeZone }: Wording): string {
  return new Intl.DateTimeFormat(language, {
    dateStyle: "long",
    timeStyle: "short",
    ...(timeZone ? { timeZone } : {}),
  }).format(time);
}

// "12 minutes ago" within a day, the local date and time beyond it.
export function relativeTime(time: Date, now: Date, wording: Wording): string {
  const age = now.getTime() - time.getTime();
  if (age >= kDayMs || age < -kMinuteMs) return localTime(time, wording);
  const words = new Intl.RelativeTimeFormat(wording.language, { numeric: "auto" });
  if (age < kMinuteMs) return words.format(0, "second");
  if (age < kHourMs) return words.format(-Math.floor(age / kMinuteMs), "minute");
  return words.format(-Math.floor(age / kHourMs), "hour");
}

// The page's language, in the reader's variety of it: "en" alone would be American.
export function wordingLanguage(page: string, reader: string): string {
  const base = (tag: string) => tag.split("-", 1)[0]?.toLowerCase();
  return !page || base(page) === base(reader) ? reader : page;
}

function rewrite(element: HTMLTimeElement, now: Date): void {
  const time = new Date(element.dateTime);
  if (Number.isNaN(time.getTime())) return;
  const wording = { language: wordingLanguage(document.documentElement.lang, navigator.language) };
  const local = localTime(time, wording);
  const relative = relativeTime(time, now, wording);
  const isLong = element.hasAttribute("data-long") && relative !== local;
  element.textContent = isLong ? `${local} (${relative})` : relative;
  element.title = local;
}

// Rewrites each <time data-local> now and every minute while the page is looked at.
export function keepTimesLocal(): void {
  const all = () => {
    if (document.visibilityState === "hidden") return;
    const now = new Date();
    for (const element of document.querySelectorAll<HTMLTimeElement>("time[data-local]")) {
      try {
        rewrite(element, now);
      } catch {
        return; // A language tag that the browser does not take: the server's text stays.
      }
    }
  };
  all();
  setInterval(all, kMinuteMs);
  document.addEventListener("visibilitychange", all);
  document.addEventListener("tocsin-times", all); // something was put on the page
}
