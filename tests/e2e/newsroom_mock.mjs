// SPDX-License-Identifier: Apache-2.0
// The server's interface for the newsroom, in memory, and the built pages of web/dist/.
// By hand: `node newsroom_mock.mjs 8090` serves it until Control-C.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { ago, commentOf, kHostile, kPolicy, kTopics, kTransparency, sampleComments, sampleFeeds, sampleFound, sampleHeld, sampleReaders, sampleSources, sampleStories } from "./newsroom_sample.mjs";

const kDist = fileURLToPath(new URL("../../web/dist/", import.meta.url));
const kTypes = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png" };
const kCsp = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'";
export const kAda = { email: "ada@coast.example", password: "a long pass phrase" };
const kPageSize = 50;

const problem = (status, code, title, more = {}) => [status, { type: `https://docs.example/errors#${code}`, title, status, code, ...more }];

class Newsroom {
  calls = [];
  refusals = []; // [{ method, url: RegExp, status | "drop", times }]
  attempts = 0;
  finding = Promise.resolve(); // What the search for feeds waits for.
  signedIn = new Map(); // cookie -> user
  links = new Map([["SETUP", "setup"]]);

  constructor() {
    this.stories = sampleStories();
    this.readers = sampleReaders();
    this.comments = sampleComments(this.stories, this.readers);
    this.topics = [...kTopics];
    this.policy = { ...kPolicy };
    this.sources = sampleSources();
    this.feeds = sampleFeeds(this.sources);
    this.held = sampleHeld(this.feeds);
    this.users = [
      { id: "us00000000100", name: "Ada Moreno", email: kAda.email, role: "admin", is_disabled: false, has_password: true, created: ago(90_000) },
      { id: "us00000000101", name: "Jonas Weber", email: "jonas@coast.example", role: "moderator", is_disabled: false, has_password: true, created: ago(40_000) },
      { id: "us00000000102", name: "Priya Nair", email: "priya@coast.example", role: "moderator", is_disabled: false, has_password: false, created: ago(60) },
    ];
    this.passwords = new Map([[kAda.email, kAda.password], ["jonas@coast.example", "another long phrase"]]);
  }

  // A comment comes in; what is given replaces what it would have.
  arrive(part = {}) {
    const comment = commentOf({ story: this.stories[0], writer: this.readers[2], text: "One more.", index: 100 + this.comments.length, ...part });
    this.comments.unshift(Object.assign(comment, part.put));
    return comment;
  }
  arriveHostile() {
    const writer = { ...this.readers[2], id: "rd00000000666", name: kHostile.name };
    this.readers.push(writer);
    return this.arrive({ writer, text: kHostile.html, html: kHostile.html, put: { story_headline: kHostile.headline, reason: kHostile.name } });
  }
  // The next `times` requests that match are refused, or their connection is dropped.
  refuse(method, url, status, times = 1, headers = {}) {
    this.refusals.push({ method, url, status, times, headers });
  }
  forgetSessions() {
    this.signedIn.clear();
  }

  answer(method, url, body, cookie) {
    const { pathname, searchParams } = new URL(url, "http://x");
    const [first, second, third] = pathname.replace("/api/v1/", "").split("/");
    const user = this.signedIn.get(cookie);
    if (first === "session" || first === "setup") return this.door(method, first, second, body, cookie, user);
    if (!user) return problem(401, "not_signed_in", "Nobody is signed in.");
    if (first === "sites" && !second) return [200, { items: [{ id: "si00000000100", name: "The Coast", base_url: "https://coast.example", topics: this.topics }], next_cursor: null }];
    if (first === "sites") return this.rules(method, body, user);
    if (first === "moderation" && second === "queue") return this.queue(searchParams);
    if (first === "moderation" && second === "stories") return this.list(searchParams.get("q") ?? "");
    if (first === "moderation") return [200, { since: searchParams.get("since") ?? ago(43_200), ...kTransparency }];
    if (first === "comments") return this.decide(this.comments.find(({ id }) => id === second), third, body, user);
    if (first === "stories") return this.story(method, this.stories.find(({ id }) => id === second), third, body, user);
    if (first === "readers") return this.reader(this.readers.find(({ id }) => id === second), third, body);
    if (first === "sources") return this.source(method, body);
    if (first === "opml") return method === "GET" ? [200, undefined] : this.importList(body);
    if (first === "feeds" && second === "find") return this.find(body);
    if (first === "feeds" && !second && method === "POST") return this.follow(body);
    if (first === "feeds" && ["PATCH", "DELETE"].includes(method)) return this.changeFeed(method, second, body);
    if (first === "feeds") return this.feed(second, third);
    if (first === "alerts") return this.alert(second, third, searchParams.get("feed"));
    if (first === "users") return this.people(method, second, third, body, user);
    return problem(404, "not_found", "There is nothing here.");
  }

