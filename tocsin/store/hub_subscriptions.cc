// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>

#include "tocsin/json/json.h"
#include "tocsin/sqlite/database.h"
#include "tocsin/store/members.h"
#include "tocsin/store/rows.h"

namespace tocsin::store {
namespace {

using websub::Step;
using websub::Subscription;

constexpr std::array kSteps = {Step::kAsk,     Step::kAwait, Step::kHold,
                               Step::kRefused, Step::kEnd,   Step::kAwaitEnd};

std::string to_text(const Subscription& record) {
  Json hubs{Json::Array(record.hubs.begin(), record.hubs.end())};
  return Json({{"feed", record.feed.text()},
               {"hubs", std::move(hubs)},
               {"topic", record.topic},
               {"callback", record.callback},
               {"secret", hex(record.secret.reveal())},
               {"is_signing", record.is_signing},
               {"begun", number_of(record.begun)},
               {"step", text(record.step)},
               {"next_step", number_of(record.next_step)},
               {"expires", number_of(record.expires)},
               {"failures", record.failures},
               {"problem", record.problem},
               {"last_push", number_of(record.last_push)},
               {"reliance", record.reliance}})
      .dump();
}

// Nothing if what the hub needs is not there.
std::optional<Subscription> subscription_of(const websub::Token& token, std::string_view text) {
  const auto json = Json::parse(text);
  if (!json) return std::nullopt;
  const auto feed = core::FeedId::parse(json->text("feed").value_or(""));
  const auto secret_bytes = unhex(json->text("secret").value_or(""));
  const auto secret = secret_bytes ? websub::HubSecret::from(*secret_bytes) : std::nullopt;
  const auto* step = std::find_if(kSteps.begin(), kSteps.end(), [&](Step known) {
    return websub::text(known) == json->text("step");
  });
  if (!feed || !secret || step == kSteps.end()) return std::nullopt;

  Subscription out{.token = token, .feed = *feed};
  const Json* hubs = json->find("hubs");
  if (const auto* list = hubs == nullptr ? nullptr : hubs->if_array()) {
    for (const Json& hub : *list) {
      if (const auto* url = hub.if_string()) out.hubs.push_back(*url);
    }
  }
  if (out.hubs.empty()) return std::nullopt;
  out.topic = json->text("topic").value_or("");
  out.callback = json->text("callback").value_or("");
  out.secret = Secret<websub::HubSecret>(*secret);
  out.is_signing = flag_of(*json, "is_signing");
  out.begun = time_of(*json, "begun");
  out.step = *step;
  out.next_step = time_of(*json, "next_step");
  out.expires = time_of(*json, "expires");
  out.failures = static_cast<std::uint32_t>(number_of(*json, "failures"));
  out.problem = json->text("problem").value_or("");
  out.last_push = time_of(*json, "last_push");
  out.reliance = static_cast<std::uint32_t>(number_of(*json, "reliance"));
  return out;
}

}  // namespace

Status put_hub_subscription(Database& database, const websub::Change& change) {
  if (!change.record) {
    return database.query("DELETE FROM hub_subscription WHERE token = ?1").bind(change.token).run();
  }
  return database
      .query(
          "INSERT INTO hub_subscription (token, record) VALUES (?1, ?2) "
          "ON CONFLICT (token) DO UPDATE SET record = ?2")
      .bind(change.token, to_text(*change.record))
      .run();
}

Result<std::vector<Subscription>> load_hub_subscriptions(Database& database) {
  auto query = database.query("SELECT token, record FROM hub_subscription ORDER BY token");
  std::vector<Subscription> out;
  while (query.next()) {
    auto record = subscription_of(query.octets<websub::Token>(0), query.text(1));
    if (record) out.push_back(*std::move(record));
  }
  TOCSIN_TRY(std::ignore, query.status());
  return out;
}

Status put_hub_told(Database& database, const std::string& hub, std::uint64_t sequence) {
  return database
      .query(
          "INSERT INTO hub_told (hub, sequence) VALUES (?1, ?2) "
          "ON CONFLICT (hub) DO UPDATE SET sequence = ?2")
      .bind(hub, sequence)
      .run();
}

Result<std::map<std::string, std::uint64_t>> load_hubs_told(Database& database) {
  auto query = database.query("SELECT hub, sequence FROM hub_told");
  std::map<std::string, std::uint64_t> out;
  while (query.next()) out.emplace(query.text(0), static_cast<std::uint64_t>(query.number(1)));
  TOCSIN_TRY(std::ignore, query.status());
  return out;
}

}  // namespace tocsin::store
