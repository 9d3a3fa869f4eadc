// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <variant>

#include "tocsin/app/commands.h"
#include "tocsin/app/comments/site.h"
#include "tocsin/app/server_settings.h"
#include "tocsin/app/terminal.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/newsroom/feed_list.h"
#include "tocsin/server/folder.h"
#include "tocsin/store/reader.h"

namespace tocsin::app {

int feed_import_command(const Settings& settings, const FeedImportOptions& options) {
  const auto text = read_input(options.file, feed::kOpmlBytesMax);
  if (!text) return fail(text.error());
  const auto list = feed::read_opml(as_bytes(*text));
  if (!list) return fail({Errc::kInvalidArgument, options.file + ": " + list.error().message});
  const auto store = open_data_folder(server_config(settings));
  if (!store) return fail(store.error());
  const auto& content = (*store)->reader().content();
  const auto site = pick_site(content, options.site);
  if (!site) return fail(site.error());

  crypto::SecureRandom random;
  IdSource ids(system_clock(), random);
  auto plan =
      newsroom::plan_feeds(content, site->id, *list, core::parse_importance(options.alert), ids);
  const auto added = plan.body.feeds.size();
  if (added > 0) {
    newsroom::Command command{
        .at = system_clock().now(), .actor = "feed import", .body = std::move(plan.body)};
    random.fill(command.id);
    const auto done = server::await<newsroom::Effects>(
        [&](auto then) { (*store)->execute(std::move(command), std::move(then)); });
    if (!done) return fail(done.error());
  }
  print_line(Json({{"added", added}, {"known", plan.known}, {"left_out", plan.left_out}}).dump());
  return plan.left_out == 0 ? kExitOk : kExitPartly;
}

int feed_export_command(const Settings& settings, const std::string& site_name) {
  const auto reader = store::Reader::open(settings.text("data_folder"));
  if (!reader) return fail(reader.error());
  const auto site = pick_site((*reader)->content(), site_name);
  if (!site) return fail(site.error());
  const auto list = newsroom::feed_list((*reader)->content(), *site);
  print_line(std::string_view(list).substr(0, list.size() - 1));  // it ends its line itself
  return kExitOk;
}

}  // namespace tocsin::app
