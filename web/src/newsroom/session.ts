// SPDX-License-Identifier: Apache-2.0
// Who is signed in, the sites of this installation, and which of them is looked at.
import { Api, ApiError, whyNot } from "./api.js";
import { Store } from "./store.js";
import type { Site, User } from "./types.js";

export type Session =
  | { status: "asking" }
  | { status: "unreachable"; why: string }
  | { status: "out" }
  // `isExpired`: the server forgot the session; the page stays until the user has signed in again.
  | { status: "in"; user: User; sites: Site[]; site: string; isExpired: boolean };

const kSiteKey = "tocsin.newsroom.site";

export const api = new Api();
export const session = new Store<Session>({ status: "asking" });

api.onSignedOut = () => {
  const now = session.value;
  session.set(now.status === "in" ? { ...now, isExpired: true } : { status: "out" });
};

export async function askSession(): Promise<void> {
  try {
    await enter((await api.session()).user);
  } catch (error) {
    const isOut = error instanceof ApiError && error.status === 401;
    session.set(isOut ? { status: "out" } : { status: "unreachable", why: whyNot(error) });
  }
}

// After a sign-in of any kind. Somebody else than before starts with a fresh page.
export async function enter(user: User): Promise<void> {
  const now = session.value;
  if (now.status === "in" && now.user.id === user.id) {
    session.set({ ...now, user, isExpired: false });
    return;
  }
  const sites = await api.sites().then(({ items }) => items, () => []);
  const kept = remembered();
  const site = sites.find(({ id }) => id === kept) ?? sites[0];
  session.set({ status: "in", user, sites, site: site?.id ?? "", isExpired: false });
}

// The sites as they are at present, with their topics. Where they cannot be had, those of before stay.
export async function askSites(): Promise<void> {
  const sites = await api.sites().then(({ items }) => items, () => undefined);
  const now = session.value;
  if (sites && now.status === "in") session.set({ ...now, sites });
}

export async function signOut(): Promise<void> {
  await api.signOut();
  session.set({ status: "out" });
}

export function lookAt(site: string): void {
  const now = session.value;
  if (now.status !== "in") return;
  session.set({ ...now, site });
  try {
    localStorage.setItem(kSiteKey, site);
  } catch {
    // Private windows: the choice lasts as long as the page.
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem(kSiteKey);
  } catch {
    return null;
  }
}
