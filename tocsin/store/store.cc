// SPDX-License-Identifier: Apache-2.0
#include "tocsin/store/store.h"

#include <optional>
#include <tuple>
#include <utility>

#include "tocsin/observe/log.h"
#include "tocsin/sqlite/database.h"
#include "tocsin/store/folder.h"
#include "tocsin/store/rows.h"
#include "tocsin/store/schema.h"
#include "tocsin/store/writer.h"

namespace tocsin::store {
namespace {

// So much may wait for the disk before those who can wait do. Together with what is made of it
// while it is written, several times this is in memory.
constexpr std::size_t kWaitingBytesMax = std::size_t{8} << 20;
// For so long after a failure the disk is taken not to have recovered.
constexpr Millis kFailureRemembered{10'000};

// What waits of a command, where it may be much.
std::size_t bytes_of(const newsroom::Command& command) {
  const auto* taken = std::get_if<newsroom::TakeItems>(&command.body);
  if (taken == nullptr) return 0;
  std::size_t bytes = 0;
  for (const auto& item : taken->items) {
    bytes += sizeof item + item.story.summary_html.size() + item.story.body_html.size();
  }
  return bytes;
}

Status set_closed(Database& database, bool is_closed) {
  return database
      .query(
          "INSERT INTO meta (name, value) VALUES ('closed', ?1) "
          "ON CONFLICT (name) DO UPDATE SET value = ?1")
      .bind(is_closed ? "yes" : "no")
      .run();
}

// False after a crash; true for a database that has never been used.
Result<bool> was_closed(Database& database) {
  auto query = database.query("SELECT value FROM meta WHERE name = 'closed'");
  const bool is_closed = !query.next() || query.text(0) == "yes";
  TOCSIN_TRY(std::ignore, query.status());
  return is_closed;
}

// quick_check reads every page and leaves out only the comparison of indexes with their tables,
// which would take several times as long.
Status check_soundness(Database& database, const std::string& folder) {
  log::info("store.check", {{"folder", folder}});
  auto query = database.query("PRAGMA quick_check(1)");
  const std::string finding = query.next() ? query.text(0) : "";
  TOCSIN_TRY(std::ignore, query.status());
  if (finding == "ok") return ok();
  return Error{Errc::kCorrupt,
               "the database in " + folder + " is damaged: restore a backup (" + finding + ")"};
}

Status prepare(Database& database, const Config& config) {
  TOCSIN_TRY(std::ignore, database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
                                           "PRAGMA foreign_keys = ON"));
  // Negative: KiB, and not pages.
  TOCSIN_TRY(std::ignore,
             database.execute("PRAGMA cache_size = -" + std::to_string(config.cache_kib_max)));
  TOCSIN_TRY(std::ignore, migrate(database));
  TOCSIN_TRY(const bool is_sound, was_closed(database));
  if (!is_sound) {
    TOCSIN_TRY(std::ignore, check_soundness(database, config.folder));
  }
  if (config.database_pages_max > 0) {
    TOCSIN_TRY(std::ignore, database.execute("PRAGMA max_page_count = " +
                                             std::to_string(config.database_pages_max)));
  }
  return set_closed(database, false);
}

// The error of something that happened to the database of that folder.
Error in_folder(Error error, const std::string& folder) {
  const bool says_what_to_do = error.message.find("restore a backup") != std::string::npos;
  if (error.code == Errc::kCorrupt && !says_what_to_do) {
    error.message = "the database is damaged: restore a backup (" + error.message + ")";
  }
  error.message = "data folder " + folder + ": " + error.message;
  return error;
}

}  // namespace

// What a Store is made of. The order is that of destruction, backwards: first the writer ends,
// then the connections, and the lock goes last.
class Store::Inside final : public fanout::ProgressStore {
 public:
  Inside(Folder folder, Database marker, std::unique_ptr<Reader> reader, Database database,
         const Config& config)
      : folder_(std::move(folder)),
        marker_(std::move(marker)),
        reader_(std::move(reader)),
        writer_(std::in_place, std::move(database), config.queue_jobs_max, config.post) {}
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

