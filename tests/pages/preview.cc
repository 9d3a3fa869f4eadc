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
  out.comments.is_offered = true;
  out.comments.has_votes = true;
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

constexpr core::StoryId kFirst{1'000'000'000'000'000};
constexpr core::ThreadId kThread{5};

struct Said {
  std::uint64_t id;
  std::uint64_t parent;  // 0: none
  const char* name;
  core::Badge badge;
  const char* text;
};

constexpr Said kSaid[] = {
    {11, 0, "Marta Vidal", core::Badge::kNone,
     "Is the *north* stair of the old lift open? We are **four**, one of us in a wheelchair."},
    {12, 11, "Tomas", core::Badge::kNone, "It was at nine. The guard lets everybody through."},
    {13, 12, "Ana Rojas", core::Badge::kStaff,
     "The port authority told us the same: https://port.example/stairs"},
    {14, 13, "Marta Vidal", core::Badge::kNone, "Thank you. We are up."},
    {15, 0, "ElRayo_88", core::Badge::kNone,
     "> Aftershocks above magnitude 5 are likely\n\nHow is that known? Serious question."},
    {16, 15, "Moderation", core::Badge::kModerator,
     "Please keep it about the report. What helps:\n\n- what you saw\n- where and when"},
    {17, 0, "Grandmother of three with a rather long name", core::Badge::kNone,
     "They forgot the school in the upper town."},
    {18, 17, "Tomas", core::Badge::kNone, "The school is on the list since ten."},
};

void converse(newsroom::MemoryContent& content) {
  const Time now = system_clock().now();
  for (const auto& said : kSaid) {
    core::Comment out;
    out.id = core::CommentId{said.id};
    out.site = kSite;
    out.story = kFirst;
    out.parent = core::CommentId{said.parent};
    out.name = said.name;
    out.badge = said.badge;
    out.text = said.text;
    out.created = now - std::chrono::minutes(30 - said.id);
    out.is_featured = said.id == 15;
    out.votes = said.id == 11 ? 12 : 0;
    if (said.id == 17) out.state = core::CommentState::kDeleted;
    content.write(out);
  }
  core::Conversation conversation;
  conversation.story = kFirst;
  conversation.site = kSite;
  conversation.published = 7;
  content.write(conversation);
  conversation = {};
  conversation.story = core::StoryId{kFirst.value - 1};
  conversation.site = kSite;
  conversation.mode = core::ConversationMode::kClosed;
  conversation.reason = "We answer your questions in the report of tomorrow.";
  conversation.since = now - std::chrono::hours(2);
  content.write(conversation);
}

core::Entry entry(std::uint64_t id, const char* headline, const char* text) {
  core::Entry out;
  out.id = core::EntryId{id};
  out.thread = kThread;
  out.site = kSite;
  out.headline = headline;
  out.text_html = text;
  out.author = "Ana Rojas";
  out.published = system_clock().now() - std::chrono::minutes(60 - 5 * id);
  out.updated = out.published;
  return out;
}

// The developing story that the first two belong to.
void develop(newsroom::MemoryContent& content) {
  core::Thread thread;
  thread.id = kThread;
  thread.site = kSite;
  thread.headline = "The quake on the central coast";
  thread.summary = "What is known, what is open, and who can be asked.";
  content.write(thread);
  for (const std::uint64_t back : {0, 1}) {
    core::Story story = *content.story(core::StoryId{kFirst.value - back});
    story.thread = kThread;
    content.write(story);
  }
  core::Entry first = entry(1, "Magnitude 7.1", "<p>The seismological office confirms it.</p>");
  first.is_key = true;
  core::Entry wrong = entry(3, "Two bridges closed", "<p>On the southern line.</p>");
  wrong.correction = "An earlier entry said three.";
  content.write(first);
  content.write(entry(2, "", "<p>Power is back in the port.</p>"));
  content.write(wrong);
  for (std::uint64_t id = 4; id <= 9; ++id) {
    content.write(entry(id, "The harbour",
                        "<p>Ships wait outside. The pilots are on land, and "
                        "the cranes have been checked one by one.</p>"));
  }
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
  converse(content);
  develop(content);
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
