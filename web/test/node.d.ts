// SPDX-License-Identifier: Apache-2.0
// The few parts of Node that the tests use.
declare module "node:test" {
  export function test(claim: string, check: () => void | Promise<void>): void;
}
declare module "node:assert/strict" {
  const assert: {
    equal(actual: unknown, expected: unknown): void;
    deepEqual(actual: unknown, expected: unknown): void;
    match(text: string, pattern: RegExp): void;
    ok(value: unknown): void;
  };
  export default assert;
}
declare module "node:crypto" {
  export function createHash(name: string): {
    update(data: Uint8Array | string): { digest(): Uint8Array; digest(form: "hex"): string };
  };
}
