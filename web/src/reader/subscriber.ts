// SPDX-License-Identifier: Apache-2.0
import { Api, ApiError, type Follows, type PushConfig } from "../shared/api.js";
import { enrol } from "../shared/device.js";
import { forget, recall } from "../shared/state.js";

const kRecheckMs = 60 * 60 * 1000; // how long the server's last word is believed
const kTestPatienceMs = 20_000; // how long a test alert may take to arrive

export interface Enrolment {
  id: string;
  follows?: Follows; // absent where the server was not asked
}

// Which service worker receives the alerts. On a foreign page it has a scope of its own, so that
// it never takes the place of the page's worker: a push subscription belongs to the scope.
export interface Worker {
  script: string;
  scope: string;
}

export const kOwnWorker: Worker = { script: "/sw.js", scope: "/" };

export function foreignWorker(script: string, page: string, server: string): Worker {
  const url = new URL(script, page);
  url.searchParams.set("tocsin", server);
  return { script: url.href, scope: new URL("tocsin-alerts/", url).href };
}

// This device's subscription to one Tocsin site, as a page sees and changes it.
export class Subscriber {
  private readonly api: Api;
  private config: Promise<PushConfig> | undefined;

  constructor(
    server: string,
    private readonly worker: Worker,
  ) {
    this.api = new Api(server);
  }

  // Asked once; after a failure it may be asked again.
  settings(): Promise<PushConfig> {
    this.config ??= this.api.config().catch((error: unknown) => {
      this.config = undefined;
      throw error;
    });
    return this.config;
  }

  async install(): Promise<ServiceWorkerRegistration> {
    const { script, scope } = this.worker;
    const workers = navigator.serviceWorker;
    const registration = await workers.register(script, { scope, updateViaCache: "none" });
    const pending = registration.installing ?? registration.waiting;
    if (!registration.active && pending) {
      await new Promise<void>((resolve) => {
        pending.addEventListener("statechange", () => registration.active && resolve());
      });
    }
    return registration;
  }

  // Called at every page load. Nothing: this device is not subscribed. Browsers drop subscriptions
  // and servers change keys without telling the reader, so a subscription that differs from what
  // is remembered is repaired at once, and the server is asked again when its last word is old or
  // `isThorough`.
  async resync(isThorough: boolean): Promise<Enrolment | undefined> {
    const registration = await this.registration();
    if (!registration || Notification.permission !== "granted") return undefined;
    const subscription = await registration.pushManager.getSubscription();
    const before = await recall(this.api.server);
    if (!subscription && !before) return undefined;
    const isKnown = subscription !== null && before?.endpoint === subscription.endpoint;
    if (isKnown && !isThorough && Date.now() - before.syncedAt < kRecheckMs) {
      return { id: before.id };
    }
    return this.enrol(registration);
  }

  // The reader has given permission.
  async subscribe(): Promise<Enrolment> {
    return this.enrol(await this.install());
  }

  async unsubscribe(id: string): Promise<void> {
    try {
      await this.api.remove(id);
    } catch (error) {
      // That the server does not know it is what was asked for.
      if (!(error instanceof ApiError) || ![404, 410].includes(error.status)) throw error;
    }
    await (await (await this.registration())?.pushManager.getSubscription())?.unsubscribe();
    await forget(this.api.server);
  }

  setFollows(id: string, follows: Follows): Promise<Enrolment> {
    return this.api.setFollows(id, follows);
  }

  // Sends a test alert. True if the service worker saw it arrive in time.
  async test(id: string): Promise<boolean> {
    let heard: (event: MessageEvent) => void = () => undefined;
    const arrival = new Promise<boolean>((resolve) => {
      heard = (event) => event.data?.tocsin && resolve(true);
      navigator.serviceWorker.addEventListener("message", heard);
    });
    try {
      await this.api.test(id);
      const patience = new Promise<boolean>((resolve) =>
        setTimeout(resolve, kTestPatienceMs, false),
      );
      return await Promise.race([arrival, patience]);
    } finally {
      navigator.serviceWorker.removeEventListener("message", heard);
    }
  }

  private async enrol(registration: ServiceWorkerRegistration): Promise<Enrolment> {
    const config = await this.settings();
    const language = document.documentElement.lang || config.site.language;
    return enrol(this.api, registration.pushManager, config, language);
  }

  // Ours alone: getRegistration() also answers with a worker of a wider scope.
  private async registration(): Promise<ServiceWorkerRegistration | undefined> {
    const scope = new URL(this.worker.scope, location.href).href;
    const found = await navigator.serviceWorker.getRegistration(scope);
    return found?.scope === scope ? found : undefined;
  }
}
