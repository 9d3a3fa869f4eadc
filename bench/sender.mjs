// SPDX-License-Identifier: Apache-2.0
// Sending, against its peers: Tocsin's sender thread with its own HTTP/2 framing and with nghttp2's,
// h2load and the npm package web-push, each against the same push services, in turns. Every client
// runs on core 0 and every push service on core 1. ROUNDS: how many (default 5). ONLY: rows whose
// "client / push service" this regular expression finds; then without ratios.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const kRounds = Number(process.env.ROUNDS ?? 5);
const kReaders = 4096; // of bench_sender
const kConnections = 16;
const kClientCore = "0";
const kServiceCore = cpus().length > 1 ? "1" : "0";
const kRunSecondsMax = 120;
const kTicksPerSecond = 100; // USER_HZ, of /proc/PID/stat

const here = path.dirname(fileURLToPath(import.meta.url));
const release = path.join(here, "../build/release");
const folder = mkdtempSync(path.join(tmpdir(), "tocsin-bench-"));
const inFolder = (name) => path.join(folder, name);
const children = new Set();

function cleanUp() {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}
process.on("exit", cleanUp);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

// A program pinned to a core. taskset becomes the program, so the process id is the program's.
function start(core, argv, options = {}) {
  const child = spawn("taskset", ["-c", core, ...argv], { stdio: ["ignore", "pipe", "pipe"], ...options });
  children.add(child);
  child.output = "";
  child.errors = "";
  child.stdout.on("data", (text) => (child.output += text));
  child.stderr.on("data", (text) => (child.errors += text));
  child.ended = once(child, "close").then(([code]) => {
    children.delete(child);
    return code;
  });
  return child;
}

async function run(argv, options) {
  const child = start(kClientCore, argv, { timeout: kRunSecondsMax * 1000, ...options });
  const code = await child.ended;
  if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}:\n${child.output}${child.errors}`);
  return child;
}

async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilListening(port, child) {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`a push service ended:\n${child.errors}`);
    const socket = net.connect(port, "127.0.0.1");
    const answer = await Promise.race([once(socket, "connect").then(() => true), once(socket, "error").then(() => false)]).catch(() => false);
    socket.destroy();
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const cpuSeconds = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / kTicksPerSecond;
};

// ---- push services ----

async function builtIn(name, ...options) {
  mkdirSync(inFolder(name));
  const port = await freePort();
  const child = start(kServiceCore, [path.join(release, "tocsin"), "push-service", "--port", String(port),
    "--browser-port", "0", "--folder", inFolder(name), "--readers", String(kReaders), ...options]);
  await untilListening(port, child);
  while (!child.errors.includes("push_service.ready")) await new Promise((resolve) => setTimeout(resolve, 20));
  return { child, port, ca: inFolder(`${name}/ca.pem`) };
}

function makeCertificate() {
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
    "-keyout", inFolder("key.pem"), "-out", inFolder("cert.pem")], { stdio: "ignore" });
}

// Answers 201 to everything, over HTTP/2 and HTTP/1.1. On loopback a hundred requests come in one
// read, which nginx takes for an attack unless it allows far more streams than that.
async function nginx() {
  const port = await freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((what) => `${what}_temp_path ${inFolder(what)};`).join(" ");
  writeFileSync(inFolder("nginx.conf"), `
