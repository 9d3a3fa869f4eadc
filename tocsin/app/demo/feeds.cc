// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/demo/feeds.h"

#include <algorithm>

#include "tocsin/base/bytes.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/http/dates.h"
#include "tocsin/json/json.h"

namespace tocsin::app {
namespace {

constexpr std::size_t kEntriesMax = 30;  // as many as a real feed shows
constexpr Seconds kOldSpacing{1260};     // between the stories that are already there

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string element(std::string_view name, std::string_view text) {
  return "<" + std::string(name) + ">" + escape(text) + "</" + std::string(name) + ">\n";
}

// As wire copy begins: "PORT ELLERY - The ferry ...".
std::string dated(std::string dateline, std::string_view text) {
  for (char& c : dateline) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return dateline + " - " + std::string(text);
}

Error wrong(const std::string& what) { return {Errc::kCorrupt, "demo/stories.json: " + what}; }

http::Response not_found() {
  http::Response response{.status = 404};
  response.headers.add("content-type", "text/plain; charset=utf-8");
  response.body = "There is no such demo feed or story.\n";
  return response;
}

}  // namespace

Result<DemoFeeds> DemoFeeds::load(std::string_view stories, std::string base_url, Time start,
                                  Seconds every) {
  DemoFeeds feeds;
  feeds.base_url_ = std::move(base_url);
  feeds.start_ = std::chrono::floor<Seconds>(start);
  feeds.every_ = every;

  TOCSIN_TRY(const auto json, Json::parse(stories));
  const Json* sources = json.find("sources");
  const Json* list = json.find("stories");
  const Json* already = json.find("already_there");
  if (sources == nullptr || sources->if_array() == nullptr || list == nullptr ||
      list->if_array() == nullptr || list->if_array()->empty() || already == nullptr) {
    return wrong(R"(needs "sources", "stories" and "already_there")");
  }
  feeds.already_there_ = static_cast<std::size_t>(already->if_int().value_or(0));
  for (const auto& source : *sources->if_array()) {
    feeds.outlets_.push_back({source.text("key").value_or(""), source.text("name").value_or(""),
                              source.text("home_url").value_or(""),
                              source.text("format").value_or("")});
  }
  for (const auto& item : *list->if_array()) {
    const auto outlet =
        std::find_if(feeds.outlets_.begin(), feeds.outlets_.end(),
                     [&](const Outlet& known) { return known.key == item.text("source"); });
    if (outlet == feeds.outlets_.end()) return wrong("a story of an unknown source");
    Story story{static_cast<std::size_t>(outlet - feeds.outlets_.begin()),
                item.text("headline").value_or(""),
                item.text("dateline").value_or(""),
                item.text("text").value_or(""),
                item.text("body").value_or(""),
                {}};
    if (const Json* topics = item.find("topics"); topics != nullptr && topics->if_array()) {
      for (const auto& topic : *topics->if_array()) {
        if (topic.if_string() != nullptr) story.topics.push_back(*topic.if_string());
      }
    }
    feeds.stories_.push_back(std::move(story));
  }
  return feeds;
}

std::vector<DemoFeeds::Entry> DemoFeeds::entries(std::size_t outlet, Time now) const {
  const auto elapsed = now < start_ ? 0 : static_cast<std::size_t>((now - start_) / every_);
  const std::size_t count = already_there_ + elapsed;
  std::vector<Entry> found;
  for (std::size_t number = count; number-- > 0 && found.size() < kEntriesMax;) {
    const Story& story = stories_[number % stories_.size()];
    if (story.outlet != outlet) continue;
    const auto published =
        number < already_there_
            ? start_ - kOldSpacing * static_cast<std::int64_t>(already_there_ - number)
            : start_ + every_ * static_cast<std::int64_t>(number - already_there_ + 1);
    found.push_back({&story, number, published});
  }
  return found;
}

// The stories come round again; the same words would be held as a repetition.
std::string DemoFeeds::headline(const Entry& entry) const {
  const std::size_t round = entry.number / stories_.size();
  return entry.story->headline + (round == 0 ? "" : " (" + std::to_string(round + 1) + ")");
}

std::string DemoFeeds::link(const Entry& entry) const {
  return base_url_ + "/demo/" + outlets_[entry.story->outlet].key + "/" +
         std::to_string(entry.number);
}

std::string DemoFeeds::rss(const Outlet& outlet, const std::vector<Entry>& entries) const {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
      "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\n"
      "<channel>\n";
  out += element("title", outlet.name) + element("link", outlet.home_url) +
         element("description", "A made-up outlet of the Tocsin demo") + element("language", "en");
  for (const auto& entry : entries) {
    out += "<item>\n" + element("title", headline(entry)) + element("link", link(entry)) +
           element("guid", link(entry)) + element("pubDate", http::http_date(entry.published)) +
           element("description", dated(entry.story->dateline, entry.story->text)) +
           element("content:encoded", entry.story->body_html);
    for (const auto& topic : entry.story->topics) out += element("category", topic);
    out += "</item>\n";
  }
  return out + "</channel>\n</rss>\n";
}

std::string DemoFeeds::atom(const Outlet& outlet, const std::vector<Entry>& entries) const {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
      "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n";
  out += element("title", outlet.name) + element("id", base_url_ + "/demo/" + outlet.key) +
         element("updated", rfc3339(entries.empty() ? start_ : entries.front().published)) +
         "<link href=\"" + escape(outlet.home_url) + "\"/>\n" + "<author>" +
         element("name", outlet.name) + "</author>\n";
  for (const auto& entry : entries) {
    out += "<entry>\n" + element("title", headline(entry)) + element("id", link(entry)) +
           "<link href=\"" + escape(link(entry)) + "\"/>\n" +
           element("published", rfc3339(entry.published)) +
           element("updated", rfc3339(entry.published)) +
           element("summary", dated(entry.story->dateline, entry.story->text)) +
           "<content type=\"html\">" + escape(entry.story->body_html) + "</content>\n";
    for (const auto& topic : entry.story->topics) {
      out += "<category term=\"" + escape(topic) + "\"/>\n";
    }
    out += "</entry>\n";
  }
  return out + "</feed>\n";
}

std::string DemoFeeds::json_feed(const Outlet& outlet, const std::vector<Entry>& entries) const {
  Json items(Json::Array{});
  for (const auto& entry : entries) {
    Json::Array tags(entry.story->topics.begin(), entry.story->topics.end());
    items.push(Json({{"id", link(entry)},
                     {"url", link(entry)},
                     {"title", headline(entry)},
                     {"summary", dated(entry.story->dateline, entry.story->text)},
                     {"content_html", entry.story->body_html},
                     {"date_published", rfc3339(entry.published)},
                     {"tags", Json(std::move(tags))}}));
  }
  return Json({{"version", "https://jsonfeed.org/version/1.1"},
               {"title", outlet.name},
               {"home_page_url", outlet.home_url},
               {"language", "en"},
               {"items", std::move(items)}})
      .dump();
}

http::Response DemoFeeds::respond(const http::Request& request, Time now) const {
  const auto outlet = std::find_if(outlets_.begin(), outlets_.end(), [&](const Outlet& known) {
    return request.path == "/demo/" + known.key ||
           request.path.starts_with("/demo/" + known.key + "/");
  });
  if (outlet == outlets_.end()) return not_found();
  const auto shown = entries(static_cast<std::size_t>(outlet - outlets_.begin()), now);

  http::Response response;
  if (request.path != "/demo/" + outlet->key) {  // one story, as its outlet would show it
    const auto entry = std::find_if(shown.begin(), shown.end(), [&](const Entry& candidate) {
      return link(candidate) == base_url_ + request.path;
    });
    if (entry == shown.end()) return not_found();
    response.headers.add("content-type", "text/html; charset=utf-8");
    response.body = "<!doctype html><html lang=\"en\"><title>" + escape(headline(*entry)) +
                    "</title><h1>" + escape(headline(*entry)) + "</h1>" + entry->story->body_html;
    return response;
  }
  if (outlet->format == "rss") {
    response.headers.add("content-type", "application/rss+xml");
    response.body = rss(*outlet, shown);
  } else if (outlet->format == "atom") {
    response.headers.add("content-type", "application/atom+xml");
    response.body = atom(*outlet, shown);
  } else {
    response.headers.add("content-type", "application/feed+json");
    response.body = json_feed(*outlet, shown);
  }
  const std::string etag = '"' + hex(crypto::sha256(as_bytes(response.body))).substr(0, 16) + '"';
  response.headers.add("etag", etag);
  if (request.headers.find("if-none-match") == etag) {
    response.status = 304;
    response.body.clear();
  }
  return response;
}

}  // namespace tocsin::app
