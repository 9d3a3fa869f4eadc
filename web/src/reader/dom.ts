// SPDX-License-Identifier: Apache-2.0

type Child = Node | string | false | undefined;

// An element with properties and children. Text is only ever set as text.
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

export function button(text: string, onclick: () => void, className = ""): HTMLButtonElement {
  return h("button", { type: "button", className, onclick }, text);
}