  enter(user) {
    const cookie = `${user.id}.${this.signedIn.size}`;
    this.signedIn.set(cookie, user);
    return [200, { user }, { "set-cookie": `__Host-tocsin=${cookie}; Path=/; Secure; HttpOnly; SameSite=Strict` }];
  }

  door(method, first, second, body, cookie, user) {
    if (first === "setup") {
      if (!this.links.delete(body.code)) return problem(403, "link_used", "The link was used or is too old.");
      const made = { id: "us00000000200", name: body.name, email: body.email, role: "admin", is_disabled: false, has_password: true, created: ago(0) };
      this.users.push(made);
      return this.enter(made);
    }
    if (second === "password") {
      const owner = body.code ? this.users.find(({ id }) => id === this.links.get(body.code)) : user;
      if (!owner) return problem(403, "link_used", "The link was used or is too old.");
      this.passwords.set(owner.email, body.password);
      return this.enter(Object.assign(owner, { has_password: true }));
    }
    if (method === "DELETE") return this.signedIn.delete(cookie), [204];
    if (method === "GET") return user ? [200, { user }] : problem(401, "not_signed_in", "Nobody is signed in.");
    const known = this.users.find(({ email, is_disabled }) => email === body.email && !is_disabled);
    if (known && this.passwords.get(known.email) === body.password) return this.enter(known);
    if (++this.attempts > 3) return [...problem(429, "too_many_attempts", "Too many attempts."), { "retry-after": "90" }];
    return problem(401, "sign_in_refused", "The e-mail address or the password is wrong.");
  }

  queue(parameters) {
    const kind = parameters.get("kind");
    const isIn = {
      held: ({ state }) => state === "held",
      reported: ({ open_reports }) => open_reports.length > 0,
      appealed: ({ is_appealed }) => is_appealed,
      rejected: ({ state }) => state === "rejected",
      recent: () => true,
    };
    const count = (one) => this.comments.filter(isIn[one]).length;
    const from = Number(parameters.get("cursor") ?? 0);
    const all = this.comments.filter(isIn[kind]);
    const items = all.slice(from, from + kPageSize)
      .map((comment) => ({ ...comment, writer: this.readers.find(({ id }) => id === comment.reader) ?? null }));
    return [200, {
      counts: { held: count("held"), reported: count("reported"), appealed: count("appealed") },
      items,
      next_cursor: from + kPageSize < all.length ? String(from + kPageSize) : null,
    }];
  }

  decide(comment, what, body, user) {
    if (!comment) return problem(404, "not_found", "There is no such comment.");
    if (what === "feature") return [200, Object.assign(comment, body)];
    if (body.state === "rejected" && !body.ground) return problem(422, "ground_missing", "A rejection needs a ground.");
    comment.rulings = [{ at: ago(0), by: user.name, phase: "moderator", ground: null, reason: "", statement: "", is_automatic: false, ...body }, ...comment.rulings];
    return [200, Object.assign(comment, {
      state: body.state, phase: "moderator", reason: body.reason ?? "", statement: body.statement ?? "", open_reports: [], reports: 0, is_appealed: false,
    })];
  }

