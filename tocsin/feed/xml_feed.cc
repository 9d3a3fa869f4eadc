// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "tocsin/feed/capture.h"
#include "tocsin/feed/readers.h"
#include "tocsin/markup/text.h"

namespace tocsin::feed {
namespace {

constexpr std::size_t kUsualItems = 50;

bool is_rss_space(markup::Namespace space) {
  return space == markup::Namespace::kNone || space == markup::Namespace::kRss10 ||
         space == markup::Namespace::kRss09;
}

bool is_atom_space(markup::Namespace space) {
  return space == markup::Namespace::kAtom10 || space == markup::Namespace::kAtom03;
}

bool is_item(markup::Namespace space, std::string_view name) {
  return (name == "item" && is_rss_space(space)) || (name == "entry" && is_atom_space(space));
}

// Builds the feed from the elements of RSS, RDF and Atom. Where an element stands decides what it
// is; what a known place contains is captured whole and read when it closes.
class FeedBuilder final : public markup::XmlSink {
 public:
  FeedBuilder(Base base, Refiner& refiner) : refiner_(refiner), document_base_(std::move(base)) {}

  void open(const markup::XmlElement& original) override;
  void text(std::string_view text, bool lasts) override {
    if (is_capturing_) capture_.text(text, lasts);
  }
  void close() override;
  bool is_done() const override { return is_foreign_ || refiner_.is_exhausted(); }

  // After the last event.
  Result<ParsedFeed> take();

 private:
  enum class Place {
    kDocument,
    kRoot,  // inside rss or rdf:RDF
    kFeed,
    kItem,
    kSource,  // the feed that an Atom entry was taken from
    kPerson,
    kSourcePerson,
    kSkipTimes,
    kIgnored,
  };
  struct Frame {
    Place place;
    std::size_t bases;      // in scope outside
    std::size_t languages;  // in scope outside
  };

  Place place() const { return frames_.empty() ? Place::kDocument : frames_.back().place; }
  const Base& base() const { return bases_.empty() ? document_base_ : bases_.back(); }
  std::string language() const { return languages_.empty() ? "" : languages_.back(); }

  Base resolved(std::string_view reference);
  void push(const markup::XmlElement& element, Place place);
  markup::Namespace main_namespace(const markup::XmlElement& element) const;
  void open_outside(const markup::XmlElement& element);
  Place place_of(const markup::XmlElement& element);
  Place place_of_root(const markup::XmlElement& element);
  Place place_in_root(const markup::XmlElement& element);
  Place place_in_feed(const markup::XmlElement& element);
  Place place_in_item(const markup::XmlElement& element);
  Place begin_item(const markup::XmlElement& element);
  Place capture(const markup::XmlElement& element);
  bool ends_capture(const markup::XmlElement& element, markup::Namespace space) const;
  void give_up_capture();
  void end_capture();
  void end_item();

