// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/dateline.h"

#include <gtest/gtest.h>

namespace tocsin::newsroom {
namespace {

TEST(Dateline, IsTakenOffWireCopy) {
  const std::string rest = "The ferry is safe.";
  for (const std::string start :
       {"PORT ELLERY - ", "PORT ELLERY (Northline) - ", "PORT ELLERY, Nov 23 (Northline) \u2014 ",
        "PORT ELLERY \u2013 ", "PORT ELLERY: ", "PORT ELLERY, 23 November -- ",
        "PORT ELLERY\u2014"}) {
    const auto dated = take_dateline(start + rest);
    EXPECT_EQ(dated.place, "PORT ELLERY") << start;
    EXPECT_EQ(dated.html, rest) << start;
  }
}

TEST(Dateline, IsFoundBehindAnOpeningParagraph) {
  const auto dated = take_dateline("<p>S\u00c3O PAULO (AP) - Rain.</p>");
  EXPECT_EQ(dated.place, "S\u00c3O PAULO");
  EXPECT_EQ(dated.html, "<p>Rain.</p>");
}

TEST(Dateline, TextThatOnlyBeginsInCapitalsKeepsItsWords) {
  for (const std::string text :
       {"Police: two arrested", "NASA says so", "A man - alone", "UK - news", "", "<p></p>",
        "THE ENTIRE SUMMARY IS SHOUTED AND GOES ON WITHOUT END", "12:30 - the start",
        "<b>ROME - x</b>"}) {
    const auto dated = take_dateline(text);
    EXPECT_EQ(dated.place, "") << text;
    EXPECT_EQ(dated.html, text);
  }
}

}  // namespace
}  // namespace tocsin::newsroom