  story(method, story, what, body, user) {
    if (!story) return problem(404, "not_found", "There is no such story.");
    const ofStory = this.comments.filter((comment) => comment.story === story.id);
    if (what === "staff-comments") {
      const made = commentOf({ story, writer: { id: null, name: user.name }, state: "published", phase: "", text: body.text, index: 100 + this.comments.length });
      this.comments.push(Object.assign(made, { parent: body.parent ?? null, badge: "moderator", user: user.id }));
      return [201, made];
    }
    if (what === "comments") {
      const items = ofStory.filter(({ state }) => state === "published");
      return [200, { opening: story.opening, count: items.length, policy: {}, items }];
    }
    if (method === "POST") {
      const state = { by_rule: "open", open: "open", closed: "closed", hidden: "hidden" }[body.mode];
      const opening = { state, why: body.mode === "by_rule" || state === "open" ? "open" : "by_hand", since: ago(0), message: body.reason ?? "", changes: body.closes_at ?? null };
      Object.assign(story, { reason: "", closes_at: null, holds_all: false }, body, { opening, by: user.name });
    }
    const { mode, reason, by, closes_at, holds_all, opening, comments } = story;
    return [200, { story: story.id, mode, reason, by, since: opening.since, closes_at, holds_all, published: comments, opening }];
  }

  source(method, body) {
    if (method === "GET") return [200, { items: this.sources, next_cursor: null }];
    const made = { id: `so00000000${200 + this.sources.length}`, name: body.name };
    this.sources.push(made);
    return [201, made];
  }

  find({ url }) {
    if (/\s/.test(url)) return problem(422, "body.invalid", "A field cannot be used.", { errors: [{ pointer: "#/url", detail: "is not an address" }] });
    if (url.includes("nothing")) return [200, { items: [], next_cursor: null }];
    const items = sampleFound().map((one) => ({ ...one, is_followed: this.feeds.some((feed) => feed.url === one.url) }));
    return [200, { items, next_cursor: null }];
  }

  follow(body) {
    if (this.feeds.some(({ url }) => url === body.url)) return problem(409, "conflict", "It is followed already.");
    const made = {
      id: `fe00000000${200 + this.feeds.length}`, interval_seconds: null, is_own: false, alert: null, topics: [], enabled: true,
      state: "new", held_alerts: 0, health: null, ...body,
    };
    this.feeds.push(made);
    return [201, made];
  }

  changeFeed(method, id, body) {
    const feed = this.feeds.find((one) => one.id === id);
    if (!feed) return problem(404, "feed.unknown", "There is no such feed.");
    if (method === "PATCH") return [200, Object.assign(feed, body, body.enabled === false ? { state: "off" } : {})];
    this.feeds = this.feeds.filter((one) => one !== feed);
    this.held = this.held.filter((alert) => alert.feed !== id);
    return [204];
  }

  importList({ opml }) {
    const urls = [...opml.matchAll(/xmlUrl="([^"]*)"/g)].map(([, url]) => url);
    const fresh = urls.filter((url) => /^https?:/.test(url) && this.follow({ url, source: null })[0] === 201);
    const left = urls.filter((url) => !/^https?:/.test(url)).length;
    return [200, { added: fresh.length, known: urls.length - fresh.length - left, left_out: left }];
  }

  feed(id, what) {
    for (const feed of this.feeds) {
      feed.held_alerts = this.held.filter((alert) => alert.feed === feed.id).length;
      if (feed.state === "held" && feed.held_alerts === 0) feed.state = "ok";
    }
    if (!id) return [200, { items: this.feeds.map((feed) => ({ ...feed, health: feed.health && { ...feed.health, fetches: undefined } })), next_cursor: null }];
    const feed = this.feeds.find((one) => one.id === id);
    if (!feed) return problem(404, "feed.unknown", "There is no such feed.");
    if (what === "fetch") return feed.state === "off" ? problem(409, "conflict", "The feed is turned off; turn it on first.") : [202];
    if (what === "dismiss-held") {
      const dismissed = this.held.filter((alert) => alert.feed === id).length;
      this.held = this.held.filter((alert) => alert.feed !== id);
      return [200, { dismissed }];
    }
    return [200, feed];
  }

