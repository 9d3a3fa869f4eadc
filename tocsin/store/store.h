// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "tocsin/base/result.h"
#include "tocsin/fanout/progress.h"
#include "tocsin/ingest/feed_state.h"
#include "tocsin/newsroom/apply.h"
#include "tocsin/store/reader.h"
#include "tocsin/store/records.h"
#include "tocsin/websub/subscriber.h"

namespace tocsin::store {

struct Config {
  std::string folder;
  // Where completions run: typically posts to the main loop. None: on the writer thread, and
  // those of a full queue inside the call.
  std::function<void(std::function<void()>)> post;
  std::size_t queue_jobs_max = 4096;
  std::uint32_t database_pages_max = 0;  // of 4096 bytes; 0: as the disk has room for
  // Of the database kept in memory for the writer. Writing a million subscriptions touches all of
  // the index of their ids, and takes half the time if that fits.
  std::uint32_t cache_kib_max = 2'048;
};

// The data folder of one installation. All writes go through one thread, in the order of the
// calls; a completion comes after the write is on disk, or with the reason why it is not:
//   kExhausted    the queue is full.
//   kUnavailable  the disk is full or fails. The store goes on when it recovers.
// besides what each function says. Writing functions may be called from any thread.
class Store {
 public:
  template <class T>
  using Done = std::function<void(Result<T>)>;
  using Subscriptions = std::vector<StoredSubscription>;

  // Opens the folder for writing, creating it if there is none, and brings its schema up to date.
  // After a crash it reads the whole database to see that it is sound (some seconds a gigabyte).
  //
  // Errors: kConflict: another process holds it, or a newer program wrote it; kCorrupt: damaged,
  // or not a Tocsin database; kUnavailable: the system refused.
  static Result<std::unique_ptr<Store>> open(Config config);
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  // Finishes what is queued, closes the folder. Completions may come until it returns.
  ~Store();

  // The newsroom's content changes here alone. The same command id gives the same answer, its
  // records as they are at present. Errors: those of newsroom::apply().
  void execute(newsroom::Command command, Done<newsroom::Effects> done);

  // Creates it, or replaces the one of that id, which keeps its slot and `created`.
  void put_subscription(core::Subscription subscription, Done<StoredSubscription> done);
  // All or none.
  void put_subscriptions(std::vector<core::Subscription> subscriptions, Done<Subscriptions> done);
  // kNotFound: there is none of that id.
  void set_preferences(const core::SubscriptionId& id, Preferences preferences, Time at,
                       Done<StoredSubscription> done);
  // Gives back those that were active; `because`: "gone (410)", "unsubscribed".
  void retire(std::vector<core::SubscriptionId> ids, std::string because, Time at,
              Done<Subscriptions> done);
  // Deletes those retired before `before`, for good; how many.
  void purge_retired(Time before, Done<std::size_t> done);

  // kConflict: there is a key of that id.
  void add_site_key(SiteKey key, Done<std::monostate> done);
  // kConflict: there is a token of that name.
  void add_api_token(ApiToken token, Done<std::monostate> done);
  // kNotFound: there is none of that name.
  void remove_api_token(std::string name, Done<std::monostate> done);

  void add_session(Session session, Done<std::monostate> done);
  // Nothing happens if there is none.
  void remove_session(const crypto::Digest& hash, Done<std::monostate> done);
  void remove_sessions_of(Session::Kind kind, std::uint64_t owner, Done<std::monostate> done);

  // Leaves the one that is there.
  void put_installation_key(const InstallationKey& key, Done<std::monostate> done);
  // Of the comments made before `before`; how many.
  void forget_networks(Time before, Done<std::size_t> done);

  // Nothing happens if the feed has been removed.
  void put_feed_state(core::FeedId feed, ingest::FeedState state, Done<std::monostate> done);

  // All or none.
  void put_hub_subscriptions(std::vector<websub::Change> changes, Done<std::monostate> done);

  // Whether the disk does not keep up, or fails: what is written waits in memory, and whoever can
  // should wait with more. From any thread.
  bool is_behind() const;

  // That hub was told of our feeds' news up to the live event `sequence`.
  void put_hub_told(std::string hub, std::uint64_t sequence, Done<std::monostate> done);

  // Its reads are for the thread that uses reader().
  fanout::ProgressStore& progress();
  // For one thread.
  Reader& reader();

 private:
  class Inside;
  explicit Store(std::unique_ptr<Inside> inside);

  std::unique_ptr<Inside> inside_;
};

}  // namespace tocsin::store
