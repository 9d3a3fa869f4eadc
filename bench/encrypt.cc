// SPDX-License-Identifier: Apache-2.0
// Times message encryption on one thread, a second for each of:
//   cold    a message with a key pair and a salt of its own
//   refill  key material for one subscription, ahead of time
//   warm    a message with a salt of its own and key material made ahead of time
// 300 bytes of text, to many recipients in turn. Prints one line each: name and number a second.
#include "tocsin/webpush/encrypt.h"

#include <cstdio>
#include <string_view>
#include <vector>

#include "tocsin/base/clock.h"

namespace {

using namespace tocsin;  // NOLINT(google-build-using-namespace): a program of one file

constexpr std::size_t kRecipients = 1'000;

// Calls `act(i)` for each recipient in turn, for a second.
template <class Act>
void rate(const char* name, Act act) {
  const Instant start = system_clock().instant();
  std::size_t count = 0;
  while (system_clock().instant() - start < Seconds(1)) {
    for (std::size_t i = 0; i < 100; ++i) act((count + i) % kRecipients);
    count += 100;
  }
  const std::chrono::duration<double> took = system_clock().instant() - start;
  std::printf("%s %.0f\n", name, static_cast<double>(count) / took.count());
}

}  // namespace

int main() {
  crypto::SecureRandom random;
  std::vector<webpush::Recipient> recipients(kRecipients);
  for (auto& recipient : recipients) {
    recipient.p256dh = crypto::generate_key_pair().public_key;
    random.fill(recipient.auth);
  }
  const Bytes message(300, 'n');
  Bytes body(webpush::body_bytes(message.size()));
  webpush::Sealer sealer(random);
  rate("cold", [&](std::size_t i) {
    TOCSIN_CHECK(sealer.encrypt(message, recipients[i], body).has_value());
  });

  webpush::KeyMaterialMaker maker(crypto::generate_key_pair());
  std::vector<webpush::KeyMaterial> materials(kRecipients);
  rate("refill", [&](std::size_t i) { materials[i] = maker.make(recipients[i])->reveal(); });
  rate("warm", [&](std::size_t i) { sealer.seal(message, materials[i], maker.sender(), body); });
}
