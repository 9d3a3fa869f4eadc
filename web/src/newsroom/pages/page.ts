// SPDX-License-Identifier: Apache-2.0
// What a page of the newsroom is. One file here and one line in `all.ts` make one.
import type { ComponentType } from "preact";
import type { Role, Site, User } from "../types.js";

export interface PageProps {
  user: User;
  site: string; // id of the site that is looked at; "" where there is none
  sites: Site[];
  rest: string[]; // of the address: "#/queue/held" -> ["held"]
}

export interface Page {
  path: string; // "#/<path>"
  title: string; // in the navigation
  needs: Role; // an administrator may see all
  load: () => Promise<ComponentType<PageProps>>;
}

export function isFor(page: Page, role: Role): boolean {
  return role === "admin" || page.needs === role;
}
