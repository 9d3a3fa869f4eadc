// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <unordered_map>
#include <utility>

#include "tocsin/archive/writers.h"
#include "tocsin/markdown/markdown.h"
#include "tocsin/markup/text.h"

namespace tocsin::archive {
namespace {

constexpr std::uint64_t kGivenIdsMin = 1'000'000'001;  // of posts whose key is no number below it
constexpr std::string_view kStaffId = "1";
constexpr std::string_view kReaderId = "2";  // of whoever was registered; no <wp:author> has it

// The number that `text` is, without a sign or leading zeros; 0 for anything else.
std::uint64_t id_of(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool is_number =
      code == std::errc() && end == text.data() + text.size() && !text.starts_with('0');
  return is_number && out < kGivenIdsMin ? out : 0;
}

void append_cdata(std::string& out, std::string_view text) {
  constexpr std::string_view kEnd = "]]>";
  out += "<![CDATA[";
  for (auto at = text.find(kEnd); at != text.npos; at = text.find(kEnd)) {
    out.append(text.substr(0, at + 2)).append("]]><![CDATA[");
    text.remove_prefix(at + 2);
  }
  out.append(text).append("]]>");
}

// WordPress keeps titles as HTML, and the importer compares them: no more is escaped than would
// be read as a reference.
std::string title_html(std::string_view title) {
  std::string out;
  for (std::size_t i = 0; i < title.size(); ++i) {
    out += title[i];
    if (title[i] == '&' && markup::reference_at(title.substr(i))) out += "amp;";
  }
  return out;
}

// Paragraphs and breaks as WordPress keeps them: its own filters take the tags out of comments and
// make them of line ends. Angle brackets of the text are escaped, so these are tags.
std::string comment_content(std::string_view text) {
  const auto html = markdown::comment_html(text);
  std::string out;
  bool in_pre = false;
  for (std::string_view rest = html; !rest.empty();) {
    const auto tag = rest.front() == '<' ? rest.substr(0, rest.find('>') + 1) : rest.substr(0, 1);
    rest.remove_prefix(tag.size());
    if (tag == "<pre>" || tag == "</pre>") in_pre = tag == "<pre>";
    if (tag == "</p>") {
      out += "\n\n";
    } else if (tag == "<br>") {
      out += '\n';
    } else if (tag == "\n" && !in_pre) {
      out += ' ';
    } else if (tag != "<p>") {
      out += tag;
    }
  }
  return std::string(markup::trim(out));
}

// "2026-11-25 05:16:50"
std::string sql_date(Time time) {
  if (time == Time{}) return "0000-00-00 00:00:00";
  auto text = rfc3339(std::chrono::floor<Seconds>(time));
  text[text.find('T')] = ' ';
  text.pop_back();
  return text;
}

std::string_view approval_of(State state) {
  switch (state) {
    case State::kApproved:
      return "1";
    case State::kPending:
      return "0";
    case State::kSpam:
      return "spam";
    case State::kRejected:
    case State::kDeleted:
      break;
  }
  return "trash";
}

constexpr std::string_view kHead = R"(<?xml version="1.0" encoding="UTF-8"?>
<!-- generator="Tocsin" -->
<rss version="2.0"
  xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:wfw="http://wellformedweb.org/CommentAPI/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
)";

// On one line, as one of the importer's parsers wants it.
constexpr std::string_view kAuthor =
    "<wp:author><wp:author_id>1</wp:author_id>"
    "<wp:author_login><![CDATA[newsroom]]></wp:author_login>"
    "<wp:author_email><![CDATA[]]></wp:author_email>"
    "<wp:author_display_name><![CDATA[Newsroom]]></wp:author_display_name>"
    "<wp:author_first_name><![CDATA[]]></wp:author_first_name>"
    "<wp:author_last_name><![CDATA[]]></wp:author_last_name></wp:author>\n";

// What WordPress's importer asks every item for and comments do not need.
constexpr std::string_view kItemRest = R"(<wp:ping_status>closed</wp:ping_status>
<wp:status>draft</wp:status>
<wp:post_parent>0</wp:post_parent>
<wp:menu_order>0</wp:menu_order>
<wp:post_type>post</wp:post_type>
<wp:post_password></wp:post_password>
<wp:is_sticky>0</wp:is_sticky>
)";

}  // namespace