daemon off; master_process off; pid ${inFolder("nginx.pid")}; error_log ${inFolder("nginx.log")} warn;
events { worker_connections 4096; }
http {
  access_log off; ${temporary}
  server {
    listen 127.0.0.1:${port} ssl http2;
    ssl_certificate ${inFolder("cert.pem")}; ssl_certificate_key ${inFolder("key.pem")}; ssl_protocols TLSv1.3;
    http2_max_concurrent_streams 100000; keepalive_requests 1000000000; keepalive_timeout 1h;
    return 201;
  }
}`);
  const child = start(kServiceCore, ["nginx", "-p", folder, "-c", inFolder("nginx.conf"), "-e", inFolder("nginx.log")]);
  await untilListening(port, child);
  return { child, port, ca: inFolder("cert.pem") };
}

// Serves an empty file at the path of one reader.
async function nghttpd(target) {
  const port = await freePort();
  mkdirSync(path.dirname(inFolder(`files${target}`)), { recursive: true });
  writeFileSync(inFolder(`files${target}`), "");
  const child = start(kServiceCore, ["nghttpd", "--address=127.0.0.1", "-n1", "-d", inFolder("files"),
    String(port), inFolder("key.pem"), inFolder("cert.pem")]);
  await untilListening(port, child);
  return { child, port, ca: inFolder("cert.pem"), target };
}

// ---- clients: each sends `messages` and gives pushes a second and CPU microseconds a push ----

const tocsin = (mode, messages, connections = kConnections) => async (service) => {
  const { output } = await run([path.join(release, "bench_sender"), `https://localhost:${service.port}`, service.ca,
    String(messages), String(connections), mode, ...(service.target ? [service.target] : [])]);
  const told = JSON.parse(output);
  return { messages, rate: told.rate_per_second, cpu: told.cpu_us_per_push, seconds: told.seconds };
};

const kUnits = { us: 1e-6, ms: 1e-3, s: 1 };
const secondsOf = (match) => Number(match[1]) * kUnits[match[2]];

// The same request for all: a message to one reader, with the header fields that bench_sender sends.
// The handshakes are taken off, as bench_sender's are.
const h2load = (messages) => async (service, { target, body, fields }) => {
  const headers = Object.entries(fields(service)).map(([name, value]) => `--header=${name}: ${value}`);
  const { output, errors } = await run(["bash", "-c", 'TIMEFORMAT="%U %S"; time "$@"', "-", "h2load", "-n", String(messages),
    "-c", String(kConnections), "-m", "100", "-t", "1", "-d", body, ...headers,
    `--connect-to=127.0.0.1:${service.port}`, `https://localhost:${service.port}${target}`]);
  const accepted = Number(output.match(/(\d+) succeeded/)[1]);
  if (accepted !== messages) throw new Error(`h2load: ${accepted} of ${messages} accepted:\n${output}`);
  const [user, system] = errors.trim().split("\n").at(-1).split(" ").map(Number);
  const seconds = secondsOf(output.match(/finished in ([\d.]+)(us|ms|s),/)) -
    secondsOf(output.match(/time for connect: +\S+ +([\d.]+)(us|ms|s)/));
  return { messages, rate: messages / seconds, cpu: ((user + system) * 1e6) / messages };
};

const webPush = (messages, concurrency) => async (service, { readers }) => {
  const { output } = await run(["node", path.join(here, "web_push.mjs"), `https://localhost:${service.port}`, readers,
    String(messages), String(concurrency)], { env: { ...process.env, NODE_EXTRA_CA_CERTS: service.ca } });
  const told = JSON.parse(output);
  return { messages, rate: told.rate_per_second, cpu: told.cpu_us_per_push };
};

// ---- the table ----

makeCertificate();
const quick = await builtIn("built-in");
const late = await builtIn("late", "--latency", "30-70");
const readers = inFolder("built-in/readers.jsonl");
const target = new URL(JSON.parse(readFileSync(readers, "utf8").split("\n")[0]).endpoint).pathname;
const services = {
  "built-in": quick,
  "built-in, 30-70 ms": late,
  nginx: await nginx(),
  nghttpd: await nghttpd(target),
};

// What h2load sends is made once, by the other peer: a body as real as the others and a token that
// the built-in push service takes.
const { default: web } = await import("web-push");
const vapid = web.generateVAPIDKeys();
const first = JSON.parse(readFileSync(readers, "utf8").split("\n")[0]);
const sample = { target, readers, body: inFolder("body"), fields: (service) => ({
  ttl: 3600, urgency: "high", "content-encoding": "aes128gcm", "content-type": "application/octet-stream",
  topic: "bench",
  authorization: web.getVapidHeaders(`https://localhost:${service.port}`, "mailto:desk@news.example",
    vapid.publicKey, vapid.privateKey, "aes128gcm").Authorization }) };
