// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/newsroom/memory_content.h"
#include "tocsin/newsroom/sample.h"

namespace tocsin::newsroom {

// A MemoryContent that holds the sample site, source and feed.
class Newsroom : public ::testing::Test {
 protected:
  Newsroom() {
    content_.write(sample::site());
    content_.write(sample::source());
    content_.write(sample::feed());
  }

  // Executes `body` and gives back what it wrote.
  Effects put(Body body) {
    auto effects = content_.execute(sample::command(++last_, std::move(body)));
    EXPECT_TRUE(effects) << effects.error().message;
    return effects ? *std::move(effects) : Effects{};
  }
  // "code: message" of the refusal; empty if it was accepted.
  std::string refusal(Errc code, Body body) {
    const auto effects = content_.execute(sample::command(++last_, std::move(body)));
    if (effects) return {};
    EXPECT_EQ(effects.error().code, code) << effects.error().message;
    return effects.error().message;
  }
  // The time of the last command.
  Time now() const { return sample::kNow + Seconds{last_}; }

  MemoryContent content_;
  std::uint8_t last_ = 0;
};

// The records of that type among the effects.
template <class Record>
std::vector<Record> written(const Effects& effects) {
  std::vector<Record> out;
  for (const auto& change : effects.changes) {
    if (const auto* record = std::get_if<Record>(&change)) out.push_back(*record);
  }
  return out;
}

// How many records were written, besides what open pages are told of them.
inline std::size_t records(const Effects& effects) {
  return effects.changes.size() - written<core::LiveEvent>(effects).size();
}

}  // namespace tocsin::newsroom
