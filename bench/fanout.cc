// SPDX-License-Identifier: Apache-2.0
// The resident table with a million subscriptions (or as many as the first argument says): what
// each costs in memory and to add, to walk, to select, and to keep key material of. Run by
// `./dev bench fanout`.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include <malloc.h>
#include <unistd.h>

#include "tocsin/base/random.h"
#include "tocsin/fanout/key_material_cache.h"
#include "tocsin/fanout/recipients.h"
#include "tocsin/fanout/refill.h"
#include "tocsin/fanout/subscription_table.h"

namespace tocsin::fanout {
namespace {

using SteadyClock = std::chrono::steady_clock;  // NOLINT: a benchmark
constexpr core::SiteId kSite{1};
constexpr std::size_t kPathBytes = 152;  // after "/fcm/send/"; the endpoint then has 188
constexpr int kRounds = 9;

double microseconds(SteadyClock::time_point since) {
  return std::chrono::duration<double, std::micro>(SteadyClock::now() - since).count();
}

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double all = 0;
  double resident = 0;
  file >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// One of four follows everything, the others one or two of twenty topics.
core::Follows follows_of(std::uint64_t number, SeededRandom& random) {
  if (number % 4 == 0) return {};
  core::Follows out{.everything = false};
  for (std::uint64_t i = 0; i < 1 + number % 2; ++i) {
    out.topics.push_back("topic" + std::to_string(random.below(20)));
  }
  return out;
}

void fill(SubscriptionTable& table, std::uint64_t count) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  SeededRandom random(1);
  double adding = 0;
  core::Subscription one;
  one.site = kSite;
  one.vapid_key = core::VapidKeyId{9};
  one.keys.p256dh = crypto::generate_key_pair().public_key;
  for (std::uint32_t partition = 0; partition < core::kPartitions; ++partition) {
    for (std::uint64_t i = partition; i < count; i += core::kPartitions) {
      random.fill(one.id);
      one.id.back() = static_cast<std::uint8_t>(partition);
      random.fill(one.keys.auth);
      Bytes letters(kPathBytes);
      random.fill(letters);
      one.endpoint = "https://fcm.googleapis.com/fcm/send/";
      for (const auto letter : letters) one.endpoint += kLetters[letter % kLetters.size()];
      one.follows = follows_of(i, random);
      const auto begun = SteadyClock::now();
      if (!table.upsert(one, static_cast<std::uint32_t>(i / core::kPartitions))) std::abort();
      adding += microseconds(begun);
    }
  }
  std::printf("| add, each | %.0f ns |\n", adding * 1e3 / static_cast<double>(count));
}

// The least of some rounds, in microseconds.
template <class Work>
double least_of(Work work) {
  double least = 1e12;
  for (int round = 0; round < kRounds; ++round) {
    const auto begun = SteadyClock::now();
    work();
    least = std::min(least, microseconds(begun));
  }
  return least;
}

// Reads of each row what a sender copies, in the order of slots; a checksum.
std::uint64_t walk(const SubscriptionTable& table, const Recipients& recipients, bool copies) {
  std::uint64_t sum = 0;
  std::string paths;
  for (std::uint32_t partition = 0; partition < core::kPartitions; ++partition) {
    for (const auto slot : recipients.partitions[partition].members()) {
      const auto row = table.row({partition, slot});
      sum += row->path.size() + (row->is_active ? 1 : 0) + (row->material ? 1 : 0);
      if (!copies || !row->material) continue;
      if (paths.size() > 100'000) paths.clear();
      paths.append(row->path);
      paths.append(as_text(*row->material));
    }
  }
  return sum;
}

// What a restart writes and reads, and what it saves: deriving, of which a few thousand are tried.
void measure_key_material(SubscriptionTable& table) {
  constexpr std::uint64_t kTried = 5'000;
  Bytes file;
  const double write = least_of([&] {
    file = key_material_header();
    for (std::uint32_t partition = 0; partition < core::kPartitions; ++partition) {
      const auto blocks = key_material_blocks(table, partition);
      file.insert(file.end(), blocks.begin(), blocks.end());
    }
  });
  const double read = least_of([&] {
    if (!load_key_material(file, table)) std::abort();
  });
  std::printf("| cache of key material: make, load | %.0f ms, %.0f ms |\n", write / 1e3,
              read / 1e3);
  Refill refill(table);
  refill.begin(Refill::Extent::kAll);
  double deriving = 0;
  double keeping = 0;
  while (refill.derived() < kTried) {
    auto begun = SteadyClock::now();
    const auto chunk = refill.next();
    keeping += microseconds(begun);
    if (!chunk) break;
    begun = SteadyClock::now();
    const auto derived = derive(*chunk);
    deriving += microseconds(begun);
    begun = SteadyClock::now();
    refill.take(derived);
    keeping += microseconds(begun);
  }
  const auto each = static_cast<double>(refill.derived());
  std::printf("| refill, each: the idle thread, the main loop | %.1f us, %.2f us |\n",
              deriving / each, keeping / each);
}

void measure(std::uint64_t count) {
  const double before = resident_bytes();
  SubscriptionTable table;
  fill(table, count);
  const webpush::KeyMaterial material{};
  const crypto::PublicKey sender{};
  std::uint64_t number = 0;
  const double derive = least_of([&] {
    ++number;
    std::optional<Address> from = Address{};
    while (from) {
      const auto stretch = table.without_material(*from, 4096);
      for (const auto& address : stretch.without) {
        if (!table.set_material(address, sender, material)) std::abort();
      }
      from = stretch.next;
    }
  });
  malloc_trim(0);
  const double each = static_cast<double>(count);
  std::printf("| memory, each | %.0f bytes |\n", (resident_bytes() - before) / each);
  std::printf("| look for missing key material, all | %.1f ms |\n", derive / 1e3);

  core::Story story;
  story.site = kSite;
  for (const auto* topics : {"", "topic3", "topic3 topic4 topic5 topic6 topic7"}) {
    story.topics.clear();
    for (std::string_view rest = topics; !rest.empty();) {
      const auto end = std::min(rest.find(' '), rest.size());
      story.topics.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    std::uint64_t recipients = 0;
    const double us = least_of([&] { recipients = recipients_of(table, story).count; });
    std::printf("| recipients, %zu topics: %lu of them | %.2f ms |\n", story.topics.size(),
                static_cast<unsigned long>(recipients), us / 1e3);
  }
  const auto recipients = recipients_of(table, story);
  for (const bool copies : {false, true}) {
    std::uint64_t sum = 0;
    const double us = least_of([&] { sum += walk(table, recipients, copies); });
    std::printf("| row(), each%s | %.1f ns |\n", copies ? ", path and material copied" : "",
                us * 1e3 / static_cast<double>(recipients.count));
  }
  measure_key_material(table);
}

}  // namespace
}  // namespace tocsin::fanout

int main(int argc, char** argv) {
  std::printf("| what | cost |\n|---|---:|\n");
  tocsin::fanout::measure(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000);
  return 0;
}
