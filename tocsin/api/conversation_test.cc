// SPDX-License-Identifier: Apache-2.0
#include <bit>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/api/api_fixture.h"
#include "tocsin/api/auth.h"
#include "tocsin/api/conversation/schemas.h"
#include "tocsin/api/schema.h"
#include "tocsin/guard/network.h"

namespace tocsin::api {
namespace {

using ::testing::HasSubstr;

const std::string kStory = core::StoryId{41}.text();
const std::string kComments = "/api/v1/stories/" + kStory + "/comments";

// Tries nonces until one solves the challenge.
std::string solved(const std::string& challenge, int bits) {
  for (int nonce = 0;; ++nonce) {
    const auto digest = crypto::sha256(as_bytes(challenge + ':' + std::to_string(nonce)));
    std::uint32_t head = 0;
    for (int i = 0; i < 4; ++i) head = head << 8 | digest[static_cast<std::size_t>(i)];
    if (std::countl_zero(head) >= bits) return std::to_string(nonce);
  }
}

class Conversation : public ::testing::Test {
 protected:
  Conversation() {
    auto site = newsroom::sample::site();
    site.comments.is_offered = true;
    site.comments.newcomer_comments = 0;
    api.content.write(site);
    core::Reader reader{.id = core::ReaderId{71}, .site = site.id, .name = "Ana"};
    api.content.write(reader);
    api.accounts.sign_in(reader.id, [this](const Result<std::string>& made) { token = *made; });
  }

  // As the signed-in reader.
  http::Response as_reader(const std::string& method, const std::string& path,
                           const std::string& body = "") {
    return api.call("", method, path, body, {{{"authorization", "Bearer " + token}}});
  }
  http::Response post(const std::string& text) {
    return as_reader("POST", kComments, Json{{"text", text}}.dump());
  }

