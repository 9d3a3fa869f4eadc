// SPDX-License-Identifier: Apache-2.0
// The looks of the elements in their shadow roots. A page may set the custom properties.
import kConversationRules from "./conversation.css?inline";

// Of each element.
const kColours = `
:host {
  --accent: var(--tocsin-accent, #b3261e);
  --on-accent: var(--tocsin-on-accent, #fff);
  --ink: var(--tocsin-ink, #1c1b1a);
  --soft: var(--tocsin-soft, #5c5853);
  --wash: var(--tocsin-paper, #fbf3ef);
  --line: var(--tocsin-line, #e6d8d0);
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  display: block;
  color: var(--ink);
}
@media (prefers-color-scheme: dark) {
  :host {
    --accent: var(--tocsin-accent, #ff8a75);
    --on-accent: var(--tocsin-on-accent, #2a0f0a);
    --ink: var(--tocsin-ink, #f1ece6);
    --soft: var(--tocsin-soft, #b3aca4);
    --wash: var(--tocsin-paper, #241d1a);
    --line: var(--tocsin-line, #423530);
  }
}
:host([hidden]) { display: none; }`;

// Of <tocsin-follow>.
export const kStyle = `${kColours}
:host { font: 1rem/1.5 var(--sans); }
section {
  box-sizing: border-box;
  max-width: var(--tocsin-width, 41rem);
  padding: 1.125rem 1.25rem 1.25rem;
  border: 1px solid var(--line);
  border-radius: 0.75rem;
  background: var(--wash);
}
h2 { margin: 0; font: inherit; font-size: 1.0625rem; font-weight: 650; line-height: 1.3; outline: none; }
.busy h2::after {
  content: "";
  display: inline-block;
  width: 0.75em;
  height: 0.75em;
  margin-inline-start: 0.6em;
  border: 2px solid var(--accent);
  border-inline-end-color: transparent;
  border-radius: 50%;
  animation: turn 0.9s linear infinite;
}
@keyframes turn { to { transform: rotate(1turn); } }
@media (prefers-reduced-motion: reduce) { .busy h2::after { animation: none; } }
p { margin: 0.25rem 0 0; color: var(--soft); font-size: 0.9375rem; text-wrap: pretty; }
ol { margin: 0.5rem 0 0; padding-inline-start: 1.25rem; font-size: 0.9375rem; }
li { padding-block: 0.125rem; }
button {
  min-height: 2.75rem;
  margin-top: 0.875rem;
  padding: 0.5rem 1.125rem;
  border: 1px solid var(--soft);
  border-radius: 0.5rem;
  background: none;
  color: inherit;
  font: inherit;
  font-weight: 600;
  line-height: 1.25;
  text-wrap: balance;
  cursor: pointer;
}
button.primary { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
button.quiet { border-color: transparent; color: var(--accent); }
button:hover { filter: brightness(0.94); }
a { display: inline-block; padding-block: 0.625rem; color: var(--accent); font-weight: 600; text-underline-offset: 0.2em; }
:is(button, a, input):focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.row { display: flex; flex-wrap: wrap; gap: 0 0.5rem; }
fieldset { min-width: 0; margin: 1rem 0 0; padding: 0.75rem 0 0; border: 0; border-top: 1px solid var(--line); }
legend { float: inline-start; width: 100%; padding: 0 0 0.25rem; font-size: 0.9375rem; font-weight: 650; }
label { display: flex; clear: both; align-items: center; gap: 0.75rem; min-height: 2.75rem; cursor: pointer; }
input { flex: none; width: 1.25rem; height: 1.25rem; margin: 0; accent-color: var(--accent); }
[role="status"]:empty { display: none; }
[role="status"] { margin-top: 0.75rem; color: var(--ink); font-weight: 600; }
`;

// The looks of <tocsin-live> on a foreign page.
export const kLiveStyle = `${kColours}
:host { max-width: var(--tocsin-width, 41rem); font: 1rem/1.5 var(--sans); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.alert { display: flex; gap: 1rem; align-items: center; justify-content: space-between; margin: 0 0 0.75rem; padding: 0.75rem 1rem; border-inline-start: 4px solid var(--accent); }
.stories { margin: 0; padding: 0; list-style: none; }
.stories li { padding: 0.75rem 0; border-bottom: 1px solid var(--line); }
:is(h2, h3) { margin: 0; font-size: 1.0625rem; line-height: 1.3; }
p { margin: 0.25rem 0 0; }
img { display: none; }
.kicker, .meta { color: var(--soft); font-size: 0.8125rem; }
.meta > * + *::before { content: "· "; margin-inline-start: 0.4em; }
.flag { color: var(--accent); font-weight: 650; }
a { color: inherit; text-underline-offset: 0.18em; }
.withdrawn { text-decoration: line-through; }
button { min-height: 2.75rem; padding: 0 1.125rem; border: 1px solid var(--soft); border-radius: 0.5rem; background: none; color: inherit; font: inherit; font-weight: 600; cursor: pointer; }
button.news { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
:is(button, a):focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;

// Of <tocsin-comments> on a foreign page.
export const kConversationStyle = `${kColours}
:host { --paper: Canvas; --serif: Charter, Georgia, serif; }
.conversation { max-width: var(--tocsin-width, 41rem); }
${kConversationRules}`;
