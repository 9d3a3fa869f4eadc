// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/ledger.h"

#include <algorithm>
#include <utility>

#include "tocsin/json/json.h"

namespace tocsin::pushservice {
namespace {

bool is_accepted(int status) { return status >= 200 && status < 300; }
bool is_gone(int status) { return status == 404 || status == 410; }

struct Tally {
  std::size_t accepted = 0;
  bool is_gone = false;
};

}  // namespace

std::string line(const Entry& entry) {
  Json json({{"at", rfc3339(entry.at)},
             {"subscription", entry.subscription},
             {"status", entry.status},
             {"body_sha256", hex(entry.body_sha256)}});
  if (!entry.collapse_key.empty()) json.set("collapse_key", entry.collapse_key);
  if (entry.text) json.set("text", *entry.text);
  if (entry.is_unreadable) json.set("unreadable", true);
  return json.dump();
}

Result<Entry> parse_entry(std::string_view line) {
  const Error corrupt{Errc::kCorrupt, "ledger: a line that is no entry"};
  const auto json = Json::parse(line);
  if (!json) return corrupt;
  const auto at = json->text("at");
  const auto time = at ? parse_rfc3339(*at) : std::nullopt;
  const auto subscription = json->text("subscription");
  const Json* status_member = json->find("status");
  const std::int64_t status = status_member == nullptr ? -1 : status_member->if_int().value_or(-1);
  const auto digest_text = json->text("body_sha256");
  const auto digest_bytes = digest_text ? unhex(*digest_text) : std::nullopt;
  if (!time || !subscription || status < 0 || status > 999 || !digest_bytes ||
      digest_bytes->size() != Entry{}.body_sha256.size()) {
    return corrupt;
  }
  Entry entry{.at = *time,
              .subscription = *subscription,
              .collapse_key = json->text("collapse_key").value_or(""),
              .status = static_cast<int>(status),
              .text = json->text("text"),
              .is_unreadable = json->find("unreadable") != nullptr};
  std::copy(digest_bytes->begin(), digest_bytes->end(), entry.body_sha256.begin());
  return entry;
}

Summary summarise(std::span<const Entry> entries, const Expectation& expectation) {
  Summary summary;
  std::map<std::string_view, Tally> recipients;
  for (const auto& name : expectation.recipients) recipients.try_emplace(name);
  std::map<std::string_view, Tally> others;
  for (const Entry& entry : entries) {
    if (expectation.collapse_key && *expectation.collapse_key != entry.collapse_key) continue;
    if (expectation.text && expectation.text != entry.text) continue;
    ++summary.posts;
    ++summary.posts_by_status[entry.status];
    if (entry.is_unreadable) ++summary.unreadable;
    const auto found = recipients.find(entry.subscription);
    Tally& tally = found == recipients.end() ? others[entry.subscription] : found->second;
    if (is_accepted(entry.status) && ++tally.accepted > 1) ++summary.duplicates;
    tally.is_gone = tally.is_gone || is_gone(entry.status);
  }
  for (const auto& [name, tally] : recipients) {
    if (tally.accepted > 0) {
      ++summary.reached;
    } else if (tally.is_gone) {
      ++summary.gone;
    } else {
      summary.missed.emplace_back(name);
    }
  }
  for (const auto& [name, tally] : others) {
    if (tally.accepted > 0) summary.outside.emplace_back(name);
  }
  return summary;
}

}  // namespace tocsin::pushservice