writeFileSync(sample.body, web.encrypt(first.keys.p256dh, first.keys.auth, "n".repeat(300), "aes128gcm").cipherText);

const kRows = [
  ["Tocsin", "built-in", tocsin("own", 1_000_000)],
  ["Tocsin, nghttp2", "built-in", tocsin("nghttp2", 200_000)],
  ["h2load", "built-in", h2load(200_000)],
  ["Tocsin, no key material", "built-in", tocsin("cold", 20_000)],
  ["Tocsin, 300 connections", "built-in, 30-70 ms", tocsin("own", 1_000_000, 300)],
  ["Tocsin", "nginx", tocsin("own", 200_000)],
  ["Tocsin, nghttp2", "nginx", tocsin("nghttp2", 200_000)],
  ["h2load", "nginx", h2load(200_000)],
  ["web-push, one by one", "nginx, HTTP/1.1", webPush(1_000, 1)],
  ["web-push, 100 at a time", "nginx, HTTP/1.1", webPush(1_500, 100)],
  ["Tocsin", "nghttpd", tocsin("own", 300_000)],
  ["Tocsin, nghttp2", "nghttpd", tocsin("nghttp2", 200_000)],
  ["h2load", "nghttpd", h2load(200_000)],
].map(([client, service, measure]) => ({ client, service, measure, results: [] }));

const only = new RegExp(process.env.ONLY ?? "");
const rows = kRows.filter((row) => only.test(`${row.client} / ${row.service}`));
for (let round = 0; round < kRounds; round += 1) {
  for (const row of rows) {
    const service = services[row.service] ?? services[row.service.split(",")[0]];
    const before = cpuSeconds(service.child.pid);
    const result = await row.measure(service, sample);
    result.serviceCpu = ((cpuSeconds(service.child.pid) - before) * 1e6) / result.messages;
    row.results.push(result);
    process.stderr.write(`round ${round + 1}: ${row.client}, ${row.service}: ${result.rate.toFixed(0)}/s\n`);
  }
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
console.log("| client | push service | pushes/s, median | least | most | client's CPU us a push | service's |");
console.log("|---|---|---:|---:|---:|---:|---:|");
for (const row of rows) {
  const rates = row.results.map((one) => one.rate);
  const cells = [median(rates), Math.min(...rates), Math.max(...rates)].map((rate) => rate.toFixed(0));
  for (const what of ["cpu", "serviceCpu"]) cells.push(median(row.results.map((one) => one[what])).toFixed(2));
  console.log(`| ${row.client} | ${row.service} | ${cells.join(" | ")} |`);
}

const rateOf = (client, service) => {
  const row = rows.find((one) => one.client === client && one.service.startsWith(service));
  return row ? median(row.results.map((one) => one.rate)) : NaN;
};
const clocks = rows.filter((row) => row.service.includes("ms")).flatMap((row) => row.results.map((one) => one.seconds));
if (clocks.length > 0) {
  console.log(`\n1,000,000 messages, 30-70 ms, first given to last accepted: median ${median(clocks).toFixed(2)} s, ` +
    `least ${Math.min(...clocks).toFixed(2)}, most ${Math.max(...clocks).toFixed(2)}`);
}

if (rows.length < kRows.length) process.exit(0);
const webPushBest = Math.max(rateOf("web-push, one by one", "nginx"), rateOf("web-push, 100 at a time", "nginx"));
console.log("\n| ratio of the medians | built-in | nginx | nghttpd |\n|---|---:|---:|---:|");
for (const [title, other] of [["Tocsin / h2load", (service) => rateOf("h2load", service)],
  ["Tocsin / nghttp2 transport", (service) => rateOf("Tocsin, nghttp2", service)],
  ["Tocsin / web-push at its best (nginx)", () => webPushBest]]) {
  const cells = ["built-in", "nginx", "nghttpd"].map((service) => (rateOf("Tocsin", service) / other(service)).toFixed(1));
  console.log(`| ${title} | ${cells.join(" | ")} |`);
}
process.exit(0);
