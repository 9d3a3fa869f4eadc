// SPDX-License-Identifier: Apache-2.0
// Encrypts a 300-byte message to one recipient after another for a second, each with a key pair
// and a salt of its own, on one thread. Prints messages a second.
#include "tocsin/webpush/encrypt.h"

#include <cstdio>
#include <vector>

#include "tocsin/base/clock.h"

int main() {
  using namespace tocsin;
  std::vector<webpush::Recipient> recipients(100);
  for (auto& recipient : recipients) {
    recipient.p256dh = crypto::generate_key_pair().public_key;
    crypto::SecureRandom().fill(recipient.auth);
  }
  const Bytes message(300, 'n');
  const Instant start = system_clock().instant();
  std::size_t count = 0;
  while (system_clock().instant() - start < Seconds(1)) {
    for (const auto& recipient : recipients) {
      if (!webpush::encrypt(message, recipient)) return 1;
    }
    count += recipients.size();
  }
  const std::chrono::duration<double> took = system_clock().instant() - start;
  std::printf("%.0f\n", static_cast<double>(count) / took.count());
}
