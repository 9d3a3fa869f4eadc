// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "tocsin/api/conversation/json.h"
#include "tocsin/api/routes.h"
#include "tocsin/conversation/limits.h"

// Readers who comment: who they are, how they sign in, and what is theirs.
namespace tocsin::api {
namespace {

using core::Reader;

void answer_signed_in(const Call& call, const Reader& reader, int status) {
  call.ports().accounts.sign_in(
      reader.id, [call, reader, status](const Result<std::string>& token) {
        if (!token) return call.refuse(problem_of(token.error()));
        call.answer(status, Json{{"reader", reader_json(reader)}, {"token", *token}});
      });
}

// The device that the body names, if it is registered with the site; refuses the call if it names
// one that is not, and is false.
bool take_device(const Call& call, core::SiteId site, Reader& reader) {
  const auto named = call.body.text("subscription");
  if (!named) return true;
  const auto device = parse_subscription_id(*named);
  const auto subscription = device ? call.ports().subscriptions.find(*device) : std::nullopt;
  if (!subscription || subscription->site != site) {
    call.refuse(Refusal::kSubscriptionUnknown);
    return false;
  }
  reader.device = *device;
  return true;
}

void put_reader(const Call& call, const Reader& reader,
                std::function<void(const Call&, const Reader&)> then) {
  call.execute(conversation::PutReader{reader},
               [reader, then = std::move(then)](const Call& done, const auto& effects) {
                 then(done, record_of(effects, reader));
               });
}

std::string link_of(const core::Site& site, const std::string& code) {
  return site.base_url + "/sign-in#" + code;
}

// Whether there is such a reader is not told: the answer is the same.
void send_link(const Call& call, const core::Site& site) {
  auto& ports = call.ports();
  const auto named = call.body.text("subscription");
  const auto device = named ? parse_subscription_id(*named) : std::nullopt;
  const auto email = call.body.text("email");
  auto reader = device  ? ports.content.reader_of_device(site.id, *device)
                : email ? ports.content.reader_of_email(site.id, ports.accounts.email_hash(*email))
                        : std::nullopt;
  if (!reader || reader->is_erased) return;
  const auto link =
      link_of(site, ports.accounts.make_code({Accounts::Purpose::kSignIn, reader->id.value, ""}));
  if (device) {
    return ports.letters.push(*device, "Sign in to " + site.name,
                              "Tap to go on as " + reader->name + ".", link);
  }
  ports.letters.mail(*email, "Sign in to " + site.name,
                     "Open this link to sign in as " + reader->name +
                         ". It is good once, for fifteen minutes.\n\n" + link +
                         "\n\nIf you did not ask for it, you need do nothing.\n");
}

// Attaches the address whose owner opened the link.
void attach_email(const Call& call, Reader reader, const std::string& hash) {
  reader.email_hash = hash;
  put_reader(call, reader,
             [](const Call& done, const Reader& put) { answer_signed_in(done, put, 200); });
}

// Anybody may have the link sent to anybody's address. Who opens it where the reader is signed in
// asked for it; elsewhere they are to say that it was them.
bool is_wanted(const Call& call, const Reader& reader) {
  if (call.reader && call.reader->id == reader.id) return true;
  bool is_confirmed = false;
  take(call.body, "is_confirmed", is_confirmed);
  return is_confirmed;
}

// What the reader's devices want to hear of conversations.
Json follows_json(const newsroom::Content& content, const Reader& reader) {
  Json::Array out;
  for (const auto& follower : content.followed_by(reader, conversation::kErasedFollowsMax)) {
    const auto story = content.story(follower.story);
    out.push_back(Json{{"story", follower.story.text()},
                       {"story_headline", story ? story->headline : std::string()},
                       {"replies", follower.replies},
                       {"all", follower.all},
                       {"closing", follower.closing},
                       {"notified", time_json(follower.notified)}});
  }
  return Json(std::move(out));
}

}  // namespace

void get_puzzle(const Call& call) {
  const Time now = call.ports().clock.now();
  auto& puzzle = call.desk->puzzle;
  call.answer(200, Json{{"challenge", puzzle.challenge(now)}, {"difficulty", puzzle.bits(now)}});
}

void create_reader(const Call& call) {
  const auto site = call.site();
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  const auto verdict = call.desk->puzzle.check(*call.body.text("challenge"),
                                               *call.body.text("nonce"), call.ports().clock.now());
  if (verdict != guard::Puzzle::Verdict::kAccepted) return call.refuse(Refusal::kPuzzleUnsolved);
  Reader reader;
  reader.id = call.ports().ids.next<core::ReaderKind>();
  reader.site = site->id;
  take(call.body, "name", reader.name);
  if (!take_device(call, site->id, reader)) return;
  put_reader(call, reader,
             [](const Call& done, const Reader& made) { answer_signed_in(done, made, 201); });
}

void get_me(const Call& call) { call.answer(200, reader_json(*call.reader)); }

void change_me(const Call& call) {
  if (!call.admit_act()) return;
  Reader reader = *call.reader;
  take(call.body, "name", reader.name);
  if (!take_device(call, reader.site, reader)) return;
  put_reader(call, reader,
             [](const Call& done, const Reader& put) { done.answer(200, reader_json(put)); });
}

void erase_me(const Call& call) {
  call.execute(conversation::EraseReader{call.reader->id}, [](const Call& done, const auto&) {
    done.ports().accounts.sign_out(done.reader->id);
    done.respond({204, {}, ""});
  });
}

void export_me(const Call& call) {
  if (!call.admit_work()) return;
  const auto& content = call.ports().content;
  const auto site = content.site(call.reader->site).value_or(core::Site{});
  const Time now = call.ports().clock.now();
  Json::Array comments;
  const auto all = content.comments_by(call.reader->id, std::numeric_limits<std::uint32_t>::max());
  for (const auto& comment : all) {
    Json item = own_comment_json(comment, site, now);
    Json::Array rulings;
    for (const auto& ruling : content.rulings(comment.id)) {
      rulings.push_back(Json{{"at", rfc3339(ruling.at)},
                             {"state", core::text(ruling.state)},
                             {"ground", ruling.ground ? Json(core::text(*ruling.ground)) : Json()},
                             {"statement", ruling.statement},
                             {"is_automatic", ruling.is_automatic}});
    }
    item.set("rulings", std::move(rulings));
    comments.push_back(std::move(item));
  }
  call.answer(200, Json{{"reader", reader_json(*call.reader)},
                        {"site", site.name},
                        {"exported", rfc3339(now)},
                        {"comments", std::move(comments)},
                        {"follows", follows_json(content, *call.reader)}});
}

void start_sign_in(const Call& call) {
  const auto site = call.site();
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  if (call.body.find("email") != nullptr && !call.ports().letters.has_mail()) {
    return call.refuse(Refusal::kMailUnavailable);
  }
  send_link(call, *site);
  call.respond({202, {}, ""});
}

void confirm_sign_in(const Call& call) {
  const auto text = *call.body.text("code");
  const auto code = call.ports().accounts.read_code(text);
  const bool is_for_reader = code && (code->purpose == Accounts::Purpose::kSignIn ||
                                      code->purpose == Accounts::Purpose::kAttachEmail);
  const auto reader =
      is_for_reader ? call.ports().content.reader(core::ReaderId{code->subject}) : std::nullopt;
  if (!reader || reader->is_erased) return call.refuse(Refusal::kCodeUnknown);
  const bool attaches = code->purpose == Accounts::Purpose::kAttachEmail;
  if (attaches && !is_wanted(call, *reader)) {
    return call.refuse(Refusal::kCodeUnconfirmed, "This address would belong to \"" + reader->name +
                                                      "\", who asked for it, and you would be "
                                                      "signed in as \"" +
                                                      reader->name + "\".");
  }
  if (!call.ports().accounts.take_code(text)) return call.refuse(Refusal::kCodeUnknown);
  if (attaches) return attach_email(call, *reader, code->detail);
  answer_signed_in(call, *reader, 200);
}

void add_email(const Call& call) {
  auto& ports = call.ports();
  const auto site = ports.content.site(call.reader->site);
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  if (!ports.letters.has_mail()) return call.refuse(Refusal::kMailUnavailable);
  const auto email = *call.body.text("email");
  const auto code = ports.accounts.make_code(
      {Accounts::Purpose::kAttachEmail, call.reader->id.value, ports.accounts.email_hash(email)});
  ports.letters.mail(email, "Confirm your address for " + site->name,
                     "Somebody who comments as \"" + call.reader->name + "\" on " + site->name +
                         " wants to sign in with this address from now on. If that is you, open "
                         "this link.\n\n" +
                         link_of(*site, code) + "\n\nIf it is not, do not: you need do nothing.\n");
  call.respond({202, {}, ""});
}

}  // namespace tocsin::api
