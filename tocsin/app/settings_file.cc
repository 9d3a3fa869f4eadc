// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include <toml++/toml.h>
#include <unistd.h>  // environ

#include "tocsin/app/settings.h"

namespace tocsin::app {
namespace {

constexpr std::string_view kPrefix = "TOCSIN_";

std::optional<std::string> scalar(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
  if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  return std::nullopt;
}

std::optional<std::string> as_text(const toml::node& node) {
  const auto* list = node.as_array();
  if (list == nullptr) return scalar(node);
  std::string out;
  for (const auto& item : *list) {
    const auto text = scalar(item);
    if (!text) return std::nullopt;
    out += (out.empty() ? "" : ",") + *text;
  }
  return out;
}

}  // namespace

Result<GivenSettings> read_settings_file(const std::string& path) {
  std::error_code failure;
  if (!std::filesystem::is_regular_file(path, failure)) {
    return Error{Errc::kNotFound, "no settings file at " + path};
  }
  toml::table table;
  try {
    table = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    std::ostringstream place;
    place << path << ":" << error.source().begin.line << ": " << error.description();
    return Error{Errc::kInvalidArgument, place.str()};
  }
  GivenSettings given;
  for (const auto& [key, node] : table) {
    const auto text = as_text(node);
    if (!text) {
      return Error{Errc::kInvalidArgument,
                   path + ": " + std::string(key.str()) +
                       ": must be a text, a whole number, true, false or a list of texts"};
    }
    given[std::string(key.str())] = *text;
  }
  return given;
}

GivenSettings read_settings_environment() {
  GivenSettings given;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view entry(*variable);
    if (!entry.starts_with(kPrefix)) continue;
    const auto equals = entry.find('=');
    std::string name(entry.substr(kPrefix.size(), equals - kPrefix.size()));
    for (char& c : name) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    given[name] = entry.substr(equals + 1);
  }
  return given;
}

}  // namespace tocsin::app
