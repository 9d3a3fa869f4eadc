// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/late_answers.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace tocsin::pushservice {
namespace {

// In a slot: this, then the length and the bytes of each name, value and of the body.
struct Record {
  std::uint64_t connection;
  std::uint32_t stream;
  std::uint16_t status;
  Deed deed;
  std::uint8_t fields;
  std::uint32_t pause_ms;
};

class Writer {
 public:
  explicit Writer(std::uint8_t* at) : at_(at) {}
  void write(const void* data, std::size_t size) {
    std::memcpy(at_, data, size);
    at_ += size;
  }
  void write(std::string_view text) {
    const auto size = static_cast<std::uint32_t>(text.size());
    write(&size, sizeof(size));
    if (size > 0) write(text.data(), size);
  }

 private:
  std::uint8_t* at_;
};

class Reader {
 public:
  explicit Reader(ByteView rest) : rest_(rest) {}
  bool is_at_end() const { return rest_.empty(); }
  void read(void* data, std::size_t size) {
    std::memcpy(data, rest_.data(), size);
    rest_ = rest_.subspan(size);
  }
  std::string_view read_text() {
    std::uint32_t size = 0;
    read(&size, sizeof(size));
    const std::string_view text = as_text(rest_.first(size));
    rest_ = rest_.subspan(size);
    return text;
  }

 private:
  ByteView rest_;
};

}  // namespace

void LateAnswers::add(std::uint64_t connection, std::uint32_t stream, const Answer& answer,
                      std::int64_t now_ms) {
  if (waiting_++ == 0) taken_ms_ = std::max(taken_ms_, now_ms - 1);
  const auto late = std::min(answer.delay, Answer::kDelayMax).count();
  // Slots up to taken_ms_ are not looked at again before a whole turn.
  const std::int64_t due_ms = std::clamp<std::int64_t>(
      now_ms + late, taken_ms_ + 1, taken_ms_ + static_cast<std::int64_t>(kSlots));
  Bytes& slot = slots_[static_cast<std::size_t>(due_ms) % kSlots];
  if (slot.capacity() == 0 && !spare_.empty()) {
    slot = std::move(spare_.back());
    spare_.pop_back();
  }
  std::size_t bytes = sizeof(Record) + sizeof(std::uint32_t) + answer.body.size();
  for (const auto& [name, value] : answer.fields) {
    bytes += 2 * sizeof(std::uint32_t) + name.size() + value.size();
  }
  const std::size_t at = slot.size();
  slot.resize(at + bytes);
  Writer out(slot.data() + at);
  const Record record{connection,
                      stream,
                      static_cast<std::uint16_t>(answer.status),
                      answer.deed,
                      static_cast<std::uint8_t>(answer.fields.size()),
                      static_cast<std::uint32_t>(answer.pause.count())};
  out.write(&record, sizeof(record));
  for (const auto& [name, value] : answer.fields) {
    out.write(name);
    out.write(value);
  }
  out.write(answer.body);
}

void LateAnswers::take(std::int64_t now_ms, const std::function<void(const Late&)>& use) {
  while (taken_ms_ < now_ms && waiting_ > 0) {
    Bytes& slot = slots_[static_cast<std::size_t>(++taken_ms_) % kSlots];
    if (slot.empty()) continue;
    give(slot, use);
    slot.clear();
    spare_.push_back(std::move(slot));
    slot = Bytes();
  }
}

void LateAnswers::give(const Bytes& slot, const std::function<void(const Late&)>& use) {
  for (Reader in(slot); !in.is_at_end(); --waiting_) {
    Record record{};
    in.read(&record, sizeof(record));
    fields_.clear();
    for (int i = 0; i < record.fields; ++i) {
      const std::string_view name = in.read_text();
      fields_.emplace_back(name, in.read_text());
    }
    use({.connection = record.connection,
         .stream = record.stream,
         .answer = {.status = record.status,
                    .deed = record.deed,
                    .pause = Millis(record.pause_ms),
                    .fields = fields_,
                    .body = in.read_text()}});
  }
}

}  // namespace tocsin::pushservice
