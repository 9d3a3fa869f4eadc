// SPDX-License-Identifier: Apache-2.0
// The pages and files kept for the moment the network is slow or gone.

export const kPageCache = "tocsin-pages-1";
export const kAssetCache = "tocsin-assets-1";
const kPagesMax = 30;
const kAssetsMax = 20;
const kNetworkPatienceMs = 4_000; // how long a reader waits before a kept page is shown instead

// Which of our own addresses are worth keeping: the river and the stories.
export function isKeptPage(path: string): boolean {
  return path === "/" || path.startsWith("/s/");
}

export function isAsset(path: string): boolean {
  return path === "/app.css" || path === "/tocsin.js" || path.startsWith("/icons/");
}

// Keeps `response` as the newest entry and drops the oldest beyond `entriesMax`.
async function keep(
  cacheName: string,
  request: Request | string,
  response: Response,
  entriesMax: number,
): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.delete(request); // a cache lists its entries in the order they were put
  await cache.put(request, response);
  const entries = await cache.keys();
  for (const old of entries.slice(0, Math.max(0, entries.length - entriesMax))) {
    await cache.delete(old);
  }
}

function isComplete(response: Response): boolean {
  return response.ok && response.type === "basic" && !response.redirected;
}

// Fetches a page into the cache. Failure is no error: the tap will then use the network.
export async function precachePage(address: string): Promise<void> {
  try {
    const response = await fetch(address, { credentials: "same-origin" });
    if (isComplete(response)) await keep(kPageCache, address, response, kPagesMax);
  } catch {
    // Offline or refused.
  }
}

export async function precacheOfflinePage(): Promise<void> {
  const cache = await caches.open(kAssetCache);
  await cache.addAll(["/offline", "/app.css"]);
}

// The network's answer, if it comes while a reader would wait or nothing is kept; else the kept
// page; else the page that says there is no network.
export async function page(
  request: Request,
  preloaded: Promise<Response | undefined>,
  waitUntil: (work: Promise<unknown>) => void,
): Promise<Response> {
  const network = preloaded.then((response) => response ?? fetch(request));
  waitUntil(network.then((response) => keepPage(request, response.clone())).catch(() => undefined));
  const kept = await caches.match(request, { cacheName: kPageCache });
  try {
    if (!kept) return await network;
    const impatient = new Promise<Response>((resolve) =>
      setTimeout(resolve, kNetworkPatienceMs, kept),
    );
    return await Promise.race([network, impatient]);
  } catch {
    return kept ?? (await caches.match("/offline", { cacheName: kAssetCache })) ?? Response.error();
  }
}

async function keepPage(request: Request, response: Response): Promise<void> {
  if (isKeptPage(new URL(request.url).pathname) && isComplete(response)) {
    await keep(kPageCache, request, response, kPagesMax);
  }
}

// What is kept, at once, while the network renews it; the network's answer where nothing is kept;
// another version of the same file where there is no network.
export async function asset(
  request: Request,
  waitUntil: (work: Promise<unknown>) => void,
): Promise<Response> {
  const network = fetch(request);
  waitUntil(
    network.then((response) => keepAsset(request, response.clone())).catch(() => undefined),
  );
  const cache = await caches.open(kAssetCache);
  const kept = await cache.match(request);
  if (kept) return kept;
  return network.catch(
    async () => (await cache.match(request, { ignoreSearch: true })) ?? Response.error(),
  );
}

async function keepAsset(request: Request, response: Response): Promise<void> {
  if (isComplete(response)) await keep(kAssetCache, request, response, kAssetsMax);
}
