// SPDX-License-Identifier: Apache-2.0

// Gives the page a push service that needs no network: Chromium's own does. The permission is the
// reader's to give: `permission` is what they answer.
export async function pretendToSubscribe(page, { permission = "granted" } = {}) {
  await page.evaluateOnNewDocument((answer) => {
    const stored = () => JSON.parse(localStorage.getItem("pretended") ?? "null");
    const subscriptionOf = ({ endpoint, key }) => ({
      endpoint,
      options: { applicationServerKey: Uint8Array.from(key).buffer },
      toJSON: () => ({ endpoint, keys: { p256dh: "p", auth: "a" } }),
      unsubscribe: async () => (localStorage.removeItem("pretended"), true),
    });
    PushManager.prototype.getSubscription = async () => stored() && subscriptionOf(stored());
    PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
      const endpoint = `https://push.example/${crypto.randomUUID()}`;
      const made = { endpoint, key: [...new Uint8Array(applicationServerKey)] };
      localStorage.setItem("pretended", JSON.stringify(made));
      return subscriptionOf(made);
    };
    let given = localStorage.getItem("pretended-permission") ?? "default";
    Object.defineProperty(Notification, "permission", { get: () => given });
    Notification.requestPermission = async () => {
      given = answer;
      localStorage.setItem("pretended-permission", given);
      return given;
    };
  }, permission);
}
