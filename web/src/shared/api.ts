// SPDX-License-Identifier: Apache-2.0
// The server's public interface for readers.

export interface Follows {
  everything: boolean;
  topics: string[];
  sources: string[]; // ids
}

export interface PushConfig {
  site: { id: string; name: string; language: string };
  vapid_public_key: string; // base64url of the P-256 point
  vapid_key_id: string;
  topics: string[];
  sources: { id: string; name: string }[];
}

export interface Subscribed {
  id: string;
  state: string;
  follows: Follows;
}

export interface Registration {
  subscription: PushSubscriptionJSON;
  language?: string;
  replaces?: string; // the id of the subscription that this device had before
}

// What became of an alert on a device.
export type Receipt = "shown" | "clicked" | "dismissed";

// A refusal in the server's words (RFC 9457), or why there was no answer (status 0).
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const kTimeoutMs = 15_000;

export async function call<T>(
  url: string,
  method: string,
  body?: unknown,
  fields: Record<string, string> = {},
): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      credentials: "omit",
      signal: AbortSignal.timeout(kTimeoutMs),
      headers: body === undefined ? fields : { ...fields, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError(0, "The server cannot be reached. Are you online?");
  }
  const text = await response.text();
  if (response.ok) return (text ? JSON.parse(text) : undefined) as T;
  throw new ApiError(response.status, problemText(text, response.status));
}

// The sentence to show for a refused request.
export function problemText(body: string, status: number): string {
  try {
    const problem = JSON.parse(body) as { title?: unknown; detail?: unknown };
    const said = [problem.title, problem.detail].filter((part) => typeof part === "string" && part);
    if (said.length > 0) return said.join(": ");
  } catch {
    // A proxy's error page: its status is all that is known.
  }
  return `The server answered with status ${status}.`;
}

export class Api {
  // `server`: the Tocsin site's origin.
  constructor(readonly server: string) {}

  config(): Promise<PushConfig> {
    return call(`${this.server}/api/v1/push/config`, "GET");
  }
  register(registration: Registration): Promise<Subscribed> {
    return call(this.subscriptions(), "POST", registration);
  }
  setFollows(id: string, follows: Follows): Promise<Subscribed> {
    return call(this.subscriptions(id), "PATCH", { follows });
  }
  remove(id: string): Promise<void> {
    return call(this.subscriptions(id), "DELETE");
  }
  test(id: string): Promise<void> {
    return call(this.subscriptions(id, "/test"), "POST", {});
  }

  report(alert: string, subscription: string, event: Receipt): Promise<void> {
    return call(`${this.server}/api/v1/receipts`, "POST", { alert, subscription, event });
  }

  private subscriptions(id = "", rest = ""): string {
    return `${this.server}/api/v1/subscriptions${id && `/${encodeURIComponent(id)}`}${rest}`;
  }
}
