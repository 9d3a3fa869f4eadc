// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/vapid_file.h"

#include "tocsin/app/terminal.h"
#include "tocsin/base/base64url.h"

namespace tocsin::app {

Result<webpush::VapidKey> read_vapid_file(const std::string& path) {
  constexpr std::size_t kVapidFileBytesMax = 16'384;
  TOCSIN_TRY(const auto text, read_input(path, kVapidFileBytesMax));
  auto json = Json::parse(text);
  if (!json) return Error{Errc::kInvalidArgument, path + ": " + json.error().message};
  const auto public_key = json->text("publicKey");
  const auto private_key = json->text("privateKey");
  const auto subject = json->text("subject");
  if (!public_key || !private_key || !subject) {
    return Error{Errc::kInvalidArgument,
                 path + R"(: must be a JSON object with "subject", "publicKey" and "privateKey")"};
  }
  auto key = webpush::VapidKey::from(*public_key, *private_key, *subject);
  if (!key) return Error{key.error().code, path + ": " + key.error().message};
  return key;
}

Json vapid_json(const webpush::VapidKey& key) {
  return {{"subject", key.subject},
          {"publicKey", base64url(key.keys.public_key)},
          {"privateKey", base64url(key.keys.private_key.reveal())}};
}

}  // namespace tocsin::app