  ~Inside() override {
    writer_.reset();
    const auto closed = set_closed(marker_, true);
    if (!closed) log::error("store.close_failed", {{"error", closed.error().message}});
  }

  // `work` takes the Database and gives a Result<T>.
  template <class T, class Work>
  void add(Work work, std::function<void(Result<T>)> done, std::size_t bytes = 0) {
    writer_->add(std::make_unique<JobOf<T>>(std::move(work), std::move(done), bytes));
  }
  bool is_behind() const {
    return writer_->waiting_bytes() > kWaitingBytesMax ||
           writer_->failed_within(kFailureRemembered);
  }

  void save_plan(fanout::Plan plan, Done done) override {
    add<std::monostate>(
        [plan = std::move(plan)](Database& database) { return store::save_plan(database, plan); },
        std::move(done));
  }
  void save_checkpoint(fanout::Checkpoint checkpoint, Done done) override {
    save(std::move(checkpoint), false, std::move(done));
  }
  void save_finished(fanout::Checkpoint last, Done done) override {
    save(std::move(last), true, std::move(done));
  }
  Result<std::vector<fanout::Unfinished>> load_unfinished() override {
    return store::load_unfinished(*reader_->database_);
  }
  Result<std::optional<fanout::Progress>> load_progress(core::AlertId alert) override {
    return store::load_progress(*reader_->database_, alert);
  }

  Reader& reader() { return *reader_; }

 private:
  void save(fanout::Checkpoint checkpoint, bool is_last, Done done) {
    add<std::monostate>(
        [checkpoint = std::move(checkpoint), is_last](Database& database) {
          return store::save_checkpoint(database, checkpoint, is_last);
        },
        std::move(done));
  }

