// SPDX-License-Identifier: Apache-2.0
// Builds dist/: the two scripts, each one self-contained file without imports, the style sheet,
// everything under public/ as it is, and the newsroom in a folder of its own.
import { rmSync } from "node:fs";
import { build } from "vite";

const kBrowsers = ["es2022", "safari16.4", "firefox115"];

const common = {
  configFile: false,
  root: import.meta.dirname ?? new URL(".", import.meta.url).pathname,
  logLevel: "warn",
};

function script(entry, fileName) {
  return build({
    ...common,
    publicDir: false,
    build: {
      outDir: "dist",
      emptyOutDir: false,
      target: kBrowsers,
      reportCompressedSize: false,
      lib: { entry, formats: ["iife"], name: "tocsin", fileName: () => fileName },
      rollupOptions: { output: { extend: true } },
    },
  });
}

function styleSheet(entry, fileName) {
  return build({
    ...common,
    build: {
      outDir: "dist",
      emptyOutDir: false,
      cssTarget: ["safari16.4", "firefox115"],
      reportCompressedSize: false,
      rollupOptions: { input: entry, output: { assetFileNames: fileName } },
    },
  });
}

// A page with its script and style as files: its policy allows none in the markup.
function application(folder, name) {
  return build({
    ...common,
    root: new URL(folder, import.meta.url).pathname,
    base: `/${name}/`,
    publicDir: false,
    build: {
      outDir: new URL(`dist/${name}`, import.meta.url).pathname,
      emptyOutDir: false,
      target: kBrowsers,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rollupOptions: {
        output: { entryFileNames: `${name}.js`, assetFileNames: `${name}.[ext]` },
      },
    },
  });
}

rmSync(new URL("dist", import.meta.url), { recursive: true, force: true });
await script("src/reader/tocsin.ts", "tocsin.js");
await script("src/worker/sw.ts", "sw.js");
await styleSheet("src/app.css", "app.css");
await application("src/newsroom", "newsroom");
