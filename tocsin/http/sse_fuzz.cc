// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "tocsin/base/bytes.h"
#include "tocsin/base/check.h"
#include "tocsin/http/sse.h"

namespace {

using tocsin::http::SseEvent;
using tocsin::http::SseReader;

// What a page sees of `text`, cut into pieces of `piece` bytes.
std::string read_all(std::string_view text, std::size_t piece) {
  SseReader reader(256);
  std::string out;
  bool goes_on = true;
  while (!text.empty() && goes_on) {
    const auto part = text.substr(0, piece);
    text.remove_prefix(part.size());
    goes_on = reader.feed(part);
    while (const auto event = reader.next()) {
      out += event->id + ' ' + event->event + ' ' + event->data + '\n';
    }
  }
  return out + reader.last_event_id() + (goes_on ? "" : " failed");
}

// What is framed is read as it was, but for line ends.
void check_round_trip(std::string_view text) {
  const auto first = std::min(text.find('|'), text.size());
  const auto rest = text.substr(std::min(first + 1, text.size()));
  const auto second = std::min(rest.find('|'), rest.size());
  SseEvent event{std::string(text.substr(0, first)), std::string(rest.substr(0, second)),
                 std::string(rest.substr(std::min(second + 1, rest.size())))};
  std::string frame;
  tocsin::http::append_sse_comment(frame, event.data);
  tocsin::http::append_sse_retry(frame, tocsin::Millis(text.size()));
  append_sse_event(frame, event);

  SseReader reader(1 << 20);
  TOCSIN_CHECK(reader.feed(frame));
  const auto seen = reader.next();
  TOCSIN_CHECK(seen && !reader.next());
  TOCSIN_CHECK(reader.retry() == tocsin::Millis(text.size()));
  for (auto* word : {&event.id, &event.event}) {
    std::erase_if(*word, [](char c) { return c == '\0' || c == '\r' || c == '\n'; });
  }
  TOCSIN_CHECK(seen->id == event.id);
  TOCSIN_CHECK(seen->event == (event.event.empty() ? "message" : event.event));
  std::string data;
  for (std::size_t i = 0; i < event.data.size(); ++i) {
    const bool is_pair = event.data.compare(i, 2, "\r\n") == 0;
    data += event.data[i] == '\r' ? '\n' : event.data[i];
    if (is_pair) ++i;
  }
  TOCSIN_CHECK(seen->data == data);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = tocsin::as_text({data, size});
  const auto whole = read_all(text, size);
  // How much of an event is there when it becomes too long depends on the cuts; the failure not.
  TOCSIN_CHECK(whole == read_all(text, 1));
  TOCSIN_CHECK(whole == read_all(text, 7));
  check_round_trip(text);
  return 0;
}
