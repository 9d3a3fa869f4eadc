// SPDX-License-Identifier: Apache-2.0
// The work that an unknown device does before it may write. SHA-256 (FIPS 180-4) without
// crypto.subtle, which pages without TLS do not have and which takes a turn of the loop for each
// of the many thousand digests.

const kConstants = new Uint32Array(
  primes(64).map((prime) => (fraction(Math.cbrt(prime)) * 2 ** 32) >>> 0),
);
const kStart = primes(8).map((prime) => (fraction(Math.sqrt(prime)) * 2 ** 32) >>> 0);

function fraction(value: number): number {
  return value - Math.floor(value);
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; ++n) {
    if (found.every((prime) => n % prime !== 0)) found.push(n);
  }
  return found;
}

function rotated(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

const schedule = new Uint32Array(64);

function mix(state: Uint32Array, block: DataView, at: number): void {
  const w = schedule;
  for (let i = 0; i < 16; ++i) w[i] = block.getUint32(at + 4 * i);
  for (let i = 16; i < 64; ++i) {
    const a = w[i - 15]!;
    const b = w[i - 2]!;
    const s0 = rotated(a, 7) ^ rotated(a, 18) ^ (a >>> 3);
    const s1 = rotated(b, 17) ^ rotated(b, 19) ^ (b >>> 10);
    w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [
    number, number, number, number, number, number, number, number,
  ];
  for (let i = 0; i < 64; ++i) {
    const s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const first = (h + s1 + ((e & f) ^ (~e & g)) + kConstants[i]! + w[i]!) | 0;
    const s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = state[i]! + word));
}

export function sha256(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array((((message.length + 8) >> 6) + 1) << 6);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(bytes.length - 8, Math.floor(message.length / 2 ** 29));
  view.setUint32(bytes.length - 4, message.length << 3);
  const state = Uint32Array.from(kStart);
  for (let at = 0; at < bytes.length; at += 64) mix(state, view, at);
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => out.setUint32(4 * i, word));
  return new Uint8Array(out.buffer);
}

// True if the digest begins with so many zero bits.
export function startsWithZeros(digest: Uint8Array, bits: number): boolean {
  for (let i = 0; i < bits; ++i) {
    if (((digest[i >> 3] ?? 0) >> (7 - (i & 7))) & 1) return false;
  }
  return true;
}

const kSliceMs = 12; // of work, between which the page stays alive

// A text such that SHA-256(challenge + ":" + text) begins with `difficulty` zero bits.
export async function solve(challenge: string, difficulty: number): Promise<string> {
  const encoder = new TextEncoder();
  for (let nonce = 0; ; ) {
    const end = performance.now() + kSliceMs;
    do {
      for (let tries = 0; tries < 64; ++tries, ++nonce) {
        const digest = sha256(encoder.encode(`${challenge}:${nonce}`));
        if (startsWithZeros(digest, difficulty)) return String(nonce);
      }
    } while (performance.now() < end);
    await new Promise((resolve) => setTimeout(resolve));
  }
}
