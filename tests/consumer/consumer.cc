// SPDX-License-Identifier: Apache-2.0
// A program of somebody else's, built against the installed package alone: sends to itself.
#include <cstdio>

#include "tocsin/webpush/encrypt.h"
#include "tocsin/webpush/request.h"
#include "tocsin/webpush/vapid.h"

int main() {
  using namespace tocsin;
  const auto browser = crypto::generate_key_pair();
  const auto body = webpush::encrypt(as_bytes("news"), {browser.public_key, {}});
  if (!body) return 1;
  const auto plaintext = webpush::decrypt(*body, browser, {});
  const auto key = webpush::VapidKey::generate("mailto:desk@news.example");
  if (!plaintext || !key) return 1;
  webpush::VapidTokens tokens(*key);
  const auto authorization = tokens.authorization("https://push.example", system_clock().now());
  std::printf("%zu %zu %zu\n", body->size(), webpush::header_fields({}).size(),
              authorization ? authorization->size() : 0);
  return as_text(*plaintext) == "news" && authorization ? 0 : 1;
}
