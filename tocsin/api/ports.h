// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tocsin/api/feeds/feed_visits.h"
#include "tocsin/base/clock.h"
#include "tocsin/base/id.h"
#include "tocsin/base/random.h"
#include "tocsin/base/result.h"
#include "tocsin/conversation/command.h"
#include "tocsin/core/content.h"
#include "tocsin/core/ids.h"
#include "tocsin/core/newsroom.h"
#include "tocsin/core/subscription.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/fanout/progress.h"
#include "tocsin/http/message.h"
#include "tocsin/ingest/finder.h"
#include "tocsin/newsroom/command.h"
#include "tocsin/newsroom/content.h"
#include "tocsin/newsroom/kept_bodies.h"

// What the API needs from the rest of Tocsin. All of it is called on the API's loop; a callback
// runs once, on that loop, inside the call or later.
namespace tocsin::api {

// What a token may do. kAdmin includes the others.
enum class Scope : std::uint8_t { kRead, kWrite, kAlert, kModerate, kAdmin };
std::string_view text(Scope scope);  // "read", ...
std::optional<Scope> parse_scope(std::string_view text);

struct TokenInfo {
  std::string id;     // stands for the token in command ids
  std::string name;   // stands for it in the audit log
  core::UserId user;  // who signed in; none for a token of the API
  bool scopes[5] = {};

  bool has(Scope scope) const;
  void add(Scope scope) { scopes[static_cast<std::size_t>(scope)] = true; }
};

// The API's tokens. Tokens are long and random, and only their SHA-256 is kept: how long the
// search for a hash takes tells nothing that helps to guess a token.
class TokenBook {
 public:
  virtual ~TokenBook() = default;
  virtual std::optional<TokenInfo> find(const crypto::Digest& hash) const = 0;
};

// Where commands go.
class Newsroom {
 public:
  using Done = std::function<void(Result<newsroom::Effects>)>;

  virtual ~Newsroom() = default;
  // Errors: those of newsroom::apply(); kExhausted and kUnavailable: not done, try again later.
  virtual void execute(newsroom::Command command, Done done) = 0;
};

struct Registration {
  core::PushSubscription subscription;
  core::SiteId site;
  std::optional<core::Follows> follows;          // nothing: as they are, or everything
  std::string language;                          // empty: as it is, or the site's
  std::optional<core::SubscriptionId> replaces;  // is retired, and its follows are taken over
};

struct Registered {
  core::Subscription subscription;
  bool is_new = true;
};

class Subscriptions {
 public:
  using Done = std::function<void(Result<core::Subscription>)>;

  virtual ~Subscriptions() = default;
  // The same endpoint again changes the subscription it has, and makes it active.
  virtual void add(Registration registration, std::function<void(Result<Registered>)> done) = 0;
  virtual std::optional<core::Subscription> find(const core::SubscriptionId& id) const = 0;
  // An empty language leaves it as it is. kNotFound: there is none.
  virtual void set_preferences(const core::SubscriptionId& id, std::optional<core::Follows> follows,
                               std::string language, Done done) = 0;
  virtual void retire(const core::SubscriptionId& id, std::string_view because, Done done) = 0;
  // Done when the push service has answered or the message is queued.
  virtual void send_test(const core::SubscriptionId& id, std::function<void(Status)> done) = 0;
};

class Broadcasts {
 public:
  virtual ~Broadcasts() = default;
  // Nothing before the alert's broadcast has begun.
  virtual std::optional<fanout::Progress> progress(core::AlertId alert) const = 0;
  // Opens connections to the push services for the alert that comes next.
  virtual void warm_up() = 0;
};

struct PushKey {
  core::VapidKeyId id;
  crypto::PublicKey public_key{};
};

class PushKeys {
 public:
  virtual ~PushKeys() = default;
  // The application server key that further subscriptions of the site are made with.
  virtual std::optional<PushKey> current(core::SiteId site) const = 0;
};

// Who is signed in, and how one signs in. Tokens are long and random; only their SHA-256 is kept.
class Accounts {
 public:
  // What a link that is sent to somebody may be used for.
  enum class Purpose : std::uint8_t {
    kSignIn,       // subject: a reader's id
    kAttachEmail,  // a reader's id; detail: the hash of the address
    kPassword,     // a user's id
    kSetUp,        // of the first administrator; no subject
  };
  struct Code {
    Purpose purpose = Purpose::kSignIn;
    std::uint64_t subject = 0;
    std::string detail;
  };

