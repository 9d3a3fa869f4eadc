// SPDX-License-Identifier: Apache-2.0
// The part of the address after "#": "#/queue/held", or "#setup=CODE" from a link.
export type Route =
  | { at: "page"; path: string; rest: string[] }
  | { at: "setup"; code: string }
  | { at: "password"; code: string };

export function routeOf(hash: string): Route {
  const link = /^#(setup|password)=(.+)$/.exec(hash);
  if (link) return { at: link[1] as "setup" | "password", code: decoded(link[2] ?? "") };
  const [path = "", ...rest] = hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decoded);
  return { at: "page", path, rest };
}

export function hashOf(path: string, ...rest: string[]): string {
  return `#/${[path, ...rest].map(encodeURIComponent).join("/")}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
