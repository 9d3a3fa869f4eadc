// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/opml.h"

#include <tuple>
#include <unordered_set>
#include <utility>

#include "tocsin/markup/encoding.h"
#include "tocsin/markup/text.h"
#include "tocsin/markup/xml.h"
#include "tocsin/url/url.h"

namespace tocsin::feed {
namespace {

constexpr std::size_t kNameBytesMax = 200;

std::string name_of(std::string_view text) {
  return std::string(markup::cut(markup::fold_space(text), kNameBytesMax));
}

std::string http_url(std::string_view text) {
  const auto url = Url::parse(text);
  return url && url->is_http() ? url->text() : std::string();
}

// Every outline that has an address is a feed, every other a folder.
class OutlineReader final : public markup::XmlSink {
 public:
  void open(const markup::XmlElement& element) override {
    if (elements_.empty() && element.name == "opml") is_opml_ = true;
    const bool is_outline = is_opml_ && element.name == "outline";
    const auto address = is_outline ? element.attribute("xmlurl") : "";
    const bool is_folder = is_outline && address.empty();
    if (is_folder) folders_.push_back(title_of(element));
    elements_.push_back(is_folder);
    if (is_outline && !address.empty()) add(element, address);
  }
  void text(std::string_view, bool) override {}
  void close() override {
    if (elements_.empty()) return;
    if (elements_.back()) folders_.pop_back();
    elements_.pop_back();
  }
  bool is_done() const override { return !elements_.empty() && !is_opml_; }

  bool is_opml() const { return is_opml_; }
  Opml take() { return std::move(opml_); }

 private:
  static std::string title_of(const markup::XmlElement& element) {
    const auto title = element.attribute("title");
    return name_of(title.empty() ? element.attribute("text") : title);
  }
  void add(const markup::XmlElement& element, std::string_view address) {
    OpmlFeed feed{.url = http_url(address),
                  .title = title_of(element),
                  .page_url = http_url(element.attribute("htmlurl")),
                  .folders = folders_};
    if (feed.url.empty() || opml_.feeds.size() >= kOpmlFeedsMax) {
      ++opml_.left_out;
      return;
    }
    if (!known_.insert(feed.url).second) return;
    if (feed.title.empty()) feed.title = Url::parse(feed.url)->host;
    opml_.feeds.push_back(std::move(feed));
  }

  bool is_opml_ = false;
  std::vector<bool> elements_;  // that are open; true: a folder
  std::vector<std::string> folders_;
  std::unordered_set<std::string> known_;
  Opml opml_;
};

void add_attribute(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out.append(" ").append(name).append("=\"").append(markup::escape(value)).append("\"");
}

}  // namespace

Result<Opml> read_opml(ByteView document) {
  if (document.size() > kOpmlBytesMax) {
    return Error{Errc::kExhausted, "the list is longer than 10 MB"};
  }
  markup::Warnings warnings;
  const auto decoded = markup::decode(document, "", warnings);
  OutlineReader reader;
  TOCSIN_TRY(std::ignore, markup::read_xml(decoded.text(), reader, warnings));
  if (!reader.is_opml()) return Error{Errc::kCorrupt, "this is no OPML"};
  return reader.take();
}

std::string write_opml(std::string_view title, const std::vector<OpmlFeed>& feeds) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<opml version=\"2.0\">\n<head><title>";
  out.append(markup::escape(title)).append("</title></head>\n<body>\n");
  std::vector<std::string> open;
  const auto go_to = [&](const std::vector<std::string>& folders) {
    std::size_t common = 0;
    while (common < open.size() && common < folders.size() && open[common] == folders[common]) {
      ++common;
    }
    for (; open.size() > common; open.pop_back()) out += "</outline>\n";
    for (; open.size() < folders.size(); open.push_back(folders[open.size()])) {
      out += "<outline";
      add_attribute(out, "text", folders[open.size()]);
      out += ">\n";
    }
  };
  for (const auto& feed : feeds) {
    go_to(feed.folders);
    out += "<outline type=\"rss\"";
    add_attribute(out, "text", feed.title);
    add_attribute(out, "xmlUrl", feed.url);
    add_attribute(out, "htmlUrl", feed.page_url);
    out += "/>\n";
  }
  go_to({});
  return out + "</body>\n</opml>\n";
}

}  // namespace tocsin::feed
