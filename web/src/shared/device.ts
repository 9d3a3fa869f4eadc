// SPDX-License-Identifier: Apache-2.0
// Keeps the browser's push subscription and the server's record of it in agreement. Both a page
// and the service worker do this, so nothing here touches the document.
import { Api, type PushConfig, type Subscribed } from "./api.js";
import { fromBase64url, toBase64url } from "./base64url.js";
import { recall, remember } from "./state.js";

const kSubscribePatienceMs = 30_000;

// True if `subscription` was made with another application server key than the site's: such a
// subscription is dead, for push services compare the key.
export function hasOtherKey(subscription: PushSubscription, config: PushConfig): boolean {
  const key = subscription.options?.applicationServerKey;
  return key != null && toBase64url(key) !== config.vapid_public_key.replace(/=+$/, "");
}

// The subscription of this browser made with the site's key; made anew where there is none or it
// has another key. The first call asks the reader for permission, where that was never given.
// Rejects with AbortError if the browser cannot reach its push service.
async function currentSubscription(
  push: PushManager,
  config: PushConfig,
): Promise<PushSubscription> {
  const existing = await push.getSubscription();
  if (existing && !hasOtherKey(existing, config)) return existing;
  await existing?.unsubscribe();
  const subscribing = push.subscribe({
    userVisibleOnly: true,
    applicationServerKey: fromBase64url(config.vapid_public_key),
  });
  // Firefox waits for its push service for ever.
  const impatience = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new DOMException("no answer", "AbortError")), kSubscribePatienceMs);
  });
  return Promise.race([subscribing, impatience]);
}

// Subscribes if need be and tells the server, naming the subscription this one replaces, so that
// the device has one. Repeating it changes nothing.
export async function enrol(
  api: Api,
  push: PushManager,
  config: PushConfig,
  language: string,
): Promise<Subscribed> {
  const before = await recall(api.server);
  const subscription = await currentSubscription(push, config);
  const replaced = before && before.endpoint !== subscription.endpoint ? before.id : undefined;
  const subscribed = await api.register({
    subscription: subscription.toJSON(),
    language,
    ...(replaced ? { replaces: replaced } : {}),
  });
  await remember(api.server, {
    id: subscribed.id,
    endpoint: subscription.endpoint,
    syncedAt: Date.now(),
    siteName: config.site.name,
    language,
  });
  return subscribed;
}