// The importer takes comments in the order of their ids, and knows a parent only if it came before.
struct WordPressWriter::Ids {
  explicit Ids(const std::vector<ArchivedComment>& comments) {
    std::uint64_t given = 0;
    bool are_kept = true;
    for (const auto& comment : comments) {
      const auto id = id_of(comment.key);
      const auto parent = comment.parent_key.empty() ? 0 : id_of(comment.parent_key);
      are_kept = are_kept && id > 0 && parent < id && (comment.parent_key.empty() || parent > 0);
    }
    for (const auto& comment : comments) {
      of_key.emplace(comment.key, are_kept ? id_of(comment.key) : ++given);
    }
  }
  std::string text(const std::string& key) const {
    const auto found = of_key.find(key);
    return std::to_string(found == of_key.end() ? 0 : found->second);
  }

  std::unordered_map<std::string_view, std::uint64_t> of_key;
};

WordPressWriter::WordPressWriter(WordPressSite site, Sink sink)
    : site_(std::move(site)), sink_(std::move(sink)), next_post_(kGivenIdsMin) {
  while (site_.url.ends_with('/')) site_.url.pop_back();
  out_ = kHead;
  element("title", site_.title);
  element("link", site_.url);
  element("generator", kGenerator);
  element("wp:wxr_version", "1.2");
  element("wp:base_site_url", site_.url);
  element("wp:base_blog_url", site_.url);
  out_ += kAuthor;
}

void WordPressWriter::flush(std::size_t bytes_min) {
  if (out_.size() < bytes_min) return;
  sink_(out_);
  out_.clear();
}

void WordPressWriter::element(std::string_view name, std::string_view text) {
  out_.append("<").append(name).append(">");
  if (markup::escape(text).size() == text.size()) {
    out_ += text;
  } else {
    append_cdata(out_, text);
  }
  out_.append("</").append(name).append(">\n");
}

void WordPressWriter::add(const ArchivedConversation& conversation) {
  const auto id = id_of(conversation.key);
  const auto& path = conversation.page_path;
  const auto link = conversation.page_url.empty()
                        ? site_.url + (path.starts_with('/') ? "" : "/") + path
                        : conversation.page_url;
  out_ += "<item>\n";
  element("title", title_html(conversation.title));
  element("link", link);
  element("dc:creator", "newsroom");
  element("content:encoded", "<p><a href=\"" + markup::escape(link) + "\">" +
                                 markup::escape(conversation.title) + "</a></p>");
  element("excerpt:encoded", "");
  element("wp:post_id", std::to_string(id > 0 ? id : next_post_++));
  element("wp:post_date", "");
  element("wp:post_date_gmt", "");
  element("wp:comment_status", conversation.is_open ? "open" : "closed");
  element("wp:post_name", conversation.slug);
  out_ += kItemRest;
  Ids ids(conversation.comments);
  for (const auto& comment : conversation.comments) add(comment, ids);
  out_ += "</item>\n";
  flush(kPieceBytes);
}

void WordPressWriter::add(const ArchivedComment& comment, Ids& ids) {
  const auto date = sql_date(comment.created);
  out_ += "<wp:comment>\n";
  element("wp:comment_id", ids.text(comment.key));
  element("wp:comment_author", markup::escape(comment.author.name));
  element("wp:comment_author_email", comment.author.email);
  element("wp:comment_author_url", comment.author.url);
  element("wp:comment_author_IP", comment.address);
  element("wp:comment_date", date);
  element("wp:comment_date_gmt", date);
  element("wp:comment_content", comment_content(comment.text));
  element("wp:comment_approved", approval_of(comment.state));
  element("wp:comment_type", "comment");
  element("wp:comment_parent", ids.text(comment.parent_key));
  element("wp:comment_user_id", comment.author.is_staff        ? kStaffId
                                : comment.author.is_registered ? kReaderId
                                                               : "0");
  out_ += "</wp:comment>\n";
  flush(kPieceBytes);
}

void WordPressWriter::finish() {
  out_ += "</channel>\n</rss>\n";
  flush(0);
}

void write_wordpress(const Archive& archive, const WordPressSite& site, const Sink& sink) {
  WordPressWriter writer(site, sink);
  for (const auto& conversation : archive.conversations) writer.add(conversation);
  writer.finish();
}

}  // namespace tocsin::archive