  Refiner& refiner_;
  Base document_base_;
  std::vector<Base> bases_;  // of xml:base
  struct {
    std::string reference;
    Base outer;
    Base base;
  } resolved_;  // the last one
  std::vector<std::string> languages_;
  std::vector<Frame> frames_;
  Capture capture_;
  bool is_capturing_ = false;
  Draft feed_draft_;
  std::optional<Draft> item_;
  std::vector<std::string> source_authors_;
  std::size_t item_frames_ = 0;  // frames open when item_ began
  ParsedFeed feed_;
  bool has_feed_ = false;
  bool is_foreign_ = false;  // the root is not that of a feed
  bool is_rss_in_atom_ = false;
  bool is_rdf_ = false;
  bool has_channel_ = false;
};

void FeedBuilder::push(const markup::XmlElement& element, Place place) {
  frames_.push_back({place, bases_.size(), languages_.size()});
  if (element.attributes.empty()) return;
  // An empty one says that it is in no language (XML 1.0, section 2.12).
  const auto lang = markup::find_attribute(element.attributes, "lang", markup::Namespace::kXml);
  if (lang) languages_.push_back(markup::language_of(*lang));
  const auto reference = element.attribute("base", markup::Namespace::kXml);
  if (reference.empty()) return;
  if (Base inner = resolved(reference)) bases_.push_back(std::move(inner));
}

// Every item may say the same.
Base FeedBuilder::resolved(std::string_view reference) {
  const Base& outer = base();
  if (resolved_.reference != reference || resolved_.outer != outer) {
    resolved_ = {std::string(reference), outer,
                 usable_base(outer ? outer->resolve(reference) : Url::parse(reference))};
  }
  return resolved_.base;
}

// Feeds that forget to declare the namespace of their vocabulary, or declare a wrong one.
markup::Namespace FeedBuilder::main_namespace(const markup::XmlElement& element) const {
  if (!has_feed_ || element.is_prefixed) return element.space;
  const bool is_atom = feed_.format == Format::kAtom10 || feed_.format == Format::kAtom03;
  if (is_rss_in_atom_ && is_atom_space(element.space)) return markup::Namespace::kNone;
  const bool is_nameless = is_atom && element.space == markup::Namespace::kNone;
  return is_nameless ? markup::Namespace::kAtom10 : element.space;
}

void FeedBuilder::open(const markup::XmlElement& original) {
  const auto space = main_namespace(original);
  if (is_capturing_ && ends_capture(original, space)) give_up_capture();
  if (is_capturing_) {
    capture_.open(original);
  } else if (space == original.space) {
    open_outside(original);
  } else {
    markup::XmlElement element = original;
    element.space = space;
    open_outside(element);
  }
}

void FeedBuilder::open_outside(const markup::XmlElement& element) {
  // The frame comes first: xml:base and xml:lang of an element count for itself.
  const Place outside = place();
  push(element, outside);
  frames_.back().place = place_of(element);
  if (outside == Place::kDocument) feed_draft_.language.offer(language(), 1);
}

FeedBuilder::Place FeedBuilder::place_of(const markup::XmlElement& element) {
  switch (place()) {
    case Place::kDocument:
      return place_of_root(element);
    case Place::kRoot:
      return place_in_root(element);
    case Place::kFeed:
      return place_in_feed(element);
    case Place::kItem:
      return place_in_item(element);
    case Place::kSource:
      if (element.name == "author") return Place::kSourcePerson;
      return element.name == "title" ? capture(element) : Place::kIgnored;
    case Place::kPerson:
    case Place::kSourcePerson:
      return element.name == "name" ? capture(element) : Place::kIgnored;
    case Place::kSkipTimes:
      return element.name == "hour" || element.name == "day" ? capture(element) : Place::kIgnored;
    case Place::kIgnored:
      return Place::kIgnored;
  }
  return Place::kIgnored;
}

FeedBuilder::Place FeedBuilder::place_of_root(const markup::XmlElement& element) {
  const std::string_view name = element.name;
  has_feed_ = true;
  if (name == "rss") {
    const auto version = markup::trim(element.attribute("version"));
    feed_.format = version.starts_with("0.") ? Format::kRss09 : Format::kRss20;
    is_rss_in_atom_ = is_atom_space(element.space);
    return Place::kRoot;
  }
  if (name == "rdf" && element.space == markup::Namespace::kRdf) {
    is_rdf_ = true;
    feed_.format = Format::kRss10;  // until a channel in RSS 0.90's namespace
    return Place::kRoot;
  }
  if (name == "feed" && (is_atom_space(element.space) || !element.is_prefixed)) {
    const bool is_03 =
        element.space == markup::Namespace::kAtom03 || element.attribute("version") == "0.3";
    feed_.format = is_03 ? Format::kAtom03 : Format::kAtom10;
    return Place::kFeed;
  }
  if (is_item(element.space, name) && is_atom_space(element.space)) {
    // An entry by itself (RFC 4287, section 2).
    feed_.format = element.space == markup::Namespace::kAtom03 ? Format::kAtom03 : Format::kAtom10;
    return begin_item(element);
  }
  has_feed_ = false;
  is_foreign_ = true;
  return Place::kIgnored;
}

FeedBuilder::Place FeedBuilder::place_in_root(const markup::XmlElement& element) {
  const std::string_view name = element.name;
  if (is_item(element.space, name)) return begin_item(element);
  if (name != "channel" || !is_rss_space(element.space)) return Place::kIgnored;
  has_channel_ = true;
  if (element.space == markup::Namespace::kRss09) feed_.format = Format::kRss09;
  feed_draft_.id = refiner_.line(element.attribute("about", markup::Namespace::kRdf));
  return Place::kFeed;
}

FeedBuilder::Place FeedBuilder::place_in_feed(const markup::XmlElement& element) {
  const std::string_view name = element.name;
  if (is_item(element.space, name)) return begin_item(element);
  if (is_atom_space(element.space) && name == "author") return Place::kPerson;
  if (is_rss_space(element.space) && (name == "skiphours" || name == "skipdays")) {
    return Place::kSkipTimes;
  }
  // These contain titles and links of their own.
  const bool is_other =
      name == "image" || name == "textinput" || name == "owner" || name == "contributor";
  return is_other ? Place::kIgnored : capture(element);
}

FeedBuilder::Place FeedBuilder::place_in_item(const markup::XmlElement& element) {
  const std::string_view name = element.name;
  if (is_item(element.space, name)) return begin_item(element);
  if (!item_) return Place::kIgnored;
  if (is_atom_space(element.space)) {
    if (name == "author") return Place::kPerson;
    if (name == "source") return Place::kSource;
    if (name == "contributor") return Place::kIgnored;
  }
  if (element.space == markup::Namespace::kMedia) {
    if (name == "group") return Place::kItem;
    if (name == "content" || name == "thumbnail") {
      const Field field{element.space, element.name, element.attributes, "", false, ""};
      read_media(field, base(), refiner_, *item_);
      return Place::kItem;
    }
  }
  return capture(element);
}

// An item inside an item is one after an item that was not closed.
FeedBuilder::Place FeedBuilder::begin_item(const markup::XmlElement& element) {
  if (item_) end_item();
  if (feed_.items.size() == kItemsMax) {
    refiner_.warnings().add("items after the first 5000 were left out");
    return Place::kIgnored;
  }
  if (feed_.items.empty()) feed_.items.reserve(kUsualItems);
  item_.emplace();
  item_frames_ = frames_.size();
  item_->language.offer(language(), 1);
  auto about = element.attribute("about", markup::Namespace::kRdf);
  if (about.empty() && feed_.format == Format::kRss10) about = element.attribute("about");
  item_->id = refiner_.line(about);
  item_->link.offer(refiner_.link(about, nullptr), 1);
  return Place::kItem;
}

FeedBuilder::Place FeedBuilder::capture(const markup::XmlElement& element) {
  capture_.begin(element);
  is_capturing_ = true;
  return place();
}

void FeedBuilder::close() {
  if (is_capturing_ && capture_.close()) return;
  if (is_capturing_) end_capture();
  if (item_ && frames_.size() == item_frames_) end_item();
  bases_.resize(std::min(bases_.size(), frames_.back().bases));
  languages_.resize(std::min(languages_.size(), frames_.back().languages));
  frames_.pop_back();
}

// True if `element` cannot stand in what is captured, so that an end tag must be missing. Markup
// may have elements of these names only where it is expected and only where HTML has them.
bool FeedBuilder::ends_capture(const markup::XmlElement& element, markup::Namespace space) const {
  const std::string_view name = element.name;
  if (is_item(space, name) || space == markup::Namespace::kContent) return true;
  const bool is_rss = is_rss_space(space) && is_rss_space(capture_.space());
  const bool is_atom = is_atom_space(space) && space == capture_.space();
  if (!is_rss && !is_atom) return false;
  if (name == "guid" || name == "pubdate" || name == "enclosure") return true;
  if (is_atom && (name == "id" || name == "updated" || name == "published")) return true;
  if (capture_.may_have_markup()) return false;
  return name == "link" || name == "title" || name == "description" || name == "category" ||
         name == "author" || name == "summary" || name == "content";
}

// What was open inside it goes on as unknown elements of the place around it.
void FeedBuilder::give_up_capture() {
  refiner_.warnings().add("the XML is malformed");
  const std::size_t open = capture_.depth();
  for (std::size_t i = 0; i < open; ++i) capture_.close();
  end_capture();
  const Frame outside = frames_.back();
  for (std::size_t i = 0; i < open; ++i)
    frames_.push_back({outside.place, bases_.size(), languages_.size()});
}

void FeedBuilder::end_capture() {
  const Field field = capture_.take();
  is_capturing_ = false;
  // The frame of the captured element keeps the place that it stands in.
  if (place() == Place::kSource) {
    Draft source;
    read_field(field, base(), refiner_, source);
    if (item_) item_->credit.offer(*source.title, 3);
  } else if (place() == Place::kSourcePerson) {
    add_to(source_authors_, refiner_.line(field.text));
  } else if (place() == Place::kSkipTimes) {
    read_skip_time(field, feed_draft_);
  } else if (item_) {
    read_language(field, *item_);
    const Base inner = field.inner_base.empty() ? nullptr : resolved(field.inner_base);
    read_field(field, inner ? inner : base(), refiner_, *item_);
  } else {
    read_field(field, base(), refiner_, feed_draft_);
    if (!document_base_) document_base_ = usable_base(Url::parse(*feed_draft_.link));
  }
}

void FeedBuilder::end_item() {
  if (item_->authors.empty()) item_->authors = std::move(source_authors_);
  source_authors_.clear();
  feed_.items.push_back(item_of(*std::move(item_)));
  item_.reset();
}

Result<ParsedFeed> FeedBuilder::take() {
  const bool is_other_rdf = is_rdf_ && !has_channel_ && feed_.items.empty() && !item_;
  if (!has_feed_ || is_other_rdf) return Error{Errc::kCorrupt, "the document is not a feed"};
  // Of a document that was cut off, the last item counts if what names it is complete.
  if (item_ && !(*item_->title).empty() && !(*item_->link).empty()) end_item();
  describe_feed(std::move(feed_draft_), feed_);
  return std::move(feed_);
}

// Servers that fail half-way print their errors, markup and all, before the document.
std::string_view without_errors(std::string_view text, markup::Warnings& warnings) {
  constexpr std::size_t kErrorsBytesMax = 16'384;
  const auto prolog = text.substr(0, kErrorsBytesMax).find("<?xml ");
  if (prolog == text.npos || markup::trim(text.substr(0, prolog)).empty()) return text;
  const std::string before = markup::lower(text.substr(0, prolog));
  for (const char* const root : {"<rss", "<feed", "<rdf:", "<html", "<!doctype"}) {
    if (before.find(root) != before.npos) return text;
  }
  warnings.add("text before the document");
  return text.substr(prolog);
}

}  // namespace

Result<ParsedFeed> read_xml_feed(std::string_view text, const Base& base, Refiner& refiner) {
  text = without_errors(text, refiner.warnings());
  FeedBuilder builder(base, refiner);
  TOCSIN_TRY(std::ignore, markup::read_xml(text, builder, refiner.warnings()));
  return builder.take();
}

}  // namespace tocsin::feed
