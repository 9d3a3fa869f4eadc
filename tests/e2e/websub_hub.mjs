// SPDX-License-Identifier: Apache-2.0
// A publisher and its hub on loopback, both scripted: each blog is one topic with a hub of its own.
import crypto from "node:crypto";
import { once } from "node:events";
import http from "node:http";

const kTypes = { rss: "application/rss+xml", atom: "application/atom+xml", html: "text/html" };

const links = (pairs, element) =>
  pairs.map(([rel, href]) => `<${element} rel="${rel}" href="${href.replaceAll("&", "&amp;")}"/>`)
    .join("");

// A document of `items` ({ id, title, at }), with links of hub and self in its body.
export function document(format, items, pairs = []) {
  if (format === "atom") {
    return `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title>` +
      `<id>urn:blog</id><updated>2026-01-01T00:00:00Z</updated>${links(pairs, "link")}` +
      items.map(({ id, title, at }) =>
        `<entry><id>urn:${id}</id><title>${title}</title><updated>${at.toISOString()}</updated>` +
        `<link href="https://blog.example/${id}"/></entry>`).join("") + `</feed>`;
  }
  if (format === "html") {
    return `<!doctype html><html><head><title>Blog</title>${links(pairs, "link")}</head><body>` +
      `<link rel="hub" href="http://127.0.0.1:9/strangers"/>` +
      items.map(({ title }) => `<p>${title}</p>`).join("") + `</body></html>`;
  }
  return `<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">` +
    `<channel><title>Blog</title><link>https://blog.example/</link><description>d</description>` +
    links(pairs, "atom:link") +
    items.map(({ id, title, at }) =>
      `<item><guid isPermaLink="false">urn:${id}</guid><title>${title}</title>` +
      `<link>https://blog.example/${id}</link><pubDate>${at.toUTCString()}</pubDate></item>`)
      .join("") + `</channel></rss>`;
}

class Blog {
  // `rules`: format; in: "header" or "body"; and what a test wants to be odd, see below.
  constructor(origin, name, rules) {
    Object.assign(this, { format: "rss", in: "body", lease: "864000", ...rules });
    this.url = `${origin}/${name}`;
    this.self = this.url + (this.otherSelf ?? "");
    this.hub = `${this.url}/hub`;
    // No other machine either, but not by its name.
    if (this.isStranger) this.hub = this.hub.replace("127.0.0.1", "0.0.0.0");
    this.items = [];
    this.requests = []; // forms of hub requests, with the URL they were sent to
    this.verifications = []; // the subscriber's answers
    this.polls = 0;
    this.documents = 0; // polls that were not answered with 304
    this.waiting = [];
    this.add(`${name} begins`);
  }

  add(title) {
    const item = { id: `${title.replaceAll(" ", "-")}`, title, at: new Date() };
    this.items.unshift(item);
    return item;
  }

  // Resolves once `test` holds; looked at whenever something happens here.
  until(test) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`${this.url}: never: ${test}; ${JSON.stringify({
          requests: this.requests, verifications: this.verifications, polls: this.polls })}`)),
        15_000);
      this.waiting.push(() => {
        if (!test(this)) return false;
        clearTimeout(late);
        resolve(this);
        return true;
      });
      this.look();
    });
  }
  look() {
    this.waiting = this.waiting.filter((looks) => !looks());
  }
  verified(mode = "subscribe", times = 1) {
    return this.until(() => this.verifications.filter(
      (answer) => answer.mode === mode && answer.echoed).length >= times);
  }

  get subscription() {
    return this.requests.findLast(({ form }) => form["hub.mode"] === "subscribe").form;
  }

  serve(request, response) {
    const { pathname, search } = new URL(request.url, this.url);
    if (pathname.endsWith("/hub")) return this.serveHub(request, response);
    ++this.polls;
    if (this.topicRedirect && search === "") {
      response.writeHead(this.topicRedirect, { location: this.self });
      return response.end();
    }
    const hub = this.hub + (this.hubRedirect ? "?moved=1" : "");
    const pairs = [["hub", hub], ["self", this.self]];
    response.setHeader("content-type", kTypes[this.format]);
    if (this.in !== "body") {
      response.setHeader("link", pairs.map(([rel, href]) => `<${href}>; rel="${rel}"`));
    }
    const wrong = [["hub", `${this.hub}?error=wrongtag`], ["self", `${this.self}?wrong`]];
    const inside = { body: pairs, header: [], priority: wrong }[this.in];
    if (request.headers["if-none-match"] === this.etag()) response.statusCode = 304;
    else ++this.documents;
    response.setHeader("etag", this.etag());
    response.end(response.statusCode === 304 ? "" : document(this.format, this.items, inside));
    this.look();
  }
  etag() {
    return `"${this.items.length}-${this.version ?? 0}"`;
  }

  async serveHub(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(parts).toString()));
    this.requests.push({ url: request.url, type: request.headers["content-type"], form });
    if (this.hubRedirect && request.url.endsWith("?moved=1")) {
      response.writeHead(this.hubRedirect, { location: this.hub });
      return response.end(() => this.look());
    }
    const status = this.hubStatus?.(this.requests.length) ?? 202;
    response.writeHead(status);
    response.end();
    this.look();
    if (status < 300 && !this.isSilent) await this.verify(form);
  }

  // Asks the subscriber whether it meant it; `changes` replace what is asked.
  async verify(form, changes = {}) {
    const challenge = crypto.randomBytes(12).toString("hex") + "+&<";
    const asked = new URL(form["hub.callback"]);
    const query = {
      "hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": challenge,
      "hub.lease_seconds": this.lease, ...this.verification, ...changes };
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) asked.searchParams.append(name, value);
    }
    const answer = await fetch(asked).catch((error) => ({ status: 0, error, text: () => "" }));
    const body = await answer.text();
    const seen = { mode: form["hub.mode"], status: answer.status, echoed: answer.status === 200 &&
      body === challenge, type: answer.headers?.get("content-type") };
    this.verifications.push(seen);
    this.look();
    return seen;
  }

  signature(body, method = "sha256") {
    const key = this.subscription["hub.secret"];
    return `${method}=${crypto.createHmac(method, key).update(body).digest("hex")}`;
  }

  // Pushes the newest item, or `items`, as a hub does; gives the status.
  async push({ items = [this.items[0]], body, signature, method, type, headers } = {}) {
    body ??= document(this.format === "html" ? "rss" : this.format, items);
    signature = signature === undefined ? this.signature(body, method) : signature;
    const response = await fetch(this.subscription["hub.callback"], {
      method: "POST",
      headers: {
        "content-type": type ?? (this.format === "html" ? kTypes.rss : kTypes[this.format]),
        link: `<${this.hub}>; rel="hub", <${this.self}>; rel="self"`,
        ...(signature === null ? {} : { "x-hub-signature": signature }),
        ...headers,
      },
      body,
    });
    await response.arrayBuffer();
    return response.status;
  }
}

export async function startBlogs() {
  const blogs = new Map();
  const server = http.createServer((request, response) => {
    const blog = blogs.get(request.url.split(/[/?]/)[1]);
    if (blog) return blog.serve(request, response);
    response.writeHead(404).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    blog(name, rules) {
      const blog = new Blog(origin, name, rules);
      blogs.set(name, blog);
      return blog;
    },
    close() {
      server.close();
      server.closeAllConnections?.();
    },
  };
}
