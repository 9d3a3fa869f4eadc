// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <unicode/uspoof.h>

#include "tocsin/base/check.h"
#include "tocsin/text/text.h"
#include "tocsin/text/unicode.h"

namespace tocsin::text {
namespace {

constexpr std::size_t kCodePointsMax = 256;

// What ICU takes one text to look like, one look a time.
class Looks {
 public:
  Looks() {
    UErrorCode status = U_ZERO_ERROR;
    checker_.reset(uspoof_open(&status));
    TOCSIN_CHECK(U_SUCCESS(status));
  }

  std::u32string of(std::u32string_view text) const {
    const std::string in = encode(text);
    std::string out(in.size() * 4 + 64, '\0');
    while (true) {
      UErrorCode status = U_ZERO_ERROR;
      const std::int32_t size =
          uspoof_getSkeletonUTF8(checker_.get(), 0, in.data(), static_cast<std::int32_t>(in.size()),
                                 out.data(), static_cast<std::int32_t>(out.size()), &status);
      if (status != U_BUFFER_OVERFLOW_ERROR) TOCSIN_CHECK(U_SUCCESS(status));
      const bool fits = static_cast<std::size_t>(size) <= out.size();
      out.resize(static_cast<std::size_t>(size));
      if (fits) return decode(out);
    }
  }

 private:
  struct Close {
    void operator()(USpoofChecker* checker) const { uspoof_close(checker); }
  };
  std::unique_ptr<USpoofChecker, Close> checker_;
};

// One letter for both cases of it and for what either looks like: the Latin letter, if there is
// one, since case must not decide whether names look alike.
std::u32string one_case(const Looks& looks, char32_t c) {
  const auto is_ascii = [](const std::u32string& text) {
    return text.size() == 1 && text[0] < 128;
  };
  const char32_t large = upper(c);
  const std::u32string as_large = looks.of({&large, 1});
  if (is_ascii(as_large)) return {lower(as_large[0])};
  const char32_t small = lower(c);
  return looks.of({&small, 1});
}

}  // namespace

std::string skeleton(std::string_view name) {
  const Looks looks;
  // Four bytes a code point.
  const std::u32string read = decode(name.substr(0, kCodePointsMax * 4)).substr(0, kCodePointsMax);
  const std::u32string compatible = normalised(limit_marks(read, kMarksToNormalise), Form::kNfkc);
  std::u32string letters;
  for (const char32_t c : compatible) {
    if (!is_invisible(c) && !is_control(c)) letters += one_case(looks, c);
  }
  // Letters that look like two ("m", "rn") are told at last.
  std::u32string out;
  for (const char32_t c : looks.of(letters)) {
    if (!is_punctuation_or_space(c)) out += lower(c);
  }
  return encode(out);
}

}  // namespace tocsin::text
