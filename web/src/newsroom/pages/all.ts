// SPDX-License-Identifier: Apache-2.0
// The pages, in the order of the navigation. The first is where one lands. Each is a file of its
// own, loaded when it is wanted.
import type { Page } from "./page.js";

export const kPages: Page[] = [
  { path: "queue", title: "Queue", needs: "moderator", load: async () => (await import("./queue.js")).QueuePage },
  { path: "conversations", title: "Conversations", needs: "moderator", load: async () => (await import("./conversations.js")).ConversationsPage },
  { path: "feeds", title: "Feeds", needs: "admin", load: async () => (await import("./feeds.js")).FeedsPage },
  { path: "rules", title: "Rules", needs: "moderator", load: async () => (await import("./rules.js")).RulesPage },
  { path: "transparency", title: "Transparency", needs: "moderator", load: async () => (await import("./transparency.js")).TransparencyPage },
  { path: "people", title: "People", needs: "admin", load: async () => (await import("./people.js")).PeoplePage },
];