  alert(id, what, feed) {
    if (!id) return [200, { items: this.held.filter((alert) => !feed || alert.feed === feed), next_cursor: null }];
    const found = this.held.find((alert) => alert.id === id);
    if (!found) return problem(409, "conflict", "Somebody has decided already.");
    this.held = this.held.filter((alert) => alert !== found);
    return [200, { ...found, state: what === "release" ? "released" : "dismissed" }];
  }

  list(words) {
    const items = this.stories.filter(({ headline }) => headline.toLowerCase().includes(words.toLowerCase()));
    return [200, { items, next_cursor: null }];
  }

  reader(reader, what, body) {
    if (!reader) return problem(404, "not_found", "There is no such reader.");
    if (what === "ban") {
      const until = body.until === "forever" ? "9999-12-31T23:59:59Z" : body.until;
      return [200, Object.assign(reader, { banned_until: until, ban_reason: until ? body.reason : "" })];
    }
    return [200, { ...reader, comments: this.comments.filter((comment) => comment.reader === reader.id).slice(0, 20) }];
  }

  rules(method, body, user) {
    if (method === "GET") return [200, this.policy];
    if (user.role !== "admin") return problem(403, "not_allowed", "Only an administrator may do this.");
    if (body.time_zone && !Intl.supportedValuesOf("timeZone").includes(body.time_zone)) {
      return problem(422, "invalid", "A field cannot be used.", { errors: [{ pointer: "#/time_zone", detail: "There is no such time zone." }] });
    }
    const { external_secret: _, ...kept } = body;
    return [200, Object.assign(this.policy, kept)];
  }

  people(method, id, what, body, user) {
    if (user.role !== "admin") return problem(403, "not_allowed", "Only an administrator may do this.");
    const link = (of) => {
      const code = `code${this.links.size}`;
      this.links.set(code, of.id);
      return `https://coast.example/newsroom/#password=${code}`;
    };
    const known = this.users.find((one) => one.id === id);
    if (method === "GET") return [200, { items: this.users, next_cursor: null }];
    if (method === "PATCH") return [200, Object.assign(known, body)];
    if (what === "link") return [200, { link: link(known) }];
    const made = { id: `us00000000${300 + this.users.length}`, is_disabled: false, has_password: false, created: ago(0), ...body };
    this.users.push(made);
    return [201, { user: made, link: link(made) }];
  }
}

async function readBody(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString();
  return text ? JSON.parse(text) : undefined;
}

async function serveFile(response, url) {
  const name = url.endsWith("/") ? `${url}index.html` : url;
  const file = path.join(kDist, path.normalize(name));
  try {
    const bytes = await readFile(file);
    response.writeHead(200, { "content-type": kTypes[path.extname(file)] ?? "text/plain", "content-security-policy": kCsp }).end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}

export async function serveNewsroom(port = 0) {
  const newsroom = new Newsroom();
  const server = http.createServer(async (request, response) => {
    const { method, url, headers } = request;
    if (!url.startsWith("/api/")) return serveFile(response, url.split("?")[0]);
    const body = await readBody(request);
    newsroom.calls.push({ method, url, body });
    const send = (status, json, more = {}) => {
      const type = status < 400 ? "application/json" : "application/problem+json";
      response.writeHead(status, { "content-type": type, "cache-control": "no-store", ...more }).end(json && JSON.stringify(json));
    };
    const refusal = newsroom.refusals.find((one) => one.times > 0 && one.method === method && one.url.test(url));
    if (refusal) {
      refusal.times -= 1;
      if (refusal.status === "drop") return request.socket.destroy();
      return send(...problem(refusal.status, "refused", "The server is busy."), refusal.headers);
    }
    if (method !== "GET" && headers.origin !== newsroom.origin) return send(...problem(403, "origin", "The request comes from elsewhere."));
    if (url.endsWith("/feeds/find")) await newsroom.finding;
    const cookie = /__Host-tocsin=([^;]+)/.exec(headers.cookie ?? "")?.[1];
    send(...newsroom.answer(method, url, body, cookie));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  newsroom.origin = `http://localhost:${server.address().port}`;
  newsroom.close = () => {
    server.close();
    server.closeAllConnections();
  };
  return newsroom;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(`${(await serveNewsroom(Number(process.argv[2] ?? 8090))).origin}/newsroom/`, kAda);
}
