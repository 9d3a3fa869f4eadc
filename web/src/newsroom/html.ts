// SPDX-License-Identifier: Apache-2.0
// Puts a comment's HTML on the page. The server has sanitised it; here it is read a second time as
// inert nodes, of which only the allowed become elements of the page, so that one fault is not enough.
import { type ComponentChild, h } from "preact";

const kAllowed = new Set(["p", "br", "em", "strong", "blockquote", "code", "pre", "ul", "ol", "li", "a"]);
const kDropped = new Set(["script", "style", "template", "noscript", "iframe", "object", "svg", "math"]);
const kDepthMax = 32;

// The part of the DOM's Node that is looked at.
export interface InertNode {
  nodeType: number;
  nodeName: string;
  textContent: string | null;
  childNodes: ArrayLike<InertNode>;
  getAttribute?(name: string): string | null;
}

// An address that a comment may link to; undefined for any other.
export function safeLink(href: string | null): string | undefined {
  if (!href) return undefined;
  try {
    const { protocol, href: whole } = new URL(href);
    return ["https:", "http:", "mailto:"].includes(protocol) ? whole : undefined;
  } catch {
    return undefined; // Relative, or nothing that an address can be.
  }
}

// What is not allowed loses its tag and keeps its text; scripts and the like lose both.
export function fromNodes(nodes: ArrayLike<InertNode>, depth = 0): ComponentChild[] {
  return Array.from(nodes, (node) => {
    if (node.nodeType === 3) return node.textContent ?? "";
    const tag = node.nodeName.toLowerCase();
    if (node.nodeType !== 1 || kDropped.has(tag)) return null;
    if (depth > kDepthMax) return node.textContent ?? "";
    const inside = fromNodes(node.childNodes, depth + 1);
    if (!kAllowed.has(tag)) return inside;
    if (tag !== "a") return h(tag, null, ...inside);
    const href = safeLink(node.getAttribute?.("href") ?? null);
    if (!href) return inside;
    return h("a", { href, target: "_blank", rel: "ugc nofollow noopener noreferrer" }, ...inside);
  });
}

export function commentNodes(html: string): ComponentChild[] {
  // A document of its own without a browsing context: nothing in it runs or loads.
  return fromNodes(new DOMParser().parseFromString(html, "text/html").body.childNodes);
}
