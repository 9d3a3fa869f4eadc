// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/archive_import.h"

#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>

namespace tocsin::server {
namespace {

constexpr std::size_t kStoriesPage = 1000;
constexpr std::size_t kFlightsMax = 256;  // far fewer than the writer's queue holds
constexpr std::size_t kCommentsMax = 20'000;
constexpr const char* kActor = "import";

std::size_t comments_in(const newsroom::Body& body) {
  const auto* import = std::get_if<conversation::ImportComments>(&body);
  return import == nullptr ? 0 : import->comments.size();
}

bool is_refusal(Errc code) {
  return code == Errc::kInvalidArgument || code == Errc::kNotFound || code == Errc::kConflict;
}

}  // namespace

StoryFinder stories_of(const newsroom::Content& content, core::SiteId site) {
  StoryFinder out;
  newsroom::StoryQuery query{.site = site, .limit = kStoriesPage, .public_only = false};
  for (;;) {
    const auto page = content.stories(query);
    for (const auto& story : page) out.add(story);
    if (page.size() < kStoriesPage) return out;
    query.before = page.back().id;
  }
}

Status ArchiveImport::add(const std::string& what, std::vector<newsroom::Body> bodies, Time at) {
  for (auto& body : bodies) {
    const auto comments = comments_in(body);
    while (!flights_.empty() &&
           (flights_.size() >= kFlightsMax || comments_ + comments > kCommentsMax)) {
      TOCSIN_TRY(std::ignore, land());
    }
    newsroom::Command command{.at = at, .actor = kActor, .body = std::move(body)};
    random_.fill(command.id);
    const auto written = std::make_shared<std::promise<Result<newsroom::Effects>>>();
    flights_.push_back({what, comments, written->get_future()});
    comments_ += comments;
    store_.execute(std::move(command), [written](Result<newsroom::Effects> effects) {
      written->set_value(std::move(effects));
    });
  }
  return ok();
}

Status ArchiveImport::land() {
  auto flight = std::move(flights_.front());
  flights_.pop_front();
  comments_ -= flight.comments;
  const auto effects = flight.written.get();
  if (effects) return ok();
  if (!is_refusal(effects.error().code)) return effects.error();
  refused_.push_back(flight.what + ": " + effects.error().message);
  return ok();
}

Status ArchiveImport::finish() {
  Status first = ok();
  while (!flights_.empty()) {
    auto landed = land();
    if (!landed && first) first = std::move(landed);
  }
  return first;
}

}  // namespace tocsin::server
