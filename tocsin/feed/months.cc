// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/months.h"

#include <algorithm>

#include "tocsin/markup/text.h"

namespace tocsin::feed {
namespace {

struct Stem {
  std::string_view start;  // of the word, as folded() has it
  int month;
};

// The first that fits counts, so that "juil" comes before "jui". Where two languages differ by a
// month (lipa, listopad), Croatian gives way to Polish and Czech, which are in more feeds.
constexpr Stem kStems[] = {
    {"jan", 1},    {"gen", 1},     {"ene", 1},     {"sty", 1},   {"led", 1},   {"oca", 1},
    {"tammi", 1},  {"ian", 1},     {"янв", 1},     {"січ", 1},   {"ιαν", 1},   {"feb", 2},
    {"fev", 2},    {"lut", 2},     {"uno", 2},     {"sub", 2},   {"helmi", 2}, {"фев", 2},
    {"лют", 2},    {"φεβ", 2},     {"marr", 11},   {"mar", 3},   {"maa", 3},   {"mae", 3},
    {"mrt", 3},    {"mrz", 3},     {"bre", 3},     {"мар", 3},   {"бер", 3},   {"μαρ", 3},
    {"apr", 4},    {"avr", 4},     {"abr", 4},     {"kwi", 4},   {"dub", 4},   {"nis", 4},
    {"huhti", 4},  {"апр", 4},     {"кві", 4},     {"απρ", 4},   {"may", 5},   {"mai", 5},
    {"mag", 5},    {"maj", 5},     {"mei", 5},     {"kve", 5},   {"touko", 5}, {"мая", 5},
    {"май", 5},    {"тра", 5},     {"μαι", 5},     {"juin", 6},  {"jun", 6},   {"giu", 6},
    {"cze", 6},    {"cervene", 7}, {"cervenc", 7}, {"cerv", 6},  {"haz", 6},   {"kesa", 6},
    {"iun", 6},    {"июн", 6},     {"чер", 6},     {"ιουν", 6},  {"juil", 7},  {"jul", 7},
    {"lug", 7},    {"lip", 7},     {"tem", 7},     {"heina", 7}, {"iul", 7},   {"июл", 7},
    {"лип", 7},    {"ιουλ", 7},    {"aug", 8},     {"aou", 8},   {"ago", 8},   {"agu", 8},
    {"sie", 8},    {"srp", 8},     {"elo", 8},     {"авг", 8},   {"сер", 8},   {"αυγ", 8},
    {"sep", 9},    {"set", 9},     {"sze", 9},     {"wrz", 9},   {"zar", 9},   {"eyl", 9},
    {"syys", 9},   {"сен", 9},     {"вер", 9},     {"σεπ", 9},   {"oct", 10},  {"okt", 10},
    {"ott", 10},   {"out", 10},    {"paz", 10},    {"rij", 10},  {"eki", 10},  {"loka", 10},
    {"окт", 10},   {"жов", 10},    {"οκτ", 10},    {"nov", 11},  {"lis", 11},  {"kas", 11},
    {"noi", 11},   {"noe", 11},    {"ноя", 11},    {"лис", 11},  {"νοε", 11},  {"dec", 12},
    {"dez", 12},   {"dic", 12},    {"des", 12},    {"gru", 12},  {"pro", 12},  {"ara", 12},
    {"joulu", 12}, {"дек", 12},    {"гру", 12},    {"δεκ", 12}};

// A letter without accent and the letters with one.
struct Letter {
  char32_t plain;
  std::u32string_view accented;
};
constexpr Letter kLetters[] = {
    {U'a', U"àáâãäåāăą"},  {U'c', U"çćĉċč"},    {U'd', U"ďđ"},    {U'e', U"èéêëēĕėęě"},
    {U'g', U"ĝğġģ"},       {U'i', U"ìíîïīĭįı"}, {U'l', U"ĺļľŀł"}, {U'n', U"ñńņň"},
    {U'o', U"òóôõöøōŏő"},  {U'r', U"ŕŗř"},      {U's', U"śŝşšș"}, {U't', U"ţťŧț"},
    {U'u', U"ùúûüũūŭůűų"}, {U'y', U"ýÿŷ"},      {U'z', U"źżž"},   {U'α', U"άΆ"},
    {U'ε', U"έΈ"},         {U'η', U"ήΉ"},       {U'ι', U"ίϊΐΊΪ"}, {U'ο', U"όΌ"},
    {U'υ', U"ύϋΰΎΫ"},      {U'ω', U"ώΏ"},       {U'σ', U"ς"}};

// In lower case, for the alphabets above.
char32_t lower_letter(char32_t c) {
  if (c < 0x80) return static_cast<unsigned char>(markup::lower(static_cast<char>(c)));
  if ((c >= 0xc0 && c <= 0xde) || (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f)) {
    return c + 0x20;
  }
  if (c >= 0x400 && c <= 0x40f) return c + 0x50;
  if (c == 0x130) return U'i';
  const bool is_odd_upper = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e);
  const bool is_even_upper = (c >= 0x100 && c <= 0x177) || c == 0x218 || c == 0x21a;
  if (is_odd_upper) return c + (c & 1);
  return is_even_upper && c != 0x131 ? c | 1 : c;
}

std::string folded(std::string_view word) {
  std::string out;
  while (!word.empty()) {
    char32_t c = lower_letter(markup::take_character(word));
    for (const auto& letter : kLetters) {
      if (c >= 0x80 && letter.accented.find(c) != letter.accented.npos) c = letter.plain;
    }
    if (c != markup::kNoCharacter) markup::append_utf8(out, c);
  }
  return out;
}

// Takes the first of `words` that `text` starts with off its front.
bool take_any(std::string_view& text, std::initializer_list<std::string_view> words) {
  for (const auto word : words) {
    if (!text.starts_with(word)) continue;
    text.remove_prefix(word.size());
    return true;
  }
  return false;
}

void skip_spaces(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
}

// A weekday, or the name of a zone after its offset.
bool take_parenthesis(std::string_view& text) {
  const bool is_wide = text.starts_with("（");
  if (!is_wide && !text.starts_with('(')) return false;
  const std::string_view closing = is_wide ? "）" : ")";
  const auto end = text.find(closing);
  if (end == text.npos) return false;
  text.remove_prefix(end + closing.size());
  return true;
}

// How to write the unit that follows the number at the end of `out`; empty if there is none.
std::string_view take_unit_after(std::string_view out, std::string_view& text) {
  if (out.empty() || !markup::is_digit(out.back())) return {};
  if (take_any(text, {"年", "년", "月", "월"})) return "-";
  if (take_any(text, {"日", "일"})) return " ";
  if (take_any(text, {"時", "时", "点", "시", "分", "분"})) return ":";
  return take_any(text, {"秒", "초"}) ? " " : "";
}

}  // namespace

