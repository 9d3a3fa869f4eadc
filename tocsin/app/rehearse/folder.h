// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tocsin/app/rehearse/plan.h"
#include "tocsin/base/result.h"

namespace tocsin::app {

// Where a rehearsal keeps its files. A folder that was named is kept, with the subscriptions as
// they were before the first alert: the next rehearsal with the same seed and readers starts from
// there. A temporary one goes with this object.
class RehearsalFolder {
 public:
  // `path`: empty for a temporary one. One that was prepared for another plan is emptied.
  //
  // Errors: kConflict: it holds something that no rehearsal made; kUnavailable: it cannot be made.
  static Result<RehearsalFolder> open(const std::string& path, const RehearsalPlan& plan);
  ~RehearsalFolder();
  RehearsalFolder(RehearsalFolder&& other) noexcept;
  RehearsalFolder& operator=(RehearsalFolder&&) = delete;

  const std::string& path() const { return path_; }
  std::string services() const { return path_ + "/push-services"; }
  std::string data() const { return path_ + "/data"; }  // of the server

  bool is_prepared() const { return is_prepared_; }
  // Of the push services that the prepared subscriptions belong to.
  const std::vector<std::uint16_t>& ports() const { return ports_; }

  // Keeps the data folder, which no process has open, for rehearsals to come, unless the folder is
  // temporary.
  Status keep(const RehearsalPlan& plan, const std::vector<std::uint16_t>& ports) const;

 private:
  explicit RehearsalFolder(std::string path) : path_(std::move(path)) {}
  Status take_up(const RehearsalPlan& plan);
  Status put_back() const;

  std::string path_;
  bool is_temporary_ = false;
  bool is_prepared_ = false;
  std::vector<std::uint16_t> ports_;
};

}  // namespace tocsin::app
