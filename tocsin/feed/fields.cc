// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/fields.h"

#include <charconv>
#include <iterator>

#include "tocsin/feed/sanitize.h"
#include "tocsin/markup/text.h"

namespace tocsin::feed {
namespace {

constexpr std::chrono::minutes kTtlMax = std::chrono::hours(24 * 365);

std::optional<std::int64_t> whole_number(std::string_view text) {
  text = markup::trim(text);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

std::optional<std::chrono::minutes> ttl_of(std::string_view text) {
  const auto number = whole_number(text);
  if (!number || *number == 0 || *number > kTtlMax.count()) return std::nullopt;
  return std::chrono::minutes(*number);
}

// RSS wants "address (name)".
std::string name_of_mailbox(std::string name) {
  const auto open = name.find(" (");
  if (open == name.npos || !name.ends_with(')') || name.find('@') > open) return name;
  return name.substr(open + 2, name.size() - open - 3);
}

class FieldReader {
 public:
  FieldReader(const Field& field, const Url& base, Refiner& refiner, Draft& draft)
      : field_(field), base_(base), refiner_(refiner), draft_(draft) {}

  void read() {
    switch (field_.space) {
      case markup::Namespace::kNone:
      case markup::Namespace::kRss10:
      case markup::Namespace::kRss09:
        return read_rss();
      case markup::Namespace::kAtom10:
      case markup::Namespace::kAtom03:
        return read_atom();
      case markup::Namespace::kDublinCore:
      case markup::Namespace::kDublinCoreTerms:
        return read_dublin_core();
      case markup::Namespace::kContent:
        if (field_.name == "encoded") draft_.content.offer(html(), 3);
        return;
      case markup::Namespace::kXhtml:
        if (field_.name == "body" || field_.name == "div") draft_.content.offer(html(), 2);
        return;
      case markup::Namespace::kMedia:
        return read_media_text();
      case markup::Namespace::kItunes:
        return read_itunes();
      case markup::Namespace::kRdf:
      case markup::Namespace::kXml:
      case markup::Namespace::kUnknown:
        return;
    }
  }

  void read_attachment() {
    const auto url = refiner_.link(field_.attribute("url"), base_);
    if (url.empty()) return;
    const std::string type(markup::trim(field_.attribute("type")));
    const bool is_media = field_.space == markup::Namespace::kMedia;
    if (is_media && field_.name == "thumbnail") return draft_.image.offer(url, 3);
    const bool is_image = field_.attribute("medium") == "image" || type.starts_with("image/");
    if (is_image) draft_.image.offer(url, is_media ? 4 : 2);
    if (is_image && is_media) return;
    add_enclosure(url, type, field_.attribute(is_media ? "filesize" : "length"));
  }

 private:
  std::string line() const {
    return field_.is_html ? refiner_.line_of_html(field_.text) : refiner_.line(field_.text);
  }
  std::string html() const {
    return refiner_.html(field_.is_html ? field_.text : markup::escape(field_.text), base_);
  }
  std::string link(std::string_view reference) const { return refiner_.link(reference, base_); }
  std::optional<Time> date() const {
    const bool is_marked_up =
        field_.is_html && field_.text.find_first_of("<&") != std::string::npos;
    return refiner_.date(is_marked_up ? plain_text(markup::cut(field_.text, 1000)) : field_.text);
  }

  void add_enclosure(const std::string& url, const std::string& type, std::string_view length) {
    auto& list = draft_.enclosures;
    if (list.size() == kListMax) return;
    for (const auto& known : list) {
      if (known.url == url) return;
    }
    list.push_back({url, type, whole_number(length)});
  }

  void read_rss() {
    const auto& name = field_.name;
    if (name == "title") return draft_.title.offer(line(), 3);
    if (name == "link") return read_rss_link();
    if (name == "guid") return read_guid();
    if (name == "description") return draft_.summary.offer(html(), 3);
    if (name == "pubdate") return draft_.published.offer(date(), 3);
    if (name == "lastbuilddate") return draft_.updated.offer(date(), 2);
    if (name == "author") return add_to(draft_.authors, name_of_mailbox(line()));
    if (name == "managingeditor") return draft_.other_author.offer(name_of_mailbox(line()), 2);
    if (name == "category") return add_to(draft_.categories, line());
    if (name == "source") return draft_.credit.offer(line(), 2);
    if (name == "language") return draft_.language.offer(line(), 2);
    if (name == "enclosure") return read_attachment();
    if (name == "ttl") draft_.ttl = ttl_of(field_.text);
  }

  // Writers who forget the prefix of atom:link write it with its attributes.
  void read_rss_link() {
    if (!field_.attribute("href").empty()) return read_atom_link();
    draft_.link.offer(link(markup::decode_references(field_.text)),
                      4);  // "&amp;" is often escaped twice
  }

  void read_guid() {
    if (draft_.id.empty()) draft_.id = refiner_.line(field_.text);
    const bool is_permalink =
        !markup::equal_ignoring_case(markup::trim(field_.attribute("ispermalink")), "false");
    if (is_permalink) draft_.link.offer(refiner_.link(field_.text, Url{}), 1);
  }

  void read_atom() {
    const auto& name = field_.name;
    if (name == "title") return draft_.title.offer(line(), 3);
    if (name == "link") return read_atom_link();
    if (name == "id") {
      if (draft_.id.empty()) draft_.id = refiner_.line(field_.text);
    } else if (name == "published" || name == "issued") {
      draft_.published.offer(date(), 3);
    } else if (name == "created") {
      draft_.published.offer(date(), 1);
    } else if (name == "updated" || name == "modified") {
      draft_.updated.offer(date(), 3);
    } else if (name == "summary") {
      draft_.summary.offer(html(), 3);
    } else if (name == "content") {
      draft_.content.offer(html(), 3);
    } else if (name == "category") {
      const auto label = field_.attribute("label");
      add_to(draft_.categories, refiner_.line(label.empty() ? field_.attribute("term") : label));
    } else if (name == "name") {
      add_to(draft_.authors, line());  // of a person
    }
  }

  void read_atom_link() {
    const auto rel = markup::lower(markup::trim(field_.attribute("rel")));
    const std::string type(markup::trim(field_.attribute("type")));
    const auto url = link(field_.attribute("href"));
    if (url.empty()) return;
    if (rel.empty() || rel == "alternate") {
      const bool is_page = type.empty() || type.find("html") != type.npos;
      draft_.link.offer(url, is_page ? 3 : 2);
    } else if (rel == "enclosure") {
      if (type.starts_with("image/")) draft_.image.offer(url, 2);
      add_enclosure(url, type, field_.attribute("length"));
    } else if (rel == "hub") {
      add_to(draft_.hubs, url);
    } else if (rel == "self" && draft_.self.empty()) {
      draft_.self = url;
    }
  }

  void read_dublin_core() {
    const auto& name = field_.name;
    if (name == "title") draft_.title.offer(line(), 2);
    if (name == "creator") add_to(draft_.authors, name_of_mailbox(line()));
    if (name == "subject") add_to(draft_.categories, line());
    if (name == "date" || name == "issued") draft_.published.offer(date(), 2);
    if (name == "created") draft_.published.offer(date(), 1);
    if (name == "modified") draft_.updated.offer(date(), 2);
    if (name == "description") draft_.summary.offer(html(), 2);
    if (name == "publisher") draft_.credit.offer(line(), 1);
    if (name == "language") draft_.language.offer(line(), 2);
  }

  void read_media_text() {
    if (field_.name == "title") draft_.title.offer(line(), 1);
    if (field_.name == "description") draft_.summary.offer(html(), 1);
  }

  void read_itunes() {
    if (field_.name == "image") draft_.image.offer(link(field_.attribute("href")), 3);
    if (field_.name == "author") draft_.other_author.offer(line(), 1);
    if (field_.name == "summary") draft_.summary.offer(html(), 2);
    if (field_.name == "subtitle") draft_.summary.offer(html(), 1);
  }

  const Field& field_;
  const Url& base_;
  Refiner& refiner_;
  Draft& draft_;
};

}  // namespace

std::string_view Field::attribute(std::string_view key) const {
  for (const auto& each : attributes) {
    if (each.name == key && each.space == markup::Namespace::kNone) return each.value;
  }
  return {};
}

void read_field(const Field& field, const Url& base, Refiner& refiner, Draft& draft) {
  FieldReader(field, base, refiner, draft).read();
}

void read_skip_time(const Field& field, Draft& draft) {
  constexpr std::string_view kDays[] = {"sunday",   "monday", "tuesday", "wednesday",
                                        "thursday", "friday", "saturday"};
  if (field.name == "hour") {
    const auto hour = whole_number(field.text);
    // RSS 0.91 counts from 1 to 24.
    if (hour && *hour <= 24) draft.skip_hours.set(static_cast<std::size_t>(*hour % 24));
    return;
  }
  const std::string name = markup::lower(markup::trim(field.text));
  for (std::size_t day = 0; day < std::size(kDays) && name.size() >= 3; ++day) {
    if (kDays[day].starts_with(name)) draft.skip_days.set(day);
  }
}

void read_media(const Field& field, const Url& base, Refiner& refiner, Draft& draft) {
  FieldReader(field, base, refiner, draft).read_attachment();
}

}  // namespace tocsin::feed
