// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "tocsin/app/commands.h"
#include "tocsin/app/server_settings.h"
#include "tocsin/app/terminal.h"
#include "tocsin/fetch/fetcher.h"
#include "tocsin/ingest/finder.h"
#include "tocsin/net/loop.h"
#include "tocsin/observe/log.h"

namespace tocsin::app {
namespace {

using ingest::FoundFeed;

std::string facts_of(const FoundFeed& found) {
  std::string out = std::string(feed::name_of(*found.format)) + ", " + std::to_string(found.items) +
                    (found.items == 1 ? " item" : " items");
  if (found.newest) out += ", the newest of " + rfc3339(*found.newest);
  out += found.has_content ? ", whole texts" : ", teasers";
  if (found.has_hub) out += ", tells at once (WebSub)";
  return out;
}

void print(const FoundFeed& found) {
  print_line(found.url);
  if (!found.title.empty()) print_line("  " + found.title);
  if (!found.problem.empty()) return print_line("  FIX   " + found.problem);
  print_line("  " + facts_of(found));
  for (const auto& item : found.preview) {
    const auto when = item.published ? rfc3339(*item.published).substr(0, 10) : "no date   ";
    print_line("    " + when + "  " + (item.title.empty() ? item.link : item.title));
  }
}

Json to_json(const FoundFeed& found) {
  return Json{{"url", found.url},
              {"title", found.title},
              {"problem", found.problem},
              {"format", found.format ? Json(feed::name_of(*found.format)) : Json()},
              {"items", static_cast<std::int64_t>(found.items)},
              {"has_hub", found.has_hub},
              {"has_content", found.has_content}};
}

Result<std::vector<FoundFeed>> find(const Settings& settings, const std::string& address) {
  net::Loop loop;
  TOCSIN_TRY(const auto fetcher, fetch::Fetcher::start(loop, server_config(settings).fetcher));
  ingest::Finder finder(*fetcher);
  Result<std::vector<FoundFeed>> out = std::vector<FoundFeed>{};
  // Posted, since an address that is none is answered at once, and a loop is stopped as it runs.
  loop.post([&] {
    finder.find(address, [&](Result<std::vector<FoundFeed>> found) {
      out = std::move(found);
      loop.stop();
    });
  });
  loop.run();
  return out;
}

}  // namespace

int feed_find_command(const Settings& settings, const std::string& address, bool json) {
  log::configure(log::Level::kError, false);
  const auto found = find(settings, address);
  if (!found) return fail(found.error());
  for (const auto& one : *found) json ? print_line(to_json(one).dump()) : print(one);
  const bool has_some = std::any_of(found->begin(), found->end(),
                                    [](const FoundFeed& one) { return one.problem.empty(); });
  if (!has_some && !json) {
    print_line("No feed was found. Ask the site for its address, or look for it in a browser.");
  }
  return has_some ? kExitOk : kExitPartly;
}

}  // namespace tocsin::app
