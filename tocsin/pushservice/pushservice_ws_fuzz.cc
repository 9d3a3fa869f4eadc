// SPDX-License-Identifier: Apache-2.0
#include "tocsin/base/bytes.h"
#include "tocsin/base/random.h"
#include "tocsin/pushservice/websocket_client.h"

namespace {

constexpr std::string_view kChannel = "5f0774ac-09a3-45d9-91e4-f4aaebaeec72";

}  // namespace

// Each line is a text of the browser. What it is sent must be JSON, and none of it may upset the
// next connection of the same browser.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  using namespace tocsin::pushservice;
  constexpr Time kNow{Seconds(1'795'000'000)};
  SeededRandom random(1);
  Browsers browsers(1, {.browsers_max = 3, .channels_max = 4, .messages_max = 4}, random);
  const auto expect_json = [](const std::string& text) {
    TOCSIN_CHECK(Json::parse(text).has_value());
  };
  Browser& known = **browsers.hello("");
  const auto channel = browsers.add(known, std::string(kChannel), std::nullopt);
  std::string_view rest = as_text({data, size});
  auto client = std::make_unique<WebSocketClient>(browsers, "https://localhost", expect_json);
  TOCSIN_CHECK(
      client->receive(R"({"messageType":"hello","uaid":")" + known.uaid + "\"}", kNow).has_value());
  while (!rest.empty()) {
    const std::string_view text = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), text.size() + 1));
    if (const Channel* alive = browsers.find_path(channel->path)) {
      static_cast<void>(browsers.push(*alive, {.version = "v", .body = "x"}, kNow).has_value());
    }
    if (!client->receive(text, kNow)) {
      client = std::make_unique<WebSocketClient>(browsers, "https://localhost", expect_json);
    }
  }
  return 0;
}
