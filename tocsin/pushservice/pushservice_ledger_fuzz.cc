// SPDX-License-Identifier: Apache-2.0
#include "tocsin/base/bytes.h"
#include "tocsin/base/check.h"
#include "tocsin/pushservice/ledger.h"
#include "tocsin/pushservice/virtual_readers.h"

namespace {

// Writes again what is read.
struct Copy final : tocsin::pushservice::Ledger {
  void name_key(std::uint16_t key, std::string_view name) override { writer.name_key(key, name); }
  void name_channel(std::uint32_t subscription, std::string_view name) override {
    writer.name_channel(subscription, name);
  }
  void record(const tocsin::pushservice::Entry& entry, std::string_view text) override {
    writer.record(entry, text);
  }
  void record_too_early(tocsin::Time at) override { writer.record_too_early(at); }
  tocsin::pushservice::LedgerWriter writer{tocsin::pushservice::VirtualReaders::kReadersMax};
};

}  // namespace

// A ledger that can be read says the same when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin::pushservice;
  Copy once;
  if (!read_ledger({data, size}, once)) return 0;
  Copy twice;
  TOCSIN_CHECK(read_ledger(once.writer.pending(), twice).has_value());
  TOCSIN_CHECK(once.writer.pending() == twice.writer.pending());
  return 0;
}
