// SPDX-License-Identifier: Apache-2.0
// A newsroom's morning: stories, readers and comments for the pages of the newsroom.
const kMinuteMs = 60_000;

export const kHostile = {
  name: "<img src=x onerror=canary()>",
  headline: "Ferry & <script>canary()</script> \"fares\"",
  html: `<p onclick="canary()">Look <a href="javascript:canary()">here</a> and <a href="https://news.example/x">there</a></p>
    <img src=x onerror="canary()"><script>canary()</script><svg onload="canary()"><text>s</text></svg>
    <iframe srcdoc="<script>parent.canary()</script>"></iframe><style>body{display:none}</style><form><button>kept</button></form>`,
};

export function ago(minutes) {
  return new Date(Date.now() - minutes * kMinuteMs).toISOString();
}

export function sampleStories() {
  const open = { state: "open", why: "open", since: null, message: "", changes: new Date(Date.now() + 9e6).toISOString() };
  const closed = (why, message = "", minutes = 300) => ({ state: "closed", why, since: ago(minutes), message, changes: null });
  return [
    ["Harbour tunnel closes for three weekends in June", 95, open, "by_rule"],
    ["Council votes to keep the night buses", 240, open, "by_rule"],
    ["Strong earthquake shakes the central coast", 410, closed("by_hand", "We closed the comments while rescuers are at work.", 120), "closed"],
    ["Ferry fares rise by four per cent", 900, open, "open"],
    ["The bakery on Mill Lane turns one hundred", 60 * 24 * 16, closed("age"), "by_rule"],
    ["Correction: the vote is on Thursday", 60 * 30, { ...closed("by_hand"), state: "hidden" }, "hidden"],
  ].map(([headline, minutes, opening, mode], index) => ({
    id: `st00000000${100 + index}`,
    headline,
    path: `/s/${headline.toLowerCase().replace(/\W+/g, "-")}`,
    published: ago(minutes),
    opening,
    comments: [34, 12, 208, 3, 0, 7][index],
    mode,
    by: mode === "by_rule" ? "" : "Ada Moreno",
    reason: opening.message,
    closes_at: null,
    holds_all: false,
  }));
}

export function sampleReaders() {
  return [
    ["Tomás Iglesias", 41, 0],
    ["harbour_watcher", 7, 3],
    ["Marlene B.", 0, 0],
    ["NightBus42", 118, 1],
    ["Deals4You", 0, 9],
  ].map(([name, published, rejected], index) => ({
    id: `rd00000000${100 + index}`,
    name,
    published,
    rejected,
    banned_until: null,
    ban_reason: "",
    has_device: index % 2 === 0,
    has_email: true,
    created: ago(60 * 24 * (index * 40 + 1)),
  }));
}

// [story, writer, minutes ago, state, phase, reason, text, more]
const kComments = [
  [0, 2, 3, "held", "newcomer", "The writer's first comment",
    "My mother has a hospital appointment on the second of those Saturdays. Is there a bus that goes round, or does she have to take the ferry?"],
  [0, 1, 8, "held", "words", "The word “crook” is on the list of suspect words",
    "Every contractor on that tunnel is a crook, and the council knows it. Ask who signed the first tender."],
  [3, 4, 14, "held", "links", "3 links; 2 are allowed",
    "Cheapest ferry cards here: https://deals.example/a https://deals.example/b https://deals.example/c"],
  [1, 3, 21, "held", "external", "outside check: 0.71 toxic",
    "Honestly, whoever wrote this timetable has never stood at Mill Lane at two in the morning in February.\n\nThe 42 is the only bus that nurses on the late shift can take. Keep it."],
  [2, 0, 33, "held", "holds_all", "Every comment of this conversation waits",
    "We felt it in the old town too. The school hall is open, there is tea, and somebody is checking the chimneys on Station Road."],
  [0, 1, 50, "published", "", "", "Then move somewhere else if you do not like it, nobody will miss you or your kind.",
    { reports: [["hate", "“your kind” is about where I come from"], ["harassment", ""]] }],
  [1, 0, 75, "published", "", "", "The driver of the 42 lives at 14 Mill Lane, ask him yourself.",
    { reports: [["personal_data", "A private address"]] }],
  [3, 3, 130, "rejected", "moderator", "second advert today", "The monthly card is cheaper than ten singles, and you can buy it at the kiosk.",
    { appeal: true, ground: "spam" }],
  [0, 4, 180, "rejected", "words", "The word “casino” is on the list of banned words", "Win back your fare at the casino, link in my name.", { ground: "spam" }],
];

