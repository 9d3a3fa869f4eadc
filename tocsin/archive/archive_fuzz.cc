// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <unordered_set>

#include "tocsin/archive/readers.h"
#include "tocsin/archive/writers.h"
#include "tocsin/base/bytes.h"
#include "tocsin/base/check.h"
#include "tocsin/markup/text.h"

namespace tocsin::archive {
namespace {

// The first byte says which reader it is for, and whether what is readable is kept.
Result<Archive> read_as(std::uint8_t choice, ByteView file) {
  const ReadOptions options{.keep_what_is_readable = (choice & 8U) != 0};
  switch (choice & 7U) {
    case 1:
      return read_wordpress(file, options);
    case 2:
      return read_disqus(file, options);
    case 3:
      return read_remark42(file, options);
    case 4:
      return read_json(file, options);
    case 5: {
      // Three files with a NUL between them.
      const auto text = as_text(file);
      const auto first = text.substr(0, text.find('\0'));
      const auto rest = text.substr(std::min(first.size() + 1, text.size()));
      const auto second = rest.substr(0, rest.find('\0'));
      const auto third = rest.substr(std::min(second.size() + 1, rest.size()));
      return read_coral({as_bytes(first), as_bytes(second), as_bytes(third)}, options);
    }
    default:
      return read(file, options);
  }
}

void check_text(const std::string& text, std::size_t bytes_max) {
  TOCSIN_CHECK(text.size() <= bytes_max);
  TOCSIN_CHECK(markup::clean_text(text) == text);
}

void check(const ArchivedConversation& conversation) {
  TOCSIN_CHECK(!conversation.key.empty());
  check_text(conversation.key, kKeyBytesMax);
  check_text(conversation.title, kTitleBytesMax);
  check_text(conversation.page_url, kUrlBytesMax);
  check_text(conversation.page_path, kUrlBytesMax);
  std::unordered_set<std::string> keys;
  for (const auto& comment : conversation.comments) {
    TOCSIN_CHECK(comment.parent_key.empty() || keys.contains(comment.parent_key));
    TOCSIN_CHECK(!comment.key.empty() && keys.insert(comment.key).second);
    check_text(comment.key, kKeyBytesMax);
    check_text(comment.text, kTextBytesMax);
    check_text(comment.author.name, kNameBytesMax);
    check_text(comment.author.email, kEmailBytesMax);
    check_text(comment.author.url, kUrlBytesMax);
  }
}

// What was read is whole, and is the same when it was written and read again.
void check(const Archive& archive) {
  std::unordered_set<std::string> keys;
  for (const auto& conversation : archive.conversations) {
    check(conversation);
    TOCSIN_CHECK(keys.insert(conversation.key).second);
  }
  TOCSIN_CHECK(archive.warnings.size() <= kWarningsMax);
  std::string json;
  write_json(archive, [&](std::string_view piece) { json += piece; });
  const auto again = read_json(as_bytes(json));
  TOCSIN_CHECK(again.has_value());
  TOCSIN_CHECK(again->conversations == archive.conversations);
  std::string xml;
  write_wordpress(archive, {.title = "T", .url = "https://a.example"},
                  [&](std::string_view piece) { xml += piece; });
  const auto posts = read_wordpress(as_bytes(xml));
  TOCSIN_CHECK(posts.has_value());
  TOCSIN_CHECK(posts->conversations.size() == archive.conversations.size());
  TOCSIN_CHECK(posts->comments() == archive.comments());
}

}  // namespace
}  // namespace tocsin::archive

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto archive = tocsin::archive::read_as(data[0], {data + 1, size - 1});
  if (archive) tocsin::archive::check(*archive);
  return 0;
}
