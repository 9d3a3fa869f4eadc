// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/capture.h"

#include "tocsin/base/base64url.h"
#include "tocsin/json/json.h"
#include "tocsin/pushservice/chance.h"

namespace tocsin::pushservice {

// Algorithm R: the n-th message replaces one of those kept with the chance that it is kept at all.
void Capture::take(std::uint64_t reader, const http2::Server::Request& request) {
  if (messages_max_ == 0) return;
  ++seen_;
  std::size_t place = messages_.size();
  if (place < messages_max_) {
    messages_.emplace_back();
  } else {
    place = mixed(mixed(seed_) ^ seen_) % seen_;
    if (place >= messages_max_) return;
  }
  Message& message = messages_[place];
  message.reader = reader;
  message.fields.clear();
  for (const auto& field : request.fields) message.fields.emplace_back(field.name, field.value);
  message.body.assign(request.body.begin(), request.body.end());
}

std::string Capture::lines(const VirtualReaders& readers) const {
  std::string out;
  for (const Message& message : messages_) {
    Json headers{Json::Object{}};
    for (const auto& [name, value] : message.fields) {
      if (headers.find(name) == nullptr) headers.set(name, value);
    }
    Json json = readers.subscription(message.reader);
    json.set("private_key", base64url(readers.keys(message.reader).pair.private_key.reveal()));
    json.set("headers", std::move(headers));
    json.set("body", base64url(message.body));
    out += json.dump() + "\n";
  }
  return out;
}

}  // namespace tocsin::pushservice
