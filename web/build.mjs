// SPDX-License-Identifier: Apache-2.0
// Builds dist/: the two scripts, each one self-contained file without imports, the style sheet,
// everything under public/ as it is, and the newsroom in a folder of its own.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
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

// The parts that load a module: the page itself, or what is imported when it is wanted.
function partsOf(id, getModuleInfo, seen = new Set()) {
  if (seen.has(id)) return seen;
  seen.add(id);
  for (const importer of getModuleInfo(id).importers) partsOf(importer, getModuleInfo, seen);
  return [...seen].filter((one) => getModuleInfo(one).isEntry || getModuleInfo(one).dynamicImporters.length > 0);
}

// What several parts need is a file of its own, so that no two files import each other: each is
// named with its version in those that load it.
function sharedOrNot(id, { getModuleInfo }) {
  return partsOf(id, getModuleInfo).length > 1 ? "shared" : undefined;
}

// Adds to each address of another file of `folder` the version by which the server knows it
// (tocsin/pages/assets.cc): caches may keep it for ever, and parts of two builds are never mixed.
function addVersions(folder, name, versions = new Map()) {
  if (versions.has(name)) {
    if (!versions.get(name)) throw new Error(`${name} imports itself by others: it can have no version`);
    return versions.get(name);
  }
  versions.set(name, "");
  const file = path.join(folder, name);
  const text = readFileSync(file, "utf8").replace(/(["'`])(\.|\/newsroom)\/([\w.]+)\1/g, (all, quote, at, other) =>
    existsSync(path.join(folder, other)) ? `${quote}${at}/${other}?v=${addVersions(folder, other, versions)}${quote}` : all);
  writeFileSync(file, text);
  versions.set(name, createHash("sha256").update(text).digest("hex").slice(0, 16));
  return versions.get(name);
}

// A page with its scripts and style as files: its policy allows none in the markup.
async function application(folder, name) {
  const outDir = new URL(`dist/${name}`, import.meta.url).pathname;
  await build({
    ...common,
    root: new URL(folder, import.meta.url).pathname,
    base: `/${name}/`,
    publicDir: false,
    build: {
      outDir,
      emptyOutDir: false,
      target: kBrowsers,
      modulePreload: { polyfill: false, resolveDependencies: (_, files, { hostType }) => (hostType === "html" ? files : []) },
      reportCompressedSize: false,
      rollupOptions: {
        output: {
          entryFileNames: `${name}.js`,
          chunkFileNames: "[name].js",
          assetFileNames: `${name}.[ext]`,
          manualChunks: sharedOrNot,
        },
      },
    },
  });
  addVersions(outDir, "index.html");
}

rmSync(new URL("dist", import.meta.url), { recursive: true, force: true });
await script("src/reader/tocsin.ts", "tocsin.js");
await script("src/worker/sw.ts", "sw.js");
await styleSheet("src/app.css", "app.css");
await application("src/newsroom", "newsroom");