const escape = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
const htmlOf = (text) => text.split("\n\n").map((part) => `<p>${escape(part)}</p>`).join("");

export function sampleComments(stories, readers) {
  return kComments.map(([story, writer, minutes, state, phase, reason, text, more], index) =>
    commentOf({ story: stories[story], writer: readers[writer], minutes, state, phase, reason, text, more, index }));
}

export function commentOf({ story, writer, minutes = 0, state = "held", phase = "newcomer", reason = "", text, html, more = {}, index }) {
  const id = `co00000000${100 + index}`;
  const statement = state === "rejected" ? "Your comment is not shown because we take it for advertising." : "";
  return {
    id, story: story.id, parent: null, name: writer.name, badge: "", html: html ?? htmlOf(text), text, state,
    is_featured: false, votes: 0, created: ago(minutes), edited: null, permalink: `${story.path}#c-${id}`,
    phase, reason, statement, is_appealed: !!more.appeal, reader: writer.id, user: null,
    reports: more.reports?.length ?? 0, story_headline: story.headline, story_path: story.path,
    open_reports: (more.reports ?? []).map(([ground, words], number) => ({
      id: `rp${id}${number}`, ground, text: words, reader: null, created: ago(minutes / 2), decided: null, is_upheld: false,
    })),
    rulings: more.ground
      ? [{ at: ago(minutes - 1), by: more.appeal ? "Ada Moreno" : "rules", state: "rejected", phase, ground: more.ground, reason, statement, is_automatic: !more.appeal }]
      : [],
  };
}

export function sampleSources() {
  return ["Coast Wire", "Harbour Board", "National Weather Office", "The Valley Post", "City Council", "Old Gazette", "Fishers' Union", "Radio North", "Ferry Company"]
    .map((name, index) => ({ id: `so00000000${100 + index}`, name }));
}

const ahead = (minutes) => ago(-minutes);

function sampleFetches(minutes, verdicts) {
  return Array.from({ length: 20 }, (_, index) => {
    const [verdict, status] = verdicts[index] ?? (index % 4 === 0 ? ["document", 200] : ["unchanged", 304]);
    const isRead = verdict === "document";
    return {
      at: ago(minutes * index + 1), verdict, status, body_bytes: isRead ? 48_211 + index * 37 : 0,
      items: isRead ? 30 : 0, fresh: isRead ? (index % 3) : 0, duration_ms: 40 + ((index * 37) % 200),
    };
  });
}

