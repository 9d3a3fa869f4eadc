// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/commands.h"
#include "tocsin/app/terminal.h"
#include "tocsin/feed/feed.h"

namespace tocsin::app {

int feed_parse_command(const FeedParseOptions& options) {
  constexpr std::size_t kInputBytesMax = 64 << 20;  // the parser's own limit is lower, and speaks
  const auto input = read_input("-", kInputBytesMax);
  if (!input) {
    if (input.error().code != Errc::kExhausted) return fail(input.error());
    print_line(Json({{"ok", false}, {"error", input.error().message}}).dump());
    return kExitLimit;
  }
  const auto parsed = feed::parse(
      as_bytes(*input), {.content_type = options.content_type, .base_url = options.base_url});
  const auto printed = parsed ? feed::to_json(*parsed) : parsed.error();
  if (printed) {
    print_line(printed->dump());
    return kExitOk;
  }
  print_line(Json({{"ok", false}, {"error", printed.error().message}}).dump());
  switch (printed.error().code) {
    case Errc::kCorrupt:
      return kExitNotAFeed;
    case Errc::kExhausted:
      return kExitLimit;
    default:
      return fail(printed.error());
  }
}

}  // namespace tocsin::app
