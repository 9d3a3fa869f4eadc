// SPDX-License-Identifier: Apache-2.0
// Commands on a data folder whose server is stopped.
#include <algorithm>
#include <cstdio>
#include <memory>

#include "tocsin/app/commands.h"
#include "tocsin/app/server_settings.h"
#include "tocsin/app/terminal.h"
#include "tocsin/app/vapid_file.h"
#include "tocsin/base/base64url.h"
#include "tocsin/core/subscription.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/server/folder.h"
#include "tocsin/server/subscription_import.h"

namespace tocsin::app {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{4} << 30;
constexpr std::size_t kComplaintsMax = 20;

struct OpenFolder {
  std::unique_ptr<store::Store> store;
  core::Site site;     // the first: what the command is about
  store::SiteKey key;  // its youngest
};

// Opens the folder of the settings, making what a fresh one lacks.
Result<OpenFolder> open_for(const server::ServerConfig& config) {
  OpenFolder open;
  TOCSIN_TRY(open.store, open_data_folder(config));
  open.site = open.store->reader().content().sites().front();
  TOCSIN_TRY(auto keys, open.store->reader().load_site_keys());
  for (auto& key : keys) {
    if (key.site == open.site.id) open.key = std::move(key);
  }
  return open;
}

Result<core::Subscription> read_subscription(std::string_view line, const OpenFolder& open,
                                             const core::EndpointPolicy& policy, Time now) {
  TOCSIN_TRY(const auto json, Json::parse(line));
  TOCSIN_TRY(auto browser, core::parse_push_subscription(json, policy));
  core::Subscription subscription;
  subscription.id = core::subscription_id(browser.endpoint);
  subscription.site = open.site.id;
  subscription.endpoint = std::move(browser.endpoint);
  subscription.keys = browser.keys;
  subscription.vapid_key = open.key.id;
  subscription.language = open.site.language;
  subscription.created = subscription.changed = now;
  return subscription;
}

// Counts the lines that are no subscription, and complains of the first.
class Complaints {
 public:
  explicit Complaints(std::string file) : file_(std::move(file)) {}

  void add(std::size_t line, const Error& why) {
    if (++count_ > kComplaintsMax) return;
    std::fprintf(stderr, "tocsin: %s:%zu: %s\n", file_.c_str(), line, why.message.c_str());
  }
  std::size_t count() const { return count_; }

 private:
  std::string file_;
  std::size_t count_ = 0;
};

Status import_lines(const OpenFolder& open, const Settings& settings, std::string_view text,
                    server::SubscriptionImport& import, Complaints& invalid) {
  const auto policy = endpoint_policy(settings);
  const Time now = system_clock().now();
  ProgressBar bar("importing", text.size(), system_clock());
  std::size_t number = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++number;
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    auto subscription = read_subscription(line, open, policy, now);
    if (subscription) {
      TOCSIN_TRY(std::ignore, import.add(*std::move(subscription)));
    } else {
      invalid.add(number, subscription.error());
    }
    bar.show(text.size() - rest.size());
  }
  return import.finish();
}

}  // namespace

int subscriptions_import_command(const Settings& settings, const std::string& file) {
  const auto text = read_input(file, kFileBytesMax);
  if (!text) return fail(text.error());
  const auto open = open_for(server_config(settings));
  if (!open) return fail(open.error());
  server::SubscriptionImport import(*open->store);
  Complaints invalid(file);
  const auto done = import_lines(*open, settings, *text, import, invalid);
  if (!done) return fail(done.error());
  print_line(Json({{"imported", import.imported()}, {"invalid", invalid.count()}}).dump());
  return invalid.count() == 0 ? kExitOk : kExitPartly;
}

int subscriptions_export_command(const Settings& settings) {
  const auto reader = store::Reader::open(settings.text("data_folder"));
  if (!reader) return fail(reader.error());
  const auto read = (*reader)->load_subscriptions([](const store::StoredSubscription& stored) {
    const auto& subscription = stored.subscription;
    if (subscription.state != core::SubscriptionState::kActive) return;
    print_line(Json({{"endpoint", subscription.endpoint},
                     {"keys", Json({{"p256dh", base64url(subscription.keys.p256dh)},
                                    {"auth", base64url(subscription.keys.auth)}})}})
                   .dump());
  });
  return read ? kExitOk : fail(read.error());
}

int vapid_generate_command(const std::string& subject) {
  const auto key = webpush::VapidKey::generate(subject);
  if (!key) return fail(key.error());
  print_line(vapid_json(*key).pretty());
  return kExitOk;
}

int vapid_import_command(const Settings& settings, const std::string& file) {
  auto key = read_vapid_file(file);
  if (!key) return fail(key.error());
  auto config = server_config(settings);
  config.first_site.vapid_subject = key->subject;
  const auto open = open_for(config);
  if (!open) return fail(open.error());
  crypto::SecureRandom random;
  IdSource ids(system_clock(), random);
  const store::SiteKey record{ids.next<struct core::VapidKeyKind>(), open->site.id, *std::move(key),
                              system_clock().now()};
  const auto added = server::await<std::monostate>(
      [&](auto done) { open->store->add_site_key(record, std::move(done)); });
  if (!added) return fail(added.error());
  print_line("Further subscriptions of " + open->site.name + " are made with " +
             base64url(record.key.keys.public_key));
  return kExitOk;
}

int vapid_show_command(const Settings& settings) {
  const auto reader = store::Reader::open(settings.text("data_folder"));
  if (!reader) return fail(reader.error());
  const auto keys = (*reader)->load_site_keys();
  if (!keys) return fail(keys.error());
  for (const auto& key : *keys) {
    const auto site = (*reader)->content().site(key.site);
    print_line(Json({{"site", site ? site->name : ""},
                     {"publicKey", base64url(key.key.keys.public_key)},
                     {"subject", key.key.subject},
                     {"created", rfc3339(key.created)}})
                   .dump());
  }
  return kExitOk;
}

int token_create_command(const Settings& settings, const std::string& name,
                         const std::vector<std::string>& scopes) {
  const auto open = server::open_folder(settings.text("data_folder"));
  if (!open) return fail(open.error());
  const auto token = server::make_token(name, scopes, system_clock().now());
  const auto added = server::await<std::monostate>(
      [&](auto done) { (*open)->add_api_token(token.record, std::move(done)); });
  if (!added) return fail(added.error());
  print_line(token.text);
  return kExitOk;
}

int token_list_command(const Settings& settings) {
  const auto reader = store::Reader::open(settings.text("data_folder"));
  if (!reader) return fail(reader.error());
  const auto tokens = (*reader)->load_api_tokens();
  if (!tokens) return fail(tokens.error());
  for (const auto& token : *tokens) {
    Json::Array scopes(token.scopes.begin(), token.scopes.end());
    print_line(Json({{"name", token.name},
                     {"scopes", Json(std::move(scopes))},
                     {"ends_in", token.last_four},
                     {"created", rfc3339(token.created)}})
                   .dump());
  }
  return kExitOk;
}

int token_revoke_command(const Settings& settings, const std::string& name) {
  const auto open = server::open_folder(settings.text("data_folder"));
  if (!open) return fail(open.error());
  const auto removed = server::await<std::monostate>(
      [&](auto done) { (*open)->remove_api_token(name, std::move(done)); });
  return removed ? kExitOk : fail(removed.error());
}

}  // namespace tocsin::app