  Folder folder_;
  Database marker_;  // notes that the folder was closed, after the writer has ended
  std::unique_ptr<Reader> reader_;
  std::optional<Writer> writer_;
};

Result<std::unique_ptr<Store>> Store::open(Config config) {
  if (!config.post) config.post = [](const std::function<void()>& done) { done(); };
  TOCSIN_TRY(auto folder, Folder::lock(config.folder));
  const std::string file = database_file(config.folder);
  auto database = Database::open(file, Database::Mode::kReadWrite);
  if (!database) return in_folder(database.error(), config.folder);
  const auto prepared = prepare(*database, config);
  if (!prepared) return in_folder(prepared.error(), config.folder);
  TOCSIN_TRY(auto marker, Database::open(file, Database::Mode::kReadWrite));
  TOCSIN_TRY(auto reader, Reader::open(config.folder));
  return std::unique_ptr<Store>(new Store(std::make_unique<Inside>(
      std::move(folder), std::move(marker), std::move(reader), *std::move(database), config)));
}

Store::Store(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Store::~Store() = default;

void Store::execute(newsroom::Command command, Done<newsroom::Effects> done) {
  const std::size_t bytes = bytes_of(command);
  inside_->add<newsroom::Effects>(
      [command = std::move(command)](Database& database) {
        return execute_command(database, command);
      },
      std::move(done), bytes);
}

bool Store::is_behind() const { return inside_->is_behind(); }

void Store::put_subscription(core::Subscription subscription, Done<StoredSubscription> done) {
  inside_->add<StoredSubscription>(
      [subscription = std::move(subscription)](Database& database) {
        return store::put_subscription(database, subscription);
      },
      std::move(done));
}

void Store::put_subscriptions(std::vector<core::Subscription> subscriptions,
                              Done<Subscriptions> done) {
  inside_->add<Subscriptions>(
      [all = std::move(subscriptions)](Database& database) -> Result<Subscriptions> {
        Subscriptions out;
        out.reserve(all.size());
        for (const auto& subscription : all) {
          TOCSIN_TRY(auto stored, store::put_subscription(database, subscription));
          out.push_back(std::move(stored));
        }
        return out;
      },
      std::move(done));
}

void Store::set_preferences(const core::SubscriptionId& id, Preferences preferences, Time at,
                            Done<StoredSubscription> done) {
  inside_->add<StoredSubscription>(
      [id, preferences = std::move(preferences), at](Database& database) {
        return store::set_preferences(database, id, preferences, at);
      },
      std::move(done));
}

void Store::retire(std::vector<core::SubscriptionId> ids, std::string because, Time at,
                   Done<Subscriptions> done) {
  inside_->add<Subscriptions>(
      [ids = std::move(ids), because = std::move(because), at](Database& database) {
        return store::retire(database, ids, because, at);
      },
      std::move(done));
}

void Store::purge_retired(Time before, Done<std::size_t> done) {
  inside_->add<std::size_t>(
      [before](Database& database) { return store::purge_retired(database, before); },
      std::move(done));
}

void Store::add_site_key(SiteKey key, Done<std::monostate> done) {
  inside_->add<std::monostate>(
      [key = std::move(key)](Database& database) { return store::add_site_key(database, key); },
      std::move(done));
}

void Store::add_api_token(ApiToken token, Done<std::monostate> done) {
  inside_->add<std::monostate>(
      [token = std::move(token)](Database& database) {
        return store::add_api_token(database, token);
      },
      std::move(done));
}

void Store::remove_api_token(std::string name, Done<std::monostate> done) {
  inside_->add<std::monostate>(
      [name = std::move(name)](Database& database) {
        return store::remove_api_token(database, name);
      },
      std::move(done));
}

void Store::add_session(Session session, Done<std::monostate> done) {
  inside_->add<std::monostate>(
      [session](Database& database) { return store::add_session(database, session); },
      std::move(done));
}

void Store::remove_session(const crypto::Digest& hash, Done<std::monostate> done) {
  inside_->add<std::monostate>(
      [hash](Database& database) { return store::remove_session(database, hash); },
      std::move(done));
}

void Store::remove_sessions_of(Session::Kind kind, std::uint64_t owner, Done<std::monostate> done) {
  inside_->add<std::monostate>(
      [kind, owner](Database& database) {
        return store::remove_sessions_of(database, kind, owner);
      },
      std::move(done));
}

void Store::put_installation_key(const InstallationKey& key, Done<std::monostate> done) {
  inside_->add<std::monostate>(
      [key](Database& database) { return store::put_installation_key(database, key); },
      std::move(done));
}

void Store::forget_networks(Time before, Done<std::size_t> done) {
  inside_->add<std::size_t>(
      [before](Database& database) { return store::forget_networks(database, before); },
      std::move(done));
}

void Store::put_feed_state(core::FeedId feed, ingest::FeedState state, Done<std::monostate> done) {
  inside_->add<std::monostate>(
      [feed, state = std::move(state)](Database& database) {
        return store::put_feed_state(database, feed, state);
      },
      std::move(done));
}

void Store::put_hub_subscriptions(std::vector<websub::Change> changes, Done<std::monostate> done) {
  inside_->add<std::monostate>(
      [changes = std::move(changes)](Database& database) -> Status {
        for (const auto& change : changes) {
          TOCSIN_TRY(std::ignore, store::put_hub_subscription(database, change));
        }
        return ok();
      },
      std::move(done));
}

void Store::put_hub_told(std::string hub, std::uint64_t sequence, Done<std::monostate> done) {
  inside_->add<std::monostate>(
      [hub = std::move(hub), sequence](Database& database) {
        return store::put_hub_told(database, hub, sequence);
      },
      std::move(done));
}

fanout::ProgressStore& Store::progress() { return *inside_; }
Reader& Store::reader() { return inside_->reader(); }

}  // namespace tocsin::store
