// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/rehearse/folder.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <tuple>
#include <utility>

#include "tocsin/app/terminal.h"
#include "tocsin/json/json.h"

namespace tocsin::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMark = "/rehearsal.json";
constexpr const char* kDatabase = "/tocsin.db";
constexpr std::size_t kMarkBytesMax = 65'536;

std::string prepared(const std::string& path) { return path + "/prepared.db"; }

Error cannot(const std::string& what, const std::error_code& failure) {
  return {Errc::kUnavailable, "cannot " + what + ": " + failure.message()};
}

Status make_folder(const std::string& path) {
  std::error_code failure;
  fs::create_directories(path, failure);
  return failure ? Status(cannot("make the folder " + path, failure)) : ok();
}

Status copy(const std::string& from, const std::string& to) {
  std::error_code failure;
  fs::copy_file(from, to, fs::copy_options::overwrite_existing, failure);
  return failure ? Status(cannot("copy " + from, failure)) : ok();
}

Result<std::string> make_temporary() {
  std::string path = (fs::temp_directory_path() / "tocsin-rehearsal-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) {
    return cannot("make the folder " + path, std::error_code(errno, std::generic_category()));
  }
  return path;
}

}  // namespace

RehearsalFolder::RehearsalFolder(RehearsalFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      is_temporary_(other.is_temporary_),
      is_prepared_(other.is_prepared_),
      ports_(std::move(other.ports_)) {}

RehearsalFolder::~RehearsalFolder() {
  std::error_code failure;
  if (is_temporary_ && !path_.empty()) fs::remove_all(path_, failure);
}

Result<RehearsalFolder> RehearsalFolder::open(const std::string& path, const RehearsalPlan& plan) {
  if (path.empty()) {
    TOCSIN_TRY(auto made, make_temporary());
    RehearsalFolder folder(std::move(made));
    folder.is_temporary_ = true;
    TOCSIN_TRY(std::ignore, make_folder(folder.data()));
    return folder;
  }
  RehearsalFolder folder(path);
  std::error_code failure;
  const bool is_ours = fs::exists(path + kMark, failure);
  if (!is_ours && fs::exists(path, failure) && !fs::is_empty(path, failure)) {
    return Error{Errc::kConflict, path +
                                      " holds something that no rehearsal made; choose another "
                                      "folder with --folder"};
  }
  if (is_ours) {
    TOCSIN_TRY(std::ignore, folder.take_up(plan));
  }
  TOCSIN_TRY(std::ignore, make_folder(folder.data()));
  if (!folder.is_prepared_) {
    TOCSIN_TRY(std::ignore, write_private_file(path + kMark, "{}"));
  }
  return folder;
}

// Puts the folder into the state after its preparation, or empties it.
Status RehearsalFolder::take_up(const RehearsalPlan& plan) {
  TOCSIN_TRY(const auto text, read_input(path_ + kMark, kMarkBytesMax));
  const auto mark = Json::parse(text);
  const Json* of = mark ? mark->find("plan") : nullptr;
  const Json* ports = mark ? mark->find("ports") : nullptr;
  std::error_code failure;
  if (of == nullptr || *of != fingerprint(plan) || ports == nullptr ||
      ports->if_array() == nullptr || !fs::exists(prepared(path_), failure)) {
    fs::remove_all(data(), failure);
    fs::remove_all(services(), failure);
    return ok();
  }
  for (const Json& port : *ports->if_array()) {
    ports_.push_back(static_cast<std::uint16_t>(port.if_int().value_or(0)));
  }
  is_prepared_ = true;
  return put_back();
}

// The key material beside the database stays: it knows for which keys it is.
Status RehearsalFolder::put_back() const {
  TOCSIN_TRY(std::ignore, make_folder(data()));
  std::error_code failure;
  for (const char* rest : {"-wal", "-shm"}) fs::remove(data() + kDatabase + rest, failure);
  return copy(prepared(path_), data() + kDatabase);
}

Status RehearsalFolder::keep(const RehearsalPlan& plan,
                             const std::vector<std::uint16_t>& ports) const {
  if (is_temporary_) return ok();
  TOCSIN_TRY(std::ignore, copy(data() + kDatabase, prepared(path_)));
  Json list(Json::Array{});
  for (const std::uint16_t port : ports) list.push(int{port});
  const Json mark({{"plan", fingerprint(plan)}, {"ports", std::move(list)}});
  return write_private_file(path_ + kMark, mark.dump());
}

}  // namespace tocsin::app