std::optional<int> month_of(std::string_view word) {
  constexpr std::string_view kShort = "janfebmaraprmayjunjulaugsepoctnovdec";
  const auto known = word.size() == 3 ? kShort.find(word) : kShort.npos;
  if (known != kShort.npos && known % 3 == 0) return static_cast<int>(known / 3) + 1;
  const std::string name = folded(word);
  if (name == "sept") return 9;
  for (const auto& stem : kStems) {
    if (name.starts_with(stem.start)) return stem.month;
  }
  return std::nullopt;
}

std::string with_iso_signs(std::string_view text) {
  if (text.find('(') == text.npos && markup::ascii_length(text) == text.size()) {
    return std::string(text);
  }
  std::string out;
  std::string_view half_day;  // stands before the time, and is written after it
  while (!text.empty()) {
    if (take_any(text, {"午前", "上午", "오전"})) {
      half_day = " am";
    } else if (take_any(text, {"午後", "下午", "오후"})) {
      half_day = " pm";
    } else if (const auto unit = take_unit_after(out, text); !unit.empty()) {
      skip_spaces(text);
      const bool is_last = unit == ":" && (text.empty() || !markup::is_digit(text.front()));
      out += is_last ? " " : unit;
    } else if (!take_parenthesis(text)) {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out.append(half_day);
}

}  // namespace tocsin::feed
