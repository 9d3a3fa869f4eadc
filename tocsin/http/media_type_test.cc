// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http/media_type.h"

#include <gtest/gtest.h>

namespace tocsin::http {
namespace {

TEST(MediaType, ReadsTypeAndCharset) {
  EXPECT_EQ(MediaType::parse("Text/HTML; Charset=UTF-8"), (MediaType{"text/html", "utf-8"}));
  EXPECT_EQ(MediaType::parse("application/rss+xml"), (MediaType{"application/rss+xml", ""}));
  EXPECT_EQ(MediaType::parse(" text/xml;a=\"b;c\" ; charset=\"koi8-r\""),
            (MediaType{"text/xml", "koi8-r"}));
}

TEST(MediaType, PassesOverParametersItCannotRead) {
  EXPECT_EQ(MediaType::parse("text/xml;;=;charset;charset=latin1"),
            (MediaType{"text/xml", "latin1"}));
  EXPECT_EQ(MediaType::parse("text/xml; charset="), (MediaType{"text/xml", ""}));
}

TEST(MediaType, NeedsATypeAndASubtype) {
  for (const auto* value : {"", "text", "text/", "/xml", "; charset=utf-8"}) {
    EXPECT_EQ(MediaType::parse(value), std::nullopt) << value;
  }
}

}  // namespace
}  // namespace tocsin::http
