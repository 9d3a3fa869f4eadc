// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/fields.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>

#include "tocsin/feed/sanitize/sanitize.h"
#include "tocsin/markup/scan.h"
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

std::optional<std::uint32_t> count_of(std::string_view text) {
  const auto number = whole_number(text);
  if (!number || *number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::chrono::minutes period_of(std::string_view name) {
  constexpr std::chrono::hours kDay(24);
  if (name == "hourly") return std::chrono::hours(1);
  if (name == "daily") return kDay;
  if (name == "weekly") return 7 * kDay;
  if (name == "monthly") return 30 * kDay;
  return name == "yearly" ? 365 * kDay : std::chrono::minutes(0);
}

// What a picture is offered as, of falling worth. The wider of two alike is better.
constexpr int kPicture = 4'000'000;  // media:content
constexpr int kThumbnail = 3'000'000;
constexpr int kEnclosedPicture = 2'000'000;
constexpr int kPictureInItem = 1'000'000;

int rank_of_width(std::string_view width) {
  return static_cast<int>(std::min<std::int64_t>(whole_number(width).value_or(0), 999'999));
}

// By its name, for those who leave the type out.
bool is_picture_address(std::string_view url) {
  const auto path = url.substr(0, url.find_first_of("?#"));
  const auto dot = path.rfind('.');
  if (dot == path.npos) return false;
  const std::string ending = markup::lower(path.substr(dot + 1));
  return ending == "jpg" || ending == "jpeg" || ending == "png" || ending == "gif" ||
         ending == "webp" || ending == "avif";
}

// A relation of Atom; a registered one may be written as an address (RFC 4287, section 4.2.7.2).
std::string relation_of(std::string_view rel) {
  constexpr std::string_view kRegistry = "http://www.iana.org/assignments/relation/";
  std::string name = markup::lower(markup::trim(rel));
  return name.starts_with(kRegistry) ? name.substr(kRegistry.size()) : name;
}

// RSS wants "address (name)".
std::string name_of_mailbox(std::string name) {
  const auto open = name.find(" (");
  if (open == name.npos || !name.ends_with(')') || name.find('@') > open) return name;
  return name.substr(open + 2, name.size() - open - 3);
}

class FieldReader {
 public:
  FieldReader(const Field& field, const Base& base, Refiner& refiner, Draft& draft)
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
      case markup::Namespace::kSyndication:
        return read_syndication();
      case markup::Namespace::kFeedburner:
        // Where its own counting links lead.
        if (field_.name == "origlink") draft_.link.offer(link(field_.text), 5);
        return;
      case markup::Namespace::kSlash:
        if (field_.name == "comments") draft_.comments.offer(count_of(field_.text), 2);
        return;
      case markup::Namespace::kThreading:
        if (field_.name == "total") draft_.comments.offer(count_of(field_.text), 2);
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
    const int width = rank_of_width(field_.attribute("width"));
    if (is_media && field_.name == "thumbnail") {
      return draft_.image.offer(url, kThumbnail + width);
    }
    const auto medium = field_.attribute("medium");
    const bool is_image = medium == "image" || type.starts_with("image/") ||
                          (medium.empty() && type.empty() && is_picture_address(url));
    if (is_image) draft_.image.offer(url, (is_media ? kPicture : kEnclosedPicture) + width);
    if (is_image && is_media) return;
    add_enclosure(url, type, field_.attribute(is_media ? "filesize" : "length"));
  }

 private:
  std::string line() const {
    return field_.is_html ? refiner_.line_of_html(field_.text) : refiner_.line(field_.text);
  }
  RawHtml html() const {
    return field_.is_html ? refiner_.html(field_.text, base_)
                          : refiner_.html(markup::escape(field_.text), base_);
  }
  std::string link(std::string_view reference) const { return refiner_.link(reference, base_); }
  std::optional<Time> date() const {
    const bool is_marked_up =
        field_.is_html && markup::find_any<'<', '&'>(field_.text) < field_.text.size();
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
    const std::string_view name = field_.name;
    if (name == "title") return draft_.title.offer(line(), 3);
    if (name == "link") return read_rss_link();
    if (name == "guid") return read_guid();
    if (name == "description") return draft_.summary.offer(html(), 3);
    if (name == "pubdate") return draft_.published.offer(date(), 3);
    if (name == "lastbuilddate") return draft_.updated.offer(date(), 2);
    if (name == "author") return add_to(draft_.authors, name_of_mailbox(line()));
    if (name == "managingeditor") return draft_.other_author.offer(name_of_mailbox(line()), 2);
    if (name == "category") return add_to(draft_.categories, line());
    if (name == "source") return draft_.credit.offer(line(), 3);
    if (name == "language") return draft_.language.offer(markup::language_of(line()), 3);
    if (name == "enclosure") return read_attachment();
    if (name == "image") return draft_.image.offer(link(address_of_image()), kPictureInItem);
    if (name == "comments") {
      return draft_.comments_url.offer(link(markup::decode_references(field_.text)), 2);
    }
    if (name == "ttl" && !draft_.ttl) draft_.ttl = ttl_of(field_.text);
  }

  // An item's picture has no element in RSS; some give it the channel's, some its address alone.
  std::string address_of_image() const {
    const auto open = field_.text.find("<url>");
    const auto text = open == field_.text.npos ? field_.text : field_.text.substr(open + 5);
    return markup::decode_references(text.substr(0, text.find('<')));
  }

  // RSS 1.0's module for it: so many times in a period, once a day where nothing is said.
  void read_syndication() {
    if (field_.name == "updatefrequency") {
      draft_.update_frequency = whole_number(field_.text).value_or(0);
      if (!draft_.update_period) draft_.update_period = std::chrono::hours(24);
    } else if (field_.name == "updateperiod") {
      draft_.update_period = period_of(markup::lower(markup::trim(field_.text)));
    }
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
    if (is_permalink) draft_.link.offer(refiner_.link(field_.text, nullptr), 1);
  }

  void read_atom() {
    const std::string_view name = field_.name;
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
    const auto rel = relation_of(field_.attribute("rel"));
    const std::string type(markup::trim(field_.attribute("type")));
    const auto url = link(field_.attribute("href"));
    if (url.empty()) return;
    if (rel.empty() || rel == "alternate") {
      const bool is_page = type.empty() || type.find("html") != type.npos;
      draft_.link.offer(url, is_page ? 3 : 2);
    } else if (rel == "enclosure") {
      if (type.starts_with("image/")) draft_.image.offer(url, kEnclosedPicture);
      add_enclosure(url, type, field_.attribute("length"));
    } else if (rel == "replies") {
      read_replies(type, url);
    } else if (rel == "hub") {
      add_to(draft_.hubs, url);
    } else if (rel == "self" && draft_.self.empty()) {
      draft_.self = url;
    }
  }

  // Without a type it is a feed of them (RFC 4685, section 4).
  void read_replies(std::string_view type, const std::string& url) {
    if (type.find("html") != type.npos) draft_.comments_url.offer(url, 1);
    draft_.comments.offer(count_of(field_.attribute("count", markup::Namespace::kThreading)), 1);
  }

  void read_dublin_core() {
    const std::string_view name = field_.name;
    if (name == "title") draft_.title.offer(line(), 2);
    if (name == "creator") add_to(draft_.authors, name_of_mailbox(line()));
    if (name == "subject") add_to(draft_.categories, line());
    if (name == "date" || name == "issued") draft_.published.offer(date(), 2);
    if (name == "created") draft_.published.offer(date(), 1);
    if (name == "modified") draft_.updated.offer(date(), 2);
    if (name == "description") draft_.summary.offer(html(), 2);
    if (name == "publisher") draft_.credit.offer(line(), 1);
    if (name == "source") read_source();
    if (name == "language") draft_.language.offer(markup::language_of(line()), 3);
  }

  // Often a name, as the words of Dublin Core have it: a "related resource".
  void read_source() {
    std::string name = line();
    if (name.find("://") == name.npos) draft_.credit.offer(std::move(name), 2);
  }

  void read_media_text() {
    if (field_.name == "title") draft_.title.offer(line(), 1);
    if (field_.name == "description") draft_.summary.offer(html(), 1);
  }

  void read_itunes() {
    if (field_.name == "image") draft_.image.offer(link(field_.attribute("href")), kThumbnail);
    if (field_.name == "title") draft_.title.offer(line(), 1);
    if (field_.name == "author") draft_.other_author.offer(line(), 1);
    if (field_.name == "summary") draft_.summary.offer(html(), 2);
    if (field_.name == "subtitle") draft_.summary.offer(html(), 1);
  }

  const Field& field_;
  const Base& base_;
  Refiner& refiner_;
  Draft& draft_;
};

}  // namespace

void read_language(const Field& field, Draft& draft) {
  if (field.name != "title" && field.name != "content") return;
  draft.language.offer(markup::language_of(field.attribute("lang", markup::Namespace::kXml)), 2);
}

void read_field(const Field& field, const Base& base, Refiner& refiner, Draft& draft) {
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

void read_media(const Field& field, const Base& base, Refiner& refiner, Draft& draft) {
  FieldReader(field, base, refiner, draft).read_attachment();
}

}  // namespace tocsin::feed