  TestApi api;
  std::string token;
};

TEST_F(Conversation, TakesACommentAndShowsIt) {
  const auto made = post("Hello *all*");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(json_of(made).text("html"), "<p>Hello <em>all</em></p>");
  const auto listed = json_of(api.call("", "GET", kComments));
  EXPECT_TRUE(check(listed, schemas::comments(), false).empty()) << listed.dump();
  ASSERT_EQ(listed.find("items")->if_array()->size(), 1U);
  EXPECT_EQ(listed.find("items")->if_array()->front().text("name"), "Ana");
  EXPECT_EQ(listed.find("count")->if_int(), 1);
}

TEST_F(Conversation, IsWrittenOnceForAllAndAnewWhenItChanges) {
  post("First");
  const auto first = api.call("", "GET", kComments);
  // Nobody was told of this one, so what was written stands.
  core::Comment silent{.id = core::CommentId{5}, .site = newsroom::sample::kSite};
  silent.story = core::StoryId{41};
  silent.text = "Silent";
  api.content.write(silent);
  EXPECT_EQ(api.call("", "GET", kComments).body, first.body);
  EXPECT_THAT(api.call("", "GET", kComments + "?sort=newest").body, HasSubstr("Silent"));
  post("Second");
  EXPECT_THAT(api.call("", "GET", kComments).body, HasSubstr("Second"));
}

TEST_F(Conversation, ShowsNobodyWhatIsAnothersOwn) {
  post("Mine");
  core::Reader other{.id = core::ReaderId{72}, .site = newsroom::sample::kSite, .name = "Bo"};
  api.content.write(other);
  std::string others;
  api.accounts.sign_in(other.id, [&](const Result<std::string>& made) { others = *made; });
  const http::Headers as_other{{{"authorization", "Bearer " + others}}};
  const auto for_writer = as_reader("GET", kComments).body;
  const auto for_other = api.call("", "GET", kComments, "", as_other).body;
  const auto for_all = api.call("", "GET", kComments).body;
  EXPECT_THAT(for_writer, HasSubstr("\"mine\":true"));
  EXPECT_EQ(for_all.find("mine"), std::string::npos);
  EXPECT_EQ(for_other, for_all) << "who wrote nothing here";
  EXPECT_EQ(as_reader("GET", kComments).body, for_writer) << "whatever others were given";
}

TEST_F(Conversation, NeedsAReaderToComment) {
  EXPECT_EQ(api.call("", "POST", kComments, R"({"text":"x"})").status, 401);
  EXPECT_EQ(api.call("admin", "POST", kComments, R"({"text":"x"})").status, 401);
}

TEST_F(Conversation, RefusesAfterTheCloseAndSaysWhy) {
  const auto closed = api.call("moderate", "POST", "/api/v1/stories/" + kStory + "/conversation",
                               R"({"mode":"closed","reason":"Too heated."})");
  ASSERT_EQ(closed.status, 200) << closed.body;
  EXPECT_TRUE(check(json_of(closed), schemas::conversation(), false).empty());
  const auto late = post("Too late");
  EXPECT_EQ(late.status, 409);
  EXPECT_EQ(json_of(late).text("code"), "comments.closed");
  EXPECT_THAT(*json_of(late).text("detail"), HasSubstr("Too heated."));
  const auto listed = json_of(api.call("", "GET", kComments));
  EXPECT_EQ(listed.find("opening")->text("state"), "closed");
  EXPECT_EQ(listed.find("opening")->text("why"), "by_hand");
}

TEST_F(Conversation, TellsTheWriterAloneWhyACommentWaits) {
  auto site = *api.content.site(newsroom::sample::kSite);
  site.comments.suspect_words = {"casino"};
  api.content.write(site);
  const auto held = json_of(post("Visit my casino"));
  EXPECT_EQ(held.text("state"), "held");
  EXPECT_THAT(*held.text("statement"), HasSubstr("casino"));
  EXPECT_TRUE(json_of(api.call("", "GET", kComments)).find("items")->if_array()->empty());
  const auto own = json_of(as_reader("GET", kComments));
  ASSERT_EQ(own.find("items")->if_array()->size(), 1U);
  const auto queue = json_of(api.call("moderate", "GET", "/api/v1/moderation/queue"));
  EXPECT_TRUE(check(queue, schemas::queue(), false).empty()) << queue.dump();
  EXPECT_EQ(queue.find("counts")->find("held")->if_int(), 1);
}

TEST_F(Conversation, IsModeratedWithAStatementOfReasons) {
  const auto id = *json_of(post("Buy pills")).text("id");
  const auto path = "/api/v1/comments/" + id;
  EXPECT_EQ(api.call("moderate", "POST", path + "/moderate", R"({"state":"rejected"})").status,
            422);
  const auto rejected =
      api.call("moderate", "POST", path + "/moderate", R"({"state":"rejected","ground":"spam"})");
  ASSERT_EQ(rejected.status, 200) << rejected.body;
  EXPECT_TRUE(check(json_of(rejected), schemas::staff_comment(), false).empty());
  const auto own = json_of(as_reader("GET", kComments)).find("items")->if_array()->front();
  EXPECT_FALSE(own.text("statement")->empty());
  EXPECT_EQ(as_reader("POST", path + "/appeal", R"({"text":"Why?"})").status, 200);
  const auto report = json_of(api.call("moderate", "GET", "/api/v1/moderation/transparency"));
  EXPECT_EQ(report.find("rejected")->find("spam/person")->if_int(), 1);
  EXPECT_EQ(report.find("appealed")->if_int(), 1);
  const auto back = api.call("moderate", "POST", path + "/moderate", R"({"state":"held"})");
  ASSERT_EQ(back.status, 200) << back.body;
  EXPECT_EQ(json_of(back).text("state"), "held");
  EXPECT_EQ(api.call("moderate", "POST", path + "/moderate", R"({"state":"deleted"})").status, 422);
}

TEST_F(Conversation, LetsAReaderBeginAfterAPuzzle) {
  const auto puzzle = json_of(api.call("", "GET", "/api/v1/puzzle"));
  const auto challenge = *puzzle.text("challenge");
  const auto nonce = solved(challenge, static_cast<int>(*puzzle.find("difficulty")->if_int()));
  Json body{{"name", "Bo"}, {"challenge", challenge}, {"nonce", nonce}};
  const auto made = api.call("", "POST", "/api/v1/readers", body.dump());
  ASSERT_EQ(made.status, 201) << made.body;
  token = *json_of(made).text("token");
  EXPECT_EQ(json_of(as_reader("GET", "/api/v1/readers/me")).text("name"), "Bo");
  EXPECT_EQ(api.call("", "POST", "/api/v1/readers", body.dump()).status, 403);
}

TEST_F(Conversation, GivesAReaderAllThatIsKeptAndErasesIt) {
  post("First");
  api.content.write(
      core::Follower{.story = core::StoryId{41}, .reader = core::ReaderId{71}, .replies = true});
  const auto all = json_of(as_reader("GET", "/api/v1/readers/me/export"));
  EXPECT_TRUE(check(all, schemas::reader_export(), false).empty()) << all.dump();
  EXPECT_EQ(all.find("comments")->if_array()->size(), 1U);
  ASSERT_EQ(all.find("follows")->if_array()->size(), 1U);
  EXPECT_EQ(all.find("follows")->if_array()->front().text("story_headline"),
            api.content.story(core::StoryId{41})->headline);
  EXPECT_EQ(as_reader("DELETE", "/api/v1/readers/me").status, 204);
  EXPECT_EQ(as_reader("GET", "/api/v1/readers/me").status, 401);
  EXPECT_EQ(api.call("", "GET", kComments).body.find("First"), std::string::npos);
}

TEST_F(Conversation, SignsInByALinkWithoutTellingWhoIsThere) {
  api.accounts.codes.clear();
  const auto unknown = api.call("", "POST", "/api/v1/sign-in", R"({"email":"nobody@example.com"})");
  EXPECT_EQ(as_reader("POST", "/api/v1/readers/me/email", R"({"email":"ana@example.com"})").status,
            202);
  ASSERT_EQ(api.outside.mails.size(), 1U);
  const auto code = api.accounts.codes.begin()->first;
  EXPECT_THAT(api.outside.mails[0].second, HasSubstr("/sign-in#" + code));
  EXPECT_EQ(as_reader("POST", "/api/v1/sign-in/confirm", Json{{"code", code}}.dump()).status, 200);
  EXPECT_EQ(api.call("", "POST", "/api/v1/sign-in/confirm", Json{{"code", code}}.dump()).status,
            403);
  const auto known = api.call("", "POST", "/api/v1/sign-in", R"({"email":"ana@example.com"})");
  EXPECT_EQ(known.status, unknown.status);
  EXPECT_EQ(known.body, unknown.body);
  EXPECT_EQ(api.outside.mails.size(), 2U);
}

// Ana has the link sent to somebody else, who would write as Ana, and whose address would be hers.
TEST_F(Conversation, GivesNobodysAddressAwayWhoOpensALinkThatTheyDidNotAskFor) {
  as_reader("POST", "/api/v1/readers/me/email", R"({"email":"victim@example.com"})");
  ASSERT_EQ(api.outside.mails.size(), 1U);
  EXPECT_THAT(api.outside.mails[0].second, HasSubstr("\"Ana\""));
  const auto code = api.accounts.codes.begin()->first;
  const Json body{{"code", code}};
  const auto refused = api.call("", "POST", "/api/v1/sign-in/confirm", body.dump());
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(json_of(refused).text("code"), "code.unconfirmed");
  EXPECT_THAT(*json_of(refused).text("detail"), HasSubstr("\"Ana\""));
  EXPECT_EQ(api.content.reader(core::ReaderId{71})->email_hash, "");
  // On the phone of the one who asked: they say so, once.
  const auto confirmed = Json{{"code", code}, {"is_confirmed", true}}.dump();
  EXPECT_EQ(api.call("", "POST", "/api/v1/sign-in/confirm", confirmed).status, 200);
  EXPECT_NE(api.content.reader(core::ReaderId{71})->email_hash, "");
  EXPECT_EQ(api.call("", "POST", "/api/v1/sign-in/confirm", confirmed).status, 403);
}

TEST_F(Conversation, LimitsHowFastAReaderWrites) {
  int taken = 0;
  for (int i = 0; i < 20; ++i) taken += post("Comment " + std::to_string(i)).status == 201 ? 1 : 0;
  EXPECT_EQ(taken, 6);
  const auto refused = post("One more");
  EXPECT_EQ(refused.status, 429);
  EXPECT_TRUE(refused.headers.find("retry-after"));
}

TEST_F(Conversation, LimitsEditsVotesAndExportsToo) {
  auto site = *api.content.site(newsroom::sample::kSite);
  site.comments.has_votes = true;
  api.content.write(site);
  const auto path = "/api/v1/comments/" + *json_of(post("First")).text("id");
  const auto answered = [&](int times, const std::string& method, const std::string& address,
                            const std::string& body) {
    int refused = 0;
    for (int i = 0; i < times; ++i) {
      refused += as_reader(method, address, body).status == 429 ? 1 : 0;
    }
    return times - refused;
  };
  EXPECT_EQ(answered(20, "PATCH", path, R"({"text":"Second"})"), 5) << "after a comment";
  api.clock.advance(Seconds(60));
  EXPECT_EQ(answered(20, "GET", "/api/v1/readers/me/export", ""), 6);
  EXPECT_EQ(answered(100, "POST", path + "/vote", R"({"given":true})"), 60);
  EXPECT_EQ(as_reader("PATCH", "/api/v1/readers/me", R"({"name":"Bo"})").status, 429);
}

TEST_F(Conversation, AsksNoClassifierAboutAnEditThatIsNotTheWriters) {
  const auto path = "/api/v1/comments/" + *json_of(post("First")).text("id");
  auto site = *api.content.site(newsroom::sample::kSite);
  site.comments.external_url = "https://classifier.example/";
  api.content.write(site);
  core::Reader other{.id = core::ReaderId{72}, .site = site.id, .name = "Bo"};
  api.content.write(other);
  const auto own = token;
  api.accounts.sign_in(other.id, [this](const Result<std::string>& made) { token = *made; });
  EXPECT_EQ(as_reader("PATCH", path, R"({"text":"Second"})").status, 409);
  EXPECT_EQ(api.outside.asked, 0);
  token = own;
  EXPECT_EQ(as_reader("PATCH", path, R"({"text":"Second"})").status, 200);
  EXPECT_EQ(api.outside.asked, 1);
}

TEST_F(Conversation, AsksTheClassifierWhereTheSiteHasOne) {
  auto site = *api.content.site(newsroom::sample::kSite);
  site.comments.external_url = "https://classifier.example/";
  api.content.write(site);
  api.outside.verdict = {conversation::External::Verdict::kReject, "toxic"};
  EXPECT_EQ(json_of(post("Hm")).text("state"), "rejected");
  EXPECT_EQ(api.outside.asked, 1);
}

TEST_F(Conversation, OpensALiveStreamOfWhatAPageNames) {
  const auto path = "/api/v1/live?conversation=" + kStory + "&topic=World&topic=Sport&after=7";
  EXPECT_EQ(api.call("", "GET", path).status, 200);
  ASSERT_EQ(api.outside.wishes.size(), 1U);
  EXPECT_EQ(api.outside.wishes[0].topics.size(), 2U);
  EXPECT_EQ(api.outside.wishes[0].after, 7U);
  EXPECT_EQ(api.outside.wishes[0].network, guard::network_of("192.0.2.99"));
  EXPECT_EQ(api.call("", "GET", "/api/v1/live").status, 400);
  EXPECT_EQ(api.call("", "GET", "/api/v1/live?story=x").status, 400);
}

// A page that stands nowhere must not believe that it has missed nothing.
TEST_F(Conversation, TakesAPositionThatIsNoneOfOursForOneWithNothingKnownAfterIt) {
  const auto path = "/api/v1/live?conversation=" + kStory;
  for (const auto* after : {"x", "-1", "99999999999999999999"}) {
    EXPECT_EQ(api.call("", "GET", path + "&after=" + after).status, 200);
    EXPECT_EQ(api.outside.wishes.back().after, ~std::uint64_t{0}) << after;
  }
  api.call("", "GET", path);
  EXPECT_EQ(api.outside.wishes.back().after, std::nullopt);
}

TEST_F(Conversation, CountsWhatDevicesReportOfAnAlert) {
  api.content.write(newsroom::sample::alert(51, 41));
  const auto report = [&](const std::string& event) {
    const Json body{{"alert", core::AlertId{51}.text()},
                    {"subscription", std::string(32, 'a')},
                    {"event", event}};
    return api.call("", "POST", "/api/v1/receipts", body.dump()).status;
  };
  EXPECT_EQ(report("shown"), 204);
  EXPECT_EQ(report("clicked"), 204);
  EXPECT_EQ(report("eaten"), 422);
  EXPECT_EQ(api.outside.receipts, (std::vector{Receipt::kShown, Receipt::kClicked}));
  const auto alert = json_of(api.call("read", "GET", "/api/v1/alerts/" + core::AlertId{51}.text()));
  EXPECT_EQ(alert.find("receipts")->find("shown")->if_int(), 2) << "as the fake counts";
}

class People : public ::testing::Test {
 protected:
  http::Response set_up() {
    const auto code = api.accounts.make_code({Accounts::Purpose::kSetUp, 0, ""});
    Json body{{"code", code},
              {"name", "Eve Editor"},
              {"email", "Eve@Example.com"},
              {"password", "correct horse battery"}};
    return own("POST", "/api/v1/setup", body.dump());
  }
  // From a page of ours, with the cookie.
  http::Response own(const std::string& method, const std::string& path,
                     const std::string& body = "", const std::string& origin = "") {
    http::Headers headers;
    const std::string host = "bell.example";
    headers.add("origin", origin.empty() ? "https://" + host : origin);
    if (!cookie.empty()) headers.add("cookie", "a=b; " + cookie);
    if (!body.empty()) headers.add("content-type", "application/json");
    http::Request request{.method = method, .path = path, .headers = headers, .body = body};
    request.host = host;
    request.remote_address = "192.0.2.1";
    auto response = api.call(request);
    if (const auto set = response.headers.find("set-cookie")) {
      cookie = std::string(set->substr(0, set->find(';')));
      flags = std::string(*set);
    }
    return response;
  }

