// SPDX-License-Identifier: Apache-2.0
// What this browser can do, and how to tell its user what to do about it.

export type Support =
  | "yes"
  | "install" // iPhone and iPad give Web Push only to sites on the home screen
  | "no";

export interface Surroundings {
  userAgent: string;
  touchPoints: number; // iPadOS calls itself a Mac; no Mac has a touch screen
  hasPush: boolean; // service workers, push manager and notifications exist
  isStandalone: boolean; // started from the home screen
}

export function isAppleMobile(at: Surroundings): boolean {
  return /iPhone|iPad|iPod/.test(at.userAgent) ||
    (/Macintosh/.test(at.userAgent) && at.touchPoints > 1);
}

export function supportIn(at: Surroundings): Support {
  if (isAppleMobile(at) && !at.isStandalone) return "install";
  return at.hasPush ? "yes" : "no";
}

// Where notifications, once blocked, are allowed again.
export function unblockingSteps(at: Surroundings): string {
  if (isAppleMobile(at)) {
    return "Open Settings, then Notifications, choose this app and turn on Allow Notifications.";
  }
  if (/Android/.test(at.userAgent)) {
    return /Firefox/.test(at.userAgent)
      ? "Tap the lock in the address bar, then Notification, and choose Allowed. Then reload."
      : "Tap the icon left of the address, then Permissions, and allow Notifications. Then reload.";
  }
  if (/Firefox/.test(at.userAgent)) {
    return "Click the crossed-out bubble left of the address, remove Blocked, and reload the page.";
  }
  if (/Macintosh/.test(at.userAgent) && !/Chrom|Edg/.test(at.userAgent)) {
    return "Choose Safari, Settings, Websites, Notifications, and allow this site. Then reload.";
  }
  return "Click the icon left of the address, allow Notifications for this site, and reload.";
}

export function surroundings(): Surroundings {
  return {
    userAgent: navigator.userAgent,
    touchPoints: navigator.maxTouchPoints,
    hasPush: "serviceWorker" in navigator && "PushManager" in window && "Notification" in window,
    isStandalone: matchMedia("(display-mode: standalone)").matches,
  };
}
