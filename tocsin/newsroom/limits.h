// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "tocsin/base/clock.h"

// How much one command may bring. Characters are Unicode code points. What people send beyond a
// limit is refused; what feeds send is cut.
namespace tocsin::newsroom {

inline constexpr std::size_t kNameCharactersMax = 120;  // of sites, sources, credits, authors
inline constexpr std::size_t kHeadlineCharactersMax = 300;
inline constexpr std::size_t kDatelineCharactersMax = 100;
inline constexpr std::size_t kReasonCharactersMax = 1000;  // corrections, withdrawals
inline constexpr std::size_t kTopicCharactersMax = 64;
inline constexpr std::size_t kAlertTitleCharactersMax = 120;
inline constexpr std::size_t kAlertBodyCharactersMax = 400;
inline constexpr std::size_t kActionTitleCharactersMax = 40;

inline constexpr std::size_t kUrlBytesMax = 2048;
inline constexpr std::size_t kSummaryBytesMax = std::size_t{64} << 10;
inline constexpr std::size_t kBodyBytesMax = std::size_t{1} << 20;
inline constexpr std::size_t kLanguageBytesMax = 35;  // RFC 5646, section 4.4.1

inline constexpr std::size_t kSiteTopicsMax = 200;
inline constexpr std::size_t kTopicsMax = 32;  // of one story or feed
inline constexpr std::size_t kOriginsMax = 32;
inline constexpr std::size_t kAuthorsMax = 32;
inline constexpr std::size_t kCreditsMax = 32;
inline constexpr std::size_t kActionsMax = 2;  // what browsers show
inline constexpr std::size_t kItemsMax = 5000;

inline constexpr std::size_t kFeedsPerCommand = 1000;

inline constexpr Seconds kIntervalMin{1};
inline constexpr Seconds kIntervalMax{7 * 86'400};

}  // namespace tocsin::newsroom
