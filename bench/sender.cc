// SPDX-License-Identifier: Apache-2.0
// Sends messages through the sender threads of the server to one push service, with key material
// made ahead of time, and prints what that cost as one line of JSON. What stands between a
// broadcast and the wire is all there; the broadcast itself (`tocsin rehearse`) is not. The
// recipients are virtual readers, so that the built-in push service (of the default seed, with at
// least 4,096 readers) can read what it is sent. Run by `./dev bench sender`.
//
// usage: bench_sender ORIGIN CA_FILE MESSAGES CONNECTIONS own|nghttp2|cold [PATH]
//
// own: HTTP/2 with Tocsin's framing; nghttp2: with nghttp2's; cold: Tocsin's, but without key
// material, a key pair made for each message. PATH: of all messages, for servers of files.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <sys/resource.h>

#include "tocsin/base/clock.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/pushservice/virtual_readers.h"
#include "tocsin/server/sender_pool.h"

namespace {

using namespace tocsin;

constexpr core::VapidKeyId kKey{1};
constexpr std::size_t kReaders = 4'096;  // in turn
constexpr std::size_t kOutstandingMax = 49'152;
constexpr std::size_t kPlaintextBytes = 300;
constexpr std::uint64_t kSeed = 1;  // the push service's default

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Bench {
  std::string origin;
  std::uint64_t messages = 0;
  std::size_t connections = 0;
  std::string path;  // of all readers; empty: one for each

  net::Loop loop;
  std::unique_ptr<server::SenderPool> pool;
  bool is_cold = false;
  crypto::PublicKey sender{};
  std::vector<webpush::Recipient> recipients;
  std::vector<webpush::KeyMaterial> materials;
  std::vector<std::string> paths;
  std::shared_ptr<core::Payload> payload = std::make_shared<core::Payload>();
  std::uint64_t given = 0;
  std::uint64_t done = 0;
  std::uint64_t accepted = 0;
  Handle warm_up;

  void prepare() {
    const crypto::KeyPair pair = crypto::generate_key_pair();
    sender = pair.public_key;
    webpush::KeyMaterialMaker maker(pair);
    const pushservice::VirtualReaders readers(kSeed, kReaders, origin);
    for (std::size_t i = 0; i < kReaders; ++i) {
      const auto keys = readers.keys(i);
      recipients.push_back({.p256dh = keys.pair.public_key, .auth = keys.auth});
      materials.push_back(maker.make(recipients.back())->reveal());
      paths.push_back(path.empty() ? readers.path(i) : path);
    }
    payload->plaintext.assign(kPlaintextBytes, 'n');
    payload->options = {.urgency = webpush::Urgency::kHigh, .collapse_key = "bench"};
    payload->deadline = system_clock().now() + Seconds(3'600);
  }

  void feed() {
    while (given < messages && given - done + kReaders <= kOutstandingMax) {
      core::Batch batch{.origin = origin, .vapid_key = kKey, .payload = payload, .sender = sender};
      for (std::size_t i = 0; i < kReaders && given < messages; ++i) {
        if (is_cold) {
          batch.add(given++, paths[i], recipients[i]);
        } else {
          batch.add(given++, paths[i], materials[i]);
        }
      }
      pool->submit(std::move(batch));
    }
  }

  void take(const core::Decisions& news) {
    for (const auto& decision : news.decisions) {
      if (!is_final(decision.outcome)) continue;
      ++done;
      if (decision.outcome == core::Outcome::kAccepted) ++accepted;
    }
    if (done == messages) return loop.stop();
    feed();
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) {
    std::fprintf(stderr, "usage: %s ORIGIN CA_FILE MESSAGES CONNECTIONS own|nghttp2|cold [PATH]\n",
                 argv[0]);
    return 2;
  }
  Bench bench{.origin = argv[1],
              .messages = std::strtoull(argv[3], nullptr, 10),
              .connections = std::strtoull(argv[4], nullptr, 10),
              .path = argc > 6 ? argv[6] : "",
              .is_cold = std::string_view(argv[5]) == "cold"};
  bench.prepare();
  net::PushTransportConfig transport;
  transport.connections_max = bench.connections;
  transport.allow_private_addresses = true;
  transport.ca_file = argv[2];
  transport.nghttp2 = std::string_view(argv[5]) == "nghttp2";
  auto pool =
      server::SenderPool::start(bench.loop, {.threads = 1, .transport = transport}, system_clock(),
                                [&](const core::Decisions& news) { bench.take(news); });
  if (!pool) {
    std::fprintf(stderr, "%s\n", pool.error().message.c_str());
    return 70;
  }
  bench.pool = std::move(*pool);
  bench.pool->add_key(kKey, *webpush::VapidKey::generate("mailto:desk@news.example"));
  bench.pool->warm(bench.origin, bench.connections);

  Instant started{};
  double cpu = 0;
  bench.warm_up = bench.loop.after(Millis(1'500), [&] {
    started = system_clock().instant();
    cpu = cpu_seconds();
    bench.feed();
  });
  bench.loop.run();
  const std::chrono::duration<double> took = system_clock().instant() - started;
  const auto all = static_cast<double>(bench.messages);
  std::printf(
      "{\"messages\":%llu,\"accepted\":%llu,\"seconds\":%.3f,\"rate_per_second\":%.0f,"
      "\"cpu_us_per_push\":%.3f}\n",
      static_cast<unsigned long long>(bench.messages),
      static_cast<unsigned long long>(bench.accepted), took.count(), all / took.count(),
      (cpu_seconds() - cpu) / all * 1e6);
  return bench.accepted == bench.messages ? 0 : 1;
}