export function sampleFeeds(sources) {
  const health = (minutes, gap, verdicts = [], more = {}) => ({
    last_visit: ago(1), last_success: ago(1), next_visit: ahead(minutes), failures_in_row: 0, last_error: "",
    interval_seconds: minutes * 60, gap_seconds: gap, last_news: ago(12), moved_to: "", fetches: sampleFetches(minutes, verdicts), ...more,
  });
  const flood = Array(1).fill(["document", 200]);
  const down = Array(6).fill(["no_answer", null]);
  return [
    ["wire.example/feed.xml", "ok", health(4, 960), { is_own: true }],
    ["harbour.example/news/rss", "held", health(10, 2_400, flood)],
    ["weather.example/warnings.atom", "ok", health(2, null), { interval_seconds: 120 }],
    ["valley.example/rss?edition=coast&format=full&utm_source=newsroom", "trouble", health(64, 3_600, down, {
      failures_in_row: 6, last_success: ago(390), last_error: "The server cannot be reached (valley.example: connection timed out): check the address if this lasts.",
    })],
    ["council.example/press.json", "new", null],
    ["gazette.example/feed", "off", null, { enabled: false }],
    ["fishers.example/rss", "trouble", health(60, 86_400, [["gone", 410], ["refused", 404], ["refused", 404]], {
      failures_in_row: 3, last_success: ago(240), next_visit: null,
      last_error: "The feed is gone for good (status 410) and is not polled any more: remove it, or give its present address.",
    })],
    ["north.example/news.xml", "trouble", health(30, 5_400, [["not_a_feed", 200], ["not_a_feed", 200]], {
      failures_in_row: 2, last_success: ago(70),
      last_error: "The answer is not a feed (it is an HTML page): open the address in a browser to see what it is; the stories that are here stay.",
    })],
    ["ferries.example/departures.json", "trouble", health(118, 1_800, [["throttled", 429]], {
      failures_in_row: 1, last_success: ago(31), last_error: "The server wants fewer visits (status 429) and is left alone for a while: set a longer interval if this comes again.",
    })],
  ].map(([address, state, its, more], index) => ({
    id: `fe00000000${100 + index}`, source: sources[index].id, url: `https://${address}`, interval_seconds: null,
    is_own: false, alert: index === 1 ? "major" : null, topics: index === 1 ? ["Harbour", "Traffic"] : [], enabled: true,
    state, held_alerts: 0, health: its, ...more,
  }));
}

export const kTopics = ["Harbour", "Politics", "Sport", "Traffic", "Weather"];

// What a site has: two feeds to add, one that is followed, one that is broken.
export function sampleFound() {
  const preview = (...titles) => titles.map((title, index) => ({ title, link: `https://island.example/${index}`, published: ago(40 * (index + 1)) }));
  const found = (url, title, more = {}) => ({
    url, title, problem: "", format: "rss20", page_url: "https://island.example/", language: "en", has_hub: false, has_content: false,
    items: 30, newest: ago(40), is_followed: false, preview: [], ...more,
  });
  return [
    found("https://island.example/feed.xml", "Island Echo", {
      has_hub: true, has_content: true,
      preview: preview("The night ferry sails again", "School board: the old gym stays open until a new one is found, says the mayor after a long evening", "Seals counted on the north beach", "A fourth"),
    }),
    found("https://island.example/sport/feed.xml?format=full&edition=mainland", "Island Echo: Sport", { format: "atom10", items: 1, preview: preview("Rowing: a draw") }),
    found("https://wire.example/feed.xml", "Coast Wire", { is_followed: true, items: 40 }),
    found("https://island.example/comments.xml", "", { format: null, items: 0, newest: null, problem: "The document ends in the middle (line 212): tell the site, its feed cannot be read like this." }),
  ];
}

export function sampleHeld(feeds) {
  const reasons = [
    "The feed has had the same report before, under another id.",
    "It is new in the feed, but dated 3 days back.",
    "It came with 41 others at once; more than 10 are unusual for this feed.",
  ];
  return ["Harbour board votes on the new quay", "Low water: ferries to the island run from pier 2", "Dredging begins in March", "The lighthouse is open on Sunday"]
    .map((title, index) => ({
      id: `al00000000${100 + index}`, feed: feeds[1].id, title, body: "The board met on Tuesday evening.", url: `https://coast.example/s/${index}`,
      importance: "major", created: ago(8), state: "held", held_because: reasons[index % reasons.length],
    }));
}

export const kPolicy = {
  is_offered: true, is_closed: false, message: "", close_after_days: 14, opens_minute: 420, closes_minute: 1380,
  time_zone: "Europe/Berlin", characters_max: 2000, links_max: 2, edit_minutes: 5,
  banned_words: ["casino", "viagra"], suspect_words: ["crook", "liar", "traitor"], tells_words: true, holds_all: false,
  newcomer_comments: 1, reports_hold: 3, has_votes: true, external_url: "", external_fails_open: true,
};

export const kTransparency = {
  rejected: {
    "spam/automatic": 212, "spam/person": 31, "hate/person": 24, "hate/automatic": 6, "harassment/person": 19,
    "off_topic/person": 11, "personal_data/person": 4, "illegal/person": 1, "other/person": 3,
  },
  held: 389, reported: 77, appealed: 9,
};