  virtual ~Accounts() = default;
  virtual std::optional<core::UserId> user_of(const crypto::Digest& token) const = 0;
  virtual std::optional<core::ReaderId> reader_of(const crypto::Digest& token) const = 0;
  // Gives the token.
  virtual void sign_in(core::UserId user, std::function<void(Result<std::string>)> done) = 0;
  virtual void sign_in(core::ReaderId reader, std::function<void(Result<std::string>)> done) = 0;
  virtual void sign_out(const crypto::Digest& token, std::function<void(Status)> done) = 0;
  // Ends all sessions of theirs.
  virtual void sign_out(core::UserId user) = 0;
  virtual void sign_out(core::ReaderId reader) = 0;

  // On a thread of its own: Argon2 takes tens of milliseconds. An empty `stored` takes as long and
  // is false.
  virtual void check_password(std::string stored, std::string password,
                              std::function<void(bool)> done) = 0;
  virtual void hash_password(std::string password,
                             std::function<void(Result<std::string>)> done) = 0;

  // Signed, and good once for fifteen minutes. kPassword and kSetUp: for two days, until a password
  // is set by it.
  virtual std::string make_code(const Code& code) = 0;
  // Nothing if it is forged, used or too old.
  virtual std::optional<Code> take_code(std::string_view text) = 0;
  // The same, and it stays good.
  virtual std::optional<Code> read_code(std::string_view text) const = 0;

  virtual std::uint64_t network_hash(std::string_view address) const = 0;
  virtual std::string email_hash(std::string_view email) const = 0;
};

// Messages to one person.
class Letters {
 public:
  virtual ~Letters() = default;
  // True if the installation can send e-mail.
  virtual bool has_mail() const = 0;
  // Returns at once; what fails is logged.
  virtual void mail(const std::string& to, const std::string& subject, const std::string& text) = 0;
  // A link to the reader's own device.
  virtual void push(const core::SubscriptionId& device, const std::string& title,
                    const std::string& body, const std::string& url) = 0;
};

// Asks the site's classifier about a comment. kNoAnswer in time, always.
class Classifier {
 public:
  virtual ~Classifier() = default;
  virtual void ask(const core::Site& site, const core::Comment& comment,
                   std::function<void(conversation::External)> done) = 0;
};

// What a page wants to be told of.
struct LiveWish {
  core::SiteId site;
  std::string network;  // of the client: guard::network_of()
  bool front = false;
  std::vector<core::StoryId> stories;
  std::vector<core::StoryId> conversations;
  std::vector<core::ThreadId> threads;
  std::vector<std::string> topics;
  std::optional<std::uint64_t> after;  // the last event it has
};
class LivePages {
 public:
  virtual ~LivePages() = default;
  // A stream of events; 429 with Retry-After if the network has as many as it may.
  virtual http::Response open(const LiveWish& wish) = 0;
};

// What a device reports of an alert.
enum class Receipt : std::uint8_t { kShown, kClicked, kDismissed };
class Receipts {
 public:
  virtual ~Receipts() = default;
  virtual void add(core::AlertId alert, const core::SubscriptionId& device, Receipt receipt) = 0;
  struct Counts {
    std::uint64_t shown = 0;
    std::uint64_t clicked = 0;
    std::uint64_t dismissed = 0;
  };
  virtual Counts counts(core::AlertId alert) const = 0;
};

struct Ports {
  const newsroom::Content& content;
  const TokenBook& tokens;
  Broadcasts& broadcasts;
  FeedVisits& visits;
  const PushKeys& keys;
  Newsroom& newsroom;
  Subscriptions& subscriptions;
  Accounts& accounts;
  Letters& letters;
  Classifier& classifier;
  LivePages& live;
  Receipts& receipts;
  IdSource& ids;
  Random& random;
  const Clock& clock;
  // HTML that may stand in a page of ours, links read relative to `base_url`.
  std::function<std::string(std::string_view html, const std::string& base_url)> sanitize_html;
  // Finds the feeds of a site (ingest::Finder).
  std::function<void(const std::string& address, ingest::Finder::IsWanted is_wanted,
                     ingest::Finder::Done done)>
      find_feeds;
  std::function<std::string()> metrics;  // Prometheus' text format
  std::function<Status()> readiness;     // why no work can be taken, in one sentence
  newsroom::KeptBodies& bodies;          // answers that are the same for all
};

}  // namespace tocsin::api
