// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tocsin/base/check.h"
#include "tocsin/fanout/key_material_cache.h"

namespace {

using namespace tocsin;          // NOLINT: a fuzz target
using namespace tocsin::fanout;  // NOLINT: a fuzz target

constexpr std::size_t kSummed = kCacheBlockBytes - 8;

// The bytes as blocks with right sums after a right header: no fuzzer guesses those.
Bytes with_sums(ByteView bytes) {
  Bytes out = key_material_header();
  while (!bytes.empty()) {
    const ByteView part = bytes.first(std::min(kSummed, bytes.size()));
    bytes = bytes.subspan(part.size());
    Bytes block(part.begin(), part.end());
    block.resize(kSummed);
    const auto sum = crypto::sha256(block);
    block.insert(block.end(), sum.begin(), sum.begin() + 8);
    out.insert(out.end(), block.begin(), block.end());
  }
  return out;
}

// Two subscriptions, in partitions 0 and 1.
SubscriptionTable make_table() {
  SubscriptionTable table;
  for (std::uint8_t number = 0; number < 2; ++number) {
    core::Subscription one;
    one.id.back() = number;
    one.endpoint = "https://push.example/a";
    TOCSIN_CHECK(table.upsert(one, number).has_value());
  }
  return table;
}

Bytes file_of(const SubscriptionTable& table) {
  Bytes out = key_material_header();
  for (std::uint32_t p = 0; p < core::kPartitions; ++p) {
    const auto blocks = key_material_blocks(table, p);
    out.insert(out.end(), blocks.begin(), blocks.end());
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto table = make_table();
  if (const auto loaded = load_key_material({data, size}, table)) {
    TOCSIN_CHECK(table.material_count() <= loaded->entries);
  }
  auto mended = make_table();
  const auto loaded = load_key_material(with_sums({data, size}), mended);
  TOCSIN_CHECK(loaded.has_value());

  // What was taken is written and read back the same.
  const Bytes file = file_of(mended);
  auto again = make_table();
  const auto reloaded = load_key_material(file, again);
  TOCSIN_CHECK(reloaded && reloaded->damaged_blocks == 0 && reloaded->stale == 0);
  TOCSIN_CHECK(reloaded->entries == mended.material_count() && file_of(again) == file);
  return 0;
}
