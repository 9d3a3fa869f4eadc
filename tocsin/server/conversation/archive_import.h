// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <future>
#include <string>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/newsroom/command.h"
#include "tocsin/server/conversation/archive_mapping.h"
#include "tocsin/store/store.h"

namespace tocsin::server {

// The stories of the site, of every state.
StoryFinder stories_of(const newsroom::Content& content, core::SiteId site);

// Writes the commands of an ArchiveMapping to a folder that no server has open, several on their
// way at a time. Whatever thread owns it waits in its calls for the disk.
class ArchiveImport {
 public:
  // Both outlive it; the store was opened without Config::post.
  ArchiveImport(store::Store& store, Random& random) : store_(store), random_(random) {}

  // `what` names the conversation in refused(). Errors: the disk's, for this or an earlier one.
  Status add(const std::string& what, std::vector<newsroom::Body> bodies, Time at);
  // Waits until all is on disk. Errors: as add().
  Status finish();

  // Commands that newsroom::apply() refused, with its reason: what they hold is not imported.
  const std::vector<std::string>& refused() const { return refused_; }

 private:
  struct Flight {
    std::string what;
    std::size_t comments;
    std::future<Result<newsroom::Effects>> written;
  };
  Status land();

  store::Store& store_;
  Random& random_;
  std::deque<Flight> flights_;
  std::size_t comments_ = 0;  // on their way
  std::vector<std::string> refused_;
};

}  // namespace tocsin::server
