// SPDX-License-Identifier: Apache-2.0
// The pages, in the order of the navigation. The first is where one lands.
import { ConversationsPage } from "./conversations.js";
import { FeedsPage } from "./feeds.js";
import type { Page } from "./page.js";
import { PeoplePage } from "./people.js";
import { QueuePage } from "./queue.js";
import { RulesPage } from "./rules.js";
import { TransparencyPage } from "./transparency.js";

export const kPages: Page[] = [
  { path: "queue", title: "Queue", needs: "moderator", View: QueuePage },
  { path: "conversations", title: "Conversations", needs: "moderator", View: ConversationsPage },
  { path: "feeds", title: "Feeds", needs: "admin", View: FeedsPage },
  { path: "rules", title: "Rules", needs: "moderator", View: RulesPage },
  { path: "transparency", title: "Transparency", needs: "moderator", View: TransparencyPage },
  { path: "people", title: "People", needs: "admin", View: PeoplePage },
];
