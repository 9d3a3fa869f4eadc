// SPDX-License-Identifier: Apache-2.0
#include "tocsin/archive/xml_fields.h"

#include <algorithm>
#include <utility>

#include "tocsin/markup/encoding.h"
#include "tocsin/markup/text.h"

namespace tocsin::archive {
namespace {

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto plain = std::find_if(text.begin(), text.end(),
                                    [](char c) { return static_cast<signed char>(c) < 0; });
    text.remove_prefix(static_cast<std::size_t>(plain - text.begin()));
    if (!text.empty() && markup::take_character(text) == markup::kNoCharacter) return false;
  }
  return true;
}

}  // namespace

Status XmlFields::read(ByteView file, const ReadOptions& options) {
  if (file.size() > kFileBytesMax) {
    return Error{Errc::kExhausted, "the file is longer than 2 GiB"};
  }
  markup::Warnings warnings;
  std::string decoded;
  auto document = as_text(file);
  if (!is_utf8(document)) {
    decoded = markup::decode(file, "", warnings).text();
    document = decoded;
  }
  if (document.starts_with("\xef\xbb\xbf")) document.remove_prefix(3);
  TOCSIN_TRY(std::ignore, markup::read_xml(document, *this, warnings));
  TOCSIN_TRY(std::ignore, status_);
  for (const auto& warning : warnings.take()) {
    // Prefixes that nobody declared say nothing about comments.
    if (warning.find("prefix") == std::string::npos) builder_.warn_once(warning);
  }
  if (open_.empty()) return ok();
  const std::string message = "the file breaks off inside <" + open_.back() + ">, after " + place();
  if (!options.keep_what_is_readable) return Error{Errc::kCorrupt, message};
  builder_.warn_once(message);
  return ok();
}

void XmlFields::open(const markup::XmlElement& element) {
  open_.emplace_back(element.is_prefixed ? ":" : "").append(element.name);
  text_.clear();
  on_open(open_.back(), element);
}

void XmlFields::text(std::string_view text, bool) {
  text_ += text.substr(0, kFieldBytesMax - text_.size());
}

void XmlFields::close() {
  const auto name = std::move(open_.back());
  open_.pop_back();
  auto text = markup::clean_text(text_);
  text_.clear();
  if (status_) status_ = on_close(name, text);
}

}  // namespace tocsin::archive
