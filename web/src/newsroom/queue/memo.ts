// SPDX-License-Identifier: Apache-2.0
import { Component, type ComponentChild, h } from "preact";

// Draws again only when a property changed: a key press does not draw fifty comments.
export function memo<Props extends object>(view: (props: Props) => ComponentChild) {
  return class extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      return Object.keys(next).some((key) => next[key as keyof Props] !== this.props[key as keyof Props]);
    }
    render(): ComponentChild {
      return h(view as never, this.props as never);
    }
  };
}