  TestApi api;
  std::string cookie;
  std::string flags;
};

TEST_F(People, BeginWithOneAdministrator) {
  ASSERT_EQ(set_up().status, 201);
  EXPECT_TRUE(cookie.starts_with("__Host-tocsin="));
  EXPECT_THAT(flags, HasSubstr("; Secure; HttpOnly; SameSite=Lax"));
  EXPECT_EQ(json_of(own("GET", "/api/v1/session")).find("user")->text("role"), "admin");
  cookie.clear();
  EXPECT_EQ(set_up().status, 403) << "there is one";
}

TEST_F(People, SignInAndOut) {
  set_up();
  cookie.clear();
  EXPECT_EQ(own("GET", "/api/v1/session").status, 401);
  const auto wrong =
      own("POST", "/api/v1/session", R"({"email":"eve@example.com","password":"guess"})");
  api.clock.advance(Seconds(2));
  const auto unknown =
      own("POST", "/api/v1/session", R"({"email":"x@example.com","password":"guess"})");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.body, unknown.body);
  EXPECT_EQ(api.accounts.checks, 2) << "both took a check of a password";
  api.clock.advance(Seconds(60));
  const auto right = own("POST", "/api/v1/session",
                         R"({"email":"EVE@example.com","password":"correct horse battery"})");
  ASSERT_EQ(right.status, 200) << right.body;
  const auto kept = cookie;
  EXPECT_EQ(own("DELETE", "/api/v1/session").status, 204);
  cookie = kept;
  EXPECT_EQ(own("GET", "/api/v1/session").status, 401) << "the token ended, not the cookie alone";
}

TEST_F(People, AreSlowedWhenTheyGuess) {
  set_up();
  const std::string guess = R"({"email":"eve@example.com","password":"guess"})";
  EXPECT_EQ(own("POST", "/api/v1/session", guess).status, 401);
  const auto again = own("POST", "/api/v1/session", guess);
  EXPECT_EQ(again.status, 429);
  EXPECT_TRUE(again.headers.find("retry-after"));
}

TEST_F(People, CannotGuessSideBySide) {
  set_up();
  api.accounts.is_late = true;
  std::vector<int> answers;
  http::Request request{.method = "POST", .path = "/api/v1/session"};
  request.headers.add("origin", "https://bell.example");
  request.headers.add("content-type", "application/json");
  request.body = R"({"email":"eve@example.com","password":"guess"})";
  request.host = "bell.example";
  request.remote_address = "192.0.2.1";
  for (int i = 0; i < 3; ++i) {
    api.start(request, [&](const http::Response& response) { answers.push_back(response.status); });
  }
  EXPECT_EQ(answers, (std::vector{429, 429}));
  EXPECT_EQ(api.accounts.late.size(), 1U);
  api.accounts.late.front()();
  EXPECT_EQ(answers.back(), 401);
}

TEST_F(People, StayDisabledWhoWereWhileTheirPasswordWasHashed) {
  set_up();
  auto user = api.content.users().front();
  http::Request request{.method = "POST", .path = "/api/v1/session/password"};
  request.headers.add("origin", "https://bell.example");
  request.headers.add("content-type", "application/json");
  request.body =
      Json{{"code", api.accounts.make_code({Accounts::Purpose::kPassword, user.id.value, ""})},
           {"password", "another long one"}}
          .dump();
  request.host = "bell.example";
  api.accounts.is_late = true;
  int status = 0;
  api.start(request, [&](const http::Response& response) { status = response.status; });
  user.is_disabled = true;
  api.content.write(user);
  ASSERT_EQ(api.accounts.late.size(), 1U);
  api.accounts.late.front()();
  EXPECT_EQ(status, 403);
  EXPECT_EQ(api.content.user(user.id), user);
}

TEST_F(People, ActFromTheirOwnPagesOnly) {
  set_up();
  const std::string body = R"({"name":"Mo","email":"mo@example.com","role":"moderator"})";
  EXPECT_EQ(own("POST", "/api/v1/users", body, "https://evil.example").status, 403);
  const auto made = own("POST", "/api/v1/users", body);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_TRUE(check(json_of(made), schemas::new_user(), false).empty());
  EXPECT_THAT(*json_of(made).text("link"), HasSubstr("/newsroom/#password="));
}

TEST_F(People, OfARoleDoWhatTheRoleAllows) {
  set_up();
  const auto made = json_of(
      own("POST", "/api/v1/users", R"({"name":"Mo","email":"mo@e.example","role":"moderator"})"));
  const auto link = *made.text("link");
  const auto code = link.substr(link.find('=') + 1);
  cookie.clear();
  ASSERT_EQ(own("POST", "/api/v1/session/password",
                Json{{"code", code}, {"password", "another long one"}}.dump())
                .status,
            200);
  EXPECT_EQ(own("GET", "/api/v1/moderation/queue").status, 200);
  EXPECT_EQ(own("GET", "/api/v1/users").status, 403);
  const auto said =
      own("POST", "/api/v1/stories/" + kStory + "/staff-comments", R"({"text":"Hi"})");
  EXPECT_EQ(said.status, 409) << "the site offers no conversations";
}

}  // namespace
}  // namespace tocsin::api
