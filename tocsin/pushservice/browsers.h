// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "tocsin/base/clock.h"
#include "tocsin/base/random.h"
#include "tocsin/base/result.h"
#include "tocsin/crypto/crypto.h"

namespace tocsin::pushservice {

struct BrowserLimits {
  std::size_t browsers_max = 1'000;
  std::size_t channels_max = 256;                           // of one browser
  std::size_t messages_max = 100;                           // stored for one browser
  std::size_t message_bytes_max = std::size_t{256} * 1024;  // stored for one browser
};

// A message on its way to a browser.
struct Message {
  std::string channel;
  std::string version;  // unique; the browser acknowledges it
  std::string topic;    // replaces an unacknowledged message of the same; empty: none
  std::string body;
  Time expires{};
};

// One push subscription of a browser.
struct Channel {
  std::string id;                                    // the browser's name for it, a UUID
  std::string path;                                  // of its push resource
  std::string uaid;                                  // the browser's
  std::optional<crypto::PublicKey> application_key;  // the only sender allowed, if any
};

struct Browser {
  std::string uaid;
  std::map<std::string, Channel> channels;  // by id
  std::deque<Message> messages;             // not acknowledged, oldest first
  std::size_t message_bytes = 0;
  std::uint64_t connection = 0;                    // the latest one's number
  std::function<void(const Message&)> on_message;  // empty: not connected
};

// The browsers that have said hello, their subscriptions, and what waits for them. Everything is
// bounded; nothing is kept across a restart: a browser that comes back then gets another name, and
// its push resources are gone. One thread.
class Browsers {
 public:
  Browsers(std::uint64_t seed, BrowserLimits limits, Random& random);

  // The browser of that name, or one with a name of ours if there is none.
  // Errors: kExhausted: there are too many.
  Result<Browser*> hello(const std::string& uaid);
  Browser* find(const std::string& uaid);
  // Adds a channel.
  // Errors: kConflict: the browser has one of that id. kExhausted: it has too many.
  Result<Channel> add(Browser& browser, const std::string& id,
                      std::optional<crypto::PublicKey> application_key);
  void remove(Browser& browser, const std::string& id);
  void acknowledge(Browser& browser, const std::string& channel, const std::string& version);
  // Hands over all that waits and has not expired.
  void redeliver(Browser& browser, Time now);

  // The channel with that push resource; null if there is none or it was removed.
  const Channel* find_path(std::string_view path) const;
  // The path was given to a channel once.
  bool is_known_path(std::string_view path) const;
  // Hands the message over, and keeps it until it is acknowledged or expires.
  // Errors: kExhausted: too much waits for that browser already.
  Status push(const Channel& channel, Message message, Time now);

 private:
  std::string mac(std::string_view name) const;

  crypto::Digest secret_;
  BrowserLimits limits_;
  Random& random_;
  std::map<std::string, Browser> browsers_;  // by uaid
  std::map<std::string, Channel*, std::less<>> by_path_;
};

}  // namespace tocsin::pushservice
