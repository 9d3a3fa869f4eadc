// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/memory_content.h"

#include "tocsin/newsroom/feed_contract.h"

namespace tocsin::newsroom {
namespace {

struct MemoryHarness {
  Result<Effects> execute(const Command& command) { return memory.execute(command); }
  const Content& content() const { return memory; }
  MemoryContent memory;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, ContentContract, MemoryHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, FeedContract, MemoryHarness);

}  // namespace
}  // namespace tocsin::newsroom
