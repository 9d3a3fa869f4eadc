// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/websocket_client.h"

#include <algorithm>
#include <optional>

#include "tocsin/base/base64url.h"
#include "tocsin/base/bytes.h"

namespace tocsin::pushservice {
namespace {

constexpr std::size_t kUuidChars = 36;

Error no_protocol(const char* what) { return {Errc::kInvalidArgument, what}; }

bool is_uuid(std::string_view text) {
  return text.size() == kUuidChars && std::all_of(text.begin(), text.end(), [](char c) {
           return c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
                  (c >= 'A' && c <= 'F');
         });
}

// The status a browser is told, as an HTTP one.
int status_of(Errc code) { return code == Errc::kConflict ? 409 : 503; }

}  // namespace

WebSocketClient::~WebSocketClient() {
  if (Browser* mine = browser()) mine->on_message = nullptr;
}

// The browser, as long as this is its latest connection.
Browser* WebSocketClient::browser() {
  Browser* found = uaid_.empty() ? nullptr : browsers_.find(uaid_);
  return found != nullptr && found->connection == connection_ ? found : nullptr;
}

Status WebSocketClient::receive(std::string_view text, Time now) {
  TOCSIN_TRY(const Json json, Json::parse(text, {.bytes_max = kTextBytesMax, .depth_max = 8}));
  const Json::Object* object = json.if_object();
  if (object == nullptr) return no_protocol("not an object");
  if (object->empty()) {
    send_("{}");
    return ok();
  }
  const std::string type = json.text("messageType").value_or("");
  if (type == "hello") return hello(json, now);
  if (uaid_.empty()) return no_protocol("no hello");
  Browser* mine = browser();
  if (mine == nullptr) return Error{Errc::kConflict, "a later connection of the same browser"};
  if (type == "register") {
    enrol(*mine, json);
  } else if (type == "unregister") {
    const std::string id = json.text("channelID").value_or("");
    browsers_.remove(*mine, id);
    send_(Json({{"messageType", "unregister"}, {"channelID", id}, {"status", 200}}).dump());
  } else if (type == "ack") {
    acknowledge(*mine, json);
  } else if (type == "ping") {
    send_(R"({"messageType":"ping"})");
  } else if (type != "nack" && type != "broadcast_subscribe") {
    return no_protocol("unknown messageType");
  }
  return ok();
}

Status WebSocketClient::hello(const Json& json, Time now) {
  if (!uaid_.empty()) return no_protocol("hello twice");
  TOCSIN_TRY(Browser* const found, browsers_.hello(json.text("uaid").value_or("")));
  uaid_ = found->uaid;
  connection_ = ++found->connection;
  found->on_message = [this](const Message& message) { send(message); };
  send_(Json({{"messageType", "hello"},
              {"uaid", uaid_},
              {"status", 200},
              {"use_webpush", true},
              {"broadcasts", Json(Json::Object{})}})
            .dump());
  browsers_.redeliver(*found, now);
  return ok();
}

void WebSocketClient::enrol(Browser& browser, const Json& json) {
  const std::string id = json.text("channelID").value_or("");
  const auto reply = [&](int status) {
    return Json({{"messageType", "register"}, {"channelID", id}, {"status", status}});
  };
  std::optional<crypto::PublicKey> key;
  if (const auto text = json.text("key"); text && !text->empty()) {
    key = unbase64_as<crypto::PublicKey>(*text);
    if (!key) return send_(reply(400).dump());
  }
  if (!is_uuid(id)) return send_(reply(400).dump());
  const auto channel = browsers_.add(browser, id, key);
  if (!channel) return send_(reply(status_of(channel.error().code)).dump());
  Json done = reply(200);
  done.set("pushEndpoint", origin_ + channel->path);
  send_(done.dump());
}

void WebSocketClient::acknowledge(Browser& browser, const Json& json) {
  const Json* updates = json.find("updates");
  const Json::Array* list = updates == nullptr ? nullptr : updates->if_array();
  if (list == nullptr) return;
  for (const Json& update : *list) {
    browsers_.acknowledge(browser, update.text("channelID").value_or(""),
                          update.text("version").value_or(""));
  }
}

void WebSocketClient::send(const Message& message) {
  Json json({{"messageType", "notification"},
             {"channelID", message.channel},
             {"version", message.version}});
  if (!message.body.empty()) {
    json.set("data", base64url(as_bytes(message.body)));
    json.set("headers", Json({{"encoding", "aes128gcm"}}));
  }
  send_(json.dump());
}

}  // namespace tocsin::pushservice
