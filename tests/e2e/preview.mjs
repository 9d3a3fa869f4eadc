// SPDX-License-Identifier: Apache-2.0
// A site made of sample pages: what the C++ handler answers, pictures, and the public API in
// memory, on loopback.
import { spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import path from "node:path";
import readline from "node:readline";
import { fileURLToPath } from "node:url";

const kRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const kPreview =
  process.env.PAGES_PREVIEW ?? path.join(kRoot, "build/dev/tests/pages_preview");

// The application server key of the sample site: the point of RFC 8291, appendix A.
export const kKey =
  "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";

const kHues = { 1: [205, 28], 2: [35, 60], 3: [95, 40], 4: [150, 45] };

// A landscape to stand for a photograph.
function picture(number) {
  const [hue, saturation] = kHues[number] ?? [0, 0];
  const tone = (light) => `hsl(${hue} ${saturation}% ${light}%)`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1280 720" preserveAspectRatio="xMidYMid slice">
    <defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="${tone(48)}"/><stop offset="1" stop-color="${tone(88)}"/></linearGradient></defs>
    <rect width="1280" height="720" fill="url(#sky)"/><circle cx="930" cy="250" r="70" fill="${tone(95)}"/>
    <path d="M0 470 220 300 420 440 640 250 900 460 1080 350 1280 480V720H0z" fill="${tone(38)}"/>
    <path d="M0 560 300 450 620 570 900 480 1280 590V720H0z" fill="${tone(26)}"/>
    <rect y="640" width="1280" height="80" fill="${tone(16)}"/></svg>`;
}

class SampleApi {
  constructor() {
    this.key = kKey;
    this.calls = [];
    this.subscriptions = new Map();
    this.refusal = undefined; // a problem to answer with
    this.also = undefined; // (method, target, body) -> [status, body]: answered before all else
  }

  answer(method, target, body, headers = {}) {
    this.calls.push({ method, target, body, headers });
    const more = this.also?.(method, target, body);
    if (more) return more;
    if (this.refusal) return [this.refusal.status, this.refusal];
    if (target === "/api/v1/push/config") {
      return [200, {
        site: { id: "1", name: "The Bell", language: "en" },
        vapid_public_key: this.key, vapid_key_id: "1",
        topics: ["Earthquake", "Economy", "Sport", "Science"],
        sources: [{ id: "7", name: "Pacific Wire" }, { id: "8", name: "The Rail Gazette" }],
      }];
    }
    const [, id, action] = target.match(/^\/api\/v1\/subscriptions(?:\/([^/]+)(\/test)?)?$/) ?? [];
    if (method === "POST" && !id) return [201, this.register(body)];
    const known = this.subscriptions.get(id);
    if (!known) return [404, { title: "There is no such subscription." }];
    if (action) return [202, { accepted: true }];
    if (method === "PATCH") known.follows = body.follows;
    if (method === "DELETE") this.subscriptions.delete(id);
    return method === "DELETE" ? [204] : [200, known];
  }

  register(body) {
    const id = `device-${body.subscription.endpoint.split("/").pop()}`;
    if (body.replaces) this.subscriptions.delete(body.replaces);
    const before = this.subscriptions.get(id);
    const follows = before?.follows ?? { everything: true, topics: [], sources: [] };
    const subscription = { id, state: "active", follows };
    this.subscriptions.set(id, subscription);
    return subscription;
  }
}

// The event streams of open pages.
class SampleLive {
  constructor() {
    this.streams = new Set();
    this.asked = []; // the query of each
    this.refusal = 404; // a status to answer with; 0: streams are opened
  }

  open(request, response) {
    this.asked.push(request.url.split("?")[1]);
    if (this.refusal) return response.writeHead(this.refusal).end();
    response.writeHead(200, { "content-type": "text/event-stream", "access-control-allow-origin": "*" });
    response.write(":\n\n");
    this.streams.add(response);
    response.on("close", () => this.streams.delete(response));
  }

  send(kind, sequence, data = {}) {
    const frame = `id: ${sequence}\nevent: ${kind}\ndata: ${JSON.stringify({ sequence, kind, ...data })}\n\n`;
    for (const stream of this.streams) stream.write(frame);
  }
}

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString());
}

async function listen(server, port) {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return `http://localhost:${server.address().port}`;
}

export async function servePages({ port = 0, isHostile = false } = {}) {
  const api = new SampleApi();
  const live = new SampleLive();
  const waiting = [];
  let program;
  const page = (target) => new Promise((resolve) => {
    waiting.push(resolve);
    program.stdin.write(target + "\n");
  });
  const server = http.createServer(async (request, response) => {
    const { method, url } = request;
    const sample = url.match(/^\/sample\/(\d)\.svg$/);
    if (sample) {
      response.writeHead(200, { "content-type": "image/svg+xml" }).end(picture(sample[1]));
    } else if (url.startsWith("/api/v1/live?")) {
      live.open(request, response);
    } else if (url.startsWith("/api/")) {
      const cors = { "access-control-allow-origin": "*", "access-control-allow-headers": "*, authorization",
        "access-control-allow-methods": "*" };
      const sent = await readBody(request);
      const [status, body] = method === "OPTIONS" ? [204] : api.answer(method, url, sent, request.headers);
      response.writeHead(status, { "content-type": "application/json", ...cors });
      response.end(body && JSON.stringify(body));
    } else {
      const answer = await page(url);
      response.writeHead(answer.status, answer.headers.flat());
      response.end(Buffer.from(answer.body, "base64url"));
    }
  });
  const origin = await listen(server, port);
  program = spawn(kPreview, isHostile ? [origin, "hostile"] : [origin], { stdio: ["pipe", "pipe", "inherit"] });
  readline.createInterface({ input: program.stdout })
    .on("line", (line) => waiting.shift()(JSON.parse(line)));
  return {
    origin,
    api,
    live,
    close() {
      server.close();
      server.closeAllConnections();
      program.stdin.end();
    },
  };
}

// A page of another origin, as a site with its own CMS has it; and its file /tocsin-sw.js.
export async function serveForeignPage(html, workerScript = "") {
  const server = http.createServer((request, response) => {
    const isWorker = request.url.startsWith("/tocsin-sw.js");
    response.writeHead(200, { "content-type": isWorker ? "text/javascript" : "text/html" });
    response.end(isWorker ? workerScript : html);
  });
  const origin = await listen(server, 0);
  return { origin: origin.replace("localhost", "127.0.0.1"), close: () => server.close() };
}

// By hand: `node preview.mjs 8080` serves the sample pages until Control-C.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log((await servePages({ port: Number(process.argv[2] ?? 8080) })).origin);
}
