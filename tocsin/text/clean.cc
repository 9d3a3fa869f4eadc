// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "tocsin/text/text.h"
#include "tocsin/text/unicode.h"

namespace tocsin::text {
namespace {

constexpr char32_t kNonJoiner = 0x200c;
constexpr char32_t kJoiner = 0x200d;
constexpr char32_t kKeycap = 0x20e3;
constexpr char32_t kBlackFlag = 0x1f3f4;
constexpr char32_t kCancelTag = 0xe007f;
constexpr char32_t kBrailleBlank = 0x2800;
// UTS 51 has no emoji of more joiners or tags.
constexpr std::size_t kEmojiJoinersMax = 8;
constexpr std::size_t kTagsMax = 7;

constexpr bool is_in(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }
constexpr bool is_emoji_selector(char32_t c) { return is_in(c, 0xfe0e, 0xfe0f); }
constexpr bool is_ideograph_selector(char32_t c) {
  return is_in(c, 0xfe00, 0xfe0d) || is_in(c, 0xe0100, 0xe01ef);
}
constexpr bool is_mongolian_selector(char32_t c) { return is_in(c, 0x180b, 0x180d) || c == 0x180f; }
constexpr bool is_tag(char32_t c) { return is_in(c, 0xe0020, kCancelTag); }

// One of those that stay in some places.
constexpr bool depends_on_place(char32_t c) {
  return c == kNonJoiner || c == kJoiner || is_emoji_selector(c) || is_ideograph_selector(c) ||
         is_mongolian_selector(c) || is_tag(c);
}

// Line ends and tabs settled, and nothing in it that may stand nowhere.
std::u32string plain_characters(std::u32string_view text, bool keeps_selectors) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text[i];
    if (c == '\r') {
      if (i + 1 == text.size() || text[i + 1] != '\n') out += '\n';
    } else if (c == '\n' || is_in(c, 0x0b, 0x0c) || c == 0x85 || is_in(c, 0x2028, 0x2029)) {
      out += '\n';
    } else if (c == '\t') {
      out += ' ';
    } else if (is_noncharacter(c)) {
      out += 0xfffd;
    } else if (depends_on_place(c) ? keeps_selectors : !is_control(c) && !is_invisible(c)) {
      out += c;
    }
  }
  return out;
}

// Decides character by character, by what stands before in the result and what comes next.
class Places {
 public:
  explicit Places(std::u32string_view text) : text_(text) { out_.reserve(text.size()); }

  std::u32string run() && {
    for (std::size_t i = 0; i < text_.size(); ++i) {
      const char32_t next = i + 1 < text_.size() ? text_[i + 1] : 0;
      if (takes(text_[i], next)) out_ += text_[i];
    }
    return std::move(out_);
  }

 private:
  char32_t last() const { return out_.empty() ? 0 : out_.back(); }

  bool takes(char32_t c, char32_t next) {
    if (c == kNonJoiner || c == kJoiner) return takes_joiner(c, next);
    if (is_tag(c)) return takes_tag(c);
    if (is_mark(c)) return takes_mark(c, next);
    marks_ = 0;
    tags_ = 0;
    if (!is_pictograph(c) && !is_emoji_modifier(c)) joiners_ = 0;
    // A pictograph that nothing joins begins an emoji of its own.
    if (is_pictograph(c) && last() != kJoiner) joiners_ = 0;
    return true;
  }

  bool takes_joiner(char32_t c, char32_t next) {
    if (is_virama(last())) return true;
    if (is_joinable(last()) && is_joinable(next) && !is_mark(next)) return true;
    const bool follows_emoji = is_pictograph(last()) || is_emoji_modifier(last()) ||
                               (last() == 0xfe0f && selects_pictograph_);
    return c == kJoiner && follows_emoji && is_pictograph(next) && ++joiners_ <= kEmojiJoinersMax;
  }

  bool takes_tag(char32_t c) {
    const bool begins = last() == kBlackFlag && c != kCancelTag;
    const bool goes_on = is_tag(last()) && last() != kCancelTag;
    return (begins || goes_on) && ++tags_ <= kTagsMax;
  }

  bool takes_mark(char32_t c, char32_t next) {
    if (marks_ >= kMarksMax) return false;
    if (depends_on_place(c) && !takes_selector(c, next)) return false;
    ++marks_;
    return true;
  }

  bool takes_selector(char32_t c, char32_t next) {
    if (is_mongolian_selector(c)) return is_mongolian(last());
    if (is_ideograph_selector(c)) return is_ideograph(last());
    selects_pictograph_ = is_pictograph(last());
    // Digits are emoji only as keycaps.
    return is_emoji(last()) && (last() >= 0x80 || next == kKeycap);
  }

  std::u32string_view text_;
  std::u32string out_;
  std::size_t marks_ = 0;    // on the last base
  std::size_t joiners_ = 0;  // in the last emoji
  std::size_t tags_ = 0;     // on the last flag
  bool selects_pictograph_ = false;
};

std::u32string_view trimmed(std::u32string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Lines of white space are empty, and at most two follow one another.
std::u32string lines_of(std::u32string_view text) {
  std::u32string out;
  std::size_t blank = 0;
  text = trimmed(text);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(U'\n'), text.size());
    const auto line = text.substr(0, end);
    blank = std::all_of(line.begin(), line.end(), is_space) ? blank + 1 : 0;
    if (blank == 0) out += line;
    if (blank <= 2 && end < text.size()) out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::u32string line_of(std::u32string_view text) {
  std::u32string out;
  bool has_base = false;
  for (const char32_t c : trimmed(text)) {
    if (is_space(c) || c == kBrailleBlank) {
      if (!out.empty() && out.back() != ' ') out += ' ';
      has_base = false;
    } else if (!is_mark(c) || has_base) {
      out += c;
      has_base = true;
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string clean(std::string_view utf8, Form form) {
  const auto round = [form](std::u32string_view text, bool keeps_selectors) {
    // Compatibility characters may hold what is to be left out, so that comes after.
    std::u32string out = normalised(limit_marks(text, kMarksToNormalise), form);
    out = Places(plain_characters(out, keeps_selectors)).run();
    return normalised(form == Form::kNfc ? lines_of(out) : line_of(out), form);
  };
  // What one round leaves out may bring together what the next one composes or judges otherwise.
  // Few texts need a second one; those that still change have no claim to their joiners.
  constexpr int kRoundsMax = 4;
  std::u32string text = round(decode(utf8), true);
  for (int i = 0; i < kRoundsMax; ++i) {
    std::u32string next = round(text, true);
    if (next == text) return encode(text);
    text = std::move(next);
  }
  for (int i = 0; i < kRoundsMax; ++i) text = round(text, false);
  return encode(text);
}

}  // namespace

std::string clean_text(std::string_view utf8) { return clean(utf8, Form::kNfc); }

std::string clean_name(std::string_view utf8) { return clean(utf8, Form::kNfkc); }

}  // namespace tocsin::text
