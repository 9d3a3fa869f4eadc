// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/browsers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "tocsin/base/base64url.h"
#include "tocsin/base/bytes.h"

namespace tocsin::pushservice {
namespace {

constexpr std::string_view kPrefix = "/wpush/v2/";
constexpr std::size_t kNameChars = 22;  // of 16 bytes in base64url
constexpr std::size_t kMacBytes = 16;

std::array<std::uint8_t, 16> drawn(Random& random) {
  std::array<std::uint8_t, 16> bytes{};
  random.fill(bytes);
  return bytes;
}

template <class Condition>
void drop_if(Browser& browser, const Condition& condition) {
  std::erase_if(browser.messages, [&](const Message& message) {
    if (!condition(message)) return false;
    browser.message_bytes -= message.body.size();
    return true;
  });
}

}  // namespace

Browsers::Browsers(std::uint64_t seed, BrowserLimits limits, Random& random)
    : secret_(crypto::hmac_sha256(as_bytes("tocsin browsers"), big_endian(seed))),
      limits_(limits),
      random_(random) {}

std::string Browsers::mac(std::string_view name) const {
  return base64url(ByteView(crypto::hmac_sha256(secret_, as_bytes(name))).first(kMacBytes));
}

Result<Browser*> Browsers::hello(const std::string& uaid) {
  if (Browser* known = find(uaid)) return known;
  if (browsers_.size() >= limits_.browsers_max) {
    return Error{Errc::kExhausted, "too many browsers"};
  }
  const std::string name = hex(drawn(random_));
  Browser& browser = browsers_[name];
  browser.uaid = name;
  return &browser;
}

Browser* Browsers::find(const std::string& uaid) {
  const auto found = browsers_.find(uaid);
  return found == browsers_.end() ? nullptr : &found->second;
}

Result<Channel> Browsers::add(Browser& browser, const std::string& id,
                              std::optional<crypto::PublicKey> application_key) {
  if (browser.channels.contains(id)) return Error{Errc::kConflict, "the channel exists"};
  if (browser.channels.size() >= limits_.channels_max) {
    return Error{Errc::kExhausted, "too many channels"};
  }
  const std::string name = base64url(drawn(random_));
  Channel& channel = browser.channels[id];
  channel = {.id = id,
             .path = std::string(kPrefix) + name + mac(name),
             .uaid = browser.uaid,
             .application_key = application_key};
  by_path_[channel.path] = &channel;
  return channel;
}

void Browsers::remove(Browser& browser, const std::string& id) {
  const auto found = browser.channels.find(id);
  if (found == browser.channels.end()) return;
  drop_if(browser, [&](const Message& message) { return message.channel == id; });
  by_path_.erase(found->second.path);
  browser.channels.erase(found);
}

void Browsers::acknowledge(Browser& browser, const std::string& channel,
                           const std::string& version) {
  drop_if(browser, [&](const Message& message) {
    return message.channel == channel && message.version == version;
  });
}

void Browsers::redeliver(Browser& browser, Time now) {
  drop_if(browser, [now](const Message& message) { return message.expires <= now; });
  for (const Message& message : browser.messages) browser.on_message(message);
}

const Channel* Browsers::find_path(std::string_view path) const {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : found->second;
}

bool Browsers::is_known_path(std::string_view path) const {
  if (!path.starts_with(kPrefix)) return false;
  path.remove_prefix(kPrefix.size());
  if (path.size() <= kNameChars) return false;
  return equal_in_constant_time(as_bytes(path.substr(kNameChars)),
                                as_bytes(mac(path.substr(0, kNameChars))));
}

Status Browsers::push(const Channel& channel, Message message, Time now) {
  Browser* browser = find(channel.uaid);
  TOCSIN_CHECK(browser != nullptr);
  message.channel = channel.id;
  drop_if(*browser, [&](const Message& old) {
    return old.expires <= now ||
           (!message.topic.empty() && old.topic == message.topic && old.channel == message.channel);
  });
  const bool is_connected = static_cast<bool>(browser->on_message);
  if (message.expires <= now && !is_connected) return ok();  // RFC 8030, section 5.2: TTL 0
  if (browser->messages.size() >= limits_.messages_max ||
      browser->message_bytes + message.body.size() > limits_.message_bytes_max) {
    return Error{Errc::kExhausted, "too many messages wait for this browser"};
  }
  browser->message_bytes += message.body.size();
  browser->messages.push_back(std::move(message));
  if (is_connected) browser->on_message(browser->messages.back());
  return ok();
}

}  // namespace tocsin::pushservice
