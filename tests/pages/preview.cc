// SPDX-License-Identifier: Apache-2.0
// Serves sample pages over its standard streams, for the browser tests: reads one request target a
// line, writes one JSON line {"status", "headers", "body"}, the body in base64url.
//
//   pages_preview http://localhost:8080 [hostile]
//
// `hostile`: every field of plain text holds what would call canary() if it became markup.
#include <cstdio>
#include <iostream>
#include <string>

#include "tocsin_web_files.h"

#include "tocsin/base/base64url.h"
#include "tocsin/json/json.h"
#include "tocsin/newsroom/memory_content.h"
#include "tocsin/pages/pages.h"

namespace {

using namespace tocsin;  // NOLINT(google-build-using-namespace): a program of one file

constexpr core::SiteId kSite{1};

struct Sample {
  const char* headline;
  const char* dateline;
  const char* summary;
  const char* source;
  const char* author;
  const char* topic;
  int picture;  // 0: none
  int age_minutes;
};

constexpr Sample kSamples[] = {
    {"Strong earthquake shakes the central coast; harbour cleared as a precaution", "VALPARAISO",
     "A magnitude 7.1 earthquake struck off the central coast on Monday morning. The navy asked "
     "people near the water to move uphill; no tsunami has been measured so far, and the ports "
     "expect to reopen before noon.",
     "Pacific Wire", "Ana Rojas", "Earthquake", 1, 4},
    {"Trains to the south stopped while engineers walk the line", "RANCAGUA",
     "The operator says every bridge between the capital and Talca is inspected before service "
     "returns, which it hopes will be in the late afternoon.",
     "The Rail Gazette", "Tom Field", "Earthquake", 0, 17},
    {"Central bank holds rates, and says the next move is down", "SANTIAGO",
     "Three of five members voted to wait for the November figures.", "Pacific Wire", "Luis Soto",
     "Economy", 2, 95},
    {"Orchards turn to night harvests as the heat arrives early", "CURICO",
     "Growers say picking after dark saves the fruit and the pickers. Unions want it written down.",
     "The Valley Post", "", "Economy", 3, 220},
    {"Underdogs reach the cup final after twelve penalties", "CONCEPCION",
     "The goalkeeper scored the last one himself.", "Sport Desk", "Eva Diaz", "Sport", 4, 400},
    {"A telescope the size of a stadium sees its first light", "CERRO ARMAZONES",
     "Astronomers waited eleven years for a smudge of a galaxy that nobody had ever seen, and "
     "cheered when it appeared.",
     "Open Science News", "Ines Moya", "Science", 0, 1500},
    {"What the new tenancy law changes on the first of the month", "",
     "Deposits, notice and repairs: the short version.", "The Bell", "", "Economy", 0, 2900},
};

constexpr const char* kBody =
    "<p>A magnitude 7.1 earthquake struck off the central coast on Monday morning, shaking "
    "buildings in the capital for almost a minute. The navy asked people near the water to move "
    "uphill; by nine o’clock no tsunami had been measured at any of its buoys.</p>"
    "<p>“We felt the floor turn to water, and then it was quiet,” said Marta Vidal, who sells "
    "coffee beside the fish market. She had carried her stove up the stairs of the old lift "
    "before the sirens began.</p><h2>Ports and roads</h2>"
    "<p>Both container terminals stopped work as a precaution. The coastal road is closed between "
    "the two cities, and the <a href=\"https://rail.example/\">railway</a> sends engineers to "
    "walk the line before any train moves.</p><blockquote><p>Nobody is reported missing. That is "
    "the sentence we wanted to write.</p></blockquote><ul><li>Emergency number: 133</li>"
    "<li>Meeting points are signed in green</li></ul><p>Aftershocks above magnitude 5 are likely "
    "during the day.</p>";

constexpr const char* kHostile =
    "</title></script></noscript>\"'><script>canary()</script><img src=x onerror=canary()>"
    "<svg/onload=canary()><a href=javascript:canary()>x</a><!--";

void make_hostile(core::Site& site) {
  site.name = kHostile;
  site.tagline = kHostile;
  site.topics = {kHostile};
}

core::Story hostile_story() {
  core::Story out;
  out.id = core::StoryId{1'000'000'000'000'001};
  out.site = kSite;
  out.state = core::StoryState::kCorrected;
  out.headline = out.dateline = out.correction = out.language = kHostile;
  out.summary_html = "<p>Calm.</p>";
  out.url = "javascript:canary()";
  out.image_url = "javascript:canary()";
  out.authors = {kHostile};
  out.credits = {{{}, kHostile, "javascript:canary()"}};
  out.topics = {kHostile};
  out.published = out.updated = system_clock().now();
  return out;
}

core::Site site(const std::string& base_url) {
  core::Site out{.id = kSite, .name = "The Bell", .base_url = base_url};
  out.tagline = "News from the coast, as it happens";
  out.topics = {"Earthquake", "Economy", "Sport", "Science"};
  return out;
}

core::Story story(const Sample& sample, std::uint64_t id) {
  core::Story out;
  out.id = core::StoryId{id};
  out.site = kSite;
  out.headline = sample.headline;
  out.dateline = sample.dateline;
  out.summary_html = std::string("<p>") + sample.summary + "</p>";
  out.credits = {{{}, sample.source, "https://wire.example/" + out.id.text()}};
  out.url = out.credits.front().url;
  if (*sample.author != '\0') out.authors = {sample.author};
  out.topics = {sample.topic};
  if (sample.picture > 0) {
    out.image_url = "/sample/" + std::to_string(sample.picture) + ".svg";
  }
  out.published = system_clock().now() - std::chrono::minutes(sample.age_minutes);
  out.updated = out.published;
  return out;
}

// The sample stories, newest first by id, and one of each unusual kind.
void fill(newsroom::MemoryContent& content) {
  std::uint64_t id = 1'000'000'000'000'000;
  for (const auto& sample : kSamples) {
    core::Story out = story(sample, id--);
    if (sample.picture == 1) {
      out.body_html = kBody;
      out.state = core::StoryState::kCorrected;
      out.correction = "An earlier version gave the magnitude as 7.4.";
      out.updated = out.published + std::chrono::minutes(2);
    }
    content.write(out);
  }
  core::Story withdrawn = story(kSamples[1], 900'000'000'000'000);
  withdrawn.state = core::StoryState::kWithdrawn;
  withdrawn.correction = "The report that a bridge had fallen was false. It stands.";
  content.write(withdrawn);
}

Json answer(const http::Response& response) {
  Json headers = Json::array({});
  for (const auto& [name, value] : response.headers.fields) {
    headers.push(Json::array({name, value}));
  }
  return Json({{"status", response.status},
               {"headers", std::move(headers)},
               {"body", base64url(as_bytes(response.body))}});
}

}  // namespace

int main(int argc, char** argv) {
  const bool is_hostile = argc == 3 && std::string_view(argv[2]) == "hostile";
  if (argc != 2 && !is_hostile) return 2;
  core::Site sample_site = site(argv[1]);
  newsroom::MemoryContent content;
  fill(content);
  if (is_hostile) {
    make_hostile(sample_site);
    content.write(hostile_story());
  }
  const pages::Assets assets(tocsin_web_files());
  const pages::Pages pages(content, assets, system_clock());

  std::string target;
  while (std::getline(std::cin, target)) {
    const auto question = target.find('?');
    http::Request request;
    request.method = "GET";
    request.path = target.substr(0, question);
    if (question != std::string::npos) request.query = target.substr(question + 1);
    const auto line = answer(pages.handle(sample_site, request)).dump() + "\n";
    std::fputs(line.c_str(), stdout);
    std::fflush(stdout);
  }
  return 0;
}
