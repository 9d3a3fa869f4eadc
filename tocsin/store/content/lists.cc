// SPDX-License-Identifier: Apache-2.0
#include "tocsin/store/content/lists.h"

#include "tocsin/json/json.h"

namespace tocsin::store {
namespace {

template <class Item, class ToJson>
std::string text_of(const std::vector<Item>& list, ToJson to_json) {
  if (list.empty()) return "[]";  // most are
  Json out(Json::Array{});
  for (const auto& item : list) out.push(to_json(item));
  return out.dump();
}

// `read` gives an optional item for each JSON value.
template <class Item, class Read>
std::vector<Item> items_of(std::string_view text, Read read) {
  std::vector<Item> out;
  if (text == "[]") return out;
  const auto json = Json::parse(text);
  const auto* array = json ? json->if_array() : nullptr;
  if (array == nullptr) return out;
  for (const Json& value : *array) {
    if (auto item = read(value)) out.push_back(*std::move(item));
  }
  return out;
}

std::optional<std::string> string_of(const Json& json) {
  const auto* text = json.if_string();
  return text == nullptr ? std::nullopt : std::optional(*text);
}

core::SourceId source_of(const Json& json, std::string_view name) {
  const auto text = json.text(name);
  return text ? core::SourceId::parse(*text).value_or(core::SourceId{}) : core::SourceId{};
}

}  // namespace

std::string to_text(const std::vector<std::string>& list) {
  return text_of(list, [](const std::string& item) { return Json(item); });
}

std::string to_text(const std::vector<core::SourceId>& list) {
  return text_of(list, [](core::SourceId id) { return Json(id.text()); });
}

std::string to_text(const std::vector<core::Credit>& list) {
  return text_of(list, [](const core::Credit& credit) {
    Json out({{"name", credit.name}});
    if (credit.source) out.set("source", credit.source.text());
    if (!credit.url.empty()) out.set("url", credit.url);
    return out;
  });
}

std::string to_text(const std::vector<core::AlertAction>& list) {
  return text_of(list, [](const core::AlertAction& action) {
    return Json({{"title", action.title}, {"url", action.url}});
  });
}

std::vector<std::string> strings_of(std::string_view text) {
  return items_of<std::string>(text, string_of);
}

std::vector<core::SourceId> sources_of(std::string_view text) {
  return items_of<core::SourceId>(text, [](const Json& json) {
    const auto* id = json.if_string();
    return id == nullptr ? std::nullopt : core::SourceId::parse(*id);
  });
}

std::vector<core::Credit> credits_of(std::string_view text) {
  return items_of<core::Credit>(text, [](const Json& json) {
    return std::optional(core::Credit{source_of(json, "source"), json.text("name").value_or(""),
                                      json.text("url").value_or("")});
  });
}

std::vector<core::AlertAction> actions_of(std::string_view text) {
  return items_of<core::AlertAction>(text, [](const Json& json) {
    return std::optional(
        core::AlertAction{json.text("title").value_or(""), json.text("url").value_or("")});
  });
}

}  // namespace tocsin::store
