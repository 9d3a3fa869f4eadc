// SPDX-License-Identifier: Apache-2.0
// Starts the real program and talks to it as a newsroom's CMS would.
import { execFileSync, spawn } from "node:child_process";
import dns from "node:dns";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import readline from "node:readline";

// The server listens on 127.0.0.1; Node 18 would try ::1 for localhost, and that alone.
dns.setDefaultResultOrder("ipv4first");

const built = (name) => path.resolve("../../build/dev", name);
export const kTocsin = process.env.TOCSIN ?? built("tocsin");
// The same, with a clock of its own: Program.advance().
export const kSteered = process.env.STEERED ?? built("tests/e2e/steered");

export function makeFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), "tocsin-e2e-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

// A port of loopback that nobody uses. The site's address has it, so it must be known beforehand.
export async function freePort() {
  const server = http.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// Runs a command to its end; gives its standard output.
export function run(...args) {
  return execFileSync(kTocsin, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

// A program that logs JSON lines; logged(event) gives the first line of that event for which `test`
// holds, past or future.
export class Program {
  constructor(args, program = kTocsin) {
    this.process = spawn(program, [...args, "--log-json", "true"]);
    this.printed = ""; // what it told whoever started it
    this.process.stdout.on("data", (text) => (this.printed += text));
    this.lines = [];
    this.waiting = [];
    this.exited = once(this.process, "exit");
    readline.createInterface({ input: this.process.stderr }).on("line", (text) => {
      if (process.env.E2E_LOG) console.error(text);
      if (!text.startsWith("{")) return console.error(text);
      const line = JSON.parse(text);
      this.lines.push(line);
      this.waiting = this.waiting.filter(({ event, test, resolve }) => {
        if (event !== line.event || !test(line)) return true;
        resolve(line);
        return false;
      });
    });
  }

  logged(event, test = () => true) {
    const found = this.lines.find((line) => line.event === event && test(line));
    if (found) return Promise.resolve(found);
    const line = new Promise((resolve) => this.waiting.push({ event, test, resolve }));
    const ended = this.exited.then(([code]) => {
      throw new Error(`the program ended with ${code} before it logged ${event}`);
    });
    return Promise.race([line, ended]);
  }

  // Moves the clock on, of kSteered alone.
  advance(seconds) {
    this.process.stdin.write(`${seconds}\n`);
  }

  async stop(signal = "SIGTERM") {
    this.process.kill(signal);
    return (await this.exited)[0];
  }
}

// The API with a token. Errors are thrown with the problem's detail.
export class Api {
  constructor(origin, token) {
    this.origin = origin;
    this.token = token;
  }

  async call(method, target, body) {
    const response = await fetch(this.origin + target, {
      method,
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${target}: ${response.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }

  // Asks again until `test` holds for the answer.
  async until(target, test, seconds = 20) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const answer = await this.call("GET", target);
      if (test(answer)) return answer;
      if (Date.now() > end) throw new Error(`${target} stayed ${JSON.stringify(answer)}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

// An RSS feed on loopback that a test can add items to.
export async function serveFeed() {
  const items = [];
  const server = http.createServer((request, response) => {
    response.setHeader("content-type", "application/rss+xml");
    response.end(
      `<?xml version="1.0"?><rss version="2.0"><channel><title>The Wire</title>` +
        `<link>https://wire.example</link><description>d</description>` +
        items.map((item) =>
          `<item><title>${item.title}</title><link>https://wire.example/${item.id}</link>` +
          `<guid>${item.id}</guid><pubDate>${item.at.toUTCString()}</pubDate>` +
          `<description>${item.text}</description></item>`).join("") +
        `</channel></rss>`,
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}/feed.xml`,
    add(item) {
      items.unshift({ ...item, at: new Date() });
      return Date.now();
    },
    close: () => server.close(),
  };
}
