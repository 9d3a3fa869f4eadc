// SPDX-License-Identifier: Apache-2.0
// The script of our own pages, and the one tag for pages of other sites:
//
//   <script src="https://alerts.example/tocsin.js" async></script>
//
// There it puts the button where the tag stands, unless the page has <tocsin-follow> elements. It
// opens a window of ours to subscribe; with data-worker="/tocsin-sw.js", a file of the page's own
// origin that imports our worker, it subscribes in place.
import { answerWorker } from "./alerts.js";
import { defineComments } from "./comments.js";
import { type Context, defineFollow } from "./follow.js";
import { defineLive } from "./live.js";
import { reportToOpener } from "./popup.js";
import { foreignWorker, kOwnWorker, Subscriber } from "./subscriber.js";
import { keepTimesLocal } from "./times.js";

function contextOf(script: HTMLScriptElement): Context {
  const server = new URL(script.src).origin;
  if (server === location.origin) return { server, worker: kOwnWorker };
  const worker = script.dataset["worker"];
  return worker ? { server, worker: foreignWorker(worker, location.href, server) } : { server };
}

function whenParsed(then: () => void): void {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", then);
  else then();
}

function start(script: HTMLScriptElement): void {
  const context = contextOf(script);
  const isOurs = context.server === location.origin;
  defineFollow(context, isOurs ? reportToOpener(location, opener) : () => undefined);
  whenParsed(() => {
    const { server, worker } = context;
    const live = { server, isOurs, ...(worker ? { scope: worker.scope } : {}) };
    answerWorker(worker?.scope);
    defineLive(live);
    defineComments({ server, isOurs });
    if (isOurs) {
      keepTimesLocal();
      installWorker(context);
    } else if (!document.querySelector("tocsin-follow")) {
      script.after(document.createElement("tocsin-follow"));
    }
  });
}

// Also for readers without alerts: it keeps the pages they read for when the network is gone.
function installWorker({ server, worker }: Context): void {
  if (!worker || !("serviceWorker" in navigator)) return;
  const install = () => new Subscriber(server, worker).install().catch(() => undefined);
  if (document.readyState === "complete") void install();
  else addEventListener("load", () => void install(), { once: true });
}

if (document.currentScript instanceof HTMLScriptElement) start(document.currentScript);
