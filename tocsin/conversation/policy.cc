// SPDX-License-Identifier: Apache-2.0
#include "tocsin/conversation/policy.h"

#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "tocsin/base/base64url.h"
#include "tocsin/text/word_list.h"
#include "tocsin/text/zone.h"
#include "tocsin/url/url.h"

namespace tocsin::conversation {
namespace {

using Policy = core::CommentPolicy;

constexpr std::uint32_t kMinutesOfADay = 24 * 60;
constexpr std::uint32_t kDaysMax = 36'500;
constexpr std::uint32_t kCharactersMax = 20'000;
constexpr std::size_t kMessageBytesMax = 4'000;

struct FlagField {
  std::string_view name;
  bool Policy::*field;
};
struct NumberField {
  std::string_view name;
  std::uint32_t Policy::*field;
  std::uint32_t min;
  std::uint32_t max;
};
struct TextField {
  std::string_view name;
  std::string Policy::*field;
};
struct ListField {
  std::string_view name;
  std::vector<std::string> Policy::*field;
};

constexpr FlagField kFlags[] = {
    {"is_offered", &Policy::is_offered},   {"is_closed", &Policy::is_closed},
    {"tells_words", &Policy::tells_words}, {"holds_all", &Policy::holds_all},
    {"has_votes", &Policy::has_votes},     {"external_fails_open", &Policy::external_fails_open},
};
constexpr NumberField kNumbers[] = {
    {"close_after_days", &Policy::close_after_days, 0, kDaysMax},
    {"opens_minute", &Policy::opens_minute, 0, kMinutesOfADay - 1},
    {"closes_minute", &Policy::closes_minute, 0, kMinutesOfADay - 1},
    {"characters_max", &Policy::characters_max, 1, kCharactersMax},
    {"links_max", &Policy::links_max, 0, 100},
    {"edit_minutes", &Policy::edit_minutes, 0, kMinutesOfADay},
    {"newcomer_comments", &Policy::newcomer_comments, 0, 100},
    {"reports_hold", &Policy::reports_hold, 0, 1'000},
};
constexpr TextField kTexts[] = {
    {"message", &Policy::message},
    {"time_zone", &Policy::time_zone},
    {"external_url", &Policy::external_url},
};
constexpr ListField kLists[] = {
    {"banned_words", &Policy::banned_words},
    {"suspect_words", &Policy::suspect_words},
};

// In what is stored only.
constexpr std::string_view kClosedSince = "closed_since";
constexpr std::string_view kSecret = "external_secret";

Error bad(std::string_view field, std::string_view what) {
  return {Errc::kInvalidArgument, "comments." + std::string(field) + ": " + std::string(what)};
}

// A secret of Standard Webhooks that lost characters would sign messages which nobody takes.
bool is_whole_secret(std::string_view secret) {
  if (!secret.starts_with(kWebhookSecretPrefix)) return true;
  const auto key = unbase64(secret.substr(kWebhookSecretPrefix.size()));
  return key && !key->empty();
}

std::vector<std::string> strings_of(const Json::Array& items) {
  std::vector<std::string> out;
  for (const Json& item : items) {
    if (const auto* text = item.if_string()) out.push_back(*text);
  }
  return out;
}

std::string lines_of(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += word + '\n';
  return out;
}

}  // namespace

Json policy_json(const Policy& policy, bool with_secret) {
  Json out(Json::Object{});
  for (const auto& flag : kFlags) out.set(std::string(flag.name), policy.*flag.field);
  for (const auto& number : kNumbers) out.set(std::string(number.name), policy.*number.field);
  for (const auto& text : kTexts) out.set(std::string(text.name), policy.*text.field);
  for (const auto& list : kLists) {
    Json::Array words;
    for (const auto& word : policy.*list.field) words.emplace_back(word);
    out.set(std::string(list.name), std::move(words));
  }
  if (with_secret) {
    out.set(std::string(kSecret), policy.external_secret);
    if (policy.closed_since) {
      out.set(std::string(kClosedSince), policy.closed_since->time_since_epoch().count());
    }
  }
  return out;
}

void take_policy(const Json& json, Policy& policy) {
  for (const auto& flag : kFlags) {
    const Json* value = json.find(flag.name);
    if (value != nullptr) policy.*flag.field = value->if_bool().value_or(policy.*flag.field);
  }
  for (const auto& number : kNumbers) {
    const Json* value = json.find(number.name);
    const auto wanted = value != nullptr ? value->if_int() : std::nullopt;
    // What is out of range stays so, for check_policy() to refuse.
    constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
    if (wanted) {
      policy.*number.field = *wanted < 0 || *wanted > kMost ? static_cast<std::uint32_t>(kMost)
                                                            : static_cast<std::uint32_t>(*wanted);
    }
  }
  for (const auto& text : kTexts) {
    if (auto value = json.text(text.name)) policy.*text.field = *std::move(value);
  }
  for (const auto& list : kLists) {
    const Json* value = json.find(list.name);
    const auto* items = value != nullptr ? value->if_array() : nullptr;
    if (items != nullptr) policy.*list.field = strings_of(*items);
  }
  if (auto secret = json.text(kSecret)) policy.external_secret = *std::move(secret);
}

Policy policy_of(std::string_view text) {
  Policy out;
  const auto json = Json::parse(text, {.bytes_max = std::size_t{4} << 20});
  if (!json) return out;
  take_policy(*json, out);
  const Json* since = json->find(kClosedSince);
  const auto millis = since != nullptr ? since->if_int() : std::nullopt;
  if (millis) out.closed_since = Time{Millis{*millis}};
  return out;
}

Status check_policy(const Policy& policy) {
  for (const auto& number : kNumbers) {
    const auto value = policy.*number.field;
    if (value < number.min || value > number.max) {
      return bad(number.name, "is not between " + std::to_string(number.min) + " and " +
                                  std::to_string(number.max));
    }
  }
  if (policy.message.size() > kMessageBytesMax) return bad("message", "is longer than 4000 bytes");
  if (!text::Zone::find(policy.time_zone)) {
    return bad("time_zone", "is no IANA time zone such as Europe/Berlin");
  }
  for (const auto& list : kLists) {
    const auto words = text::WordList::parse(lines_of(policy.*list.field));
    if (!words) return bad(list.name, words.error().message);
  }
  if (!is_whole_secret(policy.external_secret)) {
    return bad(kSecret, "is not base64 after \"whsec_\"; copy all of it");
  }
  if (policy.external_url.empty()) return ok();
  const auto url = Url::parse(policy.external_url);
  if (!url || !url->is_http()) return bad("external_url", "is not an http or https address");
  return ok();
}

}  // namespace tocsin::conversation
