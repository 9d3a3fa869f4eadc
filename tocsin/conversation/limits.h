// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

#include "tocsin/base/clock.h"

// How much one command may bring, and how far the rules look back. Characters are grapheme
// clusters. What a comment may have is the site's: core::CommentPolicy.
namespace tocsin::conversation {

// A comment's text after clean_text(), whatever the policy allows in characters.
inline constexpr std::size_t kCommentBytesMax = std::size_t{64} << 10;

inline constexpr std::size_t kNameCharactersMax = 40;    // of readers
inline constexpr std::size_t kNameBytesMax = 400;        // of readers
inline constexpr std::size_t kTextCharactersMax = 1000;  // reasons, statements, reports, appeals
inline constexpr std::size_t kTextBytesMax = 16'000;
inline constexpr std::size_t kEmailHashBytesMax = 128;

inline constexpr std::size_t kFollowersMax = 10'000;        // of one conversation
inline constexpr std::size_t kImportedMax = 10'000;         // comments of one command
inline constexpr std::size_t kToldMax = 10'000;             // followers of one command
inline constexpr std::size_t kErasedCommentsMax = 100'000;  // that one reader wrote
inline constexpr std::size_t kErasedFollowsMax = 100'000;   // conversations that one follows

// The phases "repeat" and "history".
inline constexpr std::chrono::hours kRepeatWithin{24};
inline constexpr std::size_t kRepeatsAnywhereMax = 3;  // of one text: the third is one too many
inline constexpr std::size_t kRepeatComments = 100;    // so many of the reader's are looked at
inline constexpr std::size_t kHistoryComments = 10;    // the reader's last
inline constexpr std::size_t kHistoryRejectedMin = 3;  // of them, and
inline constexpr std::size_t kHistoryRejectedPercentMin = 30;

}  // namespace tocsin::conversation
