// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http/sse.h"

#include <gtest/gtest.h>

namespace tocsin::http {
namespace {

using namespace std::string_literals;

std::string framed(const SseEvent& event) {
  std::string out;
  append_sse_event(out, event);
  return out;
}

TEST(Sse, FramesAnEvent) {
  EXPECT_EQ(framed({"7", "comment", R"({"a":1})"}), "id: 7\nevent: comment\ndata: {\"a\":1}\n\n");
  EXPECT_EQ(framed({}), "data: \n\n");
}

TEST(Sse, SplitsDataAtEveryKindOfLineEnd) {
  EXPECT_EQ(framed({.data = "a\nb\rc\r\nd\n"}), "data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n");
}

TEST(Sse, LetsNoLineEndIntoIdsAndNames) {
  EXPECT_EQ(framed({"1\n\ndata: x", "a\rb\0c"s, ""}), "id: 1data: x\nevent: abc\ndata: \n\n");
}

TEST(Sse, FramesRetryAndComments) {
  std::string out;
  append_sse_retry(out, Millis(2500));
  append_sse_comment(out, "still\nhere");
  EXPECT_EQ(out, "retry: 2500\n: still\n: here\n");
}

// The examples of WHATWG HTML, section 9.2.6.
TEST(SseReader, ReadsTheExamplesOfTheStandard) {
  SseReader reader;
  ASSERT_TRUE(reader.feed("data: YHOO\ndata: +2\ndata: 10\n\n"));
  EXPECT_EQ(reader.next()->data, "YHOO\n+2\n10");

  ASSERT_TRUE(
      reader.feed(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\n"
                  "data:  third event\n\n"));
  auto event = reader.next();
  EXPECT_EQ(event->data + '|' + event->id, "first event|1");
  event = reader.next();
  EXPECT_EQ(event->data + '|' + event->id, "second event|");
  EXPECT_EQ(reader.next()->data, " third event");

  ASSERT_TRUE(reader.feed("data\n\ndata\ndata\n\ndata:"));
  EXPECT_EQ(reader.next()->data, "");
  EXPECT_EQ(reader.next()->data, "\n");
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(reader.comments(), 1u);
}

TEST(SseReader, ReadsByteByByteAsAtOnce) {
  const auto text =
      "\xef\xbb\xbf"
      "id: 9\r\nevent: a\rdata: 1\ndata: 2\r\n\r\nretry: 3000\n"s;
  SseReader reader;
  for (const char c : text) ASSERT_TRUE(reader.feed({&c, 1}));
  const auto event = reader.next();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->id + event->event + event->data, "9a1\n2");
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(reader.retry(), Millis(3000));
}

TEST(SseReader, KeepsTheLastIdOfACompleteEvent) {
  SseReader reader;
  reader.feed("id: 1\ndata: a\n\nid: 2\n");
  EXPECT_EQ(reader.last_event_id(), "1");
  reader.feed("\n");
  EXPECT_EQ(reader.last_event_id(), "2");
  EXPECT_TRUE(reader.next());
  EXPECT_FALSE(reader.next());
}

TEST(SseReader, IgnoresFieldsThatAreNone) {
  SseReader reader;
  reader.feed("retry: 1x\nretry: -1\nretry:\nretry: 99999999999999999999\nid: a\0b\nother: x\n\n"s);
  EXPECT_FALSE(reader.retry());
  EXPECT_EQ(reader.last_event_id(), "");
  EXPECT_FALSE(reader.next());
}

TEST(SseReader, StopsAtAnEventThatIsTooLong) {
  SseReader reader(16);
  EXPECT_TRUE(reader.feed("data: 12345678\n\ndata: 12345678\n\n"));
  EXPECT_FALSE(reader.feed("data: 1234567890abcdef"));
  EXPECT_FALSE(reader.feed("\n\n"));
  SseReader many(16);
  EXPECT_FALSE(many.feed("data: 1234\ndata: 1234\ndata: 1234\n\n"));
}

}  // namespace
}  // namespace tocsin::http
