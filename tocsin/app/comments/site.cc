// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/comments/site.h"

#include "tocsin/newsroom/text.h"

namespace tocsin::app {
namespace {

std::string without_slash(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

bool is_meant(const core::Site& site, const std::string& wanted) {
  return site.id.text() == wanted || newsroom::folded(site.name) == newsroom::folded(wanted) ||
         without_slash(site.base_url) == without_slash(wanted);
}

}  // namespace

Result<core::Site> pick_site(const newsroom::Content& content, const std::string& wanted) {
  const auto sites = content.sites();
  if (sites.empty()) return Error{Errc::kInvalidArgument, "the data folder has no site"};
  if (wanted.empty() && sites.size() == 1) return sites.front();
  std::string names;
  const core::Site* found = nullptr;
  bool is_one = true;
  for (const auto& site : sites) {
    names += (names.empty() ? "" : ", ") + site.name + " (" + site.id.text() + ")";
    if (wanted.empty() || !is_meant(site, wanted)) continue;
    is_one = found == nullptr;
    found = &site;
  }
  if (found != nullptr && is_one) return *found;
  const std::string why = wanted.empty()     ? "there are several sites: choose one with --site"
                          : found == nullptr ? "there is no site " + wanted
                                             : "there are several sites " + wanted + ": use an id";
  return Error{Errc::kInvalidArgument, why + ". Sites: " + names};
}

}  // namespace tocsin::app
