// SPDX-License-Identifier: Apache-2.0
// Feeds in the manner of newsrooms, weblogs and podcasts, the same in every run: RSS 2.0, Atom and
// JSON Feed, short ones of headlines and long ones with whole articles.
const kWords = (
  "the bridge over river closed council said on Monday after storm that left thousands without " +
  "power engineers inspect damage minister visit region election results late night count votes " +
  "coalition talks budget hospital school strike rail drivers union offer rejected court ruling " +
  "appeal café São Łódź Zürich naïve € – “quoted” 2026 percent million people team final goal " +
  "minute match coach season weather warning heavy rain expected north coast fishermen harbour"
).split(" ");

// mulberry32
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

class Writer {
  constructor(seed) {
    this.random = randomOf(seed);
  }
  below(limit) {
    return Math.floor(this.random() * limit);
  }
  words(count) {
    return Array.from({ length: count }, () => kWords[this.below(kWords.length)]).join(" ");
  }
  paragraph() {
    const link = `<a href="https://news.example/${this.below(1e6)}?utm_source=feed&amp;utm_medium=rss">${this.words(3)}</a>`;
    return `<p>${this.words(25)} <strong>${this.words(2)}</strong> &mdash; ${this.words(20)} ${link} ${this.words(15)}.</p>\n`;
  }
  article(paragraphs) {
    const photo = `<figure class="wp-block-image"><img loading="lazy" width="1024" height="683" src="https://img.example/${this.below(1e6)}.jpg" alt="${this.words(6)}" srcset="https://img.example/a.jpg 1024w, https://img.example/b.jpg 300w" sizes="(max-width: 1024px) 100vw"/><figcaption>${this.words(9)}</figcaption></figure>\n`;
    return photo + Array.from({ length: paragraphs }, () => this.paragraph()).join("");
  }
  item(number, paragraphs) {
    const day = new Date(Date.UTC(2026, 10, 23, 9, 0, 0) - number * 3_600_000);
    return {
      id: `tag:news.example,2026:${number}`,
      link: `https://news.example/2026/11/${number}/${this.words(1)}-${number}`,
      title: this.words(9),
      summary: this.words(35),
      content: paragraphs > 0 ? this.article(paragraphs) : "",
      author: this.words(2),
      tags: [this.words(1), this.words(2), this.words(1)],
      day,
    };
  }
  items(count, paragraphs) {
    return Array.from({ length: count }, (_, number) => this.item(number, paragraphs));
  }
}

function rss(items) {
  const write = (item) => `    <item>
      <title>${escape(item.title)}</title>
      <link>${item.link}</link>
      <dc:creator><![CDATA[${item.author}]]></dc:creator>
      <pubDate>${item.day.toUTCString().replace("GMT", "+0000")}</pubDate>
${item.tags.map((tag) => `      <category><![CDATA[${tag}]]></category>\n`).join("")}      <guid isPermaLink="false">${item.id}</guid>
      <description><![CDATA[<p>${item.summary} [&#8230;]</p>]]></description>
      <media:content url="https://img.example/${item.id.length}.jpg" medium="image" width="700"><media:credit scheme="urn:ebu">${item.author}</media:credit></media:content>
${item.content ? `      <content:encoded><![CDATA[${item.content}]]></content:encoded>\n` : ""}    </item>
`;
  return `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
  xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
  xmlns:media="http://search.yahoo.com/mrss/">
  <channel>
    <title>Example News</title>
    <atom:link href="https://news.example/feed/" rel="self" type="application/rss+xml"/>
    <link>https://news.example</link>
    <description>All the news</description>
    <lastBuildDate>Mon, 23 Nov 2026 09:00:00 +0000</lastBuildDate>
    <language>en-GB</language>
    <sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>
${items.map(write).join("")}  </channel>
</rss>
`;
}

function atom(items) {
  const write = (item) => `  <entry>
    <id>${item.id}</id>
    <title type="html">${escape(escape(item.title))}</title>
    <link rel="alternate" type="text/html" href="${item.link}"/>
    <published>${item.day.toISOString()}</published>
    <updated>${item.day.toISOString()}</updated>
    <author><name>${item.author}</name><uri>https://news.example/people</uri></author>
${item.tags.map((tag) => `    <category term="${escape(tag)}"/>\n`).join("")}    <summary type="html">${escape(`<p>${item.summary}</p>`)}</summary>
${item.content ? `    <content type="html" xml:base="https://news.example/">${escape(item.content)}</content>\n` : ""}  </entry>
`;
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <title>Example News</title>
  <link href="https://news.example/"/><link rel="self" href="https://news.example/atom.xml"/>
  <id>https://news.example/</id>
  <updated>2026-11-23T09:00:00Z</updated>
${items.map(write).join("")}</feed>
`;
}

function json(items) {
  return JSON.stringify({
    version: "https://jsonfeed.org/version/1.1",
    title: "Example News",
    home_page_url: "https://news.example/",
    feed_url: "https://news.example/feed.json",
    items: items.map((item) => ({
      id: item.id,
      url: item.link,
      title: item.title,
      summary: item.summary,
      content_html: item.content || `<p>${item.summary}</p>`,
      date_published: item.day.toISOString(),
      authors: [{ name: item.author }],
      tags: item.tags,
    })),
  });
}

// [{ name, text }]: each kind twenty times, with other words.
export function corpus() {
  const kinds = [
    ["RSS, 20 headlines", rss, 20, 0],
    ["RSS, 50 articles", rss, 50, 12],
    ["Atom, 20 headlines", atom, 20, 0],
    ["Atom, 50 articles", atom, 50, 12],
    ["JSON Feed, 20 headlines", json, 20, 0],
    ["JSON Feed, 50 articles", json, 50, 12],
  ];
  return kinds.map(([name, write, count, paragraphs], kind) => ({
    name,
    texts: Array.from({ length: 20 }, (_, i) => write(new Writer(kind * 1000 + i + 1).items(count, paragraphs))),
  }));
}
